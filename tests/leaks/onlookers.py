"""Those who look: each comes in by a door of its own, once in a world, and looks with what the door gave them.

By a session, by a personal link that is used, by the code of a letter at a kiosk, by the guests' door, by the token of
a directory. What they carry is kept apart from any browser, so that each look begins anew.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from django.conf import settings

from sayso.members.models import Member
from sayso.members.ways_in.passes import letter_code, link_token
from walk import Browser

DEVICE = "sayso_kiosk"


@dataclass(frozen=True)
class Onlooker:
    """`own` is whose things may stand in what is seen."""

    name: str
    own: Member | None = None
    cookies: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    may_read_inbox: bool = False

    @property
    def is_directory(self) -> bool:
        return bool(self.headers)

    def browser(self) -> Browser:
        browser = Browser(headers=self.headers)
        for name, value in self.cookies.items():
            browser.cookies[name] = value
        return browser


def come_in(viewers: dict[str, Member], *, here: str, device: dict[str, str], token: str) -> list[Onlooker]:
    """One for each way in; `device` is what a kiosk holds that somebody has just left, `token` a directory's."""
    doors = {"ambassador": by_link}
    by_role = [
        Onlooker(
            role, member, carried(doors.get(role, by_session)(member)), may_read_inbox=role in ("lead", "moderator")
        )
        for role, member in viewers.items()
    ]
    member = viewers["another member"]
    return [
        *by_role,
        Onlooker("nobody"),
        Onlooker("a guest", None, carried(as_guest(here))),
        Onlooker("a kiosk, and nobody at it", None, device),
        Onlooker("another member at a kiosk", member, carried(at_kiosk(here, device, member))),
        Onlooker("a guest at a kiosk", None, carried(at_kiosk(here, device))),
        Onlooker("another member in a frame", member, carried(in_frame(here, member))),
        Onlooker("a directory", None, {}, {"Authorization": f"Bearer {token}"}),
    ]


def carried(browser: Browser) -> dict[str, str]:
    """What a browser holds, as it would send it again."""
    return {name: cookie.value for name, cookie in browser.cookies.items() if cookie.value}


def by_session(member: Member) -> Browser:
    browser = Browser()
    browser.force_login(member)
    return browser


def by_link(member: Member) -> Browser:
    browser = Browser()
    came = browser.post(f"/in/{link_token(member)}/")
    assert came.status_code == 302 and settings.SESSION_COOKIE_NAME in browser.cookies, "the link opens"
    return browser


def as_guest(here: str) -> Browser:
    browser = Browser()
    assert browser.post(f"{here}guest/")["Location"] == f"{here}say/"
    return browser


def in_frame(here: str, member: Member) -> Browser:
    """On a page of elsewhere: a window of ours hands the pass over."""
    window, frame = by_session(member), Browser()
    given = window.post(f"{here}frame-door/").content.decode().partition('data-pass="')[2].partition('"')[0]
    proof = frame.get(f"{here}embed/").content.decode().partition('name="proof" value="')[2].partition('"')[0]
    frame.post(f"{here}embed/enter/", {"pass": given, "proof": proof})
    assert frame.cookies["sayso_frame"].value, "the frame opens"
    return frame


def start_kiosk(here: str, moderator: Member) -> Browser:
    browser = by_session(moderator)
    browser.post(f"{here}kiosk/")
    assert DEVICE in browser.cookies, "it is a kiosk now"
    return browser


def at_kiosk(here: str, device: dict[str, str], member: Member | None = None) -> Browser:
    """Somebody comes to the device, by the code of their letter or as a guest."""
    browser = Onlooker("the device", cookies=device).browser()
    proof = {"staff_number": member.staff_number, "code": letter_code(member)} if member else {"guest": "1"}
    came = browser.post(f"{here}kiosk/enter/", proof)
    assert came["Location"] == (here if member else f"{here}say/"), "the kiosk opens"
    return browser
