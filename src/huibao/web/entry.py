"""Getting in: account and password, second factor, invitation; and out again."""

from dataclasses import replace
from typing import Final

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import rotate_token
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_http_methods, require_POST

from huibao.app.accounts import invitation, passkeys, sign_in
from huibao.app.accounts.problems import REPEATED, SIGNED_OUT
from huibao.kernel.problem import Refused
from huibao.web.desk import DeskRequest, forget_sitting, keep_sitting, know_device, open_to_all, safe_next
from huibao.web.faults import refused as refused_page
from huibao.web.forms import Field, Form, read_form

NAME: Final = Field(
    "name", "账号", "Account name", "请输入账号。", "Enter your account name.", autocomplete="username", most=64
)
PASSWORD: Final = Field(
    "password",
    "密码",
    "Password",
    "请输入密码。",
    "Enter your password.",
    kind="password",
    autocomplete="current-password",
)
NEW: Final = Field(
    "new",
    "新密码",
    "New password",
    "请输入新密码。",
    "Enter a new password.",
    kind="password",
    hint_zh="至少 10 个字符，不要用在别处用过的密码。用几个不相关的词连成一句最好记。",
    hint_en="10 characters or more, used nowhere else. A few unrelated words in a row are the easiest to remember.",
    autocomplete="new-password",
)
AGAIN: Final = Field(
    "again",
    "再输入一次新密码",
    "The new password again",
    "请再输入一次新密码。",
    "Enter the new password again.",
    kind="password",
    autocomplete="new-password",
)
CODE: Final = Field(
    "code",
    "验证码",
    "Code",
    "请输入验证码。",
    "Enter the code.",
    hint_zh="验证器上现在显示的 6 位数字。手机不在身边的，可输入一个恢复码。",
    hint_en="The 6 digits your authenticator shows now. Without the telephone, one of your recovery codes.",
    autocomplete="one-time-code",
    width=10,
    most=20,
)
FIRST_CODE: Final = replace(
    CODE, hint_zh="验证器上现在显示的 6 位数字。", hint_en="The 6 digits your authenticator shows now."
)
SIGN_IN: Final = (NAME, PASSWORD)


@open_to_all
@require_http_methods(["GET", "POST"])
def enter(request: DeskRequest) -> HttpResponse:
    """Account and password."""
    desk = request.desk
    if desk.actor is not None:
        return HttpResponseRedirect(safe_next(request, reverse("console:home")))
    form = Form(SIGN_IN, desk.lang)
    if request.method == "POST":
        form = read_form(request, SIGN_IN, desk.lang)
        if not form.wrong:
            try:
                opened = sign_in.sign_in(form.values["name"], form.values["password"], desk.where, desk.clock)
            except Refused as refused:
                form.refuse(refused.problems)
            else:
                keep_sitting(desk, opened.token)
                rotate_token(request)
                return _onward(request, opened.stage)
    ended = SIGNED_OUT() if request.GET.get("ended") and request.method == "GET" else None
    wanted = safe_next(request, "")
    shown = {"form": form, "next": wanted, "ended": ended, "kept": wanted == reverse("console:unsent")}
    return render(request, "entry/enter.html", shown, status=422 if form.wrong else 200)


@open_to_all
@require_http_methods(["GET", "POST"])
def code(request: DeskRequest) -> HttpResponse:
    """The second factor."""
    desk = request.desk
    if desk.sitting is None or desk.sitting.stage != "code":
        return HttpResponseRedirect(reverse("console:enter"))
    form = Form((CODE,), desk.lang)
    if request.method == "POST":
        form = read_form(request, (CODE,), desk.lang)
        if not form.wrong:
            try:
                opened = sign_in.second_factor(desk.sitting, form.values["code"], know_device(desk), desk.clock)
            except Refused as refused:
                if refused.problems[0].code == SIGNED_OUT.code:
                    forget_sitting(desk)
                    return HttpResponseRedirect(f"{reverse('console:enter')}?ended=1")
                form.values["code"] = ""
                form.refuse(refused.problems, "code")
            else:
                keep_sitting(desk, opened.token)
                rotate_token(request)
                return HttpResponseRedirect(safe_next(request, reverse("console:home")))
    return code_page(request, form)


def code_page(request: DeskRequest, form: Form) -> HttpResponse:
    """The page of the second factor: the code and, where the account has one, a key in place of it."""
    sitting = request.desk.sitting
    shown = {
        "form": form,
        "next": safe_next(request, ""),
        "now": _code_of_a_demonstration(request),
        "options": passkeys.to_enter(sitting, request.desk.clock)
        if sitting is not None and at_its_address(request)
        else "",
    }
    return render(request, "entry/code.html", shown, status=422 if form.wrong else 200)


@open_to_all
@require_http_methods(["GET", "POST"])
def enrol(request: DeskRequest) -> HttpResponse:
    """Set up the second factor: scan, give a code, keep the recovery codes."""
    desk = request.desk
    if desk.sitting is None or desk.sitting.stage != "enrol":
        return HttpResponseRedirect(reverse("console:enter"))
    try:
        secret, uri = sign_in.second_factor_to_set_up(desk.sitting)
    except Refused as refused:
        return refused_page(request, refused)
    form = Form((FIRST_CODE,), desk.lang)
    if request.method == "POST":
        form = read_form(request, (FIRST_CODE,), desk.lang)
        if not form.wrong:
            try:
                where = know_device(desk)
                opened, codes = sign_in.confirm_second_factor(desk.sitting, form.values["code"], where, desk.clock)
            except Refused as refused:
                form.values["code"] = ""
                form.refuse(refused.problems, "code")
            else:
                keep_sitting(desk, opened.token)
                rotate_token(request)
                return render(request, "entry/codes.html", {"codes": codes})
    picture = segno.make(uri, error="m").svg_inline(border=0, svgclass="huibao-qr", lineclass=None, omitsize=True)
    spaced = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    shown = {"form": form, "secret": spaced, "picture": mark_safe(picture)}  # noqa: S308 - drawn by segno from our own text # nosec B308 B703
    return render(request, "entry/enrol.html", shown, status=422 if form.wrong else 200)


@open_to_all
@require_http_methods(["GET", "POST"])
def join(request: DeskRequest, token: str) -> HttpResponse:
    """Set the password by an invitation."""
    desk = request.desk
    try:
        who = invitation.invited(token, desk.clock)
    except Refused as refused:
        return refused_page(request, refused)
    form = Form((NEW, AGAIN), desk.lang)
    if request.method == "POST":
        form = read_form(request, (NEW, AGAIN), desk.lang)
        if not form.wrong and form.values["new"] != form.values["again"]:
            form.refuse([REPEATED()], "again")
        if not form.wrong:
            try:
                opened = invitation.join(token, form.values["new"], desk.where, desk.clock)
            except Refused as refused:
                form.refuse(refused.problems, "new")
            else:
                keep_sitting(desk, opened.token)
                rotate_token(request)
                return HttpResponseRedirect(reverse("console:enrol"))
    return render(request, "entry/join.html", {"form": form, "who": who}, status=422 if form.wrong else 200)


@require_POST
def leave(request: DeskRequest) -> HttpResponse:
    """Sign out."""
    desk = request.desk
    if desk.sitting is not None:
        sign_in.sign_out(desk.sitting, desk.where, desk.clock)
    forget_sitting(desk)
    return HttpResponseRedirect(reverse("console:enter"))


def at_its_address(request: HttpRequest) -> bool:
    """Whether the page was opened at the address that passkeys sign for; elsewhere no device would answer."""
    party = passkeys.relying_party()
    return party is not None and party.origin == f"{request.scheme}://{request.get_host()}"


def _onward(request: HttpRequest, stage: str) -> HttpResponse:
    page = reverse("console:code" if stage == "code" else "console:enrol")
    asked = safe_next(request, "")
    from django.utils.http import urlencode

    return HttpResponseRedirect(f"{page}?{urlencode({'next': asked})}" if asked else page)


def _code_of_a_demonstration(request: DeskRequest) -> str:
    """The code of the moment, where the account is made up and the installation is a demonstration."""
    sitting = request.desk.sitting
    if not settings.HUIBAO_DEMONSTRATION or sitting is None:
        return ""
    return sign_in.code_of_a_demonstration(sitting, request.desk.clock)
