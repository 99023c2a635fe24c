"""Who left is made nameless for good: nothing in the database says who it was, and nothing brings it back."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core import serializers
from django.db import transaction
from django.test import Client
from django.utils import timezone

from custody.conftest import follow
from directory import Directory
from house import House, open_house
from members.keeping import HEAD, Desk, open_desk, text_of
from sayso.custody import nameless
from sayso.engagements.models import RoleName, Vote
from sayso.engagements.queries import participant_of
from sayso.invitations.models import Invitation, Wave
from sayso.mail.models import BouncingAddress
from sayso.members.models import AccessRecord, DirectoryEntry, Member, Passkey, RosterLine, RosterUpdate
from sayso.members.rules import Refused
from sayso.members.scim.connections import make_connection
from sayso.members.ways_in.passes import link_token, member_by_token

pytestmark = pytest.mark.django_db
ANN, BO = "no-8811,Ann Zebulon,zebulon@x.org,Care > Home,K1\n", "2,Bo,,Care,no-8811\n"
PEOPLE = HEAD + "K1,Kim Keeper,,Office,\n" + ANN + BO
TRACES = ("zebulon", "no-8811", "quirin@x.org", "qz@old")  # too long to turn up in a drawn token


@pytest.fixture
def desk() -> Desk:
    """Ann came by a file, was corrected by hand, was refused in a second file, was known to a directory, and left."""
    desk = open_desk()
    desk.carry_out(desk.look(PEOPLE))
    ann = named("Ann Zebulon")
    told = {"full_name": "Ann Zebulon", "staff_number": "no-8811", "unit": "Care > Home", "manager": "K1"}
    desk.post(f"/roster/people/{ann.pk}/", **told, email="quirin@x.org")
    desk.post(f"/roster/people/{ann.pk}/", **told, email="zebulon@x.org")
    desk.carry_out(desk.look(HEAD + "K1,Kim Keeper,,Office,\n" + ANN + ANN + BO.replace("Bo", "Bob")))
    desk.client.get("/roster/people/", {"q": "ann ZEBULON"})
    entry = {"user_name": "QZ@old", "user_name_key": "qz@old", "given_name": "Ann", "family_name": "Zebulon"}
    DirectoryEntry.objects.create(organisation=desk.organisation, member=ann, **entry)
    Passkey.objects.create(member=ann, name="Zebulon's phone", credential_id="z", public_data=b"z")
    BouncingAddress.objects.create(organisation=desk.organisation, email="zebulon@x.org")
    Client().force_login(ann)
    desk.post(f"/roster/people/{ann.pk}/leave/")
    return desk


def named(name: str) -> Member:
    return Member.objects.get(full_name=name)


def everything() -> str:
    """Every row there is, as text."""
    models = [model for model in apps.get_models() if model._meta.managed and model._meta.app_label != "contenttypes"]
    return "\n".join(serializers.serialize("json", model._base_manager.all()) for model in models).lower()


def traces() -> list[str]:
    rows = everything()
    return [trace for trace in TRACES if trace in rows]


def remove(desk: Desk, name: str = "Ann Zebulon") -> Any:
    return desk.post(f"/roster/people/{named('Ann Zebulon').pk}/nameless/", name=name)


def test_nothing_in_any_table_says_who_it_was(desk: Desk) -> None:
    ann = named("Ann Zebulon")
    link = link_token(ann)
    assert traces() == list(TRACES), "there is something to remove"
    assert Session.objects.count() == 2
    reply = remove(desk)
    assert reply.status_code == 302
    assert traces() == []
    ann.refresh_from_db()
    assert (ann.full_name, ann.email, ann.staff_number, ann.unit, ann.manager) == ("Somebody who left",) + (None,) * 4
    assert named("Bob").manager is None
    assert Session.objects.count() == 1
    assert member_by_token(link) is None
    last = AccessRecord.objects.order_by("-pk")[0]
    assert (last.by, last.detail) == (desk.keeper, f"removed who person {ann.pk} was")


def test_it_asks_for_the_name_and_says_that_it_cannot_be_undone(desk: Desk) -> None:
    page = text_of(desk.client.get(f"/roster/people/{named('Ann Zebulon').pk}/nameless/"))
    assert "cannot be undone" in page and "What stays" in page
    reply = remove(desk, "Ann")
    assert reply.status_code == 422 and "The name is not the same." in text_of(reply)
    assert 'value="Ann"' in reply.content.decode() and named("Ann Zebulon").email == "zebulon@x.org"
    assert remove(desk, " ann  zebulon ").status_code == 302


def test_who_is_here_has_no_such_page(desk: Desk) -> None:
    bo = named("Bob")
    assert desk.client.get(f"/roster/people/{bo.pk}/nameless/").status_code == 404
    with pytest.raises(Refused, match="Only who has left"):
        nameless.make_nameless(member=bo, by=desk.keeper, typed_name="Bob")


def test_nobody_but_a_keeper_comes_near_it(desk: Desk) -> None:
    stranger = Client()
    stranger.force_login(named("Bob"))
    for page in ("/roster/leavers/", f"/roster/people/{named('Ann Zebulon').pk}/nameless/"):
        assert stranger.get(page).status_code == 404 and stranger.post(page, {"name": "Ann Zebulon"}).status_code == 404


def test_afterwards_no_page_offers_or_finds_them(desk: Desk) -> None:
    ann = named("Ann Zebulon")
    remove(desk)
    assert "Somebody who left" not in text_of(desk.client.get("/roster/people/", {"left": "1"}))
    for page in ("", "nameless/"):
        assert desk.client.get(f"/roster/people/{ann.pk}/{page}").status_code == 404
    assert desk.post(f"/roster/people/{ann.pk}/bring-back/").status_code == 404
    first, second = RosterUpdate.objects.filter(is_by_hand=False).order_by("pk")
    for update in (first, second):
        for kind in ("added", "changed", "gone", "refused", "notice"):
            assert "Zebulon" not in text_of(desk.client.get(f"/roster/updates/{update.pk}/", {"kind": kind}))


def test_taking_back_everything_brings_nobody_back(desk: Desk) -> None:
    ann = named("Ann Zebulon")
    remove(desk)
    for update in RosterUpdate.objects.order_by("-pk"):
        desk.client.post(f"/roster/updates/{update.pk}/take-back/")
        desk.work()
    assert set(RosterUpdate.objects.values_list("state", flat=True)) == {"taken_back"}
    assert traces() == []
    ann.refresh_from_db()
    assert (ann.full_name, ann.is_active, ann.is_nameless) == ("Somebody who left", False, True)


def test_a_later_file_with_the_same_number_brings_somebody_new(desk: Desk) -> None:
    old = named("Ann Zebulon")
    remove(desk)
    desk.carry_out(desk.look(PEOPLE))
    new = named("Ann Zebulon")
    assert new.pk != old.pk and (new.staff_number, new.email) == ("no-8811", "zebulon@x.org")
    assert not Passkey.objects.filter(member=new).exists()


def test_a_directory_does_not_see_them_and_brings_somebody_new(desk: Desk) -> None:
    old = named("Ann Zebulon")
    remove(desk)
    connection, token = make_connection(organisation=desk.organisation, name="The directory", by=desk.keeper)
    directory = Directory(desk.organisation, connection, token)
    assert f"u{old.pk}" not in json.dumps(directory.get("Users"))
    assert directory.ask("GET", f"Users/u{old.pk}")[0] == 404
    assert directory.ask("DELETE", f"Users/u{old.pk}")[0] == 404
    made = directory.create("qz@old", emails=[{"value": "zebulon@x.org"}])
    assert made["id"] != f"u{old.pk}"


def test_a_file_half_way_makes_it_wait(desk: Desk) -> None:
    newest = RosterUpdate.objects.filter(is_by_hand=False).order_by("-pk")[0]
    RosterUpdate.objects.filter(pk=newest.pk).update(state="carrying_out")
    reply = remove(desk)
    assert reply.status_code == 422 and "A file is half-way" in text_of(reply)
    assert named("Ann Zebulon").email == "zebulon@x.org"


def test_what_was_only_looked_at_names_them_no_more_and_is_looked_at_again(desk: Desk) -> None:
    update = desk.look(HEAD + "K1,Kim Keeper,,Office,\n" + ANN)
    assert RosterLine.objects.filter(update_made=update).exists()
    remove(desk)
    assert not RosterUpdate.objects.filter(pk=update.pk).exists()


def test_of_others_with_a_number_they_once_had_nothing_goes(desk: Desk) -> None:
    """Bob gets the address that was Ann's for a day: his lines stay his."""
    ann, bob = named("Ann Zebulon"), named("Bob")
    Member.objects.filter(pk=ann.pk).update(email=None)
    told = {"full_name": "Bob", "staff_number": "2", "unit": "Care", "manager": ""}
    desk.post(f"/roster/people/{bob.pk}/", **told, email="quirin@x.org")
    remove(desk)
    line = bob.roster_lines.order_by("-pk")[0]
    assert line.after["email"] == "quirin@x.org" and named("Bob").email == "quirin@x.org"


def test_what_they_said_stays_and_figures_with_it(guarded: House) -> None:
    person, keeper = guarded.members[5], guarded.members[0]
    given = participant_of(person, guarded.engagement)
    Invitation.objects.create(wave=Wave.objects.create(engagement=guarded.engagement, site="x"), member=person)
    Member.objects.filter(pk=person.pk).update(is_active=False)
    nameless.make_nameless(member=person, by=keeper, typed_name=person.full_name)
    assert Vote.objects.filter(participant=given).count() == 6
    assert participant_of(person, guarded.engagement) == given, "the data guardian can still erase it"
    assert not Invitation.objects.filter(member=person).exists()


def test_duties_end_and_stay_on_record(guarded: House) -> None:
    guardian = guarded.members[1]
    Member.objects.filter(pk=guardian.pk).update(is_active=False)
    nameless.make_nameless(member=guardian, by=guarded.members[0], typed_name=guardian.full_name)
    role = guarded.engagement.roles.get(name=RoleName.GUARDIAN)
    assert role.ended_at is not None and role.member.full_name == "Somebody who left"


# By rule


def test_the_worker_counts_from_the_day_it_saw_them_gone_and_goes_by_the_rule(desk: Desk) -> None:
    ann = named("Ann Zebulon")
    follow()
    ann.refresh_from_db()
    assert ann.left_on == timezone.localdate()
    Member.objects.filter(pk=ann.pk).update(left_on=timezone.localdate() - timedelta(days=90))
    follow()
    assert named("Ann Zebulon"), "no rule, nothing removed"
    reply = desk.post("/roster/leavers/", days="90")
    assert reply.status_code == 422 and "Tick that it cannot be undone." in text_of(reply)
    assert desk.post("/roster/leavers/", days="90", sure="yes").status_code == 302
    assert "left for 90 days is made nameless" in text_of(desk.client.get("/roster/leavers/"))
    follow()
    assert traces() == []
    last = AccessRecord.objects.order_by("-pk")[0]
    assert (last.by, last.detail) == (None, "removed who 1 person was, by rule")


def test_a_day_short_of_the_rule_the_name_stays(desk: Desk) -> None:
    nameless.set_rule(organisation=desk.organisation, days=90, by=desk.keeper)
    follow()
    Member.objects.filter(is_active=False).update(left_on=timezone.localdate() - timedelta(days=89))
    follow()
    assert named("Ann Zebulon").email == "zebulon@x.org"


def test_who_came_back_is_counted_anew(desk: Desk) -> None:
    ann = named("Ann Zebulon")
    follow()
    desk.post(f"/roster/people/{ann.pk}/bring-back/")
    follow()
    ann.refresh_from_db()
    assert ann.left_on is None


@pytest.mark.parametrize("typed", ["29", "3651", "soon", "-90", "9" * 30])
def test_a_rule_that_makes_no_sense_is_refused_and_kept_in_the_field(desk: Desk, typed: str) -> None:
    reply = desk.post("/roster/leavers/", days=typed, sure="yes")
    assert reply.status_code == 422 and "from 30 to 3650" in text_of(reply) and typed in reply.content.decode()
    desk.organisation.refresh_from_db()
    assert desk.organisation.nameless_after_days is None


def test_broken_off_in_the_middle_nothing_is_removed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(nameless, "record_access", broken)
    with pytest.raises(RuntimeError), transaction.atomic():
        nameless.make_nameless(member=named("Ann Zebulon"), by=desk.keeper, typed_name="Ann Zebulon")
    assert traces() == list(TRACES)


def test_another_organisations_people_are_left_alone(desk: Desk) -> None:
    other = open_house("other", people=2)
    nameless.set_rule(organisation=desk.organisation, days=30, by=desk.keeper)
    Member.objects.filter(pk=other.members[1].pk).update(
        is_active=False, left_on=timezone.localdate() - timedelta(days=400)
    )
    follow()
    assert named("Person 2")
