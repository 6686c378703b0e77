"""Settling by hand: identity, bill, confirmation, sheet; once however often it is sent; undone; the month compared."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from huibao.app.access import Reach, Role
from huibao.app.audit import check_all
from huibao.domain.ledger import special
from huibao.rules.vocabulary import Line
from huibao.store import institution as institutions
from huibao.store import ledger, trail
from huibao.store import settlement as settlements
from huibao.store.unit import unit_of_work
from tests.app import insured_county as county
from tests.app.staff_world import Hands
from tests.hospital import world
from tests.web.desk_world import signed_in

pytestmark = pytest.mark.django_db
POOL = special(county.CONTRACT, Line.MEDICAL_SUPPLEMENTARY)
TYPED = {
    "bill_total": "10,000",
    "out_of_catalogue": "800",
    "over_limit": "100",
    "first_self_pay": "100.00",
    "in_policy": "9000元",
    "hifp_pay": "6000",
    "hifmi_pay": "0",
    "maf_pay": "0",
    "hosp_part_amt": "",
    "act_pay_dedc": "",
    "acct_pay": "",
}
"""The bill of tests/hospital: 9,000 × 90 % = 8,100, less 6,000: ours 2,100, the person's 1,900."""


def come_in(cashier: Client, number: int = 1, last: str = "2020-05-12") -> str:
    """A stay put on record by hand; the page of its bill."""
    form = {"number": county.identity(number), "first": "2020-05-01", "last": last, "ipt_no": "Z1"}
    return str(cashier.post("/counter/new", form)["Location"])


def confirmed(cashier: Client, page: str, **other: str) -> dict[str, str]:
    """The hidden fields of the confirmation."""
    text = cashier.post(page, TYPED | other).content.decode()
    form = text.split('/settle"')[1].split("</form>")[0]
    return dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))


def test_from_identity_to_sheet_the_person_pays_what_the_scheme_leaves(cashier: Client) -> None:
    page = come_in(cashier)
    found = cashier.post("/counter", {"number": county.identity(1)})
    assert found["Location"] == page, "one stay that waits is opened at once"
    before = ledger.balance(POOL)
    shown = cashier.post(page, TYPED).content.decode()
    assert "1,900.00" in shown
    assert "2,100.00" in shown
    assert "先诊疗后付费" in shown
    assert (ledger.balance(POOL), list(settlements.settlements())) == (before, []), "reckoning writes nothing"
    done = cashier.post(f"{page}/settle", confirmed(cashier, page))["Location"]
    assert "✓ 结算完成" in cashier.get(done).content.decode()
    assert before - ledger.balance(POOL) == 2100_00
    sheet = cashier.get(f"{done}/sheet")
    assert (sheet["Content-Type"], sheet.content[:5]) == ("application/pdf", b"%PDF-")
    assert [one for one in check_all() if one.broken] == []


def test_a_page_sent_twice_settles_once_and_answers_the_same(cashier: Client) -> None:
    page = come_in(cashier)
    fields = confirmed(cashier, page)
    first = cashier.post(f"{page}/settle", fields)["Location"]
    assert cashier.post(f"{page}/settle", fields)["Location"] == first
    assert len(list(settlements.settlements())) == 1
    again = cashier.post(f"{page}/settle", fields | {"key": "another"})
    assert (again.status_code, "已结算" in again.content.decode()) == (403, True)


def test_undone_everything_is_back_and_it_can_be_settled_again(cashier: Client) -> None:
    page = come_in(cashier)
    before = ledger.balance(POOL)
    done = cashier.post(f"{page}/settle", confirmed(cashier, page))["Location"]
    assert "全部冲回" in cashier.get(f"{done}/undo").content.decode()
    back = cashier.post(f"{done}/undo")["Location"]
    assert "结算已撤销" in cashier.get(back).content.decode()
    assert ledger.balance(POOL) == before
    assert "这笔结算已撤销" in cashier.get(done).content.decode()
    assert cashier.post(f"{done}/undo")["Location"] == back, "undone once"
    assert cashier.post(f"{page}/settle", confirmed(cashier, page))["Location"] not in {done, back}


def test_what_does_not_add_up_is_said_beside_the_field_and_nothing_typed_is_lost(cashier: Client) -> None:
    page = come_in(cashier)
    for other, said in (
        ({"hifp_pay": "六千"}, 'id="hifp_pay-error"'),
        ({"hifp_pay": "-1"}, "不能小于零"),
        ({"maf_pay": ""}, "请输入医疗救助已付"),
        ({"in_policy": "8000"}, "govuk-error-summary"),
    ):
        answer = cashier.post(page, TYPED | other)
        text = answer.content.decode()
        assert (answer.status_code, said in text) == (422, True), other
        assert 'value="10,000"' in text
    assert list(settlements.settlements()) == []


def test_another_hospitals_stays_and_settlements_are_not_there(cashier: Client, clock: Hands) -> None:
    page = come_in(cashier)
    done = cashier.post(f"{page}/settle", confirmed(cashier, page))["Location"]
    with unit_of_work():
        institutions.record_institution(world.institution("H37032300002"), clock.now())
    other = signed_in(Role.HOSPITAL_CASHIER, clock, Reach(county.COUNTY, "H37032300002"), name="bie.chu")
    for address in (page, done, f"{done}/sheet", f"{done}/undo"):
        assert other.get(address).status_code == 403, address
    assert other.post(f"{done}/undo").status_code == 403


def test_an_account_without_a_hospital_is_told_so(clock: Hands) -> None:
    client = signed_in(Role.HOSPITAL_CASHIER, clock, Reach(county.COUNTY), name="wu.yuan")
    assert "没有绑定医院" in client.get("/counter").content.decode()


def test_the_month_shows_only_what_differs(cashier: Client) -> None:
    rows = []
    for number in (1, 2):
        page = come_in(cashier, number)
        done = cashier.post(f"{page}/settle", confirmed(cashier, page))["Location"]
        rows.append(done.rsplit("/", 1)[1])
    text = cashier.get("/counter/month?month=2020-06").content.decode()
    assert "20,000.00" in text
    lines = [_line(rows[0], "10000.00"), _line(rows[1], "10000.50"), _line("X404", "5.00")]
    sent = SimpleUploadedFile("list.csv", "\n".join(lines).encode("gb18030"))
    text = cashier.post("/counter/month", {"month": "2020-06", "list": sent}).content.decode()
    assert "有 2 笔不一致" in text
    assert rows[0] not in text.split("<table")[1]
    assert "10,000.50" in text
    assert "X404" in text
    alike = SimpleUploadedFile("list.csv", "\n".join(_line(row, "10000.00") for row in rows).encode())
    assert "全部一致" in cashier.post("/counter/month", {"month": "2020-06", "list": alike}).content.decode()


def test_a_list_that_is_none_is_said_beside_its_field(cashier: Client) -> None:
    sent = SimpleUploadedFile("list.csv", b"only,three,columns")
    answer = cashier.post("/counter/month", {"month": "2020-06", "list": sent})
    assert (answer.status_code, 'id="list-error"' in answer.content.decode()) == (422, True)
    assert cashier.post("/counter/month", {"month": "June"}).status_code == 422


def test_each_look_and_each_settlement_is_on_record(cashier: Client) -> None:
    page = come_in(cashier)
    cashier.post("/counter", {"number": county.identity(1)})
    cashier.post(f"{page}/settle", confirmed(cashier, page))
    acts = [(act.deed.verb, act.deed.noun) for act in trail.all_acts()]
    assert acts[-3:] == [("admit", "stay"), ("find", "person"), ("settle", "bill")]
    assert all(county.identity(1) not in str(act) for act in trail.all_acts())


def _line(setl_id: str, total: str) -> str:
    """A line of a hospital's list about a settlement of ours: stay and person as we answered them."""
    from huibao.store import stay_settlement

    found = stay_settlement.settled(setl_id)
    stay_no, psn_no = (found.stay, found.psn_no) if found else ("0", "0")
    return f"{setl_id},{stay_no},{psn_no},{total},8100.00,0,0"
