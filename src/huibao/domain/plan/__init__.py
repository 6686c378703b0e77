"""The plan: what a county's contract with an insurer says, read strictly and held against its scheme.

`contract.py` is what a contract is, `reading.py` how its file is read, `checks.py` how it is held against the
scheme's floors, payers and required parameters, `capacity.py` who may be given cover with a death benefit.
"""

from huibao.domain.plan.capacity import Capacity, capacity_of, death_cover_allowed
from huibao.domain.plan.checks import check_contract, premium_floor, years_of
from huibao.domain.plan.contract import (
    Band,
    Contract,
    ContractLine,
    EndReason,
    PayerKind,
    PlannedShare,
    ProRata,
    Refunds,
    Wording,
)
from huibao.domain.plan.reading import contract_hash, read_contract

__all__ = [
    "Band",
    "Capacity",
    "Contract",
    "ContractLine",
    "EndReason",
    "PayerKind",
    "PlannedShare",
    "ProRata",
    "Refunds",
    "Wording",
    "capacity_of",
    "check_contract",
    "contract_hash",
    "death_cover_allowed",
    "premium_floor",
    "read_contract",
    "years_of",
]
