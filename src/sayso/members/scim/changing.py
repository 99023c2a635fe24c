"""One change by a directory at a time: the frame every write stands in. Knows organisations and connections."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.db.models import F
from scim2_models import SCIMException

from sayso.members.models import Connection, Organisation, UpdateState
from sayso.members.roster.queries import newest_update
from sayso.members.scim.connections import note_change


class RosterBeingBrought(SCIMException):
    """A file is half-way through; directories try again by themselves."""

    status = 503
    _default_detail = (
        "A file is being brought to the roster, and is half-way. Nothing was done. It will work once the file is done."
    )


@contextmanager
def changing(connection: Connection) -> Iterator[Organisation]:
    """The organisation, nobody else changing its roster meanwhile. Raises RosterBeingBrought."""
    with transaction.atomic():
        organisation = Organisation.objects.select_for_update(no_key=True).get(pk=connection.organisation_id)
        newest = newest_update(organisation)
        if newest and newest.state != UpdateState.DONE:
            raise RosterBeingBrought
        yield organisation


def note_changed(connection: Connection) -> None:
    """The roster is another one: files looked at before have to be looked at again."""
    Organisation.objects.filter(pk=connection.organisation_id).update(roster_version=F("roster_version") + 1)
    note_change(connection)
