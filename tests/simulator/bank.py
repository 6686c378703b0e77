"""The insurer's bank: it reads the payment file, and answers by files of its own: late, twice, in parts, or it says no.

It has its own view of the truth: a payment it was told of under one number is made once, an account it does not know stays
unknown, and every answer says the same. Told in `docs/payment-file.md`; nothing of the product's own reading is used.
"""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Final

from tests.simulator.events import Story, Timeline, agree, days, minutes
from tests.simulator.network import pick

LATE: Final = (0, 0, 0, 1, 2, 9)
"""Days after which a line may be answered."""
TWICE = 0.25
"""How often an answer comes a second time."""
NO_SUCH_ACCOUNT: Final = "账号不存在（虚构）"
HEADS: Final = "付款编号,收款人,账号,开户行,金额,用途"

Hear = Callable[[str, bytes, Sequence["Said"]], None]
"""What is done with an answer: (number of the payment file, the bank's file, what it says)."""


@dataclass(frozen=True, slots=True)
class Payment:
    """One line of a payment file."""

    number: str
    payee: str
    account: str
    yuan: str
    purpose: str


@dataclass(frozen=True, slots=True)
class Said:
    """One line of an answer: which payment, whether it was made, on which day."""

    number: str
    paid: bool
    on: date


@dataclass(slots=True)
class Bank:
    """The other end of the line."""

    time: Timeline
    made: dict[str, Payment] = field(default_factory=dict)
    """What left the account, by number."""
    unknown: dict[str, bool] = field(default_factory=dict)
    """Whether an account is none of anybody's; it does not change its mind."""
    answers: dict[str, Said] = field(default_factory=dict)
    amounts: dict[str, str] = field(default_factory=dict)
    """Yuan by number, as told."""

    def told(self, text: str, hear: Hear) -> None:
        """Take a payment file; answers come whenever they come."""
        file, payments = read(text)
        dice = self.time.dice(f"bank {file}")
        by_delay: dict[int, list[Payment]] = {}
        for payment in payments:
            self.amounts[payment.number] = payment.yuan
            by_delay.setdefault(dice.choice(LATE), []).append(payment)
        for delay, some in sorted(by_delay.items()):
            at = self.time.clock.at + days(delay) + minutes(dice.randrange(1, 1440))
            # Some answers come again weeks later, to the byte; some together with everything said before.
            self.time.begin("bank", self._answer(file, some, hear, twice=pick(dice, TWICE)), at)
        if pick(dice, 0.2):
            self.time.begin("bank", self._answer(file, payments, hear), self.time.clock.at + days(30))

    def _answer(self, file: str, payments: Sequence[Payment], hear: Hear, *, twice: bool = False) -> Story:
        dice = self.time.dice(f"answer {file} {payments[0].number} {len(payments)}")
        said = [self._done(one) for one in payments]
        content = self._written(said, stray=pick(dice, 0.15), gbk=pick(dice, 0.3))
        hear(file, content, said)
        if twice:
            yield days(dice.choice((0, 0, 1, 3, 20))) + minutes(dice.randrange(1, 600))
            hear(file, content, said)

    def _done(self, one: Payment) -> Said:
        """Make a payment, once, or find that there is no such account."""
        if one.number not in self.answers:
            unknown = self.unknown.setdefault(one.account, pick(self.time.dice(f"account {one.account}"), 0.15))
            if not unknown:
                self.made[one.number] = one
            self.answers[one.number] = Said(one.number, not unknown, self.time.clock.at.date())
        return self.answers[one.number]

    def _written(self, said: Sequence[Said], *, stray: bool, gbk: bool) -> bytes:
        """The bank's file; now and then with a line of somebody else's, of which nothing may come."""
        rows = [["结果", "付款编号", "金额", "日期", "原因"]]
        for one in said:
            result = ["支付成功", ""] if one.paid else ["退票", NO_SUCH_ACCOUNT]
            rows.append([result[0], one.number, self.amounts[one.number], str(one.on), result[1]])
        if stray:
            rows.append(["支付成功", "F2019-000000-000001-0001", "1.00", str(said[0].on), ""])
        out = io.StringIO(newline="")
        csv.writer(out, lineterminator="\r\n").writerows(rows)
        return out.getvalue().encode("gb18030" if gbk else "utf-8")


def read(text: str) -> tuple[str, list[Payment]]:
    """A payment file: its number and lines, with count, sum and hash looked at as a bank does."""
    body, _, said = text.rpartition("SHA-256,")
    agree("the payment file's hash", said.strip(), sha256(body.encode()).hexdigest())
    head, heads, *lines, total = csv.reader(io.StringIO(body, newline=""))
    agree("the payment file's heads", ",".join(heads), HEADS)
    found = [Payment(number, payee, account, yuan, purpose) for number, payee, account, _, yuan, purpose in lines]
    fen = sum(int(one.yuan.replace(".", "")) for one in found)
    agree("the payment file's sums", (total[1], total[4].replace(".", "")), (str(len(found)), f"{fen}".zfill(3)))
    return head[2], found
