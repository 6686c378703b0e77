"""A compiled benefit: a plain function over whole numbers, and the careful way to run it on what somebody sent."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from huibao.kernel.invariant import invariant
from huibao.kernel.problem import Problem, Refused, define
from huibao.rules.outcome import Layer, Outcome, StepPlan, Values
from huibao.rules.scheme import Accumulator, Benefit, Document, Kind, Scheme
from huibao.rules.template import StepTemplate
from huibao.rules.vocabulary import INPUTS, Input, InputType, Payer

__all__ = ["Layer", "Outcome", "Program", "compiled"]
"""What other layers need to run a benefit and read its outcome stands here together."""

Claim = Callable[[Values, Values, Values], tuple[Values, Values]]
Replay = Callable[[Values, Values, Values], tuple[Values, Values, Values]]

UNKNOWN_INPUT = define(
    "RULE-006",
    "该待遇没有输入 {name}",
    "请核对名称；此待遇的输入：{allowed}。",
    "This benefit has no input {name}",
    "Check the name; inputs of this benefit: {allowed}.",
)
WRONG_TYPE = define(
    "RULE-007",
    "{name} 应为{expected}，读到 {found}",
    "金额以整数分给出，是否类为 true/false，枚举为其名称。",
    "{name} should be {expected}, found {found}",
    "Give amounts as whole fen, flags as true/false, enums by name.",
)
OUT_OF_RANGE = define(
    "RULE-008",
    "{name} 为 {found}，应在 {least} 到 {most} 之间",
    "请核对该数值；冲销请用撤销，不用负数。",
    "{name} is {found}, it should lie between {least} and {most}",
    "Check the value; to take a settlement back, reverse it instead of sending negative amounts.",
)
OVER_BILL = define(
    "RULE-010",
    "各方支付合计 {paid} 分，超过医疗费总额 {total} 分，多 {over} 分",
    "请核对各方已付金额与总额；数字对不上的账单不予结算。",
    "The payers' amounts add up to {paid} fen, {over} fen more than the bill of {total} fen",
    "Check the reported amounts against the total; a bill that does not add up is not settled.",
)
CONFLICT = define(
    "RULE-011",
    "步骤的两个例外同时成立",
    "请让方案制定者改正例外条件，使其互斥。",
    "Two exceptions of one step apply at once",
    "The scheme's exceptions must exclude each other; have it corrected.",
)
BAD_OPENING = define(
    "RULE-012",
    "期初累计 {name} 为 {found}，应在 0 到 {most} 之间",
    "请核对累计额的名称和数值。",
    "The opening sum {name} is {found}, it should lie between 0 and {most}",
    "Check the name and value of the running sum.",
)
FULL = define(
    "RULE-013",
    "累计 {name} 将达到 {found}，超过方案声明的上限 {most}",
    "请核对期初累计；确属应有时请方案制定者提高上限。",
    "The running sum {name} would reach {found}, above the limit of {most} the scheme declares",
    "Check the opening sum; if it is right, have the scheme raise the limit.",
)
UNUSED_REPORT = define(
    "RULE-014",
    "方案没有安排 {name}，但报来 {found} 分",
    "此方案不认这一支付方；请核对，或在方案中加上这一步。",
    "The scheme has no place for {name}, yet {found} fen are reported",
    "This scheme does not know that payer; check it, or add the step to the scheme.",
)
NOT_TOLD = define(
    "RULE-015",
    "缺少输入 {name}",
    "请给出该输入；没有发生的金额写 0。",
    "The input {name} is missing",
    "Give it; write 0 for an amount that did not arise.",
)


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """One benefit on one day as known on another, ready to run. Immutable; safe to share and cache."""

    scheme: Scheme
    benefit: Benefit
    on: date
    known_on: date | None
    settings: Mapping[str, int]
    inputs: tuple[Input, ...]
    opening: tuple[Accumulator, ...]
    plan: tuple[StepPlan, ...]
    templates: tuple[StepTemplate, ...]
    documents: tuple[Document | None, ...]
    """Document of each step's clause."""
    P: Values
    offsets: Mapping[str, int]
    source: str
    replay_source: str
    claim: Claim
    replay: Replay
    has_conflict: bool
    input_names: frozenset[str] = field(default=frozenset())
    layer_at: tuple[tuple[Payer, str, bool, int], ...] = ()
    extra_at: tuple[tuple[Payer, str, bool, int], ...] = ()
    remainder_at: int = 0
    total_at: int = -1
    body: tuple[str, ...] = ()
    """The lines between reading the inputs and returning the results: the same in `claim` and in the bulk loop."""

    @property
    def scheme_id(self) -> str:
        """Id of the scheme."""
        return self.scheme.scheme_id

    @property
    def scheme_hash(self) -> str:
        """Hash of the scheme and those above it: goes on every settlement."""
        return self.scheme.hash

    @property
    def benefit_id(self) -> str:
        """Name of the benefit."""
        return self.benefit.name

    @property
    def kind(self) -> Kind:
        """Bill or event."""
        return self.benefit.kind

    @property
    def accumulators(self) -> tuple[str, ...]:
        """Names of the running sums, in the order of the opening tuple."""
        return tuple(entry.name for entry in self.opening)

    @property
    def payers(self) -> tuple[Payer, ...]:
        """Payers in the order of their layers, each once."""
        return tuple(dict.fromkeys(entry[0] for entry in (*self.layer_at, *self.extra_at)))

    def run(self, inputs: Mapping[str, int | str | bool], opening: Mapping[str, int] | None = None) -> Outcome:
        """Settle one case. Amounts in fen. Refused where a name, type or range is wrong or the bill does not add up.

        An input that is not given counts as 0, false or the first value of its enum; `require` wants them all.
        """
        given = self._given(inputs)
        before = self._before(opening or {})
        values, closing = self.claim(given, before, self.P)
        if values[self.remainder_at] < 0 or (self.has_conflict and values[-1]) or closing != before:
            self._refuse_result(given, values, closing)
        return Outcome(self, given, before, values, closing)

    def require(self, inputs: Mapping[str, int | str | bool]) -> tuple[Problem, ...]:
        """Problems for inputs that are not given, for senders who must say everything."""
        return tuple(
            NOT_TOLD(field=entry.name, name=entry.name)
            for entry in self.inputs
            if entry.name not in inputs and not entry.name.startswith("in_")
        )

    def _given(self, inputs: Mapping[str, int | str | bool]) -> Values:
        """Inputs in the order of the compiled function. The quick way for clean input; faults are looked for after."""
        given: list[int] = []
        for entry in self.inputs:
            value = inputs.get(entry.name, 0)
            if value.__class__ is not int or not 0 <= value <= entry.max:
                found = _coded(entry, value)
                if isinstance(found, Problem):
                    raise Refused(self._input_problems(inputs))
                value = found
            given.append(value)
        if not self.input_names.issuperset(inputs):
            problems = self._input_problems(inputs)
            if problems:
                raise Refused(problems)
        return tuple(given)

    def _input_problems(self, inputs: Mapping[str, int | str | bool]) -> tuple[Problem, ...]:
        problems: list[Problem] = []
        entries = {entry.name: entry for entry in self.inputs}
        for name, value in inputs.items():
            entry = entries.get(name)
            if entry is not None:
                found = _coded(entry, value)
                if isinstance(found, Problem):
                    problems.append(found)
            elif name.startswith("in_") and name.removeprefix("in_") in self.scheme.groups:
                continue
            elif name not in INPUTS:
                allowed = ", ".join(entries)
                problems.append(UNKNOWN_INPUT(field=name, name=name, allowed=allowed))
            elif name.startswith("reported_") and value:
                # Other things a bill says may be of no interest; money somebody paid never is.
                problems.append(UNUSED_REPORT(field=name, name=INPUTS[name].zh, found=value))
        return tuple(problems)

    def _before(self, opening: Mapping[str, int]) -> Values:
        before: list[int] = []
        for entry in self.opening:
            value = opening.get(entry.name, 0)
            if value.__class__ is not int or not 0 <= value <= entry.max:
                raise Refused(BAD_OPENING(field=entry.name, name=entry.name, found=value, most=entry.max))
            before.append(value)
        return tuple(before)

    def _refuse_result(self, given: Values, values: Values, closing: Values) -> None:
        if self.has_conflict and values[-1]:
            raise Refused(CONFLICT(where=self.scheme_id, field=self.benefit_id))
        rest = values[self.remainder_at]
        if rest < 0:
            total = given[self.total_at]
            raise Refused(OVER_BILL(field="bill_total", paid=total - rest, total=total, over=-rest))
        for entry, value in zip(self.opening, closing, strict=True):
            if not 0 <= value <= entry.max:
                raise Refused(FULL(field=entry.name, name=entry.name, found=value, most=entry.max))


def _coded(entry: Input, value: object) -> int | Problem:
    """The whole number an input's value stands for, or what is wrong with it."""
    if entry.type is InputType.ENUM and isinstance(value, str):
        if value in entry.values:
            return entry.values.index(value)
        return WRONG_TYPE(field=entry.name, name=entry.zh, expected=", ".join(entry.values), found=value)
    if isinstance(value, bool):
        if entry.type is InputType.FLAG:
            return int(value)
    elif isinstance(value, int):
        if 0 <= value <= entry.max:
            return value
        return OUT_OF_RANGE(field=entry.name, name=entry.zh, found=value, least=0, most=entry.max)
    return WRONG_TYPE(field=entry.name, name=entry.zh, expected=entry.type.value, found=repr(value))


@lru_cache(maxsize=2048)
def compiled(source: str, name: str) -> Callable[..., tuple[Values, ...]]:
    """Function of a generated source. The source is made by `emission` alone; no text of a scheme is run."""
    space: dict[str, object] = {"__builtins__": {}, "min": min, "max": max}
    code = compile(source, f"<huibao {name}>", "exec")
    exec(code, space)  # noqa: S102 - see above: built from whitelisted forms # nosec B102
    function = space[name]
    invariant(callable(function), "S6", f"generated source defines no {name}")
    return function  # type: ignore[return-value] # defined by the source, of the shape emission gives it
