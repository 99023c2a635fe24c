"""Which cells of a count may be told, so that no small one follows by subtraction, now or from one time to the next.

Knows counts only: a whole, split into visible cells and a rest that is told nowhere. Pure Python.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping


def cells_to_hide(counts: Mapping[int, int], whole: int, least: int, hidden: Collection[int] = ()) -> set[int]:
    """Cells to leave out: those under `least`, and as many of the next-smallest as subtraction asks for.

    `whole` minus the visible cells is what anybody can work out: the hidden cells and the rest together. That
    must be nobody or at least `least` people. Empty cells tell of nobody and stay.

    >>> cells_to_hide({0: 40, 1: 3}, 43, 5) == {0, 1}
    True
    >>> cells_to_hide({0: 40, 1: 3}, 60, 5)   # seventeen others hide the three
    {1}
    """
    out = {cell for cell, count in counts.items() if cell in hidden or 0 < count < least}
    while not _is_safe(out, counts, whole, least):
        visible = [cell for cell, count in counts.items() if cell not in out and count > 0]
        if not visible:
            return out
        out.add(min(visible, key=lambda cell: (counts[cell], cell)))
    return out


def _is_safe(out: Collection[int], counts: Mapping[int, int], whole: int, least: int) -> bool:
    derivable = whole - sum(count for cell, count in counts.items() if cell not in out)
    return derivable == 0 or derivable >= least


def is_safe_step(
    old: Mapping[int, int | None], old_whole: int, new: Mapping[int, int | None], new_whole: int, least: int
) -> bool:
    """Whether `new` may follow `old`: each cell told both times has not moved, or by at least `least`.

    None is a hidden cell. What was hidden either time is one block with the rest, since only its sum is known.

    >>> is_safe_step({0: 40, 1: 30}, 70, {0: 41, 1: 34}, 75, 5)   # the one new vote of group 0 would be plain
    False
    """
    both = [cell for cell, count in new.items() if count is not None and old.get(cell) is not None]
    steps = [_number(new[cell]) - _number(old[cell]) for cell in both]
    block = (new_whole - sum(_number(new[cell]) for cell in both)) - (
        old_whole - sum(_number(old[cell]) for cell in both)
    )
    return all(step == 0 or abs(step) >= least for step in [*steps, block])


def _number(count: int | None) -> int:
    return 0 if count is None else count
