"""银行存款余额调节表 on the page: drop the bank's statement, see what only one side has, print the sheet. Nothing is posted."""

from collections.abc import Callable
from typing import Final

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from huibao.app import bank_statement as use
from huibao.app.access import Noun, Verb, may, must
from huibao.app.bank_statement import Sheet
from huibao.domain.ledger.bank_statement import COLUMNS, MAX_BYTES, TOO_LARGE, BankLine, BookLine
from huibao.kernel.problem import Refused
from huibao.web.desk import Desk, DeskRequest
from huibao.web.faults import refused as refused_page
from huibao.web.finance.books import ground, where
from huibao.web.finance.words import cause_words
from huibao.web.forms import Field, Form, day_field, read_form, sentences
from huibao.web.paging import PAGE_ROWS

FIRST: Final = day_field(
    "first",
    "对账起始日",
    "First day",
    "从年初或开户那天开始，才不会有说不清的期初差额。",
    "From the beginning of the year or of the account, so that nothing earlier is left open.",
)
LAST: Final = day_field("last", "对账截止日", "Last day", "与起始日在同一年。", "Within the same year.")
FILE: Final = Field(
    "file",
    "银行对账单",
    "The bank's statement",
    "请选择文件。",
    "Choose a file.",
    kind="file",
    accept=".csv,.txt",
    hint_zh=f"CSV，表头：{'、'.join(COLUMNS)}。金额单位元；凭证号可以不填，填支付文件的付款编号或凭证号能对得更准。",
    hint_en="A CSV with 日期 (date), 摘要 (text), 收入 (in), 支出 (out), 余额 (balance), 凭证号 (reference, may be empty).",
)
FIELDS: Final = (FIRST, LAST, FILE)
AT_FIELD: Final = {use.BAD_PERIOD.code: "first"}


@require_http_methods(["GET", "POST"])
def statements(request: DeskRequest) -> HttpResponse:
    """The form for an account whose money lies in a bank, and the statements dropped before."""
    desk = request.desk
    code = request.GET.get("code", "")[:200]
    try:
        here = ground(request)
        ref = use.account_of(here, code)
        if request.method == "POST":
            must(desk.who, Verb.HANDLE, Noun.BOOKS, here.area)
    except Refused as refused:
        return refused_page(request, refused)
    last_on = min(here.last_on, desk.clock.today())
    form = Form(FIELDS, desk.lang, {"first": here.first_on.isoformat(), "last": last_on.isoformat()})
    rows: list[str] = []
    if request.method == "POST":
        form = read_form(request, FIELDS, desk.lang)
        sent = request.FILES.get("file")
        period = (form.day("first"), form.day("last"))
        if sent is not None and (sent.size or 0) > MAX_BYTES:
            form.refuse([TOO_LARGE(found=sent.size, unit="字节 bytes", limit=MAX_BYTES)], "file")
        if not form.wrong and sent is not None and period[0] is not None and period[1] is not None:
            try:
                number = use.drop(
                    desk.who, here, code, sent.read(), (period[0], period[1]), desk.clock, desk.where.source
                )
            except Refused as refused:
                rows = _refuse(form, refused, desk)
            else:
                return HttpResponseRedirect(reverse("console:finance-bank-sheet", args=[number]))
    shown = {
        "ground": here,
        "form": form,
        "rows": rows,
        "name": here.name(ref, desk.lang),
        "listed": use.listed(here, ref),
        "may_drop": may(desk.who, Verb.HANDLE, Noun.BOOKS, here.area) is None,
        "back": where(here, code=ref.code),
    }
    return render(request, "finance/bank.html", shown, status=422 if form.wrong else 200)


@require_GET
def sheet(request: DeskRequest, number: int) -> HttpResponse:
    """Both balances, what only one side has, and whether they come to the same."""
    desk = request.desk
    try:
        made = use.sheet(desk.who, number, desk.clock)
    except Refused as refused:
        return refused_page(request, refused)
    found = made.found
    groups = [
        _group(
            made, desk.pick("银行已收、账上未收", "Came to the bank, not in the books"), found.bank_only, _came, desk
        ),
        _group(made, desk.pick("银行已付、账上未付", "Left the bank, not in the books"), found.bank_only, _went, desk),
        _group(
            made, desk.pick("账上已收、银行未收", "Came in the books, not at the bank"), found.book_only, _came, desk
        ),
        _group(
            made, desk.pick("账上已付、银行未付", "Left in the books, not at the bank"), found.book_only, _went, desk
        ),
    ]
    shown = {
        "made": made,
        "found": found,
        "ground": made.ground,
        "name": made.ground.name(made.ref, desk.lang),
        "groups": groups,
        "difference": abs(found.opening_difference_fen),
        "back": where(made.ground, code=made.ref.code),
        "most": PAGE_ROWS,
    }
    return render(request, "finance/bank_sheet.html", shown)


@require_GET
def printed(request: DeskRequest, number: int) -> HttpResponse:
    """The sheet as PDF."""
    try:
        content = use.printed(use.sheet(request.desk.who, number, request.desk.clock))
    except Refused as refused:
        return refused_page(request, refused)
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="bank-{number}.pdf"'
    answer["Cache-Control"] = "no-store"
    return answer


def _refuse(form: Form, refused: Refused, desk: Desk) -> list[str]:
    """Say what is wrong at its field; where it is many rows, how many there, and the rows in their order on the page."""
    first = refused.problems[0]
    if len(refused.problems) == 1:
        form.refuse([first], AT_FIELD.get(first.code, "file"))
        return []
    many = len(refused.problems)
    form.faults["file"] = desk.pick(
        f"对账单有 {many} 处不对，逐行列在下面；更正后重新选择文件。",
        f"{many} things are wrong with the statement; they are listed below. Correct them and choose the file again.",
    )
    return [sentences(one, desk.lang) for one in sorted(refused.problems, key=lambda one: one.row or 0)]


def _came(line: BankLine | BookLine) -> bool:
    return line.fen > 0


def _went(line: BankLine | BookLine) -> bool:
    return line.fen < 0


def _group(
    made: Sheet,
    name: str,
    lines: tuple[BankLine, ...] | tuple[BookLine, ...],
    wanted: Callable[[BankLine | BookLine], bool],
    desk: Desk,
) -> dict[str, object]:
    """One of the four kinds of lines that only one side has: its sum, and the lines with their age."""
    chosen = [one for one in lines if wanted(one)]
    rows = [
        {
            "on": one.on,
            "text": cause_words(one.cause, desk.lang) if isinstance(one, BookLine) else one.text,
            "voucher": one.entry if isinstance(one, BookLine) else 0,
            "row": 0 if isinstance(one, BookLine) else one.row,
            "fen": abs(one.fen),
            "age": made.age(one),
        }
        for one in chosen
    ]
    whole = sum(one.fen for one in chosen)
    return {
        "name": name,
        "rows": rows[:PAGE_ROWS],
        "more": max(len(rows) - PAGE_ROWS, 0),
        "fen": abs(whole),
        "sign": desk.pick("加：", "add: ") if wanted is _came else desk.pick("减：", "less: "),
        "count": len(rows),
    }
