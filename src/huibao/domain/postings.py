"""What each event of the other nouns means for the books: one function per cause, an `Entry` out, nothing posted.

Keys are the caller's; the same key with the same content is posted once (L4). An event that moves no money has no
entry: call these with amounts above zero only.
"""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from huibao.domain.ledger import (
    AccountRef,
    Cause,
    Entry,
    SourceKind,
    Transfer,
    allocation,
    care_given,
    claims_paid,
    debt,
    fund,
    operating,
    outside,
    refunded,
    repaid,
    reversal,
    special,
    surplus,
    written_off,
)
from huibao.kernel.fen import Fen
from huibao.kernel.invariant import invariant

SURPLUS_PAYER = "surplus"
"""The fund id by which a contract names carried surplus as the payer of a premium. SD-5."""

GOVERNMENT_FUND = "government_fund"
"""The payer kind whose shares come out of earmarked money; all others come from outside."""


class PremiumShare(Protocol):
    """One payer's part of a premium, as `domain.premium` computes it (P1): who, and how many fen."""

    @property
    def payer_kind(self) -> str:
        """government_fund, self, close_relative or donor."""

    @property
    def payer(self) -> str:
        """The fund's id or the donor's; empty where the kind says it all."""

    @property
    def fen(self) -> Fen:
        """The part, fen, > 0."""


def fund_received(
    key: str, area: str, fund_id: str, fen: Fen, on: date, clause: str, source: SourceKind, giver: str = ""
) -> Entry:
    """Money comes into an area's earmarked fund from a budget, the levy or a donor. SD-5, HN-3.1."""
    move = Transfer(outside(source, giver), fund(area, fund_id), fen)
    return Entry(key, Cause.FUND_RECEIVED, f"{area}/{fund_id}", on, (move,), clause)


def fund_allocated(
    key: str, fund_id: str, from_area: str, blocks: Sequence[tuple[str, Fen]], on: date, clause: str
) -> Entry:
    """A province's block to its cities, or a city's to its counties: (area, fen) each. SD-5."""
    source = fund(from_area, fund_id)
    moves = tuple(Transfer(source, fund(area, fund_id), fen) for area, fen in blocks)
    return Entry(key, Cause.FUND_ALLOCATED, f"{from_area}/{fund_id}", on, moves, clause)


def line_allocated(
    key: str, area: str, fund_id: str, contract: str, line: str, fen: Fen, on: date, clause: str
) -> Entry:
    """Part of a fund is set aside for one contract's line. SD-5."""
    move = Transfer(fund(area, fund_id), allocation(contract, fund_id, line), fen)
    return Entry(key, Cause.LINE_ALLOCATED, contract, on, (move,), clause)


def premium_paid(
    key: str,
    contract: str,
    line: str,
    shares: Sequence[PremiumShare],
    on: date,
    clause: str = "SD-7.4",
    subject: str = "",
) -> Entry:
    """Premium of one line enters the insurer's special account, one transfer per payer. P1, SD-7.4, HN-2.1.

    `subject` names the batch that is paid (`domain.coverage.bill.premium_subject`), so that what is unpaid can be told
    from the books alone; it is paid once (L6), and without one the key stands for it. Shares of one payer are added up:
    a whole county's premium is a handful of transfers.
    """
    target = special(contract, line)
    sums: dict[tuple[str, str], int] = {}
    for share in shares:
        at = (str(share.payer_kind), share.payer)
        sums[at] = sums.get(at, 0) + share.fen
    moves = tuple(Transfer(_payer(contract, line, *who), target, Fen(fen)) for who, fen in sorted(sums.items()) if fen)
    invariant(sum(move.fen for move in moves) == sum(share.fen for share in shares), "P1", key)
    return Entry(key, Cause.PREMIUM_PAID, subject or key, on, moves, clause)


def premium_refunded(
    key: str,
    contract: str,
    line: str,
    shares: Sequence[PremiumShare],
    on: date,
    clause: str = "SD-3",
    subject: str = "",
) -> Entry:
    """Leavers' unused premium goes back where it came from: fund money to its fund's allocation, the rest out."""
    source = special(contract, line)
    moves = []
    for share in shares:
        if not share.fen:
            continue
        if str(share.payer_kind) == GOVERNMENT_FUND:
            target = _payer(contract, line, GOVERNMENT_FUND, share.payer)
            moves.append(Transfer(source, target, share.fen))
        else:
            payee = "/".join(dict.fromkeys((str(share.payer_kind), share.payer)))
            moves.append(Transfer(source, refunded(contract, line), share.fen, payee))
    return Entry(key, Cause.PREMIUM_REFUNDED, subject or key, on, tuple(moves), clause)


def settlement_paid(
    key: str, contract: str, line: str, settlement_number: str, fen: Fen, payee: str, on: date, clause: str = "SD-6.4"
) -> Entry:
    """A line's part of a settled bill is paid (fen > 0; a part of nothing has no entry). SD-6.4."""
    move = Transfer(special(contract, line), claims_paid(contract, line), fen, payee)
    return Entry(key, Cause.SETTLEMENT_PAID, settlement_number, on, (move,), clause)


def settlement_reversed(key: str, original: Entry, on: date, reason: str) -> Entry:
    """A settlement's payment is undone in full, after which the settlement may be paid anew. S5."""
    return reversal(original, key, on, reason)


def claim_paid(
    key: str,
    contract: str,
    line: str,
    claim_number: str,
    payments: Sequence[tuple[str, Fen]],
    on: date,
    clause: str = "SD-6.4",
    approval: str | None = None,
) -> Entry:
    """A claim's benefit is paid to (payee, fen) each, in exactly one entry (L6), by an approval if named. SD-4.2, SD-6.4."""
    source, target = special(contract, line), claims_paid(contract, line)
    moves = tuple(Transfer(source, target, fen, payee) for payee, fen in payments)
    return Entry(key, Cause.CLAIM_PAID, claim_number, on, moves, clause, approval)


def operating_cost(
    key: str, contract: str, line: str, fen: Fen, on: date, clause: str = "SD-5", reason: str = ""
) -> Entry:
    """The insurer's operating cost is taken from a line; its ceiling is checked where the premium is known. SD-5."""
    move = Transfer(special(contract, line), operating(contract, line), fen)
    return Entry(key, Cause.OPERATING_COST, contract, on, (move,), clause, reason=reason)


def line_moved(
    key: str, contract: str, from_line: str, to_line: str, fen: Fen, on: date, approval: str, clause: str = "SD-5"
) -> Entry:
    """Premium moves between two lines of a contract with an approval, seen in both lines' books. SD-5, SD-7.4."""
    move = Transfer(special(contract, from_line), special(contract, to_line), fen)
    return Entry(key, Cause.LINE_MOVED, contract, on, (move,), clause, approval)


def surplus_carried(
    key: str, from_contract: str, to_contract: str, line: str, fen: Fen, on: date, approval: str, clause: str = "SD-5"
) -> Entry:
    """What an ended contract's line has left waits as premium subsidy for the next contract's same line. SD-5."""
    move = Transfer(special(from_contract, line), surplus(to_contract, line), fen)
    return Entry(key, Cause.SURPLUS_CARRIED, from_contract, on, (move,), clause, approval)


def profit_returned(
    key: str, contract: str, line: str, target: AccountRef, fen: Fen, on: date, approval: str, clause: str = "SD-5"
) -> Entry:
    """Profit above the contract's band goes back into a `fund(area, fund_id)`. SD-5."""
    move = Transfer(special(contract, line), target, fen)
    return Entry(key, Cause.PROFIT_RETURNED, contract, on, (move,), clause, approval)


def insurer_paid_in(
    key: str, contract: str, line: str, insurer: str, fen: Fen, on: date, clause: str = "SD-7.4"
) -> Entry:
    """The insurer puts its own money into a special account that cannot meet its claims. SD-7.4 (solvency)."""
    move = Transfer(outside(SourceKind.INSURER, insurer), special(contract, line), fen)
    return Entry(key, Cause.INSURER_PAID_IN, contract, on, (move,), clause)


def care_on_credit(key: str, hospital: str, stay: str, settlement: str, fen: Fen, on: date) -> Entry:
    """What a person treated without deposit owes the hospital after a settlement, fen > 0. SD-6.4."""
    move = Transfer(care_given(hospital), debt(hospital, stay), fen)
    return Entry(key, Cause.CARE_ON_CREDIT, settlement, on, (move,), "SD-6.4")


def debt_repaid(key: str, hospital: str, stay: str, fen: Fen, on: date) -> Entry:
    """Part or all of a debt is paid to the hospital, fen > 0; never more than is owed (L5). SD-6.4."""
    move = Transfer(debt(hospital, stay), repaid(hospital), fen)
    return Entry(key, Cause.DEBT_REPAID, stay, on, (move,), "SD-6.4")


def debt_written_off(key: str, hospital: str, stay: str, fen: Fen, on: date, approval: str) -> Entry:
    """What is left of a debt is given up, by an approval, fen > 0. SD-6.4."""
    move = Transfer(debt(hospital, stay), written_off(hospital), fen)
    return Entry(key, Cause.DEBT_WRITTEN_OFF, stay, on, (move,), "SD-6.4", approval)


def debt_taken_over(
    key: str, hospital: str, stay: str, settlement: str, fen: Fen, on: date, *, repaid_fen: Fen, given_up_fen: Fen
) -> Entry:
    """A payer that came after settlement bears fen > 0 of what the person owed. SD-6.4.

    Where less is still owed, `repaid_fen` go back to the person and `given_up_fen` need no longer be given up: both are
    owed again for a moment, and then taken over. 0 <= repaid + given up <= fen.
    """
    invariant(0 <= repaid_fen + given_up_fen <= fen, "L6", f"{key}: {repaid_fen} + {given_up_fen} of {fen}")
    owed = debt(hospital, stay)
    moves = (
        Transfer(repaid(hospital), owed, repaid_fen, "person"),
        Transfer(written_off(hospital), owed, given_up_fen),
        Transfer(owed, care_given(hospital), fen),
    )
    return Entry(key, Cause.DEBT_TAKEN_OVER, settlement, on, tuple(move for move in moves if move.fen), "SD-6.4")


def _payer(contract: str, line: str, kind: str, payer: str) -> AccountRef:
    if kind != GOVERNMENT_FUND:
        return outside(SourceKind(kind), payer if SourceKind(kind) is SourceKind.DONOR else "")
    if payer == SURPLUS_PAYER:
        return surplus(contract, line)
    return allocation(contract, payer, line)
