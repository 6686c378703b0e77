"""The expression language: a small part of Python's grammar, with the unit of every part worked out.

Nothing is ever evaluated from text: an expression is parsed, checked against the list of forms below, and
compiled by `emission`.
"""

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from huibao.rules.quantity import Unit
from huibao.rules.scheme import Benefit, Param, Scheme, Title
from huibao.rules.vocabulary import Input, InputType

MAX_EXPRESSION_CHARS = 2_000
MAX_EXPRESSION_NODES = 400
MAX_CODE_DEPTH = 60
GROUP_FLAG = "in_"
GROUP_INDEX = "group"
BP = 10_000

FUNCTIONS: Final[Mapping[str, tuple[int, int]]] = {
    "min": (2, 20),
    "max": (2, 20),
    "half_up": (1, 2),
    "ratio": (3, 3),
    "capped": (3, 3),
    "on_total": (5, 5),
    "banded": (2, 2),
    "rate_of": (2, 2),
    "best_of_groups": (1, 1),
}
"""Function and its fewest and most arguments."""

STATEFUL = frozenset({"capped", "on_total"})
"""Functions that add to a running sum: they may stand only where their whole result is what is paid."""

FORMS = (
    ast.BinOp,
    ast.Add,
    ast.Sub,
    ast.Mult,
    ast.UnaryOp,
    ast.USub,
    ast.Not,
    ast.BoolOp,
    ast.And,
    ast.Or,
    ast.Compare,
    ast.Lt,
    ast.LtE,
    ast.Gt,
    ast.GtE,
    ast.Eq,
    ast.NotEq,
    ast.In,
    ast.NotIn,
    ast.IfExp,
    ast.Call,
    ast.Name,
    ast.Load,
    ast.Constant,
    ast.Subscript,
    ast.Tuple,
)


class ExpressionFault(Exception):  # noqa: N818 - a fault of the text
    """What is wrong with an expression, in both languages, with the piece it is about."""

    def __init__(self, zh: str, en: str, node: ast.AST | None = None) -> None:
        """Keep both texts and the piece."""
        self.zh, self.en = zh, en
        self.piece = ast.unparse(node) if node is not None else ""
        super().__init__(f"{zh} / {en}: {self.piece}")


@dataclass(frozen=True, slots=True)
class Dimension:
    """The unit of a part as powers: yuan (1, 0), per cent (0, 1), yuan times per cent (1, 1), a number (0, 0)."""

    fen: int = 0
    bp: int = 0

    def __mul__(self, other: "Dimension") -> "Dimension":
        return Dimension(self.fen + other.fen, self.bp + other.bp)

    def __str__(self) -> str:
        """Words for messages."""
        parts = [name for name, power in (("yuan", self.fen), ("%", self.bp)) for _ in range(power)]
        return "×".join(parts) or "number"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of an enum's values."""

    values: tuple[str, ...]

    def __str__(self) -> str:
        """Words for messages."""
        return "enum"


NUMBER = Dimension()
FEN = Dimension(fen=1)
RATE = Dimension(bp=1)
TRUTH = "truth"
"""The kind of a condition."""
FREE = "free"
"""The kind of the literal 0, which fits every unit."""

Kind = Dimension | Choice | str


@dataclass(slots=True)
class Scope:
    """The names an expression may use, each with its kind. Steps are added in their order."""

    inputs: dict[str, Input]
    accumulators: dict[str, Dimension]
    params: Mapping[str, Param]
    groups: tuple[str, ...]
    steps: dict[str, Kind] = field(default_factory=dict)
    titles: Mapping[str, Title] = field(default_factory=dict)
    """What running sums and steps are called."""

    @classmethod
    def of(cls, scheme: Scheme, benefit: Benefit) -> "Scope":
        """The scope before the first step."""
        return cls(
            inputs={entry.name: entry for entry in benefit.inputs},
            accumulators={a.name: unit_dimension(a.unit) for a in benefit.accumulators},
            params=scheme.params,
            groups=tuple(scheme.groups),
            titles={
                **{entry.name: entry.title for entry in benefit.accumulators},
                **{step.name: step.title for step in benefit.steps},
            },
        )

    def kind(self, node: ast.Name) -> Kind:
        """Kind of a name."""
        name = node.id
        if name in self.steps:
            return self.steps[name]
        if name in self.accumulators:
            return self.accumulators[name]
        if name in self.inputs:
            return input_kind(self.inputs[name])
        if name in self.params:
            param = self.params[name]
            if param.index or param.brackets:
                raise ExpressionFault(
                    "表格或分段参数要带索引或用于分段函数", "a table needs its index, brackets their function", node
                )
            if param.unit is Unit.DATE:
                raise ExpressionFault("日期参数不能参加计算", "a date takes no part in sums", node)
            return unit_dimension(param.unit)
        if name.startswith(GROUP_FLAG) and name.removeprefix(GROUP_FLAG) in self.groups:
            return TRUTH
        raise ExpressionFault(
            "不是输入、参数、累计额或在前的步骤", "not an input, param, running sum or earlier step", node
        )


def unit_dimension(unit: Unit) -> Dimension:
    """Dimension of a unit: days, times and grades are plain numbers."""
    return {Unit.FEN: FEN, Unit.BP: RATE}.get(unit, NUMBER)


def input_kind(entry: Input) -> Kind:
    """Kind of an input."""
    if entry.type is InputType.ENUM:
        return Choice(entry.values)
    if entry.type is InputType.FLAG:
        return TRUTH
    return {InputType.FEN: FEN, InputType.BP: RATE}.get(entry.type, NUMBER)


@lru_cache(maxsize=4096)
def parse(text: str) -> ast.expr:
    """Parse an expression and refuse every form outside the language."""
    if len(text) > MAX_EXPRESSION_CHARS:
        raise ExpressionFault(f"表达式超过 {MAX_EXPRESSION_CHARS} 个字符", "the expression is too long")
    try:
        body = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ExpressionFault(f"表达式写法有误：{error}", f"the expression cannot be read: {error}") from error
    nodes = list(ast.walk(body))
    if len(nodes) > MAX_EXPRESSION_NODES or _depth(body) > MAX_CODE_DEPTH:
        raise ExpressionFault("表达式过于复杂，请分成几步", "the expression is too complex: split it into steps")
    for node in nodes:
        _allow(node)
    return body


def _depth(node: ast.AST) -> int:
    return 1 + max((_depth(child) for child in ast.iter_child_nodes(node)), default=0)


def _allow(node: ast.AST) -> None:
    if not isinstance(node, FORMS):
        raise ExpressionFault(f"不允许的写法 {type(node).__name__}", f"{type(node).__name__} is not allowed", node)
    if isinstance(node, ast.Constant):
        if isinstance(node.value, float):
            raise ExpressionFault(
                "不允许小数；金额和比例写成带单位的参数", "no floats: amounts and rates are params", node
            )
        if isinstance(node.value, bool) or not isinstance(node.value, int | str):
            raise ExpressionFault("只允许整数和枚举值", "only whole numbers and enum values", node)
    if isinstance(node, ast.Call):
        if not isinstance(node.func, ast.Name) or node.func.id not in FUNCTIONS:
            raise ExpressionFault(f"没有这个函数；可用 {', '.join(FUNCTIONS)}", "there is no such function", node)
        least, most = FUNCTIONS[node.func.id]
        if node.keywords or not least <= len(node.args) <= most:
            raise ExpressionFault(f"参数个数应为 {least} 到 {most}", f"takes {least} to {most} arguments", node)


def function_name(node: ast.Call) -> str:
    """Name of the function called; `parse` has made sure that there is one."""
    assert isinstance(node.func, ast.Name)  # noqa: S101 - proven by parse, said for the type checker
    return node.func.id


def table_name(node: ast.Subscript) -> str:
    """Name of the table read."""
    if not isinstance(node.value, ast.Name):
        raise ExpressionFault("只有参数可以带索引", "only a param takes an index", node)
    return node.value.id


def indices(node: ast.Subscript) -> tuple[ast.expr, ...]:
    """Index expressions of a table, one for each dimension."""
    return tuple(node.slice.elts) if isinstance(node.slice, ast.Tuple) else (node.slice,)


def names_in(node: ast.AST) -> frozenset[str]:
    """Every name used, functions left out."""
    called = {id(call.func) for call in ast.walk(node) if isinstance(call, ast.Call)}
    return frozenset(part.id for part in ast.walk(node) if isinstance(part, ast.Name) and id(part) not in called)


def literal(node: ast.AST) -> int | None:
    """Value of a whole-number literal, or None."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, int) else None


def bounded_arguments(node: ast.expr) -> tuple[ast.expr, ...]:
    """What the labels of `bounds` stand for: arguments of the first `min`, or amount and rest of a `capped`."""
    for part in ast.walk(node):
        if isinstance(part, ast.Call) and function_name(part) == "min":
            return tuple(part.args)
        if isinstance(part, ast.Call) and function_name(part) == "capped":
            return part.args[0], ast.BinOp(part.args[1], ast.Sub(), part.args[2])
    return ()
