"""`huibao ledger …`: look at the books, verify their chain, export them, close a period."""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console

from huibao.cli.database import open_database
from huibao.cli.output import ANSWER_IS_NO, emit, json_option, say, speech, table
from huibao.kernel.fen import yuan_text

if TYPE_CHECKING:
    from huibao.app.ledger import LedgerLine
    from huibao.domain.ledger import AccountRef
    from huibao.kernel.fen import Fen

DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.group()
def ledger() -> None:
    """账簿：查账、验链、导出、结账。 The books: look, verify, export, close."""


@ledger.command()
@click.argument("account", required=False)
@click.option("--contract", help="只看这份合同的账。Only one contract's books.")
@click.option("--on", type=DAY, help="某日终余额，YYYY-MM-DD。Balances at the end of a day.")
@json_option
def show(account: str | None, contract: str | None, on: datetime | None) -> None:
    """列出账户余额；给出账户时逐笔列出。 List balances, or every transfer of one ACCOUNT."""
    open_database()
    from huibao.app import ledger as app

    if account is not None:
        lines = app.account_lines(app.account_named(account))
        emit([_line_data(line) for line in lines], lambda console: _show_lines(console, account, lines))
        return
    found = app.balances(_day(on), contract)
    data = [{"account": ref.code, "balance": yuan_text(fen), "protected": ref.protected} for ref, fen in found.items()]
    emit(data, lambda console: _show_balances(console, found))


@ledger.command()
@json_option
@click.pass_context
def verify(ctx: click.Context) -> None:
    """从头重算散列链。 Recompute the hash chain from its first entry. 不符时退出码 1 (exit code 1 when broken)."""
    open_database()
    from huibao.app import ledger as app

    found = app.verify()
    lang = speech().lang
    data = {
        "entries": found.entries,
        "head": found.head_hash,
        "broken": [
            {"number": one.number, "key": one.key, "says": one.says_en if lang == "en" else one.says_zh}
            for one in found.broken
        ],
    }

    def draw(console: Console) -> None:
        for one in found.broken:
            says = speech().pick(one.says_zh, one.says_en)
            console.print(f"✗ {one.number} {one.key}: {says}", markup=False)
        mark = "✗" if found.broken else "✓"
        text = speech().pick(f"{found.entries} 笔分录，末笔散列", f"{found.entries} entries, ending in")
        console.print(f"{mark} {text} {found.head_hash}", markup=False)

    emit(data, draw)
    if found.broken:
        ctx.exit(ANSWER_IS_NO)


@ledger.command()
@click.option(
    "--format",
    "formats",
    type=click.Choice(["beancount", "jsonl", "csv"]),
    multiple=True,
    default=("beancount", "jsonl", "csv"),
    help="格式，可重复。Format, may be repeated; all when left out.",
)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="目录。Folder.")
@json_option
def export(formats: tuple[str, ...], out: Path) -> None:
    """导出账簿、散列链和独立核验脚本 verify.py。 Write the books, their chain and a verifier that needs no server."""
    open_database()
    from huibao.app import ledger as app

    found = app.export(out, [app.Format(name) for name in formats])
    data = {"files": [str(path) for path in found.files], "entries": found.entries, "head": found.head_hash}

    def draw(console: Console) -> None:
        pick = speech().pick
        console.print(table(pick("已导出", "Exported"), (pick("文件", "file"),), [(path,) for path in found.files]))
        console.print(pick(f"{found.entries} 笔分录，末笔散列", f"{found.entries} entries, ending in"), found.head_hash)

    emit(data, draw)
    say(
        "请把末笔散列另行抄存：日后用 python3 verify.py --head 散列 核对，账簿有任何改动都会显出来。",
        "Write the last hash down elsewhere: python3 verify.py --head HASH shows any later change.",
    )


@ledger.command("close-period")
@click.option("--through", type=DAY, required=True, help="结账至此日（含）。Last day closed, YYYY-MM-DD.")
@json_option
def close_period(through: datetime) -> None:
    """结账：该日及以前不再记账，余额结转为期初数。 Close the books through a day and keep its balances."""
    clock = open_database()
    from huibao.app import ledger as app

    closing = app.close_period(through.date(), clock)
    data = {
        "through": closing.through_on,
        "accounts": closing.accounts,
        "last_entry": closing.last_number,
        "head": closing.head_hash,
    }
    zh = f"✓ 已结账至 {closing.through_on}，{closing.accounts} 个账户有余额"
    en = f"✓ closed through {closing.through_on}, {closing.accounts} accounts hold a balance"
    emit(data, lambda console: console.print(speech().pick(zh, en)))


@ledger.command()
@click.argument("key")
@click.option("--voucher", required=True, help="冲销凭证号：同号同内容只记一次。Key of the reversal: entered once.")
@click.option("--on", type=DAY, required=True, help="生效日。Day it takes effect, YYYY-MM-DD.")
@click.option("--reason", required=True, help="原因。Why.")
@json_option
def reverse(key: str, voucher: str, on: datetime, reason: str) -> None:
    """全额冲销一笔分录，最多一次。 Undo the entry with this KEY in full, at most once."""
    clock = open_database()
    from huibao.app import ledger as app

    posted = app.reverse(key, voucher, on.date(), reason, clock)
    data = {"key": posted.key, "number": posted.number, "status": posted.status.value, "reverses": key}
    zh, en = f"✓ 第 {posted.number} 号分录冲销了 {key}", f"✓ entry {posted.number} reverses {key}"
    emit(data, lambda console: console.print(speech().pick(zh, en), markup=False))


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else moment.date()


def _line_data(line: "LedgerLine") -> dict[str, Any]:
    entry = line.record.entry
    return {
        "number": line.record.number,
        "key": entry.key,
        "takes_effect_on": entry.takes_effect_on,
        "cause": entry.cause.value,
        "subject": entry.subject,
        "other": line.other.code,
        "amount": yuan_text(line.fen),
        "balance": yuan_text(line.balance_fen),
        "payee": line.payee,
        "clause": entry.clause,
        "approval": entry.approval,
        "reverses": entry.reverses,
        "reason": entry.reason,
    }


def _show_lines(console: Console, account: str, lines: tuple["LedgerLine", ...]) -> None:
    from huibao.domain.ledger import CAUSE_NAMES

    pick = speech().pick
    columns = (
        pick("号", "no."),
        pick("生效日", "day"),
        pick("事由", "cause"),
        pick("对象", "subject"),
        pick("对方账户", "other account"),
        pick("金额（元）", "yuan"),
        pick("余额（元）", "balance"),
        pick("条款", "clause"),
    )
    rows = [
        (
            line.record.number,
            line.record.entry.takes_effect_on,
            pick(*CAUSE_NAMES[line.record.entry.cause]),
            line.record.entry.subject,
            line.other.code,
            yuan_text(line.fen),
            yuan_text(line.balance_fen),
            line.record.entry.clause,
        )
        for line in lines
    ]
    console.print(table(account, columns, rows, right=(5, 6)))


def _show_balances(console: Console, found: dict["AccountRef", "Fen"]) -> None:
    pick = speech().pick
    rows = [(ref.code, yuan_text(fen)) for ref, fen in found.items()]
    rows.append((pick("合计", "sum"), yuan_text(sum(found.values()))))
    columns = (pick("账户", "account"), pick("余额（元）", "balance, yuan"))
    console.print(table(pick("账户余额", "Balances"), columns, rows, right=(1,)))
