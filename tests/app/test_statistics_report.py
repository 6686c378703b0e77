"""Reports on a small county on record: what each says, that its parts make the whole, and that `check` would notice."""

import json
from datetime import date

import pytest
from django.db import connection

from huibao.app.chart import coverage_svg
from huibao.app.ledger import close_period
from huibao.app.settlement import settle_bills
from huibao.app.statistics import coverage_csv, coverage_report, funnel_report, money_report, waits_report
from huibao.domain.roster.person import FactKind
from huibao.domain.settlement.billfile import read_bills
from huibao.rules.vocabulary import Line
from huibao.store import guards
from huibao.store.audits.statistics import parts_sum_to_the_whole
from tests.app.insured_county import CONTRACT, COUNTY, Calendar, add_person, identity, insure

pytestmark = pytest.mark.django_db

DAY = date(2020, 6, 30)


def a_bill(clock: Calendar) -> None:
    """90 % of 2,000 less the 1,600 of basic insurance: 200.00 for person 1, discharged on 9 June, settled on the 30th."""
    bill = {"setl_id": "S-1", "certno": identity(1), "begndate": "2020-06-01", "enddate": "2020-06-09"}
    bill |= {"medfee_sumamt": "2000.00", "inscp_scp_amt": "2000.00", "hifp_pay": "1600.00", "hosp_lv": "primary"}
    (result,) = settle_bills(read_bills(json.dumps(bill), "bill.json"), clock)
    assert result.status == "settled"


def test_coverage_of_a_scheme_without_goals_counts_everybody_each_product_is_for() -> None:
    insure(people=3)
    add_person(4)  # on the rosters since, not yet enrolled
    add_person(5, FactKind.POVERTY_RELIEF, "not_enjoying")  # not of the group
    reports = {report.coverage.line: report.coverage for report in coverage_report(COUNTY, DAY)}
    medical = reports["medical_supplementary"]
    assert medical.group == "poverty_relief+instant_help"
    assert (medical.whole.insured, medical.whole.people) == (3, 4)
    assert medical.goals == ()
    # a line nobody contracted for is counted too: nobody of four
    assert (reports["industry_income"].whole.insured, reports["industry_income"].whole.people) == (0, 4)


def test_a_city_is_counted_by_county() -> None:
    insure(people=2)
    add_person(3)
    (report,) = coverage_report("370300", DAY, group="poverty_relief", line=Line.ACCIDENT)
    assert [(part.code, part.insured, part.people) for part in report.coverage.towns] == [(COUNTY, 2, 3)]
    assert (report.names[COUNTY], report.names["370300"]) == ("沂源县", "淄博市")
    assert "按县" in coverage_svg(report.coverage, report.names, report.title("zh"))


def test_one_group_and_line_may_be_asked_for() -> None:
    insure(people=2)
    (report,) = coverage_report(COUNTY, DAY, group="instant_help", line=Line.ACCIDENT)
    assert (report.coverage.group, report.coverage.whole.people) == ("instant_help", 0)
    assert "无人应保" in coverage_csv(report)


def test_the_dead_are_not_in_the_denominator() -> None:
    insure(people=2)
    add_person(3, FactKind.DEATH, "yes")
    (report,) = coverage_report(COUNTY, DAY, group="poverty_relief", line=Line.ACCIDENT)
    assert report.coverage.whole.people == 2


def test_before_the_cover_begins_nobody_is_insured() -> None:
    insure(people=2)
    (report,) = coverage_report(
        COUNTY, date(2019, 12, 31), scheme_id="shandong/2020/demo-city", group="poverty_relief", line=Line.ACCIDENT
    )
    assert (report.coverage.whole.insured, report.coverage.whole.people) == (0, 2)


def test_the_funnel_follows_one_bill_to_its_payment_and_the_wait_is_counted() -> None:
    clock = insure(people=3)
    a_bill(clock)
    funnel = funnel_report(CONTRACT, DAY)
    assert (funnel.should, funnel.insured, funnel.told, funnel.reported, funnel.paid) == (3, 3, None, 1, 1)
    # the day before the bill came in
    assert funnel_report(CONTRACT, date(2020, 6, 8)).reported == 0
    # discharged on 9 June, paid on 30 June
    assert waits_report(CONTRACT)["bill"].median_days == 21
    assert waits_report(CONTRACT)["claim"].paid == 0


def test_money_says_where_each_line_s_premium_came_from() -> None:
    a_bill(insure(people=3, pool_fen=500_00))
    money = money_report(CONTRACT)
    assert [(one.line, one.source, one.fen) for one in money.sources] == [
        ("accident", "provincial_poverty_fund", 45_00),
        ("medical_supplementary", "provincial_poverty_fund", 390_00),
    ]
    # 390.00 premium + 500.00 of the insurer − 200.00 for the bill
    assert dict(money.left) == {"accident": 45_00, "medical_supplementary": 690_00}


def test_a1_is_noticed_when_a_kept_balance_no_longer_is_the_sum_of_its_causes() -> None:
    clock = insure(people=3)
    a_bill(clock)
    assert list(parts_sum_to_the_whole()) == []
    clock.forward(10)
    close_period(DAY, clock)
    guards.take_down(connection)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE closing_balance SET fen = fen + 1")
    guards.put_up(connection)
    assert {broken.where for broken in parts_sum_to_the_whole()} == {
        f"{CONTRACT} accident",
        f"{CONTRACT} medical_supplementary",
    }
    # Foreign keys are held back in a test's transaction; the planted rows must not reach its end.
    connection.needs_rollback = True
