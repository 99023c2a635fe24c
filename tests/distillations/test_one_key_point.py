"""One key point's page: who says it, part by part, with words for doubt; who reads it, and what it never tells."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from distillations.test_pages import as_person, show, text_of
from hand_made import hand_made_snapshot
from house import House, open_house
from sayso.distillations.models import PublicResults
from sayso.distillations.presentation import mark_of, with_sources
from sayso.engagements.mandate.opening import close_engagement
from sayso.engagements.models import Statement

pytestmark = pytest.mark.django_db

RESULTS = "/e/how-we-work/results/"
POINT, UNCOUNTED = hand_made_snapshot()["key_points"]
PAGE = f"{RESULTS}many/{mark_of(POINT)}/"


def test_it_tells_who_says_it_part_by_part_and_how_sure_that_is(house: House) -> None:
    show(house)
    page = text_of(as_person(house, 0).get(PAGE))
    assert POINT["text"] in page
    assert "Said by about 2 in 10 of those who wrote something (18–33" in page
    assert "It is said more often in group A than in group B. Chance alone would hardly do that." in page
    assert "Works : about 3 in 10 (18–38" in page and "45 wrote something" in page
    assert "It is said nowhere clearly more often than elsewhere" in page, "units' ranges touch"


def test_results_and_its_statements_lead_there(house: House) -> None:
    show(house)
    reader = as_person(house, 0)
    for page in (RESULTS, f"{RESULTS}{POINT['statement_ids'][0]}/"):
        assert f'href="{PAGE}"' in reader.get(page).content.decode()


def test_one_that_is_not_counted_yet_has_no_parts(house: House) -> None:
    show(house)
    page = text_of(as_person(house, 0).get(f"{RESULTS}many/{mark_of(UNCOUNTED)}/"))
    assert "Said by several" in page and "Group by group" not in page and "Unit by unit" not in page


def test_a_unit_in_which_nine_wrote_is_nowhere_nor_the_other_that_would_tell_it(house: House) -> None:
    made = hand_made_snapshot()
    made["spoke"][0] |= {"people": 54, "by_unit": [{"part": 0, "people": 45}, {"part": 1, "people": 9}]}
    show(house, made)
    page = text_of(as_person(house, 0).get(PAGE))
    assert "Works" not in page and "Offices" not in page


def test_those_in_no_unit_are_told_as_such(house: House) -> None:
    made = hand_made_snapshot()
    made["organisation"]["units"][1]["name"] = ""
    show(house, made)
    page = text_of(as_person(house, 0).get(PAGE))
    assert "people in no unit : about" in page and "people in no unit" in page


def test_anybody_reads_of_no_single_unit(house: House) -> None:
    show(house)
    close_engagement(engagement=house.engagement, by=house.members[0])
    PublicResults.objects.create(engagement=house.engagement, is_public=True)
    page = text_of(Client().get(PAGE))
    assert POINT["text"] in page and "Works" not in page and "Unit by unit" not in page


def test_before_seven_own_answers_it_is_not_shown_and_strangers_never_see_it(new_house: Any) -> None:
    made = open_house(people=6, statements=9)
    show(made)
    assert "Your own answers come first" in text_of(as_person(made, 3).get(PAGE))
    assert Client().get(PAGE).status_code == 302
    assert as_person(open_house("elsewhere", people=1), 0).get(PAGE).status_code == 404


def test_one_that_is_gone_is_not_there(house: House) -> None:
    show(house)
    assert as_person(house, 0).get(f"{RESULTS}many/0123456789ab/").status_code == 404


def test_it_is_marked_with_the_language_of_the_statement_it_was_taken_from(house: House) -> None:
    made = hand_made_snapshot()
    show(house, made)
    kept = Statement.objects.create(
        pk=int(POINT["statement_ids"][0]), engagement=house.engagement, topic=house.topic, text=POINT["text"],
        is_seed=True, state="published", language="fa",
    )  # fmt: skip
    marked = f' lang="fa" dir="rtl">{POINT["text"]}</blockquote>'
    for page in (PAGE, RESULTS, f"{RESULTS}{kept.pk}/"):
        assert marked in as_person(house, 0).get(page).content.decode()
    close_engagement(engagement=house.engagement, by=house.members[0])
    PublicResults.objects.create(engagement=house.engagement, is_public=True)
    assert marked in Client().get(PAGE).content.decode()


def test_worded_by_a_lead_it_is_in_no_language_we_know() -> None:
    said = {"statement_id": "7", "text": "Cada  turno oye algo. No es justo.", "topic": ""}
    sentence, lead = ({"text": text, "statement_ids": ["7"]} for text in ("Cada turno oye algo.", "We hear too late."))
    assert [with_sources(point, {"7": said})["statement_id"] for point in (sentence, lead)] == ["7", ""]
