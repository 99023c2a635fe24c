"""The small English encoder: what it was measured with, what it reads, and to whom it is not asked to listen."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from importlib.resources import files

import numpy as np
import pytest

from canteen import POINTS, SAID
from sayso.engine.key_points import english_words
from sayso.engine.key_points.encoders import WrongWeights
from sayso.engine.key_points.english_words import EnglishWords, Tuning, packed, tuning_of
from sayso.engine.key_points.in_english import read_in_english
from sayso.engine.key_points.matching import HEEDED, Read, match
from sayso.engine.key_points.wordpieces import numbered

GERMAN = ["Das Essen in der Kantine ist zu teuer.", "Es gibt morgens keine freien Parkplätze."]


def test_meaning_is_found_where_no_word_is_shared(encoder, english):
    assert match(SAID, POINTS, encoder=encoder, english=english).argmax(axis=1).tolist() == [0, 0, 0, 1, 1]


def test_untuned_it_gives_what_onnxruntime_gives_of_the_same_file(english):
    """Likenesses of mean vectors, as onnxruntime 1.32 computed them."""
    plain = EnglishWords(None)
    rows = plain.summed([plain.words(text) for text in (POINTS[0], SAID[0], SAID[3])], np.ones(plain.vocabulary))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    likeness = rows @ rows.T
    np.testing.assert_allclose(likeness[[0, 0, 1], [1, 2, 2]], [0.45433, 0.07020, 0.06243], atol=5e-4)


def test_what_is_not_english_is_matched_as_without_it(encoder, english):
    without = match(GERMAN, POINTS, encoder=encoder)
    np.testing.assert_array_equal(match(GERMAN, POINTS, encoder=encoder, english=english), without)
    assert read_in_english([*SAID, GERMAN[0]]).tolist() == [True] * 5 + [False]
    assert not read_in_english([*GERMAN, "Więcej światła.", SAID[0]]).any()


def test_to_each_key_point_its_likenesses_get_the_mean_and_spread_of_the_log_odds_they_change():
    chance = np.random.default_rng(0)
    rows, odds, known = chance.normal(size=(22, 3)), chance.normal(-2, 3, size=(20, 2)), np.ones(22, dtype=bool)
    known[3] = False
    found = Read(rows, known, Tuning({}, np.array([1.0, 0.0]))).heeded(odds)
    np.testing.assert_array_equal(found[3], odds[3].round(9))
    asked = known[:20]
    np.testing.assert_allclose(found[asked].mean(axis=0), odds[asked].mean(axis=0), atol=1e-6)
    own = (found - (1 - HEEDED) * odds)[asked] / HEEDED
    np.testing.assert_allclose(own.std(axis=0), odds[asked].std(axis=0), atol=1e-6)
    assert np.corrcoef(own[:, 0], (rows[:20] @ rows[20])[asked])[0, 1] > 0.999
    alone = Read(rows[[0, 20, 21]], np.ones(3, dtype=bool), Tuning({}, np.array([1.0, 0.0])))
    np.testing.assert_allclose(alone.heeded(odds[:1]), odds[:1], atol=1e-6)


def test_without_our_encoder_it_is_not_asked(english):
    np.testing.assert_array_equal(match(SAID, POINTS, encoder=None, english=english), match(SAID, POINTS, encoder=None))


def test_odd_words_are_scored_like_any_others(encoder, english):
    odd = ["", "x", "🙂🙂🙂", "word " * 10_000, "a" * 5_000, "def f(): return 1", "Score 1.", "مرحبا 你好", *SAID * 3]
    found = match(odd, POINTS, encoder=encoder, english=english)
    assert found.shape == (len(odd), 2) and np.isfinite(found).all() and found.min() >= 0 and found.max() <= 1
    np.testing.assert_array_equal(found, match(odd, POINTS, encoder=encoder, english=english))


def test_one_thread_or_two_give_the_same_bytes(english):
    program = (
        "import hashlib, numpy as np\n"
        "from sayso.engine.key_points.encoders import installed_encoder\n"
        "from sayso.engine.key_points.english_words import installed_english\n"
        "from sayso.engine.key_points.matching import match\n"
        f"said = {SAID!r} * 8\n"
        f"found = match(said, {POINTS!r}, encoder=installed_encoder(), english=installed_english())\n"
        "print(hashlib.sha256(found.tobytes()).hexdigest())"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={"OPENBLAS_NUM_THREADS": n, "OMP_NUM_THREADS": n, "PATH": ""},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for n in ("1", "2")
    }
    assert len(told) == 1


def test_other_weights_than_those_measured_are_refused(english, monkeypatch):
    monkeypatch.setattr(english_words, "PINNED", "0" * 64)
    with pytest.raises(WrongWeights, match="Mend"):
        EnglishWords(None)


def test_the_list_of_pieces_is_the_one_of_bert_s_uncased_models():
    text = (files("sayso.engine.key_points") / "wordpieces.txt").read_bytes()
    assert hashlib.sha256(text).hexdigest() == "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("", []),
        ("Größe, naïve!", [24665, 2080, 17499, 1010, 15743, 999]),  # gr ##o ##ße , naive !
        ("unaffordable", [14477, 4246, 8551, 3085]),
        ("中文", [1746, 1861]),
        ("x" * 101, [100]),
        ("a\u200bb", [11113]),
    ],
)
def test_texts_are_cut_as_bert_cuts_them(text, pieces):
    assert numbered(text, 256) == [101, *pieces, 102]


def test_long_texts_are_cut_to_their_beginning():
    assert numbered("lunch " * 500, 10) == [101, *[6265] * 8, 102]


def test_what_was_learnt_is_kept_to_one_part_in_a_hundred():
    """127 steps an array, and the two parts of a change are multiplied."""
    chance = np.random.default_rng(0)
    parts = {
        f"{m}_{side}": chance.normal(size=shape).astype(np.float32)
        for m in english_words.MATRICES
        for side, shape in (("in", (6, 2)), ("out", (2, 6)))
    }
    told = {
        "sure": [1.0, 0.0],
        "layers": {"5": {name: packed(part) for name, part in parts.items()}},
    }
    read = tuning_of(told)
    for m in english_words.MATRICES:
        np.testing.assert_allclose(read.layers[5][m], parts[f"{m}_in"] @ parts[f"{m}_out"], atol=0.15)
