"""Statements in other languages: asked for by the worker only where a mandate wants it, shown beside the original,
gone with it; and nothing depends on the service."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from engagements.said_in_languages import SAID
from house import House, open_house
from sayso.doctor import translating
from sayso.engagements import withdrawing
from sayso.engagements.actions import join, publish_statement, say_statement, seed_statements
from sayso.engagements.languages import actions
from sayso.engagements.languages.worker import Interpreter, Teller
from sayso.engagements.merging import hide
from sayso.engagements.models import Engagement, Statement, StatementState, Translation
from sayso.outside.asking import Service
from sayso.outside.translators.named import NamedTranslator
from translating import Translating

GERMAN, ENGLISH = SAID["de"][0], SAID["en"][0]


@pytest.fixture
def service(settings: Any) -> Iterator[Translating]:
    started = Translating()
    settings.TRANSLATOR = NamedTranslator("our own", "libretranslate", Service(started.url, "", "", 5.0))
    yield started
    started.close()


@pytest.fixture
def house(db: None) -> House:
    """Three people; one German and one English statement of the organisers; translations are wanted."""
    house = open_house(people=3, statements=0)
    Engagement.objects.update(has_translations=True, languages=["en", "de", "es"])
    house.engagement.refresh_from_db()
    seed_statements(topic=house.engagement.topics.get(), texts=[GERMAN, ENGLISH])
    tell()
    return house


def tell() -> None:
    teller = Teller(worker="tests", stop=threading.Event())
    while teller.round():
        pass


def translate() -> Interpreter:
    room = Interpreter(worker="tests", stop=threading.Event())
    while room.round():
        pass
    return room


def made() -> set[tuple[str, str, str]]:
    rows = Translation.objects.exclude(text="")
    return set(rows.values_list("statement__text", "language", "text"))


def test_each_open_statement_is_put_once_into_each_language_people_are_addressed_in(
    house: House, service: Translating
) -> None:
    translate()
    assert made() == {(said, to, f"[{to}] {said}") for said, to in _pairs()}
    assert set(Translation.objects.values_list("made_by", "not_before", "trouble")) == {("our own", None, "")}
    assert len(service.sent) == 4
    translate()
    assert len(service.sent) == 4


def _pairs() -> list[tuple[str, str]]:
    return [(GERMAN, "en"), (GERMAN, "es"), (ENGLISH, "de"), (ENGLISH, "es")]


def test_only_words_and_languages_are_sent(house: House, service: Translating) -> None:
    translate()
    sent = {(one["q"], one["source"], one["target"]) for one in service.sent}
    assert sent == {(said, "de" if said == GERMAN else "en", to) for said, to in _pairs()}
    assert {frozenset(one) for one in service.sent} == {frozenset({"q", "source", "target", "format"})}


def test_nothing_is_sent_before_somebody_has_read_it(house: House, service: Translating) -> None:
    author = join(engagement=house.engagement, member=house.members[0])
    said = say_statement(participant=author, topic=house.engagement.topics.get(), text=SAID["es"][0])
    tell()
    translate()
    assert SAID["es"][0] not in {one["q"] for one in service.sent}
    publish_statement(statement=said, moderator=house.members[1])
    translate()
    assert [one["target"] for one in service.sent if one["q"] == SAID["es"][0]] == ["en", "de"]


@pytest.mark.parametrize(
    "change",
    [
        {"has_translations": False},
        {"opened_at": None},
        {"key_destroyed_on": "2026-11-01"},
        {"languages": []},
        {"languages": ["fr"]},  # we have no pages in it
    ],
)
def test_nothing_is_sent_where_nobody_may_want_it(house: House, service: Translating, change: dict[str, Any]) -> None:
    Engagement.objects.update(**change)
    translate()
    assert service.sent == []


def test_without_a_translator_nothing_is_asked_and_nothing_is_missing(house: House, client: Client) -> None:
    translate()
    assert not Translation.objects.exists()
    client.force_login(house.members[0])
    assert client.get(f"/e/{house.engagement.slug}/cards/").status_code == 200


def test_a_statement_of_no_certain_language_is_not_sent(house: House, service: Translating) -> None:
    Statement.objects.filter(text=GERMAN).update(language="")
    translate()
    assert {one["q"] for one in service.sent} == {ENGLISH}


def test_two_workers_never_ask_for_the_same_one(house: House) -> None:
    now = timezone.now()
    taken = [actions.begin_translation(now=now) for _ in range(5)]
    assert len({(due.statement, due.target) for due in taken if due}) == 4 and taken[-1] is None
    assert actions.begin_translation(now=now + actions.UNDER_WAY + timedelta(seconds=1)) is not None, "a dead worker's"


def test_a_service_that_is_down_is_left_in_peace_and_asked_again_later(house: House, service: Translating) -> None:
    service.status = 503
    room = translate()
    assert len(service.sent) == 2, "one statement, twice, and no more"
    assert not room.round()
    row = Translation.objects.get()
    assert (row.text, row.n_failures) == ("", 1) and "503" in row.trouble and GERMAN not in row.trouble
    warned = {finding.id: finding for check in translating.CHECKS for finding in check.findings()}
    assert warned["translator"].state == "warn" and "translates nothing" in warned["translator"].cause
    assert "1 translations could not be made" in warned["translator.failed"].cause
    service.status = 200
    translate()
    assert len(made()) == 3, "the others do not wait for it"
    Translation.objects.filter(text="").update(not_before=timezone.now())
    translate()
    assert len(made()) == 4 and not Translation.objects.exclude(trouble="").exists()
    assert [finding.state for check in translating.CHECKS for finding in check.findings()] == ["ok"]


def test_each_pause_is_twice_as_long_up_to_six_hours(house: House) -> None:
    now = timezone.now()
    due = actions.begin_translation(now=now)
    assert due
    pauses = []
    for _ in range(20):
        actions.fail_translation(due=due, trouble="x" * 300, now=now)
        row = Translation.objects.get()
        assert row.not_before
        pauses.append((row.not_before - now).total_seconds() / 60)
    assert pauses[:4] == [1, 2, 4, 8] and set(pauses[9:]) == {360} and len(row.trouble) == 200


def _withdraw(house: House, statement: Statement) -> None:
    author = join(engagement=house.engagement, member=house.members[0])
    Statement.objects.filter(pk=statement.pk).update(author=author, is_seed=False)
    statement.refresh_from_db()
    withdrawing.withdraw_statement(participant=author, statement=statement)


def _leave(house: House, statement: Statement) -> None:
    author = join(engagement=house.engagement, member=house.members[0])
    Statement.objects.filter(pk=statement.pk).update(author=author, is_seed=False)
    withdrawing.leave(participant=author, keep_statements=False)


def _hide(house: House, statement: Statement) -> None:
    hide(statement=statement, reason="It names somebody.", by=house.members[1])


@pytest.mark.parametrize("take", [_withdraw, _leave, _hide])
def test_a_translation_goes_with_its_statement(
    house: House, service: Translating, take: Callable[[House, Statement], None]
) -> None:
    from django.db import transaction

    translate()
    with transaction.atomic():
        take(house, Statement.objects.get(text=GERMAN))
    assert {said for said, *_ in made()} == {ENGLISH}
    translate()
    assert {said for said, *_ in made()} == {ENGLISH}


def test_what_comes_after_the_statement_is_gone_is_not_kept(house: House) -> None:
    due = actions.begin_translation(now=timezone.now())
    assert due
    Statement.objects.filter(pk=due.statement).update(state=StatementState.HIDDEN)
    assert not actions.end_translation(due=due, text="too late", made_by="our own")
    assert not Translation.objects.exists()


def test_other_words_are_translated_anew_and_meanwhile_the_old_ones_are_not_shown(
    house: House, service: Translating, client: Client
) -> None:
    translate()
    Statement.objects.filter(text=GERMAN).update(text=SAID["de"][1])
    Statement.objects.filter(text=ENGLISH).update(state=StatementState.HIDDEN)
    client.force_login(house.members[0])
    cards = f"/e/{house.engagement.slug}/cards/"
    assert "[en]" not in client.get(cards).content.decode()
    translate()
    assert f"[en] {SAID['de'][1]}" in client.get(cards).content.decode()


def test_back_to_no_and_all_of_them_are_deleted(house: House, service: Translating) -> None:
    translate()
    Engagement.objects.update(has_translations=False)
    translate()
    assert not Translation.objects.exists()


# What readers see


def _page(house: House, client: Client, address: str, language: str = "en") -> str:
    client.force_login(house.members[0])
    return client.get(f"/e/{house.engagement.slug}/{address}", HTTP_ACCEPT_LANGUAGE=language).content.decode()


@pytest.mark.parametrize(
    ("language", "told", "show"),
    [
        ("en", "Translated by a machine from German.", "Show the original"),
        ("es", "Traducido por una máquina. Idioma original: Alemán.", "Mostrar el original"),
    ],
)
def test_a_card_shows_the_translation_marked_and_the_original_beneath(
    house: House, service: Translating, client: Client, language: str, told: str, show: str
) -> None:
    translate()
    Statement.objects.filter(text=ENGLISH).update(state=StatementState.HIDDEN)
    page = _page(house, client, "cards/", language)
    assert f'lang="{language}" dir="ltr" data-card-text>[{language}] {GERMAN}</blockquote>' in page
    assert "data-card-translated><p" in page and told in page and f"<summary>{show}</summary>" in page
    assert f'lang="de" dir="ltr" data-card-original>{GERMAN}</blockquote></details>' in page
    assert 'class="visually-hidden">' in page and f'lang="de" dir="ltr" data-card-aside>{GERMAN}</span>' in page


def test_who_reads_the_language_of_a_statement_sees_it_as_it_was_said(
    house: House, service: Translating, client: Client
) -> None:
    translate()
    Statement.objects.filter(text=ENGLISH).update(state=StatementState.HIDDEN)
    page = _page(house, client, "cards/", "de")
    assert f'lang="de" dir="ltr" data-card-text>{GERMAN}</blockquote>' in page
    assert "data-card-translated hidden>" in page and "[" not in page.partition("data-card-text>")[2][:3]


def test_the_pack_of_a_device_brings_both(house: House, service: Translating, client: Client) -> None:
    translate()
    client.force_login(house.members[0])
    sent = {"acts": [], "have": [], "want": 5}
    reply = client.post(
        f"/api/e/{house.engagement.slug}/acts", sent, content_type="application/json", HTTP_ACCEPT_LANGUAGE="en"
    )
    cards = {card["text"]: card for card in reply.json()["hand"]["cards"]}
    german, english = cards[GERMAN], cards[ENGLISH]
    assert (german["language"], german["translation"], german["reads"]) == ("de", f"[en] {GERMAN}", "en")
    assert german["told"] == "Translated by a machine from German."
    assert (english["language"], english["translation"], english["reads"], english["told"]) == ("en", "", "", "")


def test_the_page_of_a_statement_shows_both(house: House, service: Translating, client: Client) -> None:
    translate()
    page = _page(house, client, f"statements/{Statement.objects.get(text=GERMAN).pk}/")
    assert f'lang="en" dir="ltr">[en] {GERMAN}</blockquote>' in page
    assert "Translated by a machine from German." in page
    assert f'lang="de" dir="ltr">{GERMAN}</blockquote></details>' in page


def test_what_a_service_writes_stays_text(house: House, client: Client) -> None:
    due = actions.begin_translation(now=timezone.now())
    assert due
    evil = "<img src=x onerror=alert(1)>"
    actions.end_translation(due=due, text=evil, made_by=evil)
    page = _page(house, client, f"statements/{due.statement}/", due.target)
    assert evil not in page and "&lt;img src=x onerror=alert(1)&gt;" in page


@pytest.mark.parametrize("address", ["mandate/", "?promise", "say/"])
def test_where_words_go_is_told_where_it_is_promised_and_where_words_are_written(
    house: House, service: Translating, client: Client, address: str
) -> None:
    sentence = "are sent, without a name, to a machine elsewhere (our own) to be translated"
    assert sentence in _page(house, client, address)
    Engagement.objects.update(has_translations=False)
    assert "to be translated" not in _page(house, client, address)
