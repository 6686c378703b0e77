"""From a scheme, a benefit and two dates to a Program: params into one vector, steps into one function."""

import ast
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import NamedTuple, cast

from huibao.kernel.problem import Problem, Refused, define
from huibao.rules.dimension import kind_of, step_kind
from huibao.rules.emission import Emitter, Layout, StepLines, bound_arguments, remainder_line
from huibao.rules.expression import GROUP_FLAG, ExpressionFault, Scope, names_in, parse
from huibao.rules.floors import breach
from huibao.rules.interval import ParamRange, param_range, start
from huibao.rules.outcome import StepPlan
from huibao.rules.program import Claim, Program, Replay, compiled
from huibao.rules.quantity import NotAQuantity, amount_text, parse_quantity
from huibao.rules.scheme import Benefit, Param, Scheme, Step
from huibao.rules.template import SlotSource, StepTemplate, template
from huibao.rules.vocabulary import Input, InputType

MAX_PROGRAMS = 4_096
"""Programs kept ready: schemes × benefits × days on which anything changes × contracts' settings."""

NEEDS_VALUE = define(
    "RULE-001",
    "参数 {name}（{title}，{clause}）没有数值：文件未给出，须由下级方案、合同或设定给出",
    "请在合同或 --set {name}=… 中给出，单位 {unit}。",
    "Param {name} ({title}, {clause}) has no value: no document gives it; a scheme below, a contract or a setting must",
    "Give it in the contract or as --set {name}=…, in {unit}.",
)
UNKNOWN_SETTING = define(
    "RULE-002",
    "方案没有可设定的参数 {name}",
    "可设定的参数：{allowed}。",
    "The scheme has no param {name} that can be set",
    "Params that can be set: {allowed}.",
)
SETTING_BREAKS_BOUND = define(
    "RULE-003",
    "设定 {name} = {found} 违反 {clause}：{why_zh}",
    "请改为条款允许的数值。",
    "The setting {name} = {found} breaks {clause}: {why_en}",
    "Choose a value the clause allows.",
)
OUTSIDE_PERIOD = define(
    "RULE-004",
    "{day} 不在方案 {scheme} 的期间 {period} 之内",
    "请选用该日有效的方案。",
    "{day} is not within the period {period} of scheme {scheme}",
    "Use the scheme in force on that day.",
)
UNKNOWN_BENEFIT = define(
    "RULE-005",
    "方案 {scheme} 没有待遇 {name}",
    "可用：{allowed}。",
    "Scheme {scheme} has no benefit {name}",
    "Available: {allowed}.",
)
BAD_SETTING = define(
    "RULE-016",
    "设定 {name} = {found} 读不成 {unit}：{why_zh}",
    "请带单位写出，例如 100 yuan 或 90 %。",
    "The setting {name} = {found} cannot be read as {unit}: {why_en}",
    "Write it with its unit, for example 100 yuan or 90 %.",
)
NOT_YET_KNOWN = define(
    "RULE-017",
    "参数 {name} 在 {on}（按 {known} 所知）没有有效数值",
    "请核对生效日和知悉日。",
    "Param {name} has no value in force on {on} as known on {known}",
    "Check the day of force and the day of knowledge.",
)
TOO_LARGE_SETTING = define(
    "RULE-018",
    "按此设定，{step} 的计算可能超出 64 位整数：{why_zh}",
    "请核对设定的数值和单位。",
    "With this setting the sums of {step} may leave 64-bit whole numbers: {why_en}",
    "Check the value and unit of the setting.",
)


def compile_benefit(
    scheme: Scheme,
    benefit_id: str,
    on: date,
    known_on: date | None = None,
    settings: Mapping[str, str | int] | None = None,
) -> Program:
    """Compile a benefit as it stands on a day, as known on another (None: as known by now).

    `settings` give values that no document gives (text with unit, or the whole number in fen or bp). Refused where
    a required param stays without value, a setting breaks its bound, or the day lies outside the scheme's period.
    """
    return _compile(scheme, benefit_id, on, known_on, tuple(sorted((settings or {}).items())))


@lru_cache(maxsize=MAX_PROGRAMS)
def _compile(
    scheme: Scheme, benefit_id: str, on: date, known_on: date | None, settings: tuple[tuple[str, str | int], ...]
) -> Program:
    benefit, given, numbers = in_force(scheme, benefit_id, on, known_on, settings)
    return build(scheme, benefit, on, known_on, given, numbers)


def in_force(
    scheme: Scheme, benefit_id: str, on: date, known_on: date | None, settings: tuple[tuple[str, str | int], ...]
) -> tuple[Benefit, dict[str, int], dict[str, tuple[int, ...]]]:
    """The benefit, the settings read (fen or bp), and the numbers in force for every param its steps use."""
    if benefit_id not in scheme.benefits:
        allowed = ", ".join(scheme.benefits)
        raise Refused(UNKNOWN_BENEFIT(scheme=scheme.scheme_id, name=benefit_id, allowed=allowed))
    if on not in scheme.period:
        raise Refused(OUTSIDE_PERIOD(scheme=scheme.scheme_id, day=on, period=scheme.period))
    benefit = scheme.benefits[benefit_id]
    given = read_settings(scheme, on, dict(settings))
    numbers = _numbers(scheme, params_used(scheme, benefit), on, known_on, given)
    if given:
        _prove_settings(scheme, benefit, numbers)
    return benefit, given, numbers


def read_settings(scheme: Scheme, on: date, settings: Mapping[str, str | int]) -> dict[str, int]:
    """Settings as whole numbers, each read in its param's unit and held to the param's bound."""
    problems: list[Problem] = []
    found: dict[str, int] = {}
    for name, text in settings.items():
        param = scheme.params.get(name)
        if param is None or param.index or param.brackets:
            allowed = ", ".join(p.name for p in scheme.params.values() if not p.index and not p.brackets)
            problems.append(UNKNOWN_SETTING(field=name, name=name, allowed=allowed))
            continue
        value = _setting_value(param, text, problems)
        if value is None:
            continue
        stated = param.at(on)
        why = breach(param, stated, (value,)) if stated else breach(param, None, (value,))
        if why:
            shown = amount_text(value, param.unit)
            problems.append(
                SETTING_BREAKS_BOUND(
                    field=name, name=name, found=shown, clause=param.clause, why_zh=why[0], why_en=why[1]
                )
            )
        found[name] = value
    if problems:
        raise Refused(problems)
    return found


def _setting_value(param: Param, text: str | int, problems: list[Problem]) -> int | None:
    if isinstance(text, int) and not isinstance(text, bool):
        return text
    try:
        quantity = parse_quantity(str(text))
        if quantity.unit is not param.unit:
            raise NotAQuantity(f"单位应为 {param.unit.value}", f"the unit should be {param.unit.value}")  # noqa: TRY301 - one way to say what is wrong
    except NotAQuantity as why:
        problems.append(
            BAD_SETTING(
                field=param.name, name=param.name, found=text, unit=param.unit.value, why_zh=why.zh, why_en=why.en
            )
        )
        return None
    return quantity.value


def params_used(scheme: Scheme, benefit: Benefit) -> tuple[str, ...]:
    """Params that the benefit's steps name, in the order of the scheme."""
    named: set[str] = set()
    for step in benefit.steps:
        for text in step_texts(step):
            named |= names_in(parse(text))
    taken = {entry.name for entry in benefit.inputs}
    taken |= {entry.name for entry in benefit.accumulators}
    taken |= {step.name for step in benefit.steps}
    return tuple(name for name in scheme.params if name in named and name not in taken)


def step_texts(step: Step) -> tuple[str, ...]:
    """Every expression of a step."""
    return (step.expr, *(text for entry in step.exceptions for text in (entry.when, entry.expr)))


def _numbers(
    scheme: Scheme, used: tuple[str, ...], on: date, known_on: date | None, given: Mapping[str, int]
) -> dict[str, tuple[int, ...]]:
    problems: list[Problem] = []
    numbers: dict[str, tuple[int, ...]] = {}
    for name in used:
        param = scheme.params[name]
        held = (given[name],) if name in given else param.at(on, known_on)
        if held is not None:
            numbers[name] = held
        elif param.values:
            problems.append(NOT_YET_KNOWN(field=name, name=name, on=on, known=known_on or "—"))
        else:
            problems.append(
                NEEDS_VALUE(
                    where=scheme.scheme_id,
                    field=name,
                    name=name,
                    title=param.title.zh,
                    clause=param.clause,
                    unit=param.unit.value,
                )
            )
    if problems:
        raise Refused(problems)
    return numbers


def _prove_settings(scheme: Scheme, benefit: Benefit, numbers: Mapping[str, tuple[int, ...]]) -> None:
    """The proof at loading covers the documents' values; a setting may be larger, so it is made again with it."""
    ranges: dict[str, ParamRange] = {}
    for name, held in numbers.items():
        param = scheme.params[name]
        ranges[name] = param_range(param) if param.brackets else ParamRange((min(held), max(held)))
    scope = Scope.of(scheme, benefit)
    intervals = start(scope, benefit.inputs, benefit.accumulators, ranges)
    for step in benefit.steps:
        try:
            intervals.step(step)
        except ExpressionFault as fault:
            raise Refused(TOO_LARGE_SETTING(step=step.name, why_zh=fault.zh, why_en=fault.en)) from fault
        scope.steps[step.name] = kind_of(parse(step.expr), scope)


class _Parts(NamedTuple):
    """What the loop over the steps gathers."""

    plan: list[StepPlan]
    templates: list[StepTemplate]
    lines: list[StepLines]
    replay: list[str]
    captures: list[str]


def build(
    scheme: Scheme,
    benefit: Benefit,
    on: date,
    known_on: date | None,
    given: Mapping[str, int],
    numbers: Mapping[str, tuple[int, ...]],
) -> Program:
    """The program of a benefit with these numbers in force; `in_force` has checked them."""
    scope = Scope.of(scheme, benefit)
    inputs = (*benefit.inputs, *group_inputs(scheme, benefit))
    layout = Layout(scheme.params, numbers)
    emitter = Emitter(scope, layout)
    parts = _Parts([], [], [], [], [])
    for step in benefit.steps:
        _add_step(step, scope, emitter, parts)
    remainder = remainder_line(benefit)
    conflict = any(len(step.exceptions) > 1 for step in benefit.steps)
    results = [step.name for step in benefit.steps] + [remainder.split(" ", 1)[0]] + (["conflict"] if conflict else [])
    body = [line for lines in parts.lines for line in (*lines.pre, lines.value, *lines.post)]
    head = _head(inputs, benefit, conflict=conflict)
    closing = _tuple([entry.name for entry in benefit.accumulators])
    source = _function("claim", [*head, *body, remainder, f"return {_tuple(results)}, {closing}"])
    replay_source = _function(
        "replay", [*head, *parts.replay, remainder, f"return {_tuple(results)}, {closing}, {_tuple(parts.captures)}"]
    )
    layers = tuple((step.payer, step.name, step.reported, at) for at, step in enumerate(benefit.steps) if step.payer)
    outside = {step.name for step in benefit.steps if step.outside_bill}
    total_at = next((at for at, entry in enumerate(inputs) if entry.name == "bill_total"), -1)
    return Program(
        scheme=scheme,
        benefit=benefit,
        on=on,
        known_on=known_on,
        settings=dict(given),
        inputs=inputs,
        opening=benefit.accumulators,
        plan=tuple(parts.plan),
        templates=tuple(parts.templates),
        documents=tuple(scheme.document_of(step.clause) for step in benefit.steps),
        P=tuple(layout.vector),
        offsets=dict(layout.offsets),
        source=source,
        body=(*body, remainder),
        replay_source=replay_source,
        claim=cast("Claim", compiled(source, "claim")),
        replay=cast("Replay", compiled(replay_source, "replay")),
        has_conflict=conflict,
        input_names=frozenset(entry.name for entry in inputs),
        layer_at=tuple(entry for entry in layers if entry[1] not in outside),
        extra_at=tuple(entry for entry in layers if entry[1] in outside),
        remainder_at=len(benefit.steps),
        total_at=total_at,
    )


def _add_step(step: Step, scope: Scope, emitter: Emitter, parts: _Parts) -> None:
    """Lines, captures and template of one step; afterwards later steps may name it."""
    kind = step_kind(parse(step.expr), scope)
    lines = emitter.step(step, kind)
    parts.lines.append(lines)
    flags = [line.split(" ", 1)[0] for line in lines.pre if line.startswith("_x")]
    capture_lines = StepLines(step.name)
    emitter.lines = capture_lines
    emitter.group_at = f"max({lines.chosen} - 1, 0)" if lines.chosen else ""
    captures: list[str] = []

    def capture(node: ast.expr) -> int:
        """Position of a value that the replay is to keep."""
        captures.append(emitter.emit(node))
        return len(parts.captures) + len(captures) - 1

    arguments = bound_arguments(step) if step.bounds else ()
    bound_at = len(parts.captures)
    for argument in arguments:
        capture(argument)
    exception_at = len(parts.captures) + len(captures)
    captures.extend(flags)
    choice_at = len(parts.captures) + len(captures)
    if lines.chosen:
        captures.append(lines.chosen)
    parts.templates.append(template(step, kind, scope, SlotSource(emitter.layout, capture)))
    emitter.group_at = ""
    first = len(parts.captures)
    names = [f"_k{first + at}" for at in range(len(captures))]
    parts.replay.extend(lines.pre)
    parts.replay.extend(capture_lines.pre)
    parts.replay.extend(f"{name} = {text}" for name, text in zip(names, captures, strict=True))
    parts.replay.extend([lines.value, *lines.post])
    parts.captures.extend(names)
    parts.plan.append(
        StepPlan(
            name=step.name,
            payer=step.payer,
            reported=step.reported,
            outside=step.outside_bill,
            labels=step.bounds if arguments else (),
            exceptions=tuple(entry.name for entry in step.exceptions),
            choices=lines.choices,
            bound_at=bound_at,
            exception_at=exception_at,
            choice_at=choice_at,
        )
    )
    scope.steps[step.name] = kind


def group_inputs(scheme: Scheme, benefit: Benefit) -> tuple[Input, ...]:
    """Flags for the groups that the steps ask about, named or through a table by group."""
    named: set[str] = set()
    for step in benefit.steps:
        for text in step_texts(step):
            for name in names_in(parse(text)):
                param = scheme.params.get(name)
                if param is not None and "group" in param.index:
                    named.update(param.keys[param.index.index("group")])
                elif name.startswith(GROUP_FLAG):
                    named.add(name.removeprefix(GROUP_FLAG))
    return tuple(
        Input(f"{GROUP_FLAG}{name}", InputType.FLAG, 1, f"属于{group.title.zh}", f"in {group.title.en}")
        for name, group in scheme.groups.items()
        if name in named
    )


def _head(inputs: tuple[Input, ...], benefit: Benefit, *, conflict: bool) -> list[str]:
    head = []
    if inputs:
        head.append(f"{', '.join(entry.name for entry in inputs)}, = inputs")
    if benefit.accumulators:
        head.append(f"{', '.join(entry.name for entry in benefit.accumulators)}, = opening")
    return [*head, "conflict = 0"] if conflict else head


def _tuple(names: list[str]) -> str:
    return f"({', '.join(names)},)" if names else "()"


def _function(name: str, lines: list[str]) -> str:
    body = "\n".join(f"    {line}" for line in lines)
    return f"def {name}(inputs, opening, P):\n{body}\n"
