"""From the bill to the payout, as steps that add up to the fen: what it cost, what others bore, what is left out, what is paid.

A part of the sum answers a cost when it vanishes with the costs; what stays (a benefit by grade, an allowance) is added
on its own. The scheme is asked, so no list of benefits stands here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from huibao.domain.claims.assessment import Assessment, BenefitRun
from huibao.kernel.invariant import invariant
from huibao.rules.explanation import Line as CitedLine
from huibao.rules.program import Program
from huibao.rules.vocabulary import InputType

COST: Final = "_cost"
"""End of the names of inputs that say what something cost."""
IN_POLICY: Final = "_in_policy"
"""End of the names of inputs that say what part of a cost the policy counts."""
REPORTED: Final = "reported_"
"""Start of the names of inputs that say what another payer bore."""


@dataclass(frozen=True, slots=True)
class Fall:
    """One step: fen with its sign, and the clause it rests on where there is one. `total`: where the sum stands then."""

    key: str
    zh: str
    en: str
    fen: int
    clause: str = ""
    total: bool = False


def waterfall(
    found: Assessment, programs: Sequence[Program], lines: Sequence[Sequence[CitedLine]], paid_fen: int
) -> tuple[Fall, ...]:
    """Return the steps of an assessment: `programs` and `lines` belong to its runs, in order; paid_fen was paid before.

    The steps that are no totals sum to the last total, fen >= 0.
    """
    costs = borne = 0
    for run, program in zip(found.runs, programs, strict=True):
        fens = {entry.name for entry in program.inputs if entry.type is InputType.FEN}
        given = {name: int(value) for name, value in run.inputs if name in fens}
        costs = max(costs, sum(fen for name, fen in given.items() if name.endswith(COST)))
        borne = max(borne, sum(fen for name, fen in given.items() if name.startswith(REPORTED)))
    answered, added = _parts(found.runs, programs, lines)
    steps: list[Fall] = []
    if costs:
        steps.append(Fall("cost", "费用合计", "costs together", costs))
        if borne:
            steps.append(Fall("borne", "其他保障已付", "borne by other payers", -borne))
        rest = costs - borne - sum(one.fen for one in answered)
        clauses = "；".join(dict.fromkeys(one.clause for one in answered if one.clause))
        if rest:
            steps.append(
                Fall(
                    "left_out",
                    "按条款不计入或由本人负担",
                    "left out by the clauses, borne by the person",
                    -rest,
                    clauses,
                )
            )
        if answered:
            steps.append(
                Fall("of_costs", "费用类赔付", "paid of the costs", sum(one.fen for one in answered), total=True)
            )
    elif answered:
        steps += answered
    steps += added
    if found.override_fen is not None and found.override_fen != found.system_fen:
        steps.append(Fall("deviation", "经办人调整", "the handler's deviation", found.override_fen - found.system_fen))
    if paid_fen:
        steps.append(Fall("paid", "此前已付", "paid before", -paid_fen))
    left = sum(step.fen for step in steps if not step.total)
    invariant(left == found.fen - paid_fen, "S1", f"the steps come to {left}, the sum is {found.fen - paid_fen}")
    return (*steps, Fall("payout", "本次应付", "to be paid now", left, total=True))


def _parts(
    runs: Sequence[BenefitRun], programs: Sequence[Program], lines: Sequence[Sequence[CitedLine]]
) -> tuple[list[Fall], list[Fall]]:
    """The parts that answer costs, and those that do not."""
    answered: list[Fall] = []
    added: list[Fall] = []
    for run, program, cited in zip(runs, programs, lines, strict=True):
        without = _without_costs(run, program)
        by_step = {line.step: line for line in cited}
        for part in run.parts:
            line = by_step[part.step]
            clause = " ".join(filter(None, (line.number or line.document_title, line.clause)))
            fall = Fall(f"{run.benefit}.{part.step}", line.title_zh, line.title_en, part.fen, clause)
            (added if without.get(part.step, 0) else answered).append(fall)
    return answered, added


def _without_costs(run: BenefitRun, program: Program) -> Mapping[str, int]:
    """What each step would come to if nothing had cost anything."""
    inputs = {
        name: 0 if name.endswith((COST, IN_POLICY)) or name.startswith(REPORTED) else value
        for name, value in run.inputs
    }
    outcome = program.run(inputs, dict(run.opening))
    return {layer.step: layer.fen for layer in (*outcome.layers, *outcome.extras)}
