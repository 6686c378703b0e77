"""Every problem a table, a Parquet file or a replay may have: one example each, told before anything is paid."""

import json
from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from huibao.bulk import files, parquet, record, replay, schema
from huibao.bulk.cache import cache_folder
from huibao.bulk.kernel import BulkProgram, ready
from huibao.bulk.replay import plan_of, replay_parquet, replay_table
from huibao.bulk.tables import row_problems, settle_rows
from huibao.cli import replay as command
from huibao.cli.main import door
from huibao.kernel.problem import Problem, Refused
from tests.bulk.shipped import shipped, table_of

SCHEME, BENEFIT = "shandong/2020/demo-city", "one_stop"
BILL: dict[str, object] = {"bill_total": 10_000_00, "in_policy": 9_000_00, "reported_basic_medical": 5_000_00}


def bulk() -> BulkProgram:
    return ready(SCHEME, BENEFIT)


def bills(*changes: Mapping[str, object]) -> pa.Table:
    """One bill for each change, of person 1, 2, …"""
    rows = [{**BILL, "claim_id": at, "person_id": at, **change} for at, change in enumerate(changes, 1)]
    return table_of(bulk(), rows)


def refusal(table: pa.Table, opening: pa.Table | None = None) -> Problem:
    with pytest.raises(Refused) as refused:
        settle_rows(table, bulk(), opening=opening)
    return refused.value.problems[0]


def first(table: pa.Table, opening: pa.Table | None = None) -> Problem:
    """The first problem of a row; the other rows are settled all the same."""
    result = settle_rows(table, bulk(), opening=opening)
    return row_problems(table, result, bulk())[0]


def retyped(name: str, kind: pa.DataType, unit: str | None = None) -> pa.Table:
    table = bills({})
    at = table.column_names.index(name)
    field = pa.field(name, kind, metadata={"unit": unit} if unit else None)
    return table.set_column(at, field, table[name].cast(kind))


def test_a_missing_column_is_named() -> None:
    problem = refusal(bills({}).drop_columns(["in_policy"]))
    assert (problem.code, problem.field) == ("BULK-001", "in_policy")


@pytest.mark.parametrize("kind", [pa.float64(), pa.decimal128(30, 2), pa.string()])
def test_decimals_floats_and_texts_are_no_fen(kind: pa.DataType) -> None:
    assert refusal(retyped("bill_total", kind)).code == "BULK-002"


def test_yuan_where_fen_is_due_is_refused() -> None:
    problem = refusal(retyped("bill_total", pa.int64(), "yuan"))
    assert (problem.code, problem.field) == ("BULK-003", "bill_total")
    assert "100" in problem.do


def test_two_columns_of_one_name_are_refused() -> None:
    table = bills({})
    assert refusal(table.append_column("bill_total", table["bill_total"])).code == "BULK-004"


def test_an_empty_table_is_refused() -> None:
    assert refusal(bills({}).slice(0, 0)).code == "BULK-005"


def test_a_table_beyond_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "MAX_ROWS", 1)
    assert refusal(bills({}, {})).code == "BULK-006"


def test_an_empty_cell_stands_for_nothing() -> None:
    problem = first(bills({}, {"in_policy": None}))
    assert (problem.code, problem.row, problem.field) == ("BULK-010", 2, "in_policy")


def test_a_claim_of_nobody_or_of_no_day_is_refused() -> None:
    assert first(bills({"person_id": None})).code == "BULK-011"
    assert first(bills({"person_id": -4})).code == "BULK-011"
    assert first(bills({"settles_on": None})).code == "BULK-011"
    assert first(bills({"claim_id": None})).code == "BULK-011"


def test_the_second_claim_of_one_id_is_not_settled() -> None:
    table = bills({}, {"claim_id": 1}, {})
    problems = row_problems(table, settle_rows(table, bulk()), bulk())
    assert [(each.code, each.row) for each in problems] == [("BULK-012", 2)]


def test_a_word_that_is_no_choice_is_refused() -> None:
    program = next(each for each in shipped().values() if any(entry.values for entry in each.program.inputs))
    enums = [entry for entry in program.program.inputs if entry.values]
    table = table_of(program, [{}])
    at = table.column_names.index(enums[0].name)
    table = table.set_column(at, enums[0].name, pa.array(["elsewhere"]))
    problem = row_problems(table, settle_rows(table, program), program)[0]
    assert (problem.code, problem.field) == ("BULK-013", enums[0].name)


def opening_of(**changes: object) -> pa.Table:
    row: dict[str, Any] = {"person_id": 1, "policy_year_on": date(2020, 1, 1), "supplementary_paid": 100_00, **changes}
    return pa.Table.from_pylist([row])


def test_a_claim_before_the_last_settled_one_is_marked_and_settled_on_the_sums_as_they_stand() -> None:
    late = bills({"settles_on": date(2020, 3, 1)})
    problem = first(late, opening_of(settled_to=date(2020, 5, 1)))
    assert (problem.code, problem.row) == ("BULK-014", 1)
    assert settle_rows(late, bulk(), opening=opening_of())["problem"][0].as_py() is None


@pytest.mark.parametrize(
    "opening",
    [
        opening_of().drop_columns(["policy_year_on"]),
        opening_of(person_id=None),
        pa.concat_tables([opening_of(), opening_of()]),
        opening_of(supplementary_paid=1.5),
    ],
)
def test_opening_sums_that_do_not_fit_are_refused(opening: pa.Table) -> None:
    assert refusal(bills({}), opening).code == "BULK-015"


def test_a_cache_others_can_write_to_is_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUIBAO_CACHE", str(tmp_path))
    folder = tmp_path / "bulk"
    folder.mkdir()
    folder.chmod(0o777)
    with pytest.raises(Refused) as refused:
        cache_folder()
    assert refused.value.problems[0].code == "BULK-020"


def recorded(*changes: Mapping[str, object]) -> pa.Table:
    """Bills with what they came to."""
    return replay.record_table(bills(*changes), plan_of(SCHEME, BENEFIT))[0]


def run_over(tmp_path: Path, *tables: pa.Table, rows_a_part: int = 1_000) -> parquet.Run:
    for at, table in enumerate(tables):
        pq.write_table(table, tmp_path / f"{at}.parquet")
    return replay_parquet(
        sorted(tmp_path.glob("*.parquet")), tmp_path / "out", plan_of(SCHEME, BENEFIT), rows_a_part=rows_a_part
    )


def code_of(act: Callable[[], object]) -> str:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.problems[0].code


def test_a_truncated_file_is_no_parquet(tmp_path: Path) -> None:
    pq.write_table(recorded({}, {}), tmp_path / "whole.parquet")
    content = (tmp_path / "whole.parquet").read_bytes()
    (tmp_path / "cut.parquet").write_bytes(content[: len(content) // 2])
    (tmp_path / "foreign.parquet").write_bytes("身份证号,姓名\n".encode() * 20)
    (tmp_path / "empty.parquet").write_bytes(b"")
    for name in ("cut", "foreign", "empty"):
        assert (
            code_of(partial(replay_parquet, [tmp_path / f"{name}.parquet"], tmp_path / "o", plan_of(SCHEME, BENEFIT)))
            == "BULK-030"
        )


def test_a_damaged_page_is_told_too(tmp_path: Path) -> None:
    table = pa.concat_tables(
        [recorded(*({"claim_id": 9 * at + k, "person_id": at} for k in range(9))) for at in range(99)]
    )
    path = tmp_path / "damaged.parquet"
    pq.write_table(table, path, compression="zstd")
    content = bytearray(path.read_bytes())
    content[300:1200] = bytes(900)
    path.write_bytes(bytes(content))
    assert code_of(lambda: replay_parquet([path], tmp_path / "out", plan_of(SCHEME, BENEFIT))) == "BULK-030"


def test_a_folder_without_parquet_is_told(tmp_path: Path) -> None:
    assert code_of(lambda: replay_parquet([tmp_path], tmp_path / "out", plan_of(SCHEME, BENEFIT))) == "BULK-031"


def test_more_files_than_the_limit_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_FILES", 1)
    assert code_of(partial(run_over, tmp_path, recorded({}), recorded({"person_id": 2}))) == "BULK-036"


def test_one_person_in_two_files_is_found(tmp_path: Path) -> None:
    one, other = recorded({"person_id": 1}, {"person_id": 5}), recorded({"person_id": 3}, {"person_id": 5})
    assert code_of(lambda: run_over(tmp_path, one, other)) == "BULK-032"


def test_another_run_in_the_folder_is_not_mixed_with_this_one(tmp_path: Path) -> None:
    run_over(tmp_path, recorded({}, {}))
    plan = plan_of(SCHEME, BENEFIT, settings={"self_pay_floor": "200 yuan"})
    assert code_of(lambda: replay_parquet([tmp_path / "0.parquet"], tmp_path / "out", plan)) == "BULK-033"


def test_one_person_with_everybodys_claims_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "MAX_ROWS_A_PERSON", 4)
    table = recorded(*({"person_id": 1} for _ in range(9)))
    assert code_of(lambda: run_over(tmp_path, table, rows_a_part=2)) == "BULK-034"


def test_one_claim_of_two_people_in_two_files_is_told(tmp_path: Path) -> None:
    run = run_over(tmp_path, recorded({"person_id": 1}), recorded({"person_id": 2, "claim_id": 1}))
    assert [problem.code for problem in run.problems] == ["BULK-035"]


def test_a_year_without_results_cannot_be_compared() -> None:
    assert code_of(lambda: replay_table(bills({}), plan_of(SCHEME, BENEFIT))) == "BULK-040"


def test_results_on_record_are_whole_fen() -> None:
    table = recorded({})
    at = table.column_names.index("recorded.self_pay")
    table = table.set_column(at, "recorded.self_pay", table["recorded.self_pay"].cast(pa.float64()))
    assert code_of(lambda: replay_table(table, plan_of(SCHEME, BENEFIT))) == "BULK-041"


def test_results_on_record_in_yuan_are_not_compared_with_fen() -> None:
    table = recorded(*({} for _ in range(10)))
    at = table.column_names.index("recorded.self_pay")
    yuan = pa.array([fen // 100 for fen in table["recorded.self_pay"].to_pylist()])
    assert code_of(lambda: replay_table(table.set_column(at, "recorded.self_pay", yuan), plan_of(SCHEME, BENEFIT))) == (
        "BULK-045"
    )


def test_results_on_record_are_amounts_a_case_can_come_to() -> None:
    table = recorded({})
    at = table.column_names.index("recorded.self_pay")
    table = table.set_column(at, "recorded.self_pay", pa.array([-1]))
    assert code_of(lambda: replay_table(table, plan_of(SCHEME, BENEFIT))) == "BULK-046"


def test_a_scheme_that_is_no_longer_the_same_text_is_told() -> None:
    book = record.Book(SCHEME, BENEFIT, (), chained=True, hashes={"0" * 64})
    assert [problem.code for problem in record.changed_schemes((book,))] == ["BULK-042"]


@pytest.mark.django_db
def test_an_empty_database_has_nothing_to_replay() -> None:
    assert code_of(record.books) == "BULK-043"


def test_more_cases_than_the_limit_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    case = record.Case("1", 1, date(2020, 3, 1), date(2020, 1, 1), date(2020, 3, 1), {}, {}, {"self_pay": 1})
    book = record.Book(SCHEME, BENEFIT, (), chained=True)
    monkeypatch.setattr(record, "MAX_CASES", 1)
    assert code_of(lambda: record.collected([(book, "", case)] * 2, None)) == "BULK-044"


def test_without_the_extra_the_command_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "NEEDED", ("numpy", "no_such_module_of_ours"))
    answer = CliRunner().invoke(door, ["--json", "replay"])
    assert answer.exit_code == 3
    assert json.loads(answer.stdout)["refused"][0]["code"] == "BULK-050"


@pytest.mark.parametrize(
    "options", [["x.parquet"], ["--record"], ["x.parquet", "--scheme", SCHEME, "--benefit", BENEFIT, "--set", "a"]]
)
def test_options_that_do_not_go_together_are_told(options: list[str]) -> None:
    answer = CliRunner().invoke(door, ["--json", "replay", *options])
    assert answer.exit_code == 3
    assert json.loads(answer.stdout)["refused"][0]["code"] == "BULK-051"
