"""Organisations in every state worth looking at, made through the same actions as in real use.

Needs Django set up on an empty database. Knows people, statements and votes; knows nothing of pictures.
"""

from __future__ import annotations

import json
import random
from datetime import date, timedelta

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone
from many_states import say_it_many_times
from room_states import build_rooms
from roster_states import build_keepers
from talk_states import build_talk

from sayso.custody.actions import destroy_engagement_key, publish_ballots, wish_erasure
from sayso.custody.models import CustodyJob
from sayso.custody.worker import CustodyWorker
from sayso.demo.population import draw_population
from sayso.demo.world import build_world, guests
from sayso.distillations.models import Snapshot
from sayso.distillations.presentation import mark_of
from sayso.distillations.public_actions import make_public
from sayso.distillations.worker import Worker
from sayso.embedding.actions import allow_places, keep_channel
from sayso.embedding.models import Channel, PostingState, Program
from sayso.engagements import actions, correcting
from sayso.engagements.languages.actions import begin_translation, end_translation, tag_statements
from sayso.engagements.mandate import actions as mandate_actions
from sayso.engagements.mandate import trial_actions
from sayso.engagements.mandate.opening import close_engagement, open_engagement
from sayso.engagements.models import Engagement, IdentityLevel, Participant, Phase, RoleName, Statement
from sayso.engagements.plain_words.actions import avoid_word
from sayso.engagements.roles import actions as role_actions
from sayso.engagements.roles.actions import grant_role
from sayso.invitations import actions as invitations
from sayso.invitations.letter_actions import want_letters
from sayso.invitations.models import WaveKind
from sayso.invitations.numbering import wish_token
from sayso.mail.actions import mark_bouncing
from sayso.members import actions as roster
from sayso.members.keepers.actions import appoint_keeper
from sayso.members.models import Member, UsedPass
from sayso.members.pseudonyms import destroy_key
from sayso.members.ways_in.link_use import give_back_link
from sayso.members.ways_in.passes import link_mark, link_token
from sayso.moderation import actions as moderation

LONGEST = (
    "When somebody leaves, what they knew leaves with them, since nobody is given the hours to write it down, and the "
    "next person spends their first half year finding out what the last one could have told them over two cups of tea "
    "and one honest list of whom to ring"
)
RIGHT_TO_LEFT = "يجب أن نعرف من يقرر، ولماذا، قبل أن يبدأ التغيير."
# Said, and how a machine puts it in English.
IN_ANOTHER = {
    "Niemand sagt der Nachtschicht, was beschlossen wurde.": "Nobody tells the night shift what was decided.",
    "Déjennos elegir los turnos con dos semanas de antelación.": "Let us choose our shifts two weeks ahead.",
    RIGHT_TO_LEFT: "We must know who decides, and why, before the change begins.",
}
FEW = (
    "Nobody tells the night shift what was decided.",
    "I would rather ring a colleague than fill in the form.",
    RIGHT_TO_LEFT,
    LONGEST + ".",
)


def build_states() -> dict[str, str]:
    """Builds all states; gives a session cookie for each person a picture is taken for."""
    busy = build_world(draw_population(600, seed=7))
    few = _organisation("Harbour office", "harbour", FEW, n_voters=3)
    empty = _organisation("Reading room", "reading-room", (), n_voters=0)
    twin = _in_two_languages()
    many = _said_by_many()
    ended = _organisation("Night ferry", "night-ferry", FEW, n_voters=9)
    sealed = _organisation("Old pier", "old-pier", FEW, n_voters=9)
    people = {**_people_of_busy(busy), **_people_of(few, "few"), **_people_of(empty, "empty")}
    talkers, talk = build_talk(busy, people["busy-member"], people["busy-lead"])
    people |= talkers | _people_of(twin, "twin") | _people_of(many, "many")
    rooms = build_rooms(busy, empty, people["busy-lead"], people["empty-lead"])
    closed = _organisation("Salt works", "salt-works", FEW, n_voters=9)
    lost = _organisation("Lighthouse", "lighthouse", FEW, n_voters=9)
    keepers, work = build_keepers()
    people |= {**_preparing(), **keepers, **_people_at_the_end(closed, "closed"), **_people_at_the_end(lost, "lost")}
    people |= _scripted() | _in_between(few)
    people |= {**_people_at_the_end(ended, "ended"), **_people_at_the_end(sealed, "sealed")}
    Engagement.objects.filter(pk=few.pk).update(identity_level=IdentityLevel.GUEST)
    _invite(busy, people["busy-lead"])
    _invite_few(few, people["few-lead"])
    Worker().run_once()
    Snapshot.objects.filter(engagement__slug="post-room").update(created_at=timezone.now() - timedelta(hours=2))
    Worker().run_once()
    for engagement in (ended, sealed, closed):
        _end(engagement)
    close_engagement(engagement=closed, by=closed.organisation.members.order_by("pk")[0])
    destroy_key(engagement_slug=lost.slug)  # as if the folder of keys had not come along
    close_engagement(engagement=sealed, by=sealed.organisation.members.order_by("pk")[0])
    people |= {"ended-asking": ended.organisation.members.order_by("pk")[5]}
    people |= {"sealed-lead": sealed.organisation.members.order_by("pk")[0]}
    wish_erasure(engagement=ended, member=people["ended-asking"])
    destroy_engagement_key(engagement=sealed, by=people["sealed-guardian"], typed_title=sealed.title)
    CustodyJob.objects.update(lease_until=None)
    CustodyWorker(worker="screens").run_once()
    sessions = {name: _session(member) for name, member in people.items()}
    sessions["starter"] = " ".join(_session(people["few-lead"]) for _ in range(20))  # a kiosk signs its starter out
    return sessions | work | talk | rooms | _ways_in(busy, few, sealed) | _shown_elsewhere(busy, ended, many)


def _shown_elsewhere(busy: Engagement, ended: Engagement, many: Engagement) -> dict[str, str]:
    """Cards on an intranet, a channel that could not be reached, results for anybody; two statements' own pages."""
    lead = busy.roles.held().filter(name=RoleName.LEAD)[0].member
    allow_places(engagement=busy, typed="https://intranet.example.org", by=lead)
    keep_channel(engagement=busy, program=Program.SLACK, address="https://hooks.slack.com/services/T/B/x", by=lead)
    Channel.objects.update(state=PostingState.FAILED, trouble="answered 404")
    make_public(engagement=ended, is_public=True, by=ended.organisation.members.order_by("pk")[0])
    told = json.loads(Snapshot.objects.filter(engagement=busy).latest("last_event").published)
    chosen = {"statement": told["divisive"][0], "statement-bold": told["bold_views"][0]["statement_id"]}
    pages = {name: f"/e/{busy.slug}/results/{number}/" for name, number in chosen.items()}
    told = json.loads(Snapshot.objects.filter(engagement=many).latest("last_event").published)
    return pages | {"key-point": f"/e/{many.slug}/results/many/{mark_of(told['key_points'][0])}/"}


def _ways_in(busy: Engagement, few: Engagement, closed: Engagement) -> dict[str, str]:
    """What a personal link opens: unused, given back, opened elsewhere, too late. And the way out of reminders."""
    unused, returned, used, not_mine, *_ = busy.organisation.members.order_by("-pk")[3:]
    number = roster.add_member(organisation=few.organisation, full_name="Bo Without Mail", staff_number="4711")
    late = closed.organisation.members.order_by("pk")[3]
    give_back_link(member=returned)
    for opened in (used, number):
        UsedPass.objects.create(mark=link_mark(opened, "used"))
    links = {"link": unused, "link-back": returned, "link-used": used, "link-used-number": number}
    links |= {"link-over": late, "link-not-mine": not_mine}
    wish = wish_token(engagement=busy.pk, member=unused.pk)
    return {name: f"/in/{link_token(member)}/" for name, member in links.items()} | {
        "no-reminders": f"/no-reminders/{wish}/"
    }


def _in_between(few: Engagement) -> dict[str, Member]:
    """Somebody asked to take on a role, one role for some days, a word to avoid, a keeper without faulty addresses."""
    lead, _, asked, daily = few.organisation.members.order_by("pk")[:4]
    today = date.today()
    role_actions.grant_role(engagement=few, member=asked, name=RoleName.GUARDIAN, by=lead, is_offer=True)
    days = role_actions.Days(today, today + timedelta(days=2))
    role_actions.grant_role(engagement=few, member=daily, name=RoleName.MODERATOR, by=lead, days=days)
    avoid_word(engagement=few, word="synergies", say="working together")
    avoid_word(engagement=few, word="going forward", say="")
    appoint_keeper(member=lead)
    return {"asked": asked}


def _scripted() -> dict[str, Member]:
    """Forty people of their own minds and seven accounts that answer as one, with the guardian who looks at it."""
    texts = [f"In the post room, thing number {n} should stay as it is." for n in range(1, 25)]
    engagement = _organisation("Post room", "post-room", tuple(texts), n_voters=0)
    rng = random.Random(4)
    script = [rng.choice([-1, 1]) for _ in texts]
    statements = list(Statement.objects.filter(engagement=engagement).order_by("pk"))
    for person in range(52):
        member = roster.add_member(organisation=engagement.organisation, full_name=f"Clerk {person}")
        participant = actions.join(engagement=engagement, member=member)
        for statement, scripted in zip(statements, script, strict=True):
            stance = scripted if person >= 45 else rng.choice([-1, 1])
            actions.cast_vote(participant=participant, statement=statement, stance=stance)
    return {"scripted-guardian": _people_at_the_end(engagement, "scripted")["scripted-guardian"]}


def _invite_few(engagement: Engagement, lead: Member) -> None:
    """One that leaves in two days, one that is done."""
    site, now = "https://say.example.org", timezone.now()
    waits, done = (
        invitations.make_wave(engagement=engagement, kind=WaveKind.INVITATION, site=site, by=lead, units=())
        for _ in range(2)
    )
    invitations.send_wave(wave=done, by=lead, now=now)
    invitations.claim_wave(worker="screens", now=now, lease_s=600)
    invitations.fill_wave(wave=done, today=now.date())
    for turn in done.invitations.order_by("pk").values_list("pk", flat=True):
        invitations.begin_turn(turn=turn, wave=done, worker="screens")
        invitations.end_turn(turn=turn)
    invitations.finish_wave(wave=done, worker="screens")
    late = roster.add_member(organisation=engagement.organisation, full_name="Late Comer", email="late@harbour.example")
    assert late.pk
    invitations.send_wave(wave=waits, by=lead, now=now, at=now + timedelta(days=2))


def _organisation(name: str, slug: str, seeds: tuple[str, ...], n_voters: int, n_members: int = 12) -> Engagement:
    organisation = roster.add_organisation(name=name)
    unit = roster.add_unit(organisation=organisation, name="Everybody")
    members = [
        roster.add_member(organisation=organisation, unit=unit, full_name=f"Person {i}", email=f"p{i}@{slug}.example")
        for i in range(n_members)
    ]
    engagement = open_engagement(
        organisation=organisation,
        slug=slug,
        title=f"How we work at the {name.lower()}",
        objective="What should change in how we work together?",
        promise="Your colleagues see your words and never your name.\nThose in charge never see who said what.",
        answers_due=date.today() + timedelta(days=30),
    )
    grant_role(engagement=engagement, member=members[0], name=RoleName.LEAD)
    topic = actions.add_topic(engagement=engagement, title="How we talk", question="What helps us hear each other?")
    statements = actions.seed_statements(topic=topic, texts=seeds)
    for number, member in enumerate(members[2 : 2 + n_voters]):
        participant = actions.join(engagement=engagement, member=member)
        for statement in statements:
            actions.cast_vote(participant=participant, statement=statement, stance=1 - (number + statement.pk) % 3)
    return engagement


def _in_two_languages() -> Engagement:
    """Where people say it in their own language, and the reader reads it in theirs."""
    twin = _organisation("Twin harbour", "twin-harbour", tuple(IN_ANOTHER), n_voters=9)
    Engagement.objects.filter(pk=twin.pk).update(has_translations=True)
    while tag_statements():
        pass
    while due := begin_translation(now=timezone.now()):
        end_translation(due=due, text=IN_ANOTHER[due.text], made_by="our own")
    return twin


def _said_by_many() -> Engagement:
    many = _organisation("Bus depot", "bus-depot", (), n_voters=0, n_members=44)
    lead, *others = many.organisation.members.order_by("pk")
    say_it_many_times(many, lead, others[:35])
    return many


def _preparing() -> dict[str, Member]:
    """A keeper with one mandate just begun and one that is complete, tried by a colleague."""
    organisation = roster.add_organisation(name="Night ferry")
    keeper, tester, colleague = (
        roster.add_member(organisation=organisation, full_name=name, email=f"{name.lower()}@ferry.example")
        for name in ("Ida", "Tom", "Noor")
    )
    appoint_keeper(member=keeper)
    mandate_actions.begin_engagement(title="Just begun", by=keeper)
    whole = mandate_actions.begin_engagement(title="How we sail", by=keeper)
    topics = [mandate_actions.add_empty_topic(engagement=whole).pk for _ in range(2)]
    for name, typed in _written(topics).items():
        mandate_actions.save_field(engagement=whole, name=name, typed=typed, seen="", by=keeper)
    trial_actions.give_trial_seat(engagement=whole, member=tester)
    trial_actions.leave_remark(engagement=whole, member=tester, text="I did not know what “fixed” means here.")
    wrong = {"answers_due": "31.2.2030", "title": "How we sail, and how we would rather sail"}
    begun = Engagement.objects.get(slug="just-begun")
    for name, typed in wrong.items():
        mandate_actions.save_field(engagement=begun, name=name, typed=typed, seen="", by=colleague)
    return {"writer": keeper, "tester": tester}


def _written(topics: list[int]) -> dict[str, str]:
    today = date.today()
    titles = {f"topic-{topics[0]}-title": "Rest", f"topic-{topics[1]}-title": "Crews"}
    questions = {
        f"topic-{topics[0]}-question": "What keeps you from resting between two crossings?",
        f"topic-{topics[1]}-question": "Who should decide who sails with whom?",
    }
    return {
        "objective": "How do we get everybody rested to the other shore?",
        "what_is_open": "The length of a watch\nWho sails with whom\nWhere we sleep",
        "what_is_fixed": "The timetable of this year\nWhat the law asks of a crew",
        "who_decides": "The masters of all ships together, in spring.",
        "answers_due": (today + timedelta(days=45)).isoformat(),
        "listen-begins": today.isoformat(),
        "listen-ends": (today + timedelta(days=14)).isoformat(),
        **titles,
        **questions,
        f"seeds-{topics[0]}": "Four hours are not enough.\n" + FEW[0],
    }


def _people_of(engagement: Engagement, name: str) -> dict[str, Member]:
    lead, member = engagement.organisation.members.order_by("pk")[:2]
    return {f"{name}-lead": lead, f"{name}-member": member}


def _people_at_the_end(engagement: Engagement, name: str) -> dict[str, Member]:
    """Somebody who voted, and the data guardian."""
    guardian, voter = engagement.organisation.members.order_by("pk")[1:3]
    grant_role(engagement=engagement, member=guardian, name=RoleName.GUARDIAN)
    return {f"{name}-guardian": guardian, f"{name}-member": voter}


def _end(engagement: Engagement) -> None:
    """Voting is over and all is counted, so that the ballot record can be published."""
    Engagement.objects.filter(pk=engagement.pk).update(phase=Phase.GATE)
    engagement.refresh_from_db()
    publish_ballots(engagement=engagement)


def _people_of_busy(engagement: Engagement) -> dict[str, Member]:
    """The lead; somebody fresh; somebody in the middle of it, with statements in each state."""
    fresh, active, *_ = guests(engagement)
    _answer(engagement, active, n_votes=19)
    _say(engagement, active)
    lead = engagement.roles.get(name=RoleName.LEAD).member
    return {"busy-lead": lead, "busy-fresh": fresh, "busy-member": active}


def _invite(engagement: Engagement, lead: Member) -> None:
    """A draft, one stopped on its way, a reminder being written, letters asked for, an address that came back."""
    site, now = "https://say.example.org", timezone.now()
    units = list(engagement.organisation.units.order_by("pk")[1:3])
    _, going, _ = (
        invitations.make_wave(engagement=engagement, kind=kind, site=site, by=lead, units=chosen)
        for kind, chosen in ((WaveKind.INVITATION, ()), (WaveKind.INVITATION, units), (WaveKind.REMINDER, ()))
    )
    invitations.send_wave(wave=going, by=lead, now=now)
    invitations.claim_wave(worker="screens", now=now, lease_s=600)
    invitations.fill_wave(wave=going, today=now.date())
    for turn in going.invitations.order_by("pk").values_list("pk", flat=True)[:31]:
        invitations.begin_turn(turn=turn, wave=going, worker="screens")
        invitations.end_turn(turn=turn)
    invitations.stop_wave(wave=going)
    want_letters(engagement=engagement, units=units, is_for_all=True, site=site, by=lead)
    appoint_keeper(member=lead)
    back = engagement.organisation.members.exclude(email=None).order_by("-pk")[0]
    mark_bouncing(organisation=engagement.organisation, email=str(back.email), status="5.1.1")


def _answer(engagement: Engagement, member: Member, n_votes: int) -> None:
    participant = actions.join(engagement=engagement, member=member)
    open_statements = Statement.objects.filter(engagement=engagement, state="published").order_by("pk")
    for number, statement in enumerate(open_statements[:n_votes]):
        actions.cast_vote(participant=participant, statement=statement, stance=(1, -1, 1, 0)[number % 4])


def _say(engagement: Engagement, member: Member) -> None:
    participant = actions.join(engagement=engagement, member=member)
    moderator = engagement.roles.get(name=RoleName.LEAD).member
    topic = engagement.topics.first()
    texts = ("My team never hears what became of its ideas.", "Fix the lift.", RIGHT_TO_LEFT)
    said = [actions.say_statement(participant=participant, topic=topic, text=text) for text in texts]
    actions.publish_statement(statement=said[0], moderator=moderator)
    actions.return_statement(statement=said[1], moderator=moderator, reason="It holds more than one idea.")
    _moderate(engagement, participant, moderator)


def _moderate(engagement: Engagement, participant: Participant, moderator: Member) -> None:
    """Of one person, something in each state; of others, something in each lane of the inbox."""
    topic = engagement.topics.first()
    into = Statement.objects.filter(engagement=engagement, state="published", is_seed=True).first()
    texts = ("Tell us who decides what.", "Mr Smith never answers his mail.", "Paint the hall, and heat it.")
    merged, hidden, split = (actions.say_statement(participant=participant, topic=topic, text=text) for text in texts)
    moderation.merge(statement=merged, into=into, by=moderator)
    moderation.hide(statement=hidden, reason="It names a person. Please say it without the name.", by=moderator)
    moderation.split(statement=split, texts=["Paint the hall.", "Heat the hall."], keeps=None, by=moderator)
    others = Participant.objects.filter(engagement=engagement).exclude(pk=participant.pk).order_by("pk")
    said = Statement.objects.get(text="My team never hears what became of its ideas.")
    moderation.correct(statement=said, about="kind", to="problem", by=moderator)
    correcting.correct(participant=participant, statement=said, about="leaning", to="for")
    for open_one in Statement.objects.filter(engagement=engagement, state="published", is_seed=True)[1:5]:
        moderation.correct(statement=open_one, about="kind", to="idea", by=moderator)
    waiting = ("Ring me on 020 7946 0958, or write to kim@county.example.", f"{into.text[:-1]}!", LONGEST + ".")
    for other, text in zip(others, waiting, strict=False):
        actions.say_statement(participant=other, topic=topic, text=text)


def _session(member: Member) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(member.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = member.get_session_auth_hash()
    session.save()
    return session.session_key or ""
