"""The bills and accidents of made-up people: one formula for one claim and for columns of them.

A bill adds up by construction: what the payers report is taken off what is left of the in-policy cost, one after the
other, so they never bear more than the bill. What our own layers pay is not made up here; the scheme computes it.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Final

from huibao.app.synthetic import figures as f
from huibao.app.synthetic.numbers import (
    LAKH,
    MILLE,
    TEN_THOUSAND,
    Draw,
    Numbers,
    Whole,
    between,
    chance,
    choose,
    log_normal,
    on_curve,
)
from huibao.app.synthetic.persons import SEVERE_GRADES, Life
from huibao.kernel.fen import FEN_A_YUAN
from huibao.rules.vocabulary import HOSPITAL_LEVELS, INPUTS, Input, InputType

CLAIMS_A_PERSON: Final = 64
"""Claim ids a person has: person * 64 + n. More than anybody's visits."""
ONCE: Final = 100
OTHERS: Final = (
    "reported_disaster",
    "reported_medical_supplementary",
    "reported_accident",
    "reported_government_backstop",
    "reported_poverty_prevention",
    "reported_donation",
    "reported_other",
)
"""Payers that now and then bear a part of what is left, in this order."""
OUTSIDE: Final = ("out_of_catalogue", "over_limit", "first_self_pay")
FLAG_AT: Final = {name: Draw.FLAG + at for at, name in enumerate(f.FLAGS)}
GRAVE_KIND: Final = len(HOSPITAL_LEVELS) + 1


@dataclass(frozen=True, slots=True)
class Knobs:
    """What may be turned for a scenario; as it stands everything is by the documented figures."""

    grave_per_lakh: int = f.GRAVE.value
    """Gravely ill people per 100,000: those for whom yearly caps bind."""
    claims_percent: int = ONCE
    """How many people claim, against the documented share; 0 to 1,000."""
    cost_percent: int = ONCE
    """What a bill or treatment costs, against the documented medians; 1 to 1,000."""
    late_mille: int = 0
    """Claims that come late, per mille."""
    faults_per_10_000: int = 0
    """Faulty rows planted among the claims."""
    busy: bool = False
    """Everybody who is insured claims: for benchmarks of accident benefits."""
    groups: bool = False
    """Besides the benefit's columns, `in_GROUP` for every group of the scheme, by which costs may be told apart."""


PLAIN: Final = Knobs()


@dataclass(frozen=True, slots=True)
class Patient:
    """How a person falls ill in the year."""

    claims: Whole
    """How many claims there are."""
    chronic: Whole
    grave: Whole
    assisted: Whole


def patient(own: Numbers, house: Numbers, life: Life, *, bills: bool, knobs: Knobs = PLAIN) -> Patient:
    """Return how many bills (or accident claims) a person has in the year, and of which sort."""
    share = own.pick(f.CLAIMANTS.values, life.band) if bills else f.ACCIDENTS.value
    claims = chance(
        own, Draw.CLAIMANT, TEN_THOUSAND if knobs.busy else share * knobs.claims_percent // ONCE, TEN_THOUSAND
    )
    severe = (life.grade > 0) & (life.grade <= SEVERE_GRADES)
    assisted = chance(house, Draw.ASSISTED, f.ASSISTED.value)
    if not bills:
        never = life.band < 0
        each = 1 + choose(own, Draw.VISITS, f.ACCIDENTS_EACH.values)
        return Patient(each * claims, never, never, assisted)
    chronic = chance(own, Draw.CHRONIC, own.pick(f.CHRONIC.values, severe * 1))
    grave = chance(own, Draw.GRAVE, knobs.grave_per_lakh, LAKH)
    few = 1 + choose(own, Draw.VISITS, f.VISITS_FEW.values)
    band = choose(own, Draw.VISITS, f.VISITS_MANY.values)
    fewest, most = (tuple(ends) for ends in zip(*f.VISITS_BANDS, strict=True))
    many = between(own, Draw.VISITS_IN_BAND, own.pick(fewest, band), own.pick(most, band))
    visits = own.where(chronic, many, few) * claims
    return Patient(own.where(grave, between(own, Draw.VISITS, *f.GRAVE_STAYS.values), visits), chronic, grave, assisted)


@dataclass(frozen=True, slots=True)
class Cost:
    """One bill, or the treatment of one accident, fen; and who bore what before our own layers."""

    total: Whole
    in_policy: Whole
    out_of_catalogue: Whole
    over_limit: Whole
    first_self_pay: Whole
    deductible: Whole
    basic: Whole
    critical: Whole
    assistance: Whole
    reduction: Whole
    outpatient: Whole
    level: Whole
    days: Whole

    @property
    def left(self) -> Whole:
        """What nobody has borne yet."""
        return self.total - self.basic - self.critical - self.assistance - self.reduction


def bill(one: Numbers, who: Patient, cost_percent: int = ONCE) -> Cost:
    """Return a bill of a patient."""
    share = one.pick(f.OUTPATIENT.values, who.chronic * 1)
    outpatient = chance(one, Draw.OUTPATIENT, share) & (who.grave == 0)
    level = one.where(
        outpatient,
        choose(one, Draw.LEVEL, f.LEVELS_VISIT.values),
        choose(one, Draw.LEVEL, f.LEVELS_STAY.values),
    )
    level = one.where(who.grave, len(HOSPITAL_LEVELS) - 1, level)
    kind = one.where(who.grave, GRAVE_KIND, one.where(outpatient, 0, level + 1))
    curves = tuple(
        log_normal(median * FEN_A_YUAN, sigma)
        for median, sigma in zip(f.COST_MEDIANS.values, f.COST_SIGMAS.values, strict=True)
    )
    return treatment(one, who, on_curve(one, Draw.AMOUNT, curves, kind) * cost_percent // ONCE, outpatient, level)


def hurt(one: Numbers, who: Patient, cost_percent: int = ONCE) -> Cost:
    """Return the treatment of an accident."""
    median, sigma = f.ACCIDENT_COST.values
    outpatient = chance(one, Draw.OUTPATIENT, f.OUTPATIENT.values[0])
    level = choose(one, Draw.LEVEL, f.LEVELS_STAY.values)
    total = on_curve(one, Draw.AMOUNT, (log_normal(median * FEN_A_YUAN, sigma),)) * cost_percent // ONCE
    return treatment(one, who, total, outpatient, level)


def treatment(one: Numbers, who: Patient, total: Whole, outpatient: Whole, level: Whole) -> Cost:
    """Split a cost into its parts, and let the public payers bear theirs, each on what the one before left."""
    least = one.pick(f.IN_POLICY_LEAST.values, level)
    in_policy = total * between(one, Draw.IN_POLICY, least, one.pick(f.IN_POLICY_MOST.values, level)) // MILLE
    outside = total - in_policy
    low, high, over = f.OUTSIDE_PARTS.values
    catalogue, limit = outside * between(one, Draw.SPLIT, low, high) // MILLE, outside * over // MILLE
    first = tuple(yuan * FEN_A_YUAN for yuan in f.BASIC_DEDUCTIBLE.values)
    deductible = one.where(outpatient, 0, one.least(one.pick(first, level), in_policy))
    rate = one.pick(f.BASIC_RATE.values, level) - between(one, Draw.RATE, 0, f.BASIC_LESS.value)
    basic = one.least((in_policy - deductible) * rate // MILLE, f.BASIC_MOST.value * FEN_A_YUAN)
    left = in_policy - basic
    above = one.most(left - f.CRITICAL_FROM.value * FEN_A_YUAN, 0)
    critical = one.least(above * f.CRITICAL_RATE.value // MILLE, f.CRITICAL_MOST.value * FEN_A_YUAN)
    left = left - critical
    wished = one.least(left * f.ASSISTANCE_RATE.value // MILLE, f.ASSISTANCE_MOST.value * FEN_A_YUAN)
    assistance = wished * who.assisted
    left = left - assistance
    reduction = left * f.REDUCTION_RATE.value // MILLE * chance(one, Draw.REDUCTION, f.REDUCED.value)
    median, sigma, most = f.STAY_DAYS.values
    stay = one.least(one.most(on_curve(one, Draw.DAYS, (log_normal(median, sigma),)), 1), most)
    return Cost(
        total=total,
        in_policy=in_policy,
        out_of_catalogue=catalogue,
        over_limit=limit,
        first_self_pay=outside - catalogue - limit,
        deductible=deductible,
        basic=basic,
        critical=critical,
        assistance=assistance,
        reduction=reduction,
        outpatient=outpatient * 1,
        level=level,
        days=one.where(outpatient, 0, stay),
    )


@dataclass(frozen=True, slots=True)
class Case:
    """Everything the inputs of one claim (or a column of claims) are made from."""

    one: Numbers
    """Draws for the claim."""
    life: Life
    cost: Cost
    age: Whole
    groups: Mapping[str, Whole]
    """`in_…` → whether the person is in the group."""


def given(case: Case, entry: Input, benefit: Collection[Input]) -> Whole:
    """Return one input of a benefit, within its limit."""
    name = entry.name
    if name in case.groups:
        return case.groups[name]
    if name in FLAG_AT:
        return chance(case.one, FLAG_AT[name], f.FLAGS[name].value) * 1
    if name in MAKERS:
        return case.one.least(MAKERS[name](case), entry.max)
    if name in OTHERS:
        return other_payer(case, name)
    if name in OUTSIDE:
        return _outside(case, name, benefit)
    return own_input(case, entry, benefit)


def _outside(case: Case, name: str, benefit: Collection[Input]) -> Whole:
    """Return a part of what is out of policy; the first part a benefit asks for holds those it does not ask for."""
    asked = [part for part in OUTSIDE if part in {entry.name for entry in benefit}]
    found = getattr(case.cost, name)
    if name == asked[0]:
        for part in OUTSIDE:
            found = found if part in asked else found + getattr(case.cost, part)
    return found


def other_payer(case: Case, name: str) -> Whole:
    """Return what one of the rarer payers bore: a part of what those before it left."""
    left = case.cost.left
    for at, payer in enumerate(OTHERS):
        part = left * f.OTHER_RATE.value // MILLE * chance(case.one, Draw.OTHER_PAYER + at, f.OTHER_PAID.value)
        if payer == name:
            return part
        left = left - part
    raise KeyError(name)


def own_input(case: Case, entry: Input, benefit: Collection[Input]) -> Whole:
    """Return an input a scheme has of its own: amounts of a plain size, later ones a share of the first."""
    own = [one for one in benefit if one.name not in INPUTS and one.type is entry.type]
    place = next((at for at, one in enumerate(own) if one.name == entry.name), 0)
    draw = Draw.OWN_INPUT + 10 * list(InputType).index(entry.type) + place
    if entry.type is InputType.FLAG:
        return chance(case.one, draw, f.OTHER_FLAG.value) * 1
    if entry.type is InputType.FEN:
        median, sigma, least, most = f.OWN_AMOUNT.values
        first = on_curve(case.one, draw - place, (log_normal(median * FEN_A_YUAN, sigma),))
        return first if place == 0 else first * between(case.one, draw, least, most) // MILLE
    if entry.type is InputType.ENUM:
        return between(case.one, draw, 0, len(entry.values) - 1)
    most = f.WAITED_DAYS.value if entry.type is InputType.DAYS else 10
    return between(case.one, draw, 0, min(most, entry.max))


# --- accidents --------------------------------------------------------------------------------------------------------
def _died(case: Case) -> Whole:
    return chance(case.one, Draw.DIED, f.DIED.value) * 1


def _worst(case: Case) -> Whole:
    """The worst grade by JR/T 0083; 0 for most accidents, and for deaths."""
    graded = chance(case.one, Draw.GRADED, f.GRADED.value) & (_died(case) == 0)
    return (1 + choose(case.one, Draw.WORST, f.ACCIDENT_GRADES.values)) * graded


def _injuries(case: Case) -> Whole:
    return (1 + choose(case.one, Draw.INJURIES, f.INJURIES.values)) * (_worst(case) > 0)


def _joined(case: Case) -> Whole:
    return chance(case.one, Draw.JOINED_EARLIER, f.JOINED_EARLIER.value) * (_worst(case) > 0)


def _before(case: Case) -> Whole:
    had = chance(case.one, Draw.PRE_EXISTING, f.PRE_EXISTING_GRADE.value) & (case.life.grade > 0)
    return (1 + choose(case.one, Draw.PRE_GRADE, f.ACCIDENT_GRADES.values)) * had


def _disaster(case: Case) -> Whole:
    part = 1 + choose(case.one, Draw.DISASTER_PART, f.DISASTER_PARTS.values)
    paid = part * f.DISASTER_SUM.value * FEN_A_YUAN // len(f.DISASTER_PARTS.values)
    return paid * chance(case.one, Draw.DISASTER, f.DISASTERS.value)


def _worse(case: Case) -> Whole:
    grade = case.life.grade
    worse = chance(case.one, Draw.OWN_INPUT - 1, f.CERTIFICATE_WORSE.value) & (grade > 1)
    return grade - worse * 1


def _sometimes(case: Case, figure: f.Figure, draw: int) -> Whole:
    share, least, most = figure.values
    return between(case.one, draw, least * FEN_A_YUAN, most * FEN_A_YUAN) * chance(case.one, draw + 1, share)


def _property(case: Case) -> Whole:
    share, median, sigma = f.PROPERTY.values
    loss = on_curve(case.one, Draw.OWN_INPUT - 2, (log_normal(median * FEN_A_YUAN, sigma),))
    return loss * chance(case.one, Draw.OWN_INPUT - 3, share)


MAKERS: Final[dict[str, Callable[[Case], Whole]]] = {
    "bill_total": lambda case: case.cost.total,
    "in_policy": lambda case: case.cost.in_policy,
    "deductible_applied": lambda case: case.cost.deductible,
    "reported_basic_medical": lambda case: case.cost.basic,
    "reported_critical_illness": lambda case: case.cost.critical,
    "reported_medical_assistance": lambda case: case.cost.assistance,
    "reported_hospital_reduction": lambda case: case.cost.reduction,
    "hospital_level": lambda case: case.cost.level,
    "days": lambda case: case.cost.days,
    "outpatient": lambda case: case.cost.outpatient,
    "age": lambda case: case.age,
    "died": _died,
    "injured": lambda case: 1 - _died(case),
    "worst_grade": _worst,
    "worst_count": _injuries,
    "joined_with_earlier": _joined,
    "pre_existing_grade": _before,
    "accident_medical_cost": lambda case: case.cost.total,
    "accident_medical_in_policy": lambda case: case.cost.in_policy,
    "disaster_paid": _disaster,
    "disability_paid": lambda case: case.cost.total * 0,
    "cert_grade_before": lambda case: case.life.grade,
    "cert_grade_after": _worse,
    "rabies_cost": lambda case: _sometimes(case, f.RABIES, Draw.OWN_INPUT - 5),
    "ambulance_cost": lambda case: _sometimes(case, f.AMBULANCE, Draw.OWN_INPUT - 7),
    "property_loss": _property,
}
"""Each input of the vocabulary → how it is made."""


def settles_bills(inputs: Collection[Input]) -> bool:
    """Tell whether the benefit is about bills; else it is about accidents and the like."""
    return any(entry.name == "bill_total" for entry in inputs)
