"""Rows for every page around what is said and voted: mails, letters, the roster, words, guests, a trial, a closed one.

Each is written by the code's own verbs. What stands here is the same whoever said or voted what.
"""

from __future__ import annotations

import threading
from datetime import date

from django.utils import timezone

from full_house import show_elsewhere
from house import House, open_house
from sayso.correspondence.actions import begin_round, choose, fill_round
from sayso.correspondence.models import Choice
from sayso.correspondence.queries import due_mails
from sayso.correspondence.rules import week_of
from sayso.correspondence.sending import Turns
from sayso.custody.actions import wish_erasure
from sayso.engagements import actions
from sayso.engagements.mandate import actions as mandate_actions
from sayso.engagements.mandate import phase_actions, trial_actions
from sayso.engagements.mandate.opening import close_engagement
from sayso.engagements.models import Engagement, IdentityLevel, Phase
from sayso.engagements.plain_words.actions import avoid_word
from sayso.invitations import actions as inviting
from sayso.invitations.letter_actions import want_letters
from sayso.invitations.models import WaveKind
from sayso.invitations.printing import Printer
from sayso.invitations.queries import turns, waiting_turns
from sayso.mail.actions import change_rules, mark_bouncing
from sayso.mail.post import Post
from sayso.members.models import Member, Organisation, RosterFile, RosterJobKind
from sayso.members.roster.jobs import want_job
from sayso.members.roster.looking import look_at_roster
from sayso.members.roster.uploads import keep_file, path_of
from sayso.members.scim.connections import make_connection
from sayso.replies.acknowledging import acknowledge
from sayso.replies.models import Said
from sayso.rooms.entry_actions import count_hands, count_present, say_at_table
from sayso.rooms.plan_actions import close_room, make_kit, plan_room, reopen_room
from sayso.rooms.sheet_actions import enter_sheet, take_over

SITE = "https://say.example.org"
GUESTS = 6


def furnish(house: House, viewers: dict[str, Member]) -> str:
    """One of everything that a page is about, in an engagement that is open; the token of the connected directory."""
    _send(house, viewers["lead"])
    _bring_people(house.organisation, viewers["keeper"])
    _, token = make_connection(organisation=house.organisation, name="Entra ID", by=viewers["keeper"])
    avoid_word(engagement=house.engagement, word="synergy", say="gain")
    wish_erasure(engagement=house.engagement, member=house.members[-1])
    phase_actions.change_mandate(
        engagement=house.engagement, name="who_decides", typed="The board.", reason="It was open.", by=viewers["lead"]
    )
    show_elsewhere(house, viewers["lead"])
    _let_guests_in(house)
    _say_to_what_was_said(house, viewers)
    _meet_in_a_room(house, viewers)
    _write_to_everybody(house, viewers)
    return token


def _say_to_what_was_said(house: House, viewers: dict[str, Member]) -> None:
    """Those in charge acknowledge some of it."""
    said = house.engagement.statements.filter(state="published", is_seed=False).order_by("pk")[:2]
    for statement, words in zip(said, (Said.LOOKING, Said.READ), strict=True):
        acknowledge(statement=statement, by=viewers["sponsor"], said=words)


def _meet_in_a_room(house: House, viewers: dict[str, Member]) -> None:
    """A table has spoken and raised hands, four sheets are in and one was taken over; the ambassador hosts it."""
    lead = viewers["lead"]
    room = plan_room(
        engagement=house.engagement,
        by=lead,
        title="Town hall",
        day=date(2027, 3, 2),
        place="Hall",
        topic=house.topic,
        n_tables=2,
        n_sheets=6,
        facilitator=viewers["ambassador"],
    )
    make_kit(session=room, statements=house.statements, by=lead)
    for number in range(7):  # codes are drawn; here they are the same in each world
        room.sheets.filter(number=number).update(code=f"SHEET{number}")
        room.tables.filter(number=number).update(code=f"TABLE{number}")
    table, small = room.tables.get(number=1), room.tables.get(number=2)
    say_at_table(table=table, lines=["Kites should fly above the yard."], by=lead)
    say_at_table(table=small, lines=["Lanterns for the lower stairs."], by=lead)
    count_present(table=table, n_present=9, by=lead)
    count_present(table=small, n_present=3, by=lead)
    count_hands(table=table, counts=dict.fromkeys(room.lines.filter(number__lte=3), (5, 1, 2)), by=lead)
    for number in range(1, 5):
        enter_sheet(
            sheet=room.sheets.get(number=number),
            answers={line: 1 if line % 2 else -1 for line in range(1, 9)},
            words=[f"Melons for shift number {'abcd'[number - 1]}."],
            by=viewers["ambassador"],
        )
    guest = house.engagement.participants.filter(is_guest=True).earliest("pk")
    take_over(sheet=room.sheets.get(number=4), participant=guest)
    close_room(session=room, by=lead)
    reopen_room(session=room, by=lead)


def _send(house: House, lead: Member) -> None:
    """Invitations half way, a reminder whose list stands, letters that are printed, an address that does not work."""
    mark_bouncing(organisation=house.organisation, email=str(house.members[-2].email), status="5.1.1")
    for kind in (WaveKind.INVITATION, WaveKind.REMINDER):
        wave = inviting.make_wave(engagement=house.engagement, kind=kind, site=SITE, by=lead)
        inviting.send_wave(wave=wave, by=lead, now=timezone.now())
        wave = inviting.claim_wave(worker="w", now=timezone.now(), lease_s=600) or wave
        inviting.fill_wave(wave=wave, today=timezone.localdate())
        for row in sorted(turns(waiting_turns(wave)), key=lambda row: row.member_id)[:7]:
            inviting.begin_turn(turn=row.pk, wave=wave, worker="w")
            inviting.end_turn(turn=row.pk)
    inviting.make_wave(engagement=house.engagement, kind=WaveKind.INVITATION, site=SITE, by=lead)
    want_letters(engagement=house.engagement, units=(), is_for_all=True, site=SITE, by=lead)
    Printer(worker="w", stop=threading.Event()).round()


def _bring_people(organisation: Organisation, keeper: Member) -> None:
    file = keep_file(by=keeper, name="people.csv", chunks=[b"staff number,name\n77,Wanda\n"])
    update = look_at_roster(organisation=organisation, file=path_of(file))
    RosterFile.objects.filter(pk=file.pk).update(update_made=update)
    want_job(kind=RosterJobKind.CARRY_OUT, by=keeper, update=update)


def _let_guests_in(house: House) -> None:
    Engagement.objects.filter(pk=house.engagement.pk).update(identity_level=IdentityLevel.GUEST)
    house.engagement.refresh_from_db()
    for number in range(GUESTS):
        guest = actions.join_as_guest(engagement=house.engagement, token=f"{number:032x}")
        for statement in house.statements:
            actions.cast_vote(participant=guest, statement=statement, stance=1)


def _write_to_everybody(house: House, viewers: dict[str, Member]) -> None:
    """The news of the week to all, a receipt, one that wants nothing, a feed that is allowed. All mails go out."""
    change_rules(engagement=house.engagement, takes_replies=True, has_feed=True, by=viewers["lead"])
    choose(engagement=house.engagement, member=house.members[-3], choice=Choice.NONE)
    now = timezone.now()
    told = {"made_on": timezone.localdate(now), "snapshot_id": None, "n_shared": 1}
    opened = list(house.engagement.statements.filter(state="published").order_by("pk").values_list("pk", flat=True))
    last = house.engagement.events.latest("pk").pk
    this = begin_round(engagement=house.engagement, week=week_of(now), to_event=last, opened=opened, **told)
    fill_round(this=this, people=Member.objects.filter(organisation=house.organisation).order_by("pk"), now=now)
    turns = Turns(Post())
    for waiting in list(due_mails(now)):
        turns.have_turn(waiting)


def prepared(organisation: Organisation, viewers: dict[str, Member]) -> House:
    """Being written and tried: a seat, a visit, a remark."""
    engagement = mandate_actions.begin_engagement(title="Soon", by=viewers["keeper"])
    topic = mandate_actions.add_empty_topic(engagement=engagement)
    words = {f"topic-{topic.pk}-title": "Talk", f"topic-{topic.pk}-question": "How do we talk?"}
    for name, typed in {**words, f"seeds-{topic.pk}": "We meet too often.\nNobody tells the night shift."}.items():
        mandate_actions.save_field(engagement=engagement, name=name, typed=typed, seen="", by=viewers["keeper"])
    topic.refresh_from_db()
    tries = viewers["another member"]
    trial_actions.give_trial_seat(engagement=engagement, member=tries)
    participant = actions.join(engagement=engagement, member=tries)
    statements = list(topic.statements.order_by("pk"))
    actions.cast_vote(participant=participant, statement=statements[0], stance=1)
    trial_actions.leave_remark(engagement=engagement, member=tries, text="The button is too low.")
    return House(organisation, engagement, topic, [tries, tries], [participant], statements)


def ended(organisation: Organisation, members: list[Member]) -> House:
    """Everybody answered, and it is closed; its ballots are published once it is counted."""
    house = open_house("ended", statements=4, organisation=organisation)
    house.members = members
    house.participants = [actions.join(engagement=house.engagement, member=member) for member in members]
    house.everybody_votes()
    close_engagement(engagement=house.engagement, by=members[0])
    Engagement.objects.filter(pk=house.engagement.pk).update(phase=Phase.GATE)
    house.engagement.refresh_from_db()
    return house
