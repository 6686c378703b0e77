"""`huibao replay`: a closed year run again under the rules as known on a day, from the database or from Parquet."""

import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console

from huibao.cli.output import ANSWER_IS_NO, emit, json_option, progress, say, show_problems, speech, table
from huibao.kernel.fen import yuan_text
from huibao.kernel.problem import Problem, Refused, define

if TYPE_CHECKING:
    from huibao.bulk.parquet import Run

MAX_ROWS_SHOWN = 200
NEEDED = ("numpy", "pyarrow")

NEEDS_BULK = define(
    "BULK-050",
    "未安装批量计算所需的 {name}",
    "请安装：pip install 'huibao[bulk]'。",
    "{name}, which settling in bulk needs, is not installed",
    "Install it: pip install 'huibao[bulk]'.",
)
BAD_CHOICE = define(
    "BULK-051",
    "参数用法有误：{why_zh}",
    "重演 Parquet 须给出 --scheme 和 --benefit；--record 须给出 --out。",
    "These options do not go together: {why_en}",
    "Parquet files need --scheme and --benefit; --record needs --out.",
)


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--scheme", "scheme_id", help="方案编号或文件。Scheme id or file.")
@click.option("--benefit", help="待遇。Benefit.")
@click.option("--known-on", type=click.DateTime(["%Y-%m-%d"]), help="按此日所知重演。Rules as known on this day.")
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="方案要求的参数。A required parameter.")
@click.option("--contract", help="只重演此合同。One contract of the database only.")
@click.option("--year", type=click.IntRange(2000, 2100), help="只重演此保单年度。One policy year only.")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help="差异写入的文件夹。Folder for differences."
)
@click.option("--record", is_flag=True, help="结算并留下可供比较的一年。Settle, and leave a year to compare with.")
@json_option
@click.pass_context
def replay(  # noqa: PLR0913, PLR0917 - click hands over each option by name
    ctx: click.Context,
    files: tuple[Path, ...],
    scheme_id: str | None,
    benefit: str | None,
    known_on: Any,  # noqa: ANN401 - click gives a datetime or None
    settings: tuple[str, ...],
    contract: str | None,
    year: int | None,
    out: Path | None,
    record: bool,
) -> None:
    """重演已结年度并列出差异；原记录不改动。Run a closed year again and list what differs; nothing on record changes.

    不给文件时从数据库重演。Without files the database is replayed.
    """
    must_have_bulk()
    from huibao.bulk.kernel import engine_line

    zh, en = engine_line("zh"), engine_line("en")
    if zh and en:
        say(zh, en)
    day: date | None = known_on.date() if known_on else None
    with ExitStack() as stack:
        if record and out is None:
            raise Refused(BAD_CHOICE(why_zh="--record 没有 --out", why_en="--record without --out"))
        target = out or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="huibao-replay-")))
        if files:
            if scheme_id is None or benefit is None:
                raise Refused(BAD_CHOICE(why_zh="缺少 --scheme 或 --benefit", why_en="--scheme or --benefit missing"))
            runs, problems = _from_files(files, target, (scheme_id, benefit, day, _read(settings)), record=record)
        else:
            runs, problems = _from_database(target, contract, year, day, scheme_id)
    figures = _together(runs)
    changed = _show_all(figures, runs, problems, record=record)
    if changed or problems:
        ctx.exit(ANSWER_IS_NO)


def must_have_bulk() -> None:
    """Refuse where numpy or pyarrow, which everything in bulk needs, is not installed."""
    for name in NEEDED:
        try:
            __import__(name)
        except ImportError as error:
            raise Refused(NEEDS_BULK(name=name)) from error


def _read(settings: Sequence[str]) -> dict[str, str | int]:
    """NAME=VALUE pairs as they were given; the compiler reads their units."""
    found: dict[str, str | int] = {}
    for text in settings:
        name, sign, value = text.partition("=")
        if not sign:
            raise Refused(BAD_CHOICE(why_zh=f"--set {text}", why_en=f"--set {text}"))
        found[name.strip()] = value.strip()
    return found


def _from_files(
    files: Sequence[Path], target: Path, what: tuple[str, str, date | None, dict[str, str | int]], *, record: bool
) -> tuple[list["Run"], list[Problem]]:
    from huibao.bulk.files import opened_parquet, parquet_files
    from huibao.bulk.replay import plan_of, replay_parquet

    scheme_id, benefit, day, settings = what
    plan = plan_of(scheme_id, benefit, known_on=day, settings=settings)
    total = sum(opened_parquet(path).metadata.num_rows for path in parquet_files(files))
    with progress("重演", "Replaying", total) as advance:
        run = replay_parquet(files, target, plan, record=record, progress=advance)
    return [run], list(run.problems)


def _from_database(
    target: Path, contract: str | None, year: int | None, day: date | None, scheme_id: str | None
) -> tuple[list["Run"], list[Problem]]:
    from huibao.cli.database import open_database

    open_database()
    from huibao.bulk.files import write_whole
    from huibao.bulk.record import areas_of, book_table, books, changed_schemes, plans
    from huibao.bulk.replay import replay_parquet
    from huibao.bulk.schema import RECORDED

    found = books(contract, year)
    problems = list(changed_schemes(found))
    runs: list[Run] = []
    with progress("重演", "Replaying", sum(len(book.cases) for book in found)) as advance:
        for book in found:
            for plan, cases in plans(book, day, scheme_id):
                areas = areas_of(contract, {case.person_id for case in cases})
                held = book_table(plan, cases, areas)
                if not any(name.startswith(RECORDED) for name in held.column_names):
                    advance(len(cases))
                    continue
                folder = target / f"book-{len(runs):03d}"
                folder.mkdir(parents=True, exist_ok=True)
                write_whole(
                    folder / "record.parquet", held.sort_by([("person_id", "ascending"), ("settled_no", "ascending")])
                )
                runs.append(replay_parquet([folder / "record.parquet"], folder / "replay", plan, progress=advance))
    return runs, problems


def _together(runs: Sequence["Run"]) -> dict[str, Any]:
    from huibao.bulk.parquet import add_figures

    total: dict[str, Any] = {"claims": 0, "changed": 0, "refused": 0, "late": 0}
    for run in runs:
        add_figures(total, run.figures)
    return total


def _show_all(figures: dict[str, Any], runs: Sequence["Run"], problems: list[Problem], *, record: bool) -> int:
    """Print the answer; gives the number of claims that differ."""
    from huibao.bulk.differences import difference_rows

    rows = difference_rows(figures)
    data = {
        **{name: figures[name] for name in ("claims", "changed", "refused", "late")},
        "resumed_parts": sum(run.resumed for run in runs),
        "row_problems": figures.get("problems", {}),
        "differences": rows,
        "problems": [problem.as_dict() for problem in problems],
    }
    emit(data, lambda out: _show(out, data, record=record))
    show_problems(problems)
    return int(figures["changed"])


def _show(out: Console, data: dict[str, Any], *, record: bool) -> None:
    pick = speech().pick
    if record:
        out.print(
            pick(
                f"已结算 {data['claims']} 笔，退回 {data['refused']} 笔。",
                f"{data['claims']} settled, {data['refused']} refused.",
            )
        )
        return
    dimensions = {
        "layer": pick("各层", "layer"),
        "group": pick("人群", "group"),
        "area": pick("地区", "area"),
        "by_day": pick("按日期排序", "by day"),
    }
    rows = [
        (
            dimensions[row["dimension"]],
            row["key"],
            row["layer"],
            row["claims"],
            row["changed"],
            yuan_text(row["recorded_fen"]),
            yuan_text(row["replayed_fen"]),
            yuan_text(row["difference_fen"]),
        )
        for row in data["differences"][:MAX_ROWS_SHOWN]
    ]
    heads = (
        pick("维度", "By"),
        pick("项", "Key"),
        pick("层", "Layer"),
        pick("件数", "Claims"),
        pick("有差异", "Changed"),
        pick("记录（元）", "On record"),
        pick("重演（元）", "Replayed"),
        pick("差额（元）", "Difference"),
    )
    out.print(table(pick("重演差异", "Differences"), heads, rows, right=[3, 4, 5, 6, 7]))
    told = pick(
        f"共 {data['claims']} 笔，{data['changed']} 笔有差异，{data['refused']} 笔被退回，{data['late']} 笔晚到。",
        f"{data['claims']} claims: {data['changed']} differ, {data['refused']} refused, {data['late']} late.",
    )
    out.print(told, markup=False)
