"""Reminders: a supervisor asks a county for something by a day; the county answers on a page of its own."""

import secrets
from typing import Final

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huibao.app import reminders as use
from huibao.app.access import Noun, Verb, may, must
from huibao.app.reminders import SUBJECTS
from huibao.kernel.period import add_days
from huibao.kernel.problem import Refused
from huibao.rules.reference import division_table
from huibao.store.reminder import ReminderRecord
from huibao.web.desk import Desk, DeskRequest
from huibao.web.faults import refused as refused_page
from huibao.web.forms import Field, Form, day_field, read_form
from huibao.web.meanwhile import shown as slower
from huibao.web.paging import page_of
from huibao.web.supervision.views import KEY_BYTES, LONGEST_KEY, name_of

DUE_DAYS: Final = 14
"""Proposed for an answer."""
SUBJECT: Final = Field(
    "subject",
    "事项",
    "About",
    "请选择事项。",
    "Choose what it is about.",
    kind="select",
    options=(("", "请选择", "choose one"), *((value, zh, en) for value, (zh, en) in SUBJECTS.items())),
)
TEXT: Final = Field(
    "text",
    "要求",
    "What is asked for",
    "请写明要求。",
    "Write what is asked for.",
    kind="textarea",
    hint_zh="写明要做什么。不要写个人姓名、证件号码和病情。",
    hint_en="Say what is to be done. No names, identity numbers or illnesses of people.",
    most=use.MOST_TEXT,
)
DUE: Final = day_field("due", "答复期限", "Answer due on", "须在今天之后。", "It lies after today.")
KEY: Final = Field("key", "", "", "", "", kind="hidden", most=LONGEST_KEY, needed=False)
FORM: Final = (SUBJECT, TEXT, DUE, KEY)
ANSWER: Final = Field(
    "answer",
    "答复",
    "Answer",
    "请写明办理情况。",
    "Write what was done.",
    kind="textarea",
    hint_zh="写明办理情况。提交后不能修改。不要写个人姓名、证件号码和病情。",
    hint_en="Say what was done. It cannot be changed afterwards. No names, identity numbers or illnesses of people.",
    most=use.MOST_ANSWER,
)
AT_FIELD: Final = {use.BAD_DAY.code: "due", use.BAD_TEXT.code: "text"}


@require_http_methods(["GET", "POST"])
def remind(request: DeskRequest, area: str) -> HttpResponse:
    """The form, and what was made of it."""
    desk = request.desk
    due_on = add_days(desk.clock.today(), DUE_DAYS)
    form = Form(FORM, desk.lang, {"due": due_on.isoformat(), "key": secrets.token_hex(KEY_BYTES)})
    try:
        name = use.county_name(area, desk.clock)
        must(desk.who, Verb.REMIND, Noun.REMINDER, area)
    except Refused as refused:
        return refused_page(request, refused)
    if request.method == "POST":
        form = read_form(request, FORM, desk.lang)
        due = form.day("due")
        if due is not None:
            form.refuse(use.day_faults(due, desk.clock), "due")
        if due is not None and not form.wrong:
            said = form.values
            try:
                made = use.remind(desk.who, area, said["subject"], said["text"], due, said["key"], desk.clock)
            except Refused as refused:
                for problem in refused.problems:
                    form.refuse([problem], AT_FIELD.get(problem.code, ""))
            else:
                return HttpResponseRedirect(reverse("console:reminder", args=[made.id]))
    shown = {"form": form, "area": area, "name": name}
    return render(request, "supervision/remind.html", shown, status=422 if form.wrong else 200)


@require_GET
def reminders(request: DeskRequest) -> HttpResponse:
    """The list, those that wait for an answer first."""
    desk = request.desk
    try:
        page = page_of(request, lambda start, count: use.listed(desk.who, start, count))
    except Refused as refused:
        return refused_page(request, refused)
    names = {one.area: division_table().name_on(one.area, desk.clock.today()) or one.area for one in page.rows}
    rows = [(one, names[one.area], subject(one, desk), late(one, desk)) for one in page.rows]
    shown = {"page": page, "rows": rows, "area_name": name_of(desk.who.area, desk.clock.today())}
    return render(request, "supervision/reminders.html", shown)


@require_GET
def reminder(request: DeskRequest, reminder_id: int) -> HttpResponse:
    """One reminder; the county's first look is put on record."""
    desk = request.desk
    try:
        found = use.opened(desk.who, reminder_id, desk.clock)
    except Refused as refused:
        return refused_page(request, refused)
    return _shown(request, found, Form((ANSWER,), desk.lang))


@require_POST
def answer(request: DeskRequest, reminder_id: int) -> HttpResponse:
    """The county's answer, once."""
    desk = request.desk
    form = read_form(request, (ANSWER,), desk.lang)
    try:
        if not form.wrong:
            use.answer(desk.who, reminder_id, form.values["answer"], desk.clock)
            return HttpResponseRedirect(reverse("console:reminder", args=[reminder_id]))
        found = use.opened(desk.who, reminder_id, desk.clock)
        must(desk.who, Verb.ANSWER, Noun.REMINDER, found.area)
    except Refused as refused:
        if refused.problems[0].code not in {use.ANSWERED.code, use.BAD_TEXT.code}:
            return refused_page(request, refused)
        form.refuse(refused.problems, "answer")
        found = use.opened(desk.who, reminder_id, desk.clock)
    return _shown(request, found, form)


def _shown(request: DeskRequest, found: ReminderRecord, form: Form) -> HttpResponse:
    desk = request.desk
    shown = {
        "one": found,
        "form": form,
        "subject": subject(found, desk),
        "late": late(found, desk),
        "county": division_table().full_name_on(found.area, desk.clock.today()) or found.area,
        "may_answer": may(desk.who, Verb.ANSWER, Noun.REMINDER, found.area) is None and found.answered_at is None,
        "keeps": form.wrong and found.answered_at is not None,
    }
    if form.wrong:
        shown |= slower(request, desk, ((Noun.REMINDER, str(found.id)),))
    return render(request, "supervision/reminder.html", shown, status=422 if form.wrong else 200)


def subject(one: ReminderRecord, desk: Desk) -> str:
    """What it is about, in words."""
    return desk.pick(*SUBJECTS[one.subject])


def late(one: ReminderRecord, desk: Desk) -> bool:
    """Whether no answer came in time."""
    done_on = one.answered_at.date() if one.answered_at else desk.clock.today()
    return done_on > one.due_on
