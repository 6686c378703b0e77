"""Each numbered invariant stands in the code, in `huibao check` and in a property test.

docs/INVARIANTS.md is the list: each number is the first cell of a table row (`| L1 | …`). A number the page only
speaks of elsewhere is promised with work to come, and not looked for here.
"""

import ast
import re
from functools import cache
from typing import Final

import pytest

from scripts.problems import import_everything
from tests.house.sources import PACKAGE, ROOT, all_sources, package_sources, read

PAGE: Final = ROOT / "docs" / "INVARIANTS.md"
NUMBER: Final = re.compile(r"^\|\s*[*`]*([A-Z]\d{1,2})[*`]*\s*\|")

NEVER_DROPPED: Final = frozenset(
    "L1 L2 L3 L4 L5 L6 L7 S1 S2 S3 S4 S5 S6 S7 P1 P2 R1 V1 C1 C2 A1 B1".split()  # noqa: SIM905 - reads as the list it is
)
"""The founding numbers; the list may grow, a number is never dropped or given another meaning."""


@cache
def page() -> str:
    """The text of the list."""
    if not PAGE.exists():
        pytest.fail(f"docs/{PAGE.name} is missing: it lists the invariants by number, one table row each")
    return PAGE.read_text(encoding="utf-8")


def kept() -> frozenset[str]:
    """The numbers that must hold today: those with a row of their own."""
    return frozenset(found.group(1) for line in page().splitlines() if (found := NUMBER.match(line)))


def in_order(numbers: frozenset[str] | set[str]) -> list[str]:
    """Numbers as a reader sorts them: L2 before L10."""
    return sorted(numbers, key=lambda number: (number[0], int(number[1:])))


def _constants(call: ast.Call) -> set[str]:
    arguments = [*call.args, *(keyword.value for keyword in call.keywords)]
    return {each.value for each in arguments if isinstance(each, ast.Constant) and isinstance(each.value, str)}


def in_database() -> set[str]:
    """Numbers in the names and texts of constraints and triggers, as words of their own; comments do not count."""
    found: set[str] = set()
    for folder in (PACKAGE / "store" / "models", PACKAGE / "store" / "migrations"):
        for path in sorted(folder.rglob("*.py")):
            tree = read(path).tree
            remarks = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
            for node in ast.walk(tree):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in remarks:
                    found |= set(re.findall(r"(?<![A-Z0-9])([A-Z]\d{1,2})(?![A-Z0-9])", node.value.upper()))
    return found


def in_code() -> set[str]:
    """Numbers given to invariant() or Broken() anywhere in the product."""
    found: set[str] = set()
    for source in package_sources():
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func).rsplit(".", 1)[-1] in {"invariant", "Broken"}:
                found |= _constants(node)
    return found


def in_property_tests() -> set[str]:
    """Numbers given to @pytest.mark.invariant in files that use hypothesis."""
    found: set[str] = set()
    for source in all_sources():
        text = "\n".join(source.lines)
        if not source.path.startswith("tests/") or not re.search(r"^(from|import) hypothesis", text, re.MULTILINE):
            continue
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.invariant":
                found |= _constants(node)
    return found


def in_check() -> set[str]:
    """Numbers that `huibao check` looks at on live data."""
    import_everything()
    from huibao.store.audits import AUDITS

    return {audit.number for audit in AUDITS}


def test_no_founding_invariant_is_dropped_from_the_page() -> None:
    assert in_order(NEVER_DROPPED - kept()) == []
    assert [number for number in in_order(NEVER_DROPPED) if not re.search(rf"\b{number}\b", page())] == []


def test_each_invariant_has_a_line_in_the_code() -> None:
    assert in_order(kept() - in_code() - in_database()) == []


def test_each_invariant_is_looked_at_by_huibao_check() -> None:
    assert in_order(kept() - in_check()) == []


def test_each_invariant_has_a_property_test() -> None:
    assert in_order(kept() - in_property_tests()) == []


def test_the_code_names_no_invariant_that_the_page_does_not_explain() -> None:
    numbers = {text for text in in_code() if re.fullmatch(r"[A-Z]\d{1,2}", text)}
    assert in_order(numbers - kept()) == []
