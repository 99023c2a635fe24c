"""Which sentences could stand for what many say: taken from the statements themselves, short and plain."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np

from sayso.engine.votes import FloatArray, IntArray
from sayso.engine.wording import words

# Not after short words, which are often abbreviations: "etc.", "bzw.".
END_OF_SENTENCE = re.compile(r"(?<=[^\W\d_]{4}[.…])[\s”\"»')]+|(?<=[!?؟])[\s”\"»')]+|\n+|(?<=[。！？])")
PRIVATE_OR_LINK = re.compile(r"https?:|www\.|@|\d{5,}")
FEWEST, MANY = 3, 18  # words: fewer say nothing on their own; from about so many on a sentence is no longer short
# Sentences beginning so lean on one before (English, German, Spanish, French, Dutch, Italian).
LEANING_WORDS = """
it they this that these those he she him her and but or so because also then which who there its their
es er sie dies diese dieser dieses das und aber oder weil also denn deshalb darum dann dadurch dort
esto eso ello ellos ellas y pero o porque también entonces
cela ça il elle ils elles ce et mais ou parce aussi alors
dit dat hij zij ze en maar of omdat ook dan
questo quello esso essi e ma perché anche allora
"""
LEANING = frozenset(LEANING_WORDS.split())


@dataclass(frozen=True, eq=False)
class Sentences:
    """Sentences that could be key points.

    texts : str [m], each in its author's words
    source : int64 [m], the statement it stands in
    plain : float64 [m], 0 to 1: how well it reads on its own
    """

    texts: tuple[str, ...]
    source: IntArray
    plain: FloatArray


def sentences_of(statements: Sequence[str], among: IntArray, at_most: int) -> Sentences:
    """Sentences of the statements numbered in `among`, the plainest `at_most`, each wording once; O(letters).

    >>> found = sentences_of(["Lunch is too dear here. It annoys me.", "Lunch is too dear HERE!", "See www.x.org"],
    ...                      np.arange(3), 10)
    >>> found.texts, found.source.tolist()
    (('Lunch is too dear here.', 'It annoys me.'), [0, 0])
    """
    found: dict[tuple[str, ...], tuple[str, int, float]] = {}
    for number in among.tolist():
        for sentence in END_OF_SENTENCE.split(statements[number]):
            text = " ".join(sentence.split())
            value = plainness(text)
            if value > 0:
                found.setdefault(tuple(words(text)), (text, number, value))
    # Among equally plain ones by a hash: who spoke first is no reason.
    kept = sorted(found.values(), key=lambda one: (-round(one[2], 1), crc32(one[0].encode("utf-8", "surrogatepass"))))
    kept = sorted(kept[:at_most], key=lambda one: one[1])
    return Sentences(
        tuple(text for text, _, _ in kept),
        np.array([number for _, number, _ in kept], dtype=np.int64),
        np.array([value for _, _, value in kept]),
    )


def plainness(text: str) -> float:
    """0 to 1: short, no question, not leaning on a sentence before, nothing that could name somebody.

    >>> [round(plainness(text), 1) for text in ("Lunch is too dear", "It is too dear", "Why?", "Call 0171234567 now")]
    [1.0, 0.7, 0.0, 0.0]
    """
    spoken = words(text)
    if len(spoken) < FEWEST or PRIVATE_OR_LINK.search(text):
        return 0.0
    value = 1 / (1 + np.exp(min((len(spoken) - MANY) / 4, 50)))
    value *= 0.7 if spoken[0] in LEANING else 1.0
    value *= 0.5 if "?" in text or "؟" in text or "？" in text else 1.0
    value *= 0.5 if text.isupper() or text.endswith(("...", "…")) else 1.0
    return float(value) if value > 1e-3 else 0.0
