"""Roles: given and ended on record, by leads only; a guardian is nobody in charge; there is always a lead."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from house import House
from sayso.engagements import actions, rules
from sayso.engagements.models import RoleName
from sayso.engagements.roles.actions import end_role, grant_role

pytestmark = pytest.mark.django_db
ROLES = "/e/how-we-work/roles/"
People = Callable[[int], Client]


def held(house: House) -> list[tuple[int, str]]:
    pairs = house.engagement.roles.held().order_by("pk").values_list("member", "name")
    return [(house.members.index(next(m for m in house.members if m.pk == pk)), name) for pk, name in pairs]


def test_a_lead_asks_and_once_accepted_it_is_held_until_ended_and_all_stands_on_record(
    led: House, as_person: People
) -> None:
    lead, moderator = as_person(0), as_person(1)
    given = lead.post(ROLES, {"known_as": " " + led.members[1].email.upper(), "name": "moderator"}, follow=True)
    assert "Person 2 is asked to be moderator of the day." in given.content.decode()
    role = led.engagement.roles.get(name=RoleName.MODERATOR)
    assert moderator.get("/e/how-we-work/inbox/").status_code == 404, "nobody holds what they have not accepted"
    assert "Would you be moderator of the day?" in moderator.get("/", follow=True).content.decode()
    said = moderator.post(f"{ROLES}{role.pk}/answer/", {"answer": "yes"}, follow=True)
    assert "You are moderator of the day." in said.content.decode()
    assert moderator.get("/e/how-we-work/inbox/").status_code == 200
    ended = lead.post(f"{ROLES}{role.pk}/end/", follow=True)
    assert "Person 2 is no longer moderator of the day." in ended.content.decode()
    assert moderator.get("/e/how-we-work/inbox/").status_code == 404
    role.refresh_from_db()
    assert (role.granted_by, role.ended_by) == (led.members[0], led.members[0])
    assert role.ended_at and role.granted_at <= role.accepted_at <= role.ended_at
    assert held(led) == [(0, "lead")]


def test_a_role_ended_can_be_given_again_and_both_times_are_kept(led: House) -> None:
    for _ in range(2):
        role = grant_role(engagement=led.engagement, member=led.members[1], name=RoleName.SPONSOR)
        assert grant_role(engagement=led.engagement, member=led.members[1], name=RoleName.SPONSOR) == role
        end_role(role=role, by=led.members[0])
    assert led.engagement.roles.filter(name=RoleName.SPONSOR).count() == 2


def test_ending_twice_keeps_the_first_moment(led: House) -> None:
    role = grant_role(engagement=led.engagement, member=led.members[1], name=RoleName.SPONSOR)
    end_role(role=role, by=led.members[0])
    role.refresh_from_db()
    first = role.ended_at
    end_role(role=role, by=led.members[2])
    role.refresh_from_db()
    assert (role.ended_at, role.ended_by) == (first, led.members[0])


def test_the_only_lead_cannot_be_ended_nor_when_the_other_lead_has_left(led: House) -> None:
    role = led.engagement.roles.get()
    with pytest.raises(rules.Refused, match="There must be a lead"):
        end_role(role=role, by=led.members[0])
    grant_role(engagement=led.engagement, member=led.members[1], name=RoleName.LEAD)
    type(led.members[1]).objects.filter(pk=led.members[1].pk).update(is_active=False)
    with pytest.raises(rules.Refused, match="There must be a lead"):
        end_role(role=role, by=led.members[0])


@pytest.mark.parametrize("other", [RoleName.LEAD, RoleName.SPONSOR, RoleName.MODERATOR])
def test_nobody_is_guardian_and_in_charge_at_once(led: House, other: RoleName) -> None:
    grant_role(engagement=led.engagement, member=led.members[1], name=other)
    grant_role(engagement=led.engagement, member=led.members[2], name=RoleName.GUARDIAN)
    for person, name in ((1, RoleName.GUARDIAN), (2, other)):
        with pytest.raises(rules.Refused, match="cannot be data guardian and in charge"):
            grant_role(engagement=led.engagement, member=led.members[person], name=name)


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"known_as": "nobody@county.example", "name": "lead"}, "Nobody on the roster has this e-mail address"),
        ({"known_as": "", "name": "lead"}, "Write an e-mail address or staff number."),
        ({"known_as": "how-we-work.2@county.example"}, "Pick a role."),
        ({"known_as": "how-we-work.1@county.example", "name": "guardian"}, "cannot be data guardian and in charge"),
        ({"known_as": "<script>", "name": "king"}, "&lt;script&gt;"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    led: House, as_person: People, sent: dict[str, str], told: str
) -> None:
    reply = as_person(0).post(ROLES, sent)
    assert reply.status_code == 422
    assert told in reply.content.decode()
    assert held(led) == [(0, "lead")]


def test_whoever_ends_their_own_lead_lands_on_the_promise(led: House, as_person: People) -> None:
    grant_role(engagement=led.engagement, member=led.members[1], name=RoleName.LEAD)
    role = led.engagement.roles.get(member=led.members[0])
    reply = as_person(0).post(f"{ROLES}{role.pk}/end/", follow=True)
    assert reply.redirect_chain == [("/e/how-we-work/", 302)]


def test_a_moderator_sees_no_roles_page(led: House, as_person: People) -> None:
    grant_role(engagement=led.engagement, member=led.members[1], name=RoleName.MODERATOR)
    assert as_person(1).get(ROLES).status_code == 404
    assert f'href="{ROLES}"' not in as_person(1).get("/e/how-we-work/inbox/").content.decode()
    assert f'href="{ROLES}"' in as_person(0).get("/e/how-we-work/inbox/").content.decode()


def test_the_way_to_the_roles_stays_when_a_decision_is_not_whole(led: House, as_person: People) -> None:
    statement = actions.say_statement(participant=led.participants[1], topic=led.topic, text="We need quiet rooms.")
    reply = as_person(0).post(f"/e/how-we-work/inbox/{statement.pk}/", {"decision": "return"})
    assert reply.status_code == 422
    assert f'href="{ROLES}"' in reply.content.decode()
