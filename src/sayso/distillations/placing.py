"""Places of participants on the map that is shown, also of those who came after it was drawn. Pure Python."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean

# With fewer people on both maps it is not clear how one lies on the other.
FEWEST_SHARED = 10


@dataclass(frozen=True)
class Placed:
    """Where one participant stands in one fit; group −1 is none."""

    participant: int
    x: float
    y: float
    sd: float
    group: int
    probability: float


def newcomers_on_older_map(new: Sequence[Placed], old: Sequence[Placed]) -> list[Placed]:
    """Those of `new` who are not in `old`, where they would stand on the older map; none when that cannot be told.

    Two fits of nearly the same votes differ by a turn, a flip and a stretch: each axis of the older map is taken as a
    sum of the new ones, by least squares over those who are on both. A group becomes the one most of it were in.
    """
    before = {placed.participant: placed for placed in old}
    pairs = [(placed, before[placed.participant]) for placed in new if placed.participant in before]
    if len(pairs) < FEWEST_SHARED:
        return []
    across = _least_squares([(now.x, now.y) for now, _ in pairs], [then.x for _, then in pairs])
    along = _least_squares([(now.x, now.y) for now, _ in pairs], [then.y for _, then in pairs])
    stretch = fmean(then.sd for _, then in pairs) / (fmean(now.sd for now, _ in pairs) or 1.0)
    groups = _groups_then(pairs)
    return [
        replace(
            placed,
            x=_at(across, placed),
            y=_at(along, placed),
            sd=placed.sd * stretch,
            group=groups.get(placed.group, -1),
        )
        for placed in new
        if placed.participant not in before
    ]


def _least_squares(points: Sequence[tuple[float, float]], wanted: Sequence[float]) -> tuple[float, float, float]:
    """a, b, c such that a·x + b·y + c is nearest to what is wanted; an axis without spread gets no weight."""
    mx, my, mw = fmean(x for x, _ in points), fmean(y for _, y in points), fmean(wanted)
    xx = sum((x - mx) ** 2 for x, _ in points)
    yy = sum((y - my) ** 2 for _, y in points)
    xy = sum((x - mx) * (y - my) for x, y in points)
    xw = sum((x - mx) * (w - mw) for (x, _), w in zip(points, wanted, strict=True))
    yw = sum((y - my) * (w - mw) for (_, y), w in zip(points, wanted, strict=True))
    determinant = xx * yy - xy * xy
    if determinant > 1e-9 * max(xx, yy) ** 2:
        a, b = (xw * yy - yw * xy) / determinant, (yw * xx - xw * xy) / determinant
    else:
        a, b = (xw / xx, 0.0) if xx >= yy and xx > 0 else (0.0, yw / yy) if yy > 0 else (0.0, 0.0)
    return a, b, mw - a * mx - b * my


def _at(weights: tuple[float, float, float], placed: Placed) -> float:
    a, b, c = weights
    return a * placed.x + b * placed.y + c


def _groups_then(pairs: Sequence[tuple[Placed, Placed]]) -> Mapping[int, int]:
    """For each new group, the older group that most of its people were in."""
    moves: dict[int, Counter[int]] = {}
    for now, then in pairs:
        moves.setdefault(now.group, Counter())[then.group] += 1
    return {group: counter.most_common(1)[0][0] for group, counter in moves.items() if group >= 0}
