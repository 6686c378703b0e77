"""A made-up hospital whose software speaks the national messages: signs, sends, and reads the envelope."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Protocol

from django.test import Client, override_settings

from huibao.app.hospital import institutions
from huibao.app.hospital.institutions import HMAC_SHA1
from huibao.hospital import door as doors
from huibao.store.institution import Institution
from tests.app import insured_county as county

CODE, NAME = "H37032300001", "示范县人民医院（虚构）"
MASTER = "made-up-master-key-for-tests-only-0123456789"
PATH = "/fsi/api/rsfComIfsService/callService/"


class Ticking(county.Calendar):
    """A clock that moves a little whenever it is looked at, so that no two requests are signed in one moment."""

    def __init__(self, start: datetime) -> None:
        super().__init__(start.date())
        self.at = start

    def now(self) -> datetime:
        self.at += timedelta(milliseconds=1)
        return self.at

    def today(self) -> date:
        return self.at.date()

    def forward(self, days: int) -> None:
        self.at += timedelta(days=days)


class Wire(Protocol):
    """How bytes get to the door and back."""

    def __call__(self, path: str, headers: Mapping[str, str], body: bytes) -> bytes:
        """Send and return the answer's bytes."""


def in_process(path: str, headers: Mapping[str, str], body: bytes) -> bytes:
    """Straight into Django, as a WSGI server would hand it over."""
    extra = {f"HTTP_{name.upper()}": value for name, value in headers.items()}
    made: bytes = Client().post(path, body, content_type="text/plain; charset=utf-8", **extra).content  # type: ignore[arg-type] # headers are texts, which the stub does not see
    return made


@dataclass(slots=True)
class Hospital:
    """A hospital's software: one cashier, one key."""

    access_key: str
    secret: str
    clock: county.Calendar
    wire: Wire = in_process
    code: str = CODE
    sent: int = 0
    sign_no: str = ""
    escaped: bool = False
    """Writes every character beyond ASCII as an escape, so that half a surrogate can be sent too."""

    def headers(self, infno: str) -> dict[str, str]:
        """The five gateway headers, signed as vendors do."""
        timestamp = f"{int(self.clock.now().timestamp() * 1000):013d}"
        made = {
            "_api_access_key": self.access_key,
            "_api_name": infno,
            "_api_timestamp": timestamp,
            "_api_version": "1.0.0",
        }
        text = "&".join(f"{name}={made[name]}" for name in sorted(made))
        digest = hmac.new(self.secret.encode(), text.encode(), hashlib.sha1).digest()
        return {**made, "_api_signature": base64.b64encode(digest).decode()}

    def msgid(self) -> str:
        """The next number of a message: institution, moment, serial."""
        self.sent += 1
        return f"{self.code}{self.clock.now():%Y%m%d%H%M%S}{self.sent % 10000:04d}"

    def envelope(self, infno: str, given: Any, msgid: str) -> dict[str, Any]:  # noqa: ANN401 - anything may be sent
        """The head around an input."""
        return {
            "infno": infno,
            "msgid": msgid,
            "mdtrtarea_admvs": "370323",
            "insuplc_admdvs": "370323",
            "recer_sys_code": "HUIBAO",
            "infver": "V1.0",
            "opter_type": "1",
            "opter": "001",
            "opter_name": "收费员（虚构）",
            "inf_time": f"{self.clock.now():%Y-%m-%d %H:%M:%S}",
            "fixmedins_code": self.code,
            "fixmedins_name": NAME,
            "sign_no": self.sign_no,
            "input": given,
        }

    def send(self, infno: str, given: Any, msgid: str | None = None) -> dict[str, Any]:  # noqa: ANN401 - anything may be sent
        """Send a transaction and read the envelope that comes back."""
        return read(self.raw(infno, given, msgid))

    def raw(self, infno: str, given: Any, msgid: str | None = None) -> bytes:  # noqa: ANN401 - anything may be sent
        """Send a transaction; the bytes that come back."""
        body = json.dumps(self.envelope(infno, given, msgid or self.msgid()), ensure_ascii=self.escaped).encode()
        return self.wire(PATH + infno, self.headers(infno), body)

    def ask(self, infno: str, given: Any, msgid: str | None = None) -> dict[str, Any]:  # noqa: ANN401 - anything may be sent
        """Send what must succeed; returns the output."""
        answer = self.send(infno, given, msgid)
        assert answer["infcode"] == 0, answer["err_msg"]
        output: dict[str, Any] = answer["output"]
        return output


def read(content: bytes) -> dict[str, Any]:
    """The envelope in an answer, amounts digit by digit; every answer has every field of it."""
    answer: dict[str, Any] = json.loads(content, parse_float=Decimal)
    expected = {
        "infcode", "inf_refmsgid", "refmsg_time", "respond_time", "err_msg", "warn_msg", "cainfo", "signtype", "output",
    }  # fmt: skip
    assert expected <= answer.keys()
    assert len(answer["inf_refmsgid"]) == 30
    assert len(answer["refmsg_time"]) == len(answer["respond_time"]) == 17
    assert len(answer["err_msg"]) <= 200
    return answer


def institution(code: str = CODE, areas: tuple[str, ...] = ("370323",), a_minute: int = 600_000) -> Institution:
    """A made-up county hospital of level two."""
    return Institution(0, code, NAME, "5", areas, a_minute)


@contextmanager
def open_hospital(clock: county.Calendar) -> Iterator[Hospital]:
    """An institution on record with a key of its own, and the door set to the test's clock."""
    made = institutions.add_institution(institution(), HMAC_SHA1, "", "AK-demo", clock)
    with override_settings(HUIBAO_CLOCK=clock):
        doors.keys.kept.clear()
        doors.keys.seconds = 0
        yield Hospital(made.access_key, made.secret, clock)


# --- what a hospital says -----------------------------------------------------------------------------------------------


def admission(number: int, psn_no: str, begun: str = "2020-05-01 08:00:00") -> dict[str, Any]:
    """2401 for a made-up person."""
    return {
        "mdtrtinfo": {
            "psn_no": psn_no,
            "insutype": "390",
            "begntime": begun,
            "mdtrt_cert_type": "02",
            "mdtrt_cert_no": county.identity(number),
            "cert_type": "01",
            "certno": county.identity(number),
            "med_type": "2101",
            "ipt_no": f"ZY{number:06d}",
            "atddr_no": "D001",
            "chfpdr_name": "医生甲（虚构）",
            "adm_diag_dscr": "肺炎",
            "adm_dept_codg": "A01",
            "adm_dept_name": "内科",
            "adm_bed": "12",
            "dscg_maindiag_code": "J18.900",
            "dscg_maindiag_name": "肺炎",
            "insuplc_admdvs": "370323",
            "mdtrtarea_admvs": "370323",
        },
        "diseinfo": [],
    }


def leaving(mdtrt_id: str, psn_no: str, ended: str = "2020-05-12 10:00:00") -> dict[str, Any]:
    """2402 for a stay."""
    return {
        "dscginfo": {
            "mdtrt_id": mdtrt_id,
            "psn_no": psn_no,
            "insutype": "390",
            "endtime": ended,
            "dscg_dept_codg": "A01",
            "dscg_dept_name": "内科",
            "dscg_way": "1",
        },
        "diseinfo": [],
    }


def bill(mdtrt_id: str, psn_no: str, **amounts: str) -> dict[str, Any]:
    """2303 and 2304: 10,000 yuan of which 9,000 in-policy, 6,000 paid by basic insurance."""
    return {
        "data": {
            "psn_no": psn_no,
            "mdtrt_cert_type": "02",
            "psn_cert_type": "01",
            "certno": "",
            "psn_type": "1701",
            "psn_name": "",
            "psn_setlway": "01",
            "mdtrt_id": mdtrt_id,
            "insutype": "390",
            "acct_used_flag": "0",
            "mid_setl_flag": "0",
            "insuplc_admdvs": "370323",
            "mdtrtarea_admvs": "370323",
            "medfee_sumamt": "10000.00",
            "fulamt_ownpay_amt": "800.00",
            "overlmt_selfpay": "100",
            "preselfpay_amt": "100.0",
            "inscp_scp_amt": "9000.00",
            "hifp_pay": "6000.00",
            **amounts,
        }
    }


def who(number: int) -> dict[str, Any]:
    """1101 by identity number."""
    return {
        "data": {
            "mdtrt_cert_type": "02",
            "mdtrt_cert_no": county.identity(number),
            "psn_cert_type": "01",
            "certno": county.identity(number),
            "psn_name": f"测试{number:03d}",
        }
    }
