"""Small faults set into the compiled rules of a benefit one at a time, and the worked cases as their judge.

The generated function and its replay get the same fault, so that only a worked case can notice it and not the
comparison between the two. Lines that a scheme inherits stand in the file of the scheme above, so the cases of that
scheme judge them as well; a number is one fault for all benefits that use it.
"""

import ast
import copy
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Any

from huibao.kernel.invariant import Broken
from huibao.kernel.problem import Refused
from huibao.rules.compiler import compile_benefit
from huibao.rules.program import Outcome, Program, compiled
from huibao.rules.quantity import parse_quantity
from huibao.rules.scheme import Scheme
from huibao.rules.tree import Node, read_tree

COMPARISONS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq)
HALVES = {5_000: 9_999, 50_000_000: 99_999_999}
"""What half_up adds before it divides, and what would round up always."""
DIVISORS = frozenset({10_000, 100_000_000})


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a worked case, ready to run: amounts in fen."""

    program: Program
    inputs: Mapping[str, int | str | bool]
    expect: Mapping[str, int | str]


@dataclass(frozen=True, slots=True)
class Case:
    """A worked case without refusal and tolerance."""

    name: str
    opening: Mapping[str, int]
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Mutant:
    """A benefit with one fault in a line, or a scheme with one fault in a number: as it was, and as it is now."""

    benefit: str
    """Empty where the fault is a number: it is one in all benefits."""
    was: str
    now: str
    scheme: str = ""
    param: str = ""
    at: int = 0
    """Place of the number within the param."""
    amount: int = 0

    def __str__(self) -> str:
        """One line for a person."""
        return f"{self.benefit or self.scheme}: {self.was}  ->  {self.now}"


def plain(text: str) -> int | str | bool:
    """A value of a case file as a number, flag or word."""
    if text in {"true", "false"}:
        return text == "true"
    if text.isdigit():
        return int(text)
    return parse_quantity(text).value if text[0].isdigit() else text


def values(node: Node | None) -> dict[str, int | str | bool]:
    """A mapping of a case file."""
    return {name: plain(value.text) for name, value in node.pairs.items()} if node is not None else {}


def worked_cases(scheme: Scheme) -> tuple[Case, ...]:
    """The worked cases of a scheme that end in exact amounts: neither those to be refused nor published round figures."""
    where = f"schemes/{scheme.scheme_id}/cases.yaml"
    root, _ = read_tree(files("huibao").joinpath(where).read_text(encoding="utf-8"), where)
    assert root is not None
    held = root.pairs["cases"].items
    return tuple(_case(scheme, node) for node in held if not {"refused", "tolerance"} & set(node.pairs))


def judging_cases(scheme: Scheme) -> tuple[Case, ...]:
    """Its own worked cases and those of the schemes above it."""
    return worked_cases(scheme) + (judging_cases(scheme.parent) if scheme.parent else ())


def benefits_of(cases: tuple[Case, ...]) -> dict[str, Program]:
    """One compiled program for each benefit the cases use."""
    return {event.program.benefit_id: event.program for case in cases for event in case.events}


def _case(scheme: Scheme, node: Node) -> Case:
    held = node.pairs
    settings = {name: value.text for name, value in held["set"].pairs.items()} if "set" in held else {}
    groups = {f"in_{group.text}": True for group in held["groups"].items} if "groups" in held else {}
    events = []
    for entry in held["events"].items:
        day = date.fromisoformat(entry.pairs["on"].text)
        program = compile_benefit(scheme, entry.pairs["benefit"].text, day, None, settings)
        expect = values(entry.pairs.get("expect"))
        events.append(Event(program, {**groups, **values(entry.pairs.get("inputs"))}, expect))
    opening = {name: value for name, value in values(held.get("opening")).items() if isinstance(value, int)}
    return Case(held["id"].text, opening, tuple(events))


def found(outcome: Outcome, name: str) -> int | str | None:
    """What an expectation of a case is compared with."""
    head, _, tail = name.partition(".")
    if head == "bound":
        return outcome.bound.get(tail)
    if head == "group" and tail:
        return outcome.chosen_groups.get(tail)
    if head == "closing":
        return outcome.closing[tail]
    plain_names = {"self_pay": outcome.self_pay_fen, "total": outcome.total_fen, "group": outcome.chosen_group}
    return plain_names[name] if name in plain_names else outcome.values[name]


def holds(case: Case, mutant: Mutant | None = None) -> bool:
    """Tell whether a case comes out as written, with the fault in place if there is one."""
    opening = dict(case.opening)
    try:
        for event in case.events:
            program = faulty(event.program, mutant) if mutant else event.program
            outcome = program.run(event.inputs, {k: v for k, v in opening.items() if k in program.accumulators})
            if any(found(outcome, name) != value for name, value in event.expect.items()):
                return False
            opening.update(outcome.closing)
    except (Refused, Broken, ArithmeticError, LookupError, TypeError):
        return False
    return True


def faulty(program: Program, mutant: Mutant) -> Program:
    """The program with the fault, if it is one of this program."""
    if mutant.param:
        if program.scheme_id != mutant.scheme or mutant.param not in program.offsets:
            return program
        at = program.offsets[mutant.param] + mutant.at
        vector = (*program.P[:at], program.P[at] + mutant.amount, *program.P[at + 1 :])
        return replace(program, P=vector)
    if program.benefit_id != mutant.benefit or f"    {mutant.was}\n" not in program.source:
        return program
    source = program.source.replace(f"    {mutant.was}\n", f"    {mutant.now}\n", 1)
    replayed = program.replay_source.replace(f"    {mutant.was}\n", f"    {mutant.now}\n", 1)
    return replace(program, claim=_function(source, "claim"), replay=_function(replayed, "replay"))


def meets(case: Case, mutant: Mutant) -> bool:
    """Whether the case runs through what has the fault at all."""
    return any(faulty(event.program, mutant) is not event.program for event in case.events)


@lru_cache(maxsize=256)
def _function(source: str, name: str) -> Any:  # noqa: ANN401 - claim and replay differ in what they return
    """The function of a source."""
    return compiled(source, name)


def line_mutants(program: Program) -> Iterator[Mutant]:
    """Every small fault in the lines of a benefit."""
    for line in program.source.splitlines()[1:]:
        text = line.strip()
        tree = ast.parse(text) if not text.startswith("return") else None
        if tree is None or not isinstance(tree.body[0], ast.Assign) or isinstance(tree.body[0].targets[0], ast.Tuple):
            continue
        for changed in _changes(tree, len(program.P)):
            now = ast.unparse(changed)
            if now != ast.unparse(tree):
                yield Mutant(program.benefit_id, text, now)


def number_mutants(programs: Iterable[Program]) -> Iterator[Mutant]:
    """One step up and down in each number of the benefits of a scheme, a number that several use taken once."""
    seen = set()
    for program in programs:
        ends = sorted({*program.offsets.values(), len(program.P)})
        for name, first in program.offsets.items():
            if name in seen:
                continue
            seen.add(name)
            for at in range(first, ends[ends.index(first) + 1]):
                value = program.P[at]
                for amount in (1, -1):
                    if value + amount >= 0:
                        was, now = f"{name}[{at - first}] = {value}", f"{value + amount}"
                        yield Mutant("", was, now, program.scheme_id, name, at - first, amount)


def _changes(tree: ast.Module, size: int) -> Iterator[ast.Module]:
    nodes = list(ast.walk(tree))
    for at, node in enumerate(nodes):
        for change in _node_changes(node, size):
            copied = copy.deepcopy(tree)
            target = list(ast.walk(copied))[at]
            for name, value in change.items():
                setattr(target, name, value)
            yield ast.fix_missing_locations(copied)


def _node_changes(node: ast.AST, size: int) -> Iterator[Mapping[str, object]]:
    match node:
        case ast.BinOp(op=ast.Add(), right=right):
            if not (isinstance(right, ast.Constant) and right.value == 0):  # less nothing is plus nothing
                yield {"op": ast.Sub()}
        case ast.BinOp(op=ast.Sub()):
            yield {"op": ast.Add()}
        case ast.Compare(ops=[op]):
            yield from ({"ops": [other()]} for other in COMPARISONS if not isinstance(op, other))
        case ast.BoolOp(op=op):
            yield {"op": ast.Or() if isinstance(op, ast.And) else ast.And()}
        case ast.IfExp(test=test):
            yield {"test": ast.UnaryOp(ast.Not(), test)}
            yield {"test": ast.Constant(value=True)}
            yield {"test": ast.Constant(value=False)}
        case ast.Name(id="min" | "max" as name):
            yield {"id": "max" if name == "min" else "min"}
        case ast.Subscript(slice=ast.Constant(value=int(index))):
            yield from ({"slice": ast.Constant(value=other)} for other in range(size) if other != index)
        case ast.Name(ctx=ast.Load()) if node.id != "P":
            yield {"id": "0"}
        case ast.Constant(value=int(value)) if value in HALVES:
            yield {"value": 0}
            yield {"value": HALVES[value]}
        case ast.Constant(value=int(value)) if value not in DIVISORS:
            yield {"value": value + 1}
