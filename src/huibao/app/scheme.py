"""Use cases of schemes: check one, show one, run its cases. Reads files only; needs no database."""

from dataclasses import dataclass
from datetime import date

from huibao.kernel.problem import Problem, Refused
from huibao.rules.cases import CaseReport, run_cases
from huibao.rules.scheme import Param, Scheme
from huibao.rules.shelf import open_scheme, shelf_ids
from huibao.rules.wording import StepWording, wording


@dataclass(frozen=True, slots=True)
class SchemeCheck:
    """What checking a scheme found; without problems it can be paid by."""

    name: str
    scheme: Scheme | None
    problems: tuple[Problem, ...]
    open_params: tuple[Param, ...]
    """Params no document gives: a scheme below or a contract must."""


@dataclass(frozen=True, slots=True)
class SchemeView:
    """A scheme with the rules of its benefits in words."""

    scheme: Scheme
    rules: dict[str, tuple[StepWording, ...]]


def check_scheme(name: str) -> SchemeCheck:
    """Check a scheme given by id or path; its problems are the answer, not an exception."""
    try:
        scheme = open_scheme(name)
    except Refused as refused:
        return SchemeCheck(name, None, refused.problems, ())
    still_open = tuple(param for param in scheme.params.values() if not param.values)
    return SchemeCheck(name, scheme, (), still_open)


def check_schemes(names: tuple[str, ...] = ()) -> tuple[SchemeCheck, ...]:
    """Check several schemes; without names all that are shipped."""
    return tuple(check_scheme(name) for name in names or shelf_ids())


def show_scheme(name: str, on: date | None = None) -> SchemeView:
    """Open a scheme and put its rules into words, as of a day (None: the first of its period)."""
    scheme = open_scheme(name)
    rules = {benefit.name: wording(scheme, benefit, on) for benefit in scheme.benefits.values()}
    return SchemeView(scheme, rules)


def scheme_cases(names: tuple[str, ...] = ()) -> tuple[CaseReport, ...]:
    """Run the worked cases of schemes; without names of all that are shipped."""
    return tuple(run_cases(name) for name in names or shelf_ids())
