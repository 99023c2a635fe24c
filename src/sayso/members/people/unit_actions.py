"""Units renamed, moved and removed. Files that still use an earlier name find the unit again."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import F, ProtectedError
from django.utils.translation import gettext as _

from sayso.members.access import record_access
from sayso.members.models import AccessKind, FormerUnitPath, Member, Organisation, Unit
from sayso.members.queries import unit_paths
from sayso.members.rules import Refused
from sayso.members.unit_paths import JOINT, UNITS_APART


def place_unit(*, unit: Unit, name: str, parent: Unit | None, by: Member) -> Unit:
    """Give a unit its name and the unit it belongs to. Raises Refused."""
    if UNITS_APART in name:
        raise Refused(
            _("A unit's name cannot hold “%(units_apart)s”: it stands between units. Leave it out.")
            % {"units_apart": UNITS_APART}
        )
    try:
        with transaction.atomic():
            organisation = Organisation.objects.select_for_update(no_key=True).get(pk=unit.organisation_id)
            before = unit_paths(organisation)
            if parent and (before[parent.pk] + JOINT).startswith(before[unit.pk] + JOINT):
                raise Refused(_("A unit cannot belong to itself, nor to one below it. Choose another."))
            if Unit.objects.filter(organisation=organisation, parent=parent, name=name).exclude(pk=unit.pk).exists():
                raise Refused(_("There is a unit of this name already. Choose another name."))
            unit.name, unit.parent = name, parent
            unit.save(update_fields=["name", "parent"])
            _remember(organisation, before)
            _grow(organisation, by, f"unit {unit.pk} renamed or moved")
    except IntegrityError:
        raise Refused(_("There is a unit of this name already. Choose another name.")) from None
    return unit


def remove_unit(*, unit: Unit, by: Member) -> None:
    """An empty one. Raises Refused while people, those who left too, or other units belong to it."""
    try:
        with transaction.atomic():
            organisation = Organisation.objects.select_for_update(no_key=True).get(pk=unit.organisation_id)
            pk = unit.pk
            unit.delete()
            _grow(organisation, by, f"unit {pk} removed")
    except ProtectedError:
        raise Refused(_("People or units still belong to it, or did before they left. It stays.")) from None


def _remember(organisation: Organisation, before: dict[int, str]) -> None:
    now = unit_paths(organisation)
    moved = {path: pk for pk, path in before.items() if now[pk] != path}
    FormerUnitPath.objects.bulk_create(
        [FormerUnitPath(organisation=organisation, path=path, unit_id=pk) for path, pk in moved.items()],
        update_conflicts=True,
        unique_fields=["organisation", "path"],
        update_fields=["unit"],
    )
    FormerUnitPath.objects.filter(organisation=organisation, path__in=[now[pk] for pk in moved.values()]).delete()


def _grow(organisation: Organisation, by: Member, detail: str) -> None:
    """What was looked at before does not hold any more."""
    Organisation.objects.filter(pk=organisation.pk).update(roster_version=F("roster_version") + 1)
    record_access(organisation=organisation, by=by, kind=AccessKind.ROSTER_CHANGED, detail=detail)
