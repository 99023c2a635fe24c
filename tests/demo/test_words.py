"""The words of the demo: how many, how long, whose; and fit to be said through the form as they stand."""

from __future__ import annotations

from collections import Counter

import pytest

from sayso.demo.people import FIRST_FILE, LAST_FILE, UNITS, draw_names, mail_names, read_names
from sayso.demo.sayings import GROUPS, TO_BE_RETURNED, read_sayings
from sayso.demo.world import TOPICS
from sayso.engagements.wording import clean_statement
from sayso.engine.duplicates import near_identical
from sayso.engine.planting import Kind

FILES = ("statements", "waiting", "later")
EVERYTHING = [saying for name in FILES for saying in read_sayings(name)]
KINDS = {"problem", "want", "need", "concern", "fear", "idea", "praise", "question"}
# Words of those who sell change, and names of their goods: nobody at the depot talks so.
NOT_OUR_WORDS = [
    "engagement",
    "stakeholder",
    "leverage",
    "synergy",
    "silo",
    "transformation",
    "journey",
    "empower",
    "digital",
    "agile",
    "collaboration",
    "collaborative",
    "innovation",
    "platform",
    "intranet",
    "culture",
]


def test_140_things_are_said_in_four_topics_and_some_wait():
    once = read_sayings("statements")[:140]
    assert Counter(saying.topic for saying in once) == dict.fromkeys(TOPICS, 35)
    assert len(read_sayings("waiting")) == 14 and len(read_sayings("later")) >= 20


def test_twelve_points_are_made_again_in_words_of_ones_own():
    later = read_sayings("statements")[140:]
    made = Counter(saying.point for saying in later)
    assert len(made) == 12 and "" not in made and all(8 <= n <= 14 for n in made.values())
    for point in made:
        same = [saying for saying in EVERYTHING if saying.point == point and saying.profile != TO_BE_RETURNED]
        assert len({(saying.topic, saying.profile, saying.leans) for saying in same}) == 1
        assert len({" ".join(saying.text.lower().split()[:4]) for saying in same}) >= len(same) - 2


@pytest.mark.parametrize("saying", EVERYTHING, ids=lambda saying: saying.text[:30])
def test_every_saying_is_whole_and_could_be_typed_into_the_form(saying):
    assert clean_statement(saying.text) == saying.text
    assert saying.kind in KINDS and saying.topic in TOPICS
    assert saying.profile in {*Kind, TO_BE_RETURNED}
    assert set(saying.leans) < set(GROUPS) and (saying.profile in {"divisive", "leaning"}) == bool(saying.leans)
    assert (saying.camp > 0) == (saying.profile == Kind.BOLD)
    assert not set(saying.text.lower().replace(".", "").split()) & set(NOT_OUR_WORDS)


def test_no_words_are_said_twice_but_a_few_nearly():
    texts = [saying.text for saying in EVERYTHING]
    assert len(set(texts)) == len(texts)
    n_alike = int((near_identical([saying.text for saying in read_sayings("statements")]) >= 0).sum())
    assert 3 <= n_alike <= 6


def test_length_and_tone_vary():
    lengths = sorted(len(saying.text) for saying in read_sayings("statements"))
    assert lengths[5] < 45 and lengths[-5] > 160
    assert {saying.kind for saying in read_sayings("statements")} == KINDS


def test_each_topic_has_three_seeds_and_each_kind_of_leaning_is_there():
    seeds = Counter(saying.topic for saying in read_sayings("statements") if saying.is_seed)
    assert seeds == dict.fromkeys(TOPICS, 3)
    planted = Counter(saying.profile for saying in read_sayings("statements"))
    assert planted[Kind.COMMON] >= 20 and planted[Kind.DIVISIVE] >= 30 and planted[Kind.BOLD] >= 8
    assert planted[TO_BE_RETURNED] == 0
    for group in GROUPS:
        assert sum(saying.leans == group for saying in EVERYTHING if saying.profile == Kind.DIVISIVE) >= 5


def test_some_of_what_waits_should_be_returned():
    assert 2 <= sum(saying.profile == TO_BE_RETURNED for saying in read_sayings("waiting")) <= 4


def test_nine_units_and_names_from_many_places():
    assert len(UNITS) == 9 and sum(unit.share for unit in UNITS) == 100
    assert len(read_names(FIRST_FILE)) > 150 and len(read_names(LAST_FILE)) > 150


def test_mail_names_are_ascii_and_nobody_shares_one():
    import numpy as np

    mails = mail_names(draw_names(np.random.default_rng(0), 20_000))
    assert len(set(mails)) == 20_000
    assert all(mail.isascii() and " " not in mail for mail in mails)
