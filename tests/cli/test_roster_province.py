"""`huibao roster check --out`: a province's roster as it is typed, what it prints, what it leaves behind."""

import json
import os
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from huibao.bulk.roster import chunk, read_findings
from huibao.cli.main import door
from huibao.domain.roster.verdict import Verdict
from tests.bulk.test_parquet_replay import digests
from tests.domain.roster.made_up import COUNTY, HOLDERS, holder, identity

DAY = ("--taken-on", "2025-06-30")


def roster(path: Path) -> Path:
    """Three people: one ready, one whose grade is doubtful, the first once more."""
    bad = holder("赵敏", identity("19900101", 4))
    bad[4] = "一级"
    lines = [HOLDERS, holder(), bad, holder()]
    path.write_text("".join(",".join(map(str, line)) + "\n" for line in lines), encoding="gb18030")
    return path


def check(path: Path, *words: object, code: int = 1) -> str:
    done = CliRunner().invoke(door, ["roster", "check", str(path), *DAY, *map(str, words)])
    assert done.exit_code == code, done.output
    return done.stdout if "--json" in words else done.output


def test_it_counts_tells_the_commonest_faults_and_what_to_do_next(tmp_path: Path) -> None:
    out = tmp_path / "核对"
    shown = check(roster(tmp_path / "名册.csv"), "--out", out)
    for text in ("衡山县", "ROSTER-042", "ROSTER-060", "退回-01.xlsx", "findings.parquet", "roster import"):
        assert text in shown
    assert sorted(path.name for path in out.iterdir()) == [
        "findings.parquet",
        "run.json",
        "summary.json",
        "退回-01.xlsx",
    ]
    assert out.stat().st_mode & 0o077 == 0, "people's data are for whoever ran it"
    ended = [(row.row_no, row.verdict) for row in read_findings(out)]
    assert ended == [(3, Verdict.DOUBTFUL), (4, Verdict.DUPLICATE)]


def test_programs_get_the_counts_which_add_up(tmp_path: Path) -> None:
    told = json.loads(check(roster(tmp_path / "名册.csv"), "--out", tmp_path / "out", "--json"))
    assert told["area"] == COUNTY
    assert told["rows_in"] == told["ready"] + told["doubtful"] + told["refused"] + told["duplicate"] == 3
    assert told["replies"] == ["退回-01.xlsx"]


def test_what_goes_back_holds_the_rows_to_look_at_and_can_be_sent_in_again(tmp_path: Path) -> None:
    check(roster(tmp_path / "名册.csv"), "--out", tmp_path / "out")
    reply = tmp_path / "out" / "退回-01.xlsx"
    page = openpyxl.load_workbook(reply).active
    assert page is not None
    head, *rows = page.iter_rows(values_only=True)
    assert head == (*HOLDERS, "工作表", "原行号", "核对结论", "原因", "处理办法")
    assert [(row[1], row[7], row[8]) for row in rows] == [
        (identity("19900101", 4), "3", "待核"),
        (identity(), "4", "重复"),
    ]
    assert "ROSTER-042" in str(rows[0][9])
    again = json.loads(check(reply, "--json"))
    assert (again["rows_in"], again["ready"], again["doubtful"]) == (2, 1, 1), "as a roster of its own"


def test_a_faultless_roster_leaves_nothing_to_send_back(tmp_path: Path) -> None:
    path = tmp_path / "名册.csv"
    path.write_text(f"{','.join(HOLDERS)}\n{','.join(map(str, holder()))}\n", encoding="utf-8")
    told = json.loads(check(path, "--out", tmp_path / "out", "--json", code=0))
    assert (told["ready"], told["replies"], told["findings"]) == (1, [], {})


def test_a_roster_of_a_whole_province_taken_for_a_countys_is_noticed(tmp_path: Path) -> None:
    others = [holder("李四", identity("19900101", at)) for at in range(1, 9)]
    for row in others[1:]:
        row[5] = "430102"
    path = tmp_path / "名册.csv"
    path.write_text("".join(",".join(map(str, line)) + "\n" for line in (HOLDERS, *others)), encoding="utf-8")
    assert "--area" in check(path, "--area", COUNTY, "--out", tmp_path / "county")
    assert "--area" not in check(path, "--area", "430000", "--out", tmp_path / "province", code=0)


def test_without_polars_the_rows_are_read_one_by_one_to_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = roster(tmp_path / "名册.csv")
    assert "未安装 polars" not in check(path, "--out", tmp_path / "columns")
    monkeypatch.setattr(chunk, "has_polars", lambda: False)
    assert "未安装 polars" in check(path, "--out", tmp_path / "rows")
    assert digests(tmp_path / "rows") == digests(tmp_path / "columns")


def test_it_needs_no_database_and_is_not_loaded_before_it_is_asked_for(tmp_path: Path) -> None:
    path = roster(tmp_path / "名册.csv")
    program = (
        "import sys; from huibao.cli.main import door; heavy = {'polars', 'numpy', 'pyarrow', 'django'};"
        "assert not heavy & sys.modules.keys(), heavy & sys.modules.keys();"
        f"sys.argv = ['huibao', '--json', 'roster', 'check', {str(path)!r}, '--out', 'out']; door()"
    )
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO", "HUIBAO"))}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=bare, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, done.stderr
    assert json.loads(done.stdout)["rows_in"] == 3


def test_the_two_ways_of_handing_back_are_not_mixed(tmp_path: Path) -> None:
    path = roster(tmp_path / "名册.csv")
    assert "--hand-back" in check(path, "--out", tmp_path / "out", "--hand-back", tmp_path / "a.xlsx", code=2)
    assert not (tmp_path / "out").exists()
