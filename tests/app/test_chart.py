"""The chart says in shapes, positions and printed text exactly what the table says, and reads aloud."""

import re
from dataclasses import replace
from datetime import date
from xml.etree import ElementTree as ET

import pytest

from huibao.app.chart import PLOT, coverage_svg, describe, percent
from huibao.domain.statistics import Goal, Member, TargetCoverage, count_coverage

ON = date(2025, 12, 31)
GOALS = (Goal("2025", 4000, ON, "HN-1"), Goal("2030", 7000, date(2030, 12, 31), "HN-1"))
NAMES = {"430423": "衡山县", "430423104": "长江镇", "430423105": "新桥镇", "430423107": "店门镇"}
SVG = "{http://www.w3.org/2000/svg}"
LEAST_CONTRAST = 4.5


@pytest.fixture
def coverage() -> TargetCoverage:
    """长江镇 1 of 4, 新桥镇 2 of 4, 店门镇 3 of 4, one insured of unknown town."""
    people = [("430423104", 4, 1), ("430423105", 4, 2), ("430423107", 4, 3), ("", 1, 1)]
    rows = [(town, at < insured) for town, count, insured in people for at in range(count)]
    members = [Member(at, town, insured) for at, (town, insured) in enumerate(rows)]
    return count_coverage("430423", "severe_hardship", "accident", ON, "同日名册", members, GOALS)


def drawn(coverage: TargetCoverage) -> ET.Element:
    return ET.fromstring(coverage_svg(coverage, NAMES, "困难重度残疾人意外险"))  # noqa: S314 - our own text


def test_every_row_of_the_table_is_in_the_picture_with_its_own_numbers(coverage: TargetCoverage) -> None:
    rows = [row for row in drawn(coverage).iter(f"{SVG}g") if row.get("class") == "row"]
    table = [coverage.whole, *coverage.towns]
    assert [(row.get("data-code"), row.get("data-people"), row.get("data-insured")) for row in rows] == [
        (count.code, str(count.people), str(count.insured)) for count in table
    ]
    for row, count in zip(rows, table, strict=True):
        printed = "".join(row.itertext())
        assert percent(count.share_bp) in printed
        assert f"{count.insured}/{count.people}" in printed


def test_marks_stand_where_the_share_puts_them_and_differ_in_shape_by_goals_reached(coverage: TargetCoverage) -> None:
    marks = {
        row.get("data-code"): next(mark for mark in row if mark.get("class") == "mark")
        for row in drawn(coverage).iter(f"{SVG}g")
    }
    # 25 % reaches no goal, 50 % the first, 75 % both
    assert marks["430423104"].tag == f"{SVG}polygon"
    assert len((marks["430423104"].get("points") or "").split()) == 3
    assert len((marks["430423105"].get("points") or "").split()) == 4
    assert marks["430423107"].tag == f"{SVG}circle"
    assert marks["430423107"].get("cx") == str(150 + PLOT * 3 // 4)


def test_the_picture_has_a_role_a_title_and_a_description_that_says_it_in_words(coverage: TargetCoverage) -> None:
    root = drawn(coverage)
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "title desc"
    said = root.findtext(f"{SVG}desc") or ""
    assert said == describe(coverage, NAMES)
    # 7 of 13 insured is 53.85 %; 70 % of 13 is 9.1, so ten are needed: three more
    assert "应保 13 人，已保 7 人，覆盖率 53.85%" in said
    assert "还差 3 人" in said
    assert "长江镇 25.00%" in said


def test_text_is_real_text_large_enough_and_dark_enough(coverage: TargetCoverage) -> None:
    texts = list(drawn(coverage).iter(f"{SVG}text"))
    assert texts
    assert min(int(text.get("font-size") or 0) for text in texts) >= 12
    for colour in {text.get("fill") or "" for text in texts} | set(
        re.findall(r'class="mark"[^>]*fill="(#\w+)"', coverage_svg(coverage, NAMES, ""))
    ):
        assert contrast_on_white(colour) >= LEAST_CONTRAST


def contrast_on_white(colour: str) -> float:
    """WCAG 2 contrast ratio against white."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 1.05 / (sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True)) + 0.05)


def test_a_title_with_markup_in_it_stays_text(coverage: TargetCoverage) -> None:
    assert ET.fromstring(coverage_svg(coverage, {"430423": "<b>&"}, 'a"<script>')) is not None  # noqa: S314 - our own


def test_the_english_chart_speaks_english(coverage: TargetCoverage) -> None:
    text = coverage_svg(coverage, NAMES, "Accident cover", "en")
    assert "township unknown" in text
    assert "3 more people are needed" in text


def test_without_goals_no_goal_is_missed(coverage: TargetCoverage) -> None:
    text = coverage_svg(replace(coverage, goals=()), NAMES, "意外险")
    assert "polygon" not in text
    assert "未达到" not in text


def test_long_words_are_wrapped_within_the_picture(coverage: TargetCoverage) -> None:
    long = (
        "People with severe disability in hardship, insured against accidents, as counted on the last day of the year"
    )
    root = ET.fromstring(coverage_svg(coverage, NAMES, long, "en"))  # noqa: S314 - our own text
    heading = [text.text or "" for text in root.findall(f"{SVG}text") if text.get("font-size") == "18"]
    assert " ".join(heading) == long
    assert len(heading) == 2
    rows = [int(row.get("y") or 0) for row in root.iter(f"{SVG}text")]
    assert max(rows) < int(root.get("height") or 0)
