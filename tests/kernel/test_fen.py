"""Money is read, rounded and written to the fen, or refused."""

from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huibao.kernel.fen import MAX_FEN, Fen, half_up, in_capitals, in_words, parse_yuan, yuan_text

amounts = st.integers(-MAX_FEN, MAX_FEN)


@given(amounts)
def test_what_is_written_is_read_back(fen: int) -> None:
    assert parse_yuan(yuan_text(fen)) == fen
    assert parse_yuan(yuan_text(fen).replace(",", "") + "元") == fen


@pytest.mark.parametrize(
    "fen, text",
    [(0, "0.00"), (-5, "-0.05"), (123_456, "1,234.56"), (-100_000_000, "-1,000,000.00"), (7, "0.07")],
)
def test_yuan_are_written_with_two_decimals_and_commas(fen: int, text: str) -> None:
    assert yuan_text(fen) == text


@pytest.mark.parametrize(
    "text, fen",
    [
        ("1234.5", 123_450),
        ("1,234.56 元", 123_456),
        (" １２，３４５．６０元 ", 1_234_560),
        ("￥88", 8_800),
        ("¥0.10", 10),
        ("－3.00", -300),
        ("−3.00", -300),
        ("+0.01", 1),
    ],
)
def test_amounts_as_people_write_them_are_read(text: str, fen: int) -> None:
    assert parse_yuan(text) == fen


@pytest.mark.parametrize(
    "text, says",
    [
        (12.5, "须为文本"),
        (12, "须为文本"),
        (True, "须为文本"),
        (None, "须为文本"),
        ("", "金额为空"),
        ("1.234", "最多两位小数"),
        ("1e3", "科学计数法"),
        ("1.5E+05", "科学计数法"),
        ("NaN", "不是金额"),
        ("inf", "不是金额"),
        ("12,34", "不是金额"),
        ("1.", "不是金额"),
        ("5角", "不是金额"),
        ("--5", "不是金额"),
        ("٣", "不是金额"),
        ("1000000000000.01", "超出上限"),
        ("1" * 65, "超过 64 个字符"),
    ],
)
def test_what_is_no_exact_amount_is_refused_in_both_languages(text: object, says: str) -> None:
    with pytest.raises(ValueError, match=says) as refused:
        parse_yuan(text)
    assert " / " in str(refused.value)


@given(amounts, st.integers(1, 10**9))
def test_half_up_agrees_with_exact_fractions(numerator: int, denominator: int) -> None:
    assert half_up(numerator, denominator) == floor(Fraction(numerator, denominator) + Fraction(1, 2))


@pytest.mark.parametrize("product, fen", [(25_000, 3), (24_999, 2), (-25_000, -2), (-25_001, -3), (0, 0)])
def test_half_a_fen_goes_up_by_default_over_basis_points(product: int, fen: int) -> None:
    assert half_up(product) == fen


@pytest.mark.parametrize("denominator", [0, -1])
def test_half_up_refuses_a_denominator_that_is_not_positive(denominator: int) -> None:
    with pytest.raises(ValueError, match="positive"):
        half_up(1, denominator)


def test_the_largest_amount_times_a_whole_rate_stays_within_int64_while_rounding() -> None:
    assert 2 * MAX_FEN * 10_000 + 10_000 < 2**63


# The four amounts of the payment instrument rules (支付结算办法 annex 1), in the first of the forms they allow, then our own.
@pytest.mark.parametrize(
    "fen, capitals",
    [
        (140_950, "壹仟肆佰零玖元伍角"),
        (600_714, "陆仟零柒元壹角肆分"),
        (168_032, "壹仟陆佰捌拾元零叁角贰分"),
        (10_700_053, "壹拾万柒仟元零伍角叁分"),
        (1_640_902, "壹万陆仟肆佰零玖元零贰分"),
        (32_504, "叁佰贰拾伍元零肆分"),
        (12_345, "壹佰贰拾叁元肆角伍分"),
        (0, "零元整"),
        (100, "壹元整"),
        (50, "伍角"),
        (5, "伍分"),
        (-105, "负壹元零伍分"),
        (10_001_000_000, "壹亿零壹万元整"),
        (10_000_000_500, "壹亿零伍元整"),
        (1_000_000_000_000, "壹佰亿元整"),
        (MAX_FEN, "壹万亿元整"),
    ],
)
def test_capitals_follow_the_rules_for_payment_instruments(fen: int, capitals: str) -> None:
    assert in_capitals(fen) == capitals


@pytest.mark.parametrize(
    "fen, words",
    [
        (123_456, "一千二百三十四元五角六分"),
        (0, "零元"),
        (1_000, "十元"),
        (1_250, "十二元五角"),
        (11_000, "一百一十元"),
        (100_05, "一百元零五分"),
        (12_000_000, "十二万元"),
        (-7, "负七分"),
    ],
)
def test_words_are_what_a_person_says(fen: int, words: str) -> None:
    assert in_words(fen) == words


@given(amounts)
def test_capitals_mean_the_same_amount(fen: int) -> None:
    assert _value_of(in_capitals(fen)) == fen


def _value_of(capitals: str) -> int:
    """Read capitals back by their places alone."""
    places = {"拾": 10, "佰": 100, "仟": 1_000}
    text = capitals.removeprefix("负").removesuffix("整")
    total = section = digit = 0
    for char in text:
        if char in "零壹贰叁肆伍陆柒捌玖":
            digit = "零壹贰叁肆伍陆柒捌玖".index(char)
        elif char in places:
            section, digit = section + digit * places[char], 0
        elif char == "万":
            total, section, digit = total + (section + digit) * 10_000, 0, 0
        elif char == "亿":
            total, section, digit = (total + section + digit) * 100_000_000, 0, 0
        elif char == "元":
            total, section, digit = (total + section + digit) * 100, 0, 0
        else:
            total, digit = total + digit * {"角": 10, "分": 1}[char], 0
    return -total if capitals.startswith("负") else total


@pytest.mark.parametrize("write", [in_capitals, in_words])
def test_amounts_above_the_limit_are_not_written_out(write: object) -> None:
    assert callable(write)
    with pytest.raises(ValueError, match="上限"):
        write(Fen(MAX_FEN + 1))
