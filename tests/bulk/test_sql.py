"""S7: the one-case program, the compiled loop and the generated SQL in DuckDB agree to the fen, for all that ships."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from random import Random
from typing import cast

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huibao.bulk.kernel import BulkProgram, ready
from huibao.bulk.oracle import Asked, oracle_sql, settle_in_duckdb
from huibao.bulk.tables import settle_rows
from huibao.rules.dialect import DUCKDB, SPARK
from huibao.rules.program import Claim, Program, compiled
from tests.bulk.people import ORDER, OneByOne, Year, told, year_of, years
from tests.bulk.shipped import moving, shipped, table_of, with_closing
from tests.rules.tiny_scheme import TINY, tiny

ALL = shipped() | moving()
EXAMPLES = max(settings().max_examples // 20, 2)
"""A query costs a hundred times a case, and one example holds up to 60 claims."""
CITY = "shandong/2020/demo-city one_stop"
DATABASE = duckdb.connect()


def by_sql(bulk: BulkProgram, year: Year, order_by: str = "settles_on") -> list[OneByOne]:
    """The oracle's answers in the order of the rows."""
    order = ORDER if order_by == ORDER else None
    answer = settle_in_duckdb(
        year.table(), bulk, opening=year.opening_table(), order_by=order, connection=DATABASE.cursor()
    )
    found = dict(zip(answer["claim_id"].to_pylist(), told(bulk, answer), strict=True))
    return [found[row["claim_id"]] for row in year.rows]


@pytest.mark.invariant("S7")
@pytest.mark.parametrize("name", ALL)
@given(data=st.data())
@settings(max_examples=EXAMPLES)
def test_the_case_the_loop_and_the_database_pay_the_same(name: str, data: st.DataObject) -> None:
    bulk = ALL[name]
    year = data.draw(years(bulk, most_rows=60))
    for order_by in ("settles_on", ORDER):
        expected = year.one_by_one(order_by)
        order = ORDER if order_by == ORDER else None
        loop = settle_rows(year.table(), bulk, opening=year.opening_table(), order_by=order)
        assert told(bulk, loop) == expected
        assert by_sql(bulk, year, order_by) == expected


@pytest.mark.slow
@pytest.mark.invariant("S7")
@pytest.mark.parametrize("name", ALL)
def test_twenty_thousand_claims_agree(name: str) -> None:
    bulk = ALL[name]
    for seed in range(4):
        year = year_of(bulk, Random(seed), 5_000, people=1_000)
        loop = settle_rows(year.table(), bulk, opening=year.opening_table())
        assert by_sql(bulk, year) == told(bulk, loop)


def test_what_was_found_in_a_refused_row_is_the_same_by_the_loop_and_by_the_case() -> None:
    """Clashing exceptions find no amount, even where the same row would also pay more than its bill."""
    bulk = ALL["moving bill"]
    table = year_of(bulk, Random(7), 3_000).table()
    loop, case = (settle_rows(table, bulk, compiled=quick) for quick in (True, False))
    assert loop.to_pylist() == case.to_pylist()
    clashes = [row["found"] for row in loop.to_pylist() if row["problem"] == "RULE-011"]
    assert set(clashes) == {0}


# --- a test of the test: rules changed a little are noticed ---------------------------------------------------------------


def changed(bulk: BulkProgram, old: str, new: str) -> BulkProgram:
    """The program with its first line that holds `old` changed; the scheme, and so the SQL, stays as it was."""

    def one(program: Program) -> Program:
        assert old in program.source
        source = program.source.replace(old, new, 1)
        return replace(program, source=source, claim=cast("Claim", compiled(source, "claim")))

    return replace(bulk, programs=tuple(one(program) if program else None for program in bulk.programs))


MUTANTS = [
    ("shandong/2020/demo-city one_stop", " + 5000) // 10000", ") // 10000"),  # floor for half up
    ("shandong/2020/demo-city one_stop", " + 5000) // 10000", " + 9999) // 10000"),  # ceiling for half up
    ("shandong/2020/demo-city one_stop", "min(", "max("),
    ("shandong/2020/demo-city one_stop", " - supplementary_paid", " - supplementary_paid + 1"),  # cap by one fen
    ("shandong/2020/demo-city one_stop", "supplementary_paid = supplementary_paid + ", "supplementary_paid = "),
    ("hunan/2025/demo-county high_cost", "max(", "min("),
    (
        "hunan/2025/demo-county high_cost",
        "high_cost_base = high_cost_base + ",
        "high_cost_base = 1 + high_cost_base + ",
    ),
    ("hunan/2025/demo-county accident", " - disability_paid", ""),
    ("moving bill", " + 5000) // 10000", " + 4999) // 10000"),  # half down
    ("moving bill", "if in_poor else 0", "if in_severe else 0"),
    ("moving bill", "if not _x9 and", "if _x9 and"),  # the cap used up by what an exception set aside
    ("moving bill", "_b6 > _b4", "_b6 < _b4"),  # the worst of the groups
    ("moving event", ">=", ">"),  # the edge of a band
]


@cache
def drawn(name: str) -> tuple[Year, list[OneByOne]]:
    year = year_of(ALL[name], Random(5), 3_000, people=400)
    return year, by_sql(ALL[name], year)


@pytest.mark.parametrize(("name", "old", "new"), MUTANTS)
def test_a_changed_rule_disagrees_with_the_database(name: str, old: str, new: str) -> None:
    year, expected = drawn(name)
    mutant = changed(ALL[name], old, new)
    answers = told(mutant, settle_rows(year.table(), mutant, opening=year.opening_table(), compiled=False))
    assert answers != expected


def test_a_number_one_fen_or_one_basis_point_off_disagrees() -> None:
    year, expected = drawn(CITY)
    bulk = ALL[CITY]
    for name in ("medical_yearly_cap", "target_rate", "self_pay_floor"):
        number = int(bulk.matrix[0, bulk.places(name)][0])
        off = bulk.with_numbers({name: [number - 1]})
        assert told(off, settle_rows(year.table(), off, opening=year.opening_table())) != expected


# --- what stands about the steps -----------------------------------------------------------------------------------------


def bad_rows(bulk: BulkProgram) -> Iterator[dict[str, object]]:
    """One row for each way a row may be wrong, with a good one behind it that must not have moved."""
    fine = {"bill_total": 500_000_00, "in_policy": 500_000_00, "reported_basic_medical": 300_000_00}
    wrong: tuple[dict[str, object], ...] = (
        {"bill_total": None},
        {"in_policy": -1},
        {"bill_total": 10**10 + 1},
        {"person_id": None},
        {"person_id": -4},
        {"settles_on": None},
        {"settles_on": date(2031, 1, 1)},
        {"settles_on": date(2019, 12, 31)},
        {"bill_total": 1},
        {"claim_id": None},
    )
    for at, each in enumerate(wrong):
        yield {**fine, "claim_id": 10 * at, "person_id": at, "settles_on": date(2020, 2, 1), **each}
        yield {**fine, "claim_id": 10 * at + 1, "person_id": at, "settles_on": date(2020, 2, 2)}
    yield {**fine, "claim_id": 1, "person_id": 77, "settles_on": date(2020, 3, 1)}


def test_rows_that_cannot_be_settled_are_refused_for_the_same_reason() -> None:
    """Ids that occur twice, nulls, negatives, too much, no day, another year: the same code in the loop and in SQL."""
    bulk = ALL[CITY]
    table = table_of(bulk, list(bad_rows(bulk)))
    loop = settle_rows(table, bulk).sort_by("claim_id")
    answer = settle_in_duckdb(table, bulk, connection=DATABASE.cursor())
    expected = list(zip(loop["claim_id"].to_pylist(), loop["problem"].to_pylist(), strict=True))
    found = list(zip(answer["claim_id"].to_pylist(), answer["problem"].to_pylist(), strict=True))
    assert sorted(found, key=str) == sorted(expected, key=str)
    codes = {"BULK-010", "RULE-008", "BULK-011", "RULE-004", "RULE-010", "BULK-012", None}
    assert {code for _, code in found} == codes


def test_money_no_step_knows_inputs_left_out_and_years_that_are_stated_count_alike() -> None:
    bulk = ALL[CITY]
    bill = {"bill_total": 500_000_00, "in_policy": 500_000_00, "reported_basic_medical": 300_000_00}
    rows: list[dict[str, object]] = [{**bill, "claim_id": at, "settles_on": date(2020, 1, 1 + at)} for at in range(6)]
    table = table_of(bulk, rows).drop_columns(["reported_other"])
    years_of = pa.array([date(2019, 1, 1), date(2020, 1, 1)] * 3)
    table = table.append_column("policy_year_on", years_of)
    table = table.append_column("reported_donation", pa.array([0, 0, 5, 0, 0, 0]))
    loop = settle_rows(table, bulk, absent=("reported_other",))
    answer = settle_in_duckdb(table, bulk, absent=("reported_other",), connection=DATABASE.cursor())
    assert told(bulk, answer) == told(bulk, loop)
    assert loop["supplementary"].to_pylist()[1::2] == [150_000_00, 150_000_00, 50_000_00]
    assert "RULE-014" in loop["problem"].to_pylist() or "reported_donation" in bulk.source.inputs


def test_a_number_not_yet_known_refuses_the_row_in_both() -> None:
    """The target of 92 % from July is known from the scheme's first day on; before the document's issue nothing is."""
    scheme = ALL["moving bill"].scheme
    known = with_closing(scheme, "event").known_on
    assert known is None
    bulk = ready(
        scheme, "bill", date(2024, 12, 15), ALL["moving bill"].program.settings, ALL["moving bill"].source.outputs
    )
    year = year_of(bulk, Random(3), 400, people=50)
    assert by_sql(bulk, year) == told(bulk, settle_rows(year.table(), bulk, opening=year.opening_table()))


def one_step(expr: str, more: str = "") -> BulkProgram:
    """The trial scheme's event with another rule for its first part, and a word with a quotation mark among its causes."""
    text = TINY.replace(', expr: "half_up(sum_insured * sums[min(worst_grade, 3)])"}', f', expr: "{expr}"{more}}}')
    assert text != TINY
    return with_closing(
        tiny(text=text.replace("[fall, fire]", '[fall, "it\'s\\\\"]').replace("'fire'", "'fall'")), "event"
    )


def test_negative_amounts_are_rounded_half_up_too() -> None:
    """-1 fen at 95 % is -0.95, half up -1; -10 fen -9.5, half up -9; SQL's division alone would give 0 and -8."""
    bulk = one_step("max(sum_insured + half_up((0 - accident_medical_cost) * target), 0)")
    rows: list[dict[str, object]] = [
        {"claim_id": at, "person_id": at, "accident_medical_cost": at, "settles_on": date(2025, 2, 1)}
        for at in range(50)
    ]
    table = table_of(bulk, rows)
    answer = settle_in_duckdb(table, bulk, connection=DATABASE.cursor())
    assert told(bulk, answer) == told(bulk, settle_rows(table, bulk))
    assert [answer["disability"][at].as_py() - 30_000_00 for at in (1, 10, 30)] == [-1, -9, -28]


def test_a_cap_within_an_exception_is_used_up_only_where_the_exception_counts() -> None:
    """Of 400 days at most, 30 a claim: by the exception above 5 points alone, so a claim of 2 points takes none."""
    old = '{id: paid_days, clause: T-7, expr: "capped(days, longest, days_paid)"}'
    entry = '[{id: many, when: score > 5, expr: "capped(days, longest, days_paid)", clause: T-9, title: {zh: 多, en: Many}}]'
    text = TINY.replace(old, f"{{id: paid_days, clause: T-7, expr: 0 * days, exceptions: {entry}}}")
    assert text != TINY
    bulk = with_closing(tiny(text=text), "event")
    rows: list[dict[str, object]] = [
        {"claim_id": at, "days": 20, "score": score, "settles_on": date(2025, 2, 1 + at)}
        for at, score in enumerate((2, 2, 6, 6))
    ]
    table = table_of(bulk, rows)
    loop = settle_rows(table, bulk)
    assert loop["paid_days"].to_pylist() == [0, 0, 20, 10]
    assert loop["closing.days_paid"].to_pylist() == [0, 0, 20, 30]
    assert told(bulk, settle_in_duckdb(table, bulk, connection=DATABASE.cursor())) == told(bulk, loop)


def test_words_with_quotation_marks_are_words() -> None:
    bulk = one_step('1 * accident_medical_cost if cause == \\"it\'s\\\\\\\\\\" else 0')
    rows: list[dict[str, object]] = [
        {"claim_id": at, "cause": word, "accident_medical_cost": 7_00, "settles_on": date(2025, 2, 1)}
        for at, word in enumerate(("fall", "it's\\"))
    ]
    answer = settle_in_duckdb(table_of(bulk, rows), bulk, connection=DATABASE.cursor())
    assert answer["disability"].to_pylist() == [0, 7_00]


def test_the_two_dialects_differ_in_division_and_quotation_alone() -> None:
    bulk = ALL[CITY]
    asked = Asked("claims", tuple(table_of(bulk, []).column_names), (date(2020, 1, 1), date(2020, 12, 31)))
    duck, spark = (oracle_sql(bulk, dialect, asked) for dialect in (DUCKDB, SPARK))
    assert duck.settled.replace(" // ", " DIV ").replace('"', "`") == spark.settled
    assert duck.numbered.replace('"', "`") == spark.numbered
    assert SPARK.text("it's\\") == "'it\\'s\\\\'"
    assert DUCKDB.text("it's\\") == "'it''s\\'"
