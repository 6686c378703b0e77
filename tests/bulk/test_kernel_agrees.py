"""S7 and B1: the compiled loop, the one-case program and a batch of one agree to the fen, for every benefit that ships."""

from datetime import date
from random import Random

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huibao.bulk import kernel
from huibao.bulk.tables import settle_rows
from huibao.domain.settlement.settled import policy_year
from huibao.rules.bulk_source import change_days, plain_loop
from tests.bulk.people import ORDER, Year, told, year_of, years
from tests.bulk.shipped import moving, shipped, table_of

SHIPPED = shipped() | moving()
ALWAYS_THE_SAME = {
    "shandong/2020/demo-city accident": {"before"},
    "shandong/2020/demo-city accident_without_death": {"before"},
}
"""Steps that come to one amount whatever happens: the demonstration city deducts no earlier disability."""


COMPILED = [pytest.param(name, marks=pytest.mark.slow) if name.startswith("programmes/") else name for name in SHIPPED]
"""Compiling takes a second a benefit: every commit compiles those of the provinces' schemes, the long run all."""


def assert_agrees(year: Year, *, compiled: bool) -> None:
    """The loop says of each row what the one-case program says, by day and in the order of record."""
    for order_by in (None, ORDER):
        result = settle_rows(
            year.table(), year.bulk, opening=year.opening_table(), order_by=order_by, compiled=compiled
        )
        assert told(year.bulk, result) == year.one_by_one(order_by or "settles_on")


@pytest.mark.invariant("S7")
@pytest.mark.parametrize("name", COMPILED)
@given(data=st.data())
def test_the_loop_pays_what_the_single_case_pays(name: str, data: st.DataObject) -> None:
    assert_agrees(data.draw(years(SHIPPED[name])), compiled=True)


@pytest.mark.invariant("S7")
@pytest.mark.parametrize("name", SHIPPED)
@given(data=st.data())
@settings(max_examples=settings().max_examples // 3)
def test_the_lines_of_the_loop_and_the_way_without_numba_pay_the_same(name: str, data: st.DataObject) -> None:
    """The text that is compiled, run by Python itself, and case after case."""
    year = data.draw(years(SHIPPED[name]))
    assert_agrees(year, compiled=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kernel, "compiled_loop", lambda source, _stem: plain_loop(source))
        assert_agrees(year, compiled=True)


@pytest.mark.parametrize("name", shipped())
def test_the_people_drawn_reach_every_step_of_the_rules(name: str) -> None:
    """Else the agreement above could be one of rows that pay nothing, or of rows refused."""
    bulk = SHIPPED[name]
    year = year_of(bulk, Random(11), 600, people=200)
    answers = told(bulk, settle_rows(year.table(), bulk, opening=year.opening_table(), compiled=False))
    fine = [answer.numbers for answer in answers if answer.refused is None]
    assert len(fine) > 60
    same = {output for output in bulk.source.outputs if len({numbers[output] for numbers in fine}) == 1}
    assert same == ALWAYS_THE_SAME.get(name, set())
    assert {answer.refused for answer in answers} > {None}


@pytest.mark.invariant("B1")
@pytest.mark.parametrize("name", ["shandong/2020/demo-city one_stop", "hunan/2025/demo-county accident", "moving bill"])
@given(data=st.data())
@settings(max_examples=15)
def test_a_batch_is_as_many_batches_of_one(name: str, data: st.DataObject) -> None:
    bulk = SHIPPED[name]
    rows = list(data.draw(years(bulk)).rows)
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
    bill = {"bill_total": 10_000_00, "in_policy": 9_000_00, "reported_basic_medical": 5_000_00}
    row = {entry.name: 0 for entry in bulk.program.inputs} | bill
    year = Year(bulk, ({**row, "claim_id": 1, "person_id": 1, "settles_on": bulk.days[0], ORDER: 0},), ())
    floor = int(bulk.matrix[0, bulk.places("self_pay_floor")][0])
    changed = bulk.with_numbers({"self_pay_floor": [floor + 100_000_00]})
    assert told(changed, settle_rows(year.table(), changed)) != year.one_by_one()
    assert changed.source is bulk.source


def test_the_made_up_scheme_reaches_every_way_a_row_may_end() -> None:
    """Else the property would say nothing of numbers that change within the year, full sums and clashing exceptions."""
    bulk = SHIPPED["moving bill"]
    assert [day.month for day in change_days(bulk.scheme, bulk.benefit_id)] == [1, 7, 8]
    year = year_of(bulk, Random(7), 3_000)
    codes = {answer.refused for answer in told(bulk, settle_rows(year.table(), bulk))}
    assert codes == {None, "RULE-004", "RULE-010", "RULE-011", "RULE-013"}
