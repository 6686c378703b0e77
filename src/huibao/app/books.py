"""The books as finance and audit read them: trial balance → journal → voucher → paper, each within the reader's area. R5."""

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from huibao.app.access import Actor, Noun, Verb, may, must
from huibao.domain.approval import Approval, number_in
from huibao.domain.ledger import AccountKind, AccountRef, Cause, Recorded, SourceKind, parse_account
from huibao.domain.ledger.subjects import BANKED, SUBJECTS, Subject, Turnover, summed
from huibao.domain.plan import Contract
from huibao.kernel.clock import Clock
from huibao.kernel.problem import Lang, Problem, Refused, define
from huibao.rules.reference import division_table
from huibao.rules.shelf import open_scheme
from huibao.rules.vocabulary import Line
from huibao.store import approval as approvals
from huibao.store import books as store
from huibao.store import contract as contracts
from huibao.store.books import Day, JournalRow, Scope

PAGE: Final = 50
FIRST_YEAR: Final = 1990
LAST_YEAR: Final = 2199

NO_SUCH_AREA: Final = define(
    "BOOKS-001",
    "没有地区代码 {area}。",
    "请从首页重新进入。",
    "There is no area {area}.",
    "Begin at the home page.",
)
NO_SUCH_ENTRY: Final = define(
    "BOOKS-002",
    "您负责的范围内没有第 {number} 号凭证。",
    "请从明细账打开。",
    "There is no voucher {number} within your reach.",
    "Open it from a journal.",
)
NO_SUCH_ACCOUNT: Final = define(
    "BOOKS-003",
    "{area} 的账簿中没有账户 {code}。",
    "请从科目余额表打开。",
    "The books of {area} have no account {code}.",
    "Open it from the trial balance.",
)

SOURCES: Final = {
    SourceKind.FISCAL: ("财政预算", "public budget"),
    SourceKind.LEVY: ("残疾人就业保障金", "disability employment levy"),
    SourceKind.SELF: ("本人缴费", "the insured"),
    SourceKind.CLOSE_RELATIVE: ("近亲属缴费", "close relatives"),
    SourceKind.DONOR: ("捐赠", "donors"),
    SourceKind.INSURER: ("承保机构自有资金", "the insurer's own money"),
}


@dataclass(frozen=True, slots=True)
class Ground:
    """What a reader looks at: an area and a year, with the contracts there, so that accounts have names."""

    area: str
    year: int
    contracts: Mapping[str, Contract]
    today: date
    more: tuple[str, ...] = ()
    """Further areas, where a reader has several and looks at all of them."""
    _scope: list[Scope] = field(default_factory=list)

    @property
    def first_on(self) -> date:
        """First day of the year."""
        return date(self.year, 1, 1)

    @property
    def last_on(self) -> date:
        """Last day of the year."""
        return date(self.year, 12, 31)

    @property
    def year_text(self) -> str:
        """The year without a thousands mark, whatever the language."""
        return str(self.year)

    @property
    def scope(self) -> Scope:
        """The area's accounts, read once."""
        if not self._scope:
            self._scope.append(Scope(tuple(stem_of(one) for one in (self.area, *self.more)), self.contracts))
        return self._scope[0]

    @property
    def area_name(self) -> str:
        """The area's full name."""
        return division_table().full_name_on(self.area, self.today) or self.area

    def name(self, ref: AccountRef, lang: Lang = "zh") -> str:
        """The account in words: whose, and for what."""
        at = 1 if lang == "en" else 0
        if ref.kind is AccountKind.SOURCE:
            kind, _, giver = ref.owner.partition("/")
            return " · ".join(part for part in (SOURCES[SourceKind(kind)][at], giver) if part)
        parts = []
        if ref.kind is AccountKind.FUND:
            parts = [division_table().name_on(ref.area, self.today) or ref.area, self.fund_title(ref.fund, lang)]
        elif ref.contract:
            parts = [ref.contract]
            parts += [self.fund_title(ref.fund, lang)] if ref.fund else []
            parts += [line_name(ref.line, lang)]
        else:
            parts = [ref.owner]
        return " · ".join(part for part in parts if part)

    def fund_title(self, fund: str, lang: Lang = "zh") -> str:
        """A fund's title as its scheme writes it; its id where no scheme here knows it."""
        for scheme_id in dict.fromkeys(one.scheme_id for one in self.contracts.values()):
            known = open_scheme(scheme_id).funds.get(fund)
            if known is not None:
                return known.title.en if lang == "en" else known.title.zh
        return fund


@dataclass(frozen=True, slots=True)
class SubjectRow:
    """One subject of the trial balance: the sums of its accounts."""

    subject: Subject
    kind: AccountKind
    sums: Turnover
    accounts: int
    only: AccountRef | None
    """Its one account, where it has one: the journal is then one step nearer."""


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """Every subject with opening balance, turnovers and closing balance; debits and credits agree (L1)."""

    ground: Ground
    rows: tuple[SubjectRow, ...]
    total: Turnover

    @property
    def agrees(self) -> bool:
        """Whether what came is what went, and the balances sum to nothing."""
        return self.total.in_fen == self.total.out_fen and self.total.closing_fen == 0 == self.total.opening_fen


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One line of a journal with the balance after it, fen."""

    row: JournalRow
    balance_fen: int

    @property
    def out_fen(self) -> int:
        """What went, fen >= 0."""
        return max(-self.row.fen, 0)


@dataclass(frozen=True, slots=True)
class Month:
    """What came to and left an account in a month, fen. `first_on` is its first day."""

    first_on: date
    in_fen: int
    out_fen: int


@dataclass(frozen=True, slots=True)
class Journal:
    """A page of an account's journal."""

    ground: Ground
    ref: AccountRef
    period: tuple[date, date]
    opening_fen: int
    """Before the first line of this page."""
    lines: tuple[JournalLine, ...]
    total: int
    months: tuple[Month, ...]
    whole: Turnover
    """The whole period."""


@dataclass(frozen=True, slots=True)
class Voucher:
    """An entry with what it hangs together with."""

    ground: Ground
    record: Recorded
    undoes: int | None
    undone_by: int | None
    approval: Approval | None
    about: tuple[tuple[int, str, date], ...]

    @property
    def cause(self) -> Cause:
        """Why money moved; of a reversal that of the entry it undoes is the paper's."""
        return self.record.entry.cause


def ground_of(actor: Actor, area: str, year: int | None, clock: Clock) -> Ground:
    """The area and year a reader may look at; Refused outside the own reach. Area "" is the own, year None the last one."""
    wanted = area or actor.area
    must(actor, Verb.READ, Noun.BOOKS, wanted)
    return ground_at(wanted, clock, year)


def ground_of_all(actor: Actor, clock: Clock) -> Ground:
    """Every area of the reader's, this year: where somebody who asks for money to move may have it moved."""
    here = ground_of(actor, "", clock.today().year, clock)
    areas = areas_of(actor)
    stems = tuple(stem_of(area) for area in areas)
    found = {one.number: one for one in contracts.contracts() if one.area.startswith(stems)}
    return replace(here, contracts=found, more=tuple(area for area in areas if area != here.area), _scope=[])


def areas_of(actor: Actor) -> tuple[str, ...]:
    """Areas whose books the reader may look at, his first one first."""
    reached = (reach.area for reach in actor.reaches if may(actor, Verb.READ, Noun.BOOKS, reach.area) is None)
    return tuple(dict.fromkeys(reached))


def ground_at(wanted: str, clock: Clock, year: int | None = None) -> Ground:
    """The same for whoever may look anywhere: who runs the program itself. Refused where there is no such area."""
    if division_table().name_on(wanted, clock.today()) is None:
        raise Refused(NO_SUCH_AREA(area=wanted))
    stem = stem_of(wanted)
    found = {one.number: one for one in contracts.contracts() if one.area.startswith(stem)}
    if year is None or not FIRST_YEAR <= year <= LAST_YEAR:
        known = store.years()
        year = min(clock.today().year, known[1]) if known else clock.today().year
    return Ground(wanted, year, found, clock.today())


def trial_balance(ground: Ground) -> TrialBalance:
    """The trial balance of an area and year, by subject."""
    turnovers = turnovers_of(ground)
    by_kind: dict[AccountKind, list[Turnover]] = {}
    for one in turnovers:
        by_kind.setdefault(one.ref.kind, []).append(one)
    rows = []
    for kind, subject in SUBJECTS.items():
        own = tuple(by_kind.get(kind, ()))
        if own:
            only = own[0].ref if len(own) == 1 else None
            rows.append(SubjectRow(subject, kind, summed(own, own[0].ref), len(own), only))
    return TrialBalance(ground, tuple(rows), summed(turnovers, AccountRef(AccountKind.SOURCE, "all")))


def turnovers_of(ground: Ground, kind: AccountKind | None = None) -> tuple[Turnover, ...]:
    """Every account of the area (or of one subject) with its turnovers of the year, in the order of the chart."""
    sums = store.turnovers(ground.scope, ground.first_on, ground.last_on)
    order = {one: at for at, one in enumerate(SUBJECTS)}
    chosen = [ref for ref in sums if kind is None or ref.kind is kind]
    return tuple(Turnover(ref, *sums[ref]) for ref in sorted(chosen, key=lambda ref: (order[ref.kind], ref)))


def bank_balances(ground: Ground) -> tuple[Turnover, ...]:
    """What must lie in bank accounts of their own at the year's end: funds and special accounts. SD-7.4."""
    return tuple(one for one in turnovers_of(ground) if one.ref.kind in BANKED and ground.scope.holds(one.ref))


def journal(ground: Ground, code: str, month: int | None, page: int) -> Journal:
    """One page of an account's journal, of the year or one month of it."""
    ref = parse_account(code)
    if isinstance(ref, Problem):
        raise Refused(ref)
    if not ground.scope.holds(ref) and not store.deals_with(ground.scope, ref):
        raise Refused(NO_SUCH_ACCOUNT(area=ground.area_name, code=code))
    period = month_of(ground.year, month) if month else (ground.first_on, ground.last_on)
    year = store.days(ground.scope, ref, ground.first_on, ground.last_on)
    days = [day for day in year if period[0] <= day.on <= period[1]]
    total = sum(day.count for day in days)
    start = (min(max(page, 1), max(1, -(-total // PAGE))) - 1) * PAGE
    before = store.opening(ground.scope, ref, ground.first_on) + _net(day for day in year if day.on < period[0])
    whole = Turnover(ref, before, sum(day.in_fen for day in days), sum(day.out_fen for day in days))
    held, lines = _lines(ground, ref, days, start, before)
    return Journal(ground, ref, period, held, lines, total, _months(year), whole)


def _lines(
    ground: Ground, ref: AccountRef, days: Sequence[Day], start: int, before: int
) -> tuple[int, tuple[JournalLine, ...]]:
    """What was held before the page's first line, and its lines: only the days on the page are read and sorted."""
    held, at = before, 0
    while at < len(days) and start >= days[at].count:
        start -= days[at].count
        held += days[at].in_fen - days[at].out_fen
        at += 1
    last, room = at, start + PAGE
    while last < len(days) - 1 and room > days[last].count:
        room -= days[last].count
        last += 1
    if at == len(days):
        return held, ()
    rows = store.journal(ground.scope, ref, (days[at].on, days[last].on), 0, start + PAGE)
    held += sum(row.fen for row in rows[:start])
    lines, balance = [], held
    for row in rows[start:]:
        balance += row.fen
        lines.append(JournalLine(row, balance))
    return held, tuple(lines)


def _months(year: Sequence[Day]) -> tuple[Month, ...]:
    found: dict[date, list[int]] = {}
    for day in year:
        month = found.setdefault(day.on.replace(day=1), [0, 0])
        month[0] += day.in_fen
        month[1] += day.out_fen
    return tuple(Month(first_on, *sums) for first_on, sums in found.items())


def _net(days: Iterable[Day]) -> int:
    return sum(day.in_fen - day.out_fen for day in days)


def voucher(actor: Actor, number: int, clock: Clock) -> Voucher:
    """The entry of that number, if money of the reader's area moves in it."""
    must(actor, Verb.READ, Noun.BOOKS)
    record = store.entry(number)
    if record is None:
        raise Refused(NO_SUCH_ENTRY(number=number))
    touched = {ref for move in record.entry.transfers for ref in (move.source, move.target)}
    grounds = (ground_of(actor, area, None, clock) for area in areas_of(actor))
    ground = next((one for one in grounds if any(one.scope.holds(ref) for ref in touched)), None)
    if ground is None:
        raise Refused(NO_SUCH_ENTRY(number=number))
    approval_number = number_in(record.entry.approval)
    return Voucher(
        ground=Ground(ground.area, record.entry.takes_effect_on.year, ground.contracts, ground.today),
        record=record,
        undoes=store.number_of(record.entry.reverses),
        undone_by=store.reversed_by(number),
        approval=None if approval_number is None else approvals.by_number(approval_number),
        about=store.about(record.entry.subject, PAGE),
    )


def voucher_of(approval: Approval) -> int | None:
    """The number of the entry by which an approval was carried out; None where none names it."""
    numbers = store.on_approvals([approval.text]).get(approval.text, ())
    return numbers[0] if numbers else None


def years() -> tuple[int, int] | None:
    """The first and last year in the books; None while they are empty."""
    return store.years()


def month_of(year: int, month: int) -> tuple[date, date]:
    """First and last day of a month, 1 to 12."""
    _, days = monthrange(year, month)
    return date(year, month, 1), date(year, month, days)


def line_name(line: str, lang: Lang = "zh") -> str:
    """A line in words; empty for none."""
    if not line:
        return ""
    found = Line(line)
    return found.en if lang == "en" else found.zh


def stem_of(area: str) -> str:
    """The digits that every division within an area begins with."""
    stem = area.rstrip("0")
    return stem + "0" * (len(stem) % 2)
