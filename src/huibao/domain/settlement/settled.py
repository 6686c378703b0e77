"""Settling a bill: the scheme's program run on it, and what may happen to the result afterwards.

A settlement is a fact. It is never changed: a reversal mirrors it, a payer that comes later is a line added to it, and
what the person pays is always the bill less everything the payers bear (S1).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from huibao.domain.settlement.bill import Bill, bill_problems
from huibao.kernel.fen import yuan_text
from huibao.kernel.invariant import invariant
from huibao.kernel.period import Period, add_years
from huibao.kernel.problem import Refused, define
from huibao.rules.compiler import compile_benefit
from huibao.rules.program import Layer, Outcome, Program
from huibao.rules.scheme import Scheme
from huibao.rules.vocabulary import Payer

MAX_LATER_LINES: Final = 20
"""Payers that come after settlement, on one bill; more means that the bill should be reversed and settled anew."""

DEARER: Final = ("bill_total", "in_policy")
DEARER_FEN: Final = 100_00
"""By how much a bill is made dearer to see whether anybody would lose by it."""

WHICH_BENEFIT = define(
    "BILL-020",
    "方案 {scheme} 有 {count} 种账单类待遇（{names}），账单未说明用哪一种。",
    "请在账单中填写 benefit。",
    "Scheme {scheme} has {count} benefits that settle bills ({names}); the bill does not say which.",
    "State benefit in the bill.",
)
NO_BENEFIT = define(
    "BILL-021",
    "方案 {scheme} 没有名为 {found} 的账单类待遇。",
    "可用：{names}。",
    "Scheme {scheme} has no benefit {found} that settles bills.",
    "It has: {names}.",
)
UNKNOWN_GROUP = define(
    "BILL-022",
    "方案 {scheme} 没有人群 {found}。",
    "可用：{names}。",
    "Scheme {scheme} has no group {found}.",
    "It has: {names}.",
)
OUTSIDE_PERIOD = define(
    "BILL-023",
    "出院日期 {day} 不在方案保障期间 {first} 至 {last} 之内。",
    "请使用当年的方案。",
    "The day of discharge {day} is outside the scheme's period, {first} to {last}.",
    "Use the scheme of that year.",
)
MORE_THAN_SELF_PAY = define(
    "BILL-030",
    "后到款项 {found} 元，超过个人自付余额 {left} 元。",
    "请核对金额；若前面的支付方多付，应先撤销结算再重算。",
    "The later payer's {found} yuan is more than the {left} yuan the person still bears.",
    "Check the amount; where an earlier payer overpaid, reverse and settle again.",
)
TOO_MANY_LATER = define(
    "BILL-031",
    "结算 {number} 已有 {limit} 笔后到款项，不能再加。",
    "请撤销后按全部支付方重新结算。",
    "Settlement {number} already has {limit} later lines.",
    "Reverse it and settle again with all payers.",
)


@dataclass(frozen=True, slots=True)
class Settled:
    """A bill with its outcome, and what is needed to replay it to the same fen (S6)."""

    bill: Bill
    program: Program
    inputs: Mapping[str, int | str | bool]
    """What the program was given: figures of the bill, groups as flags, days."""
    opening: Mapping[str, int]
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class LaterLine:
    """A payer that came after settlement: fen > 0, taken off what the person bears."""

    payer: Payer
    fen: int
    on: date


def policy_year(period: Period, day: date) -> Period:
    """The year of `period` that holds `day`, counted from its first day; the last one ends with the period.

    Yearly caps and accumulators run in it (SD-4.1 counts by medical year).
    """
    invariant(day in period, "S2", f"{day} is not in {period}")
    first = period.first_on
    while (following := add_years(first, 1)) <= day:
        first = following
    return Period(first, min(following - timedelta(days=1), period.last_on))


def accumulator_scope(scheme: Scheme) -> str:
    """Under what name a person's yearly accumulators are kept: the province's scheme, whichever city applies it."""
    return scheme.lineage[0]


def benefit_of(scheme: Scheme, bill: Bill) -> str:
    """The benefit that settles this bill: the one it names, or the scheme's only one. Refused otherwise."""
    able = [name for name, benefit in scheme.benefits.items() if benefit.kind == "bill"]
    names = "、".join(able)
    if bill.benefit is not None:
        if bill.benefit not in able:
            raise Refused(NO_BENEFIT(where=bill.number, scheme=scheme.scheme_id, found=bill.benefit, names=names))
        return bill.benefit
    if len(able) != 1:
        raise Refused(WHICH_BENEFIT(where=bill.number, scheme=scheme.scheme_id, count=len(able), names=names))
    return able[0]


def check_bill(scheme: Scheme, bill: Bill) -> None:
    """Refuse a bill that does not add up, lies outside the scheme's period or names an unknown group."""
    problems = list(bill_problems(bill))
    period = scheme.period
    if bill.settles_on not in period:
        day, first, last = bill.settles_on, period.first_on, period.last_on
        problems.append(OUTSIDE_PERIOD(where=bill.number, day=day, first=first, last=last))
    names = "、".join(scheme.groups)
    problems += [
        UNKNOWN_GROUP(where=bill.number, scheme=scheme.scheme_id, found=group, names=names)
        for group in bill.groups
        if group not in scheme.groups
    ]
    if problems:
        raise Refused(problems)


def program_inputs(scheme: Scheme, program: Program, bill: Bill, groups: Iterable[str]) -> dict[str, int | str | bool]:
    """The bill's figures as the program takes them; groups as flags, days in hospital from the two dates."""
    wanted = {entry.name for entry in program.inputs}
    given = dict(bill.inputs)
    if "days" in wanted and "days" not in given:
        given["days"] = max((bill.discharged_on - bill.admitted_on).days, 1)
    belongs = set(groups)
    given |= {f"in_{group}": group in belongs for group in scheme.groups if f"in_{group}" in wanted}
    return {name: value for name, value in given.items() if name in wanted}


def settle(scheme: Scheme, program: Program, bill: Bill, groups: Iterable[str], opening: Mapping[str, int]) -> Settled:
    """Settle one bill. `opening` holds the person's accumulators of the policy year, fen or counts."""
    check_bill(scheme, bill)
    opening = {name: opening.get(name, 0) for name in program.accumulators}
    inputs = program_inputs(scheme, program, bill, groups)
    outcome = program.run(inputs, opening)
    fewer = dearer_leaves_less(program, inputs, opening, outcome)
    invariant(not fewer, "S3", f"{bill.number}: a dearer bill is reimbursed {fewer} fen less")
    total = bill.amount("bill_total")
    borne = sum(layer.fen for layer in outcome.layers)
    invariant(
        borne + outcome.self_pay_fen == total, "S1", f"{bill.number}: {borne} + {outcome.self_pay_fen} != {total}"
    )
    for layer in outcome.layers:
        invariant(0 <= layer.fen <= total, "S2", f"{bill.number}: {layer.payer} pays {layer.fen} of {total}")
    return Settled(bill, program, inputs, opening, outcome)


def dearer_leaves_less(
    program: Program, inputs: Mapping[str, int | str | bool], opening: Mapping[str, int], outcome: Outcome
) -> int:
    """By how many fen the same bill would be reimbursed less if it were dearer in-policy (S3); 0 is as it should be.

    Not asked where the scheme declares a cliff, or where the dearer bill would leave the declared range.
    """
    limits = {entry.name: entry.max for entry in program.inputs}
    dearer = {name: amount + DEARER_FEN for name in DEARER if isinstance(amount := inputs.get(name), int)}
    if any(step.cliff for step in program.benefit.steps) or any(dearer[name] > limits[name] for name in dearer):
        return 0
    return max(reimbursed(outcome) - reimbursed(program.run({**inputs, **dearer}, opening)), 0)


def reimbursed(outcome: Outcome) -> int:
    """Everything the payers pay, inside the bill and beside it, fen."""
    return sum(layer.fen for layer in (*outcome.layers, *outcome.extras))


def settle_in_order(
    scheme: Scheme,
    bills: Sequence[Bill],
    opening: Mapping[str, int],
    settings: Mapping[str, str | int],
    groups_of_bill: Callable[[Bill], Sequence[str]],
) -> Iterator[Settled]:
    """Settle several bills by date, each person's accumulators running on and starting anew each policy year.

    `opening` is where everybody starts in the first policy year that occurs.
    """
    running: dict[tuple[str | None, date], Mapping[str, int]] = {}
    first_year: date | None = None
    for bill in sorted(bills, key=lambda bill: (bill.settles_on, bill.number)):
        check_bill(scheme, bill)
        program = compile_benefit(scheme, benefit_of(scheme, bill), bill.settles_on, settings=settings)
        year = policy_year(scheme.period, bill.settles_on)
        first_year = first_year or year.first_on
        start = opening if year.first_on == first_year else {}
        state = running.get((bill.person, year.first_on), start)
        done = settle(scheme, program, bill, groups_of_bill(bill), state)
        running[bill.person, year.first_on] = {**state, **done.outcome.closing}
        yield done


def add_later_line(number: str, self_pay_fen: int, so_far: Sequence[LaterLine], line: LaterLine) -> int:
    """What the person bears after one more payer, fen >= 0. Refused when it would fall below zero (S1).

    `self_pay_fen` is the share at settlement; `so_far` the lines that came since.
    """
    if len(so_far) >= MAX_LATER_LINES:
        raise Refused(TOO_MANY_LATER(where=number, number=number, limit=MAX_LATER_LINES))
    left = self_pay_fen - sum(earlier.fen for earlier in so_far)
    if line.fen <= 0 or line.fen > left:
        raise Refused(MORE_THAN_SELF_PAY(where=number, found=yuan_text(line.fen), left=yuan_text(left)))
    return left - line.fen


def mirrored(layers: Iterable[Layer]) -> tuple[Layer, ...]:
    """The layers of a reversal: each amount negated, never computed again (S5)."""
    return tuple(Layer(layer.payer, layer.step, -layer.fen, layer.reported) for layer in layers)


def later_layer(line: LaterLine) -> Layer:
    """A later payer as a layer: reported, because that payer computed it."""
    return Layer(line.payer, "later", line.fen, reported=True)


def moved(opening: Mapping[str, int], closing: Mapping[str, int]) -> dict[str, int]:
    """How far each accumulator moved; a reversal takes exactly this back (S5)."""
    return {name: closing[name] - opening.get(name, 0) for name in closing}
