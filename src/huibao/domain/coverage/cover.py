"""A cover and its end: two dated facts, neither ever changed. An end is a record of its own beside the cover."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from huibao.domain.plan import EndReason
from huibao.domain.premium import Share
from huibao.kernel.fen import Fen
from huibao.kernel.period import Period
from huibao.rules.vocabulary import Line


@dataclass(frozen=True, slots=True)
class CoverageEnd:
    """Cover ends after `last_on`, earlier than was agreed. A correction is a further record with an earlier day."""

    last_on: date
    """Last day of cover; the day before the cover's first day where it never began."""
    reason: EndReason
    key: str
    """Key of the batch that ended it."""
    refunds: tuple[Share, ...] = ()
    """What goes back by this record, to each payer, fen."""

    @property
    def refund_fen(self) -> Fen:
        """Sum of what goes back by this record."""
        return Fen(sum(share.fen for share in self.refunds))


@dataclass(frozen=True, slots=True)
class Coverage:
    """One person insured for one line under one contract."""

    id: int
    """Row in the store; 0 while planned."""
    person_id: int
    contract: str
    """Contract number."""
    area: str
    """Area of the contract; with the insurer, by which a cover is named in a refusal."""
    insurer: str
    line: Line
    product: str
    variant: str
    """Variant of the product, "" for the product itself."""
    death_cover: bool
    """False where the death benefit is left out (capacity rule, or the product has none)."""
    group: str
    """Target group by which the person entered: the one with the earliest cover."""
    groups: tuple[str, ...]
    """All groups of the product the person was in on the day of entry."""
    town: str
    """Township (9 digits) on the day of entry; "" when unknown."""
    period: Period
    """Days agreed at entry; see `in_force` for what is left of them."""
    premium_fen: Fen
    shares: tuple[Share, ...]
    enrolment_key: str
    """Key of the batch by which the person entered."""
    ends: tuple[CoverageEnd, ...] = ()

    @property
    def last_on(self) -> date:
        """Last day of cover, ends taken into account; before the first day where the cover never began."""
        return min((end.last_on for end in self.ends), default=self.period.last_on)

    @property
    def in_force(self) -> Period | None:
        """Days on which the person is covered; None where the cover never began."""
        return self.period.clip(last_on=self.last_on)

    @property
    def refunded_fen(self) -> Fen:
        """What has gone back of the premium so far."""
        return Fen(sum(end.refund_fen for end in self.ends))


@dataclass(frozen=True, slots=True)
class HeldCover:
    """What settling a bill asks of a cover: whose, under which contract, of what line and product, in force when."""

    person_id: int
    contract: str
    """Contract number."""
    line: Line
    product: str
    group: str
    """Target group by which the person entered."""
    in_force: Period
    """Days on which the person is covered, ends taken into account."""


def in_force_on(covers: Iterable[Coverage], line: Line, day: date) -> Coverage | None:
    """Return the cover of a line on a day, or None. There is never more than one. V1."""
    return next((one for one in covers if one.line == line and (days := one.in_force) and day in days), None)


def overlapping(covers: Iterable[Coverage], line: Line, period: Period) -> tuple[Coverage, ...]:
    """Return the covers of a line that share a day with the period, earliest first. V1 asks for none."""
    found = [one for one in covers if one.line == line and (days := one.in_force) and days.overlaps(period)]
    return tuple(sorted(found, key=lambda one: (one.period.first_on, one.id)))
