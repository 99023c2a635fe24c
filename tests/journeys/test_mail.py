"""The news arrives; a link leads to a page, a press votes and is undone; what is sent is chosen without signing in;
an answer by mail becomes a statement and a receipt comes back."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import expect

from invitations.sink import Sink
from journeys.conftest import DESK, PHONE
from journeys.running import PATIENCE_S, wait_for
from sayso.correspondence.rules import is_digest_time

AGE = """
import django; django.setup()
from django.utils import timezone
from datetime import timedelta
from sayso.engagements.models import Engagement
Engagement.objects.update(opened_at=timezone.now() - timedelta(days=9))
"""


@pytest.fixture
def sink(installation):
    with Sink() as sink:
        installation.env.update(
            SAYSO_EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
            SAYSO_SMTP_HOST="127.0.0.1",
            SAYSO_SMTP_PORT=str(sink.port),
            SAYSO_SMTP_TLS="0",
            SAYSO_MAIL_PER_MINUTE="6000",
            SAYSO_MAIL_FROM="say@example.org",
            SAYSO_MAIL_REPLIES="say@example.org",
        )
        yield sink


@pytest.mark.skipif(not is_digest_time(datetime.now(UTC)), reason="News of the week leave from Tuesday morning on.")
@pytest.mark.parametrize(("viewport", "scripts"), [(PHONE, True), (DESK, False)], ids=["phone", "desk without scripts"])
def test_news_answers_and_choices_by_mail(installation, visit, sink, accessibility_faults, viewport, scripts):
    world = installation.build("statements=3", "crowd=2")
    installation.env["SAYSO_SITE"] = installation.url
    aged = subprocess.run([sys.executable, "-c", AGE], env=installation.env, capture_output=True, text=True)
    assert aged.returncode == 0, aged.stderr
    installation.start_server()
    installation.start_worker()
    address = world["emails"]["ann"]
    wait_for(lambda: sink.by_recipient()[address], 90, lambda: installation.log("worker"))
    kept = sink.to(address)
    page = visit(viewport=viewport, java_script_enabled=scripts)

    votes = installation.rows("SELECT COUNT(*) FROM engagements_vote")
    page.goto(re.search(r"http\S+/answer/\S+\?stance=1", kept.text).group())
    expect(page.get_by_text("Press to confirm: agree.")).to_be_visible()
    assert installation.rows("SELECT COUNT(*) FROM engagements_vote") == votes
    if scripts:
        assert accessibility_faults(page) == []
    page.get_by_role("button", name="Agree", exact=True).click()
    expect(page.get_by_text("You said: agree.")).to_be_visible()
    if scripts:
        assert accessibility_faults(page) == []
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", name="Your answer is taken back")).to_be_visible()

    page.goto(re.search(r"http\S+/what-you-send-me/\S+", kept.text).group())
    page.get_by_label("Nothing").check()
    page.get_by_role("button", name="Keep this").click()
    expect(page.get_by_text("We send you nothing more.")).to_be_visible()
    if scripts:
        assert accessibility_faults(page) == []
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("We write to you once a week, when there is news.")).to_be_visible()
    assert installation.rows("SELECT choice FROM correspondence_mailchoice") == [("weekly",)]

    answer = f"From: {address}\nTo: {kept.message['Reply-To']}\nMessage-ID: <1@x>\n\nThe bench should go.\n"
    sayso = Path(sys.executable).parent / "sayso"
    said = subprocess.run([sayso, "mail-in"], input=answer, env=installation.env, capture_output=True, text=True)
    assert (said.returncode, said.stdout) == (0, "mail-in: taken\n"), said.stderr
    wait_for(lambda: sink.by_recipient()[address] == 2, PATIENCE_S, lambda: installation.log("worker"))
    assert "The bench should go." in sink.kept[-1].text
    mine = visit(world["sessions"]["ann"], viewport=viewport, java_script_enabled=scripts)
    mine.goto(f"/e/{world['slug']}/mine/")
    expect(mine.get_by_text("The bench should go.", exact=True).first).to_be_visible()
    mine.get_by_role("link", name="What we send you").click()
    expect(mine.get_by_label("Once a week, when there is news")).to_be_checked()
    assert address not in installation.log("worker")


def test_the_lead_ends_answers_by_mail(installation, visit, accessibility_faults):
    world = installation.build("statements=1")
    installation.start_server()
    lead = visit(world["sessions"]["lead"], viewport=DESK)
    lead.goto(f"/e/{world['slug']}/invitations/")
    lead.get_by_role("link", name="Answers by mail").click()
    lead.get_by_label("People may answer invitations and news with a statement").uncheck()
    assert accessibility_faults(lead) == []
    lead.get_by_role("button", name="Keep this").click()
    expect(lead.get_by_text("Kept, and on record.")).to_be_visible()
    assert installation.rows("SELECT takes_replies FROM mail_mailrules") == [(0,)]
