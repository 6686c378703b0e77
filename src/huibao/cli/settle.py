"""`huibao settle`: bills of a file settled by a scheme, each layer and the person's share, explained line by line."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console

from huibao.app.bills import FileResult, settle_file, state_text, utf8
from huibao.cli.output import emit, json_option, speech, table
from huibao.kernel.fen import in_capitals, yuan_text
from huibao.rules.vocabulary import Payer

if TYPE_CHECKING:
    from huibao.rules.program import Layer


@click.command()
@click.option("--scheme", "scheme_id", required=True, help="方案编号或文件。Scheme id or file.")
@click.option("--explain", "cited", is_flag=True, help="逐行列出算式、数值和条款。Show each line with its clause.")
@click.option("--state", type=click.Path(exists=True, path_type=Path, dir_okay=False), help="年初累计额。Accumulators.")
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="方案要求的参数。A required parameter.")
@click.argument("bill", type=click.Path(exists=True, path_type=Path, dir_okay=False))
@json_option
def settle(scheme_id: str, cited: bool, state: Path | None, settings: tuple[str, ...], bill: Path) -> None:
    """按方案结算账单文件（不需要数据库，不留记录）。Settle a bill file by a scheme; nothing is recorded."""
    opening = utf8(state.read_bytes(), state.name) if state else ""
    text = utf8(bill.read_bytes(), bill.name)
    results = settle_file(scheme_id, text, bill.name, settings=settings, state=opening, cited=cited)
    emit([as_data(result) for result in results], lambda out: _show(out, results))


def as_data(result: FileResult) -> dict[str, Any]:
    """One settled bill as JSON: amounts in fen and in yuan, accumulators ready to be a `--state` file."""
    done, outcome = result.settled, result.settled.outcome
    benefit = done.program.benefit_id
    data: dict[str, Any] = {
        "bill": done.bill.number,
        "settles_on": done.bill.settles_on.isoformat(),
        "scheme": result.scheme.scheme_id,
        "scheme_hash": done.program.scheme_hash,
        "benefit": benefit,
        "bill_total": _money(outcome.total_fen),
        "layers": [_layer(layer) for layer in outcome.layers],
        "outside_bill": [_layer(layer) for layer in outcome.extras],
        "self_pay": _money(outcome.self_pay_fen),
        "bound": {step: label for step, label in outcome.bound.items() if label},
        "group": outcome.chosen_group,
        "opening": state_text(result.scheme, benefit, done.opening),
        "closing": state_text(result.scheme, benefit, outcome.closing),
    }
    if result.lines:
        data["lines"] = [line.as_dict() for line in result.lines]
    return data


def _money(fen: int) -> dict[str, Any]:
    return {"fen": fen, "yuan": yuan_text(fen).replace(",", "")}


def _layer(layer: "Layer") -> dict[str, Any]:
    return {"payer": layer.payer, "step": layer.step, "reported": layer.reported, **_money(layer.fen)}


def _show(out: Console, results: Sequence[FileResult]) -> None:
    for result in results:
        _show_one(out, result)


def _show_one(out: Console, result: FileResult) -> None:
    lang, outcome = speech().lang, result.settled.outcome
    pick = speech().pick
    rows = [(_name(layer.payer), yuan_text(layer.fen), _how(layer)) for layer in outcome.layers]
    rows.append((pick("个人自付", "The person"), yuan_text(outcome.self_pay_fen), pick("其余", "the rest")))
    rows.append((pick("合计", "Total"), yuan_text(outcome.total_fen), in_capitals(outcome.total_fen)))
    title = f"{result.settled.bill.number} · {result.scheme.title.text(lang)}"
    columns = (pick("支付方", "Payer"), pick("金额（元）", "Yuan"), pick("说明", "Note"))
    out.print(table(title, columns, rows, right=[1]))
    for layer in outcome.extras:
        out.print(f"{pick('账单之外', 'Outside the bill')}: {_name(layer.payer)} {yuan_text(layer.fen)}")
    for line in result.lines:
        out.print(line.text(lang), markup=False)


def _name(payer: Payer) -> str:
    return payer.en if speech().lang == "en" else payer.zh


def _how(layer: "Layer") -> str:
    return speech().pick("上报", "reported") if layer.reported else speech().pick("本系统计算", "computed here")
