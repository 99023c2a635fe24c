"""The doors: each leads where it says, each browser is somebody else, and outside the demo there are none."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.contrib.auth import get_user
from django.test import Client
from django.urls import include, path

from sayso.demo.world import LEAD, guests
from sayso.engagements import queries
from sayso.engagements.models import Participant, Vote

DOORS = ("/demo/member/", "/demo/lead/", "/demo/stranger/")


def who(client):
    return get_user(client)


def test_the_start_page_shows_three_doors_and_says_that_all_is_simulated(world, demo_on):
    page = demo_on().get("/")
    text = page.content.decode()
    assert page.status_code == 200
    assert [text.count(f'action="{door}"') for door in DOORS] == [1, 1, 1]
    assert "is made up" in text and "300 people" in text and "in this demonstration only" in text
    assert text.count("csrfmiddlewaretoken") == 3


def test_the_member_door_lets_in_somebody_who_has_said_nothing(world, demo_on):
    client = demo_on()
    reply = client.post("/demo/member/")
    assert (reply.status_code, reply["Location"]) == (302, "/e/how-we-work/")
    member = who(client)
    assert member in guests(world)
    assert not Vote.objects.filter(participant=queries.participant_of(member, world)).exists()
    assert client.get("/e/how-we-work/cards/").status_code == 200


def test_each_press_is_another_member(world, demo_on):
    first, second = demo_on(), demo_on()
    for client in (first, second):
        client.post("/demo/member/")
    one, two = who(first), who(second)
    first.post("/demo/member/")
    assert len({one.pk, two.pk, who(first).pk}) == 3


def test_one_can_be_the_same_member_again_also_after_having_been_somebody_else(world, demo_on):
    client = demo_on()
    client.post("/demo/member/")
    member = who(client)
    client.post("/demo/lead/")
    assert f"Be {member.full_name} again" in client.get("/").content.decode()
    client.post("/accounts/logout/")
    client.post("/demo/member/", {"again": "1"})
    assert who(client) == member


def test_a_forged_or_old_memory_gives_a_new_seat_and_never_somebody_elses(world, demo_on):
    client = demo_on()
    client.cookies["sayso_demo_seat"] = str(world.roles.first().member_id)
    assert client.get("/").status_code == 200
    client.post("/demo/member/", {"again": "1"})
    assert who(client) in guests(world)


def test_when_all_seats_are_taken_the_last_is_shared(world, demo_on):
    n_before = Participant.objects.count()
    for _ in guests(world):
        demo_on().post("/demo/member/")
    late = demo_on()
    late.post("/demo/member/")
    assert who(late) == guests(world)[-1]
    assert Participant.objects.count() == n_before + len(guests(world))
    assert late.get("/").status_code == 200


def test_the_lead_comes_into_the_inbox(world, demo_on):
    client = demo_on()
    page = client.post("/demo/lead/", follow=True)
    assert page.redirect_chain == [("/e/how-we-work/inbox/", 302)]
    assert page.status_code == 200 and who(client).full_name == LEAD


def test_a_stranger_is_signed_out_and_sees_the_front_only(world, demo_on):
    client = demo_on()
    client.post("/demo/member/")
    page = client.post("/demo/stranger/", follow=True)
    assert page.status_code == 200 and page.redirect_chain == [("/demo/outside/", 302)]
    assert not who(client).is_authenticated
    assert "/accounts/login/code/" in page.content.decode()
    assert client.get("/e/how-we-work/").status_code == 302


@pytest.mark.parametrize("door", DOORS)
def test_a_door_is_a_form_with_a_token(world, demo_on, door):
    assert demo_on().get(door).status_code == 405
    assert Client(enforce_csrf_checks=True).post(door).status_code == 403


@pytest.mark.django_db
def test_without_a_world_the_start_page_says_what_to_do(demo_on):
    page = demo_on().get("/")
    assert page.status_code == 503 and "sayso demo" in page.content.decode()
    assert demo_on().post("/demo/member/").status_code == 404


@pytest.mark.parametrize("door", [*DOORS, "/demo/outside/"])
def test_outside_the_demo_there_is_no_door(world, door):
    client = Client()
    assert "sayso.demo" not in settings.INSTALLED_APPS
    assert client.post(door).status_code == 404 and client.get(door).status_code == 404
    assert not who(client).is_authenticated


@pytest.mark.parametrize("door", DOORS)
def test_a_door_addressed_by_mistake_stays_shut(world, settings, door):
    settings.ROOT_URLCONF = (path("", include("sayso.demo.urls")),)
    client = Client()
    assert client.post(door).status_code == 404
    assert not who(client).is_authenticated


@pytest.mark.parametrize(("demo", "said"), [("0", "False False"), ("1", "True True")])
def test_only_the_setting_installs_and_addresses_the_doors(tmp_path, demo, said):
    code = (
        "import django; django.setup()\n"
        "from django.conf import settings; from django.urls import resolve, Resolver404\n"
        "try: found = resolve('/demo/member/').url_name == 'demo_member'\n"
        "except Resolver404: found = False\n"
        "print('sayso.demo' in settings.INSTALLED_APPS, found)"
    )
    env = {**os.environ, "SAYSO_DEMO": demo, "SAYSO_DATA": str(tmp_path), "DJANGO_SETTINGS_MODULE": "sayso.settings"}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == said


@pytest.mark.django_db
def test_the_start_page_asks_the_database_the_same_few_things_at_any_size(
    world, demo_on, django_assert_max_num_queries
):
    client = demo_on()
    with django_assert_max_num_queries(12):
        client.get("/")
