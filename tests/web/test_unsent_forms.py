"""A form sent after its session had ended: kept for its sender alone, sent again with one press."""

import re

import pytest
from django.test import Client

from huibao.app.access import Role
from huibao.store.models.staff import Sitting
from huibao.web.desk import UNSENT
from tests.app import staff_world as world
from tests.app.staff_world import HERE, Hands
from tests.web.desk_world import NUMBER, signed_in, somebody

pytestmark = pytest.mark.django_db


def sent_too_late(client: Client, clock: Hands) -> str:
    """A search sent forty minutes after the last press; returns where it leads."""
    clock.on(minutes=40)
    answer = client.post("/people", {"number": NUMBER})
    return str(answer["Location"])


def sign_in_again(client: Client, name: str, clock: Hands, secret: str) -> str:
    """Both factors, in the same browser; returns where the last one leads."""
    import pyotp

    text = client.get("/enter?next=/account/unsent&ended=1").content.decode()
    assert "您刚才填写的内容已经保留" in text
    half = client.post("/enter", {"name": name, "password": world.PASSWORD, "next": "/account/unsent"})
    clock.on(seconds=60)
    code = pyotp.TOTP(secret).at(clock.now())
    return str(client.post(half["Location"], {"code": code, "next": "/account/unsent"})["Location"])


def test_what_was_typed_is_there_after_signing_in_again_and_does_what_it_was_meant_to(clock: Hands) -> None:
    person = somebody()
    client, secret = _seated("li.wen", clock)
    assert sent_too_late(client, clock) == "/enter?next=%2Faccount%2Funsent&ended=1"
    assert NUMBER not in str(list(Sitting.objects.values_list("kept", flat=True)))
    assert sign_in_again(client, "li.wen", clock, secret) == "/account/unsent"
    page = client.get("/account/unsent").content.decode()
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page.split('action="/people"')[1].split("</form>")[0]))
    fields.pop("csrfmiddlewaretoken", None)
    assert fields == {"number": NUMBER}
    assert client.post("/people", fields)["Location"] == f"/people/{person}"


def test_somebody_else_at_the_same_browser_does_not_see_it(clock: Hands) -> None:
    client, _ = _seated("li.wen", clock)
    sent_too_late(client, clock)
    other = signed_in(Role.COUNTY_CLERK, clock, name="zhao.yi")
    other.cookies[UNSENT] = client.cookies[UNSENT].value
    assert other.get("/account/unsent")["Location"] == "/"


def test_it_is_gone_after_an_hour_and_when_it_is_put_away(clock: Hands) -> None:
    client, secret = _seated("li.wen", clock)
    sent_too_late(client, clock)
    sign_in_again(client, "li.wen", clock, secret)
    assert client.get("/account/unsent").status_code == 200
    assert client.post("/account/unsent")["Location"] == "/"
    assert set(Sitting.objects.values_list("kept", flat=True)) == {""}
    assert client.get("/account/unsent")["Location"] == "/"


def test_a_cookie_of_no_session_keeps_nothing(clock: Hands) -> None:
    client = Client()
    client.cookies["huibao_sitting"] = client.cookies["__Host-huibao_sitting"] = "made-up"
    assert client.post("/people", {"number": NUMBER})["Location"] == "/enter?ended=1"


def test_a_password_is_never_kept(clock: Hands) -> None:
    client, secret = _seated("li.wen", clock)
    clock.on(minutes=40)
    client.post("/account/password", {"password": "old", "new": "secret-words", "again": "secret-words", "left": "1"})
    sign_in_again(client, "li.wen", clock, secret)
    page = client.get("/account/unsent").content.decode()
    assert "secret-words" not in page
    assert 'name="left" value="1"' in page


def _seated(name: str, clock: Hands) -> tuple[Client, str]:
    from huibao.app.accounts import sign_in
    from huibao.web.desk import DEVICE, SITTING

    one = world.worker(name, Role.COUNTY_CLERK, clock)
    half = world.opened(world.sign_in(name, clock).token, clock)
    full = sign_in.second_factor(half, one.code(clock), HERE, clock)
    client = Client()
    client.cookies[SITTING] = full.token
    client.cookies[DEVICE] = HERE.device_token
    return client, one.secret
