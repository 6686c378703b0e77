"""1101 person and entitlement: who it is, which of our covers hold on the day, what hardship the rosters state."""

import json
from datetime import datetime, time
from typing import Final

from huibao.app.hospital.desk import Desk
from huibao.app.hospital.people import BY_IDENTITY, Insured, find, psn_no
from huibao.domain.roster.person import Fact, FactKind
from huibao.hospital.done import Done, Transaction
from huibao.hospital.messages.reading import Request
from huibao.hospital.messages.values import CHINA
from huibao.hospital.messages.writing import Row, write
from huibao.kernel.identity import Sex
from huibao.kernel.period import age_on
from huibao.store.entitled import Entitlement

IDENTITY_CARD: Final = "01"
RESIDENT: Final = "1701"
"""psn_type of urban and rural residents."""
SEX: Final = {Sex.MALE: "1", Sex.FEMALE: "2"}
INSURED: Final = "1"
KINDS: Final = {
    FactKind.POVERTY_RELIEF: "2302",
    FactKind.SUBSISTENCE_ALLOWANCE: "2303",
    FactKind.DESTITUTE: "2304",
    FactKind.LOW_INCOME: "2305",
    FactKind.DISABILITY: "2308",
}
"""Facts of the roster → psn_idet_type. Those without a code there stay with us."""


def act(desk: Desk, asked: Request) -> Done:
    """Answer about one person; refused when nobody is found, in the same words whatever the reason."""
    row = asked.row("data")
    certno, cert_type = str(row.get("certno", "")), str(row.get("psn_cert_type", ""))
    if not certno and row.get("mdtrt_cert_type") == BY_IDENTITY:
        certno = str(row.get("mdtrt_cert_no", ""))
    begun = row.get("begntime")
    day = begun.date() if isinstance(begun, datetime) else desk.clock.today()
    found = find(desk, certno, cert_type, "", str(row.get("psn_name", "")), day)
    person = found.person
    base: Row = {
        "psn_no": psn_no(person),
        "psn_cert_type": IDENTITY_CARD,
        "certno": person.identity,
        "psn_name": person.name,
        "gend": SEX[person.sex],
        "brdy": person.birth_on,
        "age": age_on(person.birth_on, desk.clock.today()),
        "exp_content": _covers_text(found),
    }
    year = desk.region(day.year)
    rows: dict[str, Row | list[Row]] = {
        "baseinfo": base,
        "insuinfo": [_insured(cover, year.insutype) for cover in found.covers],
        "idetinfo": [_fact(fact) for fact in found.known.facts if fact.kind in KINDS and fact.holds_on(day)],
    }
    return Done(write("1101", rows))


def _insured(cover: Entitlement, insutype: str) -> Row:
    return {
        "balc": 0,
        "insutype": insutype,
        "psn_type": RESIDENT,
        "psn_insu_stas": INSURED,
        "psn_insu_date": cover.first_on,
        "paus_insu_date": cover.last_on,
        "cvlserv_flag": "0",
        "insuplc_admdvs": cover.area[:6],
    }


def _covers_text(found: Insured) -> str:
    """Our covers by name: the interface has no field for the line, so it stands in the extension."""
    covers = [
        {
            "line": cover.line.zh,
            "contract": cover.contract,
            "begndate": f"{cover.first_on}",
            "enddate": f"{cover.last_on}",
        }
        for cover in found.covers
    ]
    waived = "1" if covers else "0"
    return json.dumps({"HUIBAO_COVER": covers, "DEPOSIT_WAIVED": waived}, ensure_ascii=False)[:4000]


def _fact(fact: Fact) -> Row:
    grade = fact.value.partition("/")[2] if fact.kind is FactKind.DISABILITY else ""
    return {
        "psn_idet_type": KINDS[fact.kind],
        "psn_type_lv": grade,
        "begntime": datetime.combine(fact.from_on, time.min, CHINA),
        "endtime": datetime.combine(fact.to_on, time(23, 59, 59), CHINA) if fact.to_on else None,
    }


TRANSACTION = Transaction("1101", "人员信息获取", writes=False, act=act)
