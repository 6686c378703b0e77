"""Adding up what a scenario pays, row by row, as plain lines that numba compiles where it is at hand.

Sums stay whole fen. Amounts are also counted in fine bins, a hundred and twenty-eight to each doubling of 100 yuan, from
which quantiles are read. The round amounts at which people expect a histogram to be cut are edges of bins, so that its
counts are exact.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from huibao.bulk.kernel import Int64s, has_numba

BITS: Final = 7
"""Bits of a doubling that a bin tells apart: a bin is at most 1/128 of its lower edge wide."""
SHIFT: Final = 52 - BITS
UNIT_FEN: Final = 10_000
"""100 yuan: 1, 2 and 5 times its powers of ten up to 200,000 yuan are edges, for 5 x 5 x 5 lies below 128."""
TO_UNIT: Final = float(np.nextafter(1 / UNIT_FEN, 1))
"""A hair above 1/10,000, so that no edge is rounded to below itself; one fen less stays below it up to 2^47 fen."""
LOWEST: Final = -14
"""The doubling in which 1 fen lies: 2^-14 of 100 yuan is less than a fen."""
FIRST: Final = ((1023 + LOWEST) << BITS) - 1
"""Leading bits of a 64-bit float just below the first bin; everything below counts as nothing."""
DOUBLINGS: Final = 48
"""Amounts up to 1.7 trillion yuan; no sum of a person comes near."""
BINS: Final = (DOUBLINGS << BITS) + 1
NO_LINE: Final = 2**62
ROUND_FEN: Final[tuple[int, ...]] = tuple(
    yuan * 100
    for yuan in (100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 400_000, 800_000)
)
"""Edges of the histogram shown: below 100 yuan, from 100 to below 200 … from 800,000 yuan on."""


def bin_of(fen: int) -> int:
    """Bin of an amount >= 0; 0 holds nothing but nothing."""
    return max(int(np.float64(fen * TO_UNIT).view(np.int64) >> SHIFT), FIRST) - FIRST


def edge_of(at: int) -> int:
    """Least whole amount that may fall in a bin, fen."""
    if at == 0:
        return 0
    doubling, step = divmod(at - 1, 1 << BITS)
    numerator, power = UNIT_FEN * ((1 << BITS) + step), LOWEST + doubling - BITS
    return numerator << power if power >= 0 else -(-numerator // (1 << -power))


def _add_up(  # noqa: PLR0913, PLR0917 - one loop over columns that numba compiles as it stands
    unit: Any,  # noqa: ANN401 - arrays, and what numba makes of them
    ends: Any,  # noqa: ANN401 - the same
    faults: Any,  # noqa: ANN401 - the same
    amounts: Any,  # noqa: ANN401 - the same
    sums: Any,  # noqa: ANN401 - the same
    summed: int,
    rest_at: int,
    line: int,
    by_claim: Any,  # noqa: ANN401 - the same
    by_year: Any,  # noqa: ANN401 - the same
) -> None:
    """Add the amounts of each row to its unit; count the rest by claim and by person and year, and years over a line.

    Places are unsigned and nothing is asked that can be reckoned: so compiled it is several times as fast.
    """
    columns = np.uint32(amounts.shape[0])
    for column in range(summed):
        for row in range(len(unit)):
            sums[np.uint32(unit[row]), np.uint32(column)] += amounts[column, row]
    year = np.int64(0)
    seen = np.int64(0)
    for row in range(len(unit)):
        fine = np.int64(faults[row] == 0)
        rest = amounts[rest_at, row]
        place: Any = np.float64(rest * TO_UNIT).view(np.int64) >> SHIFT
        by_claim[np.uint64(max(place, FIRST) - FIRST)] += fine
        year += rest
        seen |= fine
        end = np.int64(ends[row])
        place = np.float64(year * TO_UNIT).view(np.int64) >> SHIFT
        by_year[np.uint64(max(place, FIRST) - FIRST)] += end & seen
        sums[np.uint32(unit[row]), columns] += end & np.int64(year > line)
        year &= end - 1
        seen &= end - 1


@lru_cache(maxsize=1)
def adding() -> Callable[..., None]:
    """The loop compiled; as it stands where numba is not installed."""
    if not has_numba():
        return _add_up
    import numba

    loop: Callable[..., None] = numba.njit(cache=True, nogil=True)(_add_up)
    return loop


@dataclass(slots=True, eq=False)
class Tally:
    """What one scenario comes to over one part of the claims."""

    sums: Int64s
    """A row for each unit of people: the amounts of each output, then the person-years over the line."""
    by_claim: Int64s
    by_year: Int64s


def empty_tally(units: int, columns: int) -> Tally:
    """A tally with nothing in it."""
    sums = np.zeros((units, columns + 1), dtype=np.int64)
    return Tally(sums, np.zeros(BINS, dtype=np.int64), np.zeros(BINS, dtype=np.int64))


def add_up(
    tally: Tally,
    unit: npt.NDArray[np.int32],
    ends: npt.NDArray[np.uint8],
    faults: npt.NDArray[np.uint8],
    amounts: Int64s,
    rest_at: int,
    line_fen: int | None,
) -> None:
    """Add a block of rows, whole people, to a tally. `amounts` has a row for each output; `rest_at` is the remainder's."""
    summed = amounts.shape[0]
    line = NO_LINE if line_fen is None else line_fen
    adding()(unit, ends, faults, amounts, tally.sums, summed, rest_at, line, tally.by_claim, tally.by_year)


def quantile_fen(counts: Int64s, share_bp: int) -> int | None:
    """Least amount that at least this share does not exceed; exact, or at most 1/128 above it. None where none count."""
    total = int(counts.sum())
    if not total:
        return None
    needed = max(-(-total * share_bp // 10_000), 1)
    at = int(np.searchsorted(np.cumsum(counts), needed, side="left"))
    return edge_of(at + 1) - 1 if at else 0


def histogram(counts: Int64s) -> Iterator[Mapping[str, int | None]]:
    """How many amounts lie from one round amount to below the next, fen; exact. The last has no end."""
    edges = [0, 1, *(bin_of(fen) for fen in ROUND_FEN), len(counts)]
    fens = [0, 1, *ROUND_FEN, None]
    for (first, end), (least, below) in zip(pairwise(edges), pairwise(fens), strict=True):
        yield {"from_fen": least, "below_fen": below, "count": int(counts[first:end].sum())}


def _draw_again(weights: Any, values: Any, first: Any, second: Any) -> None:  # noqa: ANN401 - arrays, and what numba makes of them
    """Add to each resample of both sums the units' values, each as often as the resample draws it."""
    for resample in range(weights.shape[0]):
        for unit in range(weights.shape[1]):
            times = np.int64(weights[resample, unit])
            if times != 0:
                for column in range(values.shape[1]):
                    more = times * values[unit, column]
                    first[resample, column] += more
                    second[resample, column] += more


@lru_cache(maxsize=1)
def drawing() -> Callable[..., None]:
    """The same compiled; by numpy, more slowly, where numba is not installed. Whole fen either way."""
    if not has_numba():
        return _draw_plainly
    import numba

    loop: Callable[..., None] = numba.njit(cache=True, nogil=True)(_draw_again)
    return loop


def _draw_plainly(weights: npt.NDArray[np.uint8], values: Int64s, first: Int64s, second: Int64s) -> None:
    found = weights.astype(np.int64) @ values
    first += found
    second += found
