"""Charts: a picture made by the server, its numbers in a table beside it, and for those with scripts a livelier picture.

The table is the truth; the picture repeats it. Both are drawn from the same rows, so a number stands in both or in neither.
Shape says what colour says. Widths stand in attributes of the picture, never in a style: the page allows none.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from huibao.kernel.problem import Lang

WIDTH: Final = 720
"""Of a picture, in its own units; the style sheet makes 45 rem of it, so that larger print enlarges it whole."""
LEFT: Final = 168
PLOT: Final = 400
ROW: Final = 30
TOP: Final = 44
BOTTOM: Final = 34
MARK: Final = 7
WHOLE_BP: Final = 10_000
GRID_BP: Final = (0, 2000, 4000, 6000, 8000, 10_000)
TALL: Final = 240
"""Height of a histogram's plot."""
MOST_TICKS: Final = 12
SMALL_WIDTH, SMALL_HEIGHT = 124, 84
"""Of one small picture's plot: two stand side by side on the narrowest screen."""
BAND, LEAST_BAND = 900, 40
"""Of two years, in hundredths of an em: the height of all people of the larger one, and of a single one."""
STEP_EM: Final = 4
"""Height of a bar with its words above it."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line to hold values against: a goal, a term of the law."""

    at: int
    words: str


@dataclass(frozen=True, slots=True)
class Datum:
    """One row of the table and what is drawn of it. A value is basis points, people, or cases; None: nothing to draw."""

    name: str
    cells: tuple[str, ...]
    values: tuple[int | None, ...]
    tone: str = "reached"
    """"reached", "short" or "doubt": mark and colour."""
    low: int | None = None
    high: int | None = None
    to: str = ""
    """Page behind the row."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture with its table. `kind`: dots, multiples, steps, bars or years."""

    id: str
    kind: str
    title: str
    says: str
    heads: tuple[str, ...]
    """Of the table: the first is the name's, then one for each cell."""
    rows: tuple[Datum, ...]
    lines: tuple[Line, ...] = ()
    steps: tuple[str, ...] = ()
    """Of multiples: what stands along each small picture."""
    note: str = ""
    lang: Lang = "zh"

    @property
    def data(self) -> str:
        """What the script draws from."""
        return json.dumps(
            {
                "kind": self.kind,
                "title": self.title,
                "says": self.says,
                "names": [row.name for row in self.rows],
                "values": [row.values[0] if row.values else None for row in self.rows],
                "shown": [list(row.cells) for row in self.rows],
                "heads": list(self.heads),
                "low": [row.low for row in self.rows],
                "high": [row.high for row in self.rows],
                "tones": [row.tone for row in self.rows],
                "lines": [{"at": line.at, "words": line.words} for line in self.lines],
            },
            ensure_ascii=False,
        )


def drawn(chart: Chart) -> SafeString:
    """The picture and its table."""
    if not chart.rows:
        return SafeString("")
    return format_html(
        '<figure class="huibao-figure" aria-labelledby="{id}-name">'
        '<figcaption class="govuk-heading-s" id="{id}-name">{title}</figcaption>'
        '<div class="huibao-figure__picture" role="group" aria-labelledby="{id}-name" tabindex="0"{live}>{svg}</div>{note}'
        "{table}</figure>",
        id=chart.id,
        title=chart.title,
        live=format_html(' data-chart="{}"', chart.data) if chart.kind in LIVELY else "",
        svg=picture(chart),
        note=format_html('<p class="govuk-body">{}</p>', chart.note) if chart.note else "",
        table=table(chart),
    )


LIVELY: Final = frozenset({"dots", "bars"})
"""Kinds that the script draws anew."""


def table(chart: Chart) -> SafeString:
    """The numbers."""
    heads = format_html_join(
        "",
        '<th scope="col" class="govuk-table__header{}">{}</th>',
        ((" govuk-table__header--numeric" if at else "", head) for at, head in enumerate(chart.heads)),
    )
    return format_html(
        '<table class="govuk-table huibao-cards" id="{}-table"><caption class="govuk-visually-hidden">{}</caption>'
        '<thead class="govuk-table__head"><tr class="govuk-table__row">{}</tr></thead>'
        '<tbody class="govuk-table__body">{}</tbody></table>',
        chart.id,
        chart.title,
        heads,
        format_html_join("", "{}", ((_row(chart, row),) for row in chart.rows)),
    )


def _row(chart: Chart, row: Datum) -> SafeString:
    name = format_html('<a class="govuk-link huibao-act" href="{}">{}</a>', row.to, row.name) if row.to else row.name
    cells = format_html_join(
        "",
        '<td class="govuk-table__cell govuk-table__cell--numeric" data-name="{}">{}</td>',
        zip(chart.heads[1:], row.cells, strict=True),
    )
    return format_html(
        '<tr class="govuk-table__row"><th scope="row" class="govuk-table__header">{}</th>{}</tr>', name, cells
    )


# --- pictures -----------------------------------------------------------------------------------------------------------


def picture(chart: Chart) -> SafeString:
    """The picture with title and description, every value printed in it; of multiples, one for each row."""
    if chart.kind == "multiples":
        return format_html(
            '<div class="huibao-tiles">{}</div>', format_html_join("", "{}", ((one,) for one in _multiples(chart)))
        )
    if chart.kind == "steps":
        # As wide as there is room, its lengths shares of that: nothing is cut off, and no bar looks like another.
        frame = f'width="100%" height="{STEP_EM * len(chart.rows)}em"'
        return _framed(chart.id, frame, chart.title, chart.says, _steps(chart))
    if chart.kind == "years":
        parts, height = _years(chart)
        return _framed(chart.id, f'width="100%" height="{_em(height)}"', chart.title, chart.says, parts)
    parts, height = {"dots": _dots, "bars": _bars}[chart.kind](chart)
    return _framed(chart.id, f'viewBox="0 0 {WIDTH} {height}"', chart.title, chart.says, parts)


def _framed(name: str, frame: str, title: str, says: str, parts: Sequence[str]) -> SafeString:
    return mark_safe(  # noqa: S308 - every text went through _text or conditional_escape # nosec B308 B703
        f'<svg class="huibao-chart" xmlns="http://www.w3.org/2000/svg" role="img" {frame} '
        f'aria-labelledby="{name}-title {name}-desc" focusable="false">'
        f'<title id="{name}-title">{conditional_escape(title)}</title>'
        f'<desc id="{name}-desc">{conditional_escape(says)}</desc>{"".join(parts)}</svg>'
    )


def _dots(chart: Chart) -> tuple[list[str], int]:
    """One line an area: the interval, the mark, and the value printed at the end."""
    bottom = TOP + ROW * len(chart.rows)
    parts = [*_grid(bottom), *_goals(chart.lines, bottom)]
    for at, row in enumerate(chart.rows):
        y = TOP + ROW * at + ROW // 2
        value = row.values[0]
        drawn_row = [_text(LEFT - 12, y + 5, row.name, "end")]
        if value is not None:
            if row.low is not None and row.high is not None:
                drawn_row.append(f'<line class="spread" x1="{_x(row.low)}" y1="{y}" x2="{_x(row.high)}" y2="{y}"/>')
            drawn_row.append(_mark(row.tone, _x(value), y, value))
        drawn_row.append(_text(LEFT + PLOT + 20, y + 5, row.cells[SHARE_CELL], cls="value"))
        parts.append(f'<g class="row">{"".join(drawn_row)}</g>')
    return parts, bottom + BOTTOM


SHARE_CELL: Final = 2
"""Of the dots' table: to insure, insured, share, …"""


def _steps(chart: Chart) -> list[str]:
    """Bars under one another, each as long as its people, its words above it; no bar where a step is not recorded."""
    most = max((row.values[0] or 0 for row in chart.rows), default=0) or 1
    parts = []
    for at, row in enumerate(chart.rows):
        value = row.values[0]
        bar = ""
        if value is not None:
            share_bp = max(WHOLE_BP * value // most, 1)
            length = f"{share_bp // 100}.{share_bp % 100:02}%"
            bar = f'<rect class="{row.tone}" x="0" y="{STEP_EM * at + 1}.75em" width="{length}" height="1.5em" data-value="{value}"/>'
        label = _text("0", f"{STEP_EM * at + 1}.25em", row.name)
        shown = _text("100%", f"{STEP_EM * at + 1}.25em", row.cells[0], "end", cls="value")
        parts.append(f'<g class="row">{label}{shown}{bar}</g>')
    return parts


def _bars(chart: Chart) -> tuple[list[str], int]:
    """Upright bars, one for each number of days or group of days, and the lines of the law between them."""
    most = max((row.values[0] or 0 for row in chart.rows), default=0) or 1
    step = (WIDTH - 80) // max(len(chart.rows), 1)
    bottom = TOP + TALL
    parts = [f'<line class="grid" x1="40" y1="{bottom}" x2="{WIDTH - 40}" y2="{bottom}"/>']
    for at, row in enumerate(chart.rows):
        value = row.values[0] or 0
        x, tall = 40 + step * at, TALL * value // most
        label = (
            _text(x + step // 2, bottom + 22, row.name, "middle")
            if at % (len(chart.rows) // MOST_TICKS + 1) == 0
            else ""
        )
        shown = _text(x + step // 2, bottom - tall - 6, row.cells[0], "middle", cls="value") if value else ""
        bar = f'x="{x + 2}" y="{bottom - tall}" width="{max(step - 4, 2)}" height="{tall}"'
        drawn_bar = f'<rect class="{row.tone}" {bar} data-value="{value}"/>' if value else ""
        parts.append(f'<g class="row">{drawn_bar}{shown}{label}</g>')
    for line in chart.lines:
        x = 40 + step * line.at
        parts.append(f'<line class="goal" x1="{x}" y1="{TOP - 16}" x2="{x}" y2="{bottom}"/>')
        parts.append(
            _text(x + 6 if x < WIDTH // 2 else x - 6, TOP - 22, line.words, "start" if x < WIDTH // 2 else "end")
        )
    return parts, bottom + BOTTOM


def _multiples(chart: Chart) -> Iterator[SafeString]:
    """One small picture an area, all of one scale: its share month by month against the goals."""
    bottom = 26 + SMALL_HEIGHT
    for at, row in enumerate(chart.rows):
        wide = SMALL_WIDTH // max(len(row.values) - 1, 1)
        points = [(4 + wide * step, _small_y(value)) for step, value in enumerate(row.values) if value is not None]
        goals = "".join(
            f'<line class="goal" x1="4" y1="{_small_y(line.at)}" x2="{4 + SMALL_WIDTH}" y2="{_small_y(line.at)}"/>'
            for line in chart.lines
        )
        path = " ".join(f"{x},{y}" for x, y in points)
        values = " ".join("" if value is None else str(value) for value in row.values)
        ends = "".join(f'<circle class="{row.tone}" cx="{x}" cy="{y}" r="4"/>' for x, y in points[-1:])
        last = row.cells[-1] if row.cells else ""
        drawn_row = (
            f'<g class="row" data-values="{values}">{_text(4, 16, row.name)}'
            f"{_text(4 + SMALL_WIDTH, 16, last, 'end', cls='value')}"
            f'<line class="grid" x1="4" y1="{bottom}" x2="{4 + SMALL_WIDTH}" y2="{bottom}"/>{goals}'
            f'<polyline class="way" points="{path}"/>{ends}</g>'
        )
        said = "; ".join(f"{step} {cell}" for step, cell in zip(chart.heads[1:], row.cells, strict=True))
        frame = f'viewBox="0 0 {SMALL_WIDTH + 8} {bottom + 6}"'
        yield _framed(f"{chart.id}-{at}", frame, f"{chart.title} · {row.name}", said, [drawn_row])


def _years(chart: Chart) -> tuple[list[str], int]:
    """Three bands from one year to the next: who stays, who leaves, who comes; each as high as its people.

    The rows are these three, in this order; heads and cells are the two years. Filled is what the later year insures.
    Heights are hundredths of an em, widths shares of the room there is: nothing is cut off on a narrow screen.
    """
    people = [row.values[0] or 0 for row in chart.rows]
    most = max(people[0] + max(people[1:]), 1)
    talls = [max(BAND * each // most, LEAST_BAND) if each else 0 for each in people]
    low = 350 + talls[0] + 130
    # Each with where it stands and how wide it is, and the year its number is taken from.
    bands = ((350, "0%", "100%", 0), (low + 200, "0%", "44%", 0), (low + 200, "56%", "44%", 1))
    parts = [_text("0%", _em(125), chart.heads[1]), _text("100%", _em(125), chart.heads[2], "end")]
    for row, tall, value, (top, left, wide, year) in zip(chart.rows, talls, people, bands, strict=True):
        frame = f'x="{left}" y="{_em(top)}" width="{wide}" height="{_em(tall)}"'
        band = f'<rect class="{row.tone}" {frame} data-value="{value}"/>' if value else ""
        first = wide == "100%"
        label = _text(left, _em(top - 50 if first else top - 190), row.name)
        at, anchor = ("100%", "end") if first else (left, "start")
        shown = _text(at, _em(top - 50), row.cells[year], anchor, cls="value")
        parts.append(f'<g class="row">{label}{shown}{band}</g>')
    return parts, low + 200 + max(talls[1:]) + 50


def _em(hundredths: int) -> str:
    return f"{hundredths // 100}.{hundredths % 100:02}em"


def _small_y(bp: int) -> int:
    return 26 + SMALL_HEIGHT * (WHOLE_BP - bp) // WHOLE_BP


def _grid(bottom: int) -> Iterator[str]:
    for bp in GRID_BP:
        yield f'<line class="grid" x1="{_x(bp)}" y1="{TOP}" x2="{_x(bp)}" y2="{bottom}"/>'
        yield _text(_x(bp), bottom + 22, f"{bp // 100}%", "middle")


def _goals(lines: Sequence[Line], bottom: int) -> Iterator[str]:
    for at, line in enumerate(lines):
        yield f'<line class="goal" x1="{_x(line.at)}" y1="{TOP - 8}" x2="{_x(line.at)}" y2="{bottom}"/>'
        yield _text(_x(line.at), TOP - 14 - 18 * (at % 2), line.words, "middle")


def _mark(tone: str, x: int, y: int, value: int) -> str:
    """A full disc reached every goal, an open square is short of one, an open diamond is in doubt."""
    told = f'class="{tone}" data-value="{value}"'
    if tone == "reached":
        return f'<circle {told} cx="{x}" cy="{y}" r="{MARK}"/>'
    if tone == "short":
        return f'<rect {told} x="{x - MARK + 1}" y="{y - MARK + 1}" width="{2 * MARK - 2}" height="{2 * MARK - 2}"/>'
    return f'<polygon {told} points="{x},{y - MARK - 1} {x + MARK + 1},{y} {x},{y + MARK + 1} {x - MARK - 1},{y}"/>'


def _x(bp: int) -> int:
    return LEFT + PLOT * bp // WHOLE_BP


def _text(x: int | str, y: int | str, words: str, anchor: str = "start", *, cls: str = "") -> str:
    told = f' class="{cls}"' if cls else ""
    return f'<text{told} x="{x}" y="{y}" text-anchor="{anchor}">{conditional_escape(words)}</text>'
