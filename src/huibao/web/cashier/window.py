"""The cashier's window: the hospital of the account, the line to other payers, and how a bill looks on a page."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, cast

from django.conf import settings
from django.utils.module_loading import import_string

from huibao.app.hospital.counter import desk_of
from huibao.app.hospital.desk import Desk as HospitalDesk
from huibao.app.hospital.payers import Line
from huibao.app.hospital.regions import regions
from huibao.web.desk import Desk

LAYERS: Final = (
    ("hifp_pay", "基本医保", "Basic medical insurance"),
    ("hifmi_pay", "大病保险", "Critical-illness insurance"),
    ("maf_pay", "医疗救助", "Medical assistance"),
    ("oth_pay", "特惠保险和其他补充", "Preferential insurance and other supplements"),
    ("hosp_part_amt", "医院减免", "Borne by the hospital"),
)
"""The five layers before the person, by national money field."""
SELDOM: Final = (
    ("cvlserv_pay", "公务员补助", "Civil servants' allowance"),
    ("hifes_pay", "企业补充", "Enterprise supplement"),
    ("hifob_pay", "大额医疗", "Large medical expenses"),
    ("hifdm_pay", "其他大病", "Other critical illness"),
    ("acct_pay", "个人账户", "Personal account"),
)
BAR: Final = 1_000
"""Width of the picture of a bill, in its own units."""
KEY_BYTES: Final = 12


@dataclass(frozen=True, slots=True)
class Layer:
    """One payer's part of a bill: name, fen, and its place in the picture (left and width of 1,000)."""

    name: str
    fen: int
    left: int
    width: int
    shade: int


def fresh_key() -> str:
    """A key for one form: sent twice, it does once."""
    return secrets.token_hex(KEY_BYTES)


def at_the_hospital(desk: Desk, key: str = "") -> HospitalDesk:
    """The cashier's hospital. Refused where the account names none."""
    return desk_of(desk.who, regions(settings.HUIBAO_HOSPITAL_REGIONS), desk.clock, key)


def payers(desk: Desk) -> Line:
    """The line to remote payers, for regions that ask them from here."""
    return cast("Line", import_string(settings.HUIBAO_PAYER_LINE)(desk.clock))


def layers_of(desk: Desk, money: dict[str, int]) -> tuple[Layer, ...]:
    """The five layers, those paid seldom where they paid, and the person: together the bill."""
    parts = [(zh, en, money[name]) for name, zh, en in LAYERS]
    parts += [(zh, en, money[name]) for name, zh, en in SELDOM if money.get(name)]
    parts.append(("本人应付", "You pay", money["psn_cash_pay"]))
    return _placed([(desk.pick(zh, en), fen) for zh, en, fen in parts])


def _placed(parts: Sequence[tuple[str, int]]) -> tuple[Layer, ...]:
    whole = max(sum(fen for _, fen in parts), 1)
    placed: list[Layer] = []
    before = 0
    for at, (name, fen) in enumerate(parts):
        left = BAR * before // whole
        before += fen
        placed.append(Layer(name, fen, left, BAR * before // whole - left, 0 if at == len(parts) - 1 else at + 1))
    return tuple(placed)
