"""What a claim is worth: findings about the person, turned into a scheme's inputs, and the sums its programs give.

Nothing is computed here that the scheme could say: grades, shares, caps and set-offs are its steps. Here stand
only what the inputs mean for a claim and which of them are derived from recorded facts.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from huibao.domain.claims import problems
from huibao.domain.claims.injuries import Injury, check_injuries, combine
from huibao.kernel.fen import yuan_text
from huibao.kernel.period import add_days
from huibao.kernel.problem import Problem
from huibao.rules.program import Layer, Outcome, Program
from huibao.rules.vocabulary import MAX_INPUT_FEN, WORST_GRADE, Line, payer_of

Finding = int | str | bool

DERIVED: Final = frozenset(
    {
        "died",
        "injured",
        "illness_death",
        "worst_grade",
        "worst_count",
        "pre_existing_grade",
        "disaster_paid",
        "disability_paid",
        "transport_accident",
        "joined_with_earlier",
        "age",
    }
)
"""Inputs that follow from recorded facts, so that nobody types them in."""

MAX_FINDINGS: Final = 100
"""Inputs a scheme may ask for in one claim."""

ILLNESS: Final = "illness"
TRANSPORT: Final = "transport"


@dataclass(frozen=True, slots=True)
class Findings:
    """What the handler found. `amounts`: inputs of the scheme by name; fen, days, counts, flags and enum words."""

    died_on: date | None = None
    treatment_ended_on: date | None = None
    injuries: tuple[Injury, ...] = ()
    pre_existing_grade: int = 0
    """JR/T 0083 grade of a disability from before the accident, 0 none."""
    joined: bool = False
    """Graded together with the injuries of the person's earlier accidents: the higher grade less what was paid."""
    amounts: tuple[tuple[str, Finding], ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """One step that pays: fen >= 0 by one payer."""

    step: str
    payer: str
    fen: int


@dataclass(frozen=True, slots=True)
class BenefitRun:
    """One benefit computed once; with inputs and opening it can be replayed to the same fen. S6."""

    benefit: str
    scheme_id: str
    scheme_hash: str
    on: date
    known_on: date
    settings: tuple[tuple[str, Finding], ...]
    inputs: tuple[tuple[str, Finding], ...]
    opening: tuple[tuple[str, int], ...]
    closing: tuple[tuple[str, int], ...]
    parts: tuple[Part, ...]

    @property
    def fen(self) -> int:
        """What this benefit pays, fen >= 0."""
        return sum(part.fen for part in self.parts)


@dataclass(frozen=True, slots=True)
class Assessment:
    """The sum the scheme gives, and the handler's other sum with its reason, if there is one."""

    findings: Findings
    runs: tuple[BenefitRun, ...]
    override_fen: int | None = None
    override_reason: str = ""

    @property
    def system_fen(self) -> int:
        """What the scheme gives, fen >= 0."""
        return sum(run.fen for run in self.runs)

    @property
    def fen(self) -> int:
        """What is put before the approver, fen >= 0."""
        return self.system_fen if self.override_fen is None else self.override_fen

    @property
    def counted(self) -> tuple[tuple[str, int], ...]:
        """By how much each yearly total of the person grows."""
        grown: dict[str, int] = {}
        for run in self.runs:
            opening = dict(run.opening)
            for name, value in run.closing:
                grown[name] = grown.get(name, 0) + value - opening.get(name, 0)
        return tuple(sorted((name, by) for name, by in grown.items() if by))


@dataclass(frozen=True, slots=True)
class Background:
    """What is known besides the findings and decides about inputs."""

    cause: str
    happened_on: date
    age: int
    first_payer_fen: int
    earlier_injuries: tuple[Injury, ...]
    earlier_disability_fen: int
    pre_existing_deducted: bool
    """The contract's wording: a disability from before counts as paid. False: this accident alone is graded."""
    grading_days: int
    groups: frozenset[str] = frozenset()


def check_findings(findings: Findings, known: Background, programs: Sequence[Program], on: date) -> tuple[Problem, ...]:
    """Return what is wrong with the findings on the day of assessment."""
    found = list(check_injuries(graded_together(findings, known)))
    if not 0 <= findings.pre_existing_grade <= WORST_GRADE:
        found.append(
            problems.NOT_AN_INJURY(
                code="既往伤残",
                what="等级 grade",
                expected="0–10",
                found=findings.pre_existing_grade,
                field="pre_existing_grade",
            )
        )
    found += _dates(findings, known, on)
    found += _amounts(findings.amounts, programs)
    return tuple(found)


def _dates(findings: Findings, known: Background, on: date) -> Iterable[Problem]:
    for what, day in (("身故 death", findings.died_on), ("治疗结束 end of treatment", findings.treatment_ended_on)):
        if day is not None and day < known.happened_on:
            yield problems.OUT_OF_ORDER(day=day, what="出险 the accident", earlier=known.happened_on, field=what)
        if day is not None and day > on:
            yield problems.IN_FUTURE(what=what, day=day, today=on)
    due = add_days(known.happened_on, known.grading_days)
    if findings.injuries and findings.treatment_ended_on is None and on < due:
        yield problems.TOO_EARLY_TO_GRADE(days=known.grading_days, due=due, field="injuries")


def _amounts(amounts: Sequence[tuple[str, Finding]], programs: Sequence[Program]) -> Iterable[Problem]:
    if len(amounts) > MAX_FINDINGS:
        yield problems.TOO_MANY(what="核定项目", limit=MAX_FINDINGS, found=len(amounts))
        return
    asked = {entry.name for program in programs for entry in program.inputs}
    for name, value in amounts:
        if name in DERIVED:
            yield problems.SYSTEM_FINDS(name=name, field=name)
        elif name not in asked:
            yield problems.NOT_A_FINDING(name=name, known=", ".join(sorted(asked - DERIVED)), field=name)
        elif isinstance(value, int) and not 0 <= value <= MAX_INPUT_FEN:
            yield problems.NEGATIVE(what=name, limit=yuan_text(MAX_INPUT_FEN), yuan=yuan_text(value), field=name)


def graded_together(findings: Findings, known: Background) -> tuple[Injury, ...]:
    """Return the injuries that are graded as one: of this accident, and of earlier ones where they are joined."""
    return findings.injuries + (known.earlier_injuries if findings.joined else ())


def derived_inputs(findings: Findings, known: Background) -> Mapping[str, Finding]:
    """Return the inputs that follow from facts: grades by JR/T 0083-2013, death, what the first payer paid. SD-4.2.

    The scheme raises several equal worst injuries by itself, so it is given the worst single grade and their count.
    """
    grading = combine(graded_together(findings, known))
    by_accident = known.cause != ILLNESS
    return {
        "died": findings.died_on is not None and by_accident,
        "illness_death": findings.died_on is not None and not by_accident,
        "injured": by_accident,
        "worst_grade": grading.worst,
        "worst_count": grading.count,
        "pre_existing_grade": findings.pre_existing_grade if known.pre_existing_deducted else 0,
        "disaster_paid": known.first_payer_fen,
        "disability_paid": known.earlier_disability_fen,
        "joined_with_earlier": findings.joined,
        "transport_accident": known.cause == TRANSPORT,
        "age": known.age,
    }


def paying(outcome: Outcome, line: Line) -> tuple[Layer, ...]:
    """Return the steps this line pays: computed by us, under the name its own money has on a bill."""
    return tuple(
        layer
        for layer in (*outcome.layers, *outcome.extras)
        if not layer.reported and layer.payer is payer_of(line) and layer.fen > 0
    )


def run_benefits(
    findings: Findings,
    known: Background,
    programs: Sequence[Program],
    line: Line,
    opening: Mapping[str, int],
    settings: Mapping[str, int | str],
) -> tuple[BenefitRun, ...]:
    """Compute the benefits of a product one after the other, yearly totals running on from one to the next."""
    values = {**dict(findings.amounts), **derived_inputs(findings, known)}
    values |= {f"in_{group}": True for group in known.groups}
    totals = dict(opening)
    runs: list[BenefitRun] = []
    for program in programs:
        inputs = {entry.name: values[entry.name] for entry in program.inputs if entry.name in values}
        start = {name: totals.get(name, 0) for name in program.accumulators}
        outcome = program.run(inputs, start)
        totals |= outcome.closing
        parts = tuple(Part(layer.step, str(layer.payer), layer.fen) for layer in paying(outcome, line))
        runs.append(
            BenefitRun(
                benefit=program.benefit_id,
                scheme_id=program.scheme_id,
                scheme_hash=program.scheme_hash,
                on=program.on,
                known_on=program.known_on or program.on,
                settings=tuple(sorted(settings.items())),
                inputs=tuple(sorted(inputs.items())),
                opening=tuple(sorted(start.items())),
                closing=tuple(sorted(outcome.closing.items())),
                parts=parts,
            )
        )
    return tuple(runs)
