"""The bill for a batch: what each payer owes the insurer for a contract's line, and the fingerprint of the list. P1."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from huibao.domain.coverage.cover import Coverage, CoverageEnd
from huibao.domain.premium import Share
from huibao.kernel.fen import Fen
from huibao.kernel.invariant import invariant


@dataclass(frozen=True, slots=True)
class PremiumBill:
    """What is owed for one batch and line: people, sum, sums by payer (nobody with nothing), and the list's hash."""

    contract: str
    line: str
    key: str
    """Key of the batch; the ledger's entry names it as its subject, and what has such an entry is paid."""
    people: int
    total_fen: Fen
    by_payer: tuple[Share, ...]
    list_hash: str


def premium_subject(key: str, line: str) -> str:
    """Subject of the ledger's entry by which a batch's premium of a line is paid."""
    return f"{key}:{line}"


def refund_subject(key: str, line: str) -> str:
    """Subject of the ledger's entry by which a batch's refunds of a line go back."""
    return f"{key}:{line}:refund"


def refund_bill(contract: str, line: str, key: str, covers: Sequence[Coverage]) -> PremiumBill:
    """What goes back by a batch for one line, and to whom. P1."""
    mine = [
        (one, end)
        for one in covers
        for end in one.ends
        if (one.contract, one.line.value, end.key) == (contract, line, key)
    ]
    by_payer = by_payers(share for _, end in mine for share in end.refunds)
    total = Fen(sum(share.fen for share in by_payer))
    return PremiumBill(contract, line, key, len(mine), total, by_payer, list_hash((), mine))


def premium_bill(contract: str, line: str, key: str, covers: Sequence[Coverage]) -> PremiumBill:
    """The bill over the covers a batch made for one line. Parts sum to the premiums. P1, SD-7.4."""
    mine = [one for one in covers if (one.contract, one.line.value, one.enrolment_key) == (contract, line, key)]
    by_payer = by_payers(share for one in mine for share in one.shares)
    total = Fen(sum(one.premium_fen for one in mine))
    invariant(total == sum(share.fen for share in by_payer), "P1", f"bill of {key} for {line}")
    return PremiumBill(contract, line, key, len(mine), total, by_payer, list_hash(mine))


def by_payers(shares: Iterable[Share]) -> tuple[Share, ...]:
    """Sums by payer, in the order of kind and name; payers of nothing are left out."""
    sums: dict[tuple[str, str], Share] = {}
    for share in shares:
        at = (share.payer_kind.value, share.payer)
        known = sums.get(at)
        sums[at] = Share(share.payer_kind, share.payer, Fen(share.fen + (known.fen if known else 0)))
    return tuple(sums[at] for at in sorted(sums) if sums[at].fen)


def list_hash(covers: Iterable[Coverage], ends: Iterable[tuple[Coverage, CoverageEnd]] = ()) -> str:
    """Fingerprint of the list as handed to the insurer, sha256 in hex: who, line, days, premium and payers.

    The order in which people were read does not matter.
    """
    rows = [
        [one.person_id, one.line.value, one.product, one.variant, one.death_cover, str(one.period), one.premium_fen]
        + [[share.payer_kind.value, share.payer, share.fen] for share in one.shares]
        for one in covers
    ]
    rows += [
        [one.person_id, one.line.value, end.reason.value, str(end.last_on)]
        + [[share.payer_kind.value, share.payer, share.fen] for share in end.refunds]
        for one, end in ends
    ]
    lines = sorted(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows)
    return sha256("\n".join(lines).encode()).hexdigest()
