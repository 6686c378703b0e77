"""April to June 2020: one stay in hospital over five payers, a slip put right, and a charity that comes later. SD-4.1, SD-6.4."""

import json
from datetime import date

import pytest

from huibao.app.settlement import add_payer, explain_settlement, reverse_settlement, settle_bills
from huibao.domain.ledger import special
from huibao.domain.settlement.billfile import read_bills
from huibao.kernel.fen import Fen
from huibao.rules.vocabulary import Line, Payer
from huibao.store import ledger
from huibao.store.settlement import Recorded
from tests.app.insured_county import CONTRACT, Calendar, identity, insure

pytestmark = pytest.mark.django_db

POOL = special(CONTRACT, Line.MEDICAL_SUPPLEMENTARY)


def settle(clock: Calendar, number: str, **amounts: str) -> Recorded:
    """Hand in one bill as the hospital's system writes it."""
    bill = {
        "setl_id": number,
        "certno": identity(1),
        "begndate": "2020-04-02",
        "enddate": "2020-04-12",
        "hosp_lv": "secondary",
        "overlmt_selfpay": "0.00",
        "preselfpay_amt": "0.00",
        **amounts,
    }
    (result,) = settle_bills(read_bills(json.dumps(bill), "bill.json"), clock)
    assert result.settlement is not None, [problem.text() for problem in result.problems]
    return result.settlement


def test_a_bill_is_settled_over_five_layers() -> None:
    clock = insure(people=1, pool_fen=10_000_00)
    before = ledger.balance(POOL)

    # 12 April: discharged. The four payers before ours have computed their parts themselves.
    first = settle(
        clock,
        "S-1",
        medfee_sumamt="12345.67",
        fulamt_ownpay_amt="2345.66",
        inscp_scp_amt="10000.01",
        hifp_pay="5000.00",
        hifmi_pay="1000.00",
        maf_pay="500.50",
        hosp_part_amt="99.51",
    )
    # 90 % of 10,000.01 is 9,000.009, half up 9,000.01; the others bore 6,600.01; so ours fills up 2,400.00.
    layers = {layer.payer: layer.fen for layer in first.layers if layer.fen}
    assert layers == {
        Payer.BASIC_MEDICAL: 5000_00,
        Payer.CRITICAL_ILLNESS: 1000_00,
        Payer.MEDICAL_ASSISTANCE: 500_50,
        Payer.HOSPITAL_REDUCTION: 99_51,
        Payer.MEDICAL_SUPPLEMENTARY: 2400_00,
    }
    # 12,345.67 − 6,600.01 − 2,400.00 stays with the person. S1.
    assert first.self_pay_fen == 3345_66
    assert before - ledger.balance(POOL) == 2400_00

    # Every line says its clause; the last one what bound it.
    _, lines = explain_settlement(first.number)
    ours = next(line for line in lines if line.payer is Payer.MEDICAL_SUPPLEMENTARY)
    assert (ours.clause, ours.fen) == ("SD-4.1", 2400_00)
    assert "目标" in ours.text("zh")

    # 30 June: the in-policy cost turns out to be 9,000. The settlement is undone, to the fen, and made anew. S5.
    reverse_settlement(first.number, "政策范围内费用有误", "undo-1", clock)
    assert ledger.balance(POOL) == before
    second = settle(
        clock,
        "S-2",
        medfee_sumamt="12345.67",
        fulamt_ownpay_amt="3345.67",
        inscp_scp_amt="9000.00",
        hifp_pay="5000.00",
        hifmi_pay="1000.00",
        maf_pay="500.50",
        hosp_part_amt="99.51",
    )
    # 90 % of 9,000 is 8,100; less 6,600.01 is 1,499.99. The year's total counts this one alone.
    assert second.closing["supplementary_paid"] == 1499_99
    assert second.self_pay_fen == 12345_67 - 6600_01 - 1499_99
    assert before - ledger.balance(POOL) == 1499_99

    # Weeks later a charity takes over 1,245.67 of what the person bore. Our books do not move.
    clock.forward(20)
    later = add_payer(second.number, Payer.DONATION, Fen(1245_67), "charity-1", clock)
    assert later.left_fen == 4245_67 - 1245_67
    assert before - ledger.balance(POOL) == 1499_99
    assert clock.today() == date(2020, 7, 20)
