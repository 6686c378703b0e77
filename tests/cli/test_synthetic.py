"""`huibao synthetic` as somebody types it: what it leaves, what it refuses, and that the next command takes it."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from huibao.cli.main import door
from huibao.cli.output import INPUT_REFUSED
from huibao.rules.shelf import open_scheme, shelf_ids

CITY = ("--scheme", "shandong/2020/demo-city", "--benefit", "one_stop")


def run(*words: str) -> Result:
    return CliRunner().invoke(door, list(words), catch_exceptions=False)


def answer(*words: str) -> dict[str, Any]:
    result = run("--json", *words)
    assert result.exit_code == 0, result.stderr
    data: dict[str, Any] = json.loads(result.stdout)
    return data


def test_a_year_of_claims_is_made_and_the_next_command_takes_it(tmp_path: Path) -> None:
    folder = tmp_path / "year"
    made = answer(
        "synthetic", "claims", *CITY, "--people", "3000", "--out", str(folder), "--people-too", "--late", "20"
    )
    assert made["synthetic"] is True
    assert made["files"] == [
        "claims-000.parquet",
        "made-up-population.csv",
        "people/people.parquet",
        "虚构数据-READ-ME.txt",
    ]
    assert made["next"][0].startswith(f"huibao replay {folder} --scheme shandong/2020/demo-city")
    settled = answer(*made["next"][0].split()[1:])
    assert (settled["claims"], settled["refused"]) == (made["claims"], 0)
    again = answer("replay", f"{folder}-settled", *CITY)
    assert again["changed"] == 0
    assert again["late"] > 0


def test_what_is_planted_is_told_and_refused_by_the_next_command(tmp_path: Path) -> None:
    folder = tmp_path / "year"
    made = answer("synthetic", "claims", *CITY, "--people", "3000", "--out", str(folder), "--faults", "100")
    with (folder / "planted-faults.csv").open(encoding="utf-8", newline="") as file:
        planted = list(csv.DictReader(file))
    assert len(planted) == made["faulty_rows"] > 10
    result = run("--json", *made["next"][0].split()[1:])
    assert json.loads(result.stdout)["refused"] == len(planted)


def test_the_table_says_in_plain_words_that_all_of_it_is_made_up(tmp_path: Path) -> None:
    for lang, words in (("zh", "全部为虚构"), ("en", "All of it is made up")):
        out = tmp_path / lang
        result = run("--lang", lang, "synthetic", "claims", *CITY, "--people", "200", "--out", str(out))
        assert words in result.stdout
        assert f"huibao replay {out}" in result.stdout.replace("\n", " ")


def test_every_shipped_scheme_can_be_made_claims_for(tmp_path: Path) -> None:
    for number, scheme_id in enumerate(shelf_ids()):
        for benefit in open_scheme(scheme_id).benefits:
            out = tmp_path / f"{number}-{benefit}"
            words = ("--scheme", scheme_id, "--benefit", benefit, "--people", "300", "--out", str(out), "--busy")
            assert answer("synthetic", "claims", *words)["claims"] > 0, (scheme_id, benefit)


def test_a_folder_that_is_not_empty_is_refused_and_stays(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    for words in (("claims", *CITY), ("rosters",)):
        result = run("synthetic", *words, "--out", str(tmp_path))
        assert result.exit_code == INPUT_REFUSED
        assert "SYNTHETIC-003" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize(
    ("area", "sources"),
    [
        ("430000", ["disability_certificate", "low_income", "rehabilitation", "care", "athletes"]),
        ("370300", ["poverty_relief", "instant_help"]),
        ("370323", ["poverty_relief", "instant_help"]),
        ("370304", ["poverty_relief", "instant_help"]),
    ],
)
def test_rosters_of_a_province_a_city_or_a_county_with_the_truth_beside(
    area: str, sources: list[str], tmp_path: Path
) -> None:
    folder = tmp_path / area
    made = answer("synthetic", "rosters", "--area", area, "--people", "2500", "--out", str(folder))
    assert [one["source"] for one in made["rosters"]] == sources
    with (folder / "planted-faults.csv").open(encoding="utf-8", newline="") as file:
        planted = list(csv.DictReader(file))
    assert len(planted) == sum(one["planted"] for one in made["rosters"]) > 0
    result = run("--json", *made["next"][0].split()[1:])
    checked = json.loads(result.stdout)
    of_first = {(row["row"], row["expected_verdict"]) for row in planted if row["file"] == made["rosters"][0]["file"]}
    wrong = {(str(row["row"]), row["verdict"]) for row in checked["rows"] if row["verdict"] != "ready"}
    assert wrong
    assert wrong <= of_first


def test_a_clean_roster_of_one_source(tmp_path: Path) -> None:
    words = (
        "--area",
        "370000",
        "--people",
        "500",
        "--source",
        "poverty_relief",
        "--clean",
        "--out",
        str(tmp_path / "r"),
    )
    made = answer("synthetic", "rosters", *words)
    assert [(one["source"], one["planted"]) for one in made["rosters"]] == [("poverty_relief", 0)]
