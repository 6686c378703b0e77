"""In which order claims are settled: each person's together, by policy year and day, equals by claim id.

Tables that stand in that order already, as ours do, are only looked at; nothing is moved.
"""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from huibao.bulk.kernel import Column

Places = npt.NDArray[np.int64]


def in_order(person: Column, year: Column | None, sequence: Column, claim: pa.Array) -> Places | None:
    """Places of the rows in the order of settling; None where the table has that order."""
    keys = [person, sequence] if year is None else [person, year, sequence]
    after = np.zeros(max(len(person) - 1, 0), dtype=np.bool_)
    equal = np.ones(len(after), dtype=np.bool_)
    for key in keys:
        after |= equal & (key[1:] > key[:-1])
        equal &= key[1:] == key[:-1]
    if (after | equal).all() and _ascending(claim, np.flatnonzero(equal)):
        return None
    return np.lexsort((_ranks(claim), *reversed(keys))).astype(np.int64, copy=False)


def repeated(claim: pa.Array, order: Places | None) -> npt.NDArray[np.bool_] | None:
    """Rows whose claim id was met before in the order of settling; None where no id occurs twice."""
    if pa.types.is_integer(claim.type) and not claim.null_count:
        ids = claim.to_numpy()
        if (ids[1:] > ids[:-1]).all():
            return None
    known = claim.drop_null() if claim.null_count else claim
    if pc.count_distinct(known).as_py() == len(known):
        return None
    ranks = _ranks(claim)
    placed = ranks if order is None else ranks[order]
    _, first = np.unique(placed, return_index=True)
    again = np.ones(len(placed), dtype=np.bool_)
    again[first] = False
    again &= placed >= 0
    if order is None:
        return again
    back = np.empty_like(again)
    back[order] = again
    return back


def _ascending(claim: pa.Array, places: Places) -> bool:
    """Whether the ids at these places are each below, or the same as, the one that follows."""
    if not len(places):
        return True
    first, second = claim.take(pa.array(places)), claim.take(pa.array(places + 1))
    result: bool = pc.all(pc.less_equal(first, second).fill_null(True)).as_py()
    return result


def _ranks(claim: pa.Array) -> Places:
    """Whole numbers that order the ids; -1 for none."""
    if pa.types.is_integer(claim.type) and not claim.null_count:
        numbers: Places = claim.to_numpy().astype(np.int64, copy=False)
        if not len(numbers) or int(numbers.min()) >= 0:
            return numbers
    ranks: Places = pc.rank(claim, sort_keys="ascending", tiebreaker="dense").to_numpy().astype(np.int64)
    if claim.null_count:
        ranks[pc.is_null(claim).to_numpy(zero_copy_only=False)] = -1
    return ranks
