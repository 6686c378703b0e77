"""Paying by file: what is decided goes to the bank once, and what the bank says closes each claim. SD-6.4, L6, T2.

A claim is paid, and its entry posted, when the bank has paid every part of it. A part the bank rejects waits for another
account; a part the bank is silent about waits for the bank. Account numbers stand in the file alone.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Final

from huibao.app import approvals
from huibao.app.access import Actor as Account
from huibao.app.access import Noun, Verb, may, must
from huibao.app.claims.case import ROSTER, Payee, accounts_of, dead_among, payees_with
from huibao.app.claims.consent import consent
from huibao.app.claims.desk import contracts_of
from huibao.app.claims.money import advance, pay
from huibao.domain.approval import Approval, Kind
from huibao.domain.approval import State as Stage
from huibao.domain.claims.claim import Actor, Claim, Role, State
from huibao.domain.payout import problems
from huibao.domain.payout.answers import Answer, Reconciled, Sent, read_answers, reconcile
from huibao.domain.payout.lines import MAX_LINES, PaymentLine, file_text, hash_in, read_account
from huibao.kernel.clock import Clock
from huibao.kernel.fen import yuan_text
from huibao.kernel.invariant import invariant
from huibao.kernel.problem import Problem, Refused
from huibao.store import approval as approval_store
from huibao.store import claim as claims
from huibao.store import contract as contracts
from huibao.store import payee as payees
from huibao.store import payout as store
from huibao.store import roster, standing
from huibao.store.locks import lock_accumulators, lock_keys
from huibao.store.payee import Account as BankAccount
from huibao.store.payout import FileRecord, LineRecord, NewLine
from huibao.store.standing import Wanted
from huibao.store.trail import Deed, append
from huibao.store.unit import unit_of_work

LOCK: Final = "payment file"
DUE: Final = (State.DECIDED,)
EVERYWHERE: Final = ""
"""A contract's number is enough to find what is asked under it."""
MAX_ADVANCES: Final = 200
"""Advances of one contract that wait at a time: they are the exception; the rest goes into the next file."""


@dataclass(frozen=True, slots=True)
class DueClaim:
    """A claim that is decided, or to be paid on ahead: whom it pays, and what keeps a part back."""

    claim: Claim
    due_on: date | None
    payees: tuple[Payee, ...]
    ahead: Approval | None = None
    """The advance that is paid here: the claim itself is not decided. Insurance Law art. 25."""

    @property
    def ready(self) -> tuple[tuple[int, Payee], ...]:
        """Parts that can go to the bank now, with their number."""
        return tuple(
            (at, one)
            for at, one in enumerate(self.payees, 1)
            if one.fen and one.account and not (one.refused or one.waiting or one.dead)
        )


@dataclass(frozen=True, slots=True)
class Due:
    """What is to be paid under one contract: every decided claim, the parts that are ready, and a mark of exactly those."""

    contract: str
    claims: tuple[DueClaim, ...]
    more: int
    """Decided claims past the limit of one file."""

    @property
    def ready(self) -> tuple[tuple[DueClaim, int, Payee], ...]:
        """Every part that can go to the bank now."""
        return tuple((one, at, payee) for one in self.claims for at, payee in one.ready)[:MAX_LINES]

    @property
    def fen(self) -> int:
        """What those make together."""
        return sum(payee.fen for _, _, payee in self.ready)

    @property
    def mark(self) -> str:
        """A fingerprint of what is ready: what was looked at is what is paid."""
        said = [(one.claim.number, at, payee.fen, payee.account and payee.account.no) for one, at, payee in self.ready]
        return hashlib.sha256(repr(said).encode()).hexdigest()[:32]

    @property
    def words(self) -> str:
        """Count and sum, for a sentence."""
        return f"{len(self.ready)} 笔 {yuan_text(self.fen)} 元"


def due(account: Account, contract: str, clock: Clock) -> Due:
    """What is decided and not paid under a contract, what is due first at the top."""
    _must(account, Verb.READ, contract)
    wanted = Wanted((contract,), states=DUE)
    rows = standing.queue(wanted, clock.today(), 0, MAX_LINES)
    ahead = advances(contract)
    due_on = {row.number: row.standing.due_on for row in rows}
    for number in ahead:
        now = standing.kept(number)
        due_on[number] = now.due_on if now is not None else None
    found = {one.number: one for one in claims.claims_of(list(due_on))}
    own = accounts_of(list(found.values()))
    lines, dead = store.lines_of(list(found)), dead_among(list(found.values()))
    shown = tuple(
        DueClaim(
            found[number],
            due_on[number],
            _payees(found[number], own, lines, ahead.get(number), dead),
            ahead.get(number),
        )
        for number in (*ahead, *(row.number for row in rows if row.number not in ahead))
    )
    return Due(contract, shown, max(standing.how_many(wanted, clock.today()) - MAX_LINES, 0))


def advances(contract: str) -> dict[str, Approval]:
    """Advances under a contract that were agreed to and wait to be paid, by claim, the oldest first."""
    kinds = frozenset({Kind.CLAIM_ADVANCE})
    wanted = approval_store.Wanted(kinds, (Stage.APPROVED,), (approval_store.Remit(EVERYWHERE, contract),))
    return {one.request.subject: one for one in approval_store.page(wanted, 0, MAX_ADVANCES)}


def _payees(
    claim: Claim,
    own: Mapping[tuple[str, str], BankAccount],
    lines: Sequence[LineRecord],
    ahead: Approval | None,
    dead: frozenset[str],
) -> tuple[Payee, ...]:
    fen = None if ahead is None else int(ahead.request.fen)
    return payees_with(claim, own, _of(lines, claim.number), fen, dead)


def make_file(account: Account, contract: str, mark: str, shown: str, key: str, clock: Clock, source: str = "") -> str:
    """Make a payment file of what was shown as ready; returns its number. The same key gives the first one again."""
    _must(account, Verb.PAY, contract)
    full = f"payout/{account.staff_id}/{key}"
    with unit_of_work():
        lock_keys(LOCK)
        known = store.file_by_key(full)
        if known is not None:
            return known
        lock_accumulators([one.claim.facts.person_id for one in due(account, contract, clock).claims])
        now = due(account, contract, clock)
        if not now.ready:
            raise Refused(problems.NOTHING())
        if now.mark != mark:
            raise Refused(problems.CHANGED(shown=shown, now=now.words))
        today = clock.today()
        number = store.next_number(contracts.contract(contract).area, today.year)
        new = [_line(one, at, payee) for one, at, payee in now.ready]
        text = file_text(number, contract, today, [_written(number, no, line) for no, line in enumerate(new, 1)])
        store.record_file(number, contract, new, hash_in(text), full, account.name, today, clock.now())
        _note(account, number, contract, Verb.PAY.value, clock, source)
    return number


def text_of(account: Account, number: str, clock: Clock, source: str = "") -> str:
    """The file again, to the byte; fetching it is on record."""
    found = opened(account, number, Verb.PAY)
    digits = store.digits(number)
    lines = [
        PaymentLine(line.reference, line.payee, digits[line.no], line.bank, line.fen, _purpose(line.claim))
        for line in store.lines(number)
    ]
    text = file_text(number, found.contract, found.made_on, lines)
    invariant(hash_in(text) == found.hash, "L6", f"{number}: the file is not what it was")
    with unit_of_work():
        _note(account, number, found.contract, Verb.EXPORT.value, clock, source)
    return text


def opened(account: Account, number: str, verb: Verb = Verb.READ) -> FileRecord:
    """A file this account may see or act on; one of another contract is answered like none."""
    found = store.file(number)
    must(account, verb, Noun.PAYMENT_FILE)
    if found is None:
        raise Refused(problems.UNKNOWN_FILE(number=number))
    area = contracts.contract(found.contract).area
    if may(account, verb, Noun.PAYMENT_FILE, area, found.contract) is not None:
        raise Refused(problems.UNKNOWN_FILE(number=number))
    return found


def files(account: Account, start: int, count: int) -> Sequence[FileRecord]:
    """Payment files of this account's contracts, the latest first."""
    must(account, Verb.READ, Noun.PAYMENT_FILE)
    return store.files(contracts_of(account), start, count)


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What became of a bank's file: `again` when this very file had been taken in before; `closed` claims were paid off."""

    found: Reconciled
    closed: tuple[str, ...]
    again: bool = False


def take_in(account: Account, number: str, content: bytes, clock: Clock, source: str = "") -> TakenIn:
    """Take in the bank's answer: paid, rejected, silent, unknown; each line at most once. Refused as a whole if unreadable."""
    file = opened(account, number, Verb.PAY)
    rows, unread = read_answers(content)
    digest = hashlib.sha256(content).hexdigest()
    with unit_of_work():
        lock_keys(LOCK)
        again = store.return_known(number, digest)
        sent = store.lines(number)
        found = reconcile([Sent(line.reference, line.fen, line.answer) for line in sent], rows)
        touched = sorted({line.claim for line in sent})
        lock_accumulators([one.facts.person_id for one in claims.claims_of(touched)])
        store.answer(number, found.news, clock.now())
        closed, stuck = _close(account, touched, clock)
        odd = (*unread, *found.odd, *stuck)
        if not again:
            paid = sum(row.answer is Answer.PAID for row in found.news)
            store.record_return(
                number,
                digest,
                {
                    "rows": len(rows) + len(unread),
                    "paid": paid,
                    "rejected": len(found.news) - paid,
                    "known": len(found.known),
                    "odd": [[one.row or 0, one.code, one.says] for one in odd],
                    "by": account.name,
                    "taken_at": clock.now(),
                },
            )
            _note(account, number, file.contract, "take_in", clock, source)
    return TakenIn(Reconciled(found.news, found.known, odd, found.silent), closed, again)


def _close(account: Account, numbers: Sequence[str], clock: Clock) -> tuple[tuple[str, ...], tuple[Problem, ...]]:
    """Pay off each claim of whose payment the bank has paid every part; what cannot be entered is named and waits."""
    closed: list[str] = []
    stuck: list[Problem] = []
    for number in numbers:
        claim = claims.claim(number)
        ahead = None if claim is None or claim.state is not State.ASSESSED else advance_of(number)
        if claim is None or (claim.state is not State.DECIDED and ahead is None):
            continue
        due_fen = claim.owed_fen if ahead is None else int(ahead.request.fen)
        payment = len(claim.payments) + 1
        lines = [line for line in store.lines_of([number]) if line.payment == payment]
        paid = [line for line in lines if line.answer is Answer.PAID]
        if sum(line.fen for line in paid) != due_fen:
            continue
        on = max(*(line.answered_on or clock.today() for line in paid), claim.events[-1].on)
        try:
            with unit_of_work():
                _pay(account, claim, payment, min(on, clock.today()), clock)
        except Refused as refused:
            stuck += refused.problems
        else:
            closed.append(number)
    return tuple(closed), tuple(stuck)


def _pay(account: Account, claim: Claim, payment: int, on: date, clock: Clock) -> None:
    """Enter one payment, by the approval it was put up under where there is one: the entry names it. T3."""
    by = Actor(Role.PAYER, account.name)
    key = f"payout/{claim.number}/{payment}"
    ahead = claim.state is State.ASSESSED
    asked = advance_of(claim.number) if ahead else approval_store.open_about(Kind.CLAIM_PAYMENT, claim.number)
    if asked is None or asked.state is not Stage.APPROVED:
        pay(claim.number, by, key, clock, on)
        return
    do = advance if ahead else pay
    approvals.pay(account, asked.number, clock, partial(_paid, do, claim.number, by, key, on))


def advance_of(claim: str) -> Approval | None:
    """The advance on a claim that was agreed to and waits to be paid."""
    return consent(claim).advance_agreed


def _paid(
    do: Callable[..., Claim], number: str, by: Actor, key: str, on: date, approval: Approval, clock: Clock
) -> str:
    return do(number, by, key, clock, on, approval.text).payments[-1].entry_key


def _line(one: DueClaim, part: int, payee: Payee) -> NewLine:
    claim, account = one.claim, payee.account
    invariant(account is not None, "L6", f"{claim.number}: a part without an account is ready")
    assert account is not None  # noqa: S101 - said by the line above; for the type checker
    if account.no == ROSTER:
        raw = roster.person_records([claim.facts.person_id])[claim.facts.person_id].bank_account
    else:
        raw = payees.digits_of(claim.number, account)
    digits = read_account(raw)
    invariant(isinstance(digits, str), "L6", f"{claim.number}: an account that cannot be read is ready")
    payment = len(claim.payments) + 1
    return NewLine(claim.number, payment, part, payee.fen, payee.name, account.bank, str(digits), account.no)


def _written(number: str, no: int, line: NewLine) -> PaymentLine:
    return PaymentLine(store.reference(number, no), line.payee, line.digits, line.bank, line.fen, _purpose(line.number))


def _purpose(claim: str) -> str:
    return f"理赔款 {claim}"


def _of(lines: Sequence[LineRecord], number: str) -> tuple[LineRecord, ...]:
    return tuple(line for line in lines if line.claim == number)


def _must(account: Account, verb: Verb, contract: str) -> None:
    must(account, verb, Noun.PAYMENT_FILE, contracts.contract(contract).area, contract)


def _note(account: Account, number: str, contract: str, what: str, clock: Clock, source: str) -> None:
    area = contracts.contract(contract).area
    role = account.role.value
    append(Deed(clock.now(), account.staff_id, role, what, Noun.PAYMENT_FILE.value, number, area=area, source=source))
