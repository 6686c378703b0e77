"""Every problem of a what-if: one example each, told before anything is reckoned, or beside the figures."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from click.testing import CliRunner

from huibao.bulk.files import write_whole
from huibao.bulk.kernel import BulkProgram, ready
from huibao.bulk.whatif import engine, people, reach, scenario
from huibao.bulk.whatif.doubts import doubts, refuse_asking
from huibao.bulk.whatif.engine import Question, ask
from huibao.bulk.whatif.people import read_part
from huibao.bulk.whatif.population import Population, of_total, read_population
from huibao.bulk.whatif.reach import aim_of, budgets_of, counts_of, premiums_of, shares_of, take_ups_of
from huibao.bulk.whatif.scenario import Scenario, base_program, scenarios_of, wishes_of
from huibao.cli.main import door
from huibao.domain.statistics import AreaCount
from huibao.kernel.fen import Fen
from huibao.kernel.problem import Problem, Refused
from huibao.rules.shelf import open_scheme
from tests.bulk.shipped import table_of
from tests.rules.tiny_scheme import TINY, tiny

SCHEME, BENEFIT = "shandong/2020/demo-city", "one_stop"
LEAST = {"least": "10 yuan"}


def base() -> BulkProgram:
    return ready(SCHEME, BENEFIT)


def tiny_base(benefit: str = "bill") -> BulkProgram:
    return ready(tiny(), benefit, settings=LEAST if benefit == "bill" else None)


def refused(act: Callable[[], object]) -> Problem:
    with pytest.raises(Refused) as caught:
        act()
    return caught.value.problems[0]


def made(*changes: str, bulk: BulkProgram | None = None, first: str = "") -> tuple[Sequence[Scenario], list[str]]:
    """Scenarios of `--set`, and the codes told beside them."""
    scenarios, told = scenarios_of(bulk or base(), wishes_of(changes, [], None, first))
    return scenarios, [problem.code for problem in told]


def from_text(tmp_path: Path, text: str) -> Problem:
    path = tmp_path / "scenarios.yaml"
    path.write_text(text, encoding="utf-8")
    return refused(lambda: scenarios_of(base(), wishes_of([], [], path)))


def test_an_unknown_param_is_refused_with_those_that_exist() -> None:
    problem = refused(lambda: made("targett_rate=95%"))
    assert (problem.code, problem.field) == ("WHATIF-001", "targett_rate")
    assert "target_rate" in problem.do
    assert "self_pay_floor" in problem.do
    # The premium exists in the scheme, but no bill depends on it.
    assert refused(lambda: made("medical_premium=200 yuan")).code == "WHATIF-001"


@pytest.mark.parametrize("value", ["95", "95 yuan", "lots", "-5 %", "1e3 %", "99999999999 %"])
def test_a_value_that_cannot_be_read_is_refused(value: str) -> None:
    problem = refused(lambda: made(f"target_rate={value}"))
    assert (problem.code, problem.field) == ("WHATIF-002", "target_rate")
    assert "95 %" in problem.do


@pytest.mark.parametrize("change", ["deductible[quarternary]=1 yuan", "deductible=1 yuan", "target[1]=90 %"])
def test_a_cell_that_the_table_has_not_is_refused_with_its_keys(change: str) -> None:
    problem = refused(lambda: made(change, bulk=tiny_base()))
    assert problem.code == "WHATIF-003"
    assert change.startswith("target") or "tertiary" in problem.do


@pytest.mark.parametrize(
    "value",
    [
        "50 %",
        "[[0 yuan, 50 %], [0 yuan, 60 %]]",
        "[[0 yuan]]",
        "[[0 yuan, 1 %], [1 yuan, 2 %], [2 yuan, 3 %], [3 yuan, 4 %]]",
    ],
)
def test_brackets_that_do_not_fit_are_refused(value: str) -> None:
    problem = refused(lambda: made(f"bands={value}", bulk=tiny_base()))
    assert (problem.code, problem.field) == ("WHATIF-004", "bands")


def test_a_change_that_leaves_what_can_be_computed_is_refused() -> None:
    # 10,000 % of a disability sum of 10 billion yuan, doubled on the way, passes 64-bit whole numbers.
    accident = ready(SCHEME, "accident")
    problem = refused(
        lambda: made(
            "disability_sum=10000000000 yuan", "pre_existing_deducted=10000 %", "jrt_share[1]=10000 %", bulk=accident
        )
    )
    assert (problem.code, problem.field) == ("WHATIF-005", "before")


@pytest.mark.parametrize(
    "text",
    [
        "- name: a",
        "scenarios: []\nother: 1",
        "scenarios: [{name: a}]",
        "scenarios: [{name: a, set: {target_rate: 95 %}, sett: 1}]",
        "scenarios: [just a word]",
    ],
)
def test_a_file_of_another_form_is_refused(tmp_path: Path, text: str) -> None:
    assert from_text(tmp_path, text).code == "WHATIF-006"


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert refused(lambda: wishes_of([], [], tmp_path / "none.yaml")).code == "WHATIF-006"


def test_names_are_short_and_one_of_a_kind(tmp_path: Path) -> None:
    one = "{name: a, set: {target_rate: 95 %}}"
    assert from_text(tmp_path, f"scenarios: [{one}, {one}]").code == "WHATIF-007"
    assert from_text(tmp_path, f"scenarios: [{one.replace('name: a', 'name: base')}]").code == "WHATIF-007"
    assert from_text(tmp_path, f"scenarios: [{one.replace('name: a', 'name: ' + 'a' * 41)}]").code == "WHATIF-007"


def test_too_many_scenarios_or_changes_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    many = "/".join(f"{at} %" for at in range(1, 21))
    vary = [f"target_rate={many}", f"chronic_outpatient_share={many}"]
    assert refused(lambda: wishes_of([], vary, None)).code == "WHATIF-008"
    monkeypatch.setattr(scenario, "MAX_CHANGES", 1)
    assert refused(lambda: made("target_rate=95%", "self_pay_floor=1 yuan")).code == "WHATIF-008"


def test_one_number_changed_twice_is_refused() -> None:
    assert refused(lambda: made("target_rate=95%", "target_rate=96%")).code == "WHATIF-009"


@pytest.mark.parametrize("day", ["2019-12-31", "2020-02-30", "July"])
def test_a_first_day_outside_the_scheme_or_the_calendar_is_refused(day: str) -> None:
    assert refused(lambda: made("target_rate=95%", first=day)).code == "WHATIF-010"


def test_a_value_the_scheme_leaves_open_must_be_given() -> None:
    problem = refused(lambda: base_program("hunan/2025", "accident", None, {}, None))
    assert problem.code == "WHATIF-011"
    assert f"--given {problem.field}=" in problem.do


def test_what_undercuts_the_province_is_reckoned_and_marked_with_the_clause() -> None:
    scenarios, told = made("medical_yearly_cap=200000 yuan")
    assert told == ["WHATIF-012"]
    (breach,) = scenarios[0].breaches
    assert (breach.scheme_id, breach.clause) == ("shandong/2020", "SD-4.1")
    # 320,000 is less than the city gives, yet more than the province asks for: nothing is broken.
    assert made("medical_yearly_cap=320000 yuan")[1] == []


def test_a_number_the_standard_fixes_is_marked_cell_by_cell() -> None:
    scenarios, told = made("jrt_share[10]=15 %", bulk=ready(SCHEME, "accident"))
    assert told == ["WHATIF-012"]
    assert [(one.cell, one.clause) for one in scenarios[0].breaches] == [("10", "JRT-1")]


def test_a_scenario_that_changes_nothing_is_told() -> None:
    assert made("target_rate=90%")[1] == ["WHATIF-013"]


@pytest.mark.parametrize("text", ["target_rate", "=95%", "target_rate="])
def test_an_option_without_name_and_value_is_refused(text: str) -> None:
    assert refused(lambda: wishes_of([text], [], None)).code == "WHATIF-014"
    assert refused(lambda: wishes_of([], [text], None)).code == "WHATIF-014"


def test_an_event_has_no_self_payment_to_count_over_a_line() -> None:
    accident = ready(SCHEME, "accident")
    assert refused(lambda: refuse_asking(accident, 100, None, counted=False)).code == "WHATIF-015"


def test_a_premium_needs_both_the_insured_and_the_operating_share() -> None:
    assert "--operating-share" in refused(lambda: refuse_asking(base(), None, None, counted=True)).says
    problem = refused(lambda: refuse_asking(base(), None, 500, counted=False))
    assert (problem.code, "--insured" in problem.says) == ("WHATIF-016", True)


def test_an_operating_share_leaves_something_of_the_premium() -> None:
    assert refused(lambda: refuse_asking(base(), None, 10_000, counted=True)).code == "WHATIF-017"


def test_what_the_command_needs_is_named(tmp_path: Path) -> None:
    write_whole(tmp_path / "claims.parquet", table_of(base(), [{"bill_total": 100}]))
    claims = str(tmp_path / "claims.parquet")
    for options, missing in (
        (["--set", "target_rate=95%"], "--scheme, --benefit"),
        (["--scheme", SCHEME, "--benefit", BENEFIT], "--set / --vary / --scenarios"),
    ):
        answer = CliRunner().invoke(door, ["whatif", claims, *options])
        assert answer.exit_code == 3
        assert "[WHATIF-018]" in answer.stderr
        assert missing in answer.stderr


def test_an_amount_in_another_unit_is_refused(tmp_path: Path) -> None:
    options = ["--scheme", SCHEME, "--benefit", BENEFIT, "--set", "target_rate=95%", "--burden-line", "30 天"]
    answer = CliRunner().invoke(door, ["whatif", str(tmp_path / "claims.parquet"), *options])
    assert (answer.exit_code, "[WHATIF-019] --burden-line" in answer.stderr) == (3, True)


def test_areas_as_fine_as_a_village_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "MAX_CELLS", 1)
    table = table_of(base(), [{"person_id": 1}, {"person_id": 2}]).append_column("area", pa.array(["A", "B"]))
    assert refused(lambda: read_part(table, base(), 1)).code == "WHATIF-020"


def population(tmp_path: Path, text: str, wanted: Sequence[str] = ("insured",)) -> Population:
    path = tmp_path / "people.csv"
    path.write_text(text, encoding="utf-8")
    return read_population(path, open_scheme(SCHEME), wanted)


@pytest.mark.parametrize(
    "text", ["", "area,insured", "area,people\n370102,5", "area,area\n1,2", "area,insured\n370102"]
)
def test_a_file_of_people_of_another_form_is_refused(tmp_path: Path, text: str) -> None:
    assert refused(lambda: population(tmp_path, text)).code == "WHATIF-021"


@pytest.mark.parametrize("count", ["-1", "1.5", "many", "", "99999999999999"])
def test_people_are_counted_in_whole_numbers(tmp_path: Path, count: str) -> None:
    problem = refused(lambda: population(tmp_path, f"area,insured\n370102,5\n370103,{count}\n"))
    assert (problem.code, problem.row, problem.field) == ("WHATIF-022", 3, "insured")


def test_no_more_are_insured_than_there_are(tmp_path: Path) -> None:
    text = "area,people,insured\n370102,5,6\n"
    assert refused(lambda: population(tmp_path, text, ("people", "insured"))).code == "WHATIF-022"


def test_a_group_the_scheme_has_not_is_refused_with_those_it_has(tmp_path: Path) -> None:
    problem = refused(lambda: population(tmp_path, "groups,insured\npoverty_relief+rich,5\n"))
    assert (problem.code, "instant_help" in problem.do) == ("WHATIF-023", True)


def test_the_same_people_counted_twice_are_refused(tmp_path: Path) -> None:
    text = "groups,insured\npoverty_relief+instant_help,5\ninstant_help+poverty_relief,5\n"
    assert refused(lambda: population(tmp_path, text)).code == "WHATIF-024"


@pytest.mark.django_db
def test_one_set_of_cases_on_record_is_asked_for() -> None:
    from huibao.bulk.whatif.source import from_record
    from tests.bulk.test_record import settle_a_year

    settle_a_year()
    problem = refused(lambda: from_record(None, 2020, "hunan/2025", None, None, {}))
    assert problem.code == "WHATIF-025"


def test_without_a_claim_that_can_be_settled_there_is_no_answer() -> None:
    rows: list[dict[str, object]] = [{"bill_total": 100, "settles_on": date(2020, 1, 1), "person_id": -1}]
    question = Question(base(), tuple(made("target_rate=95%")[0]))
    problem = refused(lambda: ask(question, [table_of(base(), rows)]))
    assert (problem.code, "BULK-011 1" in problem.says) == ("WHATIF-026", True)
    assert refused(lambda: ask(question, [])).code == "WHATIF-026"


def test_more_than_memory_may_hold_is_refused_beforehand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "MAX_HELD", 1_000)
    question = Question(base(), tuple(made("target_rate=95%")[0]), resamples=200)
    assert refused(lambda: ask(question, [table_of(base(), [{}])])).code == "WHATIF-027"


def told(rows: list[dict[str, object]], insured: Population | None, *changes: str, bulk: BulkProgram) -> list[str]:
    scenarios, _ = made(*changes, bulk=bulk)
    answer = ask(Question(bulk, tuple(scenarios), resamples=0), [table_of(bulk, rows)])
    return [problem.code for problem in doubts(answer, insured)]


def test_claims_left_out_are_told() -> None:
    rows: list[dict[str, object]] = [{"bill_total": 100}, {"bill_total": 100, "reported_other": 101}]
    assert told(rows, None, "target_rate=95%", bulk=base()) == ["WHATIF-030"]


def test_a_scenario_that_refuses_other_claims_is_told() -> None:
    # The running sum may hold 400 days. As it stands 30 of the 450 are paid; with 500 allowed they would all be.
    rows: list[dict[str, object]] = [{"days": 450}]
    assert told(rows, None, "longest=500 days", bulk=tiny_base("event")) == ["WHATIF-031"]


def test_claims_of_several_years_need_person_years() -> None:
    bulk = ready(tiny(text=TINY.replace("2025-01-01..2025-12-31", "2025-01-01..2026-12-31")), "event")
    rows: list[dict[str, object]] = [{"days": 5}, {"days": 5, "settles_on": date(2026, 3, 1)}]
    assert told(rows, of_total(10), "daily=100 yuan", bulk=bulk) == ["WHATIF-032"]


def test_fewer_insured_than_people_with_claims_are_told() -> None:
    rows: list[dict[str, object]] = [{"bill_total": 100, "person_id": person} for person in (1, 2)]
    assert told(rows, of_total(1), "target_rate=95%", bulk=base()) == ["WHATIF-033"]


HUNAN = "hunan/2025"


def test_a_target_the_scheme_has_not_is_refused_with_those_it_has() -> None:
    problem = refused(lambda: aim_of(open_scheme(HUNAN), "75%"))
    assert problem.code == "WHATIF-040"
    assert "severe_hardship_2030 (70 %)" in problem.do


@pytest.mark.parametrize(
    "pays",
    [
        ["government_fund=80%"],
        ["nobody=100%"],
        ["government_fund=lots"],
        ["government_fund=50%", "government_fund=50%"],
        ["government_fund=120%"],
    ],
)
def test_shares_of_the_premium_are_of_known_payers_and_make_up_the_whole(pays: list[str]) -> None:
    aim = aim_of(open_scheme(HUNAN), "70%")
    problem = refused(lambda: shares_of(aim, pays))
    assert (problem.code, "government_fund" in problem.do) == ("WHATIF-041", True)


@pytest.mark.parametrize("text", ["0 %", "101 %", "60", "60 %/", "30 yuan"])
def test_a_take_up_lies_above_nothing_and_within_the_whole(text: str) -> None:
    assert refused(lambda: take_ups_of(text)).code == "WHATIF-042"


def test_too_many_combinations_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach, "MAX_WAYS", 1)
    aim = aim_of(open_scheme(HUNAN), "70%")
    plan = reach.Plan(aim, (), False, (5_000, 6_000), {"self": 10_000}, {}, True, date(2026, 1, 1), "")
    two = reach.Plan(aim, premiums_of(aim, "30 yuan", date(2026, 1, 1))[0], False, plan.take_ups_bp, *_rest(plan))
    assert refused(lambda: reach.reach(two, [AreaCount("A", 10, 1)])).code == "WHATIF-043"


def _rest(plan: reach.Plan) -> tuple[dict[str, int], dict[str, Fen], bool, date, str]:
    return dict(plan.shares_bp), dict(plan.budgets), plan.each_area, plan.counted_on, plan.source


def test_a_premium_no_document_gives_is_asked_for() -> None:
    aim = aim_of(open_scheme(HUNAN), "70%")
    problem = refused(lambda: premiums_of(aim, None, date(2026, 1, 1)))
    assert (problem.code, "--premium" in problem.do) == ("WHATIF-044", True)


def test_a_target_group_of_nobody_is_refused(tmp_path: Path) -> None:
    aim = aim_of(open_scheme(HUNAN), "70%")
    path = tmp_path / "people.csv"
    path.write_text("area,groups,people,insured\n430423,athletes,5,1\n", encoding="utf-8")
    held = read_population(path, open_scheme(HUNAN), ("people", "insured"))
    plan = reach.Plan(aim, (Fen(30_00),), False, (10_000,), {"self": 10_000}, {}, True, date(2026, 6, 30), "")
    assert refused(lambda: reach.reach(plan, counts_of(aim, held))).code == "WHATIF-045"


def test_a_count_of_another_day_than_the_target_s_is_told() -> None:
    aim = aim_of(open_scheme(HUNAN), "70%")
    plan = reach.Plan(aim, (Fen(30_00),), False, (10_000,), {"self": 10_000}, {}, True, date(2026, 6, 30), "a roster")
    assert [each.code for each in reach.doubts(reach.reach(plan, [AreaCount("A", 10, 1)]))] == ["WHATIF-046"]


@pytest.mark.parametrize("budget", ["donor=5 yuan", "self=5 %", "self=-5 yuan"])
def test_a_budget_is_an_amount_of_somebody_who_pays(budget: str) -> None:
    problem = refused(lambda: budgets_of({"self": 10_000}, [budget]))
    assert (problem.code, "self, total" in problem.do) == ("WHATIF-047", True)
