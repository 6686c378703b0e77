"""A stay with all that settling it must know, asked in one trip with the lock of its person ahead of it.

The same could be read by `store.stay`, one question after the other; this is the path on which a cashier and a whole
province's other cashiers wait.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import connection

from huibao.domain.roster.person import Person
from huibao.kernel.identity import Sex
from huibao.store.models.hospital import Stay as StayRow
from huibao.store.models.hospital import StayEvent as EventRow
from huibao.store.models.roster import Person as PersonRow
from huibao.store.question import Answers, Question, inner, moment
from huibao.store.sealed import opened
from huibao.store.stay import Charge, Stay, StayEvent
from huibao.store.unit import must_be_in_unit

HOLD: Final = """
SELECT id FROM person WHERE id IN (SELECT person_id FROM stay WHERE number = ANY(%s)) ORDER BY id FOR NO KEY UPDATE
"""
"""The people of stays, held in order; in company, only those that nobody else holds."""
HOLD_FREE: Final = f"{HOLD.rstrip()} SKIP LOCKED"
STAY: Final = (
    "s.id, s.number, i.code, i.name, s.person_id, s.psn_no, s.begun_at, s.med_type, s.insutype, s.psn_type, s.ipt_no, "
    "s.said, s.deposit_waived, s.waived_under, s.entered_at, p.name, p.identity, p.birth_on, p.sex"
)


@dataclass(frozen=True, slots=True)
class Standing:
    """A settlement of the stay that was not undone: its national number, and what of the bill it settled, fen."""

    setl_id: str
    mid_stay: bool
    total_fen: int


@dataclass(frozen=True, slots=True)
class OpenStay:
    """A stay, its fee lines that stand, and its settlements that stand."""

    stay: Stay
    charges: tuple[Charge, ...]
    settled: tuple[Standing, ...]


def open_stay(number: str, *, lock: bool = True) -> OpenStay | None:
    """The stay of that number, its person held until the unit of work ends where something is to change; None for none."""
    question = Question()
    ask_stays(question, [number])
    if not lock:
        return stays_in(question.answers()).get(number)
    must_be_in_unit("hold a stay's person")
    hold = [(HOLD, [[number]])] if connection.vendor == "postgresql" else []
    return stays_in(question.answers(*hold)).get(number)


def ask_stays(question: Question, numbers: Sequence[str]) -> None:
    """Add to a question all about the stays of these numbers; its other parts may speak of them as `here`."""
    question.let("here", "SELECT id, person_id FROM stay WHERE number {among}", numbers)
    question.ask(
        "stay",
        STAY,
        "FROM here h JOIN stay s ON s.id = h.id JOIN institution i ON i.id = s.institution_id "
        "JOIN person p ON p.id = s.person_id",
    )
    question.ask(
        "event",
        "e.stay_id, e.id, e.verb, e.at, e.said, e.entered_at",
        "FROM here h JOIN stay_event e ON e.stay_id = h.id",
    )
    question.ask(
        "charge",
        "c.stay_id, c.id, c.sn, c.code, c.fen, c.out_of_catalogue_fen, c.over_limit_fen, c.first_self_pay_fen, "
        "c.in_policy_fen",
        "FROM here h JOIN charge_line c ON c.stay_id = h.id WHERE c.withdraws_id IS NULL "
        "AND NOT EXISTS (SELECT 1 FROM charge_line w WHERE w.withdraws_id = c.id)",
    )
    question.ask(
        "settled",
        "t.stay_id, t.id, t.setl_id, t.mid_stay, t.money",
        "FROM here h JOIN stay_settlement t ON t.stay_id = h.id WHERE t.reverses_id IS NULL "
        "AND t.completes_id IS NULL AND NOT EXISTS (SELECT 1 FROM stay_settlement r WHERE r.reverses_id = t.id)",
    )


def stays_in(answers: Answers) -> dict[str, OpenStay]:
    """The stays that were asked for, by number; each part in the order in which it was recorded."""
    events, charges, settled = (_by_stay(answers.get(part, [])) for part in ("event", "charge", "settled"))
    return {
        row[1]: OpenStay(
            _stay(
                row,
                tuple(
                    StayEvent(verb, moment(at), opened(EventRow, "said", said), moment(entered))
                    for _, verb, at, said, entered in events.get(row[0], ())
                ),
            ),
            tuple(_charge(each) for each in charges.get(row[0], ())),
            tuple(
                Standing(setl_id, bool(mid), inner(money)["medfee_sumamt"])
                for _, setl_id, mid, money in settled.get(row[0], ())
            ),
        )
        for row in answers.get("stay", ())
    }


def _by_stay(rows: list[list[Any]]) -> dict[int, list[list[Any]]]:
    """Rows that begin with a stay's row and their own, by stay and in order, without the stay."""
    found: dict[int, list[list[Any]]] = {}
    for stay_id, *row in sorted(rows, key=lambda one: one[1]):
        found.setdefault(stay_id, []).append(row)
    return found


def _stay(row: list[Any], events: tuple[StayEvent, ...]) -> Stay:
    row_id, number, institution, hospital, person_id, number_there, begun, med_type, insutype, psn_type, ipt_no = row[
        :11
    ]
    said, waived, waived_under, entered, name, identity, born, sex = row[11:]
    return Stay(
        id=row_id,
        number=number,
        institution=institution,
        hospital=hospital,
        person_id=person_id,
        psn_no=number_there,
        begun_at=moment(begun),
        med_type=med_type,
        insutype=insutype,
        psn_type=psn_type,
        ipt_no=ipt_no,
        said=opened(StayRow, "said", said),
        deposit_waived=bool(waived),
        waived_under=waived_under,
        entered_at=moment(entered),
        person=Person(person_id, name, opened(PersonRow, "identity", identity), date.fromisoformat(born), Sex(sex)),
        events=events,
    )


def _charge(row: list[Any]) -> Charge:
    out_of_catalogue, over_limit, first_self_pay, in_policy = row[4:8]
    split = {
        "out_of_catalogue": out_of_catalogue,
        "over_limit": over_limit,
        "first_self_pay": first_self_pay,
        "in_policy": in_policy,
    }
    return Charge(row[0], row[1], row[2], None, row[3], split)
