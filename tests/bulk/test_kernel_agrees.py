"""S7 and B1: the compiled loop, the one-case program and a batch of one agree to the fen, for every benefit that ships."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huibao.bulk.kernel import BulkProgram
from huibao.bulk.tables import settle_rows
from huibao.domain.settlement.settled import policy_year
from huibao.kernel.problem import Refused
from huibao.rules.bulk_source import change_days
from huibao.rules.compiler import compile_benefit
from huibao.rules.vocabulary import Input, InputType
from tests.bulk.shipped import moving, scheme_days, shipped, table_of

MOST_ROWS = 12
SHIPPED = shipped() | moving()


@dataclass(frozen=True)
class OneByOne:
    """What the one-case program says of a row: its numbers, or the code of its refusal."""

    numbers: dict[str, int]
    refused: str | None


def amounts(bulk: BulkProgram) -> list[int]:
    """Amounts at which something may change: each number of the benefit and its neighbours, and what grosses up to it."""
    numbers = {int(number) for number in bulk.matrix.ravel() if number < 2**40}
    limits = {entry.max for entry in bulk.program.opening}
    near = {number + by for number in numbers | limits for by in (-1, 0, 1)}
    grossed = {number * 10_000 // rate for number in numbers for rate in numbers if 0 < rate <= 10_000 < number}
    return sorted(number for number in {0, 1, 4_999, 5_000, *near, *grossed} if 0 <= number <= 10**10)


def value_of(entry: Input, pool: list[int], random: Random) -> object:
    """A value of an input, drawn around the numbers of the scheme."""
    if entry.type is InputType.FEN:
        scale = random.choice([0, 1, 1, 2, 5])
        return min(random.choice(pool) * scale + random.choice([0, 0, random.randrange(1_000_000)]), entry.max)
    if entry.type is InputType.ENUM:
        return random.choice(entry.values)
    if entry.type is InputType.FLAG:
        return random.choice([False, False, True])
    return random.choice([0, 1, 2, min(random.randrange(100), entry.max), entry.max])


def row_of(bulk: BulkProgram, pool: list[int], random: Random, at: int) -> dict[str, object]:
    """One case; most bills add up, some do not."""
    row = {entry.name: value_of(entry, pool, random) for entry in bulk.program.inputs}
    reported = [name for name in row if name.startswith("reported_")]
    if "bill_total" in row and random.random() < 0.9:
        total = int(str(row["bill_total"]))
        if "in_policy" in row:
            row["in_policy"] = total * random.randrange(101) // 100
        for name in reported:
            row[name] = random.choice([0, total * random.randrange(40) // 100])
    day = random.choice(scheme_days(bulk)) + timedelta(days=random.choice([-1, 0, 0, 0, 1, 40, 200]))
    return {**row, "claim_id": at, "person_id": random.randrange(3), "settles_on": day}


def one_by_one(bulk: BulkProgram, rows: list[dict[str, object]]) -> Iterator[OneByOne]:
    """The rows by the program that a hospital's single bill goes through, in the order of day and claim."""
    running: dict[tuple[object, date], dict[str, int]] = {}
    given = {name: value for program in bulk.programs if program for name, value in program.settings.items()}
    names = {entry.name for entry in bulk.program.inputs}
    answers: dict[object, OneByOne] = {}
    for row in sorted(rows, key=lambda row: (row["person_id"], row["settles_on"], row["claim_id"])):
        day = row["settles_on"]
        assert isinstance(day, date)
        inputs = {name: value for name, value in row.items() if name in names}
        try:
            program = compile_benefit(bulk.scheme, bulk.benefit_id, day, bulk.known_on, given)
            state = running.setdefault((row["person_id"], policy_year(bulk.scheme.period, day).first_on), {})
            outcome = program.run(inputs, state)  # type: ignore[arg-type] # drawn of the types the inputs declare
        except Refused as refused:
            answers[row["claim_id"]] = OneByOne({}, refused.problems[0].code)
            continue
        state.update(outcome.closing)
        last = bulk.program.remainder_at
        numbers = dict(zip([plan.name for plan in program.plan], outcome.raw, strict=False))
        numbers[bulk.source.outputs[last]] = outcome.raw[last]
        numbers |= {f"closing.{name}": value for name, value in outcome.closing.items()}
        answers[row["claim_id"]] = OneByOne(numbers, None)
    yield from (answers[row["claim_id"]] for row in rows)


def told(bulk: BulkProgram, result: pa.Table) -> list[OneByOne]:
    """The result table in the words of `OneByOne`."""
    found = []
    for row in result.to_pylist():
        code = row["problem"]
        numbers = {} if code else {name: row[name] for name in bulk.source.outputs}
        found.append(OneByOne(numbers, code))
    return found


@pytest.mark.invariant("S7")
@pytest.mark.parametrize("name", SHIPPED)
@given(random=st.randoms(use_true_random=False), count=st.integers(1, MOST_ROWS))
def test_the_loop_pays_what_the_single_case_pays(name: str, random: Random, count: int) -> None:
    bulk = SHIPPED[name]
    pool = amounts(bulk)
    rows = [row_of(bulk, pool, random, at) for at in range(count)]
    table = table_of(bulk, rows)
    expected = list(one_by_one(bulk, rows))
    assert told(bulk, settle_rows(table, bulk, compiled=True)) == expected
    assert told(bulk, settle_rows(table, bulk, compiled=False)) == expected


@pytest.mark.invariant("B1")
@pytest.mark.parametrize("name", ["shandong/2020/demo-city one_stop", "hunan/2025/demo-county accident", "moving bill"])
@given(random=st.randoms(use_true_random=False), count=st.integers(1, MOST_ROWS))
@settings(max_examples=15)
def test_a_batch_is_as_many_batches_of_one(name: str, random: Random, count: int) -> None:
    bulk = SHIPPED[name]
    pool = amounts(bulk)
    rows = [row_of(bulk, pool, random, at) for at in range(count)]
    rows.sort(key=lambda row: (row["person_id"], row["settles_on"], row["claim_id"]))
    whole = settle_rows(table_of(bulk, rows), bulk)
    sums = bulk.source.accumulators
    standing: dict[tuple[object, object], dict[str, int]] = {}
    for at, row in enumerate(rows):
        day = row["settles_on"]
        assert isinstance(day, date)
        year = policy_year(bulk.scheme.period, day).first_on if day in bulk.scheme.period else date(1970, 1, 1)
        held = standing.get((row["person_id"], year), dict.fromkeys(sums, 0))
        opening = pa.table({"person_id": [row["person_id"]], "policy_year_on": [year], **{n: [held[n]] for n in sums}})
        single = settle_rows(table_of(bulk, [row]), bulk, opening=opening)
        assert single.to_pylist()[0] == whole.slice(at, 1).to_pylist()[0]
        if single.column("problem")[0].as_py() is None:
            closing = {n: single.column(f"closing.{n}")[0].as_py() for n in sums}
            standing[row["person_id"], year] = closing


def test_a_changed_line_of_the_rules_is_noticed() -> None:
    """The agreement above is no accident of rows that pay nothing: a number changed by one fen shows."""
    bulk = SHIPPED["shandong/2020/demo-city one_stop"]
    rows: list[dict[str, object]] = [
        {"bill_total": 10_000_00, "in_policy": 9_000_00, "reported_basic_medical": 5_000_00}
    ]
    rows = [{entry.name: 0 for entry in bulk.program.inputs} | row for row in rows]
    rows = [{**row, "claim_id": 1, "person_id": 1, "settles_on": bulk.days[0]} for row in rows]
    floor = int(bulk.matrix[0, bulk.places("self_pay_floor")][0])
    changed = bulk.with_numbers({"self_pay_floor": [floor + 100_000_00]})
    table = table_of(bulk, rows)
    assert told(changed, settle_rows(table, changed)) != list(one_by_one(bulk, rows))
    assert changed.source is bulk.source


def test_the_made_up_scheme_reaches_every_way_a_row_may_end() -> None:
    """Else the property would say nothing of numbers that change within the year, full sums and clashing exceptions."""
    bulk, random = SHIPPED["moving bill"], Random(7)
    assert [day.month for day in change_days(bulk.scheme, bulk.benefit_id)] == [1, 7, 8]
    pool = amounts(bulk)
    rows = [row_of(bulk, pool, random, at) for at in range(3_000)]
    codes = {answer.refused for answer in told(bulk, settle_rows(table_of(bulk, rows), bulk))}
    assert codes == {None, "RULE-004", "RULE-010", "RULE-011", "RULE-013"}
