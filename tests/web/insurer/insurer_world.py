"""A made-up county with claims, and the insurer's three accounts at Django's client."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.test import Client

from huibao.app import claims
from huibao.app.access import Actor as Account
from huibao.app.access import Role
from huibao.app.accounts.sign_in import actor_of
from huibao.app.claims import Report
from huibao.domain.claims.claim import Actor, Cause, Channel, Claim, Reporter
from huibao.domain.claims.claim import Role as Part
from huibao.domain.claims.papers import ALWAYS
from huibao.store import staff
from huibao.web.desk import SITTING
from tests.app import claims_world
from tests.app.staff_world import Hands, keys

CONTRACT = "CLAIMS-1"
AREA = "430121"
FELL_ON = date(2025, 6, 2)
HANDLER, APPROVER, PAYER = (
    Actor(Part.HANDLER, "lipei"),
    Actor(Part.APPROVER, "lipei.fuhe"),
    Actor(Part.PAYER, "zhifu"),
)
ROLES = {
    "lipei": Role.INSURER_HANDLER,
    "lipei.fuhe": Role.INSURER_APPROVER,
    "lipei.er": Role.INSURER_HANDLER,
    "fuhe.er": Role.INSURER_APPROVER,
    "zhifu": Role.INSURER_PAYER,
}
COST = {"a_accident_medical_cost": "1000", "a_accident_medical_in_policy": "1000"}
"""Of 1,000 yuan in the policy: (1,000 - 100) × 85 % = 765.00 by the demonstration county's values."""
PAID_FEN = 76_500
ACCOUNT = "6222 0000 1111 2222 333"
DIGITS = "6222000011112222333"


@dataclass
class Office:
    """The clock and the browsers, one for each account."""

    clock: Hands
    seats: dict[str, Client]

    def seat(self, name: str) -> Client:
        """The browser of an account, signed in anew on each day."""
        keys()
        if name not in self.seats:
            found = staff.by_name(name)
            at = self.clock.now()
            reach = ((AREA, CONTRACT),)
            its_id = (
                found.id
                if found
                else staff.record_staff(name, f"示范{name}", ROLES[name].value, reach, at, None, made_up=True)
            )
            token = f"{name}/{at}"
            staff.open_sitting(its_id, token, "full", "", "10.0.0.5", at)
            self.seats[name] = Client()
            self.seats[name].cookies[SITTING] = token
        return self.seats[name]

    def to(self, on: date) -> None:
        """Go on to the morning of a day: everybody signs in again."""
        self.clock.at = datetime(on.year, on.month, on.day, 1, tzinfo=UTC)
        self.seats.clear()

    def send(self, name: str, number: str, task: str, **said: str) -> int:
        """Open a task's page, fill it in, send it; returns the status (302: done)."""
        return self.sent(name, number, task, **said)[0]

    def sent(self, name: str, number: str, task: str, **said: str) -> tuple[int, str]:
        """The same with the page that came back."""
        page = f"/insurer/claims/{number}/{task}"
        form = hidden(self.seat(name).get(page).content.decode())
        answer = self.seat(name).post(page, {**form, **said})
        return answer.status_code, answer.content.decode()


def account(name: str) -> Account:
    """An account as the use cases know it; it has taken a seat before."""
    found = staff.by_name(name)
    assert found is not None
    return actor_of(found)


def hidden(text: str) -> dict[str, str]:
    """Hidden fields of a page: version and key."""
    import re

    found = re.findall(r'<input type="hidden" name="(version|key)" value="([^"]*)">', text)
    return dict(found)


def opened(clock: Hands, people: int = 2) -> Office:
    """The county insured, with the clock on the day of the accident."""
    claims_world.hunan(people)
    office = Office(clock, {})
    office.to(FELL_ON)
    return office


def report(office: Office, person: int = 0, cause: Cause = Cause.FALL, day: date = FELL_ON) -> str:
    """A claim reported today by a relative, handled by lipei; returns its number."""
    said = Report(
        identity=claims_world.identity(person),
        happened_on=day,
        cause=cause,
        what="在家中跌倒",
        channel=Channel.HOTLINE,
        reporter=Reporter.RELATIVE,
        reporter_name="李家人",
        handler="lipei",
    )
    found = claims.report_claim(said, f"report/{person}/{day}", office.clock).claim
    assert found is not None
    return found.number


def complete(office: Office, person: int = 0) -> str:
    """A claim whose papers are there."""
    number = report(office, person)
    claims.receive_papers(number, ALWAYS, HANDLER, f"papers/{number}", office.clock, complete=True)
    return number


def now(number: str) -> Claim:
    """The claim as it stands."""
    from huibao.app.claims.order import existing

    return existing(number)


def decided(office: Office, person: int = 0) -> str:
    """A claim assessed and decided at the desk, with an account."""
    number = complete(office, person)
    assert office.send("lipei", number, "assess", **COST) == 302
    payee = now(number).facts.insured
    assert office.send("lipei", number, "payees", payee=payee, bank="示范银行", account=ACCOUNT) == 302
    assert office.send("lipei.fuhe", number, "decide", choice="pay") == 302
    return number
