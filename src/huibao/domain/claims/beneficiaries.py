"""Who receives the money of a claim, and each one's part to the fen."""

from collections.abc import Sequence
from dataclasses import dataclass

from huibao.domain.claims import problems
from huibao.kernel.apportion import apportion
from huibao.kernel.identity import is_valid
from huibao.kernel.problem import Problem

MAX_BENEFICIARIES = 20
"""More heirs than any family that was ever paid; beyond it a list was mixed up."""
MAX_WEIGHT = 1_000_000
"""Shares are small whole numbers; a larger one is an amount in the wrong field."""


@dataclass(frozen=True, slots=True)
class Beneficiary:
    """Somebody who receives a part. `weight` is the share as a whole number > 0: 1 and 1 are two halves."""

    name: str
    identity: str = ""
    relation: str = ""
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Payout:
    """What one person is handed, fen > 0."""

    payee: str
    fen: int


def check_shares(beneficiaries: Sequence[Beneficiary]) -> tuple[Problem, ...]:
    """Return what is wrong with the list itself: empty, too long, a nameless or shareless one, one named twice."""
    faults: list[str] = []
    if not 1 <= len(beneficiaries) <= MAX_BENEFICIARIES:
        faults.append(f"{len(beneficiaries)} 位 / {len(beneficiaries)} people")
    faults += ["姓名为空 / no name" for each in beneficiaries if not each.name.strip()]
    faults += [
        f"{each.name} 份额 {each.weight} / share {each.weight}"
        for each in beneficiaries
        if not 1 <= each.weight <= MAX_WEIGHT
    ]
    known = [each.identity or each.name for each in beneficiaries]
    faults += [f"重复 {one} / named twice" for one in sorted({one for one in known if known.count(one) > 1})]
    return tuple(
        problems.NO_BENEFICIARY(what=fault, limit=MAX_BENEFICIARIES, field="beneficiaries") for fault in faults
    )


def check_identities(beneficiaries: Sequence[Beneficiary]) -> tuple[Problem, ...]:
    """Return whose identity number is missing or wrong: nobody is paid for a death without it."""
    return tuple(
        problems.NO_IDENTITY(name=each.name, field="identity") for each in beneficiaries if not is_valid(each.identity)
    )


def split(fen: int, beneficiaries: Sequence[Beneficiary]) -> tuple[Payout, ...]:
    """Split fen > 0 by the shares with the largest remainder, so that the parts sum to the whole; nobody gets 0 fen."""
    parts = apportion(fen, [each.weight for each in beneficiaries])
    return tuple(Payout(each.name, part) for each, part in zip(beneficiaries, parts, strict=True) if part)


def parts(fen: int, beneficiaries: Sequence[Beneficiary]) -> tuple[tuple[str, int], ...]:
    """Return each one's label and part of fen >= 0, nobody left out; two of one name are told apart by number."""
    names = [each.name for each in beneficiaries]
    labels = [
        f"{name}（{names[: at + 1].count(name)}）" if names.count(name) > 1 else name for at, name in enumerate(names)
    ]
    return tuple(zip(labels, apportion(fen, [each.weight for each in beneficiaries]), strict=True))
