"""What stands before a sentence and is no part of it: labels that many statements share, and marks of lists."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

FEWEST, SHARE = 3, 0.01  # statements that begin with a label, at least, of all
_LABEL = re.compile(r"\s*(@?[^\W\d_][^:.!?\n\d]{0,29}:|\[[^\]\n]{1,30}\]:?|#\w{1,30}:?)\s+(?=\S)")
_MARK = re.compile(r"\s*(?:[-–—•*·▪►>+]+\s*|\(?\d{1,2}[.):]\s+|\(?[a-zA-Z]\)\s*)(?=\S)")
_MOST_WORDS = 3


def shared_labels(statements: Sequence[str]) -> frozenset[str]:
    """Labels in front of at least three statements and one in a hundred, as they are written in small letters; O(n).

    >>> sorted(shared_labels(["Idea: more trees", "IDEA: a bus", "Idea:  benches", "Buses: more of them"]))
    ['idea:']
    """
    found = Counter(label for text in statements if (label := _label_of(text)))
    return frozenset(label for label, n in found.items() if n >= max(FEWEST, SHARE * len(statements)))


def without_label(statement: str, labels: frozenset[str]) -> str:
    """The statement from behind its label on, where many share that label.

    >>> without_label("Idea: more trees", frozenset(["idea:"])), without_label("Bus: more", frozenset())
    ('more trees', 'Bus: more')
    """
    found = _LABEL.match(statement)
    return statement[found.end() :] if found and _label_of(statement) in labels else statement


def without_mark(sentence: str) -> tuple[str, bool]:
    """The sentence from behind a mark of a list on, and whether there was one.

    >>> without_mark("- more trees"), without_mark("2) a bus"), without_mark("3 lanes")
    (('more trees', True), ('a bus', True), ('3 lanes', False))
    """
    found = _MARK.match(sentence)
    return (sentence[found.end() :], True) if found else (sentence, False)


def _label_of(statement: str) -> str:
    found = _LABEL.match(statement)
    if not found or len(found[1].split()) > _MOST_WORDS:
        return ""
    return " ".join(found[1].casefold().split())
