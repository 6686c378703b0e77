"""Which rows are clean, told by columns: the rows about which the row path would find nothing and which stay listed.

This never decides anything against a row: a row not proved clean here is read by `read_row`, so what is said of it
cannot differ. What must hold is one direction: clean here, then no finding there. It is kept simple by asking the row
path itself, once for each different text of a column (a state, a village, a date); only the numbers and names, which
are nearly all different, are looked at by expressions of their own. A property test holds the two equal.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Final

import numpy as np
import polars as pl

from huibao.bulk.roster.keys import Flags, Whole, phone_key, same_key
from huibao.bulk.roster.numbers import look_at_numbers
from huibao.domain.roster.body import first_label
from huibao.domain.roster.cells import (
    CATEGORIES,
    EMPTY,
    category_of,
    day_of,
    grade_of,
    phone_of,
    text_of,
)
from huibao.domain.roster.column import Column
from huibao.domain.roster.desk import Desk
from huibao.domain.roster.hardship import KIND_FACTS
from huibao.domain.roster.header import Cell, Layout
from huibao.domain.roster.person import FactKind
from huibao.domain.roster.place import Places
from huibao.domain.roster.row import MAX_ADDRESS_CHARS, MAX_CELL_CHARS, domicile_of
from huibao.domain.roster.standing import standing_of
from huibao.domain.roster.statement import hardship_of
from huibao.domain.roster.verdict import RawRow, RowContext, Standing
from huibao.kernel.certificate import LENGTH as CERTIFICATE_CHARS
from huibao.kernel.division import TOWN_DIGITS
from huibao.kernel.identity import CHECK_DIGITS, PROVINCES

NAME: Final = r"^[\x{4e00}-\x{9fa5}]{1,20}(·[\x{4e00}-\x{9fa5}]{1,20})?$"
"""Names nothing would be tidied in: Chinese characters, at most one middle dot between them."""
IDENTITY: Final = r"^[0-9]{17}[0-9X]$"
CERTIFICATE_TAIL: Final = r"^[1-7][1-4](B[1-9])?$"
PLAIN_TEXT: Final = r"^[\x{4e00}-\x{9fa5}A-Za-z0-9]*$"
"""Texts that folding width and trimming leave as they are."""
PLAIN_PHONE: Final = r"^1[3-9][0-9]{9}$"

NUMBERS: Final = (Column.NAME, Column.IDENTITY, Column.CERTIFICATE)
"""Columns in which a cell that is no text is damage, whatever it says."""
NO_TEXT: Final = "\x00"
"""Stands for such a cell: nothing accepts it."""
STANDINGS: Final = (Column.CERTIFICATE_STATE, Column.STANDING, Column.REMARK, Column.DIED_ON, Column.LEFT_ON)
PLACES: Final = (
    Column.DIVISION_CODE,
    Column.DOMICILE_COUNTY,
    Column.DOMICILE_TOWN,
    Column.DOMICILE_VILLAGE,
    Column.DOMICILE,
)
ADDRESSES: Final = (
    (Column.RESIDENCE,),
    (Column.DOMICILE,),
    (Column.RESIDENCE_COUNTY, Column.RESIDENCE_TOWN, Column.RESIDENCE_VILLAGE),
    (Column.DOMICILE_COUNTY, Column.DOMICILE_TOWN, Column.DOMICILE_VILLAGE),
)
"""In the order in which the row path takes them."""
KIND_COLUMNS: Final = (*KIND_FACTS, Column.RELIEF, Column.PERSON_KIND)

BAD_DAY: Final = -1
MOST_KEPT: Final = 200_000
"""Answers kept for the texts of a column; then they are forgotten and asked for again."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What the columns of a stretch of rows say. Only rows that are `clean` have a meaning in the other fields."""

    clean: Flags
    identity: Whole
    """The number as a whole one, by `identity_key`."""
    same: Whole
    """Name, birth and place, by `same_key`."""
    phone: Whole
    """The phone, by `phone_key`; 0 for none."""


@dataclass(slots=True)
class Looker:
    """Looks at stretches of one sheet's rows. `seen`: answers of the row path for texts that came before."""

    context: RowContext
    layout: Layout
    seen: dict[object, dict[str, int | str | bool]] = field(default_factory=dict)

    def look(self, rows: Sequence[Sequence[Cell]]) -> Looked:
        """Tell which rows are clean, and what the clean ones are compared by."""
        frame, clean = self._read(rows)
        clean &= _flags(frame, pl.col(Column.NAME).str.contains(NAME))
        identity, birth, good = self._identities(frame[Column.IDENTITY])
        clean &= good
        clean &= self._certificates(frame)
        clean &= self._agreements(frame, birth, identity)
        for column in STANDINGS:
            clean &= self._asked(frame, column, self._stands)
        if self.context.source.states is FactKind.DISABILITY:
            clean &= self._asked(frame, Column.CERTIFICATE_TO, self._stands)
        clean &= self._statements(frame, birth)
        domicile, placed = self._domiciles(frame)
        clean &= placed
        near = self._near(frame, domicile)
        same = np.fromiter(
            map(same_key, frame[Column.NAME].to_list(), birth.tolist(), near.to_list()), dtype=np.int64, count=len(rows)
        )
        return Looked(clean, identity, same, self._phones(frame))

    def _read(self, rows: Sequence[Sequence[Cell]]) -> tuple[pl.DataFrame, Flags]:
        """The columns that mean something, as texts; and which lines are no header and hold nothing too long."""
        label = first_label(self.layout)
        fine = np.fromiter((not _may_begin(row, label) for row in rows), dtype=np.bool_, count=len(rows))
        even = len(set(map(len, rows))) == 1
        columns = list(zip(*rows, strict=True) if even else zip_longest(*rows, fillvalue=""))
        meanings = {at: column for column, at in self.context.mapping.items()}
        empty = pl.repeat("", len(rows), dtype=pl.String, eager=True)
        found = {str(column): empty for column in (*NUMBERS, *meanings.values())}
        for at, cells in enumerate(columns):
            texts, usual = _texts_of(cells, meanings.get(at))
            if usual is not None:
                fine &= usual
            if at in meanings:
                found[str(meanings[at])] = texts
        return pl.DataFrame(found), fine

    def _identities(self, texts: pl.Series) -> tuple[Whole, Whole, Flags]:
        """Numbers by `identity_key`, births as yyyymmdd, and whether number, check digit and birth are right."""
        good = texts.str.contains(IDENTITY).to_numpy().copy()
        identity, birth = np.zeros(len(texts), dtype=np.int64), np.zeros(len(texts), dtype=np.int64)
        shaped = texts.filter(pl.Series(good)).to_list()
        identity[good], birth[good], right = look_at_numbers(shaped, self.context.taken_on)
        good[good] = right
        return identity, birth, good

    def _certificates(self, frame: pl.DataFrame) -> Flags:
        certificate, identity = pl.col(Column.CERTIFICATE), pl.col(Column.IDENTITY)
        first = certificate.str.len_bytes() == CERTIFICATE_CHARS
        fits = (certificate.str.head(18) == identity) & certificate.str.slice(18).str.contains(CERTIFICATE_TAIL)
        known = certificate.str.head(2).is_in(sorted(PROVINCES))
        return _flags(frame, (certificate.is_in(sorted(EMPTY))) | (fits & (first | known)))

    def _agreements(self, frame: pl.DataFrame, birth: Whole, identity: Whole) -> Flags:
        """Birth, sex, category and grade say what the numbers say, or nothing."""
        said = _numbers(self._mapped(frame, Column.BIRTH_ON, _born))
        agree: Flags = (said == 0) | (said == birth)
        sex = _numbers(self._mapped(frame, Column.SEX, _sex))
        agree &= (sex == 0) | (sex % 2 == identity // len(CHECK_DIGITS) % 2)
        if self.context.source.states is not FactKind.DISABILITY:
            return agree
        category = _numbers(self._mapped(frame, Column.CATEGORY, _category))
        grade = _numbers(self._mapped(frame, Column.GRADE, _grade))
        tail = pl.col(Column.CERTIFICATE).str.slice(18, 2).str.to_integer(strict=False).fill_null(0)
        digits = _numbers(frame.select(tail).to_series())
        of_certificate = (category == 0) | (category == digits // 10)
        of_certificate &= (grade == 0) | (grade == digits % 10)
        agree &= np.where(digits > 0, of_certificate, (category > 0) & (grade > 0))
        return agree

    def _statements(self, frame: pl.DataFrame, birth: Whole) -> Flags:
        source = self.context.source
        fine = np.ones(len(frame), dtype=np.bool_)
        for column in source.begins:
            fine &= self._asked(frame, column, self._dated)
        if source.states is None:
            fine &= self._any_of(frame, KIND_COLUMNS, self._hardship)
        elif source.states is not FactKind.DISABILITY:
            for need in source.needs[2:]:
                fine &= self._any_of(frame, need, self._filled)
        if source.last_age is not None:
            fine &= self.context.taken_on.year - birth // 10_000 <= source.last_age
        return fine

    def _domiciles(self, frame: pl.DataFrame) -> tuple[pl.Series, Flags]:
        """Division code of each row, and whether the row path found it without a word. A code outweighs the names."""
        columns = [column for column in PLACES if column in self.context.mapping]
        places = frame.select(columns)
        if Column.DIVISION_CODE in columns:
            silent = pl.col(Column.DIVISION_CODE).is_in(sorted(EMPTY))
            rest = [column for column in columns if column is not Column.DIVISION_CODE]
            places = places.with_columns(pl.when(silent).then(pl.col(column)).otherwise(pl.lit("")) for column in rest)
        if not columns:
            found = self._placed(columns, ())
            return pl.Series([found] * len(frame), dtype=pl.String), np.full(len(frame), found != "")
        different = places.unique()
        codes = [self._placed(columns, row) for row in different.rows()]
        told = different.with_columns(pl.Series("found", codes, dtype=pl.String))
        joined = places.join(told, on=columns, how="left", maintain_order="left")["found"]
        return joined, joined.ne("").to_numpy()

    def _near(self, frame: pl.DataFrame, domicile: pl.Series) -> pl.Series:
        """The place by which a person is told from another of the same name: the village, or else an address."""
        address = pl.Series([""] * len(frame), dtype=pl.String)
        for columns in reversed(ADDRESSES):
            parts = [self._texts(frame, column) for column in columns if column in self.context.mapping]
            if parts:
                joined = pl.DataFrame(dict(zip("abc", parts, strict=False))).select(pl.concat_str(pl.all())).to_series()
                address = joined.zip_with(joined.ne(""), address)
        return domicile.zip_with(domicile.str.len_bytes() > TOWN_DIGITS, address.str.head(MAX_ADDRESS_CHARS))

    def _phones(self, frame: pl.DataFrame) -> Whole:
        if Column.PHONE not in self.context.mapping:
            return np.zeros(len(frame), dtype=np.int64)
        text = frame[Column.PHONE]
        plain = text.str.contains(PLAIN_PHONE)
        quick = text.zip_with(plain, pl.Series(["0"])).str.to_integer()
        others = self._map(text.zip_with(~plain, pl.Series([""])), Column.PHONE, _phone)
        return np.where(plain.to_numpy(), quick.to_numpy() + 10**11, _numbers(others))

    def _texts(self, frame: pl.DataFrame, column: Column) -> pl.Series:
        """A column's texts as the row path reads them."""
        text = frame[column]
        plain = text.str.contains(PLAIN_TEXT) & ~text.is_in(sorted(EMPTY))
        if plain.all():
            return text
        others = self._map(text.zip_with(~plain, pl.Series([""])), ("text", column), _text, pl.String)
        return text.zip_with(plain, others)

    # --- asking the row path ------------------------------------------------------------------------------------------

    def _asked(self, frame: pl.DataFrame, column: Column, ask: Callable[[Desk, Column], bool]) -> Flags:
        """Whether the row path has nothing to say to a column's text standing alone in a row."""
        if column not in self.context.mapping:
            return np.ones(len(frame), dtype=np.bool_)
        told = self._map(
            frame[column], (ask.__name__, column), lambda text: ask(self._desk(column, text), column), pl.Boolean
        )
        return told.to_numpy()

    def _any_of(self, frame: pl.DataFrame, columns: Sequence[Column], ask: Callable[[Desk, Column], bool]) -> Flags:
        here = [column for column in columns if column in self.context.mapping]
        found = np.zeros(len(frame), dtype=np.bool_)
        for column in here:
            found |= self._asked(frame, column, ask)
        return found

    def _mapped(self, frame: pl.DataFrame, column: Column, read: Callable[[str], int]) -> pl.Series:
        if column not in self.context.mapping:
            return pl.Series(np.zeros(len(frame), dtype=np.int64))
        return self._map(frame[column], column, read)

    def _map(
        self,
        texts: pl.Series,
        name: object,
        read: Callable[[str], int | str | bool],
        kind: type[pl.DataType] = pl.Int64,
    ) -> pl.Series:
        """Each text read once, however many rows hold it."""
        answers = self.seen.setdefault(name, {})
        if len(answers) > MOST_KEPT:
            answers.clear()
        different = texts.unique().to_list()
        for text in different:
            if text not in answers:
                answers[text] = read(text)
        return texts.replace_strict(different, [answers[text] for text in different], return_dtype=kind)

    def _desk(self, column: Column, text: str) -> Desk:
        cells: list[Cell] = [None] * (max(self.context.mapping.values()) + 1)
        cells[self.context.mapping[column]] = text
        return Desk(RawRow("", 0, cells), self.context)

    def _stands(self, desk: Desk, _column: Column) -> bool:
        return standing_of(desk) is Standing.LISTED and not desk.problems

    def _dated(self, desk: Desk, column: Column) -> bool:
        desk.day(column)
        return not desk.problems

    def _hardship(self, desk: Desk, _column: Column) -> bool:
        return bool(hardship_of(desk)) and not desk.problems

    def _filled(self, desk: Desk, column: Column) -> bool:
        return bool(desk.text(column))

    def _placed(self, columns: Sequence[Column], texts: Sequence[str]) -> str:
        """The domicile that place columns with these texts give, "" where the row path has something to say."""
        answers = self.seen.setdefault("placed", {})
        if len(answers) > MOST_KEPT:
            answers.clear()
        key = "\x1f".join(texts)
        if key not in answers:
            cells: list[Cell] = [None] * (max(self.context.mapping.values()) + 1)
            for column, text in zip(columns, texts, strict=True):
                cells[self.context.mapping[column]] = text
            desk = Desk(RawRow("", 0, cells), self.context)
            code = domicile_of(desk)
            answers[key] = "" if desk.problems else code
            forget(self.context.places)
        return str(answers[key])


def forget(places: Places) -> None:
    """Drop the answers a roster's places keep, once they are many: a province has more addresses than a county."""
    if len(places.seen) > MOST_KEPT:
        places.seen.clear()


def _may_begin(row: Sequence[Cell], label: str) -> bool:
    """Whether a line begins like the header: then the row path looks whether it is the header printed once more."""
    for cell in row:
        if cell is not None and cell != "" and not (type(cell) is str and cell.isspace()):
            return type(cell) is str and label in cell
    return True


def _texts_of(cells: Sequence[Cell], column: Column | None) -> tuple[pl.Series, Flags | None]:
    """A column's cells as texts, and which of them are not too long; None where none is.

    What is no text in a number's column stands as `NO_TEXT`.
    """
    try:
        texts = pl.Series(cells, dtype=pl.String, strict=True).fill_null("")
    except TypeError:  # not only texts, as workbooks have them
        other = NO_TEXT if column in NUMBERS else None
        told = [cell if type(cell) is str else "" if cell is None else other or text_of(cell) for cell in cells]
        return pl.Series(told, dtype=pl.String), np.fromiter(map(_usual, cells), dtype=np.bool_, count=len(cells))
    longest = texts.str.len_bytes().max()
    if isinstance(longest, int) and longest <= MAX_CELL_CHARS:
        return texts, None
    return texts, (texts.str.len_chars() <= MAX_CELL_CHARS).to_numpy()


def _usual(cell: Cell) -> bool:
    return type(cell) is not str or len(cell) <= MAX_CELL_CHARS


def _flags(frame: pl.DataFrame, condition: pl.Expr) -> Flags:
    found: Flags = frame.select(condition).to_series().to_numpy()
    return found


def _numbers(series: pl.Series) -> Whole:
    found: Whole = series.to_numpy().astype(np.int64, copy=False)
    return found


def _text(text: str) -> str:
    read = text_of(text)
    return "" if read in EMPTY else read


def _born(text: str) -> int:
    try:
        day = day_of(text) if text else None
    except ValueError:
        return BAD_DAY
    return day.year * 10_000 + day.month * 100 + day.day if day is not None else 0


def _sex(text: str) -> int:
    """1 for men and 2 for women, as odd and even in the number; 0 where nothing is said."""
    said = _text(text)[:1]
    return 1 if said == "男" else 2 if said == "女" else 0


def _category(text: str) -> int:
    said = _text(text)
    category = category_of(said) if said else None
    return CATEGORIES.index(category) + 1 if category is not None else 0


def _grade(text: str) -> int:
    said = _text(text)
    return (grade_of(said) if said else None) or 0


def _phone(text: str) -> int:
    return phone_key(phone_of(_text(text)) or "")
