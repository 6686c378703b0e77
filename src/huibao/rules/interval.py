"""Proof by intervals that no value, nor any intermediate one, leaves a signed 64-bit whole number.

Every input states its largest value, every running sum too, every param its numbers: from these the smallest and
largest value of each piece follows. What the emitted code computes on the way (products before rounding, doubled
numerators) is counted as well.
"""

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field

from huibao.rules.expression import (
    BP,
    GROUP_FLAG,
    GROUP_INDEX,
    Choice,
    ExpressionFault,
    Scope,
    function_name,
    indices,
    literal,
    parse,
    table_name,
)
from huibao.rules.quantity import UNIT_MAX
from huibao.rules.scheme import Accumulator, Param, Step
from huibao.rules.vocabulary import MAX_INPUT_FEN, Input

INT64_MAX = 2**63 - 1

Range = tuple[int, int]
TRUTH_RANGE: Range = (0, 1)


@dataclass(slots=True)
class Largest:
    """The largest size met so far, and where."""

    size: int = 0
    piece: str = ""


@dataclass(slots=True)
class Intervals:
    """Ranges of every name, growing step by step."""

    scope: Scope
    ranges: dict[str, Range]
    param_ranges: Mapping[str, "ParamRange"]
    largest: Largest = field(default_factory=Largest)

    def step(self, step: Step) -> Range:
        """Range of a step's value; running sums it adds to grow by it. ExpressionFault if anything overflows."""
        parts = [self.of(parse(step.expr))]
        for entry in step.exceptions:
            self.of(parse(entry.when))
            parts.append(self.of(parse(entry.expr)))
        found = _union(parts)
        for name in step.adds_to:
            low, high = self.ranges[name]
            self.ranges[name] = (low + min(found[0], 0), high + max(found[1], 0))
        self.ranges[step.name] = found
        return found

    def of(self, node: ast.expr) -> Range:
        """Range of an expression, itself counted among the intermediates."""
        return self._noted(self._of(node), node)

    def _noted(self, found: Range, node: ast.AST) -> Range:
        size = max(abs(found[0]), abs(found[1]))
        if size > INT64_MAX:
            raise ExpressionFault(
                f"数值可能达到 {size}，超出 64 位整数；请降低输入上限或参数的 max",
                f"the value may reach {size}, beyond 64-bit whole numbers; lower an input's or a param's max",
                node,
            )
        if size > self.largest.size:
            self.largest.size, self.largest.piece = size, ast.unparse(node)
        return found

    def _of(self, node: ast.expr) -> Range:  # noqa: PLR0911 - one way out a form
        match node:
            case ast.Constant(value=int(number)):
                return number, number
            case ast.Name(id=name):
                return self._name(name)
            case ast.Subscript():
                return self._table(node)
            case ast.UnaryOp(op=ast.Not(), operand=inner):
                self.of(inner)
                return TRUTH_RANGE
            case ast.UnaryOp(operand=inner):
                low, high = self.of(inner)
                return -high, -low
            case ast.BinOp():
                return self._arithmetic(node)
            case ast.BoolOp(values=values):
                for value in values:
                    self.of(value)
                return TRUTH_RANGE
            case ast.Compare():
                self._comparison(node)
                return TRUTH_RANGE
            case ast.IfExp():
                self.of(node.test)
                return _union([self.of(node.body), self.of(node.orelse)])
            case ast.Call():
                return self._call(node)
        raise ExpressionFault("此处不能这样写", "cannot stand here", node)

    def _name(self, name: str) -> Range:
        if name in self.ranges:
            return self.ranges[name]
        if name.startswith(GROUP_FLAG) and name.removeprefix(GROUP_FLAG) in self.scope.groups:
            return TRUTH_RANGE
        return self.param_ranges[name].numbers

    def _comparison(self, node: ast.Compare) -> None:
        if isinstance(node.left, ast.Name) and isinstance(self.scope.kind(node.left), Choice):
            return
        for side in (node.left, *node.comparators):
            self.of(side)

    def _arithmetic(self, node: ast.BinOp) -> Range:
        a, b = self.of(node.left), self.of(node.right)
        match node.op:
            case ast.Add():
                return a[0] + b[0], a[1] + b[1]
            case ast.Sub():
                return a[0] - b[1], a[1] - b[0]
        return _product(a, b)

    def _table(self, node: ast.Subscript) -> Range:
        param = self.scope.params[table_name(node)]
        found = self.param_ranges[param.name].numbers
        for dimension, keys, index in zip(param.index, param.keys, indices(node), strict=True):
            if dimension == GROUP_INDEX or (isinstance(index, ast.Name) and isinstance(self.scope.kind(index), Choice)):
                continue
            low, high = self.of(index)
            first, last = int(keys[0]), int(keys[-1])
            lowest = 0 if first == 1 else first
            if low < lowest or high > last:
                raise ExpressionFault(
                    f"索引可能是 {low} 到 {high}，表格只有 {keys[0]} 到 {keys[-1]}",
                    f"the index may be {low} to {high}, the table has {keys[0]} to {keys[-1]} only",
                    node,
                )
            if low < first:
                found = min(found[0], 0), max(found[1], 0)
        return found

    def _call(self, node: ast.Call) -> Range:
        args = node.args
        match function_name(node):
            case "min" | "max" as name:
                ranges = [self.of(arg) for arg in args]
                take = min if name == "min" else max
                return take(low for low, _ in ranges), take(high for _, high in ranges)
            case "half_up":
                divisor = (literal(args[1]) if len(args) > 1 else None) or BP
                return self._rounded(self.of(args[0]), divisor, node)
            case "ratio":
                return self._ratio(node)
            case "capped":
                return self._capped(node)
            case "on_total":
                return self._on_total(node)
            case "banded":
                return self._banded(self.of(args[0]), args[1], node)
            case "rate_of":
                rates = self._brackets(args[1]).rates
                return self._rounded(_product(self.of(args[0]), (min(0, rates[0]), rates[1])), BP, node)
            case _:
                low, high = self.of(args[0])
                return min(low, 0), max(high, 0)

    def _rounded(self, product: Range, divisor: int, node: ast.expr) -> Range:
        low, high = self._noted((product[0], product[1] + divisor // 2), node)
        return (low + divisor // 2) // divisor, high // divisor

    def _ratio(self, node: ast.Call) -> Range:
        amount, top, bottom = (self.of(arg) for arg in node.args)
        if bottom[0] <= 0:
            raise ExpressionFault(
                "分母可能为零或负数；可写 max(…, 1)", "the divisor may be zero: write max(…, 1)", node
            )
        product = _product(amount, top)
        self._noted((2 * product[0], 2 * product[1] + bottom[1]), node)
        least = bottom[1] if product[0] >= 0 else bottom[0]
        most = bottom[0] if product[1] >= 0 else bottom[1]
        return (2 * product[0] + least) // (2 * least), (2 * product[1] + most) // (2 * most)

    def _capped(self, node: ast.Call) -> Range:
        amount, cap = self.of(node.args[0]), self.of(node.args[1])
        name = _name_of(node.args[2])
        acc = self.ranges[name]
        self._noted((cap[0] - acc[1], cap[1] - acc[0]), node)
        self.ranges[name] = (acc[0], max(acc[1], cap[1]))
        return 0, max(min(amount[1], cap[1] - acc[0]), 0)

    def _on_total(self, node: ast.Call) -> Range:
        amount, cap = self.of(node.args[0]), self.of(node.args[2])
        base_name, paid_name = (_name_of(arg) for arg in node.args[3:])
        base, paid = self.ranges[base_name], self.ranges[paid_name]
        total = self._noted((base[0] + amount[0], base[1] + amount[1]), node)
        due = self._banded(total, node.args[1], node)
        self.ranges[base_name] = total
        self.ranges[paid_name] = (paid[0], max(paid[1], cap[1]))
        return 0, max(min(due[1], cap[1]) - paid[0], 0)

    def _banded(self, amount: Range, brackets: ast.expr, node: ast.expr) -> Range:
        rates = self._brackets(brackets).rates
        return self._rounded((0, max(amount[1], 0) * rates[1]), BP, node)

    def _brackets(self, node: ast.expr) -> "ParamRange":
        return self.param_ranges[_name_of(node)]


@dataclass(frozen=True, slots=True)
class ParamRange:
    """Smallest and largest number a param may have on any day; for brackets the edges, and apart the rates."""

    numbers: Range
    rates: Range = (0, 0)


def param_range(param: Param) -> ParamRange:
    """Range over all dates; a param still to be given may be anything its limits allow, at most 100 million yuan.

    A setting beyond that is proven again when the benefit is compiled with it.
    """
    numbers = [value.numbers for value in param.values]
    if param.brackets:
        edges = [n for row in numbers for n in row[: len(row) // 2]] or [0, UNIT_MAX[param.unit]]
        rates = [n for row in numbers for n in row[len(row) // 2 :]] or [0, BP]
        return ParamRange((min(edges), max(edges)), (min(rates), max(rates)))
    flat = [number for row in numbers for number in row]
    if param.required or not flat:
        flat += [
            0 if param.minimum is None else param.minimum,
            min(UNIT_MAX[param.unit], MAX_INPUT_FEN) if param.maximum is None else param.maximum,
        ]
    return ParamRange((min(flat), max(flat)))


def start(
    scope: Scope,
    inputs: tuple[Input, ...],
    accumulators: tuple[Accumulator, ...],
    params: Mapping[str, ParamRange],
) -> Intervals:
    """Ranges before the first step."""
    ranges: dict[str, Range] = {entry.name: (0, entry.max) for entry in inputs}
    ranges |= {entry.name: (0, entry.max) for entry in accumulators}
    return Intervals(scope, ranges, params)


def _union(ranges: list[Range]) -> Range:
    return min(low for low, _ in ranges), max(high for _, high in ranges)


def _product(a: Range, b: Range) -> Range:
    corners = [x * y for x in a for y in b]
    return min(corners), max(corners)


def _name_of(node: ast.expr) -> str:
    assert isinstance(node, ast.Name)  # noqa: S101 - proven by dimension, said for the type checker
    return node.id
