"""Chance without a generator: a draw is a hash of seed, what is drawn, and whose it is.

So anybody's draws can be made alone, in any order and any number at a time, with the same result on every machine.
The formulas of `persons` and `claims` are written once over `Numbers`: here for one, as plain whole numbers; for
columns see `huibao.bulk.synthetic.columns`. A test holds the two to the same people and the same bills.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum, auto
from functools import cache
from itertools import accumulate
from math import exp
from statistics import NormalDist
from typing import Any, Final, Protocol

Whole = Any
"""A whole number, or a column of them: the formulas cannot tell."""

MASK: Final = 2**64 - 1
GOLDEN: Final = 0x9E3779B97F4A7C15
FIRST: Final = 0xBF58476D1CE4E5B9
SECOND: Final = 0x94D049BB133111EB
"""The constants of the public-domain mixer splitmix64."""
DRAW_BITS: Final = 32
KNOT_BITS: Final = 10
"""A curve has 2**10 stretches between its knots."""
BETWEEN_BITS: Final = DRAW_BITS - KNOT_BITS
MILLE: Final = 1_000
TEN_THOUSAND: Final = 10_000
LAKH: Final = 100_000


class Draw(IntEnum):
    """What is drawn. New ones go to the end, so that the draws of the others stay as they are."""

    HEAD = auto()
    COUNTY = auto()
    SEX = auto()
    AGE_BAND = auto()
    AGE = auto()
    DISABLED = auto()
    CATEGORY = auto()
    GRADE = auto()
    HARDSHIP = auto()
    HARDSHIP_KIND = auto()
    HARDSHIP_ON = auto()
    RELIEF = auto()
    INSTANT_ON = auto()
    INSTITUTION = auto()
    ATHLETE = auto()
    LEFT = auto()
    LEFT_ON = auto()
    TOWN = auto()
    VILLAGE = auto()
    PHONE = auto()
    SURNAME = auto()
    GIVEN = auto()
    GENERATION = auto()
    SHORT_NAME = auto()
    DOTTED = auto()
    ISSUED = auto()
    CLAIMANT = auto()
    CHRONIC = auto()
    VISITS = auto()
    GRAVE = auto()
    ASSISTED = auto()
    CLAIM_DAY = auto()
    OUTPATIENT = auto()
    LEVEL = auto()
    AMOUNT = auto()
    IN_POLICY = auto()
    RATE = auto()
    REDUCTION = auto()
    SPLIT = auto()
    DAYS = auto()
    DIED = auto()
    GRADED = auto()
    WORST = auto()
    INJURIES = auto()
    JOINED_EARLIER = auto()
    PRE_EXISTING = auto()
    PRE_GRADE = auto()
    DISASTER = auto()
    DISASTER_PART = auto()
    FLAG = auto()
    """The first of the flags; each takes the number after the last one's."""
    OTHER_PAYER = 200
    OWN_INPUT = 300
    LATE = 400
    LATE_BY = auto()
    FAULT = auto()
    FAULT_KIND = auto()
    VISITS_IN_BAND = auto()
    ROW_FAULT = 500
    """One for each fault a roster row can have."""


class Numbers(Protocol):
    """Draws and the few operations formulas need beside + - * // and comparisons."""

    def draw(self, what: int) -> Whole:
        """A whole number below 2**32."""

    def pick(self, table: Sequence[int], at: Whole) -> Whole:
        """The entry of a table."""

    def rank(self, cuts: Sequence[int], at: Whole) -> Whole:
        """How many of the cuts are not above."""

    def where(self, condition: Whole, then: Whole, other: Whole) -> Whole:
        """One or the other."""

    def least(self, one: Whole, other: Whole) -> Whole:
        """The smaller."""

    def most(self, one: Whole, other: Whole) -> Whole:
        """The larger."""


def mixed(number: int) -> int:
    """Return a number in which every bit depends on every bit of the one given; 64 bits."""
    number &= MASK
    number = (number ^ (number >> 30)) * FIRST & MASK
    number = (number ^ (number >> 27)) * SECOND & MASK
    return number ^ (number >> 31)


@cache
def salt(seed: int, what: int) -> int:
    """Return what a seed and a kind of draw add to every index."""
    return mixed(mixed(seed) + what * GOLDEN)


@dataclass(frozen=True, slots=True)
class Ints:
    """The draws of one: a person, a household, a claim."""

    seed: int
    index: int

    def draw(self, what: int) -> int:
        """A whole number below 2**32."""
        return mixed(self.index * GOLDEN + salt(self.seed, what)) >> DRAW_BITS

    def pick(self, table: Sequence[int], at: int) -> int:
        """The entry of a table."""
        return table[at]

    def rank(self, cuts: Sequence[int], at: int) -> int:
        """How many of the cuts are not above."""
        return bisect_right(cuts, at)

    def where(self, condition: bool, then: Whole, other: Whole) -> Whole:
        """One or the other."""
        return then if condition else other

    def least(self, one: int, other: int) -> int:
        """The smaller."""
        return min(one, other)

    def most(self, one: int, other: int) -> int:
        """The larger."""
        return max(one, other)


@cache
def cuts(weights: tuple[int, ...]) -> tuple[int, ...]:
    """Return where the draws of each choice but the last end."""
    whole = sum(weights)
    return tuple((part << DRAW_BITS) // whole for part in accumulate(weights[:-1]))


def choose(numbers: Numbers, what: int, weights: tuple[int, ...]) -> Whole:
    """Return the place of a choice, drawn by weight."""
    return numbers.rank(cuts(weights), numbers.draw(what))


def chance(numbers: Numbers, what: int, share: Whole, of: int = MILLE) -> Whole:
    """Tell whether something drawn at a share (of a thousand, unless said otherwise) is so."""
    return numbers.draw(what) * of < share << DRAW_BITS


def between(numbers: Numbers, what: int, least: Whole, most: Whole) -> Whole:
    """Return a whole number from least to most, all equally likely. The stretch is below 2**31."""
    return least + ((numbers.draw(what) * (most - least + 1)) >> DRAW_BITS)


@cache
def log_normal(median: int, sigma_mille: int) -> tuple[int, ...]:
    """Return the knots of a log-normal amount: its median and 1,000 sigma. Cut off at 3.3 sigma on both sides."""
    count = (1 << KNOT_BITS) + 1
    normal = NormalDist()
    return tuple(
        round(median * exp(normal.inv_cdf((2 * at + 1) / (2 * count)) * sigma_mille / MILLE)) for at in range(count)
    )


def on_curve(numbers: Numbers, what: int, curves: Sequence[tuple[int, ...]], which: Whole = 0) -> Whole:
    """Return an amount drawn along one of some curves, straight between its knots."""
    knots = joined(tuple(curves))
    drawn = numbers.draw(what)
    at = which * len(curves[0]) + (drawn >> BETWEEN_BITS)
    low = numbers.pick(knots, at)
    return low + (((numbers.pick(knots, at + 1) - low) * (drawn & ((1 << BETWEEN_BITS) - 1))) >> BETWEEN_BITS)


@cache
def joined(curves: tuple[tuple[int, ...], ...]) -> tuple[int, ...]:
    """Return the knots of several curves in one table."""
    return tuple(knot for curve in curves for knot in curve)
