"""The envelope of the interface: a request's head, read leniently, and an answer's, written strictly."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from huibao.hospital.messages.tables import Field, FieldKind
from huibao.hospital.messages.values import CHINA, CONTROL, NotThat, is_empty, read_value
from huibao.hospital.messages.writing import dumps
from huibao.hospital.refusals import BAD_ENVELOPE, NOT_JSON
from huibao.kernel.problem import Problem, Refused

MAX_ERR_CHARS: Final = 200
"""Characters of err_msg."""
MAX_DEPTH: Final = 20
"""Nesting of a message; the interface needs five."""
MSGID: Final = re.compile(r"[\x21-\x7e]{1,64}")
"""30 characters by the interface; real senders write UUIDs and dashes."""
CODE: Final = re.compile(r"\d{4}")

OPTIONAL: Final = {
    "mdtrtarea_admvs": 6, "insuplc_admdvs": 6, "recer_sys_code": 20, "dev_no": 100, "infver": 10, "opter_type": 3,
    "opter": 30, "opter_name": 50, "fixmedins_name": 200, "sign_no": 30,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Envelope:
    """The head of a request and its body."""

    infno: str
    msgid: str
    fixmedins_code: str
    inf_time: datetime | None
    sign_no: str
    opter: str
    opter_name: str
    input: Any
    content_hash: str


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer before it becomes bytes. `infcode` 0: done; -1: refused."""

    infcode: int
    output: Mapping[str, Any]
    err_msg: str = ""
    warn_msg: str = ""
    gateway: str = ""
    """What the gateway's own clients read where it refuses: its short message, beside code 401."""


def parse(body: bytes) -> dict[str, Any]:
    """The JSON object of a request, keys of its head in lower case. No number becomes a float on the way."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(NOT_JSON(why="不是 UTF-8 编码 / not UTF-8")) from error
    try:
        data = json.loads(text, parse_float=Decimal, parse_constant=_no_constant, parse_int=_whole)
    except (ValueError, RecursionError, ArithmeticError) as error:
        raise Refused(NOT_JSON(why="语法错误 / syntax")) from error
    if not isinstance(data, dict):
        raise Refused(NOT_JSON(why="外层不是对象 / not an object"))
    if _depth(data) > MAX_DEPTH:
        raise Refused(NOT_JSON(why=f"嵌套超过 {MAX_DEPTH} 层 / nested deeper than {MAX_DEPTH}"))
    return {str(key).lower(): value for key, value in data.items()}


def read_envelope(head: Mapping[str, Any], infno: str) -> Envelope:
    """Read the head. Refused with every field of it that we cannot act without."""
    faults: list[Problem] = []
    msgid = _text(head, "msgid")
    if not MSGID.fullmatch(msgid):
        faults.append(BAD_ENVELOPE(zh="发送方报文 ID", field="msgid", expected="1 至 64 个可见 ASCII 字符"))
    code = _text(head, "fixmedins_code")
    if not code or len(code) > 12:  # noqa: PLR2004 - the interface's length
        faults.append(BAD_ENVELOPE(zh="定点医药机构编号", field="fixmedins_code", expected="12 位机构编号"))
    for name, chars in OPTIONAL.items():
        value = head.get(name)
        if is_empty(value):
            continue
        if not isinstance(value, str | int) or len(str(value)) > chars:
            faults.append(BAD_ENVELOPE(zh="报文头字段", field=name, expected=f"不超过 {chars} 个字符的文本"))
        elif CONTROL.search(str(value)):
            faults.append(BAD_ENVELOPE(zh="报文头字段", field=name, expected="不含控制字符和无效 Unicode 字符的文本"))
    inf_time = _moment(head.get("inf_time"))
    if isinstance(inf_time, str):
        faults.append(BAD_ENVELOPE(zh="交易时间", field="inf_time", expected=inf_time))
        inf_time = None
    if faults:
        raise Refused(faults)
    body = head.get("input")
    if isinstance(body, str) and not is_empty(body):
        body = _inner(body)
    return Envelope(
        infno=infno,
        msgid=msgid,
        fixmedins_code=code,
        inf_time=inf_time,
        sign_no="" if is_empty(head.get("sign_no")) else _text(head, "sign_no"),
        opter=_text(head, "opter"),
        opter_name=_text(head, "opter_name"),
        input=body,
        content_hash=_content(infno, body),
    )


def answer_bytes(reply: Reply, *, area: str, serial: int, came_at: datetime, now: datetime) -> bytes:
    """An answer as it leaves, every field of the envelope in its place."""
    refmsgid = f"{area[:6]:0<6}{now.astimezone(CHINA):%Y%m%d%H%M%S}{serial % 10**10:010d}"
    said: dict[str, Any] = {
        "infcode": reply.infcode,
        "inf_refmsgid": refmsgid,
        "refmsg_time": _millis(came_at),
        "respond_time": _millis(now),
        "err_msg": cut(reply.err_msg),
        "warn_msg": cut(reply.warn_msg),
        "cainfo": "",
        "signtype": "",
        "output": reply.output,
    }
    if reply.gateway:
        said |= {"code": 401, "message": reply.gateway}
    return dumps(said).encode(errors="replace")  # a refusal may repeat half a surrogate it was sent


def refusal(problems: tuple[Problem, ...], gateway: str = "") -> Reply:
    """The answer that says what is wrong and what to do; the first problem whole, the rest by number."""
    first, more = problems[0], len(problems) - 1
    place = f"第 {first.row} 行：" if first.row is not None else ""
    text = f"{place}{first.says}{first.do}[{first.code}]"
    if more:
        fields = "、".join(dict.fromkeys(each.field for each in problems[1:] if each.field))
        text = f"{cut(text, MAX_ERR_CHARS - 60)} 另有 {more} 处问题{f'（{fields}）' if fields else ''}"
    return Reply(-1, {}, cut(text), gateway=gateway)


def cut(text: str, most: int = MAX_ERR_CHARS) -> str:
    """A text within its length."""
    return text if len(text) <= most else text[: most - 1] + "…"


def _content(infno: str, body: object) -> str:
    """sha256 of what a message asks for; the head (operator, times, device) may differ from one try to the next."""
    said = json.dumps([infno, body], ensure_ascii=False, sort_keys=True, default=str, separators=(",", ":"))
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()


def _inner(text: str) -> Any:  # noqa: ANN401 - any JSON value
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=_no_constant, parse_int=_whole)
    except (ValueError, RecursionError, ArithmeticError) as error:
        raise Refused(NOT_JSON(why="input 语法错误 / syntax of input")) from error


def _whole(text: str) -> int:
    if len(text) > 40:  # noqa: PLR2004 - longer than any field; and long digits take long to read
        raise ValueError(text[:10])
    return int(text)


def _no_constant(text: str) -> None:
    raise ValueError(text)


def _depth(data: object) -> int:
    deepest, level = 0, [data]
    while level and deepest <= MAX_DEPTH:
        deepest += 1
        level = [
            inner
            for each in level
            if isinstance(each, dict | list)
            for inner in (each.values() if isinstance(each, dict) else each)
            if isinstance(inner, dict | list)
        ]
    return deepest


def _text(head: Mapping[str, Any], name: str) -> str:
    value = head.get(name)
    return str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""


INF_TIME: Final = Field("inf_time", "交易时间", FieldKind.MOMENT, "", required=True, needed=False, dictionary="")


def _moment(value: object) -> datetime | str | None:
    if is_empty(value):
        return None
    try:
        read = read_value(INF_TIME, value)
    except NotThat as fault:
        return str(fault)
    return read if isinstance(read, datetime) else None


def _millis(moment: datetime) -> str:
    return f"{moment.astimezone(CHINA):%Y%m%d%H%M%S}{moment.microsecond // 1000:03d}"
