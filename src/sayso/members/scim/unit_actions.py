"""Units as a directory makes them, by their path. Writes units; knows no people."""

from __future__ import annotations

from collections.abc import Sequence

from sayso.members.models import DirectoryGroup, Organisation, Unit


def unit_at(organisation: Organisation, names: Sequence[str]) -> Unit | None:
    """The unit at a path, made with all above it where it is new; None for no path."""
    unit: Unit | None = None
    for name in names:
        here = Unit.objects.filter(organisation=organisation, parent=unit, name=name).order_by("pk")
        unit = here.first() or Unit.objects.create(organisation=organisation, parent=unit, name=name)
    if unit is not None:
        DirectoryGroup.objects.filter(unit=unit, is_removed=True).update(is_removed=False)
    return unit
