"""What it takes to reach a coverage target: how many more people, and whose money, at a premium and a take-up. S16, HN-1.

Whole people and whole fen. Of the people offered cover a share takes it; where even all offers leave the target out of
reach, what is short is counted, not hidden. Each person's premium is split among its payers so that the shares sum to it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from huibao.domain.statistics.coverage import AreaCount
from huibao.kernel.apportion import apportion
from huibao.kernel.fen import BP_ONE, Fen
from huibao.kernel.invariant import invariant


@dataclass(frozen=True, slots=True)
class AreaNeed:
    """What one area has to do under a take-up. People, all >= 0."""

    code: str
    people: int
    insured: int
    needed: int
    """More people to be insured for the target."""
    offers: int
    """People to be offered cover, never more than are uncovered."""
    newly: int
    """Of them, people who take it and are needed."""

    @property
    def short(self) -> int:
        """People still lacking when everybody uncovered was offered cover."""
        return self.needed - self.newly


@dataclass(frozen=True, slots=True)
class Way:
    """One combination of premium and take-up: the people it reaches and the money of a year, fen."""

    premium_fen: Fen
    take_up_bp: int
    areas: tuple[AreaNeed, ...]
    by_payer: Mapping[str, Fen]
    """The year's premium of everybody insured in the end, by payer; sums to `total_fen` (P1)."""
    new_by_payer: Mapping[str, Fen]
    """Of it, for the people newly insured."""
    over_budget: Mapping[str, Fen]
    """Payers (or `total`) whose budget it exceeds, and by how much."""

    @property
    def needed(self) -> int:
        """More people to be insured, over all areas."""
        return sum(area.needed for area in self.areas)

    @property
    def newly(self) -> int:
        """People newly insured, over all areas."""
        return sum(area.newly for area in self.areas)

    @property
    def offers(self) -> int:
        """People to be offered cover, over all areas."""
        return sum(area.offers for area in self.areas)

    @property
    def short(self) -> int:
        """People still lacking, over all areas."""
        return sum(area.short for area in self.areas)

    @property
    def total_fen(self) -> Fen:
        """The year's premium of everybody insured in the end."""
        return Fen(sum(self.by_payer.values()))

    @property
    def new_fen(self) -> Fen:
        """Of it, for the people newly insured."""
        return Fen(sum(self.new_by_payer.values()))

    @property
    def reached(self) -> bool:
        """Whether nobody is lacking."""
        return self.short == 0

    @property
    def fits(self) -> bool:
        """Whether it stays within every budget that was given."""
        return not self.over_budget


def needs(counts: Sequence[AreaCount], share_bp: int, *, each_area: bool) -> tuple[int, ...]:
    """More people for each area: until each reaches the share, or until all together do. HN-1.

    Together, the fewest people that reach it are shared out by how many are uncovered in each area.
    """
    if each_area:
        return tuple(_missing(count.people, count.insured, share_bp) for count in counts)
    people, insured = sum(count.people for count in counts), sum(count.insured for count in counts)
    fewest = _missing(people, insured, share_bp)
    return apportion(fewest, [count.people - count.insured for count in counts]) if fewest else (0,) * len(counts)


def _missing(people: int, insured: int, share_bp: int) -> int:
    return max(-(-people * share_bp // BP_ONE) - insured, 0)


def way(
    counts: Sequence[AreaCount],
    needed: Sequence[int],
    premium_fen: Fen,
    take_up_bp: int,
    shares_bp: Mapping[str, int],
    budgets: Mapping[str, Fen],
) -> Way:
    """What a premium and a take-up come to. 0 < take-up <= 10,000 bp; the payers' shares sum to 10,000 bp. P1, S16."""
    areas = tuple(_area(count, need, take_up_bp) for count, need in zip(counts, needed, strict=True))
    split = dict(zip(shares_bp, apportion(premium_fen, tuple(shares_bp.values())), strict=True))
    newly = sum(area.newly for area in areas)
    everybody = sum(count.insured for count in counts) + newly
    by_payer = {payer: Fen(fen * everybody) for payer, fen in split.items()}
    new_by_payer = {payer: Fen(fen * newly) for payer, fen in split.items()}
    invariant(sum(by_payer.values()) == premium_fen * everybody, "P1", "payers' shares sum to the premium")
    spent = {**by_payer, "total": Fen(premium_fen * everybody)}
    over = {payer: Fen(spent[payer] - most) for payer, most in budgets.items() if spent[payer] > most}
    return Way(premium_fen, take_up_bp, areas, by_payer, new_by_payer, over)


def _area(count: AreaCount, needed: int, take_up_bp: int) -> AreaNeed:
    uncovered = count.people - count.insured
    offers = min(-(-needed * BP_ONE // take_up_bp), uncovered)
    newly = min(offers * take_up_bp // BP_ONE, needed)
    invariant(0 <= newly <= offers <= uncovered, "A1", f"{count.code}: people offered cover are uncovered people")
    return AreaNeed(count.code, count.people, count.insured, needed, offers, newly)
