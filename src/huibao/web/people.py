"""Is this person covered? One search, one answer; the person's page with what the answer rests on."""

from typing import Final

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huibao.app.access import Noun, Verb, must
from huibao.app.person import NOT_HERE, PURPOSES, PersonPage, find, person_page
from huibao.kernel.certificate import CATEGORY_ZH
from huibao.kernel.problem import Refused
from huibao.web.desk import Desk, DeskRequest
from huibao.web.faults import not_found
from huibao.web.faults import refused as refused_page
from huibao.web.forms import Field, Form, read_form
from huibao.web.words import fact_words

CATEGORIES: Final = {category.value: zh for category, zh in CATEGORY_ZH.items()}
NUMBER: Final = Field(
    "number",
    "身份证号",
    "Identity number",
    "请输入身份证号。",
    "Enter an identity number.",
    hint_zh="18 位，最后一位可能是 X；15 位的旧号码也可以。",
    hint_en="18 characters, the last may be X; an old number of 15 digits will do.",
    autocomplete="off",
    width=20,
    most=40,
)
PURPOSE: Final = Field(
    "purpose",
    "查看完整信息的用途",
    "What the full details are needed for",
    "请选择用途。",
    "Choose a purpose.",
    kind="select",
    hint_zh="用途和您的姓名会记录下来，本人可以查到。",
    hint_en="The purpose is recorded with your name; the person can ask for it.",
    options=(
        ("", "请选择", "choose one"),
        *((purpose.value, zh, en) for purpose, (zh, en) in PURPOSES.items()),
    ),
)


@require_http_methods(["GET", "POST"])
def search(request: DeskRequest) -> HttpResponse:
    """Find by number. The number travels in the body of a POST and stands in no address."""
    desk = request.desk
    form = Form((NUMBER,), desk.lang)
    nobody = False
    try:
        must(desk.who, Verb.FIND, Noun.PERSON)
    except Refused as refused:
        return refused_page(request, refused)
    if request.method == "POST":
        form = read_form(request, (NUMBER,), desk.lang)
        if not form.wrong:
            try:
                found = find(desk.who, form.values["number"], desk.clock, desk.where.source)
            except Refused as refused:
                nobody = refused.problems[0].code == NOT_HERE.code
                if not nobody:
                    form.refuse(refused.problems, "number")
            else:
                return HttpResponseRedirect(reverse("console:person", args=[found]))
    shown = {"form": form, "nobody": NOT_HERE() if nobody else None}
    return render(request, "people/find.html", shown, status=422 if form.wrong else 200)


@require_GET
def person(request: DeskRequest, person_id: int) -> HttpResponse:
    """The page, masked."""
    desk = request.desk
    try:
        page = person_page(desk.who, person_id, desk.clock, source=desk.where.source)
    except Refused as refused:
        return refused_page(request, refused)
    return _shown(request, page, Form((PURPOSE,), desk.lang))


@require_POST
def unmask(request: DeskRequest, person_id: int) -> HttpResponse:
    """The page in full, for a purpose; answered to this request alone and kept nowhere."""
    desk = request.desk
    form = read_form(request, (PURPOSE,), desk.lang)
    purpose = form.values["purpose"] if not form.wrong else None
    try:
        page = person_page(desk.who, person_id, desk.clock, purpose=purpose, source=desk.where.source)
    except Refused as refused:
        return refused_page(request, refused)
    return _shown(request, page, form)


def _shown(request: DeskRequest, page: PersonPage | None, form: Form) -> HttpResponse:
    if page is None:
        return not_found(request)
    desk = request.desk
    shown = {
        "page": page,
        "form": form,
        "facts": [
            (fact_words(one.fact, one.place, desk.lang, CATEGORIES, full=page.full), one) for one in page.sayings
        ],
        "readers": [
            (act, desk.role_of(act.deed.role), _did(desk, act.deed.verb, act.deed.purpose)) for act in page.readers
        ],
    }
    return render(request, "people/person.html", shown, status=422 if form.wrong else 200)


def _did(desk: Desk, verb: str, purpose: str) -> str:
    done = {
        "find": ("查询是否参保", "asked whether covered"),
        "read": ("查看（已遮盖）", "looked, masked"),
        "unmask": ("查看完整信息", "looked in full"),
    }[verb]
    said = desk.pick(*done)
    if purpose in PURPOSES:
        zh, en = PURPOSES[purpose]  # type: ignore[index] # a purpose is the text of its enum
        return f"{said}{desk.pick('：', ': ')}{desk.pick(zh, en)}"
    return said
