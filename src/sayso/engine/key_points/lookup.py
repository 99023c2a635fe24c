"""One new statement beside all there are: who says the same, and which key point it says. Found in milliseconds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.special import expit

from sayso.engine.key_points.alike import Alike
from sayso.engine.key_points.apart import kept_apart
from sayso.engine.key_points.encoders import Encoder
from sayso.engine.key_points.finding import LISTENS
from sayso.engine.key_points.likenesses import AT_ONCE, Texts, evenly, unit
from sayso.engine.key_points.matching import (
    HARDLY_ALIKE,
    NEIGHBOURS,
    Weights,
    log_odds_between,
    scalar_features,
    scale_among_few,
    weights_of,
    wide_between,
)
from sayso.engine.votes import FloatArray, IntArray
from sayso.engine.wording import Rarity, pieces, says_no, words

SHORT_DIMS = 48  # main directions of sense, in which all statements are compared; the nearest are compared in full
SAMPLE = 5_000  # statements from which those directions are taken
COMPARED = 200  # statements compared in full, nearest by meaning, and as many again by their rarest words
POSTINGS = 3_000  # statements holding one word: a word in more of them tells too little to be looked up
# P(says the same) from which a statement is shown as said already: precision first, measured in the science page.
SAME = 0.98
MEANING = 2  # its place among likenesses: neighbours are heard by words, pieces and sense


@dataclass(frozen=True, eq=False)
class Lookup:
    """Statements of one topic, with their key points, ready to be asked.

    texts : Texts, statements then key points
    rarity : of words, of pieces
    by_word : sparse [n_features, n], which statements hold a word
    common, axes, short : what statements have in common in meaning [dims], main directions of sense [dims, d], and
        statements in those, float32 [n, d]; None without an encoder
    says : float64 [n, k], P(statement says key point) by itself
    """

    encoder: Encoder | None
    weights: Weights
    texts: Texts
    rarity: tuple[Rarity, Rarity]
    by_word: sparse.csr_array
    common: FloatArray | None
    axes: FloatArray | None
    short: np.ndarray | None
    alike: Alike
    scale: list[tuple[float, float]]
    says: FloatArray

    @classmethod
    def of(cls, statements: Sequence[str], key_points: Sequence[str], *, encoder: Encoder | None) -> Lookup:
        """Read everything once; costs what `finding.says_found` does.

        Examples
        --------
        >>> said = ["Lunch is too dear.", "Our lunch is too dear.", "Parking is full.", "Nobody asked me."] * 5
        >>> lookup = Lookup.of(said, ["Lunch is too dear.", "Parking is full."], encoder=None)
        >>> int(lookup.place("Our lunch is dear").argmax())
        0
        >>> [said[i] for i, _ in lookup.same("Nobody asked me", most=1)]
        ['Nobody asked me.']
        """
        texts, weights, n = Texts.of(statements, key_points, encoder), weights_of(encoder), len(statements)
        everything = [*statements, *key_points]
        says, scale = np.zeros((n, len(key_points))), []
        if n and key_points:
            likenesses = texts.to_key_points()
            scale = scale_among_few(likenesses)
            says = expit(log_odds_between(texts, texts.asked, texts.points, likenesses, weights.found, scale))
        common = axes = short = None
        if n and texts.meaning is not None:
            common = texts.common
            sample = texts.senses(evenly(n, SAMPLE))
            axes = np.linalg.eigh(sample.T @ sample)[1][:, ::-1][:, :SHORT_DIMS]
            blocks = (slice(start, min(start + AT_ONCE, n)) for start in range(0, n, AT_ONCE))
            short = np.concatenate([(texts.senses(rows) @ axes).astype(np.float32) for rows in blocks])
        return cls(
            encoder,
            weights,
            texts,
            (Rarity.of(map(words, everything)), Rarity.of_pieces(everything)),
            sparse.csr_array(texts.words[:n].T),
            common,
            axes,
            short,
            Alike.here(texts, weights.alike),
            scale,
            says,
        )

    def same(self, text: str, *, most: int = 3, least: float = SAME) -> list[tuple[int, float]]:
        """Statements that say the same in their own words, and how likely each does, the likeliest first.

        Only what is near in meaning or shares a rare word is compared in full: O(n · 48 + letters).
        """
        asked = self._read(text)
        near = self._near(asked)
        odds = sum(slope * one for slope, one in zip(self.alike.slopes, self._likenesses(asked, near), strict=True))
        probability = self._kept_apart(asked, near, expit(odds + self.alike.constant))
        best = np.argsort(-probability, kind="stable")[:most]
        return [(int(near[i]), float(probability[i])) for i in best if probability[i] >= least]

    def place(self, text: str) -> FloatArray:
        """P(statement says key point), float64 [k], to four digits: as if it had been among the others.

        It listens to those there are; they do not listen to it, which changes a digit or two.
        """
        if not self.says.shape[1]:
            return np.zeros(0)
        asked = self._read(text)
        points = np.arange(self.texts.n_statements, self.texts.words.shape[0])
        says = expit(self._pair_log_odds(asked, points)[0])
        near = self._near(asked)
        if len(near) and (at_most := min(NEIGHBOURS, self.texts.n_statements // NEIGHBOURS)):
            words_pieces_sense = [one for i, one in enumerate(self._likenesses(asked, near)) if i != MEANING]
            likeness = np.mean(words_pieces_sense, axis=0).round(9)
            heard = np.argsort(-likeness, kind="stable")[:at_most]
            weight = np.maximum(likeness[heard], 0) ** 2
            weight /= weight.sum() + HARDLY_ALIKE
            says = (1 - LISTENS * weight.sum()) * says + LISTENS * (weight @ self.says[near[heard]])
        probability: FloatArray = self._kept_apart(asked, points, says).round(4)
        return probability

    def _read(self, text: str) -> _Asked:
        meaning = sense = None
        if self.encoder is not None and self.common is not None:
            meaning = self.encoder.encode([text])[0]
            sense = unit((meaning - self.common)[None])[0]
        read = ((words(text), self.rarity[0]), (pieces(text), self.rarity[1]))
        weighed = [rarity.weigh([parts]) for parts, rarity in read]
        return _Asked(says_no(text), weighed[0], weighed[1], meaning, sense)

    def _likenesses(self, asked: _Asked, which: IntArray) -> list[FloatArray]:
        """Each likeness to some of the texts, float64 [n_which], in the order of `Texts.between`."""
        there = self.texts
        found = [
            rows[which] @ one.toarray()[0] for one, rows in ((asked.words, there.words), (asked.pieces, there.pieces))
        ]
        kinds = ((asked.meaning, there.meanings), (asked.sense, there.senses))
        return found + [rows(which) @ one for one, rows in kinds if one is not None]

    def _pair_log_odds(self, asked: _Asked, points: IntArray) -> FloatArray:
        found = scalar_features([one[None] for one in self._likenesses(asked, points)], self.scale)
        pair = self.weights.found
        if len(pair) - 1 > found.shape[-1] and asked.sense is not None:
            wide = wide_between(asked.sense[None], self.texts.senses(points))
            found = np.concatenate([found, wide], axis=-1)
        odds: FloatArray = found @ pair[:-1] + pair[-1]
        return odds

    def _kept_apart(self, asked: _Asked, which: IntArray, probability: FloatArray) -> FloatArray:
        left: FloatArray = kept_apart(probability[None], np.array([asked.negated]), self.texts.negated[which], None)[0]
        return left

    def _near(self, asked: _Asked) -> IntArray:
        """The statements nearest in the main directions of sense, and those that hold most of its rare words."""
        score = np.zeros(self.texts.n_statements)
        start = self.by_word.indptr
        for column, weight in zip(asked.words.indices, asked.words.data, strict=True):
            held = slice(start[column], start[column + 1])
            if held.stop - held.start <= POSTINGS:
                score[self.by_word.indices[held]] += weight * self.by_word.data[held]
        some = min(COMPARED, len(score))
        best = np.argpartition(-score, some - 1)[:some] if some else np.zeros(0, dtype=np.int64)
        near = [best[score[best] > 0]]
        if self.short is not None and self.axes is not None and asked.sense is not None:
            likeness = self.short @ (asked.sense @ self.axes).astype(np.float32)
            near.append(np.argpartition(-likeness, some - 1)[:some])
        found: IntArray = np.unique(np.concatenate(near)).astype(np.int64)
        return found


@dataclass(frozen=True, eq=False)
class _Asked:
    """A text as `Texts` would hold it."""

    negated: bool
    words: sparse.csr_array
    pieces: sparse.csr_array
    meaning: FloatArray | None
    sense: FloatArray | None
