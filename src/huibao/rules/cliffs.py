"""Looking for cliffs that a scheme does not declare: a dearer bill must not leave less reimbursement (S3).

A search and not a proof: bills are tried at and beside every amount the scheme names, where rules turn, for each
hospital level, flag and group. What it finds is certain, told with both bills; a cliff the scheme declares is left out.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise

from huibao.kernel.fen import yuan_text
from huibao.kernel.problem import Problem, Refused, define
from huibao.rules.compiler import compile_benefit, params_used
from huibao.rules.floors import change_days
from huibao.rules.program import Program
from huibao.rules.quantity import UNIT_MAX, Unit
from huibao.rules.scheme import Benefit, Kind, Param, Scheme
from huibao.rules.vocabulary import MAX_INPUT_FEN, InputType

MAX_AMOUNTS = 120
MAX_DAYS_TRIED = 12
MAX_SITUATIONS = 60
"""A scheme with more flags and groups is searched in the first so many situations."""

UNDECLARED_CLIFF = define(
    "SCHEME-056",
    "待遇 {name}：费用 {less} 元时各方支付 {paid} 元，费用增至 {more} 元时反而只付 {then} 元",
    "如文件确系如此，请在该步骤写 cliff: true 和理由 why；否则请改写算法。",
    "Benefit {name}: of a bill of {less} yuan {paid} yuan are paid, of a dearer one of {more} yuan only {then}",
    "If the document says so, write cliff: true with why on that step; otherwise change the rule.",
)


def check_cliffs(scheme: Scheme) -> Iterator[Problem]:
    """A problem for each bill benefit in which a dearer bill was found to leave less, none where a step declares it."""
    for benefit in scheme.benefits.values():
        if benefit.kind is Kind.BILL and not any(step.cliff for step in benefit.steps):
            params = [scheme.params[name] for name in params_used(scheme, benefit)]
            found = (_search(scheme, benefit, day) for day in change_days(scheme, *params)[:MAX_DAYS_TRIED])
            yield from (problem for problem in [next(filter(None, found), None)] if problem)


def _search(scheme: Scheme, benefit: Benefit, on: date) -> Problem | None:
    settings = {
        name: _some_value(scheme.params[name])
        for name in params_used(scheme, benefit)
        if not scheme.params[name].values and not scheme.params[name].index and not scheme.params[name].brackets
    }
    try:
        program = compile_benefit(scheme, benefit.name, on, None, settings)
    except Refused:
        return None  # a table or brackets are still to be given: there is nothing to try yet
    amounts = _amounts(program)
    for costs in _cost_inputs(program):
        for situation in _situations(program):
            tried = [
                (amount, _reimbursed(program, {**situation, **dict.fromkeys(costs, amount)})) for amount in amounts
            ]
            for (less, paid), (more, then) in pairwise(tried):
                if paid is not None and then is not None and then < paid:
                    return UNDECLARED_CLIFF(
                        where=scheme.where_of(benefit.scheme_id),
                        row=benefit.line_no,
                        field=f"benefits.{benefit.name}",
                        name=benefit.name,
                        less=yuan_text(less),
                        paid=yuan_text(paid),
                        more=yuan_text(more),
                        then=yuan_text(then),
                    )
    return None


def _some_value(param: Param) -> int:
    """A value a contract might give: the least allowed, and for rates something that pays."""
    if param.unit is Unit.BP:
        return min(param.maximum if param.maximum is not None else 10_000, 10_000)
    return min(param.minimum or 0, UNIT_MAX[param.unit])


def _amounts(program: Program) -> tuple[int, ...]:
    """Amounts at and beside each number of the scheme, and round ones in between."""
    edges = {value for value in program.P if 0 < value < MAX_INPUT_FEN}
    round_ones = {digit * 10**power for power in range(3, 10) for digit in (1, 3)}
    near = {edge + beside for edge in edges for beside in (-1, 0, 1)}
    return tuple(sorted(near | round_ones | {0, 1})[:MAX_AMOUNTS])


def _cost_inputs(program: Program) -> tuple[tuple[str, ...], ...]:
    """Inputs that grow together when a bill grows: cost within the policy, and where it counts cost outside of it."""
    names = {entry.name for entry in program.inputs}
    inside = tuple(name for name in ("bill_total", "in_policy") if name in names)
    return (inside, ("bill_total", "out_of_catalogue")) if "out_of_catalogue" in names else (inside,)


def _situations(program: Program) -> tuple[dict[str, int], ...]:
    """Each level of an enum with each flag or group by itself, and with none."""
    levels: list[dict[str, int]] = [{}]
    for entry in program.inputs:
        if entry.type is InputType.ENUM:
            levels = [{**held, entry.name: at} for held in levels for at in range(len(entry.values))]
    flags = [entry.name for entry in program.inputs if entry.type is InputType.FLAG]
    singles: list[dict[str, int]] = [{}, *({flag: 1} for flag in flags)]
    return tuple({**level, **single} for level in levels for single in singles)[:MAX_SITUATIONS]


def _reimbursed(program: Program, inputs: Mapping[str, int | str | bool]) -> int | None:
    """What all payers pay of a bill, fen; None where the bill is refused."""
    try:
        outcome = program.run(inputs)
    except Refused:
        return None
    return sum(layer.fen for layer in outcome.layers)
