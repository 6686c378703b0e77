"""Debts of people treated before they paid: the list, one with its history, and the form that asks to give one up."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from huibao.app.access import Noun, Verb, may, must
from huibao.app.hospital import debt_desk as use
from huibao.app.hospital.debt_desk import WHY, DebtView
from huibao.domain.approval import STATE_NAMES
from huibao.domain.ledger import CAUSE_NAMES, Cause
from huibao.kernel.problem import Refused
from huibao.web.cashier.window import fresh_key
from huibao.web.desk import Desk, DeskRequest
from huibao.web.faults import refused as refused_page
from huibao.web.forms import Field, Form, read_form, whole_number
from huibao.web.meanwhile import shown as slower
from huibao.web.paging import page_of

REASON: Final = Field(
    "why",
    "核销原因",
    "Why it is given up",
    "请选择原因。",
    "Choose the reason.",
    kind="radios",
    options=tuple((value, zh, en) for value, (zh, en) in WHY.items()),
)
NOTE: Final = Field(
    "note",
    "说明",
    "Note",
    "请写明核实经过和依据。",
    "Say what was checked and on which paper it rests.",
    kind="textarea",
    hint_zh="写明谁核实、依据什么材料。复核人会看到。不要写姓名、证件号码和病情。",
    hint_en="Who checked it, on which paper. The approver reads it. No names, identity numbers or illnesses.",
    rows=4,
    most=use.MOST_NOTE,
)
OWED: Final = Field("owed", "", "", "", "", kind="hidden", needed=False, most=20)
KEY: Final = Field("key", "", "", "", "", kind="hidden", needed=False, most=64)
FORM: Final = (REASON, NOTE, OWED, KEY)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a debt's history: day, what, amount, the voucher or the approval behind it, what was said."""

    on: date
    what: str
    fen: int | None = None
    voucher: int = 0
    approval: int = 0
    said: str = ""


@require_GET
def debts(request: DeskRequest) -> HttpResponse:
    """Debts that stand, the oldest first, and what they come to."""
    desk = request.desk
    try:
        must(desk.who, Verb.READ, Noun.DEBT)
        count, fen = use.totals(desk.who)
        page = page_of(request, lambda start, most: use.listed(desk.who, start, most), count)
    except Refused as refused:
        return refused_page(request, refused)
    return render(request, "cashier/debts.html", {"page": page, "count": count, "fen": fen})


@require_GET
def one(request: DeskRequest, number: str) -> HttpResponse:
    """One debt: what is owed, what was agreed, and everything that happened to it."""
    desk = request.desk
    try:
        found = use.seen(desk.who, number, desk.clock)
    except Refused as refused:
        return refused_page(request, refused)
    shown = {
        "found": found,
        "history": history(desk, found),
        "sees_books": may(desk.who, Verb.READ, Noun.BOOKS, found.area) is None,
        "sent": bool(request.GET.get("sent")),
        "today": desk.clock.today(),
    }
    return render(request, "cashier/debt.html", shown)


@require_http_methods(["GET", "POST"])
def write_off(request: DeskRequest, number: str) -> HttpResponse:
    """The form that asks to give up what is left, and the request itself."""
    desk = request.desk
    try:
        must(desk.who, Verb.ASK, Noun.DEBT)
        found = use.seen(desk.who, number, desk.clock)
    except Refused as refused:
        return refused_page(request, refused)
    form = Form(FORM, desk.lang, {"owed": str(found.debt.owed_fen), "key": fresh_key()})
    if request.method == "POST":
        form = read_form(request, FORM, desk.lang)
        said = form.values
        if not form.faults.get("why") and said["why"] not in WHY:
            form.faults["why"] = REASON.asks_en if desk.lang == "en" else REASON.asks_zh
        owed = whole_number(said["owed"]) or 0
        if not form.wrong:
            try:
                use.ask_write_off(
                    desk.who, number, said["why"], said["note"], owed, said["key"], desk.clock, desk.where.source
                )
            except Refused as refused:
                form.refuse(refused.problems)
                form.values["owed"] = str(found.debt.owed_fen)
            else:
                return HttpResponseRedirect(f"{reverse('console:cashier-debt', args=[number])}?sent=1")
    shown = {"found": found, "form": form}
    if form.wrong and found.waiting is not None:
        shown |= slower(request, desk, ((Noun.APPROVAL, str(found.waiting.number)),))
    return render(request, "cashier/write_off.html", shown, status=422 if form.wrong else 200)


def history(desk: Desk, found: DebtView) -> list[Line]:
    """Everything that happened to a debt, the latest first: the books, reminders, agreements, requests."""
    en = desk.lang == "en"
    lines = [Line(one.on, CAUSE_NAMES[Cause(one.cause)][en], one.fen, voucher=one.entry) for one in found.moved]
    lines += [
        Line(one.due_on, desk.pick("发出催缴", "reminder sent"), one.fen)
        for one in found.steps
        if one.kind == "reminder"
    ]
    plans = {one.plan: one for one in found.steps if one.kind == "instalment"}
    for plan, last in plans.items():
        parts = [one for one in found.steps if one.kind == "instalment" and one.plan == plan]
        words = desk.pick(f"约定分 {len(parts)} 期偿还", f"agreed to pay in {len(parts)} parts")
        lines.append(Line(timezone.localtime(last.entered_at).date(), words, sum(one.fen for one in parts)))
    for asked in found.asked:
        says = f"{WHY[asked.request.terms.get('why', 'other')][en]}{desk.pick('：', ': ')}{asked.request.note}"
        what = desk.pick(f"申请核销（{asked.asked.who}）", f"asked to give it up ({asked.asked.who})")
        on = timezone.localtime(asked.asked.at).date()
        lines.append(Line(on, what, int(asked.request.fen), approval=asked.number, said=says))
        if asked.decided is not None:
            state = STATE_NAMES[asked.state][en]
            on = timezone.localtime(asked.decided.at).date()
            what = desk.pick(f"{state}（{asked.decided.who}）", f"{state} ({asked.decided.who})")
            lines.append(Line(on, what, approval=asked.number, said=asked.decided.said))
    return sorted(lines, key=lambda one: one.on, reverse=True)
