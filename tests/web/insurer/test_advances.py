"""The undisputed sum paid ahead, by three people and through the bank's file; then the rest. Insurance Law art. 25.

Of 1,000 yuan in the policy 765.00 are assessed; 300.00 are paid ahead, so 465.00 are left for the decision.
"""

import io
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest

from huibao.app.access import Reach, Role
from huibao.app.audit_pack import pack_for
from huibao.domain.approval import Kind
from huibao.domain.approval import State as Stage
from huibao.domain.claims.claim import State, Verb
from huibao.domain.ledger import special
from huibao.rules.vocabulary import Line
from huibao.store import approval, ledger
from huibao.store.audits import approval as approval_audits
from huibao.store.audits import claims as claim_audits
from tests.app.test_audit_pack import verify
from tests.web.desk_world import signed_in
from tests.web.insurer import insurer_world as world
from tests.web.insurer.insurer_world import ACCOUNT, COST, FELL_ON, Office
from tests.web.insurer.test_payments import back, made, row

pytestmark = pytest.mark.django_db

AHEAD_FEN, LEFT_FEN = 30_000, 46_500
WHY = "医疗费用已经确定，伤残等级还在评定"


def assessed(office: Office) -> str:
    """A claim assessed at 765.00 with an account; nothing is decided."""
    number = world.complete(office)
    assert office.send("lipei", number, "assess", **COST) == 302
    payee = world.now(number).facts.insured
    assert office.send("lipei", number, "payees", payee=payee, bank="示范银行", account=ACCOUNT) == 302
    return number


def agreed(office: Office, yuan: str = "300") -> str:
    """The same with an advance asked for and agreed to."""
    number = assessed(office)
    assert office.send("lipei", number, "advance", amount=yuan, reason=WHY) == 302
    assert office.send("lipei.fuhe", number, "advance/decide", choice="agree") == 302
    return number


def page(office: Office, name: str, number: str) -> str:
    return office.seat(name).get(f"/insurer/claims/{number}").content.decode()


def faults() -> list[object]:
    audits = (*claim_audits.AUDITS, *approval_audits.AUDITS)
    return [found for audit in audits for found in audit.run()]


def test_the_undisputed_sum_is_paid_ahead_and_the_rest_after_the_decision(office: Office) -> None:
    before = ledger.balance(special(world.CONTRACT, Line.ACCIDENT))
    number = agreed(office)
    assert "已同意先付，等付款" in page(office, "lipei", number)
    first = made(office)
    assert back(office, first, row(first, yuan="300.00"))[0] == 302
    ahead = world.now(number)
    assert (ahead.state, ahead.paid_fen) == (State.ASSESSED, AHEAD_FEN)
    assert office.send("lipei.fuhe", number, "decide", choice="pay") == 302
    second = made(office)
    assert back(office, second, row(second, yuan="465.00"))[0] == 302
    paid = world.now(number)
    assert paid.state is State.PAID
    assert [one.fen for one in paid.payments] == [AHEAD_FEN, LEFT_FEN]
    assert ledger.balance(special(world.CONTRACT, Line.ACCIDENT)) == before - AHEAD_FEN - LEFT_FEN
    assert faults() == []


def test_each_entry_of_a_payment_names_the_approval_it_rests_on(office: Office, tmp_path: Path) -> None:
    number = agreed(office)
    first = made(office)
    back(office, first, row(first, yuan="300.00"))
    office.send("lipei.fuhe", number, "decide", choice="pay")
    second = made(office)
    back(office, second, row(second, yuan="465.00"))
    entries = [ledger.entry_of(one.entry_key) for one in world.now(number).payments]
    named = [approval.by_number(int(str(one.entry.approval).split("/")[1])) for one in entries if one is not None]
    kinds = [(one.request.kind, one.state, int(one.request.fen)) for one in named if one is not None]
    # What was approved for the claim is the whole of 765.00, of which 300.00 had been paid.
    assert kinds == [(Kind.CLAIM_ADVANCE, Stage.DONE, AHEAD_FEN), (Kind.CLAIM_PAYMENT, Stage.DONE, 76_500)]
    # The auditor's pack holds without the server, and not where another sum was approved.
    signed_in(Role.AUDITOR, office.clock, Reach("430000"), "shenji")
    with zipfile.ZipFile(io.BytesIO(pack_for(world.account("shenji"), world.AREA, office.clock).content)) as packed:
        packed.extractall(tmp_path)
    assert verify(tmp_path).returncode == 0
    given = tmp_path / "approvals.jsonl"
    given.write_text(given.read_text(encoding="utf-8").replace('"fen":76500', '"fen":46500'), encoding="utf-8")
    (tmp_path / "SHA256SUMS").unlink(missing_ok=True)
    assert "批准 46500 分，记账 76500 分" in verify(tmp_path).stdout


def test_the_approver_does_not_agree_without_being_asked_and_says_why_not(office: Office) -> None:
    number = assessed(office)
    status, text = office.sent("lipei.fuhe", number, "advance/decide", choice="agree")
    assert (status, "没有等待办理的先付" in text) == (422, True)
    assert office.send("lipei", number, "advance", amount="300", reason=WHY) == 302
    assert office.send("lipei.fuhe", number, "advance/decide", choice="decline") == 422
    assert office.send("lipei.fuhe", number, "advance/decide", choice="decline", opinion="等评残结果") == 302
    assert "先付未获同意：等评残结果" in page(office, "lipei", number)
    # Declined, it can be asked for anew with another sum.
    assert office.send("lipei", number, "advance", amount="200", reason=WHY) == 302
    assert "等复核" in page(office, "lipei", number)


@pytest.mark.parametrize(
    ("amount", "reason", "says"),
    [
        ("", WHY, "请输入先付金额"),
        ("300", "", "请写明为什么先付"),
        ("三百", WHY, "三百"),
        ("0", WHY, "0.00"),
        ("765.01", WHY, "765.00"),
    ],
)
def test_what_cannot_be_paid_ahead_is_refused_beside_its_field(
    office: Office, amount: str, reason: str, says: str
) -> None:
    number = assessed(office)
    status, text = office.sent("lipei", number, "advance", amount=amount, reason=reason)
    assert (status, says in text) == (422, True)
    at = "reason" if not reason else "amount"
    assert f'id="{at}-error"' in text
    assert approval.latest_about(Kind.CLAIM_ADVANCE, number) is None


def test_a_double_click_asks_once_and_a_second_request_is_refused(office: Office) -> None:
    number = assessed(office)
    client, where = office.seat("lipei"), f"/insurer/claims/{number}/advance"
    form = {**world.hidden(client.get(where).content.decode()), "amount": "300", "reason": WHY}
    assert [client.post(where, form).status_code for _ in range(2)] == [302, 302]
    assert approval.count(approval.Wanted(frozenset({Kind.CLAIM_ADVANCE}))) == 1
    status, text = office.sent("lipei", number, "advance", amount="100", reason=WHY)
    assert (status, "已经申请过" in text) == (422, True)


def test_while_an_advance_is_on_its_way_nothing_else_is_decided(office: Office) -> None:
    number = agreed(office)
    for name, task, said in (
        ("lipei", "assess", COST),
        ("lipei.fuhe", "decide", {"choice": "pay"}),
        ("lipei.fuhe", "refuse", {"reason": "不在保障范围。", "clause": "HN-1"}),
    ):
        status, text = office.sent(name, number, task, **said)
        assert (status, "已同意先付 300.00 元，还没有付出" in text) == (422, True), task
    made(office)
    assert office.send("zhifu", number, "advance/back", reason="账号无法核实") == 422  # the bank is at it


def test_the_payer_sends_back_what_cannot_be_paid_and_the_claim_goes_on(office: Office) -> None:
    number = agreed(office)
    assert office.send("zhifu", number, "advance/back", reason="账号无法核实") == 302
    assert "付款岗退回先付：账号无法核实" in page(office, "lipei", number)
    assert office.send("lipei.fuhe", number, "decide", choice="pay") == 302
    assert world.now(number).owed_fen == AHEAD_FEN + LEFT_FEN
    assert faults() == []


def test_an_advance_of_the_whole_sum_is_closed_without_a_second_payment(office: Office) -> None:
    number = agreed(office, "765")
    first = made(office)
    back(office, first, row(first))
    assert office.send("lipei.fuhe", number, "decide", choice="pay") == 302
    text = page(office, "zhifu", number)
    assert "结案（已先付足额）" in text
    form = world.hidden(text)
    assert office.seat("zhifu").post(f"/insurer/claims/{number}/close", form).status_code == 302
    closed = world.now(number)
    assert (closed.state, len(closed.payments)) == (State.PAID, 1)
    assert faults() == []


def test_the_queue_names_the_term_of_sixty_days(office: Office) -> None:
    number = assessed(office)
    # The decision is due first; the papers were complete on the day of the accident, so 60 days end on 2025-08-01.
    assert "先行支付" in page(office, "lipei", number)
    office.to(FELL_ON + timedelta(days=60))
    assert "先行支付" in page(office, "lipei", number)
    assert "今天到期" in page(office, "lipei", number)
    assert world.now(number).when(Verb.ADVANCE) is None


def test_who_asked_does_not_agree_and_who_agreed_does_not_pay(office: Office) -> None:
    number = assessed(office)
    assert office.send("lipei", number, "advance", amount="300", reason=WHY) == 302
    for name, task in (("lipei", "advance/decide"), ("zhifu", "advance/decide"), ("lipei.fuhe", "advance")):
        assert office.seat(name).get(f"/insurer/claims/{number}/{task}").status_code == 403
    assert office.seat("lipei.fuhe").post(f"/insurer/claims/{number}/close", {}).status_code == 403
