"""Reading a bill file: JSON with the national field names, money as decimal text in yuan, to `Bill`s or Problems.

Shape: one bill, a list of bills, or `{"bills": [...]}`. Every key is either a national field, a payer under `reported`,
an input of the scheme's vocabulary, or one of the file's own words; anything else is refused by name.
"""

import difflib
import json
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from huibao.domain.settlement.bill import MAX_BILLS, MAX_FEE_LINES, Bill, FeeLine
from huibao.kernel.fen import parse_yuan
from huibao.kernel.problem import Problem, Refused, define
from huibao.rules.vocabulary import INPUTS, InputType, Payer

MAX_FILE_CHARS: Final = 100_000_000

NATIONAL: Final = {entry.national_field: name for name, entry in INPUTS.items() if entry.national_field}
"""National field → input of the vocabulary."""
STATED: Final = ("fund_pay_sumamt", "psn_part_amt")
"""Sums the sender states; they are checked and never computed from."""
LINE_FIELDS: Final = {
    "det_item_fee_sumamt": "bill_total",
    "fulamt_ownpay_amt": "out_of_catalogue",
    "overlmt_amt": "over_limit",
    "preselfpay_amt": "first_self_pay",
    "inscp_scp_amt": "in_policy",
}
"""Fields of a fee line in the national message 2301."""
NUMBER_FIELDS: Final = ("setl_id", "mdtrt_id")
DATE_FIELDS: Final = {"begndate": "admitted_on", "enddate": "discharged_on"}
OWN_WORDS: Final = ("benefit", "groups", "facts", "certno", "fixmedins_code", "reported", "feedetail", "memo")
HOSPITAL_LEVELS: Final = (
    dict.fromkeys(("primary", "一级", "8", "9", "10", "14"), "primary")
    | dict.fromkeys(("secondary", "二级", "5", "6", "7", "13"), "secondary")
    | dict.fromkeys(("tertiary", "三级", "1", "2", "3", "4", "12"), "tertiary")
)
"""Levels as words, in Chinese, or as the national dictionary hosp_lv codes them (11, no level, must be stated)."""

NOT_JSON = define(
    "BILL-010",
    "不是可读的 JSON：第 {line} 行第 {column} 列，{why}。",
    "请用 UTF-8 保存，并检查该处的引号和逗号。",
    "Not readable as JSON: line {line}, column {column}: {why}.",
    "Save as UTF-8 and check quotes and commas at that place.",
)
NOT_A_BILL = define(
    "BILL-011",
    "应为一张账单（JSON 对象）、账单列表或含 bills 的对象，读到 {found}。",
    "请参照使用说明中的账单样例。",
    "Expected a bill (a JSON object), a list of bills, or an object with bills; found {found}.",
    "See the sample bill in the guide.",
)
UNKNOWN_KEY = define(
    "BILL-012",
    "不认识的字段 {field}{hint}。",
    "请改用国家接口字段名；不需要的字段请删除，以免漏算。",
    "Unknown field {field}{hint}.",
    "Use the national field name, or remove it, so that nothing is left out unnoticed.",
)
MISSING_KEY = define(
    "BILL-013",
    "缺少必填字段 {field}。",
    "请补上：{what}。",
    "The required field {field} is missing.",
    "Give it: {what}.",
)
BAD_AMOUNT = define(
    "BILL-014",
    '{field} 应为以元为单位的文本金额，如 "1234.56"：{why}。',
    "请以文本填写金额，最多两位小数。",
    '{field} must be an amount in yuan as text, such as "1234.56": {why}.',
    "Write the amount as text with at most two decimals.",
)
BAD_DATE = define(
    "BILL-015",
    "{field} 应为日期 2020-05-01，读到 {found}。",
    "请按 年-月-日 填写。",
    "{field} must be a date such as 2020-05-01; found {found}.",
    "Write it as year-month-day.",
)
BAD_VALUE = define(
    "BILL-016",
    "{field} 应为{expected}，读到 {found}。",
    "请更正该字段。",
    "{field} must be {expected}; found {found}.",
    "Correct the field.",
)
TWICE = define(
    "BILL-017",
    "{field} 与 {other} 说的是同一项，只能填一个。",
    "请删去其中一个。",
    "{field} and {other} state the same thing; only one may stand.",
    "Remove one of them.",
)
TOO_MANY = define(
    "BILL-018",
    "{what}共 {found}，超过上限 {limit}。",
    "请分成多个文件。",
    "{what}: {found}, more than the limit of {limit}.",
    "Split the file.",
)
SAME_NUMBER = define(
    "BILL-019",
    "账单号 {number} 在文件中出现了 {times} 次。",
    "同一张账单只能结算一次；请删去重复的，或更正账单号。",
    "Bill number {number} stands {times} times in the file.",
    "One bill is settled once; remove the repeats or correct the number.",
)


def read_bills(text: str, where: str) -> tuple[Bill, ...]:
    """Read every bill of a file, in date order. Refused as a whole, with all problems, if any cannot be read."""
    if len(text) > MAX_FILE_CHARS:
        raise Refused(TOO_MANY(where=where, what="字符 characters", found=len(text), limit=MAX_FILE_CHARS))
    try:
        data = json.loads(text, parse_float=_KeptText, object_pairs_hook=_no_repeats)
    except json.JSONDecodeError as error:
        raise Refused(NOT_JSON(where=where, line=error.lineno, column=error.colno, why=error.msg)) from error
    except _Repeated as error:
        raise Refused(TWICE(where=where, field=error.key, other=error.key)) from error
    rows = data.get("bills", [data]) if isinstance(data, dict) else data
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows) or not rows:
        raise Refused(NOT_A_BILL(where=where, found=type(data).__name__))
    if len(rows) > MAX_BILLS:
        raise Refused(TOO_MANY(where=where, what="账单 bills", found=len(rows), limit=MAX_BILLS))
    readers = [_Reader(row, f"{where} #{number}") for number, row in enumerate(rows, start=1)]
    bills = [reader.bill() for reader in readers]
    problems = [problem for reader in readers for problem in reader.problems]
    numbers = [bill.number for bill in bills if bill]
    problems += [
        SAME_NUMBER(where=where, number=number, times=numbers.count(number))
        for number in sorted({number for number in numbers if numbers.count(number) > 1})
    ]
    if problems:
        raise Refused(problems)
    return tuple(sorted((bill for bill in bills if bill), key=lambda bill: (bill.settles_on, bill.number)))


class _KeptText(str):
    """A JSON number with a decimal point, kept as it was written: it never becomes a float, and it can only mean yuan."""

    __slots__ = ()


class _Repeated(Exception):  # noqa: N818 - never leaves this module
    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(key)


def _no_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for key, value in pairs:
        if key in made:
            raise _Repeated(key)
        made[key] = value
    return made


class _Reader:
    """One bill being read; collects every problem before anything is refused."""

    def __init__(self, row: Mapping[str, Any], where: str) -> None:
        self.row = row
        self.where = where
        self.problems: list[Problem] = []
        self.inputs: dict[str, int | str | bool] = {}
        self.given_by: dict[str, str] = {}

    def bill(self) -> Bill | None:
        self._unknown_keys()
        number = next((str(self.row[key]) for key in NUMBER_FIELDS if self.row.get(key)), "")
        if not number:
            self.problems.append(MISSING_KEY(where=self.where, field="setl_id", what="账单号 the bill's number"))
        admitted, discharged = (self._date(key) for key in DATE_FIELDS)
        for key, value in self.row.items():
            self._input(key, value)
        self._reported()
        stated = {key: self._amount(key, self.row[key]) for key in STATED if key in self.row}
        if "hosp_part_amt" in self.row:
            stated["hosp_part_amt"] = self._amount("hosp_part_amt", self.row["hosp_part_amt"])
        lines = self._fee_lines()
        groups = self._groups()
        benefit, person, facts = self._optional_text("benefit"), self._optional_text("certno"), self._facts()
        if self.problems or admitted is None or discharged is None:
            return None
        return Bill(
            number=number,
            admitted_on=admitted,
            discharged_on=discharged,
            inputs=self.inputs,
            hospital=str(self.row.get("fixmedins_code", "")),
            benefit=benefit,
            groups=groups,
            person=person,
            facts=facts,
            stated=stated,
            fee_lines=lines,
        )

    def _unknown_keys(self) -> None:
        known = {*NATIONAL, *INPUTS, *STATED, *NUMBER_FIELDS, *DATE_FIELDS, *OWN_WORDS}
        for key in self.row.keys() - known:
            near = difflib.get_close_matches(key, known, n=1)
            hint = f"（是否为 {near[0]}？did you mean {near[0]}?）" if near else ""
            self.problems.append(UNKNOWN_KEY(where=self.where, field=key, hint=hint))

    def _date(self, key: str) -> date | None:
        value = self.row.get(key)
        if value is None:
            what = "入院日期 day of admission" if key == "begndate" else "出院日期 day of discharge"
            self.problems.append(MISSING_KEY(where=self.where, field=key, what=what))
            return None
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            self.problems.append(BAD_DATE(where=self.where, field=key, found=value))
            return None

    def _input(self, key: str, value: object) -> None:
        name = NATIONAL.get(key, key)
        known = INPUTS.get(name)
        if known is None:
            return
        read: int | str | bool | None
        match known.type:
            case InputType.FEN:
                read = self._amount(key, value)
            case InputType.FLAG:
                read = self._expect(key, value, "true 或 false", isinstance(value, bool))
            case InputType.ENUM:
                read = self._word(key, value, known.values)
            case _:
                whole = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= known.max
                read = self._expect(key, value, f"0 至 {known.max} 的整数", whole)
        if read is not None:
            self._give(name, key, read)

    def _give(self, name: str, key: str, value: int | str | bool) -> None:
        if name in self.given_by:
            self.problems.append(TWICE(where=self.where, field=key, other=self.given_by[name]))
        self.given_by[name] = key
        self.inputs[name] = value

    def _expect(self, key: str, value: object, expected: str, fits: bool) -> int | str | bool | None:
        if fits and isinstance(value, int | str):
            return value
        self.problems.append(BAD_VALUE(where=self.where, field=key, expected=expected, found=value))
        return None

    def _word(self, key: str, value: object, words: tuple[str, ...]) -> int | str | bool | None:
        word = HOSPITAL_LEVELS.get(str(value)) if key in {"hosp_lv", "hospital_level"} else value
        expected = "、".join(words)
        if word in words:
            return self._expect(key, word, expected, fits=True)
        return self._expect(key, value, expected, fits=False)

    def _amount(self, key: str, value: object) -> int:
        """Fen of one amount. A bare JSON whole number is refused: yuan or fen, nobody could tell."""
        try:
            return parse_yuan(_text(value))
        except ValueError as error:
            self.problems.append(BAD_AMOUNT(where=self.where, field=key, why=error))
            return 0

    def _reported(self) -> None:
        reported = self.row.get("reported", {})
        if not isinstance(reported, dict):
            self._expect("reported", reported, '{"basic_medical": "5000.00", …}', fits=False)
            return
        for payer, value in reported.items():
            name = f"reported_{payer}"
            if name not in INPUTS:
                expected = "、".join(code for code in Payer if f"reported_{code}" in INPUTS)
                self._expect(f"reported.{payer}", payer, expected, fits=False)
                continue
            self._give(name, f"reported.{payer}", self._amount(f"reported.{payer}", value))

    def _groups(self) -> tuple[str, ...]:
        groups = self.row.get("groups", [])
        if isinstance(groups, list) and all(isinstance(group, str) for group in groups):
            return tuple(groups)
        self._expect("groups", groups, '["poverty_relief", …]', fits=False)
        return ()

    def _fee_lines(self) -> tuple[FeeLine, ...]:
        lines = self.row.get("feedetail", [])
        expected = f"至多 {MAX_FEE_LINES} 条明细（对象）的列表"
        if not isinstance(lines, list) or not all(isinstance(line, dict) for line in lines):
            self._expect("feedetail", type(lines).__name__, expected, fits=False)
            return ()
        if len(lines) > MAX_FEE_LINES:
            self._expect("feedetail", len(lines), expected, fits=False)
            return ()
        return tuple(
            FeeLine(
                str(line.get("med_list_codg", "")),
                {LINE_FIELDS[key]: self._amount(f"feedetail.{key}", line[key]) for key in LINE_FIELDS if key in line},
            )
            for line in lines
        )

    def _optional_text(self, key: str) -> str | None:
        value = self.row.get(key)
        if value is None or isinstance(value, str):
            return value
        self._expect(key, value, "文本 text", fits=False)
        return None

    def _facts(self) -> Mapping[str, int | str | bool] | None:
        value = self.row.get("facts")
        if value is None or (isinstance(value, dict) and all(isinstance(one, int | str) for one in value.values())):
            return value
        self._expect("facts", value, '{"poverty_relief": "enjoying", …}', fits=False)
        return None


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    msg = f"读到不带引号的 {value!r}，无法断定是元还是分 / unquoted {value!r}: yuan or fen cannot be told apart"
    raise ValueError(msg)
