"""The day the hospital's software is down: stays with their fee lines wait for the cashier's window. SD-6.4, SD-7.2."""

from datetime import date, datetime, time, timedelta
from typing import Final

from huibao.app.demo.bills import HOSPITAL
from huibao.app.demo.scene import CHINA, Scene
from huibao.app.demo.story import Cell, Column, Text, yuan
from huibao.app.hospital import debts
from huibao.app.hospital.admission import Admission, admit, discharge
from huibao.app.hospital.desk import Desk
from huibao.app.hospital.discharge import Discharge
from huibao.app.hospital.fees import add_charges
from huibao.app.hospital.regions import regions
from huibao.app.hospital.settling import settle
from huibao.domain.roster import Person
from huibao.kernel.fen import FEN_A_YUAN, Fen
from huibao.store.institution import Institution, record_institution
from huibao.store.stay import Charge, Stay
from huibao.store.unit import unit_of_work

AREA: Final = "370323"
NAME: Final = "沂源示范医院（虚构）"
FIRST: Final = date(2020, 12, 1)
WAITING: Final = 6
"""Stays that wait. A demonstration value, like the fee lines below."""
OWING: Final = 2
"""Stays that were settled and whose people pay later: their debts stand."""
PAID_BEFORE: Final = 5_000
"""Yuan the basic insurance paid of each of those. A demonstration value."""
LINES: Final = (
    ("A01", 1_260, {"out_of_catalogue": 60, "over_limit": 0, "first_self_pay": 120, "in_policy": 1_080}),
    ("B02", 3_480, {"out_of_catalogue": 280, "over_limit": 40, "first_self_pay": 160, "in_policy": 3_000}),
    ("C03", 5_300, {"out_of_catalogue": 0, "over_limit": 0, "first_self_pay": 300, "in_policy": 5_000}),
)
"""Fee lines of each stay: serial, yuan, and its four parts in yuan."""
COLUMNS: Final = (
    Column("stay", "就诊号", "stay"),
    Column("admitted", "入院", "admitted"),
    Column("amount", "费用明细合计（元）", "fee lines, yuan", right=True),
)


def waiting_stays(scene: Scene, insured: list[Person]) -> None:
    """Admit and discharge a few insured people whose bills nobody has settled yet."""
    scene.progress("医院系统停用，留下待结算的住院", "the hospital's software is down: stays wait")
    scene.on(FIRST + timedelta(days=20))
    with unit_of_work():
        made = record_institution(Institution(0, HOSPITAL, NAME, "5", (AREA,), 6_000), scene.clock.now())
    rows: list[tuple[Cell, ...]] = []
    for at, person in enumerate(insured[: WAITING + OWING]):
        desk = Desk(made, f"demo-{at}", scene.clock, regions(None))
        begun = datetime.combine(FIRST + timedelta(days=at), time(8), CHINA)
        said = Admission("", person.identity, "01", begun, "2101", "390", "", f"Z2020{at:04d}", {})
        with unit_of_work():
            stay = admit(desk, said)
            add_charges(desk, stay.number, stay.psn_no, [_line(each, begun) for each in LINES])
            discharge(desk, stay.number, stay.psn_no, begun + timedelta(days=9), {})
        if at >= WAITING:
            _owe(scene, desk, stay, at == WAITING)
            continue
        rows.append((stay.number, stay.begun_at.date().isoformat(), yuan(sum(each[1] for each in LINES) * FEN_A_YUAN)))
    scene.tell("waiting", Text("医院系统停用期间的住院", "Stays while the hospital's software was down"), COLUMNS, rows)


def _owe(scene: Scene, desk: Desk, stay: Stay, in_parts: bool) -> None:
    """Settle a stay whose person pays later; perhaps agree on two parts."""
    whole = {part: sum(each[2][part] for each in LINES) * FEN_A_YUAN for part in LINES[0][2]}
    total = sum(each[1] for each in LINES) * FEN_A_YUAN
    paid = {"hifp_pay": PAID_BEFORE * FEN_A_YUAN, "hifmi_pay": 0, "maf_pay": 0}
    with unit_of_work():
        settle(desk, Discharge(stay.number, stay.psn_no, total, whole, paid))
    owed = debts.debt_of(stay.number, scene.clock.today()).owed_fen
    if in_parts and owed:
        days = [scene.clock.today() + timedelta(days=31 * nth) for nth in (1, 2)]
        debts.agree(stay.number, list(zip(days, (Fen(owed // 2), Fen(owed - owed // 2)), strict=True)), scene.clock)


def _line(said: tuple[str, int, dict[str, int]], at: datetime) -> Charge:
    serial, amount, split = said
    parts = {name: value * FEN_A_YUAN for name, value in split.items()}
    return Charge(0, serial, serial, at, amount * FEN_A_YUAN, parts)
