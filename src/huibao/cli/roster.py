"""`huibao roster …`: look at a roster, take it in, compare it with the last one, show what is known of a person."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
from rich.console import Console

from huibao.cli.output import ANSWER_IS_NO, FINE, emit, json_option, progress, say, show_problems, speech, table
from huibao.cli.roster_text import check_data, show_bulk, show_check
from huibao.domain.roster.source import SOURCES, SourceId

if TYPE_CHECKING:
    from huibao.domain.roster.difference import Difference
    from huibao.domain.roster.person import PersonFacts

SOURCE_HELP: Final = "名册来源。Kind of roster: " + "；".join(f"{s.id} {s.title}" for s in SOURCES.values())
A_DAY: Final = click.DateTime(["%Y-%m-%d"])


@click.group()
def roster() -> None:
    """名册：核对、导入、比较、查人。Rosters: check, import, compare, look up people."""


def _mapping(path: Path | None) -> dict[str, Any] | None:
    """The mapping file's content; click reports what is no JSON object."""
    if path is None:
        return None
    try:
        wishes = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, OSError) as error:
        raise click.BadParameter(f"{path}: {error}", param_hint="--mapping") from None
    if not isinstance(wishes, dict):
        raise click.BadParameter('应为 {"identity": "身份证号"} / expected a JSON object', param_hint="--mapping")
    return wishes


@roster.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--source", type=click.Choice([str(source) for source in SOURCES]), help=SOURCE_HELP)
@click.option("--area", help="所属地区的六位代码。Six-digit code of the roster's area.")
@click.option(
    "--taken-on", type=A_DAY, help="名册是哪一天的情况（缺省今天）。The day the roster pictures; default today."
)
@click.option("--sheet", help="只读这张工作表。Read only this sheet.")
@click.option(
    "--mapping", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="列对应 JSON。Columns as JSON."
)
@click.option(
    "--hand-back", type=click.Path(dir_okay=False, path_type=Path), help="写出带原因列的工作簿。Write it back."
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="全省名册：结果写入此文件夹，中断后再运行即续做。A province's roster: results go here, a killed run goes on.",
)
@json_option
@click.pass_context
def check(  # noqa: PLR0913, PLR0917 - one argument for each option of the command
    ctx: click.Context,
    file: Path,
    source: str | None,
    area: str | None,
    taken_on: datetime | None,
    sheet: str | None,
    mapping: Path | None,
    hand_back: Path | None,
    out: Path | None,
) -> None:
    """只看不存：表头、每列含义、每行结论（不需要数据库）。有待核或退回的行时退出码为 1。

    Look only: header, meaning of columns, verdict of each row; needs no database. Exit code 1 when rows are not ready.
    """
    if out is not None:
        if hand_back is not None:
            raise click.UsageError("--hand-back 与 --out 不能同用 / use either --hand-back or --out")
        ctx.exit(_check_province(file, out, source, area, _day(taken_on), sheet, _mapping(mapping)))
    from huibao.app.roster import check_file
    from huibao.app.roster_reply import hand_back as write_back
    from huibao.cli.database import WallClock

    with progress("核对名册", "checking rows", None) as advance:
        found = check_file(
            file,
            SourceId(source) if source else None,
            taken_on=_day(taken_on) or WallClock().today(),
            area=area,
            sheet=sheet,
            mapping=_mapping(mapping),
            advance=advance,
        )
    emit(check_data(found), lambda out: show_check(out, found))
    if not speech().as_json:
        show_problems(found.notes)
    if hand_back is not None:
        say(f"已写出 {write_back(found, hand_back)}", f"written to {hand_back}")
    ctx.exit(FINE if found.counts.ready == found.counts.rows_in else ANSWER_IS_NO)


def _check_province(
    file: Path,
    out: Path,
    source: str | None,
    area: str | None,
    taken_on: date | None,
    sheet: str | None,
    mapping: dict[str, Any] | None,
) -> int:
    """Check a roster of any size into a folder; gives the exit code."""
    from huibao.cli.database import WallClock
    from huibao.cli.replay import must_have_bulk

    must_have_bulk()
    from huibao.bulk.roster import PASSES, check_roster, engine_line, open_pages, summary

    zh, en = engine_line("zh"), engine_line("en")
    if zh and en:
        say(zh, en)
    opened = open_pages(file, sheet, mapping)
    with progress("核对名册", "checking rows", opened.lines * PASSES) as advance:
        found = check_roster(
            opened,
            SourceId(source) if source else None,
            taken_on=taken_on or WallClock().today(),
            folder=out,
            area=area,
            advance=advance,
        )
    data = {**summary(found), "folder": str(out), "resumed_stretches": found.resumed}
    emit(data, lambda console: show_bulk(console, found))
    if not speech().as_json:
        show_problems(found.notes)
    return FINE if found.counts.ready == found.counts.rows_in else ANSWER_IS_NO


@roster.command(name="import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--source", required=True, type=click.Choice([str(source) for source in SOURCES]), help=SOURCE_HELP)
@click.option("--area", help="所属地区的六位代码。Six-digit code of the roster's area.")
@click.option(
    "--taken-on", type=A_DAY, help="名册是哪一天的情况（缺省今天）。The day the roster pictures; default today."
)
@click.option("--sheet", help="只读这张工作表。Read only this sheet.")
@click.option(
    "--mapping", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="列对应 JSON。Columns as JSON."
)
@click.option("--confirm", is_flag=True, help="确认列的含义（同一表头只需一次）。The columns mean what was guessed.")
@click.option(
    "--accept", multiple=True, metavar="CODE|ROW", help="已核实的问题编号或行号。Doubts looked at and accepted."
)
@click.option("--dry-run", is_flag=True, help="只试算，不存。Try it, record nothing.")
@click.option(
    "--hand-back", type=click.Path(dir_okay=False, path_type=Path), help="写出带原因列的工作簿。Write it back."
)
@json_option
def import_(  # noqa: PLR0913, PLR0917 - one argument for each option of the command
    file: Path,
    source: str,
    area: str | None,
    taken_on: datetime | None,
    sheet: str | None,
    mapping: Path | None,
    confirm: bool,
    accept: tuple[str, ...],
    dry_run: bool,
    hand_back: Path | None,
) -> None:
    """导入一份名册：人、带日期的事实、每行结论，一次存入或一点不存。同一份再送，得到同样的回答。

    Take a roster in: people, dated facts, each row's verdict, all or nothing. Sent again it gets the same answer.
    """
    from huibao.app.roster_reply import hand_back as write_back
    from huibao.cli.database import open_database

    clock = open_database()
    from huibao.app.roster_import import Sending, import_roster  # needs the database to be open

    sending = Sending(
        path=file,
        source=SourceId(source),
        taken_on=_day(taken_on),
        area=area,
        sheet=sheet,
        mapping=_mapping(mapping),
        confirm=confirm,
        accept=accept,
    )
    with progress("导入名册", "taking the roster in", None) as advance:
        result = import_roster(sending, clock=clock, dry_run=dry_run, advance=advance)
    data = {**check_data(result.check), **result.summary, "status": result.status}

    def show(out: Console) -> None:
        show_check(out, result.check)
        if result.difference is not None:
            _show_counts(out, result.difference)
        out.print(_outcome(result.status, result.summary), markup=False)

    emit(data, show)
    if not speech().as_json:
        show_problems(result.check.notes)
    if hand_back is not None:
        say(f"已写出 {write_back(result.check, hand_back)}", f"written to {hand_back}")


@roster.command()
@click.option("--source", required=True, type=click.Choice([str(source) for source in SOURCES]), help=SOURCE_HELP)
@click.option("--area", required=True, help="六位代码。Six-digit code.")
@json_option
def diff(source: str, area: str) -> None:
    """最近两份名册的差别：新增、离开、迁移、死亡、等级变化、改名。What changed between the last two rosters."""
    from huibao.cli.database import open_database

    open_database()
    from huibao.app.roster_import import difference_of_last  # needs the database to be open

    last, before, found = difference_of_last(SourceId(source), area)
    heads = {name: [_change(change) for change in getattr(found, name)] for name in found.counts}
    data = {
        "source": source,
        "area": area,
        "taken_on": str(last.taken_on),
        "compared_with": str(before.taken_on) if before else None,
        "counts": found.counts,
        **heads,
    }

    def show(out: Console) -> None:
        _show_counts(out, found)
        columns = speech().pick("变化 姓名 原为 现为", "change name was now").split()
        rows = [
            (_head(name), change.name, change.was, change.now)
            for name in found.counts
            for change in getattr(found, name)
        ]
        if rows:
            out.print(table(speech().pick("逐人", "person by person"), columns, rows))

    emit(data, show)


@roster.command()
@click.argument("ids", nargs=-1, required=True)
@json_option
def person(ids: tuple[str, ...]) -> None:
    """按编号或身份证号查人：每条事实的起止、来源名册和行号。Show people by our number or identity number."""
    from huibao.cli.database import open_database

    open_database()
    from huibao.app.roster_import import find_people  # needs the database to be open

    found = find_people(ids)

    def show(out: Console) -> None:
        for each in found:
            _show_person(out, each)

    emit([person_data(each) for each in found], show)


def person_data(found: "PersonFacts") -> dict[str, Any]:
    """A person as JSON; the identity number masked, as on every screen."""
    from huibao.kernel.identity import mask

    someone = found.person
    return {
        "id": someone.id,
        "name": someone.name,
        "identity": mask(someone.identity),
        "birth_on": str(someone.birth_on),
        "sex": someone.sex.value,
        "facts": [
            {
                "kind": fact.kind.value,
                "value": fact.value,
                "from_on": str(fact.from_on),
                "to_on": str(fact.to_on) if fact.to_on else None,
                "entered_on": str(fact.entered_on),
                "agency": fact.source.agency,
                "roster": fact.source.roster_id,
                "sheet": fact.source.sheet,
                "row": fact.source.row_no,
            }
            for fact in found.facts
        ],
    }


def _show_person(out: Console, found: "PersonFacts") -> None:
    data = person_data(found)
    columns = speech().pick("事实 值 起 止 来源 名册 行", "fact value from to agency roster row").split()
    rows = [
        (
            fact["kind"],
            fact["value"],
            fact["from_on"],
            fact["to_on"] or "—",
            fact["agency"],
            fact["roster"],
            fact["row"],
        )
        for fact in data["facts"]
    ]
    out.print(table(f"{data['id']} {data['name']} {data['identity']} {data['birth_on']}", columns, rows))


HEADS: Final = {
    "new": ("新增", "new"),
    "left": ("离开", "left"),
    "moved": ("迁移", "moved"),
    "died": ("死亡", "died"),
    "changed_grade": ("等级变化", "changed grade"),
    "changed_name": ("改名", "changed name"),
}


def _head(name: str) -> str:
    return speech().pick(*HEADS[name])


def _show_counts(out: Console, found: "Difference") -> None:
    names = [_head(name) for name in found.counts]
    title_text = speech().pick("与上一份名册相比", "compared with the last roster")
    out.print(table(title_text, names, [tuple(found.counts.values())], right=range(len(names))))


def _outcome(status: str, summary: Any) -> str:  # noqa: ANN401 - JSON as it was recorded
    if status == "dry_run":
        return speech().pick(
            f"试算：将采用 {summary['taken_in']} 行；没有保存任何内容", f"dry run: {summary['taken_in']} rows"
        )
    zh = (
        f"名册 {summary['roster']}：采用 {summary['taken_in']} 行，新登记 {summary['people_new']} 人，"
        f"新事实 {summary['facts_new']} 条，结束 {summary['facts_ended']} 条"
    )
    en = f"roster {summary['roster']}: {summary['taken_in']} rows taken in, {summary['people_new']} new people"
    return (
        speech().pick(f"这份名册已经导入过。{zh}", f"already taken in. {en}")
        if status == "exists"
        else speech().pick(zh, en)
    )


def _change(change: Any) -> dict[str, str]:  # noqa: ANN401 - a Change
    from huibao.kernel.identity import mask

    return {"identity": mask(change.identity), "name": change.name, "was": change.was, "now": change.now}


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None
