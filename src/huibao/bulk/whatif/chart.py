"""Scenarios as pictures anybody can read: marks on a scale with their intervals, and spreads, as SVG with real text.

Shape says what colour says, every value is printed beside its mark, and title and description tell the rest to a screen
reader. Whole numbers only, so that the same figures always give the same picture.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from huibao.app.chart import FONTS, GRID, INK, QUIET, SMALL, TEXT, WIDTH, text_at, width_of, wrapped
from huibao.kernel.problem import Lang

MAX_ROWS: Final = 64
"""Rows of one picture; what comes after stands in the table only."""
ROW: Final = 30
LABEL_WIDTH: Final = 230
VALUE_WIDTH: Final = 150
LEFT: Final = LABEL_WIDTH + 20
PLOT: Final = WIDTH - LEFT - VALUE_WIDTH - 20
TICKS: Final = 5
MARK: Final = 7
STYLES: Final = {"base": ("circle", "#0b3d66"), "scenario": ("diamond", "#0b5c3b"), "breach": ("triangle", "#9c1c00")}
"""Shape and colour of a row's mark; each colour at least 7:1 on white."""
LEGEND: Final = {
    "zh": {"base": "现行方案", "scenario": "假设方案", "breach": "假设方案（▲ 违反上级或文件规定）"},
    "en": {"base": "as it stands", "scenario": "scenario", "breach": "scenario (▲ against a clause)"},
}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a picture: its label, the marks on the scale and the text beside."""

    label: str
    style: str
    """A key of `STYLES`."""
    value: int
    low: int | None
    high: int | None
    text: str
    more: tuple[int, ...] = ()
    """Further marks, drawn as ticks that grow: quantiles of a spread."""


@dataclass(frozen=True, slots=True)
class Picture:
    """What a picture shows."""

    title: str
    note: str
    """What the marks and lines mean, under the title."""
    rows: tuple[Row, ...]
    say: Callable[[int], str]
    """How a value reads on the scale."""
    line: tuple[int, str] | None = None
    """A value everybody looks for, and its name."""
    with_zero: bool = False
    legend: Mapping[str, str] | None = None
    """Words for the styles where they mean something else than scenarios."""


def picture_svg(picture: Picture, number: int, lang: Lang = "zh") -> str:
    """The picture as SVG text; `number` makes its ids its own on a page with several."""
    rows = picture.rows[:MAX_ROWS]
    heading, y = _heading(picture, lang)
    top = y + (30 if picture.line else 12)
    height = top + ROW * len(rows) + 48
    scale = _scale(picture, rows)
    parts = [
        *_opened(picture.title, described(picture, lang), number, height, lang),
        *heading,
        *_axis(scale, picture, top, height),
    ]
    for at, row in enumerate(rows):
        parts.extend(_row(row, scale, top + ROW * at + ROW // 2))
    parts.append("</svg>")
    return "\n".join(parts) + "\n"


def _opened(title: str, words: str, number: int, height: int, lang: Lang) -> Iterator[str]:
    """The head of a picture: what it is called, what it says in words, and its ground."""
    size = f'viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
    names = f'role="img" aria-labelledby="t{number} d{number}" lang="{lang}"'
    yield f'<svg xmlns="http://www.w3.org/2000/svg" {names} {size} font-family={quoteattr(FONTS)}>'
    yield f'<title id="t{number}">{escape(title)}</title>'
    yield f'<desc id="d{number}">{escape(words)}</desc>'
    yield f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>'


def described(picture: Picture, lang: Lang = "zh") -> str:
    """The picture in sentences: every row with its value."""
    stop, comma = ("。", "；") if lang == "zh" else (". ", "; ")
    said = comma.join(f"{row.label} {row.text}" for row in picture.rows[:MAX_ROWS])
    line = f"{picture.line[1]}{stop}" if picture.line else ""
    return f"{picture.note}{stop}{line}{said}{stop}".strip()


@dataclass(frozen=True, slots=True)
class _Scale:
    """Ticks of an axis and how a value finds its place on it."""

    least: int
    most: int
    step: int

    def x(self, value: int) -> int:
        """Place of a value, pixels."""
        return LEFT + PLOT * (value - self.least) // (self.most - self.least)


def _scale(picture: Picture, rows: Sequence[Row]) -> _Scale:
    values = [value for row in rows for value in (row.value, row.low, row.high, *row.more) if value is not None]
    values += [picture.line[0]] if picture.line else []
    values += [0] if picture.with_zero or not values else []
    least, most = min(values), max(values)
    step = round_step(max(most - least, 1), TICKS)
    first, last = least // step * step, -(-most // step) * step
    return _Scale(first, last if last > first else first + step, step)


def round_step(span: int, ticks: int) -> int:
    """The least of 1, 2, 5, 10, 20 … of which `ticks` cover the span."""
    step = 1
    while step * ticks < span:
        step = step * 5 // 2 if str(step)[0] == "2" else step * 2
    return step


def _heading(picture: Picture, lang: Lang) -> tuple[list[str], int]:
    found: list[str] = []
    y = 8
    for words, size, fill, weight in ((picture.title, 18, INK, "bold"), (picture.note, SMALL, QUIET, "normal")):
        for line in wrapped(words, size):
            y += size + 6
            found.append(text_at(16, y, line, size, fill, weight=weight))
    used = dict.fromkeys(row.style for row in picture.rows)
    if len(used) > 1 or (used and picture.legend):
        x, y = 16 + MARK, y + 24
        for style in used:
            words = (picture.legend or LEGEND[lang])[style]
            found += [_mark(style, x, y - 5), text_at(x + 14, y, words, SMALL, INK)]
            x += 40 + width_of(words, SMALL)
    return found, y


def _axis(scale: _Scale, picture: Picture, top: int, height: int) -> Iterator[str]:
    bottom = height - 38
    value, nth = scale.least, 0
    while value <= scale.most:
        x = scale.x(value)
        dark = value == 0 and scale.least < 0
        yield f'<line x1="{x}" y1="{top}" x2="{x}" y2="{bottom}" stroke="{INK if dark else GRID}" stroke-width="1"/>'
        yield text_at(x, bottom + 20, picture.say(value), SMALL, QUIET, anchor="middle")
        value, nth = value + scale.step, nth + 1
    if picture.line:
        x = scale.x(picture.line[0])
        yield f'<line x1="{x}" y1="{top - 6}" x2="{x}" y2="{bottom}" stroke="{INK}" stroke-width="1.5" stroke-dasharray="6 4"/>'
        anchor = "end" if x > LEFT + PLOT // 2 else "start"
        yield text_at(x, top - 10, picture.line[1], SMALL, INK, anchor=anchor)


def _row(row: Row, scale: _Scale, middle: int) -> Iterator[str]:
    label = row.label
    while width_of(label, TEXT) > LABEL_WIDTH:
        label = label[:-2] + "…"
    yield f'<g class="row" data-value="{row.value}">'
    yield text_at(
        LEFT - 14, middle + 5, label, TEXT, INK, anchor="end", weight="bold" if row.style == "base" else "normal"
    )
    yield f'<line x1="{LEFT}" y1="{middle}" x2="{LEFT + PLOT}" y2="{middle}" stroke="{GRID}" stroke-width="1"/>'
    if row.low is not None and row.high is not None:
        low, high = scale.x(row.low), scale.x(row.high)
        yield f'<line class="interval" x1="{low}" y1="{middle}" x2="{high}" y2="{middle}" stroke="{INK}" stroke-width="3"/>'
        for x in (low, high):
            yield f'<line x1="{x}" y1="{middle - 6}" x2="{x}" y2="{middle + 6}" stroke="{INK}" stroke-width="2"/>'
    for nth, value in enumerate(row.more):
        x, reach = scale.x(value), 5 + 3 * nth
        yield f'<line class="quantile" x1="{x}" y1="{middle - reach}" x2="{x}" y2="{middle + reach}" stroke="{INK}" stroke-width="2"/>'
    yield _mark(row.style, scale.x(row.value), middle)
    yield text_at(LEFT + PLOT + 16, middle + 5, row.text, TEXT, INK)
    yield "</g>"


def _mark(style: str, x: int, y: int) -> str:
    shape, colour = STYLES[style]
    if shape == "circle":
        return f'<circle class="mark" cx="{x}" cy="{y}" r="{MARK}" fill="{colour}"/>'
    points = {
        "triangle": f"{x - MARK},{y + MARK - 1} {x + MARK},{y + MARK - 1} {x},{y - MARK}",
        "diamond": f"{x},{y - MARK - 1} {x + MARK + 1},{y} {x},{y + MARK + 1} {x - MARK - 1},{y}",
    }[shape]
    return f'<polygon class="mark" points="{points}" fill="{colour}"/>'


@dataclass(frozen=True, slots=True)
class Series:
    """Counts of one scenario in each band of a histogram."""

    name: str
    counts: tuple[int, ...]


SERIES_STYLES: Final = ("bar", "diamond", "triangle")
BAR: Final = "#5f7d95"


def histogram_svg(
    title: str, note: str, bands: Sequence[str], series: Sequence[Series], number: int, lang: Lang = "zh"
) -> str:
    """A histogram lying down: bars for the first series, marks for at most two more, all counts in the description."""
    shown = series[: len(SERIES_STYLES)]
    picture = Picture(title, note, (), str)
    heading, y = _heading(picture, lang)
    x, y = 16 + MARK, y + 24
    for one, style in zip(shown, SERIES_STYLES, strict=False):
        heading += [_sample(style, x, y - 5), text_at(x + 16, y, one.name, SMALL, INK)]
        x += 44 + width_of(one.name, SMALL)
    top = y + 14
    height = top + ROW * len(bands) + 48
    most = max((count for one in shown for count in one.counts), default=1) or 1
    step = round_step(most, TICKS)
    scale = _Scale(0, -(-most // step) * step, step)
    said = "; ".join(f"{one.name}: {', '.join(map(str, one.counts))}" for one in shown)
    parts = [
        *_opened(title, f"{note} {'; '.join(bands)}. {said}", number, height, lang),
        *heading,
        *_axis(scale, Picture(title, note, (), lambda value: f"{value:,}"), top, height),
    ]
    for at, band in enumerate(bands):
        parts.extend(_band(band, [one.counts[at] for one in shown], scale, top + ROW * at + ROW // 2))
    parts.append("</svg>")
    return "\n".join(parts) + "\n"


def _sample(style: str, x: int, y: int) -> str:
    if style == "bar":
        return f'<rect x="{x - MARK}" y="{y - MARK}" width="{2 * MARK}" height="{2 * MARK}" fill="{BAR}"/>'
    return _mark("scenario" if style == "diamond" else "breach", x, y)


def _band(band: str, counts: Sequence[int], scale: _Scale, middle: int) -> Iterator[str]:
    yield f'<g class="band" data-counts="{" ".join(map(str, counts))}">'
    yield text_at(LEFT - 14, middle + 5, band, TEXT, INK, anchor="end")
    width = max(scale.x(counts[0]) - LEFT, 1 if counts[0] else 0)
    yield f'<rect x="{LEFT}" y="{middle - 10}" width="{width}" height="20" fill="{BAR}"/>'
    for count, style in zip(counts[1:], SERIES_STYLES[1:], strict=False):
        yield _sample(style, scale.x(count), middle)
    yield text_at(LEFT + PLOT + 16, middle + 5, f"{counts[0]:,}", TEXT, INK)
    yield "</g>"
