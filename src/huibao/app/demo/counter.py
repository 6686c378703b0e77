"""The day the hospital's software is down: stays with their fee lines wait for the cashier's window. SD-6.4, SD-7.2."""

from datetime import date, datetime, time, timedelta
from typing import Final

from huibao.app.demo.bills import HOSPITAL
from huibao.app.demo.scene import CHINA, Scene
from huibao.app.demo.story import Cell, Column, Text, yuan
from huibao.app.hospital.admission import Admission, admit, discharge
from huibao.app.hospital.desk import Desk
from huibao.app.hospital.fees import add_charges
from huibao.app.hospital.regions import regions
from huibao.domain.roster import Person
from huibao.kernel.fen import FEN_A_YUAN
from huibao.store.institution import Institution, record_institution
from huibao.store.stay import Charge
from huibao.store.unit import unit_of_work

AREA: Final = "370323"
NAME: Final = "沂源示范医院（虚构）"
FIRST: Final = date(2020, 12, 1)
WAITING: Final = 6
"""Stays that wait. A demonstration value, like the fee lines below."""
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
    for at, person in enumerate(insured[:WAITING]):
        desk = Desk(made, f"demo-{at}", scene.clock, regions(None))
        begun = datetime.combine(FIRST + timedelta(days=at), time(8), CHINA)
        said = Admission("", person.identity, "01", begun, "2101", "390", "", f"Z2020{at:04d}", {})
        with unit_of_work():
            stay = admit(desk, said)
            add_charges(desk, stay.number, stay.psn_no, [_line(each, begun) for each in LINES])
            discharge(desk, stay.number, stay.psn_no, begun + timedelta(days=9), {})
        rows.append((stay.number, stay.begun_at.date().isoformat(), yuan(sum(each[1] for each in LINES) * FEN_A_YUAN)))
    scene.tell("waiting", Text("医院系统停用期间的住院", "Stays while the hospital's software was down"), COLUMNS, rows)


def _line(said: tuple[str, int, dict[str, int]], at: datetime) -> Charge:
    serial, amount, split = said
    parts = {name: value * FEN_A_YUAN for name, value in split.items()}
    return Charge(0, serial, serial, at, amount * FEN_A_YUAN, parts)
