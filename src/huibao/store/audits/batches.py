"""S7 and B1 on live data: the bulk loop's own lines give what was settled case by case.

The loop is run as an ordinary function over whole numbers, so that no other library has a say in the answer.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from huibao.kernel.fen import yuan_text
from huibao.kernel.problem import Refused
from huibao.rules.bulk_source import BulkSource, bulk_source, plain_loop, result_names
from huibao.rules.compiler import compile_benefit
from huibao.rules.program import Program
from huibao.rules.shelf import open_scheme
from huibao.store import settlement as store
from huibao.store.audits.audit import Audit, Broken
from huibao.store.settlement import Recorded

CASES_AT_ONCE: Final = 2_000
"""Cases handed to the loop together."""


@dataclass(slots=True)
class Batch:
    """Cases of one text of rules; `start` tells which begin from the sums on record."""

    source: BulkSource
    cases: list[Recorded] = field(default_factory=list)
    programs: list[Program] = field(default_factory=list)
    starts: list[bool] = field(default_factory=list)


def the_loop_pays_what_was_paid() -> Iterator[Broken]:
    """S7: each settlement by itself, from the sums on record."""
    yield from _differences(lambda _before, _one: True)


def a_batch_is_its_cases() -> Iterator[Broken]:
    """B1: settlements of a person's year that follow on one another, as one batch."""
    yield from _differences(
        lambda before, one: (
            before is None
            or (before.person_id, before.scope, before.policy_year_on) != (one.person_id, one.scope, one.policy_year_on)
            or dict(before.closing) != dict(one.opening)
        )
    )


def _differences(starts: Callable[[Recorded | None, Recorded], bool]) -> Iterator[Broken]:
    for batch in _batches(starts):
        results = _run(batch)
        for at, one in enumerate(batch.cases):
            then = {layer.step: layer.fen for layer in (*one.layers, *one.extras)}
            then |= {"self_pay": one.self_pay_fen} | {f"closing.{name}": fen for name, fen in one.closing.items()}
            for name in batch.source.outputs:
                if name in then and results[name][at] != then[name]:
                    yield Broken(
                        f"settlement {one.number}",
                        f"批量重算 {name} {yuan_text(results[name][at])} 元，记录 {yuan_text(then[name])} 元",
                        f"in bulk {name} is {yuan_text(results[name][at])}, on record {yuan_text(then[name])}",
                    )


def _batches(starts: Callable[[Recorded | None, Recorded], bool]) -> Iterator[Batch]:
    """Standing settlements in batches; a batch is handed out once it is long and the next case begins anew."""
    open_batches: dict[str, Batch] = {}
    standing = (one for one in store.settlements() if one.reverses is None and one.reversed_by is None)
    by_person = sorted(standing, key=lambda one: one.person_id)
    before: Recorded | None = None
    for one in by_person:
        program = _program(one)
        if program is None:
            continue  # S6 says so
        closing = tuple(f"closing.{name}" for name in program.accumulators)
        source = bulk_source(program, (*result_names(program), *closing))
        batch = open_batches.setdefault(source.hash, Batch(source))
        start = starts(before, one) or not batch.cases or batch.cases[-1] is not before
        if start and len(batch.cases) >= CASES_AT_ONCE:
            yield batch
            batch = open_batches[source.hash] = Batch(source)
        batch.cases.append(one)
        batch.programs.append(program)
        batch.starts.append(start)
        before = one
    yield from open_batches.values()


def _run(batch: Batch) -> Mapping[str, list[int]]:
    """Hand a batch to the loop. What looks like days to it are the numbers in force for each case."""
    vectors = list(dict.fromkeys(program.P for program in batch.programs))
    count, names = len(batch.cases), batch.programs[0].accumulators
    people: list[int] = []
    places: list[int] = []
    person = 0
    openings: dict[str, list[int]] = {name: [] for name in names}
    for one, start in zip(batch.cases, batch.starts, strict=True):
        if start:
            for name, sums in openings.items():
                sums.append(one.opening.get(name, 0))
            person = len(people)
        people.append(person)
        places.append(len(next(iter(openings.values()), [0])) - 1)
    outputs: dict[str, list[int]] = {name: [0] * count for name in batch.source.outputs}
    days = [vectors.index(program.P) for program in batch.programs]
    slots = list(range(len(vectors) + 1))
    inputs = [
        [_coded(program, at, one) for one, program in zip(batch.cases, batch.programs, strict=True)]
        for at in range(len(batch.source.inputs))
    ]
    matrix = [vector or (0,) for vector in vectors]
    fixed = (
        count,
        people,
        days,
        [0] * count,
        True,
        slots,
        slots,
        slots,
        matrix,
        places,
        True,
        [0] * count,
        [0] * count,
    )
    plain_loop(batch.source)(*fixed, *inputs, *openings.values(), *outputs.values())
    return outputs


def _coded(program: Program, at: int, one: Recorded) -> int:
    """An input as a whole number: an enum's position, a flag as 0 or 1."""
    entry = program.inputs[at]
    value = one.bill["inputs"].get(entry.name, 0)
    return entry.values.index(value) if isinstance(value, str) else int(value)


def _program(one: Recorded) -> Program | None:
    try:
        program = compile_benefit(open_scheme(one.scheme_id), one.benefit, one.settles_on, one.known_on, one.settings)
    except Refused:
        return None
    return program if program.scheme_hash == one.scheme_hash else None


AUDITS: Final = (
    Audit("S7", "逐笔结算与批量结算一致", "one by one and in bulk agree", the_loop_pays_what_was_paid),
    Audit("B1", "一批等于其中各笔", "a batch is its cases", a_batch_is_its_cases),
)
