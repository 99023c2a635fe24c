"""Results and the place where one stands: who sees them, what stands there, and what never does."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client

from hand_made import hand_made_snapshot
from house import House
from sayso.distillations.models import Place, Snapshot
from sayso.engagements.mandate.opening import close_engagement
from sayso.engagements.models import Engagement, RoleName, Statement, Translation, Vote
from sayso.engagements.roles.actions import grant_role
from sayso.publication.snapshots import publish

pytestmark = pytest.mark.django_db

RESULTS, LIVE, WHERE, CSV = (
    "/e/how-we-work/results/",
    "/e/how-we-work/results/live/",
    "/e/how-we-work/where/",
    "/e/how-we-work/results/statements.csv",
)


def as_person(house: House, person: int) -> Client:
    client = Client()
    client.force_login(house.members[person])
    return client


def text_of(reply: Any) -> str:
    """The words of a page, without its marks and spaces."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", reply.content.decode())))


def show(house: House, body: dict[str, Any] | None = None) -> Snapshot:
    """Put a snapshot made by hand before the readers."""
    body = {**(body or hand_made_snapshot()), "last_event": Snapshot.objects.count() + 1}
    return Snapshot.objects.create(
        engagement=house.engagement,
        last_event=body["last_event"],
        engine_version="0.1.0",
        seed=1,
        input_digest=body["input_digest"],
        body=json.dumps(body),
        published=json.dumps(publish(body)),
    )


# Who


@pytest.mark.parametrize("path", [RESULTS, LIVE, WHERE, CSV])
def test_strangers_are_sent_to_sign_in(house: House, path: str) -> None:
    reply = Client().get(path)
    assert reply.status_code == 302
    assert reply["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("path", [RESULTS, LIVE, WHERE, CSV])
def test_another_organisation_finds_nothing(house: House, new_house: Callable[..., House], path: str) -> None:
    show(house)
    assert as_person(new_house("another", people=1), 0).get(path).status_code == 404


def test_before_seven_own_answers_no_result_is_shown(house: House) -> None:
    show(house)
    house.add_people(1)
    for number in range(5):
        house.vote(20, number, 1)
    client = as_person(house, 20)
    for path in (RESULTS, WHERE):
        reply = client.get(path)
        assert "2 more answers" in text_of(reply)
        assert "We share" not in text_of(reply) and "we share" not in text_of(reply)
        assert "blockquote" not in reply.content.decode()
    assert client.get(LIVE).status_code == 404
    assert client.get(CSV).status_code == 404


@pytest.mark.parametrize(
    ("role", "sees"), [("lead", True), ("sponsor", True), ("moderator", False), ("guardian", False)]
)
def test_lead_and_sponsor_see_the_same_figures_without_answering(house: House, role: str, sees: bool) -> None:
    show(house)
    house.add_people(1)
    grant_role(engagement=house.engagement, member=house.members[20], name=RoleName(role))
    reply = as_person(house, 20).get(LIVE)
    assert (reply.status_code == 200) == sees
    if sees:
        assert text_of(reply) == text_of(as_person(house, 0).get(LIVE)).replace("Where I stand", "").replace("  ", " ")


def test_a_member_of_the_organisation_who_has_not_come_in_may_look_at_the_page(house: House) -> None:
    from sayso.members.actions import add_member

    member = add_member(organisation=house.organisation, full_name="New", email="new@county.example")
    client = Client()
    client.force_login(member)
    assert "7 more answers" in text_of(client.get(RESULTS))


# What


def test_before_the_first_count_the_page_says_what_will_stand_here(house: House) -> None:
    reply = as_person(house, 0).get(RESULTS)
    assert reply.status_code == 200
    assert "What we say will stand here" in text_of(reply)


def test_once_answering_is_over_nothing_is_promised_any_more(house: House) -> None:
    close_engagement(engagement=house.engagement, by=house.members[0])
    text = text_of(as_person(house, 0).get(RESULTS))
    assert "The last count is still to come." in text and "Say what you think" not in text
    Vote.objects.all().delete()
    assert "Nobody answered while it was open." in text_of(as_person(house, 0).get(RESULTS))
    body = hand_made_snapshot()
    body["common_ground"] = []
    show(house, body)
    text = text_of(as_person(house, 0).get(RESULTS))
    assert "Nothing is shared by nearly all of us." in text
    assert "will stand here" not in text and "keeps itself fresh" not in text


def test_the_page_opens_with_one_sentence_then_lists_what_we_share_and_where_we_part(house: House) -> None:
    show(house)
    text = text_of(as_person(house, 0).get(RESULTS))
    assert "What 236 of us say: we share 5 things; we part on 3." in text
    order = [text.index(words) for words in ("What we share", "Where we part", "Bold views", "The opinion map")]
    assert order == sorted(order)
    assert "What group A says" in text and "What group B says" in text
    assert "236 of 1,200 of us" in text
    assert "Counted just now" in text


def test_silence_is_told_as_a_range(house: House) -> None:
    show(house)
    # 236 of 1,200 is 19.7 %; 75 % of them leaves 14.75 % to 95.1 %.
    assert "it could be 15–95 % of us all" in text_of(as_person(house, 0).get(RESULTS))


def test_a_portraits_hidden_figure_is_named_hidden(house: House) -> None:
    snapshot = show(house)
    published = json.loads(snapshot.published)
    for name in ("share", "share_low", "share_high", "seen", "elsewhere"):
        published["groups"][0]["representative"][0][name] = None
    Snapshot.objects.filter(pk=snapshot.pk).update(published=json.dumps(published))
    text = text_of(as_person(house, 0).get(RESULTS))
    assert text.count("how many is not told, so that nobody can be picked out") == 1


def test_a_repeat_is_marked_in_the_table(house: House) -> None:
    show(house)
    assert text_of(as_person(house, 0).get(RESULTS)).count("said before in nearly the same words") == 1


def test_without_groups_no_camps_are_made_up(house: House) -> None:
    body = hand_made_snapshot()
    body["groups"] = []
    for statement in body["statements"]:
        statement["by_group"] = []
    for point in body["map"]["points"]:
        point["group"] = -1
    show(house, body)
    text = text_of(as_person(house, 0).get(RESULTS))
    assert "We see no separate camps in these votes." in text
    assert "group A" not in text


def test_a_group_too_small_to_tell_of_is_nowhere(house: House) -> None:
    body = hand_made_snapshot()
    body["groups"].append({**body["groups"][1], "id": 2, "label": "C", "size": 4})
    body["map"]["points"][0]["group"] = 2
    place(house, show(house, body), 0, group=2)
    client = as_person(house, 0)
    text = text_of(client.get(RESULTS))
    # B is the next smallest, and goes with C: else C's size would follow by subtraction.
    assert "What group A says" in text
    assert not re.search(r"[Gg]roup [BC]\b", text)
    assert "You stand between the groups." in text_of(client.get(WHERE))


def test_with_few_votes_nothing_is_a_figure(house: House) -> None:
    body = hand_made_snapshot()
    for statement in body["statements"]:
        statement.update(seen=3, n_agree=3, n_pass=0, n_disagree=0, by_group=[])
    body.update(n_participants=3, n_votes=48, groups=[], common_ground=[], divisive=[], bold_views=[])
    body["map"]["points"] = body["map"]["points"][:3]
    show(house, body)
    reply = as_person(house, 0).get(RESULTS)
    assert "too little yet to tell" in text_of(reply)
    assert "not yet known" in text_of(reply)
    assert '<svg class="chart' not in reply.content.decode()


def test_what_is_hidden_in_the_snapshot_is_hidden_on_every_page(house: House) -> None:
    body = hand_made_snapshot()
    body["statements"][0].update(seen=4, n_agree=4, n_pass=0, n_disagree=0)
    body["statements"][9]["rejected"] = True
    show(house, body)
    client = as_person(house, 0)
    row = next(row for row in _rows(client) if row["statement_id"] == "1")
    assert [row[name] for name in ("seen", "agree", "n_agree", "agree_A")] == [""] * 4
    told = client.get("/api/e/how-we-work/snapshot").json()["snapshot"]
    assert next(s for s in told["statements"] if s["statement_id"] == "1")["agree"] is None
    words = body["statements"][9]["text"]
    for path in (RESULTS, CSV, WHERE, "/api/e/how-we-work/snapshot"):
        assert words not in client.get(path).content.decode(), path


def _rows(client: Client) -> list[dict[str, str]]:
    reply = client.get(CSV)
    assert reply["Content-Type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(reply.content.decode("utf-8-sig"))))


def test_the_table_file_holds_every_statement_and_group(house: House) -> None:
    body = hand_made_snapshot()
    body["statements"][1]["text"] = '=HYPERLINK("http://bad.example")'
    show(house, body)
    rows = _rows(as_person(house, 0))
    assert len(rows) == 15  # sixteen, one turned down
    assert float(rows[0]["agree"]) == body["statements"][0]["agree"]
    assert float(rows[0]["agree_B"]) == body["statements"][0]["by_group"][1]["agree"]
    assert rows[1]["text"].startswith("'=")


def test_the_table_file_of_nothing_has_a_header_only(house: House) -> None:
    assert _rows(as_person(house, 0)) == []


def test_rows_come_in_the_order_asked_for(house: House) -> None:
    show(house)
    client = as_person(house, 0)

    def order(query: str) -> list[str]:
        html = client.get(RESULTS + query).content.decode()
        return re.findall(
            r'<blockquote class="statement" dir="auto">([^<]+)</blockquote>', html[html.index("<table") :]
        )

    by_agree, by_said = order("?sort=shared"), order("?sort=said")
    assert by_agree != by_said
    assert sorted(by_agree) == sorted(by_said)
    assert by_said[0] == "Nobody tells the night shift what was decided."
    assert order("?sort=%27%3Cscript") == by_agree


def test_a_long_table_is_shown_in_part_at_first(house: House) -> None:
    body = hand_made_snapshot()
    first = body["statements"][0]
    body["statements"] += [{**first, "statement_id": str(100 + n), "text": f"Number {n}."} for n in range(120)]
    show(house, body)
    client = as_person(house, 0)
    assert "Show 35 more" in text_of(client.get(RESULTS))
    assert client.get(RESULTS + "?all=1").content.count(b"<tr>") == 1 + 135


def test_people_s_words_are_escaped(house: House) -> None:
    body = hand_made_snapshot()
    body["statements"][0]["text"] = "<script>alert(1)</script>"
    show(house, body)
    client = as_person(house, 0)
    for path in (RESULTS, LIVE, WHERE):
        assert b"<script>alert" not in client.get(path).content


def test_no_style_or_script_stands_in_the_page(house: House) -> None:
    show(house)
    client = as_person(house, 0)
    for path in (RESULTS, WHERE):
        html = client.get(path).content.decode()
        assert not re.search(r"<script(?![^>]*\bsrc=)", html)
        assert not re.search(r"<[^>]+\sstyle=", html)
        assert "<style" not in html


@pytest.mark.parametrize(("path", "most"), [(RESULTS, 11), (LIVE, 10), (WHERE, 10)])
def test_queries_do_not_grow_with_statements(
    house: House, path: str, most: int, django_assert_max_num_queries: Any
) -> None:
    show(house)
    client = as_person(house, 0)
    with django_assert_max_num_queries(most):
        assert client.get(path).status_code == 200


def test_words_in_another_language_come_to_open_pages_with_the_original_beneath(house: House) -> None:
    Engagement.objects.update(has_translations=True)
    show(house)
    body = hand_made_snapshot()
    row = next(row for row in body["statements"] if row["statement_id"] == body["common_ground"][0])
    told = Statement.objects.create(
        pk=int(row["statement_id"]), engagement=house.engagement, topic=house.topic, text=row["text"], is_seed=True,
        state="published", language="de",
    )  # fmt: skip
    client = as_person(house, 0)
    before = client.get(LIVE)
    assert f'lang="de" dir="ltr">{told.text}</blockquote>'.encode() in before.content
    made_of = {"statement": told, "of_text": told.text, "made_by": "our own"}
    Translation.objects.create(**made_of, language="en", text="So it reads in English.")
    Translation.objects.create(**made_of, language="es", text="Así se lee en español.")
    after = client.get(LIVE, headers={"If-None-Match": before["ETag"]})
    html = after.content.decode()
    assert after.status_code == 200 and 'lang="en" dir="ltr">So it reads in English.</blockquote>' in html
    assert "Translated by a machine from German." in html and "español" not in html
    assert f'lang="de" dir="ltr">{told.text}</blockquote></details>' in html
    assert client.get(LIVE, headers={"If-None-Match": after["ETag"]}).status_code == 304
    one = client.get(f"{RESULTS}{told.pk}/").content.decode()
    assert "So it reads in English." in one and f'lang="de" dir="ltr">{told.text}</blockquote></details>' in one
    Statement.objects.filter(pk=told.pk).update(state="hidden")
    assert b"So it reads" not in client.get(LIVE).content


# Where I stand


def place(house: House, snapshot: Snapshot, person: int, **values: Any) -> Place:
    usual = {"x": 0.4, "y": 0.3, "sd": 0.2, "group": 1, "probability": 0.97}
    return Place.objects.create(snapshot=snapshot, participant=house.participants[person], **{**usual, **values})


def test_my_place_is_told_in_one_sentence(house: House) -> None:
    place(house, show(house), 0)
    text = text_of(as_person(house, 0).get(WHERE))
    assert "You are nearest to group B. We are quite sure." in text
    assert "14 March 2027" in text


def test_another_member_s_place_is_never_shown(house: House) -> None:
    snapshot = show(house)
    place(house, snapshot, 1, x=0.123456)
    reply = as_person(house, 0).get(WHERE)
    assert "It is too early to say where you stand." in text_of(reply)
    assert "map__you" not in reply.content.decode()
    assert Place.objects.filter(participant=house.participants[0]).count() == 0


def test_between_the_groups(house: House) -> None:
    place(house, show(house), 0, group=-1, probability=0.0)
    assert "You stand between the groups." in text_of(as_person(house, 0).get(WHERE))


def test_before_the_first_count_my_place_is_not_known(house: House) -> None:
    text = text_of(as_person(house, 0).get(WHERE))
    assert "It is too early to say where you stand." in text
    assert "The first count comes soon." in text


def test_what_i_share_and_where_i_differ(house: House) -> None:
    body = hand_made_snapshot()
    mine = [str(statement.pk) for statement in house.statements]
    # The first (shared by all) and the fifteenth (held by few) become statements this house has votes on.
    for number, statement in enumerate(body["statements"]):
        statement["statement_id"] = {0: mine[0], 14: mine[1]}.get(number, f"other {number}")
    body.update(common_ground=[mine[0]], divisive=[], bold_views=[], groups=[])
    snapshot = show(house, body)
    place(house, snapshot, 0)
    house.vote(0, 0, 1)
    house.vote(0, 1, 1)
    text = text_of(as_person(house, 0).get(WHERE))
    share, differ = text.index("You share with almost all"), text.index("Here you differ from most")
    assert share < text.index("Nobody tells the night shift what was decided.") < differ
    assert differ < text.index("Residents should be able to watch us work.")
    assert "You agree; 9" in text  # ninety-odd per cent answer otherwise


def test_where_is_kept_by_nobody_on_the_way(house: House) -> None:
    assert "no-store" in as_person(house, 0).get(WHERE)["Cache-Control"]


def test_the_real_road_from_votes_to_page(distilled: House) -> None:
    client = as_person(distilled, 0)
    assert "What 20 of us say" in text_of(client.get(RESULTS))
    assert "Only you see" in text_of(client.get(WHERE))
    assert len(_rows(client)) == 8


def test_healthz_is_plain(client: Client) -> None:
    reply = client.get("/healthz")
    assert (reply.status_code, reply.content) == (200, b"ok\n")
