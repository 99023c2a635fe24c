"""Words and pieces of words in any language, and texts as weighted counts of them. Knows no meaning."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from scipy import sparse

from sayso.engine.votes import FloatArray

N_FEATURES = 1 << 20
PIECE_LENGTHS = (3, 4, 5)
# Words that say no (English, German, Spanish, French, Dutch, Italian); "don't" is read as "don t".
NEGATING_WORDS = """
not no never none nor without against t cannot
nicht kein keine keinen nie ohne gegen
sin nunca tampoco contra
ne pas jamais sans contre
niet geen nooit zonder tegen
non mai senza
"""
NEGATING = frozenset(NEGATING_WORDS.split())


def words(text: str) -> list[str]:
    """The words of a text; case, width and punctuation do not count.

    >>> words("We don't need “more”!")
    ['we', 'don', 't', 'need', 'more']
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter if letter.isalnum() else " " for letter in folded).split()


def says_no(text: str) -> bool:
    """Whether a text says no an odd number of times; blind to "hardly", "stop", and to French "ne … pas" as one.

    >>> says_no("This should not be allowed."), says_no("It is not true that nobody cares, not at all")
    (True, False)
    """
    return sum(word in NEGATING for word in words(text)) % 2 == 1


def pieces(text: str) -> list[str]:
    """All runs of three to five letters, borders of words among them."""
    line = f" {' '.join(words(text))} "
    return [line[at : at + length] for length in PIECE_LENGTHS for at in range(len(line) - length + 1)]


@dataclass(frozen=True, eq=False)
class Rarity:
    """How rare each word is among some texts: inverse document frequency (Spärck Jones 1972).

    value : float64 [2²⁰], in a hash's columns, above 0
    """

    value: FloatArray

    @classmethod
    def of(cls, texts: Iterable[Sequence[str]]) -> Rarity:
        """Counted among texts, each given as its words or pieces; O(words)."""
        counts = counted(texts)
        frequency = np.bincount(counts.indices, minlength=N_FEATURES)
        return cls(np.log((1 + counts.shape[0]) / (1 + frequency)))

    def weigh(self, texts: Iterable[Sequence[str]]) -> sparse.csr_array:
        """Texts, each given as its words or pieces, as rows of length 1: float64 [n, 2²⁰]. O(words)."""
        return _unit_rows(counted(texts), self.value)


def weighted(texts: Iterable[Sequence[str]]) -> sparse.csr_array:
    """Texts, each given as its words or pieces, as rows of length 1: float64 [n, 2²⁰], in a hash's columns.

    Counts on a log scale times their rarity among these texts. A text without words is a row of zeros. O(words).

    >>> rows = weighted([["bread", "oven"], ["bread"], []])
    >>> (rows @ rows.T).toarray().round(2).tolist()
    [[1.0, 0.38, 0.0], [0.38, 1.0, 0.0], [0.0, 0.0, 0.0]]
    """
    counts = counted(texts)
    frequency = np.bincount(counts.indices, minlength=N_FEATURES)
    return _unit_rows(counts, np.log((1 + counts.shape[0]) / (1 + frequency)))


def counted(texts: Iterable[Sequence[str]]) -> sparse.csr_array:
    numbers = [np.array([crc32(word.encode()) % N_FEATURES for word in text], dtype=np.int64) for text in texts]
    n = len(numbers)
    row = np.repeat(np.arange(n), [len(text) for text in numbers])
    column = np.concatenate([*numbers, np.zeros(0, dtype=np.int64)])
    counts = sparse.csr_array((np.ones(len(row)), (row, column)), shape=(n, N_FEATURES))
    counts.sum_duplicates()
    return counts


def _unit_rows(counts: sparse.csr_array, rarity: FloatArray) -> sparse.csr_array:
    counts.data = (1 + np.log(counts.data)) * rarity[counts.indices] + 1e-9
    length = np.sqrt(np.asarray(counts.multiply(counts).sum(axis=1)).ravel())
    counts.data *= np.repeat(1 / np.maximum(length, 1e-12), np.diff(counts.indptr))
    return counts
