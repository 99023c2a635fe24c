"""Writes: each verb is one transaction with its event beside the row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from sayso.engagements import rules
from sayso.engagements.events import EventKind, record
from sayso.engagements.kinds import RULE_RIGHT, guessed
from sayso.engagements.locking import TRIAL_OVER, held_open, locked, put_if_new, writing
from sayso.engagements.models import (
    About,
    CameBy,
    Engagement,
    KindCorrection,
    Participant,
    Routing,
    Statement,
    StatementState,
    Topic,
    Vote,
)
from sayso.engagements.queries import participant_of
from sayso.engagements.roster_at_opening.copying import told_of
from sayso.members.models import Member
from sayso.members.pseudonyms import guest_pseudonym, make_key, pseudonym_of


def add_topic(*, engagement: Engagement, title: str, question: str) -> Topic:
    """Add a topic after the others."""
    return Topic.objects.create(
        engagement=engagement, position=engagement.topics.count() + 1, title=title, question=question
    )


def join(*, engagement: Engagement, member: Member, known: Participant | None = None) -> Participant:
    """The member's one participant, made at the first call, with the attributes copied at opening. `known` is the
    same, where it was read already."""
    if not rules.may_take_part(member, engagement):
        told = _("It is not open yet.") if rules.is_on_roster(member, engagement) else ""
        raise rules.Refused(told or _("This is for people on your organisation's list."))
    if engagement.key_destroyed_on:
        raise rules.Refused(_("The key is destroyed, as promised. Nobody can tell any more which answers are yours."))
    if engagement.is_opened and (known := known or participant_of(member, engagement)):
        return known
    with writing(engagement):
        if not engagement.is_opened:
            _lock_trial(engagement, member)
        pseudonym = pseudonym_of(member=member, engagement_slug=engagement.slug)
        participant, is_new = Participant.objects.get_or_create(
            engagement=engagement, pseudonym=pseudonym, defaults=told_of(engagement=engagement, member=member)
        )
        if is_new:
            record(engagement=engagement, kind=EventKind.PARTICIPANT_JOINED, participant=participant.pk)
    return participant


def _lock_trial(engagement: Engagement, member: Member) -> None:
    """Hold the opening off until this visit is written: it wipes the trial, and must not miss anybody."""
    engagement.opened_at = locked(engagement).opened_at
    if not rules.may_take_part(member, engagement):
        raise rules.Refused(TRIAL_OVER)
    if not engagement.is_opened:
        make_key(engagement_slug=engagement.slug)


def join_as_guest(*, engagement: Engagement, token: str) -> Participant:
    """The participant behind what lies in a guest's browser. Raises Refused where guests are not asked."""
    if not rules.admits_guests(engagement):
        raise rules.Refused(_("This is for people on the organisation's list."))
    rules.check_listening(engagement)
    pseudonym = guest_pseudonym(token=token, engagement_slug=engagement.slug)
    with writing(engagement):
        participant, is_new = Participant.objects.get_or_create(
            engagement=engagement, pseudonym=pseudonym, defaults={"is_guest": True}
        )
        if is_new:
            record(engagement=engagement, kind=EventKind.PARTICIPANT_JOINED, participant=participant.pk, guest=True)
    return participant


def seed_statements(*, topic: Topic, texts: Iterable[str]) -> list[Statement]:
    """Put the organisers' own statements in, labelled; open at once, or from the opening on."""
    with writing(topic.engagement):
        return [_seed(topic, text) for text in texts]


def _seed(topic: Topic, text: str) -> Statement:
    statement = Statement.objects.create(
        engagement=topic.engagement, topic=topic, text=text, is_seed=True, state=StatementState.PUBLISHED,
        **guessed(About.KIND, text), **guessed(About.LEANING, text),
    )  # fmt: skip
    # Before the opening the log stays empty: what stands then is told at the opening.
    if topic.engagement.is_opened:
        record(engagement=topic.engagement, kind=EventKind.STATEMENT_SEEDED, statement=statement.pk)
    return statement


def say_statement(
    *,
    participant: Participant,
    topic: Topic,
    text: str,
    kind: str = "",
    is_kind_guessed: bool = True,
    signed_name: str = "",
) -> Statement:
    """Take a statement in; it waits to be read. The same words by the same person are taken once.

    `signed_name` is their own name, where they may put it to their words (`rules.may_sign`) and wish to.
    """
    rules.check_listening(participant.engagement)
    if topic.engagement_id != participant.engagement_id:
        raise rules.Refused(_("That question belongs to another place."))
    try:
        with writing(participant.engagement, by=participant):
            statement = Statement.objects.create(
                engagement=participant.engagement,
                topic=topic,
                author=participant,
                text=text,
                is_from_table=participant.came_by == CameBy.TABLE,
                kind=kind,
                is_kind_guessed=is_kind_guessed,
                kind_sure=RULE_RIGHT if kind and is_kind_guessed else None,
                signed_name=signed_name,
                **guessed(About.LEANING, text),
            )
            if not is_kind_guessed:
                KindCorrection.objects.create(statement=statement, about=About.KIND, to=kind, is_by_author=True)
            _take_in(statement)
            if signed_name:
                record(engagement=participant.engagement, kind=EventKind.STATEMENT_SIGNED, statement=statement.pk)
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
    with writing(statement.engagement):
        withdrawn = Statement.objects.filter(pk=statement.pk, state=StatementState.WITHDRAWN)
        # Still merged, it was read: the words are back beside those they were merged with.
        merged = withdrawn.exclude(merged_into=None)
        n_back = merged.filter(merged_into__split_from=statement.pk).update(state=StatementState.SPLIT)
        if (
            n_back
            or merged.update(state=StatementState.MERGED)
            or withdrawn.update(state=StatementState.WAITING, return_reason="")
        ):
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
    with writing(statement.engagement):
        waiting = Statement.objects.filter(pk=statement.pk, state=StatementState.WAITING)
        if not waiting.update(state=state, return_reason=reason):
            return False
        record(engagement=statement.engagement, kind=kind, statement=statement.pk, moderator=moderator.pk)
    return True


def undo_decision(*, statement: Statement, moderator: Member) -> None:
    """Put a decided statement back into the inbox. Raises Refused once people have voted on it: votes are not lost."""
    with writing(statement.engagement):
        locked = Statement.objects.select_for_update().get(pk=statement.pk)
        if locked.is_seed or locked.state not in (StatementState.PUBLISHED, StatementState.RETURNED):
            return
        if locked.merged.exists():
            raise rules.Refused(_("Others were merged into this one. Undo that first."))
        if locked.votes.exists():
            raise rules.Refused(_("People have already answered this one, so it stays open."))
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
    with writing(participant.engagement, by=participant):
        # The row lock keeps an undo of the decision from slipping in between check and vote.
        held = held_open(statement.pk)
        if held is None or held.engagement_id != participant.engagement_id or held.author_id == participant.pk:
            raise rules.Refused(_("You cannot answer this one."))
        rules.check_open_for_votes(held)
        vote = Vote(
            participant=participant,
            statement=statement,
            stance=stance,
            is_important=is_important,
            probability=probability,
        )
        if not put_if_new(vote, unique=("participant", "statement"), changing=("stance", "is_important")):
            return
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
    with writing(participant.engagement, by=participant):
        deleted, _ = Vote.objects.filter(participant=participant, statement=statement).delete()
        if deleted:
            record(
                engagement=participant.engagement,
                kind=EventKind.VOTE_WITHDRAWN,
                participant=participant.pk,
                statement=statement.pk,
            )
    return bool(deleted)


def keep_routing(*, engagement: Engagement, body: Mapping[str, Any]) -> None:
    """Keep what votes are worth now, for the choice of the next card. Called by the worker.

    A row of its own each time: by its number a web process knows whether it has read this one.
    """
    with transaction.atomic():
        Routing.objects.filter(engagement=engagement).delete()
        Routing.objects.create(engagement=engagement, body=dict(body))
