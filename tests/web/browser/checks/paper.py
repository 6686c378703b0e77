"""A17: a PDF the program makes is tagged, named, in Chinese, real text of 12 points and more on A4, and prints in grey."""

import re
import tempfile
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import pdfua
import pikepdf

A4: Final = (595.28, 841.89)
LEAST_PT: Final = 12
LEAST_CONTRAST: Final = 4.5
SHOW: Final = frozenset({"Tj", "TJ", "'", '"'})
FILL: Final = frozenset({"g", "rg", "k", "sc", "scn"})
BLACK: Final[tuple[float, ...]] = (0.0,)
HAN: Final = re.compile(r"[\u4e00-\u9fff]")
Matrix = tuple[float, float, float, float]
UNIT: Final[Matrix] = (1, 0, 0, 1)


def paper(made: bytes, least: int = LEAST_PT, pages: int = 0) -> list[str]:
    """All of it; `least`: points of the smallest letters (18 in large print); `pages`: how many at most, 0 for any."""
    with pikepdf.open(BytesIO(made)) as pdf:
        found = [*_tagged(made), *_named(pdf), *_real_text(pdf)]
        for number, page in enumerate(pdf.pages, 1):
            found += [f"A17 page {number}: {fault}" for fault in (*_size(page), *_letters(page, least))]
        if pages and len(pdf.pages) > pages:
            found.append(f"A17 {len(pdf.pages)} pages, {pages} at most")
    return found


def printed(made: bytes) -> list[str]:
    """Of a page printed by the browser: size of paper and letters, and how they stand out in grey."""
    with pikepdf.open(BytesIO(made)) as pdf:
        return [fault for page in pdf.pages for fault in (*_size(page), *_letters(page, LEAST_PT))]


def _tagged(made: bytes) -> list[str]:
    """What pdfua finds against PDF/UA-1."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made.pdf"
        path.write_bytes(made)
        report = pdfua.validate(str(path))
    return [f"A17 {one.rule_id}: {one.message}" for one in report.findings]


def _named(pdf: pikepdf.Pdf) -> list[str]:
    found, root = [], pdf.Root
    if not str(pdf.docinfo.get("/Title", "")).strip():
        found.append("A17 no title")
    if not bool(_under(root, "/ViewerPreferences", "/DisplayDocTitle")):
        found.append("A17 the title is not shown")
    if not str(root.get("/Lang", "")).startswith("zh"):
        found.append(f"A17 language {root.get('/Lang', '')}")
    if not bool(_under(root, "/MarkInfo", "/Marked")) or "/StructTreeRoot" not in root:
        found.append("A17 not tagged")
    return found


def _under(root: Any, first: str, second: str) -> Any:  # noqa: ANN401 - objects of a PDF
    inner = root.get(first)
    return None if inner is None else inner.get(second)


def _real_text(pdf: pikepdf.Pdf) -> list[str]:
    """Each typeface says which characters its signs are, and Chinese is among them: it can be read out and searched."""
    characters = ""
    for page in pdf.pages:
        for name, font in (_under(page.obj, "/Resources", "/Font") or {}).items():
            if "/ToUnicode" not in font:
                return [f"A17 {name} is drawn, nobody can read it out"]
            table = bytes(font.ToUnicode.read_bytes()).decode("latin-1")
            characters += "".join(
                chr(int(one, 16)) for one in re.findall(r"<[0-9A-Fa-f]+>\s*<([0-9A-Fa-f]{4})>", table)
            )
    return [] if HAN.search(characters) else ["A17 no Chinese text in it"]


def _size(page: pikepdf.Page) -> list[str]:
    box = [float(one) for one in page.mediabox]
    sides = sorted((box[2] - box[0], box[3] - box[1]))
    return [] if all(abs(a - b) < 1 for a, b in zip(sides, A4, strict=True)) else [f"not A4: {sides}"]


def _letters(page: pikepdf.Page, least: int) -> list[str]:
    """Size of each piece of text as it comes out on paper, and how it stands out in grey."""
    found: dict[str, None] = {}
    kept: list[tuple[Matrix, tuple[float, ...]]] = []
    around, within, size = UNIT, UNIT, 0.0
    colour = BLACK
    for one in pikepdf.parse_content_stream(page):
        operator, operands = str(one.operator), list(one.operands)
        if operator == "q":
            kept.append((around, colour))
        elif operator == "Q":
            around, colour = kept.pop()
        elif operator == "cm":
            around = _times(operands, around)
        elif operator == "BT":
            within = UNIT
        elif operator == "Tm":
            within = _times(operands, UNIT)
        elif operator == "Tf":
            size = float(operands[1])
        elif operator in FILL:
            colour = tuple(float(each) for each in operands if not isinstance(each, pikepdf.Name))
        elif operator in SHOW:
            whole = _times(list(within), around)
            tall = size * (whole[2] ** 2 + whole[3] ** 2) ** 0.5
            if tall + 0.01 < least:
                found[f"letters of {tall:.1f} pt, {least} at least"] = None
            if _against_white(colour) < LEAST_CONTRAST:
                found[f"grey letters {colour}"] = None
    return list(found)


def _times(one: list[Any], other: Matrix) -> Matrix:
    a, b, c, d = (float(each) for each in one[:4])
    e, f, g, h = other
    return a * e + b * g, a * f + b * h, c * e + d * g, c * f + d * h


def _against_white(colour: tuple[float, ...]) -> float:
    """The contrast with paper once it is printed in grey."""
    if len(colour) == 4:  # cyan, magenta, yellow and black
        colour = tuple((1 - part) * (1 - colour[3]) for part in colour[:3])
    parts = colour * 3 if len(colour) == 1 else colour
    if len(parts) != 3:
        return LEAST_CONTRAST
    grey = sum(weight * part for weight, part in zip((0.299, 0.587, 0.114), parts, strict=True))
    light = grey / 12.92 if grey <= 0.04045 else ((grey + 0.055) / 1.055) ** 2.4
    return 1.05 / (light + 0.05)
