"""The supervisor's pages: counties against the goals, month by month, the funnel, days to pay, one county. R4."""

import secrets
from datetime import date
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from huibao.app import figures, reminders
from huibao.app.access import Noun, Verb, may, must
from huibao.app.figures import Boards
from huibao.app.statistics import NO_CONTRACT, CoverageReport, area_names
from huibao.app.supervision import CLOCKS, Funnels, Steps, days_of, funnels, month_rows
from huibao.domain.claims.clocks import ClockName
from huibao.domain.statistics import Asked, Goal
from huibao.kernel.problem import Refused
from huibao.rules.reference import division_table
from huibao.rules.shelf import open_scheme
from huibao.rules.vocabulary import Line
from huibao.web.at_hand import on_the_page
from huibao.web.charts import Chart
from huibao.web.desk import Desk, DeskRequest
from huibao.web.faults import refused as refused_page
from huibao.web.forms import whole_number
from huibao.web.paging import page_of
from huibao.web.supervision import pictures

SMALL_PICTURES: Final = 24
"""Of one page of months."""
KEY_BYTES: Final = 16
LONGEST_KEY: Final = 40
MOST_REMINDERS: Final = 10


def area_of(request: DeskRequest, area: str = "") -> str:
    """The area asked for within one's own. Refused elsewhere, or where one does not supervise."""
    wanted = area or request.desk.who.area
    must(request.desk.who, Verb.READ, Noun.SUPERVISION, wanted)
    return wanted


def name_of(area: str, on: date) -> str:
    """Full name of an area."""
    return division_table().full_name_on(area, on) or area


def on_page(request: DeskRequest, area: str, here: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever a template shows
    """What every page of the desk shows: whose figures, and the way between the pages."""
    today = request.desk.clock.today()
    return {
        "area": area,
        "area_name": name_of(area, today),
        "here_is": here,
        "key": secrets.token_hex(KEY_BYTES),
        **more,
    }


def chosen(request: HttpRequest, many: int) -> int:
    """Which of several groups is asked for: the first where nothing or nonsense is."""
    asked = whole_number(request.GET.get("group", ""))
    return asked if asked is not None and asked < many else 0


@require_GET
def shares(request: DeskRequest) -> HttpResponse:
    """Counties against the goals, the furthest behind first."""
    desk = request.desk
    try:
        area = area_of(request)
        counted = figures.boards(area, desk.clock.today())
    except Refused as refused:
        return nothing(request, refused, "shares")
    at = chosen(request, len(counted.reports))
    report = counted.reports[at]
    towns = report.coverage.towns
    page = page_of(request, lambda start, count: towns[start : start + count], len(towns))
    chart = pictures.dots(report, page.rows, desk)
    shown = on_page(request, area, "shares", counted=counted, chart=chart, page=page, report=report)
    return render(
        request, "supervision/shares.html", shown | _groups([one.title(desk.lang) for one in counted.reports], at)
    )


@require_GET
def by_month(request: DeskRequest) -> HttpResponse:
    """Small multiples: each county's share at the ends of the last twelve months."""
    desk = request.desk
    try:
        area = area_of(request)
        asked, at, titles = _asked(request, area)
    except Refused as refused:
        return nothing(request, refused, "months")
    days, rows = month_rows(area, desk.clock.today(), asked)
    codes = sorted(rows)
    page = page_of(request, lambda start, count: codes[start : start + count], len(codes), SMALL_PICTURES)
    names = area_names(area, desk.clock.today())
    chart = pictures.multiples(days, {code: rows[code] for code in page.rows}, names, _goals(asked), desk)
    shown = on_page(request, area, "months", chart=chart if rows else None, page=page)
    return render(request, "supervision/months.html", shown | _groups(titles, at))


@require_GET
def funnel(request: DeskRequest) -> HttpResponse:
    """From who should be insured to who was paid, with small counts hidden."""
    desk = request.desk
    try:
        area = area_of(request)
        found = funnels(area, desk.clock.today())
    except Refused as refused:
        return nothing(request, refused, "funnel")
    at = chosen(request, len(found))
    titles = [asked_title(one.asked, desk) for one in found]
    one = found[at] if found else None
    parts = one.parts if one else ()
    page = page_of(request, lambda start, count: parts[start : start + count], len(parts))
    names = area_names(area, desk.clock.today())
    rows = [(names.get(each.code, each.code), each, _numbers(each, desk)) for each in page.rows]
    chart = pictures.funnel(one.whole, desk) if one else None
    shown = on_page(request, area, "funnel", chart=chart, rows=rows, page=page, on=one.on if one else None)
    return render(request, "supervision/funnel.html", shown | _groups(titles, at))


@require_GET
def days(request: DeskRequest) -> HttpResponse:
    """How many days decisions and payments took, against the law's terms, since the beginning of last year."""
    desk = request.desk
    try:
        area = area_of(request)
    except Refused as refused:
        return nothing(request, refused, "days")
    from_on = date(desk.clock.today().year - 1, 1, 1)
    said = request.GET.get("clock", "")
    clock = ClockName(said) if said in {one.value for one in CLOCKS} else CLOCKS[0]
    found = days_of(area, clock, from_on)
    tabs = [(one.value, desk.pick(one.zh, one.en.capitalize()), one is clock) for one in CLOCKS]
    chart = pictures.days_bars(found, desk) if found.cases else None
    article = desk.pick(
        f"《{found.rule.article}》：{found.law.zh}", f"{pictures.article_en(found.law)}: {found.law.en}"
    )
    shown = on_page(request, area, "days", chart=chart, found=found, tabs=tabs, from_on=from_on, article=article)
    return render(request, "supervision/days.html", shown)


@require_POST
def count(request: DeskRequest) -> HttpResponse:
    """Ask for the figures to be counted anew; leads to the work's own page."""
    desk = request.desk
    key = request.POST.get("key", "")[:LONGEST_KEY] or secrets.token_hex(KEY_BYTES)
    try:
        made = figures.count_again(desk.who, desk.who.area, key, desk.clock)
    except Refused as refused:
        return refused_page(request, refused)
    return HttpResponseRedirect(reverse("console:work-one", args=[made.id]))


@require_GET
def county(request: DeskRequest, area: str) -> HttpResponse:
    """One county: its shares, funnel, months, and what it was reminded of."""
    return _county(request, area, "supervision/county.html")


@require_GET
def sheet(request: DeskRequest, area: str) -> HttpResponse:
    """The same as one sheet of A4."""
    return _county(request, area, "supervision/sheet.html")


def _county(request: DeskRequest, area: str, template: str) -> HttpResponse:
    desk = request.desk
    today = desk.clock.today()
    try:
        reminders.county_name(area, desk.clock)
        area_of(request, area)
        counted = figures.boards(area, today)
        found = funnels(area, today)
        told = reminders.listed(desk.who, 0, MOST_REMINDERS, area)
    except Refused as refused:
        return nothing(request, refused, "county")
    charts = [(report, pictures.summary(report, desk), _funnel_of(report, found, desk)) for report in counted.reports]
    shown = on_page(
        request,
        area,
        "county",
        counted=counted,
        charts=charts,
        months=_months_of(area, counted, desk),
        reminders=[(one, reminders.SUBJECTS[one.subject][1 if desk.lang == "en" else 0]) for one in told],
        may_remind=may(desk.who, Verb.REMIND, Noun.REMINDER, area) is None,
        today=today,
    )
    return render(request, template, shown)


def _funnel_of(report: CoverageReport, found: tuple[Funnels, ...], desk: Desk) -> Chart | None:
    key = (report.scheme_id, report.coverage.group, report.coverage.line)
    one = next((one for one in found if (one.asked.scheme_id, one.asked.key, one.asked.line.value) == key), None)
    return pictures.funnel(one.whole, desk) if one else None


def _months_of(area: str, counted: Boards, desk: Desk) -> Chart | None:
    report = counted.reports[0]
    asked = Asked(report.scheme_id, tuple(report.coverage.group.split("+")), Line(report.coverage.line))
    days_, rows = month_rows(area, desk.clock.today(), asked)
    if not rows:
        return None
    return pictures.multiples(days_, rows, area_names(area, desk.clock.today()), _goals(asked), desk)


def nothing(request: DeskRequest, refused: Refused, here: str) -> HttpResponse:
    """Nothing counted yet is a page of its own with the way on; anything else is a refusal."""
    if refused.problems[0].code not in {figures.NOT_COUNTED.code, NO_CONTRACT.code}:
        return refused_page(request, refused)
    shown = on_page(request, request.desk.who.area, here, nothing=on_the_page(refused.problems[0]))
    return render(request, "supervision/nothing.html", shown)


def asked_title(asked: Asked, desk: Desk) -> str:
    """Groups and line in words."""
    titles = [open_scheme(asked.scheme_id).groups[group].title for group in asked.groups]
    return desk.pick(
        f"{'、'.join(one.zh for one in titles)} · {asked.line.zh}",
        f"{', '.join(one.en for one in titles)} · {asked.line.en}",
    )


def _asked(request: DeskRequest, area: str) -> tuple[Asked, int, list[str]]:
    found = figures.boards(area, request.desk.clock.today()).reports
    every = [Asked(one.scheme_id, tuple(one.coverage.group.split("+")), Line(one.coverage.line)) for one in found]
    at = chosen(request, len(every))
    return every[at], at, [one.title(request.desk.lang) for one in found]


def _goals(asked: Asked) -> tuple[Goal, ...]:
    return tuple(sorted(figures.goals_of_asked(asked), key=lambda goal: goal.share_bp))


def _groups(titles: list[str], at: int) -> dict[str, Any]:
    return {
        "groups": [(number, title, number == at) for number, title in enumerate(titles)] if len(titles) > 1 else [],
        "group": at,
    }


def _numbers(one: Steps, desk: Desk) -> tuple[str, ...]:
    told = pictures.number(None, desk, told=True)
    return (
        str(one.should),
        str(one.insured),
        told,
        pictures.number(one.reported, desk),
        pictures.number(one.paid, desk),
    )
