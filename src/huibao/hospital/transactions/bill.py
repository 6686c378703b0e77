"""What 2303, 2304, 2305 and 5203 share: a bill read from a message, a settlement written as one."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from huibao.app.hospital.discharge import Answer, Discharge
from huibao.app.hospital.figures import FundLine
from huibao.app.hospital.settling import REPORTED
from huibao.hospital.messages.reading import Request
from huibao.hospital.messages.reading import Row as InRow
from huibao.hospital.messages.tables import word
from huibao.hospital.messages.writing import Row
from huibao.hospital.transactions.t1101 import IDENTITY_CARD, RESIDENT, SEX
from huibao.kernel.period import age_on

SPLIT: Final = {
    "fulamt_ownpay_amt": "out_of_catalogue",
    "overlmt_selfpay": "over_limit",
    "preselfpay_amt": "first_self_pay",
    "inscp_scp_amt": "in_policy",
}
"""National field → input of the schemes, the four parts of a bill."""

DEFAULT_MED_TYPE: Final = "2101"
"""Ordinary in-patient care."""
MONEY: Final = (
    "medfee_sumamt", "inscp_scp_amt", "act_pay_dedc", "hifp_pay", "cvlserv_pay", "hifes_pay", "hifmi_pay", "hifob_pay",
    "maf_pay", "hifdm_pay", "oth_pay", "fund_pay_sumamt", "psn_part_amt", "acct_pay", "psn_cash_pay", "hosp_part_amt",
)  # fmt: skip


def discharge_of(asked: Request) -> Discharge:
    """The bill a request states, with what remote payers answered where they were asked."""
    if isinstance(asked.heard, Discharge):
        return asked.heard
    row = asked.row("data")
    day = row.get("dscgTime")
    return Discharge(
        mdtrt_id=str(row["mdtrt_id"]),
        psn_no=str(row["psn_no"]),
        total_fen=_fen(row, "medfee_sumamt"),
        split={name: _fen(row, field) for field, name in SPLIT.items() if field in row},
        reported={field: _fen(row, field) for field in REPORTED if field in row},
        acct_pay_fen=_fen(row, "acct_pay"),
        deductible_fen=_fen(row, "act_pay_dedc"),
        discharged_on=day if isinstance(day, date) else None,
        mid_stay=row.get("mid_setl_flag") == "1",
        clr_type="",
        insutype=str(row.get("insutype", "")),
        psn_type=str(row.get("psn_type", "")),
        invono=str(row.get("invono", "")),
    )


def _fen(row: InRow, name: str) -> int:
    value = row.get(name, 0)
    return value if isinstance(value, int) else 0


def split_money(answer: Answer) -> dict[str, int]:
    """The four parts of the bill, as settled."""
    return {field: int(answer.split.get(name, 0)) for field, name in SPLIT.items()}


def setlinfo(answer: Answer, msgid: str) -> Row:
    """One settlement in national fields."""
    person, stay = answer.person, answer.stay
    return {
        "mdtrt_id": stay.number,
        "psn_no": stay.psn_no,
        "psn_name": person.name,
        "psn_cert_type": IDENTITY_CARD,
        "certno": person.identity,
        "gend": SEX[person.sex],
        "brdy": person.birth_on,
        "age": age_on(person.birth_on, answer.settles_on),
        "insutype": known("insutype", answer.insutype, answer.region.insutype),
        "psn_type": known("psn_type", answer.psn_type, RESIDENT),
        "cvlserv_flag": "0",
        "setl_time": answer.settled_at,
        "med_type": known("med_type", stay.med_type, DEFAULT_MED_TYPE),
        "medins_setl_id": msgid[:30],
        "clr_optins": (answer.region.clr_optins or stay.number)[:6],
        "clr_type": answer.clr_type,
        "exp_content": extension(answer.debt_fen, [payer.zh for payer in answer.pending]),
        "pool_prop_selfpay": 0,
        **{name: answer.figures.money[name] for name in MONEY},
        **split_money(answer),
    }


def known(dictionary: str, code: str, otherwise: str) -> str:
    """A code of a dictionary; the one for `otherwise` where the sender's is none of it."""
    return code if word(dictionary, code) != code else otherwise


def detail(lines: tuple[FundLine, ...], sign: int = 1) -> list[Row]:
    """The rows of `setldetail`."""
    return [
        {
            "fund_pay_type": line.code,
            "inscp_scp_amt": sign * line.in_policy_fen,
            "crt_payb_lmt_amt": 0,
            "fund_payamt": sign * line.fen,
            "fund_pay_type_name": word("fund_pay_type", line.code),
            "setl_proc_info": line.process,
        }
        for line in lines
    ]


def extension(debt_fen: int, pending: list[str]) -> str:
    """What the interface has no field for: the debt that stands, payers that did not answer. Empty when neither is."""
    said: dict[str, Any] = {}
    if debt_fen:
        said["PAY_LATER_FEN"] = debt_fen
    if pending:
        said["PENDING_PAYERS"] = pending
    return json.dumps(said, ensure_ascii=False) if said else ""


def negated(row: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    """The same row with these amounts negated."""
    return {**row, **{name: -row[name] for name in names if isinstance(row.get(name), int)}}
