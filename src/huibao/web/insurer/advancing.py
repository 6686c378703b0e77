"""The undisputed sum paid ahead: the handler asks, the approver agrees or does not, the payer pays by file or sends back. Art. 25."""

from collections.abc import Mapping
from typing import Any, Final

from huibao.app.access import Verb
from huibao.app.claims import advancing
from huibao.app.claims.case import Case
from huibao.app.claims.desk import Turn
from huibao.domain.claims.clocks import ClockName
from huibao.web.desk import Desk
from huibao.web.forms import Field, Form
from huibao.web.insurer.deciding import choice_field, opinion_field, says_why
from huibao.web.insurer.handling import reason_field, yuan
from huibao.web.insurer.tasks import Task
from huibao.web.insurer.words import clock_words

AMOUNT: Final = Field(
    "amount",
    "先付金额（元）",
    "Sum to be paid ahead (yuan)",
    "请输入先付金额。",
    "Enter the sum to be paid ahead.",
    hint_zh="没有争议的那一部分，不超过送审金额减去已付的。",
    hint_en="The part nobody disputes: at most what was assessed less what was paid.",
    inputmode="decimal",
    width=10,
    most=20,
)
CHOICE: Final = choice_field(
    ("agree", "同意先付这个金额", "agree: this sum is paid ahead"),
    ("decline", "不同意，等全额决定", "decline: wait for the decision on the whole"),
)
OPINION: Final = opinion_field(
    "不同意的必须写，经办人会看到。", "Needed to decline; the handler will read it.", most=advancing.MOST_REASON
)
REASON: Final = reason_field(
    "为什么先付",
    "Why it is paid ahead",
    "写明哪一部分没有争议、还在等什么。不要写姓名和证件号码。",
    "Which part nobody disputes, and what is waited for. No names and no identity numbers.",
    most=advancing.MOST_REASON,
)
LAW: Final = (
    "收到材料满六十日金额仍不能确定的，先付能够确定的部分；最后付清差额（保险法第二十五条）。",
    "Sixty days after the papers came the part that is certain is paid, the rest later (Insurance Law art. 25).",
)


def _more(desk: Desk, found: Case) -> Mapping[str, Any]:
    assessed = found.claim.assessment
    terms = [one for one in found.view.clocks if one.name is ClockName.ADVANCE and one.round == found.claim.rounds]
    return {
        "assessed_fen": assessed.fen if assessed is not None else 0,
        "paid_fen": found.claim.paid_fen,
        "advance": found.consent.advance,
        "waits": found.consent.advance_asked or found.consent.advance_agreed,
        "terms": [(one, *clock_words(desk, one, desk.clock.today())) for one in terms],
    }


def _decide(turn: Turn, form: Form) -> None:
    if form.values["choice"] == "agree":
        advancing.agree(turn, form.values["opinion"])
    else:
        advancing.decline(turn, form.values["opinion"])


ASK: Final = Task(
    "ask_advance",
    Verb.HANDLE,
    ("申请先付无争议部分", "Ask to pay the undisputed part ahead"),
    ("提交复核", "Put it up"),
    lambda _desk, _found: (AMOUNT, REASON),
    lambda turn, form: advancing.ask_advance(turn, yuan(form.values["amount"], "amount"), form.values["reason"]),
    more=_more,
    template="insurer/advance.html",
    lead=LAW,
)

DECIDE: Final = Task(
    "decide_advance",
    Verb.DECIDE,
    ("复核先付", "Decide on the advance"),
    ("提交", "Send"),
    lambda _desk, _found: (CHOICE, OPINION),
    _decide,
    check=says_why("decline", "不同意的，请写明理由。", "Say why not."),
    more=_more,
    template="insurer/advance.html",
    lead=LAW,
)

SEND_BACK: Final = Task(
    "advance_back",
    Verb.PAY,
    ("退回先付", "Send the advance back"),
    ("退回，不付", "Send it back unpaid"),
    lambda _desk, _found: (
        reason_field(
            "为什么付不出去",
            "Why it cannot be paid",
            "例如：收款人账号无法核实。",
            "For example: no account.",
            most=advancing.MOST_REASON,
        ),
    ),
    lambda turn, form: advancing.send_back(turn, form.values["reason"]),
    more=_more,
    template="insurer/advance.html",
    warning=True,
    lead=(
        "退回后这一轮不再先付，等全额决定后一并付清。",
        "Nothing is paid ahead then; all is paid after the decision.",
    ),
)

CLOSE: Final = Task(
    "close",
    Verb.PAY,
    ("结案", "Close"),
    ("结案（已先付足额）", "Close: the advance was all"),
    lambda _desk, _found: (),
    lambda turn, _form: advancing.close_paid(turn),
)
