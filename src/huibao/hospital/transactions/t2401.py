"""2401 admission: begins a stay and says that the deposit is waived. SD-6.4 (treat first, pay later)."""

import json
from datetime import datetime

from huibao.app.hospital.admission import Admission, admit
from huibao.app.hospital.desk import Desk
from huibao.hospital.done import Done, Transaction
from huibao.hospital.messages.reading import Request
from huibao.hospital.messages.values import CHINA
from huibao.hospital.messages.writing import write

SHOWN = (
    "adm_dept_name", "adm_bed", "atddr_no", "chfpdr_name", "dscg_maindiag_code", "dscg_maindiag_name", "medrcdno",
)  # fmt: skip
"""What the settlement sheet shows of an admission."""


def act(desk: Desk, asked: Request) -> Done:
    """Begin a stay for an insured person."""
    row = asked.row("mdtrtinfo")
    begun = row["begntime"]
    admission = Admission(
        psn_no=str(row["psn_no"]),
        certno=str(row.get("certno", "")),
        cert_type=str(row.get("cert_type", "")),
        begun_at=begun if isinstance(begun, datetime) else datetime.min.replace(tzinfo=CHINA),
        med_type=str(row.get("med_type", "")),
        insutype=str(row.get("insutype", "")),
        psn_type="",
        ipt_no=str(row["ipt_no"]),
        said={name: str(row[name]) for name in SHOWN if name in row},
    )
    stay = admit(desk, admission)
    extension = {"DEPOSIT_WAIVED": "1", "WAIVED_UNDER": stay.waived_under, "CLAUSE": "SD-6.4"}
    output = {"mdtrt_id": stay.number, "exp_content": json.dumps(extension, ensure_ascii=False)}
    return Done(write("2401", {"result": output}), reference=stay.number)


TRANSACTION = Transaction("2401", "入院办理", writes=True, act=act)
