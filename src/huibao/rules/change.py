"""What if a number were another: one change of a param read, held against the clauses it would break, and proven.

A what-if may do what no scheme may: undercut its province, change a number that is fixed. It may not leave what can be
computed: sums stay within 64-bit whole numbers and no payer pays less than nothing, or the change is refused.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from huibao.kernel.problem import Problem, define
from huibao.rules.bulk_source import UNREACHED_FEN
from huibao.rules.compiler import params_used
from huibao.rules.dimension import kind_of
from huibao.rules.expression import ExpressionFault, Scope, parse
from huibao.rules.floors import breach
from huibao.rules.interval import ParamRange, start
from huibao.rules.quantity import ZH_WORDS, Lang, NotAQuantity, Unit, amount_text, typed_quantity
from huibao.rules.scheme import Benefit, Document, Param, Scheme
from huibao.rules.tree import Node, read_tree

NAME_AND_KEYS = re.compile(r"(?P<name>[A-Za-z_]\w*)\s*(?:\[(?P<keys>[^\[\]]*)\])?", re.ASCII)

UNKNOWN_PARAM = define(
    "WHATIF-001",
    "待遇 {benefit} 的计算不用参数 {name}，改它不会改变费用",
    "可改的参数：{allowed}。",
    "The sums of benefit {benefit} do not rest on a param {name}: changing it would change nothing",
    "Params that can be changed: {allowed}.",
)
BAD_VALUE = define(
    "WHATIF-002",
    "{name} 的新值 {found} 读不成 {unit}：{why_zh}",
    "请带单位写出，例如 100 yuan、95 %；不得为负。",
    "The new value of {name}, {found}, cannot be read as {unit}: {why_en}",
    "Write it with its unit, for example 100 yuan or 95 %; never below zero.",
)
UNKNOWN_CELL = define(
    "WHATIF-003",
    "参数 {name} 没有这一格：{found}",
    "写作 {name}[键]=数值，键依次取自：{allowed}。",
    "The param {name} has no such cell: {found}",
    "Write {name}[key]=value with keys of {allowed}.",
)
BAD_BANDS = define(
    "WHATIF-004",
    "{name} 的分段写法不对：{why_zh}",
    "写作 [[0 yuan, 50 %], [50000 yuan, 60 %]]，下限递增，至多 {most} 段。",
    "The brackets of {name} do not fit: {why_en}",
    "Write [[0 yuan, 50 %], [50000 yuan, 60 %]] with ascending edges and at most {most} bands.",
)
NOT_COMPUTABLE = define(
    "WHATIF-005",
    "按方案 {scenario}，步骤 {step} 不能计算：{why_zh}",
    "请核对新值的大小和单位。",
    "Under the scenario {scenario} the step {step} cannot be computed: {why_en}",
    "Check the size and unit of the new values.",
)


@dataclass(frozen=True, slots=True)
class Change:
    """New numbers for some places of one param, in its unit; for brackets all edges and then all rates."""

    param: Param
    cells: tuple[tuple[int, tuple[str, ...], int], ...] = ()
    """Place among the param's numbers, its keys, and the new number >= 0."""
    bands: tuple[int, ...] = ()

    def applied(self, numbers: Sequence[int]) -> tuple[int, ...]:
        """The param's numbers of a day with this change made; brackets are filled up with bands nothing reaches."""
        if self.bands:
            more = len(numbers) // 2 - len(self.bands) // 2
            half = len(self.bands) // 2
            return (*self.bands[:half], *(UNREACHED_FEN,) * more, *self.bands[half:], *(0,) * more)
        held = list(numbers)
        for place, _, number in self.cells:
            held[place] = number
        return tuple(held)

    def said(self, numbers: Sequence[int], lang: Lang = "zh") -> Iterator[tuple[str, str, str]]:
        """For each place: its keys, the number before and the number after, as people read them."""
        if self.bands:
            yield "", bands_text(self.param, numbers, lang), bands_text(self.param, self.bands, lang)
        for place, keys, number in self.cells:
            before, after = (amount_text(value, self.param.unit, lang) for value in (numbers[place], number))
            yield ", ".join(keys), before, after


@dataclass(frozen=True, slots=True)
class Breach:
    """A clause that a change would break: allowed in a what-if, and shown wherever its figures are."""

    param: str
    cell: str
    found: str
    clause: str
    scheme_id: str
    document: Document | None
    zh: str
    en: str


def read_change(scheme: Scheme, benefit: Benefit, key: str, value: Node) -> tuple[Change | None, tuple[Problem, ...]]:
    """Read `rate`, `share[3]` or `sum[group, 2]` with its new value, a table of values, or brackets."""
    used = params_used(scheme, benefit)
    found = NAME_AND_KEYS.fullmatch(key.strip())
    name = found["name"] if found else key
    if found is None or name not in used:
        allowed = ", ".join(used)
        return None, (
            UNKNOWN_PARAM(row=value.line or None, field=name, benefit=benefit.name, name=name, allowed=allowed),
        )
    param = scheme.params[name]
    keys = tuple(part.strip() for part in found["keys"].split(",")) if found["keys"] is not None else ()
    if param.brackets:
        return _read_bands(param, keys, value)
    problems: list[Problem] = []
    cells = tuple(_read_cells(param, keys, value, problems))
    return (None, tuple(problems)) if problems else (Change(param, cells), ())


def value_of(text: str) -> tuple[Node | None, tuple[Problem, ...]]:
    """The value of an option as a tree: brackets and tables as YAML writes them, anything else as plain text."""
    if text.lstrip().startswith(("[", "{")):
        return read_tree(text, "--set")
    return Node("scalar", 0, "", text=text.strip()), ()


def _read_cells(
    param: Param, keys: tuple[str, ...], value: Node, problems: list[Problem]
) -> Iterator[tuple[int, tuple[str, ...], int]]:
    """Each place of the param that the value names: one number, or a mapping for the indices left open."""
    if value.kind == "mapping" and len(keys) < len(param.index):
        for key, held in value.pairs.items():
            yield from _read_cells(param, (*keys, key), held, problems)
        return
    place = _place(param, keys)
    if place is None or value.kind != "scalar":
        allowed = " × ".join(", ".join(each) for each in param.keys) or "—"
        shown = ", ".join(keys) or value.text or value.kind
        problems.append(
            UNKNOWN_CELL(row=value.line or None, field=param.name, name=param.name, found=shown, allowed=allowed)
        )
        return
    number = _number(param, param.unit, value, problems)
    if number is not None:
        yield place, keys, number


def _place(param: Param, keys: tuple[str, ...]) -> int | None:
    """Place of a cell among the numbers of a table, which stand row by row."""
    if len(keys) != len(param.index):
        return None
    place = 0
    for key, known in zip(keys, param.keys, strict=True):
        if key not in known:
            return None
        place = place * len(known) + known.index(key)
    return place


def _number(param: Param, unit: Unit, value: Node, problems: list[Problem]) -> int | None:
    try:
        quantity = typed_quantity(value.text)
        if quantity.unit is not unit:
            raise NotAQuantity(f"单位应为{ZH_WORDS[unit]}", f"the unit should be {unit.value}")  # noqa: TRY301 - one way to say what is wrong
        if quantity.value < 0:
            raise NotAQuantity("不得为负", "it lies below zero")  # noqa: TRY301 - the same
    except NotAQuantity as why:
        problems.append(
            BAD_VALUE(
                row=value.line or None,
                field=param.name,
                name=param.name,
                found=value.text,
                unit=unit.value,
                why_zh=why.zh,
                why_en=why.en,
            )
        )
        return None
    return quantity.value


def _read_bands(param: Param, keys: tuple[str, ...], value: Node) -> tuple[Change | None, tuple[Problem, ...]]:
    problems: list[Problem] = []
    most = param.band_count

    def fault(zh: str, en: str) -> tuple[None, tuple[Problem, ...]]:
        problem = BAD_BANDS(row=value.line or None, field=param.name, name=param.name, why_zh=zh, why_en=en, most=most)
        return None, (*problems, problem)

    if keys or value.kind != "list" or any(len(row.items) != 2 for row in value.items):  # noqa: PLR2004 - edge and rate
        return fault("应为成对的下限和比例", "pairs of a lower edge and a rate are due")
    if not 1 <= len(value.items) <= most:
        return fault(f"有 {len(value.items)} 段", f"{len(value.items)} bands")
    edges = [_number(param, param.unit, row.items[0], problems) for row in value.items]
    rates = [_number(param, Unit.BP, row.items[1], problems) for row in value.items]
    if problems:
        return None, tuple(problems)
    known_edges = [edge for edge in edges if edge is not None]
    if known_edges != sorted(set(known_edges)):
        return fault("下限须逐段递增", "edges must ascend")
    return Change(param, bands=(*known_edges, *(rate for rate in rates if rate is not None))), ()


def bands_text(param: Param, numbers: Sequence[int], lang: Lang = "zh") -> str:
    """Brackets as people read them, without the bands that only fill up."""
    half = len(numbers) // 2
    pairs = [(edge, rate) for edge, rate in zip(numbers[:half], numbers[half:], strict=True) if edge < UNREACHED_FEN]
    return "; ".join(f"{amount_text(e, param.unit, lang)}: {amount_text(r, Unit.BP, lang)}" for e, r in pairs)


def breaches(scheme: Scheme, change: Change, on: date) -> tuple[Breach, ...]:
    """Clauses that a change would break on a day: of each scheme above that states the param, or of its own document.

    The scheme's own value is no floor where a scheme above sets one: a city may lower what it once raised.
    """
    found: list[Breach] = []
    for owner in _owners(scheme, change.param.name):
        param = owner.params[change.param.name]
        above = param.at(on)
        if change.bands:
            elements = [("", above, change.bands)]
        else:
            elements = [
                (", ".join(keys), None if above is None else (above[place],), (number,))
                for place, keys, number in change.cells
            ]
        for cell, floor, here in elements:
            why = breach(param, floor, here)
            if why:
                shown = bands_text(param, here) if change.bands else amount_text(here[0], param.unit)
                document = owner.document_of(param.clause)
                found.append(Breach(param.name, cell, shown, param.clause, owner.scheme_id, document, *why))
    return tuple(found)


def _owners(scheme: Scheme, name: str) -> tuple[Scheme, ...]:
    """The schemes above that state a param; the scheme itself where it is the first to do so."""
    above: list[Scheme] = []
    at = scheme.parent
    while at is not None:
        if name in at.params:
            above.insert(0, at)
        at = at.parent
    return tuple(above) or (scheme,)


def prove(
    scheme: Scheme, benefit: Benefit, numbers: Mapping[str, Sequence[Sequence[int]]], scenario: str
) -> Problem | None:
    """Prove again, with the numbers of every day, that nothing leaves int64 and no payer pays less than nothing."""
    ranges: dict[str, ParamRange] = {}
    for name, days in numbers.items():
        if scheme.params[name].brackets:
            edges = [n for day in days for n in day[: len(day) // 2] if n < UNREACHED_FEN]
            rates = [n for day in days for n in day[len(day) // 2 :]]
            ranges[name] = ParamRange((min(edges), max(edges)), (min(rates), max(rates)))
        else:
            flat = [number for day in days for number in day]
            ranges[name] = ParamRange((min(flat), max(flat)))
    scope = Scope.of(scheme, benefit)
    intervals = start(scope, benefit.inputs, benefit.accumulators, ranges)
    for step in benefit.steps:
        try:
            low, _ = intervals.step(step)
        except ExpressionFault as fault:
            return NOT_COMPUTABLE(field=step.name, scenario=scenario, step=step.name, why_zh=fault.zh, why_en=fault.en)
        if step.payer and low < 0:
            zh, en = f"可能低至 {low} 分", f"it may fall to {low} fen"
            return NOT_COMPUTABLE(field=step.name, scenario=scenario, step=step.name, why_zh=zh, why_en=en)
        scope.steps[step.name] = kind_of(parse(step.expr), scope)
    return None
