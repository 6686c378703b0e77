"""Every numbered invariant as a question to live data; `huibao check` asks them all.

Each noun's module states its own as `AUDITS`; they are gathered here by name, in the order of docs/INVARIANTS.md.
"""

from importlib import import_module
from importlib.util import find_spec
from typing import Final

from huibao.store.audits.audit import Audit, Broken

NOUNS: Final = (
    "ledger",
    "settlement",
    "coverage",
    "roster",
    "claims",
    "statistics",
    "batches",
    "hospital",
    "trail",
    "approval",
)
"""Modules of this package that state audits."""


def _gathered() -> tuple[Audit, ...]:
    found: list[Audit] = []
    for noun in NOUNS:
        if find_spec(f"{__name__}.{noun}") is not None:
            found += import_module(f"{__name__}.{noun}").AUDITS
    return tuple(found)


AUDITS: Final = _gathered()

__all__ = ["AUDITS", "NOUNS", "Audit", "Broken"]
