"""What a statement is, said by its author: counted before anybody else's word, taken back, and told of nobody."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from house import House
from sayso.engagements import actions, correcting
from sayso.engagements.kind_words import mostly, told_of
from sayso.engagements.kinds import guess_leaning
from sayso.engagements.models import Event, KindCorrection, Leaning, Statement
from sayso.engagements.rules import Refused

pytestmark = pytest.mark.django_db

MINE = "/e/how-we-work/mine/"
People = Callable[[int], Client]


def words(reply: Any) -> str:
    return html.unescape(reply.content.decode())


def said(house: House, person: int = 1, text: str = "We need a room to rest.", **how: Any) -> Statement:
    how = {"kind": "need", **how}
    return actions.say_statement(participant=house.participants[person], topic=house.topic, text=text, **how)


def now(statement: Statement) -> tuple[str, bool, float | None]:
    row = Statement.objects.get(pk=statement.pk)
    return row.kind, row.is_kind_guessed, row.kind_sure


@pytest.mark.parametrize(
    ("text", "leaning"),
    [
        ("I support the new rota.", Leaning.FOR),
        ("Es ist höchste Zeit dafür.", Leaning.FOR),
        ("Estamos en contra de mudarnos.", Leaning.AGAINST),
        ("نعارض هذا القرار.", Leaning.AGAINST),
        ("I'm not sure about the move.", Leaning.UNSURE),
        ("I do not support it.", ""),
        ("I support it, but we are against the date.", ""),
        ("The bench should go.", ""),
    ],
)
def test_how_it_stands_to_the_change_is_guessed_where_one_turn_of_phrase_tells_it(text: str, leaning: str) -> None:
    assert guess_leaning(text) == leaning


def test_an_author_s_word_counts_and_is_taken_back_step_by_step(led: House) -> None:
    statement, author = said(led), led.participants[1]
    assert now(statement) == ("need", True, 0.6)
    assert correcting.correct(participant=author, statement=statement, about="kind", to="idea")
    assert not correcting.correct(participant=author, statement=statement, about="kind", to="idea"), "once is enough"
    assert correcting.correct(participant=author, statement=statement, about="kind", to="")
    assert now(statement) == ("", False, None), "none of these is a word too"
    assert correcting.take_back(participant=author, statement=statement, about="kind")
    assert now(statement) == ("idea", False, None)
    assert correcting.take_back(participant=author, statement=statement, about="kind")
    assert now(statement) == ("need", True, 0.6)
    assert not correcting.take_back(participant=author, statement=statement, about="kind")
    kinds = list(Event.objects.filter(kind__startswith="kind_corr").values_list("kind", flat=True))
    assert kinds == ["kind_corrected"] * 2 + ["kind_correction_undone"] * 2


def test_kind_chosen_while_saying_it_is_the_author_s_word(led: House) -> None:
    statement = said(led, kind="fear", is_kind_guessed=False)
    with pytest.raises(Refused, match="Its author has said"):
        correcting.correct_in_office(statement=statement, about="kind", to="idea", by=led.members[0])
    assert correcting.take_back(participant=led.participants[1], statement=statement, about="kind")
    assert now(statement) == ("need", True, 0.6)


def test_the_author_counts_before_office_whoever_came_first(led: House) -> None:
    statement, author, lead = said(led), led.participants[1], led.members[0]
    office = correcting.correct_in_office(statement=statement, about="kind", to="problem", by=lead)
    assert office and now(statement) == ("problem", False, None)
    assert correcting.correct_in_office(statement=statement, about="kind", to="problem", by=lead) is None
    correcting.correct(participant=author, statement=statement, about="kind", to="idea")
    assert now(statement)[0] == "idea"
    with pytest.raises(Refused):
        correcting.correct_in_office(statement=statement, about="kind", to="fear", by=lead)
    correcting.take_back_in_office(correction=office, by=lead)
    assert now(statement)[0] == "idea", "what is under it may go; the author's word stays"
    with pytest.raises(Refused, match="not as you left it"):
        correcting.take_back_in_office(correction=office, by=lead)


def test_taken_back_by_its_author_the_word_in_office_counts_again(led: House) -> None:
    statement, author = said(led), led.participants[1]
    correcting.correct_in_office(statement=statement, about="leaning", to="against", by=led.members[0])
    correcting.correct(participant=author, statement=statement, about="leaning", to="for")
    correcting.take_back(participant=author, statement=statement, about="leaning")
    assert Statement.objects.get(pk=statement.pk).leaning == "against"
    assert now(statement) == ("need", True, 0.6), "its kind is another question"


def test_somebody_else_s_is_nobody_s_to_say(led: House) -> None:
    statement = said(led)
    for verb in (
        lambda: correcting.correct(participant=led.participants[2], statement=statement, about="kind", to="idea"),
        lambda: correcting.take_back(participant=led.participants[2], statement=statement, about="kind"),
    ):
        with pytest.raises(Refused, match="not yours"):
            verb()
    assert not KindCorrection.objects.exists()


def test_of_two_words_by_one_side_one_stands_whatever_is_written(led: House) -> None:
    statement = said(led)
    correcting.correct(participant=led.participants[1], statement=statement, about="kind", to="idea")
    with pytest.raises(IntegrityError), transaction.atomic():
        KindCorrection.objects.create(statement=statement, about="kind", to="fear", is_by_author=True)


def test_row_and_event_come_together_or_not_at_all(led: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(**_: Any) -> None:
        raise RuntimeError("the log cannot be written")

    statement = said(led)
    monkeypatch.setattr(correcting, "record", breaks)
    with pytest.raises(RuntimeError):
        correcting.correct(participant=led.participants[1], statement=statement, about="kind", to="idea")
    assert now(statement) == ("need", True, 0.6) and not KindCorrection.objects.exists()


def test_events_of_authors_and_their_rows_name_nobody(led: House) -> None:
    statement = said(led)
    correcting.correct(participant=led.participants[1], statement=statement, about="kind", to="idea")
    (payload,) = Event.objects.filter(kind="kind_corrected").values_list("payload", flat=True)
    assert payload == {"statement": statement.pk, "about": "kind", "to": "idea"}
    columns = {field.name for field in KindCorrection._meta.get_fields()}
    assert columns == {"id", "statement", "about", "to", "is_by_author", "replaces", "is_ended"}


def test_on_one_s_own_page_a_guess_says_so_and_is_put_right_without_scripts(led: House, as_person: People) -> None:
    statement, client = said(led), as_person(1)
    page = words(client.get(MINE))
    assert "We think it is a need, but are not sure." in page and "We do not know how it stands" not in page
    Statement.objects.filter(pk=statement.pk).update(kind_sure=0.9)
    assert "We think it is a need, and are fairly sure." in words(client.get(MINE))
    there = f"{MINE}{statement.pk}/kind/"
    assert "Corrected." in words(client.post(there, {"leaning": "against"}, follow=True))
    page = words(client.get(MINE))
    assert "You said it is against the change." in page and "We think it is a need" in page
    assert "Please pick one of these." in words(client.post(there, {"leaning": "sideways"}, follow=True))
    assert "Please pick one of these." in words(client.post(there, {"leaning": ""}, follow=True))
    assert "Please pick one of these." in words(client.post(there, {}, follow=True)), "nothing picked, nothing kept"
    assert now(statement) == ("need", True, 0.9)
    assert "Taken back." in words(client.post(there, {"back": "leaning"}, follow=True))
    assert Statement.objects.get(pk=statement.pk).leaning == ""
    assert as_person(2).post(there, {"leaning": "for"}).status_code == 404


def test_both_are_put_right_in_one_go_and_a_guess_left_as_it_stands_stays_a_guess(
    led: House, as_person: People
) -> None:
    statement, client = said(led), as_person(1)
    there = f"{MINE}{statement.pk}/kind/"
    assert "As it stands: a need" in words(client.get(MINE))
    client.post(there, {"kind": "-", "leaning": "for"})
    assert now(statement) == ("need", True, 0.6), "not touched, not said"
    client.post(there, {"kind": "idea", "leaning": "against"})
    row = Statement.objects.get(pk=statement.pk)
    assert (row.kind, row.is_kind_guessed, row.leaning, row.is_leaning_guessed) == ("idea", False, "against", False)
    assert "Please pick one of these." in words(client.post(there, {"kind": "-", "leaning": "-"}, follow=True))
    client.post(there, {"kind": "fear", "leaning": "sideways"})
    assert now(statement)[0] == "idea", "where one is wrong, neither is kept"


def test_those_who_moderate_read_that_it_was_the_author_and_not_who(led: House) -> None:
    statement = said(led)
    correcting.correct(participant=led.participants[1], statement=statement, about="kind", to="concern")
    row = Statement.objects.get(pk=statement.pk)
    (kind, _) = told_of([row], to_author=False)[row.pk]
    assert kind.sentence == "Its author says it is a concern." and kind.is_by_author


def test_guesses_are_kept_where_nobody_has_spoken_and_leave_no_event(led: House) -> None:
    one, other = said(led), said(led, text="We need a lamp.")
    correcting.correct(participant=led.participants[1], statement=one, about="kind", to="want")
    n_events = Event.objects.count()
    guesses = {one.pk: ("fear", 0.9), other.pk: ("fear", 0.9)}
    assert correcting.keep_guesses(engagement=led.engagement, about="kind", guesses=guesses) == 1
    assert now(one) == ("want", False, None) and now(other) == ("fear", True, 0.9)
    assert correcting.keep_guesses(engagement=led.engagement, about="kind", guesses=guesses) == 0
    assert Event.objects.count() == n_events


def test_of_few_statements_no_kind_is_told(led: House) -> None:
    numbers = [str(row.pk) for row in led.statements]
    for row, kind in zip(led.statements, ("idea", "idea", ""), strict=True):
        Statement.objects.filter(pk=row.pk).update(kind=kind)
    assert mostly(led.engagement, numbers) == ""
    Statement.objects.filter(pk=led.statements[2].pk).update(kind="fear")
    assert "an idea" in mostly(led.engagement, numbers)
    Statement.objects.filter(pk=led.statements[1].pk).update(kind="need")
    assert mostly(led.engagement, numbers) == "", "no kind is more than half"


def test_two_words_at_one_moment_leave_one(led: House) -> None:
    """In turn, as the lock makes them: the second replaces the first, and one stands."""
    statement = said(led)
    for to in ("idea", "fear"):
        correcting.correct(participant=led.participants[1], statement=statement, about="kind", to=to)
    standing = KindCorrection.objects.filter(statement=statement, is_ended=False)
    assert [row.to for row in standing] == ["fear"]
