"""A line's result and whose it is, by bands of premium: profit 0–3 % the insurer's, above the fund's; loss 5 % / half. SD-5."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huibao.domain.plan import Band
from huibao.domain.plan.result import Account, insurer_part, result_of
from huibao.kernel.fen import Fen
from tests.domain.county import the_contract

PROFIT = (Band(0, 10_000), Band(300, 0))
LOSS = (Band(0, 10_000), Band(500, 5_000))
PREMIUM = 10_000_00


def account(benefits_fen: int, premium_fen: int = PREMIUM) -> Account:
    return Account(Fen(premium_fen), Fen(0), Fen(0), Fen(benefits_fen), Fen(0))


@pytest.mark.clause("SD-5")
@pytest.mark.parametrize(
    ("paid_fen", "insurer_fen", "public_fen"),
    [
        # Premium 10,000.00 yuan: 3 % of it is 300.00.
        (9_800_00, 200_00, 0),  # a profit of 200.00 lies under the edge: all the insurer's
        (9_700_00, 300_00, 0),
        (9_000_00, 300_00, 700_00),  # 1,000.00: 300.00 and the rest
        (10_000_00, 0, 0),
        (10_400_00, -400_00, 0),  # a loss of 400.00 lies under 5 % (500.00)
        (10_500_01, -500_01, 0),  # half of one fen above the edge, half up: the insurer's
        (12_000_00, -1_250_00, -750_00),  # 500.00 and half of 1,500.00
    ],
)
def test_each_part_of_a_result_is_split_by_its_band(paid_fen: int, insurer_fen: int, public_fen: int) -> None:
    result = result_of(replace(the_contract(), profit_bands=PROFIT, loss_bands=LOSS), account(paid_fen))
    assert (result.insurer_fen, result.public_fen) == (insurer_fen, public_fen)


def test_money_moved_between_lines_is_part_of_the_result() -> None:
    moved = Account(Fen(1_000), Fen(300), Fen(100), Fen(700), Fen(50))
    assert moved.result_fen == 450


@st.composite
def bands(draw: st.DrawFn) -> tuple[Band, ...]:
    edges = sorted(draw(st.sets(st.integers(1, 10_000), max_size=4)))
    return tuple(Band(edge, draw(st.integers(0, 10_000))) for edge in (0, *edges))


@pytest.mark.invariant("A1")
@given(premium=st.integers(0, 10**13), paid=st.integers(0, 10**13), profit=bands(), loss=bands())
def test_the_two_parts_sum_to_the_result_and_neither_turns_its_sign(
    premium: int, paid: int, profit: tuple[Band, ...], loss: tuple[Band, ...]
) -> None:
    terms = replace(the_contract(), profit_bands=profit, loss_bands=loss)
    result = result_of(terms, account(paid, premium))
    assert result.insurer_fen + result.public_fen == premium - paid
    assert result.insurer_fen * (premium - paid) >= 0
    assert result.public_fen * (premium - paid) >= 0


@given(premium=st.integers(0, 10**13), amount=st.integers(0, 10**13), more=st.integers(0, 10**9), some=bands())
def test_a_larger_result_never_leaves_the_insurer_less(
    premium: int, amount: int, more: int, some: tuple[Band, ...]
) -> None:
    assert insurer_part(amount, premium, some) <= insurer_part(amount + more, premium, some)
