"""The insurer's bank: told by a list of payments, it answers late, twice, for a part of the list only, or says no.

It has its own view of the truth: a payment it was told of under one number is made once, and every answer says the same.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from tests.simulator.events import Story, Timeline, days, minutes
from tests.simulator.network import pick

PAID, NO_SUCH_ACCOUNT = "paid", "no such account"
Hear = Callable[[str, str], None]
"""What is done with an answer: (number of the payment, result)."""


@dataclass(frozen=True, slots=True)
class Payment:
    """One line of a payment list."""

    number: str
    payee: str
    fen: int


@dataclass(slots=True)
class Bank:
    """The other end of the line."""

    time: Timeline
    made: dict[str, Payment] = field(default_factory=dict)
    """What left the account, by number."""
    refused: set[str] = field(default_factory=set)
    """Numbers it said no to; it does not change its mind."""

    def told(self, payments: list[Payment], hear: Hear) -> None:
        """Take a list; answers come whenever they come."""
        dice = self.time.dice(f"bank {payments[0].number}")
        for payment in payments:
            refused = payment.number in self.refused or (payment.number not in self.made and pick(dice, 0.15))
            if refused:
                self.refused.add(payment.number)
            else:
                self.made.setdefault(payment.number, payment)
            result = NO_SUCH_ACCOUNT if refused else PAID
            # A part of the list is answered today and the rest some other day; every fourth answer comes again.
            for _ in range(1 + pick(dice, 0.25) + pick(dice, 0.05)):
                at = self.time.clock.at + minutes(dice.randrange(1, 3 * 1440)) + days(dice.choice(LATE))
                self.time.begin("bank", self._answers(payment.number, result, hear), at)

    def _answers(self, number: str, result: str, hear: Hear) -> Story:
        hear(number, result)
        yield days(0)


LATE: Final = (0, 0, 0, 1, 2, 9)
