"""Made-up rosters with every kind of damage, written as the files agencies send; hypothesis chooses what goes wrong.

Names are invented, numbers generated. Few people stand in many rows, so that rows meet: the same person twice, under two
numbers, two people under one, phones that many share.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

import xlsxwriter
from hypothesis import strategies as st

from huibao.domain.roster.header import Cell
from huibao.domain.roster.source import SourceId
from huibao.kernel.certificate import CATEGORY_ZH, DisabilityCategory, DisabilityGrade, certificate_number
from tests.bulk.damage import FORMULA, NAMES, spoilt
from tests.domain.roster.made_up import COUNTY, identity

TOWN = f"{COUNTY}102"
HEADS: Mapping[SourceId, Sequence[str]] = {
    SourceId.DISABILITY_CERTIFICATE: [
        "序号",
        "姓名",
        "性别",
        "出生日期",
        "身份证号",
        "残疾证号",
        "残疾类别",
        "残疾等级",
        "区划代码",
        "户籍县",
        "户籍乡镇",
        "村",
        "现住址",
        "手机",
        "发证日期",
        "有效期至",
        "证件状态",
        "人员状态",
        "备注",
        "是否低保",
    ],
    SourceId.LOW_INCOME: [
        "序号",
        "家庭成员姓名",
        "身份证号码",
        "户籍地址",
        "乡镇",
        "村",
        "救助类别",
        "是否低保",
        "认定日期",
        "联系电话",
        "死亡日期",
        "备注",
    ],
    SourceId.POVERTY_RELIEF: [
        "姓名",
        "证件号码",
        "区划代码",
        "乡镇",
        "行政村",
        "脱贫属性",
        "人员类别",
        "认定日期",
        "联系电话",
        "人员状态",
    ],
    SourceId.INSTANT_HELP: ["姓名", "身份证号", "县区", "乡镇", "村", "即时帮扶认定日期", "联系电话"],
    SourceId.REHABILITATION: [
        "姓名",
        "身份证号",
        "残疾证号",
        "机构名称",
        "入院日期",
        "离院日期",
        "区划代码",
        "家长电话",
    ],
    SourceId.CARE: ["姓名", "身份证号", "机构名称", "入院日期", "区划代码", "家庭住址"],
    SourceId.ATHLETES: ["运动员姓名", "身份证号", "运动项目", "注册日期", "区划代码", "现住址"],
}

CATEGORIES = tuple(DisabilityCategory)


@dataclass(frozen=True)
class Someone:
    """A person in as many rows as it likes."""

    name: str
    number: str
    category: DisabilityCategory
    grade: int
    phone: str

    @property
    def certificate(self) -> str:
        return certificate_number(self.number, self.category, DisabilityGrade(self.grade))

    def cell(self, head: str) -> Cell:
        """What a faultless row says under the header."""
        born = self.number[6:14]
        plain: dict[str, Cell] = {
            "性别": "男" if int(self.number[16]) % 2 else "女",
            "出生日期": f"{born[:4]}-{born[4:6]}-{born[6:]}",
            "残疾证号": self.certificate,
            "残疾类别": CATEGORY_ZH[self.category],
            "残疾等级": "一二三四"[self.grade - 1] + "级",
            "区划代码": f"{TOWN}{self.grade:03d}",
            "户籍县": "衡山县",
            "县区": "衡山县",
            "户籍乡镇": "",
            "村": f"第{self.grade}村",
            "现住址": f"衡山县某路{self.grade}号",
            "户籍地址": f"衡山县{self.grade}组",
            "家庭住址": f"衡山县{self.grade}组",
            "手机": self.phone,
            "联系电话": self.phone,
            "有效期至": "2035-01-01",
            "证件状态": "正常",
            "人员状态": "正常",
            "是否低保": "是",
            "救助类别": "低保",
            "脱贫属性": "脱贫享受政策",
            "人员类别": "脱贫户",
            "机构名称": "阳光中心（虚构）",
            "运动项目": "田径",
        }
        if "姓名" in head:
            return self.name
        if ("证号" in head and "残疾" not in head) or "证件号码" in head:
            return self.number
        if "日期" in head and head not in {"出生日期", "死亡日期", "离院日期"}:
            return "2020-05-01"
        return plain.get(head, "")


BIRTHS = ("19551231", "19800101", "19800229", "20000229", "20070630", "20070701", "20150307")
"""Children and the old, on either side of the age of children's lists."""
PHONES = ("13800001111", "13800002222", "15912345678", "0734-5812345", "58123456", "")


def someone(random: Random, names: Sequence[str] = NAMES, phones: Sequence[str] = PHONES) -> Someone:
    """A made-up person."""
    number = identity(random.choice(BIRTHS), random.randrange(1, 999))
    return Someone(
        random.choice(names), number, random.choice(CATEGORIES), random.randrange(1, 5), random.choice(phones)
    )


OTHER_LINES: tuple[tuple[Cell, ...], ...] = (
    (),
    ("", "", ""),
    ("合计", "20人"),
    ("制表人：张三",),
    ("注：以上人员", None),
    (None, "王明"),
)


@dataclass(frozen=True)
class MessySheet:
    """A sheet before it is written: its name, and its lines, title and header among them."""

    name: str
    lines: tuple[tuple[Cell, ...], ...]


def messy_sheet(random: Random, name: str, source: SourceId, rows: int, damage: float) -> MessySheet:
    """A sheet of so many lines below its header, a share of the cells spoilt; some columns may be missing."""
    heads = [head for at, head in enumerate(HEADS[source]) if at < LEAST_HEADS or random.random() > 0.1]
    known = [someone(random) for _ in range(random.randrange(1, 2 + rows))]
    titles: Sequence[tuple[Cell, ...]] = (("某县名册（虚构）",), ())[: random.randrange(3)]
    lines: list[tuple[Cell, ...]] = [*titles, tuple(heads)]
    for _ in range(rows):
        if random.random() < OTHER:
            lines.append(random.choice((*OTHER_LINES, tuple(heads))))
            continue
        one = random.choice(known)
        cells: list[Cell] = [one.cell(head) for head in heads]
        cells = [
            spoilt(random, *pair) if random.random() < damage else pair[1] for pair in zip(heads, cells, strict=True)
        ]
        lines.append(tuple(cells[: random.randrange(len(cells))] if random.random() < OTHER else cells))
    return MessySheet(name, tuple(lines))


LEAST_HEADS = 3
OTHER = 0.04
"""Share of lines that are no people, and of people's lines that end early."""


@st.composite
def messy(draw: st.DrawFn, sheets: int = 3) -> tuple[SourceId, tuple[MessySheet, ...]]:
    """A roster of one to three sheets of some kind; now and then with a sheet of a kind its columns do not fit."""
    source = draw(st.sampled_from(tuple(HEADS)))
    random = Random(draw(st.integers(0, 2**32)))
    rows, damage = draw(st.integers(1, 80)), draw(st.sampled_from((0.0, 0.01, 0.05, 0.2)))
    kinds = [source if draw(st.integers(0, 5)) else draw(st.sampled_from(tuple(HEADS))) for _ in range(sheets)]
    kinds = kinds[: draw(st.integers(1, sheets))]
    return source, tuple(messy_sheet(random, f"表{number}", kind, rows, damage) for number, kind in enumerate(kinds, 1))


def write_xlsx(path: Path, sheets: Sequence[MessySheet]) -> Path:
    """The roster as a workbook with true dates, numbers and ticks."""
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for each in sheets:
            page = book.add_worksheet(each.name)
            for at, line in enumerate(each.lines):
                for column, cell in enumerate(line):
                    if isinstance(cell, bool):
                        page.write_boolean(at, column, cell)
                    elif isinstance(cell, date) and cell.year > 1900:
                        page.write_datetime(at, column, cell, day)
                    elif cell == FORMULA:
                        page.write_formula(at, column, FORMULA, None, "")  # its result was never saved
                    elif isinstance(cell, int | float):
                        page.write_number(at, column, cell)
                    elif cell is not None:
                        page.write_string(at, column, str(cell))
    return path


def write_csv(path: Path, sheet: MessySheet, encoding: str) -> Path:
    """The roster as a text; characters the encoding does not hold are left out."""
    with path.open("w", encoding=encoding, errors="ignore", newline="") as out:
        csv.writer(out).writerows([["" if cell is None else cell for cell in line] for line in sheet.lines])
    return path
