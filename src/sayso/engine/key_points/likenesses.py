"""How alike texts are, in four ways: as words, as pieces of words, in meaning, and in meaning for this topic."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from sayso.engine.key_points.encoders import Encoder
from sayso.engine.key_points.kernels import add_products
from sayso.engine.votes import BoolArray, FloatArray, IntArray
from sayso.engine.wording import says_no, weighted, weighted_pieces, words

Rows = slice | IntArray


AT_ONCE = 8_192  # texts encoded, and statements compared with key points, at once: bounds memory


@dataclass(frozen=True, eq=False)
class Texts:
    """Statements first, then what the other side says to the topic, then key points.

    n_statements : of both sides
    n_other_side : of them, read beside: what they hold counts for rarity and for what all have in common
    negated : bool [n], whether a text says no an odd number of times
    words, pieces : sparse float64 [n, n_features], rows of length 1 or 0
    meaning : float32 [n, dims], rows of length 1; None without an encoder. In 32 bits, as our encoder computes
    common : float64 [dims], mean meaning of the statements of both sides; None without an encoder
    """

    n_statements: int
    n_other_side: int
    negated: BoolArray
    words: sparse.csr_array
    pieces: sparse.csr_array
    meaning: NDArray[np.float32] | None
    common: FloatArray | None

    @classmethod
    def of(
        cls,
        statements: Sequence[str],
        key_points: Sequence[str],
        encoder: Encoder | None,
        other_side: Sequence[str] = (),
    ) -> Texts:
        """Read the texts; O(letters), and the encoder's time. Some 6 kB of memory a text of a hundred letters."""
        texts, n = [*statements, *other_side, *key_points], len(statements) + len(other_side)
        negated = np.array([says_no(text) for text in texts], dtype=bool)
        as_words, as_pieces = weighted(map(words, texts)), weighted_pieces(texts)
        meaning, common = (None, None) if encoder is None else _encoded(texts, n, encoder)
        return cls(n, len(other_side), negated, as_words, as_pieces, meaning, common)

    @property
    def asked(self) -> slice:
        """Rows of the statements that are compared with key points."""
        return slice(0, self.n_statements - self.n_other_side)

    @property
    def points(self) -> slice:
        """Rows of the key points."""
        return slice(self.n_statements, None)

    def meanings(self, rows: Rows) -> FloatArray:
        """Vectors of meaning, float64 [n_rows, dims]; raises ValueError without an encoder."""
        if self.meaning is None:
            raise ValueError("These weights need an encoder.")
        return self.meaning[rows].astype(np.float64)

    def senses(self, rows: Rows) -> FloatArray:
        """Meaning less what all statements here have in common, rows of length 1; as `meanings`."""
        meaning, common = self.meanings(rows), self.common
        return unit(meaning if common is None else meaning - common)

    def between(self, rows: Rows, others: Rows) -> list[FloatArray]:
        """Each likeness of some texts to others, float64 [n_rows, n_others]."""
        found = [np.asarray((kind[rows] @ kind[others].T).todense()) for kind in (self.words, self.pieces)]
        kinds = () if self.meaning is None else (self.meanings, self.senses)
        return found + [kind(rows) @ kind(others).T for kind in kinds]

    def to_key_points(self) -> list[FloatArray]:
        """Each likeness of statements that are asked about to key points, float64 [n_asked, n_key_points]."""
        return self.between_in_blocks(self.asked, self.points)

    def between_in_blocks(self, rows: slice, others: slice) -> list[FloatArray]:
        """As `between`, needing memory for the result and a block."""
        first, stop, _ = rows.indices(len(self.negated))
        n_others = len(self.negated[others])
        found = [np.empty((stop - first, n_others)) for _ in range(2 if self.meaning is None else 4)]
        for start in range(first, stop, AT_ONCE):
            some = slice(start, min(start + AT_ONCE, stop))
            for likeness, here in zip(found, self.between(some, others), strict=True):
                likeness[some.start - first : some.stop - first] = here
        return found


@dataclass(frozen=True, eq=False)
class Others:
    """Some of the texts, turned so that many can be compared with them, block by block.

    sparse : of each likeness by what texts hold, all rows, and those of these texts turned
    dense : of each likeness by vectors, rows of any texts, and those of these texts turned
    """

    sparse: Sequence[tuple[sparse.csr_array, sparse.csr_array]]
    dense: Sequence[tuple[Callable[[Rows], FloatArray], FloatArray]]

    @classmethod
    def of(cls, texts: Texts, which: IntArray, told: Sequence[FloatArray] = ()) -> Others:
        """The texts numbered in `which`; compared by pieces and by what they tell, where that is known (`telling`)."""
        kinds = (texts.pieces,) if told else (texts.words, texts.pieces)
        read: list[Callable[[Rows], FloatArray]] = [rows.__getitem__ for rows in told]
        if not told and texts.meaning is not None:
            read.append(texts.senses)
        turned = [(kind, sparse.csr_array(kind[which].T)) for kind in kinds]
        return cls(turned, [(kind, kind(which).T) for kind in read])

    def mean_likeness(self, rows: slice) -> FloatArray:
        """Of some texts to these, float64 [n_rows, n_others]: who says something alike."""
        found = [_products(kind, rows, turned) for kind, turned in self.sparse]
        found += [read(rows) @ turned for read, turned in self.dense]
        total, *more = found
        for likeness in more:
            total += likeness
        total /= len(found)
        return total


def _products(kind: sparse.csr_array, rows: slice, turned: sparse.csr_array) -> FloatArray:
    total = np.zeros((rows.stop - rows.start, turned.shape[1]))
    add_products(
        kind.indptr, kind.indices, kind.data, rows.start, turned.indptr, turned.indices, turned.data, total
    )  # fmt: skip
    return total


def _encoded(texts: Sequence[str], n_statements: int, encoder: Encoder) -> tuple[NDArray[np.float32], FloatArray]:
    """Meaning of all texts, and the mean of the statements', block by block."""
    meaning = np.zeros((0, encoder.dims), dtype=np.float32)
    total: FloatArray = np.zeros(0)
    for start in range(0, len(texts), AT_ONCE):
        block = encoder.encode(texts[start : start + AT_ONCE])
        if not start:  # only now does a service's encoder know how wide its vectors are
            meaning = np.empty((len(texts), block.shape[1]), dtype=np.float32)
        said = block[: max(n_statements - start, 0)].sum(axis=0)
        total = total + said if start else said
        meaning[start : start + len(block)] = block
    return meaning, total / max(n_statements, 1)


def unit(rows: FloatArray) -> FloatArray:
    """Rows scaled to length 1; rows of zeros stay."""
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    scaled: FloatArray = rows / np.maximum(length, 1e-12)
    return scaled


def evenly(n: int, at_most: int) -> IntArray:
    """Numbers below n, all of them or so many that lie evenly: a sample that needs no chance.

    >>> evenly(3, 5).tolist(), evenly(9, 3).tolist()
    ([0, 1, 2], [0, 4, 8])
    """
    return np.linspace(0, n - 1, at_most).round().astype(np.int64) if n > at_most else np.arange(n)
