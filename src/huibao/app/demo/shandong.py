"""First act: 沂源县 in 2020, under the demonstration city's scheme. SD."""

from dataclasses import replace
from datetime import date
from typing import Final

from huibao.app import claims, enrolment, funds
from huibao.app.demo import accidents, bills, counter
from huibao.app.demo.money import FUND_COLUMNS, fund_the_lines, top_up
from huibao.app.demo.scene import ENROL_COLUMNS, ROSTER_COLUMNS, Scene, in_account, pay_all_premium, sign, take_in
from huibao.app.demo.story import Cell, Column, Text, yuan
from huibao.app.enrolment import NamedCover
from huibao.app.statistics import funnel_report, waits_report
from huibao.app.synthetic import SHANDONG, MadeUp, county_of, make_people, make_rosters
from huibao.domain.claims.beneficiaries import Beneficiary
from huibao.domain.claims.claim import Claim
from huibao.domain.coverage import Consent, Share
from huibao.domain.ledger import Cause, SourceKind
from huibao.domain.plan import Contract, EndReason, PayerKind
from huibao.domain.premium import premium_due
from huibao.domain.roster import Person
from huibao.kernel.fen import FEN_A_YUAN, Fen
from huibao.kernel.period import age_on
from huibao.kernel.problem import Refused
from huibao.rules.vocabulary import Line
from huibao.store import coverage as covers
from huibao.store import ledger as books
from huibao.store import roster

AREA: Final = "370323"
WAYS: Final[dict[str, tuple[SourceKind, str, tuple[str, ...]]]] = {
    "provincial_poverty_fund": (SourceKind.FISCAL, "省财政", ("370000", "370300", AREA)),
    "surplus_2019": (SourceKind.FISCAL, "2019年度结余", ("370000", "370300", AREA)),
    "local_agricultural_fund": (SourceKind.FISCAL, "县财政", (AREA,)),
    "donations": (SourceKind.DONOR, "爱心企业（虚构）", (AREA,)),
}
GIFTS: Final = 3
"""Instant-help people whose whole premium the donor pays by name."""
OPERATING_PERCENT: Final = 3
MOVED_PERCENT: Final = 2
DONOR: Final = "爱心企业（虚构）"
HANDED_OVER_FEN: Final = 500 * FEN_A_YUAN
"""What the charity later takes over of one bill."""

GIFT_COLUMNS: Final = (
    Column("what", "事项", "what"),
    Column("people", "人次", "covers", right=True),
    Column("amount", "金额（元）", "amount, yuan", right=True),
)
REFUSED_COLUMNS: Final = (Column("tried", "试图做的事", "what was tried"), Column("answer", "系统的答复", "the answer"))


def play(scene: Scene) -> None:
    """Play the year."""
    people = _people_and_rosters(scene)
    scene.on(date(2020, 1, 20))
    contract = sign(scene, "yiyuan-2020.yaml")
    _enrol_and_fund(scene, contract)
    insured = _insured_adults(contract)
    fallen = _fall(scene, contract, insured)
    _joiners(scene, contract, people)
    _accidents(scene, fallen, insured)
    number = bills.settle_the_year(scene, contract, insured)
    scene.on(date(2020, 11, 20))
    bills.later_payer(scene, number, Fen(HANDED_OVER_FEN))
    scene.write(
        "settlement.md", bills.explained(number, "zh"), Text("一笔结算的逐行说明", "a settlement, line by line")
    )
    scene.write("settlement.en.md", bills.explained(number, "en"), Text("同上，英文", "the same in English"))
    _leaver_and_costs(scene, contract, insured)
    counter.waiting_stays(scene, insured)
    _what_is_refused(scene, contract, fallen.number)
    _reached(scene, contract)


def _people_and_rosters(scene: Scene) -> tuple[MadeUp, ...]:
    on = scene.on(date(2020, 1, 15))
    scene.progress(f"虚构 {scene.people} 人", f"making up {scene.people} people")
    county = county_of(AREA, on)
    people = make_people(scene.rng, county, scene.people, SHANDONG, on.year)
    rows = take_in(scene, make_rosters(scene.rng, county, people, date(2020, 1, 10), ["poverty_relief"]), AREA)
    note = Text(
        "退回和待核的行不参保，原因写在退回的工作簿里；更正后再导入即可。",
        "Rows refused or doubtful are not insured; each reason stands in the workbook handed back.",
    )
    scene.tell("rosters", Text("沂源县：名册", "Yiyuan county: rosters"), ROSTER_COLUMNS, rows, note)
    return people


def _enrol_and_fund(scene: Scene, contract: Contract) -> None:
    """Insure the county, bring the money down, pay the premium."""
    scene.progress("全县参保", "enrolling the county")
    result = enrolment.enrol(contract.number, scene.clock.today(), "demo/sd/enrol", scene.clock)
    rows = fund_the_lines(scene, contract, WAYS, "demo/sd/fund")
    scene.tell(
        "funds",
        Text("资金切块到县、到险种（含即时帮扶预留）", "Money down to county and line, with a reserve for joiners"),
        FUND_COLUMNS,
        rows,
    )
    paid = pay_all_premium(scene, contract, "demo/sd/premium/1")
    counts = _covers_by_line(contract)
    scene.tell(
        "enrolment",
        Text("年初整县参保、保费到专户", "The county enrolled; premium in the special accounts"),
        ENROL_COLUMNS,
        [(line, counts[line], fen) for line, fen in ((row[0], row[1]) for row in paid) if isinstance(line, Text)],
        Text(f"共 {result.people} 人。", f"{result.people} people in all."),
    )


def _covers_by_line(contract: Contract) -> dict[Text, int]:
    found: dict[Text, int] = {}
    for one in covers.covers_of_contract(contract.number):
        name = Text(one.line.zh, one.line.en)
        found[name] = found.get(name, 0) + 1
    return found


def _joiners(scene: Scene, contract: Contract, people: tuple[MadeUp, ...]) -> None:
    """Instant help: covered from the day of recognition to the year's end, pro rata; some paid by a donor. SD-4."""
    on = scene.on(date(2020, 7, 6))
    helped = [one if one.instant_on and one.instant_on < on else replace(one, instant_on=None) for one in people]
    rosters = make_rosters(scene.rng, county_of(AREA, on), helped, on, ["instant_help"], known=frozenset({"-"}))
    rows = take_in(scene, rosters, AREA)
    scene.tell("joiners", Text("即时帮扶名册", "Instant help"), ROSTER_COLUMNS, rows)
    donated = [fen for one in [one for one in helped if one.instant_on][:GIFTS] for fen in _gift(scene, contract, one)]
    enrolment.enrol(contract.number, on, "demo/sd/join", scene.clock)
    joined = covers.covers_of_batch("demo/sd/join")
    pay_all_premium(scene, contract, "demo/sd/premium/2")
    example = min(joined, key=lambda one: (one.line.value, one.period.first_on, one.id), default=None)
    table: list[tuple[Cell, ...]] = [
        (Text(f"{DONOR}按姓名捐助", "paid by a donor, by name"), len(donated), yuan(sum(donated))),
        (
            Text("其余即时帮扶人员", "the others under instant help"),
            len(joined),
            yuan(sum(one.premium_fen for one in joined)),
        ),
    ]
    note = Text("", "")
    if example is not None:
        note = Text(
            f"例：{example.period.first_on} 认定，当日起保至 {example.period.last_on}，{example.line.zh}保费按日折算 {yuan(example.premium_fen)} 元。",
            f"For example: recognised on {example.period.first_on}, covered from that day to {example.period.last_on}, "
            f"pro-rata premium {yuan(example.premium_fen)} yuan ({example.line.en}).",
        )
    scene.tell("joined", Text("年中加入与捐助", "Joiners and a gift"), GIFT_COLUMNS, table, note)


def _gift(scene: Scene, contract: Contract, one: MadeUp) -> list[int]:
    """Let the donor pay both lines for one person, who agrees; return what it paid."""
    paid: list[int] = []
    person = roster.person_by_identity(one.identity)
    if person is None or one.instant_on is None:
        return paid
    period = contract.period.clip(first_on=one.instant_on)
    for terms in contract.lines:
        due = premium_due(contract, terms, period) if period else Fen(0)
        wish = NamedCover(
            line=terms.line,
            identity=one.identity,
            paid=(Share(PayerKind.DONOR, DONOR, due),),
            consent=Consent(one.name, "self", one.instant_on),
        )
        key = f"demo/sd/gift/{person.id}/{terms.line.value}"
        enrolment.enrol_person(contract.number, wish, one.instant_on, key, scene.clock)
        paid.append(due)
    return paid


def _insured_adults(contract: Contract) -> list[Person]:
    """Adults insured for the whole year, in the order of their record."""
    whole = {
        one.person_id
        for one in covers.covers_of_contract(contract.number)
        if one.period == contract.period and one.line is Line.ACCIDENT
    }
    found = roster.people_by_ids(whole)
    adults = [one.person for one in found.values() if age_on(one.person.birth_on, contract.period.first_on) >= ADULT]
    return sorted(adults, key=lambda one: one.id)


ADULT: Final = 18


def _fall(scene: Scene, contract: Contract, insured: list[Person]) -> Claim:
    scene.progress("两件意外", "two accidents")
    scene.on(date(2020, 3, 5))
    top_up(scene, contract, Line.ACCIDENT, accidents.LARGEST_CLAIMS_FEN, "demo/sd/pay-in/accident")
    days = accidents.Days(date(2020, 3, 3), date(2020, 3, 5), date(2020, 5, 6), date(2020, 5, 8), date(2020, 5, 11))
    amounts = (
        ("accident_medical_cost", 12_000 * FEN_A_YUAN),
        ("accident_medical_in_policy", 10_000 * FEN_A_YUAN),
        ("reported_basic_medical", 6_000 * FEN_A_YUAN),
    )
    return accidents.fall(scene, insured[-1], days, amounts, "demo/sd/fall")


def _accidents(scene: Scene, fallen: Claim, insured: list[Person]) -> None:
    heir = Beneficiary(insured[-3].name, insured[-3].identity, "子女（虚构）")
    days = accidents.Days(date(2020, 7, 18), date(2020, 7, 20), date(2020, 7, 21), date(2020, 8, 5), date(2020, 8, 7))
    drowned = accidents.drowning(scene, insured[-2], days, heir, "demo/sd/drowning")
    rows = [
        accidents.row(
            fallen,
            Text("跌倒，两处9级按8级", "fall: 9 + 9 = grade 8"),
        ),
        accidents.row(
            drowned,
            Text("溺水，只付差额", "drowning: the rest"),
        ),
    ]
    scene.tell("claims", Text("意外险理赔（元）", "Accident claims, yuan"), accidents.CLAIM_COLUMNS, rows)
    for name, claim in (("claim-fall.md", fallen), ("claim-drowning.md", drowned)):
        scene.write(
            name, accidents.explained_claim(claim.number, scene.clock), Text("赔案逐步说明", "a claim, step by step")
        )


def _leaver_and_costs(scene: Scene, contract: Contract, insured: list[Person]) -> None:
    """Somebody withdraws and the unused premium goes back; operating cost; an approved move between lines."""
    on = scene.on(date(2020, 11, 30))
    leaver = insured[-4]
    enrolment.leave(contract.number, leaver.identity, on, EndReason.WITHDREW, "demo/sd/leave", scene.clock)
    back = 0
    for terms in contract.lines:
        booked = funds.refund_premium(
            contract.number, terms.line, on, f"demo/sd/refund/{terms.line.value}", scene.clock
        )
        back += sum(one.fen for one in booked)
    medical, accident = Line.MEDICAL_SUPPLEMENTARY, Line.ACCIDENT
    cost = _percent_of_premium(contract, medical, OPERATING_PERCENT)
    funds.operating(contract.number, medical, cost, on, "服务网点运营（虚构）", "demo/sd/cost", scene.clock)
    moved = min(_percent_of_premium(contract, medical, MOVED_PERCENT), in_account(contract, medical))
    rows: list[tuple[Cell, ...]] = [
        (Text("一人中途退出，退还未用保费", "one person leaves; unused premium goes back"), 1, yuan(back)),
        (
            Text(
                f"运营成本（保费的{OPERATING_PERCENT}%，上限5%）",
                f"operating cost ({OPERATING_PERCENT} % of premium, ceiling 5 %)",
            ),
            0,
            yuan(cost),
        ),
    ]
    if moved:
        funds.transfer(
            contract.number, medical, accident, Fen(moved), on, "示范批〔2020〕1号（虚构）", "demo/sd/move", scene.clock
        )
        rows.append(
            (Text("经批准由医疗补充调剂到意外险", "moved from medical to accident, with approval"), 0, yuan(moved))
        )
    scene.tell("changes", Text("退出、成本与调剂", "A leaver, cost, and a move between lines"), GIFT_COLUMNS, rows)


def _percent_of_premium(contract: Contract, line: Line, percent: int) -> Fen:
    return Fen(books.moved(Cause.PREMIUM_PAID, contract.number, line) * percent // 100)


def _what_is_refused(scene: Scene, contract: Contract, claim: str) -> None:
    """Try what must not be; the answers are the software's own words."""
    on = scene.clock.today()
    medical = Line.MEDICAL_SUPPLEMENTARY
    half = _percent_of_premium(contract, medical, 50)
    tries = (
        (
            Text("列支一半保费作运营成本", "take half the premium as operating cost"),
            lambda: funds.operating(contract.number, medical, half, on, "?", "demo/sd/try/1", scene.clock),
        ),
        (
            Text("未经批准在险种间调剂", "move money between lines without approval"),
            lambda: funds.transfer(
                contract.number, medical, Line.ACCIDENT, Fen(100), on, "", "demo/sd/try/2", scene.clock
            ),
        ),
        (
            Text("把邻县的资金安排到本县合同", "set a neighbouring county's money aside for this contract"),
            lambda: funds.allocate_line(
                "370304", "donations", contract.number, medical, Fen(100), on, "demo/sd/try/3", scene.clock
            ),
        ),
        (
            Text("同一赔案再付一次", "pay the same claim a second time"),
            lambda: claims.pay(claim, accidents.PAYER, "demo/sd/try/4", scene.clock),
        ),
    )
    rows: list[tuple[Cell, ...]] = []
    for what, attempt in tries:
        try:
            attempt()
        except Refused as refused:
            rows.append((what, Text(refused.problems[0].text("zh"), refused.problems[0].text("en"))))
        else:
            rows.append((what, Text("！竟然成功了", "! it went through")))
    scene.tell("refused", Text("不该做的，做不成", "What must not be done cannot be done"), REFUSED_COLUMNS, rows)


def _reached(scene: Scene, contract: Contract) -> None:
    """The funnel and the waits of the year."""
    on = date(2020, 12, 31)
    funnel = funnel_report(contract.number, on)
    waits = waits_report(contract.number)["claim"]
    rows: list[tuple[Cell, ...]] = [
        (Text("应保", "to insure"), funnel.should),
        (Text("已保", "insured"), funnel.insured),
        (Text("已告知（手册功能建成后统计）", "told (waits for the handbook)"), "—"),
        (Text("已报案或住院结算", "reported or settled"), funnel.reported),
        (Text("已赔", "paid"), funnel.paid),
    ]
    note = Text("", "")
    if waits.median_days is not None:
        note = Text(
            f"赔案从报案到付款：中位 {waits.median_days} 天。",
            f"Claims, report to payment: median {waits.median_days} days.",
        )
    columns = (Column("step", "环节", "step"), Column("people", "人数", "persons", right=True))
    scene.tell("funnel", Text(f"截至 {on}", f"As of {on}"), columns, rows, note)
