"""Several injuries of one accident count as JR/T 0083-2013 says."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huibao.domain.claims.injuries import Grading, Injury, check_injuries, combine

grades = st.lists(st.integers(1, 10), max_size=8)


def graded(*each: int) -> list[Injury]:
    return [Injury(f"s{at}", 1 + at % 8, f"part {at}", grade) for at, grade in enumerate(each)]


@pytest.mark.parametrize(
    ("single", "counts"),
    [
        ((), 0),
        ((10,), 10),
        ((8, 5, 9), 5),  # different grades: the worst
        ((7, 7), 6),  # two equal worst: up one
        ((7, 7, 7, 7), 6),  # four equal worst: up one, not three
        ((1, 1), 1),  # never above grade 1
        ((9, 9, 4), 4),  # the equal ones are not the worst
    ],
)
def test_the_worst_grade_counts_and_goes_up_one_where_two_share_it(single: tuple[int, ...], counts: int) -> None:
    assert combine(graded(*single)).grade == counts


@given(grades)
def test_it_agrees_with_the_rule_worked_through_grade_by_grade(single: list[int]) -> None:
    # brute force: sort; look at the first; if the second equals it, one better
    expected = 0
    if single:
        ordered = sorted(single)
        expected = ordered[0]
        if len(ordered) > 1 and ordered[1] == ordered[0] and expected != 1:
            expected -= 1
    found = combine(graded(*single))
    assert found.grade == expected
    assert found == combine(list(reversed(graded(*single))))
    assert found.count == (single.count(found.worst) if single else 0)


@given(grades, st.integers(1, 10))
def test_one_injury_more_never_makes_it_milder(single: list[int], more: int) -> None:
    before, after = combine(graded(*single)).grade, combine(graded(*single, more)).grade
    assert after <= before or before == 0


def test_nothing_graded_is_grade_nought() -> None:
    assert combine([]) == Grading(0, 0, 0)


@pytest.mark.parametrize(
    ("first", "second", "twice"),
    [
        (Injury("s1", 7, "左手", 8), Injury("s1", 7, "右手", 8), True),  # one item twice
        (Injury("s1", 7, "左手 缺失", 8), Injury("s2", 7, "左手 缺失", 9), True),  # one part and nature by two items
        (Injury("s1", 7, "左手 缺失", 8), Injury("s2", 7, "左手 功能", 9), False),  # the same part, another nature
        (Injury("s1", 1, "视力", 8), Injury("s2", 2, "视力", 9), False),
    ],
)
def test_a_part_and_nature_is_graded_once(first: Injury, second: Injury, twice: bool) -> None:
    assert bool(check_injuries([first, second])) is twice


@given(st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=6))
def test_every_pair_that_shares_an_item_is_named(names: list[str]) -> None:
    injuries = [Injury(name, 1 + at % 8, f"{name}{at}", 5) for at, name in enumerate(names)]
    repeats = sum(one == two for one, two in pairwise(sorted(names)))
    assert bool(check_injuries(injuries)) == (repeats > 0)
