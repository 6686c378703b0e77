"""Payments by file: out with totals and hash, the bank's answer in, line by line; nobody is paid twice."""

import csv
import hashlib
import io
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction

from huibao.app import claims
from huibao.domain.claims.beneficiaries import Beneficiary
from huibao.domain.claims.claim import State
from huibao.domain.ledger import AccountRef, special
from huibao.domain.roster.person import FactKind
from huibao.kernel.problem import Refused
from huibao.rules.vocabulary import Line
from huibao.store import ledger, trail
from huibao.store.audits import claims as audits
from huibao.store.models.payout import PaymentLine
from huibao.store.models.roster import Fact
from tests.app.claims_world import identity
from tests.web.insurer import insurer_world as world
from tests.web.insurer.insurer_world import ACCOUNT, DIGITS, FELL_ON, PAID_FEN, PAYER, Office

pytestmark = pytest.mark.django_db

HEADER = "付款编号,结果,金额,日期,原因\r\n"


def ready(office: Office) -> dict[str, str]:
    """Fields of the button that makes the file."""
    import re

    text = office.seat("zhifu").get("/insurer/payments").content.decode()
    return dict(re.findall(r'<input type="hidden" name="(contract|mark|shown|key)" value="([^"]*)">', text))


def made(office: Office) -> str:
    """A payment file of what is ready; returns its number."""
    answer = office.seat("zhifu").post("/insurer/payments", ready(office))
    assert answer.status_code == 302
    return str(answer["Location"].split("/")[-1].split("?")[0])


def back(office: Office, number: str, rows: str, name: str = "zhifu") -> tuple[int, str]:
    """The bank's file dropped; status, and the file's page afterwards."""
    sent = SimpleUploadedFile("回盘.csv", (HEADER + rows).encode("gb18030"), "text/csv")
    answer = office.seat(name).post(f"/insurer/payments/{number}", {"file": sent})
    page = office.seat(name).get(f"/insurer/payments/{number}").content.decode()
    return answer.status_code, answer.content.decode() + page


def row(number: str, result: str = "成功", yuan: str = "765.00", no: int = 1, why: str = "") -> str:
    return f"{number}-{no:04d},{result},{yuan},{FELL_ON},{why}\r\n"


def test_the_file_has_accounts_totals_and_its_own_hash(office: Office) -> None:
    claim = world.decided(office)
    number = made(office)
    answer = office.seat("zhifu").post(f"/insurer/payments/{number}/fetch")
    text = answer.content.decode()
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[2] == [f"{number}-0001", "孙某", DIGITS, "示范银行", "765.00", f"理赔款 {claim}"]
    assert rows[3][:5] == ["合计", "1", "", "", "765.00"]
    body = text[: text.index("SHA-256,")]
    assert rows[4] == ["SHA-256", hashlib.sha256(body.encode()).hexdigest()]
    assert rows[4][1] in office.seat("zhifu").get(f"/insurer/payments/{number}").content.decode()
    assert [act.deed.verb for act in trail.all_acts() if act.deed.noun == "payment_file"] == ["pay", "export"]
    assert office.seat("lipei").post(f"/insurer/payments/{number}/fetch").status_code == 403


def test_what_is_with_the_bank_cannot_go_out_a_second_time_nor_be_paid_by_hand(office: Office) -> None:
    claim = world.decided(office)
    form = ready(office)
    client = office.seat("zhifu")
    first = client.post("/insurer/payments", form)
    again = client.post("/insurer/payments", form)
    assert first["Location"] == again["Location"]
    assert client.post("/insurer/payments", {**form, "key": "other"}).status_code == 422
    with pytest.raises(Refused, match="PAYOUT-013"):
        claims.pay(claim, PAYER, "by hand", office.clock)
    line = PaymentLine.objects.get()
    line.pk, line.no = None, 2
    with pytest.raises(DatabaseError), transaction.atomic():
        line.save()


def test_paid_by_the_bank_is_paid_in_the_books_once(office: Office) -> None:
    claim = world.decided(office)
    number = made(office)
    before = ledger.balance(_special())
    status, text = back(office, number, row(number))
    assert (status, "已付 1，退回 0，未回 0" in text) == (302, True)
    paid = world.now(claim)
    assert (paid.state, paid.paid_fen) == (State.PAID, PAID_FEN)
    assert ledger.balance(_special()) == before - PAID_FEN
    assert (
        "以前导入过，没有重复处理"
        in office.seat("zhifu").get(f"/insurer/payments/{number}?told=again").content.decode()
    )
    status, _ = back(office, number, row(number))
    assert (status, len(world.now(claim).payments)) == (302, 1)
    assert [found for audit in audits.AUDITS for found in audit.run()] == []


def test_who_pays_is_neither_handler_nor_approver(office: Office) -> None:
    world.decided(office)
    number = made(office)
    for name in ("lipei", "lipei.fuhe"):
        assert (
            back(office, number, row(number), name)[0] == 422
            or office.seat(name).post("/insurer/payments", {}).status_code == 403
        )
    assert PaymentLine.objects.get().answer == ""


def test_a_rejected_part_waits_for_another_account_and_is_then_paid_once(office: Office) -> None:
    claim = world.decided(office)
    number = made(office)
    assert back(office, number, row(number, "失败", why="户名不符"))[0] == 302
    assert world.now(claim).state is State.DECIDED
    assert "户名不符" in office.seat("lipei").get(f"/insurer/claims/{claim}").content.decode()
    assert ready(office) == {}
    payee = world.now(claim).facts.insured
    assert office.send("lipei", claim, "payees", payee=payee, bank="示范银行", account="6222 0000 9999 8888 777") == 302
    second = made(office)
    assert back(office, second, row(second))[0] == 302
    # The first file's line, rejected, is told as paid after all: a contradiction, and nothing happens.
    _, text = back(office, number, row(number, "成功"))
    assert "与先前的回盘不一致" in text
    assert (world.now(claim).state, world.now(claim).paid_fen) == (State.PAID, PAID_FEN)


def test_unknown_lines_wrong_amounts_duplicates_and_half_answers_touch_nothing_else(office: Office) -> None:
    first, second = world.decided(office, 0), world.decided(office, 1)
    number = made(office)
    rows = row(number, no=9) + row(number, yuan="7650.00", no=2) + row(number) + row(number) + row(number, "失败")
    status, text = back(office, number, rows + "乱写,也许,abc,,\r\n")
    assert status == 302
    for said in (
        "不在本支付文件中",
        "金额为 7,650.00 元，我方为 765.00 元",
        "与本文件前面的结果不一致",
        "结果读不出来",
    ):
        assert said in text
    assert "已付 1，退回 0，未回 1" in text
    assert [world.now(one).state for one in (first, second)] == [State.PAID, State.DECIDED]
    assert back(office, number, row(number, no=2))[0] == 302
    assert world.now(second).state is State.PAID


def test_a_file_that_is_no_return_is_refused_as_a_whole_and_says_what_was_expected(office: Office) -> None:
    world.decided(office)
    number = made(office)
    texts = []
    for content in (b"\x00\x01\x02", "姓名,金额\r\n".encode(), b""):
        sent = SimpleUploadedFile("x.csv", content, "text/csv")
        answer = office.seat("zhifu").post(f"/insurer/payments/{number}", {"file": sent})
        assert answer.status_code == 422
        texts.append(answer.content.decode())
    assert ["应为 UTF-8 或 GB18030 编码的 CSV" in text for text in texts] == [True, True, True]


def test_an_account_is_checked_sealed_and_shown_by_its_last_digits_alone(office: Office) -> None:
    claim = world.complete(office)
    payee = world.now(claim).facts.insured
    status, text = office.sent("lipei", claim, "payees", payee=payee, bank="示范银行", account="12AB")
    assert (status, "银行账号应为 8 到 32 位数字" in text) == (422, True)
    assert office.send("lipei", claim, "payees", payee=payee, bank="示范银行", account=ACCOUNT) == 302
    from huibao.store.models.claim_desk import PayeeAccount

    kept = PayeeAccount.objects.get()
    assert (kept.tail, DIGITS in kept.sealed) == ("2333", False)
    with pytest.raises(DatabaseError), transaction.atomic():
        PayeeAccount.objects.update(tail="0000")


def test_the_days_of_paying_are_the_banks(office: Office) -> None:
    claim = world.decided(office)
    number = made(office)
    office.to(FELL_ON + timedelta(days=3))
    back(office, number, f"{number}-0001,paid,765.00,{date(2025, 6, 4)},\r\n")
    assert world.now(claim).events[-1].on == date(2025, 6, 4)


def dies(claim: str, day: date = FELL_ON) -> None:
    """The insured person's death is learnt from a list."""
    person = world.now(claim).facts.person_id
    said = {"value": "yes", "source": "test", "agency": "test", "entered_on": day}
    Fact.objects.create(person_id=person, kind=FactKind.DEATH.value, from_on=day, **said)


def test_nothing_goes_to_the_bank_for_somebody_dead_until_it_is_known_who_is_paid(office: Office) -> None:
    claim = world.decided(office)
    dies(claim)
    assert ready(office) == {}
    for page in ("/insurer/payments", f"/insurer/claims/{claim}"):
        assert "已身故，先指定受益人" in office.seat("zhifu").get(page).content.decode()
    heirs = [Beneficiary("孙父", identity(81), "father")]
    claims.name_beneficiaries(claim, heirs, world.HANDLER, "heirs", office.clock)
    assert office.send("lipei", claim, "payees", payee="孙父", bank="示范银行", account=ACCOUNT) == 302
    number = made(office)
    assert back(office, number, row(number))[0] == 302
    assert [one.payee for one in world.now(claim).payments[0].payouts] == ["孙父"]


def test_what_the_bank_has_paid_is_entered_though_a_death_was_learnt_meanwhile(office: Office) -> None:
    claim = world.decided(office)
    number = made(office)
    dies(claim)
    before = ledger.balance(_special())
    assert back(office, number, row(number))[0] == 302
    assert (world.now(claim).state, world.now(claim).paid_fen) == (State.PAID, PAID_FEN)
    assert ledger.balance(_special()) == before - PAID_FEN


def test_what_the_bank_sends_back_after_a_death_waits_for_the_heirs(office: Office) -> None:
    claim = world.decided(office)
    number = made(office)
    dies(claim)
    assert back(office, number, row(number, "失败", why="账户已注销"))[0] == 302
    assert ready(office) == {}
    heirs = [Beneficiary("孙父", identity(81), "father")]
    claims.name_beneficiaries(claim, heirs, world.HANDLER, "heirs", office.clock)
    assert office.send("lipei", claim, "payees", payee="孙父", bank="示范银行", account=ACCOUNT) == 302
    second = made(office)
    assert back(office, second, row(second))[0] == 302
    assert world.now(claim).payments[0].payouts[0].payee == "孙父"


def _special() -> AccountRef:
    return special(world.CONTRACT, Line.ACCIDENT)
