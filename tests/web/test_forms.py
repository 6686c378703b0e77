"""Days as people type them, on every form the same."""

from datetime import date

import pytest

from huibao.kernel.problem import Lang
from huibao.web.forms import Form, day_field

DUE = day_field("due", "答复期限", "Answer due on")


def typed(text: str, lang: Lang = "zh") -> Form:
    return Form((DUE,), lang, {"due": text})


@pytest.mark.parametrize(
    "text",
    ["2028-02-29", "2028/2/29", "2028.2.29", "2028年2月29日", "20280229", "２０２８－０２－２９", "2028 年 2 月 29 日"],
)
def test_a_day_is_read_in_every_way_people_write_it(text: str) -> None:
    form = typed(text)
    assert form.day("due") == date(2028, 2, 29)
    assert not form.wrong


@pytest.mark.parametrize(
    "text",
    [
        "明天",
        "2026-02-29",
        "29-02-2028",
        "2028-2/29",
        "202829",
        "2028-W09-2",
        "2028-02-29T10:00",
        "0000-01-01",
        "٢٠٢٨-٠٢-٢٩",
    ],
)
def test_what_is_no_day_is_said_at_its_field_and_stays_as_typed(text: str) -> None:
    form = typed(text)
    assert form.day("due") is None
    assert form.faults == {"due": "请按 年-月-日 输入日期，例如 2026-01-31。"}
    assert form.values == {"due": text}


def test_a_day_left_out_is_no_fault_of_its_writing() -> None:
    form = typed("")
    assert form.day("due") is None
    assert not form.wrong


def test_the_fault_is_said_in_the_readers_language() -> None:
    form = typed("tomorrow", "en")
    form.day("due")
    assert form.faults == {"due": "Enter a day as year-month-day, for example 2026-01-31."}
