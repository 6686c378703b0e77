"""A clone works anywhere: no path of one machine, no download address, every dependency locked by its hash."""

import re
import tomllib
from pathlib import Path
from typing import Any, Final

import pytest

from tests.house.sources import ROOT, tracked_files

LOCKS: Final = (ROOT / "requirements" / "runtime.txt", ROOT / "requirements" / "dev.txt")
LARGEST_FILE_BYTES: Final = 2_000_000
"""Fixtures are made by the tests; what is larger than this belongs in a package of its own."""


def pieces(*parts: str) -> str:
    """A text put together, so that this file does not hold what it looks for."""
    return "".join(parts)


FORBIDDEN: Final = re.compile(
    "|".join(
        [
            pieces(r"(?<![\w.])/wo", r"rk/"),
            pieces(r"(?<![\w.])/ro", r"ot/"),
            pieces(r"(?<![\w.])/ho", r"me/\w"),
            pieces(r"\.\./sha", r"red\b"),
            pieces(r"(?<!\w)\.lib", r"rary/"),
            pieces(r"py", r"pi\.org"),
            pieces(r"python", r"hosted"),
            pieces(r"registry", r"\.npm"),
            pieces(r"deb", r"\.debian"),
            pieces(r"https?://[^ \"']*(?:/sim", r"ple\b|/pack", r"ages/|\.wh", r"l\b|\.tgz)"),
            pieces(r"--(?:extra-)?index", r"-url[ =]http"),
            pieces(r"-----BEGIN [A-Z ]*PRIVATE", " KEY"),
        ]
    )
)


def _findings(path: Path) -> list[str]:
    text = path.read_bytes().decode("utf-8", errors="replace")
    return [
        f"{path.relative_to(ROOT)}:{number}: {found.group()}"
        for number, line in enumerate(text.splitlines(), 1)
        for found in FORBIDDEN.finditer(line)
    ]


def test_no_tracked_file_names_a_place_that_only_one_machine_has() -> None:
    files = tracked_files()
    assert files != []
    assert [finding for path in files for finding in _findings(path)] == []


@pytest.mark.parametrize(
    "text",
    [
        pieces("cd /wo", "rk/main"),
        pieces("see ../sha", "red/design.md"),
        pieces("https://py", "pi.org/project"),
        pieces("https://example.org/a-1.0.wh", "l"),
        pieces("/ho", "me/somebody"),
    ],
)
def test_such_a_name_would_be_found(text: str) -> None:
    assert FORBIDDEN.search(text)


@pytest.mark.parametrize("text", ["the framework/layer", "network/", "https://www.apache.org/licenses/", "src/huibao/"])
def test_plain_words_are_left_alone(text: str) -> None:
    assert not FORBIDDEN.search(text)


def test_no_tracked_file_is_too_large_to_read() -> None:
    assert [path for path in tracked_files() if path.stat().st_size > LARGEST_FILE_BYTES] == []


def test_every_locked_package_has_one_version_and_its_hashes() -> None:
    for lock in LOCKS:
        text = lock.read_text(encoding="utf-8").replace("\\\n", " ")
        for line in text.splitlines():
            assert re.match(r"[a-z0-9-]+==\S+ .*--hash=sha256:[0-9a-f]{64}", line), f"{lock.name}: {line[:60]}"


def _project() -> dict[str, Any]:
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return project


def _names(requirements: list[str]) -> set[str]:
    return {re.split(r"[<>=!~;\[ ]", each, maxsplit=1)[0].lower().replace("_", "-") for each in requirements}


def _locked(lock: Path) -> set[str]:
    return set(re.findall(r"^([a-z0-9-]+)==", lock.read_text(encoding="utf-8"), re.MULTILINE))


def test_the_locks_hold_every_declared_dependency_else_run_make_lock() -> None:
    project = _project()
    runtime, dev = LOCKS
    assert _names(project["dependencies"]) - _locked(runtime) == set()
    assert _names(project["dependencies"] + project["optional-dependencies"]["dev"]) - _locked(dev) == set()


def test_both_locks_agree_on_every_version() -> None:
    pins = [dict(re.findall(r"^([a-z0-9-]+)==(\S+)", lock.read_text(encoding="utf-8"), re.MULTILINE)) for lock in LOCKS]
    assert [name for name, version in pins[0].items() if pins[1].get(name) != version] == []


def test_every_check_that_is_off_says_why() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    section = text[text.index("[tool.ruff.lint]") : text.index("[tool.ruff.lint.pycodestyle]")]
    rows = [line for line in section.splitlines() if re.match(r'\s+"[A-Z]', line)]
    assert len(rows) > 20
    assert [row for row in rows if not re.search(r"# \S.{6,}", row)] == []
