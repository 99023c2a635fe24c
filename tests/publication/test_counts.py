"""Single numbers of people: what two looks at them tell apart."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sayso.publication.counts import in_steps, least_for_scores, least_for_words, people_told


@given(st.integers(0, 200), st.integers(0, 20))
def test_a_live_number_is_told_in_whole_steps_of_five_or_more(count: int, chosen: int) -> None:
    told = in_steps(count, chosen)
    step = max(5, chosen)
    assert told is None if count < step else told is not None and told % step == 0 and 0 <= count - told < step


@given(st.lists(st.integers(0, 60), min_size=2, max_size=30), st.integers(60, 80), st.integers(5, 9))
def test_how_many_took_part_never_moves_by_a_few_and_never_leaves_a_few(
    numbers: list[int], whole: int, least: int
) -> None:
    told: list[int] = []
    for now in numbers:
        told.append(people_told(now, told[-1] if told else None, whole=whole, least=least))
    assert all(one == 0 or one >= least for one in told)
    assert all(whole - one == 0 or whole - one >= least for one in told)
    # Near the whole the last step is cut short, so that a few do not stand out: it still is never a few people.
    assert all(after == before or abs(after - before) >= 1 for before, after in pairwise(told))
    for before, after, now in zip(told, told[1:], numbers[1:], strict=False):
        assert after == before or abs(now - before) >= least


@pytest.mark.parametrize(("now", "told"), [(43, 43), (42, 38), (39, 38), (38, 38), (37, 37), (4, 0), (5, 5)])
def test_those_who_have_not_taken_part_are_nobody_or_many(now: int, told: int) -> None:
    assert people_told(now, whole=43) == told


def test_an_engagement_raises_a_threshold_and_never_lowers_it() -> None:
    assert [least_for_scores(chosen) for chosen in (1, 5, 8)] == [5, 5, 8]
    assert [least_for_words(chosen) for chosen in (1, 10, 12)] == [10, 10, 12]
