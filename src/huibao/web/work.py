"""The first page after signing in: what there is to do, by role; and the county's figures."""

from dataclasses import dataclass
from typing import Final

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from huibao.app import figures
from huibao.app.access import Noun, Verb, may, must
from huibao.app.chart import is_wide
from huibao.app.statistics import CoverageReport
from huibao.domain.roster.source import SOURCES, SourceId
from huibao.domain.statistics import AreaCount, Goal, missing
from huibao.kernel.problem import Problem, Refused
from huibao.rules.reference import division_table
from huibao.store.statistics import RosterCounts, rosters
from huibao.web.at_hand import on_the_page
from huibao.web.cashier.home import jobs as at_the_cashier
from huibao.web.county.home import jobs as in_the_county
from huibao.web.desk import Desk, DeskRequest
from huibao.web.faults import refused as refused_page
from huibao.web.finance.home import jobs as in_finance
from huibao.web.forms import Form, day_field
from huibao.web.insurer.home import jobs as at_the_insurer
from huibao.web.job import Job
from huibao.web.supervision.home import jobs as in_supervision

WHOLE_BP: Final = 10_000
MOST_ROSTERS: Final = 8
OF_EACH_DESK: Final = (in_the_county, at_the_insurer, at_the_cashier, in_finance, in_supervision)
"""What the desks put on the first page, in the order of the work; each answers for whoever reads it."""
ON: Final = day_field("on", "截至日期", "As of", needed=False)


@dataclass(frozen=True, slots=True)
class Row:
    """One area's line: counts, share for the eye, and whether each goal is reached."""

    name: str
    count: AreaCount
    percent: str
    left: int
    """Length of the bar, 0 to 100."""
    gaps: tuple[tuple[str, int], ...]
    """Share of each goal, and how many people are missing to it."""
    reached: bool


@dataclass(frozen=True, slots=True)
class Board:
    """One target group's table."""

    title: str
    report: CoverageReport
    whole: Row
    rows: tuple[Row, ...]
    goals: tuple[tuple[Goal, str, int], ...]
    behind: int


@require_GET
def home(request: DeskRequest) -> HttpResponse:
    """The work list."""
    desk = request.desk
    name = division_table().full_name_on(desk.who.area, desk.clock.today()) or desk.who.area
    shown = {"jobs": tuple(_jobs(desk)), "area_name": name, "rosters": _rosters(desk)}
    return render(request, "home.html", shown)


@require_GET
def coverage(request: DeskRequest) -> HttpResponse:
    """Insured share of each target group against its goals, the furthest behind first."""
    desk = request.desk
    form = Form((ON,), desk.lang, {"on": request.GET.get("on", "") or desk.clock.today().isoformat()})
    try:
        must(desk.who, Verb.READ, Noun.COVERAGE_FIGURES, desk.who.area)
    except Refused as refused:
        return refused_page(request, refused)
    boards: tuple[Board, ...] = ()
    nothing: Problem | None = None
    counted: figures.Boards | None = None
    on = form.day("on")
    if on is not None:
        try:
            counted = figures.boards(desk.who.area, on)
            boards = tuple(_board(desk, one) for one in counted.reports)
        except Refused as refused:
            nothing = on_the_page(refused.problems[0])
    name = division_table().full_name_on(desk.who.area, desk.clock.today()) or desk.who.area
    shown = {"form": form, "boards": boards, "nothing": nothing, "counted": counted, "area_name": name}
    shown["wide"] = is_wide(desk.who.area)
    return render(request, "figures/coverage.html", shown, status=422 if form.wrong else 200)


def _rosters(desk: Desk) -> tuple[tuple[str, RosterCounts], ...]:
    """The latest rosters with the name of each list."""
    if may(desk.who, Verb.READ, Noun.ROSTER, desk.who.area) is not None:
        return ()
    return tuple(
        (desk.pick(SOURCES[SourceId(one.source)].title, SOURCES[SourceId(one.source)].title_en), one)
        for one in rosters(desk.who.area, MOST_ROSTERS)
    )


def _jobs(desk: Desk) -> list[Job]:
    found = [job for jobs in OF_EACH_DESK for job in jobs(desk)]
    if may(desk.who, Verb.FIND, Noun.PERSON) is None:
        found.append(
            Job(
                reverse("console:find"),
                desk.pick("查某人是否参保", "Is this person covered?"),
                desk.pick("输入身份证号，一步得到答案。", "Enter the identity number; the answer comes at once."),
            )
        )
    if may(desk.who, Verb.READ, Noun.COVERAGE_FIGURES) is None:
        found.append(
            Job(
                reverse("console:coverage"),
                desk.pick("看参保进度", "See how far coverage is"),
                desk.pick(
                    "各地应保、已保人数，距 40% 和 70% 目标还差多少。",
                    "People to insure and insured by area, and what is missing to 40 and 70 per cent.",
                ),
            )
        )
    if may(desk.who, Verb.INVITE, Noun.ACCOUNTS) is None:
        found.append(
            Job(
                reverse("console:accounts"),
                desk.pick("管理账号", "Keep the accounts"),
                desk.pick("邀请、重新邀请、停用本地区的账号。", "Invite, invite anew and end accounts of the area."),
            )
        )
    found.append(
        Job(
            reverse("console:own"),
            desk.pick("我的账号", "My account"),
            desk.pick("修改密码、恢复码，查看在哪里登录。", "Password, recovery codes, and where you are signed in."),
        )
    )
    return found


def _board(desk: Desk, report: CoverageReport) -> Board:
    counted = report.coverage
    goals = counted.goals
    rows = sorted((_row(desk, report, one, goals) for one in counted.towns), key=_furthest_behind)
    behind = sum(not row.reached and row.count.people > 0 for row in rows)
    marks = tuple((goal, _percent(goal.share_bp), goal.share_bp // 100) for goal in goals)
    return Board(report.title(desk.lang), report, _row(desk, report, counted.whole, goals), tuple(rows), marks, behind)


def _row(desk: Desk, report: CoverageReport, count: AreaCount, goals: tuple[Goal, ...]) -> Row:
    name = report.names.get(count.code) or desk.pick("乡镇不详", "township unknown")
    share = count.share_bp
    gaps = tuple((_percent(goal.share_bp), missing(count, goal)) for goal in goals)
    shown = desk.pick("无人应保", "nobody to insure") if share is None else _percent(share)
    return Row(name, count, shown, (share or 0) // 100, gaps, not any(gap for _, gap in gaps))


def _furthest_behind(row: Row) -> tuple[int, int, str]:
    share = row.count.share_bp
    return (WHOLE_BP + 1 if share is None else share, -row.count.people, row.name)


def _percent(bp: int) -> str:
    return f"{bp // 100}.{bp % 100:02d}%" if bp % 100 else f"{bp // 100}%"
