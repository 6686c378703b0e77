"""R1, the order of rows, and the difference between two rosters."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huibao.domain.roster.batch import count
from huibao.domain.roster.difference import Change, RosterLine, compare
from huibao.domain.roster.header import Cell
from huibao.domain.roster.source import SOURCES, SourceId
from huibao.domain.roster.verdict import RowResult, Standing, Verdict
from huibao.kernel.invariant import Broken
from tests.domain.roster.made_up import COUNTY, DISABILITY, HOLDERS, certificate, codes, holder, identity, judged

ANY_CELL = st.one_of(
    st.none(),
    st.text(max_size=24),
    st.integers(-(10**18), 10**18),
    st.booleans(),
    st.dates(),
    st.sampled_from(
        [
            "4.30E+17",
            "'" + identity(),
            identity().lower(),
            "死亡",
            "冻结",
            "一级",
            "视力",
            COUNTY,
            "是",
            certificate(identity()),
        ]
    ),
)
ANY_ROW = st.lists(ANY_CELL, min_size=9, max_size=9)
WIDE = (*HOLDERS, "人员状态", "发证日期", "联系电话")
GOOD_ROW = st.builds(
    lambda order, grade: [*holder(number=identity(order=order), grade=grade), "正常", "2020.1.1", ""],
    st.integers(1, 6),
    st.integers(1, 4),
)


@pytest.mark.invariant("R1")
@given(st.lists(st.one_of(GOOD_ROW, ANY_ROW), max_size=12), st.sampled_from(list(SOURCES)))
def test_rows_in_are_ready_doubtful_refused_and_duplicate_whatever_they_hold(
    rows: list[list[Cell]], source: SourceId
) -> None:
    full = [row for row in rows if any(cell not in {None, ""} for cell in row)]
    marked = [[*row, f"第{at}"] for at, row in enumerate(full)]
    results = judged(source, (*WIDE, "备注"), *marked)
    counts = count(len(results), results)
    assert counts.rows_in == counts.ready + counts.doubtful + counts.refused + counts.duplicate
    assert all(row.problems for row in results if row.verdict is not Verdict.READY)
    assert all(row.person is not None for row in results if row.verdict is Verdict.READY)


@pytest.mark.invariant("R1")
def test_a_lost_row_breaks_r1() -> None:
    results = judged(DISABILITY, HOLDERS, holder())
    with pytest.raises(Broken, match="R1"):
        count(2, results)


@given(st.permutations(range(6)))
def test_the_order_of_different_people_does_not_matter(order: list[int]) -> None:
    rows = [holder(f"王{chr(0x4E00 + at)}", identity(order=at + 1), grade=at % 4 + 1) for at in range(6)]
    rows[2][4] = "三级" if rows[2][4] != "三级" else "四级"

    def verdicts(results: tuple[RowResult, ...]) -> dict[str, tuple[Verdict, list[str]]]:
        return {row.name: (row.verdict, codes(row)) for row in results}

    assert verdicts(judged(DISABILITY, HOLDERS, *rows)) == verdicts(
        judged(DISABILITY, HOLDERS, *(rows[at] for at in order))
    )


WANG = RosterLine(identity(order=1), "王明", "physical/3", "430423104", Standing.LISTED)
LI = RosterLine(identity(order=31), "李强", "visual/1", "430423105", Standing.LISTED)


def test_the_difference_names_new_left_moved_died_and_changed() -> None:
    people = [replace(WANG, identity=identity(order=at), name=f"王{at}") for at in range(1, 8)]
    stays, leaves, moves, goes, dies, worsens, renamed = people
    now = [
        stays,
        replace(moves, domicile="430423105"),
        replace(goes, standing=Standing.MOVED),
        replace(dies, standing=Standing.DECEASED),
        replace(worsens, disability="physical/2"),
        replace(renamed, name="王新"),
        LI,
    ]
    found = compare(people, now)
    assert found.counts == {"new": 1, "left": 1, "moved": 2, "died": 1, "changed_grade": 1, "changed_name": 1}
    assert found.new == (Change(LI.identity, "李强"),)
    assert found.left == (Change(leaves.identity, leaves.name),)
    assert found.changed_grade == (Change(worsens.identity, worsens.name, "physical/3", "physical/2"),)
    assert found.changed_name == (Change(renamed.identity, "王新", renamed.name, "王新"),)
    assert Change(moves.identity, moves.name, "430423104", "430423105") in found.moved


def test_whoever_was_dead_or_moved_before_is_not_said_to_leave() -> None:
    assert compare([replace(WANG, standing=Standing.DECEASED)], []).counts["left"] == 0


lines = st.lists(
    st.builds(
        RosterLine,
        st.sampled_from([identity(order=at) for at in range(1, 7)]),
        st.sampled_from(["王明", "王铭"]),
        st.sampled_from(["physical/1", "physical/2"]),
        st.sampled_from(["430423104", "430423105"]),
        st.sampled_from(list(Standing)),
    ),
    max_size=6,
    unique_by=lambda line: line.identity,
)


@given(lines, lines)
def test_last_plus_new_minus_gone_is_now(before: list[RosterLine], after: list[RosterLine]) -> None:
    found = compare(before, after)
    was = {line.identity for line in before if line.standing is Standing.LISTED}
    listed = {line.identity for line in after if line.standing is Standing.LISTED}
    gone = {change.identity for change in (*found.left, *found.died)}
    gone |= {change.identity for change in found.moved if not change.now}
    assert (was - gone) | {change.identity for change in found.new} == listed


@given(lines)
def test_a_roster_does_not_differ_from_itself(same: list[RosterLine]) -> None:
    assert sum(compare(same, [line for line in same if line.standing is Standing.LISTED]).counts.values()) == 0
