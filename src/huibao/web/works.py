"""Own background work: a list, one work with its progress, its files. It can be left and come back to."""

from collections.abc import Callable
from typing import Final
from urllib.parse import quote

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from huibao.app import work
from huibao.app.work import KINDS, WorkRecord
from huibao.kernel.problem import Refused
from huibao.store import kept
from huibao.web.desk import DeskRequest
from huibao.web.faults import refused as refused_page
from huibao.web.forms import sentences
from huibao.web.paging import page_of

LEADS_TO: Final[dict[str, Callable[[WorkRecord], str]]] = {
    "roster-look": lambda one: reverse(
        "console:county-check" if one.parameters.get("check") else "console:county-draft",
        args=[one.parameters["draft"]],
    ),
    "enrol-preview": lambda one: reverse("console:county-preview", args=[one.id]),
    "enrol": lambda one: reverse("console:county-preview", args=[one.parameters["preview"]]),
    "enrol-lists": lambda one: reverse("console:county-preview", args=[one.parameters["preview"]]),
    "roster-take": lambda one: reverse("console:county-draft", args=[one.parameters["draft"]]),
    "figures-count": lambda _: reverse("console:supervision"),
}
"""Where the result of a kind is read. A desk adds a row for each kind of its own."""


@require_GET
def works(request: DeskRequest) -> HttpResponse:
    """Own works, the latest first."""
    desk = request.desk
    page = page_of(request, lambda start, count: work.mine(desk.who, start, count))
    rows = [(one, desk.pick(KINDS[one.kind].zh, KINDS[one.kind].en), _state(request, one)) for one in page.rows]
    return render(request, "works/list.html", {"page": page, "rows": rows})


@require_GET
def one(request: DeskRequest, work_id: int) -> HttpResponse:
    """How far it is. Asked for with `part` it is the middle of the page alone; done, it leads to its result."""
    desk = request.desk
    try:
        found = work.one(work_id, desk.who)
    except Refused as refused:
        return refused_page(request, refused)
    leads = LEADS_TO.get(found.kind)
    to = leads(found) if leads is not None else ""
    if found.is_ready and to and "stay" not in request.GET and "part" not in request.GET:
        return HttpResponseRedirect(to)
    shown = {
        "one": found,
        "name": desk.pick(KINDS[found.kind].zh, KINDS[found.kind].en),
        "says": desk.pick(found.says, found.says_en),
        "to": to,
        "state": _state(request, found),
        "problems": [sentences(problem, desk.lang) for problem in found.problems],
        "files": kept.files_of(found.id),
    }
    return render(request, "works/part.html" if "part" in request.GET else "works/one.html", shown)


@require_GET
def file(request: DeskRequest, work_id: int, slot: str) -> HttpResponse:
    """A file that own work made."""
    try:
        found, content = work.file_of(work_id, slot, request.desk.who)
    except Refused as refused:
        return refused_page(request, refused)
    return download(found.name, found.media, content)


def download(name: str, media: str, content: bytes) -> HttpResponse:
    """A file to be saved, never opened in the page."""
    answer = HttpResponse(content, content_type=media)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    answer["Cache-Control"] = "no-store"
    return answer


def _state(request: DeskRequest, found: WorkRecord) -> tuple[str, str]:
    """The state in words, and the tag's colour."""
    pick = request.desk.pick
    return {
        "waiting": (pick("排队中", "waiting"), "wait"),
        "running": (pick("办理中", "running"), "wait"),
        "done": (pick("已完成", "done"), "yes"),
        "refused": (pick("未办成", "refused"), "no"),
        "failed": (pick("出错", "failed"), "no"),
    }[found.state]
