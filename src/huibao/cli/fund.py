"""`huibao fund …`: money in, down, to the insurer, across lines, into the next year; and where it went."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from huibao.cli.database import open_database
from huibao.cli.fund_text import booked_table, result_table, trace_table, traced, year_dict
from huibao.cli.output import emit, json_option
from huibao.kernel.fen import Fen, parse_yuan, yuan_text
from huibao.rules.vocabulary import Line

if TYPE_CHECKING:
    from huibao.app.funds import Booked

F = TypeVar("F", bound=Callable[..., Any])


class Yuan(click.ParamType[Fen]):
    """An amount in yuan, written as decimal text; whole fen after it is read."""

    name = "yuan"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Fen:
        """Read the amount; what is wrong with it is click's to show."""
        try:
            return parse_yuan(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


class Block(click.ParamType[tuple[str, Fen]]):
    """AREA=YUAN: how much of a block an area gets."""

    name = "area=yuan"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, Fen]:
        """Read both halves."""
        area, mark, amount = str(value).partition("=")
        if not mark or not area.isdecimal():
            self.fail(f"应写作 370100=100000.00，读到 {value!r} / expected AREA=YUAN, found {value!r}", param, ctx)
        return area, YUAN.convert(amount, param, ctx)


class Day(click.ParamType[date]):
    """A calendar day, YYYY-MM-DD."""

    name = "day"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read the day; a date and time is no day."""
        try:
            return value if isinstance(value, date) else datetime.strptime(str(value), "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no time zone
        except ValueError:
            self.fail(f"应写作 2020-01-31，读到 {value!r} / expected YYYY-MM-DD, found {value!r}", param, ctx)


YUAN: Final = Yuan()
LINES: Final = click.Choice([line.value for line in Line])


def voucher(command: F) -> F:
    """Options every entry has: its key and the day it takes effect."""
    on = click.option("--on", type=Day(), required=True, help="生效日。Day it takes effect, YYYY-MM-DD.")
    key = click.option(
        "--key", required=True, help="凭证号：同号同内容只记一次。Voucher: the same one is entered once."
    )
    return json_option(on(key(command)))


def of_line(command: F) -> F:
    """Options of everything that concerns one line of a contract."""
    line = click.option("--line", type=LINES, required=True, help="险种。Product line.")
    return click.option("--contract", required=True, help="合同编号。Contract number.")(line(command))


def amount(command: F) -> F:
    """The option for how much."""
    return click.option("--amount", type=YUAN, required=True, help="金额（元）。Yuan, e.g. 1,234.56.")(command)


def approved(command: F) -> F:
    """The option for who allowed it."""
    return click.option("--approval", required=True, help="批准文号。Number of the approval.")(command)


@click.group()
def fund() -> None:
    """资金：到账、切块、安排、缴费、调剂、结转、列支、追溯。 Funds: where money comes from and goes."""


@fund.command()
@click.option("--area", required=True, help="地区代码。Division code of the authority.")
@click.option("--fund", "fund_id", required=True, help="资金代码。Fund id of the scheme.")
@click.option(
    "--source",
    type=click.Choice(["fiscal", "levy", "donor"]),
    default="fiscal",
    show_default=True,
    help="财政、残保金、捐赠。Budget, disability levy, donor.",
)
@click.option("--from", "giver", default="", help="拨款文号或捐赠人。Budget document, or the donor's id.")
@click.option("--clause", default="SD-5", show_default=True, help="依据条款。Clause it rests on.")
@amount
@voucher
def receive(**given: Any) -> None:  # noqa: ANN401 - click hands over what its options say
    """资金到账。 Money comes into an earmarked fund."""
    clock = open_database()
    from huibao.app import funds
    from huibao.domain.ledger import SourceKind

    where = (given["area"], given["fund_id"], given["amount"], SourceKind(given["source"]), given["on"], given["key"])
    _show([funds.receive(*where, clock, giver=given["giver"], clause=given["clause"])])


@fund.command()
@click.option("--fund", "fund_id", required=True, help="资金代码。Fund id of the scheme.")
@click.option("--from", "area", required=True, help="出资地区代码。Division code the money comes from.")
@click.option(
    "--to", "blocks", type=Block(), multiple=True, help="切块：地区=金额，可重复。AREA=YUAN, may be repeated."
)
@click.option("--contract", help="安排到合同。Set aside for this contract instead.")
@click.option("--line", type=LINES, help="安排到险种。… and this line.")
@click.option("--amount", type=YUAN, help="安排金额（元）。… so many yuan.")
@voucher
def allocate(**given: Any) -> None:  # noqa: ANN401 - the same
    """切块到下级地区（--to），或安排到合同险种。 Pass a block down, or set money aside for a contract's line."""
    to_line = (given["contract"], given["line"], given["amount"])
    if bool(given["blocks"]) == any(to_line) or (any(to_line) and None in to_line):
        text = "用 --to，或用 --contract --line --amount 三项 / either --to, or --contract, --line and --amount"
        raise click.UsageError(text)
    clock = open_database()
    from huibao.app import funds

    fund_id, area, on, key = given["fund_id"], given["area"], given["on"], given["key"]
    if given["blocks"]:
        _show([funds.allocate_blocks(fund_id, area, given["blocks"], on, key, clock)])
    else:
        _show([funds.allocate_line(area, fund_id, to_line[0], Line(to_line[1]), to_line[2], on, key, clock)])


@fund.command("return")
@click.option("--fund", "fund_id", required=True, help="资金代码。Fund id of the scheme.")
@click.option("--area", required=True, help="退回到的地区代码。Division code it goes back to.")
@of_line
@amount
@voucher
def give_back(**given: Any) -> None:  # noqa: ANN401 - the same
    """安排未用完的资金退回。 What a line did not need goes back into its fund."""
    clock = open_database()
    from huibao.app import funds

    line, on, key = Line(given["line"]), given["on"], given["key"]
    where = (given["area"], given["fund_id"], given["contract"], line, given["amount"], on, key)
    _show([funds.return_allocation(*where, clock)])


@fund.command("pay-premium")
@of_line
@voucher
def pay_premium(contract: str, line: str, on: date, key: str) -> None:
    """缴纳已参保未缴的保费。 Pay what enrolled batches owe, each payer its part."""
    clock = open_database()
    from huibao.app import funds

    _show(funds.pay_premium(contract, Line(line), on, key, clock))


@fund.command("refund-premium")
@of_line
@voucher
def refund_premium(contract: str, line: str, on: date, key: str) -> None:
    """退还退保人员未满期保费。 Give back leavers' unused premium to who had paid it."""
    clock = open_database()
    from huibao.app import funds

    _show(funds.refund_premium(contract, Line(line), on, key, clock))


@fund.command()
@click.option("--contract", required=True, help="合同编号。Contract number.")
@click.option("--from", "source", type=LINES, required=True, help="调出险种。Line it leaves.")
@click.option("--to", "target", type=LINES, required=True, help="调入险种。Line it goes to.")
@approved
@amount
@voucher
def transfer(**given: Any) -> None:  # noqa: ANN401 - the same
    """险种间调剂：须批准，且在合同上限内。 Move premium between lines: approved, within the contract's limit."""
    clock = open_database()
    from huibao.app import funds

    lines = (Line(given["source"]), Line(given["target"]))
    rest = (given["amount"], given["on"], given["approval"], given["key"])
    _show([funds.transfer(given["contract"], *lines, *rest, clock)])


@fund.command()
@click.option("--from", "source", required=True, help="到期合同。Contract that has ended.")
@click.option("--to", "target", required=True, help="下一合同。The next contract.")
@click.option("--line", type=LINES, required=True, help="险种。Product line.")
@click.option("--amount", type=YUAN, help="金额；不写则全部。Yuan; all that is left when not given.")
@approved
@voucher
def carry(**given: Any) -> None:  # noqa: ANN401 - the same
    """结余结转到下一年度作保费补贴。 Carry a surplus into the next contract's premiums."""
    clock = open_database()
    from huibao.app import funds

    where = (given["source"], given["target"], Line(given["line"]), given["on"], given["approval"], given["key"])
    _show([funds.carry(*where, clock, given["amount"])])


@fund.command()
@click.option("--contract", required=True, help="合同编号。Contract number.")
@click.option("--line", type=LINES, help="险种；不写则全部。Product line; all of them when not given.")
@json_option
def result(contract: str, line: str | None) -> None:
    """各险种盈亏及按合同分担。 What each line made or lost, and whose it is by the contract's bands."""
    open_database()
    from huibao.app.result import results

    found = results(contract, Line(line) if line else None)
    emit([year_dict(one) for one in found], lambda console: console.print(result_table(contract, found)))


@fund.command("return-profit")
@click.option("--fund", "fund_id", required=True, help="退回到的资金代码。Fund it goes back to.")
@click.option("--amount", type=YUAN, help="金额；不写则全部应返还额。Yuan; all that is to be returned when not given.")
@of_line
@approved
@voucher
def return_profit(**given: Any) -> None:  # noqa: ANN401 - the same
    """合同到期后，把应返还的盈余退回资金。 Give the public part of a profit back to the fund."""
    clock = open_database()
    from huibao.app import result as year

    where = (given["contract"], Line(given["line"]), given["fund_id"], given["on"], given["approval"], given["key"])
    _show([year.return_profit(*where, clock, given["amount"])])


@fund.command()
@click.option("--reason", default="", help="用途。What it was for.")
@of_line
@amount
@voucher
def operating(**given: Any) -> None:  # noqa: ANN401 - the same
    """列支承保机构运营成本，不超过合同上限。 Operating cost, under the contract's ceiling."""
    clock = open_database()
    from huibao.app import funds

    where = (given["contract"], Line(given["line"]), given["amount"], given["on"], given["reason"], given["key"])
    _show([funds.operating(*where, clock)])


@fund.command("pay-in")
@of_line
@amount
@voucher
def pay_in(contract: str, line: str, amount: Fen, on: date, key: str) -> None:
    """承保机构以自有资金垫补专户。 The insurer puts its own money into a special account."""
    clock = open_database()
    from huibao.app import funds

    _show([funds.pay_in(contract, Line(line), amount, on, key, clock)])


@fund.command()
@click.option("--contract", required=True, help="合同编号。Contract number.")
@json_option
def trace(contract: str) -> None:
    """每笔资金买到了多少人年的保障。 How many person-years each payer's money bought."""
    open_database()
    from huibao.app import funds

    found = funds.trace(contract)
    emit([traced(one) for one in found], lambda console: console.print(trace_table(contract, found)))


def _show(booked: Iterable["Booked"]) -> None:
    done = tuple(booked)
    data = [
        {
            "key": one.posted.key,
            "number": one.posted.number,
            "status": one.posted.status.value,
            "cause": one.entry.cause.value,
            "amount": yuan_text(one.fen),
            "clause": one.entry.clause,
            "transfers": [
                {"source": move.source.code, "target": move.target.code, "amount": yuan_text(move.fen)}
                for move in one.entry.transfers
            ],
        }
        for one in done
    ]
    emit(data, lambda console: console.print(booked_table(done)))
