"""Connections of directories: made, ended, known by their token. Writes connections; knows no message of SCIM.

A token is "number.secret"; of the secret only a hash is kept. Its entropy is that of a key, so a plain hash will do.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sayso.members.access import record_access
from sayso.members.models import AccessKind, Connection, Member, Organisation
from sayso.members.rules import Refused

LONGEST_NAME, MOST_HELD = 80, 20
NOBODYS_DIGEST = hashlib.sha256(b"").hexdigest()


def make_connection(*, organisation: Organisation, name: str, by: Member) -> tuple[Connection, str]:
    """A new connection and its token, which is known to the caller only from then on. Raises Refused."""
    secret = secrets.token_urlsafe(32)
    with transaction.atomic():
        Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
        held = organisation.connections.held()
        if held.filter(name=name).exists():
            raise Refused(
                _("There is a connection “%(name)s” already. End it first, or choose another name.") % {"name": name}
            )
        if held.count() >= MOST_HELD:
            raise Refused(_("There are %(most_held)s connections already. End one first.") % {"most_held": MOST_HELD})
        connection = Connection.objects.create(organisation=organisation, name=name, digest=_digest(secret), made_by=by)
        _record(connection, by, f"connected a directory: {name}")
    return connection, f"{connection.pk}.{secret}"


def end_connection(*, connection: Connection, by: Member) -> Connection:
    """From now on its token opens nothing; whom it brought stays. The same again changes nothing."""
    with transaction.atomic():
        ended = Connection.objects.held().filter(pk=connection.pk).update(ended_at=timezone.now(), ended_by=by)
        if ended:
            _record(connection, by, f"ended the connection of a directory: {connection.name}")
    connection.refresh_from_db()
    return connection


def connection_by_token(token: str) -> Connection | None:
    """Whose token this is, if it is still good; takes as long for one that never was."""
    number, _, secret = token.partition(".")
    known = Connection.objects.held().filter(pk=int(number)) if _is_number(number) else Connection.objects.none()
    connection = known.select_related("organisation").first()
    digest = connection.digest if connection else NOBODYS_DIGEST
    return connection if hmac.compare_digest(digest, _digest(secret)) and secret else None


def note_use(connection: Connection) -> None:
    """That it was used today; nothing finer is kept."""
    if connection.used_on != (today := timezone.localdate()):
        Connection.objects.filter(pk=connection.pk).update(used_on=today)


def note_change(connection: Connection) -> None:
    """Record that it changed the roster: once a day for each connection, for the data guardian."""
    today = timezone.localdate()
    if connection.changed_on == today:
        return
    is_first = Connection.objects.filter(pk=connection.pk).exclude(changed_on=today).update(changed_on=today)
    connection.changed_on = today
    if is_first:
        _record(connection, None, f"by the directory “{connection.name}”")


def _record(connection: Connection, by: Member | None, detail: str) -> None:
    organisation = connection.organisation
    record_access(organisation=organisation, by=by, kind=AccessKind.ROSTER_CHANGED, detail=detail)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19
