"""Wilson's interval against its formula, and small counts against somebody who subtracts one table from another."""

from collections.abc import Mapping
from math import sqrt

from hypothesis import given
from hypothesis import strategies as st

from huibao.domain.statistics import hidden, wilson_bp

Cell = tuple[str, int]


@given(st.integers(1, 3_000_000).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole))))
def test_the_interval_is_that_of_the_formula(counts: tuple[int, int]) -> None:
    part, whole = counts
    share, z = part / whole, 1.96
    middle = (share + z * z / (2 * whole)) / (1 + z * z / whole)
    half = z / (1 + z * z / whole) * sqrt(share * (1 - share) / whole + z * z / (4 * whole * whole))
    found = wilson_bp(part, whole)
    assert found is not None
    least, greatest = found
    assert least * 1.0 <= (middle - half) * 10_000 + 1e-6
    assert greatest * 1.0 >= (middle + half) * 10_000 - 1e-6
    assert (middle - half) * 10_000 - least < 1 + 1e-6
    assert greatest - (middle + half) * 10_000 < 1 + 1e-6
    assert 0 <= least <= -(-part * 10_000 // whole)
    assert part * 10_000 // whole <= greatest <= 10_000


def test_seven_of_ten_people_leave_almost_everything_open() -> None:
    # By hand: middle (0.7 + 3.8416/20) / 1.38416 = 0.64449, half 0.24776 → 39.67 % … 89.23 %
    assert wilson_bp(7, 10) == (3967, 8923)
    assert wilson_bp(7_000, 10_000) == (6909, 7090)
    assert wilson_bp(0, 10) == (0, 2776)
    assert wilson_bp(0, 0) is None


# --- hiding -------------------------------------------------------------------------------------------------------------

ABOVE = {"a1": "A", "a2": "A", "a3": "A", "b1": "B", "b2": "B", "A": "P", "B": "P"}


def sums(areas: Mapping[str, tuple[int, ...]]) -> dict[str, tuple[int, ...]]:
    """The counts of the areas above, added up."""
    whole = dict(areas)
    for parent in ("A", "B", "P"):
        parts = [whole[part] for part, its in ABOVE.items() if its == parent]
        whole[parent] = tuple(map(sum, zip(*parts, strict=True)))
    return whole


def bounds(whole: Mapping[str, tuple[int, ...]], shut: frozenset[Cell]) -> dict[Cell, tuple[int, int]]:
    """What somebody with all published tables can prove of each cell: every sum is used until none tells more."""
    most = sum(whole["P"])
    known = {(area, at): (value, value) for area, cells in whole.items() for at, value in enumerate(cells)}
    known |= dict.fromkeys(shut, (0, most))
    sums_of_lines = [
        ([((part), at) for part, its in ABOVE.items() if its == parent], (parent, at))
        for parent in ("A", "B", "P")
        for at in range(3)
    ]
    changed = True
    while changed:
        changed = False
        lines = [(cells, known[total]) for cells, total in sums_of_lines]
        lines += [([(area, at) for at in range(3)], (sum(cells), sum(cells))) for area, cells in whole.items()]
        for cells, (low, high) in lines:
            for cell in cells:
                others = [known[other] for other in cells if other != cell]
                least, greatest = low - sum(high_ for _, high_ in others), high - sum(low_ for low_, _ in others)
                tighter = max(known[cell][0], least), min(known[cell][1], greatest)
                changed |= tighter != known[cell]
                known[cell] = tighter
        for cells, total in sums_of_lines:
            low, high = (sum(known[cell][end] for cell in cells) for end in (0, 1))
            tighter = max(known[total][0], low), min(known[total][1], high)
            changed |= tighter != known[total]
            known[total] = tighter
    return known


cells = st.one_of(st.just((0, 0, 0)), st.tuples(*[st.one_of(st.integers(0, 12), st.integers(0, 400))] * 3))


@given(st.fixed_dictionaries(dict.fromkeys(("a1", "a2", "a3", "b1", "b2"), cells)))
def test_no_small_count_follows_from_the_tables_of_a_city_and_of_its_province(
    areas: dict[str, tuple[int, int, int]],
) -> None:
    shut, whole = hidden(areas, ABOVE), sums(areas)
    proven = bounds(whole, shut)
    for area, counts in whole.items():
        for at, value in enumerate(counts):
            if 0 < value < 10:
                assert (area, at) in shut
                low, high = proven[area, at]
                assert low < high, (area, at)


def test_a_single_small_county_takes_another_one_with_it() -> None:
    areas = {"a1": (100, 3, 50), "a2": (200, 40, 60), "a3": (300, 70, 80), "b1": (90, 30, 20), "b2": (80, 20, 30)}
    # 3 is hidden; in its county 50 goes with it, in its city 40 and so 60: each line then lacks two
    assert hidden(areas, ABOVE) == {("a1", 1), ("a1", 2), ("a2", 1), ("a2", 2)}


def test_where_nothing_is_small_everything_shows() -> None:
    assert hidden(dict.fromkeys(("a1", "a2", "a3", "b1", "b2"), (10, 0, 400)), ABOVE) == frozenset()
