"""Those who read Arabic, on a phone: who says something and votes, with scripts and without; who is at a kiosk; who
moderates; who hosts a room.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from journeys.running import Installation
from journeys.test_kiosk import start_kiosk
from journeys.test_rooms import codes, stances

WORDS = "لا أحد يسألنا قبل تغيير المناوبات."
AGREE = re.compile(r"^\s*أوافق")


def faults_of(page: Any, accessibility_faults: Any) -> list[str]:
    """What stands on the page: its direction, its width, and what axe finds."""
    sideways = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    head = page.evaluate("[document.documentElement.lang, document.documentElement.dir]")
    return [*(["it scrolls sideways"] if sideways else []), *([] if head == ["ar", "rtl"] else [str(head)])] + (
        accessibility_faults(page) if accessibility_faults else []
    )


def choose_arabic(page: Any, address: str) -> None:
    page.goto(address)
    page.get_by_role("button", name="العربية").click()
    expect(page.locator("html[dir=rtl]")).to_be_attached()


def say(page: Any) -> None:
    page.get_by_role("link", name="أقول رأيي").click()
    page.get_by_label("فكرة واحدة").fill(WORDS)
    page.get_by_role("button", name="أرسله", exact=True).click()
    expect(page.get_by_text("يقرؤه إنسان قبل أن يراه الآخرون.").first).to_be_visible()


def vote(page: Any, number: int) -> None:
    for _ in range(number):
        words = page.locator("#card-words")
        shown = words.inner_text()
        page.get_by_role("button", name=AGREE).click()
        expect(words).not_to_have_text(shown)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_a_member_says_and_votes_in_arabic(
    installation: Installation, visit: Any, accessibility_faults: Any, scripts: bool
) -> None:
    world = installation.build("statements=12")
    here = f"/e/{world['slug']}/"
    installation.start_server()
    page = visit(world["sessions"]["ann"], java_script_enabled=scripts)
    axe = accessibility_faults if scripts else None
    choose_arabic(page, here)
    if scripts:
        assert faults_of(page, axe) == []
    say(page)
    if scripts:
        assert faults_of(page, axe) == []
        expect(page.locator("[data-card-count]")).to_have_text("1 من 20")
    vote(page, 7)
    if scripts:
        expect(page.locator("[data-card-count]")).to_have_text("8 من 20")
        assert faults_of(page, axe) == []
    for path in ("mine/", "where/", "results/", "mandate/", "answers/", "meet/", "mine/answers/"):
        page.goto(f"{here}{path}")
        expect(page.locator("main")).to_contain_text(re.compile(r"[\u0600-\u06ff]"))
        if scripts:
            assert (path, faults_of(page, axe)) == (path, [])
    page.goto(f"{here}mine/")
    expect(page.locator("blockquote.statement")).to_have_text(WORDS)
    expect(page.get_by_text("ينتظر القراءة")).to_be_visible()
    assert len(installation.ask("stances")) == 7


def test_what_scripts_say_is_in_arabic_and_counts_as_arabic_does(installation: Installation, visit: Any) -> None:
    world = installation.build("statements=12")
    installation.start_server()
    page = visit(world["sessions"]["ann"])
    choose_arabic(page, f"/e/{world['slug']}/")
    said = page.evaluate("[1, 2, 5, 20, 100].map((n) => window.sayso.say('answered', { n }))")
    assert said == [
        "أجبت عن قول واحد.",
        "أجبت عن قولين.",
        "أجبت عن 5 أقوال.",
        "أجبت عن 20 قولًا.",
        "أجبت عن 100 قول.",
    ]


def test_a_kiosk_in_arabic_forgets_the_language_with_the_person(
    installation: Installation, visit: Any, accessibility_faults: Any
) -> None:
    world = installation.build("statements=6", "crowd=2", "silent=1")
    installation.start_server()
    page = start_kiosk(visit, world, expects=["422"])
    page.get_by_role("button", name="العربية").click()
    expect(page.get_by_role("heading", name="قل رأيك هنا")).to_be_visible()
    assert faults_of(page, accessibility_faults) == []
    page.get_by_label("رقمك الوظيفي").fill(world["numbers"]["crowd0"])
    page.get_by_label("الرمز من رسالتك").fill("AAAA-AAAA")
    page.get_by_role("button", name="ادخل", exact=True).click()
    expect(page.get_by_text("الرقم والرمز غير متطابقين.")).to_be_visible()
    page.get_by_label("الرمز من رسالتك").fill(world["codes"]["crowd0"])
    page.get_by_role("button", name="ادخل", exact=True).click()
    say(page)
    vote(page, 3)
    assert faults_of(page, accessibility_faults) == []
    page.get_by_role("button", name="انتهيت").click()
    expect(page.get_by_role("heading", name="Have your say here")).to_be_visible()


def test_a_moderator_reads_and_decides_in_arabic(
    installation: Installation, visit: Any, accessibility_faults: Any
) -> None:
    world = installation.build("statements=2")
    inbox = f"/e/{world['slug']}/inbox/"
    installation.start_server()
    ann = visit(world["sessions"]["ann"])
    choose_arabic(ann, f"/e/{world['slug']}/")
    say(ann)
    lead = visit(world["sessions"]["lead"])
    choose_arabic(lead, inbox)
    expect(lead.locator(".inbox__item blockquote.statement")).to_have_text(WORDS)
    expect(lead).to_have_title("الوارد (1) – Sayso")
    expect(lead.get_by_text("في انتظار القراءة: 1.")).to_be_visible()
    for act in ("أعده مع ذكر السبب", "قسّمه إلى اثنين"):
        lead.get_by_text(act).click()
        assert (act, faults_of(lead, accessibility_faults)) == (act, [])
    lead.get_by_role("button", name="موافقة").click()
    expect(lead.get_by_text("مفتوح للإجابات.")).to_be_visible()
    expect(lead.get_by_text("قُرئ كل شيء.")).to_be_visible()
    lead.get_by_role("button", name="تراجع عن قرارك الأخير").click()
    expect(lead.locator(".inbox__item blockquote.statement")).to_have_text(WORDS)
    assert faults_of(lead, accessibility_faults) == []


def test_a_room_is_hosted_in_arabic(installation: Installation, visit: Any, accessibility_faults: Any) -> None:
    """Planned already: planning is another page's journey, and in English there."""
    world = installation.build("statements=4", "room=1")
    installation.start_server()
    desk = world["room"]
    host = visit(world["sessions"]["ann"])
    choose_arabic(host, desk)
    assert faults_of(host, accessibility_faults) == []
    code = codes(installation)[0]
    host.goto(f"{desk}sheets/{code}/")
    assert faults_of(host, accessibility_faults) == []
    host.keyboard.type("1231")
    host.get_by_role("button", name="أرسل الورقة").click()
    expect(host.get_by_text(code).first).to_be_visible()
    assert stances(installation, code) == [1, 0, -1, 1]
    host.goto(f"{desk}live/")
    expect(host.locator("#live")).to_contain_text("1 من")
    assert faults_of(host, accessibility_faults) == []
