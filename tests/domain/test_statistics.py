"""Coverage, funnel, money and waits: counts worked out by hand, shares decided on counts, parts that sum to the whole."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huibao.domain import postings
from huibao.domain.ledger import Entry, SourceKind
from huibao.domain.statistics import (
    AreaCount,
    Goal,
    Insured,
    Member,
    count_coverage,
    count_funnel,
    count_money,
    count_waits,
    missing,
    reached,
)
from huibao.kernel.fen import Fen
from huibao.kernel.problem import Refused

ON = date(2025, 12, 31)
FORTY = Goal("2025", 4000, ON, "HN-1")


def members(*towns: tuple[str, int, int]) -> list[Member]:
    """(town, people, insured) each."""
    made: list[Member] = []
    for town, people, insured in towns:
        made += [Member(len(made) + 1 + at, town, at < insured) for at in range(people)]
    return made


def test_coverage_is_insured_over_the_group_by_town_and_county_hn_1() -> None:
    counted = count_coverage(
        "430423", "g", "accident", ON, "名册", members(("A", 3, 1), ("B", 4, 3), ("", 1, 0)), [FORTY]
    )
    assert counted.whole == AreaCount("430423", 8, 4)
    assert counted.whole.share_bp == 5000  # 4 of 8
    assert [(town.code, town.share_bp) for town in counted.towns] == [("A", 3333), ("B", 7500), ("", 0)]
    assert (counted.on, counted.source) == (ON, "名册")


def test_people_of_unknown_township_are_shown_last_and_count_in_the_county() -> None:
    counted = count_coverage("1", "g", "accident", ON, "", members(("B", 2, 0), ("", 5, 5)))
    assert counted.towns[-1] == AreaCount("", 5, 5)
    assert counted.whole.people == 7


def test_a_town_with_nobody_to_insure_has_no_share() -> None:
    counted = count_coverage("1", "g", "accident", ON, "", members(("B", 2, 1)), known_towns=["A", "B"])
    assert [(town.code, town.people, town.share_bp) for town in counted.towns] == [("B", 2, 5000), ("A", 0, None)]


def test_a_goal_is_judged_on_counts_and_not_on_the_rounded_share() -> None:
    # 19,999 of 50,000 is 39.998 %, which rounds to 40.00 % and still misses the goal by one person.
    short = AreaCount("x", 50_000, 19_999)
    assert short.share_bp == 4000
    assert not reached(short, FORTY)
    assert missing(short, FORTY) == 1
    assert reached(AreaCount("x", 50_000, 20_000), FORTY)


def test_missing_people_are_rounded_up() -> None:
    # 40 % of 7 is 2.8: three people are needed, two more than one.
    assert missing(AreaCount("x", 7, 1), FORTY) == 2


def test_one_person_twice_in_the_denominator_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        count_coverage("1", "g", "accident", ON, "", [Member(7, "A", True), Member(7, "B", False)])
    assert [problem.code for problem in refused.value.problems] == ["REPORT-001"]


@pytest.mark.invariant("A1")
@given(st.lists(st.tuples(st.sampled_from(["A", "B", "C", ""]), st.booleans()), max_size=60))
def test_parts_sum_to_the_whole_a1(people: list[tuple[str, bool]]) -> None:
    made = [Member(at, town, insured) for at, (town, insured) in enumerate(people)]
    counted = count_coverage("1", "g", "accident", ON, "", made, known_towns=["D"])
    assert sum(town.people for town in counted.towns) == counted.whole.people == len(people)
    assert sum(town.insured for town in counted.towns) == counted.whole.insured


def test_the_funnel_counts_persons_and_each_step_lies_within_the_one_before() -> None:
    people = [
        Insured(1, insured=True, reported=True, paid=True),
        Insured(2, insured=True, reported=True, paid=False),
        Insured(3, insured=True, reported=False, paid=False),
        Insured(4, insured=False, reported=True, paid=False),  # reported without cover: not of the funnel
    ]
    funnel = count_funnel(people)
    assert (funnel.should, funnel.insured, funnel.reported, funnel.paid) == (4, 3, 2, 1)
    assert funnel.told is None  # not counted yet, and not shown as a nought


def test_waits_give_shortest_median_and_longest_in_days() -> None:
    spans = [(date(2020, 5, 1), date(2020, 5, day)) for day in (11, 4, 2, 31)]
    waits = count_waits(spans)
    assert (waits.paid, waits.shortest_days, waits.median_days, waits.longest_days) == (4, 1, 3, 30)
    assert count_waits([]).median_days is None


def test_money_is_counted_by_source_and_line_from_the_books_and_reversals_count_back() -> None:
    contract, on = "C1", date(2020, 3, 1)

    class Share:
        def __init__(self, payer_kind: str, payer: str, fen: int) -> None:
            self.payer_kind, self.payer, self.fen = payer_kind, payer, Fen(fen)

    paid = postings.premium_paid(
        "p", contract, "accident", [Share("government_fund", "F", 70_00), Share("donor", "D", 30_00)], on
    )
    settled = postings.claim_paid("c", contract, "accident", "CL1", [("payee", Fen(20_00))], on)
    wrong = postings.claim_paid("c2", contract, "accident", "CL2", [("payee", Fen(5_00))], on)
    back = postings.settlement_reversed("c2r", wrong, on, "paid in error")
    elsewhere = postings.fund_received("f", "370000", "F", Fen(999_00), on, "SD-5", SourceKind.FISCAL)
    entries: list[Entry] = [elsewhere, paid, settled, wrong, back]
    money = count_money(contract, entries)
    assert sum(source.fen for source in money.sources) == 100_00
    assert {flow.cause: flow.fen for flow in money.flows} == {"premium_paid": 100_00, "claim_paid": -20_00}
    assert money.left == (("accident", 80_00),)
