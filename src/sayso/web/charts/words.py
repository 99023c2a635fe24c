"""Figures as words that carry their doubt. Knows shares and counts; draws nothing."""

from __future__ import annotations

from collections.abc import Callable
from math import floor

from sayso.web.charts.tongue import gettext as _
from sayso.web.charts.tongue import ngettext

# An interval wider than this tells too little for a figure.
WIDEST_KNOWN = 0.5

# A line never ends between a figure and its sign.
PERCENT = "\N{NO-BREAK SPACE}%"


def not_yet_known() -> str:
    return _("not yet known")


def about(share: float | None) -> str:
    """A share from 0 to 1 in plain words: "about 6 in 10"."""
    if share is None:
        return not_yet_known()
    if share >= 0.95:
        return _("nearly all")
    if share < 0.05:
        return _("almost nobody")
    tenths = floor(share * 10 + 0.5)
    return _("about half") if tenths == 5 else _("about %(tenths)s in 10") % {"tenths": tenths}


def about_agree(share: float) -> str:
    """The same as a sentence: "about 6 in 10 agree"."""
    if share >= 0.95:
        return _("nearly all agree")
    if share < 0.05:
        return _("almost nobody agrees")
    tenths = floor(share * 10 + 0.5)
    return _("about half agree") if tenths == 5 else _("about %(tenths)s in 10 agree") % {"tenths": tenths}


def percent(share: float) -> int:
    """Whole percents, halves upwards, as people round by hand."""
    return floor(round(share * 100, 6) + 0.5)


def percent_range(low: float, high: float) -> str:
    first, last = percent(low), percent(high)
    return f"{first}{PERCENT}" if first == last else f"{first}–{last}{PERCENT}"


def firmness(stability: float | None) -> str:
    """How far an opinion group comes back when people are drawn anew (Hennig's bounds): "a firm group"."""
    if stability is None:
        return ""
    if stability >= 0.85:
        return _("A firm group: it comes back when we look at other people.")
    if stability >= 0.6:
        return _("A fairly firm group: most of it comes back when we look at other people.")
    return _("A loose group: among other people it may not come back.")


def how_sure(low: float | None, high: float | None) -> str:
    """What the width of an interval means, for whoever does not read intervals."""
    if low is None or high is None or high - low > WIDEST_KNOWN:
        return _("Too few have answered to say more.")
    if high - low <= 0.1:
        return _("We are quite sure: with many more answers this would hardly move.")
    if high - low <= 0.25:
        return _("We are fairly sure: with more answers it may move a little.")
    return _("This is a rough idea: with more answers it may move a good deal.")


def count(number: int) -> str:
    return f"{number:,}"


def asked(seen: int, n: int | None = None) -> str:
    if n is None:
        return ngettext("%(seen)s asked", "%(seen)s asked", seen) % {"seen": count(seen)}
    return ngettext("%(seen)s of %(n)s asked", "%(seen)s of %(n)s asked", n) % {"seen": count(seen), "n": count(n)}


def wrote(people: int) -> str:
    """Whom a key point's share is of."""
    return ngettext("%(n)s wrote something", "%(n)s wrote something", people) % {"n": count(people)}


def is_known(share: float | None, low: float | None, high: float | None) -> bool:
    return share is not None and low is not None and high is not None and high - low <= WIDEST_KNOWN


def share_words(
    share: float | None,
    low: float | None,
    high: float | None,
    seen: int | None,
    n: int | None = None,
    said: Callable[[float], str] = about,
    base: Callable[[int], str] | None = None,
) -> str:
    """A share with its interval and its base: "about 6 in 10 (55–66 %, 212 of 1,200 asked)"."""
    if seen is None:
        return not_yet_known()
    based = base(seen) if base else asked(seen, n)
    if share is None or low is None or high is None:
        return f"{not_yet_known()} ({based})"
    words = said(share) if is_known(share, low, high) else not_yet_known()
    return f"{words} ({percent_range(low, high)}{_(', ')}{based})"


def in_a_list(words: list[str]) -> str:
    """ "A", "A and B", "A, B and C"."""
    if len(words) < 2:
        return "".join(words)
    return _("%(first)s and %(last)s") % {"first": _(", ").join(words[:-1]), "last": words[-1]}
