"""What an attacker tries first at the console, tried: sessions, addresses, forms, files, numbers in addresses, time, logs.

docs/ASVS.md names these tests; each is an attempt that has to fail, not a setting that is read.
"""

import io
import logging
import re
import zipfile
from typing import Final
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern

from huibao.app.access import Reach, Role
from huibao.app.accounts import invitation
from huibao.app.work.worker import work_off
from huibao.store.models.staff import Act, Sitting
from huibao.web import urls
from huibao.web.desk import COMFORT, SITTING
from tests.app import staff_world as world
from tests.app.staff_world import COUNTY, PASSWORD, Hands
from tests.web.desk_world import NAME, NUMBER, PHONE, signed_in, somebody
from tests.web.finance.seats import seated

pytestmark = pytest.mark.django_db

OTHER: Final = Reach("110105")
WORK: Final = "/work"
"""Where works in the background are looked at."""


def test_a_sitting_brought_along_is_not_the_one_that_signing_in_opens(clock: Hands) -> None:
    """Session fixation: what an attacker put into the browser before is worth nothing afterwards."""
    one = world.worker("li.wen", Role.COUNTY_CLERK, clock)
    client = Client()
    planted = "planted-by-an-attacker"
    client.cookies[SITTING] = planted
    half = client.post("/enter", {"name": "li.wen", "password": PASSWORD})
    before = client.cookies[SITTING].value
    client.post(half["Location"], {"code": one.code(clock)})
    after = client.cookies[SITTING].value
    assert len({planted, before, after}) == 3
    for stale in (planted, before):
        thief = Client()
        thief.cookies[SITTING] = stale
        assert thief.get("/account")["Location"].startswith("/enter"), "neither opens a page"
    assert client.get("/account").status_code == 200


def test_another_sitting_of_ones_own_ends_against_a_code_alone(clock: Hands) -> None:
    """Who sits down at an open browser does not end the owner's other ones."""
    one = world.worker("li.wen", Role.COUNTY_CLERK, clock)
    here = signed_in_as(one, clock)
    clock.on(seconds=31)
    there = signed_in_as(one, clock)
    other = Sitting.objects.filter(staff__name="li.wen", ended_at=None).order_by("-pk")[0].pk
    path = f"/account/sittings/{other}/end"
    assert "请输入验证码" in here.post(path).content.decode()
    assert here.post(path, {"code": "000000"}).status_code == 422
    assert there.get("/account").status_code == 200
    clock.on(seconds=31)
    assert here.post(path, {"code": one.code(clock)})["Location"] == "/account"
    assert there.get("/account")["Location"].startswith("/enter")
    own = Sitting.objects.filter(staff__name="li.wen", ended_at=None).order_by("-pk")[0].pk
    here.post(f"/account/sittings/{own}/end")
    assert here.get("/account")["Location"].startswith("/enter"), "this one is simply signed out"


def signed_in_as(one: world.Worker, clock: Hands) -> Client:
    """A browser of its own, through both factors."""
    client = Client()
    half = client.post("/enter", {"name": one.actor.name, "password": PASSWORD})
    assert client.post(half["Location"], {"code": one.code(clock)}).status_code == 302
    return client


def test_every_cookie_is_closed_to_scripts_and_to_other_sites(clock: Hands) -> None:
    one = world.worker("li.wen", Role.COUNTY_CLERK, clock)
    client = Client()
    client.get("/enter")
    half = client.post("/enter", {"name": "li.wen", "password": PASSWORD})
    client.post(half["Location"], {"code": one.code(clock)})
    client.post("/comfort", {"turn": "elder"})
    assert {SITTING, COMFORT} <= set(client.cookies)
    for name, cookie in client.cookies.items():
        assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"]) == (True, "Lax", "/", ""), (
            name
        )


def test_no_form_at_all_is_taken_without_its_mark(clock: Hands) -> None:
    """Forged requests: every route that takes a form, for who is signed in."""
    client = seated(Role.COUNTY_CLERK, clock, Reach(COUNTY), "li.wen")
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    taken = []
    for route in urls.urlpatterns:
        path = "/" + re.sub(r"<(int|str):\w+>", "1", str(route.pattern))
        if "POST" in client.put(path).headers.get("Allow", ""):
            answer = strict.post(
                path, {"csrfmiddlewaretoken": "x" * 64}, headers={"origin": "https://elsewhere.example"}
            )
            taken += [f"{route.name}: {answer.status_code}"] if answer.status_code != 403 else []
            assert "页面放置过久" in answer.content.decode() or answer.status_code != 403, route.name
    assert taken == []


@pytest.mark.parametrize(
    "wanted",
    [
        "https://elsewhere.example/",
        "//elsewhere.example",
        "/\\elsewhere.example",
        "\\\\elsewhere.example",
        "/\t/elsewhere.example",
        "///elsewhere.example",
        "javascript:alert(1)",
        "http:elsewhere.example",
        "/%2f%2felsewhere.example/..//elsewhere.example",
    ],
)
def test_no_address_leads_away_after_signing_in(clock: Hands, wanted: str) -> None:
    """Open redirect: whatever `next` says, one stays here."""
    one = world.worker("li.wen", Role.COUNTY_CLERK, clock)
    client = Client()
    half = client.post("/enter", {"name": "li.wen", "password": PASSWORD, "next": wanted})
    full = client.post(half["Location"], {"code": one.code(clock), "next": wanted})
    comfort = client.post("/comfort", {"turn": "elder", "next": wanted})
    for answer in (half, full, comfort):
        assert re.match(r"/(?![/\\\t])", answer["Location"]), answer["Location"]
        assert urlsplit(answer["Location"]).netloc == ""


def test_a_host_somebody_made_up_is_refused_and_stands_in_no_invitation(clock: Hands) -> None:
    """Host header: the link of an invitation is made of it."""
    keeper = seated(Role.KEEPER, clock, Reach(COUNTY), "bao.guan")
    new = {"name": "zhou.xin", "shown": "周新", "role": "county_clerk", "reach": COUNTY}
    for headers in (
        {"host": "evil.example"},
        {"host": "localhost:80@evil.example"},
        {"host": "localhost\\evil.example"},
    ):
        answer = keeper.post("/accounts", new, headers=headers)
        assert (answer.status_code, "evil" in answer.content.decode()) == (400, False)
    answer = keeper.post("/accounts", new, headers={"host": "localhost", "x-forwarded-host": "evil.example"})
    assert (answer.status_code, "evil" in answer.content.decode()) == (200, False)


def test_no_page_behind_the_door_is_kept_by_a_browser_or_a_proxy(clock: Hands) -> None:
    """Cache-Control on every page, whatever it answers: pages with people above all."""
    client = seated(Role.COUNTY_CLERK, clock, Reach(COUNTY), "li.wen")
    somebody()
    kept = []
    for route in urls.urlpatterns:
        assert isinstance(route, URLPattern)
        path = "/" + re.sub(r"<(int|str):\w+>", "1", str(route.pattern))
        for send in (client.get, client.post):
            if route.name in {"leave", "end-sitting"}:
                continue  # they end the sitting this test sits at
            answer = send(path)
            if answer.get("Cache-Control") != "no-store":
                kept.append(f"{route.name}: {answer.get('Cache-Control')}")
    assert kept == []


def test_a_request_too_large_is_refused_before_it_is_read(clock: Hands) -> None:
    """By who is not signed in above all: a form with a file is unfolded onto the disk to look for its mark."""

    class Unread(io.BytesIO):
        """A body that nobody may touch."""

        def read(self, *_: object) -> bytes:
            raise AssertionError("it was read")

    kind = "multipart/form-data; boundary=b"
    for path in ("/enter", "/county/rosters/new"):
        for length in (str(56 * 2**20), "9" * 30):
            said = {"CONTENT_LENGTH": length, "wsgi.input": Unread()}
            answer = Client().generic("POST", path, b"", kind, **said)  # type: ignore[arg-type] # the server's own variables
            assert (answer.status_code, "内容过长" in answer.content.decode()) == (400, True)


def bomb() -> bytes:
    """A workbook of some hundred kilobytes that unfolds to 300 million characters."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", "<Types/>")
        with file.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(300):
                sheet.write(b"0" * 1_000_000)
    return packed.getvalue()


FALSE_FILES: Final = {
    "html": b"<html><script>alert(1)</script></html>",
    "exe": b"MZ\x90\x00" + b"\x00" * 2_000,
    "xxe": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
}


@pytest.mark.parametrize("kind", ["bomb", *FALSE_FILES])
def test_a_file_that_is_none_of_what_it_says_is_refused_in_words(clock: Hands, kind: str) -> None:
    content = bomb() if kind == "bomb" else FALSE_FILES[kind]
    client = seated(Role.COUNTY_CLERK, clock, Reach(COUNTY), "li.wen")
    said = {"source": "disability_certificate", "taken_on": "2026-04-30"}
    answer = client.post(
        "/county/rosters/new", {**said, "file": SimpleUploadedFile("../../etc/cron.d/x.xlsx", content)}
    )
    assert answer.status_code == 302
    work_off(clock)
    text = client.get(client.get(answer["Location"])["Location"]).content.decode()
    assert "这份名册不能导入" in text
    assert [one for one in ("root:", "<script>alert", "../..") if one in text] == []


def test_nobody_tells_by_the_time_it_takes_whether_an_account_exists(
    monkeypatch: pytest.MonkeyPatch, clock: Hands
) -> None:
    """A name that is there, one that has ended, one not joined yet and one that is not there: each costs the same hashes."""
    for name in ("li.wen", "zhao.ended"):
        world.worker(name, Role.COUNTY_CLERK, clock)
    invitation.end("zhao.ended", clock)
    invitation.invite("qian.new", "钱新", Role.COUNTY_CLERK, [Reach(COUNTY)], clock)
    hashed: list[str] = []
    encode = Argon2PasswordHasher.encode
    verify = Argon2PasswordHasher.verify

    def counted_encode(self: Argon2PasswordHasher, password: str, salt: str) -> str:
        hashed.append("encode")
        return encode(self, password, salt)

    def counted_verify(self: Argon2PasswordHasher, password: str, encoded: str) -> bool:
        hashed.append("verify")
        return verify(self, password, encoded)

    monkeypatch.setattr(Argon2PasswordHasher, "encode", counted_encode)
    monkeypatch.setattr(Argon2PasswordHasher, "verify", counted_verify)
    costs: dict[str, int] = {}
    Client().post("/enter", {"name": "first.in.this.process", "password": "four-other-words-42"})  # its hash is kept
    for name in ("li.wen", "zhao.ended", "qian.new", "nobody.here"):
        hashed.clear()
        assert Client().post("/enter", {"name": name, "password": "four-other-words-42"}).status_code == 422
        costs[name] = len(hashed)
    assert set(costs.values()) == {1}, costs


def test_the_answer_to_a_wrong_name_and_to_a_wrong_password_is_the_same(clock: Hands) -> None:
    world.worker("li.wen", Role.COUNTY_CLERK, clock)
    texts = []
    for name in ("li.wen", "no.body"):
        text = Client().post("/enter", {"name": name, "password": "four-other-words-42"}).content.decode()
        texts.append(re.sub(r'csrfmiddlewaretoken" value="\w+"', "", text).replace(name, ""))
    assert texts[0] == texts[1]


def test_numbers_changed_in_an_address_open_nothing_of_others(clock: Hands) -> None:
    """What is somebody else's is answered like what is not there, by number as by name."""
    person = somebody()
    here = seated(Role.COUNTY_CLERK, clock, Reach(COUNTY), "li.wen")
    here.post("/county/rosters/new", {"source": "disability_certificate", "taken_on": "2026-04-30",
                                      "file": SimpleUploadedFile("a.csv", b"a,b\n1,2\n")})  # fmt: skip
    there = seated(Role.COUNTY_CLERK, clock, OTHER, "bie.chu")
    for path in (
        f"/people/{person}",
        "/county/rosters/1",
        "/county/rosters/1/rows",
        f"{WORK}/1",
        f"{WORK}/1/files/list",
    ):
        mine, nobodys = there.get(path), there.get(re.sub(r"/\d+", "/987654", path, count=1))
        assert (mine.status_code, nobodys.status_code in {403, 404}) == (403, True), path
        assert [one for one in (NAME, NUMBER, PHONE, "a.csv") if one in mine.content.decode()] == []
    sitting = Sitting.objects.get(staff__name="li.wen").pk
    there.post(f"/account/sittings/{sitting}/end")
    assert here.get("/account").status_code == 200, "nobody ends another's sitting"


def test_what_is_typed_makes_no_line_of_a_log_and_no_act_of_the_record(
    clock: Hands, caplog: pytest.LogCaptureFixture
) -> None:
    """Log injection: line ends, escapes and other people's names stay out."""
    caplog.set_level(logging.INFO)
    client = signed_in(Role.COUNTY_CLERK, clock)
    evil = "x\r\n2026-01-01 INFO admin signed in\x1b[31m"
    sent = ("/enter", {"name": evil, "password": evil}), ("/people", {"number": evil})
    for path, said in sent:
        client.post(
            path, said, headers={"user-agent": evil.replace("\r\n", " "), "x-forwarded-for": evil.replace("\r\n", "")}
        )
        Client().post(path, said)
    client.get("/people/1%0d%0aINFO%20admin%20signed%20in")
    client.get("/nowhere/%0d%0aINFO%20admin%20signed%20in")
    assert [line for line in caplog.text.splitlines() if line.lstrip().startswith(("2026-01-01", "INFO admin"))] == []
    assert "\x1b" not in caplog.text
    assert [act for act in Act.objects.values_list("verb", "ref", "purpose", "source") if "admin" in str(act)] == []
