"""A table of claims settled by a database engine that shares no line with our loop: what the loop is held against (S7).

The steps come from `rules.sql`; here is what stands about them: which row is refused before any rule is asked, which
numbers hold on its day, and the running sums from one claim of a person to the next. Those sums are capped at every
claim, so no window function gives them; the claims of a person and year are numbered, and a recursive query settles
everybody's first claim, then everybody's second, each with what the one before left. It is right for every rule, needs
as many rounds as the busiest person has claims, and both DuckDB and Spark SQL (from 4.1) run it.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc

from huibao.bulk.kernel import BulkProgram
from huibao.bulk.schema import CLAIM, DAY, PERSON, YEAR
from huibao.bulk.tables import DUPLICATE, NO_KEY, NULL_VALUE, PROBLEM, UNKNOWN_CHOICE
from huibao.domain.settlement.settled import policy_year
from huibao.kernel.problem import Refused
from huibao.rules.bulk_source import change_days
from huibao.rules.compiler import NOT_YET_KNOWN, OUTSIDE_PERIOD, in_force
from huibao.rules.dialect import DUCKDB, Dialect
from huibao.rules.program import OUT_OF_RANGE, UNUSED_REPORT
from huibao.rules.sql import StepsSql, inputs_of, number_columns, steps_sql
from huibao.rules.vocabulary import INPUTS, Input, InputType

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

NUMBERED: Final = "huibao_numbered"
"""Name under which the first query's rows must stand when the second one runs."""
CLOSING: Final = "closing."


@dataclass(frozen=True, slots=True)
class OracleSql:
    """Two queries: the claims with their numbers, order and early refusals; then everything settled."""

    numbered: str
    settled: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be settled: the relations, the columns of the claims, the days they lie in, and how they are ordered."""

    claims: str
    columns: tuple[str, ...]
    days: tuple[date, date]
    opening: str | None = None
    opening_columns: tuple[str, ...] = ()
    order_by: str | None = None
    absent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days in a row on which neither a number nor the policy year changes."""

    first_on: date
    last_on: date
    year_on: date
    numbers: dict[str, tuple[int, ...]] | None
    """None where a number is not yet in force as known."""


def oracle_sql(bulk: BulkProgram, dialect: Dialect, asked: Asked) -> OracleSql:
    """The queries for a benefit under its scheme; numbers changed afterwards (`with_numbers`) are not seen."""
    stretches = list(_stretches(bulk, *asked.days))
    bands: dict[str, int] = {}
    for stretch in stretches:
        for name, numbers in (stretch.numbers or {}).items():
            if bulk.scheme.params[name].brackets:
                bands[name] = max(bands.get(name, 0), len(numbers) // 2)
    for name, param in bulk.scheme.params.items():
        if param.brackets:
            bands.setdefault(name, 1)
    steps = steps_sql(bulk.scheme, bulk.benefit_id, bands, dialect)
    known = "\n  UNION ALL ".join(_stretch_row(bulk, stretch, bands) for stretch in stretches)
    return OracleSql(_numbered(bulk, dialect, asked, known), _settled(bulk, dialect, asked, steps))


def settle_in_duckdb(
    table: pa.Table,
    bulk: BulkProgram,
    *,
    opening: pa.Table | None = None,
    order_by: str | None = None,
    absent: Collection[str] = (),
    connection: "DuckDBPyConnection | None" = None,
) -> pa.Table:
    """The oracle's answer by DuckDB, in the order of `claim_id`: `claim_id`, every step, the rest, closing sums, problem."""
    import duckdb

    held = connection if connection is not None else duckdb.connect()
    asked = Asked(
        claims="huibao_claims",
        columns=tuple(table.column_names),
        days=day_range(table),
        opening="huibao_opening" if opening is not None else None,
        opening_columns=tuple(opening.column_names) if opening is not None else (),
        order_by=order_by,
        absent=tuple(absent),
    )
    sql = oracle_sql(bulk, DUCKDB, asked)
    held.register("huibao_claims", table)
    if opening is not None:
        held.register("huibao_opening", opening)
    # Sorted by round, so that each round reads its own stretch of the table alone.
    held.execute(f"CREATE OR REPLACE TEMP TABLE {NUMBERED} AS SELECT * FROM ({sql.numbered}) ORDER BY n")
    answer: pa.Table = held.sql(f"SELECT * FROM ({sql.settled}) ORDER BY {CLAIM}").to_arrow_table()
    held.execute(f"DROP TABLE {NUMBERED}")
    return answer


def day_range(table: pa.Table) -> tuple[date, date]:
    """First and last day of the claims; the Epoch where none says its day."""
    held = pc.min_max(table.column(DAY)).as_py()
    none = date(1970, 1, 1)
    return held["min"] or none, held["max"] or none


def _stretches(bulk: BulkProgram, first_on: date, last_on: date) -> Iterator[Stretch]:
    """The scheme's period within these days, cut where a number or the policy year changes."""
    scheme = bulk.scheme
    at, end = max(first_on, scheme.period.first_on), min(last_on, scheme.period.last_on)
    if at > end:  # no claim lies in the period; a stretch of no days keeps the columns
        first = scheme.period.first_on
        yield Stretch(first, date.fromordinal(first.toordinal() - 1), first, None)
    changes = change_days(scheme, bulk.benefit_id, bulk.known_on)
    given = tuple(sorted(bulk.program.settings.items()))
    while at <= end:
        year = policy_year(scheme.period, at)
        following = [day for day in changes if day > at]
        last = min([year.last_on, end, *(date.fromordinal(day.toordinal() - 1) for day in following)])
        try:
            numbers = in_force(scheme, bulk.benefit_id, at, bulk.known_on, given)[2]
        except Refused:
            numbers = None
        yield Stretch(at, last, year.first_on, numbers)
        at = date.fromordinal(last.toordinal() + 1)


def _stretch_row(bulk: BulkProgram, stretch: Stretch, bands: dict[str, int]) -> str:
    columns = number_columns(bulk.scheme, bulk.benefit_id, stretch.numbers or {}, bands)
    numbers = [f"CAST({'NULL' if number is None else number} AS BIGINT) AS {name}" for name, number in columns.items()]
    days = [
        f"DATE '{day}' AS {name}"
        for name, day in (("first_on", stretch.first_on), ("last_on", stretch.last_on), ("known_year", stretch.year_on))
    ]
    known = f"{'TRUE' if stretch.numbers is not None else 'FALSE'} AS known"
    return f"SELECT {', '.join([*days, known, *numbers])}"


def _numbered(bulk: BulkProgram, dialect: Dialect, asked: Asked, known: str) -> str:
    """Every claim with its numbers; `problem` where it is refused before any rule, else its place `n` in the year."""
    quoted = dialect.quoted
    year = f"COALESCE(c.{quoted(YEAR)}, known_year)" if YEAR in asked.columns else "known_year"
    sequence = f"c.{quoted(asked.order_by)}" if asked.order_by else f"c.{DAY}"
    entries = inputs_of(bulk.scheme, bulk.benefit_id)
    read = [f"{_read(entry, dialect, asked)} AS i_{entry.name}" for entry in entries]
    checks = "\n    ".join(f"WHEN {test} THEN '{code}'" for test, code in _checks(entries, dialect, asked))
    outside = f"WHEN known IS NULL THEN '{OUTSIDE_PERIOD.code}' WHEN NOT known THEN '{NOT_YET_KNOWN.code}'"
    return f"""SELECT r.*, ROW_NUMBER() OVER (PARTITION BY {PERSON}, year_on, {PROBLEM} IS NULL ORDER BY at_no, {CLAIM}) AS n
FROM (SELECT q.*, CASE
    WHEN early IS NOT NULL THEN early
    WHEN again > 1 THEN '{DUPLICATE.code}'
    {outside} END AS {PROBLEM}
  FROM (SELECT c.{CLAIM}, c.{PERSON}, c.{DAY}, {year} AS year_on, {sequence} AS at_no,
    {", ".join([*read, "s.*"])},
    CASE
    {checks}
    END AS early,
    ROW_NUMBER() OVER (PARTITION BY c.{CLAIM} ORDER BY COALESCE(c.{PERSON}, 0), {year}, {sequence}) AS again
    FROM {asked.claims} c LEFT JOIN (
  {known}) s
    ON c.{DAY} BETWEEN s.first_on AND s.last_on) q) r"""


def _read(entry: Input, dialect: Dialect, asked: Asked) -> str:
    if entry.name in asked.absent and entry.name not in asked.columns:
        return dialect.text(entry.values[0]) if entry.type is InputType.ENUM else "CAST(0 AS BIGINT)"
    return f"CAST(c.{dialect.quoted(entry.name)} AS {'STRING' if entry.type is InputType.ENUM else 'BIGINT'})"


def _checks(entries: Sequence[Input], dialect: Dialect, asked: Asked) -> Iterator[tuple[str, str]]:
    """Conditions that refuse a row before any rule, first come first told, with their codes."""
    quoted = dialect.quoted
    yield f"c.{PERSON} IS NULL OR c.{PERSON} < 0", NO_KEY.code
    for name in (DAY, *([YEAR] if YEAR in asked.columns else []), CLAIM):
        yield f"c.{name} IS NULL", NO_KEY.code
    for entry in entries:
        if entry.name in asked.absent and entry.name not in asked.columns:
            continue
        column, value = f"c.{quoted(entry.name)}", _read(entry, dialect, asked)
        yield f"{column} IS NULL", NULL_VALUE.code
        if entry.type is InputType.ENUM:
            words = ", ".join(dialect.text(word) for word in entry.values)
            yield f"{value} NOT IN ({words})", UNKNOWN_CHOICE.code
        else:
            yield f"{value} NOT BETWEEN 0 AND {entry.max}", OUT_OF_RANGE.code
    used = {entry.name for entry in entries}
    for name in asked.columns:
        if name.startswith("reported_") and name in INPUTS and name not in used:
            yield f"c.{quoted(name)} <> 0", UNUSED_REPORT.code


def _settled(bulk: BulkProgram, dialect: Dialect, asked: Asked, steps: StepsSql) -> str:
    """Round after round: everybody's next claim with the sums the one before left; refused claims leave them as they are."""
    quoted = dialect.quoted
    sums = [entry.name for entry in bulk.scheme.benefits[bulk.benefit_id].accumulators]
    before = ", ".join(f"{_opening(name, asked)} AS a_{name}" for name in sums)
    join = f"LEFT JOIN {asked.opening} o ON o.{PERSON} = b.{PERSON} AND o.{YEAR} = b.year_on" if asked.opening else ""
    outputs = list(steps.outputs)
    blank = [f"CAST(NULL AS BIGINT) AS o_{at}" for at in range(len(outputs))]
    found = [f"CAST({steps.outputs[name]} AS BIGINT) AS o_{at}" for at, name in enumerate(outputs)]
    after = [f"CAST({steps.closing[name]} AS BIGINT) AS a_{name}" for name in sums]
    keys = f"{PERSON}, year_on"
    begin = ", ".join(["b.*", *([before] if before else []), *blank, f"CAST(NULL AS STRING) AS {PROBLEM}"])
    columns = [
        *keys.split(", "),
        "n",
        CLAIM,
        *(f"a_{name}" for name in sums),
        *(f"o_{at}" for at in range(len(outputs))),
    ]
    carried = "".join(f", p.a_{name}" for name in sums)
    rows = f"(SELECT m.*{carried} FROM settled p JOIN {NUMBERED} m ON {_next()})"
    going = ", ".join([keys, "CAST(n AS BIGINT) AS n", CLAIM, *after, *found, f"{steps.problem} AS {PROBLEM}"])
    told = [f"CASE WHEN {PROBLEM} IS NULL THEN o_{at} END AS {quoted(name)}" for at, name in enumerate(outputs)]
    told += [f"CASE WHEN {PROBLEM} IS NULL THEN a_{name} END AS {quoted(CLOSING + name)}" for name in sums]
    none = [f"CAST(NULL AS BIGINT) AS {quoted(name)}" for name in [*outputs, *(CLOSING + name for name in sums)]]
    return f"""WITH RECURSIVE settled({", ".join([*columns, PROBLEM])}) AS (
SELECT {begin}
FROM (SELECT {keys}, CAST(0 AS BIGINT) AS n, MIN({CLAIM}) AS {CLAIM} FROM {NUMBERED} WHERE {PROBLEM} IS NULL GROUP BY {keys}) b
{join}
UNION ALL
SELECT {going}
FROM {steps.over(rows)} done)
SELECT {CLAIM}, {", ".join(told)}, {PROBLEM} FROM settled WHERE n > 0
UNION ALL
SELECT {CLAIM}, {", ".join(none)}, {PROBLEM} FROM {NUMBERED} WHERE {PROBLEM} IS NOT NULL"""


def _opening(name: str, asked: Asked) -> str:
    there = asked.opening is not None and name in asked.opening_columns
    return f"COALESCE(CAST(o.{name} AS BIGINT), 0)" if there else "CAST(0 AS BIGINT)"


def _next() -> str:
    return f"m.{PERSON} = p.{PERSON} AND m.year_on = p.year_on AND m.n = p.n + 1 AND m.{PROBLEM} IS NULL"
