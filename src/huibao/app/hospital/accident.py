"""An accident filed by a hospital becomes a claim report: nobody has to report it a second time. S8, SD-6.3."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from huibao.app.claims.report import Report, report_claims
from huibao.app.hospital.desk import Desk
from huibao.app.hospital.people import find
from huibao.app.hospital.problems import NO_ACCIDENT_COVER
from huibao.domain.claims.claim import Cause, Channel, Reporter
from huibao.kernel.problem import Refused

WORDS: Final = (
    (("溺水", "落水"), Cause.DROWNING),
    (("煤气", "一氧化碳"), Cause.GAS_POISONING),
    (("爆炸",), Cause.EXPLOSION),
    (("火灾", "失火"), Cause.FIRE),
    (("触电", "电击"), Cause.ELECTROCUTION),
    (("洪水", "地震", "泥石流", "台风", "雷击", "山体滑坡"), Cause.NATURAL_DISASTER),
    (("车祸", "交通"), Cause.TRANSPORT),
    (("烧伤", "烫伤"), Cause.BURN),
    (("咬伤", "动物", "蛇"), Cause.ANIMAL),
    (("跌", "摔", "坠"), Cause.FALL),
)
"""Words in the stated reason → cause, the ones paid first by the disaster insurance before the rest (SD-4.2).

A first guess that the claim's handler confirms: papers decide what it was.
"""


@dataclass(frozen=True, slots=True)
class Filing:
    """What 2507 says."""

    certno: str
    cert_type: str
    psn_no: str
    name: str
    happened_on: date
    place: str
    reason: str
    agent: str


def file_accident(desk: Desk, filing: Filing) -> str:
    """Open a claim report; returns the claim's number. Refused with the reason why it cannot be."""
    found = find(desk, filing.certno, filing.cert_type, filing.psn_no, filing.name, filing.happened_on)
    report = Report(
        identity=found.person.identity,
        happened_on=filing.happened_on,
        cause=cause_of(filing.reason),
        what=filing.reason,
        channel=Channel.ONLINE,
        reporter=Reporter.HOSPITAL,
        reporter_name=desk.institution.code if not filing.agent else filing.agent,
        place=filing.place,
    )
    key = f"hospital/{desk.institution.code}/{desk.msgid}"
    (result,) = report_claims([report], key, desk.clock)
    if result.claim is None:
        first = result.problems[0]
        raise Refused(NO_ACCIDENT_COVER(why=first.says, field="trum_time"))
    return result.claim.number


def cause_of(reason: str) -> Cause:
    """The cause that the words of a reason speak of."""
    return next((cause for words, cause in WORDS if any(word in reason for word in words)), Cause.OTHER)
