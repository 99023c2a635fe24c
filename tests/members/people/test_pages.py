"""One person, one unit, one keeper: corrected by hand, on record, and taken back."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from house import open_house
from members.keeping import HEAD, Desk, open_desk, text_of
from sayso.engagements import actions as engagements
from sayso.engagements.models import Statement, Vote
from sayso.members import actions
from sayso.members.keepers.actions import appoint_keeper
from sayso.members.models import AccessRecord, Member, RosterUpdate, Unit
from sayso.members.rules import may_keep_roster
from sayso.members.ways_in.passes import letter_code, link_token, member_by_token
from sayso.web.kept_told import in_words

pytestmark = pytest.mark.django_db
PEOPLE = HEAD + "K1,Kim Keeper,,Office,\n1,Ann Lee,ann@x.org,Care > Home,K1\n2,Bo,,Care > Home > Night,1\n3,Cy,,Care,\n"
ANN = {"full_name": "Ann Lee", "staff_number": "1", "email": "ann@x.org", "unit": "Care > Home", "manager": "K1"}


@pytest.fixture
def desk() -> Desk:
    desk = open_desk()
    desk.carry_out(desk.look(PEOPLE))
    return desk


def named(name: str) -> Member:
    return Member.objects.select_related("unit", "manager").get(full_name=name)


def test_people_are_looked_up_by_what_a_keeper_knows_of_them(desk: Desk) -> None:
    def found(typed: str) -> list[str]:
        return [one.full_name for one in desk.client.get("/roster/people/", {"q": typed}).context["people"]]

    assert found("lee") == found("ann@x") == found("ann home") == ["Ann Lee"]
    assert found("night") == ["Bo"]
    assert found("nobody") == []
    assert len(found("")) == 4


def test_a_correction_is_kept_and_can_be_taken_back(desk: Desk) -> None:
    ann = named("Ann Lee")
    where = f"/roster/people/{ann.pk}/"
    assert desk.post(where, **{**ANN, "unit": "Roads", "email": "Lee@X.org", "manager": "3"}).status_code == 302
    ann = named("Ann Lee")
    assert (ann.unit.name, ann.email, ann.manager.full_name) == ("Roads", "lee@x.org", "Cy")
    page = text_of(desk.client.get(where))
    assert "Take back the last correction" in page
    update = RosterUpdate.objects.order_by("-pk")[0]
    assert (update.is_by_hand, update.brought_by) == (True, desk.keeper)
    desk.post(f"/roster/updates/{update.pk}/take-back/")
    ann = named("Ann Lee")
    assert (ann.unit.name, ann.email, ann.manager.full_name) == ("Home", "ann@x.org", "Kim Keeper")


def test_saving_without_a_change_leaves_no_trace(desk: Desk) -> None:
    before = RosterUpdate.objects.count()
    desk.post(f"/roster/people/{named('Ann Lee').pk}/", **ANN)
    assert RosterUpdate.objects.count() == before


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"full_name": ""}, "Write the person's name."),
        ({"email": "", "staff_number": ""}, "without one nobody could come in"),
        ({"staff_number": "2"}, "Somebody has this staff number already."),
        ({"email": "not one"}, "This is no e-mail address."),
        ({"manager": "99"}, "The manager is nobody's staff number"),
        ({"manager": "2"}, "Then managers would go round in a circle."),
        ({"manager": "1"}, "Then managers would go round in a circle."),
    ],
)
def test_what_cannot_be_is_told_and_what_was_typed_stays(desk: Desk, sent: dict[str, str], told: str) -> None:
    page = desk.post(f"/roster/people/{named('Ann Lee').pk}/", **{**ANN, "site": "Typed just now", **sent})
    assert (page.status_code, told in text_of(page)) == (422, True)
    assert "Typed just now" in page.content.decode()
    assert named("Ann Lee").site == ""


def test_an_address_of_another_organisation_is_refused_without_saying_whose(desk: Desk) -> None:
    actions.add_member(organisation=actions.add_organisation(name="Other"), full_name="Secret", email="s@x.org")
    page = text_of(desk.post(f"/roster/people/{named('Ann Lee').pk}/", **{**ANN, "email": "s@x.org"}))
    assert "Somebody has this e-mail address already." in page
    assert "Secret" not in page and "Other" not in page


def test_somebody_is_added_by_hand_and_known_to_the_next_file(desk: Desk) -> None:
    reply = desk.client.post(
        "/roster/people/new/", {"full_name": "Di", "staff_number": "9", "unit": "Care"}, follow=True
    )
    assert "Di is on the roster." in text_of(reply)
    update = desk.look(HEAD + "9,Di,,Care,\n")
    assert (update.n_same, update.lines.count()) == (1, 0)


def test_who_leaves_is_out_with_the_next_request_and_what_they_said_stays(desk: Desk) -> None:
    house = open_house(people=2, statements=2)
    ann = house.members[0]
    house.vote(0, 0, 1)
    engagements.say_statement(participant=house.participants[0], topic=house.topic, text="The lift needs mending now.")
    appoint_keeper(member=house.members[1])
    keeper, phone = Client(), Client()
    keeper.force_login(house.members[1])
    phone.force_login(ann)
    assert phone.get("/e/how-we-work/cards/").status_code == 200
    keeper.post(f"/roster/people/{ann.pk}/leave/")
    assert phone.get("/e/how-we-work/cards/").status_code == 302
    assert (Vote.objects.count(), Statement.objects.filter(text__startswith="The lift").count()) == (1, 1)
    keeper.post(f"/roster/people/{ann.pk}/bring-back/")
    assert phone.get("/e/how-we-work/cards/").status_code == 302, "the old session does not come to life again"
    phone.force_login(ann)
    assert "The lift needs mending" in text_of(phone.get("/e/how-we-work/mine/"))


def test_no_page_of_a_keeper_tells_who_has_taken_part(desk: Desk) -> None:
    """The pages of people are the same, byte for byte, before and after somebody came in, spoke and voted."""
    house = open_house(statements=2)
    for number in range(3):
        house.members.append(
            actions.add_member(organisation=house.organisation, full_name=f"Person {number}", staff_number=str(number))
        )
    appoint_keeper(member=house.members[2])
    keeper = Client()
    keeper.force_login(house.members[2])
    paths = ["/roster/", "/roster/people/", "/roster/people/?q=Person", "/roster/units/", "/roster/keepers/"]
    paths += [f"/roster/people/{member.pk}/" for member in house.members[:2]]

    def seen() -> list[str]:
        shown = (keeper.get(path).content.decode() for path in paths)
        return [re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page) for page in shown]

    before = seen()
    assert all("Sign out" in page for page in before)
    phone = Client()
    phone.force_login(house.members[0])
    phone.get("/e/how-we-work/cards/")
    participant = engagements.join(engagement=house.engagement, member=house.members[0])
    engagements.cast_vote(participant=participant, statement=house.statements[0], stance=1)
    engagements.say_statement(participant=participant, topic=house.topic, text="The lift needs mending now.")
    assert seen() == before


def test_earlier_links_and_codes_are_made_void(desk: Desk) -> None:
    ann = named("Ann Lee")
    token, code = link_token(ann), letter_code(ann)
    desk.post(f"/roster/people/{ann.pk}/void-links/")
    ann.refresh_from_db()
    assert member_by_token(token) is None
    assert letter_code(ann) != code
    assert f"made links of person {ann.pk} void" in set(AccessRecord.objects.values_list("detail", flat=True))


def test_units_stand_as_a_tree_with_their_people(desk: Desk) -> None:
    branches = desk.client.get("/roster/units/").context["branches"]
    assert [(branch.name, branch.depth, branch.own, branch.whole) for branch in branches] == [
        ("Care", 0, 1, 3),
        ("Home", 1, 1, 2),
        ("Night", 2, 1, 1),
        ("Office", 0, 1, 1),
    ]


def test_a_renamed_and_moved_unit_is_found_again_by_the_next_file(desk: Desk) -> None:
    care, office = Unit.objects.get(name="Care"), Unit.objects.get(name="Office")
    desk.post(f"/roster/units/{care.pk}/", name="Health", parent=office.pk)
    assert Unit.objects.get(pk=care.pk).parent == office
    update = desk.look(PEOPLE)
    assert update.n_same == 4
    told = [in_words(line.told) for line in update.lines.filter(kind="notice")]
    assert "“Care > Home > Night” is now called “Office > Health > Home > Night”, in 1 row." in told
    assert Unit.objects.count() == 4


def test_taking_a_file_back_after_a_renaming_makes_no_unit_anew(desk: Desk) -> None:
    update = desk.look(HEAD + "1,Ann Lee,ann@x.org,Office,K1\n")
    desk.carry_out(update)
    home = Unit.objects.get(name="Home")
    desk.post(f"/roster/units/{home.pk}/", name="At home", parent=home.parent_id)
    desk.follow(desk.post(f"/roster/updates/{update.pk}/take-back/"))
    assert named("Ann Lee").unit == home
    assert Unit.objects.count() == 4


@pytest.mark.parametrize(
    ("name", "parent", "told"),
    [
        ("", "", "Write the unit's name."),
        ("A > B", "", "cannot hold “>”"),
        ("Office", "", "There is a unit of this name already."),
    ],
)
def test_a_unit_that_cannot_be_so_is_told(desk: Desk, name: str, parent: str, told: str) -> None:
    care = Unit.objects.get(name="Care")
    page = desk.post(f"/roster/units/{care.pk}/", name=name, parent=parent)
    assert told in text_of(page)
    care.refresh_from_db()
    assert care.name == "Care"


def test_a_unit_cannot_belong_to_one_below_it(desk: Desk) -> None:
    care, night = Unit.objects.get(name="Care"), Unit.objects.get(name="Night")
    offered = [pk for pk, _ in desk.client.get(f"/roster/units/{care.pk}/").context["form"].fields["parent"].choices]
    assert offered == ["", Unit.objects.get(name="Office").pk]
    assert desk.post(f"/roster/units/{care.pk}/", name="Care", parent=night.pk).status_code == 422


def test_only_an_empty_unit_is_removed(desk: Desk) -> None:
    night = Unit.objects.get(name="Night")
    assert "It stays." in text_of(desk.client.post(f"/roster/units/{night.pk}/remove/", follow=True))
    bo = named("Bo")
    desk.post(f"/roster/people/{bo.pk}/", full_name="Bo", staff_number="2", unit="Office")
    desk.post(f"/roster/units/{night.pk}/remove/")
    assert not Unit.objects.filter(pk=night.pk).exists()


def test_keepers_are_made_and_ended_on_record_and_one_remains(desk: Desk) -> None:
    kept = desk.organisation.keepers.get()
    refused = desk.client.post(f"/roster/keepers/{kept.pk}/end/", follow=True)
    assert "Somebody has to keep the roster." in text_of(refused)
    assert "Nobody else keeps the roster." in text_of(
        desk.client.post(f"/roster/people/{desk.keeper.pk}/leave/", follow=True)
    )
    page = text_of(desk.client.post("/roster/keepers/", {"known_as": "ann@x.org"}, follow=True))
    assert "Ann Lee keeps the roster now." in page
    assert "made by Kim Keeper" in page
    assert "Nobody on the roster has" in text_of(desk.post("/roster/keepers/", known_as="nobody"))
    assert desk.post(f"/roster/keepers/{kept.pk}/end/")["Location"] == "/"
    assert not may_keep_roster(desk.keeper)
    assert may_keep_roster(named("Ann Lee"))
    assert desk.client.get("/roster/").status_code == 404
    kept.refresh_from_db()
    assert kept.ended_by == desk.keeper


def test_a_keeper_who_left_does_not_count_as_the_one_who_remains(desk: Desk) -> None:
    ann = named("Ann Lee")
    appoint_keeper(member=ann)
    Member.objects.filter(pk=ann.pk).update(is_active=False)
    kept = desk.organisation.keepers.get(member=desk.keeper)
    assert "Somebody has to keep the roster." in text_of(
        desk.client.post(f"/roster/keepers/{kept.pk}/end/", follow=True)
    )


def test_the_home_page_leads_keepers_to_the_roster_and_nobody_else(desk: Desk) -> None:
    assert 'href="/roster/"' in desk.client.get("/").content.decode()
    other = Client()
    other.force_login(named("Bo"))
    assert 'href="/roster/"' not in other.get("/").content.decode()
