"""What every act of the demonstration shares: the day it is, the dice, the folder, and a few ways of doing things."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from importlib.resources import files
from pathlib import Path
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from huibao.app import enrolment, funds
from huibao.app.contract import add_contract
from huibao.app.demo.story import NOTHING, Cell, Chapter, Column, Text, yuan
from huibao.app.roster_import import ImportResult, Sending, import_roster
from huibao.app.roster_reply import hand_back
from huibao.app.synthetic import RosterFile, write_roster
from huibao.domain.ledger import special
from huibao.domain.plan import Contract, PayerKind
from huibao.domain.roster.source import SOURCES, Source, SourceId
from huibao.kernel.fen import Fen
from huibao.rules.vocabulary import Line
from huibao.store import ledger as books

CHINA: Final = ZoneInfo("Asia/Shanghai")
OFFICE_OPENS: Final = time(9, 0)

Progress = Callable[[str, str], None]
"""Told what is being done now, in Chinese and English."""


class DemoClock:
    """A clock that stands where the story is."""

    def __init__(self, day: date) -> None:
        self.day = day

    def today(self) -> date:
        """Return the day of the story."""
        return self.day

    def now(self) -> datetime:
        """Return nine in the morning of that day, in China."""
        return datetime.combine(self.day, OFFICE_OPENS, CHINA)


@dataclass(slots=True)
class Scene:
    """Where the demonstration stands: chapters told so far, files made so far."""

    rng: Random
    folder: Path
    people: int
    progress: Progress
    clock: DemoClock
    chapters: list[Chapter] = field(default_factory=list)
    files: list[tuple[str, Text]] = field(default_factory=list)

    def on(self, day: date) -> date:
        """Let the story go on to a day; it never goes back."""
        if day < self.clock.day:
            msg = f"the story stands at {self.clock.day} and cannot go back to {day}"
            raise ValueError(msg)
        self.clock.day = day
        return day

    def tell(
        self,
        name: str,
        title: Text,
        columns: tuple[Column, ...],
        rows: list[tuple[Cell, ...]],
        note: Text = NOTHING,
    ) -> None:
        """Add a chapter."""
        self.chapters.append(Chapter(name, title, columns, tuple(rows), note))

    def write(self, name: str, text: str, what: Text) -> Path:
        """Write a text file into the folder and remember what it is."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
        self.files.append((name, what))
        return path


ROSTER_COLUMNS: Final = (
    Column("roster", "名册", "roster"),
    Column("day", "日期", "day"),
    Column("rows", "行数", "rows", right=True),
    Column("ready", "可用", "ready", right=True),
    Column("doubtful", "待核", "doubtful", right=True),
    Column("refused", "退回", "refused", right=True),
    Column("duplicate", "重复", "dup.", right=True),
    Column("planted", "植入差错", "planted", right=True),
)


def take_in(
    scene: Scene, rosters: tuple[RosterFile, ...], area: str, whose: Text = NOTHING, *, back: bool = True
) -> list[tuple[Cell, ...]]:
    """Write the agencies' files, import each, hand it back with its reasons; return the rows of a table."""
    rows: list[tuple[Cell, ...]] = []
    (scene.folder / "rosters").mkdir(exist_ok=True)
    (scene.folder / "handed-back").mkdir(exist_ok=True)
    for made in rosters:
        source = SOURCES[SourceId(made.source)]
        scene.progress(f"导入 {made.file}", f"importing {made.file}")
        result = _import(scene, made, area)
        if back:
            _hand_back(scene, result, source)
        title = Text(whose.zh + source.title, whose.en + made.source.replace("_", " "))
        counts = result.check.counts
        figures = (counts.rows_in, counts.ready, counts.doubtful, counts.refused, counts.duplicate)
        rows.append((title, str(made.taken_on), *figures, len(made.planted)))
    return rows


def _hand_back(scene: Scene, result: ImportResult, source: Source) -> None:
    path = scene.folder / "handed-back" / f"{result.check.workbook.path.stem}-核对.xlsx"
    hand_back(result.check, path)
    what = Text(f"退回的{source.title}，逐行写明原因", f"{source.title_en}, handed back with reasons")
    scene.files.append((f"handed-back/{path.name}", what))


def _import(scene: Scene, made: RosterFile, area: str) -> ImportResult:
    path = scene.folder / "rosters" / made.file
    write_roster(path, made.sheet, made.table)
    sending = Sending(path=path, source=SourceId(made.source), taken_on=made.taken_on, area=area, confirm=True)
    return import_roster(sending, clock=scene.clock)


def sign(scene: Scene, file: str) -> Contract:
    """Record a demonstration contract that comes with the software."""
    text = files("huibao").joinpath("app", "demo", "data", file).read_text(encoding="utf-8")
    scene.write(f"contracts/{file}", text, Text("演示合同", "a demonstration contract"))
    return add_contract(text, file, scene.clock).contract


ENROL_COLUMNS: Final = (
    Column("line", "险种", "line"),
    Column("covers", "参保人次", "covers", right=True),
    Column("premium", "保费（元）", "premium, yuan", right=True),
)


def premium_owed(contract: Contract, line: Line) -> dict[str, Fen]:
    """Return what each fund owes for covers of a line that nobody has paid yet, fen. Other payers pay by themselves."""
    owed: dict[str, int] = {}
    for bill in enrolment.unpaid_premium(contract.number, line):
        for share in bill.by_payer:
            if share.payer_kind is PayerKind.GOVERNMENT_FUND:
                owed[share.payer] = owed.get(share.payer, 0) + share.fen
    return {payer: Fen(fen) for payer, fen in owed.items() if fen}


def pay_all_premium(scene: Scene, contract: Contract, key: str) -> list[tuple[Cell, ...]]:
    """Pay every line's open premium; return a row for each line."""
    rows: list[tuple[Cell, ...]] = []
    for line in contract.lines:
        if enrolment.unpaid_premium(contract.number, line.line):
            booked = funds.pay_premium(
                contract.number, line.line, scene.clock.today(), f"{key}/{line.line.value}", scene.clock
            )
            fen = sum(one.fen for one in booked)
            rows.append((Text(line.line.zh, line.line.en), yuan(fen)))
    return rows


def in_account(contract: Contract, line: Line) -> Fen:
    """Return what the insurer's special account of a line holds, fen."""
    return books.balance(special(contract.number, line))
