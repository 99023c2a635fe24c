"""Roles offered, accepted and declined; moderators for days, by the clock at the moment of the act; the week's rota."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from house import House
from sayso.engagements import actions, rules
from sayso.engagements.models import Role, RoleName
from sayso.engagements.roles import actions as role_actions
from sayso.engagements.roles import queries as role_queries
from sayso.engagements.roles.actions import Days, end_role, grant_role

pytestmark = pytest.mark.django_db
ROLES = "/e/how-we-work/roles/"
INBOX = "/e/how-we-work/inbox/"
People = Callable[[int], Client]


def offer(led: House, person: int, name: RoleName = RoleName.MODERATOR, days: Days | None = None) -> Role:
    lead, member = led.members[0], led.members[person]
    return role_actions.grant_role(
        engagement=led.engagement, member=member, name=name, by=lead, days=days, is_offer=True
    )


def in_days(first: int, last: int | None = None) -> Days:
    today = timezone.localdate()
    return Days(today + timedelta(days=first), today + timedelta(days=first if last is None else last))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Sets what time it is."""
    return lambda moment: monkeypatch.setattr(timezone, "now", lambda: moment)


def test_who_says_no_holds_nothing_and_the_no_is_kept(led: House, as_person: People) -> None:
    role = offer(led, 1, RoleName.LEAD)
    as_person(1).post(f"{ROLES}{role.pk}/answer/", {"answer": "no"})
    assert as_person(1).get(ROLES).status_code == 404
    assert "declined" in as_person(0).get(ROLES).content.decode()
    assert role_queries.offers_to(led.members[1]) == []
    assert offer(led, 1, RoleName.LEAD) != role, "one may ask again"


def test_nobody_answers_for_somebody_else(led: House, as_person: People) -> None:
    role = offer(led, 1)
    for person in (0, 2):
        reply = as_person(person).post(f"{ROLES}{role.pk}/answer/", {"answer": "yes"}, follow=True)
        assert str(role_actions.NO_LONGER) in reply.content.decode()
    role.refresh_from_db()
    assert role.accepted_at is None and role.ended_at is None


def test_an_offer_taken_back_cannot_be_accepted(led: House, as_person: People) -> None:
    role = offer(led, 1)
    role_actions.end_role(role=role, by=led.members[0])
    reply = as_person(1).post(f"{ROLES}{role.pk}/answer/", {"answer": "yes"}, follow=True)
    assert str(role_actions.NO_LONGER) in reply.content.decode()
    with pytest.raises(rules.Refused):
        role_actions.accept_role(role=role)
    assert as_person(1).get(INBOX).status_code == 404


def test_an_accepted_role_is_not_declined_afterwards(led: House, as_person: People) -> None:
    role = offer(led, 1)
    role_actions.accept_role(role=role)
    as_person(1).post(f"{ROLES}{role.pk}/answer/", {"answer": "no"})
    assert as_person(1).get(INBOX).status_code == 200


def test_a_lead_only_offered_does_not_let_the_last_one_go(led: House) -> None:
    offer(led, 1, RoleName.LEAD)
    with pytest.raises(rules.Refused, match="There must be a lead"):
        end_role(role=led.engagement.roles.get(member=led.members[0]), by=led.members[0])


def test_a_guardian_is_not_even_asked_to_be_in_charge(led: House) -> None:
    offer(led, 1, RoleName.GUARDIAN)
    with pytest.raises(rules.Refused, match="cannot be data guardian and in charge"):
        offer(led, 1, RoleName.MODERATOR, in_days(5))
    assert offer(led, 1, RoleName.AMBASSADOR).accepted_at is None, "an ambassador is not in charge of anything"


def test_a_moderator_for_days_reads_on_these_and_on_no_other(
    led: House, as_person: People, clock: Callable[[datetime], None]
) -> None:
    with timezone.override("UTC"):
        days = Days(date(2030, 6, 3), date(2030, 6, 4))
        clock(datetime(2030, 6, 2, 12, tzinfo=UTC))
        grant_role(engagement=led.engagement, member=led.members[1], name=RoleName.MODERATOR, days=days)
        browser = as_person(1)
        seen = []
        for moment in ((2, 23, 59), (3, 0, 0), (4, 23, 59), (5, 0, 0)):
            clock(datetime(2030, 6, *moment, tzinfo=UTC))
            seen.append(rules.may_moderate(led.members[1], led.engagement))
        assert seen == [False, True, True, False]
        clock(datetime(2030, 6, 4, 23, 0, tzinfo=UTC))
        assert browser.get(INBOX).status_code == 200
        statement = actions.say_statement(participant=led.participants[2], topic=led.topic, text="We need quiet rooms.")
        clock(datetime(2030, 6, 5, 0, 0, 1, tzinfo=UTC))
        late = browser.post(f"{INBOX}{statement.pk}/", {"decision": "approve"})
        assert late.status_code == 404, "the page was opened in time, the act came too late"
        statement.refresh_from_db()
        assert statement.state == "waiting"


@pytest.mark.parametrize(
    ("zone", "starts"), [("Europe/Stockholm", "2030-03-30T23:00"), ("America/Los_Angeles", "2030-03-31T07:00")]
)
def test_a_day_begins_at_midnight_of_the_installations_clock(zone: str, starts: str) -> None:
    with timezone.override(ZoneInfo(zone)):
        since, until = Days(date(2030, 3, 31), date(2030, 3, 31)).moments()
    assert since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M") == starts
    hours = 23 if zone == "Europe/Stockholm" else 24
    assert until.astimezone(UTC) - since.astimezone(UTC) == timedelta(hours=hours), (
        "the day summer time begins has 23 hours"
    )


def test_the_same_days_again_change_nothing_and_days_that_meet_are_refused(led: House) -> None:
    first = offer(led, 1, days=in_days(1, 4))
    assert offer(led, 1, days=in_days(2, 3)) == first
    with pytest.raises(rules.Refused, match="some of these days already"):
        offer(led, 1, days=in_days(4, 6))
    assert offer(led, 1, days=in_days(5)) != first
    assert offer(led, 2, days=in_days(1, 4)) != first, "two may read on one day"


def test_given_at_once_what_was_only_offered_is_accepted(led: House) -> None:
    role = offer(led, 1)
    given = grant_role(engagement=led.engagement, member=led.members[1], name=RoleName.MODERATOR)
    assert given == role and given.accepted_at


def test_a_week_is_planned_in_one_go_and_days_in_a_row_are_one_duty(led: House, as_person: People) -> None:
    grant_role(engagement=led.engagement, member=led.members[1], name=RoleName.MODERATOR, days=in_days(0))
    today = timezone.localdate()
    names = [f"day_{today + timedelta(days=n):%Y%m%d}" for n in range(7)]
    sent = {names[2]: led.members[1].pk, names[3]: led.members[1].pk, names[4]: led.members[0].pk, names[6]: ""}
    reply = as_person(0).post(f"{ROLES}week/", sent, follow=True)
    assert "The days are planned." in reply.content.decode()
    rota = role_queries.rota(role_queries.roles_now(led.engagement), today)
    who = [[role.member.full_name for role in day.roles] for day in rota]
    assert who == [["Person 2"], [], ["Person 2"], ["Person 2"], ["Person 1"], [], []]
    planned = led.engagement.roles.filter(name=RoleName.MODERATOR).exclude(since=None).order_by("pk")
    assert [bool(role.accepted_at) for role in planned] == [True, False, True], "a lead need not ask themselves"


def test_only_who_has_read_before_or_leads_can_be_picked_for_a_week(led: House, as_person: People) -> None:
    today = timezone.localdate()
    as_person(0).post(f"{ROLES}week/", {f"day_{today:%Y%m%d}": led.members[2].pk})
    assert led.engagement.roles.filter(member=led.members[2]).count() == 0
    assert list(role_queries.can_be_planned(led.engagement)) == [led.members[0]]


@pytest.mark.parametrize(
    ("days", "told"),
    [
        (("2030-06-05", "2030-06-04"), "The last day comes before the first."),
        (("2020-06-05", ""), "These days are over."),
        (("", "2090-06-05"), "more than a year ahead"),
        (("tomorrow", ""), "Write the day like 2027-03-14."),
    ],
)
def test_days_that_make_no_sense_are_told(led: House, as_person: People, days: tuple[str, str], told: str) -> None:
    sent = {"known_as": led.members[1].email, "name": "moderator", "first_day": days[0], "last_day": days[1]}
    reply = as_person(0).post(ROLES, sent)
    assert reply.status_code == 422 and told in reply.content.decode()
    assert led.engagement.roles.count() == 1


def test_days_are_for_moderators_only(led: House, as_person: People) -> None:
    day = f"{in_days(1).first:%Y-%m-%d}"
    sent = {"known_as": led.members[1].email, "name": "lead", "first_day": day}
    assert "Days are for the moderator of the day." in as_person(0).post(ROLES, sent).content.decode()


def test_an_ambassador_sees_what_members_see(led: House, as_person: People) -> None:
    pages = ["", "inbox/", "roles/", "words/", "results/", "accounts/", "cards/"]
    before = [as_person(2).get(f"/e/how-we-work/{page}").status_code for page in pages]
    grant_role(engagement=led.engagement, member=led.members[2], name=RoleName.AMBASSADOR)
    assert [as_person(2).get(f"/e/how-we-work/{page}").status_code for page in pages] == before
    assert before == [200, 404, 404, 404, 200, 404, 200]


@pytest.mark.parametrize("asked", ["2030-99-99", "x", "1900-01-01", "9999-12-31", ""])
def test_a_week_that_is_no_week_shows_this_one(led: House, as_person: People, asked: str) -> None:
    reply = as_person(0).get(f"{ROLES}?from={asked}")
    assert reply.context["first"] == timezone.localdate()
