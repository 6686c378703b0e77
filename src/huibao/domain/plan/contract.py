"""A contract between a county or city and an insurer: what both signed, as values. SD-6.2, HN-3.2.

Nothing here has a default that decides about money: what a contract must state, it must state.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from huibao.kernel.fen import Fen
from huibao.kernel.period import Period
from huibao.rules.vocabulary import Line


class ProRata(StrEnum):
    """What cover for a part of the contract's period costs. The documents are silent, so the contract must say."""

    WHOLE_PREMIUM = "whole_premium"
    """The whole premium, however late the cover begins."""
    DAILY = "daily"
    """By days of cover over days of the contract, half up to the fen."""
    MONTHLY_SHORT_RATE = "monthly_short_rate"
    """By a short-rate table: a rate for each number of months begun."""


class Refunds(StrEnum):
    """What becomes of premium for days of cover that are given up."""

    UNUSED = "unused"
    """What was paid less what the days covered would have cost by the contract's pro-rata rule."""
    NONE = "none"
    """Nothing goes back."""


class EndReason(StrEnum):
    """Why cover ends before its period does."""

    DIED = "died"
    MOVED = "moved"
    """Registered residence outside the contract's area."""
    LEFT_GROUP = "left_group"
    """No longer in any group the product is for."""
    WITHDREW = "withdrew"
    """The person, or who acts for the person, asked for it."""
    MISTAKEN = "mistaken"
    """Cover that should not have been; ended as a correction, never deleted."""


class Wording(StrEnum):
    """How a disability that pre-existed is treated, the two wordings of the market. JR/T 0083-2013 rule."""

    DEEMED_PAID = "deemed_paid"
    """The benefit for the earlier grade counts as paid already."""
    THIS_ACCIDENT_ONLY = "this_accident_only"
    """The grade of this accident alone counts."""


class PayerKind(StrEnum):
    """Who may pay a premium. HN-2.1, HN-3.1, SD-2, SD-5."""

    GOVERNMENT_FUND = "government_fund"
    SELF = "self"
    CLOSE_RELATIVE = "close_relative"
    DONOR = "donor"


@dataclass(frozen=True, slots=True)
class PlannedShare:
    """One payer of a line's premium: a fixed amount, or a rate of what the fixed amounts leave. Exactly one is set."""

    payer_kind: PayerKind
    payer: str
    """Fund id of the scheme or donor id; "" where the kind says it all (self, close relative)."""
    share_bp: int | None = None
    """Rate of the premium less all fixed amounts, 1..10,000 bp."""
    share_fen: Fen | None = None
    """Fixed amount of a whole premium, >= 1 fen."""


@dataclass(frozen=True, slots=True)
class Band:
    """From this result on (bp of premium), the insurer keeps or bears this share (bp); the rest is the fund's. SD-5."""

    from_bp: int
    insurer_bp: int


@dataclass(frozen=True, slots=True)
class ContractLine:
    """What the contract says of one product line."""

    line: Line
    product: str
    """Product id of the scheme."""
    premium_fen: Fen
    """Premium for one person and the whole contract period."""
    payers: tuple[PlannedShare, ...]
    min_age: int | None = None
    """Youngest age insured on the first day of cover, full years; None: the contract sets no limit."""
    max_age: int | None = None


@dataclass(frozen=True, slots=True)
class Contract:
    """A signed contract. `scheme_hash` ties it to the very text of the scheme it was checked against."""

    number: str
    scheme_id: str
    scheme_hash: str
    area: str
    """Division code of the county or city that insures its people."""
    insurer: str
    period: Period
    lines: tuple[ContractLine, ...]
    prorata: ProRata
    short_rate_bp: tuple[int, ...]
    """Rate for 1, 2, … months begun, bp; empty unless the rule is the short-rate table."""
    leaving: Mapping[EndReason, Refunds]
    """Reasons that end the cover before its time, and what goes back then; a reason not named ends nothing."""
    operating_cost_ceiling_bp: int
    """Most of the premium the insurer may spend on operating. SD-5."""
    profit_bands: tuple[Band, ...]
    loss_bands: tuple[Band, ...]
    settings: Mapping[str, int | str]
    """Values of parameters the scheme requires and no document gives (fen, bp, days …)."""
    preexisting_wording: Wording
    chain_first_on: date
    """Day on which the first contract of this chain of extensions began. SD-6.1."""
    term_limit_years: int
    """Longest term of the whole chain of extensions, years. SD-6.1."""
    claim_days: Mapping[str, int] = field(default_factory=dict)
    """Terms of claims in days, by name: decide, pay, refuse, advance (shorter than the law), grading, report."""
    demonstration: bool = False
    """Made-up values: shown as such wherever the contract is shown."""
    claim_deviation_limit_fen: Fen | None = None
    """Most a claims handler's sum may differ from the scheme's before the approver gives an opinion of his own, fen;
    None: the contract sets none, so that every difference needs one."""
    line_move_limit_bp: int | None = None
    """Most of a line's premium that approved moves may take to other lines; None: the contract allows none. SD-5."""

    def line_of(self, line: Line) -> ContractLine | None:
        """Return what the contract says of a line, or None where it does not insure it."""
        return next((one for one in self.lines if one.line == line), None)

    @property
    def payer_plan(self) -> Mapping[Line, tuple[PlannedShare, ...]]:
        """Payers of each line's premium."""
        return {one.line: one.payers for one in self.lines}
