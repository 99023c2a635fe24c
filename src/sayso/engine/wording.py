"""Words and pieces of words in any language, and texts as weighted counts of them. Knows no meaning."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from zlib import crc32

import numpy as np
from scipy import sparse

from sayso.engine.piece_columns import piece_columns
from sayso.engine.votes import FloatArray, IntArray

N_FEATURES = 1 << 20
TEXTS = 4_096  # counted at once: bounds memory
WORD = re.compile(r"[^\W_]+")
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
    return WORD.findall(folded)


def says_no(text: str) -> bool:
    """Whether a text says no an odd number of times; blind to "hardly", "stop", and to French "ne … pas" as one.

    >>> says_no("This should not be allowed."), says_no("It is not true that nobody cares, not at all")
    (True, False)
    """
    return sum(word in NEGATING for word in words(text)) % 2 == 1


def pieces(text: str) -> list[str]:
    """All runs of three to five letters, borders of words among them."""
    line = _line(text)
    return [line[at : at + length] for length in PIECE_LENGTHS for at in range(len(line) - length + 1)]


def _line(text: str) -> str:
    return f" {' '.join(words(text))} "


@dataclass(frozen=True, eq=False)
class Rarity:
    """How rare each word is among some texts: inverse document frequency (Spärck Jones 1972).

    value : float64 [2²⁰], in a hash's columns, above 0
    """

    value: FloatArray

    @classmethod
    def of(cls, texts: Iterable[Sequence[str]]) -> Rarity:
        """Counted among texts, each given as its words or pieces; O(words)."""
        return cls.among(_counted(texts))

    @classmethod
    def of_pieces(cls, texts: Iterable[str]) -> Rarity:
        """As `of` the pieces of each text; O(letters)."""
        return cls.among(_counted_pieces(texts))

    @classmethod
    def among(cls, counted: Iterable[sparse.csr_array]) -> Rarity:
        """Counted among rows, block by block."""
        n, frequency = 0, np.zeros(N_FEATURES, dtype=np.int64)
        for counts in counted:
            n += counts.shape[0]
            frequency += np.bincount(counts.indices, minlength=N_FEATURES)
        return cls(np.log((1 + n) / (1 + frequency)))

    def weigh(self, texts: Iterable[Sequence[str]]) -> sparse.csr_array:
        """Texts, each given as its words or pieces, as rows of length 1: float64 [n, 2²⁰]. O(words)."""
        return _stacked(_unit_rows(counts, self.value) for counts in _counted(texts))

    def weigh_pieces(self, texts: Iterable[str]) -> sparse.csr_array:
        """As `weigh` the pieces of each text; O(letters)."""
        return _stacked(_unit_rows(counts, self.value) for counts in _counted_pieces(texts))


def weighted(texts: Iterable[Sequence[str]]) -> sparse.csr_array:
    """Texts, each given as its words or pieces, as rows of length 1: float64 [n, 2²⁰], in a hash's columns.

    Counts on a log scale times their rarity among these texts. A text without words is a row of zeros. O(words).

    >>> rows = weighted([["bread", "oven"], ["bread"], []])
    >>> (rows @ rows.T).toarray().round(2).tolist()
    [[1.0, 0.38, 0.0], [0.38, 1.0, 0.0], [0.0, 0.0, 0.0]]
    """
    counted = list(_counted(texts))
    rarity = Rarity.among(counted).value
    return _stacked(_unit_rows(counts, rarity) for counts in counted)


def weighted_pieces(texts: Sequence[str]) -> sparse.csr_array:
    """As `weighted` the pieces of each text, many texts at once; O(letters).

    They are counted twice: to keep the counts of very many would take as much memory as the rows.
    """
    return Rarity.of_pieces(texts).weigh_pieces(texts)


def counted(texts: Iterable[Sequence[str]]) -> sparse.csr_array:
    """How often each word stands in each text, float64 [n, 2²⁰]; O(words)."""
    return _stacked(_counted(texts))


def _counted(texts: Iterable[Sequence[str]]) -> Iterator[sparse.csr_array]:
    remaining = iter(texts)
    while some := list(islice(remaining, TEXTS)):
        column = np.array([crc32(word.encode()) % N_FEATURES for text in some for word in text], dtype=np.int64)
        row = np.repeat(np.arange(len(some)), [len(text) for text in some])
        yield _counts(row, column, len(some))


def _counted_pieces(texts: Iterable[str]) -> Iterator[sparse.csr_array]:
    remaining = iter(texts)
    while some := [_line(text) for text in islice(remaining, TEXTS)]:
        yield _counts(*piece_columns(some, N_FEATURES), len(some))


def _counts(row: IntArray, column: IntArray, n: int) -> sparse.csr_array:
    counts = sparse.csr_array((np.ones(len(row)), (row, column)), shape=(n, N_FEATURES))
    counts.sum_duplicates()
    return counts


def _unit_rows(counts: sparse.csr_array, rarity: FloatArray) -> sparse.csr_array:
    counts.data = (1 + np.log(counts.data)) * rarity[counts.indices] + 1e-9
    length = np.sqrt(np.asarray(counts.multiply(counts).sum(axis=1)).ravel())
    counts.data *= np.repeat(1 / np.maximum(length, 1e-12), np.diff(counts.indptr))
    return counts


def _stacked(blocks: Iterable[sparse.csr_array]) -> sparse.csr_array:
    """One below the other. Arrays grow in place as blocks come, so that little is held twice."""
    data, column = np.empty(0), np.empty(0, dtype=np.int32)
    lengths, stop = [np.zeros(1, dtype=np.int64)], 0
    for block in blocks:
        start, stop = stop, stop + block.nnz
        if stop > len(data):
            for array in (data, column):
                array.resize(max(stop, stop + start // 4), refcheck=False)
        data[start:stop], column[start:stop] = block.data, block.indices
        lengths.append(np.diff(block.indptr))
    data.resize(stop, refcheck=False)
    column.resize(stop, refcheck=False)
    ends = np.cumsum(np.concatenate(lengths))
    return sparse.csr_array((data, column, ends), shape=(len(ends) - 1, N_FEATURES))
