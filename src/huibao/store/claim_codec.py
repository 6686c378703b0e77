"""What a step of a claim says, as JSON and back. Amounts stay whole fen, days ISO text."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any, Final

from huibao.domain.claims.assessment import Assessment, BenefitRun, Finding, Findings, Part
from huibao.domain.claims.beneficiaries import Beneficiary, Payout
from huibao.domain.claims.claim import (
    Advance,
    Assigned,
    Beneficiaries,
    Decision,
    Detail,
    FirstPayer,
    Nothing,
    PapersAsked,
    PapersReceived,
    Payment,
    Reason,
)
from huibao.domain.claims.injuries import Injury
from huibao.domain.claims.papers import Paper

Json = Mapping[str, Any]


def to_json(detail: Detail) -> dict[str, Any]:
    """Return a detail as JSON-able values; `is` names its kind."""
    return {"is": type(detail).__name__, **_plain(asdict(detail))}


def from_json(said: Json) -> Detail:
    """Return the detail that `to_json` wrote."""
    return READERS[said["is"]](said)


def _plain(value: Any) -> Any:  # noqa: ANN401 - walks any JSON-able value
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value


def _assessment(said: Json) -> Assessment:
    return Assessment(
        findings=_findings(said["findings"]),
        runs=tuple(_run(run) for run in said["runs"]),
        override_fen=said["override_fen"],
        override_reason=said["override_reason"],
    )


def _findings(said: Json) -> Findings:
    return Findings(
        died_on=_day(said["died_on"]),
        treatment_ended_on=_day(said["treatment_ended_on"]),
        injuries=tuple(Injury(**injury) for injury in said["injuries"]),
        pre_existing_grade=said["pre_existing_grade"],
        joined=said["joined"],
        amounts=_findings_pairs(said["amounts"]),
    )


def _run(said: Json) -> BenefitRun:
    return BenefitRun(
        benefit=said["benefit"],
        scheme_id=said["scheme_id"],
        scheme_hash=said["scheme_hash"],
        on=date.fromisoformat(said["on"]),
        known_on=date.fromisoformat(said["known_on"]),
        settings=_findings_pairs(said["settings"]),
        inputs=_findings_pairs(said["inputs"]),
        opening=_pairs(said["opening"]),
        closing=_pairs(said["closing"]),
        parts=tuple(Part(**part) for part in said["parts"]),
    )


def _pairs(said: list[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    return tuple((name, value) for name, value in said)


def _findings_pairs(said: list[tuple[str, Finding]]) -> tuple[tuple[str, Finding], ...]:
    return tuple((name, value) for name, value in said)


def _day(said: str | None) -> date | None:
    return date.fromisoformat(said) if said else None


def _papers(said: Json) -> tuple[Paper, ...]:
    return tuple(Paper(paper) for paper in said["papers"])


READERS: Final[Mapping[str, Callable[[Json], Detail]]] = {
    "Nothing": lambda _: Nothing(),
    "Assigned": lambda said: Assigned(said["handler"]),
    "PapersAsked": lambda said: PapersAsked(_papers(said)),
    "PapersReceived": lambda said: PapersReceived(_papers(said)),
    "FirstPayer": lambda said: FirstPayer(said["fen"], said["reference"]),
    "Beneficiaries": lambda said: Beneficiaries(tuple(Beneficiary(**each) for each in said["beneficiaries"])),
    "Assessment": _assessment,
    "Advance": lambda said: Advance(said["fen"], said["reason"]),
    "Decision": lambda said: Decision(said["fen"], _pairs(said["counted"])),
    "Payment": lambda said: Payment(
        said["fen"], tuple(Payout(**each) for each in said["payouts"]), said["entry_key"], _pairs(said["counted"])
    ),
    "Reason": lambda said: Reason(said["text"]),
}
"""One reader for each kind of detail; a test holds that none is missing."""
