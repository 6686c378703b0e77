"""A text roster is read the same in one piece and in many, and what does not read is found where it stands."""

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huibao.app.workbook_text import Text, look_over
from huibao.kernel.problem import Problem, Refused

CELLS = st.text(st.sampled_from('王明🙂é430423X ="",;\n\r\t'), max_size=6)
ROWS = st.lists(st.lists(CELLS, min_size=1, max_size=4).map(",".join), max_size=8).map("\r\n".join)
CONTENT = st.one_of(
    st.builds(str.encode, ROWS, st.sampled_from(("utf-8", "utf-8-sig", "gb18030", "utf-16"))),
    st.builds(lambda text, junk: text.encode() + junk + text.encode(), ROWS, st.binary(max_size=3)),
    st.binary(max_size=40),
)


def looked(content: bytes, block: int) -> tuple[object, ...]:
    """What is told of a text that is read so many bytes at a time."""
    try:
        text = look_over("名册.csv", lambda: io.BytesIO(content), None, block)
    except Refused as refused:
        return refused.problems
    told = tuple(getattr(text, name) for name in Text.__slots__ if name != "opened")
    try:
        rows = [*text.rows(100)]
    except Refused as refused:
        return (*told, refused.problems)
    assert [*text.pick(range(1, len(rows) + 1, 2))] == rows[::2]
    assert [row for stretch in text.stretches(3, 100) for row in stretch] == rows
    return (*told, rows)


@given(CONTENT, st.integers(1, 7))
def test_read_in_pieces_of_any_size_a_text_is_the_same(content: bytes, block: int) -> None:
    assert looked(content, block) == looked(content, 1_000_000)


def test_the_byte_order_mark_does_not_shift_the_byte_that_is_told(tmp_path: Path) -> None:
    for mark in (b"", b"\xef\xbb\xbf"):
        content = mark + "姓名,身份证号\n王明,".encode() + b"\xff\xff"
        (problem,) = looked(content, 5)
        assert isinstance(problem, Problem)
        assert problem.code == "BOOK-005"
        assert f"第 2 行、全文第 {len(content) - 1} 个字节" in problem.says


@pytest.mark.parametrize(("text", "whole"), [("a,b\nc,d", True), ("a,b\nc", False), ('a,b\n"c,d\n', False)])
def test_a_last_row_that_was_cut_off_is_refused(text: str, whole: bool) -> None:
    found = look_over("名册.csv", lambda: io.BytesIO(text.encode()))
    if whole:
        assert len([*found.rows(9)]) == 2
        return
    with pytest.raises(Refused) as refused:
        list(found.rows(9))
    assert refused.value.problems[0].code == "BOOK-015"
