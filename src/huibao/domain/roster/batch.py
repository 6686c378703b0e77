"""A whole roster judged: each row by itself, then against the other rows and against what is recorded.

Every row that comes in ends exactly one way: ready, doubtful, refused or duplicate (R1).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from huibao.domain.roster import findings as f
from huibao.domain.roster.naming import Likeness, likeness
from huibao.domain.roster.verdict import RowResult, Standing, Verdict, verdict_of
from huibao.kernel.certificate import Certificate
from huibao.kernel.division import COUNTY_DIGITS
from huibao.kernel.invariant import invariant
from huibao.kernel.problem import Problem, ProblemKind

SHARED_PHONE_ROWS: Final = 10
"""A phone in so many rows is a cadre's or an institution's, not a family's."""


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """What is recorded of somebody a row is about. `elsewhere`: county whose roster of this source lists him or her."""

    id: int
    name: str
    died_on: date | None = None
    elsewhere: str = ""
    elsewhere_since: date | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """How the rows of a roster ended. R1: they add up to the rows that came in."""

    rows_in: int
    ready: int
    doubtful: int
    refused: int
    duplicate: int

    @property
    def adds_up(self) -> bool:
        """R1: rows in = ready + doubtful + refused + duplicates."""
        return self.rows_in == self.ready + self.doubtful + self.refused + self.duplicate


NAME_FINDINGS: Final[Mapping[Likeness, ProblemKind]] = {
    Likeness.VARIANT: f.NAME_VARIANT,
    Likeness.CLOSE: f.NAME_CLOSE,
    Likeness.OTHER: f.NAME_OTHER,
}


def judge(rows: Sequence[RowResult], known: Mapping[str, KnownPerson]) -> tuple[RowResult, ...]:
    """Return the rows with what other rows and the records (by identity number) say of them, in the same order."""
    findings: dict[int, list[Problem]] = defaultdict(list)
    duplicates: set[int] = set()
    _same_identity(rows, findings, duplicates)
    _same_person(rows, findings)
    _records(rows, known, findings)
    shared = _shared_phones(rows, findings)
    return tuple(
        _amended(row, findings.get(at, []), duplicate=at in duplicates, shared=shared) for at, row in enumerate(rows)
    )


def count(rows_in: int, rows: Iterable[RowResult]) -> Counts:
    """Count the verdicts; that they add up to the rows that came in is believed and checked. R1."""
    ended = Counter(row.verdict for row in rows)
    counts = Counts(
        rows_in, ended[Verdict.READY], ended[Verdict.DOUBTFUL], ended[Verdict.REFUSED], ended[Verdict.DUPLICATE]
    )
    invariant(counts.adds_up, "R1", str(counts))
    return counts


def _amended(row: RowResult, more: list[Problem], *, duplicate: bool, shared: frozenset[str]) -> RowResult:
    person = row.person
    drop_phone = person is not None and person.phone in shared
    if not more and not duplicate and not drop_phone:
        return row
    problems = (*row.problems, *more)
    verdict = Verdict.DUPLICATE if duplicate else verdict_of(problems)
    if person is not None and drop_phone:
        person = replace(person, phone="")
    return replace(row, problems=problems, verdict=verdict, person=person)


def _tell(row: RowResult, kind: ProblemKind, field: str, **values: object) -> Problem:
    return kind(row=row.row_no, field=field, where=row.sheet or None, **values)


def _same_identity(rows: Sequence[RowResult], findings: dict[int, list[Problem]], duplicates: set[int]) -> None:
    """Rows with one identity number: the same row twice, a re-issued certificate, two people, or two sayings."""
    first_at: dict[str, int] = {}
    for at, row in enumerate(rows):
        if row.person is None:
            continue
        other_at = first_at.setdefault(row.person.identity, at)
        if other_at == at:
            continue
        other = rows[other_at]
        if likeness(row.name, other.name) is Likeness.OTHER:
            for here, this, that in ((at, row, other), (other_at, other, row)):
                names = {"name": this.name, "known": that.name}
                findings[here].append(_tell(this, f.TWO_PEOPLE, "身份证号", other=_place(that, this), **names))
        elif _is_reissue(row.certificate, other.certificate):
            newer, older = (
                (at, other_at) if _reissue(row.certificate) >= _reissue(other.certificate) else (other_at, at)
            )
            kept, dropped = rows[newer], rows[older]
            number = dropped.certificate.number if dropped.certificate else ""
            findings[older].append(_tell(dropped, f.REISSUE, "残疾证号", found=number, other=_place(kept, dropped)))
            duplicates.add(older)
            first_at[row.person.identity] = newer
        elif row.verdict is not Verdict.REFUSED and (what := _otherwise(row, other)):
            findings[at].append(_tell(row, f.SAYS_OTHERWISE, "身份证号", other=_place(other, row), what=what))
        else:
            findings[at].append(_tell(row, f.TWICE, "身份证号", other=_place(other, row)))
            duplicates.add(at)


def _is_reissue(one: Certificate | None, other: Certificate | None) -> bool:
    return one is not None and other is not None and one.number != other.number and (one.reissue + other.reissue) > 0


def _reissue(certificate: Certificate | None) -> int:
    return certificate.reissue if certificate else 0


def _otherwise(row: RowResult, other: RowResult) -> str:
    """What two rows of one person say differently, in words."""
    ours = {fact.kind: (fact.value, fact.from_on) for fact in row.facts}
    theirs = {fact.kind: (fact.value, fact.from_on) for fact in other.facts}
    differs = [kind for kind in ours.keys() | theirs.keys() if ours.get(kind) != theirs.get(kind)]
    return "、".join(sorted(f"{kind}（{_said(theirs.get(kind))} / {_said(ours.get(kind))}）" for kind in differs))


def _said(value: tuple[str, date] | None) -> str:
    return "—" if value is None else f"{value[0]} {value[1]}"


def _same_person(rows: Sequence[RowResult], findings: dict[int, list[Problem]]) -> None:
    """One person under two identity numbers: the same name, birth and place down to the village or address."""
    first_at: dict[tuple[str, date, str], int] = {}
    for at, row in enumerate(rows):
        person = row.person
        if person is None:
            continue
        near = person.domicile if len(person.domicile) > COUNTY_DIGITS + 3 else person.address
        if not near or not person.name:
            continue
        other_at = first_at.setdefault((person.name, person.birth_on, near), at)
        other = rows[other_at]
        if other_at != at and other.person is not None and other.person.identity != person.identity:
            findings[at].append(_tell(row, f.TWO_NUMBERS, "身份证号", other=_place(other, row)))
            findings[other_at].append(_tell(other, f.TWO_NUMBERS, "身份证号", other=_place(row, other)))


def _records(rows: Sequence[RowResult], known: Mapping[str, KnownPerson], findings: dict[int, list[Problem]]) -> None:
    for at, row in enumerate(rows):
        found = known.get(row.person.identity) if row.person is not None else None
        if found is None or row.standing is not Standing.LISTED:
            continue
        kind = NAME_FINDINGS.get(likeness(row.name, found.name)) if row.name else None
        if kind is not None:
            findings[at].append(_tell(row, kind, "姓名", name=row.name, known=found.name))
        if found.died_on is not None:
            findings[at].append(_tell(row, f.KNOWN_DEAD, "姓名", died_on=found.died_on))
        if found.elsewhere:
            values = {"other": found.elsewhere, "since": found.elsewhere_since}
            findings[at].append(_tell(row, f.TWO_COUNTIES, "身份证号", **values))


def _shared_phones(rows: Sequence[RowResult], findings: dict[int, list[Problem]]) -> frozenset[str]:
    """Phones in too many rows to be anybody's own; the rows say so, and the phone is not taken as the person's."""
    phones = Counter(row.person.phone for row in rows if row.person is not None and row.person.phone)
    shared = {phone: times for phone, times in phones.items() if times >= SHARED_PHONE_ROWS}
    if shared:
        for at, row in enumerate(rows):
            if row.person is not None and row.person.phone in shared:
                phone = row.person.phone
                findings[at].append(shared_phone(row.sheet, row.row_no, phone, shared[phone]))
    return frozenset(shared)


def shared_phone(sheet: str, row_no: int, phone: str, rows: int) -> Problem:
    """Return what is said of a row whose phone stands in so many rows (`SHARED_PHONE_ROWS` or more)."""
    return f.SHARED_PHONE(row=row_no, field="联系电话", where=sheet or None, phone=phone, rows=rows)


def _place(row: RowResult, seen_from: RowResult) -> str:
    """Row number, with its sheet when that is another one."""
    return str(row.row_no) if row.sheet == seen_from.sheet else f"{row.sheet}!{row.row_no}"
