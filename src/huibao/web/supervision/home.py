"""What this desk puts on the first page: for supervisors how things stand, for counties what they were reminded of."""

from django.urls import reverse

from huibao.app import figures, reminders
from huibao.app.access import Noun, Verb, may
from huibao.domain.statistics import reached
from huibao.kernel.problem import Refused
from huibao.web.desk import Desk
from huibao.web.job import Job


def jobs(desk: Desk) -> list[Job]:
    """The jobs of who supervises or audits, or of a county that was reminded."""
    found = []
    if may(desk.who, Verb.READ, Noun.SUPERVISION, desk.who.area) is None:
        found += [*_supervising(desk), *_reminders(desk)]
    elif may(desk.who, Verb.ANSWER, Noun.REMINDER, desk.who.area) is None:
        found += _reminders(desk)
    return found


def _supervising(desk: Desk) -> list[Job]:
    return [
        Job(
            reverse("console:supervision"),
            desk.pick("各县参保进度", "Counties against the goals"),
            desk.pick(
                "哪个县落后，差多少人；逐月、漏斗和单县一页纸。",
                "Which county is behind, by how many people; months, funnel, one sheet a county.",
            ),
            _behind(desk),
        ),
        Job(
            reverse("console:supervision-days"),
            desk.pick("理赔用了几天", "Days to pay"),
            desk.pick("核定和付款各用几天，对照法定期限。", "Days to decide and to pay, against the terms of the law."),
        ),
    ]


def _behind(desk: Desk) -> str:
    try:
        reports = figures.boards(desk.who.area, desk.clock.today()).reports
    except Refused:
        return ""
    goal = min(reports[0].coverage.goals, key=lambda one: one.share_bp, default=None) if reports else None
    if goal is None:
        return ""
    behind = sum(1 for one in reports[0].coverage.towns if one.people and not reached(one, goal))
    share = goal.share_bp // 100
    return desk.pick(f"{behind} 个未达 {share}%", f"{behind} below {share}%")


def _reminders(desk: Desk) -> list[Job]:
    waiting, late, due_on = reminders.waiting(desk.who, desk.clock)
    if may(desk.who, Verb.ANSWER, Noun.REMINDER, desk.who.area) is None and not waiting:
        return []
    figure = desk.pick(f"{waiting} 件待答复", f"{waiting} to answer") if waiting else ""
    if late:
        figure += desk.pick(f"，{late} 件逾期", f", {late} overdue")
    until = desk.pick(
        f"最早 {due_on:%m月%d日} 到期。" if due_on else "", f"The first is due on {due_on}. " if due_on else ""
    )
    says = desk.pick("上级要求办理、到期答复的事。", "What was asked of counties, with the day it is due.")
    return [Job(reverse("console:reminders"), desk.pick("督办", "Reminders"), f"{until}{says}", figure)]
