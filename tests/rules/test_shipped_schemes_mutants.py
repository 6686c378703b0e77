"""The worked cases of the two documents' schemes notice at least 95 % of small faults set into their rules."""

from collections.abc import Mapping

import pytest

from huibao.rules.program import Program
from huibao.rules.shelf import open_scheme
from tests.rules.mutants import Case, Mutant, holds, mutants, worked_cases

LEAST_KILLED_PERCENT = 95

ARGUED: Mapping[str, str] = {
    "_x1": "a flag of 2 is as true as a flag of 1",
    "supplementary": "where nothing is due the least of the three is not above zero, so leaving the exception out "
    "gives the same 0; the exception only says so by name, and that is checked through bound.supplementary",
    "grade_applied": "grade 1 raised by one grade is held at grade 1: asking for a grade above 1 changes nothing",
}
"""Survivors by the name their line gives a value to, each with the reason why no case can notice it."""


def benefits_of(cases: tuple[Case, ...]) -> dict[str, Program]:
    """One compiled program for each benefit the cases use."""
    return {event.program.benefit_id: event.program for case in cases for event in case.events}


def survivors(cases: tuple[Case, ...], program: Program) -> tuple[int, list[Mutant]]:
    """How many faults were set, and those that no case of the benefit noticed."""
    mine = [case for case in cases if any(event.program.benefit_id == program.benefit_id for event in case.events)]
    made = list(mutants(program))
    return len(made), [mutant for mutant in made if all(holds(case, mutant) for case in mine)]


@pytest.mark.parametrize("scheme_id", ["shandong/2020", "hunan/2025"])
def test_the_worked_cases_notice_small_faults_in_the_rules(scheme_id: str) -> None:
    cases = worked_cases(open_scheme(scheme_id))
    assert cases
    made = 0
    left: list[Mutant] = []
    for program in benefits_of(cases).values():
        count, alive = survivors(cases, program)
        assert count > 50, program.benefit_id
        made += count
        left += alive
    assert [str(mutant) for mutant in left if mutant.was.split(" ", 1)[0] not in ARGUED] == []
    assert (made - len(left)) * 100 >= made * LEAST_KILLED_PERCENT


@pytest.mark.parametrize("scheme_id", ["shandong/2020", "hunan/2025"])
def test_without_a_fault_every_case_holds(scheme_id: str) -> None:
    assert [case.name for case in worked_cases(open_scheme(scheme_id)) if not holds(case)] == []
