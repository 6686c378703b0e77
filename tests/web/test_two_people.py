"""Two people on one case, at every form of every role: one effect, said who it was, nothing typed lost.

The second press and the session that ended are tried here too, for every form there is: the walk of `test_every_form` comes
only to those that the demonstration draws.
"""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from huibao.app.access import Reach, Role
from huibao.app.contract import add_contract
from huibao.app.work.worker import work_off
from huibao.domain.claims.claim import Cause
from huibao.domain.ledger import special
from huibao.domain.roster.refusals import MASS_LEAVE
from huibao.store import institution as institutions
from huibao.store.models.staff import Staff
from huibao.store.staff import kept_form
from huibao.store.unit import unit_of_work
from huibao.web import urls
from huibao.web.desk import SITTING
from tests.app import funds_world
from tests.app import insured_county as insured
from tests.app.desk_world import rows, workbook
from tests.app.staff_world import COUNTY, Hands
from tests.domain.roster.made_up import identity
from tests.hospital import world as hospital
from tests.web.cashier.test_counter import come_in, confirmed
from tests.web.county.test_rosters import looked, version
from tests.web.insurer import insurer_world as insurer
from tests.web.insurer.insurer_world import ACCOUNT, COST
from tests.web.two_people import FOUND, Meeting, Seat, check_meetings, seat

pytestmark = pytest.mark.django_db

WORDS: Final = "我写的话不能丢，编号七一九"
"""What the slower one types into a field of words."""
OPEN: Final = {"enter", "code", "enter-passkey", "enrol", "join", "comfort"}
"""Forms that need no session."""
ALONE: Final = {
    **dict.fromkeys(
        ("enter", "enter-passkey", "code", "enrol", "join", "leave"),
        "the door: nobody is anybody's colleague there yet",
    ),
    **dict.fromkeys(
        ("password", "codes", "passkeys", "passkey-new", "passkey-remove", "end-sitting", "unsent"),
        "about the account that sends it; a colleague cannot open it",
    ),
    "comfort": "a cookie of this browser",
    **dict.fromkeys(
        ("find", "unmask", "cashier-counter", "cashier-bill", "cashier-month", "insurer-fetch"),
        "looks, reckons or hands out: changes nothing, and each look is on record by itself",
    ),
    **dict.fromkeys(
        ("county-enrolment", "supervision-count", "finance-pack"),
        "work in the background that is its asker's own and changes nobody's case: foreseeing, counting, packing",
    ),
    "county-lists": "each has lists of his own, fetched under his own name",
    "finance-ask": "two requests may mean two sums; an approver sees both and decides each",
    "supervision-remind": "a county may be reminded twice, by two offices",
    "finance-bank": "nothing is posted, and each has dropped a statement of his own; the same one again is the first",
}
"""Routes at which nobody is in anybody's way, and why."""


def test_two_at_a_roster(tmp_path: Path, clock: Hands) -> None:
    li, wang = (seat(name, Role.COUNTY_CLERK, clock, Reach(COUNTY)) for name in ("li", "wang"))
    zhao, qian = (seat(name, Role.COUNTY_APPROVER, clock, Reach(COUNTY)) for name in ("zhao", "qian"))
    content = workbook(tmp_path, rows(spoilt="4304", twice=True))
    page = looked(li.client, content, clock)
    check_meetings(_at_rows(page, li, wang))
    check_meetings([_dropped(li, wang, tmp_path)])
    li.client.post(f"{page}/again", {"version": version(li.client.get(f"{page}/away").content.decode())})
    work_off(clock)
    check_meetings([Meeting("county-submit", f"{page}/check", wang, li)])
    li.client.post(f"{page}/submit", {"version": version(li.client.get(f"{page}/check").content.decode())})
    no = {"yes": "no", "reason": WORDS}
    check_meetings(
        [
            Meeting("county-decide", f"{page}/check", zhao, qian, {"yes": "yes"}, no, typed=(WORDS,)),
            Meeting("county-decide", f"{page}/check", qian, zhao, no, {"yes": "yes"}),
            Meeting("county-take-back", page, zhao, li, {"yes": "yes"}, by="county-decide", by_page=f"{page}/check"),
            Meeting(
                "county-decide",
                f"{page}/check",
                li,
                zhao,
                {},
                no,
                (WORDS,),
                by="county-take-back",
                by_page=page,
            ),
        ]
    )


def _at_rows(page: str, li: Seat, wang: Seat) -> Iterator[Meeting]:
    refused = re.findall(
        r'href="(/county/rosters/\d+/rows/\d+/mend)"', li.client.get(f"{page}/rows?verdict=refused").content.decode()
    )
    yield Meeting("county-decide-row", f"{page}/rows", wang, li, {"decision": "accept"}, {"decision": "reject"})
    yield Meeting(
        "county-mend", refused[0], wang, li, {"identity": identity(order=99)}, {"name": WORDS}, typed=(WORDS,)
    )
    yield Meeting("county-away", f"{page}/away", wang, li)
    # What is drawn only while nothing is undecided, or only after a roster that is much shorter, is sent as it would be.
    said = {"version": version(li.client.get(f"{page}/away").content.decode())}
    again = f"{page}/again"
    yield Meeting("county-again", page, wang, li, said, said, action=again)
    yield Meeting("county-again", page, wang, li, action=again, second=said, by="county-away", by_page=f"{page}/away")
    whole = {**said, "code": MASS_LEAVE.code}
    yield Meeting("county-whole", page, wang, li, said, whole, action=f"{page}/whole", by_action=again)
    yield Meeting("county-columns", page, wang, li, said, said, action=f"{page}/columns", by_action=again)


def _dropped(li: Seat, wang: Seat, tmp_path: Path) -> Meeting:
    content = workbook(tmp_path, rows(twice=True))

    def said() -> dict[str, Any]:
        return {
            "file": SimpleUploadedFile("五月.xlsx", content),
            "source": "disability_certificate",
            "taken_on": "2026-05-01",
        }

    return Meeting("county-drop", "/county/rosters/new", wang, li, said(), said())


def test_two_at_an_enrolment(clock: Hands) -> None:
    clock.at = datetime(2020, 1, 1, 1, 0, tzinfo=UTC)
    add_contract(insured.CONTRACT_TEXT, "contract", clock)
    for number in range(1, 4):
        insured.add_person(number)
    here = Reach(insured.COUNTY)
    li, wang = (seat(name, Role.COUNTY_CLERK, clock, here) for name in ("li", "wang"))
    zhao, qian = (seat(name, Role.COUNTY_APPROVER, clock, here) for name in ("zhao", "qian"))
    asked = {"contract": insured.CONTRACT, "on": "2020-01-01", "key": "k"}
    at_work = li.client.post("/county/enrolment", asked)["Location"]
    work_off(clock)
    page = li.client.get(at_work)["Location"]
    check_meetings([Meeting("county-preview-submit", page, wang, li)])
    li.client.post(f"{page}/submit")
    no = {"yes": "no", "reason": WORDS}
    check_meetings(
        [
            Meeting("county-preview-decide", page, zhao, qian, {"yes": "yes"}, no, typed=(WORDS,)),
            Meeting("county-preview-decide", page, qian, zhao, no, {"yes": "yes"}),
        ]
    )
    zhao.client.post(f"{page}/decide", {"yes": "yes"})
    work_off(clock)
    for each in (li, wang):
        at_work = each.client.post(f"{page}/lists")["Location"]
        assert each.client.get(at_work).status_code == 200, "each makes lists of his own"


@pytest.fixture
def office(clock: Hands) -> insurer.Office:
    """The insurer's office on the day of the accident."""
    return insurer.opened(clock, people=6)


class People:
    """The insurer's accounts as seats, two of each kind."""

    def __init__(self, office: insurer.Office) -> None:
        self.office = office
        self.li, self.er = self._seat("lipei"), self._seat("lipei.er")
        self.fuhe, self.fuhe_er = self._seat("lipei.fuhe"), self._seat("fuhe.er")
        self.pay = self._seat("zhifu")
        here, clock = Reach(insurer.AREA, insurer.CONTRACT), office.clock
        self.pay_er = seat("zhifu.er", Role.INSURER_PAYER, clock, here)
        self.fuhe_san = seat("fuhe.san", Role.INSURER_APPROVER, clock, here)
        self.san = seat("lipei.san", Role.INSURER_HANDLER, clock, here)

    def _seat(self, name: str) -> Seat:
        client = self.office.seat(name)
        client.raise_request_exception = False
        return Seat(name, insurer.ROLES[name], client)


def test_two_at_a_claim(office: insurer.Office) -> None:
    people = People(office)
    check_meetings(_papers(office, people))
    check_meetings(_sums(office, people))
    check_meetings(_decisions(office, people))
    check_meetings(_payments(office, people))


def _papers(office: insurer.Office, people: People) -> Iterator[Meeting]:
    number = insurer.report(office, 0)
    case = f"/insurer/claims/{number}"
    li, er = people.li, people.er
    papers = {"papers": ["invoices"]}
    yield Meeting("insurer-take", case, people.san, er)
    yield Meeting("insurer-ask", f"{case}/papers/ask", er, li, papers, {"papers": ["identity"]})
    yield Meeting("insurer-received", f"{case}/papers/received", er, li, papers, {"papers": ["identity"]})
    yield Meeting(
        "insurer-visit", f"{case}/visit", er, li, {"on": "2025-06-05", "purpose": "papers"},
        {"on": "2025-06-06", "purpose": "look", "note": WORDS}, typed=(WORDS, "2025-06-06"),
    )  # fmt: skip
    account = {"bank": "示范银行", "account": ACCOUNT}
    other = {"bank": WORDS, "account": "6222 0000 9999 8888 777"}
    yield Meeting("insurer-payees", f"{case}/payees", er, li, account, other, typed=tuple(other.values()))
    heirs = f"王某:{identity(order=7)}:子:1"
    yield Meeting(
        "insurer-heirs", f"{case}/beneficiaries", er, li, {"people": heirs}, {"people": WORDS}, typed=(WORDS,)
    )
    visit = {"on": "2025-06-05", "purpose": "papers"}
    assert office.send("lipei", number, "visit", **visit) == 302
    ended = "/insurer/visits/1"
    done, off = {"outcome": "done", "result": "收了三份"}, {"outcome": "called_off", "result": WORDS}
    yield Meeting("insurer-visit-one", ended, er, li, done, off, typed=(WORDS,))
    drowned = insurer.report(office, 1, cause=Cause.DROWNING)
    first = f"/insurer/claims/{drowned}/first-payer"
    said = {"known": "known", "amount": "100", "reference": WORDS}
    yield Meeting("insurer-first", first, er, li, {"known": "known", "amount": "5"}, said, typed=(WORDS,))


def _sums(office: insurer.Office, people: People) -> Iterator[Meeting]:
    number = insurer.complete(office, 2)
    case = f"/insurer/claims/{number}"
    li, er, fuhe, fuhe_er = people.li, people.er, people.fuhe, people.fuhe_er
    hers = {"a_accident_medical_cost": "900", "a_accident_medical_in_policy": "900", "other": "500", "why": WORDS}
    yield Meeting("insurer-assess", f"{case}/assess", er, li, COST, hers, typed=(WORDS, "900"))
    assert office.send("lipei", number, "assess", **COST) == 302
    ahead = {"amount": "300", "reason": "先付"}
    yield Meeting(
        "insurer-advance", f"{case}/advance", er, li, ahead, {"amount": "400", "reason": WORDS}, typed=(WORDS,)
    )
    back = {"choice": "back", "opinion": WORDS}
    yield Meeting("insurer-decide", f"{case}/decide", fuhe, fuhe_er, {"choice": "pay"}, back, typed=(WORDS,))
    yield Meeting("insurer-decide", f"{case}/decide", fuhe, fuhe_er, back, {"choice": "pay"})
    yield Meeting(
        "insurer-decide",
        f"{case}/decide",
        li,
        fuhe_er,
        hers,
        back,
        (WORDS,),
        by="insurer-assess",
        by_page=f"{case}/assess",
    )
    no = {"reason": WORDS, "clause": "HN-1"}
    yield Meeting("insurer-refuse", f"{case}/refuse", fuhe, fuhe_er, {**no, "reason": "不赔"}, no, typed=(WORDS,))
    assert office.send("lipei", number, "advance", **ahead) == 302
    decline = {"choice": "decline", "opinion": WORDS}
    decide = f"{case}/advance/decide"
    yield Meeting("insurer-advance-decide", decide, fuhe, fuhe_er, {"choice": "agree"}, decline, typed=(WORDS,))
    yield Meeting("insurer-advance-decide", decide, fuhe, fuhe_er, decline, {"choice": "agree"})
    assert office.send("lipei.fuhe", number, "advance/decide", choice="agree") == 302
    why = {"reason": WORDS}
    yield Meeting(
        "insurer-advance-back",
        f"{case}/advance/back",
        people.pay,
        people.pay_er,
        {"reason": "无账号"},
        why,
        typed=(WORDS,),
    )


def _decisions(office: insurer.Office, people: People) -> Iterator[Meeting]:
    number = insurer.complete(office, 3)
    case = f"/insurer/claims/{number}"
    assert office.send("lipei.fuhe", number, "refuse", reason="没有事故", clause="HN-1") == 302
    yield Meeting("insurer-sent", case, people.er, people.li)
    form = insurer.hidden(people.li.client.get(case).content.decode())
    assert people.li.client.post(f"{case}/sent", form).status_code == FOUND
    appeal = {"reason": WORDS}
    yield Meeting("insurer-appeal", f"{case}/appeal", people.er, people.li, {"reason": "不服"}, appeal, typed=(WORDS,))
    assert office.send("lipei", number, "appeal", reason="不服") == 302
    hear = {"choice": "reopen", "reason": WORDS}
    uphold = {"choice": "uphold", "reason": "看过"}
    yield Meeting("insurer-hear", f"{case}/hear", people.fuhe_er, people.fuhe_san, uphold, hear, typed=(WORDS,))


def _payments(office: insurer.Office, people: People) -> Iterator[Meeting]:
    number = insurer.decided(office, 4)
    pay, pay_er = people.pay, people.pay_er
    yield Meeting("insurer-payments", "/insurer/payments", pay_er, pay)
    made = str(office.seat("zhifu").post("/insurer/payments", _ready(pay.client))["Location"]).split("/")[-1][:-7]
    header = "付款编号,结果,金额,日期,原因\r\n"

    def answer(result: str) -> dict[str, Any]:
        row = f"{made}-0001,{result},765.00,2025-06-02,\r\n"
        return {"file": SimpleUploadedFile("回盘.csv", (header + row).encode("gb18030"), "text/csv")}

    yield Meeting("insurer-file", f"/insurer/payments/{made}", pay_er, pay, answer("成功"), answer("成功"))
    _, number = number, insurer.complete(office, 5)
    assert office.send("lipei", number, "assess", **COST) == 302
    payee = insurer.now(number).facts.insured
    assert office.send("lipei", number, "payees", payee=payee, bank="示范银行", account=ACCOUNT) == 302
    assert office.send("lipei", number, "advance", amount="765", reason="先付") == 302
    assert office.send("lipei.fuhe", number, "advance/decide", choice="agree") == 302
    made = str(pay.client.post("/insurer/payments", _ready(pay.client))["Location"]).split("/")[-1][:-7]
    row = f"{made}-0001,成功,765.00,2025-06-02,\r\n"
    sent = SimpleUploadedFile("回盘.csv", (header + row).encode("gb18030"), "text/csv")
    assert pay.client.post(f"/insurer/payments/{made}", {"file": sent}).status_code == 302
    assert office.send("lipei.fuhe", number, "decide", choice="pay") == 302
    yield Meeting("insurer-close", f"/insurer/claims/{number}", pay_er, pay)


def _ready(client: Client) -> dict[str, str]:
    text = client.get("/insurer/payments").content.decode()
    return dict(re.findall(r'<input type="hidden" name="(contract|mark|shown|key)" value="([^"]*)">', text))


@pytest.fixture
def counter(clock: Hands) -> tuple[Seat, Seat]:
    """Two cashiers of one made-up hospital, in an insured county."""
    clock.at = datetime(2020, 6, 20, 2, 0, tzinfo=UTC)
    insured.insure(people=3, pool_fen=10**9)
    with unit_of_work():
        institutions.record_institution(hospital.institution(), clock.now())
    here = Reach(insured.COUNTY, hospital.CODE)
    return seat("shou.fei", Role.HOSPITAL_CASHIER, clock, here), seat("ling.yi", Role.HOSPITAL_CASHIER, clock, here)


def test_two_at_the_counter_and_about_a_debt(counter: tuple[Seat, Seat], clock: Hands) -> None:
    check_meetings(_at_the_counter(*counter, clock))


def _at_the_counter(li: Seat, er: Seat, clock: Hands) -> Iterator[Meeting]:
    stay = {"number": insured.identity(2), "first": "2020-05-01", "last": "2020-05-12", "ipt_no": "Z1"}
    same = "the stay is on record, and she comes to its bill as if it were hers: it is"
    yield Meeting("cashier-new", "/counter/new", er, li, stay, stay, untold=same)
    across = {**stay, "first": "2020-05-11", "last": "2020-05-15"}
    yield Meeting(
        "cashier-new", "/counter/new", er, li, stay, across, ("2020-05-11",), untold="the days say whose it is"
    )
    page = come_in(li.client)
    hers = confirmed(li.client, page, bill_total="10,001", over_limit="101")
    yield Meeting(
        "cashier-settle", page, er, li, confirmed(er.client, page), hers, ("10,001", "101"), action=f"{page}/settle"
    )
    done = li.client.post(f"{page}/settle", confirmed(li.client, page))["Location"]
    yield Meeting("cashier-undo", f"{done}/undo", er, li)
    number = re.findall(r'href="/debts/(\w+)"', li.client.get("/debts").content.decode())[0]
    page = f"/debts/{number}/write-off"
    said, hers = {"why": "cannot_pay", "note": "已核实"}, {"why": "died", "note": WORDS}
    yield Meeting("cashier-write-off", page, er, li, said, hers, typed=(WORDS,))
    finance = Reach(insured.COUNTY)
    clerk = seat("zijin", Role.FINANCE_CLERK, clock, finance)
    zhao, qian = (seat(name, Role.FINANCE_APPROVER, clock, finance) for name in ("zhao", "qian"))
    yield Meeting("cashier-write-off", page, clerk, li, said, hers, typed=(WORDS,))
    clerk.client.post(page, {**_hidden(clerk.client, page), **said})
    asked = re.findall(r'href="(/approvals/\d+)"', clerk.client.get(f"/debts/{number}").content.decode())[0]
    yes, no = {"decision": "yes", "reason": "同意"}, {"decision": "no", "reason": WORDS}
    yield Meeting("finance-decide", asked, zhao, qian, yes, no, typed=(WORDS,))
    yield Meeting("finance-decide", asked, qian, zhao, no, yes)
    yield Meeting("finance-withdraw", asked, zhao, clerk, yes, by="finance-decide")
    yield Meeting("finance-decide", asked, clerk, zhao, {}, no, (WORDS,), by="finance-withdraw")


def _hidden(client: Client, page: str) -> dict[str, str]:
    return dict(
        re.findall(r'<input type="hidden" name="(owed|key)" value="([^"]*)">', client.get(page).content.decode())
    )


def test_two_at_a_reminder_and_at_an_account(clock: Hands) -> None:
    city = seat("du.cha", Role.CITY_SUPERVISOR, clock, Reach("430400"))
    li, wang = (seat(name, Role.COUNTY_CLERK, clock, Reach(COUNTY)) for name in ("li.wen", "wang"))
    asked = {"subject": "coverage", "text": "请报进度", "due": "2026-05-20", "key": "k"}
    page = city.client.post(f"/supervision/county/{COUNTY}/remind", asked)["Location"]
    answers = {"answer": "已办"}, {"answer": WORDS}
    check_meetings([Meeting("reminder-answer", page, wang, li, *answers, typed=(WORDS,))])
    ke, er = (seat(name, Role.KEEPER, clock, Reach(COUNTY)) for name in ("ke", "er"))
    check_meetings(_accounts(ke, er))


def _accounts(ke: Seat, er: Seat) -> Iterator[Meeting]:
    new = {"name": "zhou.xin", "shown": "周新", "role": "county_clerk", "reach": COUNTY}
    yield Meeting("accounts", "/accounts", er, ke, new, {**new, "shown": WORDS}, typed=(WORDS,))
    yield Meeting("invite-anew", "/accounts/li.wen/invite", er, ke)
    yield Meeting("end-account", "/accounts/li.wen/end", er, ke)
    yield Meeting("end-account", "/accounts/li.wen/end", er, ke, by="invite-anew", by_page="/accounts/li.wen/invite")
    yield Meeting("invite-anew", "/accounts/li.wen/invite", er, ke, by="end-account", by_page="/accounts/li.wen/end")


def test_a_banks_statement_dropped_twice_is_there_once_and_a_colleagues_is_another(clock: Hands) -> None:
    funds_world.insured()
    li, er = (seat(name, Role.FINANCE_CLERK, clock, Reach(funds_world.COUNTY)) for name in ("li", "er"))
    code = special(funds_world.CONTRACT, funds_world.MEDICAL).code
    page = f"/books/account/bank?area={funds_world.COUNTY}&year=2020&code={code}"
    text = "日期,摘要,收入,支出,余额,凭证号\r\n2020-12-21,利息,3.21,,3.21,".encode("gb18030")

    def sent(who: Seat) -> str:
        file = SimpleUploadedFile("对账单.csv", text, "text/csv")
        return str(who.client.post(page, {"first": "2020-01-01", "last": "2020-12-31", "file": file})["Location"])

    first = sent(li)
    assert (sent(li), sent(er) == first) == (first, False)


def posted(client: Client) -> dict[str, str]:
    """Every route that takes a form: its name and an address of its shape."""
    shapes = {str(route.name): "/" + re.sub(r"<(int|str):\w+>", "1", str(route.pattern)) for route in urls.urlpatterns}
    return {name: path for name, path in shapes.items() if "POST" in client.put(path).headers.get("Allow", "")}


def test_every_form_sent_after_its_session_ended_is_kept_for_its_sender(clock: Hands) -> None:
    name, lost = "li.wen", []
    client = seat(name, Role.COUNTY_CLERK, clock, Reach(COUNTY)).client
    paths = posted(client)
    token, now = client.cookies[SITTING].value, clock.at
    staff_id = Staff.objects.get(name=name).pk
    for route, path in paths.items():
        if route in OPEN:
            continue
        client.cookies[SITTING] = token
        clock.at = now + timedelta(minutes=40)
        answer = client.post(path, {"words": WORDS, "password": "never"})
        clock.at = now
        kept = kept_form(token, staff_id, now)
        said = json.loads(kept)[:2] if kept else None
        if "/enter" not in answer.headers.get("Location", "") or said != [path, [["words", WORDS]]]:
            lost.append(f"{route}: {answer.status_code} {said}")
    assert lost == []


def test_every_form_there_is_has_its_two_people_or_a_reason(clock: Hands) -> None:
    client = seat("li", Role.COUNTY_CLERK, clock, Reach(COUNTY)).client
    here = Path(__file__).read_text(encoding="utf-8")
    tried = set(re.findall(r'Meeting\(\s*"([\w-]+)"', here))
    assert tried & set(ALONE) == set()
    assert set(posted(client)) == tried | set(ALONE)
