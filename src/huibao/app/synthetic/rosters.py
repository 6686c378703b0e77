"""From the made-up people to the rosters their agencies would send, faults planted, with the truth of what was."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from random import Random
from typing import Final

from huibao.app.synthetic.faults import EXPECTED, LEAST_SHARING, PER, PLANTS, RATES, Fault, Planted, Row
from huibao.app.synthetic.people import County, MadeUp
from huibao.app.synthetic.rows import row_of
from huibao.app.synthetic.workbooks import MADE_UP, Cell, Table
from huibao.kernel.period import age_on

Columns = tuple[tuple[str, str, str], ...]
"""(what the cell is about, upper header, lower header); the same word twice is one header over two rows."""


def _flat(*pairs: tuple[str, str]) -> Columns:
    return tuple((about, label, label) for about, label in pairs)


HOLDERS: Final[Columns] = (
    *_flat(
        ("serial", "编号"),
        ("name", "姓名"),
        ("sex", "性别"),
        ("birth_on", "出生日期"),
        ("identity", "身份证号"),
        ("certificate", "残疾证号"),
        ("category", "残疾类别"),
        ("grade", "残疾等级"),
        ("division", "区划代码"),
    ),
    ("county", "户籍地址", "区"),
    ("town", "户籍地址", "街道"),
    ("village", "户籍地址", "社区"),
    ("home_town", "现在地址", "街道"),
    ("home_village", "现在地址", "社区"),
    *_flat(("phone", "手机")),
    ("guardian", "监护人", "姓名"),
    ("guardian_phone", "监护人", "电话"),
    *_flat(
        ("issued_on", "发证日期"),
        ("certificate_to", "有效期至"),
        ("certificate_state", "证件状态"),
        ("standing", "人员状态"),
    ),
)
"""After the columns of a real export of the federation's database, shortened."""

LOW_INCOME: Final = _flat(
    ("serial", "序号"),
    ("name", "家庭成员姓名"),
    ("identity", "身份证号码"),
    ("division", "区划代码"),
    ("town", "乡镇"),
    ("village", "村"),
    ("hardship", "救助类别"),
    ("recognised_on", "认定日期"),
    ("phone", "联系电话"),
    ("standing", "人员状态"),
)
RELIEF: Final = _flat(
    ("serial", "序号"),
    ("household", "户编号"),
    ("name", "姓名"),
    ("sex", "性别"),
    ("identity", "证件号码"),
    ("relation", "与户主关系"),
    ("division", "区划代码"),
    ("town", "乡镇"),
    ("village", "行政村"),
    ("relief", "脱贫属性"),
    ("phone", "联系电话"),
    ("standing", "人员状态"),
)
INSTANT: Final = _flat(
    ("serial", "序号"),
    ("name", "姓名"),
    ("identity", "身份证号"),
    ("division", "区划代码"),
    ("town", "乡镇"),
    ("village", "村"),
    ("instant_on", "即时帮扶认定日期"),
    ("phone", "联系电话"),
)
INSTITUTION: Final = _flat(
    ("serial", "序号"),
    ("name", "姓名"),
    ("identity", "身份证号"),
    ("institution", "机构名称"),
    ("admitted_on", "入院日期"),
    ("division", "区划代码"),
)
ATHLETES: Final = _flat(
    ("serial", "序号"),
    ("name", "运动员姓名"),
    ("identity", "身份证号"),
    ("sport", "运动项目"),
    ("admitted_on", "注册日期"),
    ("division", "区划代码"),
)

FIRST_ONLY: Final = frozenset({Fault.TWO_PEOPLE_ONE_NUMBER, Fault.ONE_PERSON_TWO_NUMBERS, Fault.PRIVATE_CHARACTER})
"""In a later roster these would clash with the recorded name as well, which is a fault of its own."""

NUMBERS: Final = (
    Fault.OLD_NUMBER,
    Fault.LOOKALIKE_X,
    Fault.FULL_WIDTH,
    Fault.APOSTROPHE,
    Fault.TRAILING_SPACES,
    Fault.SCIENTIFIC,
    Fault.ZERO_TAIL,
    Fault.CHECK_DIGIT,
)
LIST_FAULTS: Final = (*NUMBERS, Fault.ONE_PERSON_TWICE, Fault.TWO_PEOPLE_ONE_NUMBER, Fault.ONE_PERSON_TWO_NUMBERS)
STANDINGS: Final = (Fault.DIED, Fault.MOVED_OUT, Fault.TOWN_MERGED)
CERTIFICATES: Final = (
    Fault.OTHER_IDENTITY_IN_CERTIFICATE,
    Fault.GRADE_MISMATCH,
    Fault.REISSUE_AS_SECOND,
    Fault.FROZEN,
    Fault.CANCELLED,
    Fault.EXPIRED,
    Fault.NO_CERTIFICATE,
)


@dataclass(frozen=True, slots=True)
class RosterKind:
    """One agency's roster: how it looks, whom it lists, which faults it can have."""

    source: str
    """The importer's name of the source."""
    name: str
    title: str
    ending: str
    columns: Columns
    lists: Callable[[MadeUp], bool]
    faults: tuple[Fault, ...]


KINDS: Final[dict[str, RosterKind]] = {
    kind.source: kind
    for kind in (
        RosterKind(
            "disability_certificate",
            "持证残疾人名册",
            "持证残疾人名册",
            ".xlsx",
            HOLDERS,
            lambda person: person.category is not None,
            (*LIST_FAULTS, Fault.AS_NUMBER, *CERTIFICATES, Fault.MIDDLE_DOT, Fault.PRIVATE_CHARACTER, *STANDINGS),
        ),
        RosterKind(
            "low_income",
            "低收入人口名册",
            "低保、特困、低保边缘和低收入人口名册",
            ".csv",
            LOW_INCOME,
            lambda person: bool(person.hardship),
            (*NUMBERS, Fault.ONE_PERSON_TWICE, Fault.NAME_DIFFERS),
        ),
        RosterKind(
            "poverty_relief",
            "脱贫人口名册",
            "脱贫人口名册（2019年底动态调整后）",
            ".xlsx",
            RELIEF,
            lambda person: bool(person.relief),
            (*LIST_FAULTS, Fault.AS_NUMBER, Fault.MIDDLE_DOT, Fault.PRIVATE_CHARACTER, *STANDINGS),
        ),
        RosterKind(
            "instant_help",
            "即时帮扶人口名册",
            "即时帮扶人口名册",
            ".csv",
            INSTANT,
            lambda person: person.instant_on is not None,
            (Fault.ONE_PERSON_TWICE,),
        ),
        RosterKind(
            "rehabilitation",
            "康复机构受训儿童名册",
            "康复机构受训残疾儿童名册",
            ".xlsx",
            INSTITUTION,
            lambda person: person.institution == "康复",
            (Fault.ONE_PERSON_TWICE,),
        ),
        RosterKind(
            "care",
            "托养机构人员名册",
            "托养机构残疾人名册",
            ".xlsx",
            INSTITUTION,
            lambda person: person.institution == "托养",
            (Fault.ONE_PERSON_TWICE,),
        ),
        RosterKind("athletes", "残疾人运动员名册", "残疾人运动员名册", ".xlsx", ATHLETES, lambda p: p.athlete, ()),
    )
}


@dataclass(frozen=True, slots=True)
class RosterFile:
    """A made-up roster ready to be written, and the truth about it."""

    source: str
    file: str
    sheet: str
    taken_on: date
    table: Table
    planted: tuple[Planted, ...]

    def rows_with(self, fault: Fault) -> frozenset[int]:
        """Return the numbers of the rows in which the fault was planted."""
        return frozenset(one.row_no for one in self.planted if one.fault is fault)


@dataclass(slots=True)
class Draft:
    """Rows while faults are planted: each with its person, and the fault it has, if any."""

    rows: list[Row]
    people: list[MadeUp]
    faults: dict[int, Fault] = field(default_factory=dict)
    untouched: set[int] = field(default_factory=set)
    """Rows without a fault that must stay so, because another row is compared with them."""

    def free(self, fits: Callable[[Row, MadeUp], bool]) -> list[int]:
        """Return the rows without a fault that fit."""
        pairs = enumerate(zip(self.rows, self.people, strict=True))
        taken = self.untouched | self.faults.keys()
        return [at for at, (row, person) in pairs if at not in taken and fits(row, person)]


def make_rosters(
    rng: Random,
    county: County,
    people: Sequence[MadeUp],
    taken_on: date,
    sources: Iterable[str],
    *,
    known: frozenset[str] = frozenset(),
    neighbours: frozenset[str] = frozenset(),
    clean: bool = False,
) -> tuple[RosterFile, ...]:
    """Return the rosters of the sources, in order, as of a day.

    `known` holds the identity numbers already recorded (with the right name); rosters later in the order add theirs.
    `neighbours` are the numbers that a neighbouring county's roster of the same kind lists as well. With `clean`
    nothing is planted.
    """
    found: list[RosterFile] = []
    recorded = set(known)
    for number, source in enumerate(sources):
        kind = KINDS[source]
        listed = [person for person in people if kind.lists(person)]
        draft = Draft([row_of(county, person) for person in listed], list(listed))
        skipped = FIRST_ONLY if number or known else frozenset[Fault]()
        _next_door(draft, neighbours)
        for fault in () if clean else kind.faults:
            if fault not in skipped:
                _plant(rng, draft, fault, recorded)
        if not clean:
            _share_phones(rng, draft, kind)
            _grow_up(rng, draft, people, county, kind, taken_on)
        recorded |= {person.identity for at, person in enumerate(draft.people) if _recorded(draft.faults.get(at))}
        found.append(_file(county, kind, taken_on, draft))
    return tuple(found)


def _plant(rng: Random, draft: Draft, fault: Fault, recorded: set[str]) -> None:
    """Plant one kind of fault at its rate, in rows that have none yet."""
    plant = PLANTS[fault]

    def fits(row: Row, person: MadeUp) -> bool:
        return plant.fits(row, person) and (fault is not Fault.NAME_DIFFERS or person.identity in recorded)

    free = draft.free(fits)
    count = min(len(free), max(1, RATES[fault] * len(draft.rows) // PER))
    for at in sorted(rng.sample(free, count)):
        target = at
        if plant.copies:
            target = len(draft.rows)
            draft.rows.append(dict(draft.rows[at]))
            draft.people.append(draft.people[at])
            draft.untouched.add(at)
            draft.untouched.add(target)
            if plant.both:
                draft.faults[at] = fault
        plant.spoil(rng, draft.rows[target], draft.people[target])
        draft.faults[at if plant.older else target] = fault


def _next_door(draft: Draft, neighbours: frozenset[str]) -> None:
    """Mark the rows of people whom the neighbouring county lists too; nothing in the row itself shows it."""
    for at, person in enumerate(draft.people):
        if person.identity in neighbours:
            draft.faults[at] = Fault.TWO_COUNTIES


def _share_phones(rng: Random, draft: Draft, kind: RosterKind) -> None:
    """Give one guardian's phone to many people of the county's largest list."""
    if kind.source not in {"disability_certificate", "poverty_relief"}:
        return
    free = draft.free(lambda _row, _person: True)
    shared = rng.sample(free, min(len(free), max(LEAST_SHARING, RATES[Fault.SHARED_PHONE] * len(draft.rows) // PER)))
    phone = draft.rows[shared[0]]["phone"] if shared else None
    for at in shared:
        draft.rows[at]["phone"] = phone
        draft.faults[at] = Fault.SHARED_PHONE


def _grow_up(
    rng: Random, draft: Draft, people: Sequence[MadeUp], county: County, kind: RosterKind, taken_on: date
) -> None:
    """Leave people on the children's list who have turned eighteen."""
    if kind.source != "rehabilitation":
        return
    grown = [person for person in people if person.category is not None and age_on(person.birth_on, taken_on) in GROWN]
    count = min(len(grown), max(1, RATES[Fault.CHILD_GROWN_UP] * len(draft.rows) // PER))
    for person in rng.sample(grown, count):
        draft.faults[len(draft.rows)] = Fault.CHILD_GROWN_UP
        draft.rows.append(row_of(county, replace(person, institution="康复")))
        draft.people.append(person)


GROWN: Final = range(18, 26)
"""Ages at which somebody is likely to have been left on the children's list."""


def _recorded(fault: Fault | None) -> bool:
    """Tell whether the importer records the person of such a row."""
    return fault is None or EXPECTED[fault].verdict in {"ready", "duplicate"}


def _file(county: County, kind: RosterKind, taken_on: date, draft: Draft) -> RosterFile:
    """Put the rows under their headers and number them as the sender's program does."""
    tops = tuple(top for _, top, _ in kind.columns)
    lows = tuple(low for _, _, low in kind.columns)
    header = (tops,) if tops == lows else (tops, lows)
    cells: list[tuple[Cell, ...]] = []
    for serial, row in enumerate(draft.rows, 1):
        row["serial"] = serial
        cells.append(tuple(row[about] for about, _, _ in kind.columns))
    table = Table(f"{county.name}{kind.title}{MADE_UP}", header, tuple(cells))
    name = f"{county.name}{kind.name}{taken_on:%Y%m%d}{kind.ending}"
    planted = tuple(Planted(name, table.first_row + at, fault) for at, fault in sorted(draft.faults.items()))
    return RosterFile(kind.source, name, f"{kind.name}{MADE_UP}", taken_on, table, planted)
