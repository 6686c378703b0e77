"""Reading the workbooks that agencies send: xlsx, xls, ods and csv, whatever shape they are in.

Cells come out as they are stored; nothing is made prettier here, because a number in an identity column must stay
visible as the damage it is. A file that cannot be read is refused with the reason and what to do; nothing is half read.
"""

import csv
import hashlib
import io
import posixpath
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import ParseError

import python_calamine as calamine

from huibao.domain.roster.header import Cell
from huibao.kernel.problem import Problem, Refused, Severity, define

MIB: Final = 1024 * 1024
MAX_FILE_BYTES: Final = 100 * MIB
"""A province's 2 million rows are some 200 MB; a city's roster is under 40 MB. Checked before a byte is read."""
MAX_UNPACKED_BYTES: Final = 1024 * MIB
"""What an xlsx may unpack to: a small file may be made to fill any memory."""
MAX_ROWS: Final = 500_000
"""Rows of one file over all sheets; the largest city has fewer certificate holders."""
MAX_COLUMNS: Final = 300
MAX_SHEETS: Final = 60

ZIP_MARK: Final = b"PK\x03\x04"
OLE_MARK: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED_MARK: Final = "EncryptedPackage".encode("utf-16-le")
UTF16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
WEB_PAGE: Final = re.compile(rb"^\s*(?:<!doctype html|<html|<table|<\?xml[^>]*>\s*<html|<meta)", re.IGNORECASE)
TEXT_QUOTED: Final = re.compile(r'="(.*)"')
"""How exports protect digits in csv: ="430…"."""
CELL_NAME: Final = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
SHEET_ENTRY: Final = re.compile(rb"<(?:\w+:)?sheet\b([^>]*)>")
RELATION: Final = re.compile(rb"<(?:\w+:)?Relationship\b([^>]*)>")
ATTRIBUTE: Final = re.compile(rb'([\w:]+)="([^"]*)"')
DELIMITERS: Final = ",\t;|"

TOO_BIG = define(
    "BOOK-001",
    "文件有 {size} MB，超过上限 {limit} MB，没有读取",
    "请按乡镇拆成几份，或删去图片和无关的工作表后再送",
    "the file has {size} MB, more than the limit of {limit} MB; it was not read",
    "split it by township, or take out pictures and unrelated sheets",
)
UNREADABLE = define(
    "BOOK-002",
    "文件打不开，可能损坏或没有传完整：{why}",
    "请在表格软件里打开、另存为 xlsx 后重新发送",
    "the file cannot be opened; it is damaged or was cut off: {why}",
    "open it in a spreadsheet program, save it as xlsx and send it again",
)
PASSWORD = define(
    "BOOK-003",
    "工作簿设有打开密码，不能读取",
    "请去掉打开密码后再送；传送中的保密请用加密通道",
    "the workbook is protected by a password and cannot be read",
    "remove the password; protect it on its way by an encrypted channel",
)
NOT_A_WORKBOOK = define(
    "BOOK-004",
    "这不是 xlsx、xls、ods 或 csv 文件（{what}）",
    "请在表格软件里打开、另存为 xlsx 后再送",
    "this is no xlsx, xls, ods or csv file ({what})",
    "open it in a spreadsheet program and save it as xlsx",
)
ENCODING = define(
    "BOOK-005",
    "csv 的文字既不是 UTF-8 也不是 GB18030：第 {at} 个字节起读不通",
    "请另存为 xlsx，或“CSV UTF-8”格式",
    "the csv is neither UTF-8 nor GB18030: unreadable from byte {at} on",
    "save it as xlsx, or as CSV UTF-8",
)
NO_ROWS = define(
    "BOOK-006",
    "工作表是空的（{sheets}）",
    "请确认发送的是填好的名册",
    "the sheets are empty ({sheets})",
    "make sure that the filled-in roster was sent",
)
NO_HEADER = define(
    "BOOK-007",
    "前 {rows} 行里找不到表头（认识的列名不足两个）",
    "表头应有姓名、身份证号等列名，可用 --sheet 指定工作表",
    "no header within the first {rows} rows (fewer than two known column names)",
    "the header should name columns such as 姓名 and 身份证号; --sheet picks a sheet",
)
TOO_MANY_ROWS = define(
    "BOOK-008",
    "文件有 {rows} 行，超过上限 {limit} 行",
    "请按县或乡镇拆成几份",
    "the file has {rows} rows, more than {limit}",
    "split it by county or township",
)
NO_SUCH_SHEET = define(
    "BOOK-009",
    "没有名为“{sheet}”的工作表；有：{sheets}",
    "请核对 --sheet",
    "there is no sheet “{sheet}”; there are: {sheets}",
    "check --sheet",
)
HIDDEN_SHEET = define(
    "BOOK-010",
    "工作表“{sheet}”是隐藏的，没有读取",
    "若它也是名册，请取消隐藏或用 --sheet 指定",
    "the sheet “{sheet}” is hidden and was not read",
    "if it belongs to the roster, unhide it or name it with --sheet",
    Severity.REPAIRED,
)
TOO_WIDE = define(
    "BOOK-011",
    "{what} 有 {found} 个，超过上限 {limit}",
    "请删去无关的列或工作表",
    "{what}: {found}, more than {limit}",
    "take out unrelated columns or sheets",
)
NO_FILE = define("BOOK-012", "没有这个文件：{path}", "请核对路径", "no such file: {path}", "check the path")
UNPACKS_TOO_BIG = define(
    "BOOK-013",
    "文件解开后有 {size} MB，超过上限 {limit} MB，没有读取",
    "请删去图片、多余的空行和格式后另存再送",
    "the file unpacks to {size} MB, more than {limit} MB; it was not read",
    "take out pictures and formatted empty rows and save it again",
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: rows from its first line on, merged ranges, and formulas whose result was not saved (row → columns)."""

    name: str
    rows: list[list[Cell]]
    merged: tuple[tuple[tuple[int, int], tuple[int, int]], ...] = ()
    unsaved: Mapping[int, frozenset[int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Workbook:
    """A file as read. `kind` is "xlsx", "xls", "ods" or "csv"; `notes` say what was left out."""

    path: Path
    kind: str
    sha256: str
    sheets: tuple[Sheet, ...]
    notes: tuple[Problem, ...] = ()


def read_workbook(path: Path, sheet: str | None = None) -> Workbook:
    """Read a file's visible sheets, or the one named (hidden or not). `Refused` says why it cannot be read."""
    where = path.name
    try:
        size = path.stat().st_size
    except OSError:
        raise Refused(NO_FILE(path=path, where=where)) from None
    if not path.is_file():
        raise Refused(NO_FILE(path=path, where=where))
    if size > MAX_FILE_BYTES:
        raise Refused(TOO_BIG(where=where, size=size // MIB, limit=MAX_FILE_BYTES // MIB))
    data = path.read_bytes()
    sha256 = hashlib.sha256(data).hexdigest()
    if data.startswith(ZIP_MARK):
        unsaved = _look_into_zip(data, where)
        kind = "ods" if path.suffix.lower() == ".ods" else "xlsx"
        sheets, notes = _read_book(data, where, sheet, unsaved)
    elif data.startswith(OLE_MARK):
        if ENCRYPTED_MARK in data:
            raise Refused(PASSWORD(where=where))
        kind = "xls"
        sheets, notes = _read_book(data, where, sheet, {})
    else:
        kind = "csv"
        sheets, notes = (_read_text(data, path, sheet),), []
    if not any(found.rows for found in sheets):
        raise Refused(NO_ROWS(where=where, sheets="、".join(found.name for found in sheets) or "—"))
    return Workbook(path, kind, sha256, tuple(found for found in sheets if found.rows), tuple(notes))


def _read_book(
    data: bytes, where: str, wanted: str | None, unsaved: Mapping[str, Mapping[int, frozenset[int]]]
) -> tuple[tuple[Sheet, ...], list[Problem]]:
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        listed = [meta for meta in book.sheets_metadata if meta.typ == calamine.SheetTypeEnum.WorkSheet]
        names = [meta.name for meta in listed]
        if wanted is not None and wanted not in names:
            raise Refused(NO_SUCH_SHEET(where=where, sheet=wanted, sheets="、".join(names)))
        if len(names) > MAX_SHEETS:
            raise Refused(TOO_WIDE(where=where, what="工作表 / sheets", found=len(names), limit=MAX_SHEETS))
        chosen: list[Sheet] = []
        notes: list[Problem] = []
        rows_left = MAX_ROWS
        for meta in listed:
            if wanted is not None and meta.name != wanted:
                continue
            if wanted is None and meta.visible != calamine.SheetVisibleEnum.Visible:
                notes.append(HIDDEN_SHEET(where=where, sheet=meta.name))
                continue
            found = _read_sheet(book, meta.name, where, rows_left, unsaved.get(meta.name, {}))
            rows_left -= len(found.rows)
            chosen.append(found)
    except calamine.PasswordError:
        raise Refused(PASSWORD(where=where)) from None
    except calamine.CalamineError as error:
        raise Refused(UNREADABLE(where=where, why=error)) from None
    return tuple(chosen), notes


def _read_sheet(
    book: calamine.CalamineWorkbook,
    name: str,
    where: str,
    rows_left: int,
    unsaved: Mapping[int, frozenset[int]],
) -> Sheet:
    sheet = book.get_sheet_by_name(name)
    height = max(sheet.height, sheet.total_height)
    if height > rows_left:
        raise Refused(TOO_MANY_ROWS(where=where, rows=height + MAX_ROWS - rows_left, limit=MAX_ROWS))
    if sheet.width > MAX_COLUMNS:
        raise Refused(TOO_WIDE(where=f"{where} · {name}", what="列 / columns", found=sheet.width, limit=MAX_COLUMNS))
    rows: list[list[Cell]] = sheet.to_python(skip_empty_area=False)  # type: ignore[assignment]  # times are turned to text below
    for row in rows:
        for at, cell in enumerate(row):
            if not isinstance(cell, str | float | int | date):
                row[at] = str(cell)
            elif isinstance(cell, datetime):
                row[at] = cell.date()
    return Sheet(name, rows, tuple(sheet.merged_cell_ranges or ()), unsaved)


def _look_into_zip(data: bytes, where: str) -> dict[str, dict[int, frozenset[int]]]:
    """Refuse what unpacks too big or is no workbook; return formulas without saved results, by sheet name and row."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            size = sum(entry.file_size for entry in packed.infolist())
            if size > MAX_UNPACKED_BYTES:
                raise Refused(UNPACKS_TOO_BIG(where=where, size=size // MIB, limit=MAX_UNPACKED_BYTES // MIB))
            names = set(packed.namelist())
            if "xl/workbook.xml" not in names:
                if "content.xml" in names or "xl/workbook.bin" in names:
                    return {}
                raise Refused(NOT_A_WORKBOOK(where=where, what="zip"))
            return {
                sheet: found
                for sheet, entry in _sheet_entries(packed).items()
                if entry in names and (found := _unsaved_formulas(packed.read(entry)))
            }
    except (zipfile.BadZipFile, EOFError, OSError, ParseError, NotImplementedError, RuntimeError, ValueError) as error:
        raise Refused(UNREADABLE(where=where, why=error)) from None


def _sheet_entries(packed: zipfile.ZipFile) -> dict[str, str]:
    """Sheet name → its file inside the package."""
    relations = {}
    if "xl/_rels/workbook.xml.rels" in packed.namelist():
        for tag in RELATION.findall(packed.read("xl/_rels/workbook.xml.rels")):
            of = dict(ATTRIBUTE.findall(tag))
            target = of.get(b"Target", b"").decode()
            relations[of.get(b"Id")] = posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")
    entries = {}
    for tag in SHEET_ENTRY.findall(packed.read("xl/workbook.xml")):
        of = dict(ATTRIBUTE.findall(tag))
        relation = next((value for key, value in of.items() if key.endswith(b":id")), None)
        if relation in relations:
            entries[_unescaped(of.get(b"name", b"").decode())] = relations[relation]
    return entries


def _unescaped(text: str) -> str:
    for entity, char in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        text = text.replace(entity, char)
    return text


def _unsaved_formulas(xml: bytes) -> dict[int, frozenset[int]]:
    """Row → columns (both from 0) of formula cells without a saved value; reads past cells without looking into them."""
    found: dict[int, set[int]] = {}
    at = xml.find(b"<f")
    while at >= 0:
        if xml[at + 2 : at + 3] in {b">", b" ", b"/"}:
            begins, ends = xml.rfind(b"<c ", 0, at), xml.find(b"</c>", at)
            cell = xml[begins:ends] if 0 <= begins < ends else b""
            name = CELL_NAME.search(cell)
            empty = b"<v>" not in cell or b"<v></v>" in cell
            if name and empty and b"<is>" not in cell:
                found.setdefault(int(name[2]) - 1, set()).add(_column_index(name[1].decode()))
        at = xml.find(b"<f", at + 2)
    return {row: frozenset(columns) for row, columns in found.items()}


def _column_index(letters: str) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1


def _read_text(data: bytes, path: Path, wanted: str | None) -> Sheet:
    where = path.name
    if wanted is not None and wanted != path.stem:
        raise Refused(NO_SUCH_SHEET(where=where, sheet=wanted, sheets=path.stem))
    if WEB_PAGE.match(data[:512]):
        raise Refused(NOT_A_WORKBOOK(where=where, what="网页改名而成 / a web page renamed"))
    text = _decoded(data, where)
    if "\x00" in text or path.suffix.lower() not in {".csv", ".txt", ".tsv"}:
        raise Refused(NOT_A_WORKBOOK(where=where, what=path.suffix or "?"))
    first = text[: text.find("\n")] if "\n" in text else text
    lines = text[:10_000].splitlines() or [first]
    delimiter = max(DELIMITERS, key=lambda mark: max(line.count(mark) for line in lines))
    rows: list[list[Cell]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            if len(rows) >= MAX_ROWS:
                raise Refused(TOO_MANY_ROWS(where=where, rows=f"> {MAX_ROWS}", limit=MAX_ROWS))
            if len(row) > MAX_COLUMNS:
                raise Refused(TOO_WIDE(where=where, what="列 / columns", found=len(row), limit=MAX_COLUMNS))
            rows.append([_unquoted(cell) for cell in row])
    except csv.Error as error:
        raise Refused(UNREADABLE(where=where, why=error)) from None
    if not any(cell for row in rows for cell in row):
        rows = []
    return Sheet(path.stem, rows)


def _unquoted(cell: str) -> str:
    if cell.startswith('="') and (found := TEXT_QUOTED.fullmatch(cell)):
        return found[1]
    return cell


def _decoded(data: bytes, where: str) -> str:
    encodings = ["utf-16"] if data.startswith(UTF16_MARKS) else ["utf-8-sig", "gb18030"]
    furthest = 0
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError as error:
            furthest = max(furthest, error.start)
    raise Refused(ENCODING(where=where, at=furthest + 1))
