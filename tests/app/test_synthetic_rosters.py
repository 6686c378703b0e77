"""Every fault planted in a made-up roster is found, and nothing is found that was not planted."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from random import Random

import openpyxl
import pytest

from huibao.app.roster import RosterCheck, check_file
from huibao.app.roster_import import Sending, import_roster
from huibao.app.synthetic import (
    EXPECTED,
    HUNAN,
    RATES,
    SHANDONG,
    County,
    Fault,
    RosterFile,
    county_of,
    is_made_up,
    make_people,
    make_rosters,
    write_roster,
)
from huibao.app.synthetic.faults import PER
from huibao.app.synthetic.workbooks import MARK
from huibao.domain.roster.source import SourceId
from huibao.kernel.identity import is_valid
from huibao.rules.reference import division_table
from tests.app.roster_world import Clock

HERE = date(2025, 5, 1)
SEED = 20250501
PEOPLE = 1500
NEEDS_RECORDS = frozenset({Fault.NAME_DIFFERS, Fault.TWO_COUNTIES})
"""Faults that only show against what is recorded already; the import's own test looks for them."""


@dataclass(frozen=True)
class Sent:
    made: RosterFile
    check: RosterCheck


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Sent]:
    """One county of each province: all its rosters written, read back and judged."""
    folder = tmp_path_factory.mktemp("rosters")
    return {one.made.source: one for one in (*_hunan(folder), *_shandong(folder))}


def _hunan(folder: Path) -> Iterator[Sent]:
    rng = Random(SEED)
    county = county_of("430423", HERE)
    people = make_people(rng, county, PEOPLE, HUNAN, 2025)
    sources = ("disability_certificate", "low_income", "rehabilitation", "care", "athletes")
    yield from (_judged(folder, made) for made in make_rosters(rng, county, people, HERE, sources))


def _shandong(folder: Path) -> Iterator[Sent]:
    rng = Random(SEED)
    on = date(2020, 11, 1)
    county = county_of("370323", on)
    people = make_people(rng, county, PEOPLE, SHANDONG, 2020)
    yield from (
        _judged(folder, made) for made in make_rosters(rng, county, people, on, ("poverty_relief", "instant_help"))
    )


def _judged(folder: Path, made: RosterFile) -> Sent:
    path = folder / made.file
    write_roster(path, made.sheet, made.table)
    return Sent(made, check_file(path, SourceId(made.source), taken_on=made.taken_on))


def found_rows(check: RosterCheck, codes: frozenset[str]) -> set[int]:
    return {row.row_no for row in check.rows if codes & {problem.code for problem in row.problems}}


def planted_faults(sent: dict[str, Sent]) -> Iterator[tuple[Sent, Fault, frozenset[int]]]:
    for one in sent.values():
        for fault in dict.fromkeys(plant.fault for plant in one.made.planted):
            if fault not in NEEDS_RECORDS:
                yield one, fault, one.made.rows_with(fault)


def test_every_planted_fault_is_found_and_no_other_row_has_its_finding(sent: dict[str, Sent]) -> None:
    wrong = {
        f"{one.made.source}/{fault}": {
            "missed": sorted(rows - found),
            "not planted": sorted(found - rows - shared(one.made, fault)),
        }
        for one, fault, rows in planted_faults(sent)
        if (found := found_rows(one.check, EXPECTED[fault].codes)) != rows and found - shared(one.made, fault) != rows
    }
    assert wrong == {}


def shared(made: RosterFile, fault: Fault) -> frozenset[int]:
    """Rows of other faults with the same finding: width, apostrophe and X are all tidied under one code."""
    codes = EXPECTED[fault].codes
    others = [
        other for other in EXPECTED if other is not fault and (EXPECTED[other].codes | EXPECTED[other].also) & codes
    ]
    return frozenset(row for other in others for row in made.rows_with(other))


def test_every_row_with_a_planted_fault_ends_as_it_should(sent: dict[str, Sent]) -> None:
    for one, fault, rows in planted_faults(sent):
        verdicts = {row.row_no: row.verdict.value for row in one.check.rows}
        assert {verdicts[row] for row in rows} == {EXPECTED[fault].verdict}, (one.made.file, fault)


def test_rows_without_a_fault_are_ready_without_a_word(sent: dict[str, Sent]) -> None:
    for one in sent.values():
        faulty = {plant.row_no for plant in one.made.planted if plant.fault not in NEEDS_RECORDS}
        talked = {row.row_no: row.problems for row in one.check.rows if row.row_no not in faulty and row.problems}
        assert talked == {}, one.made.file


def test_all_faults_are_planted_at_least_once_and_at_their_rate(sent: dict[str, Sent]) -> None:
    planted = {plant.fault for one in sent.values() for plant in one.made.planted}
    assert planted | {Fault.TWO_COUNTIES} == set(Fault) == set(RATES) == set(EXPECTED)
    relief = sent["poverty_relief"].made
    listed = len(relief.table.rows) - len(relief.rows_with(Fault.ONE_PERSON_TWICE))
    assert len(relief.rows_with(Fault.DIED)) == pytest.approx(RATES[Fault.DIED] * listed / PER, abs=1)


def test_the_same_seed_makes_the_same_county() -> None:
    def county() -> tuple[str, ...]:
        return tuple(one.identity for one in make_people(Random(7), county_of("370323", HERE), 50, SHANDONG, 2020))

    assert county() == county()


def test_identity_numbers_are_valid_unlike_each_other_and_of_no_place_that_has_ever_been() -> None:
    people = make_people(Random(7), county_of("430423", HERE), 500, HUNAN, 2025)
    numbers = {one.identity for one in people}
    assert len(numbers) == 500
    assert all(is_valid(number) and is_made_up(number) and number.startswith("439") for number in numbers)
    assert not any(is_made_up(code) for code in division_table().divisions)


def test_nobody_is_called_what_somebody_may_be_called() -> None:
    people = make_people(Random(7), county_of("430423", HERE), 500, HUNAN, 2025)
    assert all("某" in one.name for one in people)
    assert all("某" in one.guardian for one in people if one.guardian)


def test_every_file_says_in_its_first_row_that_it_is_made_up(sent: dict[str, Sent]) -> None:
    for one in sent.values():
        assert one.check.workbook.sheets[0].rows[0][0] == MARK
        assert "虚构" in MARK
        assert "虚构" in one.made.sheet
        assert "虚构" in one.made.table.title


def test_the_same_rosters_are_the_same_bytes(tmp_path: Path) -> None:
    county = county_of("370323", HERE)
    written = []
    for name in ("one.xlsx", "two.xlsx"):
        made = make_rosters(
            Random(3), county, make_people(Random(3), county, 60, SHANDONG, 2020), HERE, ["poverty_relief"]
        )
        write_roster(tmp_path / name, made[0].sheet, made[0].table)
        written.append((tmp_path / name).read_bytes())
    assert written[0] == written[1]
    assert openpyxl.load_workbook(tmp_path / "one.xlsx").properties.description == MARK


@pytest.mark.django_db
def test_faults_that_only_show_against_the_records_are_found_when_rosters_come_one_after_the_other(
    tmp_path: Path,
) -> None:
    rng = Random(SEED)
    county = county_of("430423", HERE)
    people = make_people(rng, county, 600, HUNAN, 2025)
    shared = [one for one in people if one.town][10:14]
    theirs = make_rosters(
        rng,
        County("430424", "衡东县", ()),
        [replace(one, town=None) for one in shared],
        HERE,
        ("disability_certificate",),
        clean=True,
    )
    ours = make_rosters(
        rng,
        county,
        people,
        HERE,
        ("disability_certificate", "low_income"),
        neighbours=frozenset(one.identity for one in shared),
    )
    clock = Clock(HERE)
    checks = []
    for made, area in [(theirs[0], "430424"), *((one, county.code) for one in ours)]:
        write_roster(tmp_path / made.file, made.sheet, made.table)
        sending = Sending(
            path=tmp_path / made.file, source=SourceId(made.source), taken_on=HERE, area=area, confirm=True
        )
        checks.append(import_roster(sending, clock=clock).check)
    assert checks[0].counts.ready == 4
    for made, check, fault in ((ours[0], checks[1], Fault.TWO_COUNTIES), (ours[1], checks[2], Fault.NAME_DIFFERS)):
        rows = made.rows_with(fault)
        assert rows
        assert found_rows(check, EXPECTED[fault].codes) == rows
        assert {row.verdict.value for row in check.rows if row.row_no in rows} == {"doubtful"}
