"""When something goes wrong: what happened, what is safe, what to do; and nothing typed is lost."""

from __future__ import annotations

import pytest
from django.test import Client

pytestmark = pytest.mark.urls("web.gallery")

TYPED = "Nobody tells the night shift what was decided, and it <b>matters</b>."


@pytest.fixture
def client() -> Client:
    return Client(enforce_csrf_checks=True, raise_request_exception=False)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/unreadable/", 400, "We could not read that"),
        ("/refuse/", 403, "This page is not open to you"),
        ("/no-such-page/", 404, "There is no such page"),
        ("/broken/", 500, "Something broke on our side"),
    ],
)
def test_every_fault_has_a_page_of_ours(client: Client, path: str, status: int, words: str) -> None:
    reply = client.get(path)
    assert reply.status_code == status
    assert words in reply.content.decode()
    assert "Go to the start" in reply.content.decode()


def test_a_stale_form_keeps_what_was_typed(client: Client) -> None:
    reply = client.post("/form/?from=here", {"text": TYPED, "topic": "3"}, headers={"Sec-Fetch-Site": "same-origin"})
    page = reply.content.decode()
    assert reply.status_code == 403
    assert "Nobody tells the night shift what was decided, and it &lt;b&gt;matters&lt;/b&gt;." in page
    assert '<input type="hidden" name="topic" value="3">' in page
    assert 'action="/form/?from=here"' in page


def test_what_is_sent_again_arrives(client: Client) -> None:
    reply = client.post("/form/", {"text": TYPED}, headers={"Sec-Fetch-Site": "same-origin"})
    again = {"text": TYPED, "csrfmiddlewaretoken": reply.context["csrf_token"]}
    assert client.post("/form/", again).content.decode() == f"kept: {TYPED}"


def test_old_browsers_are_known_by_their_origin(client: Client) -> None:
    reply = client.post("/form/", {"text": TYPED}, headers={"Origin": "http://testserver"})
    assert "Send again" in reply.content.decode()


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "none"}, {"Origin": "https://elsewhere.example"}, {}],
)
def test_words_posted_from_elsewhere_are_never_offered_for_sending(client: Client, headers: dict[str, str]) -> None:
    page = client.post("/form/", {"text": TYPED}, headers=headers).content.decode()
    assert "night shift" not in page
    assert "Send again" not in page
