"""A bill as a message states it, and a settlement as an answer is written from it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from huibao.app.hospital.figures import Figures
from huibao.app.hospital.regions import Region
from huibao.domain.roster.person import Person
from huibao.rules.vocabulary import Payer
from huibao.store.stay import Stay


@dataclass(frozen=True, slots=True)
class Discharge:
    """What 2303 and 2304 say of a bill, fen. `reported` holds what other payers paid, by national field."""

    mdtrt_id: str
    psn_no: str
    total_fen: int
    split: Mapping[str, int]
    reported: Mapping[str, int] = field(default_factory=dict)
    acct_pay_fen: int = 0
    deductible_fen: int = 0
    discharged_on: date | None = None
    mid_stay: bool = False
    clr_type: str = ""
    insutype: str = ""
    psn_type: str = ""
    invono: str = ""
    others: Mapping[Payer, int] = field(default_factory=dict)
    """What remote payers answered (platform mode), fen."""
    pending: tuple[Payer, ...] = ()
    """Remote payers that did not answer."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A settlement with everything an answer is written from."""

    setl_id: str
    stay: Stay
    person: Person
    settles_on: date
    year: int
    """The policy year, by its first day."""
    figures: Figures
    settled_at: datetime
    region: Region
    clr_type: str
    insutype: str
    psn_type: str
    debt_fen: int
    split: Mapping[str, int]
    """The four parts of the bill, also those the scheme does not ask for."""
    pending: tuple[Payer, ...] = ()


def as_data(asked: Discharge) -> dict[str, Any]:
    """A discharge as it is kept until its payers have answered."""
    kept = {name: value for name, value in asdict(asked).items() if name not in {"pending", "discharged_on", "others"}}
    day = asked.discharged_on.isoformat() if asked.discharged_on else None
    return {**kept, "discharged_on": day, "others": {str(payer): fen for payer, fen in asked.others.items()}}


def from_data(said: Mapping[str, Any]) -> Discharge:
    """The discharge that was kept."""
    day = date.fromisoformat(said["discharged_on"]) if said["discharged_on"] else None
    others = {Payer(payer): fen for payer, fen in said["others"].items()}
    return Discharge(**{**said, "discharged_on": day, "others": others})
