"""The handler's tasks: papers asked for and received, the first payer, the sum, payees and accounts, appeals."""

from collections.abc import Mapping
from typing import Any, Final

from huibao.app.access import Verb
from huibao.app.claims import acts
from huibao.app.claims.case import Case
from huibao.app.claims.desk import Turn
from huibao.app.claims.findings import read_amounts, read_injuries
from huibao.domain.claims import problems
from huibao.domain.claims.assessment import DERIVED, Findings
from huibao.domain.claims.letters import papers_letter
from huibao.domain.claims.papers import Paper, needed
from huibao.domain.claims.words import State
from huibao.kernel.fen import parse_yuan, yuan_text
from huibao.kernel.problem import Refused
from huibao.rules.vocabulary import Input, InputType
from huibao.web.desk import Desk
from huibao.web.forms import Field, Form, day_field
from huibao.web.insurer.tasks import Task, Values

PAPER_OPTIONS: Final = tuple((one.value, one.zh, one.en) for one in Paper)
LONG: Final = 2_000
AMOUNT: Final = "a_"
"""Before the name of an input of the scheme, so that it is no other field's."""
FLAG: Final = (("", "否", "no"), ("true", "是", "yes"))


def papers_field(zh: str, en: str, options: tuple[tuple[str, str, str], ...], *, needed: bool = True) -> Field:
    """Boxes to tick, one for each paper."""
    asks = ("请至少勾选一项。", "Tick at least one.")
    every = frozenset(value for value, _, _ in PAPER_OPTIONS)
    return Field("papers", zh, en, *asks, kind="checkboxes", options=options, before=every, most=LONG, needed=needed)


# --- papers -------------------------------------------------------------------------------------------------------------


def _ask_fields(_desk: Desk, found: Case) -> tuple[Field, ...]:
    options = tuple(one for one in PAPER_OPTIONS if Paper(one[0]) not in found.claim.papers)
    return (papers_field("需要补充的材料", "Papers that are missing", options),)


def _ask_start(_desk: Desk, found: Case) -> Values:
    usual = needed(medical=True)
    return {"papers": ",".join(one.value for one in usual if one not in found.claim.papers)}


def _ask_more(desk: Desk, found: Case) -> Mapping[str, Any]:
    letter = papers_letter(found.claim, (), desk.clock.today())
    return {"sentences": letter.sentences, "asked_on": found.claim.asked_on}


def _ask(turn: Turn, form: Form) -> None:
    acts.ask_papers(turn, [Paper(one) for one in form.values["papers"].split(",")])


ASK: Final = Task(
    "ask_papers",
    Verb.HANDLE,
    ("一次性通知补充材料", "Ask for papers, once"),
    ("发出通知", "Send the request"),
    _ask_fields,
    _ask,
    start=_ask_start,
    more=_ask_more,
    template="insurer/ask.html",
)


def _received_fields(_desk: Desk, found: Case) -> tuple[Field, ...]:
    first = [one for one in PAPER_OPTIONS if Paper(one[0]) in found.view.missing]
    rest = [one for one in PAPER_OPTIONS if one not in first and Paper(one[0]) not in found.claim.papers]
    fields = [papers_field("收到了哪些材料", "Papers received", tuple(first + rest), needed=False)]
    if found.claim.state in {State.REPORTED, State.PAPERS_ASKED}:
        fields.append(
            Field(
                "complete",
                "材料是否齐全",
                "Are the papers complete",
                "请选择。",
                "Choose one.",
                kind="radios",
                options=(
                    ("no", "还没有，先登记收到的", "not yet, record what came"),
                    ("yes", "齐全，可以核定", "complete, to be assessed"),
                ),
                hint_zh="通知过的材料收齐后会自动转为齐全。",
                hint_en="When all that was asked for is there, they are complete by themselves.",
            )
        )
    return tuple(fields)


def _received(turn: Turn, form: Form) -> None:
    ticked = [Paper(one) for one in form.values["papers"].split(",") if one]
    acts.receive_papers(turn, ticked, complete=form.values.get("complete") == "yes")


RECEIVED: Final = Task(
    "receive_papers",
    Verb.HANDLE,
    ("登记收到的材料", "Record papers received"),
    ("登记", "Record"),
    _received_fields,
    _received,
    start=lambda _desk, _found: {"complete": "no"},
)


# --- the first payer ----------------------------------------------------------------------------------------------------


def _first_fields(_desk: Desk, found: Case) -> tuple[Field, ...]:
    can_wait = found.claim.state is State.PAPERS_COMPLETE
    options = (("known", "已知道金额（没有赔付的填 0）", "the amount is known (0 if it pays nothing)"),)
    wait = (("wait", "还不知道，案件先挂起", "not yet; let the case wait"),) if can_wait else ()
    return (
        Field(
            "known",
            "灾害保险赔了多少",
            "What the disaster insurance paid",
            "请选择。",
            "Choose one.",
            kind="radios",
            options=(*options, *wait),
        ),
        Field("amount", "金额（元）", "Amount (yuan)", "", "", inputmode="decimal", width=10, most=20, needed=False),
        Field("reference", "对方赔案号或凭证", "Its claim number or voucher", "", "", needed=False, most=100),
    )


def _first_check(form: Form, desk: Desk) -> None:
    if form.values["known"] == "known" and not form.values["amount"]:
        form.faults["amount"] = desk.pick("请输入金额，没有赔付的填 0。", "Enter the amount, 0 if nothing is paid.")


def _first(turn: Turn, form: Form) -> None:
    fen = yuan(form.values["amount"], "amount") if form.values["known"] == "known" else None
    acts.first_payer(turn, fen, form.values["reference"])


FIRST: Final = Task(
    "first_payer",
    Verb.HANDLE,
    ("先行赔付", "First payer"),
    ("登记", "Record"),
    _first_fields,
    _first,
    check=_first_check,
    lead=(
        "溺水、火灾等六种事故由灾害民生综合保险先赔，我们补足其余（SD-4.2）。",
        "The disaster insurance pays first for six kinds of accidents; we pay the rest (SD-4.2).",
    ),
)


# --- the sum ------------------------------------------------------------------------------------------------------------


def _inputs(found: Case) -> tuple[Input, ...]:
    seen: dict[str, Input] = {}
    for program in found.programs:
        for entry in program.inputs:
            if entry.name not in DERIVED and not entry.name.startswith("in_"):
                seen.setdefault(entry.name, entry)
    return tuple(seen.values())


def input_field(entry: Input) -> Field:
    """A field for one thing a benefit must be told."""
    name = AMOUNT + entry.name
    if entry.type is InputType.FLAG:
        return Field(name, entry.zh, entry.en, "", "", kind="select", options=FLAG, needed=False)
    if entry.type is InputType.ENUM:
        options = tuple((value, value, value) for value in entry.values)
        return Field(name, entry.zh, entry.en, "", "", kind="select", options=options, needed=False)
    unit = ("（元）", " (yuan)") if entry.type is InputType.FEN else ("", "")
    mode = "decimal" if entry.type is InputType.FEN else "numeric"
    return Field(name, entry.zh + unit[0], entry.en + unit[1], "", "", inputmode=mode, width=10, most=20, needed=False)


def _assess_fields(_desk: Desk, found: Case) -> tuple[Field, ...]:
    return (
        *(input_field(entry) for entry in _inputs(found)),
        day_field("ended", "治疗结束日期", "Treatment ended on", "评残时填写。", "For grading.", needed=False),
        Field(
            "injuries",
            "伤残条目",
            "Injuries",
            "",
            "",
            kind="textarea",
            rows=3,
            most=LONG,
            needed=False,
            hint_zh="每行一处，写作 编码:类别:部位性质:等级，例如 7.1:7:左手拇指:9（JR/T 0083—2013）。",
            hint_en="One a line as code:class:part:grade, for example 7.1:7:left thumb:9 (JR/T 0083-2013).",
        ),
        day_field(
            "died", "身故日期", "Died on", "没有身故的留空。", "Leave empty unless the person died.", needed=False
        ),
        Field(
            "other",
            "与系统不同的金额（元）",
            "Another sum than the scheme's (yuan)",
            "",
            "",
            inputmode="decimal",
            width=10,
            most=20,
            needed=False,
            hint_zh="一般留空，按系统核定。",
            hint_en="Usually left empty: the scheme's sum is put up.",
        ),
        Field("why", "为什么不同", "Why another sum", "", "", kind="textarea", rows=3, most=LONG, needed=False),
    )


def _assess_start(_desk: Desk, found: Case) -> Values:
    before = found.claim.assessment
    if before is None:
        return {}
    fens = {entry.name for entry in _inputs(found) if entry.type is InputType.FEN}
    start = {
        AMOUNT + name: yuan_text(int(value)) if name in fens else ("true" if value is True else str(value))
        for name, value in before.findings.amounts
    }
    start["ended"] = before.findings.treatment_ended_on.isoformat() if before.findings.treatment_ended_on else ""
    start["died"] = before.findings.died_on.isoformat() if before.findings.died_on else ""
    start["injuries"] = "\n".join(f"{x.code}:{x.body_class}:{x.part}:{x.grade}" for x in before.findings.injuries)
    if before.override_fen is not None:
        start |= {"other": yuan_text(before.override_fen), "why": before.override_reason}
    return start


def _assess_check(form: Form, desk: Desk) -> None:
    for name in ("ended", "died"):
        form.day(name)
    if form.values["other"] and not form.values["why"]:
        form.faults["why"] = desk.pick("与系统不同的金额须写明理由。", "Another sum needs a reason.")


def _assess(turn: Turn, form: Form) -> None:
    said = {name[len(AMOUNT) :]: value for name, value in form.values.items() if name.startswith(AMOUNT) and value}
    number = turn.claim.number
    findings = Findings(
        died_on=form.day("died"),
        treatment_ended_on=form.day("ended"),
        injuries=read_injuries([line.strip() for line in form.values["injuries"].splitlines() if line.strip()]),
        amounts=read_amounts(number, said, turn.clock),
    )
    other = yuan(form.values["other"], "other") if form.values["other"] else None
    acts.assess(turn, findings, other, form.values["why"])


def _assess_more(_desk: Desk, found: Case) -> Mapping[str, Any]:
    names = [AMOUNT + entry.name for entry in _inputs(found)]
    places = [name for name in names if name.endswith("_cost") or "_in_policy" in name]
    reported = [name for name in names if name.startswith(f"{AMOUNT}reported_")]
    rest = [name for name in names if name not in {*places, *reported}]
    return {"costs": places, "reported": reported, "rest": rest, "limit": found.contract.claim_deviation_limit_fen}


ASSESS: Final = Task(
    "assess",
    Verb.HANDLE,
    ("核定金额并送审", "Assess and put up"),
    ("计算并送审", "Work it out and put it up"),
    _assess_fields,
    _assess,
    start=_assess_start,
    check=_assess_check,
    more=_assess_more,
    template="insurer/assess.html",
    places={"override_reason": "why", "injuries": "injuries"},
)


# --- short ones ---------------------------------------------------------------------------------------------------------


def reason_field(zh: str, en: str, hint_zh: str = "", hint_en: str = "", *, most: int = LONG) -> Field:
    """A text that says why."""
    return Field(
        "reason",
        zh,
        en,
        f"请写明{zh}。",
        "Write it down.",
        kind="textarea",
        rows=5,
        most=most,
        hint_zh=hint_zh,
        hint_en=hint_en,
    )


APPEAL: Final = Task(
    "appeal",
    Verb.HANDLE,
    ("登记申诉", "Record an appeal"),
    ("登记申诉", "Record the appeal"),
    lambda _desk, _found: (
        reason_field("申诉内容", "What is objected to", "照本人的话写，不替本人概括。", "In the person's own words."),
    ),
    lambda turn, form: acts.appeal(turn, form.values["reason"]),
    lead=("申诉由没有经办、复核过此案的人重新看。", "It is heard by somebody who did not deal with the case before."),
)

TAKE: Final = Task(
    "assign",
    Verb.HANDLE,
    ("由我经办", "I take it"),
    ("由我经办", "I take it"),
    lambda _desk, _found: (),
    lambda turn, _form: acts.take(turn),
)
SENT: Final = Task(
    "send_refusal",
    Verb.HANDLE,
    ("登记已寄出", "Record that it was sent"),
    ("登记已寄出", "Record that it was sent"),
    lambda _desk, _found: (),
    lambda turn, _form: acts.sent(turn),
)


def yuan(text: str, at: str) -> int:
    """Fen of an amount that was typed; Refused at its field."""
    try:
        return int(parse_yuan(text))
    except ValueError as error:
        raise Refused(problems.BAD_FINDING(name="金额", expected="元，如 1234.56", found=text, field=at)) from error
