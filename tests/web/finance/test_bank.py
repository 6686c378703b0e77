"""银行存款余额调节表 by Django's client: a statement dropped, what only one side has, the sheet; nothing is posted."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from huibao.app.access import Reach, Role
from huibao.domain import ledger
from huibao.store import ledger as books
from huibao.store import trail
from huibao.store.models.work import KeptFile
from tests.app.funds_world import CONTRACT, COUNTY, MEDICAL, insured
from tests.app.staff_world import Hands
from tests.web.finance.seats import seated

pytestmark = pytest.mark.django_db

HEADER = "日期,摘要,收入,支出,余额,凭证号"
REF = ledger.special(CONTRACT, MEDICAL)
PERIOD = {"first": "2020-01-01", "last": "2020-12-31"}
PREMIUM = "2020-01-01,拨入保费,1200.00,,1200.00,"
INTEREST = "2020-12-21,利息,3.21,,1203.21,"


@pytest.fixture
def clerk(clock: Hands) -> Client:
    """A finance clerk of the insured county: its medical line got 1,200.00 yuan and paid nothing."""
    insured()
    return seated(Role.FINANCE_CLERK, clock, Reach(COUNTY), "zijin")


def where(code: str = REF.code) -> str:
    return f"/books/account/bank?area={COUNTY}&year=2020&code={code}"


def drop(client: Client, *rows: str, **more: str) -> tuple[int, str, str]:
    """Send a statement; status, where it leads, the page."""
    sent = SimpleUploadedFile("对账单.csv", "\r\n".join((HEADER, *rows)).encode("gb18030"), "text/csv")
    answer = client.post(where(), {**PERIOD, **more, "file": sent})
    to = answer.headers.get("Location", "")
    return answer.status_code, to, (client.get(to) if to else answer).content.decode()


def paid_in_on() -> str:
    """The day the premium came in, in the books."""
    from huibao.store.models.ledger import Transfer

    row = Transfer.objects.filter(target__kind=REF.kind.value, target__owner=REF.owner, target__line=REF.line).first()
    assert row is not None
    return row.takes_effect_on.isoformat()


def test_what_the_bank_alone_has_is_listed_with_its_age_and_both_sides_agree(clerk: Client) -> None:
    before = books.balance(REF)
    status, to, text = drop(clerk, PREMIUM.replace("2020-01-01", paid_in_on()), INTEREST)
    assert (status, to.startswith("/books/bank/")) == (302, True)
    assert "✓ 调节后余额相符" in text
    # The books' 1,200.00 with the interest are the bank's 1,203.21; ten days are left of the year.
    for words in ("1,203.21 元", "利息", "（对账单第 3 行）", ">10</td>", "对上 1 笔"):
        assert words in text, words
    assert books.balance(REF) == before, "nothing is posted"
    assert [act.deed.verb for act in trail.all_acts()][-1] == "bank_statement"


def test_what_the_books_alone_have_leads_to_its_voucher(clerk: Client) -> None:
    _, _, text = drop(clerk, "2020-12-21,利息,3.21,,3.21,")
    assert "账上已收、银行未收" in text
    assert "/books/vouchers/" in text
    assert "✓ 调节后余额相符" in text


def test_a_statement_that_begins_with_another_balance_does_not_agree(clerk: Client) -> None:
    _, _, text = drop(clerk, "2020-12-21,利息,3.21,,103.21,")
    assert "✗ 两边不符，相差" in text
    assert "请从更早的日期开始对账" in text


@pytest.mark.parametrize(
    ("rows", "more", "at", "says"),
    [
        ((PREMIUM, "2020-13-01,x,1.00,,1201.00,"), {}, "file", "第 3 行的日期读不出来"),
        ((PREMIUM, "2020-03-01,x,1.00,,1300.00,"), {}, "file", "第 3 行的余额应为 1,201.00 元，读到 1,300.00 元"),
        ((PREMIUM, "x,x,1.00,,1201.00,", "2020-03-01,x,,,1201.00,"), {}, "file", "对账单有 2 处不对，逐行列在下面"),
        ((), {}, "file", "没有一行"),
        ((PREMIUM,), {"first": "一月"}, "first", "请按 年-月-日 输入日期"),
        ((PREMIUM,), {"first": "2019-12-31"}, "first", "不成立，或不在同一年"),
        ((PREMIUM,), {"last": ""}, "last", "请输入对账截止日"),
    ],
)
def test_bad_input_is_said_beside_its_field_and_nothing_is_kept(
    clerk: Client, rows: tuple[str, ...], more: dict[str, str], at: str, says: str
) -> None:
    status, _, text = drop(clerk, *rows, **more)
    assert (status, f'id="{at}-error"' in text, says in text) == (422, True, True)
    assert KeptFile.objects.count() == 0


def test_the_sheet_is_a_pdf_and_the_statement_stands_in_the_list(clerk: Client) -> None:
    _, to, _ = drop(clerk, PREMIUM, INTEREST)
    sheet = clerk.get(f"{to}/print")
    assert (sheet["Content-Type"], sheet.content[:5]) == ("application/pdf", b"%PDF-")
    assert to in clerk.get(where()).content.decode()
    assert "余额调节表" in clerk.get(f"/books/account?area={COUNTY}&year=2020&code={REF.code}").content.decode()


def test_the_file_lies_sealed(clerk: Client) -> None:
    drop(clerk, PREMIUM, INTEREST)
    row = KeptFile.objects.get()
    assert row.sealed is not None
    assert "利息".encode() not in bytes(row.sealed)


def test_who_may_not_sees_nothing_of_it(clerk: Client, clock: Hands) -> None:
    _, to, _ = drop(clerk, PREMIUM)
    auditor = seated(Role.AUDITOR, clock, Reach("370000"), "shenji")
    assert "调节后余额" in auditor.get(to).content.decode()
    elsewhere = seated(Role.FINANCE_CLERK, clock, Reach("430423"), "biechu")
    supervisor = seated(Role.PROVINCE_SUPERVISOR, clock, Reach("370000"), "shengji")
    assert [elsewhere.get(page).status_code for page in (to, f"{to}/print", where())] == [403, 403, 403]
    assert "<input" not in supervisor.get(where()).content.decode().split("<main")[1]
    assert supervisor.post(where(), PERIOD).status_code == 403
    assert clerk.get("/books/bank/999").status_code == 403
    assert clerk.get(where(ledger.claims_paid(CONTRACT, MEDICAL).code)).status_code == 403


def test_the_page_keeps_to_its_statements(clerk: Client) -> None:
    _, to, _ = drop(clerk, PREMIUM, INTEREST)
    for page in (where(), to):
        with CaptureQueriesContext(connection) as counted:
            assert clerk.get(page).status_code == 200
        assert len(counted) <= 30, page
