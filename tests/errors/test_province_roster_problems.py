"""One example for everything a province's roster may be refused for: told with its place, before or without harm."""

import errno
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from huibao.bulk.roster import check_roster, open_pages, together
from huibao.cli import replay as command
from huibao.cli.main import door
from huibao.domain.roster.source import SourceId
from huibao.kernel.problem import Problem, Refused
from tests.domain.roster.made_up import HOLDERS, holder, identity

DAY = date(2025, 6, 30)
ROWS = [",".join(map(str, holder(f"王{chr(0x4E00 + at)}", identity(order=at)))) for at in range(1, 400)]
TEXT = "\r\n".join([",".join(HOLDERS), *ROWS, ""])


def written(tmp_path: Path, content: bytes, name: str = "名册.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(content)
    return path


def refused(path: Path, sheet: str | None = None) -> Problem:
    """Why the roster is refused; nothing may be left behind."""
    out = path.parent / "out"
    with pytest.raises(Refused) as caught:
        check_roster(open_pages(path, sheet), SourceId.DISABILITY_CERTIFICATE, taken_on=DAY, folder=out)
    (problem,) = caught.value.problems
    assert problem.do
    assert problem.do_en
    assert not out.exists(), "nothing is begun"
    return problem


def test_an_empty_file(tmp_path: Path) -> None:
    assert refused(written(tmp_path, b"")).code == "BOOK-006"
    assert refused(written(tmp_path, b"\r\n\r\n,,\r\n")).code == "BOOK-006"


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert refused(tmp_path / "没有.csv").code == "BOOK-012"


def test_a_header_nobody_knows(tmp_path: Path) -> None:
    assert refused(written(tmp_path, "甲,乙,丙\r\n1,2,3\r\n".encode())).code == "BOOK-007"


def test_a_column_that_is_missing_is_named(tmp_path: Path) -> None:
    problem = refused(written(tmp_path, "姓名,联系电话\r\n王明,13800000000\r\n".encode()))
    assert problem.code == "ROSTER-001"
    assert "身份证号" in problem.says


def test_a_workbook_that_was_cut_off(tmp_path: Path) -> None:
    assert refused(written(tmp_path, b"PK\x03\x04" + bytes(1000), "名册.xlsx")).code == "BOOK-002"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_text_cut_within_a_row(tmp_path: Path, encoding: str) -> None:
    cut = TEXT[: TEXT.rindex(",physical" if ",physical" in TEXT else ",肢体")]
    problem = refused(written(tmp_path, cut.encode(encoding)))
    assert (problem.code, problem.row) == ("BOOK-015", 400)
    assert "3 列" in problem.says, "so many columns were left of six"


def test_a_text_cut_within_a_quotation(tmp_path: Path) -> None:
    problem = refused(written(tmp_path, (TEXT + '"王明').encode()))
    assert (problem.code, problem.row) == ("BOOK-015", 401)
    problem = refused(written(tmp_path, (TEXT + '"王明\r\n' + TEXT).encode()))
    assert problem.code == "BOOK-015", "a quotation that opens in the middle swallows the rest"


def test_a_text_without_a_last_line_end_is_whole_when_its_last_row_is(tmp_path: Path) -> None:
    opened = open_pages(written(tmp_path, TEXT.rstrip().encode()))
    assert check_roster(opened, None, taken_on=DAY, folder=tmp_path / "out").counts.rows_in == len(ROWS)


def test_an_encoding_broken_in_the_middle_is_told_with_line_and_byte(tmp_path: Path) -> None:
    content = TEXT.encode()
    at = content.index("王".encode(), len(content) // 2)  # a name's first byte
    line = content[:at].count(b"\n") + 1
    problem = refused(written(tmp_path, content[:at] + b"\xff" + content[at:]))
    assert problem.code == "BOOK-005"
    assert f"第 {line} 行" in problem.says
    assert f"第 {at + 1} 个字节" in problem.says


def test_a_sheet_that_is_not_there(tmp_path: Path) -> None:
    assert refused(written(tmp_path, TEXT.encode()), "第二页").code == "BOOK-009"


def test_a_row_of_too_many_columns_is_named(tmp_path: Path) -> None:
    with pytest.raises(Refused) as caught:
        check_roster(
            open_pages(written(tmp_path, (TEXT + "," * 400 + "\r\n").encode())),
            None,
            taken_on=DAY,
            folder=tmp_path / "out",
        )
    (problem,) = caught.value.problems
    assert (problem.code, problem.row) == ("BOOK-011", 401)


def test_a_text_of_too_many_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huibao.bulk.roster.pages.MAX_TEXT_ROWS", 100)
    assert refused(written(tmp_path, TEXT.encode())).code == "BOOK-008"


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "重要.txt").write_text("不要动", encoding="utf-8")
    with pytest.raises(Refused) as caught:
        check_roster(open_pages(written(tmp_path, TEXT.encode())), None, taken_on=DAY, folder=out)
    assert caught.value.problems[0].code == "BULKROSTER-001"
    assert [path.name for path in out.iterdir()] == ["重要.txt"]


def test_more_rows_to_compare_than_memory_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(together, "MOST_RELATED", 100)
    twice = TEXT + TEXT.split("\r\n", 1)[1]
    with pytest.raises(Refused) as caught:
        check_roster(
            open_pages(written(tmp_path, twice.encode())), None, taken_on=DAY, folder=tmp_path / "out", stretch=50
        )
    (problem,) = caught.value.problems
    assert problem.code == "BULKROSTER-002"
    assert f"{2 * len(ROWS)} 行" in problem.says


def test_a_file_changed_while_it_is_checked(tmp_path: Path) -> None:
    path = written(tmp_path, TEXT.encode())

    def change(_lines: int) -> None:
        path.write_bytes((TEXT + TEXT).encode())

    with pytest.raises(Refused) as caught:
        check_roster(open_pages(path), None, taken_on=DAY, folder=tmp_path / "out", advance=change)
    assert caught.value.problems[0].code == "BULKROSTER-003"
    assert not (tmp_path / "out" / "summary.json").exists()


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    path = written(tmp_path, TEXT.encode())
    with pytest.raises(Refused) as caught:
        check_roster(open_pages(path), None, taken_on=DAY, folder=path / "out")
    assert caught.value.problems[0].code == "BOOK-014"


def test_a_disk_that_is_full_while_the_reply_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, out = written(tmp_path, (TEXT + TEXT.split("\r\n", 1)[1]).encode()), tmp_path / "out"

    def full(*_words: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("huibao.bulk.roster.reply.give_name", full)
        with pytest.raises(Refused) as caught:
            check_roster(open_pages(path), None, taken_on=DAY, folder=out)
    assert caught.value.problems[0].code == "BOOK-014"
    assert "No space left" in caught.value.problems[0].says
    found = check_roster(open_pages(path), None, taken_on=DAY, folder=out)
    assert (found.resumed, found.counts.duplicate) == (1, len(ROWS)), "with room again it goes on"


def test_the_command_says_what_is_missing_on_the_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "NEEDED", ("no_such_module_of_ours",))
    words = ["roster", "check", str(written(tmp_path, TEXT.encode())), "--out", str(tmp_path / "out")]
    done = CliRunner().invoke(door, words)
    assert done.exit_code == 3
    assert "BULK-050" in done.output
