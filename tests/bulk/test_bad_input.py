"""Bad tables and files: each fault is told in Chinese and English, where it is and what to do; nothing else ever comes."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from huibao.bulk.kernel import ready
from huibao.bulk.replay import plan_of, record_table, replay_parquet, replay_table, settle_parquet
from huibao.bulk.tables import row_problems, settle_rows
from huibao.kernel.problem import Problem, Refused
from tests.bulk.shipped import shipped, table_of

SCHEME, BENEFIT = "shandong/2020/demo-city", "one_stop"
BULK, PLAN = ready(SCHEME, BENEFIT), plan_of(SCHEME, BENEFIT)


def bills(count: int = 3, **changes: object) -> pa.Table:
    """Bills of 1,000 yuan of persons 1, 2, 3 …, the second of them changed."""
    rows: list[dict[str, object]] = [
        {"claim_id": at, "person_id": at, "bill_total": 100_000, "in_policy": 90_000, "reported_basic_medical": 50_000}
        for at in range(1, count + 1)
    ]
    rows[1].update(changes)
    return table_of(BULK, rows)


def with_unit(name: str, unit: str) -> pa.Table:
    table = bills()
    at = table.column_names.index(name)
    return table.set_column(at, pa.field(name, table.schema.field(name).type, metadata={"unit": unit}), table[name])


def refused(act: Callable[[], object]) -> Problem:
    with pytest.raises(Refused) as refusal:
        act()
    return refusal.value.problems[0]


TABLES: dict[str, tuple[pa.Table, str, str]] = {
    "a column missing": (
        bills().drop_columns(["in_policy"]),
        "表缺少列 in_policy（政策范围内费用），应为 int64",
        "The table lacks the column in_policy",
    ),
    "yuan where fen is due": (
        with_unit("bill_total", "yuan"),
        "列 bill_total 声明的单位是 yuan，应为 fen",
        "Convert it (1 yuan = 100 fen)",
    ),
    "yuan written with decimals": (
        bills().set_column(3, "bill_total", pa.array([Decimal("1000.00")] * 3)),
        "列 bill_total 的类型为 decimal128(6, 2)，应为 int64",
        "whole fen, never as decimals or floats",
    ),
    "money as a float": (
        bills().set_column(3, "bill_total", pa.array([1000.0] * 3)),
        "列 bill_total 的类型为 double，应为 int64",
        "is of type double, it should be int64",
    ),
    "days where fen is due": (with_unit("in_policy", "days"), "声明的单位是 days，应为 fen", "says its unit is days"),
    "no row": (bills().slice(0, 0), "表中没有一行数据", "The table holds no row"),
    "a day as a moment": (
        bills().set_column(2, "settles_on", pa.array([datetime(2020, 5, 1)] * 3)),  # noqa: DTZ001 - a column without a zone
        "列 settles_on 的类型为 timestamp[us]，应为 date32[day]",
        "settles_on is of type timestamp[us]",
    ),
    "a flag as a word": (
        bills().set_column(bills().column_names.index("outpatient"), "outpatient", pa.array(["yes"] * 3)),
        "列 outpatient 的类型为 string，应为 bool",
        "outpatient is of type string",
    ),
    "an order of record as words": (
        bills().append_column("settled_no", pa.array(["a", "b", "c"])),
        "列 settled_no 的类型为 string，应为 int64",
        "settled_no is of type string",
    ),
    "a group as a word": (
        bills().append_column("in_poverty_relief", pa.array(["y", "n", "y"])),
        "列 in_poverty_relief 的类型为 string，应为 bool",
        "in_poverty_relief is of type string",
    ),
}


@pytest.mark.parametrize("what", TABLES)
def test_a_table_that_does_not_fit_is_refused_in_words(what: str) -> None:
    table, zh, en = TABLES[what]
    problem = refused(lambda: settle_rows(table, BULK))
    assert zh in problem.text("zh")
    assert en in problem.text("en")


ROWS: dict[str, tuple[pa.Table, str, str]] = {
    "an empty amount": (bills(in_policy=None), "in_policy 没有值", "in_policy has no value"),
    "a negative amount": (
        bills(reported_basic_medical=-1),
        "基本医保已付 为 -1，应在 0 到 10000000000 之间",
        "to take a settlement back, reverse it",
    ),
    "an amount beyond the declared most": (
        bills(bill_total=10_000_000_001),
        "医疗费总额 为 10000000001，应在 0 到 10000000000 之间",
        "is 10000000001, it should lie between 0 and 10000000000",
    ),
    "a claim id for the second time": (bills(claim_id=1), "案件号 1 已在前面出现", "Claim 1 stands in an earlier row"),
    "a claim of nobody": (bills(person_id=None), "person_id 缺失或为负数", "person_id is missing or negative"),
    "payers above the bill": (
        bills(reported_basic_medical=120_000),
        "各方支付合计 120000 分，超过医疗费总额 100000 分，多 20000 分",
        "20000 fen more than the bill of 100000 fen",
    ),
    "a day outside the scheme's period": (bills(settles_on=date(2019, 12, 31)), "2019-12-31", "2019-12-31"),
}


@pytest.mark.parametrize("what", ROWS)
def test_a_row_that_cannot_be_settled_says_why_and_the_others_are_settled(what: str) -> None:
    table, zh, en = ROWS[what]
    result = settle_rows(table, BULK)
    (problem,) = row_problems(table, result, BULK)
    assert problem.row == 2
    assert zh in problem.text("zh")
    assert en in problem.text("en")
    # 90 % of 900 yuan less the 500 yuan that basic insurance paid; the row at fault moves nothing.
    assert result["supplementary"].to_pylist() == [31_000, None, 31_000]


def write(folder: Path, **tables: pa.Table) -> list[Path]:
    for name, table in tables.items():
        pq.write_table(table, folder / f"{name}.parquet")
    return sorted(folder.glob("*.parquet"))


def test_every_file_is_looked_at_before_the_first_is_settled(tmp_path: Path) -> None:
    files = write(tmp_path, a=bills(), b=bills().drop_columns(["in_policy"]))
    problem = refused(lambda: settle_parquet(files, tmp_path / "out", PLAN))
    assert problem.where == "b.parquet"
    assert "表缺少列 in_policy" in problem.text("zh")
    assert not (tmp_path / "out").exists()


def test_a_parquet_without_rows_is_named(tmp_path: Path) -> None:
    files = write(tmp_path, a=bills(), b=bills().slice(0, 0))
    problem = refused(lambda: settle_parquet(files, tmp_path / "out", PLAN))
    assert (problem.code, problem.where) == ("BULK-005", "b.parquet")
    assert "表中没有一行数据" in problem.text("zh")


def test_a_file_cut_short_is_named(tmp_path: Path) -> None:
    (file,) = write(tmp_path, a=bills())
    file.write_bytes(file.read_bytes()[:-20])
    problem = refused(lambda: settle_parquet([file], tmp_path / "out", PLAN))
    assert "a.parquet 不是完整的 Parquet 文件" in problem.text("zh")
    assert "a.parquet is not a whole Parquet file" in problem.text("en")


def test_people_split_over_files_are_named_with_both_files(tmp_path: Path) -> None:
    files = write(tmp_path, a=bills(), b=bills(person_id=9, claim_id=9))
    problem = refused(lambda: settle_parquet(files, tmp_path / "out", PLAN))
    assert "人员 1 同时出现在 a.parquet 和 b.parquet（共 2 人如此）" in problem.text("zh")
    assert "Person 1 stands in both a.parquet and b.parquet (2 people do)" in problem.text("en")


def test_an_unsorted_file_comes_to_the_same_as_a_sorted_one(tmp_path: Path) -> None:
    table = bills(40)
    pq.write_table(table, tmp_path / "a.parquet")
    pq.write_table(table.take(pa.array(range(39, -1, -1))), tmp_path / "b.parquet", row_group_size=7)
    sums = [
        settle_parquet([tmp_path / f"{name}.parquet"], tmp_path / name, PLAN, rows_a_part=size).figures["sums"]
        for name, size in (("a", 1_000), ("b", 1_000))
    ] + [settle_parquet([tmp_path / "b.parquet"], tmp_path / "c", PLAN, rows_a_part=9).figures["sums"]]
    assert sums[0] == sums[1] == sums[2]


def test_results_on_record_in_yuan_are_found_by_what_comes_out() -> None:
    table = record_table(bills(12), PLAN)[0]
    at = table.column_names.index("recorded.self_pay")
    yuan = pa.array([fen // 100 for fen in table["recorded.self_pay"].to_pylist()])
    problem = refused(lambda: replay_table(table.set_column(at, "recorded.self_pay", yuan), PLAN))
    assert "列 recorded.self_pay 的 12 个金额都恰是重演结果的百分之一" in problem.text("zh")
    assert "they are in yuan" in problem.text("en")
    declared = table.set_column(at, pa.field("recorded.self_pay", pa.int64(), metadata={"unit": "yuan"}), yuan)
    assert refused(lambda: replay_table(declared, PLAN)).code == "BULK-003"


@pytest.mark.parametrize("fen", [-1, 2**63 - 1])
def test_amounts_on_record_beyond_all_sense_are_told(fen: int) -> None:
    table = record_table(bills(), PLAN)[0]
    at = table.column_names.index("recorded.self_pay")
    problem = refused(lambda: replay_table(table.set_column(at, "recorded.self_pay", pa.array([1, fen, 1])), PLAN))
    assert f"列 recorded.self_pay 中有 {fen} 分，应在 0 到 1000000000000 之间" in problem.text("zh")
    assert f"holds {fen} fen" in problem.text("en")


def hostile(count: int) -> Iterator[tuple[str, pa.Array | pa.ChunkedArray]]:
    """Columns of every kind that somebody could send in place of the one that is due."""
    yield "nothing", pa.nulls(count)
    yield "words", pa.array(["甲"] * count)
    yield "digits", pa.array(["1"] * count, pa.large_string())
    yield "views", pa.array(["x"] * count, pa.string_view())
    yield "bytes", pa.array([b"1"] * count)
    yield "not a number", pa.array([float("nan")] * count)
    yield "half floats", pa.array([1.0] * count).cast(pa.float16())
    yield "decimals", pa.array([Decimal("1.00")] * count)
    yield "unsigned", pa.array([2**64 - 1] * count, pa.uint64())
    yield "small unsigned", pa.array([7] * count, pa.uint8())
    yield "largest", pa.array([2**63 - 1] * count)
    yield "least", pa.array([-(2**63)] * count)
    yield "flags", pa.array([True] * count)
    yield "days of another width", pa.array([date(2020, 1, 1)] * count, pa.date64())
    yield "first day", pa.array([date(1, 1, 1)] * count)
    yield "last day", pa.array([date(9999, 12, 31)] * count)
    yield "lists", pa.array([[1]] * count)
    yield "records", pa.array([{"a": 1}] * count)
    yield "coded numbers", pa.array([1] * count).dictionary_encode()
    yield "coded words", pa.array(["x"] * count).dictionary_encode()
    yield "coded nothing", pa.array([None] * count, pa.string()).dictionary_encode()
    yield "empty numbers", pa.array([None] * count, pa.int32())
    yield "empty days", pa.array([None] * count, pa.date32())
    yield "two chunks", pa.chunked_array([pa.array([1]), pa.array([2] * (count - 1))])


def outcome(act: Callable[[], object]) -> str:
    """How an act ended: done, or refused in both languages; anything else is raised."""
    try:
        act()
    except Refused as refusal:
        return "refused" if all(problem.says and problem.says_en for problem in refusal.problems) else "silent"
    return "done"


def test_whatever_stands_in_a_column_the_table_is_settled_or_refused() -> None:
    bulk = shipped()["hunan/2025/demo-county critical_illness"]
    bill = {"bill_total": 100_000, "in_policy": 90_000}
    table = table_of(bulk, [{"claim_id": at, "person_id": at, **bill} for at in (1, 2, 3)])
    for beside, column in (
        ("area", pa.array(["370321", "370322", None])),
        ("settled_no", pa.array([1, 2, 3])),
        ("policy_year_on", pa.array([date(2025, 4, 9)] * 3)),
    ):
        table = table.append_column(beside, column)
    outcomes = set()
    for at, name in enumerate(table.column_names):
        for number, (_, column) in enumerate(hostile(3)):
            sent, order_by = table.set_column(at, name, column), "settled_no" if number % 2 else None
            outcomes.add(
                outcome(lambda: row_problems(sent, settle_rows(sent, bulk, order_by=order_by), bulk))  # noqa: B023 - called at once
            )
    assert outcomes == {"done", "refused"}


def test_whatever_stands_in_a_column_of_a_year_it_is_replayed_or_refused(tmp_path: Path) -> None:
    year = record_table(bills().append_column("area", pa.array(["370321", "370322", None])), PLAN)[0]
    year = year.append_column("settled_no", pa.array([1, 2, 3])).append_column(
        "in_poverty_relief", pa.array([True] * 3)
    )
    outcomes = set()
    for name in ("claim_id", "person_id", "settles_on", "area", "settled_no", "in_poverty_relief", "recorded.self_pay"):
        for number, (what, column) in enumerate(hostile(3)):
            sent = year.set_column(year.column_names.index(name), name, column)
            outcomes.add(outcome(lambda: replay_table(sent, PLAN)))  # noqa: B023 - called at once
            if what == "half floats":
                continue  # not every version of Parquet's writer has such a column
            pq.write_table(sent, tmp_path / "sent.parquet")
            target = tmp_path / f"{name}-{number}"
            outcomes.add(outcome(lambda: replay_parquet([tmp_path / "sent.parquet"], target, PLAN)))  # noqa: B023 - at once
    assert outcomes == {"done", "refused"}
