"""Writes of a mandate while it is prepared: begun, typed into, topics and first statements. One transaction each.

Nothing typed is refused for being unfinished: it is kept as it is, and takes effect once it can be used.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from sayso.engagements import actions
from sayso.engagements.events import EventKind, record
from sayso.engagements.locking import locked
from sayso.engagements.mandate import queries
from sayso.engagements.mandate.fields import (
    DATED,
    MOST_TOPICS,
    PLAIN,
    PROMISES,
    Asked,
    as_typed,
    topic_fields,
    usual_promises,
)
from sayso.engagements.mandate.queries import Shown, asked_of, mark_of, topic_in, value_of
from sayso.engagements.models import Engagement, MandateField, Phase, RoleName, Statement, Topic, Vote
from sayso.engagements.roles.actions import grant_role
from sayso.engagements.rules import Refused
from sayso.engagements.wording import Unusable
from sayso.members.models import Member
from sayso.members.rules import may_keep_roster


def begin_engagement(*, title: str, by: Member) -> Engagement:
    """Begin a mandate, led by who begins it. Raises Refused for whoever is no roster keeper."""
    if not may_keep_roster(by):
        raise Refused(_("Only roster keepers can begin this. Ask one of them."))
    with transaction.atomic():
        engagement = Engagement.objects.create(
            organisation=by.organisation,
            slug=_free_slug(title),
            title=title,
            promise=str(PROMISES["confidential"]),
            phase=Phase.MANDATE,
        )
        grant_role(engagement=engagement, member=by, name=RoleName.LEAD, by=by)
        record(engagement=engagement, kind=EventKind.MANDATE_BEGUN, by=by.pk)
    return engagement


def _free_slug(title: str) -> str:
    """For the address: from the name, with a number where another has it already."""
    plain = slugify(title)[:50].strip("-_") or "our-say"
    taken = set(Engagement.objects.filter(slug__startswith=plain).values_list("slug", flat=True))
    numbered = (f"{plain}-{number}" for number in range(2, len(taken) + 3))
    return next(slug for slug in (plain, *numbered) if slug not in taken)


def save_field(*, engagement: Engagement, name: str, typed: str, seen: str, by: Member) -> Shown | None:
    """Keep what was typed into one field; None when it is as it was shown, so that nothing is written over unread.

    `seen` is the mark of the words that were shown. Where somebody else has changed them since, the last word counts:
    both are told. Raises Refused once it is opened, and for a field that is gone.
    """
    typed = "\n".join(typed.replace("\0", "").splitlines())
    if mark_of(typed) == seen:
        return None
    with transaction.atomic():
        now = _prepared(engagement)
        asked = asked_of(now).get(name)
        if asked is None:
            raise Refused(
                _("Somebody has taken this topic out meanwhile. Your words are still in this box: copy them.")
            )
        row, _is_new = MandateField.objects.get_or_create(
            engagement=now, name=name, defaults={"typed": as_typed(value_of(now, name))}
        )
        told = _keep(row, typed, seen, by)
        problem = _take_effect(now, asked, typed)
        if name == "identity_level" and not problem:
            _fitting_promise(now, typed)
    return Shown(asked, typed, problem, told)


def _keep(row: MandateField, typed: str, seen: str, by: Member) -> str:
    """The row with the new words; what to tell the writer when these replace somebody else's."""
    is_written_over = mark_of(row.typed) != seen and row.typed_by_id not in (None, by.pk)
    told = ""
    if is_written_over and row.typed_by:
        told = _("%(full_name)s had changed this meanwhile to: “%(typed)s”. Yours stands now.") % {
            "full_name": row.typed_by.full_name,
            "typed": row.typed,
        }
    if row.typed_by_id != by.pk:
        row.earlier, row.earlier_by = row.typed, row.typed_by
    row.typed, row.typed_by = typed, by
    row.save()
    return told


def _take_effect(engagement: Engagement, asked: Asked, typed: str) -> str:
    """Write the value where it holds; what is wrong with it when it cannot be used, and then nothing is written."""
    try:
        set_value(engagement, asked.name, asked.clean(typed))
    except Unusable as problem:
        return str(problem)
    return ""


def set_value(engagement: Engagement, name: str, value: Any) -> None:
    first, _, last = name.rpartition("-")
    if name in PLAIN:
        setattr(engagement, name, value)
        engagement.save(update_fields=[name])
    elif name in DATED:
        row = queries.dates_row(engagement, first)
        setattr(row, f"{last}_on", value)
        row.save()
    elif first == "seeds":
        _keep_seeds(engagement.topics.get(pk=topic_in(name)), value)
    else:
        engagement.topics.filter(pk=topic_in(name)).update(**{last: value})


def _fitting_promise(engagement: Engagement, level: str) -> None:
    """A promise nobody has touched follows the level; one in own words stays."""
    if engagement.promise in usual_promises():
        set_value(engagement, "promise", str(PROMISES[level]))
        engagement.mandate_fields.filter(name="promise").delete()


def _prepared(engagement: Engagement) -> Engagement:
    """The engagement as it stands, locked, as long as it may still be written freely. Raises Refused."""
    now = locked(engagement)
    if now.is_opened:
        raise Refused(_("It has been opened meanwhile, so this was not changed. Changes now need a reason."))
    return now


def add_empty_topic(*, engagement: Engagement) -> Topic:
    """One more topic to be written, after the others. Raises Refused."""
    with transaction.atomic():
        now = _prepared(engagement)
        if now.topics.count() >= MOST_TOPICS:
            raise Refused(
                _("%(most_topics)s topics are the most. People would not read more.") % {"most_topics": MOST_TOPICS}
            )
        last = now.topics.order_by("-position").values_list("position", flat=True).first() or 0
        return Topic.objects.create(engagement=now, position=last + 1)


def move_topic(*, topic: Topic, up: bool) -> None:
    """One place up or down; at the end it stays. Raises Refused."""
    with transaction.atomic():
        topics = list(_prepared(topic.engagement).topics.all())
        at = topics.index(topic)
        to = at - 1 if up else at + 1
        if 0 <= to < len(topics):
            topics[at], topics[to] = topics[to], topics[at]
            _number_anew(topics)


def _number_anew(topics: Sequence[Topic]) -> None:
    """In two rounds, since no two may have one place even for a moment."""
    for offset in (1_000, 1):
        for place, topic in enumerate(topics):
            Topic.objects.filter(pk=topic.pk).update(position=place + offset)


def remove_topic(*, topic: Topic) -> None:
    """Take a topic out. Raises Refused while statements hang on it: nothing goes unseen."""
    with transaction.atomic():
        now = _prepared(topic.engagement)
        if topic.statements.filter(is_seed=True).exists():
            raise Refused(_("First statements stand under this topic. Take them out first."))
        if topic.statements.exists():
            raise Refused(_("Somebody who tries it has written here. End the trial first."))
        names = [asked.name for asked in topic_fields(topic.pk, 0, "")]
        now.mandate_fields.filter(name__in=names).delete()
        topic.delete()
        _number_anew(list(now.topics.all()))


def _keep_seeds(topic: Topic, texts: Sequence[str]) -> None:
    """The organisers' statements of a topic: those that are gone are deleted, with what was answered in the trial."""
    seeds = Statement.objects.filter(topic=topic, is_seed=True)
    gone = seeds.exclude(text__in=texts)
    Vote.objects.filter(statement__in=gone).delete()
    gone.delete()
    kept = set(seeds.values_list("text", flat=True))
    actions.seed_statements(topic=topic, texts=[text for text in texts if text not in kept])
