"""The frame and every part of the look, in a real browser under the real content policy."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import sayso.web
from sayso.members.actions import add_organisation

pytestmark = pytest.mark.urls("web.gallery")

STATIC = Path(str(sayso.web.__file__)).parent / "static" / "web"


@pytest.fixture
def page(chromium: Any, live_server: Any) -> Any:
    add_organisation(name="The gallery")  # before there is one, the front door tells how to set up
    page = chromium.new_page(viewport={"width": 390, "height": 844})
    page.complaints = []
    page.on("console", lambda message: page.complaints.append(message.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.goto(f"{live_server.url}/")
    yield page
    page.close()


def test_nothing_breaks_the_content_policy(page: Any) -> None:
    page.wait_for_function("window.htmx")
    assert page.complaints == []


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_the_page_never_scrolls_sideways(page: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_part_is_accessible(
    chromium: Any, live_server: Any, accessibility_faults: Any, width: int, scheme: str
) -> None:
    page = chromium.new_page(viewport={"width": width, "height": 844}, color_scheme=scheme, bypass_csp=True)
    page.goto(f"{live_server.url}/")
    assert accessibility_faults(page) == []
    page.close()


def test_every_button_is_big_enough_for_a_thumb(page: Any) -> None:
    small = page.evaluate(
        """[...document.querySelectorAll("button, .button, summary, .tabs a, .check, input[type=email], textarea")]
        .filter((part) => part.getClientRects().length && part.getBoundingClientRect().height < 47.9)
        .map((part) => part.outerHTML)"""
    )
    assert small == []


def test_keys_press_the_buttons_and_can_be_switched_off(page: Any) -> None:
    page.evaluate(
        """document.querySelectorAll("[data-key]").forEach((button) =>
        button.addEventListener("click", () => { document.title += button.dataset.key; }))"""
    )
    page.keyboard.press("2")
    assert page.title() == "Gallery2"
    page.locator("textarea").focus()
    page.keyboard.press("1")
    assert page.title() == "Gallery2"
    page.get_by_role("button", name="Letter keys").click()
    page.keyboard.press("3")
    assert page.title() == "Gallery2"


def test_polling_asks_with_the_tag_and_keeps_what_is_open(chromium: Any, live_server: Any) -> None:
    page = chromium.new_page()
    asked: list[str | None] = []

    def answer(route: Any) -> None:
        asked.append(route.request.headers.get("if-none-match"))
        if asked[-1] == '"2"':
            route.fulfill(status=304)
        else:
            fresh = '<details id="why"><summary>Why</summary><p>New words.</p></details>'
            route.fulfill(status=200, headers={"ETag": '"2"', "Content-Type": "text/html"}, body=fresh)

    page.route("**/live/", answer)
    details = '<details id="why"><summary>Why</summary></details>'
    html = f"""<div id="r" data-poll-url="/live/" data-poll-etag='"1"'>{details}</div>"""
    page.route("**/polled/", lambda route: route.fulfill(content_type="text/html", body=_with_script(html)))
    page.goto(f"{live_server.url}/polled/")
    page.locator("summary").click()
    page.get_by_text("New words.").wait_for(state="visible", timeout=5000)
    assert page.evaluate("document.activeElement.textContent") == "Why"
    page.wait_for_timeout(2700)
    assert asked[:2] == ['"1"', '"2"']
    page.close()


def _with_script(html: str) -> str:
    return f'<!doctype html><title>Polled</title>{html}<script src="/static/web/js/poll.js"></script>'


def test_only_the_tokens_hold_colours_and_typefaces() -> None:
    for sheet in STATIC.glob("*.css"):
        if sheet.name != "tokens.css":
            found = re.findall(r"#[0-9a-f]{3,8}\b|rgba?\(|hsl\(|oklch\(", sheet.read_text(encoding="utf-8"))
            assert found == [], sheet.name


def _luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_contrast_is_seven_for_statements_and_four_and_a_half_for_words(theme: str) -> None:
    light, dark = (STATIC / "tokens.css").read_text(encoding="utf-8").split("@media screen")
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", light if theme == "light" else dark))
    grounds = [colours[name] for name in ("paper", "card", "sunk")]
    assert min(_contrast(colours["ink"], ground) for ground in grounds) >= 7
    worded = ("ink-soft", "accent", "accent-strong", "warn", "agree", "pass", "disagree")
    assert {
        name: [round(_contrast(colours[name], ground), 2) for ground in grounds[:2]]
        for name in worded
        if min(_contrast(colours[name], ground) for ground in grounds[:2]) < 4.5
    } == {}
    for name in ("agree", "pass", "disagree"):
        assert _contrast(colours[name], colours[f"{name}-wash"]) >= 4.5
    for letter in "abcdef":
        assert _contrast(colours["on-group"], colours[f"group-{letter}"]) >= 4.5


def test_the_typeface_is_small_and_free() -> None:
    fonts = list((STATIC / "fonts").glob("*.woff2"))
    assert sum(font.stat().st_size for font in fonts) <= 40 * 1024
    assert "SIL Open Font License" in (STATIC / "fonts" / "OFL.txt").read_text(encoding="utf-8")
