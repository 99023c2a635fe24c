"""Coming in by e-mail: a link and a code for those on the roster, the same page for everybody."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client

from house import open_house
from sayso.members.models import Member

pytestmark = pytest.mark.django_db

ASK, CONFIRM = "/accounts/login/code/", "/accounts/login/code/confirm/"


@pytest.fixture(autouse=True)
def _no_earlier_asking() -> None:
    """allauth counts in the cache how often an address asked: three times a minute are enough."""
    cache.clear()


@pytest.fixture
def member() -> Member:
    return open_house("coming-in", people=1).members[0]


def ask(client: Client, email: str) -> str:
    """Ask for a link; gives back the text of the one message sent."""
    mail.outbox.clear()
    reply = client.post(ASK, {"email": email})
    assert reply.status_code == 302
    assert urlsplit(reply["Location"]).path == CONFIRM
    assert [[to.lower() for to in message.to] for message in mail.outbox] == [[email.lower()]]
    return str(mail.outbox[0].body)


def link_of(text: str) -> str:
    link = urlsplit(re.search(r"http\S+", text).group())  # type: ignore[union-attr]
    return f"{link.path}?{link.query}"


def code_of(text: str) -> str:
    return re.search(r"code=([^\s&]+)", text).group(1)  # type: ignore[union-attr]


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_the_mailed_link_shows_a_button_and_only_the_button_signs_in(member: Member) -> None:
    client = Client()
    text = ask(client, str(member.email))
    assert f"code there: {code_of(text)}" in text
    page = client.get(link_of(text))
    assert page.status_code == 200
    assert f'value="{code_of(text)}"' in page.content.decode()
    assert not is_in(client)
    reply = client.post(CONFIRM, {"code": code_of(text)})
    assert (reply.status_code, reply["Location"]) == (302, "/")
    assert client.session["_auth_user_id"] == str(member.pk)


def test_a_wrong_code_signs_nobody_in(member: Member) -> None:
    client = Client()
    text = ask(client, str(member.email))
    reply = client.post(CONFIRM, {"code": "WRONG-" + code_of(text)})
    assert "That code does not fit" in reply.content.decode()
    assert not is_in(client)


def test_a_code_is_good_only_in_the_browser_that_asked(member: Member) -> None:
    text = ask(Client(), str(member.email))
    other = Client()
    other.post(CONFIRM, {"code": code_of(text)})
    assert not is_in(other)


def test_an_unknown_address_sees_the_same_page_and_gets_no_code(member: Member) -> None:
    pages, texts = [], []
    for email in (str(member.email), "nobody@elsewhere.example"):
        client = Client()
        texts.append(ask(client, email))
        page = client.get(CONFIRM).content.decode()
        assert email in page
        pages.append(re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page).replace(email, "ADDRESS"))
    assert pages[0] == pages[1]
    assert "code=" in texts[0]
    assert "code=" not in texts[1] and "not on the list" in texts[1]


def test_an_address_counts_whatever_its_case(member: Member) -> None:
    assert "code=" in ask(Client(), str(member.email).upper())


def test_nobodys_mailbox_is_flooded(member: Member) -> None:
    for _ in range(3):
        ask(Client(), str(member.email))
    mail.outbox.clear()
    reply = Client().post(ASK, {"email": str(member.email)})
    assert reply.status_code in {200, 429} and not mail.outbox


def test_somebody_taken_off_the_roster_does_not_come_in(member: Member) -> None:
    Member.objects.filter(pk=member.pk).update(is_active=False)
    client = Client()
    client.post(ASK, {"email": str(member.email)})
    for message in mail.outbox:
        if found := re.search(r"code=([^\s&]+)", str(message.body)):
            client.post(CONFIRM, {"code": found.group(1)})
    assert not is_in(client)


def test_nobody_can_sign_up(member: Member) -> None:
    for path in ("/accounts/signup/", "/accounts/signup/code/"):
        client = Client()
        client.post(path, {"email": "new@elsewhere.example", "password1": "x8!kfowvw", "password2": "x8!kfowvw"})
        assert not is_in(client)
    assert list(Member.objects.all()) == [member]
    assert "not on the list" in Client().get("/accounts/signup/").content.decode()


def test_the_moment_of_coming_in_is_kept_nowhere() -> None:
    with connection.cursor() as cursor:
        columns = connection.introspection.get_table_description(cursor, Member._meta.db_table)
    assert not [column.name for column in columns if "login" in column.name]
