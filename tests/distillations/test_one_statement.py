"""One statement's page: its figures in sentences with their doubt, who reads it, and what it never tells."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from django.test import Client

from distillations.test_pages import as_person, show, text_of
from hand_made import hand_made_snapshot
from house import House, open_house
from sayso.distillations.one_statement import one_statement_of, sentence_of
from sayso.engagements.mandate.opening import close_engagement
from sayso.publication.snapshots import publish
from sayso.web.charts.words import PERCENT, how_sure

pytestmark = pytest.mark.django_db

RESULTS = "/e/how-we-work/results/"


def body(change: Any = None) -> dict[str, Any]:
    made = copy.deepcopy(hand_made_snapshot())
    if change:
        change(made)
    return publish(made)


def ids(told: dict[str, Any]) -> list[str]:
    return [statement["statement_id"] for statement in told["statements"]]


def statement(**figures: Any) -> dict[str, Any]:
    usual = {"agree": 0.62, "agree_low": 0.55, "agree_high": 0.66, "seen": 212}
    return {**usual, **figures}


@pytest.mark.parametrize(
    ("figures", "sentence"),
    [
        ({}, "About 6 in 10 agree (55–66{%}, 212 of 1,200 asked)."),
        ({"agree": 0.02, "agree_low": 0.0, "agree_high": 0.05}, "Almost nobody agrees (0–5{%}, 212 of 1,200 asked)."),
        ({"agree": 0.97, "agree_low": 0.93, "agree_high": 0.99}, "Nearly all agree (93–99{%}, 212 of 1,200 asked)."),
        ({"agree_low": 0.2, "agree_high": 0.9, "seen": 6}, "Not yet known how many agree (6 of 1,200 asked)."),
        ({"seen": None}, "Too few have answered to tell."),
    ],
)  # fmt: skip
def test_a_figure_is_a_sentence_that_carries_its_doubt(figures: dict[str, Any], sentence: str) -> None:
    assert sentence_of(statement(**figures), 1200) == sentence.replace("{%}", PERCENT)


@pytest.mark.parametrize(
    ("low", "high", "begins"),
    [(0.55, 0.65, "We are quite sure"), (0.5, 0.7, "We are fairly sure"), (0.4, 0.8, "This is a rough idea"),
     (0.2, 0.9, "Too few"), (None, None, "Too few")],
)  # fmt: skip
def test_how_sure_is_said_without_figures(low: float | None, high: float | None, begins: str) -> None:
    assert how_sure(low, high).startswith(begins)


def test_every_statement_has_its_page_with_its_marks_and_neighbours(house: House) -> None:
    told = body()
    show(house)
    reader = as_person(house, 0)
    for number in ids(told):
        assert reader.get(f"{RESULTS}{number}/").status_code == 200
    shared = text_of(reader.get(f"{RESULTS}{told['common_ground'][0]}/"))
    assert "we share this" in shared and "Group by group" in shared
    parted = text_of(reader.get(f"{RESULTS}{told['divisive'][0]}/"))
    assert "here we part" in parted
    bold = text_of(reader.get(f"{RESULTS}{told['bold_views'][0]['statement_id']}/"))
    assert "A bold view" in bold and "people hold this firmly" in bold
    again = next(row for row in told["statements"] if row["duplicates_of"])
    first = text_of(reader.get(f"{RESULTS}{again['duplicates_of']}/"))
    assert "Said before, or again" in first and again["text"] in first


def test_the_results_lead_to_each_statement_and_back(house: House) -> None:
    told = body()
    show(house)
    page = as_person(house, 0).get(RESULTS).content.decode()
    assert {number for number in ids(told) if f'href="{RESULTS}{number}/"' in page} == set(ids(told))
    one = as_person(house, 0).get(f"{RESULTS}{ids(told)[0]}/").content.decode()
    assert f'href="{RESULTS}"' in one
    said = f"/e/how-we-work/statements/{ids(told)[0]}/"
    assert f'href="{said}"' in one and said not in page, "one way on from each row, and from there to its replies"


def test_what_is_turned_down_unknown_or_nonsense_is_not_there(house: House) -> None:
    made = hand_made_snapshot()
    rejected = next(row["statement_id"] for row in made["statements"] if row["rejected"])
    show(house)
    reader = as_person(house, 0)
    assert reader.get(f"{RESULTS}{rejected}/").status_code == 404
    assert reader.get(f"{RESULTS}99999999999999999999999/").status_code == 404
    assert reader.get(f"{RESULTS}0/").status_code == 404


def test_a_statement_few_have_answered_shows_its_words_and_no_figure(house: House) -> None:
    def few(made: dict[str, Any]) -> None:
        made["statements"][5] |= {"seen": 3, "n_agree": 2, "n_pass": 0, "n_disagree": 1}

    made = hand_made_snapshot()
    few(made)
    show(house, made)
    page = text_of(as_person(house, 0).get(f"{RESULTS}{made['statements'][5]['statement_id']}/"))
    assert made["statements"][5]["text"] in page and "once five people have answered" in page
    assert "%" not in page and "agree (" not in page


def test_a_small_groups_figures_are_on_no_page() -> None:
    def small(made: dict[str, Any]) -> None:
        made["groups"][1]["size"] = 4

    told = body(small)
    pages = [one_statement_of(told, number) for number in ids(told)]
    assert {len(page.groups) for page in pages if page} <= {0, 1}
    assert all(portrait["group"]["id"] == 0 for page in pages if page for portrait in page.portraits)


def test_before_seven_own_answers_it_is_not_shown_and_once_it_is_over_it_is(new_house: Any) -> None:
    made = open_house(people=6, statements=9)
    show(made)
    number = ids(body())[0]
    client = as_person(made, 3)
    assert "Your own answers come first" in text_of(client.get(f"{RESULTS}{number}/"))
    close_engagement(engagement=made.engagement, by=made.members[0])
    assert "How many agree" in text_of(client.get(f"{RESULTS}{number}/"))
    assert "we share" in text_of(client.get(RESULTS)), "nobody is asked to go on answering what is over"


def test_it_is_for_those_in_here(house: House) -> None:
    show(house)
    number = ids(body())[0]
    assert Client().get(f"{RESULTS}{number}/").status_code == 302
    elsewhere = open_house("elsewhere", people=1)
    assert as_person(elsewhere, 0).get(f"{RESULTS}{number}/").status_code == 404
    page = as_person(house, 0).get(f"{RESULTS}{number}/").content.decode()
    assert "opens for those who may read these results" in page and "og:title" not in page
