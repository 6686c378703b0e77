"""One example for each thing that moving funds is refused for, with the code a person would quote."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from huibao.app import funds
from huibao.app.contract import add_contract
from huibao.app.result import return_profit
from huibao.kernel.fen import Fen
from huibao.kernel.problem import Problem, Refused
from huibao.rules import shelf
from huibao.rules.vocabulary import Line
from huibao.store.models.ledger import Entry
from tests.app.funds_world import (
    ACCIDENT,
    CLOCK,
    CONTRACT,
    FIRST_HALF,
    LOCAL_FUND,
    MEDICAL,
    NEXT,
    NEXT_TEXT,
    PROVINCE_FUND,
    START,
    WITH_MOVES,
    enrolled,
    insured,
    set_aside,
)

pytestmark = pytest.mark.django_db

MID_YEAR = date(2020, 7, 1)
LAST_DAY = date(2020, 6, 30)


def only(raised: pytest.ExceptionInfo[Refused]) -> Problem:
    """The one problem of a refusal."""
    (problem,) = raised.value.problems
    return problem


@pytest.fixture
def scheme_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, str], None]]:
    """Put a shelf in place that holds Shandong's scheme alone, with one piece of it changed."""

    def change(old: str, new: str) -> None:
        text = shelf.shelf_root().joinpath("shandong", "2020", "scheme.yaml").read_text(encoding="utf-8")
        assert old in text
        place = tmp_path / "shandong" / "2020" / "scheme.yaml"
        place.parent.mkdir(parents=True)
        place.write_text(text.replace(old, new), encoding="utf-8")
        monkeypatch.setattr(shelf, "shelf_root", lambda: tmp_path)
        shelf._standing.cache_clear()

    yield change
    shelf._standing.cache_clear()


def test_fund_001_a_line_the_contract_does_not_insure() -> None:
    enrolled()
    with pytest.raises(Refused) as raised:
        set_aside(PROVINCE_FUND, Line.LONG_TERM_CARE, 1, "k")
    assert only(raised).code == "FUND-001"


def test_fund_002_a_fund_the_scheme_does_not_know() -> None:
    enrolled()
    with pytest.raises(Refused) as raised:
        set_aside("lottery", MEDICAL, 1, "k")
    assert only(raised).code == "FUND-002"
    assert PROVINCE_FUND in only(raised).do


@pytest.mark.clause("SD-7.4")
def test_fund_003_a_fund_that_is_not_for_this_line(scheme_with: Callable[[str, str], None]) -> None:
    whole = """local_agricultural_fund:
    title: {zh: 市县统筹整合涉农资金, en: Agricultural funds pooled by city or county}
    clause: SD-5
    lines: [medical_supplementary, accident]"""
    scheme_with(whole, whole.replace(", accident]", "]"))
    add_contract(WITH_MOVES, "contract.yaml", CLOCK)
    with pytest.raises(Refused) as raised:
        set_aside(LOCAL_FUND, ACCIDENT, 1, "k")
    assert only(raised).code == "FUND-003"
    assert only(raised).do == "该资金可用于：medical_supplementary。"


def test_fund_004_a_neighbour_s_fund() -> None:
    enrolled()
    with pytest.raises(Refused) as raised:
        set_aside(LOCAL_FUND, MEDICAL, 1, "k", area="371311")
    assert only(raised).code == "FUND-004"


@pytest.mark.clause("SD-5")
def test_fund_005_operating_cost_above_the_ceiling() -> None:
    insured()
    with pytest.raises(Refused) as raised:
        funds.operating(CONTRACT, ACCIDENT, Fen(501), MID_YEAR, "网点", "k", CLOCK)
    assert only(raised).code == "FUND-005"
    assert "上限 5.00 元" in only(raised).says, "5 % of 100.00 yuan"


def test_fund_006_a_move_that_the_scheme_forbids(scheme_with: Callable[[str, str], None]) -> None:
    old = "moves_between_lines: {allowed: true"
    scheme_with(old, old.replace("true", "false"))
    add_contract(WITH_MOVES, "contract.yaml", CLOCK)
    with pytest.raises(Refused) as raised:
        funds.transfer(CONTRACT, MEDICAL, ACCIDENT, Fen(1), MID_YEAR, "批〔2020〕1号", "k", CLOCK)
    assert only(raised).code == "FUND-006"


def test_fund_007_a_move_above_the_contract_s_limit() -> None:
    insured()
    with pytest.raises(Refused) as raised:
        funds.transfer(CONTRACT, ACCIDENT, MEDICAL, Fen(1_001), MID_YEAR, "批〔2020〕1号", "k", CLOCK)
    assert only(raised).code == "FUND-007"
    assert "最多可调出 10.00 元" in only(raised).do, "10 % of 100.00 yuan"


@pytest.mark.parametrize(
    ("on", "source", "target", "why"),
    [
        (LAST_DAY, CONTRACT, NEXT, "尚未到期"),
        (MID_YEAR, NEXT, CONTRACT, "不在其后"),
        (MID_YEAR, CONTRACT, "371311-2020-2", "不是同一地区"),
    ],
)
def test_fund_008_a_surplus_carried_before_its_contract_ended_backwards_or_elsewhere(
    on: date, source: str, target: str, why: str
) -> None:
    insured(FIRST_HALF)
    add_contract(NEXT_TEXT, "contract.yaml", CLOCK)
    next_door = NEXT_TEXT.replace(NEXT, "371311-2020-2").replace('area: "371302"', 'area: "371311"')
    add_contract(next_door, "contract.yaml", CLOCK)
    with pytest.raises(Refused) as raised:
        funds.carry(source, target, MEDICAL, on, "批〔2020〕1号", "k", CLOCK, Fen(1))
    assert {problem.code for problem in raised.value.problems} == {"FUND-008"}
    assert any(why in problem.says for problem in raised.value.problems)


def test_fund_009_premium_or_refund_that_nobody_owes() -> None:
    add_contract(WITH_MOVES, "contract.yaml", CLOCK)
    for pay in (funds.pay_premium, funds.refund_premium):
        with pytest.raises(Refused) as raised:
            pay(CONTRACT, MEDICAL, START, "k", CLOCK)
        assert only(raised).code == "FUND-009"


@pytest.mark.parametrize("blocks", [[], [("371300", Fen(1)), ("371300", Fen(2))]], ids=["to nobody", "twice to one"])
def test_fund_010_a_block_to_nobody_or_twice_to_one_area(blocks: list[tuple[str, Fen]]) -> None:
    with pytest.raises(Refused) as raised:
        funds.allocate_blocks(PROVINCE_FUND, "370000", blocks, START, "k", CLOCK)
    assert only(raised).code == "FUND-010"


def test_fund_011_profit_returned_before_the_contract_has_ended() -> None:
    insured(FIRST_HALF)
    with pytest.raises(Refused) as raised:
        return_profit(CONTRACT, ACCIDENT, PROVINCE_FUND, LAST_DAY, "批〔2020〕1号", "k", CLOCK)
    assert only(raised).code == "FUND-011"


def test_nothing_refused_leaves_an_entry_behind() -> None:
    insured()
    before = Entry.objects.count()
    tries: tuple[Callable[[], object], ...] = (
        lambda: funds.operating(CONTRACT, ACCIDENT, Fen(501), MID_YEAR, "网点", "k", CLOCK),
        lambda: funds.transfer(CONTRACT, ACCIDENT, MEDICAL, Fen(1_001), MID_YEAR, "批", "k", CLOCK),
        lambda: funds.operating(CONTRACT, ACCIDENT, Fen(-1), MID_YEAR, "网点", "k", CLOCK),
        lambda: funds.operating(CONTRACT, ACCIDENT, Fen(0), MID_YEAR, "网点", "k", CLOCK),
    )
    for refused in tries:
        with pytest.raises(Refused):
            refused()
    assert Entry.objects.count() == before
