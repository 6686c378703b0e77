"""Summer 2025: a woman moves to the next county. Her cover goes on without a gap and without a day paid twice. V1, HN-2.2."""

from datetime import date
from pathlib import Path

import pytest

from huibao.app import funds
from huibao.app.audit import check_all
from huibao.app.enrolment import enrol, unpaid_refunds
from huibao.domain.ledger import SourceKind
from huibao.domain.plan import EndReason
from huibao.domain.roster.source import SourceId
from huibao.kernel.fen import Fen
from huibao.kernel.period import Period
from huibao.rules.vocabulary import Line
from huibao.store import coverage as covers
from huibao.store import roster
from tests.stories.hengshan import AREA, CONTRACT, StoryClock, holder, identity, poor, send, sign

pytestmark = pytest.mark.django_db

NEXT_DOOR, THEIR_CONTRACT = "430424", "示范-衡东-2025"
BOTH_LISTS = (SourceId.DISABILITY_CERTIFICATE, SourceId.LOW_INCOME)


def pay(clock: StoryClock) -> None:
    """Her 60 yuan come from the levy and the county's budget, 48 and 12, and enter the insurer's account."""
    for fund, source, fen in (
        ("disability_employment_security_fund", SourceKind.LEVY, Fen(48_00)),
        ("local_budget", SourceKind.FISCAL, Fen(12_00)),
    ):
        funds.receive(AREA, fund, fen, source, clock.day, f"in-{fund}", clock, clause="HN-3.1")
        funds.allocate_line(AREA, fund, CONTRACT, Line.ACCIDENT, fen, clock.day, f"line-{fund}", clock)
    funds.pay_premium(CONTRACT, Line.ACCIDENT, clock.day, "premium-may", clock)


def test_who_moves_is_neither_insured_twice_nor_left_out(tmp_path: Path) -> None:
    # May: 张一 is insured by 衡山, where she lives. 衡东 next door has a contract of the same kind.
    clock = StoryClock(date(2025, 5, 6))
    send(tmp_path, SourceId.DISABILITY_CERTIFICATE, [holder(1, "张一")], clock.day, clock)
    send(tmp_path, SourceId.LOW_INCOME, [poor(1, "张一")], clock.day, clock)
    clock.day = date(2025, 5, 10)
    sign(clock)
    sign(clock, THEIR_CONTRACT, NEXT_DOOR)
    enrol(CONTRACT, clock.day, "ours-may", clock)
    pay(clock)

    # 1 September: she has moved, and 衡东 lists her. Both rows are doubtful: two counties list one person.
    clock.day = date(2025, 9, 1)
    town = f"{NEXT_DOOR}000000"
    for source, row in zip(BOTH_LISTS, (holder(1, "张一", town=town), poor(1, "张一", town=town)), strict=True):
        sent = send(tmp_path, source, [row], clock.day, clock, area=NEXT_DOOR, accept=("ROSTER-063",))
        assert [problem.code for row in sent.check.rows for problem in row.problems] == ["ROSTER-063"]
        assert sent.check.counts.doubtful == 1

    # 5 September: 衡东 may not insure her yet; the refusal names the contract that does. V1.
    clock.day = date(2025, 9, 5)
    (refusal,) = enrol(THEIR_CONTRACT, clock.day, "theirs-1", clock).refused
    assert refusal.problem.code == "COVERAGE-002"
    assert CONTRACT in refusal.problem.says
    assert identity(1) not in refusal.problem.says  # the number is masked

    # 8 September: 衡山 goes through its list and lets her go, from the day she moved; 10 September: 衡东 takes her in.
    clock.day = date(2025, 9, 8)
    assert enrol(CONTRACT, clock.day, "ours-september", clock).left == {EndReason.MOVED.value: 1}
    clock.day = date(2025, 9, 10)
    assert enrol(THEIR_CONTRACT, clock.day, "theirs-2", clock).entered == 1

    (zhang,) = [one.person for one in roster.people() if one.person.identity == identity(1)]
    ours, theirs = covers.covers_of_person(zhang.id)
    assert ours.in_force == Period(date(2025, 5, 10), date(2025, 8, 31))
    assert theirs.in_force == Period(date(2025, 9, 1), date(2025, 12, 31))
    assert covers.covers_on([zhang.id], Line.ACCIDENT, date(2025, 8, 31))[zhang.id].contract == CONTRACT
    assert covers.covers_on([zhang.id], Line.ACCIDENT, date(2025, 9, 1))[zhang.id].contract == THEIR_CONTRACT

    # The contracts run 236 days. 114 were ours: 60 × 114 ⁄ 236 = 28.98, so 31.02 go back: 80 % and 20 % of it to the
    # two funds, 24.816 and 6.204, the odd fen to the larger remainder. 122 are theirs: 60 × 122 ⁄ 236 = 31.02.
    (refund,) = unpaid_refunds(CONTRACT, Line.ACCIDENT)
    assert [(share.payer, share.fen) for share in refund.by_payer] == [
        ("disability_employment_security_fund", 24_82),
        ("local_budget", 6_20),
    ]
    assert theirs.premium_fen == 31_02
    assert ours.premium_fen - refund.total_fen + theirs.premium_fen == 60_00
    assert [finding.number for finding in check_all() if not finding.holds] == []
