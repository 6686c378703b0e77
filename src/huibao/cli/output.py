"""How every command speaks: tables for people, JSON for programs, problems and progress on standard error.

Standard output carries the answer alone, so that `huibao … --json | jq` always works.
"""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import click
from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from huibao.kernel.problem import Lang, Problem, Refused, Severity

FINE: Final = 0
"""The command did what was asked and the answer is yes."""
ANSWER_IS_NO: Final = 1
"""It ran, and the answer is no: a case failed, rows were refused, an invariant is broken."""
WRONG_USE: Final = 2
"""The command line itself is wrong (click's own code)."""
INPUT_REFUSED: Final = 3
"""The input was refused as a whole; nothing was done."""
DATABASE_REFUSED: Final = 4
"""The database cannot be used: weak durability settings, unknown tables, or locked by another for too long."""
OUR_FAULT: Final = 5
"""The program itself is wrong; what it had begun was rolled back."""

F = TypeVar("F", bound=Callable[..., Any])

MARKS: Final = {Severity.REFUSED: "✗", Severity.DOUBTFUL: "?", Severity.REPAIRED: "✓"}
COLOURS: Final = {Severity.REFUSED: "red", Severity.DOUBTFUL: "yellow", Severity.REPAIRED: "green"}


@dataclass(frozen=True, slots=True)
class Speech:
    """What the global options chose: the language, and JSON instead of tables."""

    lang: Lang = "zh"
    as_json: bool = False

    def pick(self, zh: str, en: str) -> str:
        """Return the text of the chosen language."""
        return en if self.lang == "en" else zh


def speech() -> Speech:
    """Return the running command's choice; outside a command, Chinese tables."""
    ctx = click.get_current_context(silent=True)
    found = ctx.find_object(Speech) if ctx else None
    return found or Speech()


def json_option(command: F) -> F:
    """Give a command `--json` of its own, so that it may stand after the command's name too."""

    def choose(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
        if value:
            ctx.obj = Speech(speech().lang, as_json=True)

    return click.option(
        "--json", is_flag=True, expose_value=False, callback=choose, help="输出 JSON。Print JSON instead of tables."
    )(command)


def console() -> Console:
    """Return the console for the answer (standard output)."""
    return Console(highlight=False, soft_wrap=not sys.stdout.isatty())


def side_console() -> Console:
    """Return the console for everything that is not the answer (standard error)."""
    return Console(stderr=True, highlight=False, soft_wrap=not sys.stderr.isatty())


def say(zh: str, en: str) -> None:
    """Tell the person something beside the answer; silent for programs."""
    if not speech().as_json:
        side_console().print(speech().pick(zh, en), markup=False)


def emit(data: Mapping[str, Any] | Sequence[Any], show: Callable[[Console], None]) -> None:
    """Print the answer: `data` as JSON when asked for, otherwise whatever `show` draws."""
    if speech().as_json:
        click.echo(json.dumps(data, ensure_ascii=False, indent=2, default=str))
    else:
        show(console())


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]], *, right: Sequence[int] = ()) -> Table:
    """Return a table; the columns numbered in `right` (from 0) are figures and align to the right."""
    drawn = Table(title=title, box=box.SIMPLE_HEAD, title_justify="left", title_style="bold")
    for number, name in enumerate(columns):
        figures = number in right
        drawn.add_column(name, justify="right" if figures else "left", overflow="fold", no_wrap=figures)
    for row in rows:
        drawn.add_row(*(str(cell) for cell in row))
    return drawn


def show_problems(problems: Iterable[Problem]) -> None:
    """Print problems on standard error, each with its mark, so that colour is never the only sign."""
    lang = speech().lang
    for problem in problems:
        line = f"{MARKS[problem.severity]} {problem.text(lang)}"
        side_console().print(line, style=COLOURS[problem.severity], markup=False)


def refuse(refused: Refused) -> int:
    """Print why nothing was done, as JSON on standard output too when asked for; return the exit code."""
    if speech().as_json:
        problems = [problem.as_dict() for problem in refused.problems]
        click.echo(json.dumps({"refused": problems}, ensure_ascii=False, indent=2))
    show_problems(refused.problems)
    return INPUT_REFUSED


@contextmanager
def progress(zh: str, en: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """Show a bar on standard error while the block runs; it is handed `advance(steps)`. Hidden for programs."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=side_console(), transient=True, disable=speech().as_json) as bars:
        task = bars.add_task(speech().pick(zh, en), total=total)
        yield lambda steps: bars.advance(task, steps)
