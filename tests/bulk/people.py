"""Made-up people drawn around a scheme's own numbers: the claims of some years, unsorted, some late, some refused.

Whoever computes the rules in another way (the compiled loop, SQL, a cluster) is held to what the one-case program says
of these people: `@given(years(bulk))` draws them, `Year.one_by_one` is the answer, `told` puts a result table into the
same words.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from random import Random

import pyarrow as pa
from hypothesis import strategies as st

from huibao.bulk.kernel import BulkProgram
from huibao.domain.settlement.settled import policy_year
from huibao.kernel.problem import Refused
from huibao.rules.compiler import compile_benefit
from huibao.rules.vocabulary import MAX_INPUT_FEN, Input, InputType
from tests.bulk.shipped import scheme_days, table_of

MOST_ROWS = 12
PEOPLE = 3
ORDER = "settled_no"
Row = dict[str, object]


@dataclass(frozen=True)
class OneByOne:
    """What the one-case program says of a row: its numbers, or the code of its refusal."""

    numbers: dict[str, int]
    refused: str | None


@dataclass(frozen=True)
class Year:
    """Claims of a few people as rows of the declared columns, in no order, and what some had been paid before."""

    bulk: BulkProgram
    rows: tuple[Row, ...]
    opening: tuple[Row, ...]
    """person_id, policy_year_on and every running sum; people without a row begin at nothing."""

    def table(self) -> pa.Table:
        """The claims with `settled_no`, their place in the order of record: late claims have a place after later days."""
        numbers = pa.array([row[ORDER] for row in self.rows], pa.int64())
        return table_of(self.bulk, list(self.rows)).append_column(ORDER, numbers)

    def opening_table(self) -> pa.Table | None:
        """The opening sums as `settle_rows` takes them; None where everybody begins at nothing."""
        return pa.Table.from_pylist(list(self.opening)) if self.opening else None

    def one_by_one(self, order_by: str = "settles_on") -> list[OneByOne]:
        """The rows by the program that a single bill goes through, answers in the order of the rows.

        `order_by` is "settles_on" (by day, equals by claim id) or "settled_no" (the order of record).
        """
        bulk = self.bulk
        running = {
            (row["person_id"], row["policy_year_on"]): {name: int(str(row[name])) for name in bulk.source.accumulators}
            for row in self.opening
        }
        given = {name: value for program in bulk.programs if program for name, value in program.settings.items()}
        names = {entry.name for entry in bulk.program.inputs}
        answers: dict[object, OneByOne] = {}
        for row in sorted(self.rows, key=lambda row: (row[order_by], row["claim_id"])):
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
        return [answers[row["claim_id"]] for row in self.rows]


@st.composite
def years(draw: st.DrawFn, bulk: BulkProgram, most_rows: int = MOST_ROWS) -> Year:
    """One to `most_rows` claims of up to three people over the days about which the scheme's numbers change."""
    return year_of(bulk, draw(st.randoms(use_true_random=False)), draw(st.integers(1, most_rows)))


def year_of(bulk: BulkProgram, random: Random, count: int, people: int = PEOPLE) -> Year:
    """The same from a source of randomness of one's own, as large as one likes."""
    pool = _amounts(bulk)
    days = scheme_days(bulk)
    ids = random.sample(range(10 * count), count)
    rows = [_row(bulk, pool, days, random, ids[at], people) for at in range(count)]
    places = sorted(range(count), key=lambda at: (str(rows[at]["settles_on"]), ids[at]))
    for _ in range(random.choice([0, 0, 1, 3])):  # these come late
        places.append(places.pop(random.randrange(count)))
    for place, at in enumerate(places):
        rows[at][ORDER] = place
    return Year(bulk, tuple(rows), tuple(_opening(bulk, rows, pool, random)))


def told(bulk: BulkProgram, result: pa.Table) -> list[OneByOne]:
    """A result table in the words of `OneByOne`."""
    found = []
    for row in result.to_pylist():
        code = row["problem"]
        numbers = {} if code else {name: row[name] for name in bulk.source.outputs}
        found.append(OneByOne(numbers, code))
    return found


@cache
def _amounts(bulk: BulkProgram) -> list[int]:
    """Amounts at which something may change: each number of the benefit and its neighbours, and what grosses up to it."""
    numbers = {int(number) for number in bulk.matrix.ravel() if number < 2**40}
    limits = {entry.max for entry in bulk.program.opening}
    near = {number + by for number in numbers | limits for by in (-1, 0, 1)}
    grossed = {number * 10_000 // rate for number in numbers for rate in numbers if 0 < rate <= 10_000 < number}
    return sorted(number for number in {0, 1, 4_999, 5_000, *near, *grossed} if 0 <= number <= MAX_INPUT_FEN)


def _value(entry: Input, pool: list[int], random: Random) -> object:
    """A value of an input, drawn around the numbers of the scheme."""
    if entry.type is InputType.FEN:
        scale = random.choice([0, 1, 1, 2, 5])
        return min(random.choice(pool) * scale + random.choice([0, 0, random.randrange(1_000_000)]), entry.max)
    if entry.type is InputType.ENUM:
        return random.choice(entry.values)
    if entry.type is InputType.FLAG:
        return random.choice([False, False, True])
    small = [number for number in pool if number <= entry.max]
    return random.choice([0, 1, 2, random.choice(small), min(random.randrange(100), entry.max), entry.max])


def _row(
    bulk: BulkProgram, pool: list[int], days: tuple[date, ...], random: Random, claim: int, people: int
) -> dict[str, object]:
    """One claim; most bills add up, some do not, and some leave just about an amount that matters."""
    row = {entry.name: _value(entry, pool, random) for entry in bulk.program.inputs}
    reported = [name for name in row if name.startswith("reported_")]
    if "bill_total" in row and random.random() < 0.9:
        total = int(str(row["bill_total"]))
        if "in_policy" in row:
            row["in_policy"] = total * random.randrange(101) // 100
        for name in reported:
            row[name] = random.choice([0, 0, total * random.randrange(40) // 100])
        if reported and random.random() < 0.2:
            name = random.choice(reported)
            others = sum(int(str(row[other])) for other in reported if other != name)
            row[name] = max(total - others - random.choice(pool), 0)
    day = random.choice(days) + timedelta(days=random.choice([-1, 0, 0, 0, 1, 40, 200]))
    return {**row, "claim_id": claim, "person_id": random.randrange(people), "settles_on": day}


def _opening(bulk: BulkProgram, rows: list[Row], pool: list[int], random: Random) -> list[Row]:
    """Sums of some people's years, in three draws of four none: at nothing, about a number, or nearly full."""
    found: dict[tuple[object, date], Row] = {}
    if random.random() < 0.75 or not bulk.source.accumulators:
        return []
    for row in rows:
        day = row["settles_on"]
        assert isinstance(day, date)
        if day not in bulk.scheme.period or random.random() < 0.5:
            continue
        first_on = policy_year(bulk.scheme.period, day).first_on
        sums = {
            entry.name: min(random.choice([0, random.choice(pool), entry.max - random.choice(pool)]), entry.max)
            for entry in bulk.program.opening
        }
        sums = {name: max(held, 0) for name, held in sums.items()}
        found[row["person_id"], first_on] = {"person_id": row["person_id"], "policy_year_on": first_on, **sums}
    return list(found.values())
