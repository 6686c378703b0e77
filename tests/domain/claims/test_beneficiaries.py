"""Who receives the money: shares that sum to the whole, and nobody without a number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huibao.domain.claims.beneficiaries import Beneficiary, check_identities, check_shares, split
from tests.domain.claims.made_up import IDENTITY


@given(st.integers(1, 10**9), st.lists(st.integers(1, 1000), min_size=1, max_size=20))
def test_parts_sum_to_the_whole_and_are_fair_to_the_fen(fen: int, weights: list[int]) -> None:
    parts = split(fen, [Beneficiary(f"人{at}", weight=weight) for at, weight in enumerate(weights)])
    assert sum(part.fen for part in parts) == fen
    by_name = {part.payee: part.fen for part in parts}
    for at, weight in enumerate(weights):
        exact, whole = fen * weight, sum(weights)
        assert abs(by_name.get(f"人{at}", 0) * whole - exact) < whole


def test_two_parents_share_100_000_yuan_and_one_fen() -> None:
    parents = [Beneficiary("孙父", IDENTITY, "父"), Beneficiary("钱母", IDENTITY, "母")]
    assert [part.fen for part in split(10_000_001, parents)] == [5_000_001, 5_000_000]


@pytest.mark.parametrize(
    "people",
    [
        [],
        [Beneficiary("")],
        [Beneficiary("甲", weight=0)],
        [Beneficiary("甲", weight=-1)],
        [Beneficiary("甲", IDENTITY), Beneficiary("甲", IDENTITY)],
        [Beneficiary(f"人{at}") for at in range(21)],
    ],
)
def test_a_list_nobody_could_be_paid_by_is_refused(people: list[Beneficiary]) -> None:
    assert {problem.code for problem in check_shares(people)} == {"CLAIM-023"}


def test_who_has_no_valid_number_is_named() -> None:
    people = [Beneficiary("甲", IDENTITY), Beneficiary("乙"), Beneficiary("丙", "110101199003078030")]
    assert [problem.says_en for problem in check_identities(people)] == [
        "The identity number of beneficiary 乙 is missing or wrong; death benefit cannot be paid.",
        "The identity number of beneficiary 丙 is missing or wrong; death benefit cannot be paid.",
    ]
