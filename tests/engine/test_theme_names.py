"""What themes are called: by things many speak of, as most write them."""

from __future__ import annotations

import numpy as np

from sayso.engine.key_points.naming import names_of
from sayso.engine.key_points.themes import find_themes

OTHERS = ["Nobody asked me.", "The lift is slow.", "We meet too often.", "My chair hurts."] * 5


def name(key_points, statements):
    listed = np.arange(len(statements))
    return names_of([listed], [np.arange(len(key_points))], key_points, [*statements, *OTHERS])[0]


def test_small_words_and_doings_name_nothing():
    said = [
        "I would love to see more public art.",
        "We love public art.",
        "More public art downtown.",
        "Public art is fun.",
    ]
    assert name(said[:1], said) == "public art"


def test_what_one_statement_holds_is_left_where_others_share_something():
    said = ["Eliminate the bypass near Alvaton", "The bypass is slow", "A wider bypass is needed", "My bypass floods"]
    assert name(said[:1], said) == "bypass"


def test_german_names_are_nouns_in_capitals():
    said = [
        "Leerstehende Wohnungen sollen besteuert werden.",
        "Eine Abgabe für leerstehende Wohnungen ist nötig.",
        "Wer leerstehende Wohnungen hat, soll eine Abgabe zahlen.",
        "Man soll die Wohnungen verwenden, ganz im Hinblick auf Familien.",
    ]
    assert name(said, said) == "leerstehende Wohnungen"


def test_a_pair_that_everybody_writes_names_no_theme_nor_does_half_of_it():
    said = ["Bowling Green needs buses.", "Buses for Bowling Green!", "Bowling Green has few buses."]
    everywhere = [f"Bowling Green needs {what}." for what in ("rain", "light", "peace", "trees", "banks", "seats")] * 3
    listed = np.arange(3)
    assert names_of([listed], [np.arange(1)], said[:1], [*said, *everywhere])[0] == "buses"


def test_names_stand_in_the_key_points_so_that_nothing_gone_is_told():
    said = ["Lunch is too dear.", "The canteen lunch is dear.", "The canteen is dear.", "Canteen prices rise."]
    assert "canteen" not in name(said[:1], said)


def test_no_words_at_all_are_no_trouble():
    assert name(["???"], ["???", "???"]) == "???"
    assert names_of([], [], [], []) == []


def test_each_key_point_is_in_one_theme_and_themes_are_called_by_their_things():
    points = [
        "Lunch is too dear", "Lunch is too small", "Lunch is too late", "Lunch should be free",
        "Parking is full", "Parking is far away", "Parking should be free", "The lift is slow",
    ]  # fmt: skip
    themes = find_themes(points, points, np.eye(8, dtype=bool), encoder=None)
    assert {theme.name for theme in themes} == {"lunch", "parking", "lift"}
    assert sorted(k for theme in themes for k in theme.key_points) == list(range(8))


def test_with_meaning_no_theme_takes_in_half_of_many(encoder):
    points = [
        "More trees in the streets", "More parks for children", "Plant flowers on roofs", "Green walls cool the town",
        "The bus should run at night", "Trams should be cheaper", "More cycle lanes", "Trains are always late",
        "Rents are too high", "Build more council flats", "Empty houses should be taxed", "Renovate old homes",
        "Teachers need better pay", "Smaller classes at school", "More places in nurseries", "Free books for pupils",
    ]  # fmt: skip
    themes = find_themes(points, points, np.eye(16, dtype=bool), encoder=encoder)
    assert max(len(theme.key_points) for theme in themes) <= 6
