"""What members read of moderation: figures in steps, a log without people or single days, seeds, warnings."""

from __future__ import annotations

import csv
import html
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from house import House
from sayso.distillations import votes_store
from sayso.engagements import actions as engagement_actions
from sayso.engagements.models import Statement
from sayso.moderation import actions, queries
from sayso.moderation.models import RETURN_REASONS, Decision
from sayso.moderation.sealing import forget_order

pytestmark = pytest.mark.django_db

People = Callable[[int], Client]
Say = Callable[[int, str], Statement]
HERE = "/e/how-we-work/"


def words(reply: Any) -> str:
    return html.unescape(reply.content.decode())


def decide_on(led: House, say: Say, number: int, start: int = 0) -> list[Decision]:
    """So many statements said and decided, every third returned."""
    found = []
    for n in range(start, start + number):
        said = say(2 + n % 4, f"Thought {n} of mine.")
        if n % 3:
            decision = actions.publish(statement=said, by=led.members[0])
        else:
            decision = actions.send_back(statement=said, by=led.members[0], reason=RETURN_REASONS[0])
        assert decision
        found.append(decision)
    return found


def test_figures_are_told_in_steps_and_none_below_the_first(led: House, as_person: People, say: Say) -> None:
    decide_on(led, say, 4)
    assert "fewer than 5 were read" in words(as_person(2).get(HERE + "moderation/"))
    decide_on(led, say, 14, start=4)
    told = queries.figures(led.engagement)
    assert (told.n_read, told.n_published, told.n_returned, told.n_hidden) == (15, 10, 5, None)
    assert list(told.by_reason) == [(RETURN_REASONS[0], 5)]
    page = words(as_person(2).get(HERE + "moderation/"))
    assert "15 or more" in page and RETURN_REASONS[0] in page and "within 24 hours" in page


def test_the_log_puts_days_together_until_ten_stand_in_them(led: House, as_person: People, say: Say) -> None:
    decisions = decide_on(led, say, 21)
    today = timezone.localdate()
    for number, decision in enumerate(decisions):
        Decision.objects.filter(pk=decision.pk).update(day=today - timedelta(days=20 - number // 4))
    rows = queries.public_log(led.engagement)
    assert len(rows) == 12, "three days of four; the other nine wait"
    assert {(row.since, row.until) for row in rows} == {(today - timedelta(days=20), today - timedelta(days=18))}
    actions.undo(decision=decisions[1], by=led.members[0])
    assert len(queries.public_log(led.engagement)) == 11
    shown = words(as_person(2).get(HERE + "moderation/log/"))
    returned = [decision.statement.text for decision in decisions if decision.act == "returned"]
    assert [text for text in returned if text in shown] == [], "words that were returned stay their author's"
    assert "Person" not in shown


def test_the_log_as_a_file_runs_nothing(led: House, as_person: People, say: Say) -> None:
    for n in range(12):
        said = say(2 + n % 4, f"=SUM(A{n}) is how we plan.")
        actions.publish(statement=said, by=led.members[0])
    reply = as_person(2).get(HERE + "moderation/log.csv")
    rows = list(csv.reader(io.StringIO(reply.content.decode("utf-8-sig"))))
    assert rows[0] == ["from", "to", "decision", "words", "reason", "merged into", "taken as"]
    assert len(rows) == 13 and all(cell[:1] not in ("=", "+", "-", "@") for row in rows for cell in row if cell)


def test_a_lead_writes_the_policy_and_what_is_wrong_is_told(led: House, as_person: People) -> None:
    lead, edit = as_person(0), HERE + "moderation/edit/"
    wrong = lead.post(edit, {"promised_hours": "0", "words": "Be kind.", "reasons": ""})
    assert wrong.status_code == 422 and "Be kind." in words(wrong)
    assert "at least 1 hour" in words(wrong) and "at least one reason" in words(wrong)
    lead.post(edit, {"promised_hours": "8", "words": "Be kind.", "reasons": "Too short.\n\nToo long."})
    page = words(as_person(2).get(HERE + "moderation/"))
    assert "within 8 hours" in page and "Be kind." in page and "Too long." in page
    assert as_person(1).get(edit).status_code == 404 and as_person(2).get(edit).status_code == 404


def test_while_one_types_contact_data_and_names_are_told_and_nothing_is_kept(led: House, as_person: People) -> None:
    type(led.members[3]).objects.filter(pk=led.members[3].pk).update(full_name="Wanda Okafor")
    told = words(as_person(2).post(HERE + "say/warn/", {"text": "wanda okafor, 020 7946 0958, a@b.example"}))
    assert "Wanda Okafor" in told and "020 7946 0958" in told and "a@b.example" in told and "send it as it is" in told
    assert "notice" not in words(as_person(2).post(HERE + "say/warn/", {"text": "Nobody tells us."}))
    assert Statement.objects.filter(is_seed=False).count() == 0
    as_person(2).post(HERE + "say/", {"topic": led.topic.pk, "text": "Wanda Okafor knows."})
    assert Statement.objects.get(is_seed=False).state == "waiting", "nobody is stopped"


def test_seeds_are_pasted_labelled_and_told_once(led: House, as_person: People) -> None:
    lead, here = as_person(0), HERE + "seeds/"
    lead.post(here, {"topic": led.topic.pk, "lines": "We meet too often.\n\nDoors are shut.\nwe meet too often"})
    seeds = led.engagement.statements.filter(is_seed=True, state="published")
    assert {"We meet too often.", "Doors are shut."} <= set(seeds.values_list("text", flat=True))
    assert seeds.count() == 5
    again = lead.post(here, {"topic": led.topic.pk, "lines": "Doors are shut."}, follow=True)
    assert "1 stood there already" in words(again) and seeds.count() == 5
    table = SimpleUploadedFile("seeds.csv", "text;topic\nLights are off;Talk\n".encode("utf-8-sig"))
    lead.post(here, {"topic": led.topic.pk, "file": table})
    assert seeds.filter(text="Lights are off").exists()


def test_wrong_lines_are_named_and_kept(led: House, as_person: People) -> None:
    typed = "Fine words.\n" + "x" * 300 + "\n👍"
    reply = as_person(0).post(HERE + "seeds/", {"topic": led.topic.pk, "lines": typed})
    assert reply.status_code == 422
    page = words(reply)
    assert "Line 2: That is 20 too many" in page and "Line 3: Please use words" in page and "x" * 300 in page
    assert not Statement.objects.filter(text="Fine words.").exists()


def test_a_seed_is_changed_until_the_first_answer_and_old_counts_can_be_made_again(
    led: House, as_person: People
) -> None:
    lead, seed, other = as_person(0), led.statements[0], led.statements[1]
    last = votes_store.last_visible_event(led.engagement)
    before = votes_store.load(led.engagement, last).digest()
    lead.post(f"{HERE}seeds/{seed.pk}/", {"text": "Other words."})
    assert votes_store.load(led.engagement, last).digest() == before
    now = votes_store.load(led.engagement, votes_store.last_visible_event(led.engagement))
    assert "Other words." in now.texts and seed.text not in now.texts
    engagement_actions.cast_vote(participant=led.participants[2], statement=other, stance=1)
    told = words(lead.post(f"{HERE}seeds/{other.pk}/", {"text": "Third words."}, follow=True))
    assert "People have answered this one" in told and "Third words." in told
    assert "its words stay" in words(lead.get(HERE + "seeds/"))
    lead.post(f"{HERE}seeds/{led.statements[2].pk}/", {"remove": "1"})
    assert Statement.objects.get(pk=led.statements[2].pk).state == "withdrawn"


def test_when_the_key_goes_no_order_of_decisions_is_left(led: House, say: Say) -> None:
    decisions = decide_on(led, say, 3)
    actions.write_note(statement=decisions[0].statement, by=led.members[0], text="Hm.")
    forget_order(engagement=led.engagement)
    assert set(Decision.objects.values_list("place", flat=True)) == {None}
    assert not decisions[0].statement.notes.exists()
