"""Two people with the same page open: the one is faster, the other sends her form then. What must hold whatever the form.

The whole database is compared, row by row, but for the tables that note who did what: the second form changes nothing of it.
"""

import html
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import lxml.html  # type: ignore[import-untyped] # lxml brings no types
from django.apps import apps
from django.db import transaction
from django.test import Client
from django.urls import resolve

from huibao.app.access import ROLES, Reach, Role
from tests.app.staff_world import Hands
from tests.web.finance.seats import seated

FOUND, SERVER_ERROR = 302, 500
NOTED: Final = {"Act", "Sitting", "Failure", "KnownDevice"}
"""Models that note who did what, and from where: a try is noted too."""
IN_A_CLAIM: Final = {
    Role.INSURER_HANDLER: "经办人",
    Role.INSURER_APPROVER: "审批人",
    Role.INSURER_PAYER: "付款人",
}
"""A claim's own words for the roles."""


@dataclass(frozen=True)
class Seat:
    """Somebody at a browser."""

    name: str
    role: Role
    client: Client

    @property
    def shown(self) -> str:
        """How the pages name them."""
        return f"示范{self.name}"


def seat(name: str, role: Role, clock: Hands, reach: Reach) -> Seat:
    """A new account at its browser."""
    client = seated(role, clock, reach, name)
    client.raise_request_exception = False
    return Seat(name, role, client)


@dataclass(frozen=True)
class Meeting:
    """Two people on one page: what the faster says, what the slower says then."""

    route: str
    page: str
    faster: Seat
    slower: Seat
    first: Mapping[str, Any] = field(default_factory=dict)
    second: Mapping[str, Any] = field(default_factory=dict)
    typed: tuple[str, ...] = ()
    """What the slower has typed and finds again."""
    by: str = ""
    """Where the faster acts by another form: its route, and its page where that differs."""
    by_page: str = ""
    action: str = ""
    """Where no page draws the form in this state: its address, with `first` and `second` all that is said."""
    by_action: str = ""
    """The same of what the faster does."""
    both: str = ""
    """Why both may have an effect."""
    untold: str = ""
    """Why the slower need not be told who it was."""


def form_on(client: Client, page: str, route: str) -> tuple[str, dict[str, Any]]:
    """The form of a page that goes to a route: its address and what it carries as it is drawn."""
    answer = client.get(page)
    assert answer.status_code == 200, f"{page}: {answer.status_code}"
    document = lxml.html.fromstring(answer.content.decode())
    for form in document.xpath("//form[@method='post']"):
        action = str(form.get("action") or page)
        if resolve(action.partition("?")[0]).url_name == route:
            return action, _carried(form)
    raise AssertionError(f"{page} draws no form for {route}")


def _carried(form: Any) -> dict[str, Any]:  # noqa: ANN401 - lxml's element
    said: dict[str, Any] = {}
    for one in form.xpath(".//input[@name] | .//textarea[@name] | .//select[@name]"):
        name, kind = one.get("name"), one.get("type") or one.tag
        if one.tag == "select":
            chosen = one.xpath(".//option[@selected]/@value")
            said[name] = chosen[0] if chosen else next(iter(one.xpath(".//option/@value")), "")
        elif kind in {"radio", "checkbox"}:
            if one.get("checked") is not None:
                said.setdefault(name, []).append(one.get("value", ""))
        elif kind != "file":
            said[name] = (one.text or "").lstrip("\n") if one.tag == "textarea" else one.get("value") or ""
    said.pop("csrfmiddlewaretoken", None)
    return said


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, but for those that note every try."""
    models = [model for model in apps.get_app_config("store").get_models() if model.__name__ not in NOTED]
    return {model.__name__: sorted(model._default_manager.values_list(), key=repr) for model in models}


def told(meeting: Meeting, text: str) -> bool:
    """Whether a page says who it was, by name and role."""
    words = (ROLES[meeting.faster.role].zh, IN_A_CLAIM.get(meeting.faster.role, "-"))
    return any(f"{meeting.faster.shown}（{role}）" in text for role in words)


def faults(meeting: Meeting) -> Iterator[str]:
    """What goes wrong where two meet."""
    where = f"{meeting.route} ({meeting.slower.role})"
    faster, slower = meeting.faster.client, meeting.slower.client
    if meeting.action:
        hers, carried = meeting.action, dict(meeting.second)
    else:
        hers, carried = form_on(slower, meeting.page, meeting.route)
    if meeting.by_action or (meeting.action and not meeting.by):
        his, he_carries = meeting.by_action or meeting.action, dict(meeting.first)
    else:
        his, he_carries = form_on(faster, meeting.by_page or meeting.page, meeting.by or meeting.route)
    answer = faster.post(his, {**he_carries, **meeting.first})
    if answer.status_code not in {200, FOUND}:
        yield f"{where}: the faster was answered {answer.status_code}: {says(answer)}"
        return
    between = everything()
    yield from _pressed_twice(meeting, his, he_carries, between)
    answer = slower.post(hers, {**carried, **meeting.second})
    if answer.status_code >= SERVER_ERROR:
        yield f"{where}: the slower was answered {answer.status_code}: {says(answer)}"
        return
    if meeting.both:
        return
    after = everything()
    yield from (f"{where}: {name} changed" for name in between if between[name] != after[name])
    if answer.status_code == FOUND:
        answer = slower.get(answer["Location"])
    text = html.unescape(answer.content.decode())
    if not meeting.untold and not told(meeting, text):
        yield f"{where}: is not told who it was: {says(answer)}"
    yield from (f"{where}: {typed} is lost" for typed in meeting.typed if typed not in text)


def _pressed_twice(
    meeting: Meeting, address: str, carried: Mapping[str, Any], between: Mapping[str, list[tuple[Any, ...]]]
) -> Iterator[str]:
    """The faster presses twice, or goes back and sends the same form again: nothing is done twice."""
    answer = meeting.faster.client.post(address, {**carried, **_again(meeting.first)})
    where = f"{meeting.by or meeting.route} ({meeting.faster.role}) sent twice"
    if answer.status_code >= SERVER_ERROR:
        yield f"{where}: {answer.status_code} {says(answer)}"
    after = everything()
    yield from (f"{where}: {name} changed" for name in between if between[name] != after[name])


def _again(said: Mapping[str, Any]) -> dict[str, Any]:
    """What is said, with files read from their beginning."""
    for value in said.values():
        if hasattr(value, "seek"):
            value.seek(0)
    return dict(said)


def says(answer: Any) -> str:  # noqa: ANN401 - Django's answer
    """The middle of a page as words."""
    if getattr(answer, "exc_info", None):
        return repr(answer.exc_info[1])[:300]
    document = lxml.html.fromstring(answer.content.decode() or "<p></p>")
    middle = document.xpath("//main") or [document]
    return " ".join(middle[0].text_content().split())[:400]


@contextmanager
def undone() -> Iterator[None]:
    """What happens within leaves no trace."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def check_meetings(meetings: Iterable[Meeting]) -> None:
    """Nothing goes wrong, each meeting from the same beginnings."""
    found: list[str] = []
    for meeting in meetings:
        with undone():
            found += faults(meeting)
    assert not found, "\n".join(found)
