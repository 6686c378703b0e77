"""2020: money comes down from the province, insures ten people, pays a bill, and is all there at the end. SD-5, SD-7.4."""

import json
from datetime import date
from pathlib import Path

import pytest
from beancount import loader

from huibao.app import funds
from huibao.app.audit import check_all
from huibao.app.contract import add_contract
from huibao.app.enrolment import enrol, leave
from huibao.app.ledger import Format, export
from huibao.app.settlement import settle_bills
from huibao.app.statistics import money_report
from huibao.domain.ledger import SourceKind, allocation, fund, special
from huibao.domain.plan import EndReason
from huibao.domain.settlement.billfile import read_bills
from huibao.kernel.fen import Fen
from huibao.kernel.problem import Refused
from huibao.rules.vocabulary import Line
from huibao.store import ledger
from tests.app.insured_county import CONTRACT, CONTRACT_TEXT, COUNTY, Calendar, add_person, identity

pytestmark = pytest.mark.django_db

FUND = "provincial_poverty_fund"
MEDICAL, ACCIDENT = Line.MEDICAL_SUPPLEMENTARY, Line.ACCIDENT
JANUARY, JUNE, DECEMBER = date(2020, 1, 20), date(2020, 6, 30), date(2020, 12, 20)


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [problem.code for problem in refused.value.problems]


def test_the_money_of_a_year(tmp_path: Path) -> None:
    clock = Calendar(JANUARY)
    for number in range(1, 11):
        add_person(number)
    add_contract(f"{CONTRACT_TEXT}line_move_limit: 5 %\n", "contract.yaml", clock)
    enrol(CONTRACT, JANUARY, "enrol", clock)

    # January: 2,000.00 to the province, 1,900.00 on to the city, 1,800.00 to the county.
    funds.receive("370000", FUND, Fen(2000_00), SourceKind.FISCAL, JANUARY, "receive", clock, giver="预算")
    funds.allocate_blocks(FUND, "370000", [("370300", Fen(1900_00))], JANUARY, "to-city", clock)
    funds.allocate_blocks(FUND, "370300", [(COUNTY, Fen(1800_00))], JANUARY, "to-county", clock)

    # Ten people at 130 and 15 yuan: 1,300.00 and 150.00.
    for line, fen in ((MEDICAL, 1300_00), (ACCIDENT, 150_00)):
        funds.allocate_line(COUNTY, FUND, CONTRACT, line, Fen(fen), JANUARY, f"line-{line}", clock)
        (paid,) = funds.pay_premium(CONTRACT, line, JANUARY, f"premium-{line}", clock)
        assert paid.fen == fen
    assert ledger.balance(fund(COUNTY, FUND)) == 350_00
    assert ledger.balance(special(CONTRACT, MEDICAL)) == 1300_00

    # June: a bill. 90 % of 2,000 is 1,800, basic insurance bore 1,600: ours pays 200.00.
    clock.day = JUNE
    bill = {"setl_id": "S-1", "certno": identity(1), "begndate": "2020-06-01", "enddate": "2020-06-09"}
    bill |= {"medfee_sumamt": "2000.00", "inscp_scp_amt": "2000.00", "hifp_pay": "1600.00", "hosp_lv": "primary"}
    (result,) = settle_bills(read_bills(json.dumps(bill), "bill.json"), clock)
    assert result.status == "settled", result.problems

    # 30 June: one person withdraws. 182 of 366 days are used: 130 × 182 ⁄ 366 = 64.64, so 65.36 go back to the fund's
    # allocation, not to anybody's pocket; 15 × 182 ⁄ 366 = 7.46, so 7.54.
    leave(CONTRACT, identity(2), JUNE, EndReason.WITHDREW, "leave", clock)
    back = {
        line: funds.refund_premium(CONTRACT, line, JUNE, f"refund-{line}", clock)[0].fen for line in (MEDICAL, ACCIDENT)
    }
    assert back == {MEDICAL: 65_36, ACCIDENT: 7_54}
    assert ledger.balance(allocation(CONTRACT, FUND, MEDICAL)) == 65_36

    # December: operating cost up to 5 % of the premium kept. 1,300.00 − 65.36 = 1,234.64; 5 % of it is 61.73.
    clock.day = DECEMBER
    with pytest.raises(Refused) as refused:
        funds.operating(CONTRACT, MEDICAL, Fen(61_74), DECEMBER, "网点", "cost", clock)
    assert codes(refused) == ["FUND-005"]
    funds.operating(CONTRACT, MEDICAL, Fen(61_73), DECEMBER, "网点", "cost", clock)

    # Moving between lines: not without approval, not above 5 %, and then seen in both lines' books.
    with pytest.raises(Refused) as refused:
        funds.transfer(CONTRACT, MEDICAL, ACCIDENT, Fen(50_00), DECEMBER, "", "move", clock)
    assert codes(refused) == ["LEDGER-005"]
    with pytest.raises(Refused) as refused:
        funds.transfer(CONTRACT, MEDICAL, ACCIDENT, Fen(61_74), DECEMBER, "批〔2020〕1号", "move", clock)
    assert codes(refused) == ["FUND-007"]
    funds.transfer(CONTRACT, MEDICAL, ACCIDENT, Fen(50_00), DECEMBER, "批〔2020〕1号", "move", clock)

    # What is left: 1,300.00 − 200.00 − 65.36 − 61.73 − 50.00 = 922.91, and 150.00 − 7.54 + 50.00 = 192.46.
    money = money_report(CONTRACT)
    assert dict(money.left) == {"medical_supplementary": 922_91, "accident": 192_46}
    assert {(one.line, one.fen) for one in money.sources} == {("medical_supplementary", 1234_64), ("accident", 142_46)}
    # Every fen that came in is somewhere: province 100.00, city 100.00, county 350.00, allocations 65.36 and 7.54, the two
    # special accounts, and outside 200.00 for the bill and 61.73 of cost.
    held = [100_00, 100_00, 350_00, 65_36, 7_54, 922_91, 192_46, 200_00, 61_73]
    assert sum(held) == 2000_00
    assert sum(fen for fen in ledger.balances().values() if fen > 0) == 2000_00
    assert sum(ledger.balances().values()) == 0

    # The accountants' own program agrees, and every invariant holds.
    export(tmp_path, (Format.BEANCOUNT,))
    _, errors, _ = loader.load_file(str(tmp_path / "ledger.beancount"))
    assert errors == []
    assert [finding.number for finding in check_all() if not finding.holds] == []
