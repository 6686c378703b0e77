"""Rosters on their way in: the list, dropping a workbook, what came of it, its columns, the workbook with reasons."""

from datetime import date
from typing import Any, Final

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huibao.app import work
from huibao.app.access import Noun, Verb, may, must
from huibao.app.meanwhile import About
from huibao.app.roster_desk import dropping, reading
from huibao.app.roster_desk.drafts import STATES, about
from huibao.app.roster_desk.looking import has_reply
from huibao.domain.roster.column import TITLES
from huibao.domain.roster.source import SOURCES, SourceId
from huibao.kernel.problem import Problem, Refused
from huibao.rules.reference import division_table
from huibao.store import draft as store
from huibao.store import staff
from huibao.store.draft import DraftRecord
from huibao.web.county.shown import CHANGE_PARTS, mass_leave, money_rows, strips, words
from huibao.web.desk import Desk, DeskRequest
from huibao.web.faults import refused as refused_page
from huibao.web.forms import Field, Form, day_field, read_form, sentences, whole_number
from huibao.web.paging import page_of
from huibao.web.works import download

ACCEPT: Final = ".xlsx,.xls,.csv,.txt"
FILE: Final = Field(
    "file",
    "名册工作簿",
    "The roster's workbook",
    "请选择名册工作簿。",
    "Choose the roster's workbook.",
    kind="file",
    hint_zh="xlsx、xls 或 csv，最大 50 MiB。原样上传即可，不用删标题行、合计行。",
    hint_en="xlsx, xls or csv, at most 50 MiB. Send it as it is; titles and totals may stay.",
    accept=ACCEPT,
    needed=False,
)
SOURCE: Final = Field(
    "source",
    "哪个部门的名册",
    "Whose roster it is",
    "请选择名册种类。",
    "Choose whose roster it is.",
    kind="select",
    options=(
        ("", "请选择", "choose one"),
        *((one.value, SOURCES[one].title, SOURCES[one].title_en) for one in SourceId),
    ),
)
TAKEN_ON: Final = day_field("taken_on", "名册截至日期", "The day it is a picture of", "名册反映的是这一天的情况。")
DROP: Final = (FILE, SOURCE, TAKEN_ON)
CHANGED: Final = ("moved", "changed_grade", "changed_name")
HEADS: Final = {
    "new": ("新增", "new"),
    "left": ("减少", "gone"),
    "moved": ("迁移", "moved"),
    "died": ("死亡", "died"),
    "changed_grade": ("等级或类别变化", "another grade or category"),
    "changed_name": ("姓名变化", "another name"),
}


def area_name(code: str, on: date) -> str:
    """A county's name in full, else its code."""
    return division_table().full_name_on(code, on) or code


@require_GET
def drafts(request: DeskRequest) -> HttpResponse:
    """Rosters on their way in and taken in, the latest first."""
    desk = request.desk
    try:
        must(desk.who, Verb.READ, Noun.ROSTER)
    except Refused as refused:
        return refused_page(request, refused)
    page = page_of(request, lambda start, count: reading.drafts(desk.who, start, count))
    shown = [(one, SOURCES[SourceId(one.source)], desk.pick(*STATES[one.state]), TAGS[one.state]) for one in page.rows]
    may_drop = may(desk.who, Verb.ASK, Noun.ROSTER) is None
    return render(request, "county/rosters.html", {"page": page, "rows": shown, "may_drop": may_drop})


TAGS: Final = {
    "reading": "wait",
    "columns": "wait",
    "looked": "wait",
    "refused": "no",
    "asked": "wait",
    "taking": "wait",
    "taken": "yes",
    "away": "past",
}


@require_http_methods(["GET", "POST"])
def new(request: DeskRequest) -> HttpResponse:
    """Step 1: drop the workbook."""
    desk = request.desk
    form = Form(DROP, desk.lang)
    try:
        must(desk.who, Verb.ASK, Noun.ROSTER)
    except Refused as refused:
        return refused_page(request, refused)
    if request.method == "POST":
        form = read_form(request, DROP, desk.lang)
        sent = request.FILES.get("file")
        if sent is None:
            form.faults["file"] = desk.pick(FILE.asks_zh, FILE.asks_en)
        taken_on = form.day("taken_on")
        if form.values["source"] and form.values["source"] not in set(SourceId):
            form.faults["source"] = desk.pick(SOURCE.asks_zh, SOURCE.asks_en)
        if not form.wrong and sent is not None and taken_on is not None:
            said = SourceId(form.values["source"])
            name = str(sent.name)
            try:
                # One byte more than may be sent is enough to see that it is too much.
                content = sent.read(dropping.MOST_BYTES + 1)
                one = dropping.Dropped(name, content, said, taken_on, desk.who.area)
                found = dropping.drop(desk.who, one, desk.clock, source=desk.where.source)
            except Refused as refused:
                form.refuse(refused.problems, "file")
            else:
                if found.known:
                    return HttpResponseRedirect(f"{reverse('console:county-draft', args=[found.draft.id])}?known=1")
                return HttpResponseRedirect(at_work(found.draft))
    shown = {"form": form, "area_name": area_name(desk.who.area, desk.clock.today())}
    return render(request, "county/drop.html", shown, status=422 if form.wrong else 200)


@require_GET
def draft(request: DeskRequest, draft_id: int) -> HttpResponse:
    """Step 2: what came of it."""
    desk = request.desk
    try:
        one = reading.draft(desk.who, draft_id)
    except Refused as refused:
        return refused_page(request, refused)
    may_act = may(desk.who, Verb.ASK, Noun.ROSTER, one.record.area) is None
    shown = shown_of(desk, one) | {"may_act": may_act, "known": "known" in request.GET}
    if shown["known"]:
        sender = staff.by_id(one.record.staff_id)
        shown["role"] = desk.role_of(sender.role) if sender is not None else ""
    if one.record.state == "columns" and may_act:
        return render(request, "county/columns.html", shown | {"layouts": _layouts(desk, one.record.layouts)})
    return render(request, "county/draft.html", shown)


@require_POST
def columns(request: DeskRequest, draft_id: int) -> HttpResponse:
    """Somebody says what the columns mean."""
    desk = request.desk
    chosen: dict[int, dict[int, str]] = {}
    for name, value in request.POST.items():
        sheet, _, index = name.removeprefix("c-").partition("-")
        if name.startswith("c-") and sheet.isdecimal() and index.isdecimal():
            chosen.setdefault(int(sheet), {})[int(index)] = str(value)
    try:
        one = dropping.confirm_columns(desk.who, draft_id, version_of(request), chosen, desk.clock)
    except Refused as refused:
        return refused_page(request, refused, about_draft(draft_id))
    return HttpResponseRedirect(at_work(one))


@require_POST
def again(request: DeskRequest, draft_id: int) -> HttpResponse:
    """Step 4 begins: look once more with what was decided."""
    desk = request.desk
    try:
        one = dropping.look_again(desk.who, draft_id, version_of(request), desk.clock, check=True)
    except Refused as refused:
        return refused_page(request, refused, about_draft(draft_id))
    return HttpResponseRedirect(at_work(one))


@require_POST
def whole(request: DeskRequest, draft_id: int) -> HttpResponse:
    """Somebody says that the roster is whole though it is much shorter."""
    desk = request.desk
    code = request.POST.get("code", "")
    try:
        one = dropping.accept_whole(desk.who, draft_id, version_of(request), code, desk.clock)
    except Refused as refused:
        return refused_page(request, refused, about_draft(draft_id))
    return HttpResponseRedirect(at_work(one))


@require_http_methods(["GET", "POST"])
def away(request: DeskRequest, draft_id: int) -> HttpResponse:
    """Give a draft up, asked first."""
    desk = request.desk
    try:
        one = reading.draft(desk.who, draft_id, Verb.ASK)
        if request.method == "POST":
            dropping.put_away(desk.who, draft_id, version_of(request), desk.clock)
            return HttpResponseRedirect(reverse("console:county-rosters"))
    except Refused as refused:
        return refused_page(request, refused, about_draft(draft_id))
    return render(request, "county/away.html", shown_of(desk, one))


@require_GET
def reply(request: DeskRequest, draft_id: int) -> HttpResponse:
    """The sender's own workbook with verdict, reason and remedy for each row."""
    desk = request.desk
    try:
        found, content = reading.reply(desk.who, draft_id, desk.clock, source=desk.where.source)
    except Refused as refused:
        return refused_page(request, refused)
    return download(found.name, found.media, content)


@require_GET
def differences(request: DeskRequest, draft_id: int) -> HttpResponse:
    """Who is new, gone or changed since the last roster."""
    desk = request.desk
    head = request.GET.get("head", "new")
    head = head if head in HEADS else "new"
    try:
        one = reading.draft(desk.who, draft_id, Verb.ASK)
        total = int(one.record.summary.get("difference", {}).get(head, 0))
        page = page_of(request, lambda start, count: reading.changes(one.record, head, start, count), total)
    except Refused as refused:
        return refused_page(request, refused)
    heads = [
        (name, desk.pick(*said), int(one.record.summary.get("difference", {}).get(name, 0)))
        for name, said in HEADS.items()
    ]
    rows = [reading.masked(change, head, one.record.taken_on) for change in page.rows]
    shown = shown_of(desk, one) | {"heads": heads, "head": head, "head_name": desk.pick(*HEADS[head]), "page": page}
    shown["strips"] = strips(desk, one.record.summary.get("towns", ()), one.record.taken_on, CHANGE_PARTS)
    return render(request, "county/differences.html", shown | {"rows": rows})


@require_GET
def errors(request: DeskRequest, draft_id: int) -> HttpResponse:
    """The list of rows with findings, as a sheet to be printed for the sender."""
    desk = request.desk
    try:
        one = reading.draft(desk.who, draft_id, Verb.ASK)
        total = one.listed
        page = page_of(request, lambda start, count: reading.rows(one.record, start, count), total)
    except Refused as refused:
        return refused_page(request, refused)
    rows = [words(desk, row) for row in page.rows]
    return render(request, "county/errors.html", shown_of(desk, one) | {"page": page, "rows": rows})


def about_draft(draft_id: int) -> tuple[About, ...]:
    """A draft and its request, as the record of acts names them."""
    found = store.by_id(draft_id)
    return about(found) if found is not None else ()


def shown_of(desk: Desk, one: reading.DraftPage) -> dict[str, Any]:
    """What every page of a draft shows."""
    record = one.record
    source = SOURCES[SourceId(record.source)]
    return {
        "one": one,
        "draft": record,
        "summary": record.summary,
        "source": desk.pick(source.title, source.title_en),
        "area_name": area_name(record.area, record.taken_on),
        "state": (desk.pick(*STATES[record.state]), TAGS[record.state]),
        "problems": record.problems,
        "says": [sentences(problem, desk.lang) for problem in record.problems],
        "mass_leave": mass_leave(record.problems),
        "changed": sum(int(record.summary.get("difference", {}).get(head, 0)) for head in CHANGED),
        "money": money_rows(desk, record.summary.get("money", ())),
        "strips": strips(desk, record.summary.get("towns", ()), record.taken_on),
        "work": work_of(desk, record.work),
        "has_reply": has_reply(record),
    }


def work_of(desk: Desk, work_id: int | None) -> int | None:
    """The number of the work, where it is the reader's own."""
    if work_id is None:
        return None
    try:
        return work.one(work_id, desk.who).id
    except Refused:
        return None


def _layouts(desk: Desk, layouts: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - as it was kept
    options = [("", desk.pick("（不用这一列）", "(not used)"))]
    options += [(column.value, desk.pick(*TITLES[column])) for column in TITLES]
    found = []
    for at, layout in enumerate(layouts):
        columns_found = [
            one
            | {
                "field": f"c-{at}-{one['index']}",
                "why": desk.pick(one["reason"], one["reason_en"]),
                "options": [(value, name, value == one["column"]) for value, name in options],
            }
            for one in layout["columns"]
        ]
        found.append({"sheet": layout["sheet"], "columns": columns_found})
    return found


def at_work(record: DraftRecord) -> str:
    """The page of the work that is at a draft now."""
    return reverse("console:work-one", args=[record.work])


def version_of(request: DeskRequest) -> int:
    """The version a form was drawn from; -1, which none has, where it does not say."""
    said = whole_number(request.POST.get("version", ""))
    return -1 if said is None else said


def told(problem: Problem, desk: Desk) -> str:
    """A finding in the reader's words."""
    return sentences(problem, desk.lang)
