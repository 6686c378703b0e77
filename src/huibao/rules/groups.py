"""Which groups of a scheme a person is in on a day."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from huibao.rules.dimension import choice_values
from huibao.rules.expression import ExpressionFault, parse
from huibao.rules.facts import DisabilityCategory, FactsOnDay, PovertyRelief, within
from huibao.rules.scheme import Scheme

ENUM_FACTS: Mapping[str, type[StrEnum]] = {
    "disability_category": DisabilityCategory,
    "poverty_relief": PovertyRelief,
}
NUMBER_FACTS = frozenset({"disability_grade", "age"})
CODE_FACT = "domicile"
FLAG_FACTS = frozenset(
    name
    for name, kind in FactsOnDay.__annotations__.items()
    if name not in ENUM_FACTS and name not in NUMBER_FACTS and name != CODE_FACT and kind in (bool, "bool")
)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a person is in a group: its condition and clause."""

    group: str
    when: str
    clause: str


def groups_of(scheme: Scheme, facts: FactsOnDay) -> tuple[str, ...]:
    """Groups a person is in by the facts of a day, in the order of the scheme. A dead person is in none."""
    if not facts.alive:
        return ()
    return tuple(name for name, group in scheme.groups.items() if holds(group.when, facts))


def holds(when: str, facts: FactsOnDay) -> bool:
    """Tell whether a condition (already checked) holds for the facts of a day."""
    return _truth(_parsed(when), facts)


def reasons(scheme: Scheme, facts: FactsOnDay) -> tuple[Reason, ...]:
    """Groups a person is in, each with its condition and clause."""
    return tuple(
        Reason(name, scheme.groups[name].when, scheme.groups[name].clause) for name in groups_of(scheme, facts)
    )


def condition_fault(when: str) -> ExpressionFault | None:
    """What is wrong with a condition over facts, or None."""
    try:
        _check(_parsed(when))
    except ExpressionFault as fault:
        return fault
    return None


@lru_cache(maxsize=1024)
def _parsed(when: str) -> ast.expr:
    """A condition; `within` is the one function it knows, so it is put apart before the expression language sees it."""
    try:
        body = ast.parse(when.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ExpressionFault(f"条件写法有误：{error}", f"the condition cannot be read: {error}") from error
    if not any(isinstance(node, ast.Call) for node in ast.walk(body)):
        return parse(when)
    return body


def _check(node: ast.expr) -> None:
    match node:
        case ast.Name(id=name):
            if name not in FLAG_FACTS:
                raise ExpressionFault(f"没有是否类事实 {name}", f"there is no yes-or-no fact {name}", node)
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            _check(inner)
        case ast.BoolOp(values=values):
            for value in values:
                _check(value)
        case ast.Compare():
            _check_comparison(node)
        case ast.Call(func=ast.Name(id="within"), args=[ast.Name(id="domicile"), ast.Constant(value=str(area))]):
            if node.keywords or not area.isdigit():
                raise ExpressionFault("写作 within(domicile, '430000')", "write within(domicile, '430000')", node)
        case _:
            raise ExpressionFault("条件中不能这样写", "this cannot stand in a condition", node)


def _check_comparison(node: ast.Compare) -> None:
    left = node.left
    if isinstance(left, ast.Name) and left.id in ENUM_FACTS:
        allowed = {str(value) for value in ENUM_FACTS[left.id]}
        if len(node.ops) != 1 or not isinstance(node.ops[0], ast.Eq | ast.NotEq | ast.In | ast.NotIn):
            raise ExpressionFault("枚举只能用 ==、!=、in", "an enum takes ==, != or in", node)
        for value in choice_values(node):
            if value not in allowed:
                raise ExpressionFault(f"没有取值 {value}；可用 {', '.join(sorted(allowed))}", "no such value", node)
        return
    for side in (left, *node.comparators):
        number = isinstance(side, ast.Constant) and isinstance(side.value, int) and not isinstance(side.value, bool)
        fact = isinstance(side, ast.Name) and side.id in NUMBER_FACTS
        if not number and not fact:
            raise ExpressionFault("只能比较年龄、等级与整数", "only age and grade compare with numbers", side)
    if any(isinstance(op, ast.In | ast.NotIn) for op in node.ops):
        raise ExpressionFault("in 只用于枚举", "`in` is for enums", node)


def _truth(node: ast.expr, facts: FactsOnDay) -> bool:
    match node:
        case ast.Name(id=name):
            return bool(getattr(facts, name))
        case ast.UnaryOp(operand=inner):
            return not _truth(inner, facts)
        case ast.BoolOp(op=op, values=values):
            take = all if isinstance(op, ast.And) else any
            return take(_truth(value, facts) for value in values)
        case ast.Call(args=[_, ast.Constant(value=str(area))]):
            return within(facts.domicile, area)
        case ast.Compare():
            return _compare(node, facts)
    msg = f"checked conditions only: {ast.dump(node)}"
    raise TypeError(msg)


def _compare(node: ast.Compare, facts: FactsOnDay) -> bool:
    if isinstance(node.left, ast.Name) and node.left.id in ENUM_FACTS:
        inside = str(getattr(facts, node.left.id)) in choice_values(node)
        return inside is not isinstance(node.ops[0], ast.NotEq | ast.NotIn)
    sides = [_number(side, facts) for side in (node.left, *node.comparators)]
    return all(_ordered(op, left, right) for op, left, right in zip(node.ops, sides[:-1], sides[1:], strict=True))


def _number(node: ast.expr, facts: FactsOnDay) -> int:
    if isinstance(node, ast.Name):
        return int(getattr(facts, node.id))
    assert isinstance(node, ast.Constant)  # noqa: S101 - proven by _check, said for the type checker
    return int(node.value)  # type: ignore[arg-type] # a whole number, proven by _check


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
