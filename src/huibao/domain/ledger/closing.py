"""Whether the books may be closed through a day: it is over, follows the last closing, and nothing was overspent then.

Entries may be dated before the money that covers them came in, as long as the account can pay when they are entered
(L5). A closing states balances by date, so there the dates must fit as well.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from huibao.domain.ledger.accounts import AccountRef
from huibao.kernel.fen import yuan_text
from huibao.kernel.problem import Problem, define

CANNOT_CLOSE = define(
    "LEDGER-021",
    "不能结账至 {through}：{why_zh}。",
    "请选择上次结账日之后、今天之前的日期。",
    "The books cannot be closed through {through}: {why_en}.",
    "Choose a day after the last closing and before today.",
)
OVERSPENT_THEN = define(
    "LEDGER-026",
    "不能结账至 {through}：按生效日，{account} 当日余额为 {balance} 元；有支出记在了资金到账之前。",
    "请用 ledger show 找出这笔支出，在本期内冲销，改按到账之后的日期重记；或结账至资金到账之后。",
    "The books cannot be closed through {through}: by date, {account} stood at {balance} yuan; something was paid before "
    "its money came in.",
    "Find it with ledger show, reverse it within the period and enter it again after its money; or close later.",
)


def closing_problems(
    through_on: date, today: date, closed_through: date | None, balances: Mapping[AccountRef, int]
) -> Iterable[Problem]:
    """What stands against closing through a day; `balances` are those at its end, fen. L5."""
    if through_on >= today:
        yield CANNOT_CLOSE(through=through_on, why_zh="这一天还没有过完", why_en="that day is not over")
    elif closed_through is not None and through_on <= closed_through:
        yield CANNOT_CLOSE(
            through=through_on, why_zh=f"已结账至 {closed_through}", why_en=f"closed through {closed_through} already"
        )
    else:
        for ref, fen in sorted(balances.items()):
            if ref.protected and fen < 0:
                yield OVERSPENT_THEN(through=through_on, account=ref.code, balance=yuan_text(fen))
