"""The worked cases of every scheme that ships notice at least 97 % of small faults set into its rules and numbers.

A fault no case can notice, because nobody is paid otherwise by it, is argued: it belongs to a kind with a reason below,
and some hundreds of people drawn around the scheme's own numbers are paid alike with and without it.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache
from random import Random

import pytest

from huibao.kernel.problem import Refused
from huibao.rules.program import Outcome, Program
from huibao.rules.shelf import open_scheme, shelf_ids
from huibao.rules.vocabulary import InputType
from tests.rules.mutants import (
    Mutant,
    benefits_of,
    faulty,
    holds,
    judging_cases,
    line_mutants,
    meets,
    number_mutants,
    worked_cases,
)

LEAST_NOTICED_PERCENT = 97
PEOPLE = 400
"""Drawn for each benefit that has an argued fault."""

PLACE = re.compile(r"P\[(\d+)(?: \+ (\d+))?\]")


def same_number(mutant: Mutant, program: Program) -> bool:
    """One fixed place of the numbers taken for another that holds the same."""
    was, now = ([int(a) + int(b or 0) for a, b in PLACE.findall(text)] for text in (mutant.was, mutant.now))
    changed = [(a, b) for a, b in zip(was, now, strict=False) if a != b]
    return len(was) == len(now) and len(changed) == 1 and all(program.P[a] == program.P[b] for a, b in changed)


def line_of(name: str) -> Callable[[Mutant, Program], bool]:
    """Faults of the line that gives a value to a name; the underscore names of the compiler by their letter."""
    start = re.compile(rf"{name}\d* = " if name.startswith("_") else rf"{name} = ")
    return lambda mutant, _: bool(start.match(mutant.was))


def rounding(mutant: Mutant, _: Program) -> bool:
    """What is added before a division changed."""
    return any(mutant.now.count(number) != mutant.was.count(number) for number in ("5000)", "50000000)"))


ARGUED: Mapping[str, tuple[str, Callable[[Mutant, Program], bool]]] = {
    "exclusive": (
        "the scheme's own check proves that a step's exceptions exclude each other: their count stays below two",
        line_of("conflict"),
    ),
    "same number": ("the number read in its place is the same on every day of the scheme", same_number),
    "choice": (
        (
            "where two groups give different amounts the better one counts whatever is said of equals; a group the person "
            "is not in has 0, and a position is never negative nor above the last"
        ),
        lambda mutant, program: any(line_of(letter)(mutant, program) for letter in ("_b", "_w", "_m")),
    ),
    "no part of a fen": ("the amounts and shares of this scheme multiply to whole fen", rounding),
    "true is true": ("a flag of 2 is as true as a flag of 1", line_of("_x")),
    "grade 1": ("grade 1 raised by one grade is held at grade 1", line_of("grade_applied")),
    "nothing due": (
        "where nothing is due the least of the three is not above zero: the exception only says so by name",
        lambda mutant, _: mutant.was.startswith("supplementary = (0 if _x1 else"),
    ),
    "band of 0 %": (
        "the first band begins at 0 and pays 0 %: what is reckoned within it makes no difference",
        lambda mutant, program: any(
            line_of(name)(mutant, program) for name in ("_c", "banded_help", "whole_help", r"\w+_bands\[0\]")
        ),
    ),
    "above the whole": (
        "a share above the whole sum insured is cut to the sum",
        lambda mutant, _: mutant.was == "jrt_share[0] = 10000" and mutant.now == "10001",
    ),
}
"""Kinds of faults that no case can notice, each with the reason. Being of a kind is not enough: see `pays_alike`."""


@cache
def people_of(program: Program) -> tuple[tuple[Mapping[str, int], Mapping[str, int], Outcome], ...]:
    """Inputs and opening sums of people drawn around the numbers of a benefit, with what they are paid."""
    random = Random(f"{program.scheme_id} {program.benefit_id}")
    pool = sorted({number + by for number in program.P if number < 2**40 for by in (-1, 0, 1) if number + by >= 0})
    found: list[tuple[Mapping[str, int], Mapping[str, int], Outcome]] = []
    while len(found) < PEOPLE:
        inputs = {}
        for entry in program.inputs:
            most = entry.max if entry.type is not InputType.FEN else min(entry.max, 10**9)
            drawn = [0, random.choice(pool), random.randrange(most + 1), random.randrange(min(most, 12) + 1)]
            inputs[entry.name] = min(random.choice(drawn), most)
        if "bill_total" in inputs:
            inputs |= {name: 0 for name in inputs if name.startswith("reported_") and random.random() < 0.7}
            inputs["bill_total"] = max(inputs.values()) * random.choice([1, 2])
        opening = {entry.name: random.choice([0, 0, min(random.choice(pool), entry.max)]) for entry in program.opening}
        try:
            found.append((inputs, opening, program.run(inputs, opening)))
        except Refused:
            continue
    return tuple(found)


def pays_alike(mutant: Mutant, program: Program) -> bool:
    """Whether the people drawn are paid the same, under the same names, with the fault as without it."""
    wrong = faulty(program, mutant)
    for inputs, opening, right in people_of(program):
        try:
            outcome = wrong.run(inputs, opening)
        except (Refused, ArithmeticError, LookupError):
            return False
        if (outcome.raw, outcome.closing, outcome.chosen_groups) != (right.raw, right.closing, right.chosen_groups):
            return False
    return True


def argued(mutant: Mutant, programs: Mapping[str, Program]) -> bool:
    """Whether a fault is of a kind with a reason, and makes no difference to anybody drawn."""
    met = [program for program in programs.values() if faulty(program, mutant) is not program]
    kinds = any(kind(mutant, program) for program in met for _, kind in ARGUED.values())
    return kinds and all(pays_alike(mutant, program) for program in met)


@pytest.mark.parametrize("scheme_id", shelf_ids())
def test_the_worked_cases_notice_small_faults_in_the_rules(scheme_id: str) -> None:
    scheme = open_scheme(scheme_id)
    programs, cases = benefits_of(worked_cases(scheme)), judging_cases(scheme)
    assert set(programs) == set(scheme.benefits)
    made = [mutant for program in programs.values() for mutant in line_mutants(program)]
    made += number_mutants(programs.values())
    alive = [mutant for mutant in made if all(holds(case, mutant) for case in cases if meets(case, mutant))]
    left = [str(mutant) for mutant in alive if not argued(mutant, programs)]
    could = len(made) - len(alive) + len(left)
    assert (could - len(left)) * 100 >= could * LEAST_NOTICED_PERCENT, "\n".join(left)


@pytest.mark.parametrize("scheme_id", shelf_ids())
def test_without_a_fault_every_case_holds(scheme_id: str) -> None:
    assert [case.name for case in worked_cases(open_scheme(scheme_id)) if not holds(case)] == []
