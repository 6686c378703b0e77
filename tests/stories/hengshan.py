"""衡山县 in stories: rosters as small files an agency would send, and the demonstration contract. Nobody in it exists."""

from datetime import date, datetime
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo

import xlsxwriter

from huibao.app.contract import add_contract
from huibao.app.roster_import import ImportResult, Sending, import_roster
from huibao.domain.roster.source import SourceId
from huibao.kernel.identity import check_digit

AREA = "430423"
CONTRACT = "示范-衡山-2025"
HEADER = ("序号", "姓名", "身份证号", "残疾证号", "残疾类别", "残疾等级", "区划代码", "证件状态")
LOW_HEADER = ("序号", "家庭成员姓名", "身份证号码", "救助类别", "认定日期", "区划代码")
CHANGJIANG, XINQIAO = "430423104000", "430423105000"


class StoryClock:
    """A clock that stands where the story is."""

    def __init__(self, day: date) -> None:
        self.day = day

    def today(self) -> date:
        """The day of the story."""
        return self.day

    def now(self) -> datetime:
        """Nine in the morning of that day."""
        return datetime(self.day.year, self.day.month, self.day.day, 9, tzinfo=ZoneInfo("Asia/Shanghai"))


def identity(number: int, born: str = "19700304") -> str:
    """A made-up identity number with the right check digit."""
    body = f"{AREA}{born}{number:03d}"
    return body + check_digit(body)


def holder(number: int, name: str, grade: int = 2, town: str = CHANGJIANG, state: str = "正常") -> tuple[str, ...]:
    """One row of the federation's roster: a physical disability of a grade."""
    word = "一二三四"[grade - 1] + "级"
    return (str(number), name, identity(number), f"{identity(number)}4{grade}", "肢体残疾", word, town, state)


def poor(number: int, name: str, town: str = CHANGJIANG) -> tuple[str, ...]:
    """One row of the civil affairs' roster: on the subsistence allowance since 2023."""
    return (str(number), name, identity(number), "低保", "2023-01-01", town)


def send(
    folder: Path,
    source: SourceId,
    rows: list[tuple[str, ...]],
    taken_on: date,
    clock: StoryClock,
    *,
    area: str = AREA,
    accept: tuple[str, ...] = (),
) -> ImportResult:
    """Write a roster with a title row over its header, and import it; `accept` the doubts somebody has looked at."""
    path = folder / f"{area}-{source.value}-{taken_on}.xlsx"
    with xlsxwriter.Workbook(path) as book:
        # Else the file would hold the second it was written in, and the same roster again be another file.
        book.set_properties({"created": datetime(taken_on.year, taken_on.month, taken_on.day)})  # noqa: DTZ001 - Excel knows no zones
        sheet = book.add_worksheet("名册")
        sheet.write_string(0, 0, "衡山县名册（虚构）")
        header = HEADER if source is SourceId.DISABILITY_CERTIFICATE else LOW_HEADER
        for at, row in enumerate((header, *rows), 1):
            for column, text in enumerate(row):
                sheet.write_string(at, column, text)
    sending = Sending(path=path, source=source, taken_on=taken_on, area=area, confirm=True, accept=accept)
    return import_roster(sending, clock=clock)


def sign(clock: StoryClock, number: str = CONTRACT, area: str = AREA) -> None:
    """Record the demonstration contract: accident insurance, 60 yuan, 2025-05-10 to 2025-12-31."""
    text = files("huibao").joinpath("app", "demo", "data", "hengshan-2025.yaml").read_text(encoding="utf-8")
    add_contract(text.replace(CONTRACT, number).replace(AREA, area), f"{number}.yaml", clock)
