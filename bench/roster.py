"""F6: a province's roster of two million rows checked, and a city's workbook of 140,000 rows previewed.

Beside the row path on a sample of the same file and nine bare rules in polars, in the same run; each in a process of its
own, so that its memory is its own. The people are made up. `python -m bench.roster --quick` for a look.
"""

import argparse
import csv
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
import xlsxwriter

from bench.page import Goal, measure, peak_megabytes, table, write
from huibao.app.roster import check_file
from huibao.bulk.roster import check_roster, open_pages
from huibao.domain.roster.source import SourceId
from huibao.kernel.certificate import CATEGORY_ZH
from huibao.kernel.identity import CHECK_DIGITS, WEIGHTS
from huibao.rules.reference import division_table

ROWS, QUICK_ROWS = 2_000_000, 10_000
BOOK_ROWS, QUICK_BOOK_ROWS = 140_000, 2_000
SAMPLE, QUICK_SAMPLE = 50_000, 2_000
GOAL_S, GOAL_MB, BOOK_GOAL_S = 60.0, 4_096, 15.0

DAY: Final = date(2025, 6, 30)
AREA: Final = "430000"
SURNAMES: Final = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖"
GIVEN: Final = (
    "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂云建国华文辉玲红春梅玉珍凤金龙海燕志新宇鹏飞雪晨佳欣怡然博浩"
)
DAMAGED_PER_MILLE: Final = 5
"""Rows of a thousand that each kind of damage spoils; about one row in twenty in all."""
WIDE: Final = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
DAMAGES: Final[tuple[tuple[str, Callable[[str], str]], ...]] = (
    ("身份证号", lambda number: number.translate(WIDE)),
    ("身份证号", lambda number: f"'{number}"),
    ("身份证号", lambda number: f"{number[0]}.{number[1:3]}E+17"),
    ("身份证号", lambda number: number[:15] + "000"),
    ("身份证号", lambda number: number[:17] + ("1" if number[17] != "1" else "2")),
    ("身份证号", lambda number: number[:6] + number[8:17]),
    ("残疾证号", lambda number: number[:18]),
    ("残疾等级", lambda _grade: "一级"),
    ("出生日期", lambda day: f"{day}日"),
    ("证件状态", lambda _state: "冻结"),
    ("姓名", lambda name: f"{name}?"),
)
TWICE_PER_MILLE: Final = 5


def made_up(rows: int, seed: int) -> pl.DataFrame:
    """Rows of twenty columns as the federation exports them, some of them damaged, some of them twice.

    Some 29,000 villages, as a province of this size has.
    """
    random = np.random.default_rng(seed)
    codes = [
        (code, names[-1].name)
        for code, names in division_table().divisions.items()
        if code.startswith(AREA[:2]) and len(code) == len(AREA) and not code.endswith("00") and names[-1].holds(DAY)
    ]
    county = random.integers(0, len(codes), rows)
    prefix = np.array([int(code) for code, _ in codes])[county]
    birth = random.integers(-12_000, 18_000, rows).astype("datetime64[D]")
    year = birth.astype("datetime64[Y]").astype(int) + 1970
    month = birth.astype("datetime64[M]").astype(int) % 12 + 1
    day = (birth - birth.astype("datetime64[M]")).astype(int) + 1
    body = (prefix * 10**8 + year * 10_000 + month * 100 + day) * 1_000 + random.integers(1, 1_000, rows)
    digits = body[:, None] // 10 ** np.arange(16, -1, -1) % 10
    check = np.array(list(CHECK_DIGITS))[digits @ np.array(WEIGHTS) % 11]
    category, grade = random.integers(1, 8, rows), random.integers(1, 5, rows)
    village = random.integers(1, 13, rows)
    frame = pl.DataFrame(
        {
            "序号": np.arange(1, rows + 1).astype(str),
            "姓名": _names(random, rows),
            "性别": np.array(["女", "男"])[body % 2],
            "出生日期": birth.astype(str),
            "身份证号": pl.Series(body.astype(str)) + pl.Series(check),
            "残疾类别": np.array(list(CATEGORY_ZH.values()))[category - 1],
            "残疾等级": np.array(["一级", "二级", "三级", "四级"])[grade - 1],
            "区划代码": pl.Series((prefix * 10**6 + random.integers(1, 21, rows) * 1_000 + village + 200).astype(str)),
            "户籍县区": np.array([name for _, name in codes])[county],
            "户籍乡镇": np.array(["城关镇", "大桥镇", "新店乡", "石门乡"])[village % 4],
            "村": pl.Series("第" + village.astype(str).astype(object) + "村", dtype=pl.String),
            "现住乡镇": np.array(["城关镇", "大桥镇", "新店乡", "石门乡"])[village % 4],
            "现住村": pl.Series("第" + village.astype(str).astype(object) + "村", dtype=pl.String),
            "手机": (13_000_000_000 + random.integers(0, 10**9, rows)).astype(str),
            "监护人姓名": _names(random, rows),
            "监护人电话": (13_000_000_000 + random.integers(0, 10**9, rows)).astype(str),
            "发证日期": (np.datetime64("2016-01-01") + random.integers(0, 3_000, rows)).astype(str),
            "有效期至": (np.datetime64("2026-01-01") + random.integers(0, 3_000, rows)).astype(str),
            "证件状态": ["正常"] * rows,
        }
    )
    frame = frame.insert_column(
        5, (frame["身份证号"] + pl.Series((category * 10 + grade).astype(str))).alias("残疾证号")
    )
    return _damaged(random, frame)


def _names(random: np.random.Generator, rows: int) -> pl.Series:
    parts = [
        pl.Series(np.array(list(chars))[random.integers(0, len(chars), rows)]) for chars in (SURNAMES, GIVEN, GIVEN)
    ]
    return parts[0] + parts[1] + parts[2]


def _damaged(random: np.random.Generator, frame: pl.DataFrame) -> pl.DataFrame:
    rows = len(frame)
    order, count = random.permutation(rows), max(rows * DAMAGED_PER_MILLE // 1_000, 1)
    for kind, (column, spoil) in enumerate(DAMAGES):
        at = np.sort(order[kind * count : (kind + 1) * count])
        spoilt = [spoil(text) for text in frame[column].gather(at).to_list()]
        frame = frame.with_columns(frame[column].scatter(at, spoilt))
    again = random.choice(rows, max(rows * TWICE_PER_MILLE // 1_000, 1), replace=False)
    return pl.concat([frame[: rows - len(again)], frame[again]])


def write_book(path: Path, frame: pl.DataFrame) -> None:
    """The rows as a workbook under a title."""
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        sheet = book.add_worksheet("名册")
        sheet.write_string(0, 0, "持证残疾人名册（虚构）")
        for at, line in enumerate((frame.columns, *frame.iter_rows()), 1):
            for column, text in enumerate(line):
                sheet.write_string(at, column, text)


def nine_rules(path: Path) -> int:
    """Nine bare rules as polars expressions: no messages, no damage told apart, no rows compared but by number."""
    frame = pl.read_csv(path, infer_schema=False)
    number, certificate = pl.col("身份证号"), pl.col("残疾证号")
    digits = [number.str.slice(at, 1).str.to_integer(strict=False) for at in range(17)]
    weighted = pl.sum_horizontal([digit * weight for digit, weight in zip(digits, WEIGHTS, strict=True)]) % 11
    of_check = weighted.replace_strict(list(range(11)), list(CHECK_DIGITS), default=None, return_dtype=pl.String)
    words, grades = list(CATEGORY_ZH.values()), ["一级", "二级", "三级", "四级"]
    faults = (
        pl.col("姓名").str.len_chars() < 2,
        ~number.str.contains(r"^\d{17}[\dX]$"),
        of_check != number.str.slice(17, 1),
        number.str.slice(6, 8).str.to_date("%Y%m%d", strict=False).is_null(),
        certificate.str.head(18) != number,
        pl.col("残疾类别").replace_strict(words, list("1234567"), default=None) != certificate.str.slice(18, 1),
        pl.col("残疾等级").replace_strict(grades, list("1234"), default=None) != certificate.str.slice(19, 1),
        number.is_duplicated(),
        ~pl.col("区划代码").str.starts_with(AREA[:2]),
    )
    return int(frame.select(pl.any_horizontal(*faults).sum()).item())


def one(what: str, path: Path) -> dict[str, float]:
    """One thing measured in this process; `rows` are those in which something was found."""
    found = 0

    def act() -> None:
        nonlocal found
        if what == "polars":
            found = nine_rules(path)
        elif what == "columns":
            with tempfile.TemporaryDirectory(dir=path.parent) as out:
                done = check_roster(
                    open_pages(path), SourceId.DISABILITY_CERTIFICATE, taken_on=DAY, folder=Path(out), area=AREA
                )
                found = done.counts.rows_in - done.counts.ready
        else:
            counts = check_file(path, SourceId.DISABILITY_CERTIFICATE, taken_on=DAY, area=AREA).counts
            found = counts.rows_in - counts.ready

    measured = measure(act, 1)
    return {"wall_s": measured.seconds, "cpu_s": measured.cpu_seconds, "peak_mb": peak_megabytes(), "rows": found}


def in_a_process(what: str, path: Path) -> dict[str, float]:
    """The same in a process of its own."""
    command = [sys.executable, "-m", "bench.roster", "--one", what, str(path)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603 - our own module
    answer: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return answer


def measure_all(scratch: Path, rows: int, sample: int, book_rows: int) -> dict[str, dict[str, float]]:
    """Write the files and measure every way."""
    province, part, book = scratch / "province.csv", scratch / "part.csv", scratch / "city.xlsx"
    frame = made_up(rows, 6)
    frame.write_csv(province)
    write_book(book, frame[:book_rows])
    del frame
    with province.open(encoding="utf-8", newline="") as whole, part.open("w", encoding="utf-8", newline="") as some:
        csv.writer(some).writerows(islice(csv.reader(whole), sample + 1))
    files = {"columns": province, "polars": province, "rows": part, "book": book}
    return {what: in_a_process(what, path) for what, path in files.items()}


def main() -> None:
    """Print F6 and keep it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="tiny size; writes nothing")
    parser.add_argument("--one", nargs=2)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(one(given.one[0], Path(given.one[1]))))
        return
    sizes = (QUICK_ROWS, QUICK_SAMPLE, QUICK_BOOK_ROWS) if given.quick else (ROWS, SAMPLE, BOOK_ROWS)
    with tempfile.TemporaryDirectory(prefix="huibao-bench-") as scratch:
        got = measure_all(Path(scratch), *sizes)
    lines, goals = told(got, *sizes)
    write("F6", "a province's roster checked", lines, goals, keep=not given.quick)


def told(got: dict[str, dict[str, float]], rows: int, sample: int, book_rows: int) -> tuple[list[str], list[Goal]]:
    """The section's lines and goals."""
    columns, bare, book = got["columns"], got["polars"], got["book"]
    by_rows = got["rows"]["wall_s"] * rows / sample
    faster = by_rows / columns["wall_s"]
    listed = [
        (f"`roster check --out`: {rows:,} rows, csv, findings and reply written", columns, rows),
        (f"row path, on {sample:,} rows of it", got["rows"], sample),
        (f"polars: nine bare rules, {rows:,} rows", bare, rows),
        (f"workbook of {book_rows:,} rows × 20 columns previewed", book, book_rows),
    ]
    heads = ("what", "wall s", "cpu-s", "µs a row", "peak MB", "rows not ready")
    shown = [
        (
            what,
            f"{run['wall_s']:.1f}",
            f"{run['cpu_s']:.1f}",
            f"{run['wall_s'] / count * 1e6:.1f}",
            f"{run['peak_mb']:,.0f}",
            f"{run['rows']:,.0f}",
        )
        for what, run, count in listed
    ]
    lines = [
        *table(heads, shown),
        "",
        (f"- The row path would take {by_rows:.0f} s for {rows:,} rows, all of them in memory: {faster:.1f} times as long, "
        "with the same findings and nothing written."),
        "- The nine rules give one flag a row: no message, no damage told apart, no names or places, nothing written.",
    ]
    goals = [
        Goal(
            f"roster of {rows:,} rows checked",
            f"≤ {GOAL_S:.0f} s, ≤ {GOAL_MB:,} MB",
            f"row path {by_rows:.0f} s; polars, nine bare rules {bare['wall_s']:.1f} s",
            f"{columns['wall_s']:.1f} s, {columns['peak_mb']:,.0f} MB",
            f"{faster:.1f} × faster than rows; {columns['wall_s'] / bare['wall_s']:.0f} × nine rules",
            columns["wall_s"] <= GOAL_S and columns["peak_mb"] <= GOAL_MB,
        ),
        Goal(
            f"workbook of {book_rows:,} rows × 20 columns previewed",
            f"≤ {BOOK_GOAL_S:.0f} s",
            "—",
            f"{book['wall_s']:.1f} s, {book['peak_mb']:,.0f} MB",
            "—",
            book["wall_s"] <= BOOK_GOAL_S,
        ),
    ]
    return lines, goals


if __name__ == "__main__":
    main()
