"""Reads of waves, of whom they are for, and of what may be told about them.

Who has taken part is asked in one place only, `needs_reminder`, with the engagement's key, for one member at a time,
and its answer is kept nowhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, F, Q, QuerySet

from sayso.engagements.models import Engagement, Phase
from sayso.engagements.queries import participant_of
from sayso.invitations import rules
from sayso.invitations.models import (
    Invitation,
    LetterBatch,
    ReminderWish,
    Turn,
    Wave,
    WaveKind,
    WaveState,
)
from sayso.invitations.wording import Text
from sayso.mail.queries import has_working_mail
from sayso.members.models import Member, Organisation, Unit
from sayso.members.pseudonyms import mark_of
from sayso.web.languages import FALLBACK, language_of

REMINDER_WISH = "no reminders"


# As `rules.is_open` says of one.
LISTENING = {"engagement__phase": Phase.LISTEN, "engagement__opened_at__isnull": False, "engagement__closed_at": None}


def waves_of(engagement: Engagement) -> QuerySet[Wave]:
    return engagement.waves.prefetch_related("units").order_by("-pk")


def units_with_all_below(organisation: Organisation, units: Iterable[Unit]) -> set[int]:
    below: dict[int | None, list[int]] = {}
    for pk, parent in organisation.units.values_list("pk", "parent"):
        below.setdefault(parent, []).append(pk)
    found: set[int] = set()
    ahead = [unit.pk for unit in units]
    while ahead:
        pk = ahead.pop()
        if pk not in found:
            found.add(pk)
            ahead += below.get(pk, ())
    return found


def people_in(engagement: Engagement, units: Iterable[Unit]) -> QuerySet[Member]:
    """Everybody on the roster in these units and below; with no units, everybody."""
    chosen = list(units)
    people = Member.objects.filter(organisation=engagement.organisation_id, is_active=True)
    return people.filter(unit__in=units_with_all_below(engagement.organisation, chosen)) if chosen else people


def people_for(wave: Wave, today: date) -> QuerySet[Member]:
    """Whom the wave is for: invitations to those not yet invited, reminders to those nobody reminds these days.

    A reminder's list holds those who have taken part as well: that is found out at each one's turn.
    """
    people = people_in(wave.engagement, wave.units.all())
    earlier = Invitation.objects.filter(wave__engagement=wave.engagement_id, wave__kind=wave.kind).exclude(wave=wave.pk)
    if wave.kind == WaveKind.REMINDER:
        lately = earlier.filter(wave__filled_on__gt=today - rules.REMINDERS_APART)
        reachable = people.filter(has_working_mail(wave.engagement.organisation_id))
        return reachable.exclude(pk__in=lately.values("member"))
    reached = earlier.filter(turn__in=(Turn.WAITING, Turn.UNDER_WAY, Turn.DONE))
    return people.exclude(pk__in=reached.values("member"))


@dataclass(frozen=True)
class Reach:
    """How many a wave is for, by how they can be reached; languages of few are told together."""

    people: int
    with_mail: int
    without_mail: int
    bouncing: int
    languages: list[tuple[str, int]]
    few_languages: int


def reach_of(wave: Wave, today: date) -> Reach:
    people = people_for(wave, today)
    n_people = people.count()
    with_mail = people.filter(has_working_mail(wave.engagement.organisation_id)).count()
    without = people.filter(email__isnull=True).count()
    told: Counter[str] = Counter()
    for language, number in people.values_list("language").annotate(Count("pk")).order_by():
        told[language_of(language)] += number
    shown = [(language, n) for language, n in told.most_common() if language and not rules.is_small(n)]
    few = n_people - sum(n for _, n in shown)
    return Reach(n_people, with_mail, without, n_people - with_mail - without, shown, few)


def texts_of(wave: Wave) -> dict[str, Text]:
    return {row.language: Text(row.language, row.subject, row.body) for row in wave.texts.order_by("pk")}


def text_for(texts: dict[str, Text], member: Member) -> Text:
    """The text in the member's language, else in English, else the first there is."""
    wanted = language_of(member.language)
    return texts.get(wanted) or texts.get(FALLBACK) or next(iter(texts.values()))


@dataclass(frozen=True)
class Progress:
    """How far a wave is: turns, not messages. Of a reminder, those who need none have their turn too."""

    total: int
    done: int
    on_paper: int
    refused: int

    @property
    def left(self) -> int:
        return self.total - self.done - self.on_paper - self.refused


def progress_of(wave: Wave) -> Progress:
    turns = dict(wave.invitations.order_by().values_list("turn").annotate(Count("pk")))
    return Progress(
        sum(turns.values()), turns.get(Turn.DONE, 0), turns.get(Turn.ON_PAPER, 0), turns.get(Turn.REFUSED, 0)
    )


def due_waves(now: datetime) -> QuerySet[Wave]:
    """Those a worker may take in hand: their time has come, nobody holds them, what they lead to is open."""
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    begun = Q(state=WaveState.SENDING) | Q(state=WaveState.READY, send_at__lte=now)
    rested = Q(retry_at=None) | Q(retry_at__lte=now)
    due = Wave.objects.filter(begun, free, rested, **LISTENING)
    return due.select_related("engagement__organisation").order_by(F("retry_at").asc(nulls_first=True), "pk")


def going(wave: Wave, worker: str) -> QuerySet[Wave]:
    """The wave, while this worker may go on with it."""
    return Wave.objects.filter(pk=wave.pk, worker=worker, state=WaveState.SENDING, **LISTENING)


def is_another_filled(wave: Wave) -> bool:
    """Whether the list of another wave is being drawn up for the same engagement."""
    others = wave.engagement.waves.exclude(pk=wave.pk)
    return others.filter(state=WaveState.SENDING, filled_on=None).exists()


def waiting_turns(wave: Wave) -> list[int]:
    return list(wave.invitations.filter(turn=Turn.WAITING).values_list("pk", flat=True))


def needs_reminder(member: Member, engagement: Engagement) -> bool:
    """Whether somebody has neither said nor answered anything, and has not asked to be left alone.

    Raises KeyMissing once the key is destroyed: from then on nobody can be reminded.
    """
    wants_none = wants_no_reminders(member, engagement)
    participant = participant_of(member, engagement)
    has_taken_part = participant is not None and (participant.votes.exists() or participant.statements.exists())
    return not has_taken_part and not wants_none


def wants_no_reminders(member: Member, engagement: Engagement) -> bool:
    """Raises KeyMissing."""
    mark = mark_of(member=member, engagement_slug=engagement.slug, purpose=REMINDER_WISH)
    return ReminderWish.objects.filter(engagement=engagement, mark=mark).exists()


def turns(pks: Iterable[int]) -> list[Invitation]:
    """With their members as they are on the roster now."""
    return list(Invitation.objects.filter(pk__in=list(pks)).select_related("member"))


def batches_of(engagement: Engagement) -> QuerySet[LetterBatch]:
    return engagement.letter_batches.prefetch_related("units").order_by("-pk")


def people_for_letters(batch: LetterBatch) -> QuerySet[Member]:
    """Those whom mail does not reach, or everybody, unit by unit, so that a pile can be carried."""
    people = people_in(batch.engagement, batch.units.all())
    if not batch.is_for_all:
        people = people.exclude(has_working_mail(batch.engagement.organisation_id))
    return people.select_related("unit").order_by(F("unit__name").asc(nulls_last=True), "unit", "full_name", "pk")
