"""Reads for those who moderate, for authors and for all who want to know how it goes. Authors are never fetched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazily
from django.utils.translation import pgettext_lazy

from sayso.engagements.kind_words import Told, told_of
from sayso.engagements.models import Engagement, Event, Leaning, Role, RoleName, Statement, StatementState
from sayso.engagements.rules import MODERATING
from sayso.members.models import Member
from sayso.moderation.flags import Flag
from sayso.moderation.likeness import alike, plain
from sayso.moderation.models import Act, Decision, Look, Note
from sayso.moderation.rules import policy_of
from sayso.publication.counts import in_steps, least_for_words

LANES = (
    ("read", pgettext_lazy("lane", "Read"), lazily("What nobody has read yet")),
    ("merge", lazily("Merge?"), lazily("What may say the same as another")),
    ("held", lazily("Held"), lazily("What came thirty or more within a minute, from one place")),
    ("returned", lazily("Returned"), lazily("What waits for its author")),
    ("open", pgettext_lazy("lane", "Open"), lazily("What people vote on")),
    ("hidden", lazily("Hidden"), lazily("What was taken off every page")),
)
WAITING_LANES = ("read", "merge", "held")
MOST_LISTED = 50
TWINS = ("same", "alike")


@dataclass(frozen=True)
class Waiting:
    """One item that waits, light enough to sort thousands: no text, no author."""

    statement: int
    key: str
    flags: Sequence[dict[str, Any]]
    is_held: bool
    is_overdue: bool
    arrived: int

    @property
    def lane(self) -> str:
        twins = any(flag["kind"] in TWINS for flag in self.flags)
        return "held" if self.is_held else "merge" if twins else "read"


@dataclass(frozen=True)
class Item:
    """One statement, one screen, one decision."""

    statement: Statement
    flags: Sequence[Flag]
    twins: Sequence[dict[str, Any]]
    notes: Sequence[Note]
    assignee: Member | None
    n_same: int
    is_overdue: bool
    mended_from: Statement | None
    last: Decision | None
    told: Sequence[Told]


@dataclass(frozen=True)
class Desk:
    """What the inbox shows: the lanes with their numbers, what is in the one that is open, and the item in hand."""

    lane: str
    lanes: Sequence[dict[str, Any]]
    listed: Sequence[dict[str, Any]]
    item: Item | None
    before: int | None
    after: int | None
    n_waiting: int
    n_overdue: int
    last: Decision | None
    found: Sequence[dict[str, Any]] = field(default_factory=list)


def desk(
    engagement: Engagement,
    *,
    by: Member,
    lane: str = "",
    item: int = 0,
    search: str = "",
    of_kind: str = "",
    into: str = "",
    moves_on: bool = False,
    promised: timedelta,
) -> Desk:
    """The inbox as one moderator sees it; the item asked for, or the first of its lane.

    After a decision it moves on to the next lane in which something waits.
    """
    waiting = _waiting(engagement, promised)
    by_lane = {name: _folded([row for row in waiting if row.lane == name]) for name in WAITING_LANES}
    if lane not in {name for name, *_ in LANES}:
        lane = _lane_of(engagement, item, waiting) or _first_with_something(by_lane)
    elif moves_on and lane in by_lane and not by_lane[lane]:
        lane = _first_with_something(by_lane)
    numbers = _numbers(engagement, lane, by_lane, search, of_kind)
    here = item if item in numbers else (numbers[0] if numbers else 0)
    place = numbers.index(here) if here else -1
    around = numbers[max(place - 3, 0) :][:12]
    return Desk(
        lane=lane,
        lanes=_lanes(engagement, by_lane),
        listed=_listed(engagement, around, here, {row.statement: row for row in waiting}),
        item=_item(engagement, here, waiting) if here else None,
        before=numbers[place - 1] if place > 0 else None,
        after=numbers[place + 1] if 0 <= place < len(numbers) - 1 else None,
        n_waiting=len(waiting),
        n_overdue=sum(row.is_overdue for row in waiting),
        last=_last_by(engagement, by),
        found=found_among_open(engagement, into, but=here) if into.strip() else [],
    )


def _waiting(engagement: Engagement, promised: timedelta) -> list[Waiting]:
    """Overdue first, then what has a flag, then the oldest."""
    rows = _here(engagement).filter(state=StatementState.WAITING).order_by(F("arrived").asc(nulls_first=True), "pk")
    told = list(rows.values_list("pk", "arrived", "look__key", "look__flags", "look__is_held"))
    late = _arrived_before(timezone.now() - promised, [arrived for _, arrived, *_ in told if arrived])
    found = [
        Waiting(pk, key or str(pk), flags or [], bool(held), arrived in late, arrived or 0)
        for pk, arrived, key, flags, held in told
    ]
    return sorted(found, key=lambda row: (not row.is_overdue, not row.flags, row.arrived, row.statement))


def _arrived_before(moment: datetime, events: list[int]) -> set[int]:
    """Of the events that took statements in, those before a moment."""
    return set(Event.objects.filter(pk__in=events, created_at__lte=moment).values_list("pk", flat=True))


def _folded(rows: list[Waiting]) -> dict[int, list[int]]:
    """The first of each sentence, with all that say the same words; in their order."""
    first: dict[str, int] = {}
    found: dict[int, list[int]] = {}
    for row in rows:
        found.setdefault(first.setdefault(row.key, row.statement), []).append(row.statement)
    return found


def _first_with_something(by_lane: dict[str, dict[int, list[int]]]) -> str:
    return next((name for name in WAITING_LANES if by_lane[name]), "read")


def _lane_of(engagement: Engagement, number: int, waiting: list[Waiting]) -> str:
    """Where an item is; empty for none, and for what is in no lane."""
    if mine := next((row for row in waiting if row.statement == number), None):
        return mine.lane
    state = _here(engagement).filter(pk=number).values_list("state", flat=True).first()
    return next((name for name, told in STATES.items() if told == state), "")


STATES = {
    "returned": StatementState.RETURNED,
    "open": StatementState.PUBLISHED,
    "hidden": StatementState.HIDDEN,
}


def _numbers(
    engagement: Engagement, lane: str, by_lane: dict[str, dict[int, list[int]]], search: str, of_kind: str
) -> list[int]:
    if lane in by_lane:
        return list(by_lane[lane])
    rows = _here(engagement).filter(state=STATES[lane])
    if search.strip():
        rows = rows.filter(text__icontains=search.strip())
    if of_kind:
        rows = rows.filter(leaning=of_kind) if of_kind in Leaning.values else rows.filter(kind=of_kind)
    rows = rows.order_by(F("arrived").desc(nulls_last=True), "pk")
    return list(rows.values_list("pk", flat=True)[: 4 * MOST_LISTED])


def _lanes(engagement: Engagement, by_lane: dict[str, dict[int, list[int]]]) -> list[dict[str, Any]]:
    rows = _here(engagement).filter(state__in=STATES.values()).order_by().values_list("state")
    states = dict(rows.annotate(n=Count("pk")))
    n_in = {name: len(rows) for name, rows in by_lane.items()}
    n_in |= {name: states.get(state, 0) for name, state in STATES.items()}
    return [{"name": name, "title": title, "what": what, "n": n_in[name]} for name, title, what in LANES]


def _listed(engagement: Engagement, numbers: list[int], here: int, waiting: dict[int, Waiting]) -> list[dict[str, Any]]:
    rows = _here(engagement).filter(pk__in=numbers).values_list("pk", "text", "language")
    texts = {number: (text, language or "") for number, text, language in rows}
    return [
        {
            "number": number,
            "text": texts[number][0],
            "language": texts[number][1],
            "is_here": number == here,
            "is_flagged": number in waiting and bool(waiting[number].flags),
            "is_overdue": number in waiting and waiting[number].is_overdue,
        }
        for number in numbers
        if number in texts
    ]


def _item(engagement: Engagement, number: int, waiting: list[Waiting]) -> Item:
    rows = _here(engagement).select_related("topic", "engagement", "look__assignee", "mends__returned")
    statement = rows.defer("author", "mends__returned__author").get(pk=number)
    look, mends = getattr(statement, "look", None), getattr(statement, "mends", None)
    flags = [Flag(**flag) for flag in (look.flags if look else [])]
    mine = next((row for row in waiting if row.statement == number), None)
    return Item(
        statement=statement,
        flags=[flag for flag in flags if flag.kind not in TWINS],
        twins=_twins(engagement, flags),
        notes=list(statement.notes.select_related("by").order_by("pk")),
        assignee=look.assignee if look else None,
        n_same=sum(row.key == mine.key and row.lane == mine.lane for row in waiting) if mine else 1,
        is_overdue=bool(mine and mine.is_overdue),
        mended_from=mends.returned if mends else None,
        last=last_decision(statement),
        told=told_of([statement], to_author=False)[statement.pk],
    )


def same_as(statement: Statement) -> list[Statement]:
    """What waits in the same words, and is held or not as this one is; decided by the same press."""
    look = Look.objects.filter(statement=statement).first()
    if look is None or statement.state != StatementState.WAITING:
        return []
    alike_ones = _here(statement.engagement).filter(
        state=StatementState.WAITING, look__key=look.key, look__is_held=look.is_held
    )
    others = list(alike_ones.exclude(pk=statement.pk).order_by("pk"))
    lane = {row.statement: row.lane for row in _waiting(statement.engagement, timedelta())} if others else {}
    return [one for one in others if lane.get(one.pk) == lane[statement.pk]]


def _twins(engagement: Engagement, flags: list[Flag]) -> list[dict[str, Any]]:
    """What it may be merged with: those open, or what those were merged into meanwhile."""
    likeness = {flag.other: flag.likeness or 0 for flag in flags if flag.other is not None}
    rows = _here(engagement).filter(pk__in=likeness).select_related("counts_for")
    found = {}
    for row in rows:
        stands = row.counts_for or row
        if stands.state in (StatementState.PUBLISHED, StatementState.WAITING):
            found[stands.pk] = {
                "statement": stands,
                "likeness": likeness[row.pk],
                "is_open": stands.state == "published",
            }
    return sorted(found.values(), key=lambda twin: (not twin["is_open"], -twin["likeness"]))


def found_among_open(engagement: Engagement, words: str, *, but: int = 0, most: int = 8) -> list[dict[str, Any]]:
    """Open statements with these words in them, then those like them."""
    rows = _here(engagement).filter(state=StatementState.PUBLISHED).exclude(pk=but)
    holding = list(rows.filter(text__icontains=words.strip()).order_by("pk")[:most])
    if len(holding) < most:
        known = list(rows.exclude(pk__in=[row.pk for row in holding]).order_by("pk"))
        like = alike(words, [plain(row.text) for row in known], most=most - len(holding))
        holding += [known[place] for place, _ in like]
    return [{"statement": row, "likeness": None, "is_open": True} for row in holding]


def last_decision(statement: Statement) -> Decision | None:
    rows = Decision.objects.filter(statement=statement, is_undone=False).select_related("by", "into", "correction")
    return rows.order_by("-place").first()


def last_about_its_place(statement: Statement) -> Decision | None:
    """The same, but for what it was said to be: what became of it."""
    rows = Decision.objects.filter(statement=statement, is_undone=False).exclude(act=Act.CORRECTED)
    return rows.select_related("by").order_by("-place").first()


def _last_by(engagement: Engagement, by: Member) -> Decision | None:
    """The newest standing act of one moderator, to be taken back with one key."""
    rows = Decision.objects.filter(statement__engagement=engagement, by=by, is_undone=False)
    return rows.select_related("statement").order_by("-place").first()


def moderating(engagement: Engagement) -> list[Role]:
    """The roles of all who may moderate now, those that were given first before others."""
    return list(engagement.roles.held().filter(name__in=MODERATING).select_related("member").order_by("pk"))


def of_today(roles: Sequence[Role]) -> list[Role]:
    """Who reads today: those named for the day, else those who moderate every day, else whoever leads."""
    named = [role for role in roles if role.name == RoleName.MODERATOR]
    return [role for role in named if role.since] or named or list(roles)


def people_of(roles: Sequence[Role]) -> list[Member]:
    return list({role.member_id: role.member for role in roles}.values())


def _here(engagement: Engagement) -> QuerySet[Statement]:
    return Statement.objects.filter(engagement=engagement).defer("author")


# What everybody may read


@dataclass(frozen=True)
class Figures:
    """How many were read, and what became of them; None where fewer than the smallest group."""

    n_read: int | None
    n_published: int | None
    n_merged: int | None
    n_returned: int | None
    n_hidden: int | None
    by_reason: Sequence[tuple[str, int | None]]
    least: int


def figures(engagement: Engagement) -> Figures:
    """Each number in steps, as any other number of people: nearly every statement is one person."""
    rows = [row for row in _standing(engagement) if row.act != Act.CORRECTED]
    n_of = Counter(row.act for row in rows)
    known = policy_of(engagement).reasons
    reasons = Counter(
        row.reason if row.reason in known else "" for row in rows if row.act in (Act.RETURNED, Act.HIDDEN)
    )
    least = engagement.min_group_scores
    return Figures(
        n_read=in_steps(len({row.statement_id for row in rows}), least),
        n_published=in_steps(n_of[Act.PUBLISHED], least),
        n_merged=in_steps(n_of[Act.MERGED], least),
        n_returned=in_steps(n_of[Act.RETURNED], least),
        n_hidden=in_steps(n_of[Act.HIDDEN], least),
        by_reason=[(reason or _("Another reason"), in_steps(n, least)) for reason, n in reasons.most_common()
                   if in_steps(n, least)],
        least=least,
    )  # fmt: skip


def _standing(engagement: Engagement) -> list[Decision]:
    rows = Decision.objects.filter(statement__engagement=engagement, is_undone=False)
    return list(
        rows.select_related("statement", "into", "correction")
        .defer("statement__author", "into__author")
        .order_by("day")
    )


@dataclass(frozen=True)
class Logged:
    """One decision as anybody may read it: no author, no moderator, no day of few."""

    since: date
    until: date
    act: Act
    text: str
    language: str
    reason: str
    into: str
    into_language: str
    taken_as: str


def public_log(engagement: Engagement) -> list[Logged]:
    """What was decided and stands, newest days first. Days are put together until enough was decided in them.

    On a day with one statement, whoever was seen to take part that day would be its author. What was decided since the
    last full span waits until it is many, or until all is over.
    """
    least = least_for_words(engagement.min_group_words)
    spans: list[list[Decision]] = [[]]
    by_day: dict[date, list[Decision]] = {}
    for row in _standing(engagement):
        by_day.setdefault(row.day, []).append(row)
    for day in sorted(by_day):
        if len(spans[-1]) >= least:
            spans.append([])
        spans[-1] += by_day[day]
    if len(spans[-1]) < least:
        rest = spans.pop()
        if engagement.is_closed and spans:
            spans[-1] += rest
    return [logged for span in reversed(spans) for logged in _logged(span)]


def _logged(span: list[Decision]) -> list[Logged]:
    since, until = span[0].day, span[-1].day
    rows = [
        Logged(since, until, Act(row.act), *_said(row.statement), row.reason, *_said(row.into),
               row.correction.to_in_words if row.correction else "")
        for row in span
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (str(row.act.label), row.text.casefold(), row.reason))


def _said(statement: Statement | None) -> tuple[str, str]:
    """Words and their language; only what is open for all to read anyway."""
    is_open = statement is not None and statement.state == StatementState.PUBLISHED
    return (statement.text, statement.language or "") if statement and is_open else ("", "")


def seeds_of(engagement: Engagement) -> list[dict[str, Any]]:
    """The organisers' own statements, and whether their words can still be changed."""
    rows = engagement.statements.filter(is_seed=True, state=StatementState.PUBLISHED).select_related("topic")
    answered = set(rows.filter(Q(votes__isnull=False) | Q(merged__isnull=False)).values_list("pk", flat=True))
    return [{"seed": row, "is_fixed": row.pk in answered} for row in rows.order_by("topic__position", "text")]


def mended_with(statements: Sequence[int]) -> set[int]:
    """Of an author's own returned statements, those that were sent again in other words."""
    return set(Statement.objects.filter(pk__in=statements, mendings__isnull=False).values_list("pk", flat=True))
