"""Makes the week's round of each engagement, with a turn for everybody, and the news of those who want them at once.

Everybody has a turn, whether they have taken part or not; what there is for them is found out at the turn. So neither
rows nor their number tell anything. Writes by `actions`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Max
from django.utils import timezone

from sayso.correspondence import actions, queries, rules
from sayso.correspondence.models import Choice, DigestRound, MailKind
from sayso.correspondence.news import STATES, newly_shared, opened_between
from sayso.correspondence.sealing import unseal
from sayso.distillations.models import Snapshot
from sayso.engagements.events import EventKind
from sayso.engagements.models import Engagement, Event
from sayso.engagements.queries import participant_of
from sayso.mail.queries import has_working_mail
from sayso.members.models import Member
from sayso.members.pseudonyms import KeyMissing


def make_rounds(now: datetime) -> int:
    """Begin and fill what this week still lacks; how many turns were written."""
    here = timezone.localtime(now)
    if not rules.is_digest_time(here):
        return 0
    return sum(_make_round(engagement, rules.week_of(here), now) for engagement in queries.telling_news())


def _make_round(engagement: Engagement, week: str, now: datetime) -> int:
    known = DigestRound.objects.filter(engagement=engagement, week=week).first()
    if (known and known.is_filled) or not queries.site_of(engagement):
        return 0
    if engagement.opened_at is None or engagement.opened_at > now - rules.FIRST_AFTER:
        return 0
    this = known or _begin_round(engagement, week, now)
    here = Member.objects.filter(organisation=engagement.organisation_id, is_active=True)
    people = here.filter(has_working_mail(engagement.organisation_id)).only("pk", "organisation")
    try:
        return actions.fill_round(this=this, people=people, now=now)
    except KeyMissing:
        return 0


def _begin_round(engagement: Engagement, week: str, now: datetime) -> DigestRound:
    last = DigestRound.objects.filter(engagement=engagement).order_by("-week").first()
    to_event = Event.objects.filter(engagement=engagement).aggregate(last=Max("pk"))["last"] or 0
    newest = Snapshot.objects.filter(engagement=engagement).order_by("-last_event").values_list("pk", flat=True).first()
    return actions.begin_round(
        engagement=engagement,
        week=week,
        made_on=timezone.localdate(now),
        to_event=to_event,
        snapshot_id=newest,
        opened=sorted(opened_between(engagement, last.to_event if last else 0, to_event)),
        n_shared=len(newly_shared(newest, last.snapshot_id if last else None)),
    )


def want_instants(now: datetime) -> int:
    """A mail for each decision on a statement whose author wants to know at once, once it has stood for a while."""
    return sum(_instants_of(engagement, now) for engagement in queries.telling_news())


def _instants_of(engagement: Engagement, now: datetime) -> int:
    try:
        members = list(_who_want_instants(engagement))
        return sum(_instants_for(member, engagement, now) for member in members)
    except KeyMissing:
        return 0


def _who_want_instants(engagement: Engagement) -> Iterator[Member]:
    for sealed in engagement.mail_choices.filter(choice=Choice.INSTANT).values_list("sealed", flat=True):
        told = unseal(engagement.slug, sealed) or {}
        yield from Member.objects.filter(pk=told.get("member", 0), is_active=True, email__isnull=False)


def _instants_for(member: Member, engagement: Engagement, now: datetime) -> int:
    participant = participant_of(member, engagement)
    mine = set(participant.statements.values_list("pk", flat=True)) if participant else set()
    events = Event.objects.filter(
        engagement=engagement,
        kind__in=STATES,
        created_at__gt=now - rules.INSTANT_WITHIN,
        created_at__lte=now - rules.INSTANT_AFTER,
    )
    decided = [(pk, kind, told["statement"]) for pk, kind, told in events.values_list("pk", "kind", "payload")]
    return sum(
        actions.want_mail(
            engagement=engagement,
            member=member,
            kind=MailKind.INSTANT,
            occasion=f"decision {pk}",
            now=now,
            statement=statement,
            state=STATES[EventKind(kind)].value,
        )
        for pk, kind, statement in decided
        if statement in mine
    )
