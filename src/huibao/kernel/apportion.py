"""Shares that sum exactly to the whole: largest remainder (Hamilton's method)."""

from collections.abc import Sequence

MAX_SHARES = 1_000_000
"""More shares than any payment has parties; beyond it the caller has mixed up rows and shares."""


def apportion(total: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Split `total` (fen, any sign) by weights (>= 0, not all zero) so that the shares sum to it exactly.

    Each share is the exact one rounded down, then one unit more for the largest remainders; ties go to the
    earlier position. A negative total gives the negated split of the positive one. Weight 0 gets 0.
    """
    if len(weights) > MAX_SHARES:
        msg = f"at most {MAX_SHARES} shares, found {len(weights)}"
        raise ValueError(msg)
    if any(weight < 0 for weight in weights):
        msg = f"分摊权数不能为负 / weights must not be negative: {list(weights)}"
        raise ValueError(msg)
    whole = sum(weights)
    if whole == 0:
        msg = "分摊权数不能全为零 / weights must not all be zero"
        raise ValueError(msg)
    if total < 0:
        return tuple(-share for share in apportion(-total, weights))
    shares = [total * weight // whole for weight in weights]
    left = total - sum(shares)
    by_remainder = sorted(range(len(weights)), key=lambda at: (-(total * weights[at] % whole), at))
    for at in by_remainder[:left]:
        shares[at] += 1
    return tuple(shares)
