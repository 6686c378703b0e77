"""Last year's insured people against this year's: who is insured again, who is not any more, who is new. R1."""

from dataclasses import dataclass

from huibao.app.access import Actor, Noun, Verb, must
from huibao.domain.plan import Contract
from huibao.kernel.clock import Clock
from huibao.rules.vocabulary import Line
from huibao.store import contract as contracts
from huibao.store import coverage as covers


@dataclass(frozen=True, slots=True)
class TwoYears:
    """People of two contracts of one area and line, one after the other. Each person counts once."""

    line: Line
    before: Contract
    after: Contract
    people_before: int
    people_after: int
    both: int

    @property
    def only_before(self) -> int:
        """Insured then and not now."""
        return self.people_before - self.both

    @property
    def only_after(self) -> int:
        """Insured now and not then."""
        return self.people_after - self.both


def two_years(actor: Actor, clock: Clock) -> tuple[TwoYears, ...]:
    """For each line of the area's contract of today, the contract before it; nothing where there was none."""
    must(actor, Verb.READ, Noun.ENROLMENT)
    today = clock.today()
    ours = [one for one in contracts.contracts(area=actor.area) if one.area == actor.area]
    found = []
    for after in ours:
        if not after.period.first_on <= today <= after.period.last_on:
            continue
        for terms in after.lines:
            before = _before(ours, after, terms.line)
            if before is not None:
                counted = covers.people_of_both(before.number, after.number, terms.line)
                found.append(TwoYears(terms.line, before, after, *counted))
    return tuple(found)


def _before(ours: list[Contract], after: Contract, line: Line) -> Contract | None:
    """The contract that ended last before this one began, and insures that line."""
    earlier = [one for one in ours if one.period.last_on < after.period.first_on and one.line_of(line) is not None]
    return max(earlier, key=lambda one: one.period.last_on, default=None)
