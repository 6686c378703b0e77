"""The approver's tasks: agree or send back, refuse in clear words, hear an appeal."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from huibao.app.access import Verb
from huibao.app.claims import acts
from huibao.app.claims.case import Case
from huibao.app.claims.consent import agree, send_back
from huibao.app.claims.desk import Turn
from huibao.rules.shelf import open_scheme
from huibao.web.desk import Desk
from huibao.web.forms import Field, Form
from huibao.web.insurer.case import drops, trail
from huibao.web.insurer.handling import LONG, reason_field
from huibao.web.insurer.tasks import Task


def choice_field(*options: tuple[str, str, str]) -> Field:
    """What the approver decides: value, Chinese, English of each way."""
    return Field("choice", "您的决定", "Your decision", "请选择。", "Choose one.", kind="radios", options=options)


def opinion_field(hint_zh: str, hint_en: str, *, most: int) -> Field:
    """What the approver writes to it; when it must be written the hint says."""
    return Field(
        "opinion",
        "复核意见",
        "Your opinion",
        "",
        "",
        kind="textarea",
        rows=4,
        most=most,
        needed=False,
        hint_zh=hint_zh,
        hint_en=hint_en,
    )


def says_why(choice: str, zh: str, en: str) -> Callable[[Form, Desk], None]:
    """The check that a choice which sends work back comes with an opinion."""

    def check(form: Form, desk: Desk) -> None:
        if form.values["choice"] == choice and not form.values["opinion"]:
            form.faults["opinion"] = desk.pick(zh, en)

    return check


CHOICE: Final = choice_field(
    ("pay", "同意，按送审金额赔付", "agree: pay the sum put up"),
    ("back", "退回，请经办人重新核定", "send it back to be assessed anew"),
)
OPINION: Final = opinion_field(
    "退回重核的、偏离超过限额的必须写。",
    "Needed to send it back, and where the deviation is above the limit.",
    most=400,
)


def _decide(turn: Turn, form: Form) -> None:
    if form.values["choice"] == "pay":
        agree(turn, form.values["opinion"])
    else:
        send_back(turn, form.values["opinion"])


def _decide_more(desk: Desk, found: Case) -> Mapping[str, Any]:
    return {
        "drops": drops(desk, found.falls),
        "trail": [line for line in trail(desk, found) if line["pays"]],
        "deviation": abs(found.deviation_fen),
        "limit": found.contract.claim_deviation_limit_fen,
        "assessment": found.claim.assessment,
    }


DECIDE: Final = Task(
    "decide",
    Verb.DECIDE,
    ("复核", "Decide"),
    ("提交", "Send"),
    lambda _desk, _found: (CHOICE, OPINION),
    _decide,
    check=says_why("back", "退回的，请写明要改什么。", "Say what is to be changed."),
    more=_decide_more,
    template="insurer/decide.html",
)


def clauses(found: Case) -> tuple[tuple[str, str], ...]:
    """Clauses a refusal may rest on: those of the benefits and of the product, with their document."""
    seen: dict[str, str] = {}
    for program in found.programs:
        scheme = open_scheme(program.scheme_id)
        for clause in (program.benefit.clause, scheme.products[found.claim.facts.product].clause):
            document = scheme.documents.get(clause.split("-")[0])
            title = document.title if document else scheme.title.zh
            seen.setdefault(clause, f"{clause} {title}"[:80])
    return tuple(seen.items())


def _refuse_fields(_desk: Desk, found: Case) -> tuple[Field, ...]:
    options = (("", "请选择", "choose one"), *((clause, words, words) for clause, words in clauses(found)))
    return (
        reason_field(
            "拒赔的理由",
            "Why nothing is paid",
            "一句话说一件事，用平常的话，例如：事故发生在保障开始之前。",
            "One thing a sentence, in everyday words.",
        ),
        Field(
            "clause",
            "依据的条款",
            "Clause it rests on",
            "请选择条款。",
            "Choose the clause.",
            kind="select",
            options=options,
            most=LONG,
        ),
    )


def _refuse(turn: Turn, form: Form) -> None:
    acts.refuse(turn, f"{form.values['reason']}\n依据：{form.values['clause']}。")


REFUSE: Final = Task(
    "refuse",
    Verb.DECIDE,
    ("拒赔", "Refuse"),
    ("作出拒赔决定", "Refuse the claim"),
    _refuse_fields,
    _refuse,
    warning=True,
    lead=(
        "理由会原样写进通知书。通知书须在三日内发出（保险法第二十四条）。",
        "The reasons stand in the letter as written; it is sent within three days (Insurance Law art. 24).",
    ),
)

HEAR: Final = Task(
    "hear",
    Verb.DECIDE,
    ("处理申诉", "Hear the appeal"),
    ("提交", "Send"),
    lambda _desk, _found: (
        choice_field(
            ("uphold", "维持原决定", "the decision stands"), ("reopen", "重开，重新办理", "deal with it anew")
        ),
        reason_field("理由", "Reasons", "写明看了什么、为什么。", "What you looked at, and why."),
    ),
    lambda turn, form: acts.hear(turn, form.values["reason"], uphold=form.values["choice"] == "uphold"),
)
