"""`huibao check`: every numbered invariant, asked of the live data."""

import click
from rich.console import Console

from huibao.cli.database import open_database
from huibao.cli.output import ANSWER_IS_NO, emit, json_option, speech, table


@click.command()
@click.option("--only", multiple=True, metavar="L1", help="只查这些编号。Only these numbers (repeat for several).")
@json_option
@click.pass_context
def check(ctx: click.Context, only: tuple[str, ...]) -> None:
    """逐条核对全部不变量，指出何处不符。 Check every invariant on live data and say what broke where.

    有任何一条不符时退出码为 1。 Exit code 1 when any is broken.
    """
    open_database()
    from huibao.app.audit import check_all
    from huibao.store.audits import AUDITS

    known = {audit.number for audit in AUDITS}
    if set(only) - known:
        unknown = "、".join(sorted(set(only) - known))
        raise click.BadParameter(
            f"没有编号 {unknown} / no such number; {', '.join(sorted(known))}", param_hint="--only"
        )
    findings = check_all(frozenset(only) or None)
    lang = speech().lang
    data = [
        {
            "number": one.number,
            "says": one.says_en if lang == "en" else one.says_zh,
            "holds": one.holds,
            "broken": [
                {"where": place.where, "says": place.says_en if lang == "en" else place.says_zh} for place in one.broken
            ],
            "more": one.more,
        }
        for one in findings
    ]

    def show(console: Console) -> None:
        pick = speech().pick
        rows = [
            (
                one.number,
                pick(one.says_zh, one.says_en),
                pick("✓ 成立", "✓ holds")
                if one.holds
                else pick(f"✗ {len(one.broken)} 处不符", f"✗ {len(one.broken)} broken"),
            )
            for one in findings
        ]
        console.print(
            table(
                pick("不变量核对", "Invariants"),
                (pick("编号", "number"), pick("内容", "what holds"), pick("结果", "result")),
                rows,
            )
        )
        for one in findings:
            for place in one.broken:
                console.print(f"✗ {one.number} {place.where}: {pick(place.says_zh, place.says_en)}", markup=False)
            if one.more:
                console.print(pick(f"✗ {one.number} 还有更多……", f"✗ {one.number} and more …"), markup=False)

    emit(data, show)
    if not all(one.holds for one in findings):
        ctx.exit(ANSWER_IS_NO)
