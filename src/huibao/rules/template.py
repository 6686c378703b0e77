"""How a step's rule reads in Chinese and English: prepared once per program, filled with numbers when asked."""

import ast
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from huibao.kernel.fen import yuan_text
from huibao.rules.dimension import choice_values
from huibao.rules.emission import Layout, names
from huibao.rules.expression import (
    FEN,
    GROUP_FLAG,
    GROUP_INDEX,
    RATE,
    TRUTH,
    Choice,
    Kind,
    Scope,
    function_name,
    indices,
    parse,
    table_name,
    unit_dimension,
)
from huibao.rules.quantity import Unit, amount_text, percent_text
from huibao.rules.scheme import Param, Step, StepException, Title
from huibao.rules.vocabulary import Payer

GIVEN, VALUES, VECTOR, CAPTURES = range(4)
"""Where a slot's number comes from: the inputs, the steps, the params, or what the replay captured."""


Place = tuple[int, int, Callable[[int], str]]
"""Source, position, and how the number found there is written."""

quick_yuan = lru_cache(maxsize=65_536)(yuan_text)
"""An explanation repeats its amounts from line to line."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in a formula for one number."""

    source: int
    at: int
    kind: Kind
    title: Title


@dataclass(frozen=True, slots=True)
class Formula:
    """A rule in words, and the same with places for the numbers."""

    zh: str
    en: str
    pattern_zh: str
    pattern_en: str
    slots: tuple[Slot, ...]
    places_zh: tuple[Place, ...] = ()
    places_en: tuple[Place, ...] = ()

    def filled(self, sources: tuple[tuple[int, ...], ...], lang: str) -> str:
        """The rule with its numbers."""
        if lang == "en":
            return self.pattern_en % tuple([write(sources[source][at]) for source, at, write in self.places_en])
        return self.pattern_zh % tuple([write(sources[source][at]) for source, at, write in self.places_zh])


@dataclass(frozen=True, slots=True)
class ParamUse:
    """A param that a step uses: its value is read through the slot, or is a fixed text for brackets."""

    param: Param
    slot: Slot | None
    text_zh: str
    text_en: str


@dataclass(frozen=True, slots=True)
class StepTemplate:
    """All that the explanation of a step says before any number is known."""

    name: str
    title: Title
    clause: str
    payer: Payer | None
    kind: Kind
    rule: Formula
    exceptions: tuple[tuple[StepException, Formula], ...]
    params: tuple[ParamUse, ...]
    bound_titles: tuple[tuple[str, Title], ...] = ()


@dataclass(frozen=True, slots=True)
class SlotSource:
    """Where a template finds its numbers: the params' places, and a way to have a value captured by the replay."""

    layout: Layout
    capture: Callable[[ast.expr], int]


def shown(value: int, kind: Kind, lang: str = "zh") -> str:
    """A number as its kind is read: yuan with decimals, per cent, yes or no, the enum's word."""
    if kind == FEN:
        return quick_yuan(value)
    if kind == RATE:
        return percent_text(value)
    if kind == TRUTH:
        return ("yes" if value else "no") if lang == "en" else ("是" if value else "否")
    if isinstance(kind, Choice):
        return kind.values[value]
    return str(value)


def writer_of(kind: Kind, lang: str) -> Callable[[int], str]:
    """How numbers of a kind are written, chosen once and not for every number."""
    return quick_yuan if kind == FEN else lambda value: shown(value, kind, lang)


def template(step: Step, kind: Kind, scope: Scope, source: SlotSource) -> StepTemplate:
    """Template of one step; captures what it needs beyond inputs, steps and params."""
    writer = _Writer(scope, source)
    rule = writer.formula(parse(step.expr))
    exceptions = tuple((entry, writer.formula(parse(entry.expr))) for entry in step.exceptions)
    titles = tuple(zip(step.bounds, step.bound_titles, strict=False))
    uses = tuple(writer.params)
    return StepTemplate(step.name, step.title, step.clause, step.payer, kind, rule, exceptions, uses, titles)


def formula_of(node: ast.expr, scope: Scope, source: SlotSource) -> Formula:
    """One expression in words."""
    return _Writer(scope, source).formula(node)


SYMBOLS: dict[type[ast.AST], str] = {
    ast.Add: " + ",
    ast.Sub: " − ",
    ast.Mult: " × ",
    ast.Lt: " < ",
    ast.LtE: " ≤ ",
    ast.Gt: " > ",
    ast.GtE: " ≥ ",
    ast.Eq: " = ",
    ast.NotEq: " ≠ ",
    ast.In: " ∈ ",
    ast.NotIn: " ∉ ",
}

Words = tuple[str, str]
"""A piece of text in Chinese and English, with %s where a number belongs."""


class _Writer:
    def __init__(self, scope: Scope, source: SlotSource) -> None:
        self.scope, self.source = scope, source
        self.slots: list[Slot] = []
        self.params: list[ParamUse] = []

    def formula(self, node: ast.expr) -> Formula:
        self.slots = []
        zh, en = self.words(node)
        titles_zh = tuple(slot.title.zh for slot in self.slots)
        titles_en = tuple(slot.title.en for slot in self.slots)
        return Formula(
            zh=zh % titles_zh,
            en=en % titles_en,
            pattern_zh=zh,
            pattern_en=en,
            slots=tuple(self.slots),
            places_zh=tuple((slot.source, slot.at, writer_of(slot.kind, "zh")) for slot in self.slots),
            places_en=tuple((slot.source, slot.at, writer_of(slot.kind, "en")) for slot in self.slots),
        )

    def words(self, node: ast.expr) -> Words:  # noqa: PLR0911 - one way out a form
        match node:
            case ast.Constant(value=value):
                return str(value), str(value)
            case ast.Name():
                return self._name(node)
            case ast.Subscript():
                return self._table(node)
            case ast.UnaryOp(op=ast.Not(), operand=inner):
                return _around(self._tight(inner), ("非", ""), ("not ", ""))
            case ast.UnaryOp(operand=inner):
                return _around(self._tight(inner), ("−", ""), ("−", ""))
            case ast.BinOp():
                return self._binary(node)
            case ast.BoolOp():
                zh, en = (" 且 ", " and ") if isinstance(node.op, ast.And) else (" 或 ", " or ")
                return _joined([self._tight(value) for value in node.values], zh, en)
            case ast.Compare():
                return self._comparison(node)
            case ast.IfExp():
                test, body, orelse = self.words(node.test), self.words(node.body), self.words(node.orelse)
                return (
                    f"若 {test[0]} 则 {body[0]}，否则 {orelse[0]}",
                    f"if {test[1]} then {body[1]} else {orelse[1]}",
                )
            case ast.Call():
                return self._call(node)
        return "?", "?"

    def _tight(self, node: ast.expr) -> Words:
        found = self.words(node)
        if isinstance(node, ast.BinOp | ast.IfExp | ast.BoolOp):
            return _around(found, ("(", ")"), ("(", ")"))
        return found

    def _binary(self, node: ast.BinOp) -> Words:
        left, right = self.words(node.left), self.words(node.right)
        product = isinstance(node.op, ast.Mult)
        if isinstance(node.left, ast.IfExp) or (product and _is_sum(node.left)):
            left = _around(left, ("(", ")"), ("(", ")"))
        if isinstance(node.right, ast.IfExp) or (not isinstance(node.op, ast.Add) and _is_sum(node.right)):
            right = _around(right, ("(", ")"), ("(", ")"))
        symbol = SYMBOLS[type(node.op)]
        return _joined([left, right], symbol, symbol)

    def _comparison(self, node: ast.Compare) -> Words:
        if isinstance(node.left, ast.Name) and isinstance(self.scope.kind(node.left), Choice):
            values = ", ".join(choice_values(node))
            symbol = SYMBOLS[type(node.ops[0])]
            return _joined([self.words(node.left), (values, values)], symbol, symbol)
        found = self.words(node.left)
        for op, side in zip(node.ops, node.comparators, strict=True):
            symbol = SYMBOLS[type(op)]
            found = _joined([found, self.words(side)], symbol, symbol)
        return found

    def _slot(self, source: int, at: int, kind: Kind, title: Title) -> Words:
        self.slots.append(Slot(source, at, kind, title))
        return "%s", "%s"

    def _name(self, node: ast.Name) -> Words:
        name, scope = node.id, self.scope
        if name in scope.steps:
            return self._slot(VALUES, list(scope.steps).index(name), scope.steps[name], self._title(name))
        if name in scope.accumulators:
            return self._slot(CAPTURES, self.source.capture(node), scope.accumulators[name], self._title(name))
        if name in scope.inputs:
            entry = scope.inputs[name]
            return self._slot(GIVEN, list(scope.inputs).index(name), scope.kind(node), Title(entry.zh, entry.en))
        if name in scope.params:
            param = scope.params[name]
            slot = Slot(VECTOR, self.source.layout.offset(name), unit_dimension(param.unit), param.title)
            self._use(param, slot)
            self.slots.append(slot)
            return "%s", "%s"
        group = name.removeprefix(GROUP_FLAG)
        return self._slot(CAPTURES, self.source.capture(node), TRUTH, Title(f"属于{group}", f"in {group}"))

    def _table(self, node: ast.Subscript) -> Words:
        param = self.scope.params[table_name(node)]
        places = [
            self._place(index)
            for dimension, index in zip(param.index, indices(node), strict=True)
            if dimension != GROUP_INDEX
        ]
        zh, en = "、".join(place.zh for place in places), ", ".join(place.en for place in places)
        title = Title(f"{param.title.zh}〔{zh}〕", f"{param.title.en} ({en})") if places else param.title
        slot = Slot(CAPTURES, self.source.capture(node), unit_dimension(param.unit), title)
        self._use(param, slot)
        self.slots.append(slot)
        return "%s", "%s"

    def _place(self, index: ast.expr) -> Title:
        """What the row of a table is chosen by."""
        name = index.id if isinstance(index, ast.Name) else ""
        entry = self.scope.inputs.get(name)
        if entry is not None and name not in self.scope.steps:
            return Title(entry.zh, entry.en)
        return self.scope.titles.get(name) or Title(ast.unparse(index), ast.unparse(index))

    def _use(self, param: Param, slot: Slot | None, zh: str = "", en: str = "") -> None:
        self.params.append(ParamUse(param, slot, zh, en))

    def _brackets(self, node: ast.expr) -> Words:
        param = self.scope.params[names(node)]
        numbers = self.source.layout.numbers[param.name]
        self._use(param, None, brackets_text(param, numbers), brackets_text(param, numbers, "en"))
        return _escaped(param.title.zh), _escaped(param.title.en)

    def _call(self, node: ast.Call) -> Words:  # noqa: PLR0911 - one way out a function
        args = node.args
        match function_name(node):
            case "min":
                return _called([self.words(arg) for arg in args], "取小", "least of ")
            case "max":
                return _called([self.words(arg) for arg in args], "取大", "greatest of ")
            case "half_up":
                return _called([self.words(args[0])], "四舍五入", "half up ")
            case "ratio":
                amount, top, bottom = (self._tight(arg) for arg in args)
                inner = _joined([_joined([amount, top], " × ", " × "), bottom], " ÷ ", " ÷ ")
                return _called([inner], "四舍五入", "half up ")
            case "capped":
                amount = self.words(args[0])
                rest = _joined([self._tight(args[1]), self._tight(args[2])], " − ", " − ")
                return _called([_called([amount, rest], "取小", "least of "), ("0", "0")], "取大", "greatest of ")
            case "on_total":
                total = _joined([self._tight(args[3]), self._tight(args[0])], " + ", " + ")
                due = _called([total, self._brackets(args[1])], "年累计分段", "yearly total by bands ")
                least = _called([due, self.words(args[2])], "取小", "least of ")
                return _joined([least, self._tight(args[4])], " − ", " − ")
            case "banded":
                return _called([self.words(args[0]), self._brackets(args[1])], "分段计算", "by bands ")
            case "rate_of":
                return _called(
                    [self.words(args[0]), self._brackets(args[1])], "按所在档比例", "at the rate of its band "
                )
            case _:
                return _called([self.words(args[0])], "所属群体中最高", "best of the groups ")

    def _title(self, name: str) -> Title:
        return self.scope.titles.get(name, Title(name, name))


def _is_sum(node: ast.expr) -> bool:
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub)


def _escaped(text: str) -> str:
    return text.replace("%", "%%")


def _around(words: Words, zh: tuple[str, str], en: tuple[str, str]) -> Words:
    return f"{zh[0]}{words[0]}{zh[1]}", f"{en[0]}{words[1]}{en[1]}"


def _joined(parts: list[Words], zh: str, en: str) -> Words:
    return zh.join(part[0] for part in parts), en.join(part[1] for part in parts)


def _called(parts: list[Words], zh: str, en: str) -> Words:
    return f"{zh}({'，'.join(part[0] for part in parts)})", f"{en}({'; '.join(part[1] for part in parts)})"


def brackets_text(param: Param, numbers: tuple[int, ...], lang: str = "zh") -> str:
    """Brackets as people read them: from 0 yuan 50 %, from 50,000 yuan 60 %."""
    half = len(numbers) // 2
    pairs = zip(numbers[:half], numbers[half:], strict=True)
    if lang == "en":
        return "; ".join(f"from {amount_text(edge, param.unit, 'en')} {percent_text(rate)}" for edge, rate in pairs)
    return "；".join(f"{amount_text(edge, param.unit)}起 {percent_text(rate)}" for edge, rate in pairs)


def unit_of(kind: Kind) -> Unit | None:
    """Unit of a kind of value, for showing it with its word; None for plain numbers."""
    if kind == FEN:
        return Unit.FEN
    return Unit.BP if kind == RATE else None
