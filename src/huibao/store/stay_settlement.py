"""What was settled for stays through the interface, in and out of the tables. Nothing here is ever changed."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, Final

from django.db import connection
from django.db.models import BigIntegerField, Count, Q, Sum
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from huibao.store.institution import Institution
from huibao.store.models import hospital as table
from huibao.store.stay import Stay
from huibao.store.unit import must_be_in_unit

SETTLEMENT_OF = "(SELECT id FROM settlement WHERE number = %s)"
OWN = "(SELECT id FROM stay_settlement WHERE setl_id = %s)"
SETTLED: Final = {
    "id": "pk",
    "stay": "stay__number",
    "number": "settlement__number",
    "person_id": "stay__person_id",
    "psn_no": "stay__psn_no",
    "reverses": "reverses__setl_id",
    "reversed_by": "reversal__setl_id",
    "completes": "completes__setl_id",
    "completed_by": "completion__setl_id",
    "stay_institution": "stay__institution__code",
}
"""Where a settlement of a stay finds what does not stand in its own row under its own name."""


@dataclass(frozen=True, slots=True)
class Settled:
    """A settlement made for a stay through the interface."""

    id: int
    setl_id: str
    stay: str
    number: str
    """Number of the settlement proper; empty while it waits for a payer."""
    person_id: int
    psn_no: str
    msgid: str
    settled_at: datetime
    clr_type: str
    insutype: str
    invono: str
    psn_type: str
    acct_pay_fen: int
    fund_pay_fen: int
    money: Mapping[str, Any]
    mid_stay: bool
    reverses: str | None = None
    reversed_by: str | None = None
    completes: str | None = None
    completed_by: str | None = None
    stay_id: int = 0
    stay_institution: str = ""


def settled_row(one: Settled, stay: Stay) -> dict[str, Any]:
    """A settlement of a stay as a row, by column; without the settlements it points to, which are found by number."""
    return {
        "setl_id": one.setl_id,
        "stay_id": stay.id,
        "msgid": one.msgid,
        "settled_at": one.settled_at,
        "clr_type": one.clr_type,
        "insutype": one.insutype,
        "invono": one.invono,
        "psn_type": one.psn_type,
        "acct_pay_fen": one.acct_pay_fen,
        "fund_pay_fen": one.fund_pay_fen,
        "money": dict(one.money),
        "mid_stay": one.mid_stay,
    }


def record_settled(one: Settled, stay: Stay) -> None:
    """Write a settlement of a stay, or the reversal of one."""
    must_be_in_unit("record a stay's settlement")
    values = settled_row(one, stay)
    values["settled_at"] = connection.ops.adapt_datetimefield_value(one.settled_at)
    values["money"] = json.dumps(values["money"], ensure_ascii=False)
    found = {
        "settlement_id": (one.number or None, SETTLEMENT_OF),
        "reverses_id": (one.reverses, OWN),
        "completes_id": (one.completes, OWN),
    }
    marks = ", ".join(
        ["%s::jsonb" if name == "money" and connection.vendor == "postgresql" else "%s" for name in values]
    )
    names = ", ".join([*values, *found])
    looked_up = ", ".join(look for _, look in found.values())
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO stay_settlement ({names}) VALUES ({marks}, {looked_up})",  # noqa: S608 - our own names alone
            [*values.values(), *(key for key, _ in found.values())],
        )


def settled(setl_id: str) -> Settled | None:
    """The settlement of that national number, or None."""
    return next(iter(_settled_rows(setl_id=setl_id)), None)


def setl_id_of(number: str) -> str | None:
    """National number of the settlement with that number of ours; None where it did not come through the interface."""
    return table.StaySettlement.objects.filter(settlement__number=number).values_list("setl_id", flat=True).first()


def with_additions(setl_id: str) -> tuple[Settled, ...]:
    """A settlement by its first national number, and what was added to it since, in order; none for an unknown number."""
    found: list[Settled] = []
    next_id: str | None = setl_id
    while next_id is not None and (one := settled(next_id)) is not None:
        found.append(one)
        next_id = one.completed_by
    return tuple(found)


def settled_of_stay(stay: Stay) -> tuple[Settled, ...]:
    """What was settled for a stay, reversals included, in order."""
    return _settled_rows(stay_id=stay.id)


@dataclass(frozen=True, slots=True)
class Kinds:
    """Which settlements of a span are meant; empty means every kind."""

    clr_type: str = ""
    insutype: str = ""
    refunds: bool | None = None
    """True: reversals alone. False: all but reversals."""

    def conditions(self) -> dict[str, Any]:
        """The same as conditions on columns."""
        named = {"clr_type": self.clr_type, "insutype": self.insutype}
        wanted: dict[str, Any] = {name: value for name, value in named.items() if value}
        return wanted if self.refunds is None else wanted | {"reverses__isnull": not self.refunds}


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums of a span of days, fen, and the number of settlements; what was added to one later is no settlement of its own."""

    medfee_fen: int
    fund_fen: int
    account_fen: int
    count: int


def settled_between(
    institution: Institution, first_at: datetime, before: datetime, kinds: Kinds = Kinds()
) -> tuple[Settled, ...]:
    """What an institution settled in a span of time, reversals included, in order."""
    return _settled_rows(**_between(institution, first_at, before), **kinds.conditions())


def totals_between(institution: Institution, first_at: datetime, before: datetime, kinds: Kinds = Kinds()) -> Totals:
    """The same as sums, made by the database: a hospital may ask after each patient, of a year of them."""
    rows = table.StaySettlement.objects.filter(**_between(institution, first_at, before), **kinds.conditions())
    fee = Cast(KeyTextTransform("medfee_sumamt", "money"), BigIntegerField())
    found = rows.aggregate(
        medfee=Sum(fee), fund=Sum("fund_pay_fen"), account=Sum("acct_pay_fen"), count=Count("pk", Q(completes=None))
    )
    return Totals(int(found["medfee"] or 0), int(found["fund"] or 0), int(found["account"] or 0), found["count"])


def _between(institution: Institution, first_at: datetime, before: datetime) -> dict[str, Any]:
    return {"stay__institution_id": institution.id, "settled_at__gte": first_at, "settled_at__lt": before}


def waiting() -> tuple[Settled, ...]:
    """Settlements that wait for a payer: neither completed nor undone."""
    undone_or_done = {"reverses__isnull": True, "reversal__isnull": True, "completion__isnull": True}
    return _settled_rows(settlement__isnull=True, completes__isnull=True, **undone_or_done)


def waiting_for(person_ids: Iterable[int]) -> dict[int, list[tuple[str, date]]]:
    """Of these people, the settlements that wait for a payer: national number and day of discharge."""
    among = set(person_ids)
    found: dict[int, list[tuple[str, date]]] = {}
    for one in waiting():
        if one.person_id in among:
            found.setdefault(one.person_id, []).append((one.setl_id, date.fromisoformat(one.money["settles_on"])))
    return found


def _settled_rows(**asked: Any) -> tuple[Settled, ...]:  # noqa: ANN401 - conditions on columns of any type
    """Read as columns: rows that know each other both ways are rings, and a month of them stays in memory for long."""
    names = tuple(one.name for one in fields(Settled))
    columns = (SETTLED.get(name, name) for name in names)
    rows = table.StaySettlement.objects.filter(**asked).order_by("pk").values_list(*columns)
    found = (dict(zip(names, row, strict=True)) for row in rows)
    return tuple(Settled(**{**row, "number": row["number"] or ""}) for row in found)
