"""The office of a roster keeper, given and ended on record."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sayso.members.models import Keeper, Member, Organisation
from sayso.members.rules import Refused, is_last_keeper


def appoint_keeper(*, member: Member, by: Member | None = None) -> Keeper:
    """Make somebody a roster keeper, on the record; the same again changes nothing."""
    with transaction.atomic():
        Organisation.objects.select_for_update(no_key=True).get(pk=member.organisation_id)
        held = member.keeperships.held().first()
        return held or Keeper.objects.create(organisation=member.organisation, member=member, granted_by=by)


def end_keepership(*, keeper: Keeper, by: Member | None) -> None:
    """The same again changes nothing. Raises Refused for the last one who could do it."""
    with transaction.atomic():
        Organisation.objects.select_for_update(no_key=True).get(pk=keeper.organisation_id)
        if is_last_keeper(keeper.member):
            raise Refused(_("Somebody has to keep the roster. Make another person keeper first."))
        Keeper.objects.held().filter(pk=keeper.pk).update(ended_at=timezone.now(), ended_by=by)
