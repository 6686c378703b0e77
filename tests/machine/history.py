"""What a history of settlements must look like if each took effect at once, in some order, while it was under way.

In the manner of Elle's list-append: every settlement reads a person's running sums and appends to them, and says what it
read. The rows give the order of versions; read against write, write against write and before against after in real time
are edges; a cycle is a history that no order explains. Nothing here asks a database.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import Any

CAP_FEN = 35_000_000
"""The demonstration city's yearly cap."""
NAME = "supplementary_paid"


@dataclass(frozen=True)
class Told:
    """What a writer told: the number it sent, for whom, what it was answered, and when it began and ended (ns)."""

    writer: str
    act: str
    number: str
    person: int
    status: str
    closing: int | None
    began: int
    ended: int


@dataclass(frozen=True)
class Row:
    """A settlement as the table has it; `paid` is our line's part, `entry` the number of the entry that moved it."""

    pk: int
    number: str
    person: int
    opening: int
    closing: int
    paid: int
    entry: int | None
    moved: int


@dataclass(frozen=True)
class Seen:
    """What a reader saw in one look: the settlements, what they pay, and what the books have moved for them."""

    began: int
    ended: int
    numbers: frozenset[str]
    paid: int
    moved: int


def faults(told: Sequence[Told], rows: Sequence[Row], seen: Sequence[Seen], kept: Mapping[int, int]) -> Iterator[str]:
    """Everything in a history that cannot be, in words."""
    yield from _answers(told, rows)
    yield from _once(rows)
    yield from _chains(rows, kept)
    yield from _looks(rows, seen)
    yield from _no_order(told, rows)


def _answers(told: Sequence[Told], rows: Sequence[Row]) -> Iterator[str]:
    """What was answered is there, as it was answered; what is there was sent."""
    there = {row.number: row for row in rows}
    for one in told:
        row = there.get(one.number)
        if one.status not in {"settled", "exists", "refused", "reversed"}:
            yield f"error: {one.number} was answered with {one.status}"
        if one.status in {"settled", "reversed"} and row is None:
            yield f"lost: {one.writer} was told that {one.number} is {one.status}, and it is not there"
        if one.status in {"settled", "exists"} and row is not None and one.closing != row.closing:
            yield f"another answer: {one.number} left {one.closing}, the row says {row.closing}"
        if one.status == "settled" and row is not None and row.person != one.person:
            yield f"another's: {one.number} was settled for person {one.person}, the row is of {row.person}"
    sent = {one.number for one in told}
    for number in there.keys() - sent:
        yield f"from nowhere: nobody sent {number}"
    for number, times in Counter(one.number for one in told if one.status == "settled").items():
        if times > 1:
            yield f"twice: {number} was answered as newly settled {times} times"


def _once(rows: Sequence[Row]) -> Iterator[str]:
    """A number has one effect, and what is paid has moved, once."""
    for number, times in Counter(row.number for row in rows).items():
        if times > 1:
            yield f"duplicate effect: {number} stands {times} times"
    for row in rows:
        if row.paid != row.moved:
            yield f"books differ: {row.number} pays {row.paid}, the books moved {row.moved}"


def _chains(rows: Sequence[Row], kept: Mapping[int, int]) -> Iterator[str]:
    """Each person's sums: every settlement read what the one before it had left, and the cap holds."""
    for person, some in _by_person(rows).items():
        stands = 0
        for row in some:
            if row.opening != stands:
                yield f"lost update: {row.number} read {row.opening}, the one before it had left {stands}"
            stands = row.closing
        paid = sum(row.paid for row in some)
        if kept.get(person, 0) != stands or paid != stands:
            yield f"sums differ: person {person} was paid {paid}, last row {stands}, kept {kept.get(person, 0)}"
        if paid > CAP_FEN:
            yield f"cap overspent: person {person} was paid {paid}"


def _looks(rows: Sequence[Row], seen: Sequence[Seen]) -> Iterator[str]:
    """A reader sees whole transactions: what is settled is moved; and with a settlement everything that came before it."""
    before: dict[str, set[str]] = {}
    for some in _by_person(rows).values():
        for earlier, later in pairwise(some):
            before.setdefault(later.number, set()).add(earlier.number)
    paying = sorted((row for row in rows if row.entry is not None), key=lambda row: row.entry or 0)
    for earlier, later in pairwise(paying):
        before.setdefault(later.number, set()).add(earlier.number)
    for look in seen:
        if look.paid != look.moved:
            yield f"half seen: a reader saw {look.paid} settled and {look.moved} moved"
        for number in look.numbers:
            for missing in before.get(number, set()) - look.numbers:
                yield f"out of order: a reader saw {number} and not {missing}, which came before it"
    for earlier_look in seen:
        for later_look in seen:
            if earlier_look.ended < later_look.began and earlier_look.numbers - later_look.numbers:
                yield "gone back: a later reader did not see what an earlier one had seen"


def _no_order(told: Sequence[Told], rows: Sequence[Row]) -> Iterator[str]:
    """A cycle over versions, the chain of the books, and real time."""
    after: dict[Any, set[Any]] = {}

    def follows(later: Any, earlier: Any) -> None:  # noqa: ANN401 - a number or a moment
        after.setdefault(later, set()).add(earlier)

    for some in _by_person(rows).values():
        for earlier, later in pairwise(some):
            follows(later.number, earlier.number)
    paying = sorted((row for row in rows if row.entry is not None), key=lambda row: row.entry or 0)
    for earlier, later in pairwise(paying):
        follows(later.number, earlier.number)
    there = {row.number for row in rows}
    effects = [one for one in told if one.status in {"settled", "reversed"} and one.number in there]
    moments = sorted({moment for one in effects for moment in (one.began, one.ended)})
    for first, second in pairwise(moments):
        follows(("at", second), ("at", first))
    for one in effects:
        follows(("at", one.ended), one.number)
        # Begun at a moment: after everything that had ended before it.
        at = moments.index(one.began)
        if at:
            follows(one.number, ("at", moments[at - 1]))
    try:
        TopologicalSorter(after).prepare()
    except CycleError as error:
        yield f"no order explains it: {[node for node in error.args[1] if isinstance(node, str)]}"


def _by_person(rows: Sequence[Row]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = {}
    for row in sorted(rows, key=lambda row: row.pk):
        found.setdefault(row.person, []).append(row)
    return found
