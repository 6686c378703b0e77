"""People who are alike are decided alike, once: a county has half a million people and a few thousand kinds of them.

Alike are two people without covers whose facts say the same as far as a batch can tell: the same kinds and values, with
the same days where these lie within the period, and the same ages on every day that may become the first of a cover.
What names a person (a refusal, a doubt) is never shared.
"""

from collections.abc import Hashable
from datetime import date, timedelta
from typing import Generic, TypeVar

from huibao.domain.roster.person import FactKind, PersonFacts
from huibao.kernel.period import Period, age_on

Decisions = TypeVar("Decisions")
ONE_DAY = timedelta(days=1)


class Alike(Generic[Decisions]):
    """Decisions kept by kind of person, for one contract's period and one day of judging."""

    def __init__(self, period: Period, judged_on: date) -> None:
        """Nothing is known yet; `judged_on` lies in the period."""
        self._first_on, self._judged_on = period.first_on, judged_on
        self._known: dict[Hashable, Decisions] = {}

    def kind_of(self, one: PersonFacts) -> Hashable | None:
        """What kind of person this is; None for who is to be decided alone.

        Alone: the dead, children born within the period, and people of whom one thing is said twice, because then the
        order of the sayings counts.
        """
        first_on, judged_on = self._first_on, self._judged_on
        born = one.person.birth_on
        if born > first_on:
            return None
        said = []
        days = {first_on, judged_on}
        kinds = set()
        for fact in one.facts:
            if fact.kind in kinds or fact.kind is FactKind.DEATH:
                return None
            kinds.add(fact.kind)
            from_on, to_on = fact.from_on, fact.to_on
            # Before the period it makes no difference when a thing began: cover begins with the period at the earliest.
            if from_on > first_on:
                days.add(from_on)
            else:
                from_on = first_on
            if to_on is not None and to_on >= first_on:
                days.add(min(to_on, date.max - ONE_DAY) + ONE_DAY)
            said.append((fact.kind, fact.value, from_on, to_on))
        return (frozenset(said), tuple(age_on(born, day) for day in sorted(days)))

    def known(self, kind: Hashable | None) -> Decisions | None:
        """What was decided for people of this kind, None when nothing was."""
        return self._known.get(kind) if kind is not None else None

    def keep(self, kind: Hashable | None, decisions: Decisions) -> None:
        """Keep what was decided for the first of a kind."""
        if kind is not None:
            self._known[kind] = decisions
