"""What this desk puts on the first page."""

from typing import Final

from django.urls import reverse

from huibao.app import approvals, work
from huibao.app.access import Noun, Verb, may
from huibao.app.roster_desk import reading
from huibao.domain.approval import Kind
from huibao.web.desk import Desk
from huibao.web.job import Job

OURS: Final = frozenset({Kind.ROSTER_IMPORT, Kind.ENROLMENT})


def jobs(desk: Desk) -> list[Job]:
    """Requests that wait for a yes, rows that wait, rosters, enrolment, and own work that runs."""
    return [*_to_decide(desk), *_rosters(desk), *_enrolment(desk), *_works(desk)]


def _to_decide(desk: Desk) -> list[Job]:
    if not approvals.kinds_decided_by(desk.who.role) & OURS:
        return []
    pick, waiting = desk.pick, approvals.waiting_count(desk.who)
    return [
        Job(
            reverse("console:county-waiting"),
            pick("复核", "Decide what waits for you"),
            pick(
                "经办提交的名册导入和参保，同意后才生效。",
                "Rosters and enrolments handed on; they count after your yes.",
            ),
            pick(f"{waiting} 件待复核", f"{waiting} wait") if waiting else "",
        )
    ]


def _rosters(desk: Desk) -> list[Job]:
    found, pick = [], desk.pick
    if may(desk.who, Verb.ASK, Noun.ROSTER) is None:
        waiting, latest = reading.waiting(desk.who)
        if latest is not None:
            found.append(
                Job(
                    reverse("console:county-rows", args=[latest]),
                    pick("处理待核行", "Decide doubtful rows"),
                    pick("接受、不收或改正；处理完再核对提交。", "Take in, leave out or put right; then check."),
                    pick(f"{waiting} 行待核", f"{waiting} rows wait"),
                )
            )
        found.append(
            Job(
                reverse("console:county-drop"),
                pick("上传名册", "Drop a roster"),
                pick(
                    "各部门的名册工作簿，先核对，复核后导入。",
                    "An agency's workbook: looked at first, approved, taken in.",
                ),
            )
        )
    if may(desk.who, Verb.READ, Noun.ROSTER) is None:
        found.append(
            Job(
                reverse("console:county-rosters"),
                pick("名册导入", "Rosters"),
                pick("正在办的和已导入的名册。", "Rosters on their way in, and those taken in."),
            )
        )
    return found


def _enrolment(desk: Desk) -> list[Job]:
    if may(desk.who, Verb.READ, Noun.ENROLMENT) is not None:
        return []
    pick = desk.pick
    return [
        Job(
            reverse("console:county-enrolment"),
            pick("参保", "Enrolment"),
            pick(
                "先预览人数和所需资金，复核同意后参保，再出清单。",
                "People and money foreseen, approved, enrolled, listed.",
            ),
        )
    ]


def _works(desk: Desk) -> list[Job]:
    pick, running = desk.pick, work.open_of(desk.who)
    if not running and may(desk.who, Verb.ASK, Noun.ROSTER) is not None:
        return []
    return [
        Job(
            reverse("console:works"),
            pick("我的后台任务", "My works in the background"),
            pick("导入、参保、打印的进度和结果。", "Progress and results of imports, enrolment and prints."),
            pick(f"{running} 项正在办", f"{running} running") if running else "",
        )
    ]
