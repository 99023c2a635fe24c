"""Labels learnt beside a belief: untold nothing changes, a new pattern is learnt, and the same comes out each time."""

from __future__ import annotations

import numpy as np
import pytest

from sayso.engine import learning_kinds
from sayso.engine.learning_kinds import learn

EVEN = np.full((1, 2), 0.5)
THINGS = ("lift", "door", "bench", "desk", "lamp", "chair", "rota", "canteen", "bus", "gate", "heater", "roof")


def test_with_nothing_told_the_belief_comes_back() -> None:
    belief = np.array([[0.6, 0.3, 0.1], [0.2, 0.2, 0.6]])
    learnt = learn([], np.zeros(0, dtype=np.int64), np.zeros((0, 3)))
    assert np.allclose(learnt.probability(["Any words", ""], belief), belief)
    assert learnt.probability([], np.zeros((0, 3))).shape == (0, 3)


def test_one_told_text_by_hand() -> None:
    """One text of length 1, two labels whose weights are opposite by symmetry, u and −u, and shares b and −b.

    The slope is nought where HELD · u = HELD_SHARES · b = p, what the right label misses: p = 1 / (1 + exp(2 (u + b))).
    """
    learnt = learn(["Ahem"], np.array([0]), EVEN)
    got = float(learnt.probability(["Ahem"], EVEN)[0, 0])
    missing = 1 - got
    u, b = missing / learning_kinds.HELD, missing / learning_kinds.HELD_SHARES
    assert np.isclose(np.log(got / missing), 2 * (u + b), rtol=1e-3)
    other = float(learnt.probability(["Zzz?!"], EVEN)[0, 0])
    assert np.isclose(np.log(other / (1 - other)), 2 * b, atol=0.02), "of words never met, only the shares tell"


def planted(n: int, rng: np.random.Generator) -> tuple[list[str], np.ndarray]:
    """Label 0 is said with a phrase that no rule knows, label 1 with another, label 2 with neither."""
    phrases = ("It beggars belief how the {} is run.", "Hats off to whoever minds the {}.", "The {} stands by the {}.")
    label = rng.integers(0, 3, n)
    texts = [phrases[one].format(*rng.choice(THINGS, 2)) for one in label]
    return texts, label


@pytest.mark.parametrize(("n_told", "at_least"), [(10, 0.9), (40, 0.98)])
def test_a_new_turn_of_phrase_is_learnt_from_a_few_corrections(n_told: int, at_least: float) -> None:
    rng = np.random.default_rng(3)
    texts, label = planted(n_told, rng)
    later, truth = planted(300, rng)
    wrong = np.tile([0.1, 0.1, 0.8], (300, 1))  # what was believed: all of the third label
    learnt = learn(texts, label, wrong[:n_told])
    assert (learnt.probability(later, wrong).argmax(axis=1) == truth).mean() >= at_least


def test_more_corrections_make_it_surer_and_never_rule_anything_out() -> None:
    rng = np.random.default_rng(4)
    later, truth = planted(100, rng)
    even = np.full((200, 3), 1 / 3)
    sure = []
    for n_told in (5, 20, 80):
        texts, label = planted(n_told, np.random.default_rng(5))
        found = learn(texts, label, even[:n_told]).probability(later, even[:100])
        assert np.allclose(found.sum(axis=1), 1) and found.min() > 0
        sure.append(found[np.arange(100), truth].mean())
    assert sure == sorted(sure)


def test_the_same_comes_out_each_time_and_inputs_stay_as_they_are() -> None:
    texts, label = planted(60, np.random.default_rng(6))
    belief = np.full((60, 3), 1 / 3)
    kept = (list(texts), label.copy(), belief.copy())
    one, other = learn(texts, label, belief), learn(texts, label, belief)
    assert one.weights.tobytes() == other.weights.tobytes() and one.shares.tobytes() == other.shares.tobytes()
    assert texts == kept[0] and (label == kept[1]).all() and (belief == kept[2]).all()
    order = np.random.default_rng(7).permutation(60)
    turned = learn([texts[i] for i in order], label[order], belief)
    assert np.allclose(turned.probability(texts, belief), one.probability(texts, belief), atol=1e-3)


def test_the_same_words_corrected_both_ways_stay_in_doubt() -> None:
    told = ["The rota is posted on Friday."] * 6
    learnt = learn(told, np.array([0, 1] * 3), np.full((6, 2), 0.5))
    assert np.allclose(learnt.probability(told[:1], EVEN), 0.5, atol=0.01)


def test_of_very_many_some_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learning_kinds, "MOST_TOLD", 50)
    rng = np.random.default_rng(8)
    texts, label = planted(400, rng)
    learnt = learn(texts, label, np.full((400, 3), 1 / 3))
    assert (learnt.probability(texts, np.full((400, 3), 1 / 3)).argmax(axis=1) == label).mean() > 0.95


def test_what_does_not_fit_is_named() -> None:
    with pytest.raises(ValueError, match="1 texts, 2 labels and 1 beliefs"):
        learn(["a"], np.array([0, 1]), EVEN)
    with pytest.raises(ValueError, match="label: from 0 to 1, not 2 to 2"):
        learn(["a"], np.array([2]), EVEN)
