"""Visits to those who cannot come: planned on a case, listed by day, ended with what came of it, on a sheet to take along."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from huibao.app.access import Noun, Verb, must
from huibao.app.claims import acts
from huibao.app.claims.case import Case, case
from huibao.app.claims.desk import Turn, about, contracts_of, shown_names, turn
from huibao.app.person import masked_name
from huibao.domain.claims.problems import NO_VISIT
from huibao.kernel.problem import Refused
from huibao.store import payee
from huibao.store.payee import VisitRow
from huibao.web.desk import Desk, DeskRequest
from huibao.web.faults import refused as refused_page
from huibao.web.forms import Field, Form, day_field, read_form
from huibao.web.insurer.keys import fresh_key
from huibao.web.insurer.tasks import KEY, VERSION, Task, place
from huibao.web.meanwhile import shown as slower
from huibao.web.paging import Page, page_of

PURPOSES: Final = tuple((name, zh, en) for name, (zh, en) in acts.VISIT_PURPOSES.items())
OUTCOMES: Final = (
    (acts.DONE, "已去过", "done"),
    (acts.CALLED_OFF, "取消", "called off"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """A visit as it is listed."""

    visit: VisitRow
    name: str
    visitor: str
    purpose: str
    outcome: str
    late: bool


def _fields(_desk: Desk, _found: Case) -> tuple[Field, ...]:
    return (
        day_field("on", "探访日期", "Day of the visit"),
        Field("purpose", "去做什么", "What for", "请选择。", "Choose one.", kind="radios", options=PURPOSES),
        Field("note", "要带什么、注意什么", "What to bring or mind", "", "", needed=False, most=200),
    )


def _check(form: Form, _desk: Desk) -> None:
    form.day("on")


def _plan(turn_: Turn, form: Form) -> None:
    on = form.day("on")
    if on is not None:
        acts.plan_visit(turn_, turn_.account.name, on, form.values["purpose"], form.values["note"])


PLAN: Final = Task(
    "plan_visit",
    Verb.HANDLE,
    ("安排探访", "Plan a visit"),
    ("安排", "Plan it"),
    _fields,
    _plan,
    start=lambda desk, _found: {"on": (desk.clock.today() + timedelta(days=1)).isoformat(), "purpose": "papers"},
    check=_check,
)


@require_GET
def visits(request: DeskRequest) -> HttpResponse:
    """Visits to come by day, or (`ended`) those that were made."""
    desk = request.desk
    try:
        must(desk.who, Verb.READ, Noun.CLAIM)
    except Refused as refused:
        return refused_page(request, refused)
    ended = request.GET.get("ended", "")
    outcome = ended if ended in {acts.DONE, acts.CALLED_OFF} else ""
    contracts = contracts_of(desk.who)
    page = page_of(request, lambda start, count: payee.visits(contracts, outcome, start=start, count=count))
    names = shown_names([one.visitor for one in page.rows])
    rows = tuple(_row(desk, one, names) for one in page.rows)
    shown = {"page": Page(page.number, rows, page.more), "outcome": outcome}
    return render(request, "insurer/visits.html", shown)


@require_http_methods(["GET", "POST"])
def visit(request: DeskRequest, visit_id: int) -> HttpResponse:
    """One visit: the sheet to take along, and what came of it."""
    desk = request.desk
    found = payee.visit(visit_id)
    try:
        must(desk.who, Verb.READ, Noun.CLAIM)
    except Refused as refused:
        return refused_page(request, refused)
    if found is None:
        return refused_page(request, Refused(NO_VISIT()))
    try:
        held = case(desk.who, found.number, desk.clock, desk.where.source)
    except Refused as refused:
        return refused_page(request, refused)
    fields = (
        Field("outcome", "结果", "Outcome", "请选择。", "Choose one.", kind="radios", options=OUTCOMES),
        Field(
            "result",
            "经过",
            "What came of it",
            "请写一句经过。",
            "Write one sentence.",
            kind="textarea",
            rows=4,
            most=500,
        ),
        VERSION,
        KEY,
    )
    form = Form(fields, desk.lang, {"version": str(held.step), "key": fresh_key()})
    if request.method == "POST":
        form = read_form(request, fields, desk.lang)
        if not form.wrong:
            try:
                with turn(
                    desk.who, found.number, Verb.HANDLE, held.step, form.values["key"] or "none", desk.clock,
                    what="end_visit", source=desk.where.source,
                ) as one:  # fmt: skip
                    acts.end_visit(one, visit_id, form.values["outcome"], form.values["result"])
            except Refused as refused:
                place(form, refused.problems, {})
            else:
                return HttpResponseRedirect(reverse("console:insurer-visit-one", args=[visit_id]))
    ended = payee.visit(visit_id) or found
    names = shown_names([found.visitor])
    shown = {
        "form": form,
        "row": _row(desk, ended, names),
        "case": held,
        "claim": held.claim,
        "missing": [desk.pick(paper.zh, paper.en) for paper in held.view.missing],
    }
    if form.wrong and ended.outcome:
        shown |= slower(request, desk, about(found.number), fields)
    return render(request, "insurer/visit.html", shown, status=422 if form.wrong else 200)


def _row(desk: Desk, one: VisitRow, names: dict[str, str]) -> Row:
    outcomes = {value: desk.pick(zh, en) for value, zh, en in OUTCOMES}
    return Row(
        one,
        masked_name(one.insured),
        names.get(one.visitor, one.visitor),
        desk.pick(*acts.VISIT_PURPOSES[one.purpose]),
        outcomes.get(one.outcome, ""),
        not one.outcome and one.on < desk.clock.today(),
    )
