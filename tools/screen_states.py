"""Organisations in every state worth looking at, made through the same actions as in real use.

Needs Django set up on an empty database. Knows people, statements and votes; knows nothing of pictures.
"""

from __future__ import annotations

from datetime import date, timedelta

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from sayso.custody.actions import destroy_engagement_key, publish_ballots, wish_erasure
from sayso.demo.population import draw_population
from sayso.demo.world import build_world, guests
from sayso.distillations.worker import Worker
from sayso.engagements import actions
from sayso.engagements.models import Engagement, Phase, RoleName, Statement
from sayso.members import actions as roster
from sayso.members.models import Member

LONGEST = (
    "When somebody leaves, what they knew leaves with them, since nobody is given the hours to write it down, and the "
    "next person spends their first half year finding out what the last one could have told them over two cups of tea "
    "and one honest list of whom to ring"
)
RIGHT_TO_LEFT = "يجب أن نعرف من يقرر، ولماذا، قبل أن يبدأ التغيير."
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
    ended = _organisation("Night ferry", "night-ferry", FEW, n_voters=9)
    sealed = _organisation("Old pier", "old-pier", FEW, n_voters=9)
    people = {**_people_of_busy(busy), **_people_of(few, "few"), **_people_of(empty, "empty")}
    people |= {**_people_at_the_end(ended, "ended"), **_people_at_the_end(sealed, "sealed")}
    Worker().run_once()
    for engagement in (ended, sealed):
        _end(engagement)
    wish_erasure(engagement=ended, member=ended.organisation.members.order_by("pk")[5])
    destroy_engagement_key(engagement=sealed, by=people["sealed-guardian"], typed_title=sealed.title)
    return {name: _session(member) for name, member in people.items()}


def _organisation(name: str, slug: str, seeds: tuple[str, ...], n_voters: int) -> Engagement:
    organisation = roster.add_organisation(name=name)
    unit = roster.add_unit(organisation=organisation, name="Everybody")
    members = [
        roster.add_member(organisation=organisation, unit=unit, full_name=f"Person {i}", email=f"p{i}@{slug}.example")
        for i in range(12)
    ]
    engagement = actions.open_engagement(
        organisation=organisation,
        slug=slug,
        title=f"How we work at the {name.lower()}",
        objective="What should change in how we work together?",
        promise="Your colleagues see your words and never your name.\nThose in charge never see who said what.",
        answers_due=date.today() + timedelta(days=30),
    )
    actions.grant_role(engagement=engagement, member=members[0], name=RoleName.LEAD)
    topic = actions.add_topic(engagement=engagement, title="How we talk", question="What helps us hear each other?")
    statements = actions.seed_statements(topic=topic, texts=seeds)
    for number, member in enumerate(members[2 : 2 + n_voters]):
        participant = actions.join(engagement=engagement, member=member)
        for statement in statements:
            actions.cast_vote(participant=participant, statement=statement, stance=1 - (number + statement.pk) % 3)
    return engagement


def _people_of(engagement: Engagement, name: str) -> dict[str, Member]:
    lead, member = engagement.organisation.members.order_by("pk")[:2]
    return {f"{name}-lead": lead, f"{name}-member": member}


def _people_at_the_end(engagement: Engagement, name: str) -> dict[str, Member]:
    """Somebody who voted, and the data guardian."""
    guardian, voter = engagement.organisation.members.order_by("pk")[1:3]
    actions.grant_role(engagement=engagement, member=guardian, name=RoleName.GUARDIAN)
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


def _session(member: Member) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(member.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = member.get_session_auth_hash()
    session.save()
    return session.session_key or ""
