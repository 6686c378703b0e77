"""The report folder: a page to show, its pictures, and the rows behind it as Parquet and JSON.

The page needs nothing but itself. Every picture has its table, headings are in order, and no meaning rests on colour.
"""

import json
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from huibao.bulk.files import write_text, write_whole
from huibao.bulk.whatif.figures import Figures, as_data, plain
from huibao.bulk.whatif.sections import sections
from huibao.bulk.whatif.telling import Section, is_made_up, method_words
from huibao.kernel.problem import Lang, Problem

PAGE, DATA = "report.html", "whatif.json"
STYLE: Final = """
body{font:16px/1.6 "Noto Sans SC","Noto Sans CJK SC","Microsoft YaHei","PingFang SC",sans-serif;color:#1b1b1b;background:#fff;
max-width:64rem;margin:0 auto;padding:1rem}
h1{font-size:1.6rem;line-height:1.3}h2{font-size:1.25rem;margin-top:2.5rem;border-top:1px solid #767676;padding-top:1rem}
table{border-collapse:collapse;margin:.5rem 0}caption{text-align:left;font-weight:bold;padding:.25rem 0}
th,td{border-bottom:1px solid #767676;padding:.3rem .6rem;text-align:left;vertical-align:top}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
tr.first th,tr.first td{border-top:2px solid #1b1b1b}
.wide{overflow-x:auto}svg{max-width:100%;height:auto}figure{margin:1rem 0}
.mark{border-left:.4rem solid #9c1c00;padding:.25rem .75rem;background:#fff5f2}
@media print{h2{break-before:auto}figure,tr{break-inside:avoid}}
"""


def write_report(folder: Path, found: Figures, told: Sequence[Problem], lang: Lang = "zh") -> tuple[Path, ...]:
    """Write the folder; each file is there whole or as it was before. Gives the files written, the page first."""
    folder.mkdir(parents=True, exist_ok=True)
    parts = sections(found, lang)
    written = [folder / PAGE, folder / DATA]
    write_text(folder / PAGE, page(found, parts, told, lang))
    data = {**as_data(found), "problems": [problem.as_dict() for problem in told]}
    write_text(folder / DATA, json.dumps(data, ensure_ascii=False, default=str) + "\n")
    for part in parts:
        for nth, svg in enumerate(part.pictures, 1):
            path = folder / (f"{part.key}.svg" if len(part.pictures) == 1 else f"{part.key}-{nth}.svg")
            write_text(path, svg)
            written.append(path)
    for name, table in tables(found).items():
        write_whole(folder / f"{name}.parquet", table)
        written.append(folder / f"{name}.parquet")
    return tuple(written)


def tables(found: Figures) -> dict[str, pa.Table]:
    """The rows as Arrow tables; money in fen."""
    made = {"figures": _table([plain(one) for one in found.figures])}
    bands: list[dict[str, Any]] = []
    quantiles: list[dict[str, Any]] = []
    for one in found.distributions:
        key = {"scenario": one.scenario, "of": one.of}
        bands += [{**key, **band} for band in one.histogram]
        quantiles += [{**key, "share_bp": int(share), "fen": fen} for share, fen in one.quantiles.items()]
    made |= {"histograms": _table(bands), "quantiles": _table(quantiles)}
    if found.premiums:
        made["premiums"] = _table([plain(one) for one in found.premiums])
    return made


def _table(rows: Sequence[dict[str, Any]]) -> pa.Table:
    table = pa.table({name: pa.array([row[name] for row in rows]) for name in rows[0]})
    fields = []
    for field in table.schema:
        kind = pa.int64() if pa.types.is_null(field.type) else field.type
        fields.append(pa.field(field.name, kind, metadata={"unit": "fen"} if field.name.endswith("fen") else None))
    return table.cast(pa.schema(fields))


def page(found: Figures, parts: Sequence[Section], told: Sequence[Problem], lang: Lang = "zh") -> str:
    """The page as HTML text."""
    base = found.answer.question.base
    benefit = base.scheme.benefits[base.benefit_id]
    heading = "假设测算" if lang == "zh" else "What if"
    title = f"{heading}：{base.scheme.title.text(lang)} · {benefit.title.text(lang)}"
    said = list(summary(found, lang))
    return document(title, said, parts, told, method_words(found, lang), made_up=is_made_up(found), lang=lang)


def document(
    title: str,
    said: Sequence[str],
    parts: Sequence[Section],
    told: Sequence[Problem],
    method: str,
    *,
    made_up: bool,
    lang: Lang = "zh",
) -> str:
    """A page of sections as HTML text: what it is about, what must be noted, the sections, and the method."""
    zh = lang == "zh"
    lines = [
        "<!DOCTYPE html>",
        f'<html lang="{"zh-CN" if zh else "en"}"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body><main>",
        f"<h1>{escape(title)}</h1>",
        *(f"<p>{escape(line)}</p>" for line in said),
    ]
    if made_up:
        zh_words, en_words = (
            "本方案的数值为虚构示范数据，不是任何地区的真实方案。",
            "This scheme's numbers are made up for demonstration.",
        )
        lines.append(f'<p class="mark"><strong>{zh_words if zh else en_words}</strong></p>')
    if told:
        lines.append(f"<h2>{'须注意' if zh else 'To be noted'}</h2><ul>")
        lines += [f"<li>{escape(problem.text(lang))}</li>" for problem in told]
        lines.append("</ul>")
    for part in parts:
        lines += _section(part)
    lines += [f"<h2>{'方法' if zh else 'Method'}</h2>", f"<p>{escape(method)}</p>", "</main></body></html>"]
    return "\n".join(lines) + "\n"


def summary(found: Figures, lang: Lang = "zh") -> Iterator[str]:
    """What was asked, of what, in sentences."""
    answer = found.answer
    base = answer.question.base
    claims, years = sum(answer.claims.values()), len(answer.policy_years)
    known = base.known_on.isoformat() if base.known_on else ("现在" if lang == "zh" else "by now")
    settings = ", ".join(f"{name}={value}" for name, value in base.program.settings.items())
    aside = sum(answer.put_aside.values()) + sum(answer.totals[0].refused.values())
    if lang == "zh":
        yield f"{claims:,} 笔案件，{answer.all_people:,} 人，{years} 个保单年度，{len({a for a, _ in answer.claims})} 个地区。"
        yield f"按{known}所知的方案 {base.scheme.scheme_id}（指纹 {base.scheme.hash[:12]}）计算" + (
            f"，另给定 {settings}（分或基点）。" if settings else "。"
        )
        if aside:
            yield f"{aside:,} 笔不能结算，未计入：{_codes(found)}。"
        if found.population is not None:
            yield f"参保人年数 {found.population.insured:,}。"
        return
    yield f"{claims:,} claims of {answer.all_people:,} people, {years} policy years, {len({a for a, _ in answer.claims})} areas."
    yield f"By scheme {base.scheme.scheme_id} (hash {base.scheme.hash[:12]}) as known {known}" + (
        f", given {settings} (fen or basis points)." if settings else "."
    )
    if aside:
        yield f"{aside:,} claims cannot be settled and do not count: {_codes(found)}."
    if found.population is not None:
        yield f"Insured person-years: {found.population.insured:,}."


def _codes(found: Figures) -> str:
    counts = dict(found.answer.put_aside)
    for code, count in found.answer.totals[0].refused.items():
        counts[code] = counts.get(code, 0) + count
    return ", ".join(f"{code} {count:,}" for code, count in sorted(counts.items()))


def _section(part: Section) -> Iterator[str]:
    yield f'<section id="{part.key}"><h2>{escape(part.title)}</h2>'
    for note in part.notes:
        yield f"<p>{escape(note)}</p>"
    for svg in part.pictures:
        yield f"<figure>{svg}</figure>"
    yield f'<div class="wide" tabindex="0" role="region" aria-label="{escape(part.title)}"><table>'
    yield f"<caption>{escape(part.title)}</caption>"
    heads = "".join(f'<th scope="col"{_right(at, part)}>{escape(head)}</th>' for at, head in enumerate(part.columns))
    yield f"<thead><tr>{heads}</tr></thead><tbody>"
    before = ""
    grouped = len({row[0] for row in part.rows}) < len(part.rows)
    for row in part.rows:
        first = f'<th scope="row">{escape(row[0])}</th>'
        cells = "".join(f"<td{_right(at, part)}>{escape(cell)}</td>" for at, cell in enumerate(row[1:], 1))
        new = ' class="first"' if grouped and row[0] != before else ""
        yield f"<tr{new}>{first}{cells}</tr>"
        before = row[0]
    yield "</tbody></table></div></section>"


def _right(at: int, part: Section) -> str:
    return ' class="n"' if at in part.right else ""
