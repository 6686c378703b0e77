"""The rules that no tool of the shelf checks, on every file of the repository."""

from collections.abc import Callable

import pytest

from tests.house import rules
from tests.house.sources import ROOT, Source, all_sources, core_sources, package_sources, parse, tracked_files


def test_money_never_meets_a_float_in_the_core() -> None:
    assert [fault for source in core_sources() for fault in rules.floats(source)] == []


def test_the_core_is_told_the_day_and_never_asks_a_clock() -> None:
    assert [fault for source in core_sources() for fault in rules.clocks(source)] == []


def test_every_module_says_what_it_is_for() -> None:
    assert [fault for source in all_sources() for fault in rules.missing_module_docstring(source)] == []


def test_every_public_function_of_the_core_says_what_it_means() -> None:
    assert [fault for source in core_sources() for fault in rules.missing_function_docstrings(source)] == []


def test_functions_fit_in_a_readers_head() -> None:
    assert [fault for source in package_sources() for fault in rules.long_functions(source)] == []


def test_files_hold_one_noun() -> None:
    assert [fault for source in package_sources() for fault in rules.long_file(source)] == []


def test_who_catches_everything_says_why() -> None:
    assert [fault for source in package_sources() for fault in rules.broad_excepts(source)] == []


def test_a_check_switched_off_names_its_rule_and_reason() -> None:
    sources = [source for source in all_sources() if not source.path.startswith("tests/house/")]
    assert [fault for source in sources for fault in rules.waivers_without_reason(source)] == []


def test_every_test_can_fail() -> None:
    tests = [source for source in all_sources() if source.path.startswith("tests/")]
    assert [fault for source in tests for fault in rules.idle_tests(source)] == []


def test_there_is_no_room_for_odds_and_ends() -> None:
    parts = [(path, path.relative_to(ROOT).with_suffix("").parts) for path in tracked_files()]
    assert [path for path, names in parts if rules.FORBIDDEN_ROOMS & set(names)] == []


PLANTED = [
    (rules.floats, "x = 0.1", "x = 1"),
    (rules.floats, "def f(x: float) -> None: ...", "def f(x: int) -> None: ..."),
    (rules.floats, "x = float('1')", "x = isinstance(y, float)"),
    (rules.floats, "x = round(y)", "x = half_up(y)"),
    (rules.floats, "x = a / b", "x = a // b"),
    (rules.floats, "x /= b", "x //= b"),
    (rules.floats, "x = a / b", "x = a / 'scheme.yaml'"),
    (rules.floats, "x = a / b", "x = a / b  # not money: both sides are Fractions"),
    (rules.floats, "import math\nx = math.sqrt(2)", "import math\nx = math.isqrt(2)"),
    (rules.floats, "from math import exp", "from math import gcd"),
    (rules.clocks, "x = date.today()", "x = clock.today()"),
    (rules.clocks, "x = datetime.now(tz)", "x = clock.now()"),
    (rules.missing_module_docstring, "x = 1", '"""Meaning."""'),
    (rules.missing_function_docstrings, "def f(): ...", 'def f():\n    """Amount, fen."""'),
    (rules.missing_function_docstrings, "class A:\n    '''A.'''\n    def f(self): ...", "def _f(): ..."),
    (rules.long_functions, "def f():\n" + "    x = 1\n" * 61, "def f():\n" + "    x = 1\n" * 60),
    (rules.long_functions, "def f():\n" + "    x = 1\n" * 61, "def f():  # long: one table\n" + "    x = 1\n" * 61),
    (rules.long_file, "x = 1\n" * 401, "x = 1\n" * 400),
    (rules.long_file, "x = 1\n" * 401, "# long: one table of the standard\n" + "x = 1\n" * 401),
    (
        rules.broad_excepts,
        "try:\n    f()\nexcept Exception:\n    g()",
        "try:\n    f()\nexcept Exception:  # noqa: BLE001 - rolled back and raised again\n    g()",
    ),
    (rules.broad_excepts, "try:\n    f()\nexcept:\n    g()", "try:\n    f()\nexcept ValueError:\n    g()"),
    (rules.broad_excepts, "try:\n    f()\nexcept (OSError, Exception):\n    g()", "f()"),
    (rules.waivers_without_reason, "x = 1  # noqa: E501", "x = 1  # noqa: E501 - a table reads better wide"),
    (rules.waivers_without_reason, "x = 1  # noqa", "x = 1"),
    (
        rules.waivers_without_reason,
        "x = 1  # type: ignore[misc]",
        "x = 1  # type: ignore[misc] # the plugin knows no better",
    ),
    (rules.idle_tests, "def test_a():\n    f()", "def test_a():\n    assert f()"),
    (
        rules.idle_tests,
        "def test_a():\n    f()",
        "def test_a():\n    with pytest.raises(E):\n        f()",
    ),
]


@pytest.mark.parametrize(("rule", "faulty", "clean"), PLANTED)
def test_each_rule_finds_a_planted_fault_and_leaves_clean_code_alone(
    rule: Callable[[Source], list[str]], faulty: str, clean: str
) -> None:
    assert rule(parse(faulty)) != []
    assert rule(parse(clean)) == []
