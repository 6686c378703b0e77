"""What a browser test asks of the site's database, by the program's own eyes: `python -m tests.web.browser.asked QUESTION`.

Identity numbers are not in clear in the database, so no test reads them by SQL of its own.
"""

import json
import sys
from collections.abc import Callable
from typing import Final


def insured_number() -> str:
    """The made-up number of somebody covered today who had a claim, else of anybody covered today."""
    from huibao.store.models.claim import Claim
    from huibao.store.models.roster import Person

    covered = _covered()
    hurt = Claim.objects.filter(person_id__in=covered).values("person_id")
    one = (
        Person.objects.filter(id__in=hurt).order_by("id").first()
        or Person.objects.filter(id__in=covered).order_by("id").first()
    )
    return one.identity if one else ""


def former_number() -> str:
    """The made-up number of somebody on the county's roster without cover today."""
    from huibao.store.models.roster import Person

    one = Person.objects.filter(area="430423").exclude(id__in=_covered()).order_by("id").first()
    return one.identity if one else ""


def waiting_number() -> str:
    """The made-up number of the first whose stay waits at the hospital's counter."""
    from huibao.store.models.hospital import Stay

    one = Stay.objects.filter(settlements__isnull=True).order_by("id").first()
    return one.person.identity if one else ""


def settled_at_counter() -> str:
    """The number of a settlement made at the counter that stands; "" when there is none."""
    from huibao.store.models.hospital import StaySettlement

    one = StaySettlement.objects.filter(reverses__isnull=True, reversal__isnull=True).order_by("id").first()
    return one.setl_id if one else ""


def acts(verb: str) -> int:
    """How often something was done with a person, by the record of acts."""
    from huibao.store.models.staff import Act

    return Act.objects.filter(noun="person", verb=verb).count()


def claim(stage: str) -> str:
    """A claim of its own, reported today for somebody insured and handled by lipei; its number. `stage`: how far it has come."""
    from huibao.app import claims
    from huibao.app.demo.accounts import CONTRACT
    from huibao.cli.database import present
    from huibao.domain.claims.claim import Actor, Cause, Channel, Reporter, Role
    from huibao.domain.claims.papers import needed
    from huibao.store import coverage, roster
    from huibao.store.models.claim import Claim

    clock, order = present(), Claim.objects.count()
    insured = {one.person_id for one in coverage.covers_of_contract(CONTRACT) if one.death_cover and one.in_force}
    person = min(insured - set(Claim.objects.filter(happened_on=clock.today()).values_list("person_id", flat=True)))
    report = claims.Report(
        identity=roster.people_by_ids([person])[person].person.identity,
        happened_on=clock.today(),
        cause=Cause.FALL,
        what="在院中跌倒，手腕受伤（虚构）",
        channel=Channel.HOTLINE,
        reporter=Reporter.CADRE,
        reporter_name="村干部 丁（虚构）",
        handler="lipei",
    )
    made = claims.report_claim(report, f"browser/{order}", clock).claim
    if made is None:
        raise LookupError(person)
    if stage == "refused":
        papers = Actor(Role.HANDLER, "lipei")
        claims.receive_papers(
            made.number, needed(medical=True), papers, f"browser/{order}/papers", clock, complete=True
        )
        refuser = Actor(Role.APPROVER, "审批 戊（虚构）")
        claims.refuse(made.number, "没有看到当天的就诊记录。\n依据：HN-1。", refuser, f"browser/{order}/refuse", clock)
    return made.number


def taken_into_care(born: str) -> int:
    """Five more made-up people on the county's roster of people in care, taken in as the desk does it; how many."""
    import time

    from huibao.app.accounts.sign_in import actor_of
    from huibao.app.demo.accounts import COUNTY
    from huibao.app.demo.desk import CARE
    from huibao.app.roster_desk.dropping import Dropped, drop
    from huibao.app.roster_desk.taking import decide, submit
    from huibao.app.work.worker import work_off
    from huibao.cli.database import present
    from huibao.domain.roster.source import SourceId
    from huibao.domain.roster.verdict import Standing
    from huibao.kernel.identity import check_digit
    from huibao.store import draft as drafts
    from huibao.store import roster, staff
    from huibao.store.draft import DraftRecord

    clock = present()
    clerk, approver = staff.by_name("jingban"), staff.by_name("fuhe")
    last = roster.last_roster(SourceId.CARE, COUNTY)
    if clerk is None or approver is None or last is None:
        raise LookupError("the demonstration's county desk")
    known = [line for line in roster.lines_of(last.id) if line.standing is Standing.LISTED]
    fresh = [f"{COUNTY}{born}{order}" for order in range(401, 406)]
    lines = [(one.name, one.identity, one.domicile, "示范托养中心") for one in known]
    lines += [("浏览养", body + check_digit(body), known[0].domicile, "示范托养中心") for body in fresh]
    text = "\n".join(",".join(line) for line in (CARE, *lines))
    said = Dropped(f"托养{born}.csv", text.encode(), SourceId.CARE, clock.today(), COUNTY)
    number = drop(actor_of(clerk), said, clock).draft.id

    def until(state: str) -> DraftRecord:
        # The server's own worker may have taken the work.
        for _ in range(600):
            work_off(clock)
            found = drafts.by_id(number)
            if found is not None and found.state == state:
                return found
            time.sleep(0.2)
        raise TimeoutError(state)

    submit(actor_of(clerk), number, until("looked").version, clock)
    decide(actor_of(approver), number, "", clock, yes=True)
    until("taken")
    return len(fresh)


def sits_elsewhere(account: str) -> int:
    """Let the account sit in one browser more, on another machine; the sitting's number. The last one there is over."""
    import secrets

    from huibao.cli.database import present
    from huibao.store import staff
    from huibao.store.models.staff import Sitting

    there, now = "203.0.113.9", present().now()
    found = staff.by_name(account)
    if found is None:
        raise LookupError(account)
    for last in Sitting.objects.filter(staff_id=found.id, source=there, ended_at__isnull=True):
        staff.end_sitting(found.id, last.pk, now)
    return staff.open_sitting(found.id, secrets.token_urlsafe(), "full", "Firefox · Windows", there, now)


def money_asked_for() -> int:
    """A request of the finance clerk's, as those of the demonstration; its number."""
    import time

    from huibao.app import approvals
    from huibao.app.accounts.sign_in import actor_of
    from huibao.app.demo.accounts import CONTRACT, COUNTY
    from huibao.app.demo.requests import DAY, FUND
    from huibao.app.money_requests import MoneyRequest
    from huibao.cli.database import present
    from huibao.domain.approval import Kind
    from huibao.kernel.fen import Fen
    from huibao.rules.vocabulary import Line
    from huibao.store import staff

    clerk = staff.by_name("zijin")
    if clerk is None:
        raise LookupError("zijin")
    wanted = MoneyRequest(
        Kind.ALLOCATION, CONTRACT, Line.ACCIDENT, Fen(100_00), DAY, fund=FUND, area=COUNTY, note="增补参保（虚构）"
    )
    return approvals.ask(actor_of(clerk), wanted.request(f"browser/{time.time_ns()}"), present()).number


def taken_back(number: str) -> str:
    """The clerk takes the request back; where it stands now."""
    from huibao.app import approvals
    from huibao.app.accounts.sign_in import actor_of
    from huibao.cli.database import present
    from huibao.store import staff

    clerk = staff.by_name("zijin")
    if clerk is None:
        raise LookupError("zijin")
    return approvals.withdraw(actor_of(clerk), int(number), present()).state.value


def _covered() -> object:
    from huibao.cli.database import present
    from huibao.store.models.coverage import Coverage

    today = present().today()
    return Coverage.objects.filter(person__area="430423", first_on__lte=today, last_on__gte=today).values("person_id")


QUESTIONS: Final[dict[str, Callable[..., object]]] = {
    "insured_number": insured_number,
    "former_number": former_number,
    "acts": acts,
    "waiting_number": waiting_number,
    "settled_at_counter": settled_at_counter,
    "claim": claim,
    "taken_into_care": taken_into_care,
    "sits_elsewhere": sits_elsewhere,
    "money_asked_for": money_asked_for,
    "taken_back": taken_back,
}
"""Add yours here."""


def main() -> None:
    """Answer one question as JSON."""
    import django

    django.setup()
    sys.stdout.write(json.dumps(QUESTIONS[sys.argv[1]](*sys.argv[2:])))


if __name__ == "__main__":
    main()
