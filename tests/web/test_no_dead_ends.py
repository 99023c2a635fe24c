"""Whatever a page offers somebody opens for them: all links, from the start, for each office and for a member."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urldefrag, urljoin

import pytest

from full_house import full_house
from house import open_house
from sayso.engagements.models import Vote
from sayso.members.models import Member
from walk import Browser

pytestmark = pytest.mark.django_db

LINK = re.compile(r'<a\b[^>]*?href="([^"]+)"[^>]*>')
NUMBER = re.compile(r"\d+")
NO_PAGE = re.compile(r"logout|\.(csv|json|pdf|txt)$|/download/")


def offered(page: str, address: str) -> list[str]:
    """The links that are seen, as addresses of ours."""
    found = (tag for tag in LINK.finditer(page) if not re.search(r"\shidden\b", tag[0]))
    addresses = (urldefrag(urljoin(f"http://testserver{address}", unescape(tag[1])))[0] for tag in found)
    return [one.removeprefix("http://testserver") for one in addresses if one.startswith("http://testserver/")]


def shut(member: Member) -> dict[str, str]:
    """What was offered and does not open, with the page that offers it. One page of each kind is looked at."""
    browser = Browser()
    browser.force_login(member)
    waiting, kinds, refused = [("/", "")], set(), {}
    while waiting:
        address, offered_by = waiting.pop(0)
        kind = NUMBER.sub("N", address)
        if kind in kinds or NO_PAGE.search(address.partition("?")[0]):
            continue
        kinds.add(kind)
        reply = browser.get(address, follow=True)
        if reply.status_code >= 400:
            refused[address] = offered_by
        elif reply["Content-Type"].startswith("text/html"):
            here = reply.redirect_chain[-1][0] if reply.redirect_chain else address
            waiting += [(one, address) for one in offered(reply.content.decode(), here)]
    assert len(kinds) > 12, kinds
    return refused


def test_every_link_opens_for_whom_it_is_offered() -> None:
    house = full_house()
    for person in (0, 1, 2, 3, 4):  # lead, moderator, guardian, roster keeper, member
        assert shut(house.members[person]) == {}, house.members[person]


def test_whoever_pressed_before_coming_in_is_led_back_and_not_to_an_empty_page() -> None:
    house, pressed = open_house(people=1, statements=1), "/e/how-we-work/votes/"
    browser = Browser()
    away = browser.post(pressed, {"statement": house.statements[0].pk, "stance": "1"})
    assert away["Location"].endswith(f"?next={pressed}")
    browser.force_login(house.members[0])
    told = browser.get(pressed, headers={"Accept": "text/html,*/*"})
    page = told.content.decode()
    assert told.status_code == 405 and told["Allow"] == "POST" and "no-store" in told["Cache-Control"]
    assert "Please press it once more" in page and 'href="/e/how-we-work/"' in page
    assert Vote.objects.count() == 0
    assert browser.get(pressed).content == b"", "programs are told nothing"
