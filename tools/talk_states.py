"""Replies, questions to authors and acknowledgements in each state, for pictures. Knows people and statements."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from sayso.engagements import actions
from sayso.engagements.models import Engagement, Participant, RoleName, Statement
from sayso.engagements.roles.actions import grant_role
from sayso.engagements.withdrawing import withdraw_statement
from sayso.members.models import Member
from sayso.replies.acknowledging import acknowledge
from sayso.replies.models import AuthorQuestion, Said
from sayso.replies.question_actions import answer_question, ask_author
from sayso.replies.thread_actions import hide_reply, publish_reply, say_reply

SHOWN = (
    "Same with us. We wrote eleven suggestions down in spring, and the board still hangs there, with all eleven on it.",
    "In my team somebody reads them out each Friday. It takes five minutes, and everybody knows what was decided.",
    "يحدث هذا عندنا أيضًا.",
)


def build_talk(engagement: Engagement, author: Member, lead: Member) -> tuple[dict[str, Member], dict[str, str]]:
    """Who looks, and at what addresses."""
    people = list(engagement.organisation.members.exclude(pk__in=[author.pk, lead.pk]).order_by("-pk")[20:26])
    sponsor, *others = people
    grant_role(engagement=engagement, member=sponsor, name=RoleName.SPONSOR)
    mine = _own(engagement, author)
    _reply(mine, actions.join(engagement=engagement, member=author), others, lead)
    _ask(engagement, author, mine, lead)
    acknowledge(statement=mine, by=sponsor, said=Said.READ)
    acknowledge(statement=mine, by=lead, said=Said.LOOKING)
    seeds = engagement.statements.filter(state="published").exclude(pk=mine.pk).order_by("pk")[:2]
    reason = "The law asks for two people on each shift, and we may not go below that."
    acknowledge(statement=seeds[0], by=lead, said=Said.CANNOT, reason=reason)
    gone = _said(engagement, others[3], "Somebody took this back again.", lead)
    withdraw_statement(participant=actions.join(engagement=engagement, member=others[3]), statement=gone)
    here = f"/e/{engagement.slug}/"
    question = AuthorQuestion.objects.get(statement=mine, state="open")
    return {"busy-sponsor": sponsor, "busy-replier": others[0]}, {
        "said": f"{here}statements/{mine.pk}/",
        "said-gone": f"{here}statements/{gone.pk}/",
        "question": f"{here}mine/questions/{question.pk}/",
    }


def _own(engagement: Engagement, author: Member) -> Statement:
    participant = actions.join(engagement=engagement, member=author)
    return Statement.objects.filter(author=participant, state="published")[0]


def _said(engagement: Engagement, member: Member, text: str, moderator: Member) -> Statement:
    participant, topic = actions.join(engagement=engagement, member=member), engagement.topics.all()[0]
    said = actions.say_statement(participant=participant, topic=topic, text=text)
    actions.publish_statement(statement=said, moderator=moderator)
    return Statement.objects.get(pk=said.pk)


def _reply(statement: Statement, author: Participant, others: list[Member], moderator: Member) -> None:
    """Three shown and one by the author; the first writer has one that waits and one that is hidden as well."""
    writers = [actions.join(engagement=statement.engagement, member=member) for member in others]
    for writer, text in zip(writers, SHOWN, strict=False):
        actions.cast_vote(participant=writer, statement=statement, stance=1)
        publish_reply(reply=say_reply(participant=writer, statement=statement, text=text), moderator=moderator)
    text = "I meant the ideas from the workshop in May. We were told that we would hear by June."
    by_author = say_reply(participant=author, statement=statement, text=text, is_by_author=True)
    publish_reply(reply=by_author, moderator=moderator)
    say_reply(participant=writers[0], statement=statement, text="And who reads the box at the gate?")
    named = say_reply(participant=writers[0], statement=statement, text="Mr. Miller never answers anything.")
    hide_reply(reply=named, moderator=moderator, reason="It names a person. Please say it without the name.")


def _ask(engagement: Engagement, author: Member, statement: Statement, lead: Member) -> None:
    """One that was answered last week, and one that waits."""
    participant, today = actions.join(engagement=engagement, member=author), timezone.localdate()
    first = ask_author(
        statement=statement, by=lead, text="Which ideas do you mean: those from May, or those on the board?"
    )
    answer_question(participant=participant, question=first, text="Those from May. The board is another matter.")
    AuthorQuestion.objects.filter(pk=first.pk).update(
        asked_on=today - timedelta(days=9), settled_on=today - timedelta(days=7)
    )
    ask_author(statement=statement, by=lead, text="Would a note each Friday help, or do people want to talk about it?")
