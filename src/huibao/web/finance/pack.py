"""The audit pack: asked for here, made in the background, kept for who asked."""

import secrets

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from huibao.app import books, work
from huibao.app.access import Noun, Verb, must
from huibao.kernel.problem import Refused
from huibao.web.desk import DeskRequest
from huibao.web.faults import refused as refused_page


@require_http_methods(["GET", "POST"])
def pack(request: DeskRequest) -> HttpResponse:
    """What it is, and the button that begins it."""
    desk = request.desk
    try:
        must(desk.who, Verb.EXPORT, Noun.BOOKS, desk.who.area)
        here = books.ground_of(desk.who, "", desk.clock.today().year, desk.clock)
        if request.method == "POST":
            said = request.POST.get("key", "")[:64] or secrets.token_hex(16)
            key = f"audit-pack/{desk.who.name}/{said}"
            made = work.start("audit-pack", {"area": here.area}, desk.who, key, desk.clock, area=here.area)
            return HttpResponseRedirect(reverse("console:work-one", args=[made.id]))
    except Refused as refused:
        return refused_page(request, refused)
    shown = {"ground": here, "key": secrets.token_hex(16)}
    return render(request, "finance/pack.html", shown)
