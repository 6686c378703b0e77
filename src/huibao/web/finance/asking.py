"""Forms by which finance asks for money to move: fill in, check the answers with the balances before and after, send."""

import re
import secrets
from dataclasses import replace
from typing import Final

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from huibao.app import approvals, books, money_requests
from huibao.app.access import Noun, Verb, must
from huibao.app.books import Ground
from huibao.app.money_requests import MoneyRequest
from huibao.domain.approval import Kind
from huibao.domain.ledger import AccountKind
from huibao.domain.ledger.admission import BELOW_ZERO
from huibao.kernel.fen import Fen, yuan_text
from huibao.kernel.problem import Problem, Refused
from huibao.rules.quantity import NotAQuantity, Unit, typed_quantity
from huibao.rules.vocabulary import Line
from huibao.web.desk import Desk, DeskRequest
from huibao.web.faults import not_found
from huibao.web.faults import refused as refused_page
from huibao.web.finance.words import kind_words
from huibao.web.forms import Field, Form, day_field, read_form

MOST_OPTIONS: Final = 300
"""Contracts or funds in one list: a province has some hundred and forty counties."""
NAMED: Final = {
    "allocate": Kind.ALLOCATION,
    "move": Kind.LINE_MOVE,
    "carry": Kind.CARRY_OVER,
    "return": Kind.PROFIT_RETURN,
}
"""The word in the address → what is asked for."""
KEY_CHARS: Final = 32

CONTRACT: Final = Field("contract", "合同", "Contract", "请选择合同。", "Choose a contract.", kind="select")
FUND: Final = Field("fund", "从哪项资金", "Out of which fund", "请选择资金。", "Choose a fund.", kind="select")
LINE: Final = Field("line", "险种", "Line", "请选择险种。", "Choose a line.", kind="select")
TO_LINE: Final = Field("to", "转入险种", "To which line", "请选择转入险种。", "Choose the other line.", kind="select")
TO_CONTRACT: Final = Field(
    "to", "转入合同", "To which contract", "请选择转入合同。", "Choose the other.", kind="select"
)
AMOUNT: Final = Field(
    "amount",
    "金额",
    "Amount",
    "请输入金额。",
    "Enter an amount.",
    hint_zh="单位元，例如 12,000 或 12000.50。",
    hint_en="In yuan, for example 12,000 or 12000.50.",
    inputmode="decimal",
    width=20,
    most=40,
)
ON: Final = day_field("on", "生效日期", "Takes effect on")
NOTE: Final = Field(
    "note",
    "事由",
    "Why",
    "请写明事由。",
    "Say why.",
    kind="textarea",
    hint_zh="复核人会看到。不要写姓名和证件号码。",
    hint_en="The approver will read it. No names and no identity numbers.",
    rows=3,
    most=400,
)
KEY: Final = Field("key", "", "", "", "", kind="hidden", most=64, needed=False)
FIELDS: Final = {
    Kind.ALLOCATION: (FUND, CONTRACT, LINE, AMOUNT, ON, NOTE, KEY),
    Kind.LINE_MOVE: (CONTRACT, LINE, TO_LINE, AMOUNT, ON, NOTE, KEY),
    Kind.CARRY_OVER: (CONTRACT, LINE, TO_CONTRACT, AMOUNT, ON, NOTE, KEY),
    Kind.PROFIT_RETURN: (CONTRACT, LINE, FUND, AMOUNT, ON, NOTE, KEY),
}
AT_FIELD: Final = {
    "FUND-001": "line",
    "FUND-002": "fund",
    "FUND-003": "fund",
    "FUND-004": "contract",
    "FUND-006": "line",
    "FUND-007": "amount",
    "FUND-008": "to",
    "LEDGER-003": "amount",
    "LEDGER-004": "amount",
    "LEDGER-006": "to",
    "LEDGER-011": "amount",
    "LEDGER-012": "on",
    "PLAN-016": "contract",
    "RESULT-001": "amount",
}
"""Which field a refusal is about."""


@require_http_methods(["GET", "POST"])
def ask(request: DeskRequest, kind: str) -> HttpResponse:
    """The form; what it would do; and the request itself."""
    desk, wanted = request.desk, NAMED.get(kind)
    if wanted is None:
        return not_found(request)
    try:
        must(desk.who, Verb.ASK, Noun.APPROVAL, desk.who.area)
        here = books.ground_of_all(desk.who, desk.clock)
    except Refused as refused:
        return refused_page(request, refused)
    fields = _with_options(FIELDS[wanted], here)
    if request.method == "GET":
        form = Form(fields, desk.lang, {"on": desk.clock.today().isoformat(), "key": secrets.token_hex(KEY_CHARS // 2)})
        return _form(request, wanted, form, here)
    form = read_form(request, fields, desk.lang)
    step = request.POST.get("step", "")
    asked = None if form.wrong else _read(form, wanted, desk)
    if asked is None or step == "edit":
        return _form(request, wanted, form, here)
    try:
        changes = money_requests.tried(desk.who, asked, desk.clock)
        if step == "send":
            made = approvals.ask(desk.who, asked.request(_key(form, desk)), desk.clock, desk.where.source)
            return HttpResponseRedirect(reverse("console:finance-approval", args=[made.number]))
    except Refused as refused:
        for problem in refused.problems:
            name = AT_FIELD.get(problem.code, "")
            form.refuse([_plainly(problem, here)], name if name in form.values else "")
        return _form(request, wanted, form, here)
    shown = {
        "form": form,
        "kind": kind_words(wanted, desk.lang),
        "word": kind,
        "answers": _answers(form, asked),
        "typed": list(form.values.items()),
        "changes": [(here.name(change.ref, desk.lang), change) for change in changes],
        "amount": asked.fen,
    }
    return render(request, "finance/check.html", shown)


def _form(request: DeskRequest, kind: Kind, form: Form, here: Ground) -> HttpResponse:
    desk = request.desk
    kinds = {AccountKind.FUND, AccountKind.ALLOCATION, AccountKind.SPECIAL}
    own = [one for one in books.turnovers_of(here) if one.ref.kind in kinds and here.scope.holds(one.ref)]
    shown = {
        "form": form,
        "fields": [one.name for one in form.fields],
        "kind": kind_words(kind, desk.lang),
        "word": next(word for word, one in NAMED.items() if one is kind),
        "budget": [(here.name(one.ref, desk.lang), one.closing_fen) for one in own if one.closing_fen][:MOST_OPTIONS],
    }
    return render(request, "finance/ask.html", shown, status=422 if form.wrong else 200)


def _with_options(fields: tuple[Field, ...], here: Ground) -> tuple[Field, ...]:
    """The fields with what can be chosen here: contracts, lines, and funds with what they hold."""
    choose = ("", "请选择", "choose one")
    contracts = sorted(here.contracts.values(), key=lambda one: (one.period.last_on, one.number), reverse=True)
    lines = sorted({terms.line for one in contracts for terms in one.lines})
    funds = [one for one in books.turnovers_of(here, AccountKind.FUND) if here.scope.holds(one.ref)]
    options = {
        "contract": tuple((one.number, one.number, one.number) for one in contracts[:MOST_OPTIONS]),
        "line": tuple((line.value, line.zh, line.en) for line in lines),
        "fund": tuple(
            (
                one.ref.owner,
                f"{here.name(one.ref)}（{yuan_text(one.closing_fen)} 元）",
                f"{here.name(one.ref, 'en')} ({yuan_text(one.closing_fen)} yuan)",
            )
            for one in funds[:MOST_OPTIONS]
        ),
    }
    found = []
    for one in fields:
        name = one.name
        if name == "to":
            name = "line" if one is TO_LINE else "contract"
        found.append(replace(one, options=(choose, *options[name])) if name in options else one)
    return tuple(found)


def _read(form: Form, kind: Kind, desk: Desk) -> MoneyRequest | None:
    """What was typed as a request; None with the faults said at their fields."""
    said = form.values
    fen = None
    try:
        read = typed_quantity(said["amount"], Unit.FEN)
        if read.unit is Unit.FEN and read.value > 0:
            fen = Fen(read.value)
        else:
            form.faults["amount"] = desk.pick("请输入大于零的金额，单位元。", "Enter an amount above zero, in yuan.")
    except NotAQuantity as wrong:
        form.faults["amount"] = f"{desk.pick(wrong.zh, wrong.en)}{desk.pick('。', '.')}"
    on = form.day("on")
    for name in ("contract", "line", "to", "fund"):
        if name in said and said[name] not in {value for value, _, _ in form.field(name).options}:
            form.faults[name] = desk.pick("请从列表中选择。", "Choose from the list.")
    if form.wrong or fen is None or on is None:
        return None
    area, _, fund = said.get("fund", "").rpartition("/")
    return MoneyRequest(
        kind=kind,
        contract=said["contract"],
        line=Line(said["line"]),
        fen=fen,
        on=on,
        fund=fund,
        area=area if kind is Kind.ALLOCATION else "",
        to=said.get("to", ""),
        note=said["note"],
    )


def _plainly(problem: Problem, here: Ground) -> Problem:
    """The same with accounts and lines by their names; and where money is lacking, with what can be done in this form."""
    zh, en = problem.says, problem.says_en
    for one in sorted(here.scope.refs.values(), key=lambda ref: -len(ref.code)):
        if one.code in zh:
            zh, en = zh.replace(one.code, here.name(one)), en.replace(one.code, here.name(one, "en"))
    for line in Line:
        known = re.compile(rf"\b{line.value}\b", re.ASCII)
        zh, en = known.sub(line.zh, zh), known.sub(line.en, en)
    if problem.code != BELOW_ZERO.code:
        return replace(problem, says=zh, says_en=en)
    do, do_en = "请减少金额，或先拨入资金。", "Ask for less, or bring money in first."
    return replace(problem, says=zh, says_en=en, do=do, do_en=do_en)


def _answers(form: Form, asked: MoneyRequest) -> list[tuple[str, str, int | None]]:
    """What is sent, in words: label, value, and the amount in fen where it is one."""
    at = 2 if form.lang == "en" else 1
    found: list[tuple[str, str, int | None]] = []
    for one in form.fields:
        if one.kind == "hidden":
            continue
        said = form.values[one.name]
        if one.kind == "select":
            said = next((option[at] for option in one.options if option[0] == said), said)
        found.append((one.en if form.lang == "en" else one.zh, said, asked.fen if one.name == "amount" else None))
    return found


def _key(form: Form, desk: Desk) -> str:
    """The key made when the form was drawn, under the account's own name: nobody uses another's."""
    said = form.values.get("key", "")
    return f"console/{desk.who.name}/{said}" if said else f"console/{desk.who.name}/{secrets.token_hex(KEY_CHARS // 2)}"
