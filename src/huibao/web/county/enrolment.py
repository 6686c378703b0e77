"""Enrolment: the contracts, a preview with its money, handing on, the second person, the lists."""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huibao.app import approvals
from huibao.app.access import Noun, Verb, may
from huibao.app.enrolment_desk import enrolling, foreseeing, lists
from huibao.app.enrolment_desk.years import TwoYears, two_years
from huibao.app.meanwhile import About
from huibao.app.person import masked_name
from huibao.domain.coverage.words import WHYS
from huibao.domain.plan import Contract
from huibao.kernel.identity import mask
from huibao.kernel.problem import Refused
from huibao.rules.reference import division_table
from huibao.rules.shelf import open_scheme
from huibao.rules.vocabulary import Line
from huibao.store import contract as contracts
from huibao.store import kept
from huibao.store.work import problems_of
from huibao.web.charts import Chart, Datum
from huibao.web.county.checking import REASON, read_decision, seen_request
from huibao.web.county.rosters import area_name, work_of
from huibao.web.county.shown import money_rows
from huibao.web.desk import Desk, DeskRequest
from huibao.web.faults import refused as refused_page
from huibao.web.forms import Field, Form, day_field, read_form, sentences
from huibao.web.meanwhile import shown as slower
from huibao.web.paging import page_of

KEY_BYTES: Final = 9
ON: Final = day_field(
    "on", "参保起始日期", "Insured from", "按这一天的名册判断谁该参保。", "Who should be insured is judged on this day."
)
CONTRACT: Final = Field("contract", "合同", "Contract", "请选择合同。", "Choose the contract.", kind="select")
KEY: Final = Field("key", "", "", "", "", kind="hidden", needed=False)
YES: Final = Field(
    "yes",
    "您的决定",
    "Your decision",
    "请选择同意或不同意。",
    "Choose yes or no.",
    kind="radios",
    options=(("yes", "同意参保", "Yes, enrol"), ("no", "不同意，退回经办", "No, back to the clerk")),
)
HEADS: Final = {
    "enter": ("参保", "to enter"),
    "leave": ("退保", "to leave"),
    "refused": ("不能参保", "refused"),
}


@require_http_methods(["GET", "POST"])
def contracts_page(request: DeskRequest) -> HttpResponse:
    """Contracts of the county, a preview to be asked for, and those made lately."""
    desk = request.desk
    try:
        ours = foreseeing.contracts_for(desk.who, desk.clock)
        page = page_of(request, lambda start, count: foreseeing.recent(desk.who, start, count))
        years = two_years(desk.who, desk.clock)
    except Refused as refused:
        return refused_page(request, refused)
    fields = (_contract_field(ours), ON, KEY)
    form = Form(fields, desk.lang, _filled(desk, ours))
    may_ask = may(desk.who, Verb.ASK, Noun.ENROLMENT) is None
    if request.method == "POST":
        form = read_form(request, fields, desk.lang)
        on = form.day("on")
        if not form.wrong and on is not None:
            try:
                asked = foreseeing.ask_preview(
                    desk.who, form.values["contract"], on, form.values["key"] or "-", desk.clock
                )
            except Refused as refused:
                form.refuse(refused.problems, "contract")
            else:
                return HttpResponseRedirect(reverse("console:work-one", args=[asked.id]))
    shown = {
        "form": form,
        "contracts": ours,
        "page": page,
        "may_ask": may_ask,
        "area_name": area_name(desk.who.area, desk.clock.today()),
        "years": [_years(desk, at, one) for at, one in enumerate(years)],
    }
    return render(request, "county/enrolment.html", shown, status=422 if form.wrong else 200)


def _years(desk: Desk, at: int, one: TwoYears) -> Chart:
    """Last year's people and this year's, as bands with their table."""
    line = desk.pick(one.line.zh, one.line.en)
    then, now = (str(each.period.first_on.year) for each in (one.before, one.after))
    parts = (
        (desk.pick("两年都参保", "insured in both"), one.both, (one.both, one.both), "reached"),
        (desk.pick("只有上年参保", "only the year before"), one.only_before, (one.only_before, 0), "short"),
        (desk.pick("只有本年参保", "only this year"), one.only_after, (0, one.only_after), "reached"),
    )
    return Chart(
        id=f"years-{at}",
        kind="years",
        title=desk.pick(f"{line}：{then}年到{now}年", f"{line}: {then} to {now}"),
        says=desk.pick(
            f"{then}年参保 {one.people_before:,} 人，{now}年 {one.people_after:,} 人；数字与下表相同。",
            f"{one.people_before:,} people in {then}, {one.people_after:,} in {now}; the numbers are those of the table.",
        ),
        heads=(desk.pick("人员", "People"), desk.pick(f"{then}年（人）", then), desk.pick(f"{now}年（人）", now)),
        rows=tuple(
            Datum(name, tuple(f"{each:,}" for each in cells), (value,), tone) for name, value, cells, tone in parts
        ),
        note=desk.pick(
            f"{then}年共 {one.people_before:,} 人参保，{now}年至今 {one.people_after:,} 人。",
            f"{one.people_before:,} people were insured in {then}, {one.people_after:,} in {now} so far.",
        ),
        lang=desk.lang,
    )


@require_GET
def preview(request: DeskRequest, work_id: int) -> HttpResponse:
    """What would happen, what it costs, and what became of it."""
    return _page(request, work_id, Form((YES, REASON), request.desk.lang))


@require_GET
def people(request: DeskRequest, work_id: int) -> HttpResponse:
    """Who enters, leaves or is refused, a page at a time."""
    desk = request.desk
    head = request.GET.get("head", "enter")
    head = head if head in HEADS else "enter"
    try:
        found = foreseeing.previewed(desk.who, work_id, Verb.ASK)
    except Refused as refused:
        return refused_page(request, refused)
    counted = found.result["counted"]
    page = page_of(request, lambda start, count: foreseeing.lines(found, head, start, count), int(counted.get(head, 0)))
    shown = _shown(desk, found) | {
        "heads": [(name, desk.pick(*said), int(counted.get(name, 0))) for name, said in HEADS.items()],
        "head": head,
        "head_name": desk.pick(*HEADS[head]),
        "page": page,
        "rows": [_line(desk, one) for one in page.rows],
    }
    return render(request, "county/enrolment_people.html", shown)


@require_POST
def hand_on(request: DeskRequest, work_id: int) -> HttpResponse:
    """Put it to the second person."""
    desk = request.desk
    try:
        enrolling.submit(desk.who, work_id, desk.clock, source=desk.where.source)
    except Refused as refused:
        return refused_page(request, refused, about_preview(desk, work_id))
    return HttpResponseRedirect(reverse("console:county-preview", args=[work_id]))


@require_POST
def decide(request: DeskRequest, work_id: int) -> HttpResponse:
    """The second person's yes or no."""
    desk = request.desk
    form = read_decision(request, (YES, REASON))
    if form.wrong:
        return _page(request, work_id, form)
    said = form.values["yes"] == "yes"
    try:
        asked = seen_request(request)
        reason, source = form.values["reason"], desk.where.source
        enrolling.decide(desk.who, work_id, reason, desk.clock, yes=said, source=source, asked=asked)
    except Refused as refused:
        form.refuse(refused.problems)
        return _page(request, work_id, form)
    return HttpResponseRedirect(reverse("console:county-preview", args=[work_id]))


@require_POST
def make_lists(request: DeskRequest, work_id: int) -> HttpResponse:
    """Have the lists made."""
    desk = request.desk
    try:
        made = lists.ask_lists(desk.who, work_id, desk.clock, source=desk.where.source)
    except Refused as refused:
        return refused_page(request, refused, about_preview(desk, work_id))
    return HttpResponseRedirect(reverse("console:work-one", args=[made.id]))


def about_preview(desk: Desk, work_id: int) -> tuple[About, ...]:
    """The request of a preview, as the record of acts names it."""
    try:
        approval = foreseeing.previewed(desk.who, work_id).approval
    except Refused:
        return ()
    return () if approval is None else ((Noun.APPROVAL, str(approval.number)),)


def _page(request: DeskRequest, work_id: int, form: Form) -> HttpResponse:
    desk = request.desk
    try:
        found = foreseeing.previewed(desk.who, work_id)
    except Refused as refused:
        return refused_page(request, refused)
    approval = found.approval
    done = found.enrolment
    shown = _shown(desk, found) | {
        "form": form,
        "approval": approval,
        "done": done,
        "lists": found.lists,
        "files": kept.files_of(found.lists.id) if found.lists is not None and work_of(desk, found.lists.id) else (),
        "may_decide": approval is not None and approvals.may_decide(desk.who, approval),
        "may_ask": may(desk.who, Verb.ASK, Noun.ENROLMENT, found.work.area) is None,
        "may_hand_on": approval is None or approval.state.value in {"declined", "withdrawn"},
        "says": [sentences(one, desk.lang) for one in (done.problems if done is not None else ())],
    }
    if form.general:
        shown |= slower(request, desk, about_preview(desk, work_id), None if shown["may_decide"] else (YES, REASON))
    return render(request, "county/preview.html", shown, status=422 if form.wrong else 200)


def _shown(desk: Desk, found: foreseeing.Previewed) -> dict[str, Any]:
    result = found.result
    contract = contracts.contract(str(result["contract"]))
    money = {"contract": contract.number, "needs": result["needs"], "premium_fen": result["premium_fen"]}
    return {
        "found": found,
        "result": result,
        "contract": contract,
        "on": date.fromisoformat(str(result["on"])),
        "area_name": area_name(contract.area, contract.period.first_on),
        "left": sum(result["left"].values()),
        "left_by": [(desk.pick(*WHYS[why]), number) for why, number in result["left"].items()],
        "not_by": [(desk.pick(*WHYS[why]), number) for why, number in result["not_eligible"].items()],
        "by_group": [_counted(desk, one, _groups(desk, contract)) for one in result["by_group"]],
        "by_town": [_counted(desk, one, _towns(contract)) for one in result["by_town"]],
        "money": money_rows(desk, [money | {"people": result["people"]}]),
    }


def _counted(desk: Desk, one: Any, names: Any) -> tuple[str, str, int, int]:  # noqa: ANN401 - as it was kept, and a function
    line = Line(one[0])
    return desk.pick(line.zh, line.en), names(str(one[1])), int(one[2]), int(one[3])


def _groups(desk: Desk, contract: Contract) -> Any:  # noqa: ANN401 - a function of a name
    groups = open_scheme(contract.scheme_id).groups

    def named(group: str) -> str:
        found = groups.get(group)
        return desk.pick(found.title.zh, found.title.en) if found is not None else group

    return named


def _towns(contract: Contract) -> Any:  # noqa: ANN401 - a function of a code
    table = division_table()

    def named(code: str) -> str:
        found = table.at(code, contract.period.first_on) if code else None
        return found.name if found is not None else code or "-"

    return named


def _line(desk: Desk, one: Mapping[str, Any]) -> dict[str, Any]:
    line = Line(str(one["line"]))
    said = ""
    if "problem" in one:
        # The refusal names the person by name; the list masks it.
        said = sentences(problems_of([one["problem"]])[0], desk.lang).replace(
            str(one["name"]), masked_name(str(one["name"]))
        )
    elif "reason" in one:
        said = desk.pick(*WHYS[str(one["reason"])])
    return {
        "name": masked_name(str(one["name"])),
        "identity": mask(str(one["identity"])),
        "person": one["person"],
        "line": desk.pick(line.zh, line.en),
        "from": one.get("first_on", ""),
        "to": one.get("last_on", ""),
        "fen": one.get("fen"),
        "says": said,
    }


def _contract_field(ours: tuple[Contract, ...]) -> Field:

    options = tuple((one.number, one.number, one.number) for one in ours)
    return replace(CONTRACT, options=options if len(options) == 1 else (("", "请选择", "choose one"), *options))


def _filled(desk: Desk, ours: tuple[Contract, ...]) -> dict[str, str]:
    today = desk.clock.today()
    on = max(today, ours[0].period.first_on) if ours else today
    return {
        "contract": ours[0].number if len(ours) == 1 else "",
        "on": on.isoformat(),
        "key": secrets.token_urlsafe(KEY_BYTES),
    }
