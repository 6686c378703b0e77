"""Where the claims of a what-if come from: Parquet files part by part, or the settlements and claims on record.

On record or not, claims run by person and day from sums of nothing: a what-if asks what a year would cost, not what was
left when each claim came. What a single case came to then is replayed by `huibao replay`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from huibao.bulk.files import opened_parquet, parquet_files
from huibao.bulk.kernel import BulkProgram
from huibao.bulk.parquet import ROWS_A_PART, claim_range, people_parts, refuse_split_people, repeated_over_parts
from huibao.bulk.schema import AREA, CLAIM, DAY, PERSON, YEAR, check_schema
from huibao.bulk.whatif.population import Count, Population
from huibao.bulk.whatif.scenario import base_program
from huibao.kernel.problem import Problem, Refused, define

WHICH_BOOK = define(
    "WHATIF-025",
    "记录中符合条件的有 {found} 组：{books}",
    "请用 --scheme、--benefit、--contract 指明一组。",
    "{found} sets of cases on record fit: {books}",
    "Choose one with --scheme, --benefit, --contract.",
)


@dataclass(slots=True, eq=False)
class Claims:
    """Claims to be read once, and what was found of them on the way."""

    tables: Iterator[pa.Table]
    rows: int
    ranges: list[tuple[Any, Any]] = field(default_factory=list)
    files: tuple[Path, ...] = ()

    def problems(self) -> tuple[Problem, ...]:
        """Claim ids that belong to more than one person, once all was read."""
        return tuple(repeated_over_parts(self.ranges, self.files)) if self.files else ()


def from_files(places: Sequence[Path], bulk: BulkProgram, rows_a_part: int = ROWS_A_PART) -> Claims:
    """Parts of whole people out of Parquet files or folders. Refused where a person stands in two files."""
    files = parquet_files(places)
    opened = [opened_parquet(path) for path in files]
    for path, file in zip(files, opened, strict=True):
        problems = [replace(problem, where=path.name) for problem in check_schema(file.schema_arrow, bulk)]
        if problems:
            raise Refused(problems)
    refuse_split_people(files, opened)
    claims = Claims(iter(()), sum(file.metadata.num_rows for file in opened), files=files)

    def read() -> Iterator[pa.Table]:
        for path, file in zip(files, opened, strict=True):
            names = _wanted(file.schema_arrow, bulk)
            for _, table in people_parts(path, file, 0, names, rows_a_part):
                claims.ranges.append(claim_range(table))
                yield table

    claims.tables = read()
    return claims


def _wanted(schema: pa.Schema, bulk: BulkProgram) -> list[str]:
    inputs = set(bulk.source.inputs) | {CLAIM, PERSON, DAY, YEAR, AREA}
    return [name for name in schema.names if name in inputs or name.startswith(("reported_", "in_"))]


def from_record(
    contract: str | None,
    year: int | None,
    scheme: str | None,
    benefit: str | None,
    known_on: date | None,
    given: dict[str, str | int],
) -> tuple[BulkProgram, Claims]:
    """The cases on record of one scheme and benefit, with the settings they were settled by. The database must be open."""
    from huibao.bulk.record import areas_of, book_table, books
    from huibao.bulk.replay import Plan

    found = [
        book for book in books(contract, year) if scheme in {None, book.scheme_id} and benefit in {None, book.benefit}
    ]
    if len(found) != 1:
        raise Refused(WHICH_BOOK(found=len(found), books="; ".join(sorted(_shown(book) for book in found)) or "—"))
    book = found[0]
    base = base_program(book.scheme_id, book.benefit, known_on, {**dict(book.settings), **given}, None)
    areas = areas_of(contract, {case.person_id for case in book.cases})
    table = book_table(Plan(base), book.cases, areas)
    table = table.sort_by([(PERSON, "ascending"), (DAY, "ascending"), (CLAIM, "ascending")])
    return base, Claims(iter([table]), table.num_rows)


def _shown(book: Any) -> str:  # noqa: ANN401 - a book of bulk.record, which needs the database to be imported
    settings = ", ".join(f"{name}={value}" for name, value in book.settings)
    return f"{book.scheme_id} {book.benefit}{f' ({settings})' if settings else ''}: {len(book.cases)}"


def insured_on_record(contract: str, bulk: BulkProgram) -> Population | None:
    """Covers of a contract's line by area and groups; None where it has none. The database must be open."""
    from huibao.store import coverage as covers

    product = bulk.scheme.product_of_benefit(bulk.benefit_id)
    counts: dict[tuple[str, tuple[str, ...]], int] = {}
    for cover in covers.covers_of_contract(contract, product.line if product else None):
        groups = tuple(name for name in bulk.scheme.groups if name in cover.groups)
        counts[cover.area, groups] = counts.get((cover.area, groups), 0) + 1
    if not counts:
        return None
    return Population({cell: Count(n, n) for cell, n in counts.items()}, by_area=True, by_groups=True)
