"""`huibao account …`: who works with the software: invite, list, end; and the keys an installation needs."""

import secrets

import click
from rich.console import Console

from huibao.cli.database import open_database
from huibao.cli.output import emit, json_option, speech, table

SECRET_CHARS = 64


@click.group()
def account() -> None:
    """工作人员账号：邀请、列出、停用；生成密钥。Accounts of those who work with it."""


@account.command("invite")
@click.argument("name")
@click.option("--shown", default="", help="显示的姓名。Name as it is shown.")
@click.option("--role", default="", help="岗位。Role; docs/ACCESS.md lists them.")
@click.option("--reach", "reaches", multiple=True, help="负责范围：地区[:合同]，可多次。Area[:contract], repeatable.")
@click.option("--again", is_flag=True, help="重发邀请，密码和验证器重设。Invite anew; both factors are set again.")
@json_option
def invite_one(name: str, shown: str, role: str, reaches: tuple[str, ...], again: bool) -> None:
    """邀请一个人开通账号，给出三天内有效的链接。Invite somebody; the link serves three days."""
    clock = open_database()
    from huibao.app.access import Role
    from huibao.app.accounts.invitation import invite, read_reach, read_role
    from huibao.app.accounts.problems import BAD_REACH
    from huibao.kernel.problem import Refused

    chosen = Role.KEEPER if again else read_role(role)
    where = [read_reach(one, chosen, clock) for one in reaches]
    if not where and not again:
        raise Refused(BAD_REACH(reach=""))
    token = invite(name, shown or name, chosen, where, clock, again=again)
    data = {"name": name, "path": f"/join/{token}"}
    said = speech().pick(
        "请把网址后接以下路径发给本人，三天内有效：", "Send this path behind the site's address; it serves three days:"
    )

    def show(console: Console) -> None:
        console.print(f"{said}\n/join/{token}", markup=False)

    emit(data, show)


@account.command("list")
@json_option
def list_all() -> None:
    """列出全部账号。List all accounts."""
    open_database()
    from huibao.app.access import ROLES, Role
    from huibao.app.accounts.invitation import everybody

    people = everybody()
    pick = speech().pick
    data = [
        {
            "name": one.name,
            "shown": one.shown,
            "role": one.role,
            "reaches": [f"{area}:{contract}" if contract else area for area, contract in one.reaches],
            "joined_at": one.joined_at,
            "ended_at": one.ended_at,
        }
        for one in people
    ]
    rows = [
        (
            one.name,
            one.shown,
            pick(ROLES[Role(one.role)].zh, ROLES[Role(one.role)].en),
            " ".join(f"{area}:{contract}" if contract else area for area, contract in one.reaches),
            pick("已停用", "ended")
            if one.ended_at
            else (pick("使用中", "in use") if one.joined_at else pick("待开通", "invited")),
        )
        for one in people
    ]
    columns = (
        pick("账号", "account"),
        pick("姓名", "name"),
        pick("岗位", "role"),
        pick("范围", "reach"),
        pick("状态", "state"),
    )
    emit(data, lambda console: console.print(table(pick("账号", "Accounts"), columns, rows)))


@account.command("end")
@click.argument("name")
@json_option
def end_one(name: str) -> None:
    """停用一个账号；其操作记录保留。End an account; what it did stays on record."""
    clock = open_database()
    from huibao.app.accounts.invitation import end

    end(name, clock)
    emit({"name": name, "ended": True}, lambda console: console.print(speech().pick("已停用。", "Ended.")))


@account.command("key")
@json_option
def make_key() -> None:
    """生成 HUIBAO_KEYS 和 HUIBAO_SECRET_KEY 的值。Make values for HUIBAO_KEYS and HUIBAO_SECRET_KEY."""
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huibao.config.settings")
    from huibao.store.vault import new_keys

    data = {"HUIBAO_KEYS": new_keys(), "HUIBAO_SECRET_KEY": secrets.token_urlsafe(SECRET_CHARS)}

    def show(console: Console) -> None:
        for name, value in data.items():
            console.print(f"{name}={value}", markup=False)

    emit(data, show)
