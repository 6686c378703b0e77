"""The hospitals: people come, stay, leave, are settled, owe, pay; settlements are undone and made anew; some at the same moment."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from huibao.app.hospital.debts import repay, write_off
from huibao.kernel.fen import Fen
from tests.hospital import world as wire
from tests.hospital.test_fee_lines import line
from tests.simulator.county import World
from tests.simulator.events import Story, agree, days, minutes
from tests.simulator.money_model import Bill
from tests.simulator.network import Answer, Asking, Network, letter, pick
from tests.simulator.payers import basic_part
from tests.simulator.people_model import ACCIDENT, AREA, LINES, MEDICAL, Cover, Someone


def yuan(fen: int) -> str:
    """As hospital systems write it."""
    return f"{fen // 100}.{fen % 100:02d}"


def fen_of(amount: Any) -> int:  # noqa: ANN401 - what JSON holds
    """Fen of an amount in an answer."""
    return int(amount * 100)


@dataclass(slots=True)
class Stay:
    """One stay as the hospital knows it; amounts in fen."""

    hospital: str
    person: Someone
    begun: date
    total: int = 0
    in_policy: int = 0
    basic: int = 0
    assistance: int = 0
    reduction: int = 0
    psn_no: str = ""
    mdtrt_id: str = ""
    left: date = date.min
    setl_id: str = ""
    fund: int = 0
    owed: int = 0
    """What the settlement left to be paid later."""
    bill: Bill | None = None
    cover: Cover | None = None
    waiting: bool = False

    @property
    def others(self) -> int:
        """What all others pay."""
        return self.basic + self.assistance + self.reduction


@dataclass(slots=True)
class Noted:
    """One line of a hospital's own books."""

    hospital: str
    on: date
    setl_id: str
    mdtrt_id: str
    psn_no: str
    fee: int
    fund: int
    refund: bool = False
    completes: bool = False


@dataclass(slots=True)
class Books:
    """Each hospital's own books, and the bills that wait for a payer."""

    lines: list[Noted] = field(default_factory=list)
    waiting: list[Stay] = field(default_factory=list)
    platform: list[Stay] = field(default_factory=list)
    """Stays in the city, where the payers are asked from here."""


STAYS_A_DAY = 0.7
BAD_BATCHES = 0.06
AT_ONCE = 0.03


class Wards:
    """All three hospitals."""

    def __init__(self, world: World, network: Network) -> None:
        self.world, self.network, self.dice = world, network, world.time.dice("wards")
        self.books = Books()
        self.count = 0

    def arrivals(self) -> Story:
        """People fall ill."""
        yield days(6)
        while True:
            if pick(self.dice, STAYS_A_DAY):
                name = self.dice.choice(["county", "county", "clinic", "city"])
                self._arrive(name)
            if pick(self.dice, AT_ONCE):
                self.world.time.begin("ward", self.two_at_once(), self.world.clock.at + minutes(60))
            yield minutes(self.dice.randrange(300, 2000))

    def _arrive(self, name: str) -> None:
        people = [one for one in self.world.county.people.values() if (name, one.identity) not in self.world.inpatients]
        if people:
            # The same few fall ill again and again, so that the year's cap binds.
            person = self.dice.choice(people[:12] if pick(self.dice, 0.5) else people)
            self.count += 1
            self.world.time.begin(f"ward {self.count}", self.stay(name, person), self.world.clock.at + minutes(1))

    def tell(self, stay: Stay, what: str) -> None:
        """Write down what happened."""
        self.world.time.tell(f"{stay.hospital} {stay.person.number}", what)

    # --- one stay -----------------------------------------------------------------------------------------------------------

    def stay(self, name: str, person: Someone) -> Story:
        """From the counter to the last fen."""
        dice, world = self.dice, self.world
        stay = Stay(name, person, world.today - timedelta(days=dice.randrange(3)))
        world.inpatients.add((name, person.identity))
        yield from self._admitted(stay)
        if stay.mdtrt_id:
            if name == "city":
                self.books.platform.append(stay)
            self._fall_ill(stay)
            yield from self._treated(stay)
        world.inpatients.discard((name, person.identity))
        if not stay.mdtrt_id:
            return
        if pick(dice, 0.2):
            yield days(dice.randrange(1, 25))  # the bill comes late
        yield from self._settled(stay)
        if stay.setl_id:
            yield from self._afterwards(stay)

    def _admitted(self, stay: Stay) -> Asking:
        world, person = self.world, stay.person
        hospital = world.hospitals[stay.hospital]
        who = {
            "mdtrt_cert_type": "02",
            "mdtrt_cert_no": person.identity,
            "psn_cert_type": "01",
            "certno": person.identity,
        }

        def entitled(answer: Answer) -> None:
            covers = [one for name in LINES if (one := person.covered(name, world.today))]
            here = bool(covers) or person.home[-1].value.startswith(AREA)
            agree(f"1101 answers {answer['err_msg']}", answer["infcode"] == 0, here)
            if here:
                agree("1101 covers", len(answer["output"]["insuinfo"]), len(covers))
                stay.psn_no = answer["output"]["baseinfo"]["psn_no"]

        yield from self.network.ask(letter(hospital, "1101", {"data": who}), entitled)
        if not stay.psn_no:
            return {}
        said = wire.admission(person.number, stay.psn_no, f"{stay.begun} 00:01:00")
        said["mdtrtinfo"] |= {"mdtrt_cert_no": person.identity, "certno": person.identity}
        one = letter(hospital, "2401", said)
        if pick(self.dice, 0.08):
            yield from self._never_begun(stay, one.msgid)
            agree("2401 after its reversal", "HOSP-031" in wire.read(one.send())["err_msg"], True)
            one = letter(hospital, "2401", said)

        def admitted(answer: Answer) -> None:
            covered = any(person.covered(name, stay.begun) for name in LINES)
            agree(f"2401 admits {answer['err_msg']}", answer["infcode"] == 0, covered)
            if covered:
                stay.mdtrt_id = answer["output"]["result"]["mdtrt_id"]

        answer = yield from self.network.ask(one, admitted)
        self.tell(stay, "admitted" if stay.mdtrt_id else "not covered")
        return answer

    def _never_begun(self, stay: Stay, msgid: str) -> Asking:
        """2601 overtakes the message it takes back."""
        said = {"data": {"psn_no": stay.psn_no, "omsgid": msgid, "oinfno": "2401"}}
        answer = yield from self.network.ask(letter(self.world.hospitals[stay.hospital], "2601", said), _succeeds)
        self.network.undone.add(msgid)
        return answer

    def _fall_ill(self, stay: Stay) -> None:
        dice = self.dice
        stay.total = dice.randrange(150_00, 200_000_00 if pick(dice, 0.15) else 20_000_00)
        stay.in_policy = dice.randrange(stay.total // 2, stay.total + 1)
        stay.basic = dice.randrange(stay.in_policy // 3, stay.in_policy * 3 // 4 + 1)
        if stay.hospital == "city":
            stay.basic = basic_part(stay.in_policy)
        rest = stay.total - stay.basic
        stay.assistance, stay.reduction = dice.randrange(rest // 8 + 1), dice.randrange(rest // 20 + 1)

    def _treated(self, stay: Stay) -> Asking:
        """Fee lines in any order, one of them given back; then discharge."""
        dice, hospital = self.dice, self.world.hospitals[stay.hospital]
        first = stay.total // 3
        parts: list[tuple[str, str, dict[str, str]]] = [
            ("1", yuan(first), {}),
            ("2", yuan(stay.total - first + 700), {}),
        ]
        dice.shuffle(parts)
        for sn, amount, more in [*parts, ("3", "-7.00", {"init_feedetl_sn": "2"})]:
            yield days(dice.randrange(4)) + minutes(dice.randrange(200))
            one = line(sn, stay.mdtrt_id, stay.psn_no, amount, **more)
            if pick(dice, BAD_BATCHES):
                # A good line and one that gives back what never was: both are refused, or the bill will not close.
                bad = line("9", stay.mdtrt_id, stay.psn_no, "-1.00", init_feedetl_sn="77")
                refused = letter(hospital, "2301", {"feedetail": [one, bad]})
                yield from self.network.ask(refused, _refused)
            yield from self.network.ask(letter(hospital, "2301", {"feedetail": [one]}), _succeeds)
        yield days(dice.randrange(1, 6))
        stay.left = self.world.today
        said = wire.leaving(stay.mdtrt_id, stay.psn_no, f"{stay.left} 00:02:00")
        return (yield from self.network.ask(letter(hospital, "2402", said), _succeeds))

    # --- settling -----------------------------------------------------------------------------------------------------------

    def said(self, stay: Stay) -> dict[str, Any]:
        """The bill as 2303 and 2304 state it."""
        given = wire.bill(
            stay.mdtrt_id,
            stay.psn_no,
            medfee_sumamt=yuan(stay.total),
            fulamt_ownpay_amt=yuan(stay.total - stay.in_policy),
            overlmt_selfpay="0",
            preselfpay_amt="",
            inscp_scp_amt=yuan(stay.in_policy),
            hifp_pay=yuan(stay.basic),
            maf_pay=yuan(stay.assistance),
            hosp_part_amt=yuan(stay.reduction),
        )
        if stay.hospital == "city":
            del given["data"]["hifp_pay"]
        return given

    def _settled(self, stay: Stay) -> Asking:
        dice, hospital = self.dice, self.world.hospitals[stay.hospital]
        if pick(dice, 0.3):
            yield from self.network.ask(
                letter(hospital, "2303", self.said(stay)), lambda answer: self._tried(stay, answer)
            )
        one = letter(hospital, "2304", self.said(stay))
        if pick(dice, 0.08):
            said = {"data": {"psn_no": stay.psn_no, "omsgid": one.msgid, "oinfno": "2304"}}
            yield from self.network.ask(letter(hospital, "2601", said), _succeeds)
            self.network.undone.add(one.msgid)
            agree("2304 after its reversal", "HOSP-031" in wire.read(one.send())["err_msg"], True)
            one = letter(hospital, "2304", self.said(stay))
        answer = yield from self.network.ask(one, lambda answer: self.settles(stay, answer))
        if stay.setl_id and pick(dice, 0.1):
            yield from self._uncertain(stay, self.network.anew.get(one.msgid, one.msgid))
        return answer

    def _tried(self, stay: Stay, answer: Answer) -> None:
        """2303: what 2304 would come to now, and nothing stays."""
        cover = stay.person.covered(MEDICAL, stay.left)
        silent = stay.hospital == "city" and self.world.payer.down
        agree(f"2303 answers {answer['err_msg']}", answer["infcode"] == 0, cover is not None)
        if cover is not None and not silent:
            fen = self._ours(stay, cover)
            agree("2303 person", fen_of(answer["output"]["setlinfo"]["psn_cash_pay"]), stay.total - stay.others - fen)

    def _ours(self, stay: Stay, cover: Cover) -> int:
        from tests.simulator.money_model import ours

        before = self.world.money.year(stay.person, cover.contract).supplementary
        return ours(stay.total, stay.in_policy, stay.others, before)

    def settles(self, stay: Stay, answer: Answer) -> None:
        """2304, held against the model at the moment it is done."""
        world = self.world
        cover = stay.person.covered(MEDICAL, stay.left)
        agree(f"2304 settles {answer['err_msg']}", answer["infcode"] == 0, cover is not None)
        if cover is None:
            self.tell(stay, "no cover on the day of discharge")
            return
        info = answer["output"]["setlinfo"]
        stay.setl_id, stay.cover = info["setl_id"], cover
        stay.waiting = "PENDING" in str(info["exp_content"])
        if stay.hospital != "city":
            agree("nobody is waited for", stay.waiting, False)
        if stay.waiting:
            ours, basic, stay.bill = 0, 0, None
            self.books.waiting.append(stay)
            cover.waits += [stay.left]
        else:
            amounts = (stay.total, stay.in_policy, stay.others)
            stay.bill = world.money.settle(stay.person, cover, stay.left, world.today, amounts)
            ours, basic = stay.bill.fen, stay.basic
        stay.fund = basic + stay.assistance + ours
        stay.owed = stay.total - stay.fund - stay.reduction
        found = tuple(
            fen_of(info[name])
            for name in ("medfee_sumamt", "hifp_pay", "maf_pay", "oth_pay", "fund_pay_sumamt", "psn_cash_pay")
        )
        agree("2304 amounts", found, (stay.total, basic, stay.assistance, ours, stay.fund, stay.owed))
        detail = sum(fen_of(row["fund_payamt"]) for row in answer["output"]["setldetail"])
        agree("2304 detail", detail, stay.fund + stay.reduction)
        self._owe(stay, stay.owed)
        self._note(stay, stay.setl_id, stay.total, stay.fund)
        self.tell(stay, f"settled {stay.total}, ours {ours}{', waits' if stay.waiting else ''}")

    def _owe(self, stay: Stay, fen: int) -> None:
        code = self.world.hospitals[stay.hospital].code
        self.world.money.move(f"care:{code}", self.debt(stay), fen)

    def debt(self, stay: Stay) -> str:
        """The account of what is owed for a stay."""
        return f"debt:{self.world.hospitals[stay.hospital].code}/{stay.mdtrt_id}"

    def _note(
        self, stay: Stay, setl_id: str, fee: int, fund: int, *, refund: bool = False, completes: bool = False
    ) -> None:
        self.books.lines.append(
            Noted(stay.hospital, self.world.today, setl_id, stay.mdtrt_id, stay.psn_no, fee, fund, refund, completes)
        )

    def _uncertain(self, stay: Stay, msgid: str) -> Asking:
        """The cashier has no answer and takes the message back, then settles anew."""
        hospital = self.world.hospitals[stay.hospital]
        said = {"data": {"psn_no": stay.psn_no, "omsgid": msgid, "oinfno": "2304"}}
        answer = yield from self.network.ask(
            letter(hospital, "2601", said), lambda answer: self.undone(stay, answer, "2601", msgid)
        )
        if not stay.setl_id:
            yield from self.network.ask(
                letter(hospital, "2304", self.said(stay)), lambda again: self.settles(stay, again)
            )
        return answer

    def undone(self, stay: Stay, answer: Answer, infno: str, msgid: str = "") -> None:
        """2305 or 2601: only the last settlement of the year, and nothing of its debt repaid."""
        money = self.world.money
        last = stay.bill is None or money.last_standing(stay.bill)
        may = last and money.at(self.debt(stay)) >= stay.owed
        agree(f"{infno} undoes {answer['err_msg']}", answer["infcode"] == 0, may)
        if not may:
            self.tell(stay, f"{infno} refused")
            return
        if msgid:
            self.network.undone.add(msgid)
        if stay.bill is not None:
            money.undo(stay.bill)
        if stay.waiting:
            self.books.waiting.remove(stay)
        if stay.cover is not None and stay.left in stay.cover.waits:
            stay.cover.waits.remove(stay.left)
        self._owe(stay, -stay.owed)
        back = answer["output"].get("setlinfo", {}).get("setl_id", "")
        self._note(stay, back or stay.setl_id, -stay.total, -stay.fund, refund=True)
        stay.setl_id, stay.bill, stay.waiting = "", None, False
        self.tell(stay, f"{infno} undoes it")

    def complete(self, stay: Stay) -> None:
        """The payer has answered at last: its part and ours are added, the debt falls."""
        world, cover = self.world, stay.cover
        if cover is None:
            raise AssertionError(stay.setl_id)
        cover.waits.remove(stay.left)
        amounts = (stay.total, stay.in_policy, stay.others)
        stay.bill = world.money.settle(stay.person, cover, stay.left, world.today, amounts)
        fund = stay.basic + stay.assistance + stay.bill.fen
        owed = stay.total - fund - stay.reduction
        self._owe(stay, owed - stay.owed)
        self._note(stay, "", 0, fund - stay.fund, completes=True)
        stay.fund, stay.owed, stay.waiting = fund, owed, False
        self.tell(stay, f"completed, ours {stay.bill.fen}")

    # --- afterwards ---------------------------------------------------------------------------------------------------------

    def _afterwards(self, stay: Stay) -> Asking:
        """Undone after days and settled anew, paid in parts, given up."""
        dice = self.dice
        hospital = self.world.hospitals[stay.hospital]
        if pick(dice, 0.15):
            yield days(dice.randrange(10)) + minutes(dice.randrange(600))
            here = {"mdtrt_id": stay.mdtrt_id, "setl_id": stay.setl_id, "psn_no": stay.psn_no}
            yield from self.network.ask(
                letter(hospital, "2305", {"data": here}), lambda answer: self.undone(stay, answer, "2305")
            )
            if not stay.setl_id:
                stay.in_policy -= dice.randrange(stay.in_policy // 10 + 1)
                stay.basic = basic_part(stay.in_policy) if stay.hospital == "city" else min(stay.basic, stay.in_policy)
                yield from self.network.ask(
                    letter(hospital, "2304", self.said(stay)), lambda answer: self.settles(stay, answer)
                )
        for _ in range(dice.randrange(3)):
            yield days(dice.randrange(3, 60))
            self._repay(stay)
        return {}

    def _repay(self, stay: Stay) -> None:
        """A part, or all; or the rest is given up by approval. A bill that waits for its payer is not paid yet."""
        world, dice = self.world, self.dice
        owed = world.money.at(self.debt(stay))
        if not owed or stay.waiting:
            return
        key, code = world.key(), world.hospitals[stay.hospital].code
        if pick(dice, 0.1):
            left = write_off(stay.mdtrt_id, "卫健批〔2020〕7号（虚构）", key, world.clock).owed_fen
            world.money.move(self.debt(stay), f"written_off:{code}", owed)
        else:
            fen = owed if pick(dice, 0.4) else dice.randrange(1, owed + 1)
            left = repay(stay.mdtrt_id, Fen(fen), key, world.clock).owed_fen
            if pick(dice, 0.3):
                left = repay(stay.mdtrt_id, Fen(fen), key, world.clock).owed_fen
            world.money.move(self.debt(stay), f"repaid:{code}", fen)
        agree("debt left", left, world.money.at(self.debt(stay)))
        self.tell(stay, f"owes {left} after paying")

    # --- two at once --------------------------------------------------------------------------------------------------------

    def two_at_once(self) -> Story:
        """One person, the same bill at two hospitals, settled in the same moment: together never above the cap."""
        people = [
            one
            for one in self.world.county.people.values()
            if one.covered(MEDICAL, self.world.today) and one.covered(ACCIDENT, self.world.today)
        ]
        people = [
            one
            for one in people
            if not any((name, one.identity) in self.world.inpatients for name in ("county", "clinic"))
        ]
        if not people:
            return
        person = self.dice.choice(people)
        pair = [Stay(name, person, self.world.today) for name in ("county", "clinic")]
        self.world.inpatients |= {(stay.hospital, person.identity) for stay in pair}
        for stay in pair:
            stay.total, stay.in_policy, stay.basic = 40_000_00, 40_000_00, 20_000_00
            yield from self._admitted(stay)
            if stay.mdtrt_id:
                yield from self._treated(stay)
        for stay in pair:
            self.world.inpatients.discard((stay.hospital, person.identity))
        if all(stay.mdtrt_id and person.covered(MEDICAL, stay.left) for stay in pair):
            yield from self._sent_at_once(pair)

    def _sent_at_once(self, pair: list[Stay]) -> Story:
        letters = [letter(self.world.hospitals[one.hospital], "2304", self.said(one)) for one in pair]
        answers = self.network.at_once(letters)
        # Who came first is whoever was paid more: the bills are the same, so the model needs nothing else to know.
        order = sorted((0, 1), key=lambda at: -answers[at]["output"].get("setlinfo", {}).get("oth_pay", 0))
        for at in order:
            self.settles(pair[at], answers[at])
        self.world.time.tell("at once", f"{sorted(one.bill.fen for one in pair if one.bill)}")
        yield minutes(1)


def _refused(answer: Answer) -> None:
    agree("refused", answer["infcode"], -1)


def _succeeds(answer: Answer) -> None:
    agree("answered", (answer["infcode"], answer["err_msg"]), (0, ""))
