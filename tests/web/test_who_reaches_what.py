"""Every route of the console, by every role, in its own area and in another one: on a filled demonstration.

Elsewhere nothing opens: neither a page about a person, a case, a bill or a voucher, nor a list that names one. In the own
area, what each role reaches stands in `reached.txt`; a route that opens to somebody new shows there. After a change that
is meant, `HUIBAO_REACHED=write` writes it anew.
"""

import os
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import pytest
from django.test import Client
from django.urls import URLPattern, reverse
from pytest_django import Settings

from huibao.app import bank_statement, books
from huibao.app.access import BY_CONTRACT, BY_INSTITUTION, Actor, Reach, Role
from huibao.app.accounts.sign_in import actor_of
from huibao.app.demo.accounts import AREAS, CONTRACT, COUNTY, HOSPITAL, HOSPITAL_AREA
from huibao.domain.ledger import special
from huibao.rules.vocabulary import Line
from huibao.store import staff as accounts
from huibao.store.models import claim, claim_desk, draft, hospital, payout, roster, staff, supervision
from huibao.store.models import work as works
from huibao.web import urls
from tests.app.staff_world import Hands
from tests.web.desk_world import pages_at, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

DAY: Final = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
REACHED: Final = Path(__file__).with_name("reached.txt")
ELSEWHERE: Final = Reach("110105")
OPEN: Final = {"enter", "code", "enter-passkey", "enrol", "join", "comfort"}
OWN: Final = {"home", "own", "stay", "password", "unsent", "codes", "end-sitting", "leave"} | {
    "passkeys",
    "passkey-new",
    "passkey-remove",
}
"""Pages about nobody but the account itself."""
SHUT: Final = {403, 404, 405}
NUMBERED: Final = re.compile(r"<(?:int|str):(\w+)>")


def first(model: Any, field: str = "pk", **where: Any) -> object:  # noqa: ANN401 - any table
    """A value of the first row; the test fails where the demonstration has none."""
    found = model.objects.filter(**where).order_by("pk").values_list(field, flat=True).first()
    assert found is not None, f"the demonstration holds no {model.__name__}"
    return found


def statement() -> int:
    """A bank's statement of the county's special account, dropped by its finance clerk."""
    found, clock = works.KeptFile.objects.filter(media=bank_statement.MEDIA).first(), Hands(DAY)
    if found is not None:
        return int(found.pk)
    record = accounts.by_name("zijin")
    assert record is not None
    rows = b"date,text,in,out,balance\n2026-01-21,made up,1.00,,1.00\n"
    period = (date(2026, 1, 1), date(2026, 1, 31))
    ground = books.ground_at(COUNTY, clock, 2026)
    return bank_statement.drop(actor_of(record), ground, special(CONTRACT, Line.ACCIDENT).code, rows, period, clock)


OBJECTS: Final[dict[str, Callable[[], object]]] = {
    "people/person_id": lambda: first(roster.Person, area=COUNTY),
    "accounts/name": lambda: "fuhe",
    "account/passkey_id": lambda: 1,
    "account/sitting_id": lambda: first(staff.Sitting),
    "work/work_id": lambda: first(works.Work),
    "work/slot": lambda: "list",
    "county/draft_id": lambda: first(draft.RosterDraft),
    "county/work_id": lambda: first(works.Work),
    "county/number": lambda: 1,
    "insurer/claims/number": lambda: first(claim.Claim, "number", standing__isnull=False),
    "insurer/payments/number": lambda: first(payout.PaymentFile, "number"),
    "insurer/visits/visit_id": lambda: first(claim_desk.Visit),
    "counter/stay_id": lambda: first(hospital.Stay),
    "counter/setl_id": lambda: "370323202012011200000000000000",
    "books/number": lambda: 3,
    "books/bank/number": statement,
    "books/code": lambda: "special",
    "debts/number": lambda: first(hospital.Stay, "number", institution__code=HOSPITAL),
    "approvals/number": lambda: 1,
    "money/kind": lambda: "allocation",
    "supervision/area": lambda: COUNTY,
    "reminders/reminder_id": lambda: first(supervision.Reminder),
}
"""For each kind of number in an address: one that is there. A new kind needs a line here."""


def routes() -> Iterator[URLPattern]:
    """Every route but those of the door."""
    for route in urls.urlpatterns:
        assert isinstance(route, URLPattern)
        if route.name not in OPEN:
            yield route


def address(route: URLPattern) -> str:
    """The address of something that is there."""
    text = str(route.pattern)

    def filled(found: re.Match[str]) -> str:
        parts = [part for part in text[: found.start()].split("/") if part and "<" not in part]
        for depth in range(len(parts), 0, -1):
            key = "/".join([*parts[:depth], found[1]])
            if key in OBJECTS:
                return str(OBJECTS[key]())
        raise AssertionError(f"OBJECTS lacks {'/'.join(parts)}/{found[1]}")

    return "/" + NUMBERED.sub(filled, text)


@pytest.fixture
def clock(settings: Settings, tmp_path: Path) -> Hands:
    """The filled demonstration on a day of its year."""
    hands = pages_at(settings, DAY)
    settings.HUIBAO_DEMONSTRATION = True
    _filled(tmp_path / "demo", hands)
    return hands


def _filled(folder: Path, clock: Hands) -> None:
    from huibao.app.demo.accounts import open_accounts
    from huibao.app.demo.cases import open_cases
    from huibao.app.demo.requests import open_requests
    from huibao.app.demo.run import run_demo
    from tests.app.staff_world import keys

    keys()
    folder.mkdir()
    run_demo(folder, 1, 200, lambda *_: None)
    open_accounts("four-words-nobody-has-19", clock)
    open_cases(clock)
    open_requests(clock)
    _worked(clock)


def _worked(clock: Hands) -> None:
    """Work, a roster on its way in, a visit, a payment file and a reminder, where the demonstration made none."""
    by = staff.Staff.objects.get(name="jingban")
    now = clock.now()
    if not works.Work.objects.exists():
        works.Work.objects.create(
            key="made-up", kind="enrolment", staff=by, area=COUNTY, state="done", asked_at=now, ended_at=now
        )
    if not supervision.Reminder.objects.exists():
        city = staff.Staff.objects.get(name="shiji")
        supervision.Reminder.objects.create(
            key="made-up", area=COUNTY, subject="coverage", text="x", due_on=clock.today(), asked_by=city, asked_at=now
        )
    if not draft.RosterDraft.objects.exists():
        kept = works.KeptFile.objects.create(
            name="made-up.xlsx", media="x", size=1, sha256="0" * 64, sealed=b"x", made_at=now
        )
        draft.RosterDraft.objects.create(
            staff=by,
            area=COUNTY,
            source="disability_certificate",
            taken_on=clock.today(),
            file=kept,
            file_name="made-up.xlsx",
            file_sha256="0" * 64,
            state="looked",
            made_at=now,
            changed_at=now,
        )


def at_home(role: Role) -> Reach:
    """Where the demonstration's account of the role works."""
    if role in BY_INSTITUTION:
        return Reach(HOSPITAL_AREA, HOSPITAL)
    return Reach(AREAS.get(role, COUNTY), CONTRACT if role in BY_CONTRACT else "")


def abroad(role: Role) -> Reach:
    """Another area, contract and hospital."""
    if role in BY_INSTITUTION:
        return Reach(ELSEWHERE.area, "H11010500001")
    return Reach(ELSEWHERE.area, "别处-2026" if role in BY_CONTRACT else "")


def asked(client: Client, route: URLPattern) -> tuple[Any, Any]:
    """The answers to looking and to sending an empty form."""
    return client.get(address(route)), client.post(address(route), {})


def test_nothing_of_another_area_opens_to_anybody(clock: Hands) -> None:
    named = {str(name) for name in roster.Person.objects.values_list("name", flat=True)}
    opened: list[str] = []
    for role in Role:
        client = signed_in(role, clock, abroad(role), name=f"{role.value.replace('_', '-')}.abroad")
        for route in routes():
            if route.name in OWN:
                continue
            for answer in asked(client, route):
                about = bool(NUMBERED.search(str(route.pattern)))
                text = answer.content.decode(errors="replace") if answer.status_code == 200 else ""
                if about and answer.status_code not in SHUT and not _generic(route):
                    opened.append(f"{role} {answer.wsgi_request.method} {route.name}: {answer.status_code}")
                opened += [f"{role} {route.name} names {name}" for name in named if len(name) > 2 and name in text]
                opened += [f"{role} {route.name} links {link}" for link in _links(text)]
    assert opened == []


def _generic(route: URLPattern) -> bool:
    """Whether the part of the address names a kind of thing and no thing."""
    return route.name in {"finance-subject", "finance-ask"}


def _links(text: str) -> list[str]:
    return re.findall(
        r'href="(/(?:people|insurer/claims|counter/stays|books/vouchers|approvals|reminders)/\d[^"]*)"', text
    )


def test_what_each_role_reaches_in_its_own_area_is_what_was_meant(clock: Hands) -> None:
    lines: list[str] = []
    for role in Role:
        client = signed_in(role, clock, at_home(role), name=f"{role.value.replace('_', '-')}.home")
        reached = [route.name for route in routes() if client.get(address(route)).status_code in {200, 302, 422}]
        lines.append(f"{role.value}: {' '.join(sorted(str(name) for name in reached))}")
    text = "\n".join(lines) + "\n"
    if os.environ.get("HUIBAO_REACHED") == "write":
        REACHED.write_text(text, encoding="utf-8")
    assert text == REACHED.read_text(encoding="utf-8")


def test_every_kind_of_number_in_an_address_is_known_here() -> None:
    assert {reverse("console:home"), *(str(route.pattern) for route in routes())}
    for route in routes():
        for name in NUMBERED.findall(str(route.pattern)):
            assert any(key.endswith(f"/{name}") for key in OBJECTS), str(route.pattern)


def test_an_account_has_one_place_by_its_role() -> None:
    assert Actor(1, "x", "x", Role.AUDITOR, (at_home(Role.AUDITOR),)).area == AREAS[Role.AUDITOR]
