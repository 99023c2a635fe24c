"""What is pointed at and what is not: precision first, in several languages."""

from __future__ import annotations

import pytest

from house import House
from sayso.moderation.flags import noticed
from sayso.moderation.likeness import alike, key_of, plain
from sayso.moderation.names import colleagues_in

LANGUAGES = ("en", "de", "es", "ar")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Write to ann.lee@county.example about it.", ["contact"]),
        ("Ring me on 020 7946 0958.", ["contact"]),
        ("Meine Nummer ist 030 12345678, ruft an.", ["contact"]),
        ("See https://example.org/plan for the plan.", ["link"]),
        ("Der Chef ist ein Arschloch.", ["abuse"]),
        ("El jefe es un gilipollas.", ["abuse"]),
        ("=1+1 is how we plan.", ["formula"]),
        ("In 2024-2025 we had 12 meetings in room 4.123, at 10:30 on 12.11.2026.", []),
        ("Our assessment of the class in Scunthorpe passed.", []),
        ("The night shift has no room to rest.", []),
        ("Die Kinder im Kindergarten brauchen Platz.", []),
        ("Sex education is part of our work with the public.", []),
        ("Nobody reads e.g. the notices, i.e. the board.", []),
    ],
)
def test_what_is_pointed_at(text: str, found: list[str]) -> None:
    assert [flag.kind for flag in noticed(text, languages=LANGUAGES, names=())] == found


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The canteen should open at night.", "The canteen should not open at night."),
        ("We need 2 more people.", "We need 3 more people."),
        ("Mehr Besprechungen, bitte.", "Weniger Besprechungen, bitte."),
        ("Queremos trabajar con ellos.", "Queremos trabajar sin ellos."),
        ("Let us meet in the morning.", "Let us eat in the canteen."),
    ],
)
def test_what_turns_a_sentence_round_is_no_likeness(one: str, other: str) -> None:
    assert alike(one, [plain(other)]) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("We need a break room.", "We need a break-room!"),
        ("Nobody tells the night shift what was decided.", "Nobody tells the nightshift what was decided"),
    ],
)
def test_nearly_the_same_words_are_alike(one: str, other: str) -> None:
    assert [place for place, _ in alike(one, ["parking is full by eight", plain(other)])] == [1]
    assert key_of(one) == key_of(one.upper() + " !")


@pytest.mark.django_db
def test_names_of_colleagues_are_found_and_other_words_are_not(led: House) -> None:
    type(led.members[3]).objects.filter(pk=led.members[3].pk).update(full_name="María José Weiß")
    named = ["Ask maría josé weiß about it.", "Frau Weiß sleeps."]
    others = ["White walls, please.", "Mr Green sleeps.", "Weiß ist schön."]
    assert colleagues_in(led.organisation, [*named, *others]) == [["María José Weiß"], ["Weiß"], [], [], []]
