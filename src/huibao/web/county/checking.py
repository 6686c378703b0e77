"""Steps 4 and 5: checking the answers, handing them on, and the second person's yes or no."""

from typing import Final

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from huibao.app import approvals
from huibao.app.access import Noun, Verb, may, must
from huibao.app.enrolment_desk import foreseeing
from huibao.app.roster_desk import reading, taking
from huibao.domain.approval import Approval, Kind
from huibao.kernel.problem import Refused
from huibao.web.county.rosters import about_draft, shown_of, version_of
from huibao.web.desk import DeskRequest
from huibao.web.faults import refused as refused_page
from huibao.web.forms import Field, Form, read_form, whole_number
from huibao.web.meanwhile import shown as slower
from huibao.web.paging import Page, number_asked

DECISION: Final = Field(
    "yes",
    "您的决定",
    "Your decision",
    "请选择同意或不同意。",
    "Choose yes or no.",
    kind="radios",
    options=(("yes", "同意导入", "Yes, take it in"), ("no", "不同意，退回经办", "No, back to the clerk")),
)
REASON: Final = Field(
    "reason",
    "原因（不同意时必填）",
    "Reason (needed for a no)",
    "",
    "",
    kind="textarea",
    most=400,
    rows=3,
    needed=False,
)
DECIDE: Final = (DECISION, REASON)


def read_decision(request: DeskRequest, fields: tuple[Field, ...]) -> Form:
    """The second person's answer; a no needs its reason."""
    form = read_form(request, fields, request.desk.lang)
    if form.values["yes"] == "no" and not form.values["reason"]:
        form.faults["reason"] = request.desk.pick("不同意时请写明原因。", "Say why not.")
    return form


@require_GET
def waiting(request: DeskRequest) -> HttpResponse:
    """What waits for this reader's yes or no, the longest waiting first."""
    desk = request.desk
    try:
        must(desk.who, Verb.DECIDE, Noun.APPROVAL)
        must(desk.who, Verb.READ, Noun.ENROLMENT)
    except Refused as refused:
        return refused_page(request, refused)
    number = number_asked(request)
    listed = approvals.waiting(desk.who, number)
    rows = [(one, desk.pick(one.rule.zh, one.rule.en), page_about(one)) for one in listed.rows]
    page = Page(number, listed.rows, listed.total > number * approvals.PAGE, listed.total, approvals.PAGE)
    return render(request, "county/waiting.html", {"rows": rows, "page": page})


def page_about(approval: Approval) -> str:
    """The page on which a request of this county is looked at and decided; "" for other desks' requests."""
    subject = approval.request.subject
    if approval.request.kind is Kind.ROSTER_IMPORT:
        return reverse("console:county-check", args=[int(subject.removeprefix(taking.SUBJECT))])
    if approval.request.kind is Kind.ENROLMENT:
        return reverse("console:county-preview", args=[int(subject.removeprefix(foreseeing.SUBJECT))])
    return ""


@require_GET
def check(request: DeskRequest, draft_id: int) -> HttpResponse:
    """Everything that was said and decided, on one page; for the clerk to hand on, for the second person to decide."""
    return _page(request, draft_id, Form(DECIDE, request.desk.lang))


@require_POST
def hand_on(request: DeskRequest, draft_id: int) -> HttpResponse:
    """Put it to the second person."""
    desk = request.desk
    try:
        taking.submit(desk.who, draft_id, version_of(request), desk.clock, source=desk.where.source)
    except Refused as refused:
        return refused_page(request, refused, about_draft(draft_id))
    return HttpResponseRedirect(reverse("console:county-draft", args=[draft_id]))


@require_POST
def back(request: DeskRequest, draft_id: int) -> HttpResponse:
    """Take it back before it is decided."""
    desk = request.desk
    try:
        taking.take_back(desk.who, draft_id, desk.clock, source=desk.where.source)
    except Refused as refused:
        return refused_page(request, refused, about_draft(draft_id))
    return HttpResponseRedirect(reverse("console:county-draft", args=[draft_id]))


@require_POST
def decide(request: DeskRequest, draft_id: int) -> HttpResponse:
    """The second person's yes or no."""
    desk = request.desk
    form = read_decision(request, DECIDE)
    if form.wrong:
        return _page(request, draft_id, form)
    try:
        said = form.values["yes"] == "yes"
        taking.decide(
            desk.who,
            draft_id,
            form.values["reason"],
            desk.clock,
            yes=said,
            source=desk.where.source,
            asked=seen_request(request),
        )
    except Refused as refused:
        form.refuse(refused.problems)
        return _page(request, draft_id, form)
    return HttpResponseRedirect(reverse("console:county-draft", args=[draft_id]))


def seen_request(request: DeskRequest) -> int | None:
    """The request a form was drawn for; None where it does not say."""
    return whole_number(request.POST.get("asked", ""))


def _page(request: DeskRequest, draft_id: int, form: Form) -> HttpResponse:
    desk = request.desk
    try:
        one = reading.draft(desk.who, draft_id)
        approval = approvals.seen(desk.who, one.record.approval) if one.record.approval is not None else None
    except Refused as refused:
        return refused_page(request, refused)
    shown = shown_of(desk, one) | {
        "form": form,
        "approval": approval,
        "may_decide": approval is not None and approvals.may_decide(desk.who, approval),
        "may_act": may(desk.who, Verb.ASK, Noun.ROSTER, one.record.area) is None,
    }
    if form.general:
        shown |= slower(request, desk, about_draft(draft_id), None if shown["may_decide"] else DECIDE)
    return render(request, "county/check.html", shown, status=422 if form.wrong else 200)
