"""Settling a file of bills by a scheme alone: no database, no person, nothing recorded. What `huibao settle` does."""

import dataclasses
import difflib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from huibao.domain.settlement.bill import Bill
from huibao.domain.settlement.billfile import read_bills
from huibao.domain.settlement.settled import Settled, settle_in_order
from huibao.kernel.problem import Refused, define
from huibao.rules.explanation import Line, explain
from huibao.rules.facts import DisabilityCategory, FactsOnDay, PovertyRelief
from huibao.rules.groups import groups_of
from huibao.rules.quantity import NotAQuantity, amount_text, parse_quantity
from huibao.rules.scheme import Scheme
from huibao.rules.shelf import open_scheme

WORD_FACTS: Final[Mapping[str, type[Enum]]] = {
    "disability_category": DisabilityCategory,
    "poverty_relief": PovertyRelief,
}

UNKNOWN_FACT = define(
    "BILL-040",
    "不认识的人员情况 {field}{hint}。",
    "请改用方案语言说明中列出的情况名称。",
    "Unknown fact {field}{hint}.",
    "Use a fact listed in the guide of the scheme language.",
)
BAD_FACT = define(
    "BILL-041",
    "人员情况 {field} 应为{expected}，读到 {found}。",
    "请更正。",
    "Fact {field} must be {expected}; found {found}.",
    "Correct it.",
)
BAD_SETTING = define(
    "BILL-042",
    "参数 {field} 的写法不对：{found}（{why}）。",
    "请写成 名称=数值加单位，例如 self_pay_floor='100 yuan'。",
    "The setting {field} cannot be read: {found} ({why}).",
    "Write name=value with unit, such as self_pay_floor='100 yuan'.",
)
BAD_STATE = define(
    "BILL-043",
    "累计额文件：{why}。",
    "应为 JSON 对象，例如 {example}，即上一次结算输出的 closing。",
    "The accumulator file: {why}.",
    "It is a JSON object such as {example}: the closing of an earlier settlement.",
)
NOT_UTF8 = define(
    "BILL-044",
    "文件不是 UTF-8 编码（第 {byte} 个字节处）。",
    "请另存为 UTF-8 后重试；账单文件与表格不同，只收 UTF-8。",
    "The file is not UTF-8 (at byte {byte}).",
    "Save it as UTF-8 and try again.",
)


@dataclass(frozen=True, slots=True)
class FileResult:
    """A settled bill of a file, with its cited lines where asked for."""

    settled: Settled
    scheme: Scheme
    lines: tuple[Line, ...]


def utf8(content: bytes, where: str) -> str:
    """Text of a JSON file; a byte-order mark is allowed. Refused when it is not UTF-8."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(NOT_UTF8(where=where, byte=error.start)) from error


def settle_file(
    scheme_id: str, text: str, where: str, *, settings: Sequence[str] = (), state: str = "", cited: bool = False
) -> tuple[FileResult, ...]:
    """Settle every bill of a file in date order. Refused as a whole, with every problem, or all settled."""
    scheme = open_scheme(scheme_id)
    bills = read_bills(text, where)
    given = dict(_setting(one) for one in settings)
    opening = read_state(state) if state else {}
    done = settle_in_order(scheme, bills, opening, given, lambda bill: bill_groups(scheme, bill))
    return tuple(
        FileResult(one, scheme, explain(one.program, one.inputs, one.opening) if cited else ()) for one in done
    )


def bill_groups(scheme: Scheme, bill: Bill) -> tuple[str, ...]:
    """Groups of the bill's person: those it names and those its facts lead to on the day of discharge."""
    named = set(bill.groups)
    if bill.facts is not None:
        named |= set(groups_of(scheme, read_facts(bill.facts, bill.number)))
    return tuple(sorted(named))


def read_facts(said: Mapping[str, Any], where: str) -> FactsOnDay:
    """Facts of a bill file as the conditions take them. Refused with every unknown name and wrong type."""
    fields = {field.name: field for field in dataclasses.fields(FactsOnDay)}
    problems = []
    read: dict[str, Any] = {}
    for name, value in said.items():
        if name not in fields:
            near = difflib.get_close_matches(name, fields, n=1)
            hint = f"（是否为 {near[0]}？did you mean {near[0]}?）" if near else ""
            problems.append(UNKNOWN_FACT(where=where, field=name, hint=hint))
        elif name in WORD_FACTS:
            words = [str(word.value) for word in WORD_FACTS[name]]
            if value in words:
                read[name] = WORD_FACTS[name](value)
            else:
                problems.append(BAD_FACT(where=where, field=name, expected="、".join(words), found=value))
        elif type(value) is type(fields[name].default):
            read[name] = value
        else:
            expected = type(fields[name].default).__name__
            problems.append(BAD_FACT(where=where, field=name, expected=expected, found=value))
    if problems:
        raise Refused(problems)
    return FactsOnDay(**read)


def read_state(text: str) -> dict[str, int]:
    """Opening accumulators: JSON of name to quantity, as `settle --json` prints closing ones."""
    example = '{"supplementary_paid": "1234.56 yuan"}'
    try:
        said = json.loads(text)
        return {name: parse_quantity(str(value)).value if not _count(value) else value for name, value in said.items()}
    except (json.JSONDecodeError, AttributeError, NotAQuantity) as error:
        raise Refused(BAD_STATE(why=error, example=example)) from error


def state_text(scheme: Scheme, benefit: str, accumulators: Mapping[str, int]) -> dict[str, str]:
    """Accumulators as quantities with their units, ready to be an opening state."""
    units = {one.name: one.unit for one in scheme.benefits[benefit].accumulators}
    return {name: amount_text(value, units[name], "en").replace(",", "") for name, value in accumulators.items()}


def _count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _setting(text: str) -> tuple[str, int | str]:
    name, found, value = text.partition("=")
    if not found:
        raise Refused(BAD_SETTING(field=name, found=text, why="缺少等号 no equals sign"))
    try:
        return name.strip(), parse_quantity(value).value
    except NotAQuantity as error:
        if value.strip().isidentifier():
            return name.strip(), value.strip()
        raise Refused(BAD_SETTING(field=name, found=value, why=error)) from error
