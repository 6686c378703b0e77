"""The answer to a batch: who entered and left, in numbers; the money by payer; everybody refused, and why.

The same answer is kept with the batch and given again when the batch is sent again, so it can be written as JSON
and read back without loss.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from huibao.domain.coverage.batch import EnrolmentPlan
from huibao.domain.coverage.bill import by_payers, list_hash
from huibao.domain.coverage.cover import Coverage, CoverageEnd
from huibao.domain.premium import Share
from huibao.kernel.invariant import invariant
from huibao.kernel.problem import Problem, Severity


@dataclass(frozen=True, slots=True)
class Count:
    """Covers entered of one line in one group or township, and their premium, fen."""

    line: str
    name: str
    covers: int
    premium_fen: int


@dataclass(frozen=True, slots=True)
class Money:
    """What one payer owes (or gets back) for one line, fen."""

    line: str
    payer_kind: str
    payer: str
    fen: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """One person refused for one line; the problem names the person only by name and masked number."""

    person_id: int
    line: str
    group: str
    problem: Problem


@dataclass(frozen=True, slots=True)
class EnrolmentResult:
    """What a batch did, or would do (`dry_run`). Sums by group and by township each sum to the whole."""

    key: str
    kind: str
    contract: str
    scheme: str
    on: date
    dry_run: bool
    people: int
    """People with at least one new cover."""
    entered: int
    """New covers, all lines."""
    without_death: int
    """New covers of a product with death cover from which it is left out."""
    already: int
    left: Mapping[str, int]
    """Covers ended, by reason."""
    not_eligible: Mapping[str, int]
    """Decisions against entry where nothing is wrong, by reason."""
    by_group: tuple[Count, ...]
    by_town: tuple[Count, ...]
    money: tuple[Money, ...]
    refunds: tuple[Money, ...]
    refused: tuple[Refusal, ...]
    doubts: tuple[Problem, ...]
    list_hash: str
    repeated: bool = field(default=False, compare=False)
    """The batch was sent before; this is its first answer."""

    @property
    def premium_fen(self) -> int:
        """What all payers owe together, fen."""
        return sum(one.fen for one in self.money)

    @property
    def refund_fen(self) -> int:
        """What goes back together, fen."""
        return sum(one.fen for one in self.refunds)


def summarise(
    plan: EnrolmentPlan, key: str, kind: str, contract: str, scheme: str, on: date, *, dry_run: bool
) -> EnrolmentResult:
    """Put a plan into numbers. Groups and townships each sum to all premiums, and so do the payers. P1, A1."""
    covers = [one.coverage for one in plan.enter]
    ended = [(one.coverage, CoverageEnd(one.last_on, one.reason, key, one.refunds)) for one in plan.leave]
    money = _money((one.line.value, one.shares) for one in covers)
    by_group = _counts(covers, "group")
    invariant(sum(one.fen for one in money) == sum(one.premium_fen for one in by_group), "P1", key)
    return EnrolmentResult(
        key=key,
        kind=kind,
        contract=contract,
        scheme=scheme,
        on=on,
        dry_run=dry_run,
        people=len({one.person_id for one in covers}),
        entered=len(covers),
        without_death=sum(1 for one in plan.enter if one.death_left_out),
        already=len(plan.already),
        left=_tally(one.reason.value for one in plan.leave),
        not_eligible=_tally(one.why.value for one in plan.not_eligible),
        by_group=by_group,
        by_town=_counts(covers, "town"),
        money=money,
        refunds=_money((one.line.value, end.refunds) for one, end in ended),
        refused=tuple(Refusal(one.person_id, one.line, one.group, one.problem) for one in plan.refused),
        doubts=tuple(doubt for one in plan.enter for doubt in one.doubts),
        list_hash=list_hash(covers, ended),
    )


def as_dict(result: EnrolmentResult) -> dict[str, Any]:
    """The answer for JSON; `from_dict` reads it back."""
    data = asdict(result)
    data["on"] = result.on.isoformat()
    data["premium_fen"], data["refund_fen"] = result.premium_fen, result.refund_fen
    data["refused"] = [asdict(one) | {"problem": one.problem.as_dict()} for one in result.refused]
    data["doubts"] = [doubt.as_dict() for doubt in result.doubts]
    return data


def from_dict(data: Mapping[str, Any], *, repeated: bool) -> EnrolmentResult:
    """The answer as it was given the first time."""
    values = {name: data[name] for name in EnrolmentResult.__dataclass_fields__}
    values |= {
        "on": date.fromisoformat(data["on"]),
        "by_group": tuple(Count(**one) for one in data["by_group"]),
        "by_town": tuple(Count(**one) for one in data["by_town"]),
        "money": tuple(Money(**one) for one in data["money"]),
        "refunds": tuple(Money(**one) for one in data["refunds"]),
        "refused": tuple(Refusal(**(one | {"problem": _problem(one["problem"])})) for one in data["refused"]),
        "doubts": tuple(_problem(one) for one in data["doubts"]),
        "repeated": repeated,
    }
    return EnrolmentResult(**values)


def _problem(data: Mapping[str, Any]) -> Problem:
    return Problem(**{**data, "severity": Severity(data["severity"])})


def _tally(names: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for name in names:
        found[name] = found.get(name, 0) + 1
    return dict(sorted(found.items()))


def _counts(covers: Sequence[Coverage], of: str) -> tuple[Count, ...]:
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for one in covers:
        at = (one.line.value, getattr(one, of))
        number, fen = found.get(at, (0, 0))
        found[at] = (number + 1, fen + one.premium_fen)
    return tuple(Count(line, name, *found[line, name]) for line, name in sorted(found))


def _money(parts: Iterable[tuple[str, tuple[Share, ...]]]) -> tuple[Money, ...]:
    lines: dict[str, list[Share]] = {}
    for line, shares in parts:
        lines.setdefault(line, []).extend(shares)
    return tuple(
        Money(line, one.payer_kind.value, one.payer, one.fen)
        for line in sorted(lines)
        for one in by_payers(lines[line])
    )
