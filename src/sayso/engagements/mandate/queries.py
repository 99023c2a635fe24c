"""Reads of a mandate: each field as it stands, with what is wrong; and what still bars the opening.

Knows tables; changes none.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from sayso.engagements.mandate.fields import DATED, PLAIN, Asked, as_typed, topic_fields
from sayso.engagements.models import Engagement, MandateChange, MandateField, PhaseDates, Topic
from sayso.engagements.phases import HAPPENS, PLANNED, Phase
from sayso.engagements.wording import Unusable
from sayso.members.models import Member
from sayso.web.templatetags.speaking import amid

ENDS = ("begins", "ends")  # of a phase


@dataclass(frozen=True)
class Shown:
    """A field with what stands in it. `mark` is a mark of these very words, for noticing that they changed."""

    asked: Asked
    typed: str
    problem: str = ""
    told: str = ""

    @property
    def is_needed(self) -> bool:
        """Whether it bars the opening by being empty; what cannot be seen is nothing."""
        return bool(self.asked.needed and not self.problem and not self.asked.clean(self.typed))

    @property
    def mark(self) -> str:
        return mark_of(self.typed)

    @property
    def picked(self) -> list[str]:
        return self.typed.split(",")


def mark_of(typed: str) -> str:
    return hashlib.sha256("\n".join(typed.splitlines()).encode()).hexdigest()[:12]


def asked_of(engagement: Engagement) -> dict[str, Asked]:
    """All fields there are now, by name, in the order of the form."""
    numbered = enumerate(engagement.topics.all(), 1)
    topics = [asked for number, topic in numbered for asked in topic_fields(topic.pk, number, topic.title)]
    return {**PLAIN, **{asked.name: asked for asked in topics}, **DATED}


def value_of(engagement: Engagement, name: str) -> Any:
    """What holds now, whatever is being typed."""
    first, _, last = name.rpartition("-")
    if name in PLAIN:
        return getattr(engagement, name)
    if name in DATED:
        dates = engagement.phase_dates.filter(phase=first).first()
        return getattr(dates, f"{last}_on") if dates else None
    topic = engagement.topics.get(pk=topic_in(name))
    return "\n".join(seeds_of(topic)) if first == "seeds" else getattr(topic, last)


def topic_in(name: str) -> int:
    """The topic a field's name is about: topic-12-title, seeds-12."""
    return int(name.split("-")[1])


def fields_shown(engagement: Engagement, step: str = "", *, reader: Member | None = None) -> dict[str, Shown]:
    """Fields of a step, or all, with what was typed; the reader is told where somebody else wrote over their words."""
    rows = {row.name: row for row in engagement.mandate_fields.select_related("typed_by", "earlier_by")}
    held = _held(engagement)
    asked = [asked for asked in asked_of(engagement).values() if step in ("", asked.step)]
    return {one.name: _shown(one, rows.get(one.name), held.get(one.name), reader) for one in asked}


def _held(engagement: Engagement) -> dict[str, Any]:
    """Every value that holds, in three reads rather than one a field."""
    plain = {name: getattr(engagement, name) for name in PLAIN}
    dates = {f"{row.phase}-{end}": getattr(row, f"{end}_on") for row in engagement.phase_dates.all() for end in ENDS}
    topics = engagement.topics.all()
    words = {f"topic-{row.pk}-{part}": getattr(row, part) for row in topics for part in ("title", "question")}
    seeds = {f"seeds-{row.pk}": "\n".join(seeds_of(row)) for row in topics}
    return {**plain, **dates, **words, **seeds}


def _shown(asked: Asked, row: MandateField | None, value: Any, reader: Member | None) -> Shown:
    typed = row.typed if row else as_typed(value)
    return Shown(asked, typed, _problem(asked, typed), _written_over(row, reader) if row else "")


def _problem(asked: Asked, typed: str) -> str:
    try:
        asked.clean(typed)
    except Unusable as problem:
        return str(problem)
    return ""


def _written_over(row: MandateField, reader: Member | None) -> str:
    """For whoever's words were replaced: by whom, and what they had written."""
    if reader is None or row.earlier_by_id != reader.pk or row.typed_by_id in (None, reader.pk):
        return ""
    other = row.typed_by.full_name if row.typed_by else _("Somebody else")
    return _("%(other)s changed this after you. You had written: “%(earlier)s”") % {
        "other": other,
        "earlier": row.earlier,
    }


@dataclass(frozen=True)
class Missing:
    """What bars the opening, and where it is mended."""

    text: str
    step: str
    name: str = ""


def what_is_missing(engagement: Engagement, today: date | None = None) -> list[Missing]:
    """All that bars the opening, in the order of the form; empty: it can be opened."""
    found = []
    for shown in fields_shown(engagement).values():
        if shown.problem:
            found.append(Missing(f"{shown.asked.label}: {shown.problem}", shown.asked.step, shown.asked.name))
        elif shown.is_needed:
            found.append(Missing(str(shown.asked.needed), shown.asked.step, shown.asked.name))
    if not engagement.topics.exists():
        found.append(Missing(_("Add a topic: a question people can say something about."), "topics"))
    found += wrong_dates(plan_of(engagement), engagement.answers_due, today or timezone.localdate())
    if not engagement.organisation.members.filter(is_active=True).exists():
        found.append(Missing(_("Nobody is on the roster yet. Bring your people first."), ""))
    return found


Plan = dict[str, tuple[date | None, date | None]]


def plan_of(engagement: Engagement) -> Plan:
    """From when to when each phase is planned; phases without any day are left out."""
    rows = {row.phase: (row.begins_on, row.ends_on) for row in engagement.phase_dates.all()}
    return {phase: rows[phase] for phase in PLANNED if any(rows.get(phase, ()))}


def wrong_dates(plan: Plan, answers_due: date | None, today: date) -> list[Missing]:
    """Days that cannot be meant so, in plain words."""
    found = []
    for name, (begins, ends) in plan.items():
        label = Phase(name).label
        if begins and ends and ends < begins:
            found.append(Missing(_("%(label)s ends before it begins.") % {"label": label}, "dates", f"{name}-ends"))
        if ends and ends < today:
            found.append(Missing(_("%(label)s would end in the past.") % {"label": label}, "dates", f"{name}-ends"))
    begun = [(name, begins) for name, (begins, _) in plan.items() if begins]
    for (before, first), (after, second) in pairwise(begun):
        if second < first:
            told = _("%(after)s begins before %(before)s does.") % {
                "after": Phase(after).label,
                "before": amid(Phase(before).label),
            }
            found.append(Missing(told, "dates", f"{after}-begins"))
    listening_ends = plan.get(Phase.LISTEN, (None, None))[1]
    if answers_due and answers_due < today:
        found.append(Missing(_("The reply date is in the past."), "promise", "answers_due"))
    elif answers_due and listening_ends and answers_due <= listening_ends:
        found.append(Missing(_("Answers are promised before listening ends."), "promise", "answers_due"))
    return found


@dataclass(frozen=True)
class Planned:
    """A phase on the public page: when, and whether it is now."""

    phase: Phase
    begins_on: date | None
    ends_on: date | None
    is_now: bool

    @property
    def happens(self) -> str:
        return str(HAPPENS[self.phase])


def phases_shown(engagement: Engagement) -> list[Planned]:
    """Those with days, and the present one."""
    plan, now = plan_of(engagement), engagement.phase
    shown = [phase for phase in PLANNED if phase in plan or phase == now]
    return [Planned(phase, *plan.get(phase, (None, None)), is_now=phase == now) for phase in shown]


def drafts_led_by(member: Member) -> list[Engagement]:
    """What this member is preparing."""
    drafts = Engagement.objects.filter(opened_at=None, roles__member=member, roles__name="lead", roles__ended_at=None)
    return list(drafts.order_by("pk").distinct())


def seeds_of(topic: Topic) -> list[str]:
    return list(topic.statements.filter(is_seed=True).order_by("pk").values_list("text", flat=True))


def dates_row(engagement: Engagement, phase: str) -> PhaseDates:
    return engagement.phase_dates.filter(phase=phase).first() or PhaseDates(engagement=engagement, phase=phase)


@dataclass(frozen=True)
class Change:
    """One change since the opening, in words for everybody. Who made it is on record, and not told here."""

    day: date
    what: str
    before: str
    after: str
    reason: str


def changes_shown(engagement: Engagement) -> list[Change]:
    """Newest first. A move to the next phase in its time is no change of what was promised: its dates say it."""
    rows = engagement.mandate_changes.exclude(name="phase", reason="").order_by("-pk")
    return [_change(row) for row in rows]


def _change(row: MandateChange) -> Change:
    day = timezone.localtime(row.changed_at).date()
    if row.name == "phase":
        return Change(day, _("The phase"), str(Phase(row.before).label), str(Phase(row.after).label), row.reason)
    if row.name == "closed":
        return Change(day, _("Closed"), "", "", row.reason)
    asked = {**PLAIN, **DATED}[row.name]
    before, after = (in_words(asked, text) for text in (row.before, row.after))
    return Change(day, str(asked.label), before, after, row.reason)


def in_words(asked: Asked, typed: str) -> str:
    """A stored value for people: a day as they write it."""
    if asked.kind == "date" and typed:
        return date_format(date.fromisoformat(typed), "DATE_FORMAT")
    return typed
