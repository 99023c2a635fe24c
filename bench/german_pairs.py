"""Is German matched as well as English? 200 pairs of each, marked by hand: average precision and calibration error.

    .venv/bin/python bench/german_pairs.py FOLDER       FOLDER: the open data, with polis/ and argkp/ in it

`german_pairs.csv` holds ids of statements of two Polis conversations (CC BY 4.0, see docs/science/german_pairs.md), our
key points, and whether the statement says it. English pairs are drawn from ArgKP's dev in the same way: a hundred
statements that say a key point, each with one it says and, of those of its debate that it does not say, the one that
shares most letters with it. They are scored twice: each debate by itself, and all eight read as one conversation, since
the German ones are about many things.
"""

from __future__ import annotations

import argparse
import csv
import random
from collections import defaultdict
from pathlib import Path

import numpy as np

from sayso.engine.key_points.encoders import Encoder, installed_encoder
from sayso.engine.key_points.matching import match

SEED = 20261128
STATEMENTS = 100
DRAWS = 4_000
BINS = 15

Pair = tuple[str, str, str, int]  # topic, statement_id, key point, 1 says it


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    debates = english(folder / "argkp")
    sets = {"German": german(folder / "polis"), "English": debates, "English in one": in_one(*debates)}
    for way, encoder in (("words only", None), ("with the encoder", installed_encoder())):
        told = {}
        for language, (pairs, said, points) in sets.items():
            labels = np.array([pair[3] for pair in pairs])
            told[language] = drawn(scored(pairs, said, points, encoder), labels)
            print(f"{way}, {language}: {len(pairs)} pairs, {labels.sum()} say it; {in_words(told[language])}")
        for other in ("English", "English in one"):
            print(f"{way}, German less {other}: {in_words(told['German'] - told[other])}")
    decided, across = all_pairs(folder / "argkp", *debates[1:])
    for layout, laid in (("each", (decided, *debates[1:])), ("in one", in_one(decided + across, *debates[1:]))):
        print(f"all decided English pairs, debates {layout}: {in_life(*laid, encoder=installed_encoder())}")
    return 0


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def german(folder: Path):
    """Pairs, and of each conversation its statements that were not turned down, by id, and its key points."""
    pairs = [
        (row["conversation"], row["statement_id"], row["key_point"], int(row["label"]))
        for row in rows(Path(__file__).with_suffix(".csv"))
    ]
    said, points = {}, {}
    for name in sorted({pair[0] for pair in pairs}):
        kept = [row for row in rows(folder / name / "comments.csv") if row["moderated"] != "-1"]
        said[name] = {row["comment-id"]: row["comment-body"] for row in kept}
        points[name] = sorted({pair[2] for pair in pairs if pair[0] == name})
    return pairs, said, points


def english(folder: Path):
    """As `german`, of ArgKP's dev; a topic is a debate's one side."""
    said, points, labels = defaultdict(dict), defaultdict(dict), defaultdict(dict)
    for row in rows(folder / "arguments_dev.csv"):
        said[f"{row['topic']} {row['stance']}"][row["arg_id"]] = row["argument"]
    for row in rows(folder / "key_points_dev.csv"):
        points[f"{row['topic']} {row['stance']}"][row["key_point_id"]] = row["key_point"]
    for row in rows(folder / "labels_dev.csv"):
        labels[row["arg_id"]][row["key_point_id"]] = int(row["label"])
    rng, pairs = random.Random(SEED), []
    order = [(topic, one) for topic in sorted(said) for one in sorted(said[topic])]
    rng.shuffle(order)
    for topic, one in order:
        of_label = [sorted(point for point, label in labels[one].items() if label == told) for told in (0, 1)]
        if all(of_label) and len(pairs) < 2 * STATEMENTS:
            says, other = ([points[topic][point] for point in of_label[told]] for told in (1, 0))
            nearest = max(other, key=lambda point, text=said[topic][one]: shared(text, point))
            pairs += [(topic, one, rng.choice(says), 1), (topic, one, nearest, 0)]
    return pairs, said, {topic: list(kept.values()) for topic, kept in points.items()}


def all_pairs(folder: Path, said, points) -> tuple[list[Pair], list[Pair]]:
    """All that people decided on; and of an argument with a key point of another debate, which is no match."""
    texts = {row["key_point_id"]: row["key_point"] for row in rows(folder / "key_points_dev.csv")}
    topic_of = {one: topic for topic, kept in said.items() for one in kept}
    decided = [
        (topic_of[row["arg_id"]], row["arg_id"], texts[row["key_point_id"]], int(row["label"]))
        for row in rows(folder / "labels_dev.csv")
    ]
    across = [
        (topic, one, point, 0)
        for one, topic in topic_of.items()
        for other in points
        if other != topic
        for point in points[other]
    ]
    return decided, across


def in_life(pairs: list[Pair], said, points, encoder: Encoder) -> str:
    """How far probabilities fall short where few pairs match, as it is in life."""
    probability, labels = scored(pairs, said, points, encoder), np.array([pair[3] for pair in pairs])
    sure, middling = probability >= 0.5, (probability >= 0.2) & (probability < 0.5)
    return (
        f"{labels.sum()} match, {probability.sum():.0f} expected, {sure[labels == 1].mean():.2f} of them from .5, "
        f"where {labels[sure].mean():.2f} are right; of those at .2 to .5, {labels[middling].mean():.2f}"
    )


def shared(text: str, point: str) -> float:
    """What share of a key point's runs of three letters the text has too."""
    in_text, in_point = ({of[i : i + 3] for i in range(len(of) - 2)} for of in (text.lower(), point.lower()))
    return len(in_text & in_point) / len(in_point)


def in_one(pairs: list[Pair], said, points):
    """All topics as one."""
    everything = {one: text for kept in said.values() for one, text in kept.items()}
    return (
        [("", one, point, label) for _, one, point, label in pairs],
        {"": everything},
        {"": [point for kept in points.values() for point in kept]},
    )


def scored(pairs: list[Pair], said, points, encoder: Encoder | None) -> np.ndarray:
    """P(statement says key point), each topic's statements and key points read together as by `sayso match`."""
    found = {}
    for topic in sorted({pair[0] for pair in pairs}):
        probability = match(list(said[topic].values()), points[topic], encoder=encoder)
        for one, row in zip(said[topic], probability, strict=True):
            found.update({(topic, one, point): value for point, value in zip(points[topic], row, strict=True)})
    return np.array([found[pair[:3]] for pair in pairs])


def drawn(probability: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Average precision and calibration error, first as they are, then of drawn statements; [1 + DRAWS, 2]."""
    rng, n = np.random.default_rng(SEED), len(labels) // 2
    told = [measures(probability, labels)]
    for _ in range(DRAWS):
        at = 2 * rng.integers(n, size=n)[:, None] + np.arange(2)  # both pairs of a statement are drawn together
        told.append(measures(probability[at.ravel()], labels[at.ravel()]))
    return np.array(told)


def measures(probability: np.ndarray, labels: np.ndarray) -> tuple[float, float]:
    ranked = labels[np.argsort(-probability, kind="stable")]
    precision = ranked.cumsum() / np.arange(1, len(ranked) + 1)
    of_bin = np.minimum((probability * BINS).astype(int), BINS - 1)
    off = np.bincount(of_bin, weights=probability - labels, minlength=BINS)
    return float(precision[ranked == 1].mean()), float(np.abs(off).sum() / len(labels))


def in_words(told: np.ndarray) -> str:
    low, high = np.quantile(told[1:], [0.05, 0.95], axis=0)
    names = ("average precision", "calibration error")
    return ", ".join(f"{name} {told[0, i]:.3f} ({low[i]:.3f} to {high[i]:.3f})" for i, name in enumerate(names))


if __name__ == "__main__":
    raise SystemExit(main())
