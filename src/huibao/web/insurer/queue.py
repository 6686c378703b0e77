"""The queue: what is due first, by the clocks of the law; counted and ordered by the database."""

from dataclasses import dataclass
from typing import Final

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from huibao.app.access import Noun, Verb, must
from huibao.app.claims import desk as cases
from huibao.app.person import masked_name
from huibao.domain.claims.words import Cause, State
from huibao.kernel.problem import Refused
from huibao.store import standing
from huibao.store.standing import Queued, Wanted
from huibao.web.desk import Desk, DeskRequest
from huibao.web.faults import refused as refused_page
from huibao.web.forms import Field, Form
from huibao.web.insurer.words import left, state_mark, word
from huibao.web.paging import Page, page_of

WHEN: Final = {
    "": ("全部在办", "All in hand", "every"),
    "overdue": ("已逾期", "Overdue", "overdue"),
    "today": ("今天到期", "Due today", "today"),
    "soon": ("七天内到期", "Due within a week", "soon"),
    "later": ("以后到期", "Due later", "later"),
    "paused": ("等材料", "Waiting for papers", "paused"),
    "appealed": ("申诉", "Appeals", "appealed"),
}
"""Parts of the queue: Chinese, English, which count."""
STATE: Final = Field(
    "state",
    "状态",
    "State",
    "",
    "",
    kind="select",
    needed=False,
    options=(("", "在办的", "in hand"), *((one.value, one.zh, one.en) for one in State if one is not State.NEW)),
)
WHOSE: Final = Field(
    "whose",
    "谁的",
    "Whose",
    "",
    "",
    kind="select",
    needed=False,
    options=(("", "全部", "everybody's"), ("mine", "我经办的", "mine")),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One case as the queue shows it."""

    one: Queued
    name: str
    cause: str
    state: str
    state_mark: str
    left: str
    mark: str
    bar: int
    handler: str


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the queue with its count; `here` where one stands."""

    to: str
    name: str
    count: int
    here: bool


@require_GET
def queue(request: DeskRequest) -> HttpResponse:
    """The list, a page at a time."""
    desk = request.desk
    try:
        must(desk.who, Verb.READ, Noun.CLAIM)
    except Refused as refused:
        return refused_page(request, refused)
    asked = wanted(request)
    today = desk.clock.today()
    total = standing.how_many(asked, today)
    page = page_of(request, lambda start, count: cases.queue(desk.who, asked, desk.clock, start, count), total)
    names = cases.shown_names([one.standing.handler for one in page.rows])
    rows = Page(page.number, tuple(_row(desk, one, names) for one in page.rows), page.more, page.total)
    chosen = {name: request.GET.get(name, "") for name in ("whose", "state")}
    shown = {
        "page": rows,
        "parts": _parts(request, asked),
        "form": Form((WHOSE, STATE), desk.lang, chosen),
        "when": asked.when,
        "query": query(request),
        "nothing": not rows.rows,
        "part": desk.pick(*WHEN[asked.when][:2]),
    }
    return render(request, "insurer/queue.html", shown)


def wanted(request: DeskRequest) -> Wanted:
    """What the address asks for; nonsense asks for everything."""
    desk = request.desk
    when = request.GET.get("when", "")
    state = request.GET.get("state", "")
    known = {one.value for one in State}
    return Wanted(
        cases.contracts_of(desk.who),
        desk.who.name if request.GET.get("whose") == "mine" else "",
        (State(state),) if state in known else (),
        when if when in WHEN else "",
    )


def query(request: DeskRequest) -> str:
    """What was asked for, to be carried along to a case and back."""
    kept = {name: value for name in ("when", "whose", "state") if (value := request.GET.get(name, ""))}
    return f"?{urlencode(kept)}" if kept else ""


def _parts(request: DeskRequest, asked: Wanted) -> list[Part]:
    desk = request.desk
    counts = cases.counts(desk.who, desk.clock)
    base = reverse("console:insurer-queue")
    return [
        Part(
            f"{base}?{urlencode({'when': when})}" if when else base,
            desk.pick(zh, en),
            getattr(counts, name),
            when == asked.when,
        )
        for when, (zh, en, name) in WHEN.items()
    ]


def _row(desk: Desk, one: Queued, names: dict[str, str]) -> Row:
    words, mark, bar = left(desk, one.standing, desk.clock.today())
    state = one.standing.state
    handler = one.standing.handler
    return Row(
        one,
        masked_name(one.insured),
        word(desk, Cause(one.cause)),
        word(desk, state),
        state_mark(state),
        words,
        mark,
        bar,
        names.get(handler, handler),
    )
