"""How much money, at which premium and take-up, reaches a scheme's coverage target: what is asked, read and checked. S16.

Premium, take-up and who pays which share are the user's; the target, its group and the denominator's day and source are
the scheme's. The reckoning itself is `domain.statistics.reach`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from huibao.bulk.whatif.population import Population
from huibao.domain.statistics import AreaCount, Way, needs, way
from huibao.kernel.fen import BP_ONE, Fen
from huibao.kernel.invariant import invariant
from huibao.kernel.problem import Problem, Refused, Severity, define
from huibao.rules.quantity import ZH_WORDS, NotAQuantity, Unit, amount_text, typed_quantity
from huibao.rules.scheme import Product, Scheme, Target

MAX_WAYS: Final = 100
"""Combinations of premium and take-up; a page holds no more."""
TOTAL: Final = "total"

UNKNOWN_TARGET = define(
    "WHATIF-040",
    "方案 {scheme} 没有目标 {found}",
    "写目标的名称，或其比例（如 70%）：{known}。",
    "Scheme {scheme} has no target {found}",
    "Name a target or its share (such as 70%): {known}.",
)
BAD_SHARES = define(
    "WHATIF-041",
    "出资比例不对：{why_zh}",
    "写作 --pays government_fund=80% --pays self=20%，合计 100%；可出资方：{known}。",
    "The payers' shares do not fit: {why_en}",
    "Write --pays government_fund=80% --pays self=20%, 100 % in all; who may pay: {known}.",
)
BAD_NUMBERS = define(
    "WHATIF-042",
    "{field} 中的 {found} 不能用：{why_zh}",
    '几个值用 / 隔开：--premium "30 yuan/50 yuan"，--take-up "60%/80%"。',
    "{found} of {field} cannot be used: {why_en}",
    'Part several values by /: --premium "30 yuan/50 yuan", --take-up "60%/80%".',
)
TOO_MANY_WAYS = define(
    "WHATIF-043",
    "保费与参保意愿的组合有 {found} 种，超过上限 {limit}",
    "请少给几个值。",
    "There are {found} combinations of premium and take-up, more than {limit}",
    "Give fewer values.",
)
NO_PREMIUM = define(
    "WHATIF-044",
    "方案 {scheme} 没有给出 {product} 的保费",
    "请用 --premium 给出一个或几个保费。",
    "Scheme {scheme} states no premium for {product}",
    "Give one or more with --premium.",
)
NOBODY = define(
    "WHATIF-045",
    "目标人群 {group} 没有人",
    "请核对人数文件的 people 列和人群名称，或数据库中的名册和地区。",
    "Nobody of the target group {group} is counted",
    "Check the column people and the group's name, or roster and area in the database.",
)
OTHER_DAY = define(
    "WHATIF-046",
    "人数统计于 {on}，目标的统计日是 {due}",
    "到期时的应保人数可能不同；请按届时口径重算。",
    "People were counted on {on}; the target counts on {due}",
    "The denominator may be another by then; reckon again with the count of that day.",
    Severity.DOUBTFUL,
)
BAD_BUDGET = define(
    "WHATIF-047",
    "预算 {found} 不能用：{why_zh}",
    '写作 --budget government_fund="500000 yuan"；可写：{known}。',
    "The budget {found} cannot be used: {why_en}",
    'Write --budget government_fund="500000 yuan"; it may be of {known}.',
)


@dataclass(frozen=True, slots=True)
class Aim:
    """The target and the product by which its group is insured."""

    scheme: Scheme
    target: Target
    product: Product
    share_bp: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked: the grid, who pays, and what there is to spend."""

    aim: Aim
    premiums_fen: tuple[Fen, ...]
    premium_stated: bool
    """The premium is the scheme's own, not the user's."""
    take_ups_bp: tuple[int, ...]
    shares_bp: Mapping[str, int]
    budgets: Mapping[str, Fen]
    each_area: bool
    counted_on: date
    source: str
    """What the people were counted from, in words."""


@dataclass(frozen=True, slots=True)
class Reach:
    """The answer: areas as they stand, and each way."""

    plan: Plan
    counts: tuple[AreaCount, ...]
    needed: tuple[int, ...]
    ways: tuple[Way, ...]


def aim_of(scheme: Scheme, asked: str) -> Aim:
    """The target of a name or of a share; the last due where several have the share."""
    share = _share(asked)
    fits = [
        (target, numbers[0])
        for target in scheme.targets
        if (numbers := scheme.param_at(target.share, min(target.due_on, scheme.period.last_on))) is not None
        and (target.name == asked or numbers[0] == share)
    ]
    known = ", ".join(
        f"{target.name} ({amount_text(numbers[0], Unit.BP)})"
        for target in scheme.targets
        if (numbers := scheme.param_at(target.share, min(target.due_on, scheme.period.last_on))) is not None
    )
    if not fits:
        raise Refused(UNKNOWN_TARGET(scheme=scheme.scheme_id, found=asked, known=known or "—"))
    target, share_bp = max(fits, key=lambda one: one[0].due_on)
    products = [product for product in scheme.products_of(target.line) if target.group in product.groups]
    invariant(bool(products), "A1", f"{scheme.scheme_id}: target {target.name} without a product")
    return Aim(scheme, target, products[0], share_bp)


def _share(text: str) -> int | None:
    try:
        found = typed_quantity(text, Unit.BP)
    except NotAQuantity:
        return None
    return found.value if found.unit is Unit.BP else None


def premiums_of(aim: Aim, text: str | None, on: date) -> tuple[tuple[Fen, ...], bool]:
    """The premiums to try, fen > 0; without any, the scheme's own. And whether it is the scheme's own."""
    if text is not None:
        return tuple(Fen(number) for number in _numbers("--premium", text, Unit.FEN, 1, None)), False
    name = aim.product.premium
    held = (
        aim.scheme.param_at(name, max(min(on, aim.scheme.period.last_on), aim.scheme.period.first_on)) if name else None
    )
    if held is None:
        raise Refused(NO_PREMIUM(scheme=aim.scheme.scheme_id, product=aim.product.title.zh))
    return (Fen(held[0]),), True


def take_ups_of(text: str) -> tuple[int, ...]:
    """The take-ups to try, 0 < bp <= 10,000."""
    return _numbers("--take-up", text, Unit.BP, 1, BP_ONE)


def _numbers(option: str, text: str, unit: Unit, least: int, most: int | None) -> tuple[int, ...]:
    found: list[int] = []
    for part in text.split("/"):
        try:
            quantity = typed_quantity(part, unit)
            if quantity.unit is not unit:
                raise NotAQuantity(f"单位应为{ZH_WORDS[unit]}", f"the unit should be {unit.value}")  # noqa: TRY301 - one way to say what is wrong
            if quantity.value < least or (most is not None and quantity.value > most):
                raise NotAQuantity("超出范围", "it is out of range")  # noqa: TRY301 - the same
        except NotAQuantity as why:
            problem = BAD_NUMBERS(field=option, found=part.strip(), why_zh=why.zh, why_en=why.en)
            raise Refused(problem) from why
        found.append(quantity.value)
    return tuple(dict.fromkeys(found))


def shares_of(aim: Aim, texts: Sequence[str]) -> dict[str, int]:
    """Who pays which share, bp; 10,000 in all, each payer one the product allows."""
    known = ", ".join(aim.product.payers)
    found: dict[str, int] = {}
    for text in texts:
        name, _, value = (part.strip() for part in text.partition("="))
        share = _share(value)
        if name not in aim.product.payers:
            raise Refused(BAD_SHARES(why_zh=f"没有出资方 {name}", why_en=f"there is no payer {name}", known=known))
        if share is None or share <= 0 or name in found:
            raise Refused(BAD_SHARES(why_zh=f"{text} 读不成一个比例", why_en=f"{text} is no share", known=known))
        found[name] = share
    if sum(found.values()) != BP_ONE:
        total = amount_text(sum(found.values()), Unit.BP)
        raise Refused(BAD_SHARES(why_zh=f"合计 {total}", why_en=f"they sum to {total}", known=known))
    return found


def budgets_of(shares: Mapping[str, int], texts: Sequence[str]) -> dict[str, Fen]:
    """What each payer, or all together (`total`), can spend in a year, fen."""
    known = ", ".join([*shares, TOTAL])
    found: dict[str, Fen] = {}
    for text in texts:
        name, _, value = (part.strip() for part in text.partition("="))
        if name not in {*shares, TOTAL} or name in found:
            raise Refused(
                BAD_BUDGET(found=text, why_zh=f"没有出资方 {name}", why_en=f"there is no payer {name}", known=known)
            )
        try:
            quantity = typed_quantity(value, Unit.FEN)
            if quantity.unit is not Unit.FEN or quantity.value < 0:
                raise NotAQuantity("应为非负金额", "an amount, not negative, is due")  # noqa: TRY301 - one way to say what is wrong
        except NotAQuantity as why:
            raise Refused(BAD_BUDGET(found=text, why_zh=why.zh, why_en=why.en, known=known)) from why
        found[name] = Fen(quantity.value)
    return found


def counts_of(aim: Aim, population: Population) -> tuple[AreaCount, ...]:
    """The target group by area. Rows that name groups count where they name it; rows that name none are all of it."""
    held: dict[str, list[int]] = {}
    for (area, groups), count in population.counts.items():
        if population.by_groups and aim.target.group not in groups:
            continue
        sums = held.setdefault(area, [0, 0])
        sums[0] += count.people
        sums[1] += count.insured
    return tuple(AreaCount(area, people, insured) for area, (people, insured) in sorted(held.items()))


def reach(plan: Plan, counts: Sequence[AreaCount]) -> Reach:
    """Every combination of premium and take-up."""
    count = len(plan.premiums_fen) * len(plan.take_ups_bp)
    if count > MAX_WAYS:
        raise Refused(TOO_MANY_WAYS(found=count, limit=MAX_WAYS))
    if not sum(each.people for each in counts):
        raise Refused(NOBODY(group=plan.aim.target.group))
    needed = needs(counts, plan.aim.share_bp, each_area=plan.each_area)
    ways = tuple(
        way(counts, needed, premium, take_up, plan.shares_bp, plan.budgets)
        for premium in plan.premiums_fen
        for take_up in plan.take_ups_bp
    )
    return Reach(plan, tuple(counts), needed, ways)


def doubts(found: Reach) -> Iterator[Problem]:
    """What must be known beside the answer."""
    target = found.plan.aim.target
    if found.plan.counted_on != target.denominator_on:
        yield OTHER_DAY(on=found.plan.counted_on, due=target.denominator_on)


def as_data(found: Reach) -> dict[str, Any]:
    """The answer as plain values for JSON; money in whole fen."""
    plan = found.plan
    target = plan.aim.target
    return {
        "scheme": plan.aim.scheme.scheme_id,
        "target": target.name,
        "group": target.group,
        "line": target.line.value,
        "share_bp": plan.aim.share_bp,
        "due_on": target.due_on,
        "clause": target.clause,
        "denominator_on": target.denominator_on,
        "denominator_source": target.denominator_source,
        "counted_on": plan.counted_on,
        "counted_from": plan.source,
        "each_area": plan.each_area,
        "payers_bp": dict(plan.shares_bp),
        "budgets_fen": dict(plan.budgets),
        "people": sum(count.people for count in found.counts),
        "insured": sum(count.insured for count in found.counts),
        "needed": sum(found.needed),
        "ways": [_way_data(one) for one in found.ways],
    }


def _way_data(one: Way) -> dict[str, Any]:
    return {
        "premium_fen": one.premium_fen,
        "take_up_bp": one.take_up_bp,
        "offers": one.offers,
        "newly_insured": one.newly,
        "short": one.short,
        "reached": one.reached,
        "total_fen": one.total_fen,
        "by_payer_fen": dict(one.by_payer),
        "new_fen": one.new_fen,
        "new_by_payer_fen": dict(one.new_by_payer),
        "fits_budget": one.fits,
        "over_budget_fen": dict(one.over_budget),
        "areas": [
            {
                "code": area.code,
                "people": area.people,
                "insured": area.insured,
                "needed": area.needed,
                "offers": area.offers,
                "newly_insured": area.newly,
                "short": area.short,
            }
            for area in one.areas
        ],
    }
