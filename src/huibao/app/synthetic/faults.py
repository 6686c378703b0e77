"""The faults real rosters have, planted at stated rates, each with what the importer should find.

The rates are demonstration values: how often each fault occurs in life is not published.
"""

from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from random import Random
from typing import Final

from huibao.app.synthetic.names import A_CERTAIN
from huibao.app.synthetic.people import MadeUp
from huibao.app.synthetic.workbooks import Cell
from huibao.kernel.certificate import DisabilityGrade, certificate_number
from huibao.kernel.identity import CHECK_DIGITS, EXCEL_TAIL, check_digit

Row = MutableMapping[str, Cell]
"""What the cell is about (identity, name, grade …) → cell."""


class Fault(StrEnum):
    """One kind of fault a roster row may have."""

    OLD_NUMBER = "old_number"
    """An identity number of 15 digits."""
    LOOKALIKE_X = "lookalike_x"
    """A multiplication sign or small x for the check digit X."""
    FULL_WIDTH = "full_width"
    APOSTROPHE = "apostrophe"
    SCIENTIFIC = "scientific"
    """4.30E+17 as text."""
    AS_NUMBER = "as_number"
    """The cell is a number, so its last digits are gone (xlsx only)."""
    ZERO_TAIL = "zero_tail"
    """The last three digits have become 000."""
    CHECK_DIGIT = "check_digit"
    TWO_PEOPLE_ONE_NUMBER = "two_people_one_number"
    ONE_PERSON_TWICE = "one_person_twice"
    ONE_PERSON_TWO_NUMBERS = "one_person_two_numbers"
    OTHER_IDENTITY_IN_CERTIFICATE = "other_identity_in_certificate"
    GRADE_MISMATCH = "grade_mismatch"
    REISSUE_AS_SECOND = "reissue_as_second"
    """The re-issued certificate (…B1) listed as if it were another person's."""
    MIDDLE_DOT = "middle_dot"
    PRIVATE_CHARACTER = "private_character"
    """A rare character in the private use area of somebody's font."""
    NAME_DIFFERS = "name_differs"
    """Written otherwise than in the roster that came before."""
    DIED = "died"
    MOVED_OUT = "moved_out"
    FROZEN = "frozen"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    CHILD_GROWN_UP = "child_grown_up"
    SHARED_PHONE = "shared_phone"
    """One guardian's phone for forty people."""
    TOWN_MERGED = "town_merged"
    """The name of a township that has gone into another, and no code."""
    TWO_COUNTIES = "two_counties"
    """The neighbouring county lists the person too."""
    TRAILING_SPACES = "trailing_spaces"
    """Blanks after the identity number, as exports of fixed width leave them."""
    NO_CERTIFICATE = "no_certificate"
    """Certificate number, category and grade are all empty."""


RATES: Final[dict[Fault, int]] = {
    Fault.OLD_NUMBER: 40,
    Fault.LOOKALIKE_X: 30,
    Fault.FULL_WIDTH: 20,
    Fault.APOSTROPHE: 30,
    Fault.SCIENTIFIC: 15,
    Fault.AS_NUMBER: 15,
    Fault.ZERO_TAIL: 15,
    Fault.CHECK_DIGIT: 30,
    Fault.TWO_PEOPLE_ONE_NUMBER: 10,
    Fault.ONE_PERSON_TWICE: 30,
    Fault.ONE_PERSON_TWO_NUMBERS: 10,
    Fault.OTHER_IDENTITY_IN_CERTIFICATE: 15,
    Fault.GRADE_MISMATCH: 30,
    Fault.REISSUE_AS_SECOND: 15,
    Fault.MIDDLE_DOT: 10,
    Fault.PRIVATE_CHARACTER: 10,
    Fault.NAME_DIFFERS: 20,
    Fault.DIED: 40,
    Fault.MOVED_OUT: 30,
    Fault.FROZEN: 15,
    Fault.CANCELLED: 15,
    Fault.EXPIRED: 30,
    Fault.CHILD_GROWN_UP: 200,
    Fault.SHARED_PHONE: 80,
    Fault.TOWN_MERGED: 20,
    Fault.TWO_COUNTIES: 20,
    Fault.TRAILING_SPACES: 40,
    Fault.NO_CERTIFICATE: 20,
}
"""Rows with the fault per 10,000 rows of a roster in which it can occur, at least one. Demonstration values."""

PER: Final = 10_000

LEAST_SHARING: Final = 40
"""People who share one guardian's phone, or all who can where there are fewer."""


@dataclass(frozen=True, slots=True)
class Planted:
    """A fault that was planted: in which file and row (from 1, as the sender's program numbers them)."""

    file: str
    row_no: int
    fault: Fault


@dataclass(frozen=True, slots=True)
class Expected:
    """What the importer should say of a planted fault: one of these problem codes, and how the row should end."""

    codes: frozenset[str]
    verdict: str
    also: frozenset[str] = frozenset()
    """Codes of other findings that follow from it."""


def _expect(verdict: str, *codes: str) -> Expected:
    return Expected(frozenset(codes), verdict)


EXPECTED: Final[dict[Fault, Expected]] = {
    Fault.OLD_NUMBER: _expect("ready", "IDENTITY-011"),
    Fault.LOOKALIKE_X: _expect("ready", "IDENTITY-012"),
    Fault.FULL_WIDTH: _expect("ready", "IDENTITY-012"),
    Fault.APOSTROPHE: _expect("ready", "IDENTITY-012"),
    Fault.SCIENTIFIC: _expect("refused", "IDENTITY-002"),
    Fault.AS_NUMBER: _expect("refused", "IDENTITY-003"),
    Fault.ZERO_TAIL: _expect("refused", "IDENTITY-013"),
    Fault.CHECK_DIGIT: Expected(frozenset({"IDENTITY-007"}), "doubtful", also=frozenset({"ROSTER-041"})),
    Fault.TWO_PEOPLE_ONE_NUMBER: _expect("doubtful", "ROSTER-061"),
    Fault.ONE_PERSON_TWICE: _expect("duplicate", "ROSTER-060"),
    Fault.ONE_PERSON_TWO_NUMBERS: _expect("doubtful", "ROSTER-062"),
    Fault.OTHER_IDENTITY_IN_CERTIFICATE: _expect("doubtful", "ROSTER-041"),
    Fault.GRADE_MISMATCH: _expect("doubtful", "ROSTER-042"),
    Fault.REISSUE_AS_SECOND: _expect("duplicate", "ROSTER-048"),
    Fault.MIDDLE_DOT: _expect("ready", "ROSTER-011"),
    Fault.PRIVATE_CHARACTER: _expect("doubtful", "ROSTER-012"),
    Fault.NAME_DIFFERS: _expect("doubtful", "ROSTER-014", "ROSTER-015", "ROSTER-016"),
    Fault.DIED: _expect("refused", "ROSTER-050"),
    Fault.MOVED_OUT: _expect("refused", "ROSTER-051"),
    Fault.FROZEN: _expect("doubtful", "ROSTER-045"),
    Fault.CANCELLED: _expect("refused", "ROSTER-046"),
    Fault.EXPIRED: _expect("doubtful", "ROSTER-047"),
    Fault.CHILD_GROWN_UP: _expect("doubtful", "ROSTER-052"),
    Fault.SHARED_PHONE: _expect("ready", "ROSTER-064"),
    Fault.TOWN_MERGED: _expect("doubtful", "ROSTER-071"),
    Fault.TWO_COUNTIES: _expect("doubtful", "ROSTER-063"),
    Fault.TRAILING_SPACES: _expect("ready", "IDENTITY-012"),
    Fault.NO_CERTIFICATE: _expect("refused", "ROSTER-049"),
}

FULL: Final = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
DOTS: Final = "•・.‧"
"""What people type for the middle dot of a name."""
PRIVATE: Final = "\ue844"
"""A character of nobody's standard."""
BORN_BEFORE: Final = date(2000, 1, 1)
"""Only people born in the 1900s ever had a number of 15 digits."""

LAST_ORDERS: Final = 998
"""Order numbers from here on have no next one of the same sex."""

Spoil = Callable[[Random, Row, MadeUp], None]
Fits = Callable[[Row, MadeUp], bool]


def _anybody(_row: Row, _person: MadeUp) -> bool:
    return True


def _identity(make: Callable[[Random, str], Cell]) -> Spoil:
    def spoil(rng: Random, row: Row, person: MadeUp) -> None:
        row["identity"] = make(rng, person.identity)

    return spoil


def _other_check_digit(rng: Random, number: str) -> Cell:
    return number[:17] + rng.choice([digit for digit in CHECK_DIGITS if digit not in {number[17], "0"}])


def _zero_tail(_rng: Random, number: str) -> Cell:
    return number[:15] + EXCEL_TAIL


def _set(label: str, *values: Cell) -> Spoil:
    def spoil(rng: Random, row: Row, _person: MadeUp) -> None:
        row[label] = rng.choice(values)

    return spoil


def _grade(_rng: Random, row: Row, person: MadeUp) -> None:
    row["grade"] = "一二三四"[person.grade % 4] + "级"


def next_identity(number: str) -> str:
    """Return the number of somebody of the same sex and birthday, two places on in the register."""
    body = number[:14] + f"{(int(number[14:17]) + 2) % 1000:03d}"
    return body + check_digit(body)


def _other_identity(_rng: Random, row: Row, person: MadeUp) -> None:
    if person.category is not None:
        embedded = next_identity(person.identity)
        row["certificate"] = certificate_number(embedded, person.category, DisabilityGrade(person.grade))


def _no_certificate(_rng: Random, row: Row, _person: MadeUp) -> None:
    row["certificate"] = row["category"] = row["grade"] = None


def _reissued(_rng: Random, row: Row, person: MadeUp) -> None:
    row["certificate"] = f"{person.certificate}B1"


def _two_numbers(_rng: Random, row: Row, person: MadeUp) -> None:
    number = next_identity(person.identity)
    row["identity"] = number
    if person.category is not None:
        row["certificate"] = certificate_number(number, person.category, DisabilityGrade(person.grade))


def _other_name(rng: Random, row: Row, person: MadeUp) -> None:
    """A name no character of which, surname apart, stands in the first one."""
    row["name"] = person.name[0] + A_CERTAIN + rng.choice(("卫东", "思源", "若楠", "一鸣"))


def _one_character(_rng: Random, row: Row, person: MadeUp) -> None:
    row["name"] = person.name[:-1] + ("倩" if person.name[-1] != "倩" else "茜")


def _private(_rng: Random, row: Row, person: MadeUp) -> None:
    row["name"] = person.name[:-1] + PRIVATE


def _dot(rng: Random, row: Row, person: MadeUp) -> None:
    row["name"] = person.name.replace("·", rng.choice(DOTS))


def _merged(rng: Random, row: Row, _person: MadeUp) -> None:
    row["division"] = None
    row["town"] = rng.choice(MERGED_TOWNS)


MERGED_TOWNS: Final = ("老渡口乡（虚构）", "望夫岗乡（虚构）")


@dataclass(frozen=True, slots=True)
class Plant:
    """How a fault is planted: who it can happen to, what it does to the row, whether to a second row of the person."""

    spoil: Spoil
    fits: Fits = _anybody
    copies: bool = False
    """The fault is a second row of the person at the end of the list."""
    both: bool = False
    """The first row is at fault as well, since nobody can tell which is right."""
    older: bool = False
    """The first row alone is at fault: the second one replaces it."""


PLANTS: Final[dict[Fault, Plant]] = {
    Fault.OLD_NUMBER: Plant(
        _identity(lambda _rng, number: number[:6] + number[8:17]), lambda _row, person: person.birth_on < BORN_BEFORE
    ),
    Fault.LOOKALIKE_X: Plant(
        _identity(lambda rng, number: number[:17] + rng.choice("x×Ⅹ")),
        lambda _row, person: person.identity.endswith("X"),
    ),
    Fault.FULL_WIDTH: Plant(_identity(lambda _rng, number: number.translate(FULL))),
    Fault.APOSTROPHE: Plant(_identity(lambda _rng, number: f"'{number}")),
    Fault.SCIENTIFIC: Plant(_identity(lambda _rng, number: f"{number[0]}.{number[1:3]}E+17")),
    Fault.AS_NUMBER: Plant(
        _identity(lambda _rng, number: float(number[:15] + EXCEL_TAIL)),
        lambda _row, person: not person.identity.endswith("X"),
    ),
    Fault.ZERO_TAIL: Plant(
        _identity(_zero_tail), lambda _row, person: check_digit(person.identity[:15] + EXCEL_TAIL[:2]) != "0"
    ),
    Fault.CHECK_DIGIT: Plant(_identity(_other_check_digit)),
    Fault.TWO_PEOPLE_ONE_NUMBER: Plant(_other_name, copies=True, both=True),
    Fault.ONE_PERSON_TWICE: Plant(lambda _rng, _row, _person: None, copies=True),
    Fault.ONE_PERSON_TWO_NUMBERS: Plant(
        _two_numbers,
        lambda _row, person: int(person.identity[14:17]) < LAST_ORDERS and person.town is not None,
        copies=True,
        both=True,
    ),
    Fault.OTHER_IDENTITY_IN_CERTIFICATE: Plant(_other_identity),
    Fault.GRADE_MISMATCH: Plant(_grade),
    Fault.REISSUE_AS_SECOND: Plant(_reissued, copies=True, older=True),
    Fault.MIDDLE_DOT: Plant(_dot, lambda _row, person: "·" in person.name),
    Fault.PRIVATE_CHARACTER: Plant(_private),
    Fault.NAME_DIFFERS: Plant(_one_character, lambda _row, person: "·" not in person.name),
    Fault.DIED: Plant(_set("standing", "死亡", "已死亡")),
    Fault.MOVED_OUT: Plant(_set("standing", "迁出", "户口迁出")),
    Fault.FROZEN: Plant(_set("certificate_state", "冻结")),
    Fault.CANCELLED: Plant(_set("certificate_state", "注销")),
    Fault.TOWN_MERGED: Plant(_merged),
    Fault.TRAILING_SPACES: Plant(_identity(lambda rng, number: number + rng.choice((" ", "  ", "\u3000", "\t")))),
    Fault.NO_CERTIFICATE: Plant(_no_certificate),
    Fault.EXPIRED: Plant(_set("certificate_to", "2019-06-30", "2018年12月31日", "2019.3.1")),
}
"""The other three faults are planted by `rosters`, which knows who shares a phone, who grew up and who lives next door."""
