"""Premium: what one person's cover costs, who pays which part of it, and what goes back when cover is given up.

The documents fix the least premium (SD-4.1, SD-4.2) and who may pay (HN-2.1, HN-3.1, SD-5). What a part of the
period costs and what goes back are the contract's to say; the three rules found in practice are here.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from huibao.domain.plan import Contract, ContractLine, EndReason, PayerKind, PlannedShare, ProRata, Refunds
from huibao.domain.plan.checks import years_of
from huibao.kernel.apportion import apportion
from huibao.kernel.fen import BP_ONE, Fen, half_up
from huibao.kernel.invariant import invariant
from huibao.kernel.period import MONTHS_A_YEAR, Period, add_months


@dataclass(frozen=True, slots=True)
class Share:
    """What one payer pays, or gets back, for one cover, fen >= 0."""

    payer_kind: PayerKind
    payer: str
    """Fund id or donor id; "" where the kind says it all (self, close relative)."""
    fen: Fen


def months_begun(period: Period) -> int:
    """Months begun within a period, >= 1: 15 January to 14 February is one, to 15 February two. Civil Code art. 202."""
    months = (period.last_on.year - period.first_on.year) * MONTHS_A_YEAR
    months += period.last_on.month - period.first_on.month
    return months + 1 if add_months(period.first_on, months) <= period.last_on else months


def part_of_premium(contract: Contract, whole_fen: int, cover: Period) -> Fen:
    """What `cover` (within the contract's period) costs where the whole period costs `whole_fen` >= 0.

    0 <= result <= whole_fen; the whole period always costs the whole; more days never cost less where the
    contract's table does not fall. By the contract's rule, since SD and HN give none.
    """
    if cover == contract.period:
        return Fen(whole_fen)
    match contract.prorata:
        case ProRata.WHOLE_PREMIUM:
            return Fen(whole_fen)
        case ProRata.DAILY:
            return Fen(half_up(whole_fen * cover.days, contract.period.days))
        case ProRata.MONTHLY_SHORT_RATE:
            return Fen(half_up(whole_fen * contract.short_rate_bp[months_begun(cover) - 1]))


def premium_due(contract: Contract, line: ContractLine, cover: Period) -> Fen:
    """Premium for one person's cover of one line, fen, 0 <= x <= the line's whole premium."""
    return part_of_premium(contract, line.premium_fen, cover)


def floor_due(contract: Contract, yearly_floor_fen: int, cover: Period) -> Fen:
    """Least premium for a cover, fen: the scheme's floor for each policy year begun, by the contract's rule. P2.

    Reading: the floor is for a person and a policy year; cover for a part of the period owes the same part of
    it as of the premium, so that a joiner is neither refused nor made dearer by the floor. SD-4.1, SD-4.2.
    """
    return part_of_premium(contract, yearly_floor_fen * years_of(contract), cover)


def whole_shares(premium_fen: int, payers: Sequence[PlannedShare]) -> tuple[Fen, ...]:
    """What each payer pays of a whole premium, in the order of the plan: fixed amounts, then rates of the rest.

    The rest is split by largest remainder, so the parts sum to the premium exactly. P1. A checked plan never
    fixes more than the premium, nor leaves a rest without rates.
    """
    fixed = sum(payer.share_fen or 0 for payer in payers)
    rest = premium_fen - fixed
    rates = [payer.share_bp or 0 for payer in payers]
    invariant(rest >= 0 and (rest == 0 or sum(rates) == BP_ONE), "P1", f"premium {premium_fen}, fixed {fixed}")
    split = apportion(rest, rates) if sum(rates) else (0,) * len(payers)
    return tuple(Fen((payer.share_fen or 0) + part) for payer, part in zip(payers, split, strict=True))


def shares(premium_fen: int, whole_fen: int, payers: Sequence[PlannedShare]) -> tuple[Share, ...]:
    """Who pays what of a premium due (0 <= due <= whole): in proportion to the shares of a whole premium. P1."""
    weights = whole_shares(whole_fen, payers)
    parts = apportion(premium_fen, weights)
    invariant(sum(parts) == premium_fen and min(parts) >= 0, "P1", f"{parts} do not sum to {premium_fen}")
    return tuple(Share(payer.payer_kind, payer.payer, Fen(part)) for payer, part in zip(payers, parts, strict=True))


def refund_due(contract: Contract, line: ContractLine, reason: EndReason, kept: Period | None, paid_fen: int) -> Fen:
    """What goes back in all when only `kept` is used of a cover (None: it never began), fen, 0 <= x <= paid.

    Unused days go back by the pro-rata rule, so that who leaves has paid what who stayed so long would have;
    cover that never began goes back whole, whatever the rule. Whether anything goes back is the contract's to
    say for each reason.
    """
    if kept is None:
        return Fen(paid_fen)
    if contract.leaving.get(reason, Refunds.NONE) is Refunds.NONE:
        return Fen(0)
    return Fen(max(paid_fen - premium_due(contract, line, kept), 0))


def refund_shares(refund_fen: int, paid: Sequence[Share], returned: Sequence[Share] = ()) -> tuple[Share, ...]:
    """Who gets back what, in proportion to what each paid and has not got back; nobody more than that. P1.

    `returned` are earlier refunds of the same cover; 0 <= refund <= what is left.
    """
    left = [share.fen - sum(back.fen for back in returned if _same_payer(back, share)) for share in paid]
    invariant(0 <= refund_fen <= sum(left) and min(left, default=0) >= 0, "P1", f"refund {refund_fen} of {left}")
    parts = apportion(refund_fen, left) if refund_fen else (0,) * len(left)
    return tuple(Share(share.payer_kind, share.payer, Fen(part)) for share, part in zip(paid, parts, strict=True))


def _same_payer(one: Share, other: Share) -> bool:
    return (one.payer_kind, one.payer) == (other.payer_kind, other.payer)
