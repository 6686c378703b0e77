"""Proof that no two exceptions of one step can apply at once, by trying every region their conditions tell apart.

A condition compares names with numbers. Between two neighbouring numbers nothing changes, so one value for each
number and one to each side of it stand for all. What compares two unbounded things is taken as free: it may be
true or false on its own, which can only find too many overlaps, never too few.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import product

from huibao.kernel.problem import Problem, define
from huibao.rules.dimension import choice_values
from huibao.rules.expression import parse
from huibao.rules.floors import change_days
from huibao.rules.scheme import Benefit, Scheme, Step
from huibao.rules.vocabulary import Input, InputType

MAX_REGIONS = 100_000

OVERLAP = define(
    "SCHEME-054",
    "步骤 {name} 的例外 {first} 与 {second} 会同时成立，例如：{witness}",
    "请改写条件，使它们互斥。",
    "Exceptions {first} and {second} of step {name} can apply at once, for example: {witness}",
    "Write the conditions so that they exclude each other.",
)
TOO_MANY_REGIONS = define(
    "SCHEME-055",
    "步骤 {name} 的例外条件组合达 {found} 种，超过 {limit}，无法逐一核对",
    "请减少条件中的变量或拆成几步。",
    "The conditions of step {name} make {found} combinations, above the limit of {limit}",
    "Use fewer names in the conditions, or split the step.",
)

SMALL = 64
"""A name with at most so many values is tried with all of them."""


@dataclass(slots=True)
class _Region:
    """Names with the values to try; conditions that cannot be decided are tried as true and false."""

    values: dict[str, set[int]] = field(default_factory=dict)
    free: dict[str, set[int]] = field(default_factory=dict)


def check_overlaps(scheme: Scheme) -> Iterator[Problem]:
    """Problems for every pair of exceptions that can apply at once on a day of the period.

    The conditions must have passed the check of the benefits.
    """
    for benefit in scheme.benefits.values():
        for step in benefit.steps:
            if len(step.exceptions) > 1:
                yield from _step_problems(scheme, benefit, step)


def _step_problems(scheme: Scheme, benefit: Benefit, step: Step) -> Iterator[Problem]:
    where = {
        "where": scheme.where_of(benefit.scheme_id),
        "row": step.line_no,
        "field": f"benefits.{benefit.name}.steps.{step.name}",
    }
    conditions = [parse(entry.when) for entry in step.exceptions]
    seen: set[tuple[str, str]] = set()
    for day in change_days(scheme, *scheme.params.values()):
        numbers = {name: held[0] for name, p in scheme.params.items() if (held := p.at(day)) and len(held) == 1}
        search = _Search(benefit, numbers)
        for condition in conditions:
            search.learn(condition)
        size = search.size()
        if size > MAX_REGIONS:
            yield TOO_MANY_REGIONS(**where, name=step.name, found=size, limit=MAX_REGIONS)  # type: ignore[arg-type] # place and row by name
            return
        for region in search.regions():
            true = [at for at, condition in enumerate(conditions) if search.truth(condition, region)]
            if len(true) > 1:
                pair = (step.exceptions[true[0]].name, step.exceptions[true[1]].name)
                if pair not in seen:
                    seen.add(pair)
                    witness = search.witness(region, day)
                    yield OVERLAP(**where, name=step.name, first=pair[0], second=pair[1], witness=witness)  # type: ignore[arg-type] # place and row by name
                break


class _Search:
    """The regions of the conditions of one step on one day."""

    def __init__(self, benefit: Benefit, numbers: Mapping[str, int]) -> None:
        self.inputs: dict[str, Input] = {entry.name: entry for entry in benefit.inputs}
        self.accumulators = {entry.name: entry.max for entry in benefit.accumulators}
        self.numbers = {name: value for name, value in numbers.items() if name not in self.inputs}
        self.region = _Region()

    def learn(self, node: ast.expr) -> None:
        """Take in the names and numbers of a condition."""
        match node:
            case ast.BoolOp(values=values):
                for value in values:
                    self.learn(value)
            case ast.UnaryOp(op=ast.Not(), operand=inner):
                self.learn(inner)
            case ast.Compare() if self._decidable(node):
                constants = [c for side in (node.left, *node.comparators) if (c := self._constant(side)) is not None]
                for side in (node.left, *node.comparators):
                    if isinstance(side, ast.Name) and side.id not in self.numbers:
                        self._try(side.id, constants)
            case ast.Name(id=name):
                self._try(name, [0, 1], most=1)
            case _:
                self.region.free[ast.unparse(node)] = {0, 1}

    def _try(self, name: str, constants: list[int], most: int | None = None) -> None:
        entry = self.inputs.get(name)
        top = entry.max if entry else self.accumulators.get(name, most)
        held = self.region.values.setdefault(name, set())
        if top is not None and top <= SMALL:
            held.update(range(top + 1))
            return
        near = {c + d for c in constants for d in (-1, 0, 1)} | {0}
        held.update(v for v in near if top is None or 0 <= v <= top)

    def _decidable(self, node: ast.Compare) -> bool:
        """Names against numbers, or small names against each other."""
        sides = (node.left, *node.comparators)
        if isinstance(node.left, ast.Name) and self._is_choice(node.left.id):
            return True
        unknown = [side for side in sides if self._constant(side) is None]
        if not all(isinstance(side, ast.Name) for side in unknown):
            return False
        names = [side.id for side in unknown if isinstance(side, ast.Name)]
        small = [self.inputs[name].max <= SMALL if name in self.inputs else False for name in names]
        return len(names) <= 1 or all(small)

    def _is_choice(self, name: str) -> bool:
        return name in self.inputs and self.inputs[name].type is InputType.ENUM

    def _constant(self, node: ast.expr) -> int | None:
        if isinstance(node, ast.Constant) and isinstance(node.value, int):
            return node.value
        return self.numbers.get(node.id) if isinstance(node, ast.Name) else None

    def size(self) -> int:
        """Number of regions."""
        found = 1
        for held in (*self.region.values.values(), *self.region.free.values()):
            found *= max(len(held), 1)
        return found

    def regions(self) -> Iterator[dict[str, int]]:
        """Every combination of values."""
        held = {**self.region.values, **self.region.free}
        for values in product(*(sorted(options) for options in held.values())):
            yield dict(zip(held, values, strict=True))

    def truth(self, node: ast.expr, region: Mapping[str, int]) -> bool:
        """Truth of a condition in a region."""
        match node:
            case ast.BoolOp(op=op, values=values):
                take = all if isinstance(op, ast.And) else any
                return take(self.truth(value, region) for value in values)
            case ast.UnaryOp(op=ast.Not(), operand=inner):
                return not self.truth(inner, region)
            case ast.Compare() if self._decidable(node):
                return self._compare(node, region)
            case ast.Name(id=name):
                return bool(region[name])
        return bool(region[ast.unparse(node)])

    def _compare(self, node: ast.Compare, region: Mapping[str, int]) -> bool:
        if isinstance(node.left, ast.Name) and self._is_choice(node.left.id):
            word = self.inputs[node.left.id].values[region[node.left.id]]
            inside = word in choice_values(node)
            return inside is not isinstance(node.ops[0], ast.NotEq | ast.NotIn)
        sides = [self._side(side, region) for side in (node.left, *node.comparators)]
        return all(_ordered(op, sides[at], sides[at + 1]) for at, op in enumerate(node.ops))

    def _side(self, node: ast.expr, region: Mapping[str, int]) -> int:
        constant = self._constant(node)
        if constant is not None:
            return constant
        assert isinstance(node, ast.Name)  # noqa: S101 - _decidable has made sure of it
        return region[node.id]

    def witness(self, region: Mapping[str, int], day: date) -> str:
        """The values of a region, as people read them."""
        parts = []
        for name, value in region.items():
            entry = self.inputs.get(name)
            word = entry.values[value] if entry and entry.values else str(value)
            parts.append(f"{name} = {word}")
        return f"{day}: {', '.join(parts)}"


def _ordered(op: ast.cmpop, left: int, right: int) -> bool:
    match op:
        case ast.Lt():
            return left < right
        case ast.LtE():
            return left <= right
        case ast.Gt():
            return left > right
        case ast.GtE():
            return left >= right
        case ast.Eq():
            return left == right
    return left != right
