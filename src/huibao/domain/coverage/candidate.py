"""A person before the door: facts, covers and the day of judging, with what follows from them worked out once."""

from dataclasses import replace
from datetime import date, timedelta
from functools import cached_property

from huibao.domain.coverage.cover import Coverage
from huibao.domain.plan import Contract
from huibao.domain.roster.person import FactKind, PersonFacts, facts_on, in_force
from huibao.kernel.identity import mask
from huibao.kernel.period import add_years
from huibao.rules.facts import within
from huibao.rules.groups import groups_of
from huibao.rules.scheme import Product, Scheme

ONE_DAY = timedelta(days=1)


class Candidate:
    """A person before the door: facts, covers and the day of judging, with what follows from them worked out once."""

    def __init__(
        self, one: PersonFacts, contract: Contract, scheme: Scheme, covers: tuple[Coverage, ...], on: date
    ) -> None:
        """Keep what is given; everything else is derived when asked for."""
        self.one, self.contract, self.scheme, self.covers, self.on = one, contract, scheme, covers, on
        self._groups: dict[date, tuple[str, ...]] = {}

    @property
    def label(self) -> str:
        """The person in a message: name and masked number."""
        return f"{self.one.person.name}（{mask(self.one.person.identity)}）"

    @cached_property
    def died_on(self) -> date | None:
        """Day of death as known on the day of judging."""
        fact = in_force(self.one.facts, FactKind.DEATH, self.on)
        return fact.from_on if fact else None

    @cached_property
    def domicile(self) -> str:
        """Division code of the registered residence on the day of judging, "" when unknown."""
        fact = in_force(self.one.facts, FactKind.DOMICILE, self.on)
        return fact.value if fact else ""

    @cached_property
    def came_on(self) -> date | None:
        """First day of residence in the area after living elsewhere, None for who never lived elsewhere on record."""
        away = [
            fact.to_on
            for fact in self.one.facts
            if fact.kind is FactKind.DOMICILE and not within(fact.value, self.contract.area) and fact.from_on <= self.on
        ]
        ended = [day for day in away if day is not None]
        return max(ended) + ONE_DAY if ended else None

    @cached_property
    def left_on(self) -> date:
        """First day of the residence elsewhere that holds on the day of judging."""
        fact = in_force(self.one.facts, FactKind.DOMICILE, self.on)
        return fact.from_on if fact else self.on

    def groups_on(self, day: date) -> tuple[str, ...]:
        """Groups of the scheme the facts of a day put the person in; death does not take anybody out."""
        if day not in self._groups:
            facts = facts_on(self.one.person, self.one.facts, day)
            self._groups[day] = groups_of(self.scheme, replace(facts, alive=True))
        return self._groups[day]

    def in_product(self, product: Product, day: date) -> tuple[str, ...]:
        """Groups of a product the person is in on a day, in the product's order."""
        held = self.groups_on(day)
        return tuple(group for group in product.groups if group in held)

    def run_began(self, product: Product, day: date) -> date:
        """First day of the unbroken run up to `day` on which being in the product's groups was as on `day`.

        Facts change on the days they begin and after they end, age on birthdays; nothing changes in between.
        """
        inside = bool(self.in_product(product, day))
        first = day
        for change in reversed([one for one in self._changes() if one <= day]):
            if bool(self.in_product(product, change)) is not inside:
                return first
            first = change
        return date.min if not inside else first

    def _changes(self) -> list[date]:
        born = self.one.person.birth_on
        days = {fact.from_on for fact in self.one.facts}
        days |= {fact.to_on + ONE_DAY for fact in self.one.facts if fact.to_on and fact.to_on < date.max}
        days |= {
            add_years(born, year - born.year) for year in range(max(born.year, self.on.year - 1), self.on.year + 1)
        }
        return sorted(days)
