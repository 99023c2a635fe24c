"""Which language a statement is in: told from its words, never wrongly, whichever way it came; and shown with it."""

from __future__ import annotations

import csv
import threading
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

import sayso
from engagements.said_in_languages import SAID, UNSURE
from house import House, open_house
from real_data import POLIS, POLIS_NAMES, needs_polis
from sayso.engagements.actions import join, say_statement, seed_statements
from sayso.engagements.languages.telling import language_told
from sayso.engagements.languages.worker import Teller
from sayso.engagements.models import Statement

PACKAGE = Path(sayso.__file__).parent
ADDRESSED_IN = ([], ["en"], ["de"], ["en", "de"], ["en", "de", "es", "ar"])
# Of real words that were told to be in another language than their conversation's, each truly is; read one by one.
TRULY_OTHERS = {"zh": 1, "de": 1, "fr": 1, "en": 1}


@pytest.mark.parametrize("expected", ADDRESSED_IN, ids="+".join)
@pytest.mark.parametrize("language", SAID)
def test_of_ten_languages_none_is_taken_for_another_and_most_are_told(language: str, expected: list[str]) -> None:
    told = [language_told(text, expected) for text in SAID[language]]
    assert set(told) <= {language, ""}
    assert told.count(language) >= 8


@pytest.mark.parametrize("expected", ADDRESSED_IN, ids="+".join)
@pytest.mark.parametrize("text", UNSURE)
def test_of_what_is_too_short_nothing_is_said(text: str, expected: list[str]) -> None:
    assert language_told(text, expected) == ""


@needs_polis
def test_of_4064_real_statements_none_is_told_wrongly() -> None:
    others: dict[str, int] = {}
    for language, least in (("en", 0.88), ("de", 0.98)):
        texts = [
            text for name in POLIS_NAMES if name.startswith("austria") == (language == "de") for text in _said(name)
        ]
        told = [language_told(text, ["en", "de"]) for text in texts]
        assert told.count(language) >= least * len(texts)
        for other in set(told) - {language, ""}:
            others[other] = others.get(other, 0) + told.count(other)
    assert others == TRULY_OTHERS


def _said(name: str) -> list[str]:
    with (POLIS / name / "comments.csv").open(encoding="utf-8") as file:
        return [row["comment-body"] for row in csv.DictReader(file) if any(map(str.isalpha, row["comment-body"]))]


def tell() -> None:
    teller = Teller(worker="tests", stop=threading.Event())
    while teller.round():
        pass


@pytest.fixture
def house(db: None) -> House:
    return open_house(people=3, statements=0)


def test_the_worker_tags_what_was_said_and_seeded_and_does_not_look_twice(house: House) -> None:
    topic = house.engagement.topics.get()
    seed = seed_statements(topic=topic, texts=[SAID["de"][0]])[0]
    author = join(engagement=house.engagement, member=house.members[0])
    said = say_statement(participant=author, topic=topic, text=SAID["ar"][0])
    short = say_statement(participant=author, topic=topic, text="Homeoffice")
    assert seed.language is said.language is short.language is None
    tell()
    told = dict(Statement.objects.values_list("pk", "language"))
    assert told == {seed.pk: "de", said.pk: "ar", short.pk: ""}
    assert not Teller(worker="tests", stop=threading.Event()).round()


def test_cards_and_own_words_are_marked_with_their_language(house: House, client: Client) -> None:
    topic = house.engagement.topics.get()
    seed_statements(topic=topic, texts=[SAID["de"][0]])
    say_statement(
        participant=join(engagement=house.engagement, member=house.members[0]), topic=topic, text=SAID["es"][1]
    )
    client.force_login(house.members[0])
    cards, mine = f"/e/{house.engagement.slug}/cards/", f"/e/{house.engagement.slug}/mine/"
    assert " lang=" not in client.get(cards).content.decode().partition("<blockquote")[2].partition(">")[0]
    tell()
    assert f'lang="de" dir="ltr" data-card-text>{SAID["de"][0]}<' in client.get(cards).content.decode()
    assert f'<blockquote class="statement" lang="es" dir="ltr">{SAID["es"][1]}<' in client.get(mine).content.decode()


def test_words_that_begin_with_letters_of_another_script_still_run_as_their_language_does(
    house: House, client: Client
) -> None:
    mixed = "SAP بطيء جدًا ولا أحد يعرف لماذا لا يعمل البرنامج."
    seed_statements(topic=house.engagement.topics.get(), texts=[mixed])
    client.force_login(house.members[0])
    cards = f"/e/{house.engagement.slug}/cards/"
    assert f'dir="auto" data-card-text>{mixed}<' in client.get(cards).content.decode()
    tell()
    assert f'lang="ar" dir="rtl" data-card-text>{mixed}<' in client.get(cards).content.decode()
    pack = client.post(f"/api{cards[:-6]}acts", {"acts": [], "have": [], "want": 5}, content_type="application/json")
    assert [(card["language"], card["direction"]) for card in pack.json()["hand"]["cards"]] == [("ar", "rtl")]


def test_the_styles_let_a_known_direction_count_and_guess_only_an_unknown_one(chromium: Any) -> None:
    page = chromium.new_page()
    styles = (PACKAGE / "web/static/web/components.css").read_text(encoding="utf-8")
    mixed = "SAP بطيء جدًا."
    page.set_content(f"<style>{styles}</style>" + "".join(
        f'<p class="statement" {told}><b>SAP</b>{mixed[3:]}</p>' for told in ('dir="rtl"', 'dir="auto"', "")
    ))  # fmt: skip
    right_of_middle = page.evaluate("""() => [...document.querySelectorAll(".statement")].map((one) => {
        const [word, line] = [one.querySelector("b").getBoundingClientRect(), one.getBoundingClientRect()];
        return word.left - line.left > line.right - word.right; })""")
    page.close()
    assert right_of_middle == [True, False, False]
