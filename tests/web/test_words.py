"""Figures as words: rounding worked by hand, and doubt said aloud."""

from __future__ import annotations

import pytest

from sayso.web.charts import words

NBSP = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (None, "not yet known"),
        (0.0, "almost nobody"),
        (0.0499, "almost nobody"),
        (0.05, "about 1 in 10"),
        (0.149, "about 1 in 10"),
        (0.15, "about 2 in 10"),
        (0.449, "about 4 in 10"),
        (0.45, "about half"),
        (0.549, "about half"),
        (0.55, "about 6 in 10"),
        (0.949, "about 9 in 10"),
        (0.95, "nearly all"),
        (1.0, "nearly all"),
    ],
)
def test_a_share_is_said_in_tenths_with_halves_going_up(share: float | None, said: str) -> None:
    assert words.about(share) == said


def test_a_share_carries_its_interval_and_its_base() -> None:
    said = words.share_words(0.6, 0.5468, 0.655, 212, 1200)
    assert said == f"about 6 in 10 (55–66{NBSP}%, 212 of 1,200 asked)"


def test_an_unknown_base_is_left_out() -> None:
    assert words.share_words(0.6, 0.55, 0.66, 212) == f"about 6 in 10 (55–66{NBSP}%, 212 asked)"


def test_an_interval_wider_than_half_is_not_yet_known() -> None:
    assert words.share_words(0.5, 0.2, 0.8, 5, 40) == f"not yet known (20–80{NBSP}%, 5 of 40 asked)"


def test_no_estimate_is_never_a_nought() -> None:
    assert words.share_words(None, None, None, 3, 40) == "not yet known (3 of 40 asked)"
    assert words.share_words(None, None, None, None) == "not yet known"


@pytest.mark.parametrize(("share", "percents"), [(0.005, 1), (0.0049, 0), (0.285, 29), (0.555, 56), (1.0, 100)])
def test_percents_round_as_people_do(share: float, percents: int) -> None:
    assert words.percent(share) == percents


def test_an_interval_of_one_percent_is_one_figure() -> None:
    assert words.percent_range(0.301, 0.299) == f"30{NBSP}%"


@pytest.mark.parametrize(
    ("listed", "said"), [([], ""), (["A"], "A"), (["A", "B"], "A and B"), (["A", "B", "C"], "A, B and C")]
)
def test_a_list_reads_as_a_sentence(listed: list[str], said: str) -> None:
    assert words.in_a_list(listed) == said
