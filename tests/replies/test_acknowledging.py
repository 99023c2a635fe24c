"""Five quick acknowledgements: for everybody to read, by role, on record, and taken back."""

from __future__ import annotations

import pytest

from replies.conftest import ANN, AUTHOR, LEAD, MODERATOR, SPONSOR, Talk
from sayso.engagements import withdrawing
from sayso.engagements.models import Event, Statement
from sayso.replies import queries
from sayso.replies.acknowledging import acknowledge, undo_acknowledgement
from sayso.replies.models import Acknowledgement, Said
from sayso.replies.rules import Refused


def payloads() -> list[tuple[str, dict[str, object]]]:
    rows = Event.objects.filter(kind__contains="acknowledge").order_by("pk").values_list("kind", "payload")
    return [(kind, payload) for kind, payload in rows]


@pytest.mark.parametrize("said", [said for said in Said if said != Said.CANNOT])
def test_each_is_said_once_by_role_and_read_by_everybody(talk: Talk, said: Said) -> None:
    for _ in range(2):
        acknowledge(statement=talk.statement, by=talk.member(SPONSOR), said=said)
    (given,) = queries.acknowledgements_of(talk.statement)
    assert (given.said, given.as_role, given.given_by) == (said, "sponsor", talk.member(SPONSOR))
    ((kind, told),) = payloads()
    assert kind == "statement_acknowledged"
    assert told == {"statement": talk.statement.pk, "said": said, "by": talk.member(SPONSOR).pk, "role": "sponsor"}
    for person in (ANN, AUTHOR):
        shown = talk.browser(person).get(talk.page).content.decode()
        assert str(said.label) in shown and "the sponsor" in shown and "Person 2" not in shown
    assert str(said.label) in talk.browser(AUTHOR).get(f"{talk.here}mine/").content.decode()
    assert str(said.label) not in talk.browser(ANN).get(f"{talk.here}mine/").content.decode()


def test_the_newest_comes_first_and_undone_the_one_before_holds(talk: Talk) -> None:
    first = acknowledge(statement=talk.statement, by=talk.member(LEAD), said=Said.READ)
    second = acknowledge(statement=talk.statement, by=talk.member(LEAD), said=Said.CANNOT, reason="The law forbids it.")
    assert list(queries.acknowledgements_of(talk.statement)) == [second, first]
    assert undo_acknowledgement(acknowledgement=second, by=talk.member(SPONSOR)) is True
    assert undo_acknowledgement(acknowledgement=second, by=talk.member(SPONSOR)) is False
    assert queries.newest_acknowledgements([talk.statement.pk]) == {talk.statement.pk: first}
    assert [kind for kind, _ in payloads()] == ["statement_acknowledged"] * 2 + ["acknowledgement_undone"]


@pytest.mark.parametrize("by", [MODERATOR, ANN])
def test_only_lead_and_sponsor(talk: Talk, by: int) -> None:
    with pytest.raises(Refused, match="Only those who lead or sponsor"):
        acknowledge(statement=talk.statement, by=talk.member(by), said=Said.READ)
    given = acknowledge(statement=talk.statement, by=talk.member(LEAD), said=Said.READ)
    with pytest.raises(Refused, match="Only those who lead or sponsor"):
        undo_acknowledgement(acknowledgement=given, by=talk.member(by))


def test_nothing_is_said_to_what_is_withdrawn(talk: Talk) -> None:
    withdrawing.withdraw_statement(participant=talk.who(AUTHOR), statement=talk.statement)
    with pytest.raises(Refused, match="not open any more"):
        acknowledge(statement=Statement.objects.get(pk=talk.statement.pk), by=talk.member(LEAD), said=Said.READ)


def test_cannot_needs_its_reason_and_what_was_typed_stays(talk: Talk) -> None:
    lead = talk.browser(LEAD)
    for page in ("statement", "list"):
        missing = lead.post(f"{talk.page}acknowledge/", {"said": "cannot", "reason": " ", "from": page})
        assert missing.status_code == 422 and "Write why it cannot be done" in missing.content.decode()
        long = lead.post(f"{talk.page}acknowledge/", {"said": "cannot", "reason": "why " * 90, "from": page})
        assert long.status_code == 422
        assert "59 too many characters" in long.content.decode() and "why why why" in long.content.decode()
    assert lead.post(f"{talk.page}acknowledge/", {"said": "everything"}).status_code == 422
    assert Acknowledgement.objects.count() == 0
    told = lead.post(f"{talk.page}acknowledge/", {"said": "cannot", "reason": "The law forbids it."}, follow=True)
    assert "The law forbids it." in told.content.decode()


def test_the_list_holds_what_has_heard_nothing_yet(talk: Talk) -> None:
    lead = talk.browser(LEAD)
    assert talk.statement.text in lead.get(f"{talk.here}acknowledge/").content.decode()
    back = lead.post(f"{talk.page}acknowledge/", {"said": "looking", "from": "list"})
    assert back["Location"] == f"{talk.here}acknowledge/"
    assert talk.statement.text not in lead.get(f"{talk.here}acknowledge/").content.decode()
    assert talk.statement.text in lead.get(f"{talk.here}acknowledge/?all=1").content.decode()
    given = Acknowledgement.objects.get()
    lead.post(f"{talk.here}acknowledge/{given.pk}/undo/", {"from": "list"})
    assert Acknowledgement.objects.count() == 0
    assert talk.browser(ANN).get(f"{talk.here}acknowledge/").status_code == 404


def test_a_sponsor_finds_the_way_there(talk: Talk) -> None:
    assert f"{talk.here}acknowledge/" in talk.browser(SPONSOR).get(f"{talk.here}?promise").content.decode()
    assert f"{talk.here}acknowledge/" not in talk.browser(ANN).get(f"{talk.here}?promise").content.decode()
