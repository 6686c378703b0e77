"""The chart of accounts: every kind of account has its subject and its place in an export."""

from huibao.domain.ledger import AccountKind, AccountRef, fund, special
from huibao.domain.ledger.export import ROOTS
from huibao.domain.ledger.subjects import BANKED, SUBJECTS, Turnover, kind_with, subject_of, summed


def test_every_kind_of_account_has_a_subject_of_its_own_and_a_root_in_beancount() -> None:
    assert set(SUBJECTS) == set(AccountKind) == set(ROOTS)
    codes = [subject.code for subject in SUBJECTS.values()]
    assert len(set(codes)) == len(codes) == len({root for root, _ in ROOTS.values()})
    assert [kind_with(code) for code in codes] == list(SUBJECTS)
    assert kind_with("9999") is None


def test_a_turnover_closes_where_opening_and_what_came_and_went_lead() -> None:
    one = Turnover(fund("430423", "local_budget"), 100, 50, 30)
    two = Turnover(special("C", "accident"), -20, 0, 10)
    # 100 + 50 - 30 = 120; -20 + 0 - 10 = -30; together 90.
    assert (one.closing_fen, two.closing_fen, summed((one, two), one.ref).closing_fen) == (120, -30, 90)
    assert subject_of(one.ref).code == "1001"
    assert {AccountRef(kind, "x/y").kind for kind in BANKED} == set(BANKED)
