"""A table of claims in any order, with people the year has seen before, with or without numba."""

from datetime import date
from random import Random

import pyarrow as pa
import pytest

from huibao.bulk import kernel
from huibao.bulk.kernel import ready
from huibao.bulk.tables import settle_rows, settle_table
from tests.bulk.shipped import table_of

SCHEME, BENEFIT = "shandong/2020/demo-city", "one_stop"


def bill(person: int, day: date, at: int, total: int = 100_000_00) -> dict[str, object]:
    """A bill of which basic insurance paid 60 % of the in-policy part, itself all of the bill."""
    return {
        "claim_id": at,
        "person_id": person,
        "settles_on": day,
        "bill_total": total,
        "in_policy": total,
        "reported_basic_medical": total * 6 // 10,
    }


def test_the_yearly_cap_runs_on_from_bill_to_bill_and_person_to_person() -> None:
    """Target 90 %, cap 350,000 yuan: of a bill of 500,000 with 300,000 reported the layer pays 150,000, twice; then 50,000."""
    bulk = ready(SCHEME, BENEFIT)
    cap, target = bulk.matrix[0, bulk.places("medical_yearly_cap")][0], bulk.matrix[0, bulk.places("target_rate")][0]
    assert (cap, target) == (350_000_00, 9_000)
    rows = [bill(1, date(2020, month, 1), month, 500_000_00) for month in (2, 3, 4)] + [
        bill(2, date(2020, 4, 1), 5, 500_000_00)
    ]
    result = settle_table(table_of(bulk, rows), SCHEME, BENEFIT)
    assert result["supplementary"].to_pylist() == [150_000_00, 150_000_00, 50_000_00, 150_000_00]
    assert result["self_pay"].to_pylist() == [50_000_00, 50_000_00, 150_000_00, 50_000_00]


def test_an_unsorted_table_comes_to_the_same_row_by_row() -> None:
    bulk, random = ready(SCHEME, BENEFIT), Random(3)
    days = [date(2020, 1, 1 + at) for at in range(28)]
    rows = [bill(random.randrange(9), random.choice(days), at, random.randrange(90_000_00)) for at in range(400)]
    table = table_of(bulk, rows)
    shuffled = list(range(400))
    random.shuffle(shuffled)
    expected = settle_rows(table, bulk).take(pa.array(shuffled))
    assert settle_rows(table.take(pa.array(shuffled)), bulk).to_pylist() == expected.to_pylist()


def test_opening_sums_stand_for_the_year_they_name_alone() -> None:
    bulk = ready(SCHEME, BENEFIT)
    opening = pa.table(
        {
            "person_id": [1, 2],
            "policy_year_on": [date(2020, 1, 1), date(2019, 1, 1)],
            "supplementary_paid": [349_999_00] * 2,
        }
    )
    rows = [bill(person, date(2020, 5, 1), person) for person in (1, 2, 3)]
    result = settle_rows(table_of(bulk, rows), bulk, opening=opening)
    assert result["supplementary"].to_pylist() == [1_00, 30_000_00, 30_000_00]


def test_text_claim_numbers_are_taken_and_repeated_ones_found() -> None:
    bulk = ready(SCHEME, BENEFIT)
    table = table_of(bulk, [bill(1, date(2020, 5, 1), at) for at in range(3)])
    table = table.set_column(0, "claim_id", pa.array(["b", "a", "b"]))
    assert settle_rows(table, bulk)["problem"].to_pylist() == [None, None, "BULK-012"]


def test_an_input_that_never_arises_may_be_left_out_by_name() -> None:
    bulk = ready(SCHEME, BENEFIT)
    table = table_of(bulk, [bill(1, date(2020, 5, 1), 1)])
    less = table.drop_columns(["reported_other"])
    assert settle_rows(less, bulk, absent=("reported_other",)).to_pylist() == settle_rows(table, bulk).to_pylist()


def test_without_numba_the_cases_go_one_by_one_and_a_line_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    bulk = ready(SCHEME, BENEFIT)
    table = table_of(bulk, [bill(1, date(2020, 5, 1), 1)])
    quick = settle_rows(table, bulk)
    monkeypatch.setattr(kernel, "has_numba", lambda: False)
    slow = settle_rows(table, bulk, compiled=False)
    assert slow.to_pylist() == quick.to_pylist()
    assert (slow.schema.metadata or {})[b"engine"] == b"scalar"
    assert "numba" in (kernel.engine_line("zh") or "")
    assert "numba" in (kernel.engine_line("en") or "")


def test_a_changed_number_compiles_nothing() -> None:
    bulk = ready(SCHEME, BENEFIT)
    changed = bulk.with_numbers({"target_rate": [8_000]})
    result = settle_rows(table_of(bulk, [bill(1, date(2020, 5, 1), 1)]), changed)
    assert changed.source is bulk.source
    assert result["supplementary"].to_pylist() == [20_000_00]
    with pytest.raises(ValueError, match="takes"):
        bulk.with_numbers({"target_rate": [1, 2, 3]})
