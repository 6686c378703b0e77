"""Passkeys on the pages: signing in by one in place of the code, and one's own keys: add, name, remove."""

from typing import Final

from django.http import HttpResponse, HttpResponseRedirect
from django.middleware.csrf import rotate_token
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from huibao.app.accounts import passkeys
from huibao.app.accounts.problems import SIGNED_OUT
from huibao.kernel.problem import Refused
from huibao.store.staff import SittingRecord
from huibao.web.desk import DeskRequest, forget_sitting, keep_sitting, know_device, open_to_all, safe_next
from huibao.web.entry import CODE, at_its_address, code_page
from huibao.web.forms import Field, Form, read_form

ANSWER: Final = "passkey"
"""The hidden field into which the script puts what the device said."""
NAME: Final = Field(
    "name",
    "名称",
    "Name",
    "请给这把通行密钥起个名称。",
    "Give this passkey a name.",
    hint_zh="便于以后认出它，例如“办公室电脑”。",
    hint_en="To tell it from others later, for example “office computer”.",
    width=20,
    most=passkeys.NAME_CHARS,
)


@open_to_all
@require_POST
def enter(request: DeskRequest) -> HttpResponse:
    """The second factor by a key."""
    desk = request.desk
    if desk.sitting is None or desk.sitting.stage != "code":
        return HttpResponseRedirect(reverse("console:enter"))
    try:
        opened = passkeys.enter(desk.sitting, request.POST.get(ANSWER, ""), know_device(desk), desk.clock)
    except Refused as refused:
        if refused.problems[0].code == SIGNED_OUT.code:
            forget_sitting(desk)
            return HttpResponseRedirect(f"{reverse('console:enter')}?ended=1")
        form = Form((CODE,), desk.lang)
        form.refuse(refused.problems)
        return code_page(request, form)
    keep_sitting(desk, opened.token)
    rotate_token(request)
    return HttpResponseRedirect(safe_next(request, reverse("console:home")))


@require_http_methods(["GET", "POST"])
def own_keys(request: DeskRequest) -> HttpResponse:
    """One's keys; a code allows to add one."""
    desk, sitting = request.desk, _sitting(request)
    form = Form((CODE,), desk.lang)
    if request.method == "POST":
        form = read_form(request, (CODE,), desk.lang)
        if not form.wrong:
            try:
                passkeys.begin_adding(desk.who, sitting, form.values["code"], desk.where, desk.clock)
            except Refused as refused:
                _put(form, refused)
            else:
                return HttpResponseRedirect(reverse("console:passkey-new"))
    return _listed(request, form)


@require_http_methods(["GET", "POST"])
def new_key(request: DeskRequest) -> HttpResponse:
    """Make the key, once a code was given."""
    desk, sitting = request.desk, _sitting(request)
    if request.method == "POST":
        form = read_form(request, (NAME,), desk.lang)
        name = form.values["name"] or desk.where.device or "—"
        try:
            passkeys.add(desk.who, sitting, name, request.POST.get(ANSWER, ""), desk.where, desk.clock)
        except Refused as refused:
            again = Form((CODE,), desk.lang)
            again.refuse(refused.problems)
            return _listed(request, again)
        return HttpResponseRedirect(f"{reverse('console:passkeys')}?added=1")
    options = passkeys.to_add(desk.who, sitting, desk.clock)
    if not options:
        return HttpResponseRedirect(reverse("console:passkeys"))
    form = Form((NAME,), desk.lang, values={"name": desk.where.device})
    return render(request, "own/passkey_new.html", {"form": form, "options": options})


@require_http_methods(["GET", "POST"])
def remove_key(request: DeskRequest, passkey_id: int) -> HttpResponse:
    """Take one of one's keys away, against a code."""
    desk = request.desk
    found = next((one for one in passkeys.passkeys(desk.who) if one.id == passkey_id), None)
    if found is None:
        return HttpResponseRedirect(reverse("console:passkeys"))
    form = Form((CODE,), desk.lang)
    if request.method == "POST":
        form = read_form(request, (CODE,), desk.lang)
        if not form.wrong:
            try:
                passkeys.remove(desk.who, passkey_id, form.values["code"], desk.where, desk.clock)
            except Refused as refused:
                _put(form, refused)
            else:
                return HttpResponseRedirect(f"{reverse('console:passkeys')}?removed=1")
    return render(request, "own/passkey_remove.html", {"form": form, "key": found}, status=422 if form.wrong else 200)


def _listed(request: DeskRequest, form: Form) -> HttpResponse:
    keys = passkeys.passkeys(request.desk.who)
    shown = {"form": form, "keys": keys, "party": passkeys.relying_party(), "offered": at_its_address(request)}
    return render(request, "own/passkeys.html", shown, status=422 if form.wrong else 200)


def _put(form: Form, refused: Refused) -> None:
    form.values["code"] = ""
    form.refuse(refused.problems, "code")


def _sitting(request: DeskRequest) -> SittingRecord:
    if request.desk.sitting is None:
        raise AssertionError
    return request.desk.sitting
