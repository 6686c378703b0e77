"""A9: what a page is to a screen reader: every part with its role and name as Chromium hands them over, data left out.

Figures, days, names of people, codes and whatever else differs from day to day, from machine to machine or from one
database to the other stand as marks; of a table's rows stands what kind of cells they have, for how many there are and what
they say is data. What is left is what the page itself says, in its order.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import unified_diff
from pathlib import Path
from typing import Final

from playwright.sync_api import Page

from tests.web.browser.checks.scripts import script
from tests.web.browser.speech import marked

KEPT: Final = Path(__file__).resolve().parent.parent / "outlines"
"""One file for each account of the demonstration, its page states one after another."""
BODY: Final = script("data_away")
BACK: Final = script("data_back")
LINE: Final = re.compile(r"^( *)- '?([a-z]+)(.*)$")
NAME: Final = re.compile(r'^ "((?:[^"\\]|\\.)*)"')
STATES: Final = re.compile(r"\[(?:disabled|invalid|checked|pressed|expanded|level=\d)\]")
"""States that belong to a page state; what is focused or chosen by the data does not."""
SILENT: Final = {"option", "caption", "definition"}
"""Options and what is said of a term come from data; a caption is its table's name."""
ENTRIES: Final = {"listitem", "article", "paragraph", "img"}
"""Parts that data repeats: those that sound alike are said once."""
CELLS: Final = {"cell", "rowheader"}
VOLATILE: Final = (
    (re.compile(r"[\u4e00-\u9fff·]\*+"), "某人"),
    (re.compile(r"(?:[A-Z2-7]{4} ){3,}[A-Z2-7]{4}"), "密钥"),
    (re.compile(r"\b(?:[0-9a-f]{5}-[0-9a-f]{5}|[0-9a-f]{12,})\b"), "码"),
    (re.compile(r"(?<=/join/)\S+|(?<=校验码 )[0-9A-F-]+"), "码"),
    (re.compile(r"今天到期(?=；)|逾期 \d+ 天"), "还有 0 天"),
)
"""Names that are masked, secrets and hashes, and how a term stands on the day, with the mark for each."""


@dataclass
class Part:
    """One line of what is said: its role, what follows, and the parts within."""

    role: str
    words: str
    within: list["Part"] = field(default_factory=list)


def outline(page: Page) -> str:
    """The page between head and foot, part by part, without what data fills in."""
    page.evaluate(BODY)
    told = page.locator(".huibao-page").aria_snapshot()
    page.evaluate(BACK)
    return "\n".join([f"title {_constant(page.title())}", *_lines(_parts(told).within, "")]) + "\n"


def kept(account: str) -> dict[str, str]:
    """The outlines that were found good, by state."""
    path = _file(account)
    parts = path.read_text(encoding="utf-8").split("== ")[1:] if path.exists() else []
    return {part.partition("\n")[0]: part.partition("\n")[2].rstrip("\n") + "\n" for part in parts}


def keep(account: str, found: dict[str, str]) -> None:
    """Write them down as good."""
    KEPT.mkdir(exist_ok=True)
    _file(account).write_text("\n".join(f"== {name}\n{text}" for name, text in found.items()), encoding="utf-8")


def changed(now: str, before: str) -> list[str]:
    """A9: what is said otherwise than it was found good, line by line."""
    said = unified_diff(before.splitlines(), now.splitlines(), lineterm="", n=0)
    return [f"A9 {line}" for line in said if not line.startswith(("---", "+++", "@@"))]


def _file(account: str) -> Path:
    return KEPT / f"{account or 'door'}.txt"


def _parts(told: str) -> Part:
    """The tree behind the indented lines; addresses and lines of values are left out."""
    whole = Part("page", "")
    open_at: list[tuple[int, Part]] = [(-1, whole)]
    for line in told.splitlines():
        found = LINE.match(line)
        if found is None:
            continue
        part = Part(found[2], found[3])
        while open_at[-1][0] >= len(found[1]):
            open_at.pop()
        open_at[-1][1].within.append(part)
        open_at.append((len(found[1]), part))
    return whole


def _lines(parts: list[Part], before: str) -> Iterator[str]:
    said: set[tuple[str, ...]] = set()
    for part in parts:
        if part.role in SILENT:
            continue
        if part.role == "rowgroup" and not any(one.role == "columnheader" for row in part.within for one in row.within):
            yield f"{before}rows: {' | '.join(_columns(part))}"
            continue
        if part.role == "rowgroup":
            yield from _lines(part.within, before)
            continue
        if part.role == "row":
            heads = dict.fromkeys(_said(one).removeprefix("columnheader ") for one in part.within)
            yield f"{before}columns: {' | '.join(heads)}"
            continue
        block = (f"{before}{_said(part)}", *_lines(part.within, before + "  "))
        if part.role not in ENTRIES or block not in said:
            yield from block
        said.add(block)


def _said(part: Part) -> str:
    """One part in one line."""
    name = NAME.match(part.words)
    words = name[1] if name else ""
    if not name:
        words = part.words.partition(": ")[2].strip("\"'")
    states = " ".join(STATES.findall(part.words[name.end() :] if name else part.words))
    return " ".join(piece for piece in (part.role, _constant(words), states) if piece)


def _columns(group: Part) -> list[str]:
    """Of a table's rows, column by column, what stands in its cells besides words: links, buttons, fields."""
    columns: dict[int, dict[str, None]] = {}
    for row in group.within:
        for at, cell in enumerate(row.within):
            held = columns.setdefault(at, {cell.role: None} if cell.role in CELLS else {_said(cell): None})
            held.update(dict.fromkeys(_controls(cell)))
    # Months are columns too, and how many there are is data: what follows one of its kind is not said again.
    kinds = [" ".join(held) for held in columns.values()]
    return [kind for at, kind in enumerate(kinds) if at == 0 or kind != kinds[at - 1]]


def _controls(part: Part) -> Iterator[str]:
    for one in part.within:
        if one.role in ("button", "textbox", "combobox", "checkbox", "radio"):
            yield _said(one)
        elif one.role in ("link", "img"):
            yield one.role
        yield from _controls(one)


def _constant(words: str) -> str:
    """The words without what differs from run to run."""
    for pattern, mark in VOLATILE:
        words = pattern.sub(mark, words)
    words = re.sub(r"0[\dX]*(?:[-.:/]0)*X?", "0", marked(words))
    return re.sub(r"(?:0 (?:–|0%)[;；] ?)+0 (?:–|0%)", "0 0%", words).strip()
