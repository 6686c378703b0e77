"""The sheet a person takes home: this stay and the year so far, each payer, capitals, and why each paid what it paid."""

from datetime import date

from huibao.app.hospital.later import add_payer
from huibao.app.hospital.regions import regions
from huibao.app.hospital.sheet import content, settlement_sheet
from huibao.kernel.fen import Fen
from huibao.rules.vocabulary import Payer
from huibao.store import settlement as settlements
from huibao.store import stay as stays
from huibao.store import stay_settlement
from tests.app import insured_county as county
from tests.hospital.test_a_stay_is_settled_over_the_interface import admitted
from tests.hospital.world import Hospital, admission, bill, leaving
from tests.web.browser.checks.paper import paper


def test_what_stands_on_it(hospital: Hospital) -> None:
    psn_no, first = admitted(hospital)
    hospital.ask("2304", bill(first, psn_no))
    second = hospital.ask("2401", admission(1, psn_no, "2020-06-01 00:30:00"))["result"]["mdtrt_id"]
    hospital.ask("2402", leaving(second, psn_no, "2020-06-03 10:00:00"))
    setl_id = hospital.ask("2304", bill(second, psn_no, acct_pay="300.00"))["setlinfo"]["setl_id"]
    recorded = list(settlements.settlements())[-1]
    add_payer(recorded.number, Payer.DONATION, Fen(400_00), "charity-1", hospital.clock, regions(None))

    found, stay = stay_settlement.settled(setl_id), stays.by_number(second)
    assert found is not None
    assert stay is not None
    said = content(found, stay)
    # The second stay of the year: each payer's part this time and in the year so far.
    assert [row for row in said["payers"] if row[0] != "合计"] == [
        ["基本医保", "6,000.00", "12,000.00"],
        ["医疗商业补充保险", "2,100.00", "4,200.00"],
        ["慈善捐助", "400.00", "400.00"],
        ["个人账户", "300.00", ""],
        ["个人现金", "1,200.00", ""],
    ]
    assert (said["total_capitals"], said["person_capitals"]) == ("壹万元整", "壹仟伍佰元整")
    assert any("SD-4.1" in line for line in said["why"])
    assert county.identity(1) not in str(said)
    assert stay.begun_at.date() == date(2020, 6, 1)


def test_it_is_a_tagged_pdf_and_says_the_same_whenever_it_is_made(hospital: Hospital) -> None:
    psn_no, stay = admitted(hospital)
    setl_id = hospital.ask("2304", bill(stay, psn_no))["setlinfo"]["setl_id"]
    made = settlement_sheet(setl_id)
    assert made.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in made
    assert b"pdfuaid" in made
    assert b"/Lang" in made
    assert paper(made, pages=1) == []
