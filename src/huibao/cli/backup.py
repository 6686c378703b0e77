"""`huibao backup` and `huibao restore`: the whole database into a file, and a file into an empty database."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console

from huibao.cli.database import WallClock, open_database, set_up
from huibao.cli.output import ANSWER_IS_NO, emit, json_option, speech

if TYPE_CHECKING:
    from huibao.app.backup import Backup


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@json_option
def backup(file: Path) -> None:
    """把整个数据库备份成一个文件，旁边附说明；备份时可照常办理业务。

    Back up the whole database into a new file, with a description beside it; others may go on working meanwhile.
    The keys that encrypted fields need are not in it: keep them apart.
    """
    clock = open_database()
    from django.db import connection

    from huibao.app.backup import back_up

    made = back_up(file, connection.vendor, clock)

    def show(console: Console) -> None:
        console.print(
            speech().pick(
                f"已备份到 {file}（{made.bytes} 字节，分录至第 {made.contents.last_number} 号）。",
                f"Backed up into {file} ({made.bytes} bytes, entries up to number {made.contents.last_number}).",
            ),
            markup=False,
        )

    emit(_said(made), show)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
@click.pass_context
def restore(ctx: click.Context, file: Path) -> None:
    """从备份恢复到空的数据库（--db 或 HUIBAO_DB 指定），并核对条数、散列链和全部不变量。

    Restore a backup into an empty database (named by --db or HUIBAO_DB), compare it with what the backup says of itself
    and ask every invariant. A database that holds anything is refused. Exit code 1 when an invariant is broken.
    """
    set_up()
    from django.db import connection

    from huibao.app import backup as use
    from huibao.store.address import without_password

    named = without_password(os.environ.get("HUIBAO_DB") or str(connection.settings_dict["NAME"]))
    done = use.restore(file, connection.vendor, named)
    broken = [f"{one.number} {place.where}" for one in done.findings for place in one.broken]

    def show(console: Console) -> None:
        pick = speech().pick
        state = (
            pick("全部不变量成立", "every invariant holds")
            if done.holds
            else pick("有不变量不成立", "not every invariant holds")
        )
        console.print(
            pick(
                f"已恢复到 {named}：分录至第 {done.backup.contents.last_number} 号，与备份一致；{state}。",
                f"Restored into {named}: entries up to number {done.backup.contents.last_number}, as backed up; {state}.",
            ),
            markup=False,
        )
        for one in broken:
            console.print(f"✗ {one}", markup=False)

    emit({**_said(done.backup), "restored_at": WallClock().now().isoformat(), "broken": broken}, show)
    if not done.holds:
        ctx.exit(ANSWER_IS_NO)


def _said(made: "Backup") -> dict[str, object]:
    return {
        "file": str(made.path),
        "engine": made.engine,
        "version": made.version,
        "made_at": made.made_at,
        "sha256": made.sha256,
        "bytes": made.bytes,
        "last_entry": made.contents.last_number,
        "head_hash": made.contents.head_hash,
        "rows": dict(made.contents.rows),
    }
