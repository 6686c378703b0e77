"""July and August 2020: a drowning waits for the disaster insurance, and the heirs get the rest to the fen. SD-4.2."""

from datetime import date

import pytest

from huibao.app import claims, funds
from huibao.domain.claims.assessment import Findings
from huibao.domain.claims.beneficiaries import Beneficiary
from huibao.domain.claims.claim import Actor, Cause, Channel, Payment, Reporter, Role, State
from huibao.domain.claims.papers import needed
from huibao.domain.ledger import special
from huibao.kernel.fen import Fen
from huibao.kernel.problem import Refused
from huibao.rules.vocabulary import Line
from huibao.store import ledger
from tests.app.insured_county import CONTRACT, START, identity, insure

pytestmark = pytest.mark.django_db

CLERK, APPROVER, PAYER = Actor(Role.HANDLER, "张经办"), Actor(Role.APPROVER, "王审批"), Actor(Role.PAYER, "赵出纳")
POOL = special(CONTRACT, Line.ACCIDENT)


def test_a_drowning_is_paid_first_by_the_disaster_insurance() -> None:
    clock = insure(people=1)
    funds.pay_in(CONTRACT, Line.ACCIDENT, Fen(60_000_00), START, "pay-in-accident", clock)
    before = ledger.balance(POOL)

    # 18 July: a woman drowns. 20 July: the village cadre reports it by telephone.
    clock.day = date(2020, 7, 20)
    report = claims.Report(
        identity=identity(1),
        happened_on=date(2020, 7, 18),
        cause=Cause.DROWNING,
        what="在村旁水塘溺水",
        channel=Channel.HOTLINE,
        reporter=Reporter.CADRE,
        reporter_name="村干部",
    )
    claim = claims.report_claim(report, "report-1", clock).claim
    assert claim is not None
    number = claim.number

    # 21 July: the papers are complete; but nobody may compute before the disaster insurance has.
    clock.day = date(2020, 7, 21)
    papers = needed(death=True)
    claims.ask_papers(number, papers, CLERK, "ask", clock)
    claims.receive_papers(number, papers, CLERK, "papers", clock)
    found = Findings(died_on=date(2020, 7, 18))
    with pytest.raises(Refused):
        claims.assess(number, found, CLERK, "too-early", clock)
    assert claims.suspend(number, CLERK, "suspend", clock).state is State.WAITING_FIRST_PAYER

    # 5 August: it paid 20,000.01. Of the 50,000 insured 29,999.99 are left.
    clock.day = date(2020, 8, 5)
    claims.record_first_payer(number, 20_000_01, "灾害险赔案 2020-17", CLERK, "first", clock)
    assert claims.assess(number, found, CLERK, "assess", clock).assessment is not None
    heirs = [
        Beneficiary("配偶", identity(101), "spouse"),
        Beneficiary("长子", identity(103), "child"),
        Beneficiary("次女", identity(105), "child"),
    ]
    claims.name_beneficiaries(number, heirs, CLERK, "heirs", clock)

    # Whoever assessed may not approve.
    with pytest.raises(Refused):
        claims.decide(number, Actor(Role.APPROVER, CLERK.name), "decide-oneself", clock)
    claims.decide(number, APPROVER, "decide", clock)

    # 7 August: three equal shares of 2,999,999 fen: two of 1,000,000 and one of 999,999, in one entry. L6.
    clock.day = date(2020, 8, 7)
    paid = claims.pay(number, PAYER, "pay", clock)
    assert paid.state is State.PAID
    payment = paid.events[-1].detail
    assert isinstance(payment, Payment)
    assert [(part.payee, part.fen) for part in payment.payouts] == [
        ("配偶", 10_000_00),
        ("长子", 10_000_00),
        ("次女", 9_999_99),
    ]
    assert before - ledger.balance(POOL) == 29_999_99

    # A second payment of the same claim is refused, and nothing moves.
    with pytest.raises(Refused) as refused:
        claims.pay(number, PAYER, "pay-again", clock)
    assert [problem.code for problem in refused.value.problems] == ["CLAIM-011"]
    assert before - ledger.balance(POOL) == 29_999_99
