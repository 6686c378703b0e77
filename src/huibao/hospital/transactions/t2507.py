"""2507 an accident is filed: it opens a claim report, on behalf of the insured person. SD-6.3."""

from datetime import date
from typing import Final

from huibao.app.hospital.accident import Filing, file_accident
from huibao.app.hospital.desk import Desk
from huibao.hospital.done import Done, Transaction
from huibao.hospital.messages.reading import Request
from huibao.hospital.messages.writing import write

MAX_PLACE_CHARS: Final = 200


def act(desk: Desk, asked: Request) -> Done:
    """Report the accident; the claim's number is the filing's serial number."""
    row = asked.row("data")
    happened = row["trum_time"]
    filing = Filing(
        certno=str(row["certno"]),
        cert_type=str(row.get("psn_cert_type", "")),
        psn_no=str(row["psn_no"]),
        name=str(row.get("psn_name", "")),
        happened_on=happened if isinstance(happened, date) else date.min,
        place=str(row.get("trum_site", ""))[:MAX_PLACE_CHARS],
        reason=str(row["trum_rea"]),
        agent=str(row.get("agnter_name", "")),
    )
    number = file_accident(desk, filing)
    return Done(write("2507", {"result": {"trt_dcla_detl_sn": number}}), reference=number)


TRANSACTION = Transaction("2507", "人员意外伤害备案", writes=True, act=act)
