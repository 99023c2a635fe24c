"""Which sentences could stand for what many say: taken from the statements themselves, short and plain."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np

from sayso.engine.key_points.labels import shared_labels, without_label, without_mark
from sayso.engine.key_points.sentence_ends import said_openly, sentences_in
from sayso.engine.key_points.small_words import (
    BEHIND_NOUNS,
    LEANING,
    SMALL,
    TESTS,
    carrying,
    is_example,
)
from sayso.engine.key_points.spelling import Spelling
from sayso.engine.votes import FloatArray, IntArray
from sayso.engine.wording import words

PRIVATE_OR_LINK = re.compile(r"https?:|www\.|@|\d{5,}")
FEWEST, MANY = 3, 18  # words: fewer say nothing on their own; from about so many on a sentence is no longer short
FEW_LETTERS = 0.6  # of what is written: less is no sentence
# Left of plainness: an item of a list; leaning on who knows what, on a sentence before; cut off; a question; shouted.
LISTED, LEANS, LEANS_BACK, CUT, ASKS, LOUD = 0.6, 0.7, 0.4, 0.3, 0.5, 0.5
FEW_CARRYING = 3  # words: a test with no more than these says nothing
FEWEST_LETTERS = 3  # of the words that carry something
# Sentences beginning so leave unsaid of what they speak.
UNSAID = BEHIND_NOUNS - {"can", "do", "don", "will", "won"}
CUT_OFF = re.compile(r"(?:\.\.\.|…|[:,;(/-]|\b(?:and|or|und|oder|y|o|et|ou|e|en|of)[.!]?)$", re.IGNORECASE)
PAIRS = (("(", ")"), ("[", "]"), ("«", "»"))


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

    Labels that many statements share and marks of lists are left out; what is left is a run of its author's words.

    >>> found = sentences_of(["Lunch is too dear here. It annoys me.", "Lunch is too dear HERE!", "See www.x.org"],
    ...                      np.arange(3), 10)
    >>> found.texts, found.source.tolist()
    (('Lunch is too dear here.', 'It annoys me.'), [0, 0])
    """
    read = [statements[number] for number in among.tolist()]
    openly, spelling, labels = said_openly(read), Spelling.of(read), shared_labels(read)
    found: dict[tuple[str, ...], tuple[str, int, float]] = {}
    for number, statement in zip(among.tolist(), read, strict=True):
        for place, piece in enumerate(sentences_in(without_label(statement, labels), openly)):
            sentence, is_marked = without_mark(piece)
            text = " ".join(sentence.split())
            value = plainness(text, is_first=place == 0)
            value *= LISTED if is_marked and place else 1.0
            # Who begins with a capital would begin a sentence so: this one is a piece of another.
            value *= CUT if place and text[:1].islower() and statement.lstrip()[:1].isupper() else 1.0
            if value > 0 and not spelling.is_no_word(text):
                found.setdefault(tuple(words(text)), (text, number, value))
    # Among equally plain ones by a hash: who spoke first is no reason.
    kept = sorted(found.values(), key=lambda one: (-round(one[2], 1), crc32(one[0].encode("utf-8", "surrogatepass"))))
    kept = sorted(kept[:at_most], key=lambda one: one[1])
    return Sentences(
        tuple(text for text, _, _ in kept),
        np.array([number for _, number, _ in kept], dtype=np.int64),
        np.array([value for _, _, value in kept]),
    )


def plainness(text: str, *, is_first: bool = True) -> float:
    """0 to 1: short, no question, not leaning on a sentence before, nothing that could name somebody.

    is_first : whether nothing of the same statement stands before it

    >>> [round(plainness(text), 1) for text in ("Lunch is too dear", "It is too dear", "Why?", "Call 0171234567 now")]
    [1.0, 0.7, 0.0, 0.0]
    """
    spoken = words(text)
    if len(spoken) < FEWEST or PRIVATE_OR_LINK.search(text) or says_nothing(text, spoken):
        return 0.0
    if is_example(spoken):
        return 0.0
    value = 1 / (1 + np.exp(min((len(spoken) - MANY) / 4, 50)))
    if spoken[0] in LEANING:
        value *= LEANS if is_first else LEANS_BACK
    elif not is_first and (spoken[0] in UNSAID or SMALL.isdisjoint(spoken)):
        value *= LEANS_BACK
    if CUT_OFF.search(text) or _is_torn(text):
        value *= CUT
    value *= ASKS if "?" in text or "؟" in text or "？" in text else 1.0
    value *= LOUD if text.isupper() else 1.0
    return float(value) if value > 1e-3 else 0.0


def says_nothing(text: str, spoken: Sequence[str]) -> bool:
    """Whether a text is a nod, a greeting, a test, digits or signs; `spoken` are its words.

    >>> [says_nothing(text, words(text)) for text in ("Yes, I agree!", "test 811 b", "The bus is late")]
    [True, True, False]
    """
    its = carrying(spoken)
    letters, written = sum(map(str.isalpha, text)), sum(not letter.isspace() for letter in text)
    if sum(map(len, its)) < FEWEST_LETTERS or letters < FEW_LETTERS * written:
        return True
    return spoken[0] in TESTS and len(set(its)) <= FEW_CARRYING and BEHIND_NOUNS.isdisjoint(spoken)


def _is_torn(text: str) -> bool:
    """Whether something is opened that is not closed, or the other way."""
    if text.count('"') % 2:
        return True
    return any(text.count(one) != text.count(other) for one, other in PAIRS)
