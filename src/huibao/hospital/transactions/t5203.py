"""5203 one settlement asked for again, as it stands today."""

from huibao.app.hospital.desk import Desk
from huibao.app.hospital.queries import settlement_of
from huibao.hospital.done import Done, Transaction
from huibao.hospital.messages.reading import Request
from huibao.hospital.messages.tables import Way, node
from huibao.hospital.messages.writing import write
from huibao.hospital.transactions.bill import detail, setlinfo

AT_A_HOSPITAL = "2"
"""pay_loc of a settlement at a designated institution."""


def act(desk: Desk, asked: Request) -> Done:
    """Answer with the settlement; a reversal's amounts are negative."""
    row = asked.row("data")
    found, answer = settlement_of(desk, str(row["mdtrt_id"]), str(row["psn_no"]), str(row["setl_id"]))
    columns = {field.code for field in node("5203", Way.OUT, "setlinfo").fields}
    said = {name: value for name, value in setlinfo(answer, found.msgid).items() if name in columns}
    said |= {
        "setl_id": found.setl_id,
        "pay_loc": AT_A_HOSPITAL,
        "fixmedins_code": answer.stay.institution,
        "fixmedins_name": answer.stay.hospital,
        "hosp_lv": desk.institution.level,
        "begndate": answer.stay.begun_at.astimezone(desk.clock.now().tzinfo).date(),
        "enddate": answer.settles_on,
        "psn_pay": answer.figures.money["psn_part_amt"],
        "cash_payamt": answer.figures.money["psn_cash_pay"],
        "refd_setl_flag": "1" if found.reverses or found.reversed_by else "0",
        "year": str(answer.year),
        "invono": found.invono,
    }
    return Done(write("5203", {"setlinfo": said, "setldetail": detail(answer.figures.detail)}))


TRANSACTION = Transaction("5203", "结算信息查询", writes=False, act=act)
