"""The opinion map: one mark a person, near whom they answer like, with the doubt about each place drawn as haze."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from markupsafe import Markup

from sayso.web.charts import words
from sayso.web.charts.groups import badge, badge_of_none, class_of, letter_of, shape_path
from sayso.web.charts.tongue import gettext as _
from sayso.web.charts.tongue import ngettext
from sayso.web.markup import element, join

FEWEST_POINTS = 10
DENSE_FROM = 800
WIDTH, HEIGHT, MARGIN = 400.0, 300.0, 30.0
# Haze radii are rounded to so many sizes, so that people who are about equally unsure share one path.
HAZE_SIZES = 4


@dataclass(frozen=True)
class Frame:
    """Turns positions in opinion space into the picture's own units, one scale for both directions."""

    centre_x: float
    centre_y: float
    scale: float

    def x(self, value: float) -> float:
        return WIDTH / 2 + (value - self.centre_x) * self.scale

    def y(self, value: float) -> float:
        return HEIGHT / 2 - (value - self.centre_y) * self.scale


def opinion_map(snapshot: Mapping[str, Any], you: Mapping[str, Any] | None = None) -> Markup:
    """The map of a snapshot's body as a figure with its key; `you` is {x, y, sd}, shown to that person alone."""
    points = snapshot["map"]["points"]
    if len(points) < FEWEST_POINTS:
        return _too_few(len(points))
    groups = told_groups(snapshot)
    frame = _frame(points, you)
    names = {-1: class_of(-1) if groups else "group--all", **{group["id"]: class_of(group["id"]) for group in groups}}
    drawing = element(
        "svg",
        element("title", "Opinion map"),
        element("desc", _description(snapshot, you)),
        _haze(points, frame, names),
        _marks(points, frame, names),
        join([_badge_at(group, points, frame) for group in groups]),
        _you(you, frame) if you else "",
        class_="map__svg",
        role="img",
        view_box=f"0 0 {WIDTH:.0f} {HEIGHT:.0f}",
    )
    return element("figure", drawing, _caption(snapshot, you), class_="map")


def told_groups(snapshot: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The groups that may be shown; one too small has no size."""
    return [group for group in snapshot["groups"] if group["size"] is not None]


def _too_few(n_points: int) -> Markup:
    sentence = _("The map is drawn once %(fewest)s people have answered enough to be placed. So far: %(n)s.")
    return element("p", sentence % {"fewest": FEWEST_POINTS, "n": n_points}, class_="empty")


def _frame(points: Sequence[Mapping[str, Any]], you: Mapping[str, Any] | None) -> Frame:
    everybody = [*points, you] if you else points
    xs, ys = [point["x"] for point in everybody], [point["y"] for point in everybody]
    width, height = max(xs) - min(xs), max(ys) - min(ys)
    scale = min((WIDTH - 2 * MARGIN) / (width or 1.0), (HEIGHT - 2 * MARGIN) / (height or 1.0))
    return Frame((max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2, scale)


def _haze(points: Sequence[Mapping[str, Any]], frame: Frame, names: Mapping[int, str]) -> Markup:
    """A soft disc of one standard deviation around each mark, and one of half that: one path a group and radius."""
    radii = [point["sd"] * frame.scale for point in points]
    step = max(*radii, 1.0) / HAZE_SIZES
    paths: defaultdict[tuple[int, float], list[str]] = defaultdict(list)
    for point, radius in zip(points, radii, strict=True):
        place = f"M{frame.x(point['x']):.0f} {frame.y(point['y']):.0f}h0"
        rounded = max(round(radius / step), 1) * step
        paths[point["group"], rounded].append(place)
        paths[point["group"], rounded / 2].append(place)
    largest_first = sorted(paths.items(), key=lambda item: (item[0][0], -item[0][1]))
    return join(
        [
            element("path", d="".join(places), class_=f"map__doubt {names[group]}", stroke_width=2 * radius)
            for (group, radius), places in largest_first
        ]
    )


def _marks(points: Sequence[Mapping[str, Any]], frame: Frame, names: Mapping[int, str]) -> Markup:
    radius = 3.2 if len(points) < 150 else 2.4 if len(points) < DENSE_FROM else 1.4
    kind = "map__dots" if len(points) < DENSE_FROM else "map__dots map__dots--dense"
    paths: defaultdict[int, list[str]] = defaultdict(list)
    for point in points:
        paths[point["group"]].append(shape_path(point["group"], frame.x(point["x"]), frame.y(point["y"]), radius))
    return join(
        [element("path", d="".join(shapes), class_=f"{kind} {names[group]}") for group, shapes in sorted(paths.items())]
    )


def _badge_at(group: Mapping[str, Any], points: Sequence[Mapping[str, Any]], frame: Frame) -> Markup:
    """The group's letter amid the marks drawn for it, so that it is never out of the picture."""
    own = [point for point in points if point["group"] == group["id"]]
    if not own:
        return Markup("")
    x, y = (frame.x(median(point["x"] for point in own)), frame.y(median(point["y"] for point in own)))
    shape = element("path", d=shape_path(int(group["id"]), x, y, 11), class_="map__badge")
    letter = element("text", letter_of(group), x=x, y=y + 4.3, class_="map__letter")
    return element("g", shape, letter, class_=class_of(int(group["id"])))


def _you(you: Mapping[str, Any], frame: Frame) -> Markup:
    x, y = frame.x(you["x"]), frame.y(you["y"])
    ring = element("circle", cx=x, cy=y, r=max(you["sd"] * frame.scale, 8.0), class_="map__you-ring")
    mark = element("circle", cx=x, cy=y, r=5.5, class_="map__you")
    on_the_right = x < WIDTH - 50
    label = element(
        "text",
        _("you"),
        x=x + 10 if on_the_right else x - 10,
        y=y + 4.5,
        text_anchor="start" if on_the_right else "end",
        class_="map__you-label",
    )
    return element("g", ring, mark, label)


def _description(snapshot: Mapping[str, Any], you: Mapping[str, Any] | None) -> str:
    points, groups = snapshot["map"]["points"], told_groups(snapshot)
    if groups:
        names = words.in_a_list([letter_of(group) for group in groups])
        said = ngettext(
            "%(n)s person, in groups %(names)s by how they answered.",
            "%(n)s people, in groups %(names)s by how they answered.",
            len(points),
        ) % {"n": words.count(len(points)), "names": names}
    else:
        said = ngettext(
            "%(n)s person, spread out without clear groups.",
            "%(n)s people, spread out without clear groups.",
            len(points),
        ) % {"n": words.count(len(points))}
    return f"{said} {_where_you_stand(you, groups)}".strip()


def _where_you_stand(you: Mapping[str, Any] | None, groups: Sequence[Mapping[str, Any]]) -> str:
    if not you:
        return ""
    own = [group for group in groups if group["id"] == you.get("group")]
    if not own:
        return _("You are marked on it.")
    return _("You stand near group %(letter)s.") % {"letter": letter_of(own[0])}


def _key_words(group: Mapping[str, Any], texts: Mapping[str, str]) -> Markup:
    """A group's letter, and what sets it apart most, in the words people used."""
    name = element("strong", _("Group %(letter)s") % {"letter": letter_of(group)})
    said = [item for item in group["representative"] if item["statement_id"] in texts]
    if not said:
        return element("span", name)
    stance = _("more often agrees:") if said[0]["stance"] > 0 else _("more often disagrees:")
    words_said = element("q", texts[said[0]["statement_id"]], class_="statement statement--small", dir="auto")
    return element("span", name, f" {stance} ", words_said)


def _caption(snapshot: Mapping[str, Any], you: Mapping[str, Any] | None) -> Markup:
    texts = {statement["statement_id"]: statement["text"] for statement in snapshot["statements"]}
    groups = told_groups(snapshot)
    key = [element("li", badge(group), _key_words(group, texts)) for group in groups]
    if groups and any(point["group"] == -1 for point in snapshot["map"]["points"]):
        key.append(element("li", badge_of_none(), element("span", _("Near no group, or too early to tell"))))
    listed = element("ul", join(key), class_="map__key") if key else Markup("")
    private = element("p", _("Only you see where you are on this map.")) if you else Markup("")
    meaning = _(
        "Near each other: answered alike. Left and right, up and down have no meaning of their own. "
        "The haze around a mark is how unsure we are of its place."
    )
    return element("figcaption", listed, element("p", meaning), private)
