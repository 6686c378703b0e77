"""`huibao settlement …`: bills settled for people in the roster, recorded and posted; shown, undone, added to."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console

from huibao.app.bills import utf8
from huibao.cli.database import open_database
from huibao.cli.output import ANSWER_IS_NO, emit, json_option, show_problems, speech, table
from huibao.domain.settlement.billfile import read_bills
from huibao.kernel.fen import parse_yuan, yuan_text
from huibao.rules.vocabulary import Payer

if TYPE_CHECKING:
    from huibao.store.settlement import Recorded

LATER_PAYERS = [payer.value for payer in Payer if payer is not Payer.PERSON]


class Yuan(click.ParamType[int]):
    """An amount in yuan on the command line, read to the fen."""

    name = "yuan"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:  # noqa: ANN401 - click's own
        """Return fen; click reports what is not an amount."""
        if isinstance(value, int):
            return value
        try:
            return parse_yuan(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


YUAN = Yuan()


@click.group()
def settlement() -> None:
    """结算：记录账单、查看、撤销、补记后到款项。Settlements: record, show, reverse, add a later payer."""


@settlement.command()
@click.argument("bill", type=click.Path(exists=True, path_type=Path, dir_okay=False))
@json_option
def record(bill: Path) -> None:
    """为名册中的参保人结算并入账。Settle bills for insured people and post them."""
    clock = open_database()
    from huibao.app.settlement import settle_bills

    results = settle_bills(read_bills(utf8(bill.read_bytes(), bill.name), bill.name), clock)
    data = [
        {
            "number": one.number,
            "status": one.status,
            "settlement": as_data(one.settlement) if one.settlement else None,
            "problems": [problem.as_dict() for problem in one.problems],
        }
        for one in results
    ]
    pick = speech().pick
    rows = [(one.number, one.status, yuan_text(one.settlement.left_fen) if one.settlement else "") for one in results]
    columns = (pick("结算", "Settlement"), pick("结果", "Result"), pick("个人自付", "The person"))
    emit(data, lambda out: out.print(table(pick("结算结果", "Settled"), columns, rows, right=[2])))
    refused = [problem for one in results for problem in one.problems]
    show_problems(refused)
    if refused:
        click.get_current_context().exit(ANSWER_IS_NO)


@settlement.command()
@click.argument("number")
@click.option("--explain", "cited", is_flag=True, help="逐行列出算式、数值和条款。Show each line with its clause.")
@json_option
def show(number: str, cited: bool) -> None:
    """查看一笔结算。Show one settlement."""
    open_database()
    from huibao.app.settlement import explain_settlement

    recorded, lines = explain_settlement(number)
    data = as_data(recorded) | ({"lines": [line.as_dict() for line in lines]} if cited else {})

    def draw(out: Console) -> None:
        _show(out, recorded)
        for line in lines if cited else ():
            out.print(line.text(speech().lang), markup=False)

    emit(data, draw)


@settlement.command()
@click.argument("number")
@click.option("--reason", required=True, help="撤销原因。Why.")
@click.option("--key", required=True, help="业务流水号。Idempotency key.")
@json_option
def reverse(number: str, reason: str, key: str) -> None:
    """撤销一笔结算（只能从最后一笔起）。Reverse the person's last settlement."""
    clock = open_database()
    from huibao.app.settlement import reverse_settlement

    recorded = reverse_settlement(number, reason, key, clock)
    emit(as_data(recorded), lambda out: _show(out, recorded))


@settlement.command("add-payer")
@click.argument("number")
@click.option("--payer", type=click.Choice(LATER_PAYERS), required=True, help="支付方。Payer.")
@click.option("--yuan", "fen", type=YUAN, required=True, help="金额（元）。Amount in yuan.")
@click.option("--key", required=True, help="业务流水号。Idempotency key.")
@json_option
def later_payer(number: str, payer: str, fen: int, key: str) -> None:
    """补记结算后到达的款项。Add a payer that came after settlement."""
    clock = open_database()
    from django.conf import settings

    from huibao.app.hospital.later import add_payer
    from huibao.app.hospital.regions import regions
    from huibao.kernel.fen import Fen

    ways = regions(settings.HUIBAO_HOSPITAL_REGIONS)
    recorded = add_payer(number, Payer(payer), Fen(fen), key, clock, ways)
    emit(as_data(recorded), lambda out: _show(out, recorded))


def as_data(one: "Recorded") -> dict[str, Any]:
    """One settlement as JSON; amounts in fen. It names no person: numbers open the rest to those who may see it."""
    return {
        "number": one.number,
        "settles_on": one.settles_on.isoformat(),
        "contract": one.contract,
        "scheme": one.scheme_id,
        "scheme_hash": one.scheme_hash,
        "benefit": one.benefit,
        "groups": list(one.groups),
        "bill_total_fen": one.bill_total_fen,
        "layers": [{"payer": layer.payer, "fen": layer.fen, "reported": layer.reported} for layer in one.layers],
        "outside_bill": [{"payer": layer.payer, "fen": layer.fen} for layer in one.extras],
        "later": [{"payer": line.payer, "fen": line.fen, "on": line.on.isoformat()} for line in one.later],
        "self_pay_fen": one.self_pay_fen,
        "left_fen": one.left_fen,
        "opening": dict(one.opening),
        "closing": dict(one.closing),
        "reverses": one.reverses,
        "reversed_by": one.reversed_by,
        "reason": one.reason,
    }


def _show(out: Console, one: "Recorded") -> None:
    lang, pick = speech().lang, speech().pick
    rows = [(_name(layer.payer, lang), yuan_text(layer.fen)) for layer in one.layers]
    rows += [(f"{_name(line.payer, lang)} · {line.on}", yuan_text(line.fen)) for line in one.later]
    rows += [(pick("个人自付", "The person"), yuan_text(one.left_fen))]
    rows += [(pick("合计", "Total"), yuan_text(one.bill_total_fen))]
    columns = (pick("支付方", "Payer"), pick("金额（元）", "Yuan"))
    out.print(table(f"{one.number} · {one.settles_on}", columns, rows, right=[1]))


def _name(payer: Payer, lang: str) -> str:
    return payer.en if lang == "en" else payer.zh
