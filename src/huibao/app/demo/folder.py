"""The folder the demonstration writes into: its own, marked, and never anybody else's."""

import shutil
from pathlib import Path
from typing import Final

from huibao.kernel.problem import Refused, define

FOLDER: Final = Path("huibao-demo")
MARK: Final = ".huibao-demo"
"""File by which the demonstration recognises a folder it made."""
DATABASE: Final = "huibao.sqlite3"
KEY_FILE: Final = f"{DATABASE}.keys"
"""The demonstration's own keys, on whatever engine it plays."""

LEAST_PEOPLE: Final = 200
MOST_PEOPLE: Final = 50_000
"""Larger counties run too, but the demonstration is meant to be watched."""

NOT_OURS: Final = define(
    "DEMO-001",
    "{path} 已存在，且不是演示程序生成的文件夹。",
    "请换一个文件夹（--folder），或自行移走它；演示程序不会覆盖别人的文件。",
    "{path} exists and was not made by the demonstration.",
    "Choose another folder (--folder) or move it away; the demonstration overwrites nobody's files.",
)
CANNOT_MAKE: Final = define(
    "DEMO-002",
    "无法建立文件夹 {path}：{why}。",
    "请换一个可写的位置（--folder）。",
    "The folder {path} cannot be made: {why}.",
    "Choose a place that can be written to (--folder).",
)

NOT_EMPTY: Final = define(
    "DEMO-004",
    "数据库 {database} 已有内容，演示不会写入。",
    "请用 --on 指定一个空的 PostgreSQL 数据库。",
    "The database {database} holds something already; the demonstration does not write into it.",
    "Name an empty PostgreSQL database by --on.",
)
WRONG_SIZE: Final = define(
    "DEMO-003",
    "演示人数应在 {least} 至 {most} 之间，读到 {found}。",
    "请调整 --people。",
    "The demonstration takes {least} to {most} people, found {found}.",
    "Choose another --people.",
)


def prepare(path: Path, people: int) -> Path:
    """Return the path of a fresh, marked folder for a county of so many people.

    A folder made by an earlier demonstration is emptied; any other is refused, and so is a wrong size, before
    anything is touched.
    """
    if not LEAST_PEOPLE <= people <= MOST_PEOPLE:
        raise Refused(WRONG_SIZE(least=LEAST_PEOPLE, most=MOST_PEOPLE, found=people))
    if path.exists() and not (path / MARK).is_file() and not (path.is_dir() and not any(path.iterdir())):
        raise Refused(NOT_OURS(path=path))
    try:
        if path.exists():
            shutil.rmtree(path)
        path.mkdir(parents=True)
        (path / MARK).write_text("made by `huibao demo`; emptied when it runs again\n", encoding="utf-8")
    except OSError as error:
        raise Refused(CANNOT_MAKE(path=path, why=error.strerror or error)) from error
    return path
