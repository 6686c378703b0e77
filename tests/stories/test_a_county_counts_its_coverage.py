"""31 December 2025: how many of those in severe disability and hardship are insured, and how many are missing. HN-1."""

from datetime import date
from pathlib import Path

import pytest

from huibao.app.audit import check_all
from huibao.app.enrolment import enrol
from huibao.app.statistics import as_data, coverage_report, funnel_report
from huibao.domain.roster.source import SourceId
from huibao.domain.statistics import missing, reached
from tests.stories.hengshan import AREA, CONTRACT, XINQIAO, StoryClock, holder, poor, send, sign

pytestmark = pytest.mark.django_db

SPRING, WINTER, DUE = date(2025, 5, 6), date(2025, 12, 20), date(2025, 12, 31)


def test_a_county_counts_its_coverage_against_its_goals(tmp_path: Path) -> None:
    # In May two people are on the rosters, and insured.
    clock = StoryClock(SPRING)
    people = [(1, "张一"), (2, "李二")]
    send(tmp_path, SourceId.DISABILITY_CERTIFICATE, [holder(*one) for one in people], SPRING, clock)
    send(tmp_path, SourceId.LOW_INCOME, [poor(*one) for one in people], SPRING, clock)
    clock.day = date(2025, 5, 10)
    sign(clock)
    enrol(CONTRACT, clock.day, "county-2025", clock)

    # By December three more have been found, all in the township of 新桥.
    clock.day = WINTER
    found = [(3, "王三"), (4, "陈四"), (5, "赵五")]
    rows = [holder(*one) for one in people] + [holder(number, name, 1, XINQIAO) for number, name in found]
    poverty = [poor(*one) for one in people] + [poor(number, name, XINQIAO) for number, name in found]
    send(tmp_path, SourceId.DISABILITY_CERTIFICATE, rows, WINTER, clock)
    send(tmp_path, SourceId.LOW_INCOME, poverty, WINTER, clock)

    (report,) = coverage_report(AREA, DUE)
    coverage = report.coverage
    # 2 of 5 are insured: exactly 40 %. The goal of 2025 is reached to the person.
    assert (coverage.whole.people, coverage.whole.insured, coverage.whole.share_bp) == (5, 2, 4000)
    first, second = coverage.goals
    assert (first.share_bp, second.share_bp) == (4000, 7000)
    assert reached(coverage.whole, first)
    # 70 % of 5 is 3.5, so four people: two more than now.
    assert not reached(coverage.whole, second)
    assert missing(coverage.whole, second) == 2

    # By township: nobody of three in 新桥, both of two in 长江; the other ten townships have nobody to insure.
    counted = {report.names[town.code]: (town.insured, town.people) for town in coverage.towns if town.people}
    assert counted == {"新桥镇": (0, 3), "长江镇": (2, 2)}
    assert len([town for town in coverage.towns if not town.people]) == 10

    # The denominator says its day and its source.
    data = as_data(report)
    assert data["on"] == DUE
    assert "低保" in data["denominator_source"]

    # The same five, seen as a funnel: nobody has reported anything, and "told" is not made up.
    funnel = funnel_report(CONTRACT, DUE)
    assert (funnel.should, funnel.insured, funnel.told, funnel.reported) == (5, 2, None, 0)
    assert all(finding.holds for finding in check_all())
