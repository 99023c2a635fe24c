"""A house with one of everything that has an address, so that a walk over the addresses meets something at each."""

from __future__ import annotations

from datetime import date

from house import House, open_house
from sayso.custody.actions import publish_ballots, wish_erasure
from sayso.distillations.actions import want_distillation
from sayso.distillations.worker import Worker
from sayso.embedding.actions import allow_places, keep_channel
from sayso.embedding.models import Program
from sayso.engagements import actions
from sayso.engagements.mandate.opening import close_engagement
from sayso.engagements.models import Engagement, IdentityLevel, RoleName
from sayso.engagements.plain_words.actions import avoid_word
from sayso.engagements.roles.actions import grant_role
from sayso.invitations.actions import make_wave
from sayso.invitations.letter_actions import want_letters
from sayso.invitations.models import WaveKind
from sayso.members.actions import add_unit
from sayso.members.keepers.actions import appoint_keeper
from sayso.members.models import Member, RosterFile, RosterJobKind
from sayso.members.roster.jobs import want_job
from sayso.members.roster.looking import look_at_roster
from sayso.members.roster.uploads import keep_file, path_of
from sayso.members.scim.connections import make_connection
from sayso.replies.acknowledging import acknowledge
from sayso.replies.models import Said
from sayso.replies.question_actions import answer_question, ask_author
from sayso.replies.thread_actions import publish_reply, say_reply
from sayso.rooms.entry_actions import count_hands, count_present, say_at_table
from sayso.rooms.plan_actions import make_kit, plan_room
from sayso.rooms.sheet_actions import enter_sheet


def full_house() -> House:
    """Person 1 leads, person 2 moderates, person 3 guards, person 4 keeps the roster; everybody voted.

    Person 6 wishes to be erased, and two guests are in. Beside it stands one that is closed, its ballots published.
    """
    house = open_house(people=6, statements=4)
    for person, name in enumerate((RoleName.LEAD, RoleName.MODERATOR, RoleName.GUARDIAN)):
        grant_role(engagement=house.engagement, member=house.members[person], name=name)
    keeper = house.members[3]
    appoint_keeper(member=keeper)
    _bring_people(house, keeper)
    make_connection(organisation=house.organisation, name="Entra ID", by=keeper)
    avoid_word(engagement=house.engagement, word="synergy", say="gain")
    house.everybody_votes()
    _invite(house)
    _meet_in_a_room(house)
    show_elsewhere(house, house.members[0])
    wish_erasure(engagement=house.engagement, member=house.members[5])
    _let_guests_in(house)
    _talk(house)
    house.beside = _closed_house(house)
    return house


def show_elsewhere(house: House, lead: Member) -> None:
    """An intranet shows the cards, and a channel of Slack is known."""
    allow_places(engagement=house.engagement, typed="https://intranet.example.org", by=lead)
    address = "https://hooks.slack.com/services/T0/B0/channel"
    keep_channel(engagement=house.engagement, program=Program.SLACK, address=address, by=lead)


def _talk(house: House) -> None:
    """A reply is shown and one waits; a guest was asked about what they said, and has answered; it is acknowledged."""
    lead, moderator = house.members[:2]
    seed, replying = house.statements[0], house.participants[5]
    author = actions.join_as_guest(engagement=house.engagement, token=f"{1:032x}")
    shown = say_reply(participant=replying, statement=seed, text="A reply is about it as well.")
    publish_reply(reply=shown, moderator=moderator)
    say_reply(participant=replying, statement=seed, text="A reply that waits.")
    said = actions.say_statement(participant=author, topic=house.topic, text="A guest has something to say.")
    actions.publish_statement(statement=said, moderator=moderator)
    said.refresh_from_db()
    question = ask_author(statement=said, by=lead, text="A question is about it.")
    answer_question(participant=author, question=question, text="An answer is about it.")
    for statement in (seed, said):
        acknowledge(statement=statement, by=lead, said=Said.READ)


def _let_guests_in(house: House) -> None:
    Engagement.objects.filter(pk=house.engagement.pk).update(identity_level=IdentityLevel.GUEST)
    house.engagement.refresh_from_db()
    for number in range(2):
        actions.join_as_guest(engagement=house.engagement, token=f"{number:032x}")


def _closed_house(house: House) -> House:
    """All of the open one were in it, with the same roles; it is counted."""
    closed = open_house("closed", statements=4, organisation=house.organisation)
    closed.members = house.members
    closed.participants = [actions.join(engagement=closed.engagement, member=member) for member in house.members]
    closed.everybody_votes()
    for role in house.engagement.roles.held():
        grant_role(engagement=closed.engagement, member=role.member, name=role.name)
    close_engagement(engagement=closed.engagement, by=house.members[0])
    want_distillation(engagement=closed.engagement)
    Worker().run_once()
    closed.engagement.refresh_from_db()
    assert publish_ballots(engagement=closed.engagement), "it is counted"
    return closed


def _meet_in_a_room(house: House) -> None:
    """A table has spoken and raised hands, a sheet is in; nobody but those in charge hosts it."""
    lead = house.members[0]
    room = plan_room(
        engagement=house.engagement,
        by=lead,
        title="Town hall",
        day=date(2027, 3, 2),
        place="Hall",
        topic=house.topic,
        n_tables=1,
        n_sheets=2,
    )
    make_kit(session=room, statements=house.statements, by=lead)
    table, sheet = room.tables.get(number=1), room.sheets.get(number=1)
    say_at_table(table=table, lines=["A table was here."], by=lead)
    count_present(table=table, n_present=9, by=lead)
    count_hands(table=table, counts={room.lines.get(number=1): (5, 1, 2)}, by=lead)
    enter_sheet(sheet=sheet, answers={1: 1}, by=lead)


def _invite(house: House) -> None:
    site = "https://say.example.org"
    make_wave(engagement=house.engagement, kind=WaveKind.INVITATION, site=site)
    want_letters(engagement=house.engagement, units=(), is_for_all=True, site=site, by=house.members[0])


def _bring_people(house: House, keeper: Member) -> None:
    """A unit, a file compared and waiting to be carried out, and the worker at it."""
    add_unit(organisation=house.organisation, name="Everybody")
    file = keep_file(by=keeper, name="people.csv", chunks=[b"staff number,name\n77,Wanda\n"])
    update = look_at_roster(organisation=house.organisation, file=path_of(file))
    RosterFile.objects.filter(pk=file.pk).update(update_made=update)
    want_job(kind=RosterJobKind.CARRY_OUT, by=keeper, update=update)
