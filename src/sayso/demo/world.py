"""Builds the demo's organisation in the middle of its Listen phase: people, statements, votes, and their event log.

What is few goes through the same actions as in real use; what is many goes in bulk, rows and events alike, in one
transaction. A test replays the events and finds the rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import numpy as np
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from sayso.demo.bulk import as_json, insert_rows, moment
from sayso.demo.history import History
from sayso.demo.people import MAIL_HOST, ORGANISATION, UNITS, draw_names, mail_names
from sayso.demo.population import Population
from sayso.demo.sayings import NOT_BEFORE_THE_END, Saying, read_sayings
from sayso.engagements import actions
from sayso.engagements.mandate.opening import open_engagement
from sayso.engagements.models import (
    Engagement,
    Event,
    Participant,
    Phase,
    RoleName,
    Statement,
    StatementState,
    Topic,
    Vote,
)
from sayso.engagements.roles.actions import grant_role
from sayso.engagements.roster_at_opening.copying import told_of_all
from sayso.members.actions import add_member, add_organisation, add_unit
from sayso.members.models import Member, Organisation, Unit
from sayso.members.pseudonyms import pseudonym_of

SLUG = "how-we-work"
TITLE = "How we work together"
OBJECTIVE = "What should change in how we work together, and what should stay as it is?"
PROMISE = (
    "Your colleagues see your words and never your name.\n"
    "Those in charge see what many of us say, and never who said it."
)
TOPICS = {
    "talk": ("How we talk to each other", "What helps us hear from each other, and what gets in the way?"),
    "public": ("How we work with the public", "What would help us do right by the people who come to us?"),
    "writing": ("Who writes what, and where it is kept", "How do we find and share what others need to know?"),
    "time": ("Time, tools and trust", "What would you need before you could work in a new way?"),
}
WHAT_IS_OPEN = (
    "How we tell each other what was decided\n"
    "Which meetings we keep, and who needs to be there\n"
    "Who writes what, and where it is kept"
)
WHAT_IS_FIXED = "Nobody loses their job over this\nThe budget of this year\nWhat the law asks of us"
WHO_DECIDES = "The council's board decides in public, after an answer to each thing that was raised."
LEAD, SPONSOR, MODERATOR = "Ruth Adeyemi", "Gordon Pryce", "Imelda Fonseca"
STAFF = (
    (LEAD, "Customer services", RoleName.LEAD),
    (SPONSOR, "Finance and people", RoleName.SPONSOR),
    (MODERATOR, "Libraries", RoleName.MODERATOR),
)
GUEST_MAIL = "guest"  # seats for visitors: members who have said nothing yet, whom the simulator leaves alone
GUEST_UNITS = ("Libraries", "Highways", "Adult social care", "Planning", "Waste and recycling", "Customer services")
LASTED, STILL_TO_GO = timedelta(days=11), timedelta(days=24)
# First and last day of each phase, counted from today.
PLAN = {
    Phase.MAP: (-18, -12), Phase.LISTEN: (-11, 7), Phase.DISTIL: (8, 10), Phase.MEET: (11, 20),
    Phase.ANSWER: (14, 24), Phase.SEED: (25, 60), Phase.GATE: (61, 68),
}  # fmt: skip

Say = Callable[[str], None]


def build_world(population: Population, *, say: Say = lambda line: None) -> Engagement:
    """Everything, or nothing: one transaction. Only an engagement's key is left behind when it fails."""
    with transaction.atomic():
        organisation = add_organisation(name=ORGANISATION)
        units = {unit.name: add_unit(organisation=organisation, name=unit.name) for unit in UNITS}
        members = _add_members(population, organisation, units)
        engagement = _open(organisation, members)
        say(f"{engagement.n_members:,} members in {len(units)} units are on the roster.")
        topics = _add_topics(engagement)
        _tell_history(population, engagement, topics, members)
        n_votes = population.simulated.votes.n_votes
        say(f"{engagement.statements.count():,} statements are said, {n_votes:,} votes are cast.")
    return engagement


def renew_reply_date(engagement: Engagement, today: date) -> None:
    """A world kept for weeks goes on promising answers in the future, after a time for listening."""
    if engagement.answers_due is None or engagement.answers_due < today + timedelta(days=7):
        engagement.answers_due = today + STILL_TO_GO
        engagement.save(update_fields=["answers_due"])
        for phase, (begins_on, ends_on) in _plan(today).items():
            engagement.phase_dates.filter(phase=phase).update(begins_on=begins_on, ends_on=ends_on)


def _plan(today: date) -> dict[Phase, tuple[date, date]]:
    return {
        phase: (today + timedelta(days=first), today + timedelta(days=last)) for phase, (first, last) in PLAN.items()
    }


def simulated_members(engagement: Engagement) -> list[Member]:
    """Those whom the simulator moves, in the order of its rows."""
    members = engagement.organisation.members.exclude(email__startswith=f"{GUEST_MAIL}.").exclude(
        roles__engagement=engagement
    )
    return list(members.order_by("pk").select_related("unit"))


def guests(engagement: Engagement) -> list[Member]:
    """The seats for visitors, in the order in which they are given out."""
    members = engagement.organisation.members.filter(email__startswith=f"{GUEST_MAIL}.")
    return list(members.order_by("pk").select_related("unit"))


def topics_of(engagement: Engagement) -> dict[str, Topic]:
    """The topics by the name the word files give them."""
    by_title = {topic.title: topic for topic in engagement.topics.all()}
    return {name: by_title[title] for name, (title, _) in TOPICS.items()}


def _add_members(population: Population, organisation: Organisation, units: dict[str, Unit]) -> list[Member]:
    """The whole roster; the simulated ones are returned, in the order of the simulator's rows."""
    rng = np.random.default_rng([population.seed, 1])
    names = draw_names(rng, population.n_simulated + population.n_guests)
    no_password = make_password(None)
    guest_units = [GUEST_UNITS[seat % len(GUEST_UNITS)] for seat in range(population.n_guests)]
    unit_names = [UNITS[unit].name for unit in population.simulated.unit.tolist()] + guest_units
    mails = mail_names(names[: population.n_simulated])
    mails += [f"{GUEST_MAIL}.{seat + 1:03}" for seat in range(population.n_guests)]
    members = [
        Member(
            organisation=organisation,
            unit=units[unit],
            full_name=name,
            email=f"{mail}@{MAIL_HOST}",
            password=no_password,
        )
        for name, mail, unit in zip(names, mails, unit_names, strict=True)
    ]
    for name, unit, _ in STAFF:
        add_member(organisation=organisation, full_name=name, email=_staff_mail(name), unit=units[unit])
    return Member.objects.bulk_create(members, batch_size=1_000)[: population.n_simulated]


def _staff_mail(full_name: str) -> str:
    return f"{mail_names([full_name])[0]}.office@{MAIL_HOST}"


def _open(organisation: Organisation, members: list[Member]) -> Engagement:
    engagement = open_engagement(
        organisation=organisation,
        slug=SLUG,
        title=TITLE,
        objective=OBJECTIVE,
        promise=PROMISE,
        answers_due=timezone.localdate() + STILL_TO_GO,
        what_is_open=WHAT_IS_OPEN,
        what_is_fixed=WHAT_IS_FIXED,
        who_decides=WHO_DECIDES,
        dates=_plan(timezone.localdate()),
    )
    engagement.opened_at = timezone.now() - LASTED
    engagement.save(update_fields=["opened_at"])
    for name, _, role in STAFF:
        member = organisation.members.get(email=_staff_mail(name))
        grant_role(engagement=engagement, member=member, name=role)
    return engagement


def _add_topics(engagement: Engagement) -> dict[str, Topic]:
    """The four questions, each with the organisers' own statements."""
    topics = {}
    for name, (title, question) in TOPICS.items():
        topics[name] = actions.add_topic(engagement=engagement, title=title, question=question)
        texts = [saying.text for saying in read_sayings("statements") if saying.is_seed and saying.topic == name]
        actions.seed_statements(topic=topics[name], texts=texts)
    return topics


def _tell_history(
    population: Population, engagement: Engagement, topics: dict[str, Topic], members: list[Member]
) -> None:
    """Participants, statements and votes of the days so far, and the log that tells of them in order."""
    participant_ids = _add_participants(population, engagement, members)
    statement_ids = _add_statements(population, engagement, topics, participant_ids)
    moderator = engagement.roles.get(name=RoleName.MODERATOR).member_id
    topic_ids = np.array([topics[saying.topic].pk for saying in population.sayings])
    history = History(population, participant_ids, statement_ids, topic_ids, moderator)
    insert_rows(Vote, ("participant", "statement", "stance", "is_important"), history.votes())
    began = timezone.now() - LASTED
    # What the actions have just written, the organisers' own statements, came first.
    Event.objects.filter(engagement=engagement).update(created_at=began)
    log = (
        (engagement.pk, str(happening.kind), as_json(happening.payload), moment(began + LASTED * happening.at))
        for happening in history.happenings()
    )
    insert_rows(Event, ("engagement", "kind", "payload", "created_at"), log)


def _add_participants(population: Population, engagement: Engagement, members: list[Member]) -> np.ndarray:
    """A participant for each who takes part; their ids by simulator row, 0 where there is none."""
    rows = np.flatnonzero(population.simulated.takes_part).tolist()
    told = told_of_all(engagement=engagement)
    pseudonyms = [pseudonym_of(member=members[row], engagement_slug=engagement.slug) for row in rows]
    # In the order of their pseudonyms: in that of the roster, the order of the rows would say who they are.
    order = sorted(range(len(rows)), key=pseudonyms.__getitem__)
    made = Participant.objects.bulk_create(
        [
            Participant(engagement=engagement, pseudonym=pseudonyms[number], **told[members[rows[number]].pk])
            for number in order
        ],
        batch_size=1_000,
    )
    ids = np.zeros(population.n_simulated, dtype=np.int64)
    ids[[rows[number] for number in order]] = [participant.pk for participant in made]
    return ids


def _add_statements(
    population: Population, engagement: Engagement, topics: dict[str, Topic], participant_ids: np.ndarray
) -> np.ndarray:
    """Statements in the order in which they were said; their ids by simulator column, 0 for those to come later."""
    ids = np.zeros(len(population.sayings), dtype=np.int64)
    seeded = dict(engagement.statements.values_list("text", "pk"))
    said = [number for number, saying in _said_so_far(population) if saying.text not in seeded]
    said.sort(key=lambda number: population.simulated.plan.appears_at[number])
    made = Statement.objects.bulk_create(
        [_statement(population, number, engagement, topics, participant_ids) for number in said], batch_size=500
    )
    ids[said] = [statement.pk for statement in made]
    for number, saying in enumerate(population.sayings):
        ids[number] = seeded.get(saying.text, ids[number])
    return ids


def _said_so_far(population: Population) -> Iterator[tuple[int, Saying]]:
    n_said = len(read_sayings("statements")) + len(read_sayings("waiting"))
    return enumerate(population.sayings[:n_said])


def _statement(
    population: Population, number: int, engagement: Engagement, topics: dict[str, Topic], participant_ids: np.ndarray
) -> Statement:
    """A statement with its author. In the smallest worlds nobody was there yet: then the organisers said it."""
    author = int(population.simulated.author[number])
    waits = population.simulated.plan.appears_at[number] >= NOT_BEFORE_THE_END
    return Statement(
        engagement=engagement,
        topic=topics[population.sayings[number].topic],
        author_id=int(participant_ids[author]) if author >= 0 else None,
        is_seed=author < 0,
        text=population.sayings[number].text,
        state=StatementState.WAITING if waits and author >= 0 else StatementState.PUBLISHED,
    )
