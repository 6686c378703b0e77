"""The draws of many at once: the same numbers as `huibao.app.synthetic.numbers.Ints` gives, a column at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from huibao.app.synthetic.numbers import DRAW_BITS, FIRST, GOLDEN, SECOND, salt

Column = npt.NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """The draws of a column of persons, households or claims."""

    seed: int
    index: Column
    """Their numbers times GOLDEN, modulo 2**64."""

    @staticmethod
    def of(seed: int, numbers: Column) -> "Columns":
        """The draws of those with these numbers."""
        return Columns(seed, numbers.astype(np.uint64) * np.uint64(GOLDEN))

    def draw(self, what: int) -> Column:
        """Whole numbers below 2**32."""
        held = self.index + np.uint64(salt(self.seed, int(what)))
        moved = held >> np.uint64(30)
        held ^= moved
        held *= np.uint64(FIRST)
        np.right_shift(held, np.uint64(27), out=moved)
        held ^= moved
        held *= np.uint64(SECOND)
        np.right_shift(held, np.uint64(31), out=moved)
        held ^= moved
        held >>= np.uint64(DRAW_BITS)
        return held.view(np.int64)

    def pick(self, table: Sequence[int], at: Any) -> Column:  # noqa: ANN401 - a column of places, as the formulas have it
        """The entries of a table."""
        found: Column = _array(tuple(table))[at]
        return found

    def rank(self, cuts: Sequence[int], at: Column) -> Column:
        """How many of the cuts are not above each number."""
        if len(cuts) > FEW:
            return np.searchsorted(_array(tuple(cuts)), at, side="right")
        found = np.zeros(len(at), dtype=np.int64)
        for cut in cuts:
            found += at >= cut
        return found

    def where(self, condition: Any, then: Any, other: Any) -> Column:  # noqa: ANN401 - columns or whole numbers
        """One or the other."""
        found: Column = np.where(condition, then, other)
        return found

    def least(self, one: Any, other: Any) -> Column:  # noqa: ANN401 - columns or whole numbers
        """The smaller."""
        found: Column = np.minimum(one, other)
        return found

    def most(self, one: Any, other: Any) -> Column:  # noqa: ANN401 - columns or whole numbers
        """The larger."""
        found: Column = np.maximum(one, other)
        return found


FEW = 12
"""Up to so many cuts, comparing with each is quicker than a search."""


@cache
def _array(table: tuple[int, ...]) -> Column:
    return np.array(table, dtype=np.int64)
