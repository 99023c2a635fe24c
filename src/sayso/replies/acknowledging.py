"""The five quick acknowledgements: given and undone, each in one transaction with its event."""

from __future__ import annotations

from django.utils.translation import gettext as _

from sayso.engagements.events import EventKind, record
from sayso.engagements.locking import writing
from sayso.engagements.models import Statement, StatementState
from sayso.members.models import Member
from sayso.replies import rules
from sayso.replies.models import Acknowledgement, Said
from sayso.replies.rules import Refused


def acknowledge(*, statement: Statement, by: Member, said: Said, reason: str = "") -> Acknowledgement:
    """Say it to everybody, in the role one has. The same as stands there already changes nothing. Raises Refused."""
    role = rules.role_of(by, statement.engagement, rules.ACKNOWLEDGING)
    if role is None:
        raise Refused(_("Only those who lead or sponsor may say this."))
    with writing(statement.engagement):
        held = Statement.objects.select_for_update(of=("self",)).select_related("engagement").get(pk=statement.pk)
        if held.state != StatementState.PUBLISHED:
            raise Refused(_("This statement is not open any more. Nothing was said to it."))
        newest = held.acknowledgements.order_by("-place").first()
        if newest and (newest.said, newest.reason) == (said, reason):
            return newest
        place = newest.place + 1 if newest else 1
        given = Acknowledgement.objects.create(
            statement=held, place=place, said=said, reason=reason, given_by=by, as_role=role
        )
        _record(EventKind.STATEMENT_ACKNOWLEDGED, given, by, role)
    return given


def undo_acknowledgement(*, acknowledgement: Acknowledgement, by: Member) -> bool:
    """Take it back, by anybody who may give one. False when it is gone. Raises Refused."""
    role = rules.role_of(by, acknowledgement.statement.engagement, rules.ACKNOWLEDGING)
    if role is None:
        raise Refused(_("Only those who lead or sponsor may take this back."))
    with writing(acknowledgement.statement.engagement):
        deleted, _by_table = Acknowledgement.objects.filter(pk=acknowledgement.pk).delete()
        if deleted:
            _record(EventKind.ACKNOWLEDGEMENT_UNDONE, acknowledgement, by, role)
    return bool(deleted)


def _record(kind: EventKind, given: Acknowledgement, by: Member, role: str) -> None:
    record(
        engagement=given.statement.engagement,
        kind=kind,
        statement=given.statement_id,
        said=str(given.said),
        by=by.pk,
        role=str(role),
    )
