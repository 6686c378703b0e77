"""The steps of a benefit once more, as SQL: written from the scheme's own expressions, to be held against the loop.

Nothing here looks at the lines `emission` makes, at the vector of numbers or at its places: an oracle that shared them
would repeat their faults. Every number is a column by its name, brackets and tables are columns by band and key, words
are compared as words, and rounding is written as SQL rounds least ambiguously. All sums stay 64-bit whole numbers: both
engines refuse a sum that leaves them instead of wrapping, and the int64 proof says that none does.

The text is a chain of nested SELECTs over a relation that has the columns `i_INPUT`, `p_…` (`number_columns`) and
`a_SUM` (the running sums before the case). What the chain adds is told by `StepsSql`.
"""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from huibao.rules.compiler import group_inputs, params_used
from huibao.rules.dialect import Dialect
from huibao.rules.dimension import choice_values, group_choices, step_kind
from huibao.rules.expression import (
    BP,
    GROUP_FLAG,
    GROUP_INDEX,
    STATEFUL,
    TRUTH,
    Choice,
    Scope,
    function_name,
    indices,
    literal,
    parse,
    table_name,
)
from huibao.rules.program import CONFLICT, FULL, OVER_BILL
from huibao.rules.scheme import Benefit, Kind, Param, Scheme, Step
from huibao.rules.vocabulary import Input

OPERATORS: Mapping[type[ast.AST], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "=",
    ast.NotEq: "<>",
    ast.And: "AND",
    ast.Or: "OR",
}
DEFINED = re.compile(r"\b[hsa]_\w+")
"""Names that an earlier level of the chain defines: pieces, steps, running sums."""


@dataclass(frozen=True, slots=True)
class StepsSql:
    """The chain and what it leaves to select: SQL expressions by the name of what they are."""

    chain: tuple[tuple[tuple[str, str], ...], ...]
    """Levels of (expression, name): each may use the names of those before it."""
    outputs: Mapping[str, str]
    """Steps, then `self_pay` or `total`."""
    closing: Mapping[str, str]
    """Running sums after the case, by their names; as before where the case is refused."""
    problem: str
    """Code of the problem that refuses the case, or NULL."""

    def over(self, relation: str) -> str:
        """The chain as one query over a relation in parentheses or by name."""
        text = relation
        for depth, level in enumerate(self.chain):
            added = ",\n  ".join(f"{expression} AS {name}" for expression, name in level)
            text = f"(SELECT l{depth}.*,\n  {added}\nFROM {text} l{depth})"
        return text


def steps_sql(scheme: Scheme, benefit_id: str, bands: Mapping[str, int], dialect: Dialect) -> StepsSql:
    """The steps of a benefit in a dialect. `bands` says how many bands each bracket param has at most."""
    return _Writer(scheme, scheme.benefits[benefit_id], bands, dialect).benefit()


def inputs_of(scheme: Scheme, benefit_id: str) -> tuple[Input, ...]:
    """Inputs the chain reads as `i_NAME`: flags as 0 or 1, words as words, all else as 64-bit whole numbers."""
    benefit = scheme.benefits[benefit_id]
    return (*benefit.inputs, *group_inputs(scheme, benefit))


def number_columns(
    scheme: Scheme, benefit_id: str, numbers: Mapping[str, tuple[int, ...]], bands: Mapping[str, int]
) -> dict[str, int | None]:
    """The numbers in force on some day by the name of their column; a bracket's missing bands are None."""
    found: dict[str, int | None] = {}
    for name in params_used(scheme, scheme.benefits[benefit_id]):
        param, held = scheme.params[name], numbers.get(name, ())
        if param.brackets:
            half = len(held) // 2
            for band in range(bands[name]):
                there = band < half
                found[_edge(name, band)] = held[band] if there else None
                found[_rate(name, band)] = held[half + band] if there else None
        else:
            cells = list(_cells(param))
            found |= dict(zip(cells, held or [None] * len(cells), strict=True))
    return found


def _edge(name: str, band: int) -> str:
    return f"p_{name}__from_{band}"


def _rate(name: str, band: int) -> str:
    return f"p_{name}__rate_{band}"


def _cells(param: Param) -> Iterator[str]:
    """Columns of a param in the order its numbers are stated: a table's last index runs fastest."""

    def below(prefix: str, level: int) -> Iterator[str]:
        if level == len(param.keys):
            yield prefix
            return
        for at in range(len(param.keys[level])):
            yield from below(f"{prefix}__{at}", level + 1)

    yield from below(f"p_{param.name}", 0)


@dataclass(slots=True)
class _Taken:
    """What a step adds to a running sum, and under which conditions (columns that are 0 or 1)."""

    name: str
    amount: str
    when: tuple[str, ...]


@dataclass(slots=True)
class _Writer:
    scheme: Scheme
    entry: Benefit
    bands: Mapping[str, int]
    dialect: Dialect
    scope: Scope = field(init=False)
    levels: dict[str, int] = field(init=False, default_factory=dict)
    lets: list[tuple[str, str]] = field(init=False, default_factory=list)
    sums: dict[str, str] = field(init=False)
    """Column that holds each running sum by now."""
    taken: list[_Taken] = field(init=False, default_factory=list)
    guards: list[str] = field(init=False, default_factory=list)
    group_at: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self.scope = Scope.of(self.scheme, self.entry)
        self.sums = {held.name: f"a_{held.name}" for held in self.entry.accumulators}

    # --- the benefit ------------------------------------------------------------------------------------------------

    def benefit(self) -> StepsSql:
        clashes: list[str] = []
        for step in self.entry.steps:
            clashes += self.step(step)
        layers = " + ".join(f"s_{step.name}" for step in self.entry.steps if step.payer and not step.outside_bill)
        bill = self.entry.kind is Kind.BILL
        rest = self.let("h", f"i_bill_total - ({layers or '0'})" if bill else layers or "0")
        refusals = [f"WHEN {' OR '.join(clashes)} THEN '{CONFLICT.code}'"] if clashes else []
        refusals.append(f"WHEN {rest} < 0 THEN '{OVER_BILL.code}'")
        for held in self.entry.accumulators:
            now = self.sums[held.name]
            refusals.append(f"WHEN {now} < 0 OR {now} > {held.max} THEN '{FULL.code}'")
        problem = self.let("h", f"CASE {' '.join(refusals)} END")
        kept = {name: f"CASE WHEN {problem} IS NULL THEN {now} ELSE a_{name} END" for name, now in self.sums.items()}
        outputs = {step.name: f"s_{step.name}" for step in self.entry.steps}
        return StepsSql(self.chain(), {**outputs, "self_pay" if bill else "total": rest}, kept, problem)

    def step(self, step: Step) -> list[str]:
        """Define the step's column, move the running sums, and give the conditions under which exceptions clash."""
        kind = step_kind(parse(step.expr), self.scope)
        value = self.truth_number if kind == TRUTH else self.number
        self.taken = []
        flags = [self.let("h", self.truth_number(parse(entry.when))) for entry in step.exceptions]
        others = []
        for flag, entry in zip(flags, step.exceptions, strict=True):
            self.guards = [f"{flag} = 1"]
            others.append(value(parse(entry.expr)))
        self.guards = [f"{flag} = 0" for flag in flags]
        text = value(parse(step.expr))
        self.guards = []
        if flags:
            cases = " ".join(f"WHEN {flag} = 1 THEN {other}" for flag, other in zip(flags, others, strict=True))
            text = f"CASE {cases} ELSE {text} END"
        self.define(f"s_{step.name}", text)
        for name in step.adds_to:
            self.taken.append(_Taken(name, f"s_{step.name}", ()))
        for each in self.taken:
            amount = f"CASE WHEN {' AND '.join(each.when)} THEN {each.amount} ELSE 0 END" if each.when else each.amount
            self.sums[each.name] = self.let("a", f"{self.sums[each.name]} + {amount}")
        self.scope.steps[step.name] = kind
        return [f"{' + '.join(flags)} > 1"] if len(flags) > 1 else []

    # --- names for pieces -------------------------------------------------------------------------------------------

    def let(self, letter: str, text: str) -> str:
        """A name for a piece that is used more than once."""
        return self.define(f"{letter}_{len(self.lets)}_", text)

    def define(self, name: str, text: str) -> str:
        """Put a piece on the first level at which all it uses is defined."""
        self.levels[name] = 1 + max((self.levels.get(used, -1) for used in DEFINED.findall(text)), default=-1)
        self.lets.append((text, name))
        return name

    def chain(self) -> tuple[tuple[tuple[str, str], ...], ...]:
        depth = max(self.levels.values()) + 1
        return tuple(tuple(let for let in self.lets if self.levels[let[1]] == level) for level in range(depth))

    # --- expressions ------------------------------------------------------------------------------------------------

    def number(self, node: ast.expr) -> str:
        """An expression as a whole number; a condition counts as 1 or 0."""
        match node:
            case ast.Constant(value=int(number)):
                return str(number)
            case ast.Name(id=name):
                return self.column(name)
            case ast.Subscript():
                return self.table(node)
            case ast.UnaryOp(op=ast.USub(), operand=inner):
                return f"(0 - {self.number(inner)})"
            case ast.UnaryOp() | ast.BoolOp() | ast.Compare():
                return self.truth_number(node)
            case ast.BinOp():
                return f"({self.number(node.left)} {OPERATORS[type(node.op)]} {self.number(node.right)})"
            case ast.IfExp():
                return self.conditional(node)
            case ast.Call():
                return self.call(node)
        msg = f"checked expressions only: {ast.dump(node)}"
        raise TypeError(msg)

    def truth(self, node: ast.expr) -> str:
        """An expression as a condition."""
        match node:
            case ast.UnaryOp(op=ast.Not(), operand=inner):
                return f"(NOT {self.truth(inner)})"
            case ast.BoolOp(op=op, values=values):
                return f"({f' {OPERATORS[type(op)]} '.join(self.truth(value) for value in values)})"
            case ast.Compare():
                return self.comparison(node)
        return f"({self.number(node)} <> 0)"

    def truth_number(self, node: ast.expr) -> str:
        return f"CASE WHEN {self.truth(node)} THEN 1 ELSE 0 END"

    def column(self, name: str) -> str:
        scope = self.scope
        if name in scope.steps:
            return f"s_{name}"
        if name in scope.accumulators:
            return self.sums[name]
        return f"p_{name}" if name not in scope.inputs and name in scope.params else f"i_{name}"

    def comparison(self, node: ast.Compare) -> str:
        if isinstance(node.left, ast.Name) and isinstance(self.scope.kind(node.left), Choice):
            words = ", ".join(self.dialect.text(word) for word in choice_values(node))
            against = "NOT IN" if isinstance(node.ops[0], ast.NotEq | ast.NotIn) else "IN"
            return f"({self.column(node.left.id)} {against} ({words}))"
        sides = [self.number(side) for side in (node.left, *node.comparators)]
        pairs = zip(sides, node.ops, sides[1:], strict=False)
        return f"({' AND '.join(f'{left} {OPERATORS[type(op)]} {right}' for left, op, right in pairs)})"

    def conditional(self, node: ast.IfExp) -> str:
        test = self.truth(node.test)
        if any(isinstance(part, ast.Call) and function_name(part) in STATEFUL for part in ast.walk(node)):
            flag = self.let("h", f"CASE WHEN {test} THEN 1 ELSE 0 END")
            test, before = f"{flag} = 1", self.guards
            self.guards = [*before, f"{flag} = 1"]
            body = self.number(node.body)
            self.guards = [*before, f"{flag} = 0"]
            orelse = self.number(node.orelse)
            self.guards = before
        else:
            body, orelse = self.number(node.body), self.number(node.orelse)
        return f"CASE WHEN {test} THEN {body} ELSE {orelse} END"

    def table(self, node: ast.Subscript) -> str:
        """A cell chosen by its keys; a row 0 that the table lacks (grade 0: none) reads 0, any other NULL."""
        param = self.scope.params[table_name(node)]
        given = indices(node)

        def cell(prefix: str, level: int) -> str:
            if level == len(given):
                return prefix
            keys, index = param.keys[level], given[level]
            if param.index[level] == GROUP_INDEX:
                return cell(f"{prefix}__{self.group_at}", level + 1)
            words = isinstance(index, ast.Name) and isinstance(self.scope.kind(index), Choice)
            at = self.number(index) if isinstance(index, ast.Name) else self.let("h", self.number(index))
            rows = [
                (self.dialect.text(key) if words else key, cell(f"{prefix}__{row}", level + 1))
                for row, key in enumerate(keys)
            ]
            cases = " ".join(f"WHEN {at} = {key} THEN {held}" for key, held in rows)
            none = "" if words or keys[0] != "1" else f"WHEN {at} <= 0 THEN 0 "
            return f"CASE {none}{cases} END"

        return cell(f"p_{param.name}", 0)

    # --- functions --------------------------------------------------------------------------------------------------

    def call(self, node: ast.Call) -> str:
        args = node.args
        match function_name(node):
            case "min" | "max" as name:
                return f"{'LEAST' if name == 'min' else 'GREATEST'}({', '.join(self.number(arg) for arg in args)})"
            case "half_up":
                return self.half_up(self.number(args[0]), (literal(args[1]) if len(args) > 1 else None) or BP)
            case "ratio":
                over = self.let("h", self.number(args[2]))
                twice = self.let("h", f"2 * {self.number(args[0])} * {self.number(args[1])} + {over}")
                return self.floored(twice, f"(2 * {over})")
            case "capped":
                return self.capped(args)
            case "on_total":
                return self.on_total(args)
            case "banded":
                return self.half_up(self.by_bands(self.let("h", self.number(args[0])), _name(args[1])), BP)
            case "rate_of":
                return self.rate_of(args)
            case _:
                return self.best_of_groups(node)

    def floored(self, top: str, bottom: str) -> str:
        """Floor of a division by a positive number: SQL divides towards zero, so negative ones are turned about."""
        by = self.dialect.divide
        return f"CASE WHEN {top} >= 0 THEN {top} {by} {bottom} ELSE 0 - (({bottom} - 1 - {top}) {by} {bottom}) END"

    def half_up(self, product: str, divisor: int) -> str:
        return self.floored(self.let("h", f"{product} + {divisor // 2}"), str(divisor))

    def capped(self, args: Sequence[ast.expr]) -> str:
        name = _name(args[2])
        room = f"{self.number(args[1])} - {self.sums[name]}"
        paid = self.let("h", f"GREATEST(LEAST({self.number(args[0])}, {room}), 0)")
        self.taken.append(_Taken(name, paid, tuple(self.guards)))
        return paid

    def on_total(self, args: Sequence[ast.expr]) -> str:
        base, paid = _name(args[3]), _name(args[4])
        added = self.let("h", self.number(args[0]))
        total = self.let("h", f"{self.sums[base]} + {added}")
        due = self.let("h", self.half_up(self.by_bands(total, _name(args[1])), BP))
        rest = self.let("h", f"GREATEST(LEAST({due}, {self.number(args[2])}) - {self.sums[paid]}, 0)")
        self.taken += [_Taken(base, added, tuple(self.guards)), _Taken(paid, rest, tuple(self.guards))]
        return rest

    def by_bands(self, amount: str, name: str) -> str:
        """Each part of the amount times the rate of its band; a band that is not there is NULL and counts nothing."""
        parts = []
        for band in range(self.bands[name]):
            last = band == self.bands[name] - 1
            top = amount if last else f"LEAST({amount}, COALESCE({_edge(name, band + 1)}, {amount}))"
            parts.append(f"COALESCE(GREATEST({top} - {_edge(name, band)}, 0) * {_rate(name, band)}, 0)")
        return f"({' + '.join(parts)})"

    def rate_of(self, args: Sequence[ast.expr]) -> str:
        name = _name(args[1])
        amount = self.let("h", self.number(args[0]))
        bands = reversed(range(self.bands[name]))
        cases = " ".join(f"WHEN {amount} >= {_edge(name, band)} THEN {_rate(name, band)}" for band in bands)
        return self.half_up(f"{amount} * CASE {cases} ELSE 0 END", BP)

    def best_of_groups(self, node: ast.Call) -> str:
        """The greatest over the person's groups; of no group, nothing."""
        offers = []
        for at, group in enumerate(group_choices(node, self.scope)):
            self.group_at = at
            mine = self.let("h", self.number(node.args[0]))
            offers.append(f"CASE WHEN i_{GROUP_FLAG}{group} <> 0 THEN {mine} END")
        best = offers[0] if len(offers) == 1 else f"GREATEST({', '.join(offers)})"
        return self.let("h", f"COALESCE({best}, 0)")


def _name(node: ast.expr) -> str:
    assert isinstance(node, ast.Name)  # noqa: S101 - proven by dimension, said for the type checker
    return node.id
