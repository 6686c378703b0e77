"""Requests that wait, one request with everybody's part in it, and the second person's decision."""

from collections.abc import Callable
from typing import Final

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from huibao.app import approvals, books, money_requests
from huibao.app.access import Noun, Verb, may, must
from huibao.app.books import Ground
from huibao.app.money_requests import Change
from huibao.domain.approval import Approval, Kind, State
from huibao.kernel.problem import Refused
from huibao.web.county.checking import page_about as at_the_county
from huibao.web.desk import Desk, DeskRequest
from huibao.web.faults import refused as refused_page
from huibao.web.finance.words import about_words, kind_words, state_words, terms_of, tone
from huibao.web.forms import Field, Form, read_form, sentences
from huibao.web.meanwhile import shown as slower
from huibao.web.paging import Page, number_asked

DECISION: Final = Field(
    "decision",
    "您的决定",
    "Your decision",
    "请选择批准或不批准。",
    "Choose to approve or to decline.",
    kind="radios",
    options=(("yes", "批准", "Approve"), ("no", "不批准", "Decline")),
)
REASON: Final = Field(
    "reason",
    "意见",
    "What you say to it",
    "请写明意见。",
    "Say why.",
    kind="textarea",
    hint_zh="不批准时必填，申请人会看到。不要写姓名和证件号码。",
    hint_en="Needed to decline; whoever asked will read it. No names and no identity numbers.",
    rows=3,
    most=400,
    needed=False,
)
DECIDING: Final = (DECISION, REASON)
DECIDED_HERE: Final = frozenset({*money_requests.KINDS, Kind.WRITE_OFF})
"""Kinds that are decided on these pages; the others are decided where what they are about can be seen."""


def _at_the_debt(found: Approval) -> str:
    return reverse("console:cashier-debt", args=[found.request.subject])


def _at_the_insurer(found: Approval) -> str:
    return reverse("console:insurer-case", args=[found.request.subject])


LEADS_TO: Final[dict[Kind, Callable[[Approval], str]]] = {
    Kind.ROSTER_IMPORT: at_the_county,
    Kind.ENROLMENT: at_the_county,
    Kind.CLAIM_DEVIATION: _at_the_insurer,
    Kind.CLAIM_PAYMENT: _at_the_insurer,
    Kind.CLAIM_ADVANCE: _at_the_insurer,
    Kind.WRITE_OFF: _at_the_debt,
}
"""By kind: the page of the desk that asked, where a request is looked at and decided."""


@require_GET
def listed(request: DeskRequest) -> HttpResponse:
    """What waits for this reader; or everything he may see."""
    desk = request.desk
    everything = request.GET.get("all") == "1" or not _decides(desk)
    number = number_asked(request)
    try:
        must(desk.who, Verb.READ, Noun.APPROVAL)
        found = approvals.visible(desk.who, number) if everything else approvals.waiting(desk.who, number)
    except Refused as refused:
        return refused_page(request, refused)
    number = min(number, max(1, -(-found.total // approvals.PAGE)))
    rows = [
        (one, kind_words(one.request.kind, desk.lang), about_words(one, desk.lang), *_stands(one, desk))
        for one in found.rows
    ]
    shown = {
        "rows": rows,
        "everything": everything,
        "decides": _decides(desk),
        "page": Page(number, found.rows, number * approvals.PAGE < found.total, found.total),
        "waiting": approvals.waiting_count(desk.who),
    }
    return render(request, "finance/approvals.html", shown)


@require_GET
def one(request: DeskRequest, number: int) -> HttpResponse:
    """A request with everybody's part in it, and the form of the decision for who decides it."""
    try:
        found = approvals.seen(request.desk.who, number)
    except Refused as refused:
        return refused_page(request, refused)
    return _shown(request, found, Form(DECIDING, request.desk.lang))


@require_POST
def decide(request: DeskRequest, number: int) -> HttpResponse:
    """The second person's yes or no. Sent twice it has one effect; what was decided meanwhile is told."""
    desk = request.desk
    form = read_form(request, DECIDING, desk.lang)
    try:
        found = approvals.seen(desk.who, number)
        if found.request.kind not in DECIDED_HERE:
            return HttpResponseRedirect(LEADS_TO[found.request.kind](found))
        if form.wrong:
            return _shown(request, found, form)
        yes = form.values["decision"] == "yes"
        approvals.decide(desk.who, number, desk.clock, yes=yes, reason=form.values["reason"], source=desk.where.source)
    except Refused as refused:
        return _again(request, number, form, refused)
    return HttpResponseRedirect(reverse("console:finance-approval", args=[number]))


@require_POST
def withdraw(request: DeskRequest, number: int) -> HttpResponse:
    """Who asked takes it back."""
    desk = request.desk
    try:
        approvals.withdraw(desk.who, number, desk.clock, source=desk.where.source)
    except Refused as refused:
        return _again(request, number, Form(DECIDING, desk.lang), refused)
    return HttpResponseRedirect(reverse("console:finance-approval", args=[number]))


def _again(request: DeskRequest, number: int, form: Form, refused: Refused) -> HttpResponse:
    """The request as it stands now with what was typed; without it where it is not the reader's to see."""
    try:
        found = approvals.seen(request.desk.who, number)
    except Refused as unseen:
        return refused_page(request, unseen)
    for problem in refused.problems:
        form.refuse([problem], "reason" if problem.code == approvals.NEEDS_REASON.code else "")
    return _shown(request, found, form)


def _shown(request: DeskRequest, found: Approval, form: Form) -> HttpResponse:
    desk = request.desk
    ground = _ground(desk, found)
    changes, refusal = _changes(desk, found)
    named = [] if ground is None else [(ground.name(change.ref, desk.lang), change) for change in changes]
    leads = LEADS_TO.get(found.request.kind)
    status = 422 if form.wrong else 200
    shown = {
        "found": found,
        "about": about_words(found, desk.lang),
        "form": form,
        "kind": kind_words(found.request.kind, desk.lang),
        "terms": terms_of(found, ground, desk.lang),
        "changes": named,
        "refusal": refusal,
        "may_decide": approvals.may_decide(desk.who, found) and found.request.kind in DECIDED_HERE,
        "decides_there": approvals.may_decide(desk.who, found) and found.request.kind not in DECIDED_HERE,
        "may_withdraw": found.state is State.ASKED and found.asked.staff_id == desk.who.staff_id,
        "voucher": books.voucher_of(found) if may(desk.who, Verb.READ, Noun.BOOKS) is None else None,
        "leads_to": leads(found) if leads is not None else "",
        "state": _stands(found, desk),
    }
    if form.general:
        about = ((Noun.APPROVAL, str(found.number)),)
        shown |= slower(request, desk, about, None if shown["may_decide"] else DECIDING)
    return render(request, "finance/approval.html", shown, status=status)


def _stands(found: Approval, desk: Desk) -> tuple[str, str]:
    return state_words(found.state, desk.lang), tone(found.state)


def _decides(desk: Desk) -> bool:
    role = desk.who.role
    return bool(approvals.kinds_decided_by(role) or approvals.kinds_paid_by(role))


def _ground(desk: Desk, found: Approval) -> Ground | None:
    """Names of accounts, for who reads the books."""
    if may(desk.who, Verb.READ, Noun.BOOKS, found.request.area) is not None:
        return None
    return books.ground_of(desk.who, "", desk.clock.today().year, desk.clock)


def _changes(desk: Desk, found: Approval) -> tuple[tuple[Change, ...], str]:
    """What it would do to the books now; or why it would be refused."""
    if found.state is not State.ASKED or found.request.kind not in money_requests.KINDS:
        return (), ""
    try:
        return money_requests.changes(money_requests.read_request(found.request), desk.clock), ""
    except Refused as refused:
        return (), sentences(refused.problems[0], desk.lang)
