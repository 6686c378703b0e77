"""Shares sum exactly to the whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huibao.kernel.apportion import MAX_SHARES, apportion
from huibao.kernel.fen import MAX_FEN

weights = st.lists(st.integers(0, 10**9), min_size=1, max_size=30).filter(any)


@given(st.integers(-MAX_FEN, MAX_FEN), weights)
def test_shares_sum_to_the_total_and_each_is_within_one_of_exact(total: int, parts: list[int]) -> None:
    shares = apportion(total, parts)
    assert sum(shares) == total
    whole = sum(parts)
    assert all(abs(share * whole - total * part) < whole for share, part in zip(shares, parts, strict=True))
    assert all(share == 0 for share, part in zip(shares, parts, strict=True) if part == 0)


@given(st.integers(0, MAX_FEN), weights)
def test_a_negative_total_is_the_mirror_of_the_positive(total: int, parts: list[int]) -> None:
    assert apportion(-total, parts) == tuple(-share for share in apportion(total, parts))


def test_one_yuan_in_three_gives_the_odd_fen_to_the_first() -> None:
    assert apportion(100, [1, 1, 1]) == (34, 33, 33)


def test_the_largest_remainder_is_served_first() -> None:
    # 10 × 1/6 = 1.67, 10 × 2/6 = 3.33, 10 × 3/6 = 5.00: whole parts 1 + 3 + 5, the one left goes to .67.
    assert apportion(10, [1, 2, 3]) == (2, 3, 5)


def test_weights_that_are_all_zero_are_refused() -> None:
    with pytest.raises(ValueError, match="全为零"):
        apportion(100, [0, 0])


def test_no_weights_at_all_are_refused() -> None:
    with pytest.raises(ValueError, match="全为零"):
        apportion(100, [])


def test_a_negative_weight_is_refused() -> None:
    with pytest.raises(ValueError, match="不能为负"):
        apportion(100, [1, -1])


def test_more_shares_than_parties_can_exist_are_refused() -> None:
    with pytest.raises(ValueError, match="at most"):
        apportion(1, [1] * (MAX_SHARES + 1))
