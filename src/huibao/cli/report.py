"""`huibao report …`: coverage against its goals, the funnel, the money, and how long people waited."""

from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console

from huibao.cli.database import WallClock, open_database
from huibao.cli.output import emit, json_option, say, speech, table

if TYPE_CHECKING:
    from huibao.app.statistics import CoverageReport

DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def report() -> None:
    """统计：覆盖率、漏斗、资金、赔付时效。 Statistics: coverage, funnel, money, days to pay."""


@report.command()
@click.option("--area", required=True, metavar="430000", help="省、市或县。Province, city or county.")
@json_option
def count(area: str) -> None:
    """重新统计各县的数字，供页面使用；请每天运行一次。 Count the counties' figures anew for the pages; run it every day."""
    open_database()
    from huibao.app.figures import count_county, counties_to_count

    done: list[dict[str, str | int]] = []
    for code in counties_to_count(area):
        done.append({"area": code, "figures": count_county(code, WallClock())})
        say(f"{code} 已统计", f"{code} counted")

    def show(console: Console) -> None:
        heads = (speech().pick("地区", "area"), speech().pick("数字", "figures"))
        rows = [(one["area"], one["figures"]) for one in done]
        console.print(table(speech().pick("已统计", "counted"), heads, rows, right=(1,)))

    emit(done, show)


@report.command()
@click.option(
    "--area",
    required=True,
    metavar="430423",
    help="区划代码：县按乡镇、市和省按县统计。Division code: a county by township, wider by county.",
)
@click.option("--on", required=True, type=DAY, metavar="2025-12-31", help="统计日。Day on which to count.")
@click.option(
    "--scheme", "scheme_id", help="方案；缺省取当日有效合同的方案。Scheme; default: that of the contract in force."
)
@click.option(
    "--group", help="目标人群；缺省为方案设了目标的人群。Target group; default: those the scheme has goals for."
)
@click.option("--line", help="险种。Product line.")
@click.option("--svg", type=click.Path(dir_okay=False, path_type=Path), help="把图另存为 SVG。Write the chart as SVG.")
@click.option(
    "--csv", "csv_file", type=click.Path(dir_okay=False, path_type=Path), help="把表另存为 CSV。Write the table as CSV."
)
@json_option
def coverage(
    area: str,
    on: datetime,
    scheme_id: str | None,
    group: str | None,
    line: str | None,
    svg: Path | None,
    csv_file: Path | None,
) -> None:
    """目标人群参保覆盖率，按乡镇和全县，对照目标。 Insured share of a target group, by township, against its goals."""
    from huibao.rules.vocabulary import Line

    if line is not None and line not in set(Line):
        raise click.BadParameter(f"{line}: {', '.join(Line)}", param_hint="--line")
    open_database()
    from huibao.app.chart import coverage_svg
    from huibao.app.statistics import as_data, coverage_csv, coverage_report

    chosen = Line(line) if line else None
    reports = coverage_report(area, on.date(), scheme_id=scheme_id, group=group, line=chosen)
    lang = speech().lang
    for number, one in enumerate(reports):
        for path, text in (
            (svg, coverage_svg(one.coverage, one.names, one.title(lang), lang)),
            (csv_file, coverage_csv(one, lang)),
        ):
            if path is not None:
                target = path if number == 0 else path.with_stem(f"{path.stem}-{number + 1}")
                target.write_text(text, encoding="utf-8", newline="")
                say(f"已写入 {target}", f"wrote {target}")

    def show(console: Console) -> None:
        for one in reports:
            show_coverage(console, one)

    emit([as_data(one) for one in reports], show)


@report.command()
@click.option("--contract", required=True, help="合同编号。Contract number.")
@click.option("--on", type=DAY, metavar="2020-12-31", help="统计日，缺省为今天。Day; default today.")
@json_option
def funnel(contract: str, on: datetime | None) -> None:
    """应保、已保、已报案、已赔各多少人。 How many should be insured, are, reported, and were paid."""
    clock = open_database()
    from huibao.app.statistics import funnel_report

    day = on.date() if on else clock.today()
    found = funnel_report(contract, day)
    emit({"contract": contract, "on": day, **asdict(found)}, lambda console: show_funnel(console, found, day))


@report.command()
@click.option("--contract", required=True, help="合同编号。Contract number.")
@json_option
def money(contract: str) -> None:
    """各险种保费来源和专户收支。 Premium by source and every movement of each line's special account."""
    open_database()
    from huibao.app.statistics import money_report

    found = money_report(contract)
    emit(asdict(found), lambda console: show_money(console, found))


@report.command()
@click.option("--contract", required=True, help="合同编号。Contract number.")
@json_option
def waits(contract: str) -> None:
    """从报案（出院）到付款的天数。 Days from report (or discharge) to payment."""
    open_database()
    from huibao.app.statistics import waits_report

    found = waits_report(contract)
    emit({kind: asdict(one) for kind, one in found.items()}, lambda console: show_waits(console, found))


def show_coverage(console: Console, one: "CoverageReport") -> None:
    """Draw a coverage report: its table, the denominator's day and source, and the goals in words."""
    from huibao.app.chart import describe
    from huibao.app.statistics import table_columns, table_rows

    lang = speech().lang
    columns = table_columns(one, lang)
    console.print(table(one.title(lang), columns, table_rows(one, lang), right=range(1, len(columns))))
    console.print(describe(one.coverage, one.names, lang), markup=False)
    pick = speech().pick
    console.print(pick(f"分母来源：{one.coverage.source}", f"Denominator: {one.coverage.source}"), markup=False)


def show_funnel(console: Console, found: Any, day: date) -> None:  # noqa: ANN401 - the domain loads only when asked for
    """Draw the funnel; what is not counted yet is said, not shown as a nought."""
    pick = speech().pick
    steps = (
        (pick("应保", "to insure"), found.should),
        (pick("已保", "insured"), found.insured),
        (pick("已告知", "told"), pick("尚未统计（手册功能建成后）", "not counted yet (waits for the handbook)")),
        (pick("已报案", "reported"), found.reported),
        (pick("已赔", "paid"), found.paid),
    )
    title = pick(f"截至 {day}，人", f"persons, as of {day}")
    console.print(table(title, (pick("环节", "step"), pick("人数", "persons")), steps, right=[1]))


def show_money(console: Console, found: Any) -> None:  # noqa: ANN401 - the domain loads only when asked for
    """Draw a contract's money: by source, by cause, and what is left."""
    from huibao.domain.ledger import Cause
    from huibao.domain.ledger.flows import CAUSE_NAMES
    from huibao.kernel.fen import yuan_text
    from huibao.rules.vocabulary import Line

    pick, english = speech().pick, speech().lang == "en"

    def line_name(line: str) -> str:
        return Line(line).en if english else Line(line).zh

    sources = [(line_name(one.line), one.source, yuan_text(one.fen)) for one in found.sources]
    console.print(
        table(
            pick(f"合同 {found.contract} 保费来源（元）", f"Premium of {found.contract} by source, yuan"),
            (pick("险种", "line"), pick("来源", "source"), pick("金额", "amount")),
            sources,
            right=[2],
        )
    )
    flows: list[tuple[str, str, str]] = [
        (line_name(one.line), CAUSE_NAMES[Cause(one.cause)][english], yuan_text(one.fen)) for one in found.flows
    ]
    flows += [(line_name(line), pick("专户余额", "left in the account"), yuan_text(fen)) for line, fen in found.left]
    sorted_flows = sorted(flows)
    console.print(
        table(
            pick("专户收支（元）", "Special accounts, yuan"),
            (pick("险种", "line"), pick("事由", "cause"), pick("金额", "amount")),
            sorted_flows,
            right=[2],
        )
    )


def show_waits(console: Console, found: Any) -> None:  # noqa: ANN401 - the domain loads only when asked for
    """Draw how long people waited."""
    pick = speech().pick
    names = {"bill": pick("住院账单", "bills"), "claim": pick("意外理赔", "claims")}
    rows = [
        (
            names[kind],
            one.paid,
            *("—" if days is None else days for days in (one.shortest_days, one.median_days, one.longest_days)),
        )
        for kind, one in found.items()
    ]
    columns = (
        pick("类别", "kind"),
        pick("已付件数", "paid"),
        pick("最短", "shortest"),
        pick("中位", "median"),
        pick("最长", "longest"),
    )
    console.print(table(pick("赔付时效（天）", "Days to pay"), columns, rows, right=[1, 2, 3, 4]))
