"""Bars of what people say to one statement: all together, and group by group.

Widths are percents of the page, so a bar grows with its room and its text keeps its size.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from sayso.web.charts import words
from sayso.web.charts.groups import badge, class_of, letter_of, shape_path
from sayso.web.charts.tongue import gettext as _
from sayso.web.icons import PATHS
from sayso.web.markup import element, join

HEIGHT = 26
BAR_TOP, BAR_HEIGHT = 3, 20
# A narrower part has no room for its sign; its place in the row still tells it from the others.
NARROWEST_WITH_SIGN = 0.07
SIGNS = {"agree": "tick", "pass": "dash", "disagree": "cross"}
ROW_HEIGHT = 32
# Columns of the group rows, in percent of the width: shape, bar, figure.
TRACK_FROM, TRACK_WIDTH = 15.0, 67.0

group_badge = badge


def stance_bar(statement: Mapping[str, Any], n: int | None = None) -> Markup:
    """Agree, pass and disagree of everybody in one row, the interval of agree upon it, and the figure in words."""
    bounds = (statement["agree_low"], statement["agree_high"])
    said = words.share_words(statement["agree"], *bounds, statement["seen"], n, words.about_agree)
    caption = element("p", said[:1].upper() + said[1:], class_="stance-bar__words")
    return element("div", stance_picture(statement), caption, class_="stance-bar")


def stance_picture(statement: Mapping[str, Any], *, with_signs: bool = True) -> Markup:
    """The row alone; without signs it is small enough for a table of a thousand, beside its figures."""
    shares = _shares(statement)
    if shares is None:
        return _picture(words.not_yet_known(), _unknown_bar())
    agree, passed, disagree = shares
    figures = {"agree": words.percent(agree), "passed": words.percent(passed), "disagree": words.percent(disagree)}
    label = _("%(agree)s %% agree, %(passed)s %% pass, %(disagree)s %% disagree") % figures
    parts = [
        _part("agree", 0.0, agree, with_signs),
        _part("pass", agree, passed, with_signs),
        _part("disagree", agree + passed, disagree, with_signs),
        _whisker(statement["agree_low"], statement["agree_high"]),
    ]
    return _picture(label, join(parts))


def _shares(statement: Mapping[str, Any]) -> tuple[float, float, float] | None:
    agree, disagree = statement["agree"], statement["disagree"]
    if agree is None or disagree is None or not statement["seen"]:
        return None
    agree, disagree = min(max(agree, 0.0), 1.0), min(max(disagree, 0.0), 1.0)
    total = max(agree + disagree, 1.0)
    return agree / total, 1.0 - (agree + disagree) / total, disagree / total


def _picture(label: str, inside: Markup) -> Markup:
    return element("svg", element("title", label), inside, class_="chart", role="img", height=HEIGHT, width="100%")


def _unknown_bar() -> Markup:
    return element("rect", x="0.5%", y=BAR_TOP + 0.5, width="99%", height=BAR_HEIGHT - 1, rx=4, class_="bar__unknown")


def _part(stance: str, start: float, share: float, with_signs: bool) -> Markup:
    if share <= 0.0005:
        return Markup("")
    bar = element("rect", x=_at(start), y=BAR_TOP, width=_at(share), height=BAR_HEIGHT, class_=f"bar__{stance}")
    if not with_signs or share < NARROWEST_WITH_SIGN:
        return bar
    glyph = element("path", d=PATHS[SIGNS[stance]], class_=f"glyph glyph--{stance}")
    # Agree's sign stands at the far left and disagree's at the far right, out of the whisker's way.
    middle = {"agree": start + 0.02, "pass": start + share / 2 - 0.02, "disagree": start + share - 0.06}[stance]
    return bar + element(
        "svg", glyph, x=_at(middle), y=BAR_TOP + 3, width=14, height=14, view_box="0 0 24 24", overflow="visible"
    )


def _whisker(low: float | None, high: float | None) -> Markup:
    if low is None or high is None:
        return Markup("")
    return _interval(_at(low), _at(high), BAR_TOP + BAR_HEIGHT / 2)


def _interval(low: str, high: str, middle: float) -> Markup:
    """A line with ends, above a lighter copy of itself so that it shows on every colour."""
    line, ends = (low, high, middle, middle), ((x, x, middle - 5, middle + 5) for x in (low, high))
    drawn = [("whisker whisker--halo", line), *(("whisker", place) for place in (line, *ends))]
    return join([element("line", x1=x1, x2=x2, y1=y1, y2=y2, class_=kind) for kind, (x1, x2, y1, y2) in drawn])


def _at(share: float, start: float = 0.0, width: float = 100.0) -> str:
    return f"{start + width * share:.2f}%"


def group_bars(statement: Mapping[str, Any], groups: Sequence[Mapping[str, Any]]) -> Markup:
    """One row a group: its shape and letter, the share that agrees with its interval, and the figure."""
    return _bars(statement["by_group"], groups, "Agree, by group. ", words.asked)


def say_bars(key_point: Mapping[str, Any], groups: Sequence[Mapping[str, Any]]) -> Markup:
    """The same for a key point: the share that says it."""
    cells = [
        {
            "group": cell["group"],
            "agree": cell["share"],
            "agree_low": cell["share_low"],
            "agree_high": cell["share_high"],
            "seen": cell["people"],
        }
        for cell in key_point["by_group"]
    ]
    return _bars(cells, groups, "Say it, by group. ", words.wrote)


def _bars(
    told: Sequence[Mapping[str, Any]], groups: Sequence[Mapping[str, Any]], head: str, base: Callable[[int], str]
) -> Markup:
    cells = {cell["group"]: cell for cell in told}
    if not groups or not cells:
        return Markup("")
    rows = [_group_row(group, cells.get(group["id"]), index) for index, group in enumerate(groups)]
    label = head + "; ".join(_group_words(group, cells.get(group["id"]), base) for group in groups) + "."
    picture = element(
        "svg",
        element("title", label),
        join(rows),
        class_="chart",
        role="img",
        width="100%",
        height=ROW_HEIGHT * len(groups),
    )
    return element("div", picture, class_="group-bars")


def _group_words(group: Mapping[str, Any], cell: Mapping[str, Any] | None, base: Callable[[int], str]) -> str:
    if cell is None or cell["agree"] is None:
        return _("group %(letter)s: %(said)s") % {"letter": letter_of(group), "said": words.not_yet_known()}
    said = words.share_words(cell["agree"], cell["agree_low"], cell["agree_high"], cell["seen"], base=base)
    return _("group %(letter)s: %(said)s") % {"letter": letter_of(group), "said": said}


def _group_row(group: Mapping[str, Any], cell: Mapping[str, Any] | None, index: int) -> Markup:
    top = index * ROW_HEIGHT
    parts = [_row_sign(group)]
    if cell is None or cell["agree"] is None:
        parts.append(element("text", _("too few answers to say"), x=f"{TRACK_FROM}%", y=21))
    else:
        parts.append(_row_bar(cell))
        parts.append(element("text", f"{words.percent(cell['agree'])} %", x="100%", y=21, text_anchor="end"))
    return element("svg", *parts, y=top, width="100%", height=ROW_HEIGHT, class_=class_of(int(group["id"])))


def _row_sign(group: Mapping[str, Any]) -> Markup:
    shape = element("path", d=shape_path(int(group["id"]), 10, 16, 7), class_="group-fill")
    letter = element("text", letter_of(group), x=22, y=21, class_="group-bars__letter")
    return shape + letter


def _row_bar(cell: Mapping[str, Any]) -> Markup:
    def at(share: float) -> str:
        return _at(share, TRACK_FROM, TRACK_WIDTH)

    track = element("rect", x=at(0.0), y=8, width=f"{TRACK_WIDTH}%", height=16, rx=3, class_="bar__track")
    share = f"{TRACK_WIDTH * cell['agree']:.2f}%"
    bar = element("rect", x=at(0.0), y=8, width=share, height=16, rx=3, class_="group-fill")
    if cell["agree_low"] is None or cell["agree_high"] is None:
        return track + bar
    return track + bar + _interval(at(cell["agree_low"]), at(cell["agree_high"]), 16)
