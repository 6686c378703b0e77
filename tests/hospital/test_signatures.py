"""Signatures checked against vectors made with OpenSSL's own command line, and what a signature covers."""

import base64
import json
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from huibao.app.hospital import institutions
from huibao.app.hospital.institutions import HMAC_SHA1, HMAC_SM3, OVERLAP, SM2
from huibao.hospital.trust import Keys, Untrusted, sign, signed_text, sm3, verify
from huibao.store.institution import Credential, Institution
from tests.hospital import world
from tests.hospital.world import PATH, Hospital, in_process, read, who

HEADERS = {
    "_api_access_key": "AK-demo",
    "_api_name": "1101",
    "_api_timestamp": "1593478800000",
    "_api_version": "1.0.0",
}
BODY = b'{"infno":"1101"}'
SIGNED_AT = datetime(2020, 6, 30, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
"""1593478800000 ms."""

# openssl dgst -sha1 -hmac made-up-secret -binary | base64
BY_SHA1 = "stRp8IVCW64xPXWU4kGhKfBhmPw="
# openssl dgst -sm3 of BODY, and openssl dgst -sm3 -hmac made-up-secret -binary | base64
BODY_SM3 = "89227da10ccfcdb713637c1a38a3fad52e0ed9f06f044fb46844a18264a43ec1"
BY_SM3 = "9Oge+McuhAozyBa756f6OrrWAOrsDBicuke6IVbEm08="
# openssl ecparam -name SM2 -genkey; openssl dgst -sm3 -sigopt distid:1234567812345678 -sign
SM2_PUBLIC = (
    "f43a7a601e1fc7031d770993103ca545e93eac8934e975e2848d594746283328"
    "502d3a5ed35e387802cf95018017647d8f30ddf573c8e09a1e5e00f7bfae6a18"
)
BY_SM2 = "MEYCIQDjq04BCz40zQ2+bxtz6KIlK7oDPVO2HJJrwBPzQr0jhQIhAJdqhI2YEz8f8Co95ZW7e3nVrhYX+pSEo1oHGbwcxZMw"


def test_hmac_sha1_is_what_vendors_compute() -> None:
    assert sign("made-up-secret", signed_text(HEADERS, BODY, HMAC_SHA1), HMAC_SHA1) == BY_SHA1


def test_sm3_of_the_standard_s_own_example() -> None:
    # GB/T 32905, example 1: "abc"
    assert sm3(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


def test_hmac_sm3_covers_the_message_and_a_nonce() -> None:
    headers = {**HEADERS, "_api_nonce": "n-0001"}
    assert sm3(BODY).hex() == BODY_SM3
    text = signed_text(headers, BODY, HMAC_SM3)
    assert text.split("&")[1] == f"_api_body_sm3={BODY_SM3}"
    assert sign("made-up-secret", text, HMAC_SM3) == BY_SM3


def keys(algorithm: str, public_key: str = "") -> Keys:
    """A ring with the one made-up credential, as the database would give it."""
    one = Institution(1, world.CODE, world.NAME, "5", ("370323",), 600)
    found = Keys(seconds=10**9)
    found.kept["AK-demo"] = (
        0,
        Credential(one, "AK-demo", algorithm, "", public_key, SIGNED_AT - timedelta(days=1), None),
    )
    found.seconds = 10**12
    return found


def with_sm2(**changed: str) -> dict[str, str]:
    """Headers signed by OpenSSL."""
    more = {"_api_nonce": "n-0001", "_api_signature_method": "SM2", "_api_signature": BY_SM2}
    return {**HEADERS, **more, **changed}


def test_a_signature_made_by_openssl_with_sm2_is_taken() -> None:
    assert verify(with_sm2(), BODY, SIGNED_AT, keys(SM2, SM2_PUBLIC)).infno == "1101"


@pytest.mark.parametrize(
    "changed,body",
    [
        ({"_api_nonce": "n-0002"}, BODY),
        ({"_api_name": "2304"}, BODY),
        ({}, b'{"infno":"1102"}'),
        ({"_api_signature": "AAAA"}, BODY),
        ({"_api_signature": "not base64!"}, BODY),
        ({"_api_signature_method": "HMAC-SHA1"}, BODY),
    ],
)
def test_whatever_is_changed_the_signature_does_not_hold(changed: dict[str, str], body: bytes) -> None:
    with pytest.raises(Untrusted, match="HOSP-023"):
        verify(with_sm2(**changed), body, SIGNED_AT, keys(SM2, SM2_PUBLIC))


@pytest.mark.parametrize("minutes,held", [(-31, False), (-30, True), (30, True), (31, False)])
def test_a_signature_holds_for_thirty_minutes(minutes: int, held: bool) -> None:
    said = ""
    try:
        verify(with_sm2(), BODY, SIGNED_AT + timedelta(minutes=minutes), keys(SM2, SM2_PUBLIC))
    except Untrusted as refused:
        said = refused.gateway
    assert said == ("" if held else "签名时间戳超时!")


def strongly(hospital: Hospital, given: Any, nonce: str, body: bytes | None = None) -> dict[str, Any]:  # noqa: ANN401 - anything may be sent
    """1101 signed by HMAC-SM3."""
    message = json.dumps(hospital.envelope("1101", given, hospital.msgid())).encode()
    headers = {name: value for name, value in hospital.headers("1101").items() if name != "_api_signature"}
    headers |= {"_api_nonce": nonce, "_api_signature_method": "HMAC-SM3"}
    headers["_api_signature"] = sign(hospital.secret, signed_text(headers, message, HMAC_SM3), HMAC_SM3)
    return read(in_process(PATH + "1101", headers, body or message))


def test_the_stronger_way_through_the_door(hospital: Hospital) -> None:
    made = institutions.rotate(hospital.code, HMAC_SM3, "", "AK-strong", hospital.clock)
    strong = Hospital(made.access_key, made.secret, hospital.clock)
    assert strongly(strong, who(1), "n-1")["infcode"] == 0
    assert "HOSP-024" in strongly(strong, who(1), "n-1")["err_msg"]
    assert "HOSP-023" in strongly(strong, who(1), "n-2", body=b"{}")["err_msg"]


def test_after_new_keys_the_old_ones_go_on_for_a_week(hospital: Hospital) -> None:
    made = institutions.rotate(hospital.code, HMAC_SHA1, "", "AK-new", hospital.clock)
    hospital.ask("1101", who(1))
    hospital.clock.forward(OVERLAP.days + 1)
    assert "HOSP-022" in hospital.send("1101", who(1))["err_msg"]
    Hospital(made.access_key, made.secret, hospital.clock).ask("1101", who(1))


def test_no_secret_stands_in_the_database(hospital: Hospital) -> None:
    from django.core import serializers

    from huibao.store.models.hospital import Credential as Row

    text = serializers.serialize("json", Row.objects.all())
    assert "AK-demo" in text
    assert hospital.secret not in text
    assert world.MASTER not in text
    assert base64.b64encode(hospital.secret.encode()).decode() not in text
