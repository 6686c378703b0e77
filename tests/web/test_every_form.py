"""Every form of the console, found by walking it as each role on the filled demonstration, and every value that hurts.

A form is what a page draws, not what a list here says: a new one is tried the day it is made. Each try is undone, so that
every form is met as it was drawn. In CI each field is tried with a few values by turns; `make test-full` tries them all.
"""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs

import lxml.html  # type: ignore[import-untyped] # lxml brings no types
import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import Resolver404, resolve
from pytest_django import Settings

from huibao.app.access import Role
from huibao.store.models.staff import Passkey, Sitting, Staff
from huibao.store.staff import digest, kept_form
from huibao.web.desk import NEVER_KEPT, SITTING
from tests.app.staff_world import Hands
from tests.web.desk_world import pages_at, signed_in
from tests.web.test_who_reaches_what import OPEN, _filled, address, at_home, routes

pytestmark = pytest.mark.django_db

MARKUP: Final = "\"'><b id=hostile>"
BENIGN: Final = (MARKUP, "' OR 1=1 --", "😀👩‍👩‍👧 字", "#{7*7}{{7*7}}%s")
"""Values of which a page shown again keeps every character."""
HOSTILE: Final = (
    *BENIGN,
    "",
    "   ",
    "9" * 5_000,
    "字" * 20_000,
    "\x00a\x07\x1b\x7f",
    "a\r\nb\u2028c\u202ed\ufeff",
    "<script>hostile()</script>",
    '"; DROP TABLE person; --',
    "１２３４．５６",
    "-1",
    "-0.01",
    "99999999999999999999",
    "1e309",
    "NaN",
    "0.001",
    "٣",
    "2026-02-30",
    "0000-00-00",
    "9999-12-31",
    "１９９９－０１－０１",
    "../../etc/passwd",
    "[]",
    "null",
)
FOUND, SERVER_ERROR = 302, 500
NOTED: Final = {"act", "sitting", "failure", "known_device"}
"""Tables that note who did what, and from where."""
AGAIN: Final = {"comfort"}
"""Routes that are meant to do something each time: a comfort is turned on and off."""
MOST_ASKED: Final = 4_000
"""Characters of an address's question: a server takes no longer ones."""
A_FEW: Final = 1
"""Values a field is tried with in CI, by turns."""
UNKEPT: Final = {"password", "file", "hidden"}
"""Kinds of fields a page never shows again: secrets and what a browser does not let it."""
SECRET: Final = {"code", "passkey", "username"}
"""Fields that come back empty, or as the page knows them: the account's name stands there for the browser's key store."""


@dataclass(frozen=True)
class Drawn:
    """One form as a page drew it: from which page, for whom, where it goes and what it carries."""

    role: Role
    page: str
    action: str
    fields: Mapping[str, str]
    kinds: Mapping[str, str]
    options: Mapping[str, tuple[str, ...]]

    @property
    def route(self) -> str:
        """Name of the route it is sent to."""
        return str(resolve(self.action.partition("?")[0]).url_name)

    @property
    def what(self) -> tuple[str, str, tuple[str, ...]]:
        """What tells it from others: who sends which fields where; the case it is about does not."""
        return self.route, re.sub(r"\d+", "#", self.page.partition("?")[0]), tuple(sorted(self.fields))

    @property
    def open_fields(self) -> list[str]:
        """Everything a sender can change."""
        return [name for name in self.fields if name != "csrfmiddlewaretoken"]


@dataclass
class Console:
    """The filled demonstration with a signed-in browser for each role, every form they were shown, every question asked."""

    clients: dict[Role, Client]
    forms: list[Drawn]
    questions: dict[tuple[str, str], tuple[Role, str]]
    """Route and name of what stands behind a question mark in an address: who asks it, with which address."""

    def send(self, form: Drawn, changed: Mapping[str, Any]) -> Any:  # noqa: ANN401 - Django's answer
        """Send a form with some fields changed."""
        said = {**plausible(form), **changed}
        return self.post(form, {name: value for name, value in said.items() if value is not None})

    def post(self, form: Drawn, said: Mapping[str, Any]) -> Any:  # noqa: ANN401 - Django's answer
        """Send it from its role's browser, which then forgets what it was told: what happened is undone as well."""
        client = self.clients[form.role]
        cookies = SimpleCookie({name: one.value for name, one in client.cookies.items()})
        try:
            answer = client.post(form.action, dict(said))
        finally:
            client.cookies = cookies
        return answer


@pytest.fixture
def clock(settings: Settings, tmp_path: Path) -> Hands:
    """The filled demonstration on a day of its year."""
    hands = pages_at(settings, datetime(2026, 11, 23, 2, 0, tzinfo=UTC))
    settings.HUIBAO_DEMONSTRATION = True
    settings.HUIBAO_ORIGIN = "http://testserver"
    _filled(tmp_path / "demo", hands)
    return hands


@pytest.fixture
def console(clock: Hands) -> Console:
    """Every form every role is shown."""
    clients = {
        role: signed_in(role, clock, at_home(role), name=f"{role.value.replace('_', '-')}.forms") for role in Role
    }
    for client in clients.values():
        client.raise_request_exception = False
    one = Staff.objects.get(name="county-clerk.forms")
    Passkey.objects.create(staff=one, credential="x", public_key=b"x", name="x", made_at=clock.now())
    found: dict[tuple[str, str, tuple[str, ...]], Drawn] = {}
    questions: dict[tuple[str, str], tuple[Role, str]] = {}
    for role, client in clients.items():
        for form in walked(role, client, questions):
            found.setdefault(form.what, form)
    return Console(clients, list(found.values()), questions)


def walked(role: Role, client: Client, questions: dict[tuple[str, str], tuple[Role, str]]) -> Iterator[Drawn]:
    """Each page this role comes to by links and by the table of addresses, of each kind three; their forms."""
    waiting = ["/", *(address(route) for route in routes() if "<" not in str(route.pattern))]
    seen: dict[str, int] = {}
    met: set[str] = set()
    while waiting:
        path = waiting.pop(0)
        if path in met:
            continue
        met.add(path)
        try:
            name = str(resolve(path.partition("?")[0]).url_name)
        except Resolver404:
            continue
        seen[name] = seen.get(name, 0) + 1
        if seen[name] > 3:
            continue
        answer = client.get(path)
        assert answer.status_code < SERVER_ERROR, f"{role} {path}"
        if answer.status_code != 200 or not answer.headers["Content-Type"].startswith("text/html"):
            continue
        document = lxml.html.fromstring(answer.content.decode())
        waiting += [link.get("href").partition("#")[0] for link in document.xpath("//a[starts-with(@href, '/')]")]
        for name, asked in questions_on(path, document):
            questions.setdefault((str(resolve(asked).url_name), name), (role, asked))
        yield from drawn(role, path, document)


def questions_on(path: str, document: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - lxml's element
    """What a page asks by its address: fields of forms that only look, and what stands in links; name and address."""
    for form in document.xpath("//form[not(@method='post')]"):
        action = (form.get("action") or path).partition("?")[0]
        yield from ((one.get("name"), action) for one in form.xpath(".//input[@name] | .//select[@name]"))
    for link in document.xpath("//a[contains(@href, '?')]/@href"):
        address, _, query = link.partition("#")[0].partition("?")
        address = address or path.partition("?")[0]
        if address.startswith("/") and is_ours(address):
            yield from ((name, address) for name in parse_qs(query))


def is_ours(address: str) -> bool:
    """Whether an address leads to a page."""
    try:
        resolve(address)
    except Resolver404:
        return False
    return True


def drawn(role: Role, path: str, document: Any) -> Iterator[Drawn]:  # noqa: ANN401 - lxml's element
    """The forms of a page that change something."""
    for form in document.xpath("//form[@method='post']"):
        fields: dict[str, str] = {}
        kinds: dict[str, str] = {}
        options: dict[str, tuple[str, ...]] = {}
        for one in form.xpath(".//input[@name] | .//textarea[@name] | .//select[@name] | .//button[@name]"):
            name, kind = one.get("name"), one.get("type") or one.tag
            kinds[name] = kind
            if one.tag == "select":
                options[name] = tuple(each.get("value", "") for each in one.xpath(".//option"))
                fields[name] = next((value for value in options[name] if value), "")
            elif kind in {"radio", "checkbox"}:
                options[name] = (*options.get(name, ()), one.get("value", ""))
                fields[name] = options[name][0]
            else:
                fields.setdefault(name, one.text or "" if one.tag == "textarea" else one.get("value") or "")
        action = form.get("action") or path
        if action.startswith("/"):
            yield Drawn(role, path, action, fields, kinds, options)


def plausible(form: Drawn) -> dict[str, Any]:
    """The form as somebody would send it who fills what is empty."""
    said: dict[str, Any] = {}
    for name, value in form.fields.items():
        kind = form.kinds[name]
        if value or kind == "hidden":
            said[name] = value
        elif kind == "file":
            said[name] = SimpleUploadedFile("x.csv", b"a,b\n1,2\n")
        elif any(part in name for part in ("on", "day", "due", "date")):
            said[name] = "2026-11-23"
        elif any(part in name for part in ("fen", "amount", "money", "yuan")):
            said[name] = "1.00"
        else:
            said[name] = "演示说明文字"
    return said


@contextmanager
def undone() -> Iterator[None]:
    """What happens within leaves no trace."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def faults(form: Drawn, name: str, value: Any, answer: Any) -> Iterator[str]:  # noqa: ANN401 - what was sent, what came back
    """What is wrong with how a value was met."""
    where = f"{form.route} ({form.role}, {form.page}) {name}={str(value)[:40]!r}"
    if answer.headers.get("Location", "").startswith("/enter?"):
        yield f"{where}: was shown the door"
    if answer.status_code >= SERVER_ERROR:
        yield f"{where}: {answer.status_code} {_why(answer)}"
        return
    body = answer.content.decode(errors="replace") if not answer.streaming else ""
    if "<b id=hostile" in body or "<script>hostile" in body:
        yield f"{where}: comes back unescaped"
    if "Traceback" in body:
        yield f"{where}: shows a trace"
    if answer.status_code == 422:
        if "govuk-error-summary" not in body:
            yield f"{where}: refused without a summary"
        if value in BENIGN and form.kinds[name] not in UNKEPT and name not in form.options and name not in SECRET:
            yield from _lost(form, name, value, body, where)


def _lost(form: Drawn, name: str, value: str, body: str, where: str) -> Iterator[str]:
    """Whether what was typed is gone from the page shown again."""
    del form
    again = lxml.html.fromstring(body).xpath(f"//form[@method='post']//*[@name='{name}']")
    kept = [(one.text or "") if one.tag == "textarea" else (one.get("value") or "") for one in again]
    kept = [each.lstrip("\n") for each in kept]
    if not any(each and value.startswith(each.strip()) for each in kept):
        yield f"{where}: what was typed is lost"


def _why(answer: Any) -> str:  # noqa: ANN401 - Django's answer
    error = getattr(answer, "exc_info", None)
    return repr(error[1])[:200] if error else ""


def tried(console: Console, few: int) -> Iterator[str]:
    """Send every form with every field made hostile: `few` values a field by turns, 0 for all of them."""
    turn = 0
    for form in console.forms:
        for name in form.open_fields:
            values = HOSTILE if not few else [HOSTILE[(turn + at * 11) % len(HOSTILE)] for at in range(few)]
            turn += 1
            for value in values:
                with undone():
                    yield from faults(form, name, value, console.send(form, {name: value}))
        for changed in (dict.fromkeys(form.open_fields), {name: [MARKUP, "2"] for name in form.open_fields}):
            with undone():
                yield from faults(form, "", "all", console.send(form, changed))


def asked(console: Console, few: int) -> Iterator[str]:
    """Put every value that hurts behind every question mark."""
    for turn, ((route, name), (role, path)) in enumerate(console.questions.items()):
        values = HOSTILE if not few else [HOSTILE[(turn + at * 7) % len(HOSTILE)] for at in range(few)]
        for value in (*values, "9999-12"):
            with undone():
                answer = console.clients[role].get(path, {name: value[:MOST_ASKED]})
            body = answer.content.decode(errors="replace") if not answer.streaming else ""
            if answer.status_code >= SERVER_ERROR or "<b id=hostile" in body or "<script>hostile" in body:
                yield f"{route} ({role}) ?{name}={value[:40]!r}: {answer.status_code} {_why(answer)}"


def sent_twice(console: Console) -> Iterator[str]:
    """A form that was taken is sent once more: by a double press, or by going back. Nothing is there twice."""
    for form in console.forms:
        if form.route in AGAIN:
            continue
        with undone():
            first = console.send(form, {})
            if first.status_code != FOUND:
                continue  # refused as it was filled in here; `test_two_people` fills in each form so that it is taken
            before = rows()
            second = console.send(form, {})
            if second.status_code >= SERVER_ERROR:
                yield f"{form.route} ({form.role}) sent twice: {second.status_code} {_why(second)}"
            yield from (f"{form.route} ({form.role}) sent twice: {name} grows" for name in rows() - before)


def rows() -> set[tuple[str, int]]:
    """Each table with the number of its rows, but for those that note every try."""
    tables = [model._meta.db_table for model in apps.get_app_config("store").get_models()]
    asks = " UNION ALL ".join(
        f"SELECT '{table}', COUNT(*) FROM \"{table}\""  # noqa: S608 - the models' own names
        for table in tables
        if table not in NOTED
    )
    with connection.cursor() as cursor:
        cursor.execute(asks)
        return set(cursor.fetchall())


def sent_too_late(console: Console, clock: Hands) -> Iterator[str]:
    """A form sent after its session had ended changes nothing and is kept, every field of it that may be."""
    for form in console.forms:
        now, token = clock.at, console.clients[form.role].cookies[SITTING].value
        sent = {name: value for name, value in plausible(form).items() if isinstance(value, str)}
        clock.on(minutes=40)
        with undone():
            answer = console.post(form, sent)
            if "/enter" in answer.headers.get("Location", ""):
                staff_id = Sitting.objects.values_list("staff_id", flat=True).get(token=digest(token))
                kept = kept_form(token, staff_id, now)
                fields = {name: value for name, value in sent.items() if name not in NEVER_KEPT}
                said = dict(json.loads(kept)[1]) if kept else {}
                if said != fields:
                    yield f"{form.route} ({form.role}) sent too late: {sorted(fields)} became {sorted(said)}"
            elif form.route not in OPEN:
                yield f"{form.route} ({form.role}) sent too late: {answer.status_code}"
        clock.at = now


def test_a_form_meets_what_hurts_a_second_press_and_the_end_of_its_session(console: Console, clock: Hands) -> None:
    assert len(console.forms) > 40
    assert list(tried(console, A_FEW)) == []
    assert len(console.questions) > 10
    assert list(asked(console, A_FEW)) == []
    assert list(sent_twice(console)) == []
    assert list(sent_too_late(console, clock)) == []


@pytest.mark.slow
def test_no_value_of_all_in_any_field_breaks_a_page_or_comes_back_as_markup(console: Console) -> None:
    assert list(tried(console, 0)) == []
    assert list(asked(console, 0)) == []


def test_what_a_form_may_do_wrong_is_noticed() -> None:
    form = Drawn(Role.AUDITOR, "/x", "/people", {"number": ""}, {"number": "text"}, {})
    summary = "<div class='govuk-error-summary'></div><form method='post'><input name='number' value='{}'></form>"

    def met(status: int, body: str, value: str = BENIGN[1]) -> list[str]:
        return [
            fault.partition("': ")[2] or fault
            for fault in faults(form, "number", value, HttpResponse(body, status=status))
        ]

    assert met(422, summary.format("&#x27; OR 1=1 --")) == []
    assert "500" in met(500, "")[0]
    assert met(200, "<b id=hostile>", MARKUP)[0].endswith("comes back unescaped")
    assert met(200, "Traceback (most recent call last)")[0].endswith("shows a trace")
    assert met(422, summary.format(""))[0].endswith("what was typed is lost")
    assert met(422, "<form method='post'><input name='number' value='&#x27; OR 1=1 --'></form>")[0].endswith(
        "without a summary"
    )
