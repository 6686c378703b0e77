"""2301 fee lines of a stay. The catalogue's verdict on each line is the basic insurance's; what it said is handed on, not made up."""

from datetime import datetime
from decimal import Decimal
from typing import Final

from huibao.app.hospital.desk import Desk
from huibao.app.hospital.fees import add_charges
from huibao.hospital.done import Done, Transaction
from huibao.hospital.messages.reading import Request
from huibao.hospital.messages.reading import Row as InRow
from huibao.hospital.messages.writing import Row, write
from huibao.store.stay import Charge

SPLIT: Final = {
    "fulamt_ownpay_amt": "out_of_catalogue",
    "overlmt_amt": "over_limit",
    "preselfpay_amt": "first_self_pay",
    "inscp_scp_amt": "in_policy",
}
NO_VERDICT: Final = "目录审核以基本医保平台为准，本系统按上传的分割金额计算。"


def act(desk: Desk, asked: Request) -> Done:
    """Take in the lines of one or several stays; one that is wrong refuses them all."""
    rows = asked.rows["feedetail"]
    of_stay: dict[tuple[str, str], list[Charge]] = {}
    for row in rows:
        of_stay.setdefault((str(row["mdtrt_id"]), str(row["psn_no"])), []).append(_charge(row))
    number = ""
    for (mdtrt_id, psn_no), lines in of_stay.items():
        number = add_charges(desk, mdtrt_id, psn_no, lines).number
    return Done(write("2301", {"result": [_answer(row) for row in rows]}), reference=number)


def _charge(row: InRow) -> Charge:
    occurred = row.get("fee_ocur_time")
    return Charge(
        id=0,
        sn=str(row["feedetl_sn"]),
        code=str(row.get("med_list_codg", ""))[:150],
        occurred_at=occurred if isinstance(occurred, datetime) else None,
        fen=_fen(row, "det_item_fee_sumamt") or 0,
        split={name: _fen(row, field) for field, name in SPLIT.items()},
        refunds=str(row.get("init_feedetl_sn", "")),
    )


def _fen(row: InRow, name: str) -> int | None:
    value = row.get(name)
    return value if isinstance(value, int) else None


def _answer(row: InRow) -> Row:
    stated = any(field in row for field in SPLIT)
    return {
        "feedetl_sn": row["feedetl_sn"],
        "det_item_fee_sumamt": row["det_item_fee_sumamt"],
        "cnt": row.get("cnt", Decimal(0)),
        "pric": row.get("pric", Decimal(0)),
        "memo": "" if stated else NO_VERDICT,
        **{field: row[field] for field in SPLIT if field in row},
    }


TRANSACTION = Transaction("2301", "住院费用明细上传", writes=True, act=act)
