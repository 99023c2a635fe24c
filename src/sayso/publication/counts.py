"""Single numbers of people: from how many on they are told, and in which steps they may move.

A number that moves by one as somebody acts tells of that somebody to whoever looks twice. Knows integers only.
"""

from __future__ import annotations

LEAST_FOR_SCORES = 5  # whatever an engagement's settings say
LEAST_FOR_WORDS = 10


def least_for_scores(chosen: int) -> int:
    """The threshold in force: an engagement may raise it, never lower it."""
    return max(LEAST_FOR_SCORES, chosen)


def least_for_words(chosen: int) -> int:
    return max(LEAST_FOR_WORDS, chosen)


def in_steps(count: int, least: int = LEAST_FOR_SCORES) -> int | None:
    """A number that is counted anew at each look, as the last whole step below it; None under the first step.

    >>> [in_steps(count) for count in (0, 4, 5, 9, 10)]
    [None, None, 5, 5, 10]
    """
    step = least_for_scores(least)
    return count // step * step or None


def people_told(
    now: int, before: int | None = None, *, whole: int = 0, least: int = LEAST_FOR_SCORES, known: int = 0
) -> int:
    """How many took part, as it may be told: never more than it is, but for people who took it back; 0 for too few.

    Parameters
    ----------
    now : int, how many did
    before : int, what was told last; it stays until there are `least` more or fewer
    whole : int, how many could; 0 when that is not known. Those who did not are nobody or at least `least`
    known : int, what other figures tell already, such as the most answers to one statement

    Examples
    --------
    Two of 43 have not taken part, which is told to nobody; four more than last time are not told yet:

    >>> people_told(41, whole=43), people_told(43, whole=43), people_told(24, 20), people_told(25, 20)
    (38, 43, 20, 25)
    """
    least = least_for_scores(least)
    told = now if before is None or abs(now - before) >= least else before
    if 0 < whole - told < least:
        told = max(whole - least, 0)
    return max(told if told >= least else 0, known)
