"""The pages of a mandate without scripts, as its lead, somebody who tries it and a passer-by meet them."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.test import Client

from engagements.conftest import browser_of
from house import Draft, draft_house, write, written
from sayso.engagements.mandate import actions as mandate_actions
from sayso.engagements.mandate import opening, trial_actions
from sayso.engagements.mandate.fields import STEPS
from sayso.engagements.models import Engagement, Event, Participant, RoleName, Vote
from sayso.engagements.roles.actions import grant_role

pytestmark = pytest.mark.django_db
HERE = "/e/how-we-work/"


@pytest.fixture
def draft() -> Draft:
    return draft_house()


@pytest.fixture
def lead(draft: Draft) -> Client:
    return browser_of(draft.lead)


def words(reply: Any) -> str:
    return html.unescape(reply.content.decode())


def form_of(reply: Any) -> dict[str, str]:
    """What the step's form would send untouched: marks and texts."""
    page = words(reply)
    marks = dict(re.findall(r'name="(was-[^"]+)" value="([^"]+)"', page))
    lines = dict(re.findall(r'<input id="field-[^"]+" name="([^"]+)" value="([^"]*)"', page))
    areas = dict(re.findall(r'<textarea [^>]*id="field-[^"]+" name="([^"]+)"[^>]*>\n(.*?)</textarea>', page, re.DOTALL))
    return {**marks, **lines, **areas}


def test_a_keeper_finds_the_way_from_the_first_page_and_others_do_not(draft: Draft, lead: Client) -> None:
    assert "Begin" in words(lead.get("/")) and "Go on preparing" in words(lead.get("/"))
    begun = lead.post("/begin/", {"title": "  Night\tshifts "}, follow=True)
    assert begun.redirect_chain[-1][0] == "/e/night-shifts/prepare/" and "Night shifts" in words(begun)
    colleague = browser_of(draft.members[1])
    assert "Begin" not in words(colleague.get("/")) and colleague.get("/begin/").status_code == 404
    assert "Nothing is open yet" in words(colleague.get("/"))


def test_a_name_is_asked_for_and_kept(lead: Client) -> None:
    assert "Give it a short name." in words(lead.post("/begin/", {"title": " \u200b "}))
    long = lead.post("/begin/", {"title": "x" * 81})
    assert long.status_code == 422 and "x" * 81 in words(long)


@pytest.mark.parametrize("step", STEPS)
def test_a_step_sent_untouched_changes_nothing_and_goes_on(draft: Draft, lead: Client, step: str) -> None:
    before, topics = draft.now(), list(draft.engagement.topics.values())
    shown = lead.get(f"{HERE}prepare/{step}/")
    fields = draft.engagement.mandate_fields.order_by("pk")
    rows = list(fields.values("name", "typed", "typed_by"))
    picked = {"languages": "en", "identity_level": "confidential", "has_dictation": "False"}
    picked["has_translations"] = "False"
    sent = {**form_of(shown), **picked, "act": "next"}
    assert [name for name in sent if name.startswith("was-")]
    reply = lead.post(f"{HERE}prepare/{step}/", sent)
    assert reply.status_code == 302
    assert list(fields.values("name", "typed", "typed_by")) == rows
    assert draft.now().__dict__ | {"_state": 0} == before.__dict__ | {"_state": 0}
    assert list(draft.engagement.topics.values()) == topics


def test_without_scripts_a_step_is_saved_and_what_is_wrong_is_kept_and_said(draft: Draft, lead: Client) -> None:
    sent = form_of(lead.get(f"{HERE}prepare/promise/"))
    due = draft.engagement.answers_due
    sent |= {"answers_due": "tomorrow", "promise": "Two\r\nlines", "act": "stay", "identity_level": "open"}
    reply = lead.post(f"{HERE}prepare/promise/", sent, follow=True)
    page = words(reply)
    assert "Saved." in page and "“tomorrow” is no date" in page and 'value="tomorrow"' in page
    assert (draft.now().promise, draft.now().identity_level, draft.now().answers_due) == ("Two\nlines", "open", due)
    overview = words(lead.get(f"{HERE}prepare/"))
    assert "1 thing remains before it can open." in overview and "#field-answers_due" in overview


def test_with_htmx_one_field_is_saved_and_only_the_words_beside_it_come_back(draft: Draft, lead: Client) -> None:
    mark = form_of(lead.get(f"{HERE}prepare/frame/"))["was-who_decides"]
    road = {"headers": {"HX-Request": "true"}}
    sent = {"was-who_decides": mark, "who_decides": ""}
    page = words(lead.post(f"{HERE}prepare/frame/", sent, **road))
    assert "<textarea" not in page and "Saved" in page and "1 thing remains" in page and 'id="remains"' in page
    assert draft.now().who_decides == "" and 'name="was-who_decides"' in page
    mark = re.search(r'name="was-who_decides" value="([^"]+)"', page)
    sent = {"was-who_decides": mark[1] if mark else "", "who_decides": "x" * 301}
    page = words(lead.post(f"{HERE}prepare/frame/", sent, **road))
    assert "1 characters too long" in page and draft.now().who_decides == ""
    assert "x" * 301 in words(lead.get(f"{HERE}prepare/frame/"))


def test_two_leads_at_once_are_both_told(draft: Draft, lead: Client) -> None:
    grant_role(engagement=draft.engagement, member=draft.members[1], name=RoleName.LEAD)
    other = browser_of(draft.members[1])
    mine, theirs = (form_of(browser.get(f"{HERE}prepare/frame/")) for browser in (lead, other))
    lead.post(f"{HERE}prepare/frame/", {**mine, "who_decides": "Mine."})
    told = other.post(f"{HERE}prepare/frame/", {**theirs, "who_decides": "Theirs.", "act": "stay"}, follow=True)
    assert "Person 1 had changed this meanwhile to: “Mine.”. Yours stands now." in words(told)
    assert draft.now().who_decides == "Theirs." and draft.now().what_is_open == draft.engagement.what_is_open
    again = words(lead.get(f"{HERE}prepare/frame/"))
    assert "Person 2 changed this after you. You had written: “Mine.”" in again


def test_topics_are_handled_by_buttons_that_lose_no_words(draft: Draft, lead: Client) -> None:
    step = f"{HERE}prepare/topics/"
    first = f"topic-{draft.topic.pk}-title"
    lead.post(step, {**form_of(lead.get(step)), first: "Changed", "act": "add"})
    added = draft.engagement.topics.last()
    assert added and list(draft.engagement.topics.values_list("title", flat=True)) == ["Changed", ""]
    lead.post(step, {**form_of(lead.get(step)), f"topic-{added.pk}-title": "Second", "act": f"up-{added.pk}"})
    assert list(draft.engagement.topics.values_list("title", flat=True)) == ["Second", "Changed"]
    refused = lead.post(step, {**form_of(lead.get(step)), "act": f"remove-{draft.topic.pk}"}, follow=True)
    assert "First statements stand under this topic." in words(refused)
    gone = lead.post(step, {**form_of(lead.get(step)), "act": f"remove-{added.pk}"}, follow=True)
    assert "Taken out: “Second”." in words(gone) and draft.engagement.topics.count() == 1
    for odd in ("up-999999999999999999999", "remove-x", "dance", ""):
        assert lead.post(step, {"act": odd}).status_code == 302


def test_script_in_every_text_is_shown_as_text(draft: Draft, lead: Client) -> None:
    evil = '<script>alert("x")</script>'
    topic = {f"topic__{draft.topic.pk}__title": evil, f"topic__{draft.topic.pk}__question": evil}
    names = ("title", "objective", "what_is_open", "what_is_fixed", "who_decides", "promise")
    write(draft.engagement, draft.lead, **dict.fromkeys(names, evil), **topic, answers_due=evil)
    pages = [f"{HERE}prepare/{step}/" for step in STEPS] + [f"{HERE}prepare/", f"{HERE}mandate/", f"{HERE}open/", "/"]
    pages += [f"{HERE}preview/?screen={screen}" for screen in ("promise", "say", "card")]
    for page in pages:
        assert evil not in lead.get(page).content.decode(), page
    assert evil in words(lead.get(f"{HERE}mandate/"))


def test_a_nul_and_half_a_sign_are_taken_without_harm(draft: Draft, lead: Client) -> None:
    sent = {"was-objective": "x", "objective": "a\0b\ud800".encode("utf-8", "surrogatepass").decode("latin-1")}
    assert lead.post(f"{HERE}prepare/question/", sent).status_code == 302
    assert "\0" not in draft.now().objective


@pytest.mark.parametrize(("screen", "shown"), [("promise", "Our promise"), ("say", "How do we talk to each other?"),
                                               ("card", "We meet too often.")])  # fmt: skip
def test_the_preview_shows_the_members_own_pages_and_writes_nothing(
    draft: Draft, lead: Client, screen: str, shown: str
) -> None:
    events = Event.objects.count()
    page = words(lead.get(f"{HERE}preview/?screen={screen}"))
    assert shown in page and "Preview." in page
    assert page.index("<fieldset") < page.index(shown) and 'preview" disabled' in page
    assert (Participant.objects.count(), Event.objects.count()) == (0, events)


def test_a_lead_who_follows_a_members_link_before_the_opening_takes_no_part(draft: Draft, lead: Client) -> None:
    topic = {"topic": draft.topic.pk, "text": "Mine."}
    for reply in (lead.get(f"{HERE}say/"), lead.post(f"{HERE}say/", topic), lead.get(f"{HERE}cards/")):
        assert reply.status_code == 302 and reply["Location"] == HERE
    assert "It is being prepared." in words(lead.get(HERE))
    assert not Participant.objects.exists()


def test_five_people_try_the_real_pages_and_the_lead_reads_what_they_remark(draft: Draft, lead: Client) -> None:
    asked = lead.post(f"{HERE}trial/", {"known_as": draft.members[1].email}, follow=True)
    assert "Person 2 can try it now." in words(asked)
    assert "Look it up" in words(lead.post(f"{HERE}trial/", {"known_as": "nobody@nowhere.example"}))
    tester = browser_of(draft.members[1])
    assert "This is a trial." in words(tester.get("/", follow=True))
    said = tester.post(f"{HERE}say/", {"topic": draft.topic.pk, "text": "Only a try."}, follow=True)
    assert "A person reads it before others see it." in words(said) and "This is a trial." in words(said)
    seed = draft.topic.statements.filter(is_seed=True)[0]
    tester.post(f"{HERE}votes/", {"statement": seed.pk, "stance": "1"})
    assert "Nothing arrived." in words(tester.post(f"{HERE}remark/", {"text": " "}))
    tester.post(f"{HERE}remark/", {"text": "What is a mandate?"})
    page = words(lead.get(f"{HERE}trial/"))
    remarks = page[page.index('id="remarks"') :]
    assert "What is a mandate?" in remarks and "Person 2" not in remarks
    assert "Only a try." in words(lead.get(f"{HERE}inbox/"))
    seat = draft.engagement.trial_seats.get()
    lead.post(f"{HERE}trial/{seat.pk}/end/")
    assert tester.get(f"{HERE}say/").status_code == 404
    lead.post(f"{HERE}trial/end/")
    assert not Vote.objects.exists() and not Participant.objects.exists()


def test_whoever_does_not_try_it_cannot_remark(draft: Draft, lead: Client) -> None:
    assert lead.get(f"{HERE}remark/").status_code == 404
    assert "was not sent" in words(lead.post(f"{HERE}remark/", {"text": "x"}))
    trial_actions.give_trial_seat(engagement=draft.engagement, member=draft.members[1])
    opening.open_prepared(engagement=draft.engagement, by=draft.lead)
    late = browser_of(draft.members[1])
    assert late.get(f"{HERE}remark/").status_code == 404
    reply = late.post(f"{HERE}remark/", {"text": "Kept for copying."})
    assert reply.status_code == 422 and "Kept for copying." in words(reply)


def test_opening_by_pressing_one_button(draft: Draft, lead: Client) -> None:
    page = words(lead.get(f"{HERE}open/"))
    assert "Open it for 3 people" in page and "Nobody guards the data yet." in page
    reply = lead.post(f"{HERE}open/", follow=True)
    assert "It is open for 3 people." in words(reply) and draft.now().is_opened
    for path in ("prepare/", "prepare/topics/", "preview/", "trial/", "open/"):
        assert lead.get(HERE + path)["Location"] == f"{HERE}phases/"
    assert "Have my say" in words(browser_of(draft.members[1]).get("/", follow=True))


def test_opening_what_is_not_ready_says_what_is_missing(draft: Draft, lead: Client) -> None:
    write(draft.engagement, draft.lead, answers_due="")
    assert "Say by when people will have answers." in words(lead.get(f"{HERE}open/"))
    reply = lead.post(f"{HERE}open/", follow=True)
    assert "It cannot be opened yet." in words(reply) and not draft.now().is_opened


def test_words_sent_after_somebody_else_opened_it_are_given_back(draft: Draft, lead: Client) -> None:
    sent = form_of(lead.get(f"{HERE}prepare/frame/"))
    opening.open_prepared(engagement=draft.engagement, by=draft.lead)
    reply = lead.post(f"{HERE}prepare/frame/", {**sent, "who_decides": "Written too late."})
    assert reply.status_code == 409 and "Written too late." in words(reply)
    assert "Written too late." not in draft.now().who_decides


def test_a_form_that_lay_too_long_gives_its_words_back(draft: Draft) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(draft.lead)
    sent = {"was-who_decides": "x", "who_decides": "Words from an old page."}
    reply = browser.post(f"{HERE}prepare/frame/", sent, headers={"Sec-Fetch-Site": "same-origin"})
    assert reply.status_code == 403 and "Words from an old page." in words(reply)
    assert draft.now().who_decides == draft.engagement.who_decides


# After the opening


@pytest.fixture
def opened(draft: Draft) -> Draft:
    opening.open_prepared(engagement=draft.engagement, by=draft.lead)
    return draft


def test_the_mandate_is_there_for_anybody_once_it_is_open(draft: Draft) -> None:
    passer_by = Client()
    assert passer_by.get(f"{HERE}mandate/")["Location"] == f"/accounts/login/code/?next={HERE}mandate/"
    assert passer_by.get("/e/no-such-thing/mandate/")["Location"].startswith("/accounts/login/code/")
    opening.open_prepared(engagement=draft.engagement, by=draft.lead)
    page = words(passer_by.get(f"{HERE}mandate/"))
    for told in ("When we meet", "Nobody loses their job", "The board", "each question", "How do we talk", "now"):
        assert told.lower() in page.lower()
    assert "Person 1" not in page and "Have my say" not in page
    assert "Have my say" in words(browser_of(draft.members[1]).get(f"{HERE}mandate/"))


def test_a_change_stands_in_public_with_its_reason_and_without_a_name(opened: Draft, lead: Client) -> None:
    sent = {"name": "answers_due", "typed": written(60), "reason": "We had more to read."}
    assert "Changed. The mandate says so" in words(lead.post(f"{HERE}change/", sent, follow=True))
    page = words(Client().get(f"{HERE}mandate/"))
    assert "We had more to read." in page and "Answers by" in page and "Person 1" not in page
    assert "Nothing has been changed since." not in page


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"name": "min_group_scores", "typed": "5", "reason": "x"}, "This is what stands there already."),
        ({"name": "min_group_scores", "typed": "many", "reason": "x"}, "Write a number from 5 to 500."),
        ({"name": "min_group_words", "typed": "12", "reason": "  "}, "Say why. Everybody reads the reason."),
        ({"name": "answers_due", "typed": "32.1.2040", "reason": "Kept reason"}, "“32.1.2040” is no date."),
    ],
)
def test_a_change_that_cannot_be_made_keeps_words_and_reason(
    opened: Draft, lead: Client, sent: dict[str, str], told: str
) -> None:
    reply = lead.post(f"{HERE}change/", sent)
    assert reply.status_code == 422 and told in words(reply) and f'value="{sent["typed"]}"' in words(reply)
    assert sent["reason"] in words(reply) and not opened.engagement.mandate_changes.exists()


def test_an_unknown_field_cannot_be_changed(opened: Draft, lead: Client) -> None:
    reply = lead.post(f"{HERE}change/", {"name": "opened_at", "typed": "", "reason": "x"})
    assert reply.status_code == 422 and opened.now().is_opened


def test_phases_go_on_with_a_reason_where_one_is_due(opened: Draft, lead: Client) -> None:
    early = lead.post(f"{HERE}phases/", {"to": "distil", "reason": ""})
    assert early.status_code == 422 and "Say why." in words(early)
    lead.post(f"{HERE}phases/", {"to": "distil", "reason": "All have spoken."})
    assert opened.now().phase == "distil"
    assert "All have spoken." in words(Client().get(f"{HERE}mandate/"))
    assert "is over" in words(browser_of(opened.members[1]).get(HERE))
    for odd in ("mandate", "dance", ""):
        assert lead.post(f"{HERE}phases/", {"to": odd, "reason": "x"}).status_code == 422
    assert opened.now().phase == "distil"


def test_closing_asks_why_and_ends_it(opened: Draft, lead: Client) -> None:
    assert "Say why." in words(lead.post(f"{HERE}close/", {"reason": " "})) and not opened.now().is_closed
    lead.post(f"{HERE}close/", {"reason": "All is answered."})
    assert opened.now().is_closed and "All is answered." in words(Client().get(f"{HERE}mandate/"))
    assert lead.get(f"{HERE}close/")["Location"] == f"{HERE}phases/"
    assert "Closed" in words(lead.get(f"{HERE}phases/"))
    refused = lead.post(f"{HERE}change/", {"name": "who_decides", "typed": "Me.", "reason": "x"})
    assert "It is closed." in words(refused)


def test_a_draft_has_no_pages_of_the_time_after(draft: Draft, lead: Client) -> None:
    for path in ("phases/", "change/", "close/"):
        assert lead.get(HERE + path).status_code == 404
    assert lead.get(f"{HERE}mandate/").status_code == 200


def test_two_drafts_do_not_mix(draft: Draft, lead: Client) -> None:
    other = mandate_actions.begin_engagement(title="Other", by=draft.lead)
    mandate_actions.add_empty_topic(engagement=other)
    foreign = {f"was-topic-{draft.topic.pk}-title": "x", f"topic-{draft.topic.pk}-title": "Overwritten"}
    lead.post("/e/other/prepare/topics/", {**foreign, "act": f"remove-{draft.topic.pk}"})
    assert Engagement.objects.get(slug="how-we-work").topics.get().title == "Talk"
