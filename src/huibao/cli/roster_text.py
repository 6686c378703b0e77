"""A checked roster as it is printed: for people as tables in two languages, for programs as JSON."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from rich.console import Console

from huibao.cli.output import speech, table
from huibao.domain.roster.column import title
from huibao.domain.roster.findings import OUTSIDE
from huibao.domain.roster.verdict import Verdict
from huibao.kernel.problem import Problem

if TYPE_CHECKING:
    from huibao.app.roster import RosterCheck, SheetCheck
    from huibao.bulk.roster import BulkCheck

MOST_SHOWN: Final = 20
"""Kinds of findings shown on the terminal; all of them are in what is handed back and in `--json`."""


def check_data(found: "RosterCheck") -> dict[str, Any]:
    """A checked roster as JSON: how it was read, the counts, and every row that is not simply ready."""
    counts = found.counts
    return {
        "file": found.workbook.path.name,
        "sha256": found.workbook.sha256,
        "source": found.source.id.value,
        "area": found.area,
        "area_name": found.area_name,
        "taken_on": str(found.taken_on),
        "rows_in": counts.rows_in,
        **{verdict.value: getattr(counts, verdict.value) for verdict in Verdict},
        "findings": found.by_code,
        "notes": [note.as_dict() for note in found.notes],
        "sheets": [
            {
                "name": each.name,
                "header_row": each.layout.first + 1,
                "header_rows": each.layout.depth,
                "rows": each.rows,
                "skipped": {skip.value: lines for skip, lines in each.skipped.items()},
                "confirmed": each.confirmed,
                "columns": [
                    {
                        "label": guess.label,
                        "meaning": guess.column.value if guess.column else None,
                        "confidence": guess.confidence,
                        "reason": speech().pick(guess.reason, guess.reason_en),
                    }
                    for guess in each.layout.guesses
                ],
            }
            for each in found.sheets
        ],
        "rows": [
            {
                "sheet": row.sheet,
                "row": row.row_no,
                "verdict": row.verdict.value,
                "problems": [problem.as_dict() for problem in row.problems],
            }
            for row in found.rows
            if row.problems
        ],
    }


def show_check(out: Console, found: "RosterCheck") -> None:
    """Draw a checked roster: columns with their guesses, verdicts that add up, findings by frequency, first rows."""
    _show_sheets(out, found.sheets)
    _show_counts(out, found)
    _show_findings(out, found.by_code, (problem for row in found.rows for problem in row.problems))


def show_bulk(out: Console, found: "BulkCheck") -> None:
    """Draw a checked roster of a province, and say what to do next."""
    _show_sheets(out, found.sheets)
    _show_counts(out, found)
    _show_findings(out, found.by_code, found.examples.values())
    for line in _next(found):
        out.print(line, markup=False)


def _next(found: "BulkCheck") -> list[str]:
    """What to do with the result, most pressing first."""
    pick = speech().pick
    lines = []
    if found.resumed:
        lines.append(
            pick(
                f"接着上次做：{found.resumed} 段已在。",
                f"Went on where it stood: {found.resumed} stretches were there.",
            )
        )
    if 2 * found.by_code.get(OUTSIDE.code, 0) > found.counts.rows_in:
        lines.append(
            pick(
                f"一半以上的行不在 {found.area_name or '—'}。若是全省或全市的名册，请用 --area 给出省或市的代码，另用一个文件夹再查。",
                f"More than half of the rows lie outside {found.area_name or '—'}: if the roster is a city's or a province's, "
                "name its code by --area and check again into another folder.",
            )
        )
    if found.replies:
        names = f"{found.replies[0]}…{found.replies[-1]}" if len(found.replies) > 1 else found.replies[0]
        lines.append(
            pick(
                f"请把 {found.folder} 中的 {names} 退给送表单位，按“处理办法”改好后重送。",
                f"Send {names} in {found.folder} back to the sender, to be put right and sent again.",
            )
        )
    lines.append(
        pick(
            f"逐条问题在 {found.folder}/findings.parquet；导入仍按县（市、区）用 huibao roster import 一份一份做。",
            f"Every finding is in {found.folder}/findings.parquet; take rosters in county by county, by huibao roster import.",
        )
    )
    return lines


def _show_sheets(out: Console, sheets: "Sequence[SheetCheck]") -> None:
    zh = speech().lang == "zh"
    for each in sheets:
        head = (
            f"{each.name}：表头第 {each.layout.first + 1} 行，{each.rows} 行数据"
            if zh
            else f"{each.name}: {each.rows} rows"
        )
        columns = ("表头", "含义", "把握", "依据") if zh else ("header", "meaning", "sure", "why")
        rows = [
            (
                guess.label or "—",
                title(guess.column, speech().lang) if guess.column else "—",
                f"{guess.confidence} %",
                guess.reason if zh else guess.reason_en,
            )
            for guess in each.layout.guesses
        ]
        out.print(table(head, columns, rows, right=(2,)))


def _show_counts(out: Console, found: "RosterCheck | BulkCheck") -> None:
    zh = speech().lang == "zh"
    counts = found.counts
    name = found.source.title if zh else found.source.title_en
    verdicts = ("行数", "可用", "待核", "退回", "重复") if zh else ("rows", "ready", "doubtful", "refused", "duplicate")
    figures = (counts.rows_in, counts.ready, counts.doubtful, counts.refused, counts.duplicate)
    out.print(table(f"{name} · {found.area_name or '—'} · {found.taken_on}", verdicts, [figures], right=range(5)))


def _show_findings(out: Console, by_code: Mapping[str, int], problems: Iterable[Problem]) -> None:
    """The most frequent findings, each with the first one met."""
    if not by_code:
        return
    pick = speech().pick
    first: dict[str, str] = {}
    for problem in problems:
        if problem.code not in first:
            first[problem.code] = problem.text(speech().lang).split("] ", 1)[-1]
    rows = [(code, rows, first[code]) for code, rows in list(by_code.items())[:MOST_SHOWN]]
    heads = pick("编号 行数 例", "code rows example").split()
    out.print(table(pick("发现的问题", "findings"), heads, rows, right=(1,)))
