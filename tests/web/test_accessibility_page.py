"""docs/ACCESSIBILITY.md names every check A1 to A21 with functions and tests that exist."""

import ast
import re
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
HERE: Final = ROOT / "tests" / "web" / "browser"
ROW: Final = re.compile(r"^\| (A\d+) \| .+ \| (.+) \| `(\w+\.py)::(\w+)` \|$", re.MULTILINE)


def named_in(path: Path) -> set[str]:
    """Functions and classes of a module."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}


def test_each_check_stands_in_the_table_with_a_function_and_a_test_that_exist() -> None:
    rows = ROW.findall((ROOT / "docs" / "ACCESSIBILITY.md").read_text(encoding="utf-8"))
    assert [number for number, *_ in rows] == [f"A{at}" for at in range(1, 22)]
    for number, functions, module, test in rows:
        assert test in named_in(HERE / module), number
        for said in re.findall(r"`(\w+)\.(\w+)`", functions):
            places = [HERE / "checks" / f"{said[0]}.py", HERE / f"{said[0]}.py"]
            assert any(path.exists() and said[1] in named_in(path) for path in places), (number, said)


def test_no_check_is_missing_from_the_table() -> None:
    page = (ROOT / "docs" / "ACCESSIBILITY.md").read_text(encoding="utf-8")
    from tests.web.browser.checks import AT_A_DESK, CHECKS

    assert [check.__name__ for check in (*CHECKS, *AT_A_DESK) if f".{check.__name__}`" not in page] == []
