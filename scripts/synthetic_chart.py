"""The picture of docs/SYNTHETIC.md: what the generator makes, drawn from what it made. Same seed, same picture."""

from collections.abc import Sequence
from html import escape
from typing import Final

import numpy as np

from huibao.bulk.synthetic import Province, claims_table, people_table, province_of
from huibao.bulk.synthetic.inputs import program_for_inputs
from huibao.rules.shelf import open_scheme

PEOPLE, SEED = 131_072, 1
SCHEME, BENEFIT = "shandong/2020/demo-city", "one_stop"
FONTS: Final = "'Noto Sans SC','Noto Sans CJK SC','Microsoft YaHei','PingFang SC','SimHei',sans-serif"
INK, BAR = "#1b1b1b", "#1d5fa8"
PANEL_WIDTH, PANEL_HEIGHT, PLOT = 470, 250, 150
YUAN_STEPS: Final = (0, 100, 300, 1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 10**9)
YUAN_LABELS: Final = ("<100", "100", "300", "1k", "3k", "10k", "30k", "100k", "≥300k")
Panel = tuple[str, str, Sequence[str], Sequence[int]]
"""Chinese title, English title, labels below the bars, per mille of each bar."""


def picture() -> str:
    """Return the whole SVG."""
    scheme = open_scheme(SCHEME)
    province = province_of(scheme, PEOPLE, SEED)
    panels = [_ages(province), *_claims(province)]
    width, height = 2 * PANEL_WIDTH + 20, PANEL_HEIGHT * ((len(panels) + 1) // 2) + 40
    title = f"虚构数据的分布（{PEOPLE:,} 人，种子 {SEED}，‰） Made-up data: distributions, per mille"
    drawn = "".join(_draw(panel, at) for at, panel in enumerate(panels))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-labelledby="t" '
        f'font-family="{FONTS}" font-size="13" fill="{INK}"><title id="t">{title}</title>'
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>'
        f'<text x="20" y="26" font-size="16" font-weight="bold">{title}</text>{drawn}</svg>\n'
    )


def _ages(province: Province) -> Panel:
    births = people_table(province)["birth_on"].to_numpy().astype("datetime64[Y]").astype(np.int64) + 1970
    tens = np.minimum((province.year - births) // 10, 9)
    return (
        "年龄（每十岁）",
        "Age, by tens",
        [str(10 * ten) for ten in range(10)],
        _mille(np.bincount(tens, minlength=10)),
    )


def _claims(province: Province) -> list[Panel]:
    bulk = program_for_inputs(open_scheme(SCHEME), BENEFIT)
    claims = claims_table(bulk, province)
    _, visits = np.unique(claims["person_id"].to_numpy(), return_counts=True)
    fifths = np.minimum((visits - 1) // 3, 10)
    labels = [f"{3 * at + 1}–{3 * at + 3}" for at in range(10)] + ["≥31"]
    total, inside = claims["bill_total"].to_numpy(), claims["in_policy"].to_numpy()
    borne = sum(claims[name].to_numpy() for name in claims.column_names if name.startswith("reported_"))
    out = claims["outpatient"].to_numpy(zero_copy_only=False)
    days = claims["settles_on"].to_numpy().astype("datetime64[M]").astype(np.int64) % 12
    share = np.minimum(borne * 10 // np.maximum(inside, 1), 9)
    tenths = [f"{10 * at} %" for at in range(10)]
    return [
        (
            "有账单者一年的账单数",
            "Bills a year of those who have any",
            labels,
            _mille(np.bincount(fifths, minlength=11)),
        ),
        ("门诊费用（元）", "Cost of a visit, yuan", YUAN_LABELS, _costs(total[out])),
        ("住院费用（元）", "Cost of a stay, yuan", YUAN_LABELS, _costs(total[~out])),
        (
            "在先保障占政策内费用",
            "Earlier payers' share of in-policy cost",
            tenths,
            _mille(np.bincount(share, minlength=10)),
        ),
        ("出院月份", "Month of discharge", [str(at + 1) for at in range(12)], _mille(np.bincount(days, minlength=12))),
    ]


def _costs(fen: "np.ndarray[tuple[int, ...], np.dtype[np.int64]]") -> list[int]:
    counts, _ = np.histogram(fen, bins=np.array(YUAN_STEPS) * 100)
    return _mille(counts)


def _mille(counts: "np.ndarray[tuple[int, ...], np.dtype[np.int64]]") -> list[int]:
    return [int(one) for one in counts * 1_000 // counts.sum()]


def _draw(panel: Panel, at: int) -> str:
    zh, en, labels, mille = panel
    left, top = 20 + at % 2 * PANEL_WIDTH, 50 + at // 2 * PANEL_HEIGHT
    step, most = (PANEL_WIDTH - 40) // len(labels), max(mille)
    base = top + 40 + PLOT
    parts = [f'<text x="{left}" y="{top + 14}" font-weight="bold">{escape(zh)}</text>']
    parts.append(f'<text x="{left}" y="{top + 32}" fill="#595959">{escape(en)}</text>')
    parts.append(f'<line x1="{left}" y1="{base}" x2="{left + step * len(labels)}" y2="{base}" stroke="{INK}"/>')
    for place, (label, value) in enumerate(zip(labels, mille, strict=True)):
        height = (PLOT - 20) * value // most
        x = left + place * step
        middle = x + step // 2
        parts.append(f'<rect x="{x + 4}" y="{base - height}" width="{step - 8}" height="{height}" fill="{BAR}"/>')
        parts.append(f'<text x="{middle}" y="{base - height - 4}" text-anchor="middle" font-size="12">{value}</text>')
        parts.append(f'<text x="{middle}" y="{base + 16}" text-anchor="middle" font-size="11">{escape(label)}</text>')
    return "".join(parts)
