"""`huibao scheme`: check a scheme file, show it in words, run its worked cases."""

from collections.abc import Iterable

import click
from rich.console import Console

from huibao.app.scheme import SchemeCheck, SchemeView, check_schemes, scheme_cases, show_scheme
from huibao.cli.output import ANSWER_IS_NO, emit, json_option, show_problems, speech, table
from huibao.rules.cases import CaseReport
from huibao.rules.scheme import Param, Scheme, Status
from huibao.rules.wording import StepWording, value_text

STATUS_WORDS = {
    Status.OFFICIAL: ("正式文件", "official document"),
    Status.DEMONSTRATION: ("演示数据，数值为虚构", "demonstration, values are made up"),
    Status.PUBLISHED: ("依公开报道整理", "compiled from published reports"),
}
MADE_UP = ("（虚构）", " (made up)")


@click.group()
def scheme() -> None:
    """方案：核对、查看、跑算例。 Schemes: check, show, run the worked cases."""


@scheme.command()
@click.argument("names", nargs=-1, metavar="[PATH_OR_ID]...")
@json_option
@click.pass_context
def check(ctx: click.Context, names: tuple[str, ...]) -> None:
    """核对方案文件；不写名称则核对随附的全部方案。 Check scheme files; without a name all that are shipped.

    有问题时列出文件、行、键和改法，退出码 1。 Problems are told with file, line, key and remedy; exit code 1.
    """
    found = check_schemes(names)

    def show(console: Console) -> None:
        pick = speech().pick
        columns = (
            pick("方案", "scheme"),
            pick("状态", "status"),
            pick("待定参数", "open params"),
            pick("结果", "result"),
        )
        console.print(table(pick("方案核对", "Schemes checked"), columns, [_check_row(one) for one in found]))

    emit([_check_data(one) for one in found], show)
    for one in found:
        show_problems(one.problems)
    if any(one.problems for one in found):
        ctx.exit(ANSWER_IS_NO)


def _check_row(one: SchemeCheck) -> tuple[str, str, str, str]:
    pick = speech().pick
    status = pick(*STATUS_WORDS[one.scheme.status]) if one.scheme else "—"
    missing = ", ".join(param.name for param in one.open_params) or "—"
    count = len(one.problems)
    result = pick(f"✗ {count} 个问题", f"✗ {count} problems") if count else pick("✓ 通过", "✓ fine")
    return one.name, status, missing, result


def _check_data(one: SchemeCheck) -> dict[str, object]:
    return {
        "scheme": one.name,
        "hash": one.scheme.hash if one.scheme else None,
        "open_params": [param.name for param in one.open_params],
        "problems": [problem.as_dict() for problem in one.problems],
    }


@scheme.command()
@click.argument("names", nargs=-1, metavar="[PATH_OR_ID]...")
@json_option
@click.pass_context
def cases(ctx: click.Context, names: tuple[str, ...]) -> None:
    """跑算例，逐项列出不符；不写名称则跑全部。 Run worked cases and list what differs; without a name all.

    有算例不符时退出码 1。 Exit code 1 when a case differs.
    """
    reports = scheme_cases(names)

    def show(console: Console) -> None:
        pick = speech().pick
        rows = [(report.scheme_id, len(report.passed), len(report.failed)) for report in reports]
        columns = (pick("方案", "scheme"), pick("相符", "passed"), pick("不符", "differ"))
        console.print(table(pick("算例", "Worked cases"), columns, rows, right=(1, 2)))
        for report in reports:
            for result in report.failed:
                console.print(f"✗ {report.scheme_id} {result.name} {result.title.text(speech().lang)}", markup=False)
                for difference in result.differences:
                    console.print(f"    {difference.text(speech().lang)}", markup=False)

    emit([_case_data(report) for report in reports], show)
    if any(report.failed for report in reports):
        ctx.exit(ANSWER_IS_NO)


def _case_data(report: CaseReport) -> dict[str, object]:
    return {
        "scheme": report.scheme_id,
        "passed": [result.name for result in report.passed],
        "failed": [
            {"case": result.name, "differences": [difference.text("en") for difference in result.differences]}
            for result in report.failed
        ],
    }


@scheme.command()
@click.argument("name", metavar="PATH_OR_ID")
@json_option
def show(name: str) -> None:
    """查看方案：群体、产品、参数、步骤、职责、说明。 Show groups, products, params, steps, duties and notes."""
    view = show_scheme(name)
    emit(_view_data(view), lambda console: _draw(console, view))


def _draw(console: Console, view: SchemeView) -> None:
    pick, lang, scheme_ = speech().pick, speech().lang, view.scheme
    console.print(f"[bold]{scheme_.title.text(lang)}[/bold]  {scheme_.scheme_id}  {scheme_.period}")
    console.print(f"{scheme_.authority.text(lang)} · {pick(*STATUS_WORDS[scheme_.status])}", markup=False)
    console.print(f"sha256 {scheme_.hash}", markup=False)
    for document in scheme_.documents.values():
        console.print(f"{document.key}: {document.title} {document.number}", markup=False)
    clause = pick("条款", "clause")
    _table(
        console,
        ("群体", "Groups"),
        (pick("群体", "group"), pick("条件", "condition"), pick("保障起始", "cover from"), clause),
        [(group.title.text(lang), group.when, group.cover_from, group.clause) for group in scheme_.groups.values()],
    )
    _table(
        console,
        ("产品", "Products"),
        (pick("产品", "product"), pick("险种", "line"), pick("保费参数", "premium"), pick("待遇", "benefits"), clause),
        [
            (p.title.text(lang), pick(p.line.zh, p.line.en), p.premium or "—", ", ".join(p.benefits), p.clause)
            for p in scheme_.products.values()
        ],
    )
    _table(
        console,
        ("参数", "Params"),
        (pick("参数", "param"), pick("含义", "meaning"), pick("自", "from"), pick("数值", "value"), clause),
        [row for param in scheme_.params.values() for row in _param_rows(param)],
    )
    for benefit in scheme_.benefits.values():
        _table(
            console,
            (f"待遇 {benefit.title.zh}（{benefit.name}）", f"Benefit {benefit.title.en} ({benefit.name})"),
            (pick("步骤", "step"), pick("支付方", "payer"), pick("算法", "rule"), clause),
            [row for step in view.rules[benefit.name] for row in _step_rows(step)],
        )
    _draw_rest(console, scheme_)


def _draw_rest(console: Console, scheme_: Scheme) -> None:
    pick, lang = speech().pick, speech().lang
    clause = pick("条款", "clause")
    _table(
        console,
        ("资金来源", "Funds"),
        (pick("资金", "fund"), pick("可用险种", "lines"), clause),
        [
            (fund.title.text(lang), "、".join(pick(line.zh, line.en) for line in fund.lines), fund.clause)
            for fund in scheme_.funds.values()
        ],
    )
    _table(
        console,
        ("覆盖目标", "Targets"),
        (pick("目标", "target"), pick("截止", "due on"), pick("群体", "group"), pick("参数", "param"), clause),
        [(t.title.text(lang) or t.name, t.due_on, t.group, t.share, t.clause) for t in scheme_.targets],
    )
    _table(
        console,
        ("由其他系统承担的职责", "Duties handled elsewhere"),
        (pick("系统", "system"), pick("内容", "says"), clause),
        [(duty.system, duty.says.text(lang), duty.clause) for duty in scheme_.duties],
    )
    _table(
        console,
        ("解释说明", "Notes of interpretation"),
        (pick("说明", "note"), pick("内容", "says"), clause),
        [(note.name, note.says.text(lang), note.clause) for note in scheme_.notes],
    )


def _table(
    console: Console, title: tuple[str, str], columns: tuple[str, ...], rows: Iterable[tuple[object, ...]]
) -> None:
    drawn = list(rows)
    if drawn:
        console.print(table(speech().pick(*title), columns, drawn))


def _param_rows(param: Param) -> list[tuple[object, ...]]:
    pick, lang = speech().pick, speech().lang
    if not param.values:
        open_text = pick("待下级方案或合同给出", "to be given by a scheme below or a contract")
        return [(param.name, param.title.text(lang), "—", open_text, param.clause)]
    rows: list[tuple[object, ...]] = []
    for value in param.values:
        mark = pick(*MADE_UP) if value.demonstration else ""
        text = f"{value_text(param, value, lang)}{mark}"
        rows.append((param.name, param.title.text(lang), value.from_on, text, value.clause))
    return rows


def _step_rows(wording: StepWording) -> list[tuple[object, ...]]:
    pick, lang, step = speech().pick, speech().lang, wording.step
    payer = pick(step.payer.zh, step.payer.en) if step.payer else ""
    told = pick("（报来）", " (reported)") if step.reported else ""
    rule = wording.rule.en if lang == "en" else wording.rule.zh
    rows: list[tuple[object, ...]] = [(step.title.text(lang), f"{payer}{told}", rule, step.clause)]
    for entry, when, then in wording.exceptions:
        text = pick(f"若 {when.zh}：{then.zh}", f"if {when.en}: {then.en}")
        rows.append((f"  {pick('例外', 'exception')} {entry.title.text(lang)}", "", text, entry.clause))
    return rows


def _view_data(view: SchemeView) -> dict[str, object]:
    found = view.scheme
    return {
        "scheme": found.scheme_id,
        "status": found.status.value,
        "hash": found.hash,
        "lineage": list(found.lineage),
        "title": {"zh": found.title.zh, "en": found.title.en},
        "period": str(found.period),
        "documents": {key: {"title": d.title, "number": d.number} for key, d in found.documents.items()},
        "groups": {name: {"when": group.when, "clause": group.clause} for name, group in found.groups.items()},
        "products": {
            name: {"line": p.line.value, "premium": p.premium, "benefits": list(p.benefits), "clause": p.clause}
            for name, p in found.products.items()
        },
        "params": {
            name: {
                "title": param.title.zh,
                "clause": param.clause,
                "values": [
                    {
                        "from": str(value.from_on),
                        "known": str(value.known_on),
                        "value": value_text(param, value),
                        "clause": value.clause,
                        "demonstration": value.demonstration,
                    }
                    for value in param.values
                ],
            }
            for name, param in found.params.items()
        },
        "benefits": {
            name: [
                {"step": one.step.name, "payer": one.step.payer, "rule": one.rule.zh, "clause": one.step.clause}
                for one in steps
            ]
            for name, steps in view.rules.items()
        },
        "duties": [{"id": d.name, "system": d.system, "clause": d.clause, "says": d.says.zh} for d in found.duties],
        "interpretation": [{"id": n.name, "clause": n.clause, "says": n.says.zh} for n in found.notes],
    }
