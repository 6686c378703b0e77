"""Reporting an accident: by anybody, by any channel, for one person or several at once. SD-6.3, SD-6.4."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Final

from huibao.app.claims.basis import Basis, basis_for
from huibao.app.claims.order import content_hash, earlier_answer
from huibao.app.contract_text import scheme_of
from huibao.domain.claims import problems
from huibao.domain.claims.claim import (
    MAX_NAME_CHARS,
    MAX_TEXT_CHARS,
    Actor,
    Assigned,
    Cause,
    Channel,
    Claim,
    Facts,
    Nothing,
    Reporter,
    Role,
    State,
    Verb,
)
from huibao.domain.claims.guards import Order, Terms, late_report
from huibao.domain.claims.moves import move
from huibao.domain.coverage import Coverage
from huibao.domain.roster import PersonFacts
from huibao.domain.roster.person import FactKind
from huibao.kernel.clock import Clock
from huibao.kernel.identity import mask, read_identity
from huibao.kernel.period import Period, add_days
from huibao.kernel.problem import Problem, Refused
from huibao.rules.vocabulary import Line
from huibao.store import claim as store
from huibao.store import contract as contracts
from huibao.store import coverage as covers
from huibao.store import roster as people
from huibao.store import standing
from huibao.store.locks import lock_keys, lock_people
from huibao.store.unit import unit_of_work

MAX_BATCH: Final = 1_000
"""Reports taken in at once: more than a disaster brings to one county in a day."""
MAX_PLACE_CHARS: Final = 200


@dataclass(frozen=True, slots=True)
class Report:
    """What somebody tells us. `known_on`: when the claimant learned of it, if later; `on`: day of the report."""

    identity: str
    happened_on: date
    cause: Cause
    what: str
    channel: Channel
    reporter: Reporter
    reporter_name: str
    line: Line = Line.ACCIDENT
    known_on: date | None = None
    on: date | None = None
    place: str = ""
    handler: str = ""
    another_accident: bool = False
    """Confirms that it is not the accident of the same day that a claim stands for already."""


@dataclass(frozen=True, slots=True)
class ReportResult:
    """What became of one report: "reported", "exists" (sent again) or "refused"; `notes` void nothing."""

    status: str
    claim: Claim | None = None
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()


def report_claims(reports: Sequence[Report], key: str, clock: Clock) -> tuple[ReportResult, ...]:
    """Take in reports; what is wrong with one does not hold up the others. One key for the batch."""
    if len(reports) > MAX_BATCH:
        raise Refused(problems.TOO_MANY(what="报案 reports", limit=MAX_BATCH, found=len(reports)))
    with unit_of_work():
        lock_keys("claim numbers")  # they are counted up, and two reports at once would count to the same
        numbers = [read_identity(report.identity).value or report.identity for report in reports]
        found = people.people_by_identities(numbers)
        lock_people([person.id for person in found.values()])
        facts = people.people_by_ids([person.id for person in found.values()])
        results = []
        for at, (report, number) in enumerate(zip(reports, numbers, strict=True)):
            person = found.get(number)
            known = facts[person.id] if person else None
            results.append(_one(report, known, f"{key}/{at + 1}", clock))
        return tuple(results)


def report_claim(report: Report, key: str, clock: Clock) -> ReportResult:
    """Take in one report. Refused with every reason why it cannot be."""
    result = report_claims([report], key, clock)[0]
    if result.status == "refused":
        raise Refused(result.problems)
    return result


def _one(report: Report, person: PersonFacts | None, key: str, clock: Clock) -> ReportResult:
    try:
        with unit_of_work():
            return _take_in(report, person, key, clock)
    except Refused as refused:
        return ReportResult("refused", None, refused.problems)


def _take_in(report: Report, person: PersonFacts | None, key: str, clock: Clock) -> ReportResult:
    content = content_hash("report", asdict(report))
    answered = earlier_answer(key, content)
    if answered is not None:
        return ReportResult("exists", answered)
    if person is None:
        raise Refused(problems.NO_SUCH_PERSON(identity=mask(report.identity), field="identity"))
    on = report.on or clock.today()
    faults = [*_text_faults(report), *_day_faults(report, person, on, clock.today())]
    if faults:
        raise Refused(faults)
    cover, days = _cover(report, person)
    basis = basis_for(cover, report.happened_on, clock.today())
    if not basis.programs:
        raise Refused(_no_line(report, basis.contract.number, tuple(each.line for each in basis.contract.lines)))
    claim = _claim(report, person, basis, days, on)
    claim = _moved(claim, report, on, basis.terms, clock.today())
    store.record(claim, cover.id, contracts.contract_pk(cover.contract), key, content, clock.now())
    standing.keep(claim, basis.terms.clocks)
    return ReportResult("reported", claim, (), tuple(late_report(claim, on, basis.terms)))


def _claim(report: Report, person: PersonFacts, basis: Basis, days: Period, on: date) -> Claim:
    """A claim not yet reported, numbered by the contract's area and the year of the report."""
    return Claim(
        Facts(
            number=store.next_number(basis.contract.area, on.year),
            person_id=person.person.id,
            insured=person.person.name,
            contract=basis.contract.number,
            line=report.line,
            product=basis.cover.product,
            cover=days,
            happened_on=report.happened_on,
            known_on=report.known_on or report.happened_on,
            cause=report.cause,
            what=report.what.strip(),
            channel=report.channel,
            reporter=report.reporter,
            reporter_name=report.reporter_name.strip(),
            place=report.place.strip(),
        )
    )


def _moved(claim: Claim, report: Report, on: date, terms: Terms, today: date) -> Claim:
    role = Role.INSURED if report.reporter is Reporter.INSURED else Role.REPORTER
    orders = [Order(Verb.REPORT, Actor(role, claim.facts.reporter_name), on, Nothing())]
    if report.handler:
        orders.append(Order(Verb.ASSIGN, Actor(Role.HANDLER, report.handler), on, Assigned(report.handler)))
    for order in orders:
        result = move(claim, order, terms, today)
        if not isinstance(result, Claim):
            raise Refused(result)
        claim = result
    return claim


def _text_faults(report: Report) -> Iterable[Problem]:
    wanted = (
        ("经过 what", report.what, MAX_TEXT_CHARS, True),
        ("报案人 reporter", report.reporter_name, MAX_NAME_CHARS, True),
        ("地点 place", report.place, MAX_PLACE_CHARS, False),
        ("经办人 handler", report.handler, MAX_NAME_CHARS, False),
    )
    for what, text, limit, needed in wanted:
        if needed and not text.strip():
            yield problems.EMPTY(what=what)
        if len(text) > limit:
            yield problems.TOO_MANY(what=f"{what} 字数", limit=limit, found=len(text))


def _day_faults(report: Report, person: PersonFacts, on: date, today: date) -> Iterable[Problem]:
    if report.happened_on > min(on, today):
        yield problems.IN_FUTURE(
            what="出险 accident", day=report.happened_on, today=min(on, today), field="happened_on"
        )
    if report.happened_on < person.person.birth_on:
        yield problems.OUT_OF_ORDER(day=report.happened_on, what="出生 birth", earlier=person.person.birth_on)
    deaths = [fact.from_on for fact in person.facts if fact.kind is FactKind.DEATH and fact.to_on is None]
    if deaths and min(deaths) < report.happened_on:
        yield problems.DEAD_BEFORE(died=min(deaths), day=report.happened_on, field="happened_on")
    if not report.another_accident:
        same = store.claims(person_id=person.person.id, happened_on=report.happened_on, line=report.line)
        for other in same:
            if other.state is not State.WITHDRAWN:
                yield problems.SAME_ACCIDENT(other=other.number, field="happened_on")


def _cover(report: Report, person: PersonFacts) -> tuple[Coverage, Period]:
    """The cover in force on the day of the accident and its days; Refused with the reason why there is none."""
    day, line = report.happened_on, report.line
    cover = covers.covers_on([person.person.id], line, day).get(person.person.id)
    days = cover.in_force if cover else None
    if cover is not None and days is not None:
        return cover, _after_waiting(report, cover, days)
    every = covers.covers_of_person(person.person.id)
    later = [one.period.first_on for one in every if one.line is line and one.in_force and one.period.first_on > day]
    if later and not any(one.line is line and one.period.first_on <= day for one in every):
        raise Refused(problems.BEFORE_COVER(day=day, begins=min(later), field="happened_on"))
    other = next((one for one in every if (days := one.in_force) and day in days), None)
    if other is not None and not any(one.line is line for one in every):
        raise Refused(
            _no_line(report, other.contract, tuple(one.line for one in every if one.contract == other.contract))
        )
    raise Refused(problems.NO_COVER(day=day, line=line.zh, field="happened_on"))


def _after_waiting(report: Report, cover: Coverage, days: Period) -> Period:
    """The days of cover for this cause: for illness, waiting days of the product are left out."""
    if report.cause is not Cause.ILLNESS:
        return days
    product = scheme_of(contracts.contract(cover.contract)).products[cover.product]
    begins = add_days(days.first_on, product.waiting_days)
    left = days.clip(first_on=begins)
    if left is None or report.happened_on < begins:
        raise Refused(problems.BEFORE_COVER(day=report.happened_on, begins=begins, field="happened_on"))
    return left


def _no_line(report: Report, contract: str, lines: Sequence[Line]) -> Problem:
    words = "、".join(dict.fromkeys(line.zh for line in lines))
    return problems.NO_SUCH_LINE(contract=contract, line=report.line.zh, lines=words, field="line")
