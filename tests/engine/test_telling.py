"""What rare words tell, and what every reader of words in context has to keep."""

from __future__ import annotations

import numpy as np
import pytest

from sayso.engine.key_points.telling import told
from sayso.engine.key_points.universal_words import UniversalWords

SAID = ["The canteen is too dear.", "The canteen is loud.", "The canteen is full of teachers.", "The lift is slow."]


def test_words_all_weighed_alike_make_the_package_s_own_meaning(encoder):
    """Its dense layers, after the sum of words in context that is computed here, give the vectors it gives."""
    reader, model = UniversalWords(encoder), encoder.model
    words = [reader.words(text) for text in SAID]
    number = np.array([len(one) for one in words])[:, None]
    mean = (reader.summed(words, np.ones(reader.vocabulary)) / np.sqrt(number)).astype(np.float32)
    first = np.maximum(mean @ model.d0, 0)
    second = np.maximum(mean @ model.p1 + first @ model.d1, 0)
    last = np.tanh(second @ model.p3 + np.maximum(second @ model.d2, 0) @ model.d3)
    meaning = last / np.linalg.norm(last, axis=1, keepdims=True)
    np.testing.assert_allclose(meaning, encoder.encode(SAID), atol=1e-5)


@pytest.fixture(params=["universal", "english"])
def reader(request):
    """Each reader there is: what follows is what any reader has to keep."""
    if request.param == "universal":
        return UniversalWords(request.getfixturevalue("encoder"))
    return request.getfixturevalue("english")


def test_a_rare_word_tells_more_than_those_all_say(reader):
    asked = ["The canteen", "teachers", "The canteen is dear for teachers"]
    rows = told(SAID, asked, reader)[len(SAID) :]
    assert rows[2] @ rows[1] > rows[2] @ rows[0]


def test_words_are_numbers_below_the_size_of_the_vocabulary(reader):
    for text in (*SAID, "", "🙂🙂", "word " * 5_000, "Größe 中文 مرحبا"):
        words = reader.words(text)
        assert words.ndim == 1 and words.min() >= 0 and words.max() < reader.vocabulary


def test_a_text_is_read_the_same_alone_and_among_others(reader):
    weight = np.ones(reader.vocabulary)
    alone = reader.summed([reader.words(SAID[1])], weight)[0]
    among = reader.summed([reader.words(text) for text in SAID * 20], weight)[1]
    np.testing.assert_allclose(alone, among, rtol=1e-4, atol=1e-4)


def test_a_word_counts_by_its_weight(reader):
    words, one = [reader.words(text) for text in SAID], np.ones(reader.vocabulary)
    plain = reader.summed(words, one)
    np.testing.assert_allclose(reader.summed(words, 3 * one), 3 * plain, rtol=1e-4, atol=1e-4)
    assert not reader.summed(words, 0 * one).any()


def test_words_in_every_statement_weigh_nothing_and_no_text_is_a_row_of_zeros(reader):
    rows = told(["Lunch is dear."] * 5, ["", "🙂🙂", "word " * 5_000], reader)
    assert len(rows) == 8 and np.isfinite(rows).all() and not rows[:5].any()
    assert len(told([], [], reader)) == 0 and len(told([], ["Lunch"], reader)) == 1
