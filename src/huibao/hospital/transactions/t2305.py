"""2305 undo a settlement: every amount mirrored, accumulators, books and debt back where they stood."""

from huibao.app.hospital.desk import Desk
from huibao.app.hospital.payers import give_back
from huibao.app.hospital.queries import answer_of
from huibao.app.hospital.undoing import undo
from huibao.hospital.done import Done, Transaction
from huibao.hospital.messages.reading import Request
from huibao.hospital.messages.writing import write
from huibao.hospital.transactions.bill import MONEY, detail, split_money


def act(desk: Desk, asked: Request) -> Done:
    """Undo one settlement of a stay."""
    row = asked.row("data")
    found, reversal = undo(desk, str(row["mdtrt_id"]), str(row["psn_no"]), str(row["setl_id"]))
    give_back(desk, found.msgid)
    answer = answer_of(desk, found)
    money = {**{name: answer.figures.money[name] for name in MONEY}, **split_money(answer)}
    output = {
        "mdtrt_id": found.stay,
        "setl_id": reversal.setl_id,
        "clr_optins": (answer.region.clr_optins or found.stay)[:6],
        "setl_time": reversal.settled_at,
        "medins_setl_id": desk.msgid[:30],
        "begndate": answer.stay.begun_at.date(),
        "enddate": answer.settles_on,
        "invono": found.invono,
        **{name: -fen for name, fen in money.items()},
    }
    return Done(
        write("2305", {"setlinfo": output, "setldetail": detail(answer.figures.detail, -1)}), reference=reversal.setl_id
    )


TRANSACTION = Transaction("2305", "住院结算撤销", writes=True, act=act)
