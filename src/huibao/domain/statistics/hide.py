"""Small counts of people are not shown, nor anything from which they could be subtracted. Cells under ten are hidden.

Counties lie in cities, and a city's table and its province's are read side by side: what is hidden is therefore decided
once for the whole tree, from the top down, and is the same for every reader.
"""

from collections.abc import Iterable, Mapping, Sequence

LEAST = 10
"""Smallest count of people that is shown; nobody (0) is shown too, unless another number would follow from it."""

Cells = Sequence[int]
"""Counts of one area, one for each category; the categories exclude one another, and their sum is public."""


def hidden(areas: Mapping[str, Cells], above: Mapping[str, str], least: int = LEAST) -> frozenset[tuple[str, int]]:
    """Area and category of every cell to be hidden, of the areas given and of all above them.

    `above` names for each area the one it lies in, the top one nowhere. The counts of an area above are the sums of those
    directly within it. Sums over all categories are public everywhere (how many are insured).
    """
    whole = _summed(areas, above)
    below: dict[str, list[str]] = {}
    for area, parent in sorted(above.items()):
        below.setdefault(parent, []).append(area)
    found = {(area, at) for area, cells in whole.items() for at, value in enumerate(cells) if 0 < value < least}
    # Hiding another cell in a row can leave one alone in a column and the other way round: until nothing changes.
    before = -1
    while len(found) > before:
        before = len(found)
        for area, cells in sorted(whole.items()):
            _cover([(area, at) for at in range(len(cells))], whole, found, least)
        for parent, parts in sorted(below.items()):
            for at in range(len(whole[parent])):
                if (parent, at) not in found:
                    _cover([(part, at) for part in parts], whole, found, least)
                elif all((part, at) not in found for part in parts):
                    _hide_one([(part, at) for part in parts], whole, found)
    return frozenset(found)


def _cover(line: list[tuple[str, int]], whole: Mapping[str, Cells], found: set[tuple[str, int]], least: int) -> None:
    """Hide more of a line whose sum is known, until what is hidden in it is no single cell and no small sum."""
    while True:
        shut = [cell for cell in line if cell in found]
        open_to_sight = len(line) - len(shut)
        if not shut or not open_to_sight:
            return
        if len(shut) > 1 and sum(whole[area][at] for area, at in shut) >= least:
            return
        _hide_one(line, whole, found)


def _hide_one(line: Iterable[tuple[str, int]], whole: Mapping[str, Cells], found: set[tuple[str, int]]) -> None:
    """Hide the smallest cell that still shows, one with people in it before an empty one."""
    shown = [cell for cell in line if cell not in found]
    if shown:
        found.add(min(shown, key=lambda cell: (whole[cell[0]][cell[1]] == 0, whole[cell[0]][cell[1]], cell)))


def _summed(areas: Mapping[str, Cells], above: Mapping[str, str]) -> dict[str, Cells]:
    whole: dict[str, list[int]] = {area: list(cells) for area, cells in areas.items()}
    for area, cells in areas.items():
        at: str | None = above.get(area)
        while at is not None:
            sums = whole.setdefault(at, [0] * len(cells))
            for place, value in enumerate(cells):
                sums[place] += value
            at = above.get(at)
    return {area: tuple(cells) for area, cells in whole.items()}
