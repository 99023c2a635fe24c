"""How likely a statement says a key point: what each pair says, and what statements alike say.

Learnt on arguments of 24 topics by `tools/train_matching.py`; docs/science/key_points.md has the protocol.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TypeGuard

import numpy as np
from scipy import sparse
from scipy.special import expit, logit

from sayso.engine.key_points.encoders import Encoder, UniversalSentenceEncoder
from sayso.engine.key_points.english_words import EnglishWords, Tuning
from sayso.engine.key_points.in_english import read_in_english
from sayso.engine.key_points.kernels import add_distances
from sayso.engine.key_points.likenesses import Others, Texts, evenly
from sayso.engine.key_points.telling import told
from sayso.engine.key_points.universal_words import UniversalWords
from sayso.engine.votes import BoolArray, FloatArray

NEIGHBOURS, HEARD, ROUNDS = 10, 0.8, 20  # whom a statement hears, how much of it, how often: chosen out of fold
LOUDEST = 3.0  # log-odds beyond which nobody is heard: one that is sure of a key point is not to outshout others
NONE_OF_THESE = -2.0  # log-odds of a key point that is not on the list, against which all others compete
SHARPER = 2.5  # how many times as far from there log-odds are taken after listening, which draws them together
# Summed likeness, squared, at which half as much is heard: the nearest of a statement unlike all others tells nothing.
HARDLY_ALIKE = 0.02
LISTENED_TO = 5_000  # statements at most, evenly among all, in which neighbours are looked for: time stays linear
SCALARS = 3  # features of each likeness, see `scalar_features`
# Mean and standard deviation of words, pieces, meaning and sense in the debates learnt from, and their weight in pairs.
USUALLY, USUAL_PAIRS = ((0.02, 0.04), (0.025, 0.035), (0.3, 0.17), (0.0, 0.19)), 1_000
HEEDED = 0.5  # of a pair's log-odds come from the encoder for English: chosen out of fold
EVERY_WORD = 0.3  # what each word weighs there besides its rarity
BLOCK = 512  # statements at once: bounds memory


@dataclass(frozen=True, eq=False)
class Weights:
    """What was learnt.

    pair : float64 [n_features + 1], the last one the constant: log-odds of a pair
    sure : float64 [2]: log-odds of the end as slope and constant of the log-odds after competition
    alike : float64 [2 · n_likenesses + 1]: log-odds of a pair whatever else is on the list, see `alike`
    found : float64 [n_features + 1]: as `pair`, for key points that were found in a conversation on many things
    """

    pair: FloatArray
    sure: FloatArray
    alike: FloatArray
    found: FloatArray


def match(
    statements: Sequence[str],
    key_points: Sequence[str],
    *,
    encoder: Encoder | None,
    english: EnglishWords | None = None,
    other_side: Sequence[str] = (),
) -> FloatArray:
    """P(statement says key point) for every pair, of one topic and stance.

    Parameters
    ----------
    statements : sequence of str [n]
        All that this side says to the topic: those alike support each other.
    key_points : sequence of str [k]
    encoder : Encoder or None
        `encoders.installed_encoder()`; without one, words and pieces of words alone are compared.
    english : EnglishWords, optional
        `english_words.installed_english()`; heeded beside our encoder, and by what is said in English (`in_english`).
    other_side : sequence of str [m]
        What those say to the topic who take the opposite stance. They say none of these key points, and nor do
        statements alike to theirs, the more alike the less. What both sides have in common is the topic, and no reason.
        Of them `read_beside` is read.

    Returns
    -------
    float64 [n, k]
        Probabilities to four digits. A row need not sum to 1: a statement may say two things, or none of these.

    Notes
    -----
    Logistic regression on likenesses of the pair; its log-odds are passed on among each statement's nearest ten, at
    most a tenth of all (label propagation, Zhou et al. 2004); then key points compete for a statement (softmax, with
    "none of these"); a second regression makes probabilities of their shares. Beyond 5,000 statements of both sides,
    neighbours are looked for among 5,000 that lie evenly. With n for both: O(n · min(n, 5000) + n · k · dims) time,
    O(n · (k + dims)) memory.

    Examples
    --------
    >>> said = ["The canteen is too dear.", "Lunch costs too much here.", "Parking is full by eight."]
    >>> probability = match(said, ["The canteen costs too much.", "There is too little parking."], encoder=None)
    >>> probability.shape, probability.argmax(axis=1).tolist()
    ((3, 2), [0, 0, 1])
    """
    if not len(statements) or not len(key_points):
        return np.zeros((len(statements), len(key_points)))
    beside = read_beside(other_side, len(statements))
    texts, weights = Texts.of(statements, key_points, encoder, beside), weights_of(encoder)
    rows = rows_told([*statements, *beside], key_points, encoder)
    read = None if rows is None or english is None else Read.of(statements, key_points, english, beside)
    slope, constant = weights.sure if read is None else read.tuning.sure
    probability: FloatArray = np.round(expit(slope * heard_log_odds(texts, weights.pair, rows, read) + constant), 4)
    return probability


def read_beside(other_side: Sequence[str], n: int) -> list[str]:
    """What is read of the other side beside n statements: no more than they are, and 5,000 at most, evenly.

    >>> read_beside(["a", "b", "c", "d", "e"], 3)
    ['a', 'c', 'e']
    """
    return [other_side[i] for i in evenly(len(other_side), min(n, LISTENED_TO))]


@dataclass(frozen=True, eq=False)
class Read:
    """What texts tell an encoder that reads English.

    rows : float64 [n + m + k, dims], as `telling.told`, in the order of `Texts`; zeros for texts in other languages
    known : bool [n + m + k], which those are not
    """

    rows: FloatArray
    known: BoolArray
    tuning: Tuning

    @classmethod
    def of(
        cls,
        statements: Sequence[str],
        key_points: Sequence[str],
        english: EnglishWords,
        other_side: Sequence[str] = (),
    ) -> Read | None:
        """None where most but the other side's is in other languages, and where the encoder has not been tuned."""
        asked = [*statements, *key_points]
        known = read_in_english(asked, other_side)
        if english.tuning is None or not known.any():
            return None
        n = len(statements)
        known = np.concatenate([known[:n], known[len(asked) :], known[n : len(asked)]])
        rows = told([*statements, *other_side], key_points, english, every_word=EVERY_WORD)
        return cls(rows * known[:, None], known, english.tuning)

    def heeded(self, odds: FloatArray) -> FloatArray:
        """Log-odds of pairs [n, k], a part of each from this encoder where it knows both; to nine digits.

        Tuned, it is too sure of itself, and of each key point in another way: its likenesses to a key point are brought
        to the mean and spread of the log-odds they are to change.
        """
        asked, points, found = slice(0, len(odds)), slice(len(self.rows) - odds.shape[1], None), odds.copy()
        both = np.ix_(self.known[asked], self.known[points])
        ours, likeness = odds[both], (self.rows[asked] @ self.rows[points].T)[both]
        if ours.size:
            stands_out = (likeness - likeness.mean(axis=0)) / np.maximum(likeness.std(axis=0), 1e-9)
            found[both] = (1 - HEEDED) * ours + HEEDED * (ours.mean(axis=0) + ours.std(axis=0) * stands_out)
        return found.round(9)


@cache
def _learnt() -> dict[str, FloatArray]:
    text = (files("sayso.engine.key_points") / "weights.json").read_text(encoding="utf-8")
    return {name: np.array(numbers) for name, numbers in json.loads(text).items()}


def weights_of(encoder: Encoder | None) -> Weights:
    """The weights for our encoder, for none, or, for another encoder, those that know likenesses only."""
    kind = "words" if encoder is None else "meaning" if _ours(encoder) else "likeness"
    return Weights(*(_learnt()[f"{kind}_{name}"] for name in ("pair", "sure", "alike", "found")))


def rows_told(statements: Sequence[str], key_points: Sequence[str], encoder: Encoder | None) -> FloatArray | None:
    """What the texts tell by their rare words (`telling.told`); None without our encoder."""
    return told(statements, key_points, UniversalWords(encoder)) if _ours(encoder) else None


def _ours(encoder: Encoder | None) -> TypeGuard[UniversalSentenceEncoder]:
    return isinstance(encoder, UniversalSentenceEncoder)


def heard_log_odds(
    texts: Texts, pair: FloatArray, rows: FloatArray | None = None, read: Read | None = None
) -> FloatArray:
    """Log-odds after statements have listened and key points have competed, float64 [n, k], kept finite.

    `rows` as `rows_told` gives them, `read` what an encoder for English adds. The other side says no, as loudly as
    anyone is heard.
    """
    odds = pair_log_odds(texts, pair, rows)
    alike_by = [one for one in (rows, None if read is None else read.rows) if one is not None]
    said = np.clip(odds if read is None else read.heeded(odds), -LOUDEST, LOUDEST)
    no = np.full((texts.n_other_side, odds.shape[1]), -LOUDEST)
    agreed = propagated(np.concatenate([said, no]), neighbours(texts, alike_by))[texts.asked]
    share = competed(NONE_OF_THESE + SHARPER * (agreed - NONE_OF_THESE))
    heard: FloatArray = logit(np.clip(share, 1e-6, 1 - 1e-6))
    return heard


def likenesses_of(texts: Texts, rows: FloatArray | None) -> list[FloatArray]:
    """Each likeness of statements to key points, the one of what they tell last, where it is known."""
    return [*texts.to_key_points(), *([] if rows is None else [rows[texts.asked] @ rows[texts.points].T])]


def pair_log_odds(texts: Texts, pair: FloatArray, rows: FloatArray | None = None) -> FloatArray:
    """Log-odds from the pair alone, float64 [n, k]."""
    likenesses = likenesses_of(texts, rows)
    return log_odds_between(texts, texts.asked, texts.points, likenesses, pair, scale_of(likenesses))


def log_odds_between(
    texts: Texts,
    rows: slice,
    others: slice,
    likenesses: Sequence[FloatArray],
    pair: FloatArray,
    scale: Sequence[tuple[float, float]],
) -> FloatArray:
    """As `pair_log_odds`, of some texts to others whose `likenesses` these are; `scale` as in `scalar_features`.

    To nine digits, so that threads do not choose between equals.
    """
    n_scalars = SCALARS * len(likenesses)
    wide = len(pair) - 1 > n_scalars
    if wide:
        there, said = texts.senses(others), range(*rows.indices(len(texts.negated)))
        products, differences = np.split(pair[n_scalars:-1] * np.repeat(wide_scale(there.shape[1]), there.shape[1]), 2)
    found = np.empty(likenesses[0].shape)
    for start in range(0, len(found), BLOCK):
        block = slice(start, start + BLOCK)
        odds = scalar_features([likeness[block] for likeness in likenesses], scale) @ pair[:n_scalars] + pair[-1]
        if wide:
            here = texts.senses(np.array(said[block]))
            odds += (here * products) @ there.T
            add_distances(here, there, differences, odds)
        found[block] = odds
    return found.round(9)


def scale_of(likenesses: Sequence[FloatArray]) -> list[tuple[float, float]]:
    """Mean and standard deviation of each likeness of statements to key points."""
    return [(float(likeness.mean()), max(float(likeness.std()), 1e-9)) for likeness in likenesses]


def scale_among_few(likenesses: Sequence[FloatArray]) -> list[tuple[float, float]]:
    """As `scale_of`, but from a thousand pairs of other debates besides: among a few statements nothing stands out."""
    found = []
    for likeness, (usual, usual_spread) in zip(likenesses, USUALLY, strict=False):
        own = likeness.size / (likeness.size + USUAL_PAIRS)
        mean = own * (float(likeness.mean()) if own else 0.0) + (1 - own) * usual
        square = own * (float((likeness**2).mean()) if own else 0.0) + (1 - own) * (usual**2 + usual_spread**2)
        found.append((mean, max(square - mean**2, 1e-18) ** 0.5))
    return found


def scalar_features(likenesses: Sequence[FloatArray], scale: Sequence[tuple[float, float]] | None = None) -> FloatArray:
    """Of each likeness: itself, how it stands out here, and its share among key points; [n, k, 3 · n_likenesses].

    `scale` is `scale_of` all statements, where these are only some of them.
    """
    found = []
    for likeness, (mean, spread) in zip(likenesses, scale or scale_of(likenesses), strict=True):
        stands_out = (likeness - mean) / spread
        odds = np.exp(stands_out - stands_out.max(axis=1, keepdims=True))
        found += [stands_out, 3 * likeness, 2 * odds / odds.sum(axis=1, keepdims=True)]
    return np.stack(found, axis=-1)


def wide_features(texts: Texts) -> FloatArray:
    """Products and differences of the senses in each dimension, scaled to about 1; [n, k, 2 · dims]."""
    return wide_between(texts.senses(texts.asked), texts.senses(texts.points))


def wide_between(said: FloatArray, points: FloatArray) -> FloatArray:
    """As `wide_features`, of senses float64 [n, dims] and [k, dims]."""
    said, points = said[:, None], points[None]
    of_products, of_differences = wide_scale(said.shape[2])
    return np.concatenate([said * points * of_products, np.abs(said - points) * of_differences], axis=-1)


def wide_scale(dims: int) -> tuple[float, float]:
    """By what products and differences of senses are brought to about 1."""
    return dims**0.5, dims**0.5 / 1.5


def competed(odds: FloatArray) -> FloatArray:
    """Shares among the key points and none of these: softmax of log-odds."""
    top = np.maximum(odds.max(axis=1, keepdims=True), NONE_OF_THESE)
    weight = np.exp(odds - top)
    share: FloatArray = weight / (weight.sum(axis=1, keepdims=True) + np.exp(NONE_OF_THESE - top))
    return share


def neighbours(texts: Texts, alike_by: Sequence[FloatArray] = ()) -> sparse.csr_array:
    """Who hears whom: each statement's nearest ten both ways, by likeness squared; rows sum to what is heard, ≤ 1."""
    n = texts.n_statements
    k = min(NEIGHBOURS, n // NEIGHBOURS)  # among few statements the nearest ten are simply all
    if k < 1:
        return sparse.csr_array((n, n))
    others = evenly(n, LISTENED_TO)
    there = Others.of(texts, others, alike_by)
    rows, columns, values = [], [], []
    for start in range(0, n, BLOCK):
        # Rounded, so that how threads share a sum does not choose among statements that are equally alike.
        alike = there.mean_likeness(slice(start, min(start + BLOCK, n))).round(9)
        own = np.arange(start, start + len(alike))
        alike[own[:, None] == others[None]] = -np.inf
        nearest = np.argpartition(-alike, k - 1, axis=1)[:, :k]
        rows.append(np.repeat(own, k))
        columns.append(others[nearest.ravel()])
        values.append(np.maximum(np.take_along_axis(alike, nearest, axis=1), 0).ravel() ** 2)
    edges = (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns)))
    graph = sparse.csr_array(edges, shape=(n, n))
    if len(others) == n:
        graph = graph.maximum(graph.T)
    total = np.asarray(graph.sum(axis=1)).ravel()
    return sparse.csr_array(sparse.diags_array(1 / (total + HARDLY_ALIKE)) @ graph)


def propagated(
    said: FloatArray, graph: sparse.csr_array, *, listens: float = HEARD, rounds: int = ROUNDS
) -> FloatArray:
    """Log-odds or probabilities after listening, again and again, to those who say something alike."""
    own = 1 - listens * np.asarray(graph.sum(axis=1)).reshape(-1, 1)
    heard = said
    for _ in range(rounds):
        heard = own * said + listens * (graph @ heard)
    return heard
