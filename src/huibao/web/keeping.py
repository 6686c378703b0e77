"""Accounts of an area: who is there, invite, invite anew, end."""

from typing import Final

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from huibao.app.access import ROLES
from huibao.app.accounts import keeping
from huibao.app.accounts.problems import BAD_NAME, BAD_REACH, TAKEN
from huibao.kernel.problem import Refused
from huibao.web.desk import DeskRequest
from huibao.web.faults import refused as refused_page
from huibao.web.forms import Field, Form, read_form, whole_number
from huibao.web.meanwhile import shown as slower
from huibao.web.paging import number_asked

NAME: Final = Field(
    "name",
    "账号",
    "Account name",
    "请输入账号。",
    "Enter an account name.",
    hint_zh="3 至 32 个小写字母、数字、点或连字符，例如 wang.li。",
    hint_en="3 to 32 small letters, digits, dots or hyphens, for example wang.li.",
    autocomplete="off",
    width=20,
    most=40,
)
SHOWN: Final = Field("shown", "姓名", "Name", "请输入姓名。", "Enter the name.", autocomplete="off", width=20, most=64)
ROLE: Final = Field(
    "role",
    "岗位",
    "Role",
    "请选择岗位。",
    "Choose a role.",
    kind="select",
    options=(("", "请选择", "choose one"), *((role.value, words.zh, words.en) for role, words in ROLES.items())),
)
REACH: Final = Field(
    "reach",
    "负责范围",
    "In charge of",
    "请输入 6 位地区代码。",
    "Enter a division code of 6 digits.",
    hint_zh="6 位地区代码；保险公司的岗位后面加冒号和合同编号，医院的岗位后面加冒号和医院编码，例如 430423:合同编号。",
    hint_en="A division code of 6 digits; insurers' roles add a colon and the contract, hospitals' the institution's code, for example 430423:contract.",
    autocomplete="off",
    width=20,
    most=80,
)
INVITATION: Final = (NAME, SHOWN, ROLE, REACH)
AT_FIELD: Final = {
    BAD_NAME.code: "name",
    TAKEN.code: "name",
    BAD_REACH.code: "reach",
    "PLAN-016": "reach",
    "ACCESS-002": "reach",
}
"""Which field a refusal is about."""


@require_http_methods(["GET", "POST"])
def accounts(request: DeskRequest) -> HttpResponse:
    """The list with the form of an invitation below it."""
    desk = request.desk
    form = Form(INVITATION, desk.lang, {"reach": desk.who.area})
    try:
        if request.method == "POST":
            form = read_form(request, INVITATION, desk.lang)
            if not form.wrong:
                said = form.values
                token = keeping.invite(desk.who, said["name"], said["shown"], said["role"], said["reach"], desk.clock)
                return _told(request, said["shown"], token)
    except Refused as refused:
        for problem in refused.problems:
            form.refuse([problem], AT_FIELD.get(problem.code, ""))
    number = number_asked(request)
    try:
        found, pages = keeping.visible(desk.who, number)
    except Refused as refused:
        return refused_page(request, refused)
    rows = [(one, desk.role_of(one.role)) for one in found]
    slow = slower(request, desk, keeping.about_name(desk.who, form.values.get("name", ""))) if form.wrong else {}
    shown = {
        **slow,
        "form": form,
        "rows": rows,
        "pages": range(1, pages + 1) if pages > 1 else (),
        "page": number,
    }
    return render(request, "keeping/accounts.html", shown, status=422 if form.wrong else 200)


@require_http_methods(["GET", "POST"])
def invite_anew(request: DeskRequest, name: str) -> HttpResponse:
    """Ask once more, then give a new link: the password and second factor of before are gone with it."""
    desk = request.desk
    try:
        if request.method == "GET":
            return _asked(request, "keeping/anew.html", name)
        token = keeping.invite_anew(desk.who, name, desk.clock, _seen(request))
    except Refused as refused:
        return refused_page(request, refused, keeping.about_name(desk.who, name))
    return _told(request, name, token)


@require_http_methods(["GET", "POST"])
def end(request: DeskRequest, name: str) -> HttpResponse:
    """Ask once more, then end an account."""
    desk = request.desk
    try:
        if request.method == "GET":
            return _asked(request, "keeping/end.html", name)
        keeping.end(desk.who, name, desk.clock, _seen(request))
    except Refused as refused:
        return refused_page(request, refused, keeping.about_name(desk.who, name))
    return HttpResponseRedirect(reverse("console:accounts"))


def _asked(request: DeskRequest, template: str, name: str) -> HttpResponse:
    found = keeping.one(request.desk.who, name)
    return render(request, template, {"name": found.name, "version": keeping.version(found)})


def _seen(request: DeskRequest) -> int | None:
    """What was done with the account last when the form was drawn; None where it does not say."""
    return whole_number(request.POST.get("version", ""))


def _told(request: DeskRequest, shown: str, token: str) -> HttpResponse:
    link = request.build_absolute_uri(reverse("console:join", args=[token]))
    return render(request, "keeping/invited.html", {"shown": shown, "link": link})
