"""The documents say what the code does: commands, problem codes and the map are complete and current."""

import re
from functools import cache

import pytest

from scripts import commands, problems, write_docs
from tests.house.sources import ROOT


@cache
def error_examples() -> str:
    """The text of every test that shows an error."""
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "tests" / "errors").rglob("*.py")))


@cache
def written_docs() -> str:
    """Everything written by hand for readers: README files and docs/, the generated pages excepted."""
    pages = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
    return "\n".join(page.read_text(encoding="utf-8") for page in pages if page.name not in write_docs.PAGES)


@pytest.mark.parametrize("page", sorted(write_docs.PAGES))
def test_a_generated_page_is_current_else_run_make_docs(page: str) -> None:
    assert page not in write_docs.out_of_date()


def test_every_problem_code_has_an_example_in_tests_errors() -> None:
    examples = error_examples()
    assert [code for code in problems.codes() if code not in examples] == []


def test_no_example_names_a_problem_code_that_does_not_exist() -> None:
    nouns = {code.split("-")[0] for code in problems.codes()}
    named = set(re.findall(r"\b([A-Z]{2,16})-(\d{3})\b", error_examples()))
    known = set(problems.codes())
    assert {f"{noun}-{number}" for noun, number in named if noun in nouns} - known == set()


def test_every_command_is_spoken_of_in_a_page_written_by_hand() -> None:
    docs = written_docs()
    names = [name for name, command, _ in commands.commands() if not hasattr(command, "commands")]
    assert names != []
    assert [name for name in names if name not in docs] == []


def test_every_make_target_says_what_it_is_for() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^\.PHONY: (\S+)$", makefile, re.MULTILINE))
    explained = set(re.findall(r"^([a-z-]+):.*## \S", makefile, re.MULTILINE))
    assert targets == explained
