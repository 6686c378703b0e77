"""Which transactions are offered here, and which are known to belong to the basic insurance's platform."""

from collections.abc import Mapping
from typing import Final

from huibao.hospital.done import Transaction
from huibao.hospital.refusals import NOT_OURS, UNKNOWN_NUMBER
from huibao.hospital.transactions import (
    t1101,
    t2301,
    t2302,
    t2303,
    t2304,
    t2305,
    t2401,
    t2402,
    t2404,
    t2405,
    t2507,
    t2601,
    t3201,
    t3202,
    t5203,
    t5206,
    t9001,
    t9002,
    t9101,
    t9102,
)
from huibao.kernel.problem import Refused

SIGN_IN: Final = frozenset({"9001", "9002"})

OFFERED: Final[Mapping[str, Transaction]] = {
    one.TRANSACTION.infno: one.TRANSACTION
    for one in (
        *(t9001, t9002, t1101, t2401, t2402, t2404, t2405, t2301, t2302, t2303, t2304, t2305),
        *(t2507, t2601, t3201, t3202, t5203, t5206, t9101, t9102),
    )
}

ELSEWHERE: Final[Mapping[str, str]] = {
    "1201": "医药机构信息获取",
    "2001": "人员待遇享受检查",
    "2102": "药店结算",
    "2201": "门诊挂号",
    "2202": "门诊挂号撤销",
    "2203": "门诊就诊信息上传",
    "2204": "门诊费用明细上传",
    "2205": "门诊费用明细撤销",
    "2206": "门诊预结算",
    "2207": "门诊结算",
    "2208": "门诊结算撤销",
    "2403": "住院信息变更",
    "5204": "费用明细查询",
}
"""Transactions of the interface that are no part of this product."""


def offered(infno: str) -> Transaction:
    """The transaction of that number. Refused where it is another's, or no number at all."""
    found = OFFERED.get(infno)
    if found is not None:
        return found
    if infno in ELSEWHERE or (len(infno) == 4 and infno.isascii() and infno.isdigit()):  # noqa: PLR2004 - four digits
        raise Refused(NOT_OURS(infno=infno, name=ELSEWHERE.get(infno, ""), field="infno"))
    raise Refused(UNKNOWN_NUMBER(infno=infno[:10], field="infno"))
