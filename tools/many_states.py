"""Where many say the same in their own words, so that key points are found. Made through the same actions as in use."""

from __future__ import annotations

from sayso.engagements import actions
from sayso.engagements.models import Engagement, Participant, Statement
from sayso.members.models import Member

WHO = ("We", "My team", "The night shift", "All of us in the yard")
SAID = (
    "{} learn too late which shift comes next week.",
    "{} never know next week's shifts until it is too late.",
    "{} need the shifts of next week earlier.",
    "{} hear about next week's shifts far too late.",
    "{} want a quiet room to rest in during the break.",
    "{} have no quiet room to rest in at break.",
    "{} need a quiet room for the breaks.",
    "{} would rest better in a quiet room at break.",
)


def say_it_many_times(engagement: Engagement, lead: Member, members: list[Member]) -> None:
    """One statement a person; each answers all the others."""
    people = [actions.join(engagement=engagement, member=member) for member in members]
    topic = engagement.topics.all()[0]
    texts = [said.format(who) for said in SAID for who in WHO]
    said = [
        actions.say_statement(participant=person, topic=topic, text=text)
        for person, text in zip(people, texts, strict=False)
    ]
    for statement in said:
        actions.publish_statement(statement=statement, moderator=lead)
    for number, person in enumerate(people):
        _answer(person, said[: 8 + number % 5], number)


def _answer(person: Participant, said: list[Statement], number: int) -> None:
    for place, statement in enumerate(said):
        if statement.author_id != person.pk:
            actions.cast_vote(participant=person, statement=statement, stance=-1 if (place + number) % 5 == 0 else 1)
