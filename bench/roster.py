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
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Final

import polars as pl
import xlsxwriter

from bench.page import Goal, measure, peak_megabytes, table, write
from huibao.app.roster import check_file
from huibao.bulk.roster import check_roster, open_pages
from huibao.bulk.synthetic import Province, write_roster
from huibao.domain.roster.source import SourceId
from huibao.kernel.certificate import CATEGORY_ZH
from huibao.kernel.identity import CHECK_DIGITS, WEIGHTS

ROWS, QUICK_ROWS = 2_000_000, 10_000
BOOK_ROWS, QUICK_BOOK_ROWS = 140_000, 2_000
SAMPLE, QUICK_SAMPLE = 50_000, 2_000
GOAL_S, GOAL_MB, BOOK_GOAL_S = 60.0, 4_096, 15.0

AREA: Final = "430000"
PEOPLE: Final = 70_000_000
"""Of the made-up province: so many that it lists as many certificate holders as are asked for."""
YEAR: Final = 2020
DAY: Final = date(YEAR, 6, 30)
SOURCE: Final = SourceId.DISABILITY_CERTIFICATE
HEAD_LINES: Final = 4
"""Lines above the first row: the mark, the title, a header of two lines."""


def write_files(scratch: Path, rows: int, sample: int, book_rows: int) -> dict[str, Path]:
    """One made-up roster as a province, a sample of it, a bare text for polars, and a city's workbook."""
    ways = {"columns": "province.csv", "polars": "bare.csv", "rows": "part.csv", "book": "city.xlsx"}
    files = {what: scratch / name for what, name in ways.items()}
    write_roster(files["columns"], Province(PEOPLE, 1, AREA), SOURCE.value, DAY, rows=rows)
    with (
        files["columns"].open(encoding="gb18030", newline="") as whole,
        files["polars"].open("w", encoding="utf-8", newline="") as bare,
        files["rows"].open("w", encoding="gb18030", newline="") as part,
    ):
        for number, line in enumerate(whole):
            if number >= HEAD_LINES:
                bare.write(line)
            if number < HEAD_LINES + sample:
                part.write(line)
    with (
        files["columns"].open(encoding="gb18030", newline="") as whole,
        xlsxwriter.Workbook(str(files["book"]), {"constant_memory": True}) as book,
    ):
        sheet = book.add_worksheet("名册")
        for at, cells in enumerate(islice(csv.reader(whole), HEAD_LINES + book_rows)):
            for column, text in enumerate(cells):
                sheet.write_string(at, column, text)
    return files


def nine_rules(path: Path) -> int:
    """Nine bare rules as polars expressions: no messages, no damage told apart, no rows compared but by number."""
    frame = pl.read_csv(path, has_header=False, infer_schema=False)
    name, number, certificate, category, grade, place = (pl.col(frame.columns[at]) for at in (1, 4, 5, 6, 7, 8))
    digits = [number.str.slice(at, 1).str.to_integer(strict=False) for at in range(17)]
    weighted = pl.sum_horizontal([digit * weight for digit, weight in zip(digits, WEIGHTS, strict=True)]) % 11
    of_check = weighted.replace_strict(list(range(11)), list(CHECK_DIGITS), default=None, return_dtype=pl.String)
    words, grades = [f"{word}残疾" for word in CATEGORY_ZH.values()], ["一级", "二级", "三级", "四级"]
    faults = (
        name.str.len_chars() < LEAST_NAME,
        ~number.str.contains(r"^\d{17}[\dX]$"),
        of_check != number.str.slice(17, 1),
        number.str.slice(6, 8).str.to_date("%Y%m%d", strict=False).is_null(),
        certificate.str.head(18) != number,
        category.replace_strict(words, list("1234567"), default=None) != certificate.str.slice(18, 1),
        grade.replace_strict(grades, list("1234"), default=None) != certificate.str.slice(19, 1),
        number.is_duplicated(),
        ~place.str.starts_with(AREA[:2]),
    )
    return int(frame.select(pl.any_horizontal(*faults).sum()).item())


LEAST_NAME: Final = 2


def one(what: str, path: Path) -> dict[str, float]:
    """One thing measured in this process; `rows` are those in which something was found."""
    found = 0

    def act() -> None:
        nonlocal found
        if what == "polars":
            found = nine_rules(path)
        elif what == "columns":
            with tempfile.TemporaryDirectory(dir=path.parent) as out:
                done = check_roster(open_pages(path), SOURCE, taken_on=DAY, folder=Path(out), area=AREA)
                found = done.counts.rows_in - done.counts.ready
        else:
            counts = check_file(path, SOURCE, taken_on=DAY, area=AREA).counts
            found = counts.rows_in - counts.ready

    measured = measure(act, 1)
    return {"wall_s": measured.seconds, "cpu_s": measured.cpu_seconds, "peak_mb": peak_megabytes(), "rows": found}


def in_a_process(what: str, path: Path) -> dict[str, float]:
    """The same in a process of its own."""
    command = [sys.executable, "-m", "bench.roster", "--one", what, str(path)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603 - our own module
    answer: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return answer


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
        files = write_files(Path(scratch), *sizes)
        got = {what: in_a_process(what, path) for what, path in files.items()}
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
        (f"workbook of {book_rows:,} rows × 21 columns previewed", book, book_rows),
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
        (
            f"- The row path would take {by_rows:.0f} s for {rows:,} rows, all of them in memory: {faster:.1f} times as long, "
            "with the same findings and nothing written."
        ),
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
            f"workbook of {book_rows:,} rows × 21 columns previewed",
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
