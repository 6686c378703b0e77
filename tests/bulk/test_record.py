"""The year on record run again: nothing differs, reversed bills are gone, and a figure changed behind our back shows."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from huibao.app.audit import check_all
from huibao.app.settlement import reverse_settlement, settle_bills
from huibao.bulk.differences import difference_rows
from huibao.bulk.record import Book, Case, areas_of, book_table, books, plans, running_on
from huibao.bulk.replay import Plan, replay_table
from huibao.cli.main import door
from huibao.domain.claims.assessment import Findings
from huibao.domain.settlement.bill import Bill
from huibao.store import settlement as store
from tests.app import claims_world as world
from tests.app import insured_county as county
from tests.app.test_claims import paid, with_papers

pytestmark = pytest.mark.django_db


def a_bill(number: str, total: int, on: date, person: int = 1) -> Bill:
    """A bill in yuan, all of it in-policy, nothing reported."""
    inputs = {"bill_total": total * 100, "in_policy": total * 100}
    return Bill(number, date(2020, 5, 1), on, inputs, hospital="H1", person=county.identity(person))


def settle_a_year() -> None:
    """June before May: the second bill comes late and gets what the cap has left; a third is taken back."""
    clock = county.insure()
    settle_bills([a_bill("B1", 300_000, date(2020, 6, 12))], clock)
    settle_bills([a_bill("B2", 200_000, date(2020, 5, 12)), a_bill("B3", 900, date(2020, 5, 12), person=2)], clock)
    reverse_settlement("H1/B3", "试", "undo", clock)


@pytest.mark.invariant("S6")
def test_the_year_on_record_comes_to_the_same_also_where_a_bill_came_late() -> None:
    settle_a_year()
    (book,) = books()
    ((plan, cases),) = plans(book, None)
    table = book_table(plan, cases, areas_of(None, {case.person_id for case in cases}))
    assert table["claim_id"].to_pylist() == ["H1/B1", "H1/B2"]
    # 300,000 × 90 % = 270,000; of the cap of 350,000 there are 80,000 left. By day B2 would have had its 180,000.
    assert table["recorded.supplementary"].to_pylist() == [270_000_00, 80_000_00]
    changed, figures = replay_table(table, plan)
    assert (changed.num_rows, figures["late"]) == (0, 1)
    rows = {(row["dimension"], row["key"], row["layer"]): row for row in difference_rows(figures)}
    assert rows["area", county.COUNTY, "supplementary"]["recorded_fen"] == 350_000_00
    assert rows["by_day", "late", "supplementary"]["changed"] == 2


def test_the_command_replays_the_database_and_names_no_difference(tmp_path: Path) -> None:
    settle_a_year()
    answer = CliRunner().invoke(door, ["--json", "replay", "--year", "2020", "--out", str(tmp_path)])
    assert answer.exit_code == 0, answer.output
    said = json.loads(answer.stdout)
    assert (said["claims"], said["changed"], said["late"]) == (2, 0, 1)
    again = CliRunner().invoke(door, ["--json", "replay", "--year", "2020", "--out", str(tmp_path)])
    assert json.loads(again.stdout)["resumed_parts"] == 1


def two_claims() -> tuple[Book, list[tuple[Plan, list[Case]]]]:
    """Two accidents of a year, 9,000 yuan each: (9,000 - 50) x 80 % = 7,160, then the 840 that 8,000 a year leave."""
    clock = world.shandong()
    cost = Findings(amounts=(("accident_medical_cost", 900_000), ("accident_medical_in_policy", 900_000)))
    paid(clock, with_papers(clock, day=date(2020, 8, 1)), cost)
    paid(clock, with_papers(clock, day=date(2020, 8, 20)), cost)
    (book,) = books()
    return book, list(plans(book, None))


@pytest.mark.invariant("S6")
def test_claims_of_a_year_run_on_from_each_other_and_come_to_the_same() -> None:
    _, ((plan, cases),) = two_claims()
    table = book_table(plan, cases, {})
    assert (plan.independent, table["recorded.medical"].to_pylist()) == (False, [716_000, 84_000])
    changed, figures = replay_table(table, plan)
    assert (changed.num_rows, figures["changed"], figures["late"]) == (0, 0, 0)


def test_under_other_rules_the_second_claim_has_what_the_first_leaves_then() -> None:
    _, ((plan, cases),) = two_claims()
    half = replace(plan, bulk=plan.bulk.with_numbers({"accident_medical_rate": [4_000]}))
    changed, _ = replay_table(book_table(plan, cases, {}), half)
    # (9,000 - 50) x 40 % = 3,580, twice within 8,000; from the sum on record the second would have had 840.
    assert changed["replayed.medical"].to_pylist() == [358_000, 358_000]


def test_claims_whose_sums_do_not_run_on_each_start_from_the_sums_on_record() -> None:
    """Another benefit moved the sum between the two: 100 yuan more stand before the second than after the first."""
    book, ((_plan, cases),) = two_claims()
    moved = dict(cases[1].opening) | {"accident_medical_paid": 716_000 + 10_000}
    book.cases = [cases[0], replace(cases[1], opening=moved, recorded={"medical": 74_000})]
    ((alone, held),) = plans(book, None)
    assert (alone.independent, running_on(book.cases)) == (True, ([], book.cases))
    assert replay_table(book_table(alone, held, {}), alone)[0].num_rows == 0


AMOUNTS = st.tuples(st.integers(0, 500_000), st.integers(1, 2), st.integers(1, 28))


@pytest.mark.invariant("S7")
@pytest.mark.invariant("B1")
@settings(max_examples=8)
@given(st.lists(AMOUNTS, min_size=1, max_size=6))
def test_whatever_was_settled_the_bulk_loop_agrees(bills: list[tuple[int, int, int]]) -> None:
    from django.db import transaction

    with transaction.atomic():
        clock = county.insure(people=2, pool_fen=10**12)
        for number, (total, person, day) in enumerate(bills):
            settle_bills([a_bill(f"B{number}", total, date(2020, 5, day), person)], clock)
        assert [one for one in check_all(frozenset({"S7", "B1"})) if not one.holds] == []
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    "change",
    [{"self_pay_fen": 1}, {"closing": {"supplementary_paid": 5}}, {"opening": {"supplementary_paid": 349_999_00}}],
)
def test_a_figure_changed_behind_our_back_is_found(monkeypatch: pytest.MonkeyPatch, change: dict[str, object]) -> None:
    settle_a_year()
    held = list(store.settlements())
    planted = [replace(held[0], **change), *held[1:]]  # type: ignore[arg-type] # one field of the record, by name
    monkeypatch.setattr(store, "settlements", lambda: iter(planted))
    broken = {one.number: one.broken for one in check_all(frozenset({"S7", "B1"}))}
    assert broken["S7"][0].where == "settlement H1/B1"
    assert broken["B1"][0].where == "settlement H1/B1"
