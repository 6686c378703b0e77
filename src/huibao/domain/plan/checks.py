"""Holds a contract against its scheme: within its area and period, above its floors, paid by whom it allows.

A city or county may raise what the province fixed and never undercut it; each refusal names the clause.
"""

from datetime import date
from typing import Final

from huibao.domain.plan import problems as kinds
from huibao.domain.plan.contract import Contract, ContractLine, PayerKind, PlannedShare
from huibao.kernel.fen import yuan_text
from huibao.kernel.period import add_days, add_years
from huibao.kernel.problem import Problem, ProblemKind
from huibao.rules.facts import within
from huibao.rules.quantity import NotAQuantity, amount_text, parse_quantity, percent_text
from huibao.rules.scheme import Bound, Param, Product, Scheme

SURPLUS: Final = "surplus"
"""Fund id by which carried surplus pays premium; allowed where the scheme allows carrying over. SD-5."""
OWN_CONTRIBUTION: Final = "own_contribution_floor"
"""Param that holds the least the person pays towards the premium. SD-4.1."""


def check_contract(contract: Contract, scheme: Scheme) -> tuple[Problem, ...]:
    """Everything in which the contract departs from the scheme; nothing means it may be signed. SD-4, SD-5, HN-2."""
    found = [*_frame(contract, scheme)]
    for line in contract.lines:
        product = scheme.products.get(line.product)
        if product is None or product.line is not line.line:
            known = ", ".join(f"{one.line.value}: {one.name}" for one in scheme.products.values())
            field = f"lines.{line.line}.product"
            found.append(
                _at(contract, kinds.WRONG_PRODUCT, field, line=line.line.zh, product=line.product, known=known)
            )
            continue
        found += _floor(contract, line, product, scheme)
        found += _payers(contract, line, product, scheme)
        found += _own_contribution(contract, line, product, scheme)
    found += _settings(contract, scheme)
    found += _ceiling(contract, scheme)
    return tuple(found)


def _at(contract: Contract, kind: ProblemKind, field: str, **values: object) -> Problem:
    return kinds.in_contract(kind, contract.number, field, None, **values)


def premium_floor(contract: Contract, product: Product, scheme: Scheme) -> int:
    """The least yearly premium of a product for a person, fen; 0 where nothing fixes one. P2, SD-4.1, SD-4.2.

    The highest value the scheme has in force during the contract; where no document gives one (HN-2.2), what the
    contract states under its settings.
    """
    if product.premium is None:
        return 0
    param = scheme.params[product.premium]
    first_on, last_on = contract.period.first_on, contract.period.last_on
    days = [first_on, *(value.from_on for value in param.values if first_on < value.from_on <= last_on)]
    stated = [numbers[0] for day in days if (numbers := param.at(day))]
    try:
        set_here = parse_quantity(str(contract.settings.get(param.name, "")))
    except NotAQuantity:
        set_here = None
    if set_here is not None and set_here.unit is param.unit:
        stated.append(set_here.value)
    return max(stated, default=param.minimum or 0)


def _frame(contract: Contract, scheme: Scheme) -> list[Problem]:
    """Scheme, area, period and term of the whole contract."""
    found: list[Problem] = []
    if contract.scheme_id != scheme.scheme_id:
        found.append(_at(contract, kinds.WRONG_SCHEME, "scheme", stated=contract.scheme_id, actual=scheme.scheme_id))
    elif contract.scheme_hash and contract.scheme_hash != scheme.hash:
        hashes = {"stated": contract.scheme_hash, "actual": scheme.hash}
        found.append(_at(contract, kinds.WRONG_SCHEME, "scheme_hash", **hashes))
    if not within(contract.area, scheme.area):
        area = {"stated": contract.area, "allowed": scheme.area}
        found.append(_at(contract, kinds.OUTSIDE_SCHEME, "area", what="地区", what_en="area", **area))
    days, allowed = contract.period, scheme.period
    if not (days.first_on in allowed and days.last_on in allowed):
        period = {"stated": str(days), "allowed": str(allowed)}
        found.append(_at(contract, kinds.OUTSIDE_SCHEME, "period", what="期间", what_en="period", **period))
    years = contract.term_limit_years
    latest = add_days(add_years(contract.chain_first_on, years), -1)
    if contract.chain_first_on > days.first_on or days.last_on > latest:
        term = {"last_on": days.last_on, "first_on": contract.chain_first_on, "years": years}
        found.append(_at(contract, kinds.TERM, "term_limit", **term))
    return found


def _floor(contract: Contract, line: ContractLine, product: Product, scheme: Scheme) -> list[Problem]:
    """P2: the premium of a line for each policy year begun is at least the scheme's."""
    yearly = premium_floor(contract, product, scheme)
    floor = yearly * years_of(contract)
    if line.premium_fen >= floor or product.premium is None:
        return []
    texts = {"stated": yuan_text(line.premium_fen), "floor": yuan_text(floor)}
    clause = scheme.params[product.premium].clause
    field = f"lines.{line.line}.premium"
    return [_at(contract, kinds.UNDER_FLOOR, field, line=line.line.zh, clause=clause, **texts)]


def years_of(contract: Contract) -> int:
    """Policy years begun within the contract, >= 1. The floor is for a person and a policy year. SD-4."""
    years = 1
    while add_years(contract.period.first_on, years) <= contract.period.last_on:
        years += 1
    return years


def _payers(contract: Contract, line: ContractLine, product: Product, scheme: Scheme) -> list[Problem]:
    """Who pays must be allowed to: kinds by the product, funds by the lines each is for. HN-3.1, SD-5, SD-7.4."""
    funds = [fund.name for fund in scheme.funds.values() if line.line in fund.lines]
    carry = scheme.fund_rules.carry_over
    if carry is not None and carry.allowed:
        funds.append(SURPLUS)
    found = []
    for payer in line.payers:
        if why := _not_allowed(payer, product, scheme, funds):
            known = ", ".join([*product.payers, *(f"government_fund: {fund}" for fund in funds)])
            field = f"lines.{line.line}.payers"
            who = f"{payer.payer_kind}: {payer.payer}"
            found.append(
                _at(contract, kinds.PAYER_NOT_ALLOWED, field, payer=who, line=line.line.zh, clause=why, known=known)
            )
    return found


def _not_allowed(payer: PlannedShare, product: Product, scheme: Scheme, funds: list[str]) -> str:
    """The clause by which a payer may not pay, "" where it may."""
    if payer.payer_kind.value not in product.payers:
        return product.clause
    if payer.payer_kind is PayerKind.GOVERNMENT_FUND and payer.payer not in funds:
        fund = scheme.funds.get(payer.payer)
        return fund.clause if fund else product.clause
    return ""


def _own_contribution(contract: Contract, line: ContractLine, product: Product, scheme: Scheme) -> list[Problem]:
    """Where the scheme sets a least own contribution for a product's clause, the person pays at least that."""
    param = scheme.params.get(OWN_CONTRIBUTION)
    if param is None or param.clause != product.clause:
        return []
    floor = (param.at(contract.period.first_on) or (0,))[0]
    fixed = sum(one.share_fen or 0 for one in line.payers)
    own = sum(
        one.share_fen or (line.premium_fen - fixed) * (one.share_bp or 0) // 10_000
        for one in line.payers
        if one.payer_kind is PayerKind.SELF
    )
    if own >= floor:
        return []
    texts = {"stated": yuan_text(own), "floor": yuan_text(floor), "clause": param.clause}
    field = f"lines.{line.line}.payers"
    return [_at(contract, kinds.OWN_CONTRIBUTION, field, line=line.line.zh, **texts)]


def _settings(contract: Contract, scheme: Scheme) -> list[Problem]:
    """Required parameters have a value in their unit and bounds; those the documents fix are kept to."""
    found: list[Problem] = []
    first_on = contract.period.first_on
    by_contract = scheme.fund_rules.operating_cost_ceiling
    for name, param in scheme.params.items():
        missing = param.required and param.at(first_on) is None and name not in contract.settings
        if missing and name != by_contract:
            found.append(_setting(contract, param, "没有给出 / is not given"))
    for name, value in contract.settings.items():
        known = scheme.params.get(name)
        if known is None:
            names = ", ".join(one for one, param in scheme.params.items() if param.required)
            found.append(_at(contract, kinds.UNKNOWN_KEY, f"settings.{name}", key=name, known=names))
        elif why := _wrong_setting(known, str(value), first_on):
            found.append(_setting(contract, known, why))
    return found


def _setting(contract: Contract, param: Param, why: str) -> Problem:
    field = f"settings.{param.name}"
    return _at(contract, kinds.SETTING, field, name=param.name, why=why, clause=param.clause, unit=param.unit.value)


def _wrong_setting(param: Param, text: str, on: date) -> str:
    """Why a value may not be set, "" where it may: unit, least and most, and the bound a document sets."""
    try:
        quantity = parse_quantity(text)
    except NotAQuantity as error:
        return str(error)
    if quantity.unit is not param.unit or param.index or param.brackets:
        return f"单位或形式不符，读到 {text} / wrong unit or shape"
    if param.minimum is not None and quantity.value < param.minimum:
        return f"{text} 低于 / is under {amount_text(param.minimum, param.unit)}"
    if param.maximum is not None and quantity.value > param.maximum:
        return f"{text} 高于 / is above {amount_text(param.maximum, param.unit)}"
    fixed = param.at(on)
    if fixed is None or param.bound is Bound.FREE:
        return ""
    kept = {
        Bound.AT_LEAST: quantity.value >= fixed[0],
        Bound.AT_MOST: quantity.value <= fixed[0],
        Bound.FIXED: quantity.value == fixed[0],
    }[param.bound]
    return (
        "" if kept else f"{text} 越过方案的 / passes the scheme's {amount_text(fixed[0], param.unit)} ({param.bound})"
    )


def _ceiling(contract: Contract, scheme: Scheme) -> list[Problem]:
    """The contract's ceiling of operating cost is at most the scheme's, where the scheme states one. SD-5."""
    name = scheme.fund_rules.operating_cost_ceiling
    stated = scheme.params[name].at(contract.period.first_on) if name else None
    if name is None or stated is None or contract.operating_cost_ceiling_bp <= stated[0]:
        return []
    texts = {"stated": percent_text(contract.operating_cost_ceiling_bp), "allowed": percent_text(stated[0])}
    return [_at(contract, kinds.CEILING, "operating_cost_ceiling", **texts, clause=scheme.params[name].clause)]
