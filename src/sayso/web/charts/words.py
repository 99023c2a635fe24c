"""Figures as words that carry their doubt. Knows shares and counts; draws nothing."""

from __future__ import annotations

from math import floor

# An interval wider than this tells too little for a figure.
WIDEST_KNOWN = 0.5

NOT_YET_KNOWN = "not yet known"
# A line never ends between a figure and its sign.
PERCENT = "\N{NO-BREAK SPACE}%"


def about(share: float | None) -> str:
    """A share from 0 to 1 in plain words: "about 6 in 10"."""
    if share is None:
        return NOT_YET_KNOWN
    if share >= 0.95:
        return "nearly all"
    if share < 0.05:
        return "almost nobody"
    tenths = floor(share * 10 + 0.5)
    return "about half" if tenths == 5 else f"about {tenths} in 10"


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
        return "A firm group: it comes back when we look at other people."
    if stability >= 0.6:
        return "A fairly firm group: most of it comes back when we look at other people."
    return "A loose group: among other people it may not come back."


def how_sure(low: float | None, high: float | None) -> str:
    """What the width of an interval means, for whoever does not read intervals."""
    if low is None or high is None or high - low > WIDEST_KNOWN:
        return "Too few have answered to say more."
    if high - low <= 0.1:
        return "We are quite sure: with many more answers this would hardly move."
    if high - low <= 0.25:
        return "We are fairly sure: with more answers it may move a little."
    return "This is a rough idea: with more answers it may move a good deal."


def count(number: int) -> str:
    return f"{number:,}"


def asked(seen: int, n: int | None) -> str:
    return f"{count(seen)} asked" if n is None else f"{count(seen)} of {count(n)} asked"


def is_known(share: float | None, low: float | None, high: float | None) -> bool:
    return share is not None and low is not None and high is not None and high - low <= WIDEST_KNOWN


def share_words(
    share: float | None, low: float | None, high: float | None, seen: int | None, n: int | None = None
) -> str:
    """A share with its interval and its base: "about 6 in 10 (55–66 %, 212 of 1,200 asked)"."""
    if seen is None:
        return NOT_YET_KNOWN
    if share is None or low is None or high is None:
        return f"{NOT_YET_KNOWN} ({asked(seen, n)})"
    words = about(share) if is_known(share, low, high) else NOT_YET_KNOWN
    return f"{words} ({percent_range(low, high)}, {asked(seen, n)})"


def in_a_list(words: list[str]) -> str:
    """ "A", "A and B", "A, B and C"."""
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))
