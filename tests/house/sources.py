"""What the house tests look at: the files of the repository, each read and parsed once."""

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
PACKAGE: Final = ROOT / "src" / "huibao"
CORE: Final = ("kernel", "rules", "domain")


@dataclass(frozen=True, slots=True)
class Source:
    """One Python file: where it is, its lines and its tree."""

    path: str
    lines: tuple[str, ...]
    tree: ast.Module

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        """Every function and method, also those inside others."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node

    def line(self, node: ast.expr | ast.stmt | ast.excepthandler) -> str:
        """The first line of a node, with its comment."""
        return self.lines[node.lineno - 1]


def parse(text: str, path: str = "planted.py") -> Source:
    """A source from text, for rules tried on planted faults."""
    return Source(path, tuple(text.splitlines()), ast.parse(text, path))


@cache
def read(path: Path) -> Source:
    """A file of the repository."""
    return parse(path.read_text(encoding="utf-8"), path.relative_to(ROOT).as_posix())


def package_sources() -> list[Source]:
    """Every module of the product, migrations excepted: Django writes those."""
    return [read(path) for path in sorted(PACKAGE.rglob("*.py")) if "migrations" not in path.parts]


def core_sources() -> list[Source]:
    """The modules that count money: kernel, rules and domain."""
    return [read(path) for layer in CORE for path in sorted((PACKAGE / layer).rglob("*.py"))]


def all_sources() -> list[Source]:
    """The product, its tests, scripts and measurements."""
    others = [read(path) for top in ("tests", "scripts", "bench") for path in sorted((ROOT / top).rglob("*.py"))]
    return package_sources() + others


def tracked_files() -> list[Path]:
    """What git holds, as far as it still exists."""
    listed = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-z"], capture_output=True, text=True, check=True
    ).stdout.split("\0")
    return [ROOT / name for name in listed if name and (ROOT / name).is_file()]
