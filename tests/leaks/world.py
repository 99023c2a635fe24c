"""An organisation in which every person, unit, number and moment is told apart from all else, so that a trace is found.

Numbers of members, participants and statements begin where nothing else counts; what was said and voted happened at
night in March 2019. Who did what is a script of slots: `who` says which member fills each slot, so that two worlds can
differ in nothing but that.
"""

from __future__ import annotations

import itertools
import random
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection
from django.utils import timezone

from house import House, open_house
from leaks.onlookers import Onlooker, at_kiosk, carried, come_in, start_kiosk
from leaks.rooms import ended, furnish, prepared
from sayso.custody.actions import publish_ballots
from sayso.distillations import actions as distilling
from sayso.distillations import queries as distilled
from sayso.distillations.worker import Worker
from sayso.engagements import actions, correcting
from sayso.engagements.models import Engagement, Event, Participant, RoleName, Statement, StatementState
from sayso.engagements.roles.actions import grant_role
from sayso.members.actions import add_member, add_organisation, add_unit
from sayso.members.keepers.actions import appoint_keeper
from sayso.members.models import Member, Organisation, RosterFile
from sayso.moderation import actions as moderating
from sayso.moderation.looking import look_at_new
from sayso.replies.models import Acknowledgement, AuthorQuestion, Reply
from sayso.replies.question_actions import answer_question, ask_author, refuse_questions
from sayso.replies.thread_actions import hide_reply, publish_reply, say_reply
from walk import Browser

# Units by how many of them there are; those under five may be told nowhere beside what was said.
UNITS = {"Lighthouse of Skarholm": 1, "Night ferry crew": 2, "Bindery cellar": 3, "Archive attic": 4, "Ward nine": 13}
SMALL_UNITS = tuple(name for name, size in UNITS.items() if size < 5)
N_ORDINARY = sum(UNITS.values())
SLOTS = tuple(range(N_ORDINARY))
DRAWN = (
    Participant,
    Statement,
    Reply,
    AuthorQuestion,
    Acknowledgement,
)  # their numbers are drawn, so a sequence has no say in them
ABSENT = SLOTS[-1]  # never comes in; all others do
AUTHORS = 8  # the first slots: they say one thing each, and answer the organisers' statements only
SILENT = (0, 2, 4, 6, 7)  # of these, they answer nothing
SEEDS = 10
NUMBERS = {"Member": 7_310_000, "Participant": 5_820_000, "Statement": 4_640_000}
PARTICIPANT_NUMBER = re.compile(r"5[,.\s]?820[,.\s]?\d{3}(?!\d)")
STATEMENT_NUMBER = re.compile(r"(?<!\d)4640\d{3}(?!\d)")
NIGHT = datetime(2019, 3, 7, 2, 13, 21, tzinfo=UTC)
MOMENT = re.compile(r"2019-0?3|0?7[ .]?(March|Mar|03)[ .]*2019|(?<!\d)1551(\d{6}|\d{9}|\d{12})(?!\d)")
UNREAD = range(5, 8)  # of the words below: returned, or waiting to be read
WORDS = (
    "Quails nest in the corridor of building four.",
    "Xylophones would cheer the night watch up.",
    "Zinc basins rust and nobody replaces them.",
    "Ospreys decide faster than our board does.",
    "Kelp soup on Mondays keeps me going.",
    "Juniper hedges hide the bicycle racks.",
    "Walnut doors slam whenever the wind turns.",
    "Velvet ropes keep visitors from asking us.",
)

# Under statements: by a voter and by the author who says so, shown; waiting, of two authors; hidden. Then what an
# author answered, told to those who ask since today; and what another one answered today, told to nobody yet.
REPLIES = (
    "Thistles would do for that corridor.",
    "Gourds as well, say I who said it.",
    "Pewter mugs were promised in spring.",
    "Tin ones would do, to my mind.",
    "Larks told on the third floor again.",
)
ANSWERED = "Sorrel by the west gate, mostly."
ANSWERED_TODAY = "Ravens on the roof, since you ask."
ASKED = "Where did you see it?"


@dataclass
class World:
    """The house, and its people by what they are."""

    house: House
    ordinary: list[Member] = field(default_factory=list)
    viewers: dict[str, Member] = field(default_factory=dict)
    others: list[House] = field(default_factory=list)  # what is being prepared, and what is closed
    author_of: dict[int, Member] = field(default_factory=dict)
    onlookers: list[Onlooker] = field(default_factory=list)
    drawn: list[str] = field(default_factory=list)  # names and marks that are others in each world, whoever did what

    @property
    def pseudonyms(self) -> list[str]:
        return list(Participant.objects.values_list("pseudonym", flat=True))


def build(who: tuple[int, ...] = SLOTS, authors: tuple[int, ...] = tuple(range(AUTHORS))) -> World:
    """A world in which member `who[slot]` fills a slot, and `authors[n]` is the slot that says the n-th thing."""
    _number_tables()
    organisation = add_organisation(name="County of silent")
    ordinary, viewers = _people(organisation)
    world = World(open_house("silent", statements=SEEDS, organisation=organisation), ordinary, viewers)
    world.house.members = ordinary
    _give_roles(world.house.engagement, viewers)
    came = SLOTS[:ABSENT]
    slots = [actions.join(engagement=world.house.engagement, member=world.ordinary[who[slot]]) for slot in came]
    viewer = actions.join(engagement=world.house.engagement, member=world.viewers["another member"])
    device = carried(start_kiosk(here(world), viewers["moderator"]))
    said = _say(world, [slots[slot] for slot in authors], [world.ordinary[who[slot]] for slot in authors])
    _vote(world, slots, viewer, said)
    _reply(world, slots, [slots[slot] for slot in authors], said)
    _act_in_a_browser(world, world.ordinary[who[ABSENT - 1]])
    device = _say_at_a_kiosk(world, device, world.ordinary[who[authors[-1]]])
    token = furnish(world.house, viewers)
    _decide_later(world, said)
    world.onlookers = come_in(viewers, here=here(world), device=device, token=token)
    world.others = [prepared(organisation, viewers), ended(organisation, [ordinary[who[slot]] for slot in SLOTS])]
    for other in world.others:
        _give_roles(other.engagement, viewers)
    _put_into_the_night()
    _distil()
    record = publish_ballots(engagement=world.others[1].engagement)
    assert record is not None, "the closed one is counted"
    world.drawn = [record.root, *RosterFile.objects.values_list("stored_as", flat=True)]
    return world


def here(world: World) -> str:
    return f"/e/{world.house.engagement.slug}/"


def _number_tables() -> None:
    """Each table numbers from a place of its own, the same in every world."""
    ours = [model for model in apps.get_models() if model.__module__.startswith("sayso.")]
    for place, model in enumerate(sorted(ours, key=lambda model: model._meta.db_table)):
        table, first = model._meta.db_table, NUMBERS.get(model.__name__, 900_000_000 + 1_000_000 * place)
        if model in DRAWN:
            model._meta.pk.__dict__["_get_default"] = itertools.count(first).__next__
            continue
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
                cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, first])
            elif connection.ops.sequence_reset_sql(no_style(), [model]):
                cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [f'"{table}"', first])


def draw_numbers_again() -> None:
    """Participants and statements are numbered by chance again, as they are outside of these worlds."""
    for model in DRAWN:
        model._meta.pk.__dict__.pop("_get_default", None)


def _people(organisation: Organisation) -> tuple[list[Member], dict[str, Member]]:
    """The ordinary ones, and one for each duty, who is in no small unit."""
    units = {name: add_unit(organisation=organisation, name=name) for name in UNITS}
    homes = [name for name, size in UNITS.items() for _ in range(size)]
    ordinary = []
    for number, home in enumerate(homes):
        member = add_member(
            organisation=organisation,
            full_name=f"Quirin Zebulon{number:02d}",
            email=f"zebulon{number:02d}@silent.example",
            unit=units[home],
        )
        Member.objects.filter(pk=member.pk).update(staff_number=f"SN-77{number:02d}Q")
        ordinary.append(Member.objects.get(pk=member.pk))
    viewers = {}
    for name in [*RoleName.values, "keeper", "another member"]:
        address = f"{name.replace(' ', '.')}@silent.example"
        member = add_member(
            organisation=organisation, full_name=f"Holder Of {name}", email=address, unit=units["Ward nine"]
        )
        Member.objects.filter(pk=member.pk).update(staff_number=f"SN-88{len(viewers):02d}V")
        viewers[name] = Member.objects.get(pk=member.pk)
    appoint_keeper(member=viewers["keeper"])
    return ordinary, viewers


def _give_roles(engagement: Engagement, viewers: dict[str, Member]) -> None:
    for name in RoleName:
        grant_role(engagement=engagement, member=viewers[name.value], name=name)


def _say(world: World, authors: list[Participant], members: list[Member]) -> list[Statement]:
    """Five things are opened, one of them merged later, one is returned, one waits; the last is said later."""
    moderator, topic = world.viewers["moderator"], world.house.topic
    said = []
    for text, author, member in list(zip(WORDS, authors, members, strict=True))[:-1]:
        said.append(actions.say_statement(participant=author, topic=topic, text=text))
        world.author_of[said[-1].pk] = member
    for statement in said[:5]:
        moderating.publish(statement=statement, by=moderator)
    moderating.send_back(statement=said[5], by=moderator, reason="Unclear.")
    # What they are is said by authors, of what is open and of what waits; and in office.
    correcting.correct(participant=authors[0], statement=said[0], about="kind", to="fear")
    correcting.correct(participant=authors[6], statement=said[6], about="leaning", to="against")
    moderating.correct(statement=said[1], about="kind", to="idea", by=moderator)
    return said


def _vote(world: World, slots: list[Participant], viewer: Participant, said: list[Statement]) -> None:
    """All but the silent answer the organisers' statements; 3, 4, 11 and 9 people what others said, nobody the fifth.

    What somebody says counts towards where they stand, so the map may differ where a voter said something else. Nothing
    may differ where somebody else said it who never voted.
    """
    rng = random.Random(4)
    house = world.house
    voters = [participant for slot, participant in enumerate(slots) if slot not in SILENT]
    for place, participant in enumerate([*voters, viewer]):
        for number, statement in enumerate(house.statements):
            usual = 1 if number % 2 or place % 2 else -1
            stance = usual if rng.random() < 0.9 else 0
            actions.cast_vote(participant=participant, statement=statement, stance=stance)
    for statement, n_voters in zip(said[:4], (3, 4, 11, 9), strict=True):
        for participant in slots[AUTHORS : AUTHORS + n_voters]:
            actions.cast_vote(participant=participant, statement=statement, stance=rng.choice([1, 1, -1]))


def _decide_later(world: World, said: list[Statement]) -> None:
    """The fifth, which nobody answered, says what the third says; what the organisers say last is hidden."""
    moderator = world.viewers["moderator"]
    look_at_new(world.house.engagement)
    moderating.write_note(statement=said[6], by=moderator, text="Is this about somebody?")
    moderating.assign(statement=said[6], to=moderator)
    moderating.merge(statement=said[4], into=said[2], by=moderator)
    moderating.hide(statement=world.house.statements[-1], by=moderator, reason="It is out of date.")
    moderating.keep_policy(
        engagement=world.house.engagement, promised_hours=8, words="We read kindly.", reasons=["Unclear."]
    )


def _reply(world: World, slots: list[Participant], authors: list[Participant], said: list[Statement]) -> None:
    """Two who voted and an author reply; two authors are asked and answer, a third wants no questions."""
    seed, voter, other = world.house.statements[3], slots[AUTHORS + 2], slots[AUTHORS + 5]
    moderator, day = world.viewers["moderator"], timezone.localdate()
    shown = [
        say_reply(participant=voter, statement=seed, text=REPLIES[0]),
        say_reply(participant=authors[0], statement=said[0], text=REPLIES[1], is_by_author=True),
    ]
    for reply in shown:
        publish_reply(reply=reply, moderator=moderator)
    for place in (2, 3):
        say_reply(participant=authors[place], statement=said[place], text=REPLIES[place])
    hidden = say_reply(participant=other, statement=seed, text=REPLIES[4])
    hide_reply(reply=hidden, moderator=moderator, reason="Unclear.")
    refuse_questions(participant=authors[2])
    for place, words in enumerate((ANSWERED, ANSWERED_TODAY, "")):
        question = ask_author(statement=said[place], by=world.viewers["lead"], text=ASKED)
        if words:
            answer_question(participant=authors[place], question=question, text=words)
    AuthorQuestion.objects.filter(answer=ANSWERED).update(settled_on=day - timedelta(days=1))


def _act_in_a_browser(world: World, member: Member) -> None:
    """One person does it on the pages themselves: answers, says, looks at their own."""
    browser = Browser()
    browser.force_login(member)
    browser.get(here(world) + "cards/")
    votes, (first, second) = here(world) + "votes/", world.house.statements[:2]
    browser.post(votes, {"statement": first.pk, "stance": "1"}, follow=True)
    browser.post(votes, {"statement": second.pk, "stance": "-1"}, HTTP_HX_REQUEST="true")
    for page in ("mine/", "where/", "results/"):
        browser.get(here(world) + page)


def _say_at_a_kiosk(world: World, device: dict[str, str], member: Member) -> dict[str, str]:
    """The last thing is said at a kiosk and waits to be read; what the device holds once its author is done."""
    browser = at_kiosk(here(world), device, member)
    browser.post(here(world) + "say/", {"topic": world.house.topic.pk, "text": WORDS[-1]})
    world.author_of[Statement.objects.get(text=WORDS[-1]).pk] = member
    browser.get(here(world) + "mine/")
    browser.post(here(world) + "kiosk/done/")
    return carried(browser)


def _put_into_the_night() -> None:
    for number, event in enumerate(Event.objects.order_by("pk")):
        Event.objects.filter(pk=event.pk).update(created_at=NIGHT + timedelta(seconds=7 * number))


def _distil() -> None:
    for engagement in distilled.due_engagements(timezone.now() + timedelta(hours=1)):
        distilling.want_distillation(engagement=engagement)
    Worker().run_once()
    assert StatementState.WAITING in Statement.objects.values_list("state", flat=True)
