"""Reading a request by its field tables: lenient in what shape it comes, strict in what is made of it.

Taken as they come: node and field names in any case, with or without the `data` node, one row where several may stand
and several where one does, numbers as text, "null" for nothing. Fields the interface does not know are left aside.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from huibao.hospital.messages.tables import Node, Way, by_code, nodes
from huibao.hospital.messages.values import NotThat, Value, is_empty, read_value
from huibao.kernel.problem import Problem, define

MAX_ROWS: Final = 1_000
"""Rows of one table in one message: a long stay's fee lines of a day. More come in several messages."""
MAX_PROBLEMS: Final = 20
"""Faults listed of one message; whoever has mended these sends again."""

Row = Mapping[str, Value]

MISSING = define(
    "HOSP-001",
    "缺少{zh}（{field}）。",
    "请填写后重新发送。",
    "The field {field} ({zh}) is missing.",
    "Fill it in and send again.",
)
WRONG = define(
    "HOSP-002",
    "{zh}（{field}）不符合要求，应为{expected}。",
    "请更正后重新发送。",
    "The field {field} ({zh}) is wrong; expected: {expected}.",
    "Correct it and send again.",
)
NO_NODE = define(
    "HOSP-003",
    "交易 {infno} 的输入缺少节点 {node}，或节点不是对象。",
    "请按接口规范填写 input.{node}。",
    "The input of transaction {infno} lacks the node {node}, or it is no object.",
    "Fill in input.{node} as the interface says.",
)
TOO_MANY = define(
    "HOSP-004",
    "节点 {node} 有 {found} 行，一次最多 {limit} 行。",
    "请分几次发送。",
    "The node {node} has {found} rows, at most {limit} at once.",
    "Send them in several messages.",
)


@dataclass(slots=True)
class Request:
    """A request as read: rows by node, what is wrong with it, and which required fields are missing but not needed."""

    rows: dict[str, tuple[Row, ...]]
    problems: list[Problem] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    heard: object = None
    """What was found out before the unit of work began, for the transaction that asked for it."""

    def row(self, name: str) -> Row:
        """The only row of a node; empty where there is none."""
        rows = self.rows.get(name, ())
        return rows[0] if rows else {}


def read_request(infno: str, body: object) -> Request:
    """Read the `input` of a request. Problems are collected; `rows` holds what could be read."""
    request = Request({})
    given = {str(key).lower(): value for key, value in body.items()} if isinstance(body, dict) else {}
    for node in nodes(infno, Way.IN):
        if node.name == "file":
            continue
        found = _find(node, given, body)
        if found is None:
            if any(each.needed for each in node.fields):
                request.problems.append(NO_NODE(infno=infno, node=node.name, field=node.name))
            continue
        if len(found) > (MAX_ROWS if node.many else 1):
            limit = MAX_ROWS if node.many else 1
            request.problems.append(TOO_MANY(node=node.name, found=len(found), limit=limit, field=node.name))
            continue
        request.rows[node.name] = tuple(
            _read_row(node, row, request, number if node.many else None) for number, row in enumerate(found, 1)
        )
    del request.problems[MAX_PROBLEMS:]
    return request


def _find(node: Node, given: Mapping[str, Any], body: object) -> list[Mapping[str, Any]] | None:
    """The rows of a node, wherever the sender put them; None where there are none."""
    names = by_code(node)
    inner = given.get("data")
    value: object = given.get(node.name.lower())
    if value is None and isinstance(inner, dict):
        lower = {str(key).lower(): each for key, each in inner.items()}
        value = lower.get(node.name.lower(), inner if names.keys() & lower.keys() else None)
    if value is None and isinstance(inner, list) and inner and isinstance(inner[0], dict):
        value = inner
    if value is None and isinstance(body, list):
        value = body
    if value is None and names.keys() & given.keys():
        value = given
    if isinstance(value, dict):
        value = [value]
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value) or not value:
        return None
    return value


def _read_row(node: Node, row: Mapping[str, Any], request: Request, number: int | None) -> Row:
    """One row; faults and remarks go to the request."""
    given = {str(key).lower(): value for key, value in row.items()}
    read: dict[str, Value] = {}
    for code, each in by_code(node).items():
        value = given.get(code)
        if is_empty(value):
            if each.needed:
                request.problems.append(MISSING(zh=each.zh, field=each.code, row=number))
            elif each.required and each.code not in request.remarks:
                request.remarks.append(each.code)
            continue
        try:
            read[each.code] = read_value(each, value)
        except NotThat as fault:
            request.problems.append(WRONG(zh=each.zh, field=each.code, row=number, expected=str(fault)))
    return read
