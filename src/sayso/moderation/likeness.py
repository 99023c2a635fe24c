"""Whether two sentences say the same in nearly the same words. Rather misses a pair than names a wrong one.

What is said in other words altogether is found by the worker's key points, not here.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence

from rapidfuzz import fuzz, process

MIN_LIKENESS = 88.0  # of 100; below it, pairs on the open conversations begin to differ in what they ask for
WORD = re.compile(r"\w+")
# Words that turn a sentence round: with one more or less of them it is another claim.
TURNS = frozenset(
    """
    not no never nobody nothing none without less more fewer too only cannot dont doesnt wont isnt arent shouldnt
    nicht kein keine keinen keiner nie niemals niemand nichts ohne weniger mehr zu nur
    no nunca nadie nada ningún ninguna sin menos más sólo solo tampoco
    ne pas jamais personne rien sans moins plus aucun aucune
    لا ليس ليست لم لن بدون غير أقل أكثر فقط
    """.split()  # noqa: SIM905 - five languages, a line each
)


def plain(text: str) -> str:
    """Its words alone: case, accents of width and punctuation do not count.

    >>> plain("We need  a break-room!")
    'we need a break room'
    """
    return " ".join(WORD.findall(unicodedata.normalize("NFKC", text).casefold().replace("’", "'").replace("'", "")))


def key_of(text: str) -> str:
    """The same for the same sentence, however it is punctuated."""
    return hashlib.sha256((plain(text) or text).encode()).hexdigest()


def turning(plain_text: str) -> list[str]:
    """Numbers and words that turn a sentence round, which two alike must share."""
    return sorted(word for word in plain_text.split() if word in TURNS or any(sign.isdecimal() for sign in word))


def alike(text: str, others: Sequence[str], *, most: int = 5) -> list[tuple[int, int]]:
    """Places in `others` (all of them `plain`) of what says the same as `text`, with how alike of 100; nearest first.

    >>> alike("We need a break room", ["we need no break room", "we need a breakroom"])
    [(1, 97)]
    """
    mine, turns = plain(text), turning(plain(text))
    found = process.extract(mine, others, scorer=fuzz.ratio, score_cutoff=MIN_LIKENESS, limit=4 * most)
    return [(place, round(score)) for other, score, place in found if turning(other) == turns][:most]
