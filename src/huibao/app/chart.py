"""Coverage as a picture anybody can read: an SVG of sorted dots against the goals' lines, with real text.

Shape says what colour says, every value is printed, and title and description tell the rest to a screen reader.
Whole numbers only, so that the same counts always give the same picture.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from huibao.domain.statistics import AreaCount, Goal, TargetCoverage, missing, reached
from huibao.kernel.fen import BP_ONE
from huibao.kernel.problem import Lang

FONTS: Final = (
    "'Noto Sans SC','Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei','PingFang SC','SimHei',sans-serif"
)
INK: Final = "#1b1b1b"
QUIET: Final = "#595959"
"""Contrast 7:1 on white: grid labels are text too."""
GRID: Final = "#d0d0d0"
LEVELS: Final = (("triangle", "#9c1c00"), ("diamond", "#6b4400"), ("circle", "#0b5c3b"))
"""Shape and colour by the number of goals reached; each at least 7:1 on white."""

NO_GOALS: Final = len(LEVELS) - 1
"""Where no goal is set, none is missed: everybody gets the circle, and no legend is needed."""

WIDTH: Final = 860
LEFT: Final = 150
PLOT: Final = 480
ROW: Final = 30
TEXT: Final = 14
SMALL: Final = 13
MARK: Final = 7
HEADING: Final = 18
LABELS: Final = 74
"""Height for the legend and the goals' labels between the heading and the first row."""
NARROW_PERCENT: Final = 62
"""Width of a Latin letter as a share of its height, bold and rounded up; Chinese characters are square."""
MAX_CHART_ROWS: Final = 200
"""Townships of one chart; the largest county has fewer."""

WORDS: Final = {
    "zh": {
        "unknown": "乡镇不详",
        "unknown_wide": "县区不详",
        "whole": "全地区",
        "goal": "{due} 目标 {share}",
        "none": "无人应保",
        "lowest": "最低的是{name} {share}。",
        "gap": "距 {due} 的 {share} 目标还差 {missing} 人。",
        "met": "已达到 {due} 的 {share} 目标。",
        "legend": ("一个目标都未达到", "达到第一个目标", "两个目标都达到"),
        "summary": "{name}{on}：应保 {people} 人，已保 {insured} 人，覆盖率 {share}。",
        "source": "分母：{source}；统计日 {on}",
        "suffix": "覆盖率：按乡镇",
        "suffix_wide": "覆盖率：按县（市、区）",
    },
    "en": {
        "unknown": "township unknown",
        "unknown_wide": "county unknown",
        "whole": "the whole area",
        "goal": "goal {share} by {due}",
        "none": "nobody to insure",
        "lowest": "The lowest is {name} at {share}. ",
        "gap": "{missing} more people are needed for {share} by {due}. ",
        "met": "The goal of {share} by {due} is reached. ",
        "legend": ("no goal reached", "first goal reached", "both goals reached"),
        "summary": "{name} on {on}: {people} people to insure, {insured} insured, coverage {share}. ",
        "source": "Denominator: {source}; counted on {on}",
        "suffix": "coverage by township",
        "suffix_wide": "coverage by county",
    },
}  # fmt: skip


def is_wide(area: str) -> bool:
    """Tell whether a code is a city's or a province's, whose parts are counties."""
    return area.endswith("00")


def percent(bp: int | None, lang: Lang = "zh") -> str:
    """Return a share as text with two decimals; what there is to say where nobody is to be insured."""
    return f"{bp // 100}.{bp % 100:02d}%" if bp is not None else str(WORDS[lang]["none"])


def coverage_svg(coverage: TargetCoverage, names: Mapping[str, str], title: str, lang: Lang = "zh") -> str:
    """Return the chart of a coverage figure. `names` gives names of codes; `title` what is insured and for whom."""
    rows = (coverage.whole, *coverage.towns)
    if len(rows) > MAX_CHART_ROWS:
        msg = f"at most {MAX_CHART_ROWS} rows in one chart, found {len(rows)}"
        raise ValueError(msg)
    goals = sorted(coverage.goals, key=lambda goal: goal.share_bp)
    heading, bottom_of_heading = _heading(coverage, title, lang)
    top = bottom_of_heading + LABELS
    height = top + ROW * len(rows) + 52
    spoken = f'role="img" aria-labelledby="title desc" lang="{lang}"'
    size = f'viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {spoken} {size} font-family={quoteattr(FONTS)}>',
        f'<title id="title">{escape(title)} · {_suffix(coverage, lang)}</title>',
        f'<desc id="desc">{escape(describe(coverage, names, lang))}</desc>',
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        *heading,
        *_legend(goals, bottom_of_heading, lang),
        *_axis(top, height),
        *_goals(goals, top, height, lang),
    ]
    for at, count in enumerate(rows):
        name = _name(count.code, coverage.whole.code, names, lang)
        parts.extend(_row(count, name, top + ROW * at, goals, lang, whole=at == 0))
    parts.append("</svg>")
    return "\n".join(parts) + "\n"


def describe(coverage: TargetCoverage, names: Mapping[str, str], lang: Lang = "zh") -> str:
    """Return the chart in sentences: the whole, the goals, and where it is lowest."""
    words = WORDS[lang]
    whole = coverage.whole
    said = str(words["summary"]).format(
        name=names.get(whole.code, whole.code),
        on=coverage.on,
        people=whole.people,
        insured=whole.insured,
        share=percent(whole.share_bp, lang),
    )
    for goal in sorted(coverage.goals, key=lambda goal: goal.share_bp):
        gap = missing(whole, goal)
        said += str(words["gap" if gap else "met"]).format(
            due=goal.due_on, share=percent(goal.share_bp, lang), missing=gap
        )
    lowest = next((town for town in coverage.towns if town.people and town.code), None)
    if lowest is not None:
        said += str(words["lowest"]).format(
            name=names.get(lowest.code, lowest.code), share=percent(lowest.share_bp, lang)
        )
    return said.strip()


def _heading(coverage: TargetCoverage, title: str, lang: Lang) -> tuple[list[str], int]:
    """Title, what is counted, and the denominator, wrapped to the width; and where the next line begins."""
    found: list[str] = []
    y = 8
    for words, size, fill, weight in (
        (title, HEADING, INK, "bold"),
        (_suffix(coverage, lang), TEXT, INK, "normal"),
        (_source(coverage, lang), SMALL, QUIET, "normal"),
    ):
        for line in wrapped(words, size):
            y += size + 6
            found.append(text_at(16, y, line, size, fill, weight=weight))
    return found, y


def wrapped(words: str, size: int, width: int = WIDTH) -> list[str]:
    """Break a text into lines that fit the picture: between words where there are any, else between characters."""
    lines, line, room = [], "", width - 32
    for part in re.findall(r"[\x21-\x7e]+\s*|.", words):
        if line and width_of(line + part, size) > room:
            lines.append(line.rstrip())
            line = ""
        line += part
    return [*lines, line.rstrip()]


def width_of(words: str, size: int) -> int:
    """How wide a text is at most, pixels."""
    return sum(size * (NARROW_PERCENT if character.isascii() else 100) // 100 for character in words)


def _row(count: AreaCount, name: str, top: int, goals: list[Goal], lang: Lang, *, whole: bool) -> Iterator[str]:
    """One row: name, line, mark and printed value; the counts stand in data attributes too."""
    middle = top + ROW // 2
    share = count.share_bp
    weight = "bold" if whole else "normal"
    counts = f'data-code="{escape(count.code)}" data-people="{count.people}" data-insured="{count.insured}"'
    yield f'<g class="row" {counts} data-share-bp="{"" if share is None else share}">'
    yield text_at(LEFT - 12, middle + 5, name, TEXT, INK, anchor="end", weight=weight)
    yield f'<line x1="{LEFT}" y1="{middle}" x2="{LEFT + PLOT}" y2="{middle}" stroke="{GRID}" stroke-width="1"/>'
    if share is not None:
        yield _mark(_x(share), middle, sum(reached(count, goal) for goal in goals) if goals else NO_GOALS)
    of = f"{count.insured}/{count.people}"
    beside = f" ({of})" if lang == "en" else f"（{of}）"
    value = percent(share, lang) + (beside if share is not None else "")
    yield text_at(LEFT + PLOT + 24, middle + 5, value, TEXT, INK, weight=weight)
    yield "</g>"


def _mark(x: int, y: int, level: int) -> str:
    shape, colour = LEVELS[min(level, len(LEVELS) - 1)]
    if shape == "circle":
        return f'<circle class="mark" cx="{x}" cy="{y}" r="{MARK}" fill="{colour}"/>'
    points = {
        "triangle": f"{x - MARK},{y - MARK + 1} {x + MARK},{y - MARK + 1} {x},{y + MARK}",
        "diamond": f"{x},{y - MARK - 1} {x + MARK + 1},{y} {x},{y + MARK + 1} {x - MARK - 1},{y}",
    }[shape]
    return f'<polygon class="mark" points="{points}" fill="{colour}"/>'


def _legend(goals: list[Goal], above: int, lang: Lang) -> Iterator[str]:
    x, y = 16 + MARK, above + 20
    for level, words in enumerate(WORDS[lang]["legend"][: len(goals) + 1] if goals else ()):
        yield _mark(x, y - 5, level)
        yield text_at(x + 14, y, words, SMALL, INK)
        x += 44 + (14 if lang == "zh" else 8) * len(words)


def _axis(top: int, height: int) -> Iterator[str]:
    bottom = height - 40
    for tenth in range(0, 11, 2):
        x = _x(tenth * BP_ONE // 10)
        yield f'<line x1="{x}" y1="{top}" x2="{x}" y2="{bottom}" stroke="{GRID}" stroke-width="1"/>'
        yield text_at(x, bottom + 20, f"{tenth * 10}%", SMALL, QUIET, anchor="middle")


def _goals(goals: list[Goal], top: int, height: int, lang: Lang) -> Iterator[str]:
    """Dashed line of each goal, its label above; neighbours stand on two levels so that they never run together."""
    for at, goal in enumerate(goals):
        x, y = _x(goal.share_bp), top - 8 - 18 * (at % 2)
        label = str(WORDS[lang]["goal"]).format(due=goal.due_on, share=percent(goal.share_bp, lang))
        yield (
            f'<line class="goal" data-share-bp="{goal.share_bp}" x1="{x}" y1="{y + 4}" x2="{x}" y2="{height - 40}" '
            f'stroke="{INK}" stroke-width="1.5" stroke-dasharray="6 4"/>'
        )
        yield text_at(x, y, label, SMALL, INK, anchor="middle")


def _source(coverage: TargetCoverage, lang: Lang) -> str:
    return str(WORDS[lang]["source"]).format(source=coverage.source, on=coverage.on)


def _suffix(coverage: TargetCoverage, lang: Lang) -> str:
    return str(WORDS[lang]["suffix_wide" if is_wide(coverage.whole.code) else "suffix"])


def _name(code: str, area: str, names: Mapping[str, str], lang: Lang) -> str:
    if not code:
        return str(WORDS[lang]["unknown_wide" if is_wide(area) else "unknown"])
    return names.get(code, str(WORDS[lang]["whole"]) if code == area else code)


def _x(bp: int) -> int:
    return LEFT + PLOT * bp // BP_ONE


def text_at(x: int, y: int, words: str, size: int, fill: str, *, anchor: str = "start", weight: str = "normal") -> str:
    """Words on the picture, their base line at x, y."""
    return (
        f'<text x="{x}" y="{y}" font-size="{size}" fill="{fill}" text-anchor="{anchor}" font-weight="{weight}">'
        f"{escape(words)}</text>"
    )
