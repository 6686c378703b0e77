"""Many scenarios over the same claims in one go: rows are read once, and every scenario is another matrix of numbers.

Scenarios are shared out among threads; each takes a block of rows through all its scenarios before the next block. What
the base pays is added up for every layer, what a scenario pays for those its numbers can reach. People are drawn again
with the same weights for all scenarios, so that differences between them are told apart from chance.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from huibao.bulk.kernel import BulkProgram, Int64s, calendar, has_numba, ready
from huibao.bulk.whatif.many import passes, rests
from huibao.bulk.whatif.people import Cell, Part, fault_codes, read_part
from huibao.bulk.whatif.scenario import BASE, Scenario
from huibao.bulk.whatif.tally import Tally, drawing
from huibao.kernel.invariant import invariant
from huibao.kernel.problem import Refused, define
from huibao.rules.bulk_source import remainder_name
from huibao.rules.compiler import params_used, step_texts
from huibao.rules.expression import names_in, parse
from huibao.rules.scheme import Kind

THREADS: Final = 2
RESAMPLES: Final = 400
MAX_RESAMPLES: Final = 10_000
OVER: Final = "over_line"
"""Name of the count of person-years over the burden line, beside the layers."""

POISSON: Final = np.repeat(np.arange(9, dtype=np.uint8), (24_111, 24_108, 12_054, 4_018, 1_005, 201, 33, 5, 1))
"""How often somebody is drawn, for each of 65,536 equally likely numbers: Poisson with mean exactly 1, variance 1.0002."""

NOTHING_LEFT = define(
    "WHATIF-026",
    "没有一笔案件可以结算（{codes}）",
    "请先用 huibao replay 查看原因；没有案件就没有可测算的。",
    "No claim can be settled ({codes})",
    "See why with huibao replay; without claims there is nothing to reckon.",
)

MAX_HELD: Final = 200_000_000
"""Numbers held at once for sums or for draws: 1.6 GB."""
TOO_MUCH = define(
    "WHATIF-027",
    "{areas} 个地区与人群组合、{scenarios} 个方案、{resamples} 次抽样，超出内存上限",
    "请减少 --resamples（0 为不算区间）、方案数，或把 area 改为更大的区划。",
    "{areas} areas and sets of groups, {scenarios} scenarios and {resamples} resamples are more than may be held in memory",
    "Lower --resamples (0 for no intervals), ask fewer scenarios, or let area be a wider division.",
)

Drawn = Int64s
"""Sums of one resample a row, whole fen."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of the claims."""

    base: BulkProgram
    scenarios: tuple[Scenario, ...]
    line_fen: int | None = None
    resamples: int = RESAMPLES
    seed: int = 1
    threads: int = THREADS


@dataclass(slots=True, eq=False)
class Totals:
    """What one scenario comes to over all claims."""

    costs: dict[Cell, Int64s] = field(default_factory=dict)
    """Fen by output of the full list, for each cell; the person-years over the line last."""
    by_claim: Int64s | None = None
    by_year: Int64s | None = None
    refused: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Answer:
    """What came of a question: sums of every scenario (the base first), and the same drawn again."""

    question: Question
    outputs: tuple[str, ...]
    """Layers a scenario can change, the remainder, then the layers that stay as reported."""
    moving: int
    """How many of the outputs a scenario can change, the remainder included."""
    totals: list[Totals]
    claims: dict[Cell, int] = field(default_factory=dict)
    people: dict[Cell, int] = field(default_factory=dict)
    all_people: int = 0
    person_years: int = 0
    policy_years: set[int] = field(default_factory=set)
    bundled: bool = False
    units: int = 0
    put_aside: dict[str, int] = field(default_factory=dict)
    drawn: dict[tuple[str, object], Drawn] = field(default_factory=dict)
    """("whole", ""), ("area", code), ("groups", names): resamples × scenarios × (moving outputs, over the line)."""

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the scenarios, the base first."""
        return (BASE, *(one.name for one in self.question.scenarios))


def outputs_of(base: BulkProgram) -> tuple[tuple[str, ...], int]:
    """All layers and the remainder, those first that the benefit's numbers can move; and how many those are."""
    program = base.program
    params = set(params_used(base.scheme, program.benefit))
    steps = {step.name: step for step in program.benefit.steps}
    layers = [step for _, step, _, _ in (*program.layer_at, *program.extra_at)]
    fixed = [
        name
        for _, name, reported, _ in (*program.layer_at, *program.extra_at)
        if reported and not any(params & names_in(parse(text)) for text in step_texts(steps[name]))
    ]
    moving = [*(name for name in layers if name not in fixed), remainder_name(program)]
    return (*moving, *fixed), len(moving)


def ask(question: Question, tables: Iterable[pa.Table], progress: Callable[[int], None] = lambda _rows: None) -> Answer:
    """Run all scenarios over tables of whole people. Refused where a table does not fit the benefit's schema."""
    outputs, moving = outputs_of(question.base)
    every = _with_outputs(question.base, outputs)
    some = _with_outputs(question.base, outputs[:moving])
    answer = Answer(question, outputs, moving, [Totals() for _ in range(1 + len(question.scenarios))])
    matrices = [question.base, *(one.bulk for one in question.scenarios)]
    quick = [_renumbered(some, one) for one in matrices]
    whole = [_renumbered(every, one) for one in matrices]
    with ThreadPoolExecutor(max_workers=question.threads) as pool:
        for number, table in enumerate(tables):
            part, put_aside = read_part(table, question.base, question.seed)
            _count(answer.put_aside, put_aside)
            if part is None:
                continue
            _refuse_too_much(question, part, answer)
            tallies, faults = _run_part(question, part, quick, whole, pool)
            _keep(answer, part, tallies, faults)
            _draw(answer, part, tallies, number)
            progress(table.num_rows)
    if not answer.claims:
        codes = ", ".join(f"{code} {count}" for code, count in sorted(answer.put_aside.items()))
        raise Refused(NOTHING_LEFT(codes=codes or "—"))
    if answer.drawn:
        answer.drawn["whole", ""] = np.sum(
            [held for (kind, _), held in answer.drawn.items() if kind == "groups"], axis=0
        )
    return answer


def _refuse_too_much(question: Question, part: Part, answer: Answer) -> None:
    """Refuse before memory runs out: sums of every unit and scenario, and draws of every area and set of groups."""
    columns = len(question.scenarios) + 1
    sums = part.units * columns * (answer.moving + 1)
    keys = {key for cell in part.cells for key in _keys(cell)} | set(answer.drawn)
    draws = len(keys) * question.resamples * columns * (answer.moving + 1)
    if max(sums, draws) > MAX_HELD:
        raise Refused(TOO_MUCH(areas=len(keys), scenarios=columns, resamples=question.resamples))


def _with_outputs(base: BulkProgram, outputs: tuple[str, ...]) -> BulkProgram:
    settings = tuple(base.program.settings.items())
    made = ready(base.scheme, base.benefit_id, base.known_on, dict(settings), outputs)
    invariant(made.days == base.days, "S6", "the same scheme gives the same days")
    return made


def _renumbered(shape: BulkProgram, numbers: BulkProgram) -> BulkProgram:
    """The loop of one program with the days and numbers of another."""
    return replace(shape, days=numbers.days, programs=numbers.programs, matrix=numbers.matrix)


def _run_part(
    question: Question,
    part: Part,
    quick: Sequence[BulkProgram],
    whole: Sequence[BulkProgram],
    pool: ThreadPoolExecutor,
) -> tuple[list[Tally], list[dict[str, int]]]:
    """Tallies of the base and the scenarios. Where a scenario refuses other rows than the base, all its layers are run."""
    first, last = int(part.rows.day.min()), int(part.rows.day.max())
    days = [calendar(one, first, last) for one in quick]
    base = passes(part, whole[:1], days[:1], question.line_fen)
    tallies: list[Tally | None] = [base.tallies[0], *(None for _ in quick[1:])]
    refused = [_codes(base.refused[0]), *({} for _ in quick[1:])]
    differs: list[int] = []

    def work(mine: Sequence[int], programs: Sequence[BulkProgram]) -> None:
        held = [programs[nth] for nth in mine]
        mine_days, together = [days[nth] for nth in mine], programs is quick
        found = passes(part, held, mine_days, question.line_fen, base.faults, together=together)
        for at, nth in enumerate(mine):
            tallies[nth], refused[nth] = found.tallies[at], _codes(found.refused[at])
            if found.differs[at] and together:
                differs.append(nth)
            elif together and has_numba() and held[at].program.kind is Kind.BILL:
                rests(held[at], base.tallies[0], found.tallies[at])

    others = range(1, len(quick))
    shares = [others[nth :: question.threads] for nth in range(question.threads)]
    for done in [pool.submit(work, mine, quick) for mine in shares if mine]:
        done.result()
    if differs:
        work(sorted(differs), whole)
    return [tally for tally in tallies if tally is not None], refused


def _codes(refused: Int64s) -> dict[str, int]:
    """How many rows a scenario refused, by the problem's code."""
    return fault_codes({fault: int(count) for fault, count in enumerate(refused) if count and fault})


def _count(into: dict[str, int], more: Mapping[str, int]) -> None:
    for name, count in more.items():
        into[name] = into.get(name, 0) + count


def _keep(answer: Answer, part: Part, tallies: Sequence[Tally], faults: Sequence[Mapping[str, int]]) -> None:
    """Add a part's sums to the answer, cell by cell."""
    answer.all_people += part.all_people
    answer.person_years += part.person_years
    answer.policy_years |= part.policy_years
    answer.bundled |= part.bundled
    answer.units += part.units
    for at, cell in enumerate(part.cells):
        answer.claims[cell] = answer.claims.get(cell, 0) + part.claims[at]
        answer.people[cell] = answer.people.get(cell, 0) + part.people[at]
    base = [tallies[0].sums[begin:end].sum(axis=0) for begin, end in part.cell_units]
    for nth, (total, tally) in enumerate(zip(answer.totals, tallies, strict=True)):
        _count(total.refused, faults[nth])
        total.by_claim = tally.by_claim if total.by_claim is None else total.by_claim + tally.by_claim
        total.by_year = tally.by_year if total.by_year is None else total.by_year + tally.by_year
        for at, (cell, (begin, end)) in enumerate(zip(part.cells, part.cell_units, strict=True)):
            mine = tally.sums[begin:end].sum(axis=0)
            if len(mine) < len(base[at]):
                # The layers a scenario cannot reach stay as the base has them: it settled the very same rows.
                mine = np.concatenate([mine[:-1], base[at][answer.moving : -1], mine[-1:]])
            held = total.costs.get(cell)
            total.costs[cell] = mine if held is None else held + mine
    _believe(answer, part, base)


def _believe(answer: Answer, part: Part, base: Sequence[Int64s]) -> None:
    """Over a part, too, a bill is its layers and what the person pays (S1), and areas and groups sum to the whole (A1)."""
    bulk = answer.question.base
    if bulk.program.kind is not Kind.BILL or answer.totals[0].refused:
        return
    inside = {step for _, step, _, _ in bulk.program.layer_at} | {"self_pay"}
    at = [nth for nth, name in enumerate(answer.outputs) if name in inside]
    billed = int(part.rows.inputs["bill_total"].sum())
    invariant(int(sum(cell[at].sum() for cell in base)) == billed, "S1", "layers and self-payment make up the bills")


def _draw(answer: Answer, part: Part, tallies: Sequence[Tally], number: int) -> None:
    """Draw the part's people again, as often as asked: one weight a unit and resample, the same for all scenarios."""
    count = answer.question.resamples
    if not count:
        return
    random = np.random.Generator(np.random.PCG64([answer.question.seed, number]))
    wanted = [*range(answer.moving), -1]
    sums = np.stack([tally.sums[:, wanted] for tally in tallies], axis=1)
    values = np.ascontiguousarray(sums.reshape(part.units, -1))
    weights = _weights(random, count, part)
    for cell, (begin, end) in zip(part.cells, part.cell_units, strict=True):
        held = [
            answer.drawn.setdefault(key, np.zeros((count, len(tallies), len(wanted)), dtype=np.int64))
            for key in _keys(cell)
        ]
        drawing()(weights[:, begin:end], values[begin:end], *(each.reshape(count, -1) for each in held))


def _weights(random: np.random.Generator, count: int, part: Part) -> npt.NDArray[np.uint8]:
    """How often each unit is drawn in each resample.

    A person by Poisson: the number of people with claims is chance too. Bundles of a cell as many as there are, with
    replacement: people were dealt to them one by one, so how many a bundle holds scatters already as that number does.
    """
    if not part.bundled:
        return POISSON[random.integers(0, len(POISSON), (count, part.units), dtype=np.uint16)]
    begin, end = part.cell_units[0]
    cell = np.arange(part.units, dtype=np.int32) // (end - begin) * (end - begin)
    drawn = random.integers(0, end - begin, (count, part.units), dtype=np.int32) + cell
    drawn += np.arange(count, dtype=np.int32)[:, None] * part.units
    return np.bincount(drawn.reshape(-1), minlength=count * part.units).reshape(count, -1).astype(np.uint8)


def _keys(cell: Cell) -> Iterator[tuple[str, object]]:
    area, groups = cell
    yield "area", area
    yield "groups", groups
