"""Administrative divisions (GB/T 2260) with their dated changes: names, who lies within whom, what became of a code.

The table is handed in; the kernel reads no files. Records keep the code they were made with: a change of codes
is answered by `successor` when a question about another day is asked, and history is never re-coded.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Self

from huibao.kernel.identity import is_digits
from huibao.kernel.problem import Problem, ProblemKind, Severity, define

COUNTY_DIGITS = 6
TOWN_DIGITS = 9
VILLAGE_DIGITS = 12

MAX_SUCCESSIONS = 16
"""Longest chain of code changes followed; the real ones since 1980 are under 6. A longer chain is a loop."""

EMPTY = define("DIVISION-001", "区划代码为空。", "请补填。", "The division code is empty.", "Fill it in.")
WRONG_SHAPE = define(
    "DIVISION-002",
    "区划代码应为 6 位（县级以上）、9 位（乡镇）或 12 位（村）数字，读到 {found}。",
    "请更正；若单元格是数字格式，请改为文本。",
    "A division code has 6, 9 (town) or 12 (village) digits; found {found}.",
    "Correct it; if the cell is a number, make it text.",
)
UNKNOWN = define(
    "DIVISION-003",
    "没有代码为 {found} 的行政区划。",
    "请对照民政部区划代码更正。",
    "There is no division with the code {found}.",
    "Compare with the codes the ministry of civil affairs publishes.",
)
NOT_ON_THAT_DAY = define(
    "DIVISION-004",
    "区划代码 {found}（{name}）在 {day} 不适用，当日的代码为 {successor}。",
    "请改用当日有效的代码；历史记录不改。",
    "Division code {found} ({name}) was not in use on {day}; the code of that day is {successor}.",
    "Use the code of that day; records of the past stay as they are.",
    Severity.DOUBTFUL,
)


@dataclass(frozen=True, slots=True)
class Division:
    """A division under one name and code. `from_on` None: since before the table begins; `to_on` None: to this day."""

    code: str
    name: str
    parent: str
    from_on: date | None = None
    to_on: date | None = None

    def holds(self, day: date) -> bool:
        """Whether the code with this name is in use on the day."""
        return (self.from_on is None or self.from_on <= day) and (self.to_on is None or day <= self.to_on)


@dataclass(frozen=True, slots=True)
class Change:
    """One code gave way to another; `new` is "" when its area went to several or nobody said where."""

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class DivisionReading:
    """A code read from a cell: as the table writes it, or None when refused."""

    value: str | None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class DivisionTable:
    """Divisions by code and the changes between codes. Make it with `of`."""

    divisions: Mapping[str, tuple[Division, ...]]
    successors: Mapping[str, tuple[str, ...]]
    children: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, divisions: Iterable[Division], changes: Iterable[Change] = ()) -> Self:
        """Index the rows. A code may have several rows (renamed) as long as no two hold on one day."""
        by_code: dict[str, list[Division]] = {}
        by_parent: dict[str, dict[str, None]] = {}
        for division in divisions:
            same = by_code.setdefault(division.code, [])
            if any(_both_hold(division, other) for other in same):
                msg = f"division {division.code} has two rows for one day"
                raise ValueError(msg)
            same.append(division)
            by_parent.setdefault(division.parent, {})[division.code] = None
        successors: dict[str, list[str]] = {}
        for change in changes:
            successors.setdefault(change.old, []).append(change.new)
        return cls(
            divisions={code: tuple(rows) for code, rows in by_code.items()},
            successors={old: tuple(new) for old, new in successors.items()},
            children={parent: tuple(sorted(codes)) for parent, codes in by_parent.items()},
        )

    def at(self, code: str, day: date) -> Division | None:
        """The division the code names on the day, or None."""
        return next((row for row in self.divisions.get(normal_code(code), ()) if row.holds(day)), None)

    def name_on(self, code: str, day: date) -> str | None:
        """The division's own name on the day, or None when the code is not in use then."""
        found = self.at(code, day)
        return found.name if found else None

    def full_name_on(self, code: str, day: date) -> str | None:
        """Name from the province down: 湖南省衡阳市衡山县. None when the code is not in use on the day."""
        if self.at(code, day) is None:
            return None
        names = [self.name_on(each, day) for each in (normal_code(code), *self.ancestors(code, day))]
        return "".join(name for name in reversed(names) if name)

    def ancestors(self, code: str, day: date) -> tuple[str, ...]:
        """Codes above the division on the day, nearest first; towns and villages need not be in the table."""
        found: list[str] = []
        above = self._above(normal_code(code), day)
        while above and above not in found:
            found.append(above)
            above = self._above(above, day)
        return tuple(found)

    def within(self, code: str, ancestor: str, day: date) -> bool:
        """Whether the division is the ancestor or lies in it on the day. Codes of 6, 9 or 12 digits.

        A county code not in use on the day lies nowhere; a town or village lies in its county.
        """
        inner, outer = normal_code(code), normal_code(ancestor)
        if not self._stands(inner, day) or not self._stands(outer, day):
            return False
        return inner == outer or outer in self.ancestors(inner, day)

    def below(self, code: str, day: date) -> tuple[Division, ...]:
        """Divisions directly below on the day, by code; "" gives the provinces."""
        parent = normal_code(code) if code else ""
        rows = (self.at(child, day) for child in self.children.get(parent, ()))
        return tuple(row for row in rows if row is not None and row.parent == parent)

    def counties(self, code: str, day: date) -> tuple[Division, ...]:
        """Every county-level division within, by code, on the day."""
        found: list[Division] = []
        for row in self.below(code, day):
            found.extend((row,) if not row.code.endswith("00") else self.counties(row.code, day))
        return tuple(sorted(found, key=lambda row: row.code))

    def successor(self, code: str, day: date) -> str | None:
        """The code that names on `day` what `code` named before it: itself while in use, else what it became.

        None when unknown, not yet in use, gone, or divided among several. A town follows nobody: towns get new codes.
        """
        now = normal_code(code)
        for _ in range(MAX_SUCCESSIONS):
            if self.at(now, day):
                return now
            rows = self.divisions.get(now, ())
            became = self.successors.get(now, ())
            ended = bool(rows) and all(row.to_on is not None and row.to_on < day for row in rows)
            if not ended or len(became) != 1 or not became[0]:
                return None
            now = became[0]
        return None

    def read(
        self,
        raw: object,
        day: date,
        *,
        row: int | None = None,
        field: str | None = "区划代码",
        where: str | None = None,
    ) -> DivisionReading:
        """Read a cell as the code of a division on the day; an outdated code is doubtful and stays as written.

        A whole number is accepted: 12 digits survive in a worksheet number. A town or village is known by its county.
        """

        def tell(kind: ProblemKind, **values: object) -> Problem:
            return kind(row=row, field=field, where=where, **values)

        text = "" if raw is None or isinstance(raw, bool) else str(raw).strip().removesuffix(".0")
        if not text:
            return DivisionReading(None, (tell(EMPTY),))
        if len(text) not in {COUNTY_DIGITS, TOWN_DIGITS, VILLAGE_DIGITS} or not is_digits(text):
            return DivisionReading(None, (tell(WRONG_SHAPE, found=text),))
        code = normal_code(text)
        rows = self.divisions.get(code) or self.divisions.get(code[:COUNTY_DIGITS], ())
        if not rows:
            return DivisionReading(None, (tell(UNKNOWN, found=text),))
        if self._stands(code, day):
            return DivisionReading(code)
        became = self.successor(rows[0].code, day) or "—"
        doubt = tell(NOT_ON_THAT_DAY, found=text, name=rows[-1].name, day=day, successor=became)
        return DivisionReading(code, (doubt,))

    def _stands(self, code: str, day: date) -> bool:
        """Whether the code, or for a town or village not in the table its county, is in use on the day."""
        known = code if code in self.divisions else code[:COUNTY_DIGITS]
        return self.at(known, day) is not None

    def _above(self, code: str, day: date) -> str:
        found = self.at(code, day)
        if found is not None:
            return found.parent
        if len(code) == VILLAGE_DIGITS:
            town = code[:TOWN_DIGITS] + "000"
            return town if town != code else code[:COUNTY_DIGITS]
        return ""


def normal_code(code: str) -> str:
    """One way of writing a code: 6 digits down to the county, 12 below it. ValueError for any other shape."""
    if len(code) not in {COUNTY_DIGITS, TOWN_DIGITS, VILLAGE_DIGITS} or not is_digits(code):
        msg = f"区划代码应为 6、9 或 12 位数字，读到 {code!r} / a division code has 6, 9 or 12 digits"
        raise ValueError(msg)
    padded = code.ljust(VILLAGE_DIGITS, "0")
    return padded[:COUNTY_DIGITS] if padded.endswith("000000") else padded


def _both_hold(one: Division, other: Division) -> bool:
    begins = max(one.from_on or date.min, other.from_on or date.min)
    ends = min(one.to_on or date.max, other.to_on or date.max)
    return begins <= ends
