"""A scheme in words: each step's rule as people read it, without any case and even where numbers are still missing."""

from dataclasses import dataclass
from datetime import date

from huibao.rules.dimension import kind_of
from huibao.rules.emission import Layout
from huibao.rules.expression import Scope, parse
from huibao.rules.quantity import Lang, amount_text
from huibao.rules.scheme import Benefit, DatedValue, Param, Scheme, Step, StepException
from huibao.rules.template import Formula, SlotSource, brackets_text, formula_of


@dataclass(frozen=True, slots=True)
class StepWording:
    """One step in words, with its exceptions: each the condition and the rule that then holds."""

    step: Step
    rule: Formula
    exceptions: tuple[tuple[StepException, Formula, Formula], ...]


def wording(scheme: Scheme, benefit: Benefit, on: date | None = None) -> tuple[StepWording, ...]:
    """Rules of a benefit in words, in their order; brackets as they stand on the day (None: the first of the period)."""
    scope = Scope.of(scheme, benefit)
    day = on or scheme.period.first_on
    layout = Layout(scheme.params, {name: param.at(day) or _blank(param) for name, param in scheme.params.items()})
    source = SlotSource(layout, lambda _: 0)
    found = []
    for step in benefit.steps:
        exceptions = tuple(
            (entry, formula_of(parse(entry.when), scope, source), formula_of(parse(entry.expr), scope, source))
            for entry in step.exceptions
        )
        found.append(StepWording(step, formula_of(parse(step.expr), scope, source), exceptions))
        scope.steps[step.name] = kind_of(parse(step.expr), scope)
    return tuple(found)


def _blank(param: Param) -> tuple[int, ...]:
    """Zeros where no number is known yet, as many as the param has places."""
    if param.brackets:
        return (0, 0)
    size = 1
    for keys in param.keys:
        size *= max(len(keys), 1)
    return (0,) * size


def value_text(param: Param, value: DatedValue, lang: Lang = "zh") -> str:
    """A stated value as people read it: an amount, a table by its keys, or brackets."""
    if param.brackets:
        return brackets_text(param, value.numbers, lang)
    if not param.index:
        return amount_text(value.numbers[0], param.unit, lang)
    labels = [""]
    for keys in param.keys:
        labels = [f"{label}/{key}" if label else key for label in labels for key in keys]
    pairs = zip(labels, value.numbers, strict=True)
    return "; ".join(f"{label} {amount_text(number, param.unit, lang)}" for label, number in pairs)
