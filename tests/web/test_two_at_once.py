"""Two people truly at once, where money or a status moves: each in a thread, and who is first stops just before the commit.

That is the moment at which whoever asks without a lock still sees nothing. On SQLite one write lock holds everything; what
is tried here is PostgreSQL above all.
"""

import re
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections

from huibao.app.access import Reach, Role
from huibao.app.audit import check_all
from huibao.app.contract import add_contract
from huibao.app.work.worker import work_off
from huibao.store import institution as institutions
from huibao.store import trail
from huibao.store.models.approval import Approval
from huibao.store.models.claim import ClaimEvent
from huibao.store.models.claim_desk import PayeeAccount
from huibao.store.models.coverage import Enrolment
from huibao.store.models.draft import DraftRow, RosterDraft
from huibao.store.models.hospital import Stay, StaySettlement
from huibao.store.models.ledger import Entry
from huibao.store.models.payout import PaymentFile
from huibao.store.models.staff import Staff
from huibao.store.models.work import Work
from huibao.store.unit import unit_of_work
from tests.app import insured_county as insured
from tests.app.desk_world import rows, workbook
from tests.app.staff_world import COUNTY, Hands
from tests.hospital import world as hospital
from tests.web.cashier.test_counter import come_in, confirmed
from tests.web.county.test_rosters import looked, version
from tests.web.insurer import insurer_world as insurer
from tests.web.insurer.insurer_world import ACCOUNT, COST
from tests.web.two_people import Seat, form_on, seat

pytestmark = pytest.mark.django_db(transaction=True)

LONGEST: Final = 10.0
"""Seconds the first one stops before it commits, at the most: until the other waits for a lock, or has been answered."""
LOOK: Final = 0.05
SECONDS: Final = 120


@contextmanager
def slow_to_commit(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Whoever puts an act on record first (the last thing a unit of work does) stops there, its locks held."""
    first, answered, append = threading.Event(), threading.Event(), trail.append

    def stopping(deed: trail.Deed) -> trail.Act:
        done = append(deed)
        if deed.verb not in {"read", "unmask", "find"} and not first.is_set():
            first.set()
            until = time.monotonic() + LONGEST
            while not answered.wait(LOOK) and not _somebody_waits() and time.monotonic() < until:
                pass
        return done

    import huibao.app

    with monkeypatch.context() as patched:
        for name in _users(huibao.app):
            patched.setattr(f"{name}.append", stopping)
        yield answered


def _somebody_waits() -> bool:
    """Whether a transaction waits for a lock of another; on SQLite whoever writes second always does."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])


def _users(package: Any) -> Iterator[str]:  # noqa: ANN401 - a module
    """Modules that put acts on record."""
    import sys

    for name, module in list(sys.modules.items()):
        if name.startswith(package.__name__) and getattr(module, "append", None) is trail.append:
            yield name


def at_once(monkeypatch: pytest.MonkeyPatch, *sent: tuple[Seat, str, dict[str, Any]]) -> list[int]:
    """Each form from its own browser in a thread of its own, from the same moment; the statuses, sorted."""
    ready = threading.Barrier(len(sent))

    def one(answered: threading.Event, who: Seat, address: str, said: dict[str, Any]) -> int:
        try:
            ready.wait(SECONDS)
            return who.client.post(address, said).status_code
        finally:
            answered.set()
            connections.close_all()

    with slow_to_commit(monkeypatch) as answered, ThreadPoolExecutor(len(sent)) as threads:
        return sorted(each.result(SECONDS) for each in [threads.submit(one, answered, *each) for each in sent])


def drawn(who: Seat, page: str, route: str, **said: Any) -> tuple[Seat, str, dict[str, Any]]:  # noqa: ANN401 - fields
    """A form as it was drawn for somebody, filled in."""
    action, carried = form_on(who.client, page, route)
    return who, action, {**carried, **said}


def broken() -> list[object]:
    """What the audits find."""
    return [one for one in check_all() if one.broken]


def test_at_the_counter(clock: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    clock.at = datetime(2020, 6, 20, 2, 0, tzinfo=UTC)
    insured.insure(people=2, pool_fen=10**9)
    with unit_of_work():
        institutions.record_institution(hospital.institution(), clock.now())
    here, office = Reach(insured.COUNTY, hospital.CODE), Reach(insured.COUNTY)
    li, er = (seat(name, Role.HOSPITAL_CASHIER, clock, here) for name in ("shou.fei", "ling.yi"))
    new = {"number": insured.identity(1), "first": "2020-05-01", "last": "2020-05-12", "ipt_no": "Z1"}
    assert at_once(monkeypatch, *((one, "/counter/new", new) for one in (li, er))) == [302, 302]
    assert Stay.objects.count() == 1, "one stay, and both come to its bill"
    page = come_in(li.client)
    forms = [(one, f"{page}/settle", confirmed(one.client, page)) for one in (li, er)]
    entries = Entry.objects.count()
    assert at_once(monkeypatch, *forms) == [302, 403]
    assert StaySettlement.objects.filter(reverses=None).count() == 1
    settled_entries = Entry.objects.count() - entries
    done = str(StaySettlement.objects.get().setl_id)
    undo = [drawn(one, _undo_page(done), "cashier-undo") for one in (li, er)]
    assert set(at_once(monkeypatch, *undo)) <= {302, 403}
    assert StaySettlement.objects.exclude(reverses=None).count() == 1
    assert Entry.objects.count() - entries == 2 * settled_entries, "taken back once"
    assert li.client.post(f"{page}/settle", confirmed(li.client, page)).status_code == 302
    number = re.findall(r'href="/debts/(\w+)"', li.client.get("/debts").content.decode())[0]
    clerk = seat("zijin", Role.FINANCE_CLERK, clock, office)
    page = f"/debts/{number}/write-off"
    asked = [drawn(one, page, "cashier-write-off", why="cannot_pay", note="核实") for one in (li, clerk)]
    assert at_once(monkeypatch, *asked) == [302, 422]
    (asked_for,) = Approval.objects.values_list("pk", "asked_by__name")
    approvers = [seat(name, Role.FINANCE_APPROVER, clock, office) for name in ("zhao", "qian")]
    entries = Entry.objects.count()
    decisions = ({"decision": "yes", "reason": "同意"}, {"decision": "no", "reason": "再查"})
    found = at_once(
        monkeypatch,
        *((one, f"/approvals/{asked_for[0]}/decide", said) for one, said in zip(approvers, decisions, strict=True)),
    )
    assert found == [302, 422]
    assert Entry.objects.count() - entries == (1 if Approval.objects.get().state == "done" else 0)
    assert broken() == []


def _undo_page(setl_id: str) -> str:
    from django.urls import reverse

    return reverse("console:cashier-undo", args=[setl_id])


def test_at_a_claim_and_its_payment(clock: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    office = insurer.opened(clock)
    people = {name: Seat(name, insurer.ROLES[name], office.seat(name)) for name in insurer.ROLES}
    here = Reach(insurer.AREA, insurer.CONTRACT)
    pay_er = seat("zhifu.er", Role.INSURER_PAYER, clock, here)
    number = insurer.complete(office)
    case = f"/insurer/claims/{number}"
    handlers = [people["lipei"], people["lipei.er"]]
    events = ClaimEvent.objects.count()
    forms = [drawn(one, f"{case}/assess", "insurer-assess", **COST) for one in handlers]
    assert at_once(monkeypatch, *forms) == [302, 422]
    assert (ClaimEvent.objects.count() - events, Approval.objects.count()) == (1, 1)
    account = {"bank": "示范银行", "account": ACCOUNT}
    forms = [drawn(one, f"{case}/payees", "insurer-payees", **account) for one in handlers]
    assert at_once(monkeypatch, *forms) == [302, 422]
    assert PayeeAccount.objects.count() == 1
    approvers = [people["lipei.fuhe"], people["fuhe.er"]]
    said = ({"choice": "pay"}, {"choice": "back", "opinion": "再核"})
    forms = [drawn(one, f"{case}/decide", "insurer-decide", **each) for one, each in zip(approvers, said, strict=True)]
    assert at_once(monkeypatch, *forms) == [302, 422]
    if Approval.objects.get().state == "declined":
        assert office.send("lipei", number, "assess", **COST) == 302
        assert office.send("lipei.fuhe", number, "decide", choice="pay") == 302
    payers = [people["zhifu"], pay_er]
    forms = [drawn(one, "/insurer/payments", "insurer-payments") for one in payers]
    assert at_once(monkeypatch, *forms) == [302, 422]
    (made,) = PaymentFile.objects.values_list("number", flat=True)
    entries = Entry.objects.count()
    row = f"付款编号,结果,金额,日期,原因\r\n{made}-0001,成功,765.00,2025-06-02,\r\n".encode("gb18030")
    forms = [
        (one, f"/insurer/payments/{made}", {"file": SimpleUploadedFile("b.csv", row, "text/csv")}) for one in payers
    ]
    assert at_once(monkeypatch, *forms) == [302, 302], "the same file: known to the second"
    assert Entry.objects.count() - entries == 1
    assert broken() == []


def test_at_a_roster_and_an_account(tmp_path: Path, clock: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    li, wang = (seat(name, Role.COUNTY_CLERK, clock, Reach(COUNTY)) for name in ("li.wen", "wang"))
    approvers = [seat(name, Role.COUNTY_APPROVER, clock, Reach(COUNTY)) for name in ("zhao", "qian")]
    page = looked(li.client, workbook(tmp_path, rows(twice=True)), clock)
    said = ("accept", "reject")
    forms = [
        drawn(one, f"{page}/rows", "county-decide-row", decision=each)
        for one, each in zip((li, wang), said, strict=True)
    ]
    assert at_once(monkeypatch, *forms) == [302, 403]
    assert DraftRow.objects.exclude(decision="").count() == 1
    drawn_from = {"version": version(li.client.get(f"{page}/away").content.decode())}
    forms = [(one, f"{page}/again", drawn_from) for one in (li, wang)]
    works = Work.objects.count()
    assert at_once(monkeypatch, *forms) == [302, 403]
    assert Work.objects.count() - works == 1
    work_off(clock)
    # Handed on, while a colleague decides one more row: what was checked is what is approved.
    forms = [
        drawn(li, f"{page}/check", "county-submit"),
        drawn(wang, f"{page}/rows", "county-decide-row", decision="reject"),
    ]
    assert set(at_once(monkeypatch, *forms)) <= {302, 403}
    draft = RosterDraft.objects.get()
    if draft.state == "looked":  # the colleague was first: the figures are checked anew
        li.client.post(f"{page}/again", {"version": draft.version})
        work_off(clock)
        assert li.client.post(*drawn(li, f"{page}/check", "county-submit")[1:]).status_code == 302
    assert Approval.objects.filter(state="asked").count() == 1
    answers = ({"yes": "yes"}, {"yes": "no", "reason": "再看"})
    forms = [drawn(one, f"{page}/check", "county-decide", **each) for one, each in zip(approvers, answers, strict=True)]
    assert at_once(monkeypatch, *forms) == [302, 422]
    state, asked = RosterDraft.objects.get().state, Approval.objects.get().state
    assert (state, asked) in {("taking", "approved"), ("looked", "declined")}
    keepers = [seat(name, Role.KEEPER, clock, Reach(COUNTY)) for name in ("bao.guan", "jian.guan")]
    new = {"name": "zhou.xin", "shown": "周新", "role": "county_clerk", "reach": COUNTY}
    assert at_once(monkeypatch, *((one, "/accounts", new) for one in keepers)) == [200, 422]
    assert Staff.objects.filter(name="zhou.xin").count() == 1


def test_at_an_enrolment(clock: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    clock.at = datetime(2020, 1, 1, 1, 0, tzinfo=UTC)
    add_contract(insured.CONTRACT_TEXT, "contract", clock)
    for number in range(1, 4):
        insured.add_person(number)
    here = Reach(insured.COUNTY)
    li, wang = (seat(name, Role.COUNTY_CLERK, clock, here) for name in ("li.wen", "wang"))
    approvers = [seat(name, Role.COUNTY_APPROVER, clock, here) for name in ("zhao", "qian")]
    asked = {"contract": insured.CONTRACT, "on": "2020-01-01", "key": "k"}
    at_work = li.client.post("/county/enrolment", asked)["Location"]
    work_off(clock)
    page = li.client.get(at_work)["Location"]
    forms = [drawn(one, page, "county-preview-submit") for one in (li, wang)]
    assert at_once(monkeypatch, *forms) == [302, 403]
    assert Approval.objects.count() == 1
    forms = [drawn(one, page, "county-preview-decide", yes="yes") for one in approvers]
    assert at_once(monkeypatch, *forms) == [302, 422]
    workers: list[Callable[[], object]] = [lambda: work_off(clock)] * 2
    with ThreadPoolExecutor(2) as threads:

        def one(work: Callable[[], object]) -> None:
            try:
                work()
            finally:
                connections.close_all()

        assert [each.result(SECONDS) for each in [threads.submit(one, each) for each in workers]] == [None, None]
    assert Enrolment.objects.count() == 1
    assert broken() == []
