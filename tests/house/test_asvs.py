"""The page on OWASP ASVS names tests and files that exist, and decides every item once."""

import re
from typing import Final

from tests.house.sources import ROOT

PAGE: Final = ROOT / "docs" / "ASVS.md"
LEVEL_ONE: Final = 70
"""Items of level 1 in ASVS 5.0.0."""


def items() -> list[str]:
    """Every item of level 1 in the page, ranges spelled out."""
    text = PAGE.read_text(encoding="utf-8").split("## Level 2")[0]
    found: list[str] = []
    for cell in re.findall(r"^\| ([\d.,– ]+) \|", text, re.MULTILINE):
        for part in cell.split(", "):
            first, _, last = part.partition("–")
            stem, _, start = first.rpartition(".")
            end = last.rpartition(".")[2] or start
            found += [f"{stem}.{number}" for number in range(int(start), int(end) + 1)]
    return found


def test_every_item_of_level_one_is_decided_once() -> None:
    found = items()
    assert len(found) == len(set(found)) == LEVEL_ONE


def test_every_test_the_page_names_exists() -> None:
    tests = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    named = set(re.findall(r"`(test_\w+)`", PAGE.read_text(encoding="utf-8")))
    assert len(named) > 20
    assert [name for name in sorted(named) if f"def {name}(" not in tests] == []


def test_every_file_the_page_names_exists() -> None:
    named = set(
        re.findall(r"`((?:app|web|store|config|rules|docs)/[\w/.-]+\.(?:py|md))", PAGE.read_text(encoding="utf-8"))
    )
    places = (ROOT / "src" / "huibao", ROOT)
    assert [name for name in sorted(named) if not any((place / name).is_file() for place in places)] == []
