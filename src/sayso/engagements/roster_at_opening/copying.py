"""The roster as it was at opening: copied coarsely, so that results do not drift when people move.

Knows members and their attributes; knows nothing of what anybody said. How coarse is for `nobody_alone` to say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Min, Sum
from django.utils.translation import gettext as _

from sayso.engagements.locking import locked
from sayso.engagements.models import ATTRIBUTES, Engagement, Phase, RosterCell, RosterPlace
from sayso.engagements.roster_at_opening.nobody_alone import BLANK, NONE, Alike, Coarse, coarsen, fitting
from sayso.engagements.rules import Refused
from sayso.members.models import Member, Organisation, Unit

ROWS_AT_ONCE = 2_000
# Units with their roles. The estimates cost time for each, and of few people in a large organisation they say nothing.
MOST_PAIRS = 300
Told = dict[str, str]  # attribute → as it is told


@dataclass(frozen=True)
class Lost:
    """What the copy does not tell, for the lead who is about to open."""

    n_people: int
    n_together: int
    units_told: int
    units_joined: int
    people_without: dict[str, int]

    @property
    def is_told_nothing(self) -> bool:
        return self.n_together <= 1


@dataclass(frozen=True)
class Copied:
    """What was copied, in numbers: people, units told, and how many are alike at least."""

    n_people: int
    n_units: int
    fewest: int


def copy_roster(*, engagement: Engagement) -> None:
    """Copy everybody active, once; a second call changes nothing. Call it within the transaction that opens."""
    with transaction.atomic():
        if engagement.roster_cells.exists():
            return
        found = _read(engagement.organisation, engagement.attributes_kept)
        made = _coarse(Counter(found.values()), above(engagement.organisation), engagement.min_group_scores)
        cells = _keep_cells(engagement, made)
        places = (
            RosterPlace(engagement=engagement, member_id=member, cell=cells[made.to[alike]])
            for member, alike in found.items()
        )
        RosterPlace.objects.bulk_create(places, batch_size=ROWS_AT_ONCE)


def forget_members(*, engagement: Engagement) -> None:
    """Delete who was in which cell; called with the key's end. How many were in each stays, as results need it."""
    engagement.roster_places.all().delete()


def keep_attributes(*, engagement: Engagement, names: Iterable[str]) -> None:
    """Choose what is copied at opening. Raises Refused once it is open."""
    kept = [name for name in ATTRIBUTES if name in set(names)]
    with transaction.atomic():
        if not may_still_choose(locked(engagement)):
            raise Refused(_("This is fixed since the opening. Results would change with it."))
        Engagement.objects.filter(pk=engagement.pk).update(attributes_kept=kept)
    engagement.attributes_kept = kept


def may_still_choose(engagement: Engagement) -> bool:
    return engagement.phase == Phase.MANDATE and not engagement.roster_cells.exists()


def told_of(*, engagement: Engagement, member: Member) -> Told:
    """What a participant carries: from the copy, or for who came later by the same rule; without one, nothing."""
    place = RosterPlace.objects.filter(engagement=engagement, member=member).select_related("cell").first()
    cell = place.cell if place else _cell_fitting(engagement, member)
    return {name: getattr(cell, name) if cell else "" for name in ATTRIBUTES}


def told_of_all(*, engagement: Engagement) -> dict[int, Told]:
    """The same for everybody copied, by member."""
    cells = {cell.pk: {name: getattr(cell, name) for name in ATTRIBUTES} for cell in engagement.roster_cells.all()}
    return {member: cells[cell] for member, cell in engagement.roster_places.values_list("member", "cell")}


def what_is_lost(organisation: Organisation, attributes: Sequence[str], *, least: int) -> Lost:
    """What a copy made now would not tell."""
    people = Counter(_read(organisation, attributes).values())
    return _lost(people, _coarse(people, above(organisation), least))


def what_is_lost_of(engagement: Engagement) -> Lost:
    """The same for one engagement, as it is set up."""
    least = engagement.min_group_scores
    return what_is_lost(engagement.organisation, engagement.attributes_kept, least=least)


def what_was_copied(engagement: Engagement) -> Copied:
    cells = engagement.roster_cells
    found = cells.aggregate(people=Sum("n_people"), fewest=Min("n_people"))
    n_units = cells.exclude(unit="").values("unit").distinct().count()
    return Copied(found["people"] or 0, n_units, found["fewest"] or 0)


def above(organisation: Organisation) -> dict[int, int]:
    """Each unit's unit above."""
    pairs = Unit.objects.filter(organisation=organisation).values_list("pk", "parent")
    return {unit: parent or NONE for unit, parent in pairs}


def _coarse(people: Mapping[Alike, int], tree: Mapping[int, int], least: int) -> Coarse:
    """No finer than `least` allows, and no more pairs of unit and role than can be told of: twice as many people each
    time."""
    made = coarsen(people, tree, least=least)
    while len({(alike.unit, alike.role) for alike in made.sizes}) > MOST_PAIRS:
        least *= 2
        made = coarsen(people, tree, least=least)
    return made


def _lost(people: Mapping[Alike, int], made: Coarse) -> Lost:
    before, after = {alike.unit for alike in people} - {NONE}, {alike.unit for alike in made.sizes} - {NONE}
    without: dict[str, int] = dict.fromkeys(ATTRIBUTES, 0)
    for alike, n in people.items():
        for name in ATTRIBUTES:
            without[name] += n * (getattr(alike, name) != getattr(made.to[alike], name))
    return Lost(sum(people.values()), len(made.sizes), len(before & after), len(before - after), without)


def _read(organisation: Organisation, attributes: Sequence[str]) -> dict[int, Alike]:
    """Each active member's attributes, those that are not kept left blank."""
    rows = Member.objects.filter(organisation=organisation, is_active=True).order_by("pk")
    found = rows.values_list("pk", "unit", "role", "site", "language")
    return {pk: _as_kept(attributes, unit, *rest) for pk, unit, *rest in found.iterator(chunk_size=ROWS_AT_ONCE)}


def _as_kept(attributes: Sequence[str], unit: int | None, role: str, site: str, language: str) -> Alike:
    full = Alike(unit or NONE, role.strip(), site.strip(), language.strip())
    return full._replace(**{name: getattr(BLANK, name) for name in ATTRIBUTES if name not in attributes})


def _keep_cells(engagement: Engagement, made: Coarse) -> dict[Alike, RosterCell]:
    names = _names(engagement.organisation, {alike.unit for alike in made.to.values()})
    rest = _with_parts_told_apart(made, above(engagement.organisation))
    cells = {
        alike: RosterCell(
            engagement=engagement,
            of_unit_id=alike.unit or None,
            unit=names[alike.unit] + (", the rest" if alike.unit in rest else ""),
            role=alike.role,
            site=alike.site,
            language=alike.language,
            n_people=n,
        )
        for alike, n in sorted(made.sizes.items())
    }
    RosterCell.objects.bulk_create(cells.values(), batch_size=ROWS_AT_ONCE)
    return cells


def _with_parts_told_apart(made: Coarse, tree: Mapping[int, int]) -> set[int]:
    """Units under which another one is told: they stand for what is left of them."""
    told = {alike.unit for alike in made.sizes} - {NONE}
    rest = set()
    for unit in told:
        higher = tree.get(unit, NONE)
        while higher != NONE and higher not in rest:
            rest.add(higher)
            higher = tree.get(higher, NONE)
    return rest


def _names(organisation: Organisation, units: set[int]) -> dict[int, str]:
    """What each is called; the whole way from the top where two have one name."""
    rows = {unit.pk: unit for unit in Unit.objects.filter(organisation=organisation)}
    shared = Counter(rows[unit].name for unit in units if unit != NONE)
    named = {NONE: ""}
    for unit in units - {NONE}:
        named[unit] = rows[unit].name if shared[rows[unit].name] == 1 else _way_to(rows, unit)
    return named


def _way_to(rows: Mapping[int, Unit], unit: int) -> str:
    way: list[str] = []
    while unit in rows and len(way) < len(rows):
        way.insert(0, rows[unit].name)
        unit = rows[unit].parent_id or NONE
    return " / ".join(way)[-450:]


def _cell_fitting(engagement: Engagement, member: Member) -> RosterCell | None:
    cells = {_alike_of(cell): cell for cell in engagement.roster_cells.all() if cell.of_unit_id or not cell.unit}
    if not cells:
        return None
    own = _as_kept(engagement.attributes_kept, member.unit_id, member.role, member.site, member.language)
    return cells.get(fitting(own, frozenset(cells), above(engagement.organisation)))


def _alike_of(cell: RosterCell) -> Alike:
    return Alike(cell.of_unit_id or NONE, cell.role, cell.site, cell.language)
