"""Cards on a page of another site, in a real browser that keeps its cookies apart: come in, answer, leave."""

from __future__ import annotations

import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from conftest import CHROMIUM_NAMES
from journeys.conftest import DESK, PHONE
from journeys.running import Installation, free_port, wait_for

Elsewhere = Callable[[str], str]


@pytest.fixture
def elsewhere(installation: Installation) -> Iterator[Elsewhere]:
    """A function that starts a page of elsewhere for an engagement, and gives its origin: another site than ours."""
    started: list[subprocess.Popen[bytes]] = []

    def start(slug: str) -> str:
        port = free_port()
        script = Path(__file__).with_name("elsewhere.py")
        started.append(subprocess.Popen([sys.executable, script, str(port), installation.url, slug]))
        origin = f"http://localhost:{port}"
        wait_for(lambda: answers(origin), 10, lambda: "the page of elsewhere did not come up")
        return origin

    yield start
    for process in started:
        process.kill()
        process.wait()


def answers(origin: str) -> bool:
    with suppress(OSError), urllib.request.urlopen(origin, timeout=2):
        return True
    return False


def allow(visit: Any, world: dict[str, Any], origin: str) -> None:
    lead = visit(world["sessions"]["lead"], viewport=DESK)
    lead.goto(f"/e/{world['slug']}/elsewhere/")
    lead.get_by_label("Which pages may show the cards?").fill(origin)
    lead.get_by_role("button", name="Keep this").click()
    expect(lead.locator("#tag")).to_contain_text("embed.js")


def come_in(page: Any) -> Any:
    """Whoever is signed in at Sayso says yes in the small window; it closes, and a card stands in the frame."""
    frame = page.frame_locator("iframe")
    with page.expect_popup() as opening:
        frame.get_by_role("button", name="Come in here").click()
    with opening.value.expect_event("close"):
        opening.value.get_by_role("button", name="Yes, it is me").click()
    expect(frame.locator("blockquote.statement")).to_be_visible()
    return frame


def frames_cookies(page: Any) -> list[dict[str, Any]]:
    return [cookie for cookie in page.context.cookies() if cookie["name"] == "sayso_frame"]


@pytest.mark.both_databases
def test_a_member_answers_on_a_page_of_elsewhere(
    installation: Installation, visit: Any, elsewhere: Elsewhere, accessibility_faults: Any
) -> None:
    world = installation.build("statements=9")
    origin = elsewhere(world["slug"])
    installation.start_server()
    allow(visit, world, origin)
    page = visit(world["sessions"]["ann"])
    page.goto(origin)
    assert accessibility_faults(page) == []
    frame = come_in(page)
    assert accessibility_faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

    said = frame.locator("blockquote.statement")
    for answer in ("Agree", "Disagree"):
        shown = said.inner_text()
        frame.get_by_role("button", name=answer, exact=False).first.click()
        expect(said).not_to_have_text(shown)
    frame.get_by_role("button", name="Undo the last answer").click()
    expect(said).to_have_text(shown)
    assert [row[::2] for row in installation.ask("votes_by_member")] == [["ann@example.org", 1]]

    [cookie] = frames_cookies(page)
    assert cookie["partitionKey"] == "http://localhost"
    assert cookie["secure"] and cookie["httpOnly"] and cookie["path"] == f"/e/{world['slug']}/embed/"

    # What the page around it heard: where from, and a height in coarse steps that only grow. Nothing else.
    heard = page.evaluate("window.heard")
    heights = [data["saysoHeight"] for _, data in heard]
    assert {told for told, _ in heard} == {installation.url}
    assert all(set(data) == {"saysoHeight"} for _, data in heard)
    assert heights == sorted(set(heights)) and all(height % 80 == 0 for height in heights)
    expect(page.locator("iframe")).to_have_attribute("height", str(heights[-1]))

    without_scripts(visit, f"{installation.url}/e/{world['slug']}/embed/", cookie["value"])
    page.reload()
    expect(said).to_be_visible()
    frame.get_by_role("button", name="Leave this page").click()
    expect(frame.get_by_role("button", name="Come in here")).to_be_visible()
    assert frames_cookies(page) == []


def without_scripts(visit: Any, address: str, session: str) -> None:
    """Whoever is in answers by plain forms as well."""
    plain = visit(java_script_enabled=False)
    plain.context.add_cookies([{"name": "sayso_frame", "value": session, "url": address}])
    plain.goto(address)
    said = plain.locator("blockquote.statement")
    shown = said.inner_text()
    plain.get_by_role("button", name="Agree").first.click()
    expect(said).not_to_have_text(shown)
    plain.get_by_role("button", name="Undo the last answer").click()
    expect(said).to_have_text(shown)


BLOCKS = (
    "--test-third-party-cookie-phaseout",
    "--enable-features=ForceThirdPartyCookieBlocking,TrackingProtection3pcd",
)
KEPT = """document.cookie = "plain=1; SameSite=None; Secure";
document.cookie = "apart=1; SameSite=None; Secure; Partitioned"; document.cookie"""


@pytest.fixture
def strict(chromium: Any) -> Iterator[Any]:
    """A browser that keeps no cookies of other sites, as Safari and Firefox do by default."""
    path = next(filter(None, map(shutil.which, CHROMIUM_NAMES)))
    browser = chromium.browser_type.launch(
        executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage", *BLOCKS]
    )
    yield browser.new_page(viewport=DESK)
    browser.close()


def test_whoever_is_not_signed_in_signs_in_first_also_where_cookies_of_other_sites_are_blocked(
    installation: Installation, visit: Any, elsewhere: Elsewhere, strict: Any
) -> None:
    world = installation.build("statements=9")
    origin = elsewhere(world["slug"])
    installation.start_server()
    allow(visit, world, origin)
    strict.goto(origin)
    frame = strict.frame_locator("iframe")
    with strict.expect_popup() as opening:
        frame.get_by_role("button", name="Come in here").click()
    window = opening.value
    expect(window.get_by_role("button", name="Send me the link")).to_be_visible()
    window.goto(installation.url + world["links"]["ann"])
    window.get_by_role("button", name="come in").first.click()
    window.goto(f"{installation.url}/e/{world['slug']}/frame-door/")
    expect(window.get_by_text("Close this window, and press")).to_be_visible()
    window.close()
    come_in(strict)
    inner = next(frame for frame in strict.frames if frame is not strict.main_frame)
    assert inner.evaluate(KEPT) == "apart=1", "this browser does block them"


def test_no_other_site_and_no_other_page_of_ours_can_be_framed(
    installation: Installation, visit: Any, elsewhere: Elsewhere
) -> None:
    world = installation.build("statements=9")
    allowed, other = elsewhere(world["slug"]), elsewhere(world["slug"])
    installation.start_server()
    allow(visit, world, allowed)
    page = visit(world["sessions"]["ann"], expects=["frame-ancestors", "X-Frame-Options", "Framing"])
    for address in (other, f"{allowed}/results"):
        page.goto(address)
        page.wait_for_timeout(700)
        frame = next(frame for frame in page.frames if frame is not page.main_frame)
        assert frame.url.startswith("chrome-error:"), address

    # A browser that keeps nothing in frames is offered a window of ours.
    page.goto(allowed)
    frame = page.frame_locator("iframe")
    frame.get_by_role("button", name="Come in here").wait_for()
    inner = next(frame for frame in page.frames if frame is not page.main_frame)
    inner.goto(f"{installation.url}/e/{world['slug']}/embed/?in")
    expect(frame.get_by_text("Your browser keeps nothing")).to_be_visible()
    with page.expect_popup() as opening:
        frame.get_by_role("link", name="Open it in a window of its own").click()
    expect(opening.value.get_by_role("link", name="Have my say")).to_be_visible()
