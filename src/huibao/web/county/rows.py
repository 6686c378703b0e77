"""Step 3: rows one by one. Plain forms; keys and the script only save presses."""

from typing import Final

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huibao.app.access import Verb
from huibao.app.roster_desk import deciding, reading
from huibao.domain.roster.column import TITLES, Column
from huibao.kernel.problem import Problem, Refused
from huibao.store.draft import RowRecord
from huibao.web.county.rosters import about_draft, shown_of
from huibao.web.county.shown import words
from huibao.web.desk import Desk, DeskRequest
from huibao.web.faults import refused as refused_page
from huibao.web.forms import Field, Form, read_form, sentences, whole_number
from huibao.web.paging import page_of

ON_A_PAGE: Final = 20
TABS: Final = {"doubtful": ("待核", "doubtful"), "refused": ("退回", "refused"), "duplicate": ("重复", "repeated")}
COLUMNS: Final = tuple(Field(column.value, *TITLES[column], "", "") for column in TITLES)
"""Every column as a field: for words."""
BY_TITLE: Final = {zh: column.value for column, (zh, _) in TITLES.items()}


@require_GET
def rows(request: DeskRequest, draft_id: int) -> HttpResponse:
    """Rows with findings, a page at a time."""
    desk = request.desk
    verdict = request.GET.get("verdict", "doubtful")
    verdict = verdict if verdict in TABS else "doubtful"
    try:
        one = reading.draft(desk.who, draft_id, Verb.ASK)
    except Refused as refused:
        return refused_page(request, refused)
    totals = {
        "doubtful": one.undecided + one.accepted + one.rejected,
        "refused": one.refused,
        "duplicate": one.duplicate,
    }
    page = page_of(
        request,
        lambda start, count: reading.rows(one.record, start, count, verdict),
        totals[verdict],
        ON_A_PAGE,
    )
    shown = shown_of(desk, one) | {
        "page": page,
        "rows": [words(desk, row) for row in page.rows],
        "tabs": [(name, desk.pick(*said), totals[name]) for name, said in TABS.items()],
        "verdict": verdict,
        "may_decide": one.record.state == "looked",
        "next_row": _next(draft_id, max((row.number for row in page.rows), default=0)),
    }
    return render(request, "county/rows.html", shown)


@require_POST
def decide(request: DeskRequest, draft_id: int, number: int) -> HttpResponse:
    """Take in, leave out, or take the decision back; on to the next row nobody decided."""
    desk = request.desk
    place = request.POST.get("place", "")
    decision = {"accept": "accept", "reject": "reject", "open": ""}.get(request.POST.get("decision", ""), "?")
    try:
        was = request.POST.get("was", "")[:40]
        following = deciding.decide_row(desk.who, draft_id, number, place, decision, desk.clock, was)
    except Refused as refused:
        return refused_page(request, refused, about_draft(draft_id))
    if not decision:
        back = whole_number(request.POST.get("page", "")) or 1
        return HttpResponseRedirect(f"{reverse('console:county-rows', args=[draft_id])}?page={back}#row-{number}")
    if following is None:
        return HttpResponseRedirect(f"{reverse('console:county-draft', args=[draft_id])}#next")
    return HttpResponseRedirect(_address(draft_id, *following))


@require_http_methods(["GET", "POST"])
def mend(request: DeskRequest, draft_id: int, number: int) -> HttpResponse:
    """One row in full, to be put right."""
    desk = request.desk
    try:
        opened = deciding.open_row(desk.who, draft_id, number, desk.clock, source=desk.where.source)
    except Refused as refused:
        return refused_page(request, refused, about_draft(draft_id), COLUMNS)
    fields = _fields(opened.row)
    form = Form(fields, desk.lang, {name: opened.row.mended.get(name, text) for name, text in opened.row.cells.items()})
    if request.method == "POST":
        form = read_form(request, fields, desk.lang)
        place = request.POST.get("place", "")
        try:
            was = request.POST.get("was", "")[:40]
            done = deciding.mend_row(desk.who, draft_id, number, place, form.values, desk.clock, was)
        except Refused as refused:
            opened = deciding.open_row(desk.who, draft_id, number, desk.clock, source=desk.where.source)
            for problem in refused.problems:
                form.refuse([problem], _field_of(problem, opened.row))
        else:
            following = _next(draft_id, number)
            if done.decision == "mend" and following is not None:
                return HttpResponseRedirect(following)
            if done.decision == "mend":
                return HttpResponseRedirect(f"{reverse('console:county-draft', args=[draft_id])}#next")
            return HttpResponseRedirect(f"{reverse('console:county-rows', args=[draft_id])}#row-{number}")
    shown = {
        "draft": opened.draft,
        "row": opened.row,
        "form": form,
        "names": [field.name for field in fields],
        "place": f"{opened.row.sheet}!{opened.row.row_no}",
        "says": [sentences(one, desk.lang) for one in opened.row.problems],
        "may_decide": opened.draft.state == "looked" and opened.row.verdict == "doubtful",
        "title": _title(desk, opened.row),
    }
    return render(request, "county/mend.html", shown, status=422 if form.wrong else 200)


def _title(desk: Desk, row: RowRecord) -> str:
    return desk.pick(f"改正第 {row.row_no} 行", f"Put row {row.row_no} right")


def _fields(row: RowRecord) -> tuple[Field, ...]:
    return tuple(
        Field(name, *TITLES[Column(name)], "", "", autocomplete="off", most=deciding.MOST_CHARS, needed=False)
        for name in row.cells
    )


def _field_of(problem: Problem, row: RowRecord) -> str:
    """The column a finding is about; the first one where it is about none, so that its message leads somewhere."""
    named = BY_TITLE.get(problem.field or "", "")
    return named if named in row.cells else ""


def _next(draft_id: int, after: int) -> str | None:
    found = reading.next_open(draft_id, after)
    return _address(draft_id, *found) if found is not None else None


def _address(draft_id: int, number: int, before: int) -> str:
    page = before // ON_A_PAGE + 1
    return f"{reverse('console:county-rows', args=[draft_id])}?page={page}#row-{number}"
