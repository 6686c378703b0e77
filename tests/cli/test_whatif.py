"""`huibao whatif` as people use it: files or the database in, table, JSON and a report folder out."""

import json
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from huibao.bulk.files import write_whole
from huibao.bulk.kernel import ready
from huibao.cli.main import door
from tests.bulk.shipped import table_of

SCHEME, BENEFIT = "shandong/2020/demo-city", "one_stop"
SVG = "{http://www.w3.org/2000/svg}"
FILE = """\
scenarios:
  - name: higher
    title: 目标比例 95 %
    set: {target_rate: 95 %}
  - name: low-cap
    title: 封顶线 20 万元
    from: 2020-07-01
    set:
      medical_yearly_cap: 200000 yuan
"""


@pytest.fixture
def claims(tmp_path: Path) -> Path:
    """Four bills: person 1 twice, person 2, person 3; two areas, one group."""
    rows: list[dict[str, object]] = [
        {"claim_id": 1, "person_id": 1, "bill_total": 10_000_00, "in_policy": 10_000_00},
        {"claim_id": 2, "person_id": 1, "bill_total": 400_000_00, "in_policy": 400_000_00, "settles_on": date(2020, 8, 1)},
        {"claim_id": 3, "person_id": 2, "bill_total": 2_000_00, "in_policy": 1_000_00},
        {"claim_id": 4, "person_id": 3, "bill_total": 500_00, "in_policy": 500_00, "reported_basic_medical": 300_00},
    ]  # fmt: skip
    table = table_of(ready(SCHEME, BENEFIT), rows)
    table = table.append_column("area", pa.array(["370102", "370102", "370103", None]))
    table = table.append_column("in_poverty_relief", pa.array([True, True, True, False]))
    write_whole(tmp_path / "claims.parquet", table)
    return tmp_path / "claims.parquet"


def asked(claims: Path, *options: str, lang: str = "zh") -> Result:
    words = ["--lang", lang, "whatif", str(claims), "--scheme", SCHEME, "--benefit", BENEFIT, *options]
    return CliRunner().invoke(door, words)


def as_json(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, result.output
    data: dict[str, Any] = json.loads(result.stdout)
    return data


def figure(data: dict[str, Any], what: str, scenario: str, dimension: str = "whole", key: str = "") -> dict[str, Any]:
    held = (what, scenario, dimension, key)
    (one,) = [
        each for each in data["figures"] if (each["what"], each["scenario"], each["dimension"], each["key"]) == held
    ]
    found: dict[str, Any] = one
    return found


def test_one_change_beside_the_scheme_as_it_stands(claims: Path) -> None:
    options = (
        "--set",
        "target_rate=95 %",
        "--burden-line",
        "500 yuan",
        "--insured",
        "1000",
        "--operating-share",
        "5 %",
    )
    data = as_json(asked(claims, *options, "--json"))
    # By hand, as it stands: 9,000; 360,000 but the cap leaves 341,000; 900; 450 - 300, but 100 remain with person 3, so 100.
    assert figure(data, "paid", "base")["value"] == 9_000_00 + 341_000_00 + 900_00 + 100_00
    # With 95 %: 9,500; what person 1 gets earlier the cap takes later, 340,500; 950; and still 100.
    raised = figure(data, "paid", "target_rate=95 %")
    assert raised["value"] == 9_500_00 + 340_500_00 + 950_00 + 100_00
    assert raised["difference"] == 50_00
    # Persons 1 and 2 bear more than 500 yuan in the year, person 3 bears 100.
    assert figure(data, "over_line", "base")["value"] == 2
    assert figure(data, "paid", "base", "area", "-")["value"] == 100_00
    # 351,000 yuan over 1,000 people with 95 % of the premium: 369.4736…, so 369.48 yuan.
    premium = next(each for each in data["premiums"] if each["scenario"] == "base")
    assert (premium["premium_fen"], premium["insured"]) == (369_48, 1_000)
    assert data["stated_premium"] == {"param": "medical_premium", "clause": "DS-1", "fen": 130_00}
    assert data["intervals"]["seed"] == 1
    assert data["intervals"]["resamples"] == 400


def test_a_file_of_scenarios_and_a_folder_to_show(claims: Path, tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text(FILE, encoding="utf-8")
    out = tmp_path / "report"
    result = asked(claims, "--scenarios", str(tmp_path / "s.yaml"), "--burden-line", "500 yuan", "--out", str(out))
    assert result.exit_code == 0, result.output
    assert "封顶线 20 万元 ▲" in result.stdout
    assert "[WHATIF-012]" in result.stderr
    page = (out / "report.html").read_text(encoding="utf-8")
    assert '<html lang="zh-CN">' in page
    assert "虚构示范数据" in page
    assert "SD-4.1" in page
    assert_well_formed(page)
    data = json.loads((out / "whatif.json").read_text(encoding="utf-8"))
    # Only the second bill of person 1 falls under the lower cap: 200,000 - 9,000 instead of 350,000 - 9,000.
    assert figure(data, "paid", "low-cap")["difference"] == -150_000_00
    assert data["scenarios"][2]["breaches"][0]["clause"] == "SD-4.1"
    figures = pq.read_table(out / "figures.parquet")
    assert figures.num_rows == len(data["figures"])
    pictures = sorted(path.name for path in out.glob("*.svg"))
    assert {"cost.svg", "spread.svg", "burden.svg", "area-1.svg"} <= set(pictures)
    for name in pictures:
        assert_accessible(out / name)


class Tags(HTMLParser):
    """What a page is made of: open tags, ids met, tables with and without a caption."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.counts: dict[str, int] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.counts[tag] = self.counts.get(tag, 0) + 1
        self.ids += [value for name, value in attrs if name == "id" and value]
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in {"meta", "br"}:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def assert_well_formed(page: str) -> None:
    tags = Tags()
    tags.feed(page)
    assert tags.open == []
    assert len(tags.ids) == len(set(tags.ids)), "an id stands twice"
    assert tags.counts["h1"] == 1
    assert tags.counts["table"] == tags.counts["caption"] >= tags.counts["svg"] // 3
    # Every picture stands in a section that has its table.
    assert all("<table>" in part for part in page.split("<section")[1:] if "<svg" in part)


def assert_accessible(path: Path) -> None:
    root = ET.fromstring(path.read_text(encoding="utf-8"))  # noqa: S314 - a picture of our own
    title, words = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert words is not None
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == f"{title.get('id')} {words.get('id')}"
    rows = list(root.iter(f"{SVG}g"))
    assert rows
    for row in rows:
        texts = [text.text or "" for text in row.iter(f"{SVG}text")]
        assert len(texts) == 2, "a row has its label and its printed value"
        assert texts[0] in (words.text or "") or texts[0].endswith("…")
    # Colour is never alone: marks of another colour have another shape.
    marks = {(mark.tag, len((mark.get("points") or "").split()), mark.get("fill")) for mark in root.iter() if mark.get("class") == "mark"}  # fmt: skip
    assert len({mark[:2] for mark in marks}) == len({mark[2] for mark in marks})


def test_english_speaks_english(claims: Path, tmp_path: Path) -> None:
    result = asked(claims, "--vary", "target_rate=92 %/95 %", "--out", str(tmp_path / "en"), lang="en")
    assert result.exit_code == 0
    assert "as it stands" in result.stdout
    page = (tmp_path / "en" / "report.html").read_text(encoding="utf-8")
    assert '<html lang="en">' in page
    assert "现行方案" not in page


def test_without_resamples_no_interval_is_shown(claims: Path) -> None:
    data = as_json(asked(claims, "--set", "target_rate=95 %", "--resamples", "0", "--json"))
    assert figure(data, "paid", "base")["low"] is None


@pytest.mark.django_db
def test_claims_and_people_of_the_database() -> None:
    from tests.app import insured_county as county
    from tests.bulk.test_record import settle_a_year

    settle_a_year()
    options = ["--contract", county.CONTRACT, "--year", "2020", "--set", "medical_yearly_cap=360000 yuan"]
    result = CliRunner().invoke(door, ["--json", "whatif", *options, "--operating-share", "5 %"])
    data = as_json(result)
    # B1 and B2 of one person: 270,000 + 80,000 up to the cap of 350,000, in whichever order; 10,000 more with 360,000.
    assert figure(data, "paid", "base")["value"] == 350_000_00
    assert figure(data, "paid", data["scenarios"][1]["name"])["difference"] == 10_000_00
    assert data["insured"] > 0


def test_what_a_target_takes(tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    people.write_text("area,people,insured\n430405,1000,600\n430406,500,100\n", encoding="utf-8")
    options = ["--scheme", "hunan/2025", "--target", "70%", "--population", str(people), "--counted-on", "2026-06-30"]
    options += ["--premium", "30 yuan/50 yuan", "--take-up", "50 %/100 %", "--pays", "government_fund=100 %"]
    options += ["--budget", "total=40000 yuan", "--out", str(tmp_path / "out")]
    result = CliRunner().invoke(door, ["whatif", "reach", *options])
    assert result.exit_code == 0, result.output
    assert "HN-2.2" in result.stdout
    data = json.loads((tmp_path / "out" / "reach.json").read_text(encoding="utf-8"))
    # 70 % of 1,000 and 500 are 700 and 350: 100 and 250 more. At 50 % the second has 400 to offer to and gets 200.
    assert (data["needed"], data["due_on"], data["denominator_on"]) == (350, "2030-12-31", "2030-12-31")
    ways = {(one["premium_fen"], one["take_up_bp"]): one for one in data["ways"]}
    assert (ways[30_00, 5_000]["short"], ways[30_00, 5_000]["reached"]) == (50, False)
    assert (ways[30_00, 10_000]["total_fen"], ways[30_00, 10_000]["fits_budget"]) == (1_050 * 30_00, True)
    assert ways[50_00, 10_000]["over_budget_fen"] == {"total": 1_050 * 50_00 - 40_000_00}
    assert_well_formed((tmp_path / "out" / "report.html").read_text(encoding="utf-8"))
    assert_accessible(tmp_path / "out" / "ways.svg")
    assert pq.read_table(tmp_path / "out" / "ways.parquet").num_rows == 8


@pytest.mark.django_db
def test_a_target_counted_in_the_database() -> None:
    from tests.app import claims_world as world

    world.hunan()
    options = ["--target", "severe_hardship_2030", "--area", "430121", "--counted-on", "2026-06-30"]
    options += ["--take-up", "80 %", "--pays", "government_fund=100 %"]
    result = CliRunner().invoke(door, ["--json", "whatif", "reach", "--scheme", "hunan/2025/demo-county", *options])
    data = as_json(result)
    # Two people, both insured; the demonstration county states its premium of 20 yuan, so none need be given.
    assert (data["people"], data["insured"], data["needed"]) == (2, 2, 0)
    assert [(one["premium_fen"], one["total_fen"]) for one in data["ways"]] == [(20_00, 40_00)]
