"""Every field of every transaction fed with hostile values: an answer in the envelope, nothing half-done, nobody's data in logs."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huibao.hospital.messages.tables import FieldKind, Way, nodes
from huibao.hospital.transactions.offered import OFFERED
from huibao.store.models import hospital as table
from huibao.store.models.ledger import Entry
from huibao.store.models.settlement import Settlement
from tests.app import insured_county as county
from tests.hospital.test_a_stay_is_settled_over_the_interface import admitted
from tests.hospital.test_fee_lines import line
from tests.hospital.test_reconciliation import totals
from tests.hospital.world import PATH, Hospital, admission, bill, in_process, leaving, read, who

PRIVATE = "王小花的诊断"
"""Stands for a person's data; it must never reach a log."""

HOSTILE: list[Any] = [
    None, "", " ", "null", 0, -1, 10**30, "9" * 41, "1e400", "NaN", "Infinity", "-0", "1.005", "0x10", True, [], {}, [[]],
    {"data": {}}, "\x00", "\ud800", "😀" * 40, "\u202e" + PRIVATE, "' OR 1=1 --", "<script>alert(1)</script>", "../../etc/passwd",
    "${jndi:ldap://x}", "%s%n", "2020-02-30", "0000-00-00", "9999-12-31 23:59:59", "20200512", "１２３", "壹佰元", "x" * 5000,
    PRIVATE, county.identity(1), "0000", -20.5, "-20.0", "1,234.50", [None], [1, "2"], "0001-01-01",
]  # fmt: skip
ANYTHING = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(max_size=60),
    st.integers(),
    st.floats(),
    st.recursive(
        st.none() | st.booleans() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=3), max_leaves=5
    ),
)
IN_FIELDS = [
    (infno, node.name, field.code)
    for infno in OFFERED
    for node in nodes(infno, Way.IN)
    if node.name != "file"
    for field in node.fields
]
STATEFUL = (
    table.Message, table.Stay, table.StayEvent, table.ChargeLine, table.StaySettlement, table.InterfaceFile, Settlement, Entry,
)  # fmt: skip


def counts() -> dict[str, int]:
    """How many facts there are."""
    return {model.__name__: model.objects.count() for model in STATEFUL}


def sound(infno: str, stay: str, psn_no: str) -> dict[str, Any]:
    """An input that could be taken, to be spoilt in one field."""
    here = {"mdtrt_id": stay, "psn_no": psn_no}
    inputs: dict[str, Any] = {
        "9001": {"signIn": {"opter_no": "1", "mac": "", "ip": ""}},
        "9002": {"signOut": {"sign_no": "1", "opter_no": "1"}},
        "1101": who(1),
        "2401": admission(2, "x"),
        "2402": leaving(stay, psn_no),
        "2404": {"data": here},
        "2405": {"data": here},
        "2301": {"feedetail": [line("1", stay, psn_no, "5.00")]},
        "2302": {"data": [{**here, "feedetl_sn": "1"}]},
        "2303": bill(stay, psn_no),
        "2304": bill(stay, psn_no),
        "2305": {"data": {**here, "setl_id": "1"}},
        "2507": {"data": {"psn_no": "x", "certno": county.identity(1), "trum_time": "2020-05-01", "trum_rea": "摔倒"}},
        "2601": {"data": {"psn_no": psn_no, "omsgid": "1", "oinfno": "2304"}},
        "3201": totals("1", "1", "1"),
        "3202": {"data": {**totals("1", "1", "1")["data"], "file_qury_no": "1"}},
        "5203": {"data": {**here, "setl_id": "1"}},
        "5206": {"data": {"psn_no": psn_no, "cum_ym": "202006"}},
        "9101": {"fsUploadIn": {"in": [1], "filename": "x"}},
        "9102": {"fsDownloadIn": {"file_qury_no": "1"}},
    }
    found: dict[str, Any] = inputs[infno]
    return found


def spoilt(given_: dict[str, Any], node: str, field: str, value: object) -> dict[str, Any]:
    """The same input with one field as somebody hostile sends it."""
    rows = given_.get(node)
    if isinstance(rows, list):
        return {**given_, node: [{**(rows[0] if rows else {}), field: value}]}
    return {**given_, node: {**(rows or {}), field: value}}


@pytest.fixture
def heard() -> Iterator[list[str]]:
    """Everything that any logger says."""
    said: list[str] = []

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append(self.format(record))

    ear, root = Ear(level=0), logging.getLogger()
    before = root.level
    root.addHandler(ear)
    logging.getLogger("huibao").setLevel(0)
    yield said
    root.removeHandler(ear)
    root.setLevel(before)


def check_unharmed(hospital: Hospital, answer: dict[str, Any], before: dict[str, int], heard: list[str]) -> None:
    """A refusal left nothing; no answer is a fault of ours; nobody's data is in a log."""
    assert answer["infcode"] in {0, -1}
    assert "HOSP-017" not in answer["err_msg"]
    assert "Traceback" not in json.dumps(answer, default=str, ensure_ascii=False)
    if answer["infcode"] == -1:
        assert counts() == before
        assert answer["err_msg"]
    assert not [each for each in heard if PRIVATE in each or county.identity(1) in each or "测试" in each]
    assert not connection.needs_rollback


@pytest.mark.parametrize("infno", sorted(OFFERED))
def test_every_field_with_every_hostile_value(hospital: Hospital, heard: list[str], infno: str) -> None:
    psn_no, stay = admitted(hospital)
    hospital.escaped = True
    fields = [(node, field) for number, node, field in IN_FIELDS if number == infno]
    step = 17  # over all fields of all transactions, every value is met many times
    for at, (node, field) in enumerate(fields):
        for value in HOSTILE[at % step :: step]:
            before = counts()
            answer = hospital.send(infno, spoilt(sound(infno, stay, psn_no), node, field, value))
            check_unharmed(hospital, answer, before, heard)


@pytest.mark.slow
@pytest.mark.parametrize("infno", sorted(OFFERED))
def test_every_field_with_all_hostile_values(hospital: Hospital, heard: list[str], infno: str) -> None:
    psn_no, stay = admitted(hospital)
    hospital.escaped = True
    for number, node, field in IN_FIELDS:
        for value in HOSTILE if number == infno else ():
            before = counts()
            answer = hospital.send(infno, spoilt(sound(infno, stay, psn_no), node, field, value))
            check_unharmed(hospital, answer, before, heard)


HEADS = (
    "infno",
    "msgid",
    "fixmedins_code",
    "inf_time",
    "sign_no",
    "opter",
    "opter_name",
    "infver",
    "input",
    "signtype",
)


@pytest.mark.parametrize("head", HEADS)
def test_every_head_with_all_hostile_values(hospital: Hospital, heard: list[str], head: str) -> None:
    """Beside a body that would be taken: what is wrong with the head alone is seen before anything is asked of the store."""
    psn_no, stay = admitted(hospital)
    for infno in ("1101", "2301"):
        for value in HOSTILE:
            before = counts()
            message = hospital.envelope(infno, sound(infno, stay, psn_no), hospital.msgid()) | {head: value}
            text = json.dumps(message).encode()
            check_unharmed(hospital, read(in_process(PATH + infno, hospital.headers(infno), text)), before, heard)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(infno=st.sampled_from(sorted(OFFERED)), head=st.sampled_from(HEADS), value=ANYTHING, body=ANYTHING)
def test_whatever_comes_it_is_answered(
    hospital: Hospital, heard: list[str], infno: str, head: str, value: object, body: object
) -> None:
    before = counts()
    message = hospital.envelope(infno, body, hospital.msgid()) | {head: value}
    text = json.dumps(message).encode()
    answer = read(in_process(PATH + infno, hospital.headers(infno), text))
    check_unharmed(hospital, answer, before, heard)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.binary(max_size=200), name=st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=20)
)
def test_any_bytes_and_any_headers_are_answered(hospital: Hospital, heard: list[str], body: bytes, name: str) -> None:
    before = counts()
    check_unharmed(hospital, read(in_process(PATH + "1101", hospital.headers("1101"), body)), before, heard)
    for header in ("_api_name", "_api_timestamp", "_api_access_key", "_api_signature"):
        answer = read(in_process(PATH + "1101", hospital.headers("1101") | {header: name}, body))
        check_unharmed(hospital, answer, before, heard)


def test_every_kind_of_field_is_met() -> None:
    kinds = {field.kind for infno in OFFERED for node in nodes(infno, Way.IN) for field in node.fields}
    assert kinds == set(FieldKind)
