"""How an opinion group is told from the others: by letter, shape and colour, in a fixed order that ranks nobody."""

from __future__ import annotations

from collections.abc import Mapping
from math import cos, pi, sin
from typing import Any

from markupsafe import Markup

from sayso.web.markup import element, join

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
N_COLOURS = 6


def letter_of(group: Mapping[str, Any]) -> str:
    return str(group.get("label") or LETTERS[int(group["id"]) % len(LETTERS)])


def class_of(group_id: int) -> str:
    """The CSS class that carries the group's colour; -1 is somebody in no group."""
    return "group--none" if group_id < 0 else f"group--{group_id % N_COLOURS}"


def _polygon(n_corners: int, radius: float, turn: float = -pi / 2) -> list[tuple[float, float]]:
    angles = [turn + 2 * pi * corner / n_corners for corner in range(n_corners)]
    return [(radius * cos(angle), radius * sin(angle)) for angle in angles]


def _cross(radius: float) -> list[tuple[float, float]]:
    long, short = radius, radius * 0.42
    corner = [(short, -long), (short, -short), (long, -short)]
    turns = [corner, [(-y, x) for x, y in corner], [(-x, -y) for x, y in corner], [(y, -x) for x, y in corner]]
    return [point for turn in turns for point in turn]


def _corners(group_id: int, radius: float) -> list[tuple[float, float]] | None:
    """Corners of the group's shape around 0,0, all shapes of about one area; None is a circle."""
    shape = group_id % N_COLOURS
    if group_id < 0 or shape == 1:
        return None
    if shape == 5:
        return _cross(radius * 1.15)
    n_corners, stretch, turn = {
        0: (3, 1.45, -pi / 2),
        2: (4, 1.22, -pi / 4),
        3: (4, 1.3, -pi / 2),
        4: (5, 1.15, -pi / 2),
    }[shape]
    return _polygon(n_corners, radius * stretch, turn)


def shape_path(group_id: int, x: float, y: float, radius: float) -> str:
    """The group's shape as SVG path data, centred at x, y."""
    corners = _corners(group_id, radius)
    if corners is None:
        r = f"{radius:.1f}"
        return f"M{x - radius:.1f} {y:.1f}a{r} {r} 0 1 0 {2 * radius:.1f} 0a{r} {r} 0 1 0 -{2 * radius:.1f} 0z"
    points = [f"{x + dx:.1f} {y + dy:.1f}" for dx, dy in corners]
    return f"M{'L'.join(points)}z"


def badge(group: Mapping[str, Any]) -> Markup:
    """Shape and letter beside a word, for lists and headings."""
    group_id = int(group["id"])
    shape = element("path", d=shape_path(group_id, 12, 12.5, 9.5), class_="group-fill")
    letter = element("text", letter_of(group), x=12, y=16.5)
    return _small_picture(join([shape, letter]), group_id)


def badge_of_none() -> Markup:
    """The mark of those in no group, as it stands on the map, for its key."""
    return _small_picture(element("path", d=shape_path(-1, 12, 12.5, 4), class_="group-fill"), -1)


def _small_picture(drawn: Markup, group_id: int) -> Markup:
    return element(
        "svg",
        drawn,
        class_=f"group-badge {class_of(group_id)}",
        view_box="0 0 24 24",
        aria_hidden="true",
        focusable="false",
    )
