"""What a roster would mean for enrolment once it is taken in: worked out on people as they would then be, nothing recorded."""

from dataclasses import replace
from datetime import date
from typing import Any

from huibao.app.budget import contracts_of, needs
from huibao.app.contract_text import scheme_of
from huibao.app.roster_import import Preview, facts_planned
from huibao.domain.coverage import plan_enrolment, summarise
from huibao.domain.roster.intake import PERSONAL, FactPlan, NewFact
from huibao.domain.roster.person import Fact, FactSource, Person, PersonFacts
from huibao.store import coverage as covers
from huibao.store import roster


def foreseen(preview: Preview, today: date) -> list[dict[str, Any]]:
    """For each contract of the county: people and covers that would begin and end, and what they ask of each payer."""
    if not preview.check.area:
        return []
    people = _people(preview, today)
    found = []
    for contract in contracts_of(preview.check.area, today):
        on = max(today, contract.period.first_on)
        ids = [one.person.id for one in people if one.person.id > 0]
        existing = covers.covers_touching(ids, contract.period)
        plan = plan_enrolment(people, contract, scheme_of(contract), existing, on)
        result = summarise(plan, "", "bulk", contract.number, contract.scheme_id, on, dry_run=True)
        found.append(
            {
                "contract": contract.number,
                "on": on.isoformat(),
                "people": result.people,
                "covers": result.entered,
                "already": result.already,
                "leave": sum(result.left.values()),
                "refused": len(result.refused),
                "premium_fen": result.premium_fen,
                "needs": [one.as_dict for one in needs(contract, result.money)],
            }
        )
    return found


def _people(preview: Preview, today: date) -> list[PersonFacts]:
    """Everybody whom the roster would touch, with facts as they would be; who is new has a number below zero."""
    check, taken = preview.check, preview.taken
    known = roster.people_by_identities(row.person.identity for row in check.rows if row.person is not None)
    ids: dict[str, int] = {number: person.id for number, person in known.items()}
    new: dict[int, Person] = {}
    for row in taken:
        draft = row.person
        if draft is not None and draft.identity not in ids:
            number = -len(new) - 1
            ids[draft.identity] = number
            new[number] = Person(number, row.name, draft.identity, draft.birth_on, draft.sex)
    plan = facts_planned(check, taken, known, ids)
    added: dict[int, list[Fact]] = {}
    for fact in plan.new:
        added.setdefault(fact.person_id, []).append(_fact(fact, check.source.agency, today))
    ended = _ended(preview, plan)
    touched = {ids[row.person.identity] for row in taken if row.person is not None} | ended.keys() | added.keys()
    found = []
    for one in roster.people_by_ids(number for number in touched if number > 0).values():
        ends = ended.get(one.person.id, {})
        facts = [_closed(fact, ends, check.source.agency) for fact in one.facts]
        found.append(PersonFacts(one.person, (*facts, *added.get(one.person.id, ()))))
    found += [PersonFacts(person, tuple(added.get(number, ()))) for number, person in new.items()]
    return found


def _ended(preview: Preview, plan: FactPlan) -> dict[int, dict[tuple[str, str, date], date]]:
    """By person: which open facts the roster ends, and on which day."""
    if not plan.ends:
        return {}
    check = preview.check
    ids = {fact.person_id for fact in plan.new}
    held = (*roster.open_facts(check.source.id.value, check.area), *roster.open_personal_facts(ids))
    found: dict[int, dict[tuple[str, str, date], date]] = {}
    for fact in held:
        if fact.id in plan.ends:
            at = (fact.kind.value, fact.value, fact.from_on)
            found.setdefault(fact.person_id, {})[at] = plan.ends[fact.id]
    return found


def _closed(fact: Fact, ends: dict[tuple[str, str, date], date], agency: str) -> Fact:
    last_on = ends.get((fact.kind.value, fact.value, fact.from_on))
    ours = fact.kind in PERSONAL or fact.source.agency == agency
    return replace(fact, to_on=last_on) if last_on is not None and fact.to_on is None and ours else fact


def _fact(new: NewFact, agency: str, today: date) -> Fact:
    source = FactSource(0, new.sheet, new.row_no, agency)
    return Fact(new.kind, new.value, new.from_on, new.to_on, source, today, new.detail)
