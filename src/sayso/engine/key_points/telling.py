"""Texts as their words in context, each weighed by how rare it is here, less what all statements have in common.

A vector of a sentence gives every word the same say, and what a topic's statements have in common drowns the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from sayso.engine.key_points.likenesses import unit
from sayso.engine.votes import FloatArray, IntArray


class WordReader(Protocol):
    """Reads words in context, one text at a time or many: what it gives of a text does not depend on the others."""

    vocabulary: int

    def words(self, text: str) -> IntArray:
        """Numbers of its words, each below `vocabulary`; int64 [n_words]."""
        ...

    def summed(self, words: Sequence[IntArray], weight: FloatArray) -> FloatArray:
        """Of each text the sum of its words in context, each times the weight of that word; float64 [n, dims].

        `weight` float64 [vocabulary].
        """
        ...


def told(
    statements: Sequence[str], key_points: Sequence[str], reader: WordReader, *, every_word: float = 0.0
) -> FloatArray:
    """What statements, then key points, tell by their rare words; float64 [n + k, dims], rows of length 1 or 0.

    A word weighs the root of the log of one over the share of statements that hold it, and `every_word` more. To six
    digits: sums in 32 bits differ beyond them with what was read in the same go.
    """
    words = [reader.words(text) for text in (*statements, *key_points)]
    n = len(statements)
    held = np.zeros(reader.vocabulary)
    for one in words[:n]:
        held[np.unique(one)] += 1
    rows = unit(reader.summed(words, every_word + np.sqrt(np.log((1 + n) / (1 + held)))))
    common = rows[:n].mean(axis=0) if n else 0.0
    found: FloatArray = unit(rows - common).round(6)
    return found
