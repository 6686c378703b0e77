"""Every benefit that ships, ready for columns; open params get a plain number of their unit."""

from datetime import date
from functools import cache

import pyarrow as pa

from huibao.bulk.kernel import BulkProgram, ready
from huibao.bulk.schema import claim_schema
from huibao.kernel.problem import Refused
from huibao.rules.compiler import params_used
from huibao.rules.quantity import Unit
from huibao.rules.scheme import Scheme
from huibao.rules.shelf import open_scheme, shelf_ids
from tests.rules.tiny_scheme import TINY, tiny

PLAIN = {Unit.FEN: 10_000_00, Unit.BP: 8_000}


def open_settings(scheme: Scheme, benefit: str) -> dict[str, str | int]:
    """A number for each param that no document gives: 10,000 yuan, 80 % or 30, or the nearest its limits allow."""
    found: dict[str, str | int] = {}
    for name in params_used(scheme, scheme.benefits[benefit]):
        param = scheme.params[name]
        if param.at(scheme.period.first_on) is None and not param.values:
            number = max(PLAIN.get(param.unit, 30), param.minimum or 0)
            found[name] = min(number, param.maximum) if param.maximum is not None else number
    return found


@cache
def shipped() -> dict[str, BulkProgram]:
    """Scheme and benefit → the program."""
    found = {}
    for scheme_id in shelf_ids():
        scheme = open_scheme(scheme_id)
        for benefit in scheme.benefits:
            found[f"{scheme_id} {benefit}"] = with_closing(scheme, benefit)
    return found


@cache
def moving() -> dict[str, BulkProgram]:
    """A made-up scheme over two policy years: rate and number of bands change within them, exceptions may clash."""
    text = TINY.replace("2025-01-01..2025-12-31", "2025-01-01..2026-12-31")
    bands = "[[0 yuan, 50 %], [50000 yuan, 60 %], [100000 yuan, 70 %]]"
    more = "[[0 yuan, 55 %], [20000 yuan, 60 %], [40000 yuan, 65 %], [90000 yuan, 75 %]]"
    text = text.replace(bands, f"{bands}, 2025-08-01: {more}")
    text = text.replace("when: not third_party_fault and bill_total < small", "when: bill_total < small")
    text = text.replace("unit: yuan, max: 100000 yuan", "unit: yuan, max: 500 yuan")
    scheme = tiny(text=text)
    return {f"moving {benefit}": with_closing(scheme, benefit) for benefit in scheme.benefits}


def with_closing(scheme: Scheme, benefit: str) -> BulkProgram:
    """The program giving every step, the remainder and the closing sums."""
    settings = open_settings(scheme, benefit)
    plain = ready(scheme, benefit, settings=settings)
    steps = tuple(plan.name for plan in plain.program.plan)
    sums = tuple(f"closing.{name}" for name in plain.program.accumulators)
    return ready(scheme, benefit, settings=settings, outputs=(*steps, plain.source.outputs[-1], *sums))


def table_of(bulk: BulkProgram, rows: list[dict[str, object]]) -> pa.Table:
    """Rows as a table of the declared schema; what a row does not say is nothing, no, or the first choice."""
    first = {entry.name: entry.values[0] if entry.values else 0 for entry in bulk.program.inputs}
    schema = claim_schema(bulk)
    flags = {field.name for field in schema if field.type == pa.bool_()}
    full = [{**first, "claim_id": at, "person_id": 1, "settles_on": bulk.days[0], **row} for at, row in enumerate(rows)]
    columns = [[bool(row[field.name]) if field.name in flags else row[field.name] for row in full] for field in schema]
    arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    return pa.table(arrays, schema=schema)


def scheme_days(bulk: BulkProgram) -> tuple[date, ...]:
    """Days about which the numbers or the period change."""
    period = bulk.scheme.period
    return (period.first_on, *bulk.days, min(period.last_on, date(bulk.days[-1].year + 1, 12, 31)))


__all__ = ["Refused", "open_settings", "scheme_days", "shipped", "table_of", "with_closing"]
