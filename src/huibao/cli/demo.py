"""`huibao demo`: two counties' year on made-up people, told in tables, with a folder of what was made."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console

from huibao.cli.database import open_database, set_up
from huibao.cli.output import ANSWER_IS_NO, emit, json_option, progress, speech, table
from huibao.kernel.problem import Refused

if TYPE_CHECKING:
    from huibao.app.demo.story import Story

DEFAULT_FOLDER = Path("huibao-demo")
STEPS = 18
"""Steps the progress bar counts; a few more or fewer do no harm."""


@click.command()
@click.option("--seed", default=20200114, show_default=True, help="随机种子。Seed: the same one tells the same story.")
@click.option("--people", default=5000, show_default=True, help="每县虚构人数。Made-up people in each county.")
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=DEFAULT_FOLDER,
    show_default=True,
    help="写入的文件夹；只覆盖演示自己生成的。Folder to write; only one made by the demonstration is replaced.",
)
@click.option(
    "--on", "address", metavar="URL", help="改在空的 PostgreSQL 上演示。Tell it on an empty PostgreSQL instead."
)
@json_option
@click.pass_context
def demo(ctx: click.Context, seed: int, people: int, folder: Path, address: str | None) -> None:
    """演示：从名册到平账的一年，全部人员虚构。 A year from roster to balanced books; everybody in it is made up."""
    from huibao.app.demo.folder import DATABASE, KEY_FILE, prepare

    os.environ["HUIBAO_DB"] = address or str(folder / DATABASE)
    if not os.environ.get("HUIBAO_KEYS"):
        os.environ["HUIBAO_KEYS_FILE"] = str(folder / KEY_FILE)
    if address is not None:
        _refuse_what_is_there(address)
    prepare(folder, people)
    open_database()
    from huibao.app.demo.run import run_demo
    from huibao.app.demo.story import chapter_data

    with progress("演示", "demonstration", STEPS) as advance:

        def tell(_zh: str, _en: str) -> None:
            advance(1)

        story = run_demo(folder, seed, people, tell)
    data: dict[str, Any] = {
        "seed": story.seed,
        "people": story.people,
        "folder": str(folder),
        "balanced": story.balanced,
        "chapters": [chapter_data(one) for one in story.chapters],
        "files": [{"name": name, "what": what._asdict()} for name, what in story.files],
    }
    emit(data, lambda console: _show(console, story, folder))
    if not story.balanced:
        ctx.exit(ANSWER_IS_NO)


def _refuse_what_is_there(address: str) -> None:
    """A database with anything in it is somebody's, and made-up people do not belong among theirs."""
    set_up()
    from huibao.app.demo.folder import NOT_EMPTY
    from huibao.store.address import without_password
    from huibao.store.copies import in_use

    if in_use():
        raise Refused(NOT_EMPTY(database=without_password(address)))


def _show(console: Console, story: "Story", folder: Path) -> None:
    from huibao.app.demo.story import shown

    lang, pick = speech().lang, speech().pick
    console.print(
        pick(
            f"惠保演示：{story.people} 人一县，种子 {story.seed}；人员、名册、账单和合同数值均为虚构。",
            f"Huibao demonstration: {story.people} people a county, seed {story.seed}; people, rosters, bills and "
            "contract values are made up.",
        ),
        style="bold",
    )
    for number, one in enumerate(story.chapters, 1):
        columns = [column.en if lang == "en" else column.zh for column in one.columns]
        right = [at for at, column in enumerate(one.columns) if column.right]
        rows = [[shown(cell, lang) for cell in row] for row in one.rows]
        console.print(table(f"{number}. {one.title.text(lang)}", columns, rows, right=right))
        if one.note.text(lang):
            console.print(f"  {one.note.text(lang)}\n", markup=False)
    files = list(_files(story))
    made = (pick("文件", "file"), pick("内容", "what it is"))
    console.print(table(pick(f"生成的文件（{folder}）", f"What was made ({folder})"), made, files))
    console.print(
        pick("✓ 全部不变量成立，账目平衡。", "✓ Every invariant holds; the books balance.")
        if story.balanced
        else pick("✗ 有不变量不成立，请看上表。", "✗ An invariant is broken, see above."),
        style="bold",
    )
    command = "huibao serve --demo" if folder == DEFAULT_FOLDER else f"huibao serve --demo --folder {folder}"
    console.print(
        pick(
            f"在浏览器里接着看：make serve（或 {command}），然后打开 http://127.0.0.1:8000/",
            f"Go on in a browser: make serve (or {command}), then open http://127.0.0.1:8000/",
        ),
        markup=False,
    )


def _files(story: "Story") -> Iterator[tuple[str, str]]:
    """Files as they are listed: those of one folder together, named by the first."""
    lang, pick = speech().lang, speech().pick
    folders: dict[str, list[tuple[str, str]]] = {}
    for name, what in story.files:
        place, slash, _ = name.rpartition("/")
        folders.setdefault(place + slash or name, []).append((name, what.text(lang)))
    for place, some in folders.items():
        if len(some) == 1:
            yield some[0]
        else:
            more = pick(f"等 {len(some)} 个文件", f"and so on, {len(some)} files")
            yield place, f"{some[0][1]} {more}"
