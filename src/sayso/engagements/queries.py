"""Reads for pages and the API. They never recompute what the worker works out."""

from __future__ import annotations

import secrets
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from sayso.engagements import routing
from sayso.engagements.drawn import Drawn
from sayso.engagements.events import EventKind
from sayso.engagements.models import (
    Engagement,
    Event,
    Participant,
    RoleName,
    Routing,
    Statement,
    StatementState,
    Vote,
)
from sayso.members.models import Member
from sayso.members.pseudonyms import KeyMissing, pseudonym_of
from sayso.publication.counts import in_steps

DECIDED = (StatementState.PUBLISHED, StatementState.RETURNED)


def engagements_of(member: Member) -> QuerySet[Engagement]:
    """What a member may take part in: what is opened, and what they are asked to try before."""
    here = Engagement.objects.filter(organisation=member.organisation_id).order_by("pk")
    return here.filter(Q(opened_at__isnull=False) | Q(trial_seats__member=member)).distinct()


def participant_of(member: Member, engagement: Engagement) -> Participant | None:
    if engagement.key_destroyed_on:  # a copy that somebody put back opens nothing
        raise KeyMissing(f"The key of {engagement.slug} is destroyed.")
    pseudonym = pseudonym_of(member=member, engagement_slug=engagement.slug)
    found = Participant.objects.filter(engagement=engagement, pseudonym=pseudonym).first()
    if found:
        found.engagement = engagement  # known here: nobody fetches it again
    return found


def leads_of(engagement: Engagement) -> list[str]:
    """The names of those who lead, for whoever needs to ask them."""
    roles = engagement.roles.held().filter(name=RoleName.LEAD).order_by("pk")
    return list(roles.values_list("member__full_name", flat=True))


def unanswered(participant: Participant) -> QuerySet[Statement]:
    """Open statements of others that this participant has not answered."""
    return (
        Statement.objects.filter(engagement=participant.engagement_id, state=StatementState.PUBLISHED)
        .exclude(votes__participant=participant)
        .exclude(author=participant)
    )


@dataclass(frozen=True)
class Hand:
    """What lies before one participant: open statements of others (number: topic, times seen), and own answers
    (statement, stance, topic), oldest first. Read once for all that a reply tells of it."""

    unanswered: Mapping[int, tuple[int, int]]
    answers: Sequence[tuple[int, int, int]]


def hand_of(participant: Participant) -> Hand:
    answers = list(
        Vote.objects.filter(participant=participant)
        .order_by("pk")
        .values_list("statement_id", "stance", "statement__topic_id")
    )
    answered = {statement for statement, *_ in answers}
    # Sorted out here: asked of the database, "not answered" costs more than all that is open.
    open_now = Statement.objects.filter(engagement=participant.engagement_id, state=StatementState.PUBLISHED)
    rows = open_now.values_list("pk", "topic_id", "times_seen", "author_id")
    mine = participant.pk
    left = {pk: (topic, seen) for pk, topic, seen, author in rows if pk not in answered and author != mine}
    return Hand(left, answers)


def next_statement(participant: Participant, *, again: int = 0, hand: Hand | None = None) -> Drawn | None:
    """A card drawn for this participant, or `again` where that one is still open; None when all are answered."""
    hand = hand or hand_of(participant)
    chances = chances_of(participant, hand=hand)
    number = again if again in hand.unanswered else 0
    if not number and chances:
        number = secrets.SystemRandom().choices(list(chances), list(chances.values()))[0]
    statement = Statement.objects.select_related("topic").filter(pk=number).first() if number else None
    return Drawn(statement, chances.get(statement.pk)) if statement else None


def chances_of(participant: Participant, *, without: Container[int] = (), hand: Hand | None = None) -> dict[int, float]:
    """Probability of every open statement, but for those they hold already, to be this participant's next card."""
    hand = hand or hand_of(participant)
    left = {pk: row for pk, row in hand.unanswered.items() if pk not in without}
    return routing.probabilities(
        _weights(participant.engagement_id, {pk: seen for pk, (_, seen) in left.items()}),
        [(statement, stance) for statement, stance, _ in hand.answers],
        {pk: topic for pk, (topic, _) in left.items()},
        [topic for _, _, topic in hand.answers[-routing.SAME_TOPIC_IN_A_ROW :]],
    )


def _weights(engagement_id: int, times_seen: dict[int, int]) -> routing.Weights:
    while number := Routing.objects.filter(engagement=engagement_id).values_list("pk", flat=True).first():
        try:
            return kept_weights(number)
        except Routing.DoesNotExist:  # the worker has put another in its place since the first look
            continue
    return routing.Weights.from_times_seen(times_seen)


@lru_cache(maxsize=4)
def kept_weights(number: int) -> routing.Weights:
    """A row is never changed, only replaced (`actions.keep_routing`): read once a process, not once a card."""
    return routing.Weights.from_body(Routing.objects.values_list("body", flat=True).get(pk=number))


@dataclass(frozen=True)
class Progress:
    """Where someone is in the present sitting of cards."""

    answered: int
    in_sitting: int
    sitting: int
    left: int

    @property
    def is_sitting_done(self) -> bool:
        return self.answered > 0 and self.in_sitting == 0


def progress_of(participant: Participant, *, hand: Hand | None = None) -> Progress:
    hand = hand or hand_of(participant)
    answered, sitting = len(hand.answers), participant.engagement.cards_per_sitting
    return Progress(answered, answered % sitting, sitting, len(hand.unanswered))


def statements_of(participant: Participant) -> list[dict[str, Any]]:
    """Own statements, newest first; how many answered as the gate tells it, since this is counted at each look."""
    least = participant.engagement.min_group_scores
    rows = participant.statements.annotate(n_votes=Count("votes")).select_related("topic")
    rows = rows.order_by(F("arrived").desc(nulls_last=True), "pk")
    return [{"statement": row, "n_votes": in_steps(row.n_votes, least)} for row in rows]


def waiting(engagement: Engagement) -> QuerySet[Statement]:
    """The inbox, oldest first. Authors are not fetched: nobody who moderates has a use for them."""
    return (
        _for_moderators(engagement)
        .filter(state=StatementState.WAITING)
        .order_by(F("arrived").asc(nulls_first=True), "pk")
    )


def decided(engagement: Engagement, limit: int = 20) -> list[Statement]:
    """What was decided last, newest first; seeds are nobody's decision."""
    kinds = (EventKind.STATEMENT_PUBLISHED, EventKind.STATEMENT_RETURNED)
    events = (
        Event.objects.filter(engagement=engagement, kind__in=kinds).order_by("-pk").values_list("payload", flat=True)
    )
    newest = list(dict.fromkeys(payload["statement"] for payload in events[: 2 * limit]))[:limit]
    rows = _for_moderators(engagement).filter(state__in=DECIDED).in_bulk(newest)
    return [rows[pk] for pk in newest if pk in rows]


def _for_moderators(engagement: Engagement) -> QuerySet[Statement]:
    return Statement.objects.filter(engagement=engagement).select_related("topic").defer("author")
