"""Nearly the same words: as if every text were compared with every earlier one, and no slower for many."""

from __future__ import annotations

import csv
import random

import numpy as np
import pytest

from sayso.engine.duplicates import MIN_SIMILARITY, near_identical
from sayso.engine.piece_columns import piece_columns
from sayso.engine.same_words.marks import shared_marks
from sayso.engine.wording import N_FEATURES, Rarity, pieces, weighted, weighted_pieces, words

SYLLABLES = [a + b for a in "bdfgklmnprst" for b in "aeiou"]


def by_comparing_all(texts: list[str]) -> list[int]:
    """As defined: the first earlier text that is alike and turned the same way, or what that one repeats."""
    from sayso.engine.duplicates import _turning_words

    rows = weighted(map(pieces, texts))
    alike = (rows @ rows.T).toarray() >= MIN_SIMILARITY
    turned = [_turning_words(words(text)) for text in texts]
    found: list[int] = []
    for i in range(len(texts)):
        first = next((j for j in range(i) if alike[i, j] and turned[i] == turned[j]), -1)
        found.append(found[first] if first >= 0 and found[first] >= 0 else first)
    return found


def said_again(base: list[str], n: int, rng: random.Random) -> list[str]:
    """Texts of `base`, each with nothing to three words changed, left out or put in."""
    vocabulary = [word for text in base for word in text.split()]
    found = []
    for _ in range(n):
        spoken = rng.choice(base).split()
        for _ in range(rng.choice([0, 0, 1, 1, 2, 3])):
            at = rng.randrange(len(spoken) + 1)
            kind = rng.randrange(4)
            if kind == 0 or at == len(spoken):
                spoken.insert(at, rng.choice(vocabulary))
            elif kind == 1:
                spoken.pop(at)
            elif kind == 2:
                spoken[at] = spoken[at][:-1]
            else:
                spoken[at] = spoken[at].upper() + "!"
        found.append(" ".join(spoken))
    return found


def made_up(n: int, rng: random.Random) -> list[str]:
    vocabulary = ["".join(rng.choices(SYLLABLES, k=rng.randint(1, 4))) for _ in range(2_000)]
    vocabulary += ["not", "nicht", "12", "more"]
    often = [1 / (1 + place) for place in range(len(vocabulary))]
    return [" ".join(rng.choices(vocabulary, often, k=rng.randint(1, 25))) for _ in range(n)]


@pytest.mark.parametrize("all_with_all", [0, 10**9])
@pytest.mark.parametrize("seed", range(4))
def test_either_way_names_what_comparing_all_with_all_names(seed, all_with_all):
    rng = random.Random(seed)
    texts = said_again(made_up(40 << seed, rng), 700, rng)
    expected = by_comparing_all(texts)
    assert sum(j >= 0 for j in expected) > 100
    assert near_identical(texts, all_with_all=all_with_all).tolist() == expected


@pytest.mark.parametrize("all_with_all", [0, 10**9])
@pytest.mark.parametrize(
    "texts",
    [
        [],
        [""],
        ["", "🙂", "", "a", "A", "a!", "ab", "a b"] * 3,
        ["The same sentence every time."] * 50,
        ["word " * 10_000, "word " * 9_999, "def f(): return 1", "def f( ): return 1", "你好世界", "你好世界!"],
    ],
)
def test_odd_texts_are_named_alike_either_way(texts, all_with_all):
    assert near_identical(texts, all_with_all=all_with_all).tolist() == by_comparing_all(texts)


def test_on_open_conversations_either_way_names_the_same(polis):
    everything: list[str] = []
    for folder in sorted(polis.iterdir()):
        with (folder / "comments.csv").open(encoding="utf-8", newline="") as file:
            texts = [row["comment-body"] for row in csv.DictReader(file)]
        expected = by_comparing_all(texts)
        assert near_identical(texts).tolist() == expected, folder.name
        assert near_identical(texts, all_with_all=0).tolist() == expected, folder.name
        everything += texts
    assert near_identical(everything, all_with_all=0).tolist() == near_identical(everything).tolist()


def test_what_is_named_among_very_many_is_always_so_alike_and_what_is_repeated_is_named():
    rng = random.Random(7)
    base = [text for text in made_up(9_000, rng) if len(text.split()) > 8]
    again = [text.replace(" ", "  ", 3).upper() + "." for text in base[:200]] + [text + " so" for text in base[:200]]
    found = near_identical([*base, *again])
    rows = weighted_pieces([*base, *again])
    for text, other in enumerate(found.tolist()):
        assert other < 0 or (rows[[text]] @ rows[[other]].T).sum() > 0.6  # of a chain, the ends may be less alike
    named = found[len(base) :].reshape(2, -1)
    assert (named[0] >= 0).all() and (named[0] <= np.arange(200)).all()
    assert (named[1] >= 0).mean() > 0.98


def test_marks_are_shared_by_what_is_alike_and_not_by_what_is_not():
    rng = random.Random(2)
    base = made_up(300, rng)
    near = [f"{text} so" for text in base]
    rarity = Rarity.of_pieces(base)
    shared = np.zeros((len(base), 2), dtype=np.int64)
    for number in shared_marks(weighted_pieces([*base, *near, *reversed(base)]), rarity.value):
        own, its_near, another = number[:300], number[300:600], number[600:]
        shared += np.stack([own == its_near, own == another], axis=1)
    alike = np.array([len(text.split()) > 10 for text in base])
    assert (shared[alike, 0] > 0).all()
    assert (shared[:, 1] > 0).mean() < 0.02


def test_pieces_many_at_once_are_those_one_by_one():
    texts = ["We need a break-room!", "", "né ½ ﬁ", "مرحبا بكم", "你好世界🙂", "a", "x y", "word " * 50]
    one, many = weighted(map(pieces, texts)), weighted_pieces(texts)
    assert (one.indptr.tolist(), one.indices.tolist()) == (many.indptr.tolist(), many.indices.tolist())
    np.testing.assert_array_equal(one.data, many.data)
    line, column = piece_columns([], N_FEATURES)
    assert (len(line), len(column)) == (0, 0)
