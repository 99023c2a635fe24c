"""Which of a few labels a text has: what was believed beforehand, put right by the texts whose label was told.

Knows words, a belief about each text, and told labels; knows no kinds, no people, no votes. Used for the kind of a
statement and for how it stands to the change.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy import sparse
from scipy.linalg import cholesky, solve_triangular
from scipy.optimize import minimize
from scipy.special import log_softmax, softmax

from sayso.engine.votes import FloatArray, IntArray
from sayso.engine.wording import counted, pieces, words

MOST_TOLD = 2_000  # learnt from; of more, every so-manieth
HELD = 0.08  # how firmly words are held to "tells nothing": precision of their weights
HELD_SHARES = 4.0  # and of the labels' shares: who corrects chose what to correct, so these say little of the rest
LEAST_BELIEF = 1e-3  # nothing is ruled out beforehand


@dataclass(frozen=True, eq=False)
class Learnt:
    """What told labels taught, beside a belief.

    columns : int64 [n_columns], of a hash, ascending
    weights : float64 [n_columns, n_labels], log odds
    shares : float64 [n_labels], log odds
    """

    columns: IntArray
    weights: FloatArray
    shares: FloatArray

    def probability(self, texts: Sequence[str], belief: FloatArray) -> FloatArray:
        """P(label), float64 [n, n_labels], each row adding up to 1; `belief` as `learn` takes it. O(letters)."""
        features = _features(texts)[:, self.columns]
        found: FloatArray = softmax(_log(belief) + features @ self.weights + self.shares, axis=1)
        return found


def learn(texts: Sequence[str], label: IntArray, belief: FloatArray) -> Learnt:
    """Learn labels from texts whose label was told.

    log P(label | text) = log belief + words · weights + shares, up to a constant: a multinomial logistic regression
    with the belief as its offset, and a Gaussian prior around "the words tell nothing" on weights and shares. The most
    probable weights are taken; there is one such point, and the way to it has no chance in it. With no text told, the
    belief comes back as it was.

    Parameters
    ----------
    texts : n of them
    label : int64 [n], 0 to n_labels − 1
    belief : float64 [n, n_labels], what was believed of each before its label was told; rows of shares

    Raises
    ------
    ValueError
        Where lengths differ, or a label is none of them.

    Costs O(letters + n³) once and some 50 rounds of O(n² · n_labels), n being `MOST_TOLD` at most. The order of texts,
    and the machine, change the last digits only. Source: Bishop, Pattern Recognition
    and Machine Learning, 2006, 4.3.4; words and pieces of words side by side as Joulin et al. 2017. We differ in the
    offset.

    Examples
    --------
    >>> told = ["Fewer forms, please.", "Fewer meetings, please.", "The lift is broken.", "The door is broken."]
    >>> even = np.full((4, 2), 0.5)
    >>> learnt = learn(told, np.array([0, 0, 1, 1]), even)
    >>> learnt.probability(["Fewer mails, please.", "The gate is broken.", "Ahem"], even[:3]).round(1).tolist()
    [[0.9, 0.1], [0.1, 0.9], [0.5, 0.5]]
    """
    n, n_labels = belief.shape
    if not len(texts) == len(label) == n:
        raise ValueError(f"{len(texts)} texts, {len(label)} labels and {n} beliefs: these have to be as many.")
    if n and not 0 <= label.min() <= label.max() < n_labels:
        raise ValueError(f"label: from 0 to {n_labels - 1}, not {label.min()} to {label.max()}.")
    which = np.unique(np.linspace(0, n - 1, min(n, MOST_TOLD)).astype(np.int64)) if n else np.zeros(0, dtype=np.int64)
    features = _features([texts[i] for i in which])
    columns = np.unique(features.indices).astype(np.int64)
    features = features[:, columns]
    truth = np.eye(n_labels)[label[which]]
    by_text, shares = _most_probable((features @ features.T).toarray(), truth, _log(belief[which]))
    return Learnt(columns, features.T @ by_text, shares)


def _most_probable(alike: FloatArray, truth: FloatArray, offset: FloatArray) -> tuple[FloatArray, FloatArray]:
    """In as many directions as there are texts, not words: the best weights of words are sums over texts."""
    n, n_labels = truth.shape
    root = cholesky(alike + 1e-9 * np.eye(n), lower=True) if n else alike

    held = np.array([HELD] * n + [HELD_SHARES])[:, None]

    def cost(flat: FloatArray) -> tuple[float, FloatArray]:
        both = flat.reshape(n + 1, n_labels)
        log_share = log_softmax(offset + root @ both[:-1] + both[-1], axis=1)
        off = np.exp(log_share) - truth
        slope = np.concatenate([root.T @ off, off.sum(axis=0)[None]]) + held * both
        return float((held * both**2).sum() / 2 - (truth * log_share).sum()), slope.ravel()

    found = minimize(cost, np.zeros((n + 1) * n_labels), jac=True, method="L-BFGS-B", options={"maxiter": 500}).x
    both = found.reshape(n + 1, n_labels)
    by_text: FloatArray = solve_triangular(root, both[:-1], trans=1, lower=True) if n else both[:-1]
    return by_text, both[-1]


def _log(belief: FloatArray) -> FloatArray:
    found: FloatArray = np.log(np.maximum(belief, LEAST_BELIEF))
    return found


def _features(texts: Sequence[str]) -> sparse.csr_array:
    """Words, pairs of them, where it begins and how it ends; pieces of words. Each half of length 1, then both."""
    halves = [_of_length_1(counted(map(_telling, texts))), _of_length_1(counted(map(pieces, texts)))]
    return sparse.csr_array((halves[0] + halves[1]) * np.sqrt(0.5))


def _telling(text: str) -> list[str]:
    """Small words tell most here ("we need", "should"), so none is left out and none counts for being rare.

    Each is marked, so that a word of four letters is not taken for a piece of one.
    """
    said = words(text)
    pairs = [f"{one} {other}" for one, other in pairwise(said)]
    begins = [f"^{' '.join(said[:n])}" for n in (1, 2) if len(said) >= n]
    return [*(f"{word}," for word in said), *pairs, *begins, f"{text.rstrip()[-1:]}$"]


def _of_length_1(counts: sparse.csr_array) -> sparse.csr_array:
    counts.data = 1 + np.log(counts.data)
    length = np.sqrt(np.asarray(counts.multiply(counts).sum(axis=1)).ravel())
    counts.data *= np.repeat(1 / np.maximum(length, 1e-12), np.diff(counts.indptr))
    return counts
