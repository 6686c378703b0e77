"""Settlements and accumulators in and out of the tables. The caller holds the unit of work and the people's locks."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from django.db.models import Prefetch

from huibao.domain.coverage import Coverage
from huibao.domain.settlement.settled import LaterLine
from huibao.kernel.invariant import invariant
from huibao.rules.program import Layer
from huibao.rules.vocabulary import Payer
from huibao.store.contract import contract_pk
from huibao.store.models.settlement import Accumulator, Settlement, SettlementLayer
from huibao.store.read_once import once
from huibao.store.unit import must_be_in_unit

BATCH: Final = 500
"""Rows in one INSERT: SQLite takes at most 32,766 values in a statement."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A settlement as it stands in the table. Amounts in fen; a reversal's are negative."""

    number: str
    key: str
    content_hash: str
    person_id: int
    contract: str
    line: str
    scheme_id: str
    scheme_hash: str
    benefit: str
    scope: str
    policy_year_on: date
    settles_on: date
    known_on: date
    entered_at: datetime
    hospital: str
    bill: Mapping[str, Any]
    groups: tuple[str, ...]
    settings: Mapping[str, int | str]
    opening: Mapping[str, int]
    closing: Mapping[str, int]
    bill_total_fen: int
    self_pay_fen: int
    layers: tuple[Layer, ...]
    extras: tuple[Layer, ...] = ()
    later: tuple[LaterLine, ...] = ()
    reverses: str | None = None
    reversed_by: str | None = None
    reason: str = ""
    later_keys: tuple[str, ...] = field(default=())

    @property
    def left_fen(self) -> int:
        """What the person bears today: the share at settlement less every payer that came since."""
        return self.self_pay_fen - sum(line.fen for line in self.later)


def openings(person_ids: Iterable[int], scope: str, year_on: date) -> dict[int, dict[str, int]]:
    """Where these people's accumulators of one policy year stand; names that were never moved are absent."""
    found: dict[int, dict[str, int]] = {}
    rows = Accumulator.objects.filter(person_id__in=list(person_ids), scope=scope, year_on=year_on)
    for person_id, name, value in rows.values_list("person_id", "name", "value"):
        found.setdefault(person_id, {})[name] = value
    return found


def opening(person_id: int, scope: str, year_on: date) -> dict[str, int]:
    """Where one person's accumulators stand; `scope` is `domain.settlement.settled.accumulator_scope`."""
    return openings([person_id], scope, year_on).get(person_id, {})


def advance(person_id: int, scope: str, year_on: date, closing: Mapping[str, int]) -> None:
    """Set a person's accumulators to where an event left them. Only under the lock of the person (S2)."""
    must_be_in_unit("advance")
    for name, value in closing.items():
        invariant(value >= 0, "S2", f"accumulator {name} would fall to {value}")
    rows = [
        Accumulator(person_id=person_id, scope=scope, year_on=year_on, name=name, value=value)
        for name, value in closing.items()
    ]
    Accumulator.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["person", "scope", "year_on", "name"], update_fields=["value"]
    )


def record(settlements: Sequence[Recorded]) -> None:
    """Write settlements with their layers."""
    must_be_in_unit("record settlements")
    reversed_ids = _ids({one.reverses for one in settlements if one.reverses})
    Settlement.objects.bulk_create(
        (
            Settlement(**settlement_row(one, contract_pk(one.contract), reversed_ids.get(one.reverses or "")))
            for one in settlements
        ),
        batch_size=BATCH,
    )
    ids = _ids({one.number for one in settlements})
    layers = (SettlementLayer(settlement_id=ids[one.number], **row) for one in settlements for row in layer_rows(one))
    SettlementLayer.objects.bulk_create(layers, batch_size=BATCH)


def add_later(number: str, line: LaterLine, key: str) -> None:
    """Write one payer that came after settlement."""
    must_be_in_unit("add a later payer")
    settlement = Settlement.objects.get(number=number)
    SettlementLayer.objects.create(
        settlement=settlement,
        position=settlement.layers.count(),
        payer=line.payer,
        step="later",
        fen=line.fen,
        reported=True,
        added_key=key,
        added_on=line.on,
    )


def by_number(number: str) -> Recorded | None:
    """One settlement, or None."""
    return next(settlements(numbers=[number]), None)


def key_taken(key: str) -> bool:
    """Whether a settlement or a reversal was recorded under this key."""
    return Settlement.objects.filter(key=key).exists()


def number_of_later(key: str) -> str | None:
    """Number of the settlement to which a later payer was added under this key, or None."""
    return SettlementLayer.objects.filter(added_key=key).values_list("settlement__number", flat=True).first()


def settlements(
    *, numbers: Sequence[str] | None = None, person_id: int | None = None, contract: str | None = None
) -> Iterator[Recorded]:
    """Settlements in the order they were recorded, with layers, by whichever of the arguments are given."""
    if numbers is None and person_id is None and contract is None:
        return once("settlement", _settlements)
    return _settlements(numbers=numbers, person_id=person_id, contract=contract)


def _settlements(
    *, numbers: Sequence[str] | None = None, person_id: int | None = None, contract: str | None = None
) -> Iterator[Recorded]:
    rows = Settlement.objects.select_related("contract", "reverses", "reversal").order_by("pk")
    rows = rows.prefetch_related(Prefetch("layers", SettlementLayer.objects.order_by("position")))
    if numbers is not None:
        rows = rows.filter(number__in=list(numbers))
    if person_id is not None:
        rows = rows.filter(person_id=person_id)
    if contract is not None:
        rows = rows.filter(contract__number=contract)
    for row in rows.iterator(chunk_size=BATCH):
        yield _recorded(row)


def relied_on(covers: Sequence[Coverage]) -> dict[int, tuple[str, date]]:
    """For each cover whose person had a bill settled under the same contract and line: the latest, number and day. V2.

    Neither reversals nor what they reversed count.
    """
    held = {(one.person_id, one.contract, one.line.value): one.id for one in covers}
    people = sorted({one.person_id for one in covers})
    found: dict[int, tuple[str, date]] = {}
    for at in range(0, len(people), BATCH):
        rows = Settlement.objects.filter(person_id__in=people[at : at + BATCH])
        rows = rows.filter(reverses__isnull=True, reversal__isnull=True).order_by("settles_on", "pk")
        columns = ("person_id", "contract__number", "line", "number", "settles_on")
        for person_id, contract, line, number, day in rows.values_list(*columns):
            cover = held.get((person_id, contract, line))
            if cover is not None:
                found[cover] = (number, day)
    return found


def latest_standing(person_id: int, scope: str, year_on: date) -> str | None:
    """Number of the person's last settlement of the year that is neither reversed nor a reversal, whatever the benefit.

    Benefits of one scheme may share an accumulator, so their order counts too.
    """
    rows = Settlement.objects.filter(person_id=person_id, accumulator_scope=scope, policy_year_on=year_on)
    rows = rows.filter(reverses__isnull=True, reversal__isnull=True)
    return rows.order_by("pk").values_list("number", flat=True).last()


def _ids(numbers: set[str]) -> dict[str, int]:
    return dict(Settlement.objects.filter(number__in=numbers).values_list("number", "pk")) if numbers else {}


def settlement_row(one: Recorded, contract_id: int, reverses_id: int | None = None) -> dict[str, Any]:
    """A settlement as a row, by column."""
    return {
        "number": one.number,
        "key": one.key,
        "content_hash": one.content_hash,
        "person_id": one.person_id,
        "contract_id": contract_id,
        "line": one.line,
        "scheme_id": one.scheme_id,
        "scheme_hash": one.scheme_hash,
        "benefit": one.benefit,
        "accumulator_scope": one.scope,
        "policy_year_on": one.policy_year_on,
        "settles_on": one.settles_on,
        "known_on": one.known_on,
        "entered_at": one.entered_at,
        "hospital": one.hospital,
        "bill": dict(one.bill),
        "groups": list(one.groups),
        "settings": dict(one.settings),
        "opening": dict(one.opening),
        "closing": dict(one.closing),
        "bill_total_fen": one.bill_total_fen,
        "self_pay_fen": one.self_pay_fen,
        "reverses_id": reverses_id,
        "reason": one.reason,
    }


def layer_rows(one: Recorded) -> list[dict[str, Any]]:
    """Layers and extras of a settlement as rows, by column and in their order; without the settlement's own row."""
    both = [(layer, False) for layer in one.layers] + [(layer, True) for layer in one.extras]
    return [
        {
            "position": position,
            "payer": layer.payer,
            "step": layer.step,
            "fen": layer.fen,
            "reported": layer.reported,
            "outside_bill": outside,
        }
        for position, (layer, outside) in enumerate(both)
    ]


def _recorded(row: Settlement) -> Recorded:
    layers = list(row.layers.all())
    at_settlement = [layer for layer in layers if layer.added_key is None]
    later = [layer for layer in layers if layer.added_key is not None]
    reversal = getattr(row, "reversal", None)
    return Recorded(
        number=row.number,
        key=row.key,
        content_hash=row.content_hash,
        person_id=row.person_id,
        contract=row.contract.number,
        line=row.line,
        scheme_id=row.scheme_id,
        scheme_hash=row.scheme_hash,
        benefit=row.benefit,
        scope=row.accumulator_scope,
        policy_year_on=row.policy_year_on,
        settles_on=row.settles_on,
        known_on=row.known_on,
        entered_at=row.entered_at,
        hospital=row.hospital,
        bill=row.bill,
        groups=tuple(row.groups),
        settings=row.settings,
        opening=row.opening,
        closing=row.closing,
        bill_total_fen=row.bill_total_fen,
        self_pay_fen=row.self_pay_fen,
        layers=tuple(_layer(layer) for layer in at_settlement if not layer.outside_bill),
        extras=tuple(_layer(layer) for layer in at_settlement if layer.outside_bill),
        later=tuple(LaterLine(Payer(layer.payer), layer.fen, layer.added_on or row.settles_on) for layer in later),
        reverses=row.reverses.number if row.reverses else None,
        reversed_by=reversal.number if reversal else None,
        reason=row.reason,
        later_keys=tuple(layer.added_key or "" for layer in later),
    )


def _layer(row: SettlementLayer) -> Layer:
    return Layer(Payer(row.payer), row.step, row.fen, row.reported)
