"""The roster copied at opening: coarse, fixed from then on, the members in it forgotten with the key."""

from __future__ import annotations

import pytest
from django.db.models import Count, Sum

from house import House, open_house, open_house_of_units
from sayso.engagements import actions, rules
from sayso.engagements.models import Engagement, Participant, Phase, RosterCell, RosterPlace
from sayso.engagements.roster_at_opening import copying
from sayso.members.actions import add_member, add_organisation, add_unit
from sayso.members.models import Member, Organisation

pytestmark = pytest.mark.django_db


def cells(engagement: Engagement) -> dict[tuple[str, str], int]:
    rows = engagement.roster_cells.values_list("unit", "role").annotate(n=Sum("n_people"))
    return {(unit, role): n for unit, role, n in rows.order_by()}


def join(house: House, member: Member) -> tuple[str, str]:
    participant = actions.join(engagement=house.engagement, member=member)
    return participant.unit, participant.role


def people(organisation: Organisation, number: int, **attributes: object) -> list[Member]:
    made = []
    for _ in range(number):
        n = Member.objects.count() + 1
        made.append(add_member(organisation=organisation, full_name=f"Person {n}", email=f"p{n}@county.example"))
    Member.objects.filter(pk__in=[member.pk for member in made]).update(**attributes)
    return list(Member.objects.filter(pk__in=[member.pk for member in made]).order_by("pk"))


@pytest.fixture
def hospital(db: None) -> Organisation:
    """A house with two wards: 12 nurses; 3 nurses and 4 porters; and two in the house itself."""
    organisation = add_organisation(name="Hospital")
    top = add_unit(organisation=organisation, name="Care")
    first, second = (add_unit(organisation=organisation, name=name, parent=top) for name in ("Ward 1", "Ward 2"))
    people(organisation, 12, unit=first, role="nurse", site="Hill")
    people(organisation, 3, unit=second, role="nurse", site="Quay")
    people(organisation, 4, unit=second, role="porter", site="Quay")
    people(organisation, 2, unit=top, role="porter", site="Hill")
    return organisation


def test_small_ones_are_told_together_with_the_unit_above(hospital: Organisation) -> None:
    house = open_house("care", organisation=hospital)
    # The two of the house find no company but as nothing, are too few for that, and take the smallest along.
    assert cells(house.engagement) == {("Ward 1", "nurse"): 12, ("", ""): 9}
    people(hospital, 3, unit=hospital.units.get(name="Care"), role="porter")
    later = open_house("later", organisation=hospital)
    assert cells(later.engagement) == {("Ward 1", "nurse"): 12, ("Ward 2", ""): 7, ("Care, the rest", "porter"): 5}


def test_who_moves_after_the_opening_keeps_what_was_copied(hospital: Organisation) -> None:
    house = open_house("care", organisation=hospital)
    nurse = hospital.members.filter(role="nurse", unit__name="Ward 1").first()
    assert nurse is not None
    Member.objects.filter(pk=nurse.pk).update(unit=None, role="director")
    nurse.refresh_from_db()
    assert join(house, nurse) == ("Ward 1", "nurse")
    assert actions.join(engagement=house.engagement, member=nurse).site == "", "only what the lead chose is copied"


def test_who_comes_later_is_told_by_the_same_rule(hospital: Organisation) -> None:
    house = open_house("care", organisation=hospital)
    ward = hospital.units.get(name="Ward 1")
    nurse, director = (people(hospital, 1, unit=ward, role=role)[0] for role in ("nurse", "director"))
    assert join(house, nurse) == ("Ward 1", "nurse")
    assert join(house, director) in {("", ""), ("Ward 1", "")}
    told = set(cells(house.engagement))
    assert {(p.unit, p.role) for p in Participant.objects.all()} <= told, "nobody is alone with what is told of them"


def test_the_copy_is_made_once(hospital: Organisation) -> None:
    house = open_house("care", organisation=hospital)
    before = list(RosterCell.objects.values_list()), RosterPlace.objects.count()
    people(hospital, 6, role="doctor")
    copying.copy_roster(engagement=house.engagement)
    assert (list(RosterCell.objects.values_list()), RosterPlace.objects.count()) == before


def test_who_has_left_is_not_copied(hospital: Organisation) -> None:
    gone = hospital.members.order_by("pk").first()
    Member.objects.filter(pk=gone.pk).update(is_active=False)
    house = open_house("care", organisation=hospital)
    assert not RosterPlace.objects.filter(member=gone).exists()
    assert sum(cells(house.engagement).values()) == house.engagement.n_members == 20


def test_each_place_is_in_the_cell_that_counts_it(hospital: Organisation) -> None:
    house = open_house("care", organisation=hospital)
    for cell in house.engagement.roster_cells.annotate(n_places=Count("places")):
        assert cell.n_places == cell.n_people


def test_with_the_key_gone_the_members_are_forgotten_and_the_numbers_stay(hospital: Organisation) -> None:
    house = open_house("care", organisation=hospital)
    before = cells(house.engagement)
    copying.forget_members(engagement=house.engagement)
    assert (RosterPlace.objects.count(), cells(house.engagement)) == (0, before)


def test_a_roster_smaller_than_the_threshold_tells_nothing_of_anybody() -> None:
    house = open_house_of_units({"North": 2, "South": 2})
    assert cells(house.engagement) == {("", ""): 4}
    assert {(p.unit, p.role) for p in house.participants} == {("", "")}


def test_two_units_of_one_name_are_told_with_the_way_to_them() -> None:
    organisation = add_organisation(name="Hospital")
    for name in ("North", "South"):
        top = add_unit(organisation=organisation, name=name)
        desk = add_unit(organisation=organisation, name="Reception", parent=top)
        people(organisation, 5, unit=desk)
        people(organisation, 6, unit=top)
    house = open_house("desk", organisation=organisation)
    assert {unit for unit, _ in cells(house.engagement)} == {
        "North, the rest",
        "North / Reception",
        "South, the rest",
        "South / Reception",
    }


def test_what_is_kept_is_chosen_before_the_opening_only(hospital: Organisation) -> None:
    house = open_house("care", organisation=hospital)
    with pytest.raises(rules.Refused, match="fixed since the opening"):
        copying.keep_attributes(engagement=house.engagement, names=["site"])
    draft = Engagement.objects.create(
        organisation=hospital, slug="draft", n_members=21, phase=Phase.MANDATE, answers_due=house.engagement.answers_due
    )
    copying.keep_attributes(engagement=draft, names=["site", "unit", "shoe size"])
    assert draft.attributes_kept == ["unit", "site"]
    copying.copy_roster(engagement=draft)
    assert {cell.role for cell in draft.roster_cells.all()} == {""}
    assert sum(cell.n_people for cell in draft.roster_cells.all()) == 21


def test_the_lead_is_told_beforehand_what_the_copy_does_not_tell(hospital: Organisation) -> None:
    lost = copying.what_is_lost(hospital, ["unit", "role"], least=5)
    house = open_house("care", organisation=hospital)
    assert lost.n_people == 21 and lost.n_together == house.engagement.roster_cells.count()
    assert lost.people_without["role"] == 21 - sum(n for (_, role), n in cells(house.engagement).items() if role)
    assert copying.what_is_lost(hospital, [], least=5).is_told_nothing


def test_more_pairs_of_unit_and_role_than_can_be_told_make_all_of_it_coarser(
    hospital: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    people(hospital, 6, unit=hospital.units.get(name="Ward 1"), role="porter")
    fine = copying.what_is_lost(hospital, ["unit", "role"], least=5)
    monkeypatch.setattr(copying, "MOST_PAIRS", 2)
    house = open_house("care", organisation=hospital)
    assert fine.n_together > 2
    assert 1 <= len(cells(house.engagement)) <= 2
    assert min(cells(house.engagement).values()) >= 10
