"""The worker learns kinds within one engagement, at its snapshots, and leaves what people said alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from house import House
from sayso.distillations import worker as worker_module
from sayso.distillations.kind_learning import learn_kinds
from sayso.distillations.models import Snapshot
from sayso.engagements import actions, correcting
from sayso.engagements.models import Statement
from sayso.members.models import Member

pytestmark = pytest.mark.django_db

THINGS = ["lift", "door", "bench", "desk", "lamp", "chair", "rota", "canteen", "bus", "gate"]


def filled(house: House, *, also: str = "") -> list[Statement]:
    """Each of ten people says two things, in turns of phrase that no rule knows: ten worries, ten proposals."""
    rows = []
    for person, thing in enumerate(THINGS):
        for text in (
            f"It keeps me awake what becomes of the {thing}{also}.",
            f"Put the {thing} in the other hall{also}.",
        ):
            rows.append(actions.say_statement(participant=house.participants[person], topic=house.topic, text=text))
    return rows


def lead(house: House) -> Member:
    return house.members[0]


def kinds(rows: list[Statement]) -> list[str]:
    now = Statement.objects.in_bulk([row.pk for row in rows])
    return [now[row.pk].kind for row in rows]


def test_without_corrections_guesses_are_those_of_the_rules(house: House) -> None:
    rows = [*filled(house), actions.say_statement(
        participant=house.participants[0], topic=house.topic, text="We need a lamp.", kind="need"
    )]  # fmt: skip
    assert learn_kinds(house.engagement) == 0
    assert kinds(rows) == [""] * 20 + ["need"]


def test_after_some_corrections_a_new_pattern_is_known_and_said_ones_stay(house: House) -> None:
    rows = filled(house)
    for number in range(0, 12, 2):
        correcting.correct(participant=rows[number].author, statement=rows[number], about="kind", to="fear")
        correcting.correct_in_office(statement=rows[number + 1], about="kind", to="idea", by=lead(house))
    correcting.correct(participant=rows[0].author, statement=rows[0], about="kind", to="praise")
    assert learn_kinds(house.engagement) >= 8
    assert kinds(rows)[12:] == ["fear", "idea"] * 4
    assert kinds(rows)[0] == "praise", "what somebody said is left as it is"
    sure = Statement.objects.get(pk=rows[12].pk).kind_sure
    assert sure and 0.5 <= sure < 1
    before = list(Statement.objects.order_by("pk").values_list("pk", "kind", "kind_sure", "leaning"))
    assert learn_kinds(house.engagement) == 0, "learnt again from the same, all is the same"
    assert before == list(Statement.objects.order_by("pk").values_list("pk", "kind", "kind_sure", "leaning"))


def test_taken_back_it_is_unlearnt(house: House) -> None:
    rows = filled(house)
    for number in range(0, 12, 2):
        correcting.correct(participant=rows[number].author, statement=rows[number], about="kind", to="fear")
    learn_kinds(house.engagement)
    assert kinds(rows)[12] == "fear"
    for number in range(0, 12, 2):
        correcting.take_back(participant=rows[number].author, statement=rows[number], about="kind")
    learn_kinds(house.engagement)
    assert kinds(rows) == [""] * 20


def test_how_statements_stand_to_the_change_is_learnt_too(house: House) -> None:
    rows = filled(house)
    for number in range(0, 12, 2):
        for row, to in ((rows[number], "against"), (rows[number + 1], "for")):
            correcting.correct(participant=row.author, statement=row, about="leaning", to=to)
    learn_kinds(house.engagement)
    now = Statement.objects.in_bulk([row.pk for row in rows])
    assert [now[row.pk].leaning for row in rows[12:]] == ["against", "for"] * 4


def test_nothing_is_learnt_from_another_engagement(house: House, new_house: Callable[..., House]) -> None:
    other = new_house("elsewhere", people=10, statements=1)
    rows, theirs = filled(house), filled(other)
    for row in rows[::2]:
        correcting.correct(participant=row.author, statement=row, about="kind", to="fear")
    learn_kinds(house.engagement)
    assert learn_kinds(other.engagement) == 0
    assert kinds(theirs) == [""] * 20


def test_what_was_withdrawn_teaches_nothing(house: House) -> None:
    from sayso.engagements.withdrawing import withdraw_statement

    rows = filled(house)
    for row in rows[0:12:2]:
        correcting.correct(participant=row.author, statement=row, about="kind", to="fear")
        withdraw_statement(participant=row.author, statement=row)
    learn_kinds(house.engagement)
    assert kinds(rows)[12:] == [""] * 8


def test_the_worker_learns_with_a_snapshot_and_a_correction_makes_one_due(
    distilled: House, work: Callable[[], None]
) -> None:
    rows = filled(distilled)
    n_snapshots = Snapshot.objects.count()
    for row in rows[0:12:2]:
        correcting.correct(participant=row.author, statement=row, about="kind", to="fear")
    work()
    assert Snapshot.objects.count() == n_snapshots + 1
    assert kinds(rows)[12::2] == ["fear"] * 4


def test_learning_that_fails_leaves_the_snapshot_and_the_guesses(
    house: House, work: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(_: object) -> int:
        raise ValueError("nothing can be learnt")

    monkeypatch.setattr(worker_module, "learn_kinds", breaks)
    work()
    assert Snapshot.objects.count() == 1
