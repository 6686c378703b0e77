"""Made-up people: the same one by one and by columns, block by block and whole, drawn as documented, and nobody real."""

from collections import Counter
from datetime import date

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huibao.app.synthetic import HUNAN, SHANDONG, County, figures, is_made_up
from huibao.app.synthetic.numbers import (
    GOLDEN,
    Draw,
    Ints,
    Numbers,
    Whole,
    between,
    chance,
    choose,
    log_normal,
    mixed,
    on_curve,
)
from huibao.app.synthetic.people import MadeUp, people_from
from huibao.app.synthetic.persons import MAX_PEOPLE, SLOTS, STEP
from huibao.bulk.synthetic import BLOCK, Province, people_table
from huibao.bulk.synthetic.columns import Columns
from huibao.kernel.certificate import read_certificate
from huibao.kernel.identity import is_valid
from huibao.rules.reference import division_table

PROVINCE = Province(200_000, seed=20_250_501)


@pytest.fixture(scope="module")
def everybody() -> pa.Table:
    """A province's people."""
    return people_table(PROVINCE)


def test_the_mixer_is_splitmix64() -> None:
    # the first outputs of splitmix64 from the state 1234567, as published with the algorithm
    assert mixed(1_234_567 + GOLDEN) == 6_457_827_717_110_365_317
    assert mixed(1_234_567 + 2 * GOLDEN) == 3_203_168_211_198_807_973


def formulas(numbers: Numbers) -> list[Whole]:
    """One draw of every sort."""
    return [
        numbers.draw(Draw.SEX),
        choose(numbers, Draw.CATEGORY, figures.CATEGORIES.values),
        choose(numbers, Draw.SURNAME, tuple(range(1, 40))),
        chance(numbers, Draw.DISABLED, 160),
        between(numbers, Draw.AGE, 3, 92),
        on_curve(numbers, Draw.AMOUNT, (log_normal(26_000, 800), log_normal(4_000_000, 600)), 1),
        numbers.where(numbers.draw(Draw.AGE) > 2**31, numbers.least(1, 2), numbers.most(1, 2)),
    ]


@given(st.integers(0, 2**62), st.lists(st.integers(0, 2**40), min_size=1, max_size=20))
def test_one_draws_what_a_column_draws(seed: int, indices: list[int]) -> None:
    by_column = [
        np.broadcast_to(np.asarray(one), len(indices)) for one in formulas(Columns.of(seed, np.array(indices)))
    ]
    for at, index in enumerate(indices):
        assert [int(one[at]) for one in by_column] == [int(one) for one in formulas(Ints(seed, index))]


def in_words(one: MadeUp) -> dict[str, object]:
    return {
        "name": one.name,
        "identity": one.identity,
        "sex": one.sex.value,
        "birth_on": one.birth_on,
        "certificate": one.certificate or None,
        "disability_grade": one.grade,
        "hardship": one.hardship or None,
        "relief": one.relief or None,
        "instant_on": one.instant_on,
        "institution": one.institution or None,
        "athlete": one.athlete,
        "household_id": one.household,
        "left_on": one.left_on,
    }


@settings(max_examples=8)
@given(st.integers(0, 2**62), st.sampled_from([("370000", SHANDONG, 2020), ("430000", HUNAN, 2025)]))
def test_the_county_path_and_the_province_make_the_same_people(seed: int, where: tuple[str, object, int]) -> None:
    area, shares, year = where
    assert shares in {SHANDONG, HUNAN}
    wanted = people_from(seed, County(area, "", ()), 300, SHANDONG if shares == SHANDONG else HUNAN, year)
    rows = people_table(Province(300, seed, area, year=year)).to_pylist()
    assert [{name: row[name] for name in in_words(one)} for one, row in zip(wanted, rows, strict=True)] == [
        in_words(one) for one in wanted
    ]


def test_any_stretch_by_itself_is_what_it_is_in_the_whole(everybody: pa.Table) -> None:
    for first, count in ((0, 1), (7, 3_000), (BLOCK - 5, 10), (BLOCK, BLOCK), (199_990, 500)):
        assert people_table(PROVINCE, first, count).equals(everybody.slice(first, count).combine_chunks())


def test_a_small_province_is_the_beginning_of_a_large_one(everybody: pa.Table) -> None:
    small = people_table(Province(5_000, PROVINCE.seed))
    assert small.to_pylist() == everybody.slice(0, 5_000).to_pylist()


def test_another_seed_makes_other_people(everybody: pa.Table) -> None:
    other = people_table(Province(1_000, 1))
    assert set(other["identity"].to_pylist()).isdisjoint(everybody.slice(0, 1_000)["identity"].to_pylist())


def test_identity_and_certificate_numbers_are_valid_and_no_two_people_share_one(everybody: pa.Table) -> None:
    numbers = everybody["identity"].to_pylist()
    assert len(set(numbers)) == len(numbers)
    assert all(is_valid(number) for number in numbers[:5_000])
    held = [row for row in everybody.slice(0, 5_000).to_pylist() if row["certificate"]]
    assert all(read_certificate(row["certificate"]).problems == () for row in held)
    assert all(row["certificate"].startswith(row["identity"]) for row in held)


def test_the_register_has_a_place_for_everybody() -> None:
    assert MAX_PEOPLE < SLOTS
    assert np.gcd(STEP, SLOTS) == 1


def test_nobody_can_be_taken_for_somebody_real(everybody: pa.Table) -> None:
    assert all(is_made_up(number) for number in everybody["identity"].to_pylist())
    assert all("某" in name for name in everybody["name"].to_pylist())
    # no division of any year has such a code, so nobody was ever registered there
    assert not any(is_made_up(code) for code in division_table().divisions)


def share(table: pa.Table, column: str, value: object) -> float:
    return float(np.mean([one == value for one in table[column].to_pylist()]))


def test_shares_are_those_of_the_figures(everybody: pa.Table) -> None:
    # 200,000 people: the standard error of a share is at most 0.0011 (0.0014 among 33,000 disabled people: 0.0028)
    heads = float(np.mean(everybody["household_id"].to_numpy() == everybody["person_id"].to_numpy()))
    assert heads == pytest.approx(23_885 / 39_836, abs=0.005)
    assert share(everybody, "sex", "female") == pytest.approx(0.5, abs=0.005)
    for place, word in enumerate(("脱贫享受政策", "脱贫不享受政策")):
        assert share(everybody, "relief", word) == pytest.approx(figures.RELIEF_STATUS.values[place] / 1_000, abs=0.006)
    disabled = everybody.filter(pa.compute.greater(everybody["disability_grade"], 0))
    expected = (
        sum(part * by for part, by in zip((80, 140, 380, 400), figures.DISABLED_RELIEF.values, strict=True)) / 10**6
    )
    assert disabled.num_rows / everybody.num_rows == pytest.approx(expected, abs=0.005)
    severe = share(disabled, "disability_grade", 1) + share(disabled, "disability_grade", 2)
    assert severe == pytest.approx(2_518 / 8_502, abs=0.012)
    for place, category in enumerate(("visual", "hearing", "speech", "physical", "intellectual", "mental", "multiple")):
        assert share(disabled, "disability_category", category) == pytest.approx(
            figures.CATEGORIES.values[place] / 10_000, abs=0.012
        )
    assert share(everybody, "left_why", "died") == pytest.approx(0.020, abs=0.002)


def test_members_of_a_household_share_place_and_standing(everybody: pa.Table) -> None:
    rows = everybody.slice(0, 3_000).to_pylist()
    heads = {row["person_id"]: row for row in rows}
    for row in rows:
        head = heads[row["household_id"]]
        assert [row[name] for name in ("area", "relief", "hardship", "instant_on")] == [
            head[name] for name in ("area", "relief", "hardship", "instant_on")
        ]


def test_everybody_lives_in_a_county_of_the_province_and_the_counties_sum_to_it(everybody: pa.Table) -> None:
    counts = Counter(everybody["area"].to_pylist())
    counties = {row.code for row in division_table().counties("370000", date(2020, 1, 1))}
    assert counts.keys() == counties
    assert counts.total() == everybody.num_rows


def test_the_table_says_that_it_is_made_up(everybody: pa.Table) -> None:
    assert everybody.schema.metadata[b"synthetic"] == b"true"
    assert "虚构" in everybody.schema.metadata[b"synthetic_zh"].decode()
