"""Reading an xls in a process of its own: a damaged one can make the reader ask for all memory and abort.

The process gets the file's bytes and answers with JSON. It is started by name, so that it works from any program,
a notebook or a script without a main guard included.
"""

import json
import os
import resource
import subprocess
import sys
from datetime import date
from typing import Any, Final

from huibao.app.workbook_refusals import MAX_READING_BYTES, UNREADABLE
from huibao.kernel.problem import Problem, Refused, Severity

MAX_SECONDS: Final = 120
"""An xls holds 65,536 rows a sheet and takes a second or two; a reader that hangs on a damaged one is ended."""


def read_apart(data: bytes, where: str, wanted: str | None) -> dict[str, Any]:
    """Return {"sheets": [[name, rows, merged], …], "notes": [problem, …]} of an xls. `Refused` as when read here."""
    command = [sys.executable, "-m", "huibao.app.workbook_apart", json.dumps([where, wanted])]
    paths = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    broken = UNREADABLE(where=where, why="内部结构损坏 / broken inside")
    try:
        done = subprocess.run(  # noqa: S603 - our own program, no shell # nosec B603
            command, input=data, capture_output=True, check=False, env=paths, timeout=MAX_SECONDS
        )
        told: dict[str, Any] = json.loads(done.stdout, object_hook=_day)
    except (subprocess.TimeoutExpired, ValueError):
        raise Refused(broken) from None
    if told["refused"]:
        raise Refused(problems(told["refused"]))
    return told


def problems(told: list[dict[str, Any]]) -> list[Problem]:
    """Problems as they were before they were told as JSON."""
    return [Problem(**{**each, "severity": Severity(each["severity"])}) for each in told]


def answer(data: bytes, where: str, wanted: str | None) -> dict[str, Any]:
    """What the reading process says."""
    from huibao.app.workbook import read_book

    try:
        sheets, notes = read_book(data, where, wanted, {})
    except Refused as refused:
        return {"refused": [problem.as_dict() for problem in refused.problems]}
    return {
        "refused": [],
        "sheets": [[sheet.name, sheet.rows, sheet.merged] for sheet in sheets],
        "notes": [note.as_dict() for note in notes],
    }


def _day(told: dict[str, Any]) -> Any:  # noqa: ANN401 - what a cell may hold, or the answer itself
    return date.fromisoformat(told["on"]) if told.keys() == {"on"} else told


def _tell(cell: object) -> dict[str, str]:
    if not isinstance(cell, date):
        raise TypeError
    return {"on": cell.isoformat()}


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MAX_READING_BYTES, MAX_READING_BYTES))
    file_name, sheet_name = json.loads(sys.argv[1])
    sys.stdout.write(json.dumps(answer(sys.stdin.buffer.read(), file_name, sheet_name), default=_tell))
