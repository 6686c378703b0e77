"""One task a page: a form about a case, drawn from the step the case stood at, done once, nothing typed lost.

A task says its fields and what is done with them; the page, the version, the key and what happens when the case moved
on meanwhile are the same for all.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from huibao.app.access import Noun, Verb, must
from huibao.app.claims.case import Case, case
from huibao.app.claims.desk import Drawn, Turn, about, turn
from huibao.app.meanwhile import newest
from huibao.domain.claims.problems import MOVED_ON
from huibao.kernel.problem import Problem, Refused
from huibao.web.desk import Desk, DeskRequest
from huibao.web.faults import refused as refused_page
from huibao.web.forms import Field, Form, read_form, whole_number
from huibao.web.insurer.case import step
from huibao.web.insurer.keys import fresh_key
from huibao.web.meanwhile import DID
from huibao.web.meanwhile import shown as slower

VERSION: Final = Field("version", "", "", "", "", kind="hidden", needed=False, most=6)
SEEN: Final = Field("seen", "", "", "", "", kind="hidden", needed=False, most=12)
"""The last act about the case when the form was drawn: accounts, visits and what is sent back are no steps of the claim."""
KEY: Final = Field("key", "", "", "", "", kind="hidden", needed=False, most=40)

Values = Mapping[str, str]


def no_start(_desk: Desk, _found: Case) -> Values:
    """An empty form."""
    return {}


def nothing_more(_desk: Desk, _found: Case) -> Mapping[str, Any]:
    """A page without more to show."""
    return {}


def no_faults(_form: Form, _desk: Desk) -> None:
    """Nothing to look at besides empty fields."""


@dataclass(frozen=True, slots=True)
class Task:
    """One thing done with a case: its words, its fields, what it does."""

    what: str
    """Word in the record of acts."""
    verb: Verb
    title: tuple[str, str]
    button: tuple[str, str]
    fields: Callable[[Desk, Case], tuple[Field, ...]]
    act: Callable[[Turn, Form], object]
    start: Callable[[Desk, Case], Values] = no_start
    check: Callable[[Form, Desk], None] = no_faults
    more: Callable[[Desk, Case], Mapping[str, Any]] = nothing_more
    template: str = "insurer/task.html"
    lead: tuple[str, str] = ("", "")
    places: Mapping[str, str] = field(default_factory=dict)
    """Field of a problem → field of the form, where they differ."""
    warning: bool = False


def page(task: Task) -> Callable[..., HttpResponse]:
    """The view of a task."""
    DID.setdefault(task.what, task.title)

    @require_http_methods(["GET", "POST"])
    def view(request: DeskRequest, number: str) -> HttpResponse:
        desk = request.desk
        try:
            must(desk.who, task.verb, Noun.CLAIM)
            found = case(desk.who, number, desk.clock, desk.where.source)
        except Refused as refused:
            return refused_page(request, refused, about(number))
        fields = (*task.fields(desk, found), VERSION, SEEN, KEY)
        if request.method != "POST":
            form = Form(fields, desk.lang, {**task.start(desk, found), **_fresh(found)})
            return _shown(request, task, found, form)
        form = read_form(request, fields, desk.lang)
        task.check(form, desk)
        seen = _step_of(form.values["version"])
        if not form.wrong:
            try:
                _do(request, task, number, form, seen)
            except Refused as refused:
                place(form, refused.problems, task.places)
                if any(one.code == MOVED_ON.code for one in refused.problems):
                    form.values |= _fresh(found)
                    return _shown(request, task, found, form, seen, moved_on=True)
            else:
                return HttpResponseRedirect(f"{reverse('console:insurer-case', args=[number])}?done={task.what}")
        return _shown(request, task, found, form, seen)

    return view


def press(task: Task) -> Callable[..., HttpResponse]:
    """The view of a task without fields: a button on the case's own page."""
    DID.setdefault(task.what, task.title)

    @require_POST
    def view(request: DeskRequest, number: str) -> HttpResponse:
        form = read_form(request, (VERSION, KEY), request.desk.lang)
        try:
            _do(request, task, number, form, _step_of(form.values["version"]))
        except Refused as refused:
            return refused_page(request, refused, about(number))
        return HttpResponseRedirect(f"{reverse('console:insurer-case', args=[number])}?done={task.what}")

    return view


def place(form: Form, problems: Sequence[Problem], places: Mapping[str, str]) -> None:
    """Say each problem at the field it is about, or at the top."""
    names = {one.name for one in form.fields if one.kind != "hidden"}
    for problem in problems:
        at = places.get(problem.field or "", problem.field or "")
        form.refuse([problem], at if at in names else "")


def _do(request: DeskRequest, task: Task, number: str, form: Form, seen: int) -> None:
    desk = request.desk
    with turn(
        desk.who,
        number,
        task.verb,
        Drawn(seen, whole_number(form.values.get("seen", ""))),
        form.values["key"] or "none",
        desk.clock,
        what=task.what,
        source=desk.where.source,
    ) as one:
        task.act(one, form)


def _fresh(found: Case) -> dict[str, str]:
    return {"version": str(found.step), "seen": str(newest(about(found.claim.number))), "key": fresh_key()}


def _step_of(text: str) -> int:
    with suppress(ValueError):
        return int(text)
    return 0


def _shown(
    request: DeskRequest, task: Task, found: Case, form: Form, seen: int | None = None, *, moved_on: bool = False
) -> HttpResponse:
    desk, slow = request.desk, dict[str, Any]()
    news = [] if seen is None else [step(desk, found, event) for event in found.claim.events if event.no > seen]
    if moved_on:
        slow = slower(request, desk, about(found.claim.number))
    context = {
        "task": task,
        "title": desk.pick(*task.title),
        "lead": desk.pick(*task.lead),
        "button": desk.pick(*task.button),
        "case": found,
        "claim": found.claim,
        "form": form,
        "names": [one.name for one in form.fields],
        "news": news if seen else [],
        **slow,
        **task.more(desk, found),
    }
    return render(request, task.template, context, status=422 if form.wrong else 200)
