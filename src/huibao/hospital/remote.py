"""The line to remote payers: the same messages, sent by us. Time limits, tries under one msgid, rest for a payer that is down."""

import http.client
import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlsplit

from huibao.app.hospital.figures import OWN_FIELD
from huibao.app.hospital.institutions import HMAC_SHA1
from huibao.app.hospital.payers import Down, Heard
from huibao.app.hospital.regions import RemotePayer
from huibao.hospital.messages.tables import Field, FieldKind
from huibao.hospital.messages.values import NotThat, read_value
from huibao.hospital.trust import sign, signed_text
from huibao.kernel.clock import Clock

MAX_ANSWER_BYTES: Final = 1_000_000
OK: Final = 200
CALL_PATH: Final = "/fsi/api/rsfComIfsService/callService/"
MONEY: Final = Field("fund_payamt", "基金支付金额", FieldKind.MONEY, "", required=True, needed=True, dictionary="")


@dataclass(slots=True)
class Network:
    """Asks payers over HTTP; a payer that failed is not asked again until it has rested."""

    clock: Clock
    down_until: dict[str, int] = field(default_factory=dict)

    def ask(self, payer: RemotePayer, infno: str, key: str, said: Mapping[str, Any], code: str) -> Heard:
        """Ask under a key, as often as the region allows; `Down` when no usable answer came."""
        now = time.monotonic_ns() // 1_000_000_000
        if self.down_until.get(payer.url, 0) > now:
            raise Down
        for _ in range(max(payer.tries, 1)):
            try:
                return _heard(self._once(payer, infno, key, said), payer, code)
            except (OSError, http.client.HTTPException, Down):
                continue
        self.down_until[payer.url] = now + payer.rest_seconds
        raise Down

    def _once(self, payer: RemotePayer, infno: str, key: str, said: Mapping[str, Any]) -> Mapping[str, Any]:
        head = {
            "infno": infno,
            "msgid": key,
            "infver": "1.0.0",
            "opter_type": "1",
            "opter": "huibao",
            "opter_name": "huibao",
            "inf_time": f"{self.clock.now():%Y-%m-%d %H:%M:%S}",
            "fixmedins_code": payer.access_key[:12],
            "input": {"data": said},
        }
        body = json.dumps(head, ensure_ascii=False).encode()
        parts = urlsplit(payer.url)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(parts.netloc, timeout=payer.seconds)
        try:
            connection.request(
                "POST", f"{parts.path.rstrip('/')}{CALL_PATH}{infno}", body, self._headers(payer, infno, body)
            )
            answer = connection.getresponse()
            text = answer.read(MAX_ANSWER_BYTES)
            if answer.status != OK:
                raise Down
            read = json.loads(text, parse_float=Decimal)
        except ValueError as error:
            raise Down from error
        finally:
            connection.close()
        if not isinstance(read, dict) or str(read.get("infcode")) != "0" or not isinstance(read.get("output"), dict):
            raise Down
        output: Mapping[str, Any] = read["output"]
        return output

    def _headers(self, payer: RemotePayer, infno: str, body: bytes) -> dict[str, str]:
        made = {
            "_api_access_key": payer.access_key,
            "_api_name": infno,
            "_api_timestamp": f"{int(self.clock.now().timestamp() * 1000):013d}",
            "_api_version": "1.0.0",
        }
        secret = os.environ.get(payer.secret_env, "")
        signature = sign(secret, signed_text(made, body, HMAC_SHA1), HMAC_SHA1)
        return {**made, "_api_signature": signature, "Content-Type": "application/json; charset=utf-8"}


def _heard(output: Mapping[str, Any], payer: RemotePayer, code: str) -> Heard:
    """What the payer pays: its rows of `setldetail`, or its own money field."""
    if not code:
        return Heard(0, "")
    rows = output.get("setldetail")
    info = output.get("setlinfo")
    try:
        ours = [row for row in rows if str(row.get("fund_pay_type")) == code] if isinstance(rows, list) else []
        if ours:
            fen = sum(_fen(row.get("fund_payamt")) for row in ours)
        elif isinstance(info, dict) and payer.payer in OWN_FIELD:
            fen = _fen(info.get(OWN_FIELD[payer.payer], 0))
        else:
            raise Down
        remote_id = str(info.get("setl_id", ""))[:64] if isinstance(info, dict) else ""
    except (NotThat, AttributeError) as error:
        raise Down from error
    return Heard(fen, remote_id)


def _fen(value: object) -> int:
    read = read_value(MONEY, value)
    return read if isinstance(read, int) else 0
