"""`huibao keys`: making keys, seeing what stands under which, and sealing everything anew under the first."""

import click
from rich.console import Console

from huibao.cli.database import open_database, set_up
from huibao.cli.output import ANSWER_IS_NO, emit, json_option, progress, speech, table


@click.group()
def keys() -> None:
    """加密密钥：生成、核对、更换。Keys of the sealed content: make, check, change."""


@keys.command("new")
@json_option
def new() -> None:
    """生成一个加密密钥和一个检索密钥，每行一个。Make a key to seal with and one to search with, one a line.

    新装：写入密钥文件（HUIBAO_KEYS_FILE）或用逗号连成 HUIBAO_KEYS。更换：放在原有各行之前。
    """
    set_up()
    from huibao.store.vault import new_keys

    made = new_keys().split(",")
    emit({"keys": made}, lambda console: console.print("\n".join(made), markup=False))


@keys.command("check")
@json_option
@click.pass_context
def check(ctx: click.Context) -> None:
    """逐一解开全部加密内容，列出各密钥下的数量。Open everything sealed, and count it by key.

    有解不开或检索不到的，退出码为 1。Exit code 1 when something does not open or is not found by its index.
    """
    open_database()
    from huibao.store.rotation import standing

    with progress("核对", "checking", None) as advance:
        found = standing(advance)
    data: list[dict[str, object]] = [
        {"place": one.place, "by_key": dict(one.by_key), "broken": list(one.broken)} for one in found
    ]
    emit(data, lambda console: _show(console, data))
    if any(one.broken for one in found):
        ctx.exit(ANSWER_IS_NO)


@keys.command("rotate")
@json_option
def rotate() -> None:
    """把旧密钥下的内容全部改用最前面的密钥；中断后再次运行即可继续。

    Seal and index everything anew under the keys that stand first; run it again to go on after an interruption.
    """
    open_database()
    from huibao.store import rotation

    with progress("更换密钥", "sealing anew", rotation.to_do()) as advance:
        done = rotation.rotate(advance)
    data = {"sealed": dict(done.sealed), "free": list(done.free)}

    def show(console: Console) -> None:
        pick = speech().pick
        rows = sorted(done.sealed.items())
        console.print(
            table(
                pick("已改用新密钥", "Sealed anew"), (pick("位置", "place"), pick("数量", "values")), rows, right=(1,)
            )
        )
        if done.free:
            names = "、".join(done.free)
            console.print(
                pick(
                    f"可以从 HUIBAO_KEYS 撤下：{names}。旧备份仍需要它们，请另外妥善保存。",
                    f"May be taken out of HUIBAO_KEYS: {names}. Old backups still need them; keep them apart.",
                ),
                markup=False,
            )

    emit(data, show)


def _show(console: Console, data: list[dict[str, object]]) -> None:
    pick = speech().pick
    rows: list[tuple[object, ...]] = []
    for one in data:
        by_key, broken = one["by_key"], one["broken"]
        counted = by_key.items() if isinstance(by_key, dict) else ()
        rows += [(one["place"], key, count, "") for key, count in counted]
        if isinstance(broken, list) and broken:
            some = ", ".join(str(pk) for pk in broken[:10])
            rows.append(
                (
                    one["place"],
                    "?",
                    len(broken),
                    pick(f"解不开或检索不到：行 {some}", f"does not open or is not found: row {some}"),
                )
            )
    columns = (pick("位置", "place"), pick("密钥", "key"), pick("数量", "values"), pick("说明", "note"))
    console.print(table(pick("加密内容", "What is sealed"), columns, rows, right=(2,)))
