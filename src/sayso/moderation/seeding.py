"""The organisers' own statements: many at once, and other words for one until the first vote.

Other words are another statement: earlier counts can be made again only with the words they were made of.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from sayso.engagements.actions import seed_statements
from sayso.engagements.events import EventKind, record
from sayso.engagements.languages.actions import forget_translations
from sayso.engagements.merging import lock_merges
from sayso.engagements.models import Engagement, Statement, StatementState, Topic
from sayso.engagements.wording import Unusable, clean_statement
from sayso.moderation.likeness import key_of
from sayso.moderation.rules import Refused

MOST_AT_ONCE = 500


@dataclass(frozen=True)
class Line:
    """One line of what was pasted or brought."""

    number: int
    text: str
    topic: Topic


def read_lines(engagement: Engagement, topic: Topic, typed: str) -> list[Line]:
    """One statement a line; or a table headed `text`, and `topic` where wanted. Raises Unusable with every wrong."""
    rows = list(csv.reader(io.StringIO(typed.lstrip("\ufeff")), delimiter=_delimiter(typed)))
    heading = [cell.strip().casefold() for cell in rows[0]] if rows else []
    if "text" in heading:
        pairs = [(n, _cell(row, heading, "text"), _cell(row, heading, "topic")) for n, row in enumerate(rows[1:], 2)]
    else:
        pairs = [(n, line, "") for n, line in enumerate(typed.splitlines(), 1)]
    topics = {known.title.casefold(): known for known in engagement.topics.all()}
    wrong, lines = [], []
    for number, text, named in pairs:
        if not text.strip():
            continue
        try:
            lines.append(Line(number, clean_statement(text), _topic(topics, named, topic)))
        except Unusable as problem:
            wrong.append(_("Line %(number)s: %(problem)s") % {"number": number, "problem": problem})
    if not lines and not wrong:
        raise Unusable(_("Nothing arrived. Write one statement a line."))
    if len(lines) > MOST_AT_ONCE:
        raise Unusable(
            _("These are %(n)s statements. Bring at most %(most_at_once)s at once.")
            % {"n": len(lines), "most_at_once": MOST_AT_ONCE}
        )
    if wrong:
        raise Unusable(
            " ".join([*wrong[:5], *([_("And %(n)s more.") % {"n": len(wrong) - 5}] if len(wrong) > 5 else [])])
        )
    return lines


def _delimiter(typed: str) -> str:
    first = typed.partition("\n")[0]
    return max(",;\t", key=first.count)


def _cell(row: list[str], heading: list[str], name: str) -> str:
    place = heading.index(name) if name in heading else len(row)
    return row[place] if place < len(row) else ""


def _topic(topics: dict[str, Topic], named: str, usual: Topic) -> Topic:
    if not named.strip():
        return usual
    if named.strip().casefold() not in topics:
        raise Unusable(
            _("“%(named)s” is none of the questions. Take its short name, or leave it empty.")
            % {"named": named.strip()}
        )
    return topics[named.strip().casefold()]


def add_seeds(*, engagement: Engagement, lines: list[Line]) -> tuple[int, int]:
    """Put them in, labelled; how many are new, and how many were there already."""
    with transaction.atomic():
        lock_merges(engagement)
        here = {key_of(text) for text in _seeds(engagement).values_list("text", flat=True)}
        n_new = 0
        for line in lines:
            if (key := key_of(line.text)) not in here:
                here.add(key)
                seed_statements(topic=line.topic, texts=[line.text])
                n_new += 1
    return n_new, len(lines) - n_new


def change_seed(*, seed: Statement, typed: str) -> Statement:
    """Other words for a statement of the organisers, until somebody answers it. Raises Unusable, Refused."""
    text = clean_statement(typed)
    with transaction.atomic():
        lock_merges(seed.engagement)
        now = _changeable(seed)
        if text == now.text:
            return now
        _withdraw(now)
        return seed_statements(topic=now.topic, texts=[text])[0]


def remove_seed(*, seed: Statement) -> None:
    """Take a statement of the organisers away, until somebody answers it. Raises Refused."""
    with transaction.atomic():
        lock_merges(seed.engagement)
        _withdraw(_changeable(seed))


def _changeable(seed: Statement) -> Statement:
    now = Statement.objects.select_for_update(of=("self",)).select_related("engagement", "topic").get(pk=seed.pk)
    if not now.is_seed or now.state != StatementState.PUBLISHED:
        raise Refused(_("This is no open statement of the organisers."))
    if now.votes.exists() or now.merged.exists():
        raise Refused(_("People have answered this one, so its words stay. Hide it in the inbox if it must go."))
    return now


def _withdraw(seed: Statement) -> None:
    if not seed.engagement.is_opened:  # nothing was counted yet, and the log is to stay empty
        seed.delete()
        return
    Statement.objects.filter(pk=seed.pk).update(state=StatementState.WITHDRAWN)
    forget_translations(statements=[seed.pk])
    record(engagement=seed.engagement, kind=EventKind.STATEMENT_WITHDRAWN, statement=seed.pk)


def _seeds(engagement: Engagement) -> QuerySet[Statement]:
    return engagement.statements.filter(is_seed=True, state=StatementState.PUBLISHED)
