"""The hospital bills of the act: five that show something, and the everyday ones, all as bill files an HIS would send."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import count
from random import Random
from typing import Any, Final

from huibao.app.demo.money import top_up
from huibao.app.demo.scene import Scene
from huibao.app.demo.story import Cell, Column, Text, yuan
from huibao.app.settlement import SettlementResult, add_payer, explain_settlement, reverse_settlement, settle_bills
from huibao.app.synthetic import figures
from huibao.app.synthetic.claims import Patient, bill
from huibao.app.synthetic.numbers import Draw, Ints, chance
from huibao.app.synthetic.people import SEED_BITS
from huibao.domain.plan import Contract
from huibao.domain.roster import Person
from huibao.domain.settlement.billfile import read_bills
from huibao.kernel.fen import FEN_A_YUAN, Fen, yuan_text
from huibao.kernel.invariant import invariant
from huibao.kernel.problem import Lang
from huibao.rules.vocabulary import HOSPITAL_LEVELS, Line, Payer
from huibao.store.settlement import Recorded

HOSPITAL: Final = "H37032300001"
"""A made-up hospital code."""
MEDICAL: Final = Line.MEDICAL_SUPPLEMENTARY
EVERYDAY_PERCENT: Final = 3
"""So many of a hundred insured people have an everyday bill in the year. A demonstration value."""
LARGEST_BILLS_FEN: Final = 520_000 * FEN_A_YUAN
"""Enough for the bills that show the yearly cap, so that the insurer knows what it may have to put in."""

SPECIAL: Final[tuple[tuple[str, Text, str, str, Mapping[str, str]], ...]] = (
    (
        "B-target",
        Text("补到90%目标", "90 % target"),
        "2020-04-02",
        "2020-04-12",
        {"total": "10000.00", "out": "1500.00", "first": "500.00", "in": "8000.00"}
        | {"basic": "4200.00", "critical": "600.00", "assistance": "500.00", "reduction": "200.00"},
    ),
    (
        "B-floor",
        Text("个人自付下限", "self-pay floor"),
        "2020-05-06",
        "2020-05-09",
        {"total": "900.00", "out": "0.00", "first": "0.00", "in": "900.00"}
        | {"basic": "600.00", "critical": "0.00", "assistance": "0.00", "reduction": "0.00"},
    ),
    (
        "B-cap-1",
        Text("大病，首次住院", "grave, 1st stay"),
        "2020-03-01",
        "2020-06-20",
        {"total": "420000.00", "out": "20000.00", "first": "0.00", "in": "400000.00"}
        | {"basic": "120000.00", "critical": "30000.00", "assistance": "10000.00", "reduction": "0.00"},
    ),
    (
        "B-cap-2",
        Text("同一人达封顶", "same, at the cap"),
        "2020-07-01",
        "2020-09-30",
        {"total": "360000.00", "out": "10000.00", "first": "0.00", "in": "350000.00"}
        | {"basic": "90000.00", "critical": "25000.00", "assistance": "5000.00", "reduction": "0.00"},
    ),
    (
        "B-wrong",
        Text("录错，随后撤销", "wrong, reversed"),
        "2020-08-03",
        "2020-08-10",
        {"total": "8000.00", "out": "1000.00", "first": "0.00", "in": "7000.00"}
        | {"basic": "3500.00", "critical": "0.00", "assistance": "300.00", "reduction": "0.00"},
    ),
    (
        "B-right",
        Text("更正后重新结算", "corrected"),
        "2020-08-03",
        "2020-08-10",
        {"total": "6000.00", "out": "1000.00", "first": "0.00", "in": "5000.00"}
        | {"basic": "2500.00", "critical": "0.00", "assistance": "300.00", "reduction": "0.00"},
    ),
)
"""Made-up bills: number, what it shows, admitted, discharged, amounts in yuan. What is paid is computed, not written here."""

PATIENT: Final = {"B-target": 0, "B-floor": 1, "B-cap-1": 2, "B-cap-2": 2, "B-wrong": 3, "B-right": 3}
"""Which of the chosen people each bill is of."""

BILL_COLUMNS: Final = (
    Column("shows", "账单", "bill"),
    Column("total", "总额", "total", right=True),
    Column("others", "在先保障", "earlier", right=True),
    Column("supplementary", "商业补充", "ours", right=True),
    Column("self_pay", "个人自付", "self-pay", right=True),
    Column("bound", "限定于", "bound by"),
)
BOUNDS: Final = {
    "target": Text("90%目标", "target"),
    "self_pay_floor": Text("自付下限", "floor"),
    "yearly_cap": Text("年度封顶", "yearly cap"),
    "nothing_due": Text("无须补充", "nothing due"),
}


def settle_the_year(scene: Scene, contract: Contract, people: Sequence[Person]) -> str:
    """Settle the bills that show something and the everyday ones; return the number of the explained settlement."""
    scene.on(date(2020, 10, 10))
    paid_in = top_up(scene, contract, MEDICAL, LARGEST_BILLS_FEN, "demo/pay-in")
    files = [_bill(number, people[PATIENT[number]], first, last, said) for number, _, first, last, said in SPECIAL]
    found: dict[str, SettlementResult] = {}
    for at, said in enumerate(files):
        number = SPECIAL[at][0]
        if number == "B-right":
            _reverse(scene, found["B-wrong"])
        found[number] = _settle(scene, f"bills/{number}.json", [said])[0]
    everyday = [_everyday(scene.rng, at, one) for at, one in enumerate(_some(scene.rng, people))]
    scene.progress(f"结算 {len(everyday)} 张日常账单", f"settling {len(everyday)} everyday bills")
    results = _settle(scene, "bills/everyday.json", everyday) if everyday else ()
    ours = sum(_ours(one.settlement) for one in (*found.values(), *results) if one.settlement)
    rows = [_row(number, what, found[number].settlement) for number, what, *_ in SPECIAL]
    note = Text(
        f"另有日常账单 {len(everyday)} 张；商业补充共付 {yuan(ours)} 元"
        + (f"，其中承保机构为足额赔付自有资金垫补 {yuan(paid_in)} 元。" if paid_in else "。"),
        f"Besides, {len(everyday)} everyday bills; the supplementary layer paid {yuan(ours)} yuan in all"
        + (f", for which the insurer put in {yuan(paid_in)} yuan of its own." if paid_in else "."),
    )
    scene.tell("bills", Text("一站式结算（元）", "One-stop settlement, yuan"), BILL_COLUMNS, rows, note)
    return _number(found["B-target"])


def later_payer(scene: Scene, number: str, fen: Fen) -> Recorded:
    """A charity pays a part of what the person bore, weeks later. S1 holds on."""
    return add_payer(number, Payer.DONATION, fen, f"later/{number}", scene.clock)


def explained(number: str, lang: Lang) -> str:
    """Return a settlement with every line of its reckoning, as Markdown."""
    recorded, lines = explain_settlement(number)
    head = Text(
        f"# 结算 {number} 的说明（演示数据，虚构）\n\n医疗费总额 {yuan(recorded.bill_total_fen)} 元，"
        f"个人自付 {yuan(recorded.self_pay_fen)} 元。方案 {recorded.scheme_id}，指纹 {recorded.scheme_hash[:16]}…\n",
        f"# Settlement {number} explained (made-up data)\n\nBill {yuan(recorded.bill_total_fen)} yuan, "
        f"self-payment {yuan(recorded.self_pay_fen)} yuan. Scheme {recorded.scheme_id}, hash {recorded.scheme_hash[:16]}…\n",
    ).text(lang)
    body = "".join(f"{at}. {line.text(lang)}\n" for at, line in enumerate(lines, 1))
    later = "".join(
        f"- {line.on} {line.payer.en if lang == 'en' else line.payer.zh} {yuan(line.fen)}\n" for line in recorded.later
    )
    after = Text("\n后来增加的支付方：\n\n", "\nPayers that came later:\n\n").text(lang) + later if later else ""
    return f"{head}\n{body}{after}"


def _settle(scene: Scene, name: str, bills: Sequence[Mapping[str, Any]]) -> tuple[SettlementResult, ...]:
    """Write bills as a file and settle what is read back from it."""
    text = json.dumps({"bills": list(bills)}, ensure_ascii=False, indent=1)
    scene.write(name, text, Text("医院账单（虚构）", "hospital bills (made up)"))
    results = settle_bills(read_bills(text, name), scene.clock)
    for one in results:
        invariant(one.settlement is not None, "S1", f"{one.number}: {[problem.text() for problem in one.problems]}")
    return results


def _reverse(scene: Scene, wrong: SettlementResult) -> None:
    reverse_settlement(_number(wrong), "录入金额有误 / amounts entered wrongly", "demo/reverse", scene.clock)


def _number(result: SettlementResult) -> str:
    return result.settlement.number if result.settlement else result.number


def _bill(number: str, person: Person, first: str, last: str, said: Mapping[str, str]) -> dict[str, Any]:
    return {
        "setl_id": number,
        "fixmedins_code": HOSPITAL,
        "certno": person.identity,
        "begndate": first,
        "enddate": last,
        "hosp_lv": "secondary",
        "medfee_sumamt": said["total"],
        "fulamt_ownpay_amt": said["out"],
        "overlmt_selfpay": "0.00",
        "preselfpay_amt": said["first"],
        "inscp_scp_amt": said["in"],
        "hifp_pay": said["basic"],
        "hifmi_pay": said["critical"],
        "maf_pay": said["assistance"],
        "hosp_part_amt": said["reduction"],
    }


def _some(rng: Random, people: Sequence[Person]) -> list[Person]:
    rest = people[max(PATIENT.values()) + 1 :]
    return rng.sample(rest, min(len(rest), len(people) * EVERYDAY_PERCENT // 100))


def _everyday(rng: Random, at: int, person: Person) -> dict[str, Any]:
    """A bill of an ordinary stay, by the documented figures (docs/SYNTHETIC.md)."""
    seed = rng.getrandbits(SEED_BITS)
    who = Patient(claims=1, chronic=0, grave=0, assisted=chance(Ints(seed, at), Draw.ASSISTED, figures.ASSISTED.value))
    cost = next(one for again in count() if not (one := bill(Ints(seed, again), who)).outpatient)
    last = date(2020, 2, 1) + timedelta(days=rng.randrange(240))
    first = last - timedelta(days=cost.days)
    said = {"total": cost.total, "out": cost.out_of_catalogue + cost.over_limit, "first": cost.first_self_pay}
    said |= {"in": cost.in_policy, "basic": cost.basic, "critical": cost.critical}
    said |= {"assistance": cost.assistance, "reduction": cost.reduction}
    amounts = {name: yuan_text(value).replace(",", "") for name, value in said.items()}
    level = HOSPITAL_LEVELS[cost.level]
    return _bill(f"D{at + 1:05d}", person, str(first), str(last), amounts) | {"hosp_lv": level}


def _ours(recorded: Recorded | None) -> int:
    layers = recorded.layers if recorded else ()
    return sum(layer.fen for layer in layers if layer.payer is Payer.MEDICAL_SUPPLEMENTARY)


def _row(number: str, what: Text, recorded: Recorded | None) -> tuple[Cell, ...]:
    invariant(recorded is not None, "S1", number)
    assert recorded is not None  # noqa: S101 - said for the type checker, the line above holds it
    _, lines = explain_settlement(recorded.number)
    bound = next((line.bound for line in lines if line.payer is Payer.MEDICAL_SUPPLEMENTARY), None)
    ours = _ours(recorded)
    others = sum(layer.fen for layer in recorded.layers) - ours
    return (
        what,
        yuan(recorded.bill_total_fen),
        yuan(others),
        yuan(ours),
        yuan(recorded.self_pay_fen),
        BOUNDS.get(bound or "", Text("—", "—")),
    )
