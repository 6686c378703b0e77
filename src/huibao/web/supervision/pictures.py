"""Figures made into charts: words for each number, and what is drawn of it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from django.urls import reverse

from huibao.app.chart import is_wide
from huibao.app.statistics import CoverageReport
from huibao.app.supervision import Days, Steps, few
from huibao.domain.statistics import AreaCount, Goal, Tally, missing, reached, share_bp
from huibao.rules.reference import StatutoryClock
from huibao.web.charts import Chart, Datum, Line
from huibao.web.desk import Desk

HIDDEN_ZH, HIDDEN_EN = "不显示", "not shown"
UNRECORDED_ZH, UNRECORDED_EN = "未记录", "not recorded"
PERCENT: Final = 100


def percent(bp: int | None, desk: Desk) -> str:
    """A share with two digits; in words where there is nobody."""
    if bp is None:
        return desk.pick("无人应保", "nobody")
    return f"{bp // PERCENT}.{bp % PERCENT:02d}%"


def short_percent(bp: int) -> str:
    """A share in whole per cent, half up."""
    return f"{(bp + PERCENT // 2) // PERCENT}%"


def goal_words(goal: Goal, desk: Desk) -> str:
    """A goal beside its line."""
    share = short_percent(goal.share_bp)
    return desk.pick(f"{goal.due_on.year}年 {share}", f"{share} in {goal.due_on.year}")


def dots(report: CoverageReport, rows: Sequence[AreaCount], desk: Desk, name: str = "shares") -> Chart:
    """Areas against the goals, the furthest behind first, with what chance leaves open."""
    goals = tuple(sorted(report.coverage.goals, key=lambda goal: goal.share_bp))
    data = tuple(_dot(report, one, goals, desk) for one in rows)
    whole = report.coverage.whole
    behind = sum(1 for one in report.coverage.towns if one.people and not all(reached(one, goal) for goal in goals[:1]))
    says = desk.pick(
        f"应保 {whole.people} 人，已保 {whole.insured} 人，覆盖率 {percent(whole.share_bp, desk)}；"
        f"{len(report.coverage.towns)} 个地方中 {behind} 个未达到第一个目标。低的在前，数字见下表。",
        f"{whole.people} to insure, {whole.insured} insured, {percent(whole.share_bp, desk)}; "
        f"{behind} of {len(report.coverage.towns)} areas are short of the first goal. Lowest first; numbers in the table.",
    )
    heads = (
        desk.pick("地区", "Area"),
        desk.pick("应保", "To insure"),
        desk.pick("已保", "Insured"),
        desk.pick("覆盖率", "Share"),
        desk.pick("可能范围", "May be chance"),
        *(
            desk.pick(f"距 {short_percent(one.share_bp)} 差", f"Short of {short_percent(one.share_bp)}")
            for one in goals
        ),
    )
    lines = tuple(Line(goal.share_bp, goal_words(goal, desk)) for goal in goals)
    title = desk.pick(f"{report.title('zh')}：各地覆盖率", f"{report.title('en')}: share by area")
    return Chart(name, "dots", title, says, heads, data, lines, lang=desk.lang)


def summary(report: CoverageReport, desk: Desk) -> Chart:
    """A county's whole and its townships against the goals."""
    return dots(report, (report.coverage.whole, *report.coverage.towns), desk, f"shares-{report.coverage.line}")


def _dot(report: CoverageReport, one: AreaCount, goals: Sequence[Goal], desk: Desk) -> Datum:
    spread, small = few(one.people, one.insured)
    name = report.names.get(one.code) or desk.pick("乡镇不详", "township unknown")
    tone = "doubt" if small else "reached" if all(reached(one, goal) for goal in goals) else "short"
    chance = f"{spread[0] // PERCENT}%–{-(-spread[1] // PERCENT)}%" if spread else "–"
    cells = (
        str(one.people),
        str(one.insured),
        percent(one.share_bp, desk),
        chance,
        *(str(missing(one, goal)) for goal in goals),
    )
    county = len(one.code) == len("430423") and is_wide(report.coverage.whole.code)
    low, high = spread or (None, None)
    to = reverse("console:supervision-county", args=[one.code]) if county else ""
    return Datum(name, cells, (one.share_bp,), tone, low, high, to)


def funnel(steps: Steps, desk: Desk) -> Chart:
    """From who should be insured to who was paid."""
    shown = (
        (desk.pick("应保", "To insure"), steps.should),
        (desk.pick("已保", "Insured"), steps.insured),
        (desk.pick("已告知", "Told"), steps.told),
        (desk.pick("已报案", "Reported"), steps.reported),
        (desk.pick("已赔", "Paid"), steps.paid),
    )
    rows = []
    before: int | None = None
    for name, value in shown:
        missing_words = number(value, desk, told=name in {"已告知", "Told"})
        share = share_bp(value, before) if value is not None and before is not None and value <= before else None
        kept = percent(share, desk) if share is not None else "–"
        rows.append(Datum(name, (missing_words, kept), (value,)))
        before = value if value is not None else before
    heads = (desk.pick("步骤", "Step"), desk.pick("人数", "People"), desk.pick("占上一步", "Of the step before"))
    says = desk.pick("；", "; ").join(f"{row.name} {row.cells[0]}" for row in rows) + desk.pick("。", ".")
    title = desk.pick("应保—已保—已告知—已报案—已赔", "To insure, insured, told, reported, paid")
    return Chart("funnel", "steps", title, says, heads, tuple(rows), lang=desk.lang)


def number(value: int | None, desk: Desk, *, told: bool = False) -> str:
    """A count, or why there is none: hidden because it is small, or never recorded."""
    if value is not None:
        return str(value)
    return desk.pick(UNRECORDED_ZH, UNRECORDED_EN) if told else desk.pick(HIDDEN_ZH, HIDDEN_EN)


def multiples(
    days: Sequence[date],
    rows: Mapping[str, Mapping[date, Tally]],
    names: Mapping[str, str],
    goals: Sequence[Goal],
    desk: Desk,
) -> Chart:
    """Each county's share month by month, all pictures of one scale."""
    data = []
    for code, each in rows.items():
        shares = tuple(share_bp(each[day].insured, each[day].people) if day in each else None for day in days)
        cells = tuple("–" if one is None else short_percent(one) for one in shares)
        last = each.get(days[-1]) if days else None
        count = AreaCount(code, last.people, last.insured) if last else AreaCount(code, 0, 0)
        tone = "reached" if last and all(reached(count, goal) for goal in goals) else "short"
        data.append(
            Datum(names.get(code, code), cells, shares, tone, to=reverse("console:supervision-county", args=[code]))
        )
    lines = tuple(Line(goal.share_bp, goal_words(goal, desk)) for goal in goals)
    steps = tuple(f"{day.year % PERCENT:02d}-{day.month:02d}" for day in days)
    says = desk.pick(
        f"{len(data)} 个县，{steps[0] if steps else ''} 至 {steps[-1] if steps else ''} 的月末覆盖率，虚线是目标；数字见下表。",
        f"{len(data)} counties, share at the ends of months {steps[0] if steps else ''} to {steps[-1] if steps else ''}; "
        "dashed lines are the goals; numbers in the table.",
    )
    title = desk.pick("月末覆盖率", "Share at the ends of months")
    return Chart(
        "months",
        "multiples",
        title,
        says,
        (desk.pick("地区", "Area"), *steps),
        tuple(data),
        lines,
        steps,
        lang=desk.lang,
    )


def days_bars(days: Days, desk: Desk) -> Chart:
    """Claims by the days they took, the law's term between two bars."""
    rows = []
    for at, one in enumerate(days.bars):
        last = "" if one.to_days is None else f"–{one.to_days}"
        name = (
            f"{one.from_days}+"
            if one.to_days is None
            else str(one.from_days)
            if one.from_days == one.to_days
            else f"{one.from_days}{last}"
        )
        rows.append(Datum(name, (str(one.cases),), (one.cases,), "reached" if at < days.lawful_bars else "short"))
    rule = days.rule
    term = desk.pick(f"法定 {rule.days} 天", f"the law: {rule.days} days")
    says = desk.pick(
        f"共 {days.cases} 件，超期 {days.late} 件。《{rule.article}》：{days.law.zh}",
        f"{days.cases} claims, {days.late} late. {article_en(days.law)}: {days.law.en}",
    )
    heads = (desk.pick("天数", "Days"), desk.pick("件数", "Claims"))
    title = desk.pick(f"{rule.name.zh}用了几天", f"Days to {rule.name.en}")
    return Chart("days", "bars", title, says, heads, tuple(rows), (Line(days.lawful_bars, term),), lang=desk.lang)


def article_en(law: StatutoryClock) -> str:
    """The article in English: "IL-23" is Insurance Law, art. 23."""
    return f"Insurance Law, art. {law.clause.rpartition('-')[2]}"
