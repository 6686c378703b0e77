"""The answer cut into sections: what each says, its table, and its picture; for the terminal and for the page alike."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from huibao.bulk.whatif.chart import MAX_ROWS, Picture, Row, Series, histogram_svg, picture_svg
from huibao.bulk.whatif.figures import (
    AREA,
    GROUP,
    GROUPS,
    QUANTILES_BP,
    Figure,
    Figures,
    paid_at,
    stated_premium,
)
from huibao.bulk.whatif.scenario import BASE
from huibao.bulk.whatif.telling import Section, Teller
from huibao.kernel.fen import yuan_text
from huibao.kernel.problem import Lang
from huibao.rules.scheme import Kind

MAX_AREA_SCENARIOS: Final = 4
"""Scenarios whose difference by area gets a picture; the table has them all."""
SERIES: Final = 3


def sections(found: Figures, lang: Lang = "zh") -> tuple[Section, ...]:
    """All sections that there are figures for."""
    tell = Teller(found, lang)
    made = [_scenarios(tell), _paid(tell), _layers(tell), _spread(tell), _histogram(tell, "person_year")]
    made += [_histogram(tell, "claim")]
    if found.answer.question.line_fen is not None:
        made.append(_burden(tell))
    if found.premiums:
        made += _premiums(tell)
    made += [_parts(tell, dimension) for dimension in (AREA, GROUP, GROUPS) if found.of("paid", dimension)]
    return tuple(made)


def _scenarios(tell: Teller) -> Section:
    rows = []
    answer = tell.found.answer
    base = answer.question.base
    last = next(at for at in reversed(range(len(base.days))) if base.programs[at] is not None)
    for one in answer.question.scenarios:
        for change in one.changes:
            numbers = [int(number) for number in base.matrix[last, base.places(change.param.name)]]
            for cell, before, after in change.said(numbers, tell.lang):
                title = change.param.title.text(tell.lang) + (f" [{cell}]" if cell else "")
                broken = [b for b in one.breaches if b.param == change.param.name and b.cell in {cell, ""}]
                why = "; ".join(dict.fromkeys(f"▲ {b.scheme_id} {b.clause} {tell.pick(b.zh, b.en)}" for b in broken))
                rows.append((tell.name(one.name), title, before, after, change.param.clause, why or "—"))
    columns = (
        tell.pick("方案", "Scenario"),
        tell.pick("参数", "Param"),
        tell.pick("现行", "Now"),
        tell.pick("假设", "Scenario's"),
        tell.pick("依据", "Clause"),
        tell.pick("违反的条款", "Clause it would break"),
    )
    return Section("scenarios", tell.pick("假设方案", "Scenarios"), (), columns, tuple(rows), (2, 3))


def _compared(
    tell: Teller, rows: Sequence[Figure], say: Callable[[int], str], span: Callable[[int | None, int | None], str]
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """The usual table: value, interval, difference and its interval."""
    pick = tell.pick
    columns = (
        pick("方案", "Scenario"),
        pick("数值", "Value"),
        tell.interval,
        pick("与现行之差", "Difference"),
        pick("差额的区间", "Its interval"),
        pick("变化", "Change"),
    )
    cells = tuple(
        (
            tell.name(one.scenario),
            say(one.value),
            span(one.low, one.high),
            "—" if one.scenario == BASE else say(one.difference),
            "—" if one.scenario == BASE else span(one.difference_low, one.difference_high),
            "—" if one.scenario == BASE or not one.base else f"{one.difference * 100 / one.base:+.2f}%",
        )
        for one in rows
    )
    return columns, cells


def _span(low: int | None, high: int | None, say: Callable[[int], str]) -> str:
    return "—" if low is None or high is None else f"{say(low)} … {say(high)}"


def _marks(tell: Teller, rows: Sequence[Figure], say: Callable[[int], str]) -> tuple[Row, ...]:
    return tuple(
        Row(tell.name(one.scenario), tell.style(one.scenario), one.value, one.low, one.high, say(one.value))
        for one in rows
    )


def _paid(tell: Teller) -> Section:
    rows = tuple(tell.found.of("paid"))
    columns, cells = _compared(tell, rows, yuan_text, tell.wan_span)
    names = ", ".join(_layer(tell, tell.found.answer.outputs[at]) for at in paid_at(tell.found.answer))
    note = tell.pick(f"本方案所付：{names}。", f"What the scheme pays: {names}.")
    mark = tell.pick("横线为 95% 区间。", "The bar is the 95 % interval.") if rows[0].low is not None else ""
    title = tell.pick("费用（元）", "Cost, yuan")
    picture = Picture(title, f"{note}{mark}", _marks(tell, rows, tell.wan), tell.tick)
    svg = picture_svg(picture, 1, tell.lang)
    return Section("cost", title, (note,), columns, cells, (1, 2, 3, 4, 5), (svg,), narrow=(0, 1, 2, 3, 5))


def _layer(tell: Teller, name: str) -> str:
    program = tell.found.answer.question.base.program
    if name == "self_pay":
        return tell.pick("个人自付", "self-payment")
    if name == "total":
        return tell.pick("合计", "total")
    return next(step.title.text(tell.lang) for step in program.benefit.steps if step.name == name)


def _layers(tell: Teller) -> Section:
    """What every payer bears: a line for each layer that bears anything."""
    answer = tell.found.answer
    pick = tell.pick
    columns = (
        pick("方案", "Scenario"),
        pick("支付方", "Payer"),
        pick("金额", "Amount"),
        pick("与现行之差", "Difference"),
    )
    rows = []
    moving = answer.outputs[: answer.moving]
    for nth, scenario in enumerate(answer.names):
        for name in answer.outputs:
            held = tell.found.of(name)
            one = held[nth]
            if one.difference or (any(each.value for each in held) and (nth == 0 or name in moving)):
                apart = yuan_text(one.difference) if nth else "—"
                rows.append((tell.name(scenario), _layer(tell, name), yuan_text(one.value), apart))
    bill = answer.question.base.program.kind is Kind.BILL
    note = pick(
        "各支付方与个人自付合计等于医疗费总额；没有付过钱的不列，假设方案只列会变的。",
        "They sum to the bills; who pays nothing is left out, and of a scenario what cannot change.",
    )
    title = pick("各支付方（元）", "By payer, yuan")
    return Section("layers", title, (note,) if bill else (), columns, tuple(rows), (2, 3))


def _rest(tell: Teller) -> str:
    bill = tell.found.answer.question.base.program.kind is Kind.BILL
    return tell.pick("个人自付", "Self-payment") if bill else tell.pick("赔付", "Amount paid")


def _spread(tell: Teller) -> Section:
    found = tell.found
    of_what = {"claim": tell.pick("每笔", "a claim"), "person_year": tell.pick("每人每年", "a person and year")}
    heads = [f"{share // 100}%" for share in QUANTILES_BP]
    columns = (tell.pick("方案", "Scenario"), tell.pick("按", "By"), tell.pick("数目", "Number"), *heads)
    rows, marks = [], []
    for one in found.distributions:
        values = [one.quantiles[str(share)] or 0 for share in QUANTILES_BP]
        name = tell.name(one.scenario)
        rows.append((name, of_what[one.of], f"{one.count:,}", *(f"{-(-value // 100):,}" for value in values)))
        if one.of == "person_year":
            low, middle, high, *tail = values[1:]
            words = yuan_text(middle)
            marks.append(Row(name, tell.style(one.scenario), middle, low, high, words, (tail[0], tail[-1])))
    title = tell.pick(f"{_rest(tell)}的分布（元）", f"{_rest(tell)}, how it is spread, yuan")
    note = tell.pick(
        "每人每年：标记为中位数，粗线为四分之一到四分之三，短竖线为 90% 和 99% 分位。",
        "A person and year: the mark is the median, the bar the middle half, the ticks 90 % and 99 %.",
    )
    exact = tell.pick(
        "分位数进到整元，至多比精确值高 1/128。",
        "Quantiles in whole yuan, rounded up; at most 1/128 above the exact ones.",
    )
    picture = Picture(title, note, tuple(marks), tell.tick, with_zero=True)
    svg = picture_svg(picture, 2, tell.lang)
    return Section(
        "spread",
        title,
        (exact,),
        columns,
        tuple(rows),
        tuple(range(2, len(columns))),
        (svg,),
        narrow=(0, 1, 4, 5, 6, 7, 9),
    )


def _histogram(tell: Teller, of: str) -> Section:
    mine = [one for one in tell.found.distributions if one.of == of]
    bands = [_band(tell, band["from_fen"], band["below_fen"]) for band in mine[0].histogram]
    counts = [tuple(int(band["count"] or 0) for band in one.histogram) for one in mine]
    used = [at for at in range(len(bands)) if any(each[at] for each in counts)] or [0]
    used = list(range(used[0], used[-1] + 1))
    names = [tell.name(one.scenario) for one in mine]
    rows = tuple((bands[at], *(f"{each[at]:,}" for each in counts)) for at in used)
    by = tell.pick("每笔", "a claim") if of == "claim" else tell.pick("每人每年", "a person and year")
    unit = tell.pick("笔数", "claims") if of == "claim" else tell.pick("人年数", "person-years")
    title = tell.pick(f"{by}{_rest(tell)}的分档{unit}", f"{_rest(tell)} {by}: {unit} by band")
    note = tell.pick(
        "条形为现行方案，标记为前两个假设方案。", "Bars are the scheme as it stands, marks the first two scenarios."
    )
    series = [Series(name, tuple(each[at] for at in used)) for name, each in zip(names, counts, strict=True)]
    number = 3 if of == "claim" else 4
    svg = histogram_svg(title, note, [bands[at] for at in used], series[:SERIES], number, tell.lang)
    columns = (tell.pick("分档（元）", "Band, yuan"), *names)
    return Section(f"histogram-{of}", title, (), columns, rows, tuple(range(1, len(columns))), (svg,), brief=False)


def _band(tell: Teller, least: int | None, below: int | None) -> str:
    low, high = (least or 0) // 100, None if below is None else below // 100
    if below == 1:
        return tell.pick("0", "0")
    if least == 1:
        return tell.pick(f"大于 0，不足 {high:,}", f"above 0, below {high:,}")
    if high is None:
        return tell.pick(f"{low:,} 及以上", f"{low:,} and more")
    return tell.pick(f"{low:,} 至不足 {high:,}", f"{low:,} to below {high:,}")


def _burden(tell: Teller) -> Section:
    rows = tuple(tell.found.of("over_line"))
    line = yuan_text(tell.found.answer.question.line_fen or 0)
    title = tell.pick(f"全年自付超过 {line} 元的人年数", f"Person-years with more than {line} yuan of self-payment")
    columns, cells = _compared(
        tell, rows, lambda value: f"{value:,}", lambda low, high: _span(low, high, lambda value: f"{value:,}")
    )
    note = tell.pick("负担线由使用者给出，不是文件规定。", "The line is the user's own; no document sets it.")
    picture = Picture(title, note, _marks(tell, rows, lambda v: f"{v:,}"), lambda v: f"{v:,}")
    return Section("burden", title, (note,), columns, cells, (1, 2, 3, 4, 5), (picture_svg(picture, 5, tell.lang),))


def _premiums(tell: Teller) -> Iterator[Section]:
    """The premium for all, with its picture; then by area and groups."""
    found = tell.found
    operating = found.operating_bp or 0
    whole: list[tuple[str, ...]] = []
    parts: list[tuple[str, ...]] = []
    for one in found.premiums:
        place = {"whole": tell.pick("全部", "all"), AREA: tell.area(one.key)}.get(one.dimension) or tell.group(one.key)
        (whole if one.dimension == "whole" else parts).append(
            (
                place,
                tell.name(one.scenario),
                f"{one.insured:,}",
                yuan_text(one.cost_fen),
                yuan_text(one.premium_fen),
                _span(one.low_fen, one.high_fen, yuan_text),
                "—" if one.scenario == BASE else yuan_text(one.difference_fen),
            )
        )
    title = tell.pick("保本保费（元/人年）", "Premium that breaks even, yuan a person and year")
    note = tell.pick(
        f"保费扣除运营成本 {operating / 100:g}% 后恰够赔付；参保人年数和运营成本比例由使用者给出。",
        f"What is left of the premium after {operating / 100:g} % operating cost just pays the cost; both inputs are the user's.",
    )
    marks = tuple(
        Row(
            tell.name(p.scenario),
            tell.style(p.scenario),
            p.premium_fen,
            p.low_fen,
            p.high_fen,
            yuan_text(p.premium_fen),
        )
        for p in found.premiums
        if p.dimension == "whole"
    )
    stated = stated_premium(found.answer)
    line = None
    if stated is not None:
        words = tell.pick("方案所定保费", "stated premium")
        line = (int(stated["fen"]), f"{words} {yuan_text(stated['fen'])}")
    picture = Picture(title, note, marks, yuan_text, line)
    columns = (
        tell.pick("范围", "Of"),
        tell.pick("方案", "Scenario"),
        tell.pick("参保人年", "Insured"),
        tell.pick("费用", "Cost"),
        tell.pick("保本保费", "Premium"),
        tell.interval,
        tell.pick("与现行之差", "Difference"),
    )
    svg = picture_svg(picture, 6, tell.lang)
    right = (1, 2, 3, 4, 5)
    yield Section("premium", title, (note,), columns[1:], tuple(row[1:] for row in whole), right, (svg,))
    if parts:
        more = tell.pick("各地区、人群的保本保费（元/人年）", "Premium that breaks even, by area and groups")
        yield Section("premium-parts", more, (), columns, tuple(parts), (2, *right[1:], 6), brief=False)


def _parts(tell: Teller, dimension: str) -> Section:
    """Cost by area, group or set of groups: each scenario beside the scheme as it stands."""
    titles = {
        AREA: tell.pick("各地区费用（元）", "Cost by area, yuan"),
        GROUP: tell.pick("各人群费用（元）", "Cost by group, yuan"),
        GROUPS: tell.pick("各人群组合费用（元）", "Cost by set of groups, yuan"),
    }
    notes = {
        AREA: (),
        GROUP: (
            tell.pick(
                "属于几个人群的人在每个人群中都计入，各行相加会超过合计。",
                "Somebody in several groups counts in each: these rows sum to more than the whole.",
            ),
        ),
        GROUPS: (
            tell.pick(
                "每人只在自己的人群组合中计一次，各行相加等于合计。",
                "Everybody counts once: these rows sum to the whole.",
            ),
        ),
    }
    name = tell.area if dimension == AREA else tell.group
    rows = tell.found.of("paid", dimension)
    over = {(one.scenario, one.key): one.value for one in tell.found.of("over_line", dimension)}
    columns = (
        tell.pick("地区" if dimension == AREA else "人群", "Area" if dimension == AREA else "Group"),
        tell.pick("方案", "Scenario"),
        tell.pick("费用", "Cost"),
        tell.interval,
        tell.pick("与现行之差", "Difference"),
        tell.pick("差额的区间", "Its interval"),
        *((tell.pick("超过负担线", "Over the line"),) if over else ()),
    )
    cells = tuple(
        (
            name(one.key),
            tell.name(one.scenario),
            yuan_text(one.value),
            tell.wan_span(one.low, one.high),
            "—" if one.scenario == BASE else yuan_text(one.difference),
            "—" if one.scenario == BASE else tell.wan_span(one.difference_low, one.difference_high),
            *((f"{over[one.scenario, one.key]:,}",) if over else ()),
        )
        for one in rows
    )
    svgs = tuple(_part_pictures(tell, rows, name, titles[dimension], 10 if dimension == AREA else 20))
    pictures = svgs if dimension != GROUPS else ()
    right = tuple(range(2, len(columns)))
    return Section(dimension, titles[dimension], notes[dimension], columns, cells, right, pictures, brief=False)


def _part_pictures(
    tell: Teller, rows: Sequence[Figure], name: Callable[[str], str], title: str, number: int
) -> Iterator[str]:
    for nth, scenario in enumerate(tell.found.answer.question.scenarios[:MAX_AREA_SCENARIOS]):
        mine = [one for one in rows if one.scenario == scenario.name]
        most = sorted(mine, key=lambda one: -abs(one.difference))[:MAX_ROWS]
        shown = sorted(most, key=lambda one: one.difference)
        marks = tuple(
            Row(
                name(one.key),
                tell.style(scenario.name),
                one.difference,
                one.difference_low,
                one.difference_high,
                tell.wan(one.difference),
            )
            for one in shown
        )
        words = tell.pick(f"{tell.name(scenario.name)}：与现行方案之差", f"{tell.name(scenario.name)}: difference")
        note = tell.pick("横线为差额的 95% 区间。", "The bar is the difference's own 95 % interval.")
        if len(shown) < len(mine):
            count = len(shown)
            note += tell.pick(
                f"只画差额最大的 {count} 个，其余见表。", f" The {count} largest; the table has them all."
            )
        picture = Picture(f"{title} · {words}", note, marks, tell.tick, with_zero=True)
        yield picture_svg(picture, number + nth, tell.lang)
