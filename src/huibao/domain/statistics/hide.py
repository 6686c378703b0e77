"""Small counts of people are not shown, nor anything from which they could be subtracted. Cells under ten are hidden.

Counties lie in cities, and a city's table and its province's are read side by side: what is hidden is therefore decided
once for the whole tree and is the same for every reader. The last word has somebody who reads all tables and narrows every
cell by every sum (`proven`): as long as he can tell a small count, more is hidden.
"""

from collections.abc import Iterable, Mapping, Sequence

LEAST = 10
"""Smallest count of people that is shown; nobody (0) is shown too, unless another number would follow from it."""

Cells = Sequence[int]
"""Counts of one area, one for each category; the categories exclude one another, and their sum is public."""
Cell = tuple[str, int]
"""An area and the place of a category."""
Range = tuple[int, int]


def hidden(areas: Mapping[str, Cells], above: Mapping[str, str], least: int = LEAST) -> frozenset[Cell]:
    """Area and category of every cell to be hidden, of the areas given and of all above them.

    `above` names for each area the one it lies in, the top one nowhere. The counts of an area above are the sums of those
    directly within it. Sums over all categories are public everywhere (how many are insured).
    """
    whole = summed(areas, above)
    below = _below(above)
    small = {(area, at) for area, cells in whole.items() for at, value in enumerate(cells) if 0 < value < least}
    found = set(small)
    while True:
        _complement(whole, below, found, least)
        ranges = proven(whole, above, found)
        told = sorted(cell for cell in small if ranges[cell][0] == ranges[cell][1])
        if not told or not any(_hide_near(cell, whole, above, below, found) for cell in told):
            return frozenset(found)


def proven(whole: Mapping[str, Cells], above: Mapping[str, str], shut: Iterable[Cell]) -> dict[Cell, Range]:
    """What somebody with all tables can prove of each cell: between which counts it lies. Every sum is used until none tells more."""
    hidden_cells = frozenset(shut)
    known = {
        (area, at): (0, sum(cells)) if (area, at) in hidden_cells else (value, value)
        for area, cells in whole.items()
        for at, value in enumerate(cells)
    }
    rows = [([(area, at) for at in range(len(cells))], sum(cells)) for area, cells in whole.items()]
    columns = [
        ([(part, at) for part in parts], (parent, at))
        for parent, parts in _below(above).items()
        for at in range(len(whole[parent]))
    ]
    changed = True
    while changed:
        changed = False
        for line, total in rows:
            changed |= _narrow(line, (total, total), known)
        for line, parent in columns:
            changed |= _narrow(line, known[parent], known)
            low, high = sum(known[cell][0] for cell in line), sum(known[cell][1] for cell in line)
            tighter = max(known[parent][0], low), min(known[parent][1], high)
            changed |= tighter != known[parent]
            known[parent] = tighter
    return known


def _narrow(line: Sequence[Cell], total: Range, known: dict[Cell, Range]) -> bool:
    low, high = sum(known[cell][0] for cell in line), sum(known[cell][1] for cell in line)
    changed = False
    for cell in line:
        least, most = known[cell]
        tighter = max(least, total[0] - (high - most)), min(most, total[1] - (low - least))
        if tighter != (least, most):
            known[cell] = tighter
            low, high = low + tighter[0] - least, high + tighter[1] - most
            changed = True
    return changed


def _complement(whole: Mapping[str, Cells], below: Mapping[str, Sequence[str]], found: set[Cell], least: int) -> None:
    """Hiding another cell in a row can leave one alone in a column and the other way round: until nothing changes."""
    before = -1
    while len(found) > before:
        before = len(found)
        for area, cells in sorted(whole.items()):
            _cover([(area, at) for at in range(len(cells))], whole, found, least)
        for parent, parts in sorted(below.items()):
            for at in range(len(whole[parent])):
                # Who has nobody insured has no cases: such cells are known and hide nothing.
                _column([(part, at) for part in parts if sum(whole[part])], (parent, at), whole, found, least)


def _column(line: list[Cell], total: Cell, whole: Mapping[str, Cells], found: set[Cell], least: int) -> None:
    """The parts of an area and their sum: no hidden one may be what is left when the others are taken away."""
    if total not in found:
        _cover(line, whole, found, least)
        shut = [cell for cell in line if cell in found]
        if shut and (len(shut) == 1 or sum(whole[area][at] for area, at in shut) < least):
            found.add(total)
    elif line and not any(cell in found for cell in line):
        _hide_one(line, whole, found)


def _cover(line: list[Cell], whole: Mapping[str, Cells], found: set[Cell], least: int) -> None:
    """Hide more of a line whose sum is known, until what is hidden in it is no single cell and no small sum."""
    while True:
        shut = [cell for cell in line if cell in found]
        if not shut or len(shut) == len(line):
            return
        if len(shut) > 1 and sum(whole[area][at] for area, at in shut) >= least:
            return
        _hide_one(line, whole, found)


def _hide_one(line: Iterable[Cell], whole: Mapping[str, Cells], found: set[Cell]) -> bool:
    """Hide the smallest cell that still shows, one with people in it before an empty one; False when none shows."""
    shown = [cell for cell in line if cell not in found]
    if not shown:
        return False
    found.add(min(shown, key=lambda cell: (whole[cell[0]][cell[1]] == 0, whole[cell[0]][cell[1]], cell)))
    return True


def _hide_near(
    cell: Cell,
    whole: Mapping[str, Cells],
    above: Mapping[str, str],
    below: Mapping[str, Sequence[str]],
    found: set[Cell],
) -> bool:
    """Hide one cell more beside one that could be told: in its row, among its neighbours, or above; else anywhere."""
    area, at = cell
    parent = above.get(area)
    beside = [(each, at) for each in (*below.get(parent, ()), parent)] if parent is not None else []
    row = [(area, each) for each in range(len(whole[area]))]
    under = [(each, at) for each in below.get(area, ())]
    peopled = [one for one in (*row, *beside, *under) if sum(whole[one[0]])]
    return _hide_one(peopled, whole, found) or _hide_one(
        [(each, place) for each, cells in whole.items() if sum(cells) for place in range(len(cells))], whole, found
    )


def _below(above: Mapping[str, str]) -> dict[str, list[str]]:
    below: dict[str, list[str]] = {}
    for area, parent in sorted(above.items()):
        below.setdefault(parent, []).append(area)
    return below


def summed(areas: Mapping[str, Cells], above: Mapping[str, str]) -> dict[str, Cells]:
    """The counts of the areas given and, added up, of all above them."""
    whole: dict[str, list[int]] = {area: list(cells) for area, cells in areas.items()}
    for area, cells in areas.items():
        parent = above.get(area)
        while parent is not None:
            sums = whole.setdefault(parent, [0] * len(cells))
            for place, value in enumerate(cells):
                sums[place] += value
            parent = above.get(parent)
    return {area: tuple(cells) for area, cells in whole.items()}
