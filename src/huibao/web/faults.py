"""Pages for what went wrong: in words, with what to do, and never a trace."""

import sys
from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from huibao.app.meanwhile import About
from huibao.kernel.problem import Refused
from huibao.store import failing
from huibao.web import meanwhile
from huibao.web.at_hand import on_the_page
from huibao.web.desk import on_every_page
from huibao.web.forms import Field


def told(
    request: HttpRequest, status: int, zh: str, en: str, do_zh: str, do_en: str, more: Mapping[str, Any] | None = None
) -> HttpResponse:
    """A page with one sentence and what to do next; perhaps who was faster, and what was typed."""
    lang = on_every_page(request)["lang"]
    said = (en, do_en) if lang == "en" else (zh, do_zh)
    return render(request, "told.html", {"says": said[0], "do": said[1], **(more or {})}, status=status)


def refused(
    request: HttpRequest, problem: Refused, about: Iterable[About] = (), fields: Iterable[Field] = ()
) -> HttpResponse:
    """A refusal by a use case, as a page. `about`: the things of whose other hands it tells; `fields` name what was typed."""
    first = on_the_page(problem.problems[0])
    desk = getattr(request, "desk", None)
    more = None
    if request.method == "POST" and desk is not None and desk.actor is not None:
        more = meanwhile.shown(request, desk, about, fields)
    return told(request, 403, first.says, first.says_en, first.do, first.do_en, more)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """An address of nothing."""
    del exception
    return told(
        request,
        404,
        "没有这个页面",
        "There is no such page",
        "请核对地址，或从首页重新进入。",
        "Check the address, or begin at the home page.",
    )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A request that may not be answered."""
    del exception
    return told(
        request, 403, "不能打开这个页面", "This page may not be opened", "请从首页重新进入。", "Begin at the home page."
    )


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A request that cannot be read."""
    del exception
    return told(
        request,
        400,
        "请求无法识别",
        "The request cannot be read",
        "请返回上一页重新提交；内容过长的请分几次。",
        "Go back and send it again; if it is very long, in parts.",
    )


def broken(request: HttpRequest) -> HttpResponse:
    """A fault of ours, or of the database: what was begun is undone."""
    error = sys.exc_info()[1]
    problem = failing.problem_of(error) if error is not None else None
    if problem is not None:
        return told(request, 503, problem.says, problem.says_en, problem.do, problem.do_en)
    return told(
        request,
        500,
        "系统出错，刚才的操作没有生效",
        "A fault of ours; what you did just now has no effect",
        "请稍后再试；仍不行的，请把时间告诉系统管理员。",
        "Try again later; if it stays, tell the administrator the time.",
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose mark is missing or old."""
    del reason
    return told(
        request,
        403,
        "页面放置过久，提交没有生效",
        "The page was open for too long; nothing was sent",
        "请返回上一页，刷新后再提交；浏览器须允许本站的 Cookie。",
        "Go back, reload and send again; the browser must take this site's cookies.",
    )
