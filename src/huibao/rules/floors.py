"""What a scheme below may not do: its values are held against those above, element by element, on every day."""

from datetime import date

from huibao.kernel.problem import Problem, define
from huibao.rules.quantity import Unit, amount_text
from huibao.rules.scheme import Bound, Param, Scheme

BELOW_FLOOR = define(
    "SCHEME-030",
    "{name}（{clause}）自 {on} 起{cell}为 {found}，违反上级 {above} 的 {above_clause}：{why_zh}",
    "请改为不违反上级规定的数值。",
    "{name} ({clause}){cell} is {found} from {on}, against {above_clause} of {above}: {why_en}",
    "Choose a value that keeps to the scheme above.",
)
LOOSER_BOUND = define(
    "SCHEME-031",
    "{name} 的 bound 改为 {found}，上级为 {above}",
    "下级不能放宽上级的限制；请删去 bound 或写成与上级相同。",
    "The bound of {name} is changed to {found}, above it is {above}",
    "A scheme below cannot loosen it: leave bound out, or repeat it.",
)

Reason = tuple[str, str]


def breach(param: Param, above: tuple[int, ...] | None, here: tuple[int, ...]) -> Reason | None:
    """Why a value may not stand under a param's bound, in Chinese and English; None where it may.

    `above` are the numbers of the scheme above on the day, None where it gives none (only min and max hold then).
    """
    for number in here:
        if param.minimum is not None and number < param.minimum:
            least = amount_text(param.minimum, param.unit)
            return f"不得低于 {least}", f"at least {amount_text(param.minimum, param.unit, 'en')}"
        if param.maximum is not None and number > param.maximum:
            most = amount_text(param.maximum, param.unit)
            return f"不得高于 {most}", f"at most {amount_text(param.maximum, param.unit, 'en')}"
    if above is None or param.bound is Bound.FREE:
        return None
    if param.brackets:
        return _bands_breach(param, above, here)
    if len(above) != len(here):
        return "表格的键不同", "the table has other keys"
    for floor, number in zip(above, here, strict=True):
        if not _keeps(param.bound, floor, number):
            return _reason(param.bound, floor, param.unit)
    return None


def _keeps(bound: Bound, above: int, here: int) -> bool:
    if bound is Bound.AT_LEAST:
        return here >= above
    if bound is Bound.AT_MOST:
        return here <= above
    return here == above


def _reason(bound: Bound, floor: int, unit: Unit) -> Reason:
    zh = {Bound.AT_LEAST: "不得低于", Bound.AT_MOST: "不得高于", Bound.FIXED: "必须等于"}[bound]
    en = {Bound.AT_LEAST: "at least", Bound.AT_MOST: "at most", Bound.FIXED: "exactly"}[bound]
    return f"{zh} {amount_text(floor, unit)}", f"{en} {amount_text(floor, unit, 'en')}"


def _bands_breach(param: Param, above: tuple[int, ...], here: tuple[int, ...]) -> Reason | None:
    """Brackets are compared by the rate that applies from every edge that either of them has."""
    for edge in sorted({*_edges(above), *_edges(here)}):
        floor, rate = _rate_at(above, edge), _rate_at(here, edge)
        if not _keeps(param.bound, floor, rate):
            zh, en = _reason(param.bound, floor, Unit.BP)
            at = amount_text(edge, param.unit)
            return f"{at} 起的比例{zh}", f"the rate from {amount_text(edge, param.unit, 'en')} must be {en}"
    return None


def _edges(numbers: tuple[int, ...]) -> tuple[int, ...]:
    return numbers[: len(numbers) // 2]


def _rate_at(numbers: tuple[int, ...], amount: int) -> int:
    """Rate of the band an amount falls in; 0 below the first edge."""
    edges, rates = _edges(numbers), numbers[len(numbers) // 2 :]
    return next((rate for edge, rate in zip(reversed(edges), reversed(rates), strict=True) if amount >= edge), 0)


def check_floors(scheme: Scheme) -> tuple[Problem, ...]:
    """Problems for every value that undercuts the scheme above on a day of this scheme's period."""
    if scheme.parent is None:
        return ()
    problems: list[Problem] = []
    for name, param in scheme.params.items():
        above = scheme.parent.params.get(name)
        if above is None:
            continue
        if param.bound is not above.bound and above.bound is not Bound.FREE:
            problems.append(
                LOOSER_BOUND(
                    where=scheme.where,
                    row=param.line_no,
                    field=f"params.{name}",
                    name=name,
                    found=param.bound.value,
                    above=above.bound.value,
                )
            )
        problems.extend(_param_problems(scheme, param, above))
    return tuple(problems)


def _param_problems(scheme: Scheme, param: Param, above: Param) -> list[Problem]:
    """Values change only on the days somebody states one, so those days stand for all."""
    problems: list[Problem] = []
    for day in change_days(scheme, param, above):
        floor, here = above.at(day), param.at(day)
        if here is None:
            continue
        elements = [(None, floor, here)] if param.brackets or floor is None else _elements(param, floor, here)
        for cell, floor_part, here_part in elements:
            why = breach(above, floor_part, here_part)
            if why:
                problems.append(
                    BELOW_FLOOR(
                        where=scheme.where,
                        row=param.line_no,
                        field=f"params.{param.name}",
                        name=param.name,
                        clause=param.clause,
                        on=day,
                        cell=f"[{cell}]" if cell else "",
                        found=", ".join(amount_text(number, param.unit) for number in here_part),
                        above=scheme.parent.scheme_id if scheme.parent else "",
                        above_clause=above.clause,
                        why_zh=why[0],
                        why_en=why[1],
                    )
                )
        if problems:
            break
    return problems


def _elements(
    param: Param, floor: tuple[int, ...], here: tuple[int, ...]
) -> list[tuple[str | None, tuple[int, ...] | None, tuple[int, ...]]]:
    """One triple a cell of a table: its keys, the number above and the number here."""
    if not param.index:
        return [(None, floor, here)]
    labels = [""]
    for keys in param.keys:
        labels = [f"{label}, {key}" if label else key for label in labels for key in keys]
    return [(label, (a,), (b,)) for label, a, b in zip(labels, floor, here, strict=True)]


def change_days(scheme: Scheme, *params: Param) -> tuple[date, ...]:
    """First day of the scheme's period and every later day within it on which a param's value may change."""
    days = {value.from_on for param in params for value in param.values if value.from_on in scheme.period}
    return tuple(sorted({scheme.period.first_on, *days}))
