"""Cases on the insurer's desk, made up when the pages are started: in every state it has, some due today.

Played backwards from the day the demonstration is opened, by the accounts of the demonstration and through the very use
cases of the desk. Nothing is made where cases stand already.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from huibao.app import claims, funds, payout
from huibao.app.access import Actor as Account
from huibao.app.access import Verb
from huibao.app.accounts.sign_in import actor_of
from huibao.app.claims import acts, advancing
from huibao.app.claims.consent import agree, send_back
from huibao.app.claims.desk import Turn, turn
from huibao.app.claims.order import existing
from huibao.app.demo.accounts import CONTRACT
from huibao.app.demo.scene import DemoClock
from huibao.domain.claims.assessment import Findings
from huibao.domain.claims.claim import Actor, Cause, Channel, Claim, Reporter, Role
from huibao.domain.claims.papers import Paper, needed
from huibao.kernel.clock import Clock
from huibao.kernel.fen import FEN_A_YUAN, Fen
from huibao.kernel.problem import Refused
from huibao.rules.vocabulary import Line
from huibao.store import claim as store
from huibao.store import contract as contracts
from huibao.store import coverage as covers
from huibao.store import roster
from huibao.store import staff as accounts
from huibao.store.payout import lines, reference

KEY: Final = "demo/desk"
FIRST_DAYS: Final = 75
"""Days the earliest case lies back; a contract that is younger gets no cases."""
BEFORE: Final = Actor(Role.APPROVER, "审批 戊（虚构）")
"""Who decided what is appealed against: not the account that hears it."""
HELP: Final = Fen(200_000 * FEN_A_YUAN)
"""What the insurer pays in, so that all of it can be paid: made up."""

Step = Callable[[DemoClock], None]


@dataclass(slots=True)
class Play:
    """Steps with their days, to be done in the order of the days."""

    today: date
    people: list[int]
    steps: list[tuple[date, int, Step]] = field(default_factory=list)
    numbers: dict[str, str] = field(default_factory=dict)

    def on(self, days_ago: int, step: Step) -> None:
        """Do this so many days before today."""
        self.steps.append((self.today - timedelta(days=days_ago), len(self.steps), step))

    def run(self) -> None:
        """Do all of it, each on its day."""
        for on, _, step in sorted(self.steps, key=lambda one: one[:2]):
            step(DemoClock(on))


def open_cases(clock: Clock) -> int:
    """Make the cases where the demonstration's contract stands and has none yet; returns how many."""
    today = clock.today()
    try:
        contract = contracts.contract(CONTRACT)
    except Refused:
        return 0
    people = _people()
    young = today - timedelta(days=FIRST_DAYS) < contract.period.first_on
    if young or len(people) < len(CASES) or store.by_key(f"{KEY}/due_today/report/1"):
        return 0
    play = Play(today, people)
    play.on(FIRST_DAYS, _pay_in)
    for name, tell in CASES.items():
        tell(play, name)
    _files(play)
    play.run()
    return len(CASES)


def _people() -> list[int]:
    """People who are insured under the contract and no minors, in the order of the roster."""
    return sorted(one.person_id for one in covers.covers_of_contract(CONTRACT) if one.death_cover and one.in_force)


def _pay_in(at: DemoClock) -> None:
    funds.pay_in(CONTRACT, Line.ACCIDENT, HELP, at.today(), f"{KEY}/pay-in", at)


# --- who acts -----------------------------------------------------------------------------------------------------------


def _account(name: str) -> Account:
    found = accounts.by_name(name)
    if found is None:
        raise LookupError(name)
    return actor_of(found)


def _do(play: Play, case: str, days_ago: int, name: str, what: str, act: Callable[[Turn], object]) -> None:
    """Let an account do something with a case on a day."""
    verb = Verb.DECIDE if name == "lipei.fuhe" else Verb.HANDLE

    def step(at: DemoClock) -> None:
        number = play.numbers[case]
        seen = existing(number).events[-1].no
        with turn(_account(name), number, verb, seen, f"{case}/{what}", at, what=what) as one:
            act(one)

    play.on(days_ago, step)


def _report(play: Play, case: str, days_ago: int, cause: Cause, what: str, *, handler: str = "lipei") -> None:
    """Somebody reports an accident of two days before; the insured person in the order of the cases."""
    person_id = play.people[len(play.numbers)]
    play.numbers[case] = ""

    def step(at: DemoClock) -> None:
        person = roster.people_by_ids([person_id])[person_id].person
        contract = contracts.contract(CONTRACT)
        happened = min(at.today() - timedelta(days=2), contract.period.last_on)
        report = claims.Report(
            identity=person.identity,
            happened_on=happened,
            known_on=at.today(),
            cause=cause,
            what=f"{what}（虚构）",
            channel=Channel.HOTLINE,
            reporter=Reporter.CADRE,
            reporter_name="村干部 丁（虚构）",
            handler=handler,
        )
        made = claims.report_claim(report, f"{KEY}/{case}/report", at).claim
        play.numbers[case] = made.number if made is not None else ""

    play.on(days_ago, step)


def _complete(play: Play, case: str, days_ago: int) -> None:
    _do(
        play,
        case,
        days_ago,
        "lipei",
        "receive_papers",
        lambda one: acts.receive_papers(one, needed(medical=True), complete=True),
    )


def _assess(play: Play, case: str, days_ago: int, yuan: int, other: int | None = None, *, account: bool = True) -> None:
    """Medical cost of so many yuan, half of it borne by basic insurance; perhaps another sum than the scheme's."""
    amounts = (
        ("accident_medical_cost", yuan * FEN_A_YUAN),
        ("accident_medical_in_policy", yuan * FEN_A_YUAN * 9 // 10),
        ("reported_basic_medical", yuan * FEN_A_YUAN // 2),
        ("days", 6),
    )
    fen = None if other is None else other * FEN_A_YUAN
    why = "" if other is None else "救护车发票后补，系统未计（虚构）"
    _do(play, case, days_ago, "lipei", "assess", lambda one: acts.assess(one, Findings(amounts=amounts), fen, why))
    if account:
        _give_account(play, case, days_ago)


def _give_account(play: Play, case: str, days_ago: int, what: str = "record_account") -> None:
    digits = f"62220000{sum(map(ord, case + what)) % 10**8:08d}"

    def write(one: Turn) -> None:
        acts.record_account(one, one.claim.facts.insured, "示范银行衡山支行", digits)

    _do(play, case, days_ago, "lipei", what, write)


def _agree(play: Play, case: str, days_ago: int) -> None:
    _do(play, case, days_ago, "lipei.fuhe", "decide", lambda one: agree(one, "材料和金额属实（虚构）"))


# --- the cases ----------------------------------------------------------------------------------------------------------


def _reported(
    days_ago: int, what: str, *, handler: str = "lipei", cause: Cause = Cause.FALL
) -> Callable[[Play, str], None]:
    def tell(play: Play, name: str) -> None:
        _report(play, name, days_ago, cause, what, handler=handler)

    return tell


def _asked(play: Play, name: str) -> None:
    _report(play, name, 14, Cause.TRANSPORT, "骑三轮车与轿车相撞，左腿受伤")
    papers = (Paper.INVOICES, Paper.MEDICAL_RECORDS, Paper.ACCIDENT_PROOF)
    _do(play, name, 12, "lipei", "ask_papers", lambda one: acts.ask_papers(one, papers))
    _do(play, name, 4, "lipei", "receive_papers", lambda one: acts.receive_papers(one, papers[:1], complete=False))
    _do(
        play,
        name,
        3,
        "lipei",
        "plan_visit",
        lambda one: acts.plan_visit(one, "lipei", play.today, "papers", "本人行动不便，带申请书"),
    )


def _full(play: Play, name: str) -> None:
    _report(play, name, 25, Cause.BURN, "做饭时烫伤右手")
    _complete(play, name, 20)


def _put_up(days_ago: int, yuan: int, other: int | None = None) -> Callable[[Play, str], None]:
    def tell(play: Play, name: str) -> None:
        _report(play, name, days_ago, Cause.FALL, "下台阶跌倒，手腕骨折")
        _complete(play, name, days_ago - 8)
        _assess(play, name, 1, yuan, other)

    return tell


def _sent_back(play: Play, name: str) -> None:
    _report(play, name, 22, Cause.ANIMAL, "被狗咬伤小腿")
    _complete(play, name, 15)
    _assess(play, name, 5, 900)
    _do(
        play, name, 3, "lipei.fuhe", "send_back", lambda one: send_back(one, "狂犬疫苗发票没有计入，请重新核定（虚构）")
    )


def _decided(days_ago: int, *, account: bool = True, later: int = 0) -> Callable[[Play, str], None]:
    """Decided so many days ago; the account known by then, or only `later` days before today, or not at all."""

    def tell(play: Play, name: str) -> None:
        _report(play, name, days_ago + 20, Cause.FALL, "雨天路滑跌倒")
        _complete(play, name, days_ago + 12)
        _assess(play, name, days_ago + 2, 3_000, account=account)
        _agree(play, name, days_ago)
        if later:
            _give_account(play, name, later)

    return tell


def _refused(play: Play, name: str) -> None:
    _report(play, name, 18, Cause.OTHER, "自述扭伤，就诊记录为旧伤复查")
    _complete(play, name, 9)
    reason = "就诊记录写明是旧伤复查。\n这次没有新的事故。\n依据：HN-1。"
    _do(play, name, 1, "lipei.fuhe", "refuse", lambda one: acts.refuse(one, reason))


def _appealed(play: Play, name: str) -> None:
    _report(play, name, 60, Cause.FALL, "在院中跌倒，髋部疼痛")
    _complete(play, name, 52)

    def refuse(at: DemoClock) -> None:
        claims.refuse(play.numbers[name], "没有看到当天的就诊记录。\n依据：HN-1。", BEFORE, f"{KEY}/{name}/refuse", at)

    play.on(45, refuse)
    _do(play, name, 44, "lipei", "send_refusal", acts.sent)
    _do(play, name, 2, "lipei", "appeal", lambda one: acts.appeal(one, "当天的就诊记录已找到，请再看一次（虚构）"))


def _withdrawn(play: Play, name: str) -> None:
    _report(play, name, 30, Cause.FALL, "轻微擦伤")

    def withdraw(at: DemoClock) -> None:
        claim: Claim = existing(play.numbers[name])
        by = Actor(Role.REPORTER, claim.facts.reporter_name)
        claims.withdraw(claim.number, "未产生费用，本人撤回（虚构）", by, f"{KEY}/{name}/withdraw", at)

    play.on(28, withdraw)


def _ahead(*, agreed: bool) -> Callable[[Play, str], None]:
    """The bills are certain and the grading is not: the certain part is to be paid ahead, agreed to or not yet."""

    def tell(play: Play, name: str) -> None:
        _report(play, name, 21, Cause.TRANSPORT, "过马路被电动车撞倒，髋部骨折")
        _complete(play, name, 19)
        _assess(play, name, 4, 5_200)
        why = "住院费用已经确定，伤残等级要等治疗结束（虚构）"
        fen = 1_500 * FEN_A_YUAN
        _do(play, name, 3, "lipei", "ask_advance", lambda one: advancing.ask_advance(one, fen, why))
        if agreed:
            _do(play, name, 2, "lipei.fuhe", "decide_advance", lambda one: advancing.agree(one, "费用属实（虚构）"))

    return tell


Tell = Callable[[Play, str], None]

CASES: Final[dict[str, Tell]] = {
    "due_today": _reported(30, "在家中跌倒，手臂擦伤"),
    "overdue": _reported(33, "下田时滑倒，膝盖受伤"),
    "nobodys": _reported(26, "赶集时被撞倒", handler=""),
    "asked": _asked,
    "full": _full,
    "put_up": _put_up(30, 2_600),
    "deviating": _put_up(27, 4_000, other=3_200),
    "sent_back": _sent_back,
    "to_pay_today": _decided(10, account=False, later=2),
    "to_pay": _decided(4),
    "no_account": _decided(6, account=False),
    "rejected": _decided(9),
    "paid": _decided(8),
    "silent": _decided(7),
    "refused": _refused,
    "appealed": _appealed,
    "withdrawn": _withdrawn,
    "ahead_asked": _ahead(agreed=False),
    "ahead_agreed": _ahead(agreed=True),
}
"""Name → its story. Another county's rules let a claim wait for the disaster insurance; this one's do not (SD-4.2)."""


def _files(play: Play) -> None:
    """A payment file, and the bank's answer: one part paid, one rejected, one not answered."""
    play.on(6, _file)
    play.on(5, lambda at: _answer(play, at))


def _file(at: DemoClock) -> None:
    payer = _account("zhifu")
    now = payout.due(payer, CONTRACT, at)
    payout.make_file(payer, CONTRACT, now.mark, now.words, f"{KEY}/1", at)


def _answer(play: Play, at: DemoClock) -> None:
    payer = _account("zhifu")
    number = payout.files(payer, 0, 1)[0].number
    rows = ["付款编号,结果,金额,日期,原因"]
    for line in lines(number):
        if line.claim == play.numbers["silent"]:
            continue
        bad = line.claim == play.numbers["rejected"]
        amount = f"{line.fen // FEN_A_YUAN}.{line.fen % FEN_A_YUAN:02d}"
        result, why = ("失败", "户名与账号不符") if bad else ("成功", "")
        rows.append(f"{reference(number, line.no)},{result},{amount},{at.today()},{why}")
    payout.take_in(payer, number, "\r\n".join(rows).encode(), at)
