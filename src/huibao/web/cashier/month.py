"""Month end: the hospital's list against ours, only what differs."""

from datetime import date, timedelta
from typing import Final

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from huibao.app.hospital import counter
from huibao.kernel.period import add_months
from huibao.kernel.problem import Refused
from huibao.web.cashier.window import at_the_hospital
from huibao.web.desk import DeskRequest
from huibao.web.faults import refused as refused_page
from huibao.web.forms import Field, Form, read_form

MOST_BYTES: Final = 10_000_000
MONTH: Final = Field(
    "month",
    "月份",
    "Month",
    "请输入月份。",
    "Enter a month.",
    hint_zh="年-月，例如 2026-01。",
    hint_en="Year-month, for example 2026-01.",
    width=10,
    most=7,
)
LIST: Final = Field(
    "list",
    "医院账单",
    "The hospital's list",
    "请选择文件。",
    "Choose a file.",
    kind="file",
    accept=".txt,.csv,.zip",
    hint_zh="文本或 ZIP，每行：结算号、就诊号、人员编号、医疗费总额、基金支付、个人账户、是否退费（1 是 0 否），用制表符或逗号分开。与接口 3202 的文件相同。",
    hint_en="A text or ZIP as for 3202; each line: settlement, stay, person, bill, funds, personal account, refund (1/0).",
    needed=False,
)


@require_http_methods(["GET", "POST"])
def month(request: DeskRequest) -> HttpResponse:
    """Sums of the month; with a list, what differs."""
    desk = request.desk
    said = request.GET.get("month") or desk.clock.today().isoformat()[:7]
    form = Form((MONTH, LIST), desk.lang, {"month": said})
    if request.method == "POST":
        form = read_form(request, (MONTH, LIST), desk.lang)
    sent = request.FILES.get("list") if request.method == "POST" else None
    if sent is not None and (sent.size or 0) > MOST_BYTES:
        form.faults["list"] = desk.pick("文件超过 10 MB，请分段上传。", "More than 10 MB; send it in parts.")
    try:
        hospital = at_the_hospital(desk)
    except Refused as refused:
        return refused_page(request, refused)
    found = None
    first = _first_of(form.values["month"])
    if first is None:
        form.faults["month"] = desk.pick("请按 年-月 输入，例如 2026-01。", "Enter a month as 2026-01.")
    elif not form.wrong:
        listed = sent.read() if sent is not None else None
        try:
            found = counter.month(desk.who, hospital, first, add_months(first, 1) - timedelta(days=1), listed)
        except Refused as refused:
            form.refuse(refused.problems, "list" if listed is not None else "")
    shown = {"form": form, "found": found, "compared": sent is not None}
    return render(request, "cashier/month.html", shown, status=422 if form.wrong else 200)


def _first_of(text: str) -> date | None:
    """The first day of a month written as 2026-01; None for what is no month, or the last one there is."""
    try:
        first = date.fromisoformat(f"{text}-01")
        add_months(first, 1)
    except ValueError:
        return None
    return first
