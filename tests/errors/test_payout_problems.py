"""One example for each thing that may be wrong with a payment, with the code a person would quote. Nothing is half-done."""

from datetime import date

import pytest
from pytest_django import Settings

from huibao.app import claims, payout
from huibao.domain.payout.answers import MAX_BYTES, Answer, Row, Sent, read_answers, reconcile
from huibao.domain.payout.lines import read_account, read_bank
from huibao.kernel.problem import Problem, Refused
from tests.web.desk_world import pages_at
from tests.web.insurer import insurer_world as world
from tests.web.insurer.insurer_world import PAYER, Office

DAY = date(2026, 5, 6)
HEADER = "付款编号,结果,金额,日期,原因\n"


@pytest.fixture
def office(settings: Settings) -> Office:
    """The insurer's office on the day of the accident."""
    return world.opened(pages_at(settings))


def code(found: object) -> str:
    return found.code if isinstance(found, Problem) else ""


@pytest.mark.parametrize("text", ["", "1234567", "6222-0000-1111-2222-333a", "1" * 33])
def test_payout_001_no_account(text: str) -> None:
    assert code(read_account(text)) == "PAYOUT-001"


def test_an_account_as_people_write_it() -> None:
    assert read_account(" ６２２２ 0000-1111 2222 333 ") == "6222000011112222333"


@pytest.mark.parametrize("text", ["", "行", "银" * 61])
def test_payout_002_no_bank(text: str) -> None:
    assert code(read_bank(text)) == "PAYOUT-002"


@pytest.mark.django_db
def test_payout_003_and_004_and_005_what_was_shown_is_what_is_paid(office: Office) -> None:
    office.seat("zhifu")
    payer = world.account("zhifu")
    with pytest.raises(Refused, match="PAYOUT-004"):
        payout.make_file(payer, world.CONTRACT, "", "", "k", office.clock)
    world.decided(office)
    with pytest.raises(Refused, match="PAYOUT-003"):
        payout.make_file(payer, world.CONTRACT, "seen before", "0 笔 0.00 元", "k", office.clock)
    with pytest.raises(Refused, match="PAYOUT-005"):
        payout.opened(payer, "F2026-000000-000001")
    assert payout.files(payer, 0, 9) == ()


@pytest.mark.django_db
def test_payout_013_what_the_bank_has_is_not_paid_by_hand_nor_to_others(office: Office) -> None:
    number = world.decided(office)
    office.seat("zhifu")
    payer = world.account("zhifu")
    now = payout.due(payer, world.CONTRACT, office.clock)
    payout.make_file(payer, world.CONTRACT, now.mark, now.words, "k", office.clock)
    with pytest.raises(Refused, match="PAYOUT-013"):
        claims.pay(number, PAYER, "by hand", office.clock)


@pytest.mark.parametrize("content", [b"\x00\x01", b"", "姓名,金额\n".encode(), b"\xff\xfe\xfd", b'"\x81'])
def test_payout_006_no_return_at_all(content: bytes) -> None:
    with pytest.raises(Refused, match="PAYOUT-006"):
        read_answers(content)


def test_payout_007_too_large() -> None:
    with pytest.raises(Refused, match="PAYOUT-007"):
        read_answers(b"x" * (MAX_BYTES + 1))
    with pytest.raises(Refused, match="PAYOUT-007"):
        read_answers((HEADER + "\n" * 6_000).encode())


def a_row(**more: object) -> Row:
    said = {"row": 2, "reference": "F-0001", "answer": Answer.PAID, "fen": 500, "on": DAY, **more}
    return Row(**said)  # type: ignore[arg-type] # each test gives the fields it is about


@pytest.mark.parametrize(
    ("wanted", "rows"),
    [
        ("PAYOUT-008", [a_row(reference="F-0002")]),
        ("PAYOUT-009", [a_row(fen=5)]),
        ("PAYOUT-010", [a_row(), a_row(row=3, answer=Answer.REJECTED, reason="户名不符")]),
        ("PAYOUT-012", [a_row(answer=Answer.REJECTED)]),
    ],
)
def test_a_row_nobody_can_act_upon_is_named(wanted: str, rows: list[Row]) -> None:
    assert [one.code for one in reconcile([Sent("F-0001", 500)], rows).odd] == [wanted]


@pytest.mark.parametrize(
    "row", ["F-1,也许,5.00,2026-05-06,", "F-1,成功,五元,2026-05-06,", "F-1,成功,5.00,昨天,", "F-1,成功,0,2026-05-06,"]
)
def test_payout_011_a_row_that_cannot_be_read(row: str) -> None:
    rows, odd = read_answers((HEADER + row).encode())
    assert (rows, [one.code for one in odd]) == ((), ["PAYOUT-011"])
