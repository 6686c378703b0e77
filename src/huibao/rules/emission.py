"""From steps to lines of plain whole-number code: the one list that settles a case and, later, a province.

Lines use only locals, the parameter vector P, `+ - * //`, comparisons, `a if c else b`, min and max, so that the
same lines can stand in a function over Python ints and in a compiled loop over arrays.
"""

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field

from huibao.rules.dimension import choice_values, group_choices
from huibao.rules.expression import (
    BP,
    GROUP_FLAG,
    GROUP_INDEX,
    STATEFUL,
    TRUTH,
    Choice,
    Kind,
    Scope,
    bounded_arguments,
    function_name,
    indices,
    literal,
    parse,
    table_name,
)
from huibao.rules.scheme import Benefit, Param, Step
from huibao.rules.scheme import Kind as BenefitKind

OPERATORS: Mapping[type[ast.AST], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.And: "and",
    ast.Or: "or",
}


@dataclass(slots=True)
class Layout:
    """Where each param's numbers stand in the vector P, and how many bands its brackets have on the day."""

    params: Mapping[str, Param]
    numbers: Mapping[str, tuple[int, ...]]
    """Numbers in force, for every param a benefit may use."""
    offsets: dict[str, int] = field(default_factory=dict)
    vector: list[int] = field(default_factory=list)

    def offset(self, name: str) -> int:
        """Offset of a param; the first use gives it its place."""
        if name not in self.offsets:
            self.offsets[name] = len(self.vector)
            self.vector.extend(self.numbers[name])
        return self.offsets[name]

    def bands(self, name: str) -> int:
        """Number of bands of a bracket param."""
        return len(self.numbers[name]) // 2


@dataclass(slots=True)
class StepLines:
    """Code of one step. `pre` may be followed by captures; nothing in it changes a running sum."""

    name: str
    pre: list[str] = field(default_factory=list)
    value: str = ""
    post: list[str] = field(default_factory=list)
    chosen: str = ""
    """Local that holds the position of the group chosen, plus one; empty where no group is chosen."""
    choices: tuple[str, ...] = ()


class Emitter:
    """Emits the steps of one benefit in their order."""

    def __init__(self, scope: Scope, layout: Layout) -> None:
        """Start with no temporary."""
        self.scope, self.layout = scope, layout
        self.count = 0
        self.guards: list[str] = []
        self.group_at = ""
        self.lines = StepLines("")

    def step(self, step: Step, kind: Kind) -> StepLines:
        """Lines of one step; the scope must already hold the steps before it."""
        self.lines = lines = StepLines(step.name)
        applies = [self._hoist(f"1 if {self.emit(parse(entry.when))} else 0", "x") for entry in step.exceptions]
        others: list[str] = []
        for flag, entry in zip(applies, step.exceptions, strict=True):
            self.guards = [flag]  # a running sum moves only where the exception is what counts
            others.append(self._valued(self.emit(parse(entry.expr)), kind))
        self.guards = [f"not {flag}" for flag in applies]
        value = self._valued(self.emit(parse(step.expr)), kind)
        self.guards = []
        for flag, other in reversed(list(zip(applies, others, strict=True))):
            value = f"({other} if {flag} else {value})"
        if len(applies) > 1:
            lines.pre.append(f"conflict = conflict + (1 if {' + '.join(applies)} > 1 else 0)")
        lines.value = f"{step.name} = {value}"
        lines.post.extend(f"{name} = {name} + {step.name}" for name in step.adds_to)
        return lines

    def _valued(self, text: str, kind: Kind) -> str:
        return f"(1 if {text} else 0)" if kind == TRUTH else text

    def _hoist(self, text: str, letter: str) -> str:
        """A local for a piece used more than once."""
        self.count += 1
        name = f"_{letter}{self.count}"
        self.lines.pre.append(f"{name} = {text}")
        return name

    def emit(self, node: ast.expr) -> str:  # noqa: PLR0911 - one way out a form
        """Code of an expression."""
        match node:
            case ast.Constant(value=int(number)):
                return str(number)
            case ast.Name(id=name):
                return self._name(name)
            case ast.Subscript():
                return self.table(node)
            case ast.UnaryOp(op=ast.Not(), operand=inner):
                return f"(not {self.emit(inner)})"
            case ast.UnaryOp(operand=inner):
                return f"(-{self.emit(inner)})"
            case ast.BinOp():
                return f"({self.emit(node.left)} {OPERATORS[type(node.op)]} {self.emit(node.right)})"
            case ast.BoolOp():
                return f"({f' {OPERATORS[type(node.op)]} '.join(self.emit(value) for value in node.values)})"
            case ast.Compare():
                return self._comparison(node)
            case ast.IfExp():
                return self._conditional(node)
            case ast.Call():
                return self._call(node)
        msg = f"checked expressions only: {ast.dump(node)}"
        raise TypeError(msg)

    def _name(self, name: str) -> str:
        shadowed = name in self.scope.steps or name in self.scope.accumulators or name in self.scope.inputs
        if not shadowed and name in self.scope.params:
            return f"P[{self.layout.offset(name)}]"
        return name

    def _comparison(self, node: ast.Compare) -> str:
        if isinstance(node.left, ast.Name) and isinstance(choice := self.scope.kind(node.left), Choice):
            name = self._name(node.left.id)
            negative = isinstance(node.ops[0], ast.NotEq | ast.NotIn)
            tests = [f"{name} {'!=' if negative else '=='} {choice.values.index(v)}" for v in choice_values(node)]
            return f"({(' and ' if negative else ' or ').join(tests)})"
        parts = [self.emit(node.left)]
        for op, side in zip(node.ops, node.comparators, strict=True):
            parts += [OPERATORS[type(op)], self.emit(side)]
        return f"({' '.join(parts)})"

    def _conditional(self, node: ast.IfExp) -> str:
        test = self.emit(node.test)
        if any(isinstance(part, ast.Call) and function_name(part) in STATEFUL for part in ast.walk(node)):
            # The running sum moves only when the branch is the one that counts.
            test = self._hoist(f"1 if {test} else 0", "g")
            self.guards.append(test)
            body = self.emit(node.body)
            self.guards[-1] = f"not {test}"
            orelse = self.emit(node.orelse)
            self.guards.pop()
            return f"({body} if {test} else {orelse})"
        return f"({self.emit(node.body)} if {test} else {self.emit(node.orelse)})"

    def table(self, node: ast.Subscript) -> str:
        """Code that reads a table; a row 0 that the table lacks (grade 0: none) reads 0."""
        name = table_name(node)
        param = self.scope.params[name]
        terms = [str(self.layout.offset(name))]
        guards: list[str] = []
        stride = 1
        strides: list[int] = []
        for keys in reversed(param.keys):
            strides.append(stride)
            stride *= len(keys)
        for dimension, keys, index, step in zip(param.index, param.keys, indices(node), reversed(strides), strict=True):
            if dimension == GROUP_INDEX:
                at = self.group_at
            elif isinstance(index, ast.Name) and isinstance(self.scope.kind(index), Choice):
                at = self.emit(index)
            else:
                at = self._hoist(self.emit(index), "i") if keys[0] == "1" else self.emit(index)
                if keys[0] == "1":
                    guards.append(f"{at} > 0")
                at = at if keys[0] == "0" else f"({at} - {keys[0]})"
            terms.append(at if step == 1 else f"{at} * {step}")
        read = f"P[{' + '.join(terms)}]"
        return f"({read} if {' and '.join(guards)} else 0)" if guards else read

    def _call(self, node: ast.Call) -> str:
        args = node.args
        match function_name(node):
            case "min" | "max" as name:
                return f"{name}({', '.join(self.emit(arg) for arg in args)})"
            case "half_up":
                return _rounded(self.emit(args[0]), (literal(args[1]) if len(args) > 1 else None) or BP)
            case "ratio":
                divisor = self._hoist(self.emit(args[2]), "d")
                return f"((2 * {self.emit(args[0])} * {self.emit(args[1])} + {divisor}) // (2 * {divisor}))"
            case "capped":
                return self._capped(node)
            case "on_total":
                return self._on_total(node)
            case "banded":
                amount = self._hoist(self.emit(args[0]), "a")
                return _rounded(self._bands(amount, args[1]), BP)
            case "rate_of":
                return self._rate_of(node)
            case _:
                return self._best_of_groups(node)

    def _guarded(self, amount: str) -> str:
        return f"({amount} if {' and '.join(self.guards)} else 0)" if self.guards else amount

    def _capped(self, node: ast.Call) -> str:
        acc = self._name(names(node.args[2]))
        paid = self._hoist(f"max(min({self.emit(node.args[0])}, {self.emit(node.args[1])} - {acc}), 0)", "c")
        self.lines.post.append(f"{acc} = {acc} + {self._guarded(paid)}")
        return paid

    def _on_total(self, node: ast.Call) -> str:
        """Due on the year's total so far, less what the year has paid: one bill or ten give the same."""
        amount, brackets, cap = node.args[:3]
        base, paid = (names(arg) for arg in node.args[3:])
        added = self._hoist(self.emit(amount), "a")
        total = self._hoist(f"{base} + {added}", "t")
        due = f"min({_rounded(self._bands(total, brackets), BP)}, {self.emit(cap)})"
        rest = self._hoist(f"max({due} - {paid}, 0)", "c")
        self.lines.post.append(f"{base} = {base} + {self._guarded(added)}")
        self.lines.post.append(f"{paid} = {paid} + {self._guarded(rest)}")
        return rest

    def _bands(self, amount: str, brackets: ast.expr) -> str:
        """Each part of the amount at the rate of its band."""
        name = names(brackets)
        at, bands = self.layout.offset(name), self.layout.bands(name)
        parts = []
        for band in range(bands):
            top = amount if band == bands - 1 else f"min({amount}, P[{at + band + 1}])"
            parts.append(f"max({top} - P[{at + band}], 0) * P[{at + bands + band}]")
        return f"({' + '.join(parts)})"

    def _rate_of(self, node: ast.Call) -> str:
        name = names(node.args[1])
        at, bands = self.layout.offset(name), self.layout.bands(name)
        amount = self._hoist(self.emit(node.args[0]), "a")
        rate = "0"
        for band in range(bands):
            rate = f"(P[{at + bands + band}] if {amount} >= P[{at + band}] else {rate})"
        return _rounded(f"{amount} * {rate}", BP)

    def _best_of_groups(self, node: ast.Call) -> str:
        """The most that any of the person's groups gives; the earliest of equals is named."""
        choices = group_choices(node, self.scope)
        best, chosen, outer = "", "", self.group_at
        for at, group in enumerate(choices):
            self.group_at = str(at)
            mine = self._hoist(f"{self.emit(node.args[0])} if {GROUP_FLAG}{group} else 0", "b")
            if not best:
                best = mine
                chosen = self._hoist(f"1 if {GROUP_FLAG}{group} else 0", "w")
            else:
                better = f"{GROUP_FLAG}{group} and ({chosen} == 0 or {mine} > {best})"
                chosen = self._hoist(f"{at + 1} if {better} else {chosen}", "w")
                best = self._hoist(f"{mine} if {chosen} == {at + 1} else {best}", "m")
        self.group_at = outer
        self.lines.chosen, self.lines.choices = chosen, choices
        return best


def names(node: ast.expr) -> str:
    """The name an argument must be; the check before has made sure that it is one."""
    assert isinstance(node, ast.Name)  # noqa: S101 - proven by dimension, said for the type checker
    return node.id


def _rounded(product: str, divisor: int) -> str:
    """Half up by floor division, so that arrays and plain numbers agree on negative values too."""
    return f"(({product} + {divisor // 2}) // {divisor})"


def remainder_line(benefit: Benefit) -> str:
    """The person's share of a bill is what nobody else pays; the total of an event is the sum of its parts."""
    layers = [step.name for step in benefit.steps if step.payer and not step.outside_bill]
    total = " + ".join(layers) or "0"
    return f"self_pay = bill_total - ({total})" if benefit.kind is BenefitKind.BILL else f"total = {total}"


def bound_arguments(step: Step) -> tuple[ast.expr, ...]:
    """Expressions that the labels under `bounds` stand for."""
    return bounded_arguments(parse(step.expr)) if step.bounds else ()
