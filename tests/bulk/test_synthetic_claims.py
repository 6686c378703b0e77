"""Made-up claims: of any benefit, adding up, settled without a problem unless one was planted, drawn as documented."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import given as drawn_from
from hypothesis import settings
from hypothesis import strategies as st

from huibao.app.synthetic import figures
from huibao.app.synthetic.claims import CLAIMS_A_PERSON, Case, bill, given, hurt, patient, settles_bills
from huibao.app.synthetic.numbers import Ints
from huibao.app.synthetic.persons import household_of, live
from huibao.bulk.kernel import BulkProgram
from huibao.bulk.schema import check_schema, claim_schema
from huibao.bulk.synthetic import (
    BLOCK,
    Knobs,
    Province,
    claim_blocks,
    claims_of,
    claims_table,
    faults_of,
    people_table,
    province_of,
    write_claims,
    write_population,
)
from huibao.bulk.tables import settle_rows
from huibao.bulk.whatif.population import read_population
from huibao.domain.settlement.bill import Bill, bill_problems
from huibao.kernel.fen import FEN_A_YUAN
from huibao.rules.vocabulary import INPUTS, InputType
from tests.bulk.shipped import shipped

CITY = "shandong/2020/demo-city one_stop"
ACCIDENT = "hunan/2025/demo-county accident"
PEOPLE = 150_000


@pytest.fixture(scope="module")
def city() -> BulkProgram:
    return shipped()[CITY]


@pytest.fixture(scope="module")
def year(city: BulkProgram) -> pa.Table:
    """A year of a province's bills."""
    return claims_table(city, province_of(city.scheme, PEOPLE))


def busy(bulk: BulkProgram, people: int, faults: int = 0) -> Province:
    """Enough claims of a benefit, accidents too."""
    return province_of(
        bulk.scheme, people, knobs=Knobs(busy=not settles_bills(bulk.program.inputs), faults_per_10_000=faults)
    )


@pytest.mark.parametrize("name", shipped())
def test_the_claims_of_every_benefit_have_the_declared_columns_and_settle_without_a_problem(name: str) -> None:
    bulk = shipped()[name]
    table = claims_table(bulk, busy(bulk, 3_000))
    assert table.schema.names == [*claim_schema(bulk).names, "area"]
    assert check_schema(table.schema, bulk) == ()
    keys = list(zip(*(table[key].to_pylist() for key in ("person_id", "settles_on", "claim_id")), strict=True))
    assert keys == sorted(keys)
    assert table.num_rows > 1_000
    assert settle_rows(table, bulk)["problem"].null_count == table.num_rows


@settings(max_examples=30)
@drawn_from(st.sampled_from(sorted(shipped())), st.integers(0, 2**62), st.integers(0, 100_000), st.integers(1, 1_000))
def test_whatever_the_seed_and_the_knobs_every_claim_settles(name: str, seed: int, grave: int, cost: int) -> None:
    bulk = shipped()[name]
    knobs = Knobs(grave_per_lakh=grave, cost_percent=cost, busy=True, late_mille=100, groups=True)
    table = claims_table(bulk, province_of(bulk.scheme, 300, seed, knobs))
    assert check_schema(table.schema, bulk) == ()
    assert settle_rows(table, bulk)["problem"].null_count == table.num_rows > 0


@pytest.mark.parametrize("name", shipped())
def test_every_planted_fault_is_found_and_nothing_else(name: str) -> None:
    bulk = shipped()[name]
    province = busy(bulk, 2_000, faults=400)
    truth = faults_of(bulk, province, 0, 2_000)
    found = settle_rows(claims_table(bulk, province), bulk)["problem"].to_pylist()
    planted = dict(zip(truth["row"].to_pylist(), truth["code"].to_pylist(), strict=True))
    assert {at: code for at, code in enumerate(found) if code} == planted
    assert len(set(planted.values())) >= 2


def test_no_input_of_any_benefit_is_always_nothing() -> None:
    silent = set()
    for name, bulk in shipped().items():
        table = claims_table(bulk, busy(bulk, 12_000))
        for entry in bulk.program.inputs:
            if entry.type is not InputType.ENUM and not pc.any(table[entry.name].cast(pa.bool_())).as_py():
                silent.add((name, entry.name))
    assert silent == set()


def test_a_bill_passes_the_checks_a_hospital_s_bill_goes_through() -> None:
    for name, bulk in shipped().items():
        if not settles_bills(bulk.program.inputs):
            continue
        for row in claims_table(bulk, busy(bulk, 1_500)).slice(0, 300).to_pylist():
            inputs = {key: value for key, value in row.items() if key in INPUTS}
            bill = Bill(str(row["claim_id"]), row["settles_on"], row["settles_on"], inputs)
            assert bill_problems(bill) == (), name


@pytest.mark.parametrize("name", [CITY, ACCIDENT, "hunan/2025/demo-county critical_illness"])
def test_a_claim_by_itself_is_what_it_is_in_the_column(name: str) -> None:
    bulk = shipped()[name]
    province = busy(bulk, 1_000)
    table = claims_table(bulk, province)
    make = bill if settles_bills(bulk.program.inputs) else hurt
    for row in table.slice(0, 200).to_pylist():
        person = row["person_id"]
        household = household_of(province.seed, person)
        own, house = Ints(province.seed, person), Ints(province.seed, household)
        life = live(own, house, person, household, province.place)
        who = patient(own, house, life, bills=make is bill, knobs=province.knobs)
        assert row["claim_id"] // CLAIMS_A_PERSON == person
        assert row["claim_id"] % CLAIMS_A_PERSON < who.claims
        one = Ints(province.seed, row["claim_id"])
        groups = {entry.name: row[entry.name] for entry in bulk.program.inputs if entry.name.startswith("in_")}
        case = Case(one, life, make(one, who), 0, groups)
        wanted = {entry.name: int(given(case, entry, bulk.program.inputs)) for entry in bulk.program.inputs}
        assert {key: int(row[key]) for key in wanted} == wanted


def test_blocks_and_stretches_are_parts_of_the_whole(city: BulkProgram, year: pa.Table) -> None:
    province = province_of(city.scheme, PEOPLE)
    whole = year.combine_chunks()
    assert pa.concat_tables(claim_blocks(city, province)).combine_chunks().equals(whole)
    for first, count in ((0, 10), (BLOCK - 100, 5_000), (PEOPLE - 3, 10)):
        person = whole["person_id"]
        inside = pc.and_(pc.greater_equal(person, first), pc.less(person, first + count))
        assert claims_table(city, province, first, count).combine_chunks().equals(whole.filter(inside).combine_chunks())


def test_the_same_seed_writes_the_same_bytes(city: BulkProgram, tmp_path: Path) -> None:
    province = province_of(city.scheme, 70_000, 7)
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write_claims(tmp_path / name, city, province)
    one, two = ((tmp_path / name / "claims-000.parquet").read_bytes() for name in ("one", "two"))
    assert one == two
    (tmp_path / "three").mkdir()
    write_claims(tmp_path / "three", city, replace(province, seed=8))
    assert (tmp_path / "three" / "claims-000.parquet").read_bytes() != one


def test_the_draws_are_the_same_on_every_machine(city: BulkProgram) -> None:
    # written down once from this generator: numbers that change here change every sample, and are said in CHANGELOG
    first = claims_table(city, province_of(city.scheme, 100))
    assert first.num_rows == FIRST_ROWS
    assert pc.sum(first["bill_total"]).as_py() == FIRST_TOTAL


FIRST_ROWS = 113
FIRST_TOTAL = 37_481_679


def test_claims_may_tell_the_groups_of_their_people(city: BulkProgram) -> None:
    table = claims_of(city, 20_000, groups=True)
    assert table.schema.names[-3:] == ["area", "in_poverty_relief", "in_instant_help"]
    # a person is on relief or under instant help, never both (SD-3); nobody else is insured, so nobody else claims
    assert pc.all(pc.xor(table["in_poverty_relief"], table["in_instant_help"])).as_py()
    assert settle_rows(table, city)["problem"].null_count == table.num_rows
    children = shipped()["hunan/2025/demo-county critical_illness"]
    assert claims_of(children, 1_000, groups=True).schema.names == [*claim_schema(children).names, "area"]


def test_so_many_claims_as_asked_for(city: BulkProgram) -> None:
    table = claims_of(city, 30_000, seed=3, first_person=1_000_000)
    assert table.num_rows == 30_000
    assert pc.min(table["person_id"]).as_py() >= 1_000_000
    accidents = shipped()[ACCIDENT]
    assert claims_of(accidents, 10_000, busy=True).num_rows == 10_000


def test_how_many_claim_and_how_often_is_as_published(city: BulkProgram, year: pa.Table) -> None:
    people = people_table(province_of(city.scheme, PEOPLE), scheme=city.scheme)
    insured = pc.sum(people["insured"]).as_py()
    claimants = len(pc.unique(year["person_id"]))
    # Yiyuan 2019: 8,656 of 39,956 people, 52,044 bills; 119,000 insured here, a standard error of 0.0012
    assert claimants / insured == pytest.approx(8_656 / 39_956, abs=0.006)
    assert year.num_rows / claimants == pytest.approx(52_044 / 8_656, abs=0.15)


def test_what_the_scheme_pays_is_of_the_size_yiyuan_paid(city: BulkProgram, year: pa.Table) -> None:
    paid = pc.mean(settle_rows(year, city)["supplementary"]).as_py() / FEN_A_YUAN
    # 12,708,800 yuan over 52,044 bills is 244; other rules and another year, so only the size is held
    assert 0.75 * 244 < paid < 1.25 * 244


def test_stays_cost_what_the_figures_say(year: pa.Table) -> None:
    out = year["outpatient"].to_numpy(zero_copy_only=False)
    total = year["bill_total"].to_numpy()
    visit = float(np.median(total[out])) / FEN_A_YUAN
    assert visit == pytest.approx(figures.COST_MEDIANS.values[0], rel=0.03)
    # stays: 35 % of median 2,200, 45 % of 5,200, 20 % of 14,000: the middle lies between the first two
    assert 2_200 < float(np.median(total[~out])) / FEN_A_YUAN < 5_200


def test_nobody_claims_before_cover_begins_or_after_leaving(city: BulkProgram, year: pa.Table) -> None:
    people = people_table(province_of(city.scheme, PEOPLE), scheme=city.scheme)
    at = year["person_id"]
    day = year["settles_on"]
    assert pc.all(people["insured"].take(at)).as_py()
    assert pc.all(pc.greater_equal(day, people["cover_from"].take(at))).as_py()
    left = people["left_on"].take(at)
    assert pc.all(pc.less(day, left).fill_null(True)).as_py()
    assert left.null_count < len(left)


def test_claims_of_a_scheme_over_several_years_lie_in_its_first(city: BulkProgram) -> None:
    bulk = shipped()[ACCIDENT]
    table = claims_table(bulk, busy(bulk, 2_000))
    first_on = bulk.scheme.period.first_on
    assert pc.min(table["settles_on"]).as_py() >= first_on
    assert pc.max(table["settles_on"]).as_py() < first_on + timedelta(days=365)
    assert city.scheme.period.first_on == date(2020, 1, 1)


def test_the_yearly_cap_binds_for_the_gravely_ill(city: BulkProgram) -> None:
    cap = 350_000 * FEN_A_YUAN
    counts = []
    for grave in (0, 1_000):
        table = claims_table(city, province_of(city.scheme, 20_000, knobs=Knobs(grave_per_lakh=grave)))
        sums = pc.max(settle_rows(table, city)["closing.supplementary_paid"]).as_py()
        counts.append(sums)
    assert counts[0] < cap == counts[1]


def test_more_or_dearer_claims_as_the_knobs_say(city: BulkProgram) -> None:
    plain = claims_table(city, province_of(city.scheme, 20_000))
    half = claims_table(city, province_of(city.scheme, 20_000, knobs=Knobs(claims_percent=50)))
    dear = claims_table(city, province_of(city.scheme, 20_000, knobs=Knobs(cost_percent=200)))
    assert half.num_rows == pytest.approx(plain.num_rows / 2, rel=0.06)
    assert np.abs(dear["bill_total"].to_numpy() - 2 * plain["bill_total"].to_numpy()).max() <= 1


def test_late_claims_come_after_later_days(city: BulkProgram) -> None:
    table = claims_table(city, province_of(city.scheme, 5_000, knobs=Knobs(late_mille=50)))
    assert len(set(table["settled_no"].to_pylist())) == table.num_rows
    person, number = table["person_id"].to_numpy(), table["settled_no"].to_numpy()
    back = (person[1:] == person[:-1]) & (number[1:] < number[:-1])
    assert 0 < back.sum() < table.num_rows // 10


def test_counties_and_population_sum_to_the_insured(city: BulkProgram, tmp_path: Path) -> None:
    province = province_of(city.scheme, 80_000)
    insured = write_population(tmp_path / "population.csv", city, province)
    counted = read_population(tmp_path / "population.csv", city.scheme)
    people = people_table(province, scheme=city.scheme)
    members = people.filter(people["insured"])
    assert insured == counted.insured == members.num_rows
    of_county = pc.sum(pc.equal(members["area"].cast(pa.string()), "370323")).as_py()
    assert counted.area("370323").insured == of_county > 0


def test_files_say_that_they_are_made_up(city: BulkProgram, tmp_path: Path) -> None:
    write_claims(tmp_path, city, province_of(city.scheme, 100))
    metadata = pq.read_schema(tmp_path / "claims-000.parquet").metadata
    assert metadata[b"synthetic"] == b"true"
    assert "虚构" in metadata[b"synthetic_zh"].decode()
