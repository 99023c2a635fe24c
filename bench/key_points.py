"""Key points beside BERTopic and tf-idf: matching, coverage of given key points, seconds and memory at any size.

    .venv/bin/python bench/key_points.py FOLDER                    all parts that take minutes (FOLDER: ArgKP's tables)
    .venv/bin/python bench/key_points.py FOLDER --part speed --sizes 20000 60000 180000
    .venv/bin/python bench/key_points.py FOLDER --part lookup --sizes 100000      one new statement
    .venv/bin/python bench/key_points.py FOLDER --part repeats --sizes 12500 1000000     nearly the same words
    .venv/bin/python bench/key_points.py FOLDER --part speed --systems "ours, encoder stood in for"

The last one takes 11 GB for a million. Directions drawn by a text's words stand in for the encoder: as wide as its
vectors and at next to no cost, so that what all else takes is seen; the encoder's time is in proportion to the letters.

BERTopic gathers by the same encoder's vectors as ours, so what is compared is the gathering. It brings torch by its own
dependencies and needs none of it here, so it is no part of the bench group:

    uv pip install --no-deps bertopic==0.17.4 && uv pip install umap-learn plotly

Without it, its columns are left empty. Each measurement runs in a process of its own. Larger inputs are made up: the
beginning of one argument and the end of another. Prints tables; what is in docs/benchmarks.md says when it was made.
"""

from __future__ import annotations

import argparse
import csv
import importlib.util
import json
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

PARTS = ("matching", "coverage", "speed", "lookup", "repeats")
SIZED = ("speed", "lookup", "repeats")
AT_MOST = 12
QUESTIONS = 60


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--part", choices=PARTS, action="append")
    parser.add_argument("--sizes", type=int, nargs="+", default=[2_000, 20_000])
    parser.add_argument("--systems", nargs="+", help="only these")
    parser.add_argument("--one", nargs=3, metavar=("PART", "SYSTEM", "SIZE"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        part, system, size = args.one
        print(json.dumps(MEASURES[part](args.folder, system, int(size))))
        return 0
    for part in args.part or PARTS:
        sizes = args.sizes if part in SIZED else [0]
        print(f"\n{part}\n")
        for size in sizes:
            for system in args.systems or SYSTEMS[part]:
                if missing := [name for name in NEEDS.get(system, ()) if importlib.util.find_spec(name) is None]:
                    print(f"{system}: needs {', '.join(missing)}")
                    continue
                told = run_one(args.folder, part, system, size)
                print(f"{size or ''} {system}: " + ", ".join(f"{name} {value}" for name, value in told.items()))
    return 0


def run_one(folder: Path, part: str, system: str, size: int) -> dict[str, float]:
    command = [sys.executable, __file__, str(folder), "--one", part, system, str(size)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.strip().splitlines()[-1])


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def debates(folder: Path, part: str):
    """Texts, key points, labels [n, k], −1 undecided, and what the other side says, of each topic and stance."""
    arguments, points = rows(folder, f"arguments_{part}"), rows(folder, f"key_points_{part}")
    known = {(row["arg_id"], row["key_point_id"]): int(row["label"]) for row in rows(folder, f"labels_{part}")}
    for at in sorted({(row["topic"], row["stance"]) for row in arguments}):
        said = [row for row in arguments if (row["topic"], row["stance"]) == at]
        other_side = [row["argument"] for row in arguments if row["topic"] == at[0] and row["stance"] != at[1]]
        kept = [row for row in points if (row["topic"], row["stance"]) == at]
        labels = [[known.get((one["arg_id"], point["key_point_id"]), -1) for point in kept] for one in said]
        yield [one["argument"] for one in said], [point["key_point"] for point in kept], np.array(labels), other_side


def encoder():
    from sayso.engine.key_points.encoders import installed_encoder

    return installed_encoder()


def stand_in():
    """As wide as the encoder's vectors, and read with the same weights."""
    from zlib import crc32

    from sayso.engine.key_points.encoders import UniversalSentenceEncoder

    class StandIn(UniversalSentenceEncoder):
        def __init__(self) -> None:
            self.of_word = np.random.default_rng(0).standard_normal((1 << 14, self.dims)).astype(np.float32)

        def encode(self, texts):
            found = np.zeros((len(texts), self.dims))
            for row, text in zip(found, texts, strict=True):
                row += self.of_word[[crc32(word.encode()) % (1 << 14) for word in text.split()]].sum(axis=0)
            return found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-12)

    return StandIn()


def made_up(folder: Path, n: int) -> list[str]:
    words = [row["argument"].split() for row in rows(folder, "arguments_train")]
    rng = np.random.default_rng(0)

    def one() -> str:
        a, b = (words[i] for i in rng.integers(len(words), size=2))
        return " ".join(a[: rng.integers(3, len(a) + 1)] + b[rng.integers(0, max(len(b) - 2, 1)) :])

    return [one() for _ in range(n)]


# Matching: average precision of the surer half, strict and relaxed


def matching(folder: Path, system: str, _: int) -> dict[str, float]:
    from sayso.engine.key_points.matching import match

    used, found = encoder() if system in ("ours", ALONE) else None, []
    for said, points, labels, other_side in debates(folder, "dev"):
        beside = [] if system == ALONE else other_side
        scores = tf_idf(said, points) if system == "tf-idf" else match(said, points, encoder=used, other_side=beside)
        best, sure = scores.argmax(axis=1), scores.max(axis=1)
        top = np.argsort(-sure, kind="stable")[: len(said) // 2]
        told = labels[top, best[top]]
        found.append([average_precision(told == 1), average_precision(told != 0)])
    strict, relaxed = np.mean(found, axis=0)
    return {"strict": round(float(strict), 3), "relaxed": round(float(relaxed), 3)}


def tf_idf(said: list[str], points: list[str]) -> np.ndarray:
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectors = TfidfVectorizer(stop_words="english", sublinear_tf=True).fit(said)
    return np.asarray((vectors.transform(said) @ vectors.transform(points).T).todense())


def average_precision(labels: np.ndarray) -> float:
    right = labels.cumsum()
    return float((labels * right / np.arange(1, len(labels) + 1)).sum() / max(right[-1], 1))


# Coverage: key points given that a chosen statement was labelled with


def coverage(folder: Path, system: str, _: int) -> dict[str, float]:
    found = []
    for part in ("train", "dev"):
        told = []
        for said, _points, labels, _other_side in debates(folder, part):
            chosen, covered = gathered(said, system)
            labelled = labels[chosen]
            told.append(
                [len(chosen), (labelled == 1).any(0).mean(), (labelled != 0).any(0).mean(), covered]
                if chosen
                else [0, 0, 0, covered]
            )
        found.append(np.round(np.mean(told, axis=0), 3).tolist())
    names = ("chosen", "strict", "relaxed", "statements_listed")
    pairs = zip(("train", "dev"), found, strict=True)
    return {f"{part}_{name}": value for part, row in pairs for name, value in zip(names, row, strict=True)}


def gathered(said: list[str], system: str) -> tuple[list[int], float]:
    """The statements that stand for the rest, at most twelve, and the share of statements listed under any."""
    if system == "BERTopic":
        topics, model = bertopic(said)
        shown = [model.get_representative_docs(topic)[0] for topic in sorted(set(topics) - {-1})[:AT_MOST]]
        return [said.index(text) for text in shown], float(np.mean(np.array(topics) >= 0))
    if system == "tf-idf":
        return by_tf_idf(said)
    from sayso.engine.key_points.finding import find_key_points

    found = find_key_points(said, encoder=encoder(), at_most=AT_MOST)
    return [int(i) for i in found.source if i >= 0], 1 - len(found.unmatched) / len(said)


def by_tf_idf(said: list[str]) -> tuple[list[int], float]:
    """k-means on tf-idf, the statement nearest each middle."""
    from sklearn.cluster import KMeans
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectors = TfidfVectorizer(stop_words="english", sublinear_tf=True).fit_transform(said)
    model = KMeans(min(AT_MOST, len(said)), n_init=3, random_state=0).fit(vectors)
    return model.transform(vectors).argmin(axis=0).tolist(), 1.0


def bertopic(said: list[str]):
    from bertopic import BERTopic
    from umap import UMAP

    reducer = UMAP(n_neighbors=min(15, len(said) - 1), n_components=5, min_dist=0.0, metric="cosine", random_state=0)
    model = BERTopic(umap_model=reducer, min_topic_size=max(5, len(said) // 400), embedding_model=None)
    topics, _ = model.fit_transform(said, encoder().encode(said))
    return topics, model


# Seconds and memory, end to end


def speed(folder: Path, system: str, n: int) -> dict[str, float]:
    said = made_up(folder, n)
    began, worked = time.perf_counter(), time.process_time()
    if system == "BERTopic":
        topics, _ = bertopic(said)
        number = len(set(topics) - {-1})
    elif system == "tf-idf":
        number = len(by_tf_idf(said)[0])
    else:
        from sayso.engine.key_points.finding import find_key_points

        used = stand_in() if system == STOOD_IN else encoder()
        number = len(find_key_points(said, encoder=used).texts)
    return {"found": number, **spent(began, worked)}


def spent(began: float, worked: float) -> dict[str, float]:
    return {
        "seconds": round(time.perf_counter() - began, 1),
        "processor_seconds": round(time.process_time() - worked, 1),
        "gb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, 2),
    }


# Statements in nearly the same words


def repeats(folder: Path, _: str, n: int) -> dict[str, float]:
    from sayso.engine.duplicates import near_identical

    said = made_up(folder, n)
    near_identical(said[:100], all_with_all=0)  # what numba compiles first
    began, worked = time.perf_counter(), time.process_time()
    number = int((near_identical(said) >= 0).sum())
    return {"found": number, **spent(began, worked)}


# One new statement among many


def lookup(folder: Path, system: str, n: int) -> dict[str, float]:
    from sayso.engine.key_points.lookup import Lookup

    said = made_up(folder, n + QUESTIONS)
    points = [row["key_point"] for row in rows(folder, "key_points_train")[:30]]
    there = Lookup.of(said[:n], points, encoder=encoder() if system == "ours" else None)
    told: dict[str, float] = {}
    for name, ask in (("repeats", there.same), ("place", there.place)):
        taken = []
        for text in said[n:]:
            began = time.process_time()
            ask(text)
            taken.append(1e3 * (time.process_time() - began))
        told |= {
            f"{name}_ms": round(float(np.median(taken)), 1),
            f"{name}_ms_95": round(float(np.quantile(taken, 0.95)), 1),
        }
    return told


STOOD_IN, WORDS_ONLY, ALONE = "ours, encoder stood in for", "ours, words only", "ours, one side alone"
NEEDS = {"BERTopic": ("bertopic", "umap", "hdbscan"), "tf-idf": ("sklearn",)}
MEASURES = {"matching": matching, "coverage": coverage, "speed": speed, "lookup": lookup, "repeats": repeats}
SYSTEMS = {
    "matching": ("ours", ALONE, WORDS_ONLY, "tf-idf"),
    "coverage": ("ours", "BERTopic", "tf-idf"),
    "speed": ("ours", "BERTopic", "tf-idf"),
    "lookup": ("ours", WORDS_ONLY),
    "repeats": ("ours",),
}

if __name__ == "__main__":
    sys.exit(main())
