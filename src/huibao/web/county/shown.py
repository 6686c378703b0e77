"""What the county's pages show of rosters: rows in words, strips by township, money against the budget."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from huibao.app.budget import need_of, payer_name
from huibao.app.person import masked_name
from huibao.app.roster_desk.deciding import VERDICTS
from huibao.app.roster_desk.reading import alike, plain
from huibao.domain.roster import refusals
from huibao.domain.roster.findings import TWO_COUNTIES
from huibao.kernel.division import DivisionTable
from huibao.kernel.problem import Problem, Severity
from huibao.rules.reference import division_table
from huibao.rules.vocabulary import Line
from huibao.store import contract as contracts
from huibao.store.draft import RowRecord
from huibao.web.desk import Desk
from huibao.web.forms import sentences

BAR: Final = 396
STRIP: Final = 360
"""Width of a township's strip, in the picture's own units."""
ROW: Final = 34
LEFT: Final = 150
COUNTY_CODE: Final = re.compile(r"(?<!\d)(\d{6})(?!\d)", re.ASCII)
CODE_IN_CHINESE: Final = re.compile(r" ?(?<!\d)(\d{6})(?!\d) ?", re.ASCII)
ALIKE: Final = (
    "两个姓名遮盖后相同，区别见“看全部或改正”。",
    " Masked, the two names look alike; “See all, put right” shows the difference.",
)
MOST_STRIPS: Final = 40
"""Townships in the picture; the table has all."""
VERDICT_PARTS: Final = ("ready", "doubtful", "refused")
CHANGE_PARTS: Final = ("new", "left")
PICTURES: Final = {
    VERDICT_PARTS: ("各乡镇的行：可用、待核、退回", "Rows by township: ready, doubtful, refused"),
    CHANGE_PARTS: ("各乡镇的人：新增、减少", "People by township: new, gone"),
}
TAGS: Final = {"ready": "yes", "doubtful": "wait", "refused": "no", "duplicate": "past"}


@dataclass(frozen=True, slots=True)
class RowWords:
    """A row in words: masked, ready to be read out."""

    row: RowRecord
    place: str
    name: str
    identity: str
    verdict: str
    tag: str
    says: tuple[str, ...]
    decision: str

    @property
    def open(self) -> bool:
        """Whether it waits for a decision."""
        return self.row.verdict == "doubtful" and not self.row.decision


@dataclass(frozen=True, slots=True)
class MoneyRow:
    """One payer's part of one line of one contract, for a table."""

    contract: str
    line_name: str
    payer: str
    needed_fen: int
    owed_fen: int
    set_aside_fen: int | None
    short_fen: int

    @property
    def need(self) -> int:
        """Length of the bar, 0 to 400: what is needed and owed."""
        return BAR * (self.needed_fen + self.owed_fen) // self._whole

    @property
    def line(self) -> int:
        """Where on the bar the money set aside ends."""
        return BAR * (self.set_aside_fen or 0) // self._whole

    @property
    def _whole(self) -> int:
        return max(self.needed_fen + self.owed_fen, self.set_aside_fen or 0, 1)


@dataclass(frozen=True, slots=True)
class Strips:
    """Townships with their rows by verdict: the picture and the table's rows."""

    picture: SafeString
    rows: tuple[tuple[str, Mapping[str, Any]], ...]


def mass_leave(problems: Iterable[Problem]) -> str:
    """The code of the finding that somebody may answer by saying the roster is whole; "" where there is none."""
    return next((one.code for one in problems if one.code == refusals.MASS_LEAVE.code), "")


def words(desk: Desk, row: RowRecord) -> RowWords:
    """A row for a list."""
    found = [one for one in row.problems if one.severity is not Severity.REPAIRED] or list(row.problems)
    said = tuple(dict.fromkeys(_finding(desk, one, row) for one in found))
    decisions = {
        "accept": ("已接受", "taken in"),
        "reject": ("不收", "left out"),
        "mend": ("已改正", "put right"),
        "": ("", ""),
    }
    return RowWords(
        row,
        f"{row.sheet}!{row.row_no}",
        masked_name(row.name) or desk.pick("无姓名", "no name"),
        plain(row.identity, row) if row.identity else "",
        desk.pick(*VERDICTS[row.verdict]),
        TAGS[row.verdict],
        said,
        desk.pick(*decisions[row.decision]),
    )


def _finding(desk: Desk, one: Problem, row: RowRecord) -> str:
    """A finding with names and numbers masked, and what to do where that hides what it is about."""
    text = sentences(_named(desk, one), desk.lang)
    shown = plain(text, row, one.code)
    if alike(text, shown):
        shown += desk.pick(*ALIKE)
    return shown


def money_rows(desk: Desk, money: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What each contract would need of each payer, in words."""
    found = []
    for one in money:
        contract = contracts.contract(str(one["contract"]))
        rows = []
        for said in one["needs"]:
            need = need_of(said)
            line = Line(need.line)
            rows.append(
                MoneyRow(
                    contract.number,
                    desk.pick(line.zh, line.en),
                    desk.pick(*payer_name(contract, need.payer_kind, need.payer)),
                    need.needed_fen,
                    need.owed_fen,
                    need.set_aside_fen,
                    need.short_fen,
                )
            )
        found.append({**one, "rows": rows, "short_fen": sum(row.short_fen for row in rows)})
    return found


def _named(desk: Desk, found: Problem) -> Problem:
    """A finding about another county with the county's name in place of its code."""
    if found.code != TWO_COUNTIES.code:
        return found
    table, today = division_table(), desk.clock.today()

    def name(code: re.Match[str]) -> str:
        return table.name_on(code[1], today) or code[0]

    # Between Chinese words a name needs no blanks, a number does.
    says = CODE_IN_CHINESE.sub(name, found.says)
    return replace(found, says=says, says_en=COUNTY_CODE.sub(name, found.says_en))


def strips(
    desk: Desk, towns: Sequence[Mapping[str, Any]], on: date, parts: tuple[str, ...] = VERDICT_PARTS
) -> Strips | None:
    """A strip for each township, the one with most to be done first; None where there is nothing to draw."""
    if not towns:
        return None
    table = division_table()
    named = [(_town(table, str(one["town"]), on) or desk.pick("乡镇不详", "township unknown"), one) for one in towns]
    if parts == CHANGE_PARTS:
        named = [pair for pair in named if any(int(pair[1][part]) for part in parts)]
    if not named:
        return None
    first = parts[1:] if parts == VERDICT_PARTS else parts
    named.sort(key=lambda pair: (-sum(int(pair[1][part]) for part in first), pair[0]))
    return Strips(_picture(desk, named[:MOST_STRIPS], parts), tuple(named))


def _town(table: DivisionTable, code: str, on: date) -> str:
    found = table.at(code, on) if code else None
    return found.name if found is not None else ""


def _picture(desk: Desk, rows: Sequence[tuple[str, Mapping[str, Any]]], parts: tuple[str, ...]) -> SafeString:
    most = max((sum(int(one[part]) for part in parts) for _, one in rows), default=1) or 1
    height = ROW * len(rows) + 8
    drawn = []
    for at, (name, one) in enumerate(rows):
        y = ROW * at + 6
        x = LEFT
        bars = []
        for part in parts:
            width = STRIP * int(one[part]) // most
            if int(one[part]):
                width = max(width, 4)
                bars.append((f"huibao-strip__{part}", x, y, width))
                x += width
        figures = " / ".join(str(one[part]) for part in parts)
        drawn.append(
            format_html(
                '<g class="row"><text x="{}" y="{}" text-anchor="end">{}</text>{}'
                '<text class="value" x="{}" y="{}">{}</text></g>',
                LEFT - 10,
                y + 17,
                name,
                format_html_join("", '<rect class="{}" x="{}" y="{}" width="{}" height="22"/>', bars),
                x + 10,
                y + 17,
                figures,
            )
        )
    return format_html(
        '<div class="huibao-figure__picture" role="group" aria-labelledby="strip-title" tabindex="0">'
        '<svg class="huibao-chart huibao-strip" viewBox="0 0 720 {}" role="img" '
        'aria-labelledby="strip-title strip-desc" aria-details="strip-table">'
        '<title id="strip-title">{}</title><desc id="strip-desc">{}</desc>{}</svg></div>',
        height,
        desk.pick(*PICTURES[parts]),
        desk.pick("每条一个乡镇，数字与下表相同。", "One strip a township; the numbers are those of the table."),
        format_html_join("", "{}", ((one,) for one in drawn)),
    )
