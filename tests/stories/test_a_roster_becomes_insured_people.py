"""6 to 10 May 2025: two agencies send their rosters, and the county insures who should be. HN-2.1, HN-2.2, SD-6.3."""

from datetime import date
from pathlib import Path

import pytest

from huibao.app.enrolment import enrol, unpaid_premium
from huibao.domain.roster import facts_on
from huibao.domain.roster.source import SourceId
from huibao.kernel.period import Period
from huibao.rules.groups import groups_of
from huibao.rules.shelf import open_scheme
from huibao.rules.vocabulary import Line
from huibao.store import coverage as covers
from huibao.store import roster
from tests.stories.hengshan import AREA, CONTRACT, StoryClock, holder, identity, poor, send, sign

pytestmark = pytest.mark.django_db

SENT_ON, INSURED_ON = date(2025, 5, 6), date(2025, 5, 10)


def test_a_roster_becomes_insured_people(tmp_path: Path) -> None:
    clock = StoryClock(SENT_ON)

    # 6 May: the federation sends six rows. One repeats another, one certificate is cancelled, one number is damaged.
    damaged = list(holder(5, "赵五"))
    damaged[2] = "4.30E+17"
    rows = [
        holder(1, "张一", grade=1),
        holder(2, "李二", grade=2),
        holder(3, "王三", grade=4),
        holder(1, "张一", grade=1),
        holder(4, "陈四", state="注销"),
        tuple(damaged),
    ]
    sent = send(tmp_path, SourceId.DISABILITY_CERTIFICATE, rows, SENT_ON, clock)
    counts = sent.check.counts
    assert (counts.rows_in, counts.ready, counts.refused, counts.duplicate) == (6, 3, 2, 1)  # R1: 3 + 2 + 1 = 6
    said = {row.row_no: [problem.code for problem in row.problems] for row in sent.check.rows}
    # rows as the sender sees them: title, header, then people from row 3 on
    assert said[6] == ["ROSTER-060"]  # 张一 again
    assert said[7] == ["ROSTER-046"]  # certificate cancelled
    assert said[8] == ["IDENTITY-002"]  # number in scientific notation

    # The same file again changes nothing and gives the first answer.
    assert send(tmp_path, SourceId.DISABILITY_CERTIFICATE, rows, SENT_ON, clock).status == "exists"

    # The same day: civil affairs lists 张一 and 王三 under the subsistence allowance. One person, two agencies.
    send(tmp_path, SourceId.LOW_INCOME, [poor(1, "张一"), poor(3, "王三")], SENT_ON, clock)
    zhang = next(one for one in roster.people(AREA) if one.person.identity == identity(1))
    assert {fact.source.agency for fact in zhang.facts} == {"残联", "民政"}
    assert groups_of(open_scheme("hunan/2025/demo-county"), facts_on(zhang.person, zhang.facts, INSURED_ON)) == (
        "severe_hardship",
        "certificate_holders",
    )

    # 10 May: a dry run first, then the county insures. Severe disability in hardship: 张一 alone. 李二 is not poor,
    # 王三 is not severely disabled.
    clock.day = INSURED_ON
    sign(clock)
    looked = enrol(CONTRACT, INSURED_ON, "look", clock, dry_run=True)
    assert looked.people == 1
    assert covers.insured_ids(CONTRACT) == frozenset()
    enrol(CONTRACT, INSURED_ON, "county-2025", clock)
    (cover,) = covers.covers_of_contract(CONTRACT)
    assert cover.person_id == zhang.person.id
    assert cover.group == "severe_hardship"
    assert cover.period == Period(date(2025, 5, 10), date(2025, 12, 31))
    assert cover.town == "430423104"

    # 60 yuan, of which the security fund pays 80 % and the county's budget 20 %: 48 and 12. P1.
    (bill,) = unpaid_premium(CONTRACT, Line.ACCIDENT)
    assert [(share.payer, share.fen) for share in bill.by_payer] == [
        ("disability_employment_security_fund", 48_00),
        ("local_budget", 12_00),
    ]

    # Sent again by a nervous finger, nobody is insured twice. V1.
    assert enrol(CONTRACT, INSURED_ON, "county-2025", clock).repeated
    enrol(CONTRACT, INSURED_ON, "another-key", clock)
    assert len(covers.covers_of_contract(CONTRACT)) == 1
