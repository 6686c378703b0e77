"""One example for each thing that the books refuse, with the code a person would quote. Nothing is left half-done."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from huibao.app import funds
from huibao.app import ledger as app
from huibao.app.enrolment import leave
from huibao.domain import ledger, postings
from huibao.domain.ledger import Cause, Entry, SourceKind, Transfer
from huibao.domain.plan import EndReason
from huibao.kernel.fen import MAX_FEN, Fen
from huibao.kernel.problem import Problem, Refused
from huibao.store import guards
from huibao.store import ledger as books
from huibao.store.models.ledger import Entry as EntryRow
from tests.app.funds_world import CLOCK, CONTRACT, MEDICAL, insured
from tests.domain.county import relieved

pytestmark = pytest.mark.django_db

NOW = datetime(2020, 6, 1, tzinfo=UTC)
DAY = date(2020, 3, 1)
MID_YEAR = date(2020, 7, 1)
C = "370102-2020"


def refused(*entries: Entry) -> tuple[Problem, ...]:
    """What is said when these are posted; the books stand as before."""
    before = EntryRow.objects.count()
    with pytest.raises(Refused) as raised:
        books.post(entries, NOW)
    assert EntryRow.objects.count() == before
    return raised.value.problems


def entry(source: ledger.AccountRef, target: ledger.AccountRef, cause: Cause) -> Entry:
    """An entry of one transfer of 1.00 yuan."""
    return Entry("k", cause, "subject", DAY, (Transfer(source, target, Fen(100)),), "SD-5")


def gift(key: str = "gift", fen: int = 100_000, line: str = "accident") -> Entry:
    source, target = ledger.outside(SourceKind.DONOR, "d1"), ledger.special(C, line)
    return Entry(key, Cause.PREMIUM_PAID, key, DAY, (Transfer(source, target, Fen(fen)),), "HN-2.1")


def paid(number: str = "S1", fen: int = 100, key: str = "pay") -> Entry:
    return postings.settlement_paid(key, C, "accident", number, Fen(fen), "医院甲", DAY)


FUND = ledger.fund("370000", "poverty")
SPECIAL = ledger.special(C, "accident")


@pytest.mark.parametrize(
    "code",
    [
        "treasure:x",
        "fund:poverty",
        "special:C1",
        "special:C1:lottery",
        "fund:370000/p:accident",
        "source:casino",
        "claims::accident",
    ],
)
def test_ledger_001_an_account_that_makes_no_sense(code: str) -> None:
    found = ledger.parse_account(code)
    assert isinstance(found, Problem)
    assert found.code == "LEDGER-001"
    assert code in found.says


@pytest.mark.clause("SD-7.4")
def test_ledger_002_money_sent_where_no_row_of_may_flow_leads_is_told_where_it_may_go() -> None:
    (problem,) = refused(entry(FUND, ledger.claims_paid(C, "accident"), Cause.CLAIM_PAID))
    assert problem.code == "LEDGER-002"
    assert "SD-7.4" in problem.says
    assert "allocation（安排到合同险种，SD-5）" in problem.do


@pytest.mark.clause("SD-7.4")
def test_ledger_002_a_line_s_premium_cannot_be_spent_as_a_fund_s_money() -> None:
    (problem,) = refused(entry(SPECIAL, ledger.allocation(C, "poverty", "accident"), Cause.LINE_ALLOCATED))
    assert problem.code == "LEDGER-002"


@pytest.mark.parametrize("fen", [0, -1, -100_000])
def test_ledger_003_an_amount_of_nothing_or_less(fen: int) -> None:
    (problem,) = refused(replace(paid(), transfers=(Transfer(SPECIAL, ledger.claims_paid(C, "accident"), Fen(fen)),)))
    assert problem.code == "LEDGER-003"


def test_ledger_004_an_amount_no_contract_has() -> None:
    (problem,) = refused(gift(fen=MAX_FEN + 1))
    assert problem.code == "LEDGER-004"


def test_ledger_004_more_transfers_than_one_entry_has() -> None:
    problems = refused(replace(gift(), transfers=gift().transfers * 10_001))
    assert {problem.code for problem in problems} == {"LEDGER-004"}


@pytest.mark.clause("SD-5")
@pytest.mark.parametrize("approval", ["", "  "])
def test_ledger_005_money_moved_between_lines_without_an_approval(approval: str) -> None:
    moved = postings.line_moved("m", C, "accident", "medical_supplementary", Fen(1), DAY, approval)
    books.post([gift()], NOW)
    (problem,) = refused(moved)
    assert problem.code == "LEDGER-005"
    assert "SD-5" in problem.says


@pytest.mark.parametrize(
    "target",
    [ledger.claims_paid(C, "medical_supplementary"), ledger.claims_paid("370103-2020", "accident")],
    ids=["another line", "another contract"],
)
def test_ledger_006_a_claim_paid_from_another_line_s_or_contract_s_books(target: ledger.AccountRef) -> None:
    books.post([gift()], NOW)
    (problem,) = refused(entry(SPECIAL, target, Cause.CLAIM_PAID))
    assert problem.code == "LEDGER-006"


@pytest.mark.parametrize("area", ["430100", "370000", "380000"], ids=["other province", "itself", "neighbour"])
def test_ledger_006_a_block_for_an_area_that_is_not_within(area: str) -> None:
    problems = refused(
        entry(
            FUND,
            ledger.fund(area, "poverty") if area != "370000" else ledger.fund("360000", "poverty"),
            Cause.FUND_ALLOCATED,
        )
    )
    assert [problem.code for problem in problems] == ["LEDGER-006"]


def test_ledger_006_one_fund_s_money_passed_on_under_another_name() -> None:
    (problem,) = refused(entry(FUND, ledger.allocation(C, "agriculture", "accident"), Cause.LINE_ALLOCATED))
    assert problem.code == "LEDGER-006"
    assert "不是同一项资金" in problem.says


def test_ledger_007_public_money_that_skips_its_fund() -> None:
    (problem,) = refused(entry(ledger.outside(SourceKind.FISCAL, "x"), SPECIAL, Cause.PREMIUM_PAID))
    assert problem.code == "LEDGER-007"
    assert "self, close_relative, donor" in problem.do


@pytest.mark.parametrize(
    "change", [{"key": ""}, {"subject": " "}, {"clause": ""}, {"transfers": ()}, {"reason": "长" * 401}]
)
def test_ledger_008_an_entry_that_lacks_what_every_entry_has(change: dict[str, object]) -> None:
    (problem,) = refused(replace(gift(), **change))  # type: ignore[arg-type] # the table names one field a row
    assert problem.code == "LEDGER-008"


def test_ledger_010_another_amount_under_a_key_that_was_used() -> None:
    books.post([gift()], NOW)
    (problem,) = refused(gift(fen=100_001))
    assert problem.code == "LEDGER-010"
    assert "第 1 号" in problem.says


def test_ledger_011_more_than_an_account_holds_is_told_with_both_amounts() -> None:
    books.post([gift(fen=10_000)], NOW)
    (problem,) = refused(paid(fen=10_001))
    assert problem.code == "LEDGER-011"
    assert "100.00" in problem.says
    assert "100.01" in problem.says


def test_ledger_011_the_second_of_two_in_one_batch_that_together_are_too_much() -> None:
    books.post([gift(fen=10_000)], NOW)
    (problem,) = refused(paid("S1", 6_000, "a"), paid("S2", 6_000, "b"))
    assert (problem.code, problem.row) == ("LEDGER-011", 2)


def test_ledger_012_an_entry_dated_into_a_closed_period() -> None:
    books.post([gift()], NOW)
    books.close_period(DAY, date(2020, 6, 1), NOW)
    (problem,) = refused(paid())
    assert problem.code == "LEDGER-012"
    assert "2020-03-01" in problem.says


def test_ledger_013_a_reversal_of_an_entry_that_is_not_there() -> None:
    with pytest.raises(Refused, match="LEDGER-013"):
        books.reverse("nothing", "undo", DAY, "误", NOW)


def test_ledger_014_an_entry_is_reversed_at_most_once_and_a_reversal_never() -> None:
    books.post([gift()], NOW)
    books.reverse("gift", "undo", DAY, "误", NOW)
    with pytest.raises(Refused, match="LEDGER-014"):
        books.reverse("gift", "undo again", DAY, "误", NOW)
    with pytest.raises(Refused, match="LEDGER-014"):
        books.reverse("undo", "undo the undoing", DAY, "误", NOW)


def test_ledger_015_a_reversal_of_a_part() -> None:
    books.post([gift()], NOW)
    part = ledger.reversal(gift(fen=1), "undo", DAY, "误")
    (problem,) = refused(part)
    assert problem.code == "LEDGER-015"


@pytest.mark.clause("SD-6.4")
def test_ledger_016_a_second_payment_of_the_same_claim() -> None:
    claim = postings.claim_paid("first", C, "accident", "K1", [("受益人", Fen(100))], DAY)
    books.post([gift(), claim], NOW)
    (problem,) = refused(replace(claim, key="second"))
    assert problem.code == "LEDGER-016"
    assert "K1" in problem.says


def test_ledger_016_two_payments_of_one_claim_in_one_batch() -> None:
    claim = postings.claim_paid("first", C, "accident", "K1", [("受益人", Fen(100))], DAY)
    (problem,) = refused(gift(), claim, replace(claim, key="second"))
    assert (problem.code, problem.row) == ("LEDGER-016", 3)


def test_ledger_020_more_entries_than_are_posted_at_once() -> None:
    problems = refused(*[gift(f"g{at}") for at in range(20_001)])
    assert [problem.code for problem in problems] == ["LEDGER-020"]


@pytest.mark.parametrize("through", [date(2020, 6, 1), date(2020, 7, 1), date(2020, 2, 1), date(2020, 3, 1)])
def test_ledger_021_closing_a_period_that_is_not_over_or_is_closed_already(through: date) -> None:
    books.close_period(DAY, date(2020, 6, 1), NOW)
    with pytest.raises(Refused, match="LEDGER-021"):
        books.close_period(through, date(2020, 6, 1), NOW)


def test_ledger_022_an_account_money_never_touched() -> None:
    with pytest.raises(Refused, match="LEDGER-022"):
        app.account_named("special:C9:accident")


def test_ledger_023_a_folder_nothing_can_be_written_to(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(Refused, match="LEDGER-023"):
        app.export(tmp_path / "file", [app.Format.CSV])


def test_ledger_024_books_whose_chain_does_not_hold_are_not_exported(
    tmp_path: Path, change: Callable[[str], None]
) -> None:
    books.post([gift()], NOW)
    change("UPDATE entry SET reason = 'changed'")
    with pytest.raises(Refused, match="LEDGER-024"):
        app.export(tmp_path, [app.Format.CSV])


def test_ledger_025_a_settlement_s_payment_reversed_in_the_books_alone() -> None:
    books.post([gift(), paid()], NOW)
    with pytest.raises(Refused, match="LEDGER-025"):
        app.reverse("pay", "undo", DAY, "误", FixedClock())
    assert books.balance(SPECIAL) == 99_900


def test_ledger_026_a_period_in_which_something_was_paid_before_its_money_came() -> None:
    books.post([replace(gift(fen=100), takes_effect_on=date(2020, 4, 1)), paid()], NOW)
    with pytest.raises(Refused, match="LEDGER-026") as raised:
        books.close_period(date(2020, 3, 31), date(2020, 6, 1), NOW)
    assert f"{SPECIAL.code} 当日余额为 -1.00 元" in raised.value.problems[0].says
    assert books.close_period(date(2020, 4, 30), date(2020, 6, 1), NOW).accounts == 2, "by then it had come"


class FixedClock:
    """A clock that stands still."""

    def today(self) -> date:
        return NOW.date()

    def now(self) -> datetime:
        return NOW


@pytest.fixture
def change() -> Callable[[str], None]:
    """Change rows as an intruder would, the guards taken down."""
    from django.db import connection

    def run(sql: str) -> None:
        guards.take_down(connection)
        with connection.cursor() as cursor:
            cursor.execute(sql)

    return run


def test_ledger_027_premium_of_which_a_part_went_back_is_reversed_after_its_refund_only() -> None:
    insured()
    leave(CONTRACT, relieved(1).person.identity, MID_YEAR, EndReason.WITHDREW, "leave-1", CLOCK)
    (refund,) = funds.refund_premium(CONTRACT, MEDICAL, MID_YEAR, "r1", CLOCK)
    (paid,) = books.entries_under("premium-medical_supplementary#")
    with pytest.raises(Refused, match="LEDGER-027") as refused:
        app.reverse(paid.entry.key, "undo-premium", MID_YEAR, "误", CLOCK)
    assert refund.posted.key in str(refused.value)
    app.reverse(refund.posted.key, "undo-refund", MID_YEAR, "误", CLOCK)
    app.reverse(paid.entry.key, "undo-premium", MID_YEAR, "误", CLOCK)
    assert books.balance(ledger.special(CONTRACT, MEDICAL)) == 0
