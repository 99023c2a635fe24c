"""The check beside organisers' fields, with and without scripts, and the engagement's own list of words."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.http import HttpRequest
from django.template import Context, Template
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from house import House
from sayso.engagements import actions
from sayso.engagements.models import RoleName, WordToAvoid
from sayso.engagements.plain_words import actions as word_actions
from sayso.engagements.plain_words.forms import TryForm
from sayso.engagements.roles.actions import grant_role
from sayso.members.keepers.actions import appoint_keeper

People = Callable[[int], Client]
PLAIN = "/e/how-we-work/plain/"
WORDS = "/e/how-we-work/words/"


def rendered(text: str, **context: object) -> str:
    template = Template("{% load plain_words %}{% plain_check form.text %}")
    return template.render(Context({"form": TryForm({"text": text}), "request": HttpRequest(), **context}))


@given(st.text(max_size=60))
@settings(max_examples=60, deadline=None)
def test_what_is_typed_is_always_escaped(text: str) -> None:
    shown = rendered(f"stakeholder <script>{text}</script> leverage")
    assert "<script" not in shown
    assert "&lt;script&gt;" in shown


def test_a_field_with_nothing_in_it_is_left_alone() -> None:
    assert "plain__told" not in rendered("   ")


def test_a_short_text_without_marks_says_nothing_until_somebody_asks() -> None:
    assert "plain__told" not in rendered("How we sail")
    template = Template("{% load plain_words %}{% plain_check form.text picked_in=form.language %}")
    form = TryForm({"text": "How we sail", "language": "en"})
    assert "Too short to say" in template.render(Context({"form": form, "request": HttpRequest()}))


@pytest.mark.django_db
def test_the_check_is_for_those_who_write_what_members_read(led: House, as_person: People) -> None:
    sent = {"field": "objective", "objective": "We leverage it.", "language": "en"}
    assert as_person(1).post(PLAIN, sent).status_code == 404
    assert "Say instead: <strong>use</strong>" in as_person(0).post(PLAIN, sent).content.decode()
    appoint_keeper(member=led.members[1])
    assert as_person(1).post(PLAIN, sent).status_code == 200
    grant_role(engagement=led.engagement, member=led.members[2], name=RoleName.MODERATOR)
    assert as_person(2).post(PLAIN, sent).status_code == 200
    assert as_person(0).get(PLAIN).status_code == 405


@pytest.mark.django_db
def test_the_own_list_of_one_engagement_is_used_there_and_nowhere_else(led: House, as_person: People) -> None:
    as_person(0).post(WORDS, {"word": " gemba  walk", "say": "look around"})
    word = WordToAvoid.objects.get()
    assert (word.word, word.say) == ("gemba walk", "look around")
    assert "look around" in as_person(0).post(PLAIN, {"text": "Our Gemba walks."}).content.decode()
    assert "look around" in rendered("Our gemba walk", engagement=led.engagement)
    assert "look around" not in rendered("Our gemba walk")


@pytest.mark.django_db
def test_a_word_again_changes_what_to_say_and_is_not_there_twice(led: House, as_person: People) -> None:
    for say in ("a", "b"):
        as_person(0).post(WORDS, {"word": "Gemba", "say": say})
        as_person(0).post(WORDS, {"word": "gemba", "say": say})
    assert list(WordToAvoid.objects.values_list("word", "say")) == [("gemba", "b")]


@pytest.mark.django_db
def test_a_word_taken_off_stands_in_the_form_to_be_put_back(led: House, as_person: People) -> None:
    word = word_actions.avoid_word(engagement=led.engagement, word="gemba & co", say="look")
    page = as_person(0).post(f"{WORDS}{word.pk}/remove/", follow=True).content.decode()
    assert 'value="gemba &amp; co"' in page and 'value="look"' in page
    assert not WordToAvoid.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("word", "told"), [("", "Write the word to avoid."), ("x" * 61, "too long for a word"), ("--", "letters in it")]
)
def test_what_is_no_word_is_told_and_kept_in_the_field(led: House, as_person: People, word: str, told: str) -> None:
    reply = as_person(0).post(WORDS, {"word": word, "say": "kept as typed"})
    assert reply.status_code == 422
    assert told in reply.content.decode() and "kept as typed" in reply.content.decode()


@pytest.mark.django_db
def test_a_full_list_says_so(led: House, as_person: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_actions, "MOST_WORDS", 1)
    as_person(0).post(WORDS, {"word": "one"})
    assert "it is full" in as_person(0).post(WORDS, {"word": "two"}).content.decode()
    assert as_person(0).post(WORDS, {"word": "One", "say": "1"}).status_code == 302, "what is there can be changed"


@pytest.mark.django_db
def test_a_text_is_tried_without_scripts_and_not_kept(led: House, as_person: People) -> None:
    page = as_person(0).post(WORDS, {"try": "1", "text": "Wir brauchen Synergien.", "language": "de"})
    assert page.status_code == 200
    assert "Gewinn durch Zusammenarbeit" in page.content.decode()
    assert not WordToAvoid.objects.exists()


@pytest.mark.django_db
def test_a_reason_in_own_words_is_checked_in_the_inbox_and_sent_all_the_same(led: House, as_person: People) -> None:
    statement = actions.say_statement(participant=led.participants[1], topic=led.topic, text="We need quiet rooms.")
    page = as_person(0).get("/e/how-we-work/inbox/").content.decode()
    assert 'hx-trigger="input delay:500ms from:#own-words"' in page
    as_person(0).post(
        f"/e/how-we-work/inbox/{statement.pk}/", {"decision": "return", "own_words": "Leverage synergies!"}
    )
    statement.refresh_from_db()
    assert statement.return_reason == "Leverage synergies!", "it only advises"


@pytest.mark.django_db
def test_members_pages_show_no_check(led: House, as_person: People) -> None:
    for page in ("", "say/", "cards/", "mine/"):
        assert "data-plain-check" not in as_person(1).get(f"/e/how-we-work/{page}").content.decode()
