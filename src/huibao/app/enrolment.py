"""Enrolment: a county at once, joiners, leavers, one named person; each batch one transaction with a key. HN-2, SD-6.3.

What a batch does is decided by `domain.coverage`; here it is asked for, recorded and answered. The same key with
the same content gives the first answer; with other content it is refused.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any, Final

from huibao.app.contract import add_contract
from huibao.app.contract_text import scheme_of
from huibao.domain.coverage import (
    Candidate,
    Consent,
    Coverage,
    EnrolmentPlan,
    EnrolmentResult,
    Entering,
    Leaving,
    PremiumBill,
    Share,
    as_dict,
    end_cover,
    enrol_named,
    from_dict,
    paid_since,
    plan_enrolment,
    premium_bill,
    refund_bill,
    summarise,
    without_relied_on,
)
from huibao.domain.coverage import problems as kinds
from huibao.domain.coverage.bill import premium_subject, refund_subject
from huibao.domain.plan import Contract, EndReason
from huibao.domain.roster.person import PersonFacts
from huibao.kernel.clock import Clock
from huibao.kernel.identity import mask
from huibao.kernel.problem import Problem, Refused
from huibao.rules.scheme import Kind, Scheme
from huibao.rules.vocabulary import Line
from huibao.store import claim as claims
from huibao.store import contract as contracts
from huibao.store import coverage as covers
from huibao.store import roster, stay_settlement
from huibao.store import settlement as settlements
from huibao.store.locks import lock_keys, lock_people
from huibao.store.unit import rehearsal, unit_of_work

MAX_PEOPLE: Final = 500_000
"""People judged in one batch: the largest counties have that many on all their rosters together."""


@dataclass(frozen=True, slots=True)
class Request:
    """One batch as it was asked for; `content` is all that decides its outcome besides the facts on record."""

    kind: str
    contract: str
    on: date
    key: str
    content: tuple[Any, ...] = ()

    @property
    def content_hash(self) -> str:
        """Fingerprint of the request, sha256 in hex; the key is not part of it."""
        content = [self.kind, self.contract, self.on, self.content]
        return sha256(json.dumps(content, ensure_ascii=False, default=str).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class NamedCover:
    """Cover somebody buys for one person: which line, who pays which part of the premium due, in what relation."""

    line: Line
    identity: str
    paid: tuple[Share, ...]
    relation: str = ""
    """A close relative's relation to the insured: "parent", "spouse", "child" …"""
    consent: Consent | None = None

    @property
    def content(self) -> tuple[Any, ...]:
        """What decides the outcome, for the request's fingerprint."""
        said = (self.consent.given_by, self.consent.relation, self.consent.given_on) if self.consent else ()
        parts = tuple((share.payer_kind.value, share.payer, share.fen) for share in self.paid)
        return (self.line.value, self.identity, parts, self.relation, said)


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a county's batch would do, with the people it is about."""

    contract: Contract
    plan: EnrolmentPlan
    result: EnrolmentResult
    people: Mapping[int, PersonFacts]


Planner = Callable[[Contract, Scheme], EnrolmentPlan]


def enrol(contract_number: str, on: date, key: str, clock: Clock, *, dry_run: bool = False) -> EnrolmentResult:
    """Insure everybody of the contract's area who should be, and end cover that facts have ended. SD-6.3, HN-2.2.

    `dry_run` answers what would happen and records nothing.
    """

    def plan(contract: Contract, scheme: Scheme) -> EnrolmentPlan:
        return _plan(_everybody(contract), contract, scheme, on)

    return _run(Request("bulk", contract_number, on, key), plan, clock, dry_run=dry_run)


def foresee(contract_number: str, on: date) -> Foreseen:
    """What `enrol` would do on a day, person by person; nothing is recorded."""
    with unit_of_work():
        contract = contracts.contract(contract_number)
        people = _everybody(contract)
        plan = _plan(people, contract, scheme_of(contract), on)
    result = summarise(plan, "", "bulk", contract.number, contract.scheme_id, on, dry_run=True)
    return Foreseen(contract, plan, result, {one.person.id: one for one in people})


def enrol_under(text: str, where: str, on: date, key: str, clock: Clock, *, dry_run: bool = False) -> EnrolmentResult:
    """Record a contract from its text (once) and enrol under it, together or not at all; a dry run leaves nothing."""
    with rehearsal() if dry_run else unit_of_work():
        number = add_contract(text, where, clock).contract.number
        return enrol(number, on, key or default_key(number, on), clock, dry_run=dry_run)


def default_key(contract_number: str, on: date) -> str:
    """Key of a county's batch where nobody gives one: one batch a contract and day."""
    return f"enrol/{contract_number}/{on.isoformat()}"


def contract_in(scheme_id: str, area: str, on: date) -> Contract:
    """The one contract on record of a scheme for an area and day. Refused when there is none, or several."""
    found = [one for one in contracts.contracts(scheme_id) if one.area == area and on <= one.period.last_on]
    if len(found) != 1:
        numbers = ", ".join(one.number for one in found) or "—"
        what = f"方案 {scheme_id} 在 {area} 于 {on} 可用的唯一合同（已登记：{numbers}）"
        what_en = f"single contract of {scheme_id} for {area} on {on} (on record: {numbers})"
        raise Refused(kinds.NO_CONTRACT(what=what, what_en=what_en))
    return found[0]


def join(
    contract_number: str, identities: Sequence[str], on: date, key: str, clock: Clock, *, dry_run: bool = False
) -> EnrolmentResult:
    """Insure these people by the same rules, as soon as a roster has them. SD-4 tail."""

    def plan(contract: Contract, scheme: Scheme) -> EnrolmentPlan:
        return _plan(_people(identities), contract, scheme, on)

    request = Request("join", contract_number, on, key, tuple(sorted(set(identities))))
    return _run(request, plan, clock, dry_run=dry_run)


def leave(
    contract_number: str,
    identity: str,
    on: date,
    reason: EndReason,
    key: str,
    clock: Clock,
    lines: Sequence[Line] = (),
    *,
    dry_run: bool = False,
) -> EnrolmentResult:
    """End a person's cover after a day, of some lines or all, and give back what the contract says. SD-3.

    A mistake ends the cover before it began. An end that was recorded before can be corrected to an earlier day.
    """

    def plan(contract: Contract, _: Scheme) -> EnrolmentPlan:
        person = _person(identity)
        if reason is not EndReason.MISTAKEN and reason not in contract.leaving:
            raise Refused(kinds.MAY_NOT_LEAVE(contract=contract.number, reason=reason.value))
        # Who left and came back holds a line twice; it is ended once, in its last cover.
        every = dict.fromkeys(lines or [one.line for one in _held(person, contract, on, reason)])
        ended = tuple(_ending(person, contract, line, reason, on) for line in every)
        if not ended:
            raise Refused(_no_cover(person, contract, "/".join(one.line.zh for one in contract.lines), on))
        return EnrolmentPlan(leave=ended)

    request = Request("leave", contract_number, on, key, (identity, reason.value, *sorted(lines)))
    return _run(request, plan, clock, dry_run=dry_run)


def enrol_person(
    contract_number: str, wish: NamedCover, on: date, key: str, clock: Clock, *, dry_run: bool = False
) -> EnrolmentResult:
    """Insure one named person from a day on, paid by the person, a close relative or a donor. Refused with why. HN-2.1."""

    def plan(contract: Contract, scheme: Scheme) -> EnrolmentPlan:
        terms = contract.line_of(wish.line)
        person = _person(wish.identity)
        if terms is None:
            raise Refused(_no_cover(person, contract, wish.line.zh, on))
        lock_people([person.person.id])
        touching = covers.covers_touching([person.person.id], contract.period)
        judged_on = max(on, contract.period.first_on)
        candidate = Candidate(person, contract, scheme, touching.get(person.person.id, ()), judged_on)
        found = enrol_named(candidate, terms, wish.paid, wish.relation, wish.consent)
        if not isinstance(found, Entering):
            raise Refused(found.problem)
        return EnrolmentPlan(enter=(found,))

    request = Request("person", contract_number, on, key, wish.content)
    return _run(request, plan, clock, dry_run=dry_run, consent=wish.consent)


# --- bills ------------------------------------------------------------------------------------------------------------


def bill(contract_number: str, line: Line, key: str) -> PremiumBill:
    """What each payer owes for one batch and line. P1, SD-7.4."""
    return premium_bill(contract_number, line.value, key, covers.covers_of_batch(key))


def unpaid_premium(contract_number: str, line: Line) -> tuple[PremiumBill, ...]:
    """Bills of a contract's line that no standing entry of the books has paid, in the order of the batches.

    Whether a bill is paid is derived from the books (the entry's subject names batch and line), never marked.
    """
    paid = covers.paid_subjects(contract_number, line)
    by_key = _by_key((one.enrolment_key, one) for one in covers.covers_of_contract(contract_number, line))
    bills = (premium_bill(contract_number, line.value, key, some) for key, some in by_key.items())
    return tuple(one for one in bills if one.total_fen and premium_subject(one.key, line.value) not in paid)


def unpaid_refunds(contract_number: str, line: Line) -> tuple[PremiumBill, ...]:
    """Refunds of a contract's line that no standing entry of the books has given back, in the order of the batches.

    Nothing goes back before it was paid: a refund waits until the premium of every cover in it has been.
    """
    paid = covers.paid_subjects(contract_number, line)
    by_key = _by_key((end.key, one) for one in covers.covers_of_contract(contract_number, line) for end in one.ends)
    bills = (
        refund_bill(contract_number, line.value, key, some)
        for key, some in by_key.items()
        if all(premium_subject(one.enrolment_key, line.value) in paid for one in some)
    )
    return tuple(one for one in bills if one.total_fen and refund_subject(one.key, line.value) not in paid)


def _by_key(pairs: Iterable[tuple[str, Coverage]]) -> dict[str, list[Coverage]]:
    found: dict[str, list[Coverage]] = {}
    for key, one in pairs:
        found.setdefault(key, []).append(one)
    return found


# --- one batch --------------------------------------------------------------------------------------------------------


def _run(
    request: Request, plan: Planner, clock: Clock, *, dry_run: bool, consent: Consent | None = None
) -> EnrolmentResult:
    """Answer from the record, or decide and record, all in one transaction."""
    with unit_of_work():
        lock_keys("enrolment", [request.key])
        known = covers.batch(request.key)
        if known is not None:
            if known.content_hash != request.content_hash:
                raise Refused(kinds.SAME_KEY(key=request.key))
            return from_dict(known.result, repeated=True)
        contract = contracts.contract(request.contract)
        decided = plan(contract, scheme_of(contract))
        texts = (request.key, request.kind, contract.number, contract.scheme_id)
        result = summarise(decided, *texts, request.on, dry_run=dry_run)
        if not dry_run:
            _record(request, decided, result, clock, consent)
    return result


def _record(
    request: Request, plan: EnrolmentPlan, result: EnrolmentResult, clock: Clock, consent: Consent | None
) -> None:
    batch = covers.Batch(request.key, request.kind, request.content_hash, as_dict(result))
    pk = covers.record_batch(batch, request.contract, request.on, result.list_hash, clock.now())
    covers.record_coverages(pk, request.contract, [one.coverage for one in plan.enter])
    covers.record_ends(pk, plan.leave)
    if consent is not None:
        for one in plan.enter:
            covers.record_consent(pk, one.coverage.person_id, consent)


def _plan(people: Sequence[PersonFacts], contract: Contract, scheme: Scheme, on: date) -> EnrolmentPlan:
    if len(people) > MAX_PEOPLE:
        raise Refused(kinds.TOO_MANY(found=len(people), limit=MAX_PEOPLE))
    ids = lock_people(one.person.id for one in people)
    plan = plan_enrolment(people, contract, scheme, covers.covers_touching(ids, contract.period), on)
    if not plan.leave:
        return plan
    leavers = {one.coverage.person_id for one in plan.leave}
    names = {one.person.id: _label(one) for one in people if one.person.id in leavers}
    return without_relied_on(plan, _relied_on([one.coverage for one in plan.leave]), names)


def _everybody(contract: Contract) -> list[PersonFacts]:
    """Everybody registered in the area, and everybody the contract insures who no longer is."""
    people = list(roster.people(contract.area, None))
    known = {one.person.id for one in people}
    people += roster.people_by_ids(covers.insured_ids(contract.number) - known).values()
    return people


def _people(identities: Iterable[str]) -> list[PersonFacts]:
    """These people with their facts, each once; Refused, naming everybody no roster knows."""
    wanted = list(dict.fromkeys(identities))
    known = roster.people_by_identities(wanted)
    unknown = [kinds.UNKNOWN_PERSON(person=mask(number)) for number in wanted if number not in known]
    if unknown:
        raise Refused(unknown)
    found = roster.people_by_ids(known[number].id for number in wanted)
    return [found[known[number].id] for number in wanted]


def _person(identity: str) -> PersonFacts:
    return _people([identity])[0]


def _held(person: PersonFacts, contract: Contract, on: date, reason: EndReason) -> list[Coverage]:
    """The person's covers of the contract that run on or after the day (by mistake: any that ever began)."""
    lock_people([person.person.id])
    touching = covers.covers_touching([person.person.id], contract.period).get(person.person.id, ())
    mine = [one for one in touching if one.contract == contract.number and one.in_force]
    if reason is EndReason.MISTAKEN:
        return [one for one in mine if on in one.period]
    return [one for one in mine if one.period.last_on > on]


def _ending(person: PersonFacts, contract: Contract, line: Line, reason: EndReason, on: date) -> Leaving:
    held = [one for one in _held(person, contract, on, reason) if one.line == line]
    terms = contract.line_of(line)
    if terms is None or not held:
        raise Refused(_no_cover(person, contract, line.zh, on))
    cover = held[-1]
    leaving = end_cover(contract, terms, cover, reason, date.min if reason is EndReason.MISTAKEN else on)
    if cover.ends and leaving.last_on >= cover.last_on:
        raise Refused(kinds.LATER_END(person=_label(person), ended_on=cover.last_on, last_on=leaving.last_on))
    number, day = _relied_on([cover]).get(cover.id, ("", leaving.last_on))
    if day > leaving.last_on:
        raise Refused(paid_since(leaving, _label(person), number, day))
    return leaving


def _relied_on(held: Sequence[Coverage]) -> dict[int, tuple[str, date]]:
    """For each cover, the latest settlement or claim that was settled, agreed or paid under it: number and day. V2."""
    found = settlements.relied_on(held)
    for relied in (claims.relied_on([one.id for one in held]), _waited_on(held)):
        for cover, last in relied.items():
            found[cover] = max(last, found.get(cover, last), key=lambda one: one[1])
    return found


def _waited_on(held: Sequence[Coverage]) -> dict[int, tuple[str, date]]:
    """The same for bills answered to a hospital that wait for another payer: ours is added when it has spoken."""
    waiting = stay_settlement.waiting_for(one.person_id for one in held)
    found: dict[int, tuple[str, date]] = {}
    for one in held if waiting else ():
        scheme = scheme_of(contracts.contract(one.contract))
        pays_bills = any(scheme.benefits[name].kind is Kind.BILL for name in scheme.products[one.product].benefits)
        rests = [row for row in waiting.get(one.person_id, ()) if pays_bills and row[1] in one.period]
        if rests:
            found[one.id] = max(rests, key=lambda row: row[1])
    return found


def _no_cover(person: PersonFacts, contract: Contract, line: str, on: date) -> Problem:
    return kinds.NO_COVER(person=_label(person), contract=contract.number, line=line, line_en=line, on=on)


def _label(person: PersonFacts) -> str:
    return f"{person.person.name}（{mask(person.person.identity)}）"
