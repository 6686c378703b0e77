"""A county's whole enrolment as one pure function: a decision for each person and line, people who are alike decided once.

HN-2.2, SD-3, SD-4, SD-6.3. What is decided of one person stands in `entry.py`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from huibao.domain.coverage import problems as kinds
from huibao.domain.coverage.alike import Alike
from huibao.domain.coverage.candidate import Candidate
from huibao.domain.coverage.cover import Coverage
from huibao.domain.coverage.entry import Decision, Entering, Leaving, NotEntering, RefusedEntry, decide
from huibao.domain.plan import Contract
from huibao.domain.roster.person import PersonFacts
from huibao.kernel.invariant import Broken, invariant
from huibao.kernel.problem import Problem, Refused
from huibao.rules.scheme import Scheme


@dataclass(frozen=True, slots=True)
class EnrolmentPlan:
    """What a batch will do: one decision for each person and line."""

    enter: tuple[Entering, ...] = ()
    already: tuple[Coverage, ...] = ()
    refused: tuple[RefusedEntry, ...] = ()
    leave: tuple[Leaving, ...] = ()
    not_eligible: tuple[NotEntering, ...] = ()


def plan_enrolment(
    people: Iterable[PersonFacts],
    contract: Contract,
    scheme: Scheme,
    existing: Mapping[int, Sequence[Coverage]],
    on: date,
) -> EnrolmentPlan:
    """Decide for everybody and every line of a contract, as facts stand on a day. Refused after the period.

    `existing` holds each person's covers of all contracts that touch the period, ended ones included. Before the
    period begins, people are judged on its first day.
    """
    judged_on = max(on, contract.period.first_on)
    if judged_on not in contract.period:
        raise Refused(kinds.TOO_LATE(on=on, contract=contract.number, period=contract.period))
    entering: list[Entering] = []
    already: list[Coverage] = []
    refused: list[RefusedEntry] = []
    leaving: list[Leaving] = []
    not_eligible: list[NotEntering] = []
    decided = 0
    alike: Alike[tuple[Decision, ...]] = Alike(contract.period, judged_on)
    for one in people:
        covers = tuple(existing.get(one.person.id, ()))
        for decision in _decisions(one, contract, scheme, covers, judged_on, alike):
            decided += 1
            match decision:
                case Entering():
                    entering.append(decision)
                case Leaving():
                    leaving.append(decision)
                case RefusedEntry():
                    refused.append(decision)
                case NotEntering():
                    not_eligible.append(decision)
                case Coverage():
                    already.append(decision)
    plan = EnrolmentPlan(tuple(entering), tuple(already), tuple(refused), tuple(leaving), tuple(not_eligible))
    counted = len(entering) + len(already) + len(refused) + len(leaving) + len(not_eligible)
    invariant(counted == decided, "V1", f"{decided} decisions, {counted} outcomes")
    return plan


def _decisions(
    one: PersonFacts,
    contract: Contract,
    scheme: Scheme,
    covers: tuple[Coverage, ...],
    on: date,
    alike: Alike[tuple[Decision, ...]],
) -> tuple[Decision, ...]:
    """One decision for each line; those of somebody alike with this person's number, where there was one."""
    kind = None if covers else alike.kind_of(one)
    known = alike.known(kind)
    if known is not None:
        return tuple(_decided_for(one.person.id, decision) for decision in known)
    candidate = Candidate(one, contract, scheme, covers, on)
    decisions = tuple(decide(candidate, line) for line in contract.lines)
    if all(isinstance(each, NotEntering) or (isinstance(each, Entering) and not each.doubts) for each in decisions):
        alike.keep(kind, decisions)
    return decisions


def _decided_for(person_id: int, decision: Decision) -> Decision:
    if isinstance(decision, NotEntering):
        return NotEntering(person_id, decision.line, decision.why)
    if isinstance(decision, Entering):
        return Entering(replace(decision.coverage, person_id=person_id), decision.death_left_out)
    raise Broken("V1", "only what names nobody is shared")


def without_relied_on(
    plan: EnrolmentPlan, relied_on: Mapping[int, tuple[str, date]], names: Mapping[int, str]
) -> EnrolmentPlan:
    """Take back the ends that would fall before what was settled, agreed or paid under the cover; each is refused. V2.

    `relied_on` gives by cover the latest such settlement or claim, number and day; `names` how people are called.
    A death or move that was learnt late needs a decision by somebody first: reverse the payment, or correct the fact.
    """
    leave, refused = [], []
    for one in plan.leave:
        number, day = relied_on.get(one.coverage.id, ("", one.last_on))
        if day <= one.last_on:
            leave.append(one)
            continue
        problem = paid_since(one, names[one.coverage.person_id], number, day)
        refused.append(RefusedEntry(one.coverage.person_id, one.coverage.line, one.coverage.group, problem))
    kept = replace(plan, leave=tuple(leave), refused=(*plan.refused, *refused))
    invariant(
        all(relied_on.get(one.coverage.id, ("", date.min))[1] <= one.last_on for one in kept.leave),
        "V2",
        "a cover ends before what was paid under it",
    )
    return kept


def paid_since(leaving: Leaving, label: str, number: str, day: date) -> Problem:
    """The refusal of an end that falls before a day on which the cover was relied on. V2."""
    line = leaving.coverage.line
    return kinds.PAID_SINCE(
        person=label, line=line.zh, line_en=line.en, last_on=leaving.last_on, day=day, number=number
    )
