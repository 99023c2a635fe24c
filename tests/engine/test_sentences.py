"""Which sentences may stand for many: where they end, what says nothing, what leans. Hand-made, many languages."""

from __future__ import annotations

import numpy as np
import pytest

from sayso.engine.key_points.labels import shared_labels, without_label, without_mark
from sayso.engine.key_points.sentence_ends import said_openly, sentences_in
from sayso.engine.key_points.sentences import plainness, sentences_of
from sayso.engine.key_points.spelling import Spelling


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Gebäude nicht mehr auf landw. Flächen bauen. Felder erhalten!", 2),
        ("Dort, wo an landwirtschaftl. Betrieben Gas fließt, z. B. im Süden. Überall bzw. fast überall.", 2),
        ("Bis zum 1. Jänner 2030. Danach nicht mehr.", 2),
        ("Warren Co. should join in, e.g. by bus. Approx. two a day.", 2),
        ("So are we in TN. This state needs rain. It is dry.", 3),
        ("Más árboles en la avda. Central. Y bancos, p. ej. de madera.", 2),
        ("Il faut env. deux bus par jour, cf. le plan. Et M. Martin est d’accord.", 2),
        ("Meer bomen, bijv. linden enz. in de stad. En banken.", 2),
        ("Più alberi, ecc. in centro. E il dott. Rossi è d’accordo.", 2),
        ("نريد المزيد من الحدائق. هل هذا ممكن؟ نعم", 3),
        ("We love it... really. We do! “Do we?” Yes.", 4),
        ("多种树。多修路。", 2),
    ],
)
def test_a_dot_ends_a_sentence_but_not_an_abbreviation(text, sentences):
    found = [one for one in sentences_in(text, said_openly([text])) if one]
    assert len(found) == sentences
    assert all(one in text for one in found), "each is a run of the author's own words"


def test_closing_marks_stay_with_their_sentence():
    found = list(sentences_in("It is “northern Nashville.” Keep it (as it is.) Thanks.", {"is"}))
    assert found == ["It is “northern Nashville.”", "Keep it (as it is.)", "Thanks."]


def test_where_it_goes_on_in_small_letters_a_word_known_without_its_dot_ends_the_sentence():
    text = "The lights are broken. more light please"
    assert len(list(sentences_in(text, said_openly(["Broken lamps"])))) == 2
    assert len(list(sentences_in(text, ()))) == 1
    assert len(list(sentences_in(text.lower(), ()))) == 2, "who writes in small letters alone goes on in them"


def test_a_label_many_share_is_no_part_of_the_wording_and_the_statement_is_still_the_source():
    said = [
        "Klimarat: Die Gesetze sollen strenger werden.",
        "Klimarat: Mehr Radwege in der Stadt.",
        "KLIMARAT: Weniger Beton auf den Plätzen.",
        "Bus: mehr Fahrten am Abend.",
    ]
    found = sentences_of(said, np.arange(4), 9)
    assert found.texts[0] == "Die Gesetze sollen strenger werden."
    assert found.texts[3] == "Bus: mehr Fahrten am Abend.", "a label of one's own may be the matter itself"
    assert found.source.tolist() == [0, 1, 2, 3]
    assert all(text in said[row] for text, row in zip(found.texts, found.source, strict=True))


def test_labels_are_short_and_shared_and_marks_of_lists_go():
    assert shared_labels(["@moderator: a b", "@moderator: c d", "@Moderator: e f"]) == {"@moderator:"}
    assert shared_labels(["I say this to all of you: go"] * 9) == frozenset()
    assert shared_labels(["Idea: one"] * 3 + ["none"] * 400) == frozenset(), "three of four hundred are not many"
    assert without_label("[Verkehr] mehr Busse", frozenset({"[verkehr]"})) == "mehr Busse"
    assert without_mark("• more trees") == ("more trees", True)
    assert without_mark("30 km/h in town") == ("30 km/h in town", False)


@pytest.mark.parametrize(
    "text",
    [
        "test 811 b",
        "test 2 French Oct 18",
        "test auth write with xid",
        "Hello this is a test",
        "Yes I agree",
        "I hope so!",
        "Da stimme ich zu",
        "Sehe ich genauso",
        "Estoy totalmente de acuerdo",
        "Je suis d'accord",
        "Sono d'accordo con te",
        "Daar ben ik het mee eens",
        "أنا موافق على هذا",
        "1 2 3 4 5",
        "!!! ??? ... a b c",
        "Such as concerts/sporting events.",
        "Zum Beispiel im Park",
        "Por ejemplo en el parque",
    ],
)
def test_what_says_nothing_alone_stands_for_nobody(text):
    assert plainness(text) == 0


@pytest.mark.parametrize(
    "text",
    [
        "Test scores should matter less",
        "Mehr Radwege in der Stadt",
        "Más árboles en la ciudad",
        "Plus de bus le soir",
        "Più autobus la sera",
        "Meer bomen in de stad",
        "المزيد من الحدائق في المدينة",
        "Więcej ścieżek rowerowych",
        "30 km/h in der Stadt",
    ],
)
def test_what_says_something_may_stand_in_any_language(text):
    assert plainness(text) > 0.9
    assert not Spelling.of([]).is_no_word(text)


def test_rows_of_letters_stand_for_nobody_and_letters_nobody_knows_are_not_judged():
    said = ["ajsdofijsdf.a sdjfsoidfj", "Нам нужно больше парков", "We need more parks"]
    assert sentences_of(said, np.arange(3), 9).texts == tuple(said[1:])
    spelling = Spelling.of(["Strč prst skrz krk"])
    assert not spelling.is_no_word("Strč prst skrz krk")
    assert not spelling.is_no_word("LGBTQ and GDPR")


@pytest.mark.parametrize(
    ("plainer", "other"),
    [
        ("The fee is too high", "They say it is too high"),
        ("Trees give shade to all", "Trees give shade to all of us and"),
        ("Trees give shade (in summer)", "Trees give shade (in summer"),
    ],
)
def test_what_is_said_whole_is_plainer(plainer, other):
    assert plainness(plainer) > plainness(other) > 0


def test_what_leans_on_a_sentence_before_leans_less_where_there_is_none():
    for text in ("It is too dear here", "Sollte nicht verhindert werden"):
        assert plainness(text) > plainness(text, is_first=False)


def test_nothing_is_dropped_a_statement_that_stands_for_nobody_may_still_say_a_key_point():
    from sayso.engine.key_points.finding import find_key_points

    said = ["Lunch is too dear."] * 3 + ["Test: lunch is too dear", "Yes I agree"]
    found = find_key_points(said, encoder=None)
    assert found.probability.shape[0] == len(said)
    assert found.says[3].any()
