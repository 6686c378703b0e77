"""Looking into an xlsx before it is read: how far it unpacks, cells far outside, formulas without a saved result."""

import io
import posixpath
import re
import zipfile
import zlib
from typing import Final

from huibao.app.workbook_refusals import (
    MAX_COLUMNS,
    MAX_ROWS,
    MAX_UNPACKED_BYTES,
    MIB,
    NOT_A_WORKBOOK,
    TOO_MANY_ROWS,
    TOO_WIDE,
    UNPACKS_TOO_BIG,
    UNREADABLE,
)
from huibao.kernel.problem import Refused

CELL_NAME: Final = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
LAST_ROW: Final = re.compile(rb'<row [^>]*?\br="(\d{1,7})"')
FAR_COLUMN: Final = re.compile(rb'<c r="([A-Z]{3})\d')
"""Columns from AAA on, the 703rd; those between the limit and it are counted when they are read."""
SHEET_ENTRY: Final = re.compile(rb"<(?:\w+:)?sheet\b([^>]*)>")
RELATION: Final = re.compile(rb"<(?:\w+:)?Relationship\b([^>]*)>")
ATTRIBUTE: Final = re.compile(rb'([\w:]+)="([^"]*)"')


def look_into_zip(data: bytes, where: str) -> dict[str, dict[int, frozenset[int]]]:
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
                if entry in names and (found := _unsaved_formulas(_bounded(packed.read(entry), f"{where} · {sheet}")))
            }
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
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


def _bounded(xml: bytes, where: str) -> bytes:
    """Refuse a sheet with a cell far outside, before the reader makes room for everything in between."""
    last = 0
    for row in LAST_ROW.finditer(xml, max(0, xml.rfind(b"<row "))):
        last = int(row[1])
    if last > MAX_ROWS:
        raise Refused(TOO_MANY_ROWS(where=where, rows=last, limit=MAX_ROWS))
    if far := FAR_COLUMN.search(xml):
        raise Refused(TOO_WIDE(where=where, what="列 / columns", found=far[1].decode(), limit=MAX_COLUMNS))
    return xml


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
