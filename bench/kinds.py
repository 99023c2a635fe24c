"""Kinds and leanings of real statements: what the turns of phrase tell, and what k corrections teach on top.

python bench/kinds.py [--seeds 20]

Kinds: 210 accepted statements of two Polis conversations, drawn by chance and read by one reader (kinds_labels.csv;
empty: none of the kinds), and the demo's first 140, whose kinds their writers set. Leanings: arguments of IBM's
ArgKP, for or against a motion, 24 debates. A third is held out each time; k of the rest are told, drawn by chance, or
only those that the turns of phrase got wrong, as corrections are. "Shown" are guesses likelier right than wrong.
"""

from __future__ import annotations

import argparse
import csv
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

import django
import numpy as np

from sayso.engine.learning_kinds import learn
from sayso.engine.votes import FloatArray, IntArray

HERE = Path(__file__).parent
DATA = HERE.parents[1] / "shared" / "data"
DEMO = HERE.parent / "src" / "sayso" / "demo" / "words" / "statements.csv"
TOLD = (0, 10, 20, 40, 80)
SHOWN = 0.5
Scene = tuple[str, list[str], IntArray, str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--debates", type=int, default=24)
    seeds = parser.parse_args().seeds
    print("| statements | told | most frequent | ours | shown | right of those | sureness of those |")
    print("|---|---|---|---|---|---|---|")
    for name, texts, label, about in kind_scenes():
        for only_wrong in (False, True):
            measured(name, texts, label, about, seeds, only_wrong)
    debates = debate_scenes()[: parser.parse_args().debates]
    pooled(debates, max(1, seeds // 4))
    from_other_debates(debates)


def labels_of(about: str) -> Sequence[str]:
    from sayso.distillations.kind_learning import RULES
    from sayso.engagements.models import About

    return RULES[About(about)][0]


def belief_in(texts: Sequence[str], about: str) -> FloatArray:
    from sayso.distillations import kind_learning
    from sayso.engagements.models import About

    return kind_learning.belief_in(texts, About(about))


def kind_scenes() -> list[Scene]:
    rows = list(csv.DictReader((HERE / "kinds_labels.csv").open(encoding="utf-8")))
    found = []
    for name in dict.fromkeys(row["conversation"] for row in rows):
        with (DATA / "polis" / name / "comments.csv").open(encoding="utf-8") as file:
            said = {row["comment-id"]: " ".join(row["comment-body"].split()) for row in csv.DictReader(file)}
        mine = [row for row in rows if row["conversation"] == name and row["kind"]]
        label = np.array([labels_of("kind").index(row["kind"]) for row in mine])
        found.append((name, [said[row["comment_id"]] for row in mine], label, "kind"))
    demo = list(csv.DictReader(DEMO.open(encoding="utf-8")))[:140]  # those after them say the same in other words
    label = np.array([labels_of("kind").index(row["kind"]) for row in demo])
    return [*found, ("demo", [row["text"] for row in demo], label, "kind")]


def debate_scenes() -> list[Scene]:
    with (DATA / "argkp" / "arguments_train.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    found = []
    for topic in dict.fromkeys(row["topic"] for row in rows):
        mine = [row for row in rows if row["topic"] == topic]
        side = {"1": labels_of("leaning").index("for"), "-1": labels_of("leaning").index("against")}
        label = np.array([side[row["stance"]] for row in mine])
        found.append((topic, [row["argument"] for row in mine], label, "leaning"))
    return found


def measured(name: str, texts: list[str], label: IntArray, about: str, seeds: int, only_wrong: bool) -> None:
    for k in TOLD[only_wrong:]:
        runs = [one_run(texts, label, about, k, seed, only_wrong) for seed in range(seeds)]
        if found := [run for run in runs if run is not None]:
            show(f"{name}, {len(texts)}{', wrong ones told' if only_wrong else ''}", k, found)


def pooled(debates: Sequence[Scene], seeds: int) -> None:
    for k in TOLD:
        runs = [
            run
            for _, texts, label, about in debates
            for seed in range(seeds)
            if (run := one_run(texts, label, about, k, seed, only_wrong=False)) is not None
        ]
        show(f"leaning, {len(debates)} debates, each by itself", k, runs)


def from_other_debates(debates: Sequence[Scene]) -> None:
    """What holds in one debate, asked of another: 2,000 arguments of all the others told."""
    runs = []
    for number, (_, texts, label, about) in enumerate(debates):
        others = [scene for at, scene in enumerate(debates) if at != number]
        told = [text for scene in others for text in scene[1]]
        learnt = learn(told, np.concatenate([scene[2] for scene in others]), belief_in(told, about))
        probability = learnt.probability(texts, belief_in(texts, about))
        runs.append(figures(probability, label, np.concatenate([scene[2] for scene in others])))
    show("leaning, a debate from the 23 others", 2_000, runs)


def one_run(texts: list[str], label: IntArray, about: str, k: int, seed: int, only_wrong: bool) -> list[float] | None:
    order = np.random.default_rng(seed).permutation(len(texts))
    held, pool = order[: len(texts) // 3], order[len(texts) // 3 :]
    belief = belief_in(texts, about)
    if only_wrong:
        pool = pool[(belief[pool].argmax(axis=1) != label[pool]) | (belief[pool].max(axis=1) < SHOWN)]
    if k > len(pool):
        return None
    told = pool[:k]
    learnt = learn([texts[i] for i in told], label[told], belief[told])
    return figures(learnt.probability([texts[i] for i in held], belief[held]), label[held], label[told])


def figures(probability: FloatArray, truth: IntArray, told: IntArray) -> list[float]:
    right = probability.argmax(axis=1) == truth
    shown = probability.max(axis=1) >= SHOWN
    usual = float((truth == np.bincount(told).argmax()).mean()) if len(told) else float("nan")
    n_right, sure = float(right[shown].sum()), float(probability.max(axis=1)[shown].sum())
    # Where nothing is told the first of equals would count as a guess.
    knows = probability.max(axis=1) > 1.001 / probability.shape[1]
    return [usual, float((right & knows).mean()), float(shown.mean()), n_right / len(truth), sure / len(truth)]


def show(name: str, k: int, runs: Sequence[Sequence[float]]) -> None:
    usual, right, shown, right_shown, sure_shown = np.mean(runs, axis=0)
    of_those = f"{right_shown / shown:.2f} | {sure_shown / shown:.2f}" if shown else "– | –"
    told = f"{usual:.2f}" if k else "–"
    print(f"| {name} | {k:,} | {told} | {right:.2f} | {shown:.2f} | {of_those} |", flush=True)


if __name__ == "__main__":
    os.environ |= {"SAYSO_DATA": tempfile.mkdtemp(), "SAYSO_HTTPS": "0", "DJANGO_SETTINGS_MODULE": "sayso.settings"}
    django.setup()
    main()
