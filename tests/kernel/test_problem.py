"""A problem says what is wrong, where, and what to do, in two languages, under a code that stays."""

import json
from collections.abc import Iterator

import pytest

from huibao.kernel import certificate, division, identity
from huibao.kernel.invariant import Broken, invariant
from huibao.kernel.problem import (
    KINDS,
    MAX_VALUE_CHARS,
    Problem,
    ProblemKind,
    Refused,
    Severity,
    define,
    problem_catalogue,
)


@pytest.fixture
def kind() -> Iterator[ProblemKind]:
    defined = define("KERNELTEST-001", "读到 {found}。", "请改为 {wanted}。", "Found {found}.", "Use {wanted}.")
    yield defined
    del KINDS["KERNELTEST-001"]


def test_a_problem_tells_place_fault_and_remedy_in_both_languages(kind: ProblemKind) -> None:
    problem = kind(row=7, field="金额", where="名单.xlsx", found="x", wanted="1.00")
    assert problem.text() == "[KERNELTEST-001] 名单.xlsx · 第 7 行 · 金额：读到 x。请改为 1.00。"
    assert problem.text("en") == "[KERNELTEST-001] 名单.xlsx · row 7 · 金额: Found x. Use 1.00."


def test_a_problem_without_a_place_starts_with_what_is_wrong(kind: ProblemKind) -> None:
    assert kind(found="x", wanted="y").text() == "[KERNELTEST-001] 读到 x。请改为 y。"


def test_english_falls_back_to_chinese() -> None:
    assert Problem("A-001", says="错。", do="改。").text("en") == "[A-001] 错。 改。"


def test_a_problem_goes_into_json_with_every_key(kind: ProblemKind) -> None:
    said = json.loads(json.dumps(kind(found=1, wanted=2).as_dict()))
    assert said["code"] == "KERNELTEST-001"
    assert said["severity"] == "refused"
    assert said.keys() == {"code", "severity", "where", "row", "field", "says", "do", "says_en", "do_en"}


def test_a_taken_code_cannot_be_defined_again(kind: ProblemKind) -> None:
    with pytest.raises(ValueError, match="already taken"):
        define(kind.code, "", "", "", "")


@pytest.mark.parametrize("code", ["roster-001", "ROSTER-1", "ROSTER001", "", "ROSTER-0001"])
def test_a_malformed_code_cannot_be_defined(code: str) -> None:
    with pytest.raises(ValueError, match="NOUN-NNN"):
        define(code, "", "", "", "")


@pytest.mark.parametrize("values", [{}, {"found": 1}, {"found": 1, "wanted": 2, "more": 3}])
def test_missing_or_unknown_values_are_our_own_mistake(kind: ProblemKind, values: dict[str, int]) -> None:
    with pytest.raises(TypeError, match="takes the values"):
        kind(row=None, field=None, where=None, **values)


def test_a_whole_letter_in_a_cell_is_cut_in_the_message(kind: ProblemKind) -> None:
    assert len(kind(found="长" * 10_000, wanted="y").says) < MAX_VALUE_CHARS + 10


def test_braces_in_what_was_found_stay_braces(kind: ProblemKind) -> None:
    assert kind(found="{wanted}", wanted="y").says == "读到 {wanted}。"


def test_a_refusal_carries_its_problems_and_cannot_be_without_one(kind: ProblemKind) -> None:
    problem = kind(found=1, wanted=2)
    assert Refused(problem).problems == Refused([problem]).problems == (problem,)
    assert problem.text() in str(Refused(problem))
    with pytest.raises(ValueError, match="at least one"):
        Refused([])


def test_every_kind_speaks_both_languages_with_the_same_values() -> None:
    assert {identity.EMPTY.code, certificate.EMPTY.code, division.EMPTY.code} <= KINDS.keys()
    for each in problem_catalogue():
        assert each.zh_says
        assert each.zh_do
        assert each.en_says
        assert each.en_do
        assert isinstance(each.severity, Severity)


def test_the_catalogue_is_sorted_by_code() -> None:
    codes = [each.code for each in problem_catalogue()]
    assert codes == sorted(set(codes))


def test_an_invariant_that_holds_says_nothing_and_one_that_does_not_names_itself() -> None:
    invariant(1 + 1 == 2, "S1")
    with pytest.raises(Broken, match="S1: 2 fen are missing") as broken:
        invariant(1 + 1 == 3, "S1", "2 fen are missing")
    assert broken.value.number == "S1"


def test_what_is_wrong_never_runs_into_what_to_do() -> None:
    problem = Problem("A-001", says="找不到方案 dd", do="请核对编号。", says_en="No scheme dd", do_en="Check its id.")
    assert problem.text() == "[A-001] 找不到方案 dd。请核对编号。"
    assert problem.text("en") == "[A-001] No scheme dd. Check its id."
