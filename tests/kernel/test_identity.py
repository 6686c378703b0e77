"""Identity numbers are checked, converted and never guessed. All numbers here are made up."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huibao.kernel.identity import (
    Sex,
    area_prefix,
    birth_on,
    check_digit,
    from_old,
    is_valid,
    mask,
    read_identity,
    sex_of,
)
from huibao.kernel.problem import Severity

ENDS_IN_X = "11010519491231002X"
"""The worked example of the standard GB 11643 itself."""

TODAY = date(2026, 1, 1)


@st.composite
def identities(draw: st.DrawFn) -> str:
    area = draw(st.sampled_from(["430423", "370323", "110105", "650100"]))
    born = draw(st.dates(date(1900, 1, 1), date(2025, 12, 31)))
    body = f"{area}{born:%Y%m%d}{draw(st.integers(0, 999)):03d}"
    return body + check_digit(body)


@given(identities())
def test_a_good_number_is_read_as_it_is(number: str) -> None:
    reading = read_identity(number, today=TODAY)
    assert (reading.value, reading.problems) == (number, ())
    assert is_valid(number)


@given(identities(), st.integers(0, 17), st.integers(1, 9))
def test_any_one_wrong_digit_is_noticed(number: str, at: int, by: int) -> None:
    old = number[at]
    new = str((int(old) + by) % 10) if old != "X" else str(by)
    wrong = number[:at] + new + number[at + 1 :]
    reading = read_identity(wrong, today=TODAY)
    assert not is_valid(wrong)
    assert reading.value is None or reading.doubtful


@given(identities(), st.integers(0, 15))
def test_two_neighbours_exchanged_are_noticed(number: str, at: int) -> None:
    wrong = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
    assert wrong == number or not is_valid(wrong)


@given(identities())
def test_damage_that_loses_no_digit_is_repaired_visibly(number: str) -> None:
    wide = "".join(chr(ord(char) + 0xFEE0) for char in number)
    for damaged in (
        f"'{number}",
        f" {number[:6]} {number[6:14]} {number[14:]}\u200b",
        wide,
        f"{number[:14]}-{number[14:]}",
    ):
        reading = read_identity(damaged, today=TODAY)
        assert reading.value == number
        assert [problem.severity for problem in reading.problems] == [Severity.REPAIRED]


@pytest.mark.parametrize("last", ["x", "X", "×", "Ⅹ", "Ｘ", "ｘ", "х"])
def test_every_x_people_type_is_an_x(last: str) -> None:
    assert read_identity(ENDS_IN_X[:17] + last).value == ENDS_IN_X


def test_an_old_number_gets_its_century_and_check_digit() -> None:
    # Taking 19 and the check digit out of the standard's own example and putting them back.
    old = ENDS_IN_X[:6] + ENDS_IN_X[8:17]
    reading = read_identity(old)
    assert reading.value == ENDS_IN_X == from_old(old)
    assert [problem.code for problem in reading.problems] == ["IDENTITY-011"]


def test_an_old_number_in_a_number_cell_is_whole() -> None:
    assert read_identity(110105491231002).value == ENDS_IN_X


def test_an_old_number_with_a_trailing_point_zero_is_whole() -> None:
    reading = read_identity("110105491231002.0")
    assert reading.value == ENDS_IN_X
    assert [problem.code for problem in reading.problems] == ["IDENTITY-012", "IDENTITY-011"]


def test_a_number_tells_birth_sex_and_first_area() -> None:
    assert birth_on(ENDS_IN_X) == date(1949, 12, 31)
    assert sex_of(ENDS_IN_X) is Sex.FEMALE
    assert sex_of("110105194912310011") is Sex.MALE
    assert area_prefix(ENDS_IN_X) == "110105"
    assert (Sex.FEMALE.zh, Sex.MALE.zh) == ("女", "男")


def test_a_wrong_check_digit_is_doubtful_and_left_as_it_is() -> None:
    reading = read_identity("110105194912310021")
    assert reading.value == "110105194912310021"
    assert reading.doubtful
    assert "X" not in reading.problems[0].says


def test_without_a_day_no_age_is_judged() -> None:
    body = "43042320990101001"
    assert read_identity(body + check_digit(body)).problems == ()


def test_somebody_born_today_is_read_and_somebody_of_130_too() -> None:
    for born in ("20260101", "18960101"):
        body = f"430423{born}001"
        assert read_identity(body + check_digit(body), today=TODAY).problems == ()


def test_masked_numbers_keep_three_and_four() -> None:
    assert mask(ENDS_IN_X) == "110***********002X"
    assert mask("1234") == "****"
    assert mask("") == ""


@given(identities())
def test_a_masked_number_hides_birth_and_county(number: str) -> None:
    assert mask(number)[3:14] == "*" * 11
    assert len(mask(number)) == len(number)


@given(st.one_of(st.text(max_size=80), st.integers(), st.floats(), st.none(), st.booleans(), st.binary()))
def test_whatever_a_cell_holds_there_is_an_answer(raw: object) -> None:
    reading = read_identity(raw, today=TODAY)
    assert (reading.value is None) == any(problem.severity is Severity.REFUSED for problem in reading.problems)


@pytest.mark.parametrize("body", ["1" * 16, "1" * 18, "١" * 17, "1234567890123456X"])
def test_a_check_digit_needs_17_digits(body: str) -> None:
    with pytest.raises(ValueError, match="expected 17"):
        check_digit(body)


def test_an_old_number_needs_15_digits() -> None:
    with pytest.raises(ValueError, match="expected 15"):
        from_old("1" * 14)


def test_no_birth_is_told_where_there_is_none() -> None:
    with pytest.raises(ValueError, match="no birth date"):
        birth_on("430423199002300011")
    with pytest.raises(ValueError, match="no birth date"):
        birth_on("430423")


@given(st.text("0123456789", min_size=17, max_size=17))
def test_the_check_digit_is_that_of_iso_7064_mod_11_2(body: str) -> None:
    # The standard's own rule, without its table of weights: double and add, then what is missing to 1 modulo 11.
    running = 0
    for digit in body:
        running = (running + int(digit)) * 2 % 11
    missing = (1 - running) % 11
    assert check_digit(body) == ("X" if missing == 10 else str(missing))
