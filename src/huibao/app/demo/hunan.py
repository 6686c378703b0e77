"""Second act: 衡山县 in 2025, coverage of severe disability in hardship, and the surplus carried into 2026. HN."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from random import Random
from typing import Final

from huibao.app import enrolment, funds
from huibao.app.chart import coverage_svg, describe
from huibao.app.demo import accidents
from huibao.app.demo.money import FUND_COLUMNS, fund_the_lines, top_up
from huibao.app.demo.scene import ENROL_COLUMNS, ROSTER_COLUMNS, Scene, in_account, pay_all_premium, sign, take_in
from huibao.app.demo.story import Cell, Column, Text, yuan
from huibao.app.statistics import CoverageReport, as_data, coverage_csv, coverage_report, table_rows
from huibao.app.synthetic import HUNAN, County, MadeUp, RosterFile, county_of, make_people, make_rosters
from huibao.domain.ledger import SourceKind
from huibao.domain.plan import Contract
from huibao.domain.roster import Person
from huibao.domain.statistics import missing
from huibao.kernel.fen import FEN_A_YUAN, Fen
from huibao.kernel.period import age_on
from huibao.rules.vocabulary import Line
from huibao.store import coverage as covers
from huibao.store import roster

AREA: Final = "430423"
NEIGHBOUR: Final = County("430424", "衡东县", ())
SOURCES: Final = ("disability_certificate", "low_income", "rehabilitation", "care", "athletes")
FIRST_ROSTER: Final = date(2025, 5, 6)
LAST_ROSTER: Final = date(2025, 12, 20)
SURVEYED_PERCENT: Final = range(25, 96)
"""How much of a township's people the spring survey had reached: drawn per township, a demonstration value."""
LISTED_TWICE: Final = 6
"""People whom the neighbouring county lists as well."""
OPERATING_PERCENT: Final = 3
KEPT_FEN: Final = 1_000 * FEN_A_YUAN
"""So much of the surplus stays for claims of the old year that come late, until finance carries the rest over: made up."""
WAYS: Final[dict[str, tuple[SourceKind, str, tuple[str, ...]]]] = {
    "disability_employment_security_fund": (SourceKind.LEVY, "", (AREA,)),
    "local_budget": (SourceKind.FISCAL, "县财政", (AREA,)),
}
COVERAGE_COLUMNS: Final = (
    Column("area", "地区", "area"),
    Column("people", "应保", "to insure", right=True),
    Column("insured", "已保", "insured", right=True),
    Column("share", "覆盖率", "coverage", right=True),
    Column("missing_first", "距40%差", "missing for 40 %", right=True),
    Column("missing_second", "距70%差", "missing for 70 %", right=True),
)
CARRY_COLUMNS: Final = (Column("what", "事项", "what"), Column("amount", "金额（元）", "amount, yuan", right=True))


def play(scene: Scene) -> None:
    """Play the year."""
    county = county_of(AREA, FIRST_ROSTER)
    people = make_people(scene.rng, county, scene.people, HUNAN, FIRST_ROSTER.year)
    surveyed = _surveyed(scene.rng, people)
    _spring_rosters(scene, county, surveyed)
    contract = _enrol(scene)
    _fall(scene, contract)
    _winter_rosters(scene, county, people, surveyed)
    scene.on(date(2025, 12, 31))
    _coverage(scene, date(2025, 12, 31), "coverage", with_files=True)
    _next_year(scene, contract)


def _surveyed(rng: Random, people: Iterable[MadeUp]) -> list[MadeUp]:
    """The people the spring survey reached: a share of each township."""
    percent: dict[str, int] = {}
    reached = []
    for one in people:
        town = one.town.code if one.town else ""
        if town not in percent:
            percent[town] = rng.choice(SURVEYED_PERCENT)
        if rng.randrange(100) < percent[town]:
            reached.append(one)
    return reached


def _spring_rosters(scene: Scene, county: County, surveyed: list[MadeUp]) -> None:
    """The neighbour's roster first, then ours, which lists a few people of the neighbour's too."""
    scene.on(FIRST_ROSTER)
    shared = [one for one in surveyed if one.town and one.category][1 : LISTED_TWICE + 1]
    moved = [replace(one, town=None, village="") for one in shared]
    theirs = make_rosters(scene.rng, NEIGHBOUR, moved, FIRST_ROSTER, SOURCES[:1], clean=True)
    rows = take_in(scene, theirs, NEIGHBOUR.code, Text("邻县：", "neighbour: "), back=False)
    ours = make_rosters(
        scene.rng, county, surveyed, FIRST_ROSTER, SOURCES, neighbours=frozenset(one.identity for one in shared)
    )
    rows += take_in(scene, ours, AREA)
    note = Text(
        f"第一行是邻县名册：{len(shared)} 人两县都报，本县名册中列为待核。",
        f"The first row is the neighbouring county's: {len(shared)} people are on both, and wait as doubtful in ours.",
    )
    scene.tell("rosters_hunan", Text("衡山县：五种名册", "Hengshan county: five rosters"), ROSTER_COLUMNS, rows, note)


def _enrol(scene: Scene) -> Contract:
    scene.on(date(2025, 5, 10))
    contract = sign(scene, "hengshan-2025.yaml")
    scene.progress("全县参保", "enrolling the county")
    result = enrolment.enrol(contract.number, scene.clock.today(), "demo/hn/enrol", scene.clock)
    rows = fund_the_lines(scene, contract, WAYS, "demo/hn/fund")
    scene.tell("funds_hunan", Text("残保金和财政资金", "Security fund and budget"), FUND_COLUMNS, rows)
    paid = pay_all_premium(scene, contract, "demo/hn/premium")
    count = len(covers.covers_of_contract(contract.number))
    without = sum(1 for one in covers.covers_of_contract(contract.number) if not one.death_cover)
    note = Text(
        f"参保 {result.people} 人；其中 {without} 人依法不保身故责任（未成年人或无民事行为能力人）。",
        f"{result.people} people; {without} of them are insured without death cover, as the law has it.",
    )
    rows = [(row[0], count, row[1]) for row in paid]
    scene.tell("enrolment_hunan", Text("整县参保", "The county enrolled"), ENROL_COLUMNS, rows, note)
    return contract


def _fall(scene: Scene, contract: Contract) -> None:
    person = _adults(contract)[-1]
    scene.on(date(2025, 6, 16))
    top_up(scene, contract, Line.ACCIDENT, accidents.LARGEST_CLAIMS_FEN // 2, "demo/hn/pay-in")
    days = accidents.Days(date(2025, 6, 14), date(2025, 6, 16), date(2025, 8, 20), date(2025, 8, 22), date(2025, 8, 26))
    amounts = (
        ("accident_medical_cost", 9_000 * FEN_A_YUAN),
        ("accident_medical_in_policy", 8_000 * FEN_A_YUAN),
        ("reported_basic_medical", 4_500 * FEN_A_YUAN),
        ("days", 12),
    )
    claim = accidents.fall(scene, person, days, amounts, "demo/hn/fall")
    what = Text("跌倒，伤残和津贴", "fall: with allowance")
    scene.tell(
        "claims_hunan",
        Text("意外险理赔（元）", "Accident claim, yuan"),
        accidents.CLAIM_COLUMNS,
        [accidents.row(claim, what)],
    )


def _adults(contract: Contract) -> list[Person]:
    held = [one.person_id for one in covers.covers_of_contract(contract.number) if one.death_cover]
    found = roster.people_by_ids(held).values()
    adults = [one.person for one in found if age_on(one.person.birth_on, contract.period.first_on) >= ADULT]
    return sorted(adults, key=lambda one: one.id)


ADULT: Final = 18


def _winter_rosters(scene: Scene, county: County, people: tuple[MadeUp, ...], surveyed: list[MadeUp]) -> None:
    """By the end of the year everybody is on the rosters: the denominator has grown, the insured have not."""
    scene.on(LAST_ROSTER)
    known = frozenset(one.identity for one in surveyed)
    rosters: tuple[RosterFile, ...] = make_rosters(
        scene.rng, county, people, LAST_ROSTER, SOURCES[:2], known=known, clean=True
    )
    rows = take_in(scene, rosters, AREA, back=False)
    note = Text("摸底完成，分母变大；新增的人要等下一合同期。", "The survey is complete and the denominator has grown.")
    scene.tell("rosters_winter", Text("年末名册", "Rosters at the end of the year"), ROSTER_COLUMNS, rows, note)


def _coverage(scene: Scene, on: date, name: str, *, with_files: bool) -> None:
    report = coverage_report(AREA, on)[0]
    goals = report.coverage.goals
    rows: list[tuple[Cell, ...]] = []
    for row, count in zip(table_rows(report), (report.coverage.whole, *report.coverage.towns), strict=True):
        gaps = tuple(missing(count, goal) for goal in goals)
        rows.append((row[0], count.people, count.insured, row[3], *gaps))
    if not with_files:
        rows = rows[:1]
    note = Text(describe(report.coverage, report.names), describe(report.coverage, report.names, "en"))
    title = Text(f"困难重度残疾人意外险覆盖率，{on}", f"Severe disability in hardship: accident cover on {on}")
    scene.tell(name, title, COVERAGE_COLUMNS, rows, note)
    if with_files:
        _write(scene, report)


def _write(scene: Scene, report: CoverageReport) -> None:
    title_zh, title_en = f"{report.title('zh')}（演示数据，虚构）", f"{report.title('en')} (made-up data)"
    scene.write(
        "coverage.svg", coverage_svg(report.coverage, report.names, title_zh), Text("覆盖率图", "the coverage chart")
    )
    scene.write(
        "coverage.en.svg",
        coverage_svg(report.coverage, report.names, title_en, "en"),
        Text("同上，英文", "the same in English"),
    )
    scene.write("coverage.csv", coverage_csv(report), Text("图中数字的表格", "the chart's numbers as a table"))
    data = json.dumps(as_data(report), ensure_ascii=False, indent=1, default=str)
    scene.write("coverage.json", data, Text("同上，JSON", "the same as JSON"))


def _next_year(scene: Scene, contract: Contract) -> None:
    """Operating cost, surplus into the next contract, everybody enrolled, and coverage again. SD-5's shape, HN-3.4."""
    last = contract.period.last_on
    line = Line.ACCIDENT
    premium = sum(one.premium_fen for one in covers.covers_of_contract(contract.number))
    cost = Fen(premium * OPERATING_PERCENT // 100)
    funds.operating(contract.number, line, cost, last, "服务网点运营（虚构）", "demo/hn/cost", scene.clock)
    on = scene.on(date(2026, 1, 8))
    after = sign(scene, "hengshan-2026.yaml")
    approval = "示范批〔2026〕1号（虚构）"
    rest = Fen(max(in_account(contract, line) - KEPT_FEN, 0))
    carried = funds.carry(contract.number, after.number, line, on, approval, "demo/hn/carry", scene.clock, fen=rest)
    scene.progress("下一年参保", "enrolling the next year")
    enrolment.enrol(after.number, on, "demo/hn/enrol/2026", scene.clock)
    fund_the_lines(scene, after, WAYS, "demo/hn/fund/2026")
    paid = sum(_fen(row) for row in pay_all_premium(scene, after, "demo/hn/premium/2026"))
    rows: list[tuple[Cell, ...]] = [
        (Text("2025年运营成本", "operating cost of 2025"), yuan(cost)),
        (Text("2025年结余结转2026年同险种", "surplus of 2025 carried to the same line of 2026"), yuan(carried.fen)),
        (Text("留待2025年迟报赔案", "kept for late claims of 2025"), yuan(in_account(contract, line))),
        (Text("2026年保费（其中10%由结余支付）", "premium of 2026 (10 % of it out of the surplus)"), yuan(paid)),
        (Text("专户余额", "left in the special account"), yuan(in_account(after, line))),
    ]
    scene.tell("next_year", Text("结余结转下一年", "Surplus carried into the next year"), CARRY_COLUMNS, rows)
    _coverage(scene, date(2026, 1, 31), "coverage_next", with_files=False)


def _fen(row: tuple[Cell, ...]) -> int:
    return int(str(row[1]).replace(",", "").replace(".", ""))
