"""Reads for pages and the API. They never recompute what the worker works out."""

from __future__ import annotations

import secrets
from collections.abc import Container, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.validators import slug_re
from django.db.models import Count, FilteredRelation, Q, QuerySet
from django.db.models.functions import Coalesce

from sayso.engagements import routing
from sayso.engagements.drawn import Drawn
from sayso.engagements.models import (
    Engagement,
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
from sayso.web.ready_queries import ReadyQuery

# What every card asks.
_engagement = ReadyQuery(lambda slug: Engagement.objects.filter(slug=slug))
_participant = ReadyQuery(
    lambda engagement, pseudonym: Participant.objects.filter(engagement=engagement, pseudonym=pseudonym)
)
_place = ReadyQuery(
    lambda slug, pseudonym: Participant.objects.select_related("engagement").filter(
        engagement__slug=slug, pseudonym=pseudonym
    )
)
# What is open, theirs or answered by them; of an answer its number, too, which tells the order.
_before_them = ReadyQuery(
    lambda engagement, author, voter: (
        Statement.objects.annotate(own=FilteredRelation("votes", condition=Q(votes__participant=voter)))
        .filter(Q(state=StatementState.PUBLISHED) | Q(author=author) | Q(own__isnull=False), engagement=engagement)
        .values_list("pk", "topic_id", "state", "author_id", "counts_for_id", "own__stance", "own__pk")
    )
)
_routing = ReadyQuery(lambda engagement: Routing.objects.filter(engagement=engagement).values_list("pk"))


def engagements_of(member: Member) -> QuerySet[Engagement]:
    """What a member may take part in: what is opened, and what they are asked to try before."""
    here = Engagement.objects.filter(organisation=member.organisation_id).order_by("pk")
    return here.filter(Q(opened_at__isnull=False) | Q(trial_seats__member=member)).distinct()


def engagement_called(slug: str) -> Engagement | None:
    return _engagement.first(slug)


def participant_of(member: Member, engagement: Engagement) -> Participant | None:
    if engagement.key_destroyed_on:  # a copy that somebody put back opens nothing
        raise KeyMissing(f"The key of {engagement.slug} is destroyed.")
    pseudonym = pseudonym_of(member=member, engagement_slug=engagement.slug)
    found = _participant.first(engagement.pk, pseudonym)
    if found:
        found.engagement = engagement  # known here: nobody fetches it again
    return found


def place_called(slug: str, member: Member | AnonymousUser) -> Participant | None:
    """The member's participant with its engagement, in one look; None where they have not come in yet, or cannot."""
    if not isinstance(member, Member) or not slug_re.match(slug):
        return None
    try:
        return _place.first(slug, pseudonym_of(member=member, engagement_slug=slug))
    except KeyMissing:
        return None


def leads_of(engagement: Engagement) -> list[str]:
    """The names of those who lead, for whoever needs to ask them."""
    roles = engagement.roles.held().filter(name=RoleName.LEAD).order_by("pk")
    return list(roles.values_list("member__full_name", flat=True))


def unanswered(participant: Participant) -> QuerySet[Statement]:
    """Open ones without an answer or words of theirs, nor of what was merged into them."""
    merged = Statement.objects.filter(engagement=participant.engagement_id).exclude(counts_for=None)
    return (
        Statement.objects.filter(engagement=participant.engagement_id, state=StatementState.PUBLISHED)
        .exclude(votes__participant=participant)
        .exclude(author=participant)
        .exclude(pk__in=merged.filter(votes__participant=participant).values("counts_for"))
        .exclude(pk__in=merged.filter(author=participant).values("counts_for"))
    )


def fewest_answers_first(statements: QuerySet[Statement], *, least: int) -> list[Statement]:
    """In whole steps, as their order is seen: it shall not move as one person answers. Else by their drawn numbers."""
    n_votes = dict(statements.annotate(n=Count("votes")).values_list("pk", "n"))
    return sorted(statements.order_by("pk"), key=lambda statement: in_steps(n_votes.get(statement.pk, 0), least) or 0)


def met_by(participant: Participant) -> set[int]:
    """Statements with an answer or words of theirs, and what those were merged into: none of them is new to them."""
    answered = Vote.objects.filter(participant=participant).values_list("statement_id", "statement__counts_for_id")
    said = Statement.objects.filter(author=participant).values_list("pk", "counts_for_id")
    return {number for pair in (*answered, *said) for number in pair if number}


@dataclass(frozen=True)
class Hand:
    """What lies before one participant: what is open, neither answered nor said by them, also not merged (number:
    topic); own answers (statement, stance, topic), oldest first; and the numbers of all that is open. Read
    once for all that a reply tells.
    """

    unanswered: Mapping[int, int]
    answers: Sequence[tuple[int, int, int]]
    shown: Set[int]


def hand_of(participant: Participant) -> Hand:
    rows = _before_them(participant.engagement_id, participant.pk, participant.pk)
    # Sorted out here: asked of the database, "not answered" costs more than all that is open.
    met, answers = set[int | None](), list[tuple[int, int, int, int]]()
    for pk, topic, _state, author, told_by, stance, number in rows:
        if number is not None:
            answers.append((number, pk, stance, topic))
        if number is not None or author == participant.pk:
            met.update((pk, told_by))
    shown = {pk: topic for pk, topic, state, *_ in rows if state == StatementState.PUBLISHED}
    left = {pk: topic for pk, topic in shown.items() if pk not in met}
    return Hand(left, [answer[1:] for answer in sorted(answers)], shown.keys())


def next_statement(participant: Participant, *, again: int = 0, hand: Hand | None = None) -> Drawn | None:
    """A card drawn for this participant, or `again` where that one is still open; None when all are answered."""
    hand = hand or hand_of(participant)
    chances = chances_of(participant, hand=hand)
    number = again if again in hand.unanswered else 0
    if not number and chances:
        number = secrets.SystemRandom().choices(list(chances), list(chances.values()))[0]
    # Still open: it may have been hidden or merged since the hand was read.
    shown = Statement.objects.select_related("topic").filter(state=StatementState.PUBLISHED)
    statement = shown.filter(pk=number).first() if number else None
    return Drawn(statement, chances.get(statement.pk)) if statement else None


def chances_of(participant: Participant, *, without: Container[int] = (), hand: Hand | None = None) -> dict[int, float]:
    """Probability of every open statement, but for those they hold already, to be this participant's next card."""
    hand = hand or hand_of(participant)
    left = {pk: topic for pk, topic in hand.unanswered.items() if pk not in without}
    return routing.probabilities(
        _weights(participant.engagement_id),
        [(statement, stance) for statement, stance, _ in hand.answers],
        left,
        [topic for _, _, topic in hand.answers[-routing.SAME_TOPIC_IN_A_ROW :]],
    )


def _weights(engagement_id: int) -> routing.Weights:
    while row := _routing.first(engagement_id):
        try:
            return kept_weights(*row)
        except Routing.DoesNotExist:  # the worker has put another in its place since the first look
            continue
    return routing.NOTHING_KNOWN


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
    rows = list(participant.statements.select_related("topic", "counts_for", "split_from").prefetch_related("parts"))
    rows = [row for row in rows if not _was_a_part(row)]
    rows.sort(key=lambda row: (-(row.arrived or 0), row.pk))
    told = {row.counts_for_id or row.pk for row in rows}
    together = Statement.objects.annotate(told=Coalesce("counts_for", "pk")).filter(told__in=told).values_list("told")
    n_votes = dict(together.annotate(n=Count("votes__participant", distinct=True)).order_by())
    n_authors = dict(
        together.annotate(n=Count("author", distinct=True)).exclude(state=StatementState.WITHDRAWN).order_by()
    )
    return [
        {
            "statement": row,
            "told_by": row.counts_for or row,
            "n_votes": in_steps(n_votes.get(row.counts_for_id or row.pk, 0), least),
            "n_authors": in_steps(n_authors.get(row.counts_for_id or row.pk, 0), least),
        }
        for row in rows
    ]


def _was_a_part(statement: Statement) -> bool:
    """Of a split that a moderator has undone: never its author's own act."""
    whole = statement.split_from
    return bool(whole and statement.state == StatementState.WITHDRAWN and whole.state != StatementState.SPLIT)
