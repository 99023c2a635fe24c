"""Writes: each verb is one transaction with its event beside the row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count
from django.utils import timezone

from sayso.engagements import rules
from sayso.engagements.events import EventKind, record
from sayso.engagements.models import (
    Engagement,
    Participant,
    Phase,
    Role,
    RoleName,
    Routing,
    Statement,
    StatementState,
    Topic,
    Vote,
)
from sayso.members.models import Member, Organisation
from sayso.members.pseudonyms import make_key, pseudonym_of


def open_engagement(
    *,
    organisation: Organisation,
    slug: str,
    title: str,
    objective: str,
    promise: str,
    answers_due: date,
    phase: Phase = Phase.LISTEN,
) -> Engagement:
    """Open an engagement for everyone on the roster as it is now, and make its key."""
    n_members = organisation.members.filter(is_active=True).count()
    with transaction.atomic():
        engagement = Engagement.objects.create(
            organisation=organisation,
            slug=slug,
            title=title,
            objective=objective,
            promise=promise,
            answers_due=answers_due,
            phase=phase,
            n_members=n_members,
        )
        make_key(engagement_slug=slug)
    return engagement


def grant_role(*, engagement: Engagement, member: Member, name: RoleName, by: Member | None = None) -> Role:
    """Give a duty, on the record; the same again changes nothing. Raises Refused."""
    with transaction.atomic():
        _lock_roles(engagement)
        rules.check_grantable(engagement, member, name)
        held = engagement.roles.held().filter(member=member, name=name).first()
        return held or Role.objects.create(engagement=engagement, member=member, name=name, granted_by=by)


def end_role(*, role: Role, by: Member) -> None:
    """End a duty at once, on the record. Raises Refused for the only lead."""
    with transaction.atomic():
        _lock_roles(role.engagement)
        rules.check_endable(role)
        Role.objects.held().filter(pk=role.pk).update(ended_at=timezone.now(), ended_by=by)


def _lock_roles(engagement: Engagement) -> None:
    """One change of roles at a time: two leads ending each other would leave nobody. Votes need not wait: no_key."""
    Engagement.objects.select_for_update(no_key=True).get(pk=engagement.pk)


def add_topic(*, engagement: Engagement, title: str, question: str) -> Topic:
    """Add a topic after the others."""
    return Topic.objects.create(
        engagement=engagement, position=engagement.topics.count() + 1, title=title, question=question
    )


def join(*, engagement: Engagement, member: Member) -> Participant:
    """The member's one participant, made at the first call; the unit's name is copied as it is now."""
    if not rules.may_take_part(member, engagement):
        raise rules.Refused("This is for people on your organisation's list.")
    if engagement.key_destroyed_on:
        raise rules.Refused("The key is destroyed, as promised. Nobody can tell any more which answers are yours.")
    pseudonym = pseudonym_of(member=member, engagement_slug=engagement.slug)
    with transaction.atomic():
        participant, is_new = Participant.objects.get_or_create(
            engagement=engagement, pseudonym=pseudonym, defaults={"unit": member.unit.name if member.unit else ""}
        )
        if is_new:
            record(engagement=engagement, kind=EventKind.PARTICIPANT_JOINED, participant=participant.pk)
    return participant


def seed_statements(*, topic: Topic, texts: Iterable[str]) -> list[Statement]:
    """Put the organisers' own statements in, labelled, open at once."""
    with transaction.atomic():
        return [_seed(topic, text) for text in texts]


def _seed(topic: Topic, text: str) -> Statement:
    statement = Statement.objects.create(
        engagement=topic.engagement, topic=topic, text=text, is_seed=True, state=StatementState.PUBLISHED
    )
    record(engagement=topic.engagement, kind=EventKind.STATEMENT_SEEDED, statement=statement.pk)
    return statement


def say_statement(*, participant: Participant, topic: Topic, text: str) -> Statement:
    """Take a statement in; it waits to be read. The same words by the same person are taken once."""
    rules.check_listening(participant.engagement)
    if topic.engagement_id != participant.engagement_id:
        raise rules.Refused("That question belongs to another place.")
    try:
        with transaction.atomic():
            statement = Statement.objects.create(
                engagement=participant.engagement, topic=topic, author=participant, text=text
            )
            _take_in(statement)
    except IntegrityError:
        return _said_again(Statement.objects.get(engagement=participant.engagement, author=participant, text=text))
    return statement


def _take_in(statement: Statement) -> None:
    event = record(
        engagement=statement.engagement,
        kind=EventKind.STATEMENT_SAID,
        statement=statement.pk,
        participant=statement.author_id,
        topic=statement.topic_id,
    )
    statement.arrived = event.pk
    statement.save(update_fields=["arrived"])


def _said_again(statement: Statement) -> Statement:
    """The same words once more: they are there already, or they wait anew after their author had withdrawn them."""
    with transaction.atomic():
        withdrawn = Statement.objects.filter(pk=statement.pk, state=StatementState.WITHDRAWN)
        if withdrawn.update(state=StatementState.WAITING, return_reason=""):
            statement.refresh_from_db()
            _take_in(statement)
    return statement


def publish_statement(*, statement: Statement, moderator: Member) -> bool:
    """Open a waiting statement for votes. False when somebody else decided meanwhile."""
    return _decide(statement, StatementState.PUBLISHED, EventKind.STATEMENT_PUBLISHED, moderator, reason="")


def return_statement(*, statement: Statement, moderator: Member, reason: str) -> bool:
    """Return a waiting statement to its author, who reads the reason. False when somebody else decided meanwhile."""
    return _decide(statement, StatementState.RETURNED, EventKind.STATEMENT_RETURNED, moderator, reason=reason)


def _decide(statement: Statement, state: StatementState, kind: EventKind, moderator: Member, *, reason: str) -> bool:
    with transaction.atomic():
        waiting = Statement.objects.filter(pk=statement.pk, state=StatementState.WAITING)
        if not waiting.update(state=state, return_reason=reason):
            return False
        record(engagement=statement.engagement, kind=kind, statement=statement.pk, moderator=moderator.pk)
    return True


def undo_decision(*, statement: Statement, moderator: Member) -> None:
    """Put a decided statement back into the inbox. Raises Refused once people have voted on it: votes are not lost."""
    with transaction.atomic():
        locked = Statement.objects.select_for_update().get(pk=statement.pk)
        if locked.is_seed or locked.state in (StatementState.WAITING, StatementState.WITHDRAWN):
            return
        if locked.votes.exists():
            raise rules.Refused("People have already answered this one, so it stays open.")
        Statement.objects.filter(pk=statement.pk).update(state=StatementState.WAITING, return_reason="")
        record(
            engagement=statement.engagement,
            kind=EventKind.DECISION_UNDONE,
            statement=statement.pk,
            moderator=moderator.pk,
        )


def cast_vote(
    *,
    participant: Participant,
    statement: Statement,
    stance: int,
    is_important: bool = False,
    probability: float | None = None,
) -> None:
    """Vote, or change a vote: the last one counts. The same vote again changes nothing and leaves no event.

    `probability` is that with which the card was drawn, None when it was not; changing a vote keeps the first one.
    Raises Refused for a statement that is not open, of another engagement, or the participant's own.
    """
    if statement.engagement_id != participant.engagement_id or statement.author_id == participant.pk:
        raise rules.Refused("You cannot answer this one.")
    with transaction.atomic():
        # The row lock keeps an undo of the decision from slipping in between check and vote.
        rules.check_open_for_votes(Statement.objects.select_for_update(of=("self",)).get(pk=statement.pk))
        same = Vote.objects.filter(
            participant=participant, statement=statement, stance=stance, is_important=is_important
        )
        if same.exists():
            return
        Vote.objects.bulk_create(
            [
                Vote(
                    participant=participant,
                    statement=statement,
                    stance=stance,
                    is_important=is_important,
                    probability=probability,
                )
            ],
            update_conflicts=True,
            unique_fields=["participant", "statement"],
            update_fields=["stance", "is_important"],
        )
        record(
            engagement=participant.engagement,
            kind=EventKind.VOTE_CAST,
            participant=participant.pk,
            statement=statement.pk,
            stance=int(stance),
            is_important=is_important,
            **({} if probability is None else {"probability": probability}),
        )


def withdraw_vote(*, participant: Participant, statement: Statement) -> bool:
    """Take a vote back. False when there was none."""
    rules.check_listening(participant.engagement)
    with transaction.atomic():
        deleted, _ = Vote.objects.filter(participant=participant, statement=statement).delete()
        if deleted:
            record(
                engagement=participant.engagement,
                kind=EventKind.VOTE_WITHDRAWN,
                participant=participant.pk,
                statement=statement.pk,
            )
    return bool(deleted)


def refresh_times_seen(*, engagement: Engagement) -> None:
    """Count anew how often each statement was voted on, for the choice of the next card. Called by the worker."""
    counted = Vote.objects.filter(statement__engagement=engagement).values_list("statement").annotate(Count("pk"))
    rows = [Statement(pk=statement, times_seen=seen) for statement, seen in counted.order_by()]
    Statement.objects.bulk_update(rows, ["times_seen"], batch_size=500)


def keep_routing(*, engagement: Engagement, body: Mapping[str, Any]) -> None:
    """Keep what votes are worth now, for the choice of the next card. Called by the worker."""
    Routing.objects.update_or_create(engagement=engagement, defaults={"body": dict(body)})
