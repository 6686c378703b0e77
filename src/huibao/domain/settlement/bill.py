"""A hospital bill as it is settled: whole fen, the scheme's own input names, and the identities it must satisfy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from huibao.kernel.fen import yuan_text
from huibao.kernel.invariant import invariant
from huibao.kernel.problem import Problem, ProblemKind, define
from huibao.rules.vocabulary import INPUTS, InputType

MAX_BILLS: Final = 100_000
"""Bills in one file; a county's whole year has fewer, and more belongs to the bulk run."""
MAX_FEE_LINES: Final = 20_000
"""Fee lines of one bill; a stay of a year with fifty items a day."""

SPLIT: Final = ("out_of_catalogue", "over_limit", "first_self_pay", "in_policy")
"""The four parts a bill's cost falls into (全自费、超限价、先行自付、符合范围); they sum to the total."""

NEGATIVE = define(
    "BILL-001",
    "{name}为负数（{found} 元）。",
    "账单金额不能为负；退费请撤销原结算后按更正后的账单重新结算。",
    "{name} is negative ({found} yuan).",
    "A bill has no negative amounts; reverse the earlier settlement and settle the corrected bill.",
)
PARTS_DIFFER = define(
    "BILL-002",
    "费用分项之和 {found} 元，与医疗费总额 {expected} 元相差 {difference} 元。",
    "请核对全自费、超限价、先行自付、符合范围四项，四项之和应等于总额。",
    "The four parts sum to {found} yuan, the bill to {expected} yuan: {difference} yuan apart.",
    "Check out-of-catalogue, over-limit, first-self-pay and in-policy; together they make the total.",
)
PARTS_EXCEED = define(
    "BILL-003",
    "费用分项之和 {found} 元，超过医疗费总额 {expected} 元，多出 {difference} 元。",
    "请核对各分项；分项不得超过总额。",
    "The parts sum to {found} yuan, {difference} yuan more than the bill of {expected} yuan.",
    "Check the parts; they cannot exceed the total.",
)
PAYERS_EXCEED = define(
    "BILL-004",
    "各方已付合计 {found} 元，超过医疗费总额 {expected} 元，多出 {difference} 元。",
    "请核对各支付方上报的金额。",
    "The amounts reported by the payers sum to {found} yuan, {difference} yuan more than the bill of {expected} yuan.",
    "Check the amounts the payers reported.",
)
STATED_DIFFERS = define(
    "BILL-005",
    "账单所载：{sum} = {found} 元，与医疗费总额 {expected} 元相差 {difference} 元。",
    "所载金额自身不平，不能据以结算；请向出具单位核实。",
    "As stated, {sum} = {found} yuan, which differs from the bill of {expected} yuan by {difference} yuan.",
    "The stated figures do not balance and cannot be settled; ask whoever issued them.",
)
ENDS_BEFORE = define(
    "BILL-006",
    "出院日期 {discharged} 早于入院日期 {admitted}。",
    "请核对两个日期。",
    "Discharged on {discharged}, before admission on {admitted}.",
    "Check the two dates.",
)
FEE_LINES_DIFFER = define(
    "BILL-007",
    "费用明细之和与账单不符：{name} 明细合计 {found} 元，账单 {expected} 元，相差 {difference} 元。",
    "请补齐或更正明细后再结算。",
    "The fee lines do not sum to the bill: {name} {found} yuan by lines, {expected} yuan on the bill, {difference} apart.",
    "Complete or correct the fee lines, then settle.",
)


@dataclass(frozen=True, slots=True)
class FeeLine:
    """One item of a bill, fen; a refunded item is negative (as in the national message 2301)."""

    code: str
    amounts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Bill:
    """One stay or visit to settle. `inputs` hold fen, days, flags and enum words under the scheme's input names."""

    number: str
    admitted_on: date
    discharged_on: date
    inputs: Mapping[str, int | str | bool]
    hospital: str = ""
    benefit: str | None = None
    groups: tuple[str, ...] = ()
    person: str | None = None
    facts: Mapping[str, int | str | bool] | None = None
    stated: Mapping[str, int] = field(default_factory=dict)
    fee_lines: tuple[FeeLine, ...] = ()

    @property
    def settles_on(self) -> date:
        """Day that decides parameters, policy year and cover: the day of discharge (SD-6.4 settles at discharge)."""
        return self.discharged_on

    def amount(self, name: str) -> int:
        """Amount of one input, fen; 0 where the bill does not state it."""
        value = self.inputs.get(name, 0)
        return value if isinstance(value, int) else 0


def bill_problems(bill: Bill) -> tuple[Problem, ...]:
    """What does not add up in a bill. Empty: it may be settled."""
    found: list[Problem] = []
    where = bill.number
    if bill.discharged_on < bill.admitted_on:
        found.append(ENDS_BEFORE(where=where, admitted=bill.admitted_on, discharged=bill.discharged_on))
    money = {name: value for name, value in bill.inputs.items() if isinstance(value, int) and _is_money(name)}
    found += [
        NEGATIVE(where=where, field=name, name=name, found=yuan_text(value))
        for name, value in money.items()
        if value < 0
    ]
    if "bill_total" in bill.inputs and not found:
        found += _sums(bill)
    return tuple(found)


def _is_money(name: str) -> bool:
    known = INPUTS.get(name)
    return known is not None and known.type is InputType.FEN


def _sums(bill: Bill) -> list[Problem]:
    total = bill.amount("bill_total")
    found: list[Problem] = []
    parts = sum(bill.amount(name) for name in SPLIT)
    stated_parts = [name for name in SPLIT if name in bill.inputs]
    whole_split = "in_policy" in stated_parts and len(stated_parts) > 1
    if parts > total:
        found.append(_apart(PARTS_EXCEED, bill, parts, total))
    elif whole_split and parts != total:
        found.append(_apart(PARTS_DIFFER, bill, parts, total))
    reported = sum(bill.amount(name) for name in bill.inputs if name.startswith("reported_"))
    if reported > total:
        found.append(_apart(PAYERS_EXCEED, bill, reported, total))
    found += _stated(bill, total) + _fee_lines(bill)
    return found


def _stated(bill: Bill, total: int) -> list[Problem]:
    """Total = paid by the funds + borne by the hospital + borne by the person, where the sender states them."""
    if not {"fund_pay_sumamt", "psn_part_amt"} <= bill.stated.keys():
        return []
    names = [name for name in ("fund_pay_sumamt", "hosp_part_amt", "psn_part_amt") if name in bill.stated]
    made = sum(bill.stated[name] for name in names)
    if made == total:
        return []
    return [_apart(STATED_DIFFERS, bill, made, total, sum=" + ".join(names))]


def _fee_lines(bill: Bill) -> list[Problem]:
    if not bill.fee_lines:
        return []
    return [
        _apart(FEE_LINES_DIFFER, bill, by_lines, bill.amount(name), name=name)
        for name in ("bill_total", *SPLIT)
        if name in bill.inputs and (by_lines := sum_of_lines(bill.fee_lines, name)) != bill.amount(name)
    ]


def sum_of_lines(lines: Sequence[FeeLine], name: str) -> int:
    """Sum of one amount over the fee lines, fen. The order of the lines does not matter (S4)."""
    return sum(line.amounts.get(name, 0) for line in lines)


def in_standard_order(lines: Sequence[FeeLine]) -> tuple[FeeLine, ...]:
    """The fee lines in one order, however they were sent, so that the same bill is always the same content (S4)."""
    ordered = tuple(sorted(lines, key=lambda line: (line.code, sorted(line.amounts.items()))))
    for name in ("bill_total", *SPLIT):
        invariant(sum_of_lines(ordered, name) == sum_of_lines(lines, name), "S4", name)
    return ordered


def _apart(kind: ProblemKind, bill: Bill, found: int, expected: int, **more: str) -> Problem:
    return kind(
        where=bill.number,
        found=yuan_text(found),
        expected=yuan_text(expected),
        difference=yuan_text(abs(found - expected)),
        **more,  # type: ignore[arg-type] # mypy cannot see that these are never row, field or where
    )
