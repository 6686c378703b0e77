"""A person as the offices see one: found by number, covers, facts with sources, bills, claims, and who has looked.

Nothing is shown in full unless a purpose is given, and every look is on record with it, so that the person can be told.
"""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from itertools import islice
from typing import Final

from huibao.app.access import BY_CONTRACT, Actor, Noun, Role, Verb, may
from huibao.domain.claims.words import NAMES
from huibao.domain.coverage import Coverage
from huibao.domain.plan import PayerKind
from huibao.domain.roster.person import Fact, FactKind
from huibao.kernel.clock import Clock
from huibao.kernel.division import DivisionTable
from huibao.kernel.fen import Fen
from huibao.kernel.identity import mask, read_identity
from huibao.kernel.problem import Problem, Refused, define
from huibao.rules.reference import division_table
from huibao.rules.shelf import open_scheme
from huibao.rules.vocabulary import Line
from huibao.store import claim as claims
from huibao.store import contract as contracts
from huibao.store import coverage as covers
from huibao.store import roster
from huibao.store import settlement as settlements
from huibao.store.roster import PersonRecord
from huibao.store.trail import Act, Deed, acts_about, append
from huibao.store.unit import unit_of_work

MOST_SHOWN: Final = 200
"""Bills or claims of one person on one page."""
MOST_READERS: Final = 20

NOT_HERE: Final = define(
    "PERSON-001",
    "您负责的名册中没有这个证件号码。",
    "请核对号码；刚办证或刚迁入的，可能在下一次名册中。",
    "Nobody with this number is on the rosters you are in charge of.",
    "Check the number; who has just moved or got a certificate may be on the next roster.",
)
NO_PURPOSE: Final = define(
    "PERSON-002",
    "请选择查看完整信息的用途。",
    "用途会记录下来，本人可以查到。",
    "Choose what the full details are needed for.",
    "The purpose is recorded, and the person can ask for it.",
)


class Purpose(StrEnum):
    """What somebody's full details may be needed for."""

    CHECK_IDENTITY = "check_identity"
    CALL_BACK = "call_back"
    CLAIM = "claim"
    CORRECT_ROSTER = "correct_roster"
    COMPLAINT = "complaint"


PURPOSES: Final = {
    Purpose.CHECK_IDENTITY: ("当面核对身份", "check who is standing here"),
    Purpose.CALL_BACK: ("电话联系本人或亲属", "call the person or a relative"),
    Purpose.CLAIM: ("办理理赔", "handle a claim"),
    Purpose.CORRECT_ROSTER: ("更正名册信息", "correct the roster"),
    Purpose.COMPLAINT: ("处理投诉或信访", "answer a complaint"),
}


PAYERS: Final[dict[str, tuple[str, str]]] = {
    "surplus": ("上年结余", "last year's surplus"),
    PayerKind.GOVERNMENT_FUND: ("财政资金", "government fund"),
    PayerKind.SELF: ("本人", "the person"),
    PayerKind.CLOSE_RELATIVE: ("近亲属", "a close relative"),
    PayerKind.DONOR: ("捐赠", "a donor"),
}


class Standing(StrEnum):
    """How a cover stands on a day."""

    NOW = "now"
    LATER = "later"
    PAST = "past"


@dataclass(frozen=True, slots=True)
class HeldNow:
    """A cover with how it stands today."""

    cover: Coverage
    standing: Standing
    payers: tuple[tuple[str, str, Fen], ...]
    """Chinese and English name of each payer, with what it pays, fen."""


@dataclass(frozen=True, slots=True)
class Saying:
    """A fact, its place by name."""

    fact: Fact
    place: str
    """Name of the place, where the fact is about one."""


@dataclass(frozen=True, slots=True)
class BillLine:
    """One settled bill in short: amounts in fen, nothing of the illness."""

    number: str
    on: date
    line: Line
    bill_fen: int
    paid_fen: int
    self_pay_fen: int
    reversed: bool


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """One claim in short."""

    number: str
    on: date
    line: Line
    state_zh: str
    state_en: str


@dataclass(frozen=True, slots=True)
class PersonPage:
    """Everything the page shows. `full` tells whether name, number, telephone and account are whole."""

    id: int
    area: str
    area_name: str
    full: bool
    name: str
    identity: str
    birth: str
    sex_zh: str
    phone: str
    address: str
    bank_account: str
    covers: tuple[HeldNow, ...]
    sayings: tuple[Saying, ...]
    bills: tuple[BillLine, ...]
    claims: tuple[ClaimLine, ...]
    readers: tuple[Act, ...]
    may_unmask: bool

    @property
    def in_force(self) -> tuple[Coverage, ...]:
        """Covers that hold today: the answer to "is this person covered?"."""
        return tuple(one.cover for one in self.covers if one.standing is Standing.NOW)


def find(actor: Actor, text: str, clock: Clock, source: str = "") -> int:
    """The row of the person with this identity number, if the actor may know. Refused otherwise, always alike."""
    wrong = may(actor, Verb.FIND, Noun.PERSON)
    if wrong is not None:
        raise Refused(wrong)
    reading = read_identity(text, today=clock.today(), field="身份证号")
    if reading.value is None:
        raise Refused([_without_number(one, text) for one in reading.problems])
    found = roster.person_by_identity(reading.value)
    outcome = NOT_HERE.code
    area = ""
    if found is not None:
        area = roster.areas_of([found.id]).get(found.id, "")
        if _seen_by(actor, Verb.FIND, area, covers.covers_of_person(found.id)) is None:
            outcome = "done"
    with unit_of_work():
        ref = str(found.id) if found is not None and outcome == "done" else ""
        append(_deed(actor, clock, Verb.FIND, ref, area if ref else "", source, outcome=outcome))
    if found is None or outcome != "done":
        raise Refused(replace(NOT_HERE(), field="身份证号"))
    return found.id


def person_page(
    actor: Actor, person_id: int, clock: Clock, *, purpose: str | None = None, source: str = ""
) -> PersonPage | None:
    """The page of a person, masked; with a purpose in full. None where there is none. Every look is recorded."""
    record = roster.person_records([person_id]).get(person_id)
    if record is None:
        return None
    held = covers.covers_of_person(person_id)
    area = record.domicile[:6]
    verb = Verb.READ if purpose is None else Verb.UNMASK
    wrong = _seen_by(actor, verb, area, held)
    if purpose is not None and wrong is None and purpose not in set(Purpose):
        raise Refused(NO_PURPOSE())
    with unit_of_work():
        outcome = "done" if wrong is None else wrong.code
        append(_deed(actor, clock, verb, str(person_id), area, source, purpose=purpose or "", outcome=outcome))
    if wrong is not None:
        raise Refused(wrong)
    return _page(actor, record, area, held, clock.today(), full=purpose is not None)


def _page(
    actor: Actor, record: PersonRecord, area: str, held: tuple[Coverage, ...], today: date, *, full: bool
) -> PersonPage:
    one = record.person
    table = division_table()
    said = roster.people_by_ids([one.id])[one.id].facts
    own = _of_contracts(actor, held)
    # Who settles bills needs to know whether somebody is covered, not what else is known of him.
    brief = actor.role is Role.HOSPITAL_CASHIER
    return PersonPage(
        id=one.id,
        area=area,
        area_name=table.full_name_on(record.domicile, today) or table.full_name_on(area, today) or area,
        full=full,
        name=one.name if full else masked_name(one.name),
        identity=one.identity if full else mask(one.identity),
        birth=one.birth_on.isoformat() if full else f"{one.birth_on.year}",
        sex_zh=one.sex.zh,
        phone=record.phone if full else masked_tail(record.phone),
        address=record.address if full else "",
        bank_account=record.bank_account if full else masked_tail(record.bank_account),
        covers=tuple(HeldNow(cover, _standing(cover, today), _payers(cover)) for cover in reversed(own)),
        sayings=tuple(Saying(fact, _place(fact, table)) for fact in reversed(() if brief else said)),
        bills=() if brief else tuple(_bills(one.id, {cover.contract for cover in own})),
        claims=() if brief else tuple(_claims(one.id, {cover.contract for cover in own})),
        readers=() if brief else acts_about(Noun.PERSON.value, str(one.id), MOST_READERS),
        may_unmask=may(actor, Verb.UNMASK, Noun.PERSON) is None,
    )


def masked_name(name: str) -> str:
    """The first character alone, and two stars at most: a long name shows no length, and no voice reads a row of stars."""
    return name[:1] + "*" * min(max(len(name) - 1, 1), 2) if name else ""


def masked_tail(text: str) -> str:
    """The last four characters alone."""
    return "*" * max(len(text) - 4, 0) + text[-4:] if len(text) > 4 else "*" * len(text)  # noqa: PLR2004 - four are shown


def _seen_by(actor: Actor, verb: Verb, area: str, held: tuple[Coverage, ...]) -> Problem | None:
    """None when the actor may: by area, or for insurers by a contract the person is, or was, covered under."""
    if actor.role not in BY_CONTRACT:
        return may(actor, verb, Noun.PERSON, area or "000000")
    problem = may(actor, verb, Noun.PERSON, "000000")
    for cover in held:
        problem = may(actor, verb, Noun.PERSON, cover.area, cover.contract)
        if problem is None:
            return None
    return problem


def _of_contracts(actor: Actor, held: tuple[Coverage, ...]) -> tuple[Coverage, ...]:
    """An insurer sees its own contracts only."""
    if actor.role not in BY_CONTRACT:
        return held
    own = {reach.contract for reach in actor.reaches}
    return tuple(cover for cover in held if cover.contract in own)


def _standing(cover: Coverage, today: date) -> Standing:
    days = cover.in_force
    if days is None or days.last_on < today:
        return Standing.PAST
    return Standing.NOW if today in days else Standing.LATER


def _place(fact: Fact, table: DivisionTable) -> str:
    if fact.kind is not FactKind.DOMICILE:
        return ""
    return table.full_name_on(fact.value, fact.from_on) or fact.value


def _payers(cover: Coverage) -> tuple[tuple[str, str, Fen], ...]:
    """Payers by name: a fund as the contract's scheme calls it, anybody else by kind."""
    funds = open_scheme(contracts.contract(cover.contract).scheme_id).funds
    found = []
    for share in cover.shares:
        fund = funds.get(share.payer)
        zh, en = (
            (fund.title.zh, fund.title.en) if fund is not None else PAYERS.get(share.payer, PAYERS[share.payer_kind])
        )
        found.append((zh, en, share.fen))
    return tuple(found)


def _bills(person_id: int, contracts: set[str]) -> list[BillLine]:
    found = []
    for one in islice(settlements.settlements(person_id=person_id), MOST_SHOWN):
        if one.reverses is None and one.contract in contracts:
            paid = one.bill_total_fen - one.self_pay_fen
            line = Line(one.line)
            gone = one.reversed_by is not None
            found.append(BillLine(one.number, one.settles_on, line, one.bill_total_fen, paid, one.self_pay_fen, gone))
    return found[::-1]


def _claims(person_id: int, contracts: set[str]) -> list[ClaimLine]:
    found = []
    for one in islice(claims.claims(person_id=person_id), MOST_SHOWN):
        if one.facts.contract in contracts:
            zh, en = NAMES[one.events[-1].to]
            found.append(ClaimLine(one.facts.number, one.facts.happened_on, one.facts.line, zh, en))
    return found[::-1]


def _without_number(problem: Problem, text: str) -> Problem:
    """The finding without what was typed: it stands in the field already, and a page may be printed."""
    said = text.strip()
    if not said:
        return problem
    zh, en = problem.says.replace(f"：{said}", ""), problem.says_en.replace(f": {said}", "")
    return replace(problem, says=zh.replace(said, "…"), says_en=en.replace(said, "…"))


def _deed(
    actor: Actor,
    clock: Clock,
    verb: Verb,
    ref: str,
    area: str,
    source: str,
    *,
    purpose: str = "",
    outcome: str = "done",
) -> Deed:
    noun = Noun.PERSON.value
    return Deed(clock.now(), actor.staff_id, actor.role.value, verb.value, noun, ref, area, purpose, outcome, source)
