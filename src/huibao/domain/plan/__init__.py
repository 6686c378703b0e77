"""The plan: what a county's contract with an insurer says, read strictly and held against its scheme.

`contract.py` is what a contract is, `reading.py` how its file is read, `checks.py` how it is held against the
scheme's floors, payers and required parameters, `capacity.py` who may be given cover with a death benefit.
"""

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

__all__ = [
    "Band",
    "Contract",
    "ContractLine",
    "EndReason",
    "PayerKind",
    "PlannedShare",
    "ProRata",
    "Refunds",
    "Wording",
]
