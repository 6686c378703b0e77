"""What went wrong outside any use case, told to a person: files, the database, and ourselves. Never a traceback.

Only kinds and places are told, never values: the text of an unexpected exception may hold somebody's data.
"""

import os
import traceback
from pathlib import Path
from typing import Final

from huibao.cli.output import DATABASE_REFUSED, INPUT_REFUSED, OUR_FAULT, refuse
from huibao.kernel.invariant import Broken
from huibao.kernel.problem import Problem, Refused, define

DEBUG_VARIABLE: Final = "HUIBAO_TRACEBACK"
"""Set to anything, an unexpected exception goes on as it is, for whoever mends the program."""

NOT_A_FILE = define(
    "CLI-001",
    "文件 {path} 无法读写：{why}。",
    "请核对路径和权限后再试。",
    "The file {path} cannot be read or written: {why}.",
    "Check its path and permissions, then try again.",
)
DATABASE_LOCKED = define(
    "CLI-002",
    "数据库正被另一个程序占用，等待后仍未放开；本次操作未作任何改动。",
    "请稍后再试；一直如此的，请查看是否另有惠保程序没有退出。",
    "Another program holds the database and did not let go in time; nothing was done.",
    "Try again later; where it stays so, look for another huibao that did not end.",
)
NOT_A_DATABASE = define(
    "CLI-003",
    "无法使用数据库 {path}：{why}。本次操作未作任何改动。",
    "请核对 --db 或环境变量 HUIBAO_DB 指的是不是惠保的数据库：文件所在的文件夹是否存在、可写；地址是 PostgreSQL 的，服务器是否在运行、账号是否可用。",
    "The database {path} cannot be used: {why}. Nothing was done.",
    "See whether --db or HUIBAO_DB names a database of huibao: a file in a folder that can be written to, or a PostgreSQL that runs and knows the account.",
)
OUR_OWN = define(
    "CLI-004",
    "程序自身有误（{what}），已停止；没有完成的操作已全部撤回。",
    "请把这一行连同所用命令报告给维护人员；在此之前不要反复重试。",
    "The program itself is wrong ({what}) and has stopped; what was not finished was rolled back.",
    "Report this line and the command to whoever maintains it, and do not try again and again.",
)


def tell(error: Exception) -> int:
    """Show what an exception means and return the exit code; one that should go on as it is, is raised again."""
    found = told(error)
    if found is None:
        raise error
    refuse(Refused(found[0]))
    return found[1]


def told(error: Exception) -> tuple[Problem, int] | None:
    """The problem to show for an exception, and the exit code; None where the exception should go on as it is."""
    if isinstance(error, BrokenPipeError) or os.environ.get(DEBUG_VARIABLE):
        return None
    if isinstance(error, OSError):
        return NOT_A_FILE(path=error.filename or "—", why=error.strerror or type(error).__name__), INPUT_REFUSED
    database = _database_problem(error)
    if database is not None:
        return database, DATABASE_REFUSED
    what = f"{error.number} {error.detail}" if isinstance(error, Broken) else type(error).__name__
    return OUR_OWN(what=f"{what.strip()} · {_place(error)}"), OUR_FAULT


def _database_problem(error: Exception) -> Problem | None:
    """What is wrong with the database as such; None for an error that our own statements made."""
    from django.db import DatabaseError, OperationalError

    from huibao.store import failing
    from huibao.store.address import without_password

    if (found := failing.problem_of(error)) is not None:
        return found
    if type(error) not in {DatabaseError, OperationalError}:
        return None
    why = str(error)
    if any(word in why for word in ("locked", "lock timeout", "deadlock detected")):
        return DATABASE_LOCKED()
    return NOT_A_DATABASE(path=without_password(os.environ.get("HUIBAO_DB") or "huibao.sqlite3"), why=why)


def _place(error: Exception) -> str:
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "huibao" in frame.filename]
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "—"
