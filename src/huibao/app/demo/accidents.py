"""The accidents of the act: a fall with two injuries of one grade, and a drowning the disaster insurance pays first."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from huibao.app import claims
from huibao.app.demo.scene import Scene
from huibao.app.demo.story import Cell, Column, Text, yuan
from huibao.domain.claims.assessment import Findings
from huibao.domain.claims.beneficiaries import Beneficiary
from huibao.domain.claims.claim import Actor, Cause, Channel, Claim, Reporter, Role
from huibao.domain.claims.injuries import Injury
from huibao.domain.claims.papers import needed
from huibao.domain.roster import Person
from huibao.kernel.clock import Clock
from huibao.kernel.fen import FEN_A_YUAN

HANDLER: Final = Actor(Role.HANDLER, "经办 甲（虚构）")
APPROVER: Final = Actor(Role.APPROVER, "审批 乙（虚构）")
PAYER: Final = Actor(Role.PAYER, "付款 丙（虚构）")

CLAIM_COLUMNS: Final = (
    Column("claim", "案号", "claim"),
    Column("what", "经过", "what happened"),
    Column("first_payer", "灾害险先付", "paid first", right=True),
    Column("paid", "意外险赔付", "ours", right=True),
    Column("days", "天数", "days", right=True),
)
LARGEST_CLAIMS_FEN: Final = 60_000 * FEN_A_YUAN
"""Enough for both accidents, so that the insurer knows what it may have to put in."""
DISASTER_FEN: Final = 20_000 * FEN_A_YUAN
"""What the disaster insurance paid for the drowning: a made-up figure."""


@dataclass(frozen=True, slots=True)
class Days:
    """The days of one accident: of the event, the report, the papers, the assessment and the payment."""

    happened_on: date
    reported_on: date
    papers_on: date
    assessed_on: date
    paid_on: date


def fall(scene: Scene, person: Person, days: Days, amounts: tuple[tuple[str, int], ...], key: str) -> Claim:
    """A fall: two injuries of grade 9 raise it to grade 8; medical cost less what basic insurance bore."""
    number = _report(scene, person, days, Cause.FALL, "在家中楼梯跌倒，双手受伤（虚构）", key)
    injuries = (
        Injury("演示-7.1", 7, "左手拇指", 9),
        Injury("演示-7.2", 7, "右手食指", 9),
    )
    treated_on = scene.on(days.papers_on)
    _papers(scene, number, key, medical=True, disability=True)
    scene.on(days.assessed_on)
    findings = Findings(treatment_ended_on=treated_on, injuries=injuries, amounts=amounts)
    claims.assess(number, findings, HANDLER, f"{key}/assess", scene.clock)
    return _decide_and_pay(scene, number, days, key)


def drowning(scene: Scene, person: Person, days: Days, heir: Beneficiary, key: str) -> Claim:
    """A drowning: suspended until the disaster insurance's amount is known, then the rest is paid. SD-4.2."""
    number = _report(scene, person, days, Cause.DROWNING, "在村旁水塘溺水身亡（虚构）", key)
    scene.on(days.papers_on)
    _papers(scene, number, key, death=True)
    claims.suspend(number, HANDLER, f"{key}/suspend", scene.clock)
    scene.on(days.assessed_on)
    claims.record_first_payer(number, DISASTER_FEN, "灾害险赔案（虚构）", HANDLER, f"{key}/first", scene.clock)
    claims.assess(number, Findings(died_on=days.happened_on), HANDLER, f"{key}/assess", scene.clock)
    claims.name_beneficiaries(number, [heir], HANDLER, f"{key}/heir", scene.clock)
    return _decide_and_pay(scene, number, days, key)


def row(claim: Claim, what: Text) -> tuple[Cell, ...]:
    """Return a claim's row of the table."""
    first = claim.first_payer
    return (
        claim.number,
        what,
        yuan(first.fen) if first else "—",
        yuan(claim.paid_fen),
        (claim.events[-1].on - claim.reported_on).days,
    )


def explained_claim(number: str, clock: Clock) -> str:
    """Return a claim's steps and every line of its reckoning, as Markdown."""
    view = claims.show_claim(number, clock)
    steps = "".join(f"- {event.on} {event.verb.zh}（{event.by.name}）→ {event.to.zh}\n" for event in view.claim.events)
    lines = "".join(
        f"{at}. {line.text('zh')}\n" for one in claims.explain_claim(number) for at, line in enumerate(one.lines, 1)
    )
    return f"# 赔案 {number} 的说明（演示数据，虚构）\n\n## 经过\n\n{steps}\n## 计算\n\n{lines}"


def _report(scene: Scene, person: Person, days: Days, cause: Cause, what: str, key: str) -> str:
    scene.on(days.reported_on)
    report = claims.Report(
        identity=person.identity,
        happened_on=days.happened_on,
        cause=cause,
        what=what,
        channel=Channel.HOTLINE,
        reporter=Reporter.CADRE,
        reporter_name="村干部 丁（虚构）",
        handler=HANDLER.name,
    )
    claim = claims.report_claim(report, f"{key}/report", scene.clock).claim
    assert claim is not None  # noqa: S101 - report_claim refuses or answers with the claim
    return claim.number


def _papers(
    scene: Scene, number: str, key: str, *, medical: bool = False, disability: bool = False, death: bool = False
) -> None:
    wanted = needed(medical=medical, disability=disability, death=death)
    claims.ask_papers(number, wanted, HANDLER, f"{key}/ask", scene.clock)
    claims.receive_papers(number, wanted, HANDLER, f"{key}/papers", scene.clock, complete=True)


def _decide_and_pay(scene: Scene, number: str, days: Days, key: str) -> Claim:
    claims.decide(number, APPROVER, f"{key}/decide", scene.clock)
    scene.on(days.paid_on)
    return claims.pay(number, PAYER, f"{key}/pay", scene.clock)
