"""The first look at what is new: flags, sentences that are the same, floods. Writes `Look` rows and nothing else.

Done when somebody opens the inbox, for what nobody has looked at yet; so it needs no worker and costs members nothing.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable

from django.db import IntegrityError, transaction

from sayso.engagements.models import CameBy, Engagement, Event, Statement, StatementState
from sayso.moderation.flags import Flag, noticed
from sayso.moderation.likeness import alike, key_of, plain
from sayso.moderation.models import Look
from sayso.moderation.names import colleagues_in

AT_ONCE = 500
FLOOD, WITHIN_S = 30, 60.0
COMPARED = (StatementState.WAITING, StatementState.PUBLISHED)


def look_at_new(engagement: Engagement) -> int:
    """Look at what waits and has not been looked at; how many that were. Two at once do it once."""
    new = engagement.statements.filter(state=StatementState.WAITING, look=None).order_by("arrived", "pk")
    rows = list(new.values_list("pk", "text")[:AT_ONCE])
    if not rows:
        return 0
    looks = _looks(engagement, rows)
    try:
        with transaction.atomic():
            Look.objects.bulk_create(looks)
    except IntegrityError:  # somebody else has just opened the inbox
        Look.objects.bulk_create(looks, ignore_conflicts=True)
    _hold_floods([pk for pk, _ in rows])
    return len(rows)


def _looks(engagement: Engagement, rows: list[tuple[int, str]]) -> list[Look]:
    numbers, texts = [pk for pk, _ in rows], [text for _, text in rows]
    others = engagement.statements.filter(state__in=COMPARED).exclude(pk__in=numbers).order_by("state", "pk")
    rows_before = others.values_list("pk", "text", "state")
    known = [(pk, plain(text), state == StatementState.WAITING) for pk, text, state in rows_before]
    names = colleagues_in(engagement.organisation, texts)
    found = []
    for (pk, text), named in zip(rows, names, strict=True):
        flags = [*_twins(text, known), *noticed(text, languages=engagement.languages, names=named)]
        found.append(Look(statement_id=pk, key=key_of(text), flags=[flag.as_json() for flag in flags]))
        known.append((pk, plain(text), True))
    return found


def _twins(text: str, known: list[tuple[int, str, bool]]) -> list[Flag]:
    """Others that say it. What waits in the very same words is no twin: both are one item, decided by one press."""
    mine = plain(text)
    flags = []
    for place, likeness in alike(text, [words for _, words, _ in known]):
        pk, words, waits = known[place]
        if not (waits and words == mine):
            flags.append(Flag("same" if words == mine else "alike", other=pk, likeness=likeness))
    return flags


def _hold_floods(numbers: Iterable[int]) -> None:
    """Hold all that one person sent within a minute, once it is thirty. Who it was is forgotten at the end of this.

    A table's words come all at once from whoever types its sheet: they are many people's.
    """
    by_hand = Statement.objects.filter(pk__in=numbers, author__came_by=CameBy.ITSELF)
    authors = by_hand.values("author").distinct()
    said = Statement.objects.filter(author__in=authors).values_list("author", "pk", "arrived")
    of: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for author, pk, arrived in said:
        if author is not None and arrived is not None:
            of[author].append((pk, arrived))
    for mine in (rows for rows in of.values() if len(rows) >= FLOOD):
        if held := _flooding(mine):
            Look.objects.filter(statement__in=held, statement__state=StatementState.WAITING).update(is_held=True)


def _flooding(said: list[tuple[int, int]]) -> set[int]:
    """Of (statement, event) pairs of one person, those in any minute that holds thirty."""
    moments = Event.objects.filter(pk__in=[event for _, event in said]).values_list("pk", "created_at")
    at = {pk: moment.timestamp() for pk, moment in moments}
    known = sorted((at[event], pk) for pk, event in said if event in at)
    times = [moment for moment, _ in known]
    held: set[int] = set()
    for first, moment in enumerate(times):
        last = bisect_right(times, moment + WITHIN_S)
        if last - first >= FLOOD:
            held |= {pk for _, pk in known[first:last]}
    return held
