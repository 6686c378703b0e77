"""A county's whole path with values that can be recognised, on the database that HUIBAO_DB names; prints them as JSON.

Roster by the import and by the desk, bill and claim, a hospital's messages, a person's page in the console. Then the
program ends without closing anything, so that what is in the log of the database stays there to be looked at.
"""

import json
import os
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from tests.app.staff_world import Hands

SERVER_ERROR = 500
MARKS = {
    "phone": "13912345670",
    "guardian's phone": "13787654329",
    "account": "6222021234567890128",
    "payee's account": "6217009876543210985",
    "address": "新桥镇柳溪村七组十九号",
    "diagnosis": "急性阑尾穿孔",
    "diagnosis code": "K35.2021",
    "another diagnosis": "右胫骨粉碎骨折",
    "place": "柳溪村水渠第三闸",
    "words to a colleague": "十九号郑标记家的补充材料",
    "a file's name": "郑标记身份证复印件",
    "the bank's words": "户名与6222030405060708091不符",
    "a finding": "第七行郑标记重复",
    "a statement's words": "代发郑标记护理费6222999988887777666",
    "a key's name": "郑标记的手机钥匙",
    "why a debt is given up": "郑标记家中无力偿还已上门核实",
    "what came of a visit": "郑标记右腿截肢卧床不能签字",
    "why a part is paid ahead": "郑标记住院费先付后补",
    "an answer never sent": "郑标记的名册下周补报",
}


def main(folder: Path) -> None:
    """Play everything; say what must not be found."""
    from huibao.cli.database import open_database

    os.environ["HUIBAO_GATEWAY_KEY"] = "made-up-master-key-for-tests-only-0123456789"
    open_database()
    marks = {**MARKS, **roster(folder), **hospital(), **claim(), **console(folder), **office(), **lately()}
    sys.stdout.write(json.dumps(marks, ensure_ascii=False) + "\n")
    sys.stdout.flush()
    os._exit(0)


def roster(folder: Path) -> dict[str, str]:
    """An agency's workbook with telephone, account, address and certificate; one row with a number that cannot be."""
    from tests.app import roster_world as world
    from tests.domain.roster.made_up import HOLDERS, certificate, holder, identity

    number, typed = identity(order=7), "430423198001010071"
    header = (*HOLDERS, "联系电话", "家庭住址", "银行账号", "监护人", "监护人电话")
    more = [MARKS["phone"], MARKS["address"], MARKS["account"], "周监护", MARKS["guardian's phone"]]
    rows = [[*holder("王标记", number), *more], [*holder("李标记", typed), *more]]
    world.take_in(world.write(folder / "名册.xlsx", header, *rows))
    return {"identity": number, "certificate": certificate(number), "typed identity": typed}


def hospital() -> dict[str, str]:
    """Admission to settlement over the interface, and a file sent up by it."""
    from tests.app import insured_county as county
    from tests.hospital import world

    county.insure(people=2)
    clock = world.Ticking(datetime(2020, 6, 30, 9, tzinfo=ZoneInfo("Asia/Shanghai")))
    with world.open_hospital(clock) as one:
        psn_no = one.ask("1101", world.who(1))["baseinfo"]["psn_no"]
        said = world.admission(1, psn_no)
        said["mdtrtinfo"] |= {
            "adm_diag_dscr": MARKS["diagnosis"],
            "dscg_maindiag_code": MARKS["diagnosis code"],
            "dscg_maindiag_name": MARKS["diagnosis"],
        }
        stay = one.ask("2401", said)["result"]["mdtrt_id"]
        one.ask("2402", world.leaving(stay, psn_no))
        one.ask("2304", world.bill(stay, psn_no))
    return {"patient": county.identity(1), "insured": county.identity(2)}


def claim() -> dict[str, str]:
    """An accident from the call to the payment to two heirs, with the account of one of them."""
    from huibao.app import claims
    from huibao.domain.claims.assessment import Findings
    from huibao.domain.claims.claim import Cause
    from huibao.domain.claims.papers import ALWAYS, Paper
    from huibao.store import payee
    from huibao.store.unit import unit_of_work
    from tests.app import claims_world as world
    from tests.app.test_claims import DAY, PARENTS, a_report

    clock = world.shandong()
    clock.day = DAY
    told = replace(a_report(Cause.FALL, DAY), what=MARKS["another diagnosis"], place=MARKS["place"])
    made = claims.report_claim(told, "report", clock).claim
    if made is None:
        raise AssertionError("the claim was not taken in")
    number = made.facts.number
    claims.receive_papers(number, (*ALWAYS, Paper.DEATH_CERTIFICATE), world.CLERK, "papers", clock, complete=True)
    claims.name_beneficiaries(number, PARENTS, world.CLERK, "heirs", clock)
    claims.assess(number, Findings(died_on=DAY), world.CLERK, "assess", clock)
    claims.decide(number, world.APPROVER, "decide", clock)
    with unit_of_work():
        payee.record_account(number, PARENTS[0].name, "示范银行", MARKS["payee's account"], "account", "x", clock.now())
    claims.pay(number, world.PAYER, "pay", clock)
    sent_back(number, PARENTS[0].name, made.facts.contract)
    return {"injured": world.identity(0), "heir": PARENTS[0].identity, "other heir": PARENTS[1].identity}


def console(folder: Path) -> dict[str, str]:
    """A clerk looks for somebody by number, sees the person whole for a purpose, and drops a workbook at the desk."""
    from django.conf import settings

    from huibao.app.access import Role
    from tests.app import desk_world, staff_world
    from tests.app.staff_world import Hands
    from tests.domain.roster.made_up import identity
    from tests.web.desk_world import NUMBER, PHONE, signed_in, somebody

    clock = Hands()
    settings.HUIBAO_CLOCK, settings.SECURE_SSL_REDIRECT = clock, False
    settings.ALLOWED_HOSTS = ["testserver"]
    row = somebody()
    clerk = signed_in(Role.COUNTY_CLERK, clock)
    for answer in (
        clerk.post("/people", {"number": NUMBER}),
        clerk.post("/people", {"number": identity(order=333)}),
        clerk.get(f"/people/{row}"),
        clerk.post(f"/people/{row}/full", {"purpose": "check_identity"}),
    ):
        if answer.status_code >= SERVER_ERROR:
            raise AssertionError(answer.content.decode())
    by = staff_world.worker("li.second", Role.COUNTY_CLERK, clock).actor
    desk_world.looked(by, desk_world.workbook(folder, desk_world.rows(spoilt="430423198001010999", twice=True)), clock)
    return {
        "found": NUMBER,
        "not found": identity(order=333),
        "phone of who was found": PHONE,
        "spoilt": "430423198001010999",
    }


def sent_back(number: str, payee: str, contract: str) -> None:
    """A payment file whose one line the bank does not pay, and says why."""
    from datetime import UTC, date

    from huibao.domain.payout.answers import Answer, Row
    from huibao.store import payout
    from huibao.store.unit import unit_of_work

    on, at = date(2020, 7, 1), datetime(2020, 7, 1, tzinfo=UTC)
    line = payout.NewLine(number, 1, 1, 100, payee, "示范银行", MARKS["payee's account"], 1)
    with unit_of_work():
        payout.record_file("F2020-1", contract, [line], "0" * 64, "file", "x", on, at)
        payout.answer(
            "F2020-1", [Row(1, "F2020-1-0001", Answer.REJECTED, 100, on, reason=MARKS["the bank's words"])], at
        )


def office() -> dict[str, str]:
    """What people write to each other: a request with its reason, a reminder with its answer, a file, a work refused."""
    from datetime import timedelta

    from huibao.app import approvals
    from huibao.app.access import Role
    from huibao.domain.approval import Kind, Request
    from huibao.kernel.problem import Problem
    from huibao.store import kept, reminder, work
    from huibao.store.unit import unit_of_work
    from tests.app import staff_world
    from tests.app.staff_world import COUNTY, Hands

    clock, words = Hands(), MARKS["words to a colleague"]
    by = staff_world.worker("zheng.asks", Role.FINANCE_CLERK, clock).actor
    other = staff_world.worker("zheng.decides", Role.FINANCE_APPROVER, clock).actor
    terms = {"文件": MARKS["a file's name"]}
    request = Request(Kind.ALLOCATION, "special", "special/1", COUNTY, terms=terms, note=words)
    approvals.decide(other, approvals.ask(by, request, clock).number, clock, yes=False, reason=words)
    finding = Problem("ROSTER-001", says=MARKS["a finding"], do=words)
    with unit_of_work():
        made = reminder.record("k", COUNTY, "coverage", words, clock.today(), by.staff_id, clock.now())
        reminder.step(made, reminder.ANSWERED, words, by.staff_id, clock.now())
        kept.keep(MARKS["a file's name"], "application/pdf", b"%PDF", clock.now())
        work.record("refused", "roster_look", {}, by.staff_id, COUNTY, clock.now())
    taken = work.take(clock.now(), timedelta(minutes=1))
    if taken is None:
        raise AssertionError("no work to take")
    work.end(taken[0].id, taken[1], "refused", clock.now(), {}, [finding])
    return {}


def lately() -> dict[str, str]:
    """A bank's statement, a passkey, a debt given up, a visit, an advance, and a form sent after its session had ended."""
    from datetime import UTC, date

    from huibao.app import approvals, bank_statement, books
    from huibao.app.access import Reach, Role
    from huibao.app.hospital import debt_desk, debts
    from huibao.domain.approval import Kind, Request
    from huibao.domain.ledger import special
    from huibao.rules.vocabulary import Line
    from huibao.store import passkey, payee
    from huibao.store.models.claim import Claim
    from huibao.store.unit import unit_of_work
    from tests.app import insured_county as county
    from tests.app import staff_world
    from tests.app.staff_world import Hands
    from tests.hospital import world

    clock = Hands(datetime(2020, 12, 1, 2, tzinfo=UTC))
    here = Reach(county.COUNTY)
    clerk = staff_world.worker("zheng.counts", Role.FINANCE_CLERK, clock, here).actor
    words = MARKS["a statement's words"]
    rows = f"日期,摘要,收入,支出,余额,凭证号\n2020-07-01,{words},1.00,,1.00,\n".encode("gb18030")
    code = special(county.CONTRACT, Line.MEDICAL_SUPPLEMENTARY).code
    period = (date(2020, 1, 1), date(2020, 11, 30))
    bank_statement.drop(clerk, books.ground_at(county.COUNTY, clock, 2020), code, rows, period, clock)
    cashier = staff_world.worker("zheng.cash", Role.HOSPITAL_CASHIER, clock, Reach(county.COUNTY, world.CODE)).actor
    owed = debts.debts(clock.today())[-1]
    note = MARKS["why a debt is given up"]
    debt_desk.ask_write_off(cashier, owed.stay, "cannot_pay", note, owed.owed_fen, "k", clock)
    claim = Claim.objects.select_related("contract").order_by("pk").first()
    if claim is None:
        raise AssertionError("no claim")
    handler = staff_world.worker(
        "zheng.handles", Role.INSURER_HANDLER, clock, Reach(claim.contract.area, claim.contract.number)
    ).actor
    why = MARKS["why a part is paid ahead"]
    area, contract = claim.contract.area, claim.contract.number
    approvals.ask(handler, Request(Kind.CLAIM_ADVANCE, claim.number, "ahead", area, contract, note=why), clock)
    with unit_of_work():
        passkey.record(clerk.staff_id, "credential", b"key", 0, MARKS["a key's name"], "", clock.now())
        said = MARKS["what came of a visit"]
        visit = payee.plan_visit(claim.number, "x", clock.today(), "papers", said, "visit", "x", clock.now())
        payee.end_visit(visit, "done", said, "x", clock.now())
    sent_too_late(clock)
    return {}


def sent_too_late(clock: "Hands") -> None:
    """A reminder answered after the session had ended: kept for its sender."""
    from django.conf import settings

    from huibao.app.access import Role
    from tests.web.desk_world import signed_in

    settings.HUIBAO_CLOCK = clock
    clerk = signed_in(Role.COUNTY_CLERK, clock, name="zheng.late")
    clock.on(minutes=40)
    answer = clerk.post("/reminders/1/answer", {"answer": MARKS["an answer never sent"]})
    if "unsent" not in answer["Location"]:
        raise AssertionError(answer["Location"])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
