"""The money question told: sections for the terminal and the page, and the folder with table, chart and data. S16."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import pyarrow as pa

from huibao.app.chart import percent
from huibao.bulk.files import write_text, write_whole
from huibao.bulk.whatif.chart import Picture, Row, picture_svg
from huibao.bulk.whatif.page import PAGE, document
from huibao.bulk.whatif.reach import Reach, as_data
from huibao.bulk.whatif.telling import WAN_FEN, Section
from huibao.domain.statistics import Way, share_bp
from huibao.kernel.fen import yuan_text
from huibao.kernel.problem import Lang, Problem
from huibao.rules.quantity import Unit, amount_text
from huibao.rules.reference import division_table
from huibao.rules.scheme import Status

DATA: Final = "reach.json"
PAYERS: Final = {
    "government_fund": ("财政或专项资金", "government funds"),
    "self": ("本人", "the person"),
    "close_relative": ("近亲属", "close relatives"),
    "donor": ("捐资人", "donors"),
    "total": ("合计", "all together"),
}


def title_of(found: Reach, lang: Lang) -> str:
    """What the page is called."""
    target = found.plan.aim.target
    words = "达到目标要多少钱" if lang == "zh" else "What the target takes"
    return f"{words}：{target.title.text(lang)} {percent(found.plan.aim.share_bp, lang)}"


def summary(found: Reach, lang: Lang) -> Iterator[str]:
    """The target, the denominator and how things stand, in sentences."""
    plan, target = found.plan, found.plan.aim.target
    people, insured = sum(c.people for c in found.counts), sum(c.insured for c in found.counts)
    share, goal = percent(share_bp(insured, people), lang), percent(plan.aim.share_bp, lang)
    group = plan.aim.scheme.groups[target.group].title.text(lang)
    payers = ", ".join(f"{_payer(p, lang)} {amount_text(bp, Unit.BP, lang)}" for p, bp in plan.shares_bp.items())
    if lang == "zh":
        yield f"目标：到 {target.due_on}，{group}的{target.line.zh}覆盖率达到 {goal}（{target.clause}）。"
        yield f"分母：{target.denominator_source}；目标统计日 {target.denominator_on}。本次人数统计日 {plan.counted_on}，来源：{plan.source}。"
        how = "各县（区）都达到目标" if plan.each_area else "全部合计达到目标（按未参保人数分摊到各县区）"
        yield f"现有 {people:,} 人，已保 {insured:,} 人（{share}）；要使{how}，还须 {sum(found.needed):,} 人参保。"
        yield f"每人保费的分担：{payers}。"
        if plan.premium_stated:
            yield f"保费取方案所定（{plan.aim.product.premium}）。"
    else:
        yield f"Target: {goal} of {group} covered by {target.line.en} by {target.due_on} ({target.clause})."
        yield (
            f"Denominator: {target.denominator_source}; the target counts on {target.denominator_on}. "
            f"Counted here on {plan.counted_on}, from {plan.source}."
        )
        how = "each county reaches it" if plan.each_area else "all together reach it (shared out by who is uncovered)"
        yield f"{people:,} people, {insured:,} insured ({share}); until {how}, {sum(found.needed):,} more are needed."
        yield f"Each premium is shared: {payers}."
        if plan.premium_stated:
            yield f"The premium is the scheme's own ({plan.aim.product.premium})."


def _payer(name: str, lang: Lang) -> str:
    zh, en = PAYERS.get(name, (name, name))
    return zh if lang == "zh" else en


def sections(found: Reach, lang: Lang) -> tuple[Section, ...]:
    """The ways with their chart, the areas, and the scheme's duties about money."""
    return tuple(part for part in (_ways(found, lang), _areas(found, lang), _duties(found, lang)) if part.rows)


def _ways(found: Reach, lang: Lang) -> Section:
    zh = lang == "zh"
    people = sum(count.people for count in found.counts)
    insured = sum(count.insured for count in found.counts)
    payers = list(found.plan.shares_bp)
    rows = []
    for one in found.ways:
        attained = percent(share_bp(insured + one.newly, people), lang)
        verdict = (
            ("达到" if zh else "reached") if one.reached else (f"差 {one.short:,} 人" if zh else f"{one.short:,} short")
        )
        over = "; ".join(f"{_payer(name, lang)} +{yuan_text(fen)}" for name, fen in one.over_budget.items())
        budget = "—" if not found.plan.budgets else over or ("预算内" if zh else "within")
        money = [yuan_text(one.by_payer[payer]) for payer in payers] if len(payers) > 1 else []
        rows.append(
            (
                yuan_text(one.premium_fen),
                amount_text(one.take_up_bp, Unit.BP, lang),
                f"{one.offers:,}",
                f"{one.newly:,}",
                attained,
                verdict,
                yuan_text(one.total_fen),
                *money,
                yuan_text(one.new_fen),
                budget,
            )
        )
    heads = ("保费", "参保意愿", "须动员", "新参保", "覆盖率", "目标", "全年保费合计") if zh else (
        "Premium", "Take-up", "Offers", "Newly", "Coverage", "Target", "Year's premium")  # fmt: skip
    tail = ("其中新参保", "预算") if zh else ("Of it, new", "Budget")
    columns = (*heads, *(_payer(payer, lang) for payer in payers if len(payers) > 1), *tail)
    title = "各种组合所需的钱（元/年）" if zh else "Money each way takes, yuan a year"
    right = (0, 1, 2, 3, 4, *range(6, len(columns) - 1))
    svg = picture_svg(_picture(found, title, lang), 1, lang)
    narrow = (0, 1, 3, 4, 5, 6, len(columns) - 1)
    return Section("ways", title, (), columns, tuple(rows), right, (svg,), narrow=narrow)


def _picture(found: Reach, title: str, lang: Lang) -> Picture:
    zh = lang == "zh"

    def say(fen: int) -> str:
        return f"{fen / WAN_FEN:,.1f} 万" if zh else f"{fen / (100 * WAN_FEN):,.2f} M"

    legend = {
        "base": "达到目标" + ("，在预算内" if found.plan.budgets else "") if zh else "reached" + (", within budget" if found.plan.budgets else ""),
        "scenario": "达到目标，超出预算" if zh else "reached, over budget",
        "breach": "达不到目标" if zh else "not reached",
    }  # fmt: skip
    rows = tuple(
        Row(
            f"{yuan_text(one.premium_fen)} {'元' if zh else 'yuan'} × {amount_text(one.take_up_bp, Unit.BP)}",
            _style(one),
            one.total_fen,
            None,
            None,
            say(one.total_fen),
        )
        for one in found.ways
    )
    note = (
        "每行是一种保费与参保意愿的组合；标记为全年保费合计。"
        if zh
        else "A row is a premium and a take-up; the mark is the year's premium of all insured."
    )
    line = None
    if "total" in found.plan.budgets:
        line = (int(found.plan.budgets["total"]), f"{'预算' if zh else 'budget'} {say(found.plan.budgets['total'])}")
    return Picture(title, note, rows, say, line, with_zero=True, legend=legend)


def _style(one: Way) -> str:
    if not one.reached:
        return "breach"
    return "base" if one.fits else "scenario"


def _areas(found: Reach, lang: Lang) -> Section:
    """People still to be covered in each area; what is short at the least and the greatest take-up."""
    zh = lang == "zh"
    first = min(found.ways, key=lambda one: one.take_up_bp)
    rows = []
    for count, need, area in zip(found.counts, found.needed, first.areas, strict=True):
        rows.append(
            (
                _name(found, count.code, lang),
                f"{count.people:,}",
                f"{count.insured:,}",
                percent(count.share_bp, lang),
                f"{need:,}",
                f"{area.offers:,}",
                f"{area.short:,}",
            )
        )
    take_up = amount_text(first.take_up_bp, Unit.BP, lang)
    columns = (
        ("地区", "应保", "已保", "覆盖率", "还须参保", f"意愿 {take_up} 时须动员", f"意愿 {take_up} 时仍差")
        if zh
        else ("Area", "People", "Insured", "Coverage", "Still needed", f"Offers at {take_up}", f"Short at {take_up}")
    )
    title = "各地区还须参保的人数" if zh else "People still to be insured, by area"
    return Section("areas", title, (), columns, tuple(rows), tuple(range(1, 7)), narrow=(0, 1, 2, 3, 4))


def _name(found: Reach, code: str, lang: Lang) -> str:
    if not code:
        return "地区不详" if lang == "zh" else "area unknown"
    try:
        return division_table().name_on(code, found.plan.counted_on) or code
    except ValueError:  # a name, or a code of the sender's own: shown as it came
        return code


def _duties(found: Reach, lang: Lang) -> Section:
    """What the scheme says of who pays: a way that asks otherwise must be seen beside it."""
    rows = []
    for duty in found.plan.aim.scheme.duties:
        if duty.system == "S9" and duty.param is not None:
            param = found.plan.aim.scheme.params[duty.param]
            held = param.at(found.plan.aim.scheme.period.last_on)
            number = amount_text(held[0], param.unit, lang) if held else "—"
            rows.append((duty.clause, duty.says.text(lang), number))
    columns = ("条款", "规定", "数值") if lang == "zh" else ("Clause", "Rule", "Number")
    title = "文件关于出资的规定" if lang == "zh" else "What the documents say of who pays"
    return Section("duties", title, (), columns, tuple(rows), ())


def method_words(lang: Lang) -> str:
    """How it was reckoned."""
    if lang == "zh":
        return (
            "动员人数 = 还须参保人数 ÷ 参保意愿，进到整人，不超过未参保人数；动员了所有未参保的人仍不够的，列为差额。"
            "全年保费按已参保和新参保的人计；每人保费按出资比例分到分，各方合计等于保费。保费、参保意愿、出资比例和预算由使用者给出。"
        )
    return (
        "Offers are the people needed over the take-up, rounded up, never more than are uncovered; what is short then is told. "
        "The year's premium is of everybody insured in the end; each premium is shared to the fen. Premium, take-up, shares and "
        "budgets are the user's."
    )


def write_reach(folder: Path, found: Reach, told: Sequence[Problem], lang: Lang) -> tuple[Path, ...]:
    """Write page, chart, JSON and Parquet; each file is there whole or as it was before."""
    folder.mkdir(parents=True, exist_ok=True)
    parts = sections(found, lang)
    made_up = found.plan.aim.scheme.status is Status.DEMONSTRATION
    said = list(summary(found, lang))
    html = document(title_of(found, lang), said, parts, told, method_words(lang), made_up=made_up, lang=lang)
    write_text(folder / PAGE, html)
    data = {**as_data(found), "problems": [problem.as_dict() for problem in told]}
    write_text(folder / DATA, json.dumps(data, ensure_ascii=False, indent=1, default=str) + "\n")
    write_text(folder / "ways.svg", parts[0].pictures[0])
    write_whole(folder / "ways.parquet", table_of(found))
    return folder / PAGE, folder / DATA, folder / "ways.svg", folder / "ways.parquet"


def table_of(found: Reach) -> pa.Table:
    """A row for each way and area, people in whole numbers, money in fen."""
    rows = [
        {
            "premium_fen": one.premium_fen,
            "take_up_bp": one.take_up_bp,
            "area": area.code,
            "people": area.people,
            "insured": area.insured,
            "needed": area.needed,
            "offers": area.offers,
            "newly_insured": area.newly,
            "short": area.short,
            "total_fen": one.premium_fen * (area.insured + area.newly),
        }
        for one in found.ways
        for area in one.areas
    ]
    table = pa.Table.from_pylist(rows)
    fields = [
        pa.field(f.name, f.type, metadata={"unit": "fen"} if f.name.endswith("_fen") else None) for f in table.schema
    ]
    return table.cast(pa.schema(fields))
