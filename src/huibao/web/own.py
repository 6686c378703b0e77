"""One's own account: where it is signed in, password, recovery codes; and the comfort of reading."""

from typing import Final

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huibao.app.accounts import passkeys, sign_in, unsent
from huibao.app.accounts.passwords import password_problem
from huibao.app.accounts.problems import REPEATED, WRONG
from huibao.kernel.problem import Refused
from huibao.rules.reference import division_table
from huibao.web.desk import COMFORT, COMFORTS, DEVICE_SECONDS, UNSENT, DeskRequest, open_to_all, safe_next
from huibao.web.entry import AGAIN, CODE, NEW, PASSWORD
from huibao.web.forms import Form, read_form

CHANGE: Final = (PASSWORD, NEW, AGAIN)


@require_GET
def own(request: DeskRequest) -> HttpResponse:
    """The account with its sittings."""
    desk = request.desk
    table, today = division_table(), desk.clock.today()
    reaches = [(table.full_name_on(each.area, today) or each.area, each.contract) for each in desk.who.reaches]
    shown = {
        "reaches": reaches,
        "sittings": sign_in.sittings(desk.who, desk.clock),
        "codes_left": sign_in.recovery_codes_left(desk.who),
        "passkeys": len(passkeys.passkeys(desk.who)),
    }
    return render(request, "own/own.html", shown)


@require_POST
def end_sitting(request: DeskRequest, sitting_id: int) -> HttpResponse:
    """End one of one's own sittings: this one at once (it is signing out), another against a code of the moment."""
    desk = request.desk
    found = next((one for one in sign_in.sittings(desk.who, desk.clock) if one.id == sitting_id), None)
    if found is None:
        return HttpResponseRedirect(reverse("console:own"))
    if desk.sitting is None or sitting_id != desk.sitting.id:
        form = read_form(request, (CODE,), desk.lang) if "code" in request.POST else Form((CODE,), desk.lang)
        if "code" in request.POST and not form.wrong:
            try:
                sign_in.prove_again(desk.who, form.values["code"], desk.where, desk.clock)
            except Refused as refused:
                form.values["code"] = ""
                form.refuse(refused.problems, "code")
        if form.wrong or "code" not in request.POST:
            shown = {"form": form, "one": found}
            return render(request, "own/end_sitting.html", shown, status=422 if form.wrong else 200)
    sign_in.end_sitting(desk.who, sitting_id, desk.where, desk.clock)
    return HttpResponseRedirect(reverse("console:own"))


@require_http_methods(["GET", "POST"])
def password(request: DeskRequest) -> HttpResponse:
    """A new password against the old one."""
    desk = request.desk
    form = Form(CHANGE, desk.lang)
    if request.method == "POST":
        form = read_form(request, CHANGE, desk.lang)
        fault = password_problem(form.values["new"], (desk.who.name, desk.who.shown))
        if "new" not in form.faults and fault is not None:
            form.refuse([fault], "new")
        if not form.wrong and form.values["new"] != form.values["again"]:
            form.refuse([REPEATED()], "again")
        if not form.wrong and desk.sitting is not None:
            try:
                old, new = form.values["password"], form.values["new"]
                sign_in.change_password(desk.who, old, new, desk.sitting.id, desk.where, desk.clock)
            except Refused as refused:
                form.refuse(refused.problems, "password" if refused.problems[0].code == WRONG.code else "")
            else:
                return HttpResponseRedirect(f"{reverse('console:own')}?changed=1")
    return render(request, "own/password.html", {"form": form}, status=422 if form.wrong else 200)


@require_http_methods(["GET", "POST"])
def codes(request: DeskRequest) -> HttpResponse:
    """New recovery codes against a code of the moment."""
    desk = request.desk
    form = Form((CODE,), desk.lang)
    if request.method == "POST":
        form = read_form(request, (CODE,), desk.lang)
        if not form.wrong:
            try:
                fresh = sign_in.renew_recovery_codes(desk.who, form.values["code"], desk.where, desk.clock)
            except Refused as refused:
                form.values["code"] = ""
                form.refuse(refused.problems, "code")
            else:
                return render(request, "entry/codes.html", {"codes": fresh})
    return render(request, "own/codes.html", {"form": form}, status=422 if form.wrong else 200)


@require_GET
def stay(request: DeskRequest) -> HttpResponse:
    """Keep the sitting: asking is using it."""
    del request
    return HttpResponse(status=204)


@open_to_all
@require_POST
def comfort(request: DeskRequest) -> HttpResponse:
    """Turn one comfort on or off (elder, contrast, en), and go on where one was."""
    asked = request.POST.get("turn", "")
    chosen = request.desk.comforts ^ ({asked} & COMFORTS)
    request.desk.cookies.append((COMFORT, ".".join(sorted(chosen)) or "none", DEVICE_SECONDS))
    return HttpResponseRedirect(safe_next(request, reverse("console:home")))


@require_http_methods(["GET", "POST"])
def unsent_form(request: DeskRequest) -> HttpResponse:
    """What was sent just after the session had ended: send it now, or put it away."""
    desk = request.desk
    if request.method == "POST":
        unsent.put_away(desk.who)
        desk.cookies.append((UNSENT, "", 0))
        return HttpResponseRedirect(reverse("console:home"))
    found = unsent.kept(request.COOKIES.get(UNSENT, ""), desk.who, desk.clock)
    if found is None:
        return HttpResponseRedirect(reverse("console:home"))
    return render(request, "own/unsent.html", {"found": found})
