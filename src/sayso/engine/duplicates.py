"""The same thing said in nearly the same words.

Knows texts; knows nothing of votes. What is said in other words altogether is the work of key points.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sayso.engine.votes import IntArray
from sayso.engine.wording import NEGATING, pieces, weighted, words

MIN_SIMILARITY = 0.8  # checked by eye on twelve open conversations: the pairs above it say the same
TURNS = NEGATING | {"less", "more", "fewer", "weniger", "mehr", "menos"}  # words that turn a sentence round
BLOCK = 2_000  # statements compared at once: bounds memory


def near_identical(texts: Sequence[str]) -> IntArray:
    """For each text, the number of the first earlier text in nearly the same words, −1 when there is none.

    Parameters
    ----------
    texts : sequence of str [n]
        In the order they were said. Any language.

    Returns
    -------
    int64 [n]
        Always a text that is itself no duplicate, so that chains end.

    Notes
    -----
    Cosine of letter n-grams (3 to 5) weighted by inverse document frequency (Spärck Jones 1972), of at least .8, and
    the same numbers and the same words that turn a sentence round. Case, width and punctuation do not count. O(n²) in
    the worst case, in sparse blocks.

    Examples
    --------
    >>> near_identical(["We need a break room.", "Parking is full by eight.", "We need a break-room!"]).tolist()
    [-1, -1, 0]
    >>> near_identical(["The canteen should be open at night.", "The canteen should not be open at night."]).tolist()
    [-1, -1]
    """
    duplicate_of = np.full(len(texts), -1, dtype=np.int64)
    if len(texts) < 2:
        return duplicate_of
    rows = weighted(pieces(text) for text in texts)
    turning = [_turning_words(text) for text in texts]
    for start in range(0, len(texts), BLOCK):
        similar = (rows[start : start + BLOCK] @ rows.T).tocoo()
        later, earlier = similar.row + start, similar.col
        close = (similar.data >= MIN_SIMILARITY) & (earlier < later)
        for text, other in sorted(zip(later[close].tolist(), earlier[close].tolist(), strict=True)):
            if duplicate_of[text] < 0 and turning[text] == turning[other]:
                duplicate_of[text] = other if duplicate_of[other] < 0 else duplicate_of[other]
    return duplicate_of


def _turning_words(text: str) -> list[str]:
    """Numbers, and words that turn a sentence round: one letter more or less in them is another claim."""
    return sorted(word for word in words(text) if word in TURNS or any(letter.isdecimal() for letter in word))
