"""The published record beside the published figures: the same totals, no newer than them, leading to nobody."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
import zxingcpp
from django.test import Client
from django.utils import timezone

from custody.conftest import close, distil, follow
from house import House
from sayso.custody import actions as custody
from sayso.custody import ballot_sheets
from sayso.custody.ballot_store import proof_of, whole
from sayso.custody.ballots.proof import faults_of_proof, make_proof
from sayso.custody.ballots.record import as_csv, as_json, faults_of
from sayso.custody.ballots.tree import GrowingTree
from sayso.custody.models import BallotRecord, BallotSheet, CustodyJob
from sayso.distillations.models import Snapshot
from sayso.engagements import actions
from sayso.engagements.models import Engagement, Event, Phase
from sayso.engagements.withdrawing import take_back_all_votes, take_back_vote, withdraw_statement
from sayso.members.pseudonyms import ballot_secrets

pytestmark = pytest.mark.django_db

BALLOTS = "/e/how-we-work/ballots/"


def client_of(house: House, person: int) -> Client:
    client = Client()
    client.force_login(house.members[person])
    return client


def record_of(house: House) -> dict[str, Any]:
    published = custody.publish_ballots(engagement=house.engagement)
    assert published is not None
    return whole(published)


def told_counts(house: House) -> dict[str, tuple[int, ...]]:
    newest = Snapshot.objects.filter(engagement=house.engagement).latest("last_event")
    rows = json.loads(newest.published)["statements"]
    return {r["statement_id"]: (r["n_agree"], r["n_pass"], r["n_disagree"]) for r in rows if r["seen"] is not None}


def counts_in(record: dict[str, Any]) -> dict[str, tuple[int, ...]]:
    return {told["statement"]: (told["agree"], told["pass"], told["disagree"]) for told in record["statements"]}


def test_totals_are_those_of_the_results(closed: House) -> None:
    record = record_of(closed)
    assert faults_of(record) == []
    assert len(record["statements"]) == 6
    assert counts_in(record) == told_counts(closed)


def test_there_is_none_while_people_vote(guarded: House) -> None:
    distil()
    assert custody.publish_ballots(engagement=guarded.engagement) is None
    page = client_of(guarded, 3).get(BALLOTS).content.decode()
    assert "When voting is over" in page
    assert client_of(guarded, 3).get(BALLOTS + "record.json").status_code == 404


def test_there_is_none_before_all_is_counted(closed: House) -> None:
    take_back_vote(participant=closed.participants[2], statement=closed.statements[0])
    assert custody.publish_ballots(engagement=closed.engagement) is None
    assert "last count is under way" in client_of(closed, 3).get(BALLOTS).content.decode()
    distil()
    assert custody.publish_ballots(engagement=closed.engagement) is not None


def test_it_is_published_once_and_stays(closed: House) -> None:
    first = record_of(closed)
    take_back_all_votes(participant=closed.participants[2])
    distil()
    assert record_of(closed) == first
    assert BallotRecord.objects.count() == 1
    assert Event.objects.filter(kind="ballots_published").count() == 1


def test_votes_too_new_for_the_figures_are_too_new_for_the_record(guarded: House) -> None:
    """Two more answer, and one answers otherwise: the figures stand still, and so must the list behind them."""
    distil()
    then = told_counts(guarded)
    guarded.add_people(2)
    for person in (12, 13):
        guarded.vote(person, 0, 1)
    distil()
    close(guarded)
    assert told_counts(guarded) == then
    record = record_of(guarded)
    assert counts_in(record) == then
    page = client_of(guarded, 12).get(BALLOTS).content.decode()
    assert "We find no vote of yours" in page


def test_too_few_votes_for_a_figure_are_too_few_for_the_record(guarded: House) -> None:
    said = actions.say_statement(participant=guarded.participants[0], topic=guarded.topic, text="Open the windows.")
    actions.publish_statement(statement=said, moderator=guarded.members[0])
    for participant in guarded.participants[1:5]:
        actions.cast_vote(participant=participant, statement=said, stance=1)
    distil()
    close(guarded)
    record = record_of(guarded)
    assert str(said.pk) not in counts_in(record) and len(record["statements"]) == 6


def test_everybody_finds_exactly_their_own_votes_on_their_page(closed: House) -> None:
    record_of(closed)
    for person in (0, 5, 11):
        page = client_of(closed, person).get(BALLOTS).content.decode()
        own = {
            str(vote.statement_id): {1: "agree", 0: "pass", -1: "disagree"}[vote.stance]
            for vote in closed.participants[person].votes.all()
        }
        slips = re.findall(r'data-statement="(\d+)".*?found: you (\w+)', page, flags=re.DOTALL)
        assert dict(slips) == own
        assert f"We find {len(own)} of your votes" in page


def test_a_changed_and_a_withdrawn_vote_are_counted_as_they_stand(guarded: House) -> None:
    guarded.vote(4, 0, 0)
    guarded.vote(4, 0, -1)
    take_back_vote(participant=guarded.participants[5], statement=guarded.statements[1])
    take_back_all_votes(participant=guarded.participants[6])
    distil()
    close(guarded)
    assert counts_in(record_of(guarded)) == told_counts(guarded)
    page = client_of(guarded, 6).get(BALLOTS).content.decode()
    assert "We find no vote of yours" in page


def test_the_record_leads_to_nobody(closed: House) -> None:
    """Nothing of a person or a participant is in it, and no mark comes at two statements."""
    text = json.dumps(record_of(closed))
    traces = [m.full_name for m in closed.members] + [p.pseudonym for p in closed.participants]
    assert [trace for trace in traces if trace in text] == []
    marks = [mark for told in json.loads(text)["statements"] for mark, _ in told["ballots"]]
    assert len(marks) == len(set(marks)) == 72
    assert "is about something of its own" not in text


def test_the_record_is_the_same_for_whoever_asks(closed: House) -> None:
    record_of(closed)
    replies = {client_of(closed, person).get(BALLOTS + "record.json").getvalue() for person in (0, 1, 7)}
    assert len(replies) == 1


def test_words_withdrawn_later_are_not_shown_beside_their_votes(guarded: House) -> None:
    said = actions.say_statement(participant=guarded.participants[0], topic=guarded.topic, text="Open the windows.")
    actions.publish_statement(statement=said, moderator=guarded.members[0])
    for participant in guarded.participants[1:]:
        actions.cast_vote(participant=participant, statement=said, stance=1)
    distil()
    close(guarded)
    assert str(said.pk) in counts_in(record_of(guarded))
    withdraw_statement(participant=guarded.participants[0], statement=said)
    page = client_of(guarded, 3).get(BALLOTS).content.decode()
    assert "Open the windows." not in page and "withdrawn it since" in page


def test_a_receipt_is_the_members_own_and_kept_nowhere(closed: House) -> None:
    from sayso.custody.ballots.receipt import written

    pages = {}
    for person in (3, 4):
        page = client_of(closed, person).get(BALLOTS + "receipt/").content.decode()
        pages[person] = re.search(r'id="letters">([-0-9A-Z]+)<', page).group(1)  # type: ignore[union-attr]
        assert "<svg" in page
    assert pages[3] != pages[4]
    (secret,) = ballot_secrets(engagement_slug="how-we-work", pseudonyms=[closed.participants[3].pseudonym])
    assert written(secret) == pages[3]


def drawn(svg: str) -> np.ndarray:
    """The strokes of the page's own picture, as dots of eight by eight."""
    width = int(re.search(r'viewBox="0 0 (\d+)', svg).group(1))  # type: ignore[union-attr]
    dots = np.full((width, width), 255, dtype=np.uint8)
    x = y = 0.0
    for sign, numbers in re.findall(r"([Mmh])([-0-9. ]+)", re.search(r' d="([^"]+)"', svg).group(1)):  # type: ignore[union-attr]
        told = [float(number) for number in numbers.split()]
        if sign == "h":
            dots[int(y), int(x) : int(x + told[0])] = 0
            x += told[0]
        else:
            x, y = (told[0], told[1]) if sign == "M" else (x + told[0], y + told[1])
    return np.kron(dots, np.ones((8, 8), dtype=np.uint8))


def test_the_square_code_holds_the_letters(closed: House) -> None:
    page = client_of(closed, 3).get(BALLOTS + "receipt/").content.decode()
    letters = re.search(r'id="letters">([-0-9A-Z]+)<', page).group(1)  # type: ignore[union-attr]
    svg = re.search(r'class="qr".*?(<svg.*?</svg>)', page, flags=re.DOTALL).group(1)  # type: ignore[union-attr]
    assert zxingcpp.read_barcode(drawn(svg)).text == letters  # type: ignore[union-attr]


def test_the_file_is_the_record_letter_by_letter(closed: House) -> None:
    record = record_of(closed)
    client = client_of(closed, 3)
    assert client.get(BALLOTS + "record.json").getvalue().decode() == as_json(record)
    assert client.get(BALLOTS + "record.csv").getvalue().decode() == as_csv(record)


def test_who_looks_asks_the_worker_for_it_and_it_tells_how_far_it_is(closed: House) -> None:
    page = client_of(closed, 3).get(BALLOTS).content.decode()
    assert "last count is under way" in page and "You may leave this page" in page
    client_of(closed, 4).get(BALLOTS)
    job = CustodyJob.objects.get()
    CustodyJob.objects.update(state="running", n_done=2, n_all=6, lease_until=timezone.now())
    asked = client_of(closed, 3).get(BALLOTS, headers={"HX-Request": "true"})
    assert "2 of 6 statements" in asked.content.decode() and "<html" not in asked.content.decode()
    CustodyJob.objects.update(lease_until=timezone.now() - timedelta(minutes=1))
    assert "start <code>sayso worker</code>" in client_of(closed, 3).get(BALLOTS).content.decode()
    follow()
    job.refresh_from_db()
    assert job.state == "done"
    assert client_of(closed, 3).get(BALLOTS, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    assert "in the published count" in client_of(closed, 3).get(BALLOTS).content.decode()


def test_at_the_close_the_worker_asks_by_itself(closed: House) -> None:
    follow()
    assert BallotRecord.objects.count() == 1


def test_what_a_killed_making_left_goes_and_nobody_saw_it(closed: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ballot_sheets, "SHEETS_AT_ONCE", 2)

    def killed(n_done: int, n_all: int) -> None:
        if n_done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        custody.publish_ballots(engagement=closed.engagement, tell=killed)
    assert BallotSheet.objects.count() == 2
    assert client_of(closed, 3).get(BALLOTS + "record.json").status_code == 404
    record = record_of(closed)
    assert BallotSheet.objects.count() == len(record["statements"]) == 6 and faults_of(record) == []


def test_proofs_out_of_blocks_are_those_of_the_whole_record(closed: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of four lines, so that statements begin and end inside of them."""
    monkeypatch.setattr(GrowingTree, "BLOCK", 4)
    record = record_of(closed)
    published = BallotRecord.objects.get()
    for person in (0, 7, 11):
        name = closed.participants[person].pseudonym
        (secret,) = ballot_secrets(engagement_slug="how-we-work", pseudonyms=[name])
        assert proof_of(published, secret) == make_proof(record, secret)
        assert faults_of_proof(make_proof(record, secret), secret) == []


def test_the_proof_page_gives_own_votes_only(closed: House) -> None:
    from sayso.custody.ballots.proof import votes_in

    record = record_of(closed)
    proof = client_of(closed, 3).get(BALLOTS + "proof.json").json()
    assert votes_in(proof) == {str(v.statement_id): v.stance for v in closed.participants[3].votes.all()}
    assert proof["root"] == record["root"]


def test_results_tell_the_root(closed: House) -> None:
    record = record_of(closed)
    assert record["root"] in client_of(closed, 0).get("/e/how-we-work/results/").content.decode()


def test_voting_is_over_in_every_later_phase(closed: House) -> None:
    for phase in (Phase.DISTIL, Phase.MEET, Phase.ANSWER, Phase.SEED):
        Engagement.objects.update(phase=phase)
        closed.engagement.refresh_from_db()
        assert custody.publish_ballots(engagement=closed.engagement) is not None


def test_withdrawn_words_leave_every_published_list_at_once_also_when_figures_stand_still(guarded: House) -> None:
    """Key points, lists and portraits of before are kept while little is new: none of them may keep these words."""
    said = actions.say_statement(participant=guarded.participants[0], topic=guarded.topic, text="Open the windows.")
    actions.publish_statement(statement=said, moderator=guarded.members[0])
    for participant in guarded.participants[1:]:
        actions.cast_vote(participant=participant, statement=said, stance=1)
    distil()
    before = Snapshot.objects.latest("last_event").published
    assert "Open the windows." in before and str(said.pk) in json.loads(before)["common_ground"]
    withdraw_statement(participant=guarded.participants[0], statement=said)
    distil()
    after = Snapshot.objects.latest("last_event")
    assert after.published != before
    assert "Open the windows." not in after.published + after.body
    assert f'"{said.pk}"' not in after.published
