"""Record batches in, record batches out: wherever the batches' edges lie, everybody gets the same (B1)."""

import pickle
from datetime import date
from itertools import chain
from random import Random

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huibao.bulk import stream
from huibao.bulk.kernel import BulkProgram
from huibao.bulk.stream import (
    OPENING_MARK,
    OPENING_PREFIX,
    Shipment,
    plain,
    result_schema,
    settle_stream,
    shipment,
    whole_people,
)
from huibao.bulk.tables import settle_rows
from huibao.kernel.problem import Refused
from tests.bulk.people import ORDER, Row, Year, year_of
from tests.bulk.shipped import moving, shipped

ALL = shipped() | moving()
KEYS = [("person_id", "ascending"), ("settles_on", "ascending"), ("claim_id", "ascending")]


def cut(table: pa.Table, random: Random, most: int) -> list[pa.RecordBatch]:
    """The table in batches of up to `most` rows, an empty one among them."""
    batches: list[pa.RecordBatch] = []
    at = 0
    while at < table.num_rows:
        size = random.randint(0, most)
        batches += table.slice(at, size).combine_chunks().to_batches() or [pa.RecordBatch.from_pylist([], table.schema)]
        at += size
    return batches


def carried(sent: Shipment) -> Shipment:
    """What arrives on the far side."""
    arrived: Shipment = pickle.loads(pickle.dumps(sent))  # noqa: S301 - packed in this very line
    return arrived


def people(*numbers: int) -> pa.RecordBatch:
    return pa.RecordBatch.from_pydict({"person_id": pa.array(numbers, pa.int64())})


def settled(year: Year, random: Random, most: int, rows_at_once: int) -> pa.Table:
    """The year's claims, sorted by person, through the stream; opening sums travel among the claims."""
    bulk, opening = year.bulk, year.opening_table()
    table = plain(year.table()).sort_by(KEYS)
    if opening is not None:
        table = table.append_column(OPENING_MARK, pa.array([False] * table.num_rows))
        named = [name if name == "person_id" else f"{OPENING_PREFIX}{name}" for name in opening.column_names]
        marked = opening.rename_columns(named).append_column(OPENING_MARK, pa.array([True] * opening.num_rows))
        table = pa.concat_tables([table, marked], promote_options="default").sort_by(KEYS)
    sent = carried(shipment(bulk, with_opening=opening is not None, rows_at_once=rows_at_once))
    return pa.Table.from_batches(list(settle_stream(cut(table, random, most), sent)))


@pytest.mark.invariant("B1")
@pytest.mark.parametrize("name", ["shandong/2020/demo-city one_stop", "hunan/2025/demo-county accident", "moving bill"])
@given(seed=st.integers(0, 10**6), count=st.integers(1, 80), most=st.integers(1, 20), rows_at_once=st.integers(1, 60))
@settings(max_examples=max(settings().max_examples // 3, 1))
def test_however_a_stream_is_cut_into_batches_it_comes_to_the_same(
    name: str, seed: int, count: int, most: int, rows_at_once: int
) -> None:
    random = Random(seed)
    year = year_of(ALL[name], random, count, people=12)
    result = settled(year, random, most, rows_at_once)
    expected = plain(settle_rows(year.table(), ALL[name], opening=year.opening_table()))
    assert result.sort_by("claim_id").to_pylist() == expected.sort_by("claim_id").to_pylist()
    opening = year.opening_table()
    columns = tuple(opening.column_names) if opening is not None else ()
    declared = result_schema(ALL[name], plain(year.table()).schema, columns)
    assert [(f.name, f.type, f.metadata) for f in result.schema] == [(f.name, f.type, f.metadata) for f in declared]


@given(numbers=st.lists(st.integers(0, 6)), most=st.integers(1, 5), rows_at_once=st.integers(1, 9), seed=st.integers())
def test_each_table_holds_all_rows_of_its_people_and_no_row_is_lost(
    numbers: list[int], most: int, rows_at_once: int, seed: int
) -> None:
    batch = people(*sorted(numbers))
    tables = list(whole_people(cut(pa.Table.from_batches([batch]), Random(seed), most), rows_at_once))
    found = [set(table["person_id"].to_pylist()) for table in tables]
    assert list(chain.from_iterable(table["person_id"].to_pylist() for table in tables)) == sorted(numbers)
    assert sum(len(each) for each in found) == len(set().union(*found))


def test_a_person_over_three_batches_is_settled_as_one() -> None:
    """Cap 350,000 yuan a year: of bills that would get 150,000 each the third gets 50,000, wherever the edges lie."""
    bulk = ALL["shandong/2020/demo-city one_stop"]
    bill = {"bill_total": 500_000_00, "in_policy": 500_000_00, "reported_basic_medical": 300_000_00}
    year = year_of(bulk, Random(1), 3, people=1)
    plain_bill = {entry.name: 0 for entry in bulk.program.inputs} | bill
    rows = [{**row, **plain_bill, "claim_id": at, "settles_on": bulk.days[0]} for at, row in enumerate(year.rows)]
    result = settled(Year(bulk, tuple(rows), ()), Random(0), most=1, rows_at_once=1)
    assert result["supplementary"].to_pylist() == [150_000_00, 150_000_00, 50_000_00]


def test_claims_that_come_late_are_marked_as_in_one_table() -> None:
    """Sums that stood on 1 June make a claim of March late and one of July not, with the mark in its own column."""
    bulk = ALL["shandong/2020/demo-city one_stop"]
    fine = {entry.name: 0 for entry in bulk.program.inputs} | {"bill_total": 100_00}
    rows: list[Row] = [
        {**fine, "claim_id": at, "person_id": 1, "settles_on": day, ORDER: at}
        for at, day in enumerate((date(2020, 3, 1), date(2020, 7, 1)))
    ]
    sums: Row = {"person_id": 1, "policy_year_on": date(2020, 1, 1), "supplementary_paid": 5}
    year = Year(bulk, tuple(rows), ({**sums, "settled_to": date(2020, 6, 1)},))
    result = settled(year, Random(1), most=1, rows_at_once=1)
    assert result["late"].to_pylist() == [True, False]
    names = ("person_id", "policy_year_on", "supplementary_paid", "settled_to")
    assert result.schema.names == result_schema(bulk, plain(year.table()).schema, names).names


def test_people_out_of_order_are_refused_within_a_batch_and_between_two() -> None:
    for batches in ([people(1, 3, 2)], [people(1, 3), people(2)]):
        with pytest.raises(Refused) as refused:
            list(whole_people(batches, 10))
        assert refused.value.problems[0].code == "SPARK-001"


def test_rows_without_a_person_stand_first_and_are_refused_each_by_itself() -> None:
    bulk = ALL["moving bill"]
    table = plain(year_of(bulk, Random(2), 4, people=1).table()).sort_by(KEYS)
    table = table.set_column(1, "person_id", pa.array([None, None, 0, 0], pa.int64()))
    result = pa.Table.from_batches(list(settle_stream(table.to_batches(), shipment(bulk, rows_at_once=1))))
    assert result["problem"].to_pylist()[:2] == ["BULK-011", "BULK-011"]
    assert result.num_rows == 4


def test_a_column_filled_with_one_person_is_refused_before_memory_runs_out() -> None:
    with pytest.raises(Refused) as refused:
        list(whole_people([people(*[7] * 60_000)] * 2, 50_000))
    assert refused.value.problems[0].code == "BULK-034"


def test_numbers_changed_for_a_what_if_hold_on_the_far_side_too() -> None:
    bulk = ALL["shandong/2020/demo-city one_stop"]
    less = bulk.with_numbers({"medical_yearly_cap": [1_00]})
    year = year_of(bulk, Random(4), 200, people=20)

    def through(program: BulkProgram) -> pa.Table:
        sent = carried(shipment(program))
        return pa.Table.from_batches(list(settle_stream(plain(year.table()).sort_by(KEYS).to_batches(), sent)))

    assert max(filter(None, through(bulk)["supplementary"].to_pylist())) > 1_00
    assert max(filter(None, through(less)["supplementary"].to_pylist())) == 1_00


def test_without_numba_on_either_side_the_cases_go_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    bulk = ALL["moving bill"]
    monkeypatch.setattr(stream, "has_numba", lambda: False)
    monkeypatch.setattr("huibao.bulk.kernel.has_numba", lambda: False)
    year = year_of(bulk, Random(6), 30)
    slow = pa.Table.from_batches(list(settle_stream(plain(year.table()).sort_by(KEYS).to_batches(), shipment(bulk))))
    monkeypatch.undo()
    assert (
        slow.sort_by("claim_id").to_pylist() == plain(settle_rows(year.table(), bulk)).sort_by("claim_id").to_pylist()
    )
