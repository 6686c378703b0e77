"""What a new roster changes in the facts: which begin, which end, which stand. Nothing is ever deleted.

A list fact (on this list, of this category) ends the day before the new roster when the list no longer says it.
A fact about the person (domicile, guardian, capacity, death) ends only when another value takes its place.
Whoever could not be told or is doubtful keeps what is recorded: an unreadable row never takes a person's cover away.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from huibao.domain.roster.person import FactKind
from huibao.domain.roster.verdict import FactDraft, RowResult

PERSONAL: Final = frozenset({FactKind.DOMICILE, FactKind.GUARDIAN, FactKind.LEGAL_CAPACITY, FactKind.DEATH})
"""Facts about the person, not about being on a list: leaving a list does not end them."""

DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class NewFact:
    """A fact to be recorded for a person already recorded, with the row it stands in."""

    person_id: int
    kind: FactKind
    value: str
    detail: str
    from_on: date
    to_on: date | None
    sheet: str
    row_no: int


@dataclass(frozen=True, slots=True)
class OpenFact:
    """A recorded fact without an end."""

    id: int
    person_id: int
    kind: FactKind
    value: str
    detail: str
    from_on: date


@dataclass(frozen=True, slots=True)
class FactPlan:
    """Facts to record, and the last day of facts to end, by id."""

    new: tuple[NewFact, ...]
    ends: Mapping[int, date]


def plan_facts(
    stated: Sequence[tuple[int, RowResult]],
    on_list: Iterable[OpenFact],
    personal: Iterable[OpenFact],
    untouched: Collection[int],
    taken_on: date,
) -> FactPlan:
    """Compare what taken-in rows state (person id, row) with the open facts of this list and of the people.

    `untouched`: ids of people whose rows could not be taken in but who are not known to be gone.
    """
    new: list[NewFact] = []
    ends: dict[int, date] = {}
    said = {(person, fact.kind): (fact, row) for person, row in stated for fact in row.facts}
    list_facts = {(fact.person_id, fact.kind): fact for fact in on_list}
    own_facts = _latest(personal)
    for key, held in list_facts.items():
        if key not in said and held.person_id not in untouched:
            ends[held.id] = taken_on - DAY
    for key, (draft, row) in said.items():
        known = (own_facts if draft.kind in PERSONAL else list_facts).get(key)
        if known is None:
            new.append(_new(key[0], draft, row, draft.from_on, None))
        elif not _same(known, draft):
            _replace(known, draft, row, taken_on, new, ends)
    return FactPlan(tuple(new), ends)


def _replace(
    known: OpenFact, draft: FactDraft, row: RowResult, taken_on: date, new: list[NewFact], ends: dict[int, date]
) -> None:
    """Another value: the old one ends the day before the new begins. An older saying never undoes a later one."""
    person = known.person_id
    if draft.kind in PERSONAL and draft.from_on < known.from_on:
        new.append(_new(person, draft, row, draft.from_on, known.from_on - DAY))
        return
    from_on = draft.from_on if draft.from_on > known.from_on or draft.kind in PERSONAL else taken_on
    ends[known.id] = from_on - DAY
    new.append(_new(person, draft, row, from_on, None))


def _new(person: int, draft: FactDraft, row: RowResult, from_on: date, to_on: date | None) -> NewFact:
    return NewFact(person, draft.kind, draft.value, draft.detail, from_on, to_on, row.sheet, row.row_no)


def _same(known: OpenFact, draft: FactDraft) -> bool:
    """Whether a row only repeats what is recorded. Less detail than recorded changes nothing; nobody dies twice."""
    if draft.kind is FactKind.DEATH:
        return True
    return known.value == draft.value and draft.detail in {"", known.detail}


def _latest(facts: Iterable[OpenFact]) -> dict[tuple[int, FactKind], OpenFact]:
    latest: dict[tuple[int, FactKind], OpenFact] = {}
    for fact in sorted(facts, key=lambda each: (each.from_on, each.id)):
        latest[fact.person_id, fact.kind] = fact
    return latest
