"""A what-if is the same rules with other numbers: no change is no difference, parts sum to the whole, chance is told."""

from datetime import date, timedelta
from random import Random

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huibao.bulk.kernel import BulkProgram, ready
from huibao.bulk.tables import settle_rows
from huibao.bulk.whatif import engine, many, people, tally
from huibao.bulk.whatif.engine import Answer, Question, ask
from huibao.bulk.whatif.figures import AREA, GROUP, GROUPS, figures_of, premium_fen
from huibao.bulk.whatif.people import Cell, read_part
from huibao.bulk.whatif.population import Count, Population, of_total
from huibao.bulk.whatif.scenario import BASE, Scenario, scenarios_of, wishes_of
from huibao.bulk.whatif.tally import bin_of, edge_of, histogram, quantile_fen
from huibao.kernel.problem import Refused
from huibao.rules.compiler import compile_benefit
from huibao.rules.scheme import Scheme
from tests.bulk.shipped import shipped, table_of
from tests.rules.tiny_scheme import TINY, tiny

SCHEME, BENEFIT = "shandong/2020/demo-city", "one_stop"
LEAST = {"least": "10 yuan"}
AREAS = ("370102", "370103", "370181")


def base() -> BulkProgram:
    return ready(SCHEME, BENEFIT)


def year(count: int = 120, seed: int = 1) -> pa.Table:
    """Made-up bills of some people in three areas; a third in both groups, a third in none."""
    random = Random(seed)
    rows: list[dict[str, object]] = []
    for person in range(count):
        for _ in range(random.randrange(1, 4)):
            total = random.randrange(1, 900_000_00)
            rows.append(
                {
                    "claim_id": len(rows),
                    "person_id": person,
                    "settles_on": date(2020, 1, 1) + timedelta(days=random.randrange(366)),
                    "bill_total": total,
                    "in_policy": total * 9 // 10,
                    "reported_basic_medical": total * random.randrange(60) // 100,
                }
            )
    table = table_of(base(), rows)
    ids = table["person_id"].to_pylist()
    table = table.append_column("area", pa.array([AREAS[person % 3] for person in ids]))
    table = table.append_column("in_poverty_relief", pa.array([person % 3 != 0 for person in ids]))
    return table.append_column("in_instant_help", pa.array([person % 3 == 1 for person in ids]))


def scenarios(*texts: str, bulk: BulkProgram | None = None, first: str = "") -> tuple[Scenario, ...]:
    """A scenario for each text of changes, parted by semicolons."""
    made: list[Scenario] = []
    for at, text in enumerate(texts):
        wishes = wishes_of([part.strip() for part in text.split(";")], [], None, first)
        (one,), _ = scenarios_of(bulk or base(), wishes)
        made.append(Scenario(f"s{at}", one.title, one.from_on, one.changes, one.breaches, one.bulk))
    return tuple(made)


def answer(table: pa.Table, *texts: str, bulk: BulkProgram | None = None, **asked: int) -> Answer:
    bulk = bulk or base()
    question = Question(bulk, scenarios(*texts, bulk=bulk), **{"resamples": 0, **asked})
    return ask(question, [table])


def sums(table: pa.Table, bulk: BulkProgram) -> dict[str, int]:
    result = settle_rows(table, bulk)
    return {name: pc.sum(result[name]).as_py() or 0 for name in bulk.source.outputs}


def whole(found: Answer, nth: int) -> dict[str, int]:
    total = sum(found.totals[nth].costs.values())
    return dict(zip(found.outputs, np.asarray(total).tolist(), strict=False))


def test_a_what_if_that_changes_nothing_comes_to_the_base_to_the_fen() -> None:
    table = year()
    found = answer(table, "target_rate=90 %", line_fen=10_000_00)
    assert whole(found, 0) == whole(found, 1)
    assert sums(table, base()).items() <= whole(found, 0).items()
    for one in figures_of(found).figures:
        assert one.difference == 0, one


@pytest.mark.parametrize("name", ["supplementary", "self_pay"])
def test_a_scenario_is_the_scheme_file_edited_and_settled_case_by_case(name: str) -> None:
    # The city's own file with another number, read anew, one case after the other.
    found = answer(year(40), "target_rate=95 %; self_pay_floor=700 yuan; medical_yearly_cap=310000 yuan")
    other = edited(
        "self_pay_floor", "100 yuan", "700 yuan", more=[("medical_yearly_cap", "350000 yuan", "310000 yuan")]
    )
    program = compile_benefit(other, BENEFIT, date(2020, 1, 1))
    expected, paid, before = 0, 0, -1
    rows = year(40).sort_by([("person_id", "ascending"), ("settles_on", "ascending"), ("claim_id", "ascending")])
    for row in rows.to_pylist():
        paid = paid if row["person_id"] == before else 0
        before = row["person_id"]
        inputs = {entry.name: row[entry.name] for entry in program.inputs if entry.name in row}
        outcome = program.run(inputs, {"supplementary_paid": paid})
        values = {layer.step: layer.fen for layer in outcome.layers} | {"self_pay": outcome.self_pay_fen}
        paid += values["supplementary"]
        expected += values[name]
    assert whole(found, 1)[name] == expected
    assert whole(found, 1)[name] != whole(found, 0)[name]


def edited(param: str, old: str, new: str, more: list[tuple[str, str, str]]) -> Scheme:
    """The demonstration city's file with numbers replaced, and the province's 90 % raised to 95 %."""
    from huibao.rules.loader import load
    from huibao.rules.shelf import open_scheme, read_text, shelf_root

    text = read_text(shelf_root() / SCHEME / "scheme.yaml")
    for name, before, after in ((param, old, new), *more):
        (line,) = [line for line in text.splitlines() if line.startswith(f"  {name}:")]
        assert before in line
        text = text.replace(line, line.replace(before, after))
    text = text.replace("params:\n", "params:\n  target_rate: {clause: DS-1, values: {2020-01-01: 95 %}}\n")
    return load(text, "edited.yaml", open_scheme)


@pytest.mark.parametrize(
    ("change", "old", "new"),
    [
        ("sums[2]=75 %", "2: 50 %", "2: 75 %"),
        ("bands=[[0 yuan, 20 %], [60000 yuan, 90 %]]", "[[0 yuan, 50 %], [50000 yuan, 60 %], [100000 yuan, 70 %]]",
         "[[0 yuan, 20 %], [60000 yuan, 90 %]]"),
        ("daily=70 yuan; longest=10 days", "{2025-01-01: 50 yuan}", "{2025-01-01: 70 yuan}"),
    ],
)  # fmt: skip
def test_cells_and_brackets_change_as_in_the_file(change: str, old: str, new: str) -> None:
    bulk = ready(tiny(), "event")
    text = TINY.replace(old, new)
    if "longest" in change:
        text = text.replace("{2025-01-01: 30 days}", "{2025-01-01: 10 days}")
    random = Random(3)
    rows: list[dict[str, object]] = [
        {
            "person_id": at // 2,
            "worst_grade": random.randrange(4),
            "days": random.randrange(40),
            "accident_medical_cost": random.randrange(0, 200_000_00),
        }
        for at in range(200)
    ]
    found = answer(table_of(bulk, rows), change, bulk=bulk)
    other = ready(tiny(text=text), "event")
    assert sums(table_of(other, rows), other).items() <= whole(found, 1).items()
    assert whole(found, 1) != whole(found, 0)


def test_a_change_from_a_day_on_leaves_the_days_before_as_they_were() -> None:
    table = year()
    day = date(2020, 7, 1)
    (late,) = scenarios("chronic_outpatient_share=0 %; target_rate=70 %", first="2020-07-01")
    result = settle_rows(table, late.bulk)
    as_it_was = settle_rows(table, base())
    before = pc.less(table["settles_on"], pa.scalar(day))
    assert result.filter(before)["supplementary"] == as_it_was.filter(before)["supplementary"]
    assert result.filter(pc.invert(before))["supplementary"] != as_it_was.filter(pc.invert(before))["supplementary"]


@pytest.mark.invariant("A1")
def test_parts_sum_to_the_whole_and_who_is_in_two_groups_counts_in_both() -> None:
    found = figures_of(answer(year(), "target_rate=95 %", line_fen=10_000_00))
    for what in ("paid", "supplementary", "basic", "self_pay", "over_line"):
        for nth, one in enumerate(found.of(what)):
            for dimension in (AREA, GROUPS):
                parts = [each.value for each in found.of(what, dimension) if each.scenario == one.scenario]
                # What others pay is the same under every scenario, so the parts tell it once.
                assert parts or (what, nth) == ("basic", 1)
                assert not parts or sum(parts) == one.value, (what, dimension, nth)
    sets = {one.key: one.value for one in found.of("paid", GROUPS) if one.scenario == BASE}
    groups = {one.key: one.value for one in found.of("paid", GROUP) if one.scenario == BASE}
    both = sets["poverty_relief+instant_help"]
    assert set(sets) == {"-", "poverty_relief", "poverty_relief+instant_help"}
    assert groups["instant_help"] == both > 0
    assert groups["poverty_relief"] == sets["poverty_relief"] + both


@pytest.mark.invariant("S1")
def test_layers_and_self_payment_make_up_the_bills_under_every_scenario() -> None:
    table = year()
    found = answer(table, "target_rate=95 %", "self_pay_floor=5000 yuan")
    billed = pc.sum(table["bill_total"]).as_py()
    assert [sum(whole(found, nth).values()) for nth in range(3)] == [billed] * 3


COSTS = st.tuples(st.integers(0, 10**13), st.integers(1, 10**8), st.integers(0, 9_999))


@given(COSTS)
def test_the_premium_that_breaks_even_is_the_least_that_does(given_: tuple[int, int, int]) -> None:
    cost, insured, operating = given_
    premium = premium_fen(cost, insured, operating)
    assert premium * insured * (10_000 - operating) >= cost * 10_000
    assert premium == 0 or (premium - 1) * insured * (10_000 - operating) < cost * 10_000


def test_premiums_are_shared_over_the_insured_of_each_area_and_group() -> None:
    # 1,000 people in each area, 40 of whom are in both groups; 5 % of the premium runs the scheme.
    counts: dict[Cell, Count] = {(area, ("poverty_relief", "instant_help")): Count(40, 40) for area in AREAS}
    counts |= {(area, ()): Count(960, 960) for area in AREAS}
    held = Population(counts, by_area=True, by_groups=True)
    found = figures_of(answer(year(), "target_rate=95 %"), held, 500)
    rows = {(one.dimension, one.key): one for one in found.premiums if one.scenario == BASE}
    assert rows["whole", ""].insured == 3_000
    assert rows[AREA, "370102"].insured == 1_000
    assert rows[GROUP, "instant_help"].insured == 120
    cost = next(one.value for one in found.of("paid") if one.scenario == BASE)
    assert rows["whole", ""].premium_fen == -(-cost * 10_000 // (3_000 * 9_500))


def drawn(found: Answer) -> np.ndarray:
    return found.drawn["whole", ""]


def test_the_same_seed_draws_the_same_people_whatever_the_threads() -> None:
    table = year()
    one, again = (answer(table, "target_rate=95 %", resamples=50, seed=7, threads=n) for n in (1, 3))
    assert (drawn(one) == drawn(again)).all()
    other = answer(table, "target_rate=95 %", resamples=50, seed=8)
    assert (drawn(one) != drawn(other)).any()


def test_what_is_drawn_again_lies_about_what_was_paid_and_whole_fen_sum() -> None:
    found = answer(year(400), "target_rate=95 %", resamples=400, line_fen=10_000_00)
    sums_drawn = drawn(found)
    assert sums_drawn.dtype == np.int64
    for nth in range(2):
        paid = whole(found, nth)["supplementary"]
        spread = sums_drawn[:, nth, 0].std()
        # The mean of 400 draws lies within five of its own standard errors.
        assert abs(sums_drawn[:, nth, 0].mean() - paid) < 5 * spread / 20
    parts = np.sum([found.drawn["area", area] for area in AREAS], axis=0)
    assert np.array_equal(parts, sums_drawn)


def test_the_spread_is_what_resampling_people_one_by_one_gives() -> None:
    table = year(400)
    found = answer(table, "target_rate=95 %", resamples=1_000)
    result = settle_rows(table, base())
    by_person = pa.table({"person": table["person_id"], "paid": result["supplementary"]}).group_by("person")
    paid = by_person.aggregate([("paid", "sum")])["paid_sum"].to_numpy().astype(float)
    # With Poisson weights the variance of the sum is the sum of squares.
    assert drawn(found)[:, 0, 0].std() == pytest.approx(np.sqrt((paid**2).sum()), rel=0.1)


def test_bundles_of_people_change_no_sum_and_hardly_the_spread(monkeypatch: pytest.MonkeyPatch) -> None:
    table = year(2_000)
    apart = answer(table, "target_rate=95 %", resamples=400)
    monkeypatch.setattr(people, "UNITS_A_PART", 300)
    bundled = answer(table, "target_rate=95 %", resamples=400)
    assert (apart.bundled, bundled.bundled) == (False, True)
    assert bundled.units < apart.units
    assert [whole(apart, nth) for nth in range(2)] == [whole(bundled, nth) for nth in range(2)]
    assert drawn(bundled)[:, 0, 0].std() == pytest.approx(drawn(apart)[:, 0, 0].std(), rel=0.2)


def test_the_interval_of_a_difference_is_of_the_same_draws() -> None:
    found = figures_of(answer(year(300), "target_rate=90.01 %", resamples=200))
    one = next(each for each in found.of("paid") if each.scenario == "s0")
    assert one.low is not None
    assert one.high is not None
    assert one.difference_low is not None
    assert one.difference_high is not None
    assert one.difference_low <= one.difference <= one.difference_high
    # Drawn apart, the interval of the difference would be wider than that of the cost itself.
    assert one.difference_high - one.difference_low < (one.high - one.low) // 100


@settings(max_examples=30)
@given(st.lists(st.integers(0, 10**11), min_size=1, max_size=60))
def test_quantiles_lie_at_most_a_bin_above_and_bands_are_exact(amounts: list[int]) -> None:
    counts = np.zeros(tally.BINS, dtype=np.int64)
    for amount in amounts:
        assert edge_of(bin_of(amount)) <= amount < edge_of(bin_of(amount) + 1)
        counts[bin_of(amount)] += 1
    ordered = sorted(amounts)
    for share in (1, 1_000, 5_000, 9_900, 10_000):
        exact = ordered[max(-(-len(ordered) * share // 10_000), 1) - 1]
        found = quantile_fen(counts, share)
        assert found is not None
        assert exact <= found <= exact + exact // 128
    for band in histogram(counts):
        least, below = band["from_fen"] or 0, band["below_fen"]
        assert band["count"] == sum(least <= amount and (below is None or amount < below) for amount in amounts)


def test_the_line_is_counted_by_person_and_year_and_only_above_it() -> None:
    rows: list[dict[str, object]] = [
        {"person_id": 1, "bill_total": 6_000_00},
        {"person_id": 1, "bill_total": 4_000_00, "settles_on": date(2020, 12, 31)},
        {"person_id": 2, "bill_total": 10_000_01},
    ]
    # Nothing in-policy, so each bears the bill: 10,000.00 and 10,000.01 yuan in the year.
    found = answer(table_of(base(), rows), "target_rate=95 %", line_fen=10_000_00)
    (one, _) = figures_of(found).of("over_line")
    assert (one.value, found.person_years) == (1, 2)


def test_compiled_or_not_the_same_is_added_up() -> None:
    random = np.random.default_rng(5)
    unit = random.integers(0, 7, 500).astype(np.int32)
    ends = (random.random(500) < 0.6).astype(np.uint8)
    faults = (random.random(500) < 0.1).astype(np.uint8)
    amounts = random.integers(0, 10**9, (3, 500)) * (faults == 0)
    one, other = (tally.empty_tally(7, 3) for _ in range(2))
    tally.add_up(one, unit, ends, faults, amounts, 2, 10**8)
    tally._add_up(unit, ends, faults, amounts, other.sums, 3, 2, 10**8, other.by_claim, other.by_year)
    assert (one.sums == other.sums).all()
    assert (one.by_claim == other.by_claim).all()
    assert (one.by_year == other.by_year).all()
    assert one.by_claim.sum() == (faults == 0).sum()
    for at in range(7):
        assert one.sums[at, :3].tolist() == amounts[:, unit == at].sum(axis=1).tolist()


def test_without_numba_the_one_case_way_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    table = year(20)
    quick = answer(table, "target_rate=95 %", line_fen=1_000_00, resamples=20)
    monkeypatch.setattr(many, "has_numba", lambda: False)
    monkeypatch.setattr(engine, "has_numba", lambda: False)
    monkeypatch.setattr(tally, "has_numba", lambda: False)
    for each in (tally.adding, tally.drawing):
        each.cache_clear()
    try:
        slow = answer(table, "target_rate=95 %", line_fen=1_000_00, resamples=20)
    finally:
        for each in (tally.adding, tally.drawing):
            each.cache_clear()
    assert [whole(quick, nth) for nth in range(2)] == [whole(slow, nth) for nth in range(2)]
    assert (drawn(quick) == drawn(slow)).all()


def test_where_a_scenario_refuses_other_rows_every_layer_is_its_own() -> None:
    # The running sum of the supplement may hold 5,000 yuan; with a cap of 200,000 yuan every bill passes it.
    text = TINY.replace("unit: yuan, max: 100000 yuan", "unit: yuan, max: 5000 yuan")
    bulk = ready(tiny(text=text), "bill", settings=LEAST)
    bill = {"bill_total": 900_000_00, "in_policy": 900_000_00, "reported_basic_medical": 100_00, "in_poor": True}
    table = table_of(bulk, [{**bill, "person_id": at} for at in range(3)])
    (one,) = scenarios("yearly_cap=200000 yuan", bulk=bulk)
    found = ask(Question(bulk, (one,), resamples=0), [table])
    expected = settle_rows(table, one.bulk)
    assert found.totals[1].refused == {"RULE-013": 3}
    assert found.totals[0].refused == {}
    assert expected["supplement"].null_count == 3
    assert (whole(found, 1)["supplement"], whole(found, 1)["basic"]) == (0, 0)
    assert whole(found, 0)["basic"] == 3 * 100_00


def test_rows_in_any_order_and_in_blocks_of_any_size_come_to_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    table = year(300)
    expected = answer(table, "target_rate=95 %", line_fen=10_000_00)
    shuffled = table.take(pa.array(np.random.default_rng(2).permutation(table.num_rows)))
    monkeypatch.setattr(people, "BLOCK_ROWS", 7)
    found = answer(shuffled, "target_rate=95 %", line_fen=10_000_00)
    part, _ = read_part(shuffled, base(), 1)
    assert part is not None
    assert len(part.blocks) > 50
    for nth in range(2):
        one, other = found.totals[nth].by_year, expected.totals[nth].by_year
        assert one is not None
        assert other is not None
        assert np.array_equal(one, other)
        for cell, fen in expected.totals[nth].costs.items():
            assert (found.totals[nth].costs[cell] == fen).all()
    assert found.people == expected.people


def test_parts_of_people_add_up_to_one_table() -> None:
    table = year(300)
    ids = table["person_id"].to_numpy()
    parts = [table.filter(pa.array((ids >= low) & (ids < low + 100))) for low in (0, 100, 200)]
    question = Question(base(), scenarios("target_rate=95 %"), 10_000_00, resamples=0)
    one, several = ask(question, [table]), ask(question, parts)
    assert [whole(one, nth) for nth in range(2)] == [whole(several, nth) for nth in range(2)]
    assert (one.all_people, one.claims) == (several.all_people, several.claims)


@pytest.mark.parametrize("key", sorted(shipped()))
def test_every_shipped_benefit_can_be_asked(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # Not compiled: the lines are the same, and compiling them all takes minutes.
    monkeypatch.setattr(many, "has_numba", lambda: False)
    monkeypatch.setattr(engine, "has_numba", lambda: False)
    monkeypatch.setattr(tally, "has_numba", lambda: False)
    bulk = shipped()[key]
    lean = ready(bulk.scheme, bulk.benefit_id, bulk.known_on, dict(bulk.program.settings))
    found = ask(Question(lean, (), resamples=5), [table_of(lean, [{"person_id": at} for at in range(3)])])
    rows = figures_of(found, of_total(10), 500)
    assert {one.what for one in rows.figures} >= {"paid", lean.source.outputs[-1]}
    assert found.all_people == 3
    assert engine.outputs_of(lean)[1] >= 1


def test_nothing_of_a_refused_question_is_answered() -> None:
    with pytest.raises(Refused):
        answer(year(5).drop_columns(["in_policy"]), "target_rate=95 %")
