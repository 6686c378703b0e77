"""Payments: what is decided goes out by file, and what the bank says comes in. Account numbers stand on no page."""

from typing import Final

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from huibao.app import payout
from huibao.app.access import Noun, Verb, may, must
from huibao.app.claims.desk import contracts_of, shown_names
from huibao.app.meanwhile import About, last_of_others
from huibao.domain.payout.answers import MAX_BYTES
from huibao.domain.payout.problems import TOO_LARGE
from huibao.kernel.problem import Refused
from huibao.store import payout as store
from huibao.web.desk import DeskRequest
from huibao.web.faults import refused as refused_page
from huibao.web.forms import Field, Form, read_form
from huibao.web.insurer.keys import fresh_key
from huibao.web.insurer.tasks import place
from huibao.web.meanwhile import shown as slower
from huibao.web.meanwhile import told
from huibao.web.paging import page_of

MOST_SHOWN: Final = 50
"""Decided claims listed; the file takes all that are ready."""
HIDDEN: Final = tuple(
    Field(name, "", "", "", "", kind="hidden", needed=False, most=128) for name in ("contract", "mark", "shown", "key")
)
FILE: Final = Field(
    "file",
    "银行回盘文件",
    "The bank's file",
    "请选择文件。",
    "Choose a file.",
    kind="file",
    accept=".csv,.txt",
    hint_zh="CSV，表头：付款编号、结果、金额、日期、原因。",
    hint_en="A CSV with the columns 付款编号 (reference), 结果 (result), 金额 (amount), 日期 (date), 原因 (reason).",
)


@require_http_methods(["GET", "POST"])
def payments(request: DeskRequest) -> HttpResponse:
    """What is to be paid under each contract, the button that makes the file, and the files made so far."""
    desk = request.desk
    form = Form(HIDDEN, desk.lang)
    try:
        must(desk.who, Verb.READ, Noun.PAYMENT_FILE)
        if request.method == "POST":
            form = read_form(request, HIDDEN, desk.lang)
            said = form.values
            number = payout.make_file(
                desk.who,
                said["contract"],
                said["mark"],
                said["shown"],
                said["key"] or "none",
                desk.clock,
                desk.where.source,
            )
            return HttpResponseRedirect(f"{reverse('console:insurer-file', args=[number])}?made=1")
    except Refused as refused:
        if request.method != "POST" or may(desk.who, Verb.PAY, Noun.PAYMENT_FILE) is not None:
            return refused_page(request, refused)
        form.refuse(refused.problems)
    try:
        blocks = [payout.due(desk.who, contract, desk.clock) for contract in contracts_of(desk.who)]
    except Refused as refused:
        return refused_page(request, refused)
    slow = slower(request, desk, _last_file(form.values.get("contract", ""))) if form.wrong else {}
    shown = {
        **slow,
        "form": form,
        "blocks": blocks,
        "key": fresh_key(),
        "may_pay": may(desk.who, Verb.PAY, Noun.PAYMENT_FILE) is None,
        "most": MOST_SHOWN,
        "page": page_of(request, lambda start, count: payout.files(desk.who, start, count)),
    }
    return render(request, "insurer/payments.html", shown, status=422 if form.wrong else 200)


def _last_file(contract: str) -> tuple[About, ...]:
    """The file made last under a contract: what took the payments that were ready."""
    return tuple((Noun.PAYMENT_FILE, one.number) for one in store.files([contract], 0, 1))


@require_http_methods(["GET", "POST"])
def file(request: DeskRequest, number: str) -> HttpResponse:
    """One file: its lines and what the bank said; the bank's file is dropped here."""
    desk = request.desk
    form = Form((FILE,), desk.lang)
    try:
        found = payout.opened(desk.who, number)
    except Refused as refused:
        return refused_page(request, refused)
    if request.method == "POST":
        form = read_form(request, (FILE,), desk.lang)
        sent = request.FILES.get("file")
        if sent is not None and (sent.size or 0) > MAX_BYTES:
            form.refuse([TOO_LARGE(found=sent.size, unit="字节 bytes", limit=MAX_BYTES)], "file")
        if not form.wrong and sent is not None:
            try:
                taken = payout.take_in(desk.who, number, sent.read(), desk.clock, desk.where.source)
            except Refused as refused:
                place(form, refused.problems, {})
                if "file" not in form.faults and form.general:
                    form.faults["file"] = form.general.pop(0)
            else:
                how = "again" if taken.again else "taken"
                return HttpResponseRedirect(f"{reverse('console:insurer-file', args=[number])}?told={how}")
    lines, again = store.lines(number), request.GET.get("told") == "again"
    shown = {
        "form": form,
        "file": found,
        "page": page_of(request, lambda start, count: lines[start : start + count], len(lines)),
        "returns": store.returns(number),
        "by": shown_names([found.by]).get(found.by, found.by),
        "may_pay": may(desk.who, Verb.PAY, Noun.PAYMENT_FILE) is None,
        "told": request.GET.get("told", ""),
        "meanwhile": told(desk, last_of_others(desk.who, ((Noun.PAYMENT_FILE, number),))) if again else None,
        "made": request.GET.get("made", ""),
    }
    return render(request, "insurer/file.html", shown, status=422 if form.wrong else 200)


@require_POST
def fetch(request: DeskRequest, number: str) -> HttpResponse:
    """The file itself, with the account numbers; fetching it is on record."""
    desk = request.desk
    try:
        text = payout.text_of(desk.who, number, desk.clock, desk.where.source)
    except Refused as refused:
        return refused_page(request, refused)
    answer = HttpResponse(text.encode(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{number}.csv"'
    answer["Cache-Control"] = "no-store"
    return answer
