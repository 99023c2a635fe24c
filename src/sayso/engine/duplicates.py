"""The same thing said in nearly the same words.

Knows texts; knows nothing of votes. What is said in other words altogether is the work of key points.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import sparse

from sayso.engine.same_words.kernels import first_alike
from sayso.engine.same_words.marks import shared_marks
from sayso.engine.votes import FloatArray, IntArray
from sayso.engine.wording import NEGATING, Rarity, words

MIN_SIMILARITY = 0.8  # checked by eye on twelve open conversations: the pairs above it say the same
TURNS = NEGATING | {"less", "more", "fewer", "weniger", "mehr", "menos"}  # words that turn a sentence round
ALL_WITH_ALL = 6_000  # wordings: beyond, comparing all with all takes longer than looking for what is alike
BLOCK = 2_000  # statements compared at once: bounds memory
MOST_COMPARED = 32  # of the texts that share some marks, the earliest: bounds time


def near_identical(texts: Sequence[str], *, all_with_all: int = ALL_WITH_ALL) -> IntArray:
    """For each text, the number of the first earlier text in nearly the same words, −1 when there is none.

    Parameters
    ----------
    texts : sequence of str [n]
        In the order they were said. Any language.
    all_with_all : int
        So many different wordings are compared all with all.

    Returns
    -------
    int64 [n]
        Always a text that is itself no duplicate, so that chains end.

    Notes
    -----
    Cosine of letter n-grams (3 to 5) weighted by inverse document frequency (Spärck Jones 1972), of at least .8, and
    the same numbers and the same words that turn a sentence round. Case, width and punctuation do not count.

    What is named is always so alike: every pair is compared in full. Up to 6,000 different wordings every repeat is
    named. Beyond, texts are compared when they share marks (`same_words.marks`), so one may be overlooked: of pairs
    with a cosine of .8 three in ten thousand, of those with .9 practically none; more only where over 32 earlier
    texts share most of their rare pieces and yet are less alike. What is then named instead is a later text in nearly
    the same words, or none. Equal texts give equal answers on every machine. O(letters + n log n), with at most
    72 · 32 comparisons for a text; bounded by 6,000² before.

    Examples
    --------
    >>> near_identical(["We need a break room.", "Parking is full by eight.", "We need a break-room!"]).tolist()
    [-1, -1, 0]
    >>> near_identical(["The canteen should be open at night.", "The canteen should not be open at night."]).tolist()
    [-1, -1]
    """
    numbers: dict[str, int] = {}
    turns: dict[tuple[str, ...], int] = {}
    said_first: list[int] = []
    turned: list[int] = []
    wording = np.empty(len(texts), dtype=np.int64)
    for text, said in enumerate(texts):
        spoken = words(said)
        wording[text] = numbers.setdefault(" ".join(spoken), len(numbers))
        if len(numbers) > len(said_first):
            said_first.append(text)
            turned.append(turns.setdefault(_turning_words(spoken), len(turns)))
    turning = np.array(turned, dtype=np.int64)
    rarity = Rarity.of_pieces(texts)
    rows = rarity.weigh_pieces(numbers)
    if len(numbers) <= all_with_all:
        first = _first_of_all(rows, turning)
    else:
        first = _first_with_marks(rows, rarity.value, turning)
    return _without_chains(wording, said_first, first.tolist(), blank=numbers.get("", -1))


def _turning_words(spoken: Sequence[str]) -> tuple[str, ...]:
    """Numbers, and words that turn a sentence round: one letter more or less in them is another claim."""
    return tuple(sorted(word for word in spoken if word in TURNS or any(letter.isdecimal() for letter in word)))


def _first_of_all(rows: sparse.csr_array, turning: IntArray) -> IntArray:
    """The first earlier wording that is alike, or n: int64 [n], every pair compared."""
    n = rows.shape[0]
    first = np.full(n, n)
    for start in range(0, n, BLOCK):
        stop = min(start + BLOCK, n)
        similar = (rows[start:stop] @ rows[:stop].T).tocoo()
        later, earlier = similar.row + start, similar.col
        close = (similar.data >= MIN_SIMILARITY) & (earlier < later)
        later, earlier = later[close], earlier[close]
        same = turning[later] == turning[earlier]
        np.minimum.at(first, later[same], earlier[same])
    return first


def _first_with_marks(rows: sparse.csr_array, rarity: FloatArray, turning: IntArray) -> IntArray:
    """The first earlier wording found to be alike, or n: int64 [n], those compared that share marks."""
    first = np.full(rows.shape[0], rows.shape[0])
    for number in shared_marks(rows, rarity):
        order = np.argsort(number, kind="stable")
        begins = np.flatnonzero(np.diff(number[order], prepend=~number[order[:1]]))
        run_start = np.repeat(begins, np.diff(np.append(begins, len(order))))
        first_alike(
            order, run_start, rows.indptr, rows.indices, rows.data, turning, MIN_SIMILARITY, MOST_COMPARED, first
        )
    return first


def _without_chains(wording: IntArray, said_first: Sequence[int], first: Sequence[int], *, blank: int) -> IntArray:
    """From wordings to texts: the first text of what is alike, or what that one repeats; never one without words."""
    duplicate_of = np.full(len(wording), -1, dtype=np.int64)
    for text, its in enumerate(wording.tolist()):
        other = said_first[first[its]] if first[its] < len(first) else said_first[its]
        if other < text and its != blank:
            duplicate_of[text] = other if duplicate_of[other] < 0 else duplicate_of[other]
    return duplicate_of
