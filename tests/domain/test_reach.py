"""What a coverage target takes: fewest people, whole offers, every fen of the premium with a payer."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from huibao.domain.statistics import AreaCount, Goal, missing, needs, way
from huibao.kernel.fen import Fen

COUNTIES = (AreaCount("430405", 1_000, 600), AreaCount("430406", 500, 100), AreaCount("430407", 200, 180))


def test_each_county_or_all_together() -> None:
    # 70 % of 1,000, 500 and 200 are 700, 350 and 140: 100, 250 and none are lacking.
    assert needs(COUNTIES, 7_000, each_area=True) == (100, 250, 0)
    # 70 % of 1,700 are 1,190, of whom 880 are insured: 310, by the 400, 400 and 20 uncovered: 151.2, 151.2 and 7.6.
    assert needs(COUNTIES, 7_000, each_area=False) == (151, 151, 8)


def test_money_by_payer_and_a_take_up_that_does_not_suffice() -> None:
    shares, budgets = (
        {"government_fund": 6_667, "self": 3_333},
        {"government_fund": Fen(23_000_00), "total": Fen(10**9)},
    )
    found = way(COUNTIES, (100, 250, 0), Fen(30_00), 5_000, shares, budgets)
    # Half of those offered take it: 200 offers for 100; all 400 uncovered of the second give 200 of the 250.
    assert [(one.offers, one.newly, one.short) for one in found.areas] == [(200, 100, 0), (400, 200, 50), (0, 0, 0)]
    assert (found.reached, found.short) == (False, 50)
    # 880 insured and 300 more; 30 yuan are 20.00 and 10.00 yuan by two thirds (2,000.1 and 999.9 fen).
    assert found.by_payer == {"government_fund": 1_180 * 20_00, "self": 1_180 * 10_00}
    assert found.new_by_payer == {"government_fund": 300 * 20_00, "self": 300 * 10_00}
    assert found.over_budget == {"government_fund": 1_180 * 20_00 - 23_000_00}
    assert not found.fits


def test_a_target_that_is_reached_takes_nobody_more() -> None:
    found = way(COUNTIES, needs(COUNTIES, 2_000, each_area=True), Fen(30_00), 5_000, {"self": 10_000}, {})
    assert (found.needed, found.offers, found.new_fen, found.reached, found.fits) == (0, 0, 0, True, True)
    assert found.total_fen == 880 * 30_00


COUNT = st.integers(1, 50_000).flatmap(lambda people: st.tuples(st.just(people), st.integers(0, people)))


@given(
    st.lists(COUNT, min_size=1, max_size=8), st.integers(1, 10_000), st.integers(1, 10_000), st.booleans(),
    st.integers(1, 10**6), st.integers(0, 10_000),
)  # fmt: skip
def test_whatever_is_asked_people_and_money_add_up(
    counted: list[tuple[int, int]], share_bp: int, take_up_bp: int, each: bool, premium: int, first_bp: int
) -> None:
    counts = [AreaCount(str(at), people, insured) for at, (people, insured) in enumerate(counted)]
    needed = needs(counts, share_bp, each_area=each)
    found = way(counts, needed, Fen(premium), take_up_bp, {"a": first_bp, "b": 10_000 - first_bp}, {})
    for one, count in zip(found.areas, counts, strict=True):
        assert 0 <= one.newly <= one.needed <= count.people - count.insured
        assert one.newly <= one.offers <= count.people - count.insured
        # Fewer offers would not do, unless even all of them do not.
        assert one.short == 0 or one.offers == count.people - count.insured
        assert one.offers == 0 or (one.offers - 1) * take_up_bp // 10_000 < one.needed
    assert sum(found.by_payer.values()) == premium * (sum(count.insured for count in counts) + found.newly)
    whole = AreaCount("", sum(count.people for count in counts), sum(count.insured for count in counts))
    fewest = missing(whole, Goal("", share_bp, date(2030, 12, 31), ""))
    assert found.needed >= fewest if each else found.needed == fewest
