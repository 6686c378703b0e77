"""What a contract's line made or lost, and whose it is by the contract's bands. SD-5 (profit-and-loss adjustment).

The bands are the contract's: no document gives their numbers. Each part of a result that falls into a band is split by
that band's share; the insurer's parts are rounded half up to the fen, and the rest is the public side's, to the fen.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from huibao.domain.plan.contract import Band, Contract
from huibao.kernel.fen import BP_ONE, Fen, half_up
from huibao.kernel.invariant import invariant


@dataclass(frozen=True, slots=True)
class Account:
    """A line's year in sums, fen >= 0: what came as premium, what went out, what moved between lines."""

    premium_fen: Fen
    """Paid less given back."""
    moved_in_fen: Fen
    moved_out_fen: Fen
    benefits_fen: Fen
    """Settlements and claims that stand."""
    operating_fen: Fen

    @property
    def result_fen(self) -> int:
        """Profit (> 0) or loss (< 0), fen."""
        held = self.premium_fen + self.moved_in_fen - self.moved_out_fen
        return held - self.benefits_fen - self.operating_fen


@dataclass(frozen=True, slots=True)
class Result:
    """A result and its two parts, which sum to it; both negative for a loss. A1."""

    account: Account
    insurer_fen: int
    """What the insurer keeps, or bears."""
    public_fen: int
    """What goes back to the fund; of a loss, what next year's premium has to make up."""


def result_of(contract: Contract, account: Account) -> Result:
    """Split a line's result by the contract's bands, of which every contract states those of profit and of loss. SD-5."""
    found = account.result_fen
    bands = contract.profit_bands if found >= 0 else contract.loss_bands
    sign = 1 if found >= 0 else -1
    kept = sign * insurer_part(abs(found), account.premium_fen, bands)
    result = Result(account, kept, found - kept)
    invariant(result.insurer_fen * sign >= 0 and result.public_fen * sign >= 0, "A1", f"{kept} of {found}")
    return result


def insurer_part(amount_fen: int, premium_fen: int, bands: Sequence[Band]) -> int:
    """The insurer's part of a profit or loss >= 0, fen; the first band begins at nothing, each ends where the next begins.

    An edge that is not a whole fen is cut down to one.
    """
    edges = [premium_fen * band.from_bp // BP_ONE for band in bands]
    part = 0
    for band, low, high in zip(bands, edges, [*edges[1:], amount_fen], strict=True):
        part += half_up(max(min(amount_fen, high) - low, 0) * band.insurer_bp)
    return part
