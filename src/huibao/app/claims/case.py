"""One case as a desk shows it: the claim with its clocks, the person masked, the trail of rules, the way of the sum, who is paid."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from huibao.app.access import Actor as Account
from huibao.app.access import Noun, Verb
from huibao.app.claims.basis import FIRST_PAYER_INPUT, event_benefits, settings_of
from huibao.app.claims.consent import Consent, above_limit, consent, deviation_fen
from huibao.app.claims.desk import opened, shown_names
from huibao.app.claims.view import ClaimView, Explained, explained, view_of
from huibao.app.contract_text import scheme_of
from huibao.app.person import Purpose, masked_name
from huibao.domain.claims.beneficiaries import Beneficiary, parts
from huibao.domain.claims.claim import FIRST_PAYER_CAUSES, Claim
from huibao.domain.claims.waterfall import Fall, waterfall
from huibao.domain.payout.answers import Answer
from huibao.domain.payout.lines import read_account, tail
from huibao.domain.plan import Contract
from huibao.domain.roster.person import FactKind
from huibao.kernel.clock import Clock
from huibao.kernel.identity import mask
from huibao.rules.compiler import compile_benefit
from huibao.rules.program import Program
from huibao.rules.shelf import open_scheme
from huibao.store import claim as store
from huibao.store import coverage as covers
from huibao.store import payee as payees
from huibao.store import payout as payouts
from huibao.store import roster
from huibao.store.payee import Account as BankAccount
from huibao.store.payee import VisitRow
from huibao.store.payout import LineRecord
from huibao.store.trail import Deed, append
from huibao.store.unit import unit_of_work

ROSTER: Final = 0
"""Number of the account that stands on the roster."""


@dataclass(frozen=True, slots=True)
class Masked:
    """The insured person as a case shows one: never the whole name or number."""

    id: int
    name: str
    identity: str
    birth_year: int


@dataclass(frozen=True, slots=True)
class Payee:
    """Somebody who is to be paid: the part, and the account by its last digits; None while there is none."""

    name: str
    shown: str
    fen: int
    account: BankAccount | None
    refused: LineRecord | None
    """The line the bank rejected and that waits for another account."""
    waiting: LineRecord | None
    """The line that is with the bank, or was paid."""
    dead: bool = False
    """The insured person, known to be dead, while nobody is named in his or her place."""


@dataclass(frozen=True, slots=True)
class Case:
    """Everything one page shows."""

    view: ClaimView
    contract: Contract
    person: Masked
    explained: tuple[Explained, ...]
    falls: tuple[Fall, ...]
    payees: tuple[Payee, ...]
    visits: tuple[VisitRow, ...]
    consent: Consent
    deviation_fen: int
    above_limit: bool
    waits_for_first: bool
    programs: tuple[Program, ...]
    """The benefits the claim is assessed by."""
    names: Mapping[str, str]

    @property
    def claim(self) -> Claim:
        """The claim itself."""
        return self.view.claim

    @property
    def step(self) -> int:
        """Number of its last step: the version a form is drawn from."""
        return self.claim.events[-1].no


def case(account: Account, number: str, clock: Clock, source: str = "") -> Case:
    """A case for who may see it; the look is on record."""
    claim, contract = opened(account, number, Verb.READ)
    record = roster.person_records([claim.facts.person_id])[claim.facts.person_id]
    person = record.person
    lines = explained(claim)
    found, now = claim.assessment, consent(number)
    programs = programs_of(claim, contract)
    with unit_of_work():
        append(
            Deed(
                clock.now(),
                account.staff_id,
                account.role.value,
                Verb.READ.value,
                Noun.PERSON.value,
                str(person.id),
                area=contract.area,
                purpose=Purpose.CLAIM.value,
                source=source,
            )
        )
    return Case(
        view=view_of(claim, contract, clock.today()),
        contract=contract,
        person=Masked(person.id, masked_name(person.name), mask(person.identity), person.birth_on.year),
        explained=lines,
        falls=falls(claim, lines),
        payees=payees_of(claim, now),
        visits=payees.visits([contract.number], number=number),
        consent=now,
        deviation_fen=deviation_fen(found),
        above_limit=above_limit(found, contract),
        waits_for_first=waits_for_first(claim, programs),
        programs=programs,
        names=shown_names([*(event.by.name for event in claim.events), claim.handler]),
    )


def falls(claim: Claim, told: tuple[Explained, ...]) -> tuple[Fall, ...]:
    """The way of the sum from the bill to the payout; nothing while nothing is assessed."""
    found = claim.assessment
    if found is None:
        return ()
    programs = [
        compile_benefit(open_scheme(run.scheme_id), run.benefit, run.on, run.known_on, dict(run.settings))
        for run in found.runs
    ]
    before = sum(payment.fen for payment in claim.payments) if claim.owed_fen or claim.decision is None else 0
    return waterfall(found, programs, [one.lines for one in told], min(before, found.fen))


def waits_for_first(claim: Claim, programs: tuple[Program, ...]) -> bool:
    """Whether the disaster insurance pays first and its amount is not known. SD-4.2."""
    if claim.facts.cause not in FIRST_PAYER_CAUSES or claim.first_payer is not None:
        return False
    return any(entry.name == FIRST_PAYER_INPUT for program in programs for entry in program.inputs)


def programs_of(claim: Claim, contract: Contract) -> tuple[Program, ...]:
    """The benefits a claim is assessed by, as of the day of the accident."""
    at = store.coverage_id_of(claim.number)
    cover = covers.cover(at) if at is not None else None
    if cover is None:
        return ()
    scheme = scheme_of(contract)
    settings = settings_of(contract, scheme)
    day = claim.facts.happened_on
    return tuple(compile_benefit(scheme, name, day, None, settings) for name in event_benefits(scheme, cover))


def payees_of(claim: Claim, now: Consent | None = None) -> tuple[Payee, ...]:
    """Who is to be paid, with accounts and what became of earlier lines; parts of 0 while nothing is owed or assessed.

    Of an advance that was agreed to these are its parts: it is what is paid next.
    """
    own = accounts_of([claim])
    agreed = (now or consent(claim.number)).advance_agreed
    ahead_fen = None if agreed is None else int(agreed.request.fen)
    return payees_with(claim, own, payouts.lines_of([claim.number]), ahead_fen, dead_among([claim]))


def payees_with(
    claim: Claim,
    own: Mapping[tuple[str, str], BankAccount],
    lines: Sequence[LineRecord],
    ahead_fen: int | None = None,
    dead: frozenset[str] = frozenset(),
) -> tuple[Payee, ...]:
    """The same, where accounts and lines of several claims were asked for at once. `ahead_fen`: an advance to be paid."""
    found = claim.assessment
    fen = claim.owed_fen if claim.decision else found.fen - claim.paid_fen if found else 0
    fen = fen if ahead_fen is None else ahead_fen
    people = claim.beneficiaries or (Beneficiary(claim.facts.insured),)
    payment = len(claim.payments) + 1
    shown = []
    for name, part_fen in parts(max(fen, 0), people):
        mine = [line for line in lines if (line.claim, line.payment, line.payee) == (claim.number, payment, name)]
        last = mine[-1] if mine else None
        account = own.get((claim.number, name))
        rejected = last if last is not None and last.answer is Answer.REJECTED else None
        again = rejected is not None and account is not None and account.no > rejected.account_no
        waiting = last if rejected is None else None
        stuck = None if again else rejected
        shown.append(
            Payee(name, masked_name(name), part_fen, account, stuck, waiting, dead=claim.number in dead and not waiting)
        )
    return tuple(shown)


def accounts_of(claims: Sequence[Claim]) -> dict[tuple[str, str], BankAccount]:
    """The account of each payee: as recorded on the case, else for the insured person the one of the roster."""
    found = payees.accounts([one.number for one in claims])
    records = roster.person_records({one.facts.person_id for one in claims})
    for one in claims:
        record = records.get(one.facts.person_id)
        key = (one.number, one.facts.insured)
        digits = read_account(record.bank_account) if record is not None else ""
        if key not in found and isinstance(digits, str) and digits and not one.beneficiaries:
            found[key] = BankAccount(one.facts.insured, ROSTER, "", tail(digits))
    return found


def dead_among(claims: Sequence[Claim]) -> frozenset[str]:
    """Claims whose insured person is known to be dead while nobody is named to be paid: there is nobody to pay yet."""
    alone = {one.number: one.facts.person_id for one in claims if not one.beneficiaries}
    known = roster.people_by_ids(set(alone.values()))
    dead = {pk for pk, one in known.items() if any(fact.kind is FactKind.DEATH for fact in one.facts)}
    return frozenset(number for number, pk in alone.items() if pk in dead)
