"""How far a share may be chance: Wilson's interval, in whole basis points. A county of twenty people proves little.

Edwin B. Wilson, Journal of the American Statistical Association 22 (1927), 209–212: the shares by which the counts would
not be surprising at 95 per cent. It never leaves 0..10,000 and holds for small counts, where the common formula does not.
"""

from math import isqrt

from huibao.kernel.fen import BP_ONE
from huibao.kernel.invariant import invariant

Z_SQUARED = 38_416
"""1.96 squared, in ten-thousandths: 95 per cent."""
SCALE = 10_000
FINER = 10**6
"""Further digits of the root, so that bounds are right to the basis point."""


def wilson_bp(part: int, whole: int) -> tuple[int, int] | None:
    """Least and greatest share, bp, that part of whole leaves open, the least rounded down, the greatest up.

    0 <= part <= whole; None where the whole is nobody.
    """
    invariant(0 <= part <= whole, "A1", f"{part} of {whole}")
    if not whole:
        return None
    spread_squared = (Z_SQUARED * Z_SQUARED * whole + 4 * Z_SQUARED * SCALE * part * (whole - part)) * FINER**2 // whole
    spread = isqrt(spread_squared)
    middle = (2 * part * SCALE + Z_SQUARED) * FINER
    under = 2 * (whole * SCALE + Z_SQUARED) * FINER
    least = (middle - spread - 1) * BP_ONE // under
    greatest = -(-(middle + spread + 1) * BP_ONE // under)
    return max(least, 0) if part else 0, min(greatest, BP_ONE) if part < whole else BP_ONE
