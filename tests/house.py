"""A small organisation in the middle of having its say: real rows, real events, real votes."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils import timezone
from django.utils.text import slugify

from sayso.engagements import actions
from sayso.engagements.mandate import actions as mandate_actions
from sayso.engagements.mandate.opening import open_engagement
from sayso.engagements.models import Engagement, Participant, Statement, Topic
from sayso.members.actions import add_member, add_organisation, add_unit
from sayso.members.keepers.actions import appoint_keeper
from sayso.members.models import Member, Organisation


@dataclass
class House:
    """One engagement with its people; `vote` and `everybody_votes` fill it."""

    organisation: Organisation
    engagement: Engagement
    topic: Topic
    members: list[Member] = field(default_factory=list)
    participants: list[Participant] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    beside: House | None = None  # another one of the same organisation, at another stage

    def add_people(self, number: int) -> None:
        for _ in range(number):
            name = f"Person {len(self.members) + 1}"
            email = f"{self.engagement.slug}.{len(self.members) + 1}@county.example"
            member = add_member(organisation=self.organisation, full_name=name, email=email)
            self.members.append(member)
            self.participants.append(actions.join(engagement=self.engagement, member=member))

    def seed(self, number: int) -> None:
        texts = [f"Statement {len(self.statements) + n + 1} is about something of its own." for n in range(number)]
        self.statements += actions.seed_statements(topic=self.topic, texts=texts)

    def vote(self, person: int, statement: int, stance: int) -> None:
        actions.cast_vote(participant=self.participants[person], statement=self.statements[statement], stance=stance)

    def everybody_votes(self, seed: int = 1) -> None:
        """Two halves who part on the even statements and share the odd ones."""
        rng = random.Random(seed)
        for person in range(len(self.participants)):
            for number in range(len(self.statements)):
                usual = 1 if number % 2 or person % 2 else -1
                self.vote(person, number, usual if rng.random() < 0.9 else rng.choice([0, -usual]))


def open_house(
    slug: str = "how-we-work", people: int = 0, statements: int = 0, organisation: Organisation | None = None
) -> House:
    """A house with so many people and statements, nobody having voted."""
    organisation = organisation or add_organisation(name=f"County of {slug}")
    engagement = open_engagement(
        organisation=organisation,
        slug=slug,
        title="How we work together",
        objective="What should change in how we work together?",
        promise="Nobody in charge sees who said what.\nYou have answers by the date below.",
        answers_due=date(2027, 3, 14),
    )
    topic = actions.add_topic(engagement=engagement, title="Talk", question="How do we talk to each other?")
    house = House(organisation, engagement, topic)
    house.add_people(people)
    house.seed(statements)
    return house


WRITTEN = {
    "title": "How we work together",
    "objective": "What should change in how we work together?",
    "what_is_open": "When we meet\nWho decides about tools",
    "what_is_fixed": "Nobody loses their job",
    "who_decides": "The board, after reading every answer.",
    "promise": "Nobody in charge sees who said what.\nEach question gets an answer.",
}


def written(days: int) -> str:
    """So many days from today, as a browser sends it."""
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def write(engagement: Engagement, by: Member, **fields: str) -> None:
    """Type into fields as a lead does, whatever stood there."""
    for name, typed in fields.items():
        mandate_actions.save_field(
            engagement=engagement, name=name.replace("__", "-"), typed=typed, seen="something else", by=by
        )


@dataclass
class Draft:
    """A mandate that is complete and not opened; member 0 keeps the roster and leads."""

    engagement: Engagement
    topic: Topic
    members: list[Member]

    @property
    def lead(self) -> Member:
        return self.members[0]

    def now(self) -> Engagement:
        return Engagement.objects.get(pk=self.engagement.pk)


def draft_house(name: str = "How we work", people: int = 3) -> Draft:
    """A keeper has begun and written everything that opening asks for; two first statements stand in it."""
    organisation = add_organisation(name=f"County of {name}")
    members = [
        add_member(organisation=organisation, full_name=f"Person {n + 1}", email=f"{n + 1}@{slugify(name)}.example")
        for n in range(people)
    ]
    appoint_keeper(member=members[0])
    engagement = mandate_actions.begin_engagement(title=name, by=members[0])
    topic = mandate_actions.add_empty_topic(engagement=engagement)
    days = {"listen__begins": written(0), "listen__ends": written(14), "answers_due": written(40)}
    words = {f"topic__{topic.pk}__title": "Talk", f"topic__{topic.pk}__question": "How do we talk to each other?"}
    seeds = {f"seeds__{topic.pk}": "We meet too often.\nNobody tells the night shift."}
    write(engagement, members[0], **{**WRITTEN, **days, **words, **seeds})
    return Draft(Engagement.objects.get(pk=engagement.pk), Topic.objects.get(pk=topic.pk), members)


def open_house_of_units(units: dict[str, int], *, slug: str = "how-we-work", statements: int = 6) -> House:
    """Everybody is on the roster, in units with their numbers of people, before the opening; all have come in."""
    organisation = add_organisation(name=f"County of {slug}")
    members = []
    for name, number in units.items():
        unit = add_unit(organisation=organisation, name=name)
        for _ in range(number):
            n = len(members) + 1
            mail = f"{slug}.{n}@county.example"
            members.append(add_member(organisation=organisation, full_name=f"Person {n}", email=mail, unit=unit))
    house = open_house(slug, statements=statements, organisation=organisation)
    house.members = members
    house.participants = [actions.join(engagement=house.engagement, member=member) for member in members]
    return house
