"""A lead writes to one unit, looks, sends it off; the mails arrive; letters are made and fetched."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from invitations.sink import Sink
from journeys.conftest import DESK, PHONE
from journeys.running import PATIENCE_S, wait_for

LINK = re.compile(r"/in/\d+\.[\w-]{24}/\?to=/e/quiet-rooms/")


@pytest.fixture
def sink(installation):
    with Sink() as sink:
        installation.env.update(
            SAYSO_EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
            SAYSO_SMTP_HOST="127.0.0.1",
            SAYSO_SMTP_PORT=str(sink.port),
            SAYSO_SMTP_TLS="0",
            SAYSO_MAIL_PER_MINUTE="600",
            SAYSO_MAIL_FROM="say@example.org",
        )
        yield sink


@pytest.mark.parametrize(("viewport", "scripts"), [(PHONE, True), (DESK, False)], ids=["phone", "desk without scripts"])
def test_a_wave_to_one_unit_arrives(installation, visit, sink, accessibility_faults, viewport, scripts):
    world = installation.build("statements=1", "crowd=6", "silent=1")
    everybody = len(world["emails"])
    installation.start_server()
    installation.start_worker()
    lead = visit(world["sessions"]["lead"], viewport=viewport, java_script_enabled=scripts, expects=["422"])
    lead.goto(f"/e/{world['slug']}/invitations/")
    expect(lead.get_by_text("Nobody has been invited by mail yet.")).to_be_visible()
    lead.get_by_role("link", name="Write to people").click()
    lead.get_by_label("Some units").check()
    lead.get_by_text("Choose units").click()
    lead.get_by_label("Night shift").check()
    lead.get_by_role("button", name="Go on").click()
    expect(lead.get_by_text(f"For {everybody} people.")).to_be_visible()
    lead.get_by_role("link", name="Change the words in English").click()
    lead.get_by_label("What the mail says").fill("Hello {frist name}: {link}")
    lead.get_by_role("button", name="Keep these words").click()
    expect(lead.get_by_text("Did you mean {first name}?")).to_be_visible()
    lead.get_by_label("What the mail says").fill("Hello {first name}:\n\n{link}")
    lead.get_by_role("button", name="Keep these words").click()
    if scripts:
        assert accessibility_faults(lead) == []
    lead.get_by_role("button", name="Send it off").click()
    expect(lead.get_by_text("It leaves on")).to_be_visible()
    wait_for(lambda: len(sink.kept) == everybody, PATIENCE_S, lambda: installation.log("worker"))
    if not scripts:
        lead.reload()
    expect(lead.get_by_text(f"Done. {everybody} mails left.")).to_be_visible(timeout=15_000)
    kept = sink.to(world["emails"]["ann"])
    assert kept.text.startswith("Hello Ann:") and LINK.search(kept.text)
    assert f"{installation.url}/in/" in kept.text
    assert "@example.org" not in installation.log("worker")


@pytest.mark.both_databases
def test_letters_are_made_while_one_waits_and_fetched(installation, visit, sink):
    world = installation.build("statements=1", "crowd=3", "silent=1")
    installation.start_server()
    installation.start_worker()
    lead = visit(world["sessions"]["lead"], expects=["422"])
    lead.goto(f"/e/{world['slug']}/invitations/letters/")
    lead.get_by_role("button", name="Make the letters").click()
    expect(lead.get_by_text("no letter is needed")).to_be_visible()
    lead.get_by_label("Also for those whom mail reaches").check()
    lead.get_by_role("button", name="Make the letters").click()
    wait_for(
        lambda: installation.rows("SELECT state FROM invitations_letterbatch") == [("ready",)],
        60,
        lambda: installation.log("worker"),
    )
    lead.get_by_role("link", name="Look again").click()
    with lead.expect_download() as fetched:
        lead.get_by_role("button", name="Fetch").click()
    assert fetched.value.path().read_bytes().startswith(b"%PDF")
