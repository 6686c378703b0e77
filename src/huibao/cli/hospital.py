"""`huibao hospital …`: institutions and their keys, debts of people treated first, payers that answered late."""

import secrets
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console

from huibao.cli.database import open_database
from huibao.cli.output import ANSWER_IS_NO, emit, json_option, say, show_problems, speech, table
from huibao.cli.settlement import YUAN
from huibao.kernel.fen import Fen, parse_yuan, yuan_text

if TYPE_CHECKING:
    from huibao.app.hospital.debts import Debt
    from huibao.app.hospital.institutions import NewKey

ALGORITHMS = ("hmac-sha1", "hmac-sm3", "sm2")


@click.group()
def hospital() -> None:
    """医院接口：机构与密钥、先诊疗后付费欠费、后到支付方。The hospital interface."""


@hospital.group()
def institution() -> None:
    """定点医疗机构及其签名密钥。Institutions and their keys."""


algorithm_option = click.option(
    "--algorithm", type=click.Choice(ALGORITHMS), default="hmac-sha1", show_default=True, help="签名算法。How it signs."
)
public_key_option = click.option("--public-key", default="", help="SM2 公钥，128 位十六进制。SM2 public key.")


@institution.command("add")
@click.argument("code")
@click.option("--name", required=True, help="机构名称。Name.")
@click.option("--level", required=True, help="医院等级，字典 hosp_lv。Level by the dictionary.")
@click.option("--area", "areas", multiple=True, required=True, help="服务区域（区划代码，可多次）。Areas it serves.")
@click.option("--a-minute", type=click.IntRange(1), default=600, show_default=True, help="每分钟请求上限。Limit.")
@algorithm_option
@public_key_option
@json_option
def add(
    code: str, name: str, level: str, areas: tuple[str, ...], a_minute: int, algorithm: str, public_key: str
) -> None:
    """登记一家机构，并给出签名密钥（只显示一次）。Record an institution and show its key, once."""
    clock = open_database()
    from huibao.app.hospital.institutions import add_institution
    from huibao.store.institution import Institution

    one = Institution(0, code, name, level, areas, a_minute)
    _show_key(add_institution(one, algorithm, public_key, _access_key(), clock))


@institution.command("rotate")
@click.argument("code")
@algorithm_option
@public_key_option
@json_option
def rotate_key(code: str, algorithm: str, public_key: str) -> None:
    """换新密钥；旧密钥再用 7 天。A new key; those before go on for a week."""
    clock = open_database()
    from huibao.app.hospital.institutions import rotate

    _show_key(rotate(code, algorithm, public_key, _access_key(), clock))


@institution.command("suspend")
@click.argument("code")
@click.option("--resume", is_flag=True, help="恢复。Let it ask again.")
@json_option
def suspend_one(code: str, resume: bool) -> None:
    """停用一家机构的接口，或恢复。Suspend an institution, or let it ask again."""
    clock = open_database()
    from huibao.app.hospital.institutions import suspend

    one = suspend(code, clock, resume=resume)
    data = {"code": one.code, "suspended": one.suspended}
    word = speech().pick("已停用" if one.suspended else "可使用", "suspended" if one.suspended else "in use")
    emit(data, lambda out: out.print(f"{one.code} {word}", markup=False))


@institution.command("list")
@json_option
def list_institutions() -> None:
    """列出机构及其密钥（不含密文）。List institutions and their keys; no secret is kept."""
    open_database()
    from huibao.store.institution import credentials, institutions

    found = institutions()
    data = [
        {
            "code": one.code,
            "name": one.name,
            "areas": list(one.areas),
            "suspended": one.suspended,
            "keys": [
                {"access_key": key.access_key, "algorithm": key.algorithm, "valid_to": key.valid_to}
                for key in credentials(one.code)
            ],
        }
        for one in found
    ]
    pick = speech().pick
    words = {True: pick("停用", "no"), False: pick("可用", "yes")}
    rows = [(one.code, one.name, "、".join(one.areas), words[one.suspended]) for one in found]
    columns = (pick("编码", "Code"), pick("名称", "Name"), pick("服务区域", "Areas"), pick("状态", "May ask"))
    emit(data, lambda out: out.print(table(pick("定点医疗机构", "Institutions"), columns, rows)))


@hospital.group("debt")
def debt_group() -> None:
    """先诊疗后付费的欠费：查看、还款、分期、催缴、核销。Debts of people treated before they paid."""


@debt_group.command("list")
@click.option("--institution", "code", help="只看一家机构。One institution.")
@json_option
def list_debts(code: str | None) -> None:
    """列出未结清的欠费。List debts that stand."""
    clock = open_database()
    from huibao.app.hospital.debts import debts

    _show_debts(debts(clock.today(), code))


@debt_group.command("pay")
@click.argument("stay")
@click.option("--yuan", "fen", type=YUAN, required=True, help="金额（元）。Amount in yuan.")
@click.option("--key", required=True, help="业务流水号。Idempotency key.")
@json_option
def pay(stay: str, fen: int, key: str) -> None:
    """登记一笔还款。Enter a payment."""
    clock = open_database()
    from huibao.app.hospital.debts import repay

    _show_debts((repay(stay, Fen(fen), key, clock),))


@debt_group.command("plan")
@click.argument("stay")
@click.option("--part", "parts", multiple=True, required=True, help="一期：2020-08-01=300.00。One instalment.")
@json_option
def plan(stay: str, parts: tuple[str, ...]) -> None:
    """约定分期；各期之和等于欠费。Agree on instalments that make what is owed."""
    clock = open_database()
    from huibao.app.hospital.debts import agree

    read = []
    for part in parts:
        day, _, yuan = part.partition("=")
        try:
            read.append((datetime.strptime(day, "%Y-%m-%d").date(), parse_yuan(yuan)))  # noqa: DTZ007 - a calendar day
        except ValueError as error:
            raise click.BadParameter(f"{part}: {error}", param_hint="--part") from error
    _show_debts((agree(stay, read, clock),))


@debt_group.command("remind")
@click.option("--institution", "code", help="只看一家机构。One institution.")
@json_option
def remind_all(code: str | None) -> None:
    """列出今天应催缴的欠费，并记为已催缴。List who is to be reminded today, and note it."""
    clock = open_database()
    from huibao.app.hospital.debts import remind

    _show_debts(remind(clock, code))


@debt_group.command("write-off")
@click.argument("stay")
@click.option("--approval", required=True, help="批准文号。Number of the approval.")
@click.option("--key", required=True, help="业务流水号。Idempotency key.")
@json_option
def give_up(stay: str, approval: str, key: str) -> None:
    """经批准核销欠费余额。Write off what is left, by an approval."""
    clock = open_database()
    from huibao.app.hospital.debts import write_off

    _show_debts((write_off(stay, approval, key, clock),))


@hospital.command("sheet")
@click.argument("setl_id")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="输出 PDF。PDF to write.")
@json_option
def print_sheet(setl_id: str, out: Path) -> None:
    """打印一张一站式结算单（PDF，需要扩展 hospital）。The settlement sheet of one settlement as PDF."""
    open_database()
    from huibao.app.hospital.sheet import settlement_sheet

    made = settlement_sheet(setl_id)
    out.write_bytes(made)
    emit({"file": str(out), "bytes": len(made)}, lambda console: console.print(str(out), markup=False))


@hospital.command("complete")
@json_option
def complete_waiting() -> None:
    """向未应答的支付方再次询问，补记到账款项，并办理应撤销的。Ask silent payers again and complete what waited."""
    clock = open_database()
    from django.conf import settings
    from django.utils.module_loading import import_string

    from huibao.app.hospital.regions import regions
    from huibao.app.hospital.waiting import complete, undo_everywhere

    line, ways = import_string(settings.HUIBAO_PAYER_LINE)(clock), regions(settings.HUIBAO_HOSPITAL_REGIONS)
    found = complete(line, ways, clock)
    left = undo_everywhere(line, ways, clock)
    data = {
        "settlements": [
            {
                "setl_id": one.setl_id,
                "status": one.status,
                "by": one.by,
                "problems": [each.as_dict() for each in one.problems],
            }
            for one in found
        ],
        "undo_left": left,
    }
    pick = speech().pick
    columns = (pick("结算", "Settlement"), pick("结果", "Result"), pick("补记", "Completed by"))
    rows = [(one.setl_id, one.status, one.by) for one in found]
    emit(data, lambda out: out.print(table(pick("补记后到支付方", "Completed"), columns, rows)))
    show_problems([problem for one in found for problem in one.problems])
    if left or any(one.status != "completed" for one in found):
        click.get_current_context().exit(ANSWER_IS_NO)


def _access_key() -> str:
    return f"HB{secrets.token_hex(12).upper()}"


def _show_key(made: "NewKey") -> None:
    data = {
        "code": made.institution.code,
        "access_key": made.access_key,
        "algorithm": made.algorithm,
        "secret": made.secret,
    }

    def draw(out: Console) -> None:
        for name, value in data.items():
            out.print(f"{name}: {value}", markup=False)
        if made.secret:
            say("密钥只显示这一次，请当面或经加密渠道交给医院。", "The secret is shown this once; hand it over safely.")

    emit(data, draw)


def _show_debts(found: "tuple[Debt, ...]") -> None:
    data: list[dict[str, Any]] = [
        {
            "stay": one.stay,
            "hospital": one.hospital,
            "since": one.since.isoformat(),
            "owed_fen": one.owed_fen,
            "overdue_fen": one.overdue_fen,
            "instalments": [{"due_on": step.due_on.isoformat(), "fen": step.fen} for step in one.instalments],
            "reminded_on": one.reminded_on.isoformat() if one.reminded_on else None,
        }
        for one in found
    ]
    pick = speech().pick
    rows = [(one.stay, one.hospital, one.since, yuan_text(one.owed_fen), yuan_text(one.overdue_fen)) for one in found]
    columns = (
        pick("就诊", "Stay"),
        pick("医疗机构", "Hospital"),
        pick("出院", "Since"),
        pick("欠费（元）", "Owed, yuan"),
        pick("到期未还（元）", "Overdue, yuan"),
    )
    emit(data, lambda out: out.print(table(pick("先诊疗后付费欠费", "Debts"), columns, rows, right=[3, 4])))
