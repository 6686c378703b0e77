"""A stay with all that settling it must know, asked in one trip with the lock of its person ahead of it.

The same could be read by `store.stay`, one question after the other; this is the path on which a cashier and a whole
province's other cashiers wait.
"""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from django.db import connection

from huibao.domain.roster.person import Person
from huibao.kernel.identity import Sex
from huibao.store.question import Question
from huibao.store.stay import CHINA, Charge, Stay, StayEvent
from huibao.store.unit import must_be_in_unit

HOLD: Final = """
SELECT id FROM person WHERE id = (SELECT person_id FROM stay WHERE number = %s) FOR NO KEY UPDATE
"""
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


def open_stay(number: str) -> OpenStay | None:
    """The stay of that number with its person held until the unit of work ends; None where there is none."""
    must_be_in_unit("hold a stay's person")
    asked = Question()
    of_stay = "(SELECT id FROM stay WHERE number = %s)"
    asked.ask(
        "stay",
        STAY,
        "FROM stay s JOIN institution i ON i.id = s.institution_id JOIN person p ON p.id = s.person_id WHERE s.number = %s",
        number,
    )
    asked.ask(
        "event", "id, verb, at, said, entered_at", f"FROM stay_event WHERE stay_id = {of_stay} ORDER BY id", number
    )
    asked.ask(
        "charge",
        "c.id, c.sn, c.code, c.fen, c.out_of_catalogue_fen, c.over_limit_fen, c.first_self_pay_fen, c.in_policy_fen",
        f"FROM charge_line c WHERE c.stay_id = {of_stay} AND c.withdraws_id IS NULL "  # noqa: S608 - constants alone
        "AND NOT EXISTS (SELECT 1 FROM charge_line w WHERE w.withdraws_id = c.id) ORDER BY c.id",
        number,
    )
    asked.ask(
        "settled",
        "t.setl_id, t.mid_stay, t.money",
        f"FROM stay_settlement t WHERE t.stay_id = {of_stay} AND t.reverses_id IS NULL "  # noqa: S608 - constants alone
        "AND t.completes_id IS NULL AND NOT EXISTS (SELECT 1 FROM stay_settlement r WHERE r.reverses_id = t.id) "
        "ORDER BY t.id",
        number,
    )
    hold = [(HOLD, [number])] if connection.vendor == "postgresql" else []
    found = asked.answers(*hold)
    if "stay" not in found:
        return None
    (row,) = found["stay"]
    events = tuple(
        StayEvent(verb, _at(at), _json(said), _at(entered)) for _, verb, at, said, entered in found.get("event", ())
    )
    return OpenStay(
        _stay(row, events),
        tuple(_charge(each) for each in found.get("charge", ())),
        tuple(
            Standing(setl_id, bool(mid), _json(money)["medfee_sumamt"])
            for setl_id, mid, money in found.get("settled", ())
        ),
    )


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
        begun_at=_at(begun),
        med_type=med_type,
        insutype=insutype,
        psn_type=psn_type,
        ipt_no=ipt_no,
        said=_json(said),
        deposit_waived=bool(waived),
        waived_under=waived_under,
        entered_at=_at(entered),
        person=Person(person_id, name, identity, date.fromisoformat(born), Sex(sex)),
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


def _at(text: str) -> datetime:
    """A moment as the database writes it into JSON: with its zone, or in UTC without."""
    read = datetime.fromisoformat(text)
    return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(CHINA)


def _json(value: Any) -> Any:  # noqa: ANN401 - any JSON value; SQLite hands it over as text
    return json.loads(value) if isinstance(value, str) else value
