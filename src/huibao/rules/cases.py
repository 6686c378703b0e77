"""Worked cases beside a scheme: run them and say line by line where they differ."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from huibao.kernel.problem import Refused, define
from huibao.rules.compiler import compile_benefit
from huibao.rules.expression import GROUP_FLAG, Kind
from huibao.rules.outcome import Outcome
from huibao.rules.quantity import INPUT_UNITS, NotAQuantity, Unit, amount_text, parse_quantity
from huibao.rules.reader import Reader
from huibao.rules.scheme import Scheme, Title
from huibao.rules.shelf import cases_text, open_scheme
from huibao.rules.template import shown, unit_of
from huibao.rules.tree import Node, read_tree
from huibao.rules.vocabulary import Input, InputType

MAX_CASES = 2_000
MAX_EVENTS = 100

BAD_CASE_VALUE = define(
    "CASE-001",
    "{name} 的值 {found} 读不成{expected}",
    "金额写 100 yuan，是否写 true/false，枚举写名称，计数写整数。",
    "The value {found} of {name} cannot be read as {expected}",
    "Write 100 yuan for amounts, true/false for flags, the name for enums, whole numbers for counts.",
)
UNKNOWN_EXPECTATION = define(
    "CASE-002",
    "待遇 {benefit} 没有可核对的 {name}",
    "可核对：步骤名、self_pay、total、bound.步骤、closing.累计额、group。",
    "Benefit {benefit} has nothing called {name} to compare",
    "Compare a step's name, self_pay, total, bound.STEP, closing.SUM or group.",
)
NO_CASES = define(
    "CASE-003",
    "没有案例文件 {name}",
    "请在方案旁放 cases.yaml，或给出案例文件的路径。",
    "There is no file of cases {name}",
    "Put cases.yaml beside the scheme, or give its path.",
)
OTHER_SCHEME = define(
    "CASE-004",
    "案例写明的方案是 {found}，正在核对 {expected}",
    "请核对案例文件的 scheme。",
    "The cases are of scheme {found}, being run against {expected}",
    "Check `scheme` in the file of cases.",
)

CASE_KEYS = ("title", "source", "set", "groups", "opening", "events", "workings", "tolerance", "refused", "known")
EVENT_KEYS = ("inputs", "groups", "expect", "known", "title", "set")


@dataclass(frozen=True, slots=True)
class Difference:
    """One number that is not as the case says."""

    event: int
    name: str
    expected: str
    found: str
    line_no: int

    def text(self, lang: str = "zh") -> str:
        """One line for a person."""
        if lang == "en":
            return (
                f"event {self.event}, {self.name}: expected {self.expected}, found {self.found} (line {self.line_no})"
            )
        return f"第 {self.event} 个事件 {self.name}：应为 {self.expected}，得到 {self.found}（第 {self.line_no} 行）"


@dataclass(frozen=True, slots=True)
class CaseResult:
    """A case with everything in which it differs; nothing means it passed."""

    name: str
    title: Title
    source: str
    workings: str
    differences: tuple[Difference, ...]

    @property
    def passed(self) -> bool:
        """Tell whether every number is as the case says."""
        return not self.differences


@dataclass(frozen=True, slots=True)
class CaseReport:
    """All cases of one file."""

    scheme_id: str
    results: tuple[CaseResult, ...]

    @property
    def passed(self) -> tuple[CaseResult, ...]:
        """Cases in which everything is as written."""
        return tuple(result for result in self.results if result.passed)

    @property
    def failed(self) -> tuple[CaseResult, ...]:
        """Cases that differ."""
        return tuple(result for result in self.results if not result.passed)


@dataclass(slots=True)
class _Case:
    """State while the events of one case run."""

    settings: dict[str, str]
    groups: tuple[str, ...]
    opening: dict[str, int]
    tolerance: Mapping[str, Node]
    refused: str
    known_on: date | None
    differences: list[Difference] = field(default_factory=list)


def run_cases(scheme_or_path: Scheme | str, cases_path: str | None = None) -> CaseReport:
    """Run the cases of a scheme (given itself, by id or by path). Refused when the file of cases is faulty."""
    scheme = open_scheme(scheme_or_path) if isinstance(scheme_or_path, str) else scheme_or_path
    source = cases_path or (scheme_or_path if isinstance(scheme_or_path, str) else scheme.scheme_id)
    text, where = cases_text(source)
    if not text:
        raise Refused(NO_CASES(name=where))
    return run_case_text(scheme, text, where)


def run_case_text(scheme: Scheme, text: str, where: str) -> CaseReport:
    """Run the cases of a text."""
    root, problems = read_tree(text, where)
    if root is None or problems:
        raise Refused(problems)
    reader = Reader(where)
    held = reader.mapping(root, ("scheme", "cases"))
    if "scheme" in held and reader.text(held["scheme"]) != scheme.scheme_id:
        reader.fault(OTHER_SCHEME, held["scheme"], found=held["scheme"].text, expected=scheme.scheme_id)
    results = tuple(_run(scheme, reader, node) for node in reader.listed(held.get("cases"))[:MAX_CASES])
    if reader.problems:
        raise Refused(reader.problems)
    return CaseReport(scheme.scheme_id, results)


def _run(scheme: Scheme, reader: Reader, node: Node) -> CaseResult:
    held = reader.mapping(node, ("id", "events"), CASE_KEYS)
    case = _Case(
        settings={name: reader.text(value) for name, value in reader.named(held.get("set")).items()},
        groups=reader.words(held.get("groups"), tuple(scheme.groups)),
        opening={name: _number(reader, value) for name, value in reader.named(held.get("opening")).items()},
        tolerance=held["tolerance"].pairs if "tolerance" in held else {},
        refused=reader.text(held.get("refused")),
        known_on=reader.day(held.get("known")),
    )
    refused_by = ""
    for at, event in enumerate(reader.listed(held.get("events"))[:MAX_EVENTS], start=1):
        try:
            _event(scheme, reader, case, event, at)
        except Refused as refused:
            refused_by = refused.problems[0].code
            if refused_by != case.refused:
                found = refused.problems[0].text()
                case.differences.append(Difference(at, "refused", case.refused or "—", found, event.line))
            break
    if case.refused and not refused_by:
        case.differences.append(Difference(0, "refused", case.refused, "—", node.line))
    return CaseResult(
        name=reader.text(held.get("id")),
        title=reader.title(held.get("title")),
        source=reader.text(held.get("source")),
        workings=reader.text(held.get("workings")),
        differences=tuple(case.differences),
    )


def _event(scheme: Scheme, reader: Reader, case: _Case, node: Node, at: int) -> None:
    held = reader.mapping(node, ("on", "benefit"), EVENT_KEYS)
    on = reader.day(held.get("on"))
    if on is None:
        return
    settings = {**case.settings, **{k: reader.text(v) for k, v in reader.named(held.get("set")).items()}}
    known_on = reader.day(held.get("known")) or case.known_on
    program = compile_benefit(scheme, reader.text(held.get("benefit")), on, known_on, settings)
    groups = reader.words(held["groups"], tuple(scheme.groups)) if "groups" in held else case.groups
    given: dict[str, int | str | bool] = {f"{GROUP_FLAG}{name}": True for name in groups}
    entries = {entry.name: entry for entry in program.inputs}
    inputs = held.get("inputs")
    for name, value in (inputs.pairs if inputs is not None else {}).items():
        given[name] = _input(reader, entries.get(name), value)
    outcome = program.run(given, {k: v for k, v in case.opening.items() if k in program.accumulators})
    case.opening.update(outcome.closing)
    expect = held.get("expect")
    for name, value in (expect.pairs if expect is not None else {}).items():
        _compare(reader, case, outcome, name, value, at)


def _input(reader: Reader, entry: Input | None, node: Node) -> int | str | bool:
    """An input as written: with unit, true or false, an enum's name, or a bare count."""
    text = reader.text(node)
    if entry is not None and entry.type is InputType.ENUM:
        return text
    if text in {"true", "false"}:
        return text == "true"
    unit = INPUT_UNITS[entry.type] if entry is not None else None
    if text.isascii() and text.isdigit() and unit in (None, Unit.GRADE, Unit.DAYS):
        return int(text)
    return _number(reader, node)


def _number(reader: Reader, node: Node) -> int:
    """A quantity or a bare whole number."""
    text = reader.text(node)
    if text.isascii() and text.removeprefix("-").isdigit():
        return int(text)
    try:
        return parse_quantity(text).value
    except NotAQuantity as why:
        reader.fault(BAD_CASE_VALUE, node, name=node.path, found=text, expected=f"{why.zh} / {why.en}")
        return 0


def _compare(reader: Reader, case: _Case, outcome: Outcome, name: str, node: Node, at: int) -> None:
    found = _found(outcome, name)
    if found is None:
        reader.fault(UNKNOWN_EXPECTATION, node, benefit=outcome.program.benefit_id, name=name)
        return
    value, kind = found
    if isinstance(value, str):
        expected_text = reader.text(node)
        if value != expected_text:
            case.differences.append(Difference(at, name, expected_text, value, node.line))
        return
    text = reader.text(node)
    expected = int(text == "true") if text in {"true", "false"} else _number(reader, node)
    slack = _number(reader, case.tolerance[name]) if name in case.tolerance else 0
    if abs(value - expected) > slack:
        case.differences.append(Difference(at, name, _text(expected, kind), _text(value, kind), node.line))


def _text(value: int, kind: Kind | Unit | None) -> str:
    if isinstance(kind, Unit):
        return amount_text(value, kind)
    unit = unit_of(kind) if kind is not None else None
    return amount_text(value, unit) if unit or kind is None else shown(value, kind)


def _found(outcome: Outcome, name: str) -> tuple[int | str, Kind | Unit | None] | None:
    """What an expectation is compared with; None where there is no such thing."""
    program = outcome.program
    kinds = {template.name: template.kind for template in program.templates}
    if name in outcome.values:
        return outcome.values[name], kinds[name]
    if name == "self_pay":
        return outcome.self_pay_fen, Unit.FEN
    if name == "total":
        return outcome.total_fen, Unit.FEN
    if name == "group":
        return outcome.chosen_group or "none", None
    head, _, tail = name.partition(".")
    if head == "bound" and tail in kinds:
        return outcome.bound.get(tail) or "none", None
    if head == "group" and tail in kinds:
        return outcome.chosen_groups.get(tail) or "none", None
    if head == "closing" and tail in program.accumulators:
        unit = next(entry.unit for entry in program.opening if entry.name == tail)
        return outcome.closing[tail], unit
    return None
