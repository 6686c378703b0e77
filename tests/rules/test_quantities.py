"""Quantities carry their unit, are exact, and say what is wrong with what is not one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huibao.rules.quantity import (
    NotAQuantity,
    Quantity,
    Unit,
    amount_text,
    parse_day,
    parse_quantity,
    percent_text,
    typed_quantity,
)


@pytest.mark.parametrize(
    "text, value, unit",
    [
        ("110 yuan", 11_000, Unit.FEN),
        ("0.01 yuan", 1, Unit.FEN),
        ("300,000 yuan", 30_000_000, Unit.FEN),
        ("-5.5 yuan", -550, Unit.FEN),
        ("90 %", 9_000, Unit.BP),
        ("12.25%", 1_225, Unit.BP),
        ("30 days", 30, Unit.DAYS),
        ("1 day", 1, Unit.DAYS),
        ("15 workdays", 15, Unit.WORKDAYS),
        ("2 years", 2, Unit.YEARS),
        ("48 hours", 48, Unit.HOURS),
        ("4 times", 4, Unit.TIMES),
        ("grade 3", 3, Unit.GRADE),
        ("3 grade", 3, Unit.GRADE),
        ("1970-01-02", 719_164, Unit.DATE),
    ],
)
def test_a_quantity_is_a_whole_number_of_its_unit(text: str, value: int, unit: Unit) -> None:
    assert parse_quantity(text) == Quantity(value, unit)


@pytest.mark.parametrize(
    "text, why",
    [
        ("110", "without a unit"),
        ("0.9", "without a unit"),
        ("1e3", "without a unit"),
        ("110 euro", "no unit euro"),
        ("1.5 days", "at most 0 decimals"),
        ("1.005 yuan", "at most 2 decimals"),
        ("yuan", "not a quantity"),
        ("", "not a quantity"),
        ("1,0000 yuan", "not a quantity"),
        ("99999999999 yuan", "larger than any value"),
        ("2020-02-30", "no such day"),
        ("１１０ yuan", "not a quantity"),
    ],
)
def test_what_is_no_quantity_is_refused_with_the_reason(text: str, why: str) -> None:
    with pytest.raises(NotAQuantity) as caught:
        parse_quantity(text)
    assert why in caught.value.en
    assert caught.value.zh


@given(st.integers(0, 10**12))
def test_every_amount_written_with_two_decimals_is_read_back_to_the_fen(fen: int) -> None:
    assert parse_quantity(f"{fen // 100}.{fen % 100:02d} yuan").value == fen


@given(st.integers(0, 10**6))
def test_every_rate_shown_is_read_back_to_the_basis_point(rate_bp: int) -> None:
    assert parse_quantity(percent_text(rate_bp)) == Quantity(rate_bp, Unit.BP)


def test_values_are_shown_as_people_read_them() -> None:
    assert amount_text(123_456, Unit.FEN) == "1,234.56 元"
    assert amount_text(123_456, Unit.FEN, "en") == "1,234.56 yuan"
    assert amount_text(30, Unit.DAYS) == "30 天"
    assert amount_text(3, Unit.GRADE, "en") == "grade 3"
    assert amount_text(parse_day("2020-01-14").toordinal(), Unit.DATE) == "2020-01-14"
    assert amount_text(7, None) == "7"


@pytest.mark.parametrize(
    ("typed", "unit", "value"),
    [
        ("5000", Unit.FEN, 500_000),
        ("5,000.50元", Unit.FEN, 500_050),
        ("５０００ 元", Unit.FEN, 500_000),
        ("5000 yuan", Unit.FEN, 500_000),
        ("95％", Unit.BP, 9_500),
        ("30天", Unit.DAYS, 30),
        ("30 个工作日", Unit.WORKDAYS, 30),
        ("3级", Unit.GRADE, 3),
    ],
)
def test_what_people_type_is_read_where_one_unit_is_due(typed: str, unit: Unit, value: int) -> None:
    assert typed_quantity(typed, unit) == Quantity(value, unit)


def test_a_unit_that_is_typed_is_never_taken_for_another() -> None:
    assert typed_quantity("30 天", Unit.FEN).unit is Unit.DAYS
    for unread in ("三十元", "5000"):
        with pytest.raises(NotAQuantity):
            typed_quantity(unread)
    with pytest.raises(NotAQuantity):
        typed_quantity("0.05", Unit.BP)
