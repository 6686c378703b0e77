"""Where the money of a contract came from and went to, per product line, counted from the books alone. SD-7.4, SD-5."""

from collections.abc import Iterable
from dataclasses import dataclass

from huibao.domain.ledger import AccountKind, AccountRef, Cause, Entry
from huibao.kernel.fen import Fen
from huibao.kernel.invariant import invariant


@dataclass(frozen=True, slots=True)
class SourceMoney:
    """Premium of one line from one source, fen, net of what went back to it."""

    line: str
    source: str
    """A fund's id, "surplus", or the kind of outside payer."""
    fen: Fen


@dataclass(frozen=True, slots=True)
class FlowOfLine:
    """What one cause moved into (+) or out of (−) a line's special account, fen."""

    line: str
    cause: str
    fen: int


@dataclass(frozen=True, slots=True)
class LineMoney:
    """The books of one contract: premium by source and line, movements by cause and line, and what is left."""

    contract: str
    sources: tuple[SourceMoney, ...]
    flows: tuple[FlowOfLine, ...]
    left: tuple[tuple[str, Fen], ...]
    """What each line's special account holds: the sum of its flows (A1)."""


def count_money(contract: str, entries: Iterable[Entry], causes: dict[str, Cause] | None = None) -> LineMoney:
    """Count a contract's money from entries in the order of the book. A reversal counts against what it reverses.

    `causes` gives the cause of entries outside the given ones that a reversal may name, by key.
    """
    known = dict(causes or {})
    sources: dict[tuple[str, str], int] = {}
    flows: dict[tuple[str, str], int] = {}
    for entry in entries:
        known[entry.key] = entry.cause
        cause = known.get(entry.reverses or entry.key, entry.cause)
        for move in entry.transfers:
            for account, other, sign in ((move.target, move.source, 1), (move.source, move.target, -1)):
                if account.kind is AccountKind.SPECIAL and account.owner == contract:
                    at = (account.line, cause.value)
                    flows[at] = flows.get(at, 0) + sign * move.fen
                    if cause in {Cause.PREMIUM_PAID, Cause.PREMIUM_REFUNDED}:
                        source = (account.line, source_name(other, move.payee))
                        sources[source] = sources.get(source, 0) + sign * move.fen
    left: dict[str, int] = {}
    for (line, _), fen in flows.items():
        left[line] = left.get(line, 0) + fen
    premium = sum(fen for (_, cause), fen in flows.items() if cause in {"premium_paid", "premium_refunded"})
    invariant(sum(sources.values()) == premium, "A1", f"{contract}: premium by source")
    return LineMoney(
        contract,
        tuple(SourceMoney(line, source, Fen(fen)) for (line, source), fen in sorted(sources.items())),
        tuple(FlowOfLine(line, cause, fen) for (line, cause), fen in sorted(flows.items())),
        tuple((line, Fen(fen)) for line, fen in sorted(left.items())),
    )


def source_name(account: AccountRef, payee: str = "") -> str:
    """The name by which a source of premium is reported: a fund's id, "surplus", or the outside payer."""
    if account.kind is AccountKind.REFUND:
        return payee or "refund"
    return account.fund or ("surplus" if account.kind is AccountKind.SURPLUS else account.owner)
