"""Lists of an enrolment: for the insurer with totals and hash, for the villages with room to sign. Sheets (PDF) and workbooks.

The PDFs are tagged (PDF/UA-1): a screen reader finds headings, tables and their headers.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import xlsxwriter

from huibao.app import work
from huibao.app.access import Actor, Noun, Verb
from huibao.app.budget import payer_name
from huibao.app.enrolment_desk.foreseeing import NO_PREVIEW, lists_key, previewed
from huibao.app.printing import pdf
from huibao.app.roster_desk.looking import XLSX
from huibao.app.work.task import Task
from huibao.domain.coverage import Coverage
from huibao.domain.coverage.bill import by_payers, list_hash
from huibao.domain.plan import Contract
from huibao.kernel.clock import Clock
from huibao.kernel.division import TOWN_DIGITS, VILLAGE_DIGITS
from huibao.kernel.fen import in_capitals, yuan_text
from huibao.kernel.identity import mask
from huibao.kernel.problem import Refused
from huibao.rules.reference import division_table
from huibao.store import contract as contracts
from huibao.store import coverage as covers
from huibao.store import roster
from huibao.store.roster import PersonRecord
from huibao.store.trail import Deed, append
from huibao.store.unit import unit_of_work
from huibao.store.work import WorkRecord

TEMPLATE: Final = Path(__file__).with_name("lists.typ")
PDF: Final = "application/pdf"
HEADER: Final = ("序号", "姓名", "身份证号", "险种", "产品", "保障起", "保障止", "保费（元）", "乡镇", "村（社区）")


@dataclass(frozen=True, slots=True)
class Listed:
    """One cover with its person and where he or she lives."""

    cover: Coverage
    person: PersonRecord
    town: str
    village: str


def ask_lists(actor: Actor, work_id: int, clock: Clock, *, source: str = "") -> WorkRecord:
    """Have the lists of a done enrolment made. They name everybody in full, so it is on record."""
    found = previewed(actor, work_id, Verb.ASK)
    if found.enrolment is None or found.enrolment.state != "done":
        raise Refused(NO_PREVIEW())
    asked = {"contract": found.result["contract"], "key": found.enrolment.result["key"], "preview": work_id}
    with unit_of_work():
        made = work.start("enrol-lists", asked, actor, lists_key(actor, work_id), clock, area=found.work.area)
        noun, verb = Noun.ENROLMENT.value, Verb.UNMASK.value
        ref = f"preview/{work_id}"
        append(
            Deed(clock.now(), actor.staff_id, actor.role.value, verb, noun, ref, found.work.area, "", "done", source)
        )
    return made


def make_lists(task: Task) -> Mapping[str, Any]:
    """The handler: the insurer's sheet and workbook, and for each township the villages' sheets."""
    contract = contracts.contract(str(task.parameters["contract"]))
    key = str(task.parameters["key"])
    task.step("读取名单", "reading the list")
    listed = sorted(_listed(covers.covers_of_batch(key), task.clock.today()), key=_place)
    stem = f"{contract.number}-{task.clock.today():%Y%m%d}"
    task.step("生成移交清单", "the insurer's list", 2)
    task.keep_file("insurer-xlsx", f"移交清单-{stem}.xlsx", XLSX, transfer_workbook(contract, key, listed))
    task.advance(1)
    task.keep_file("insurer-pdf", f"移交清单-{stem}.pdf", PDF, pdf(TEMPLATE, transfer_sheet(contract, key, listed)))
    towns: dict[str, list[Listed]] = {}
    for one in listed:
        towns.setdefault(one.town, []).append(one)
    task.step("生成村级发放表", "the villages' sheets", len(towns))
    for at, (town, some) in enumerate(sorted(towns.items()), 1):
        name = f"村级发放表-{town or '乡镇不详'}-{stem}.pdf"
        task.keep_file(f"village-{at}", name, PDF, pdf(TEMPLATE, village_sheet(contract, town, some)))
        task.advance(1)
    return {"preview": task.parameters["preview"], "covers": len(listed), "towns": len(towns)}


def transfer_sheet(contract: Contract, key: str, listed: Sequence[Listed]) -> dict[str, Any]:
    """The sheet that goes with the list: totals by line, township and payer, the list's hash, signatures."""
    mine = [one.cover for one in listed]
    total = sum(cover.premium_fen for cover in mine)
    payers = []
    for share in by_payers(share for cover in mine for share in cover.shares):
        zh, _ = payer_name(contract, share.payer_kind.value, share.payer)
        payers.append([zh, yuan_text(share.fen)])
    return {
        "kind": "transfer",
        "title": "参保人员移交清单",
        "number": key,
        "head": [
            ["合同", contract.number],
            ["承保机构", contract.insurer],
            ["参保地区", _area(contract)],
            ["保险期间", f"{contract.period.first_on} 至 {contract.period.last_on}"],
            ["人数", str(len({cover.person_id for cover in mine}))],
            ["人次", str(len(mine))],
            ["保费合计（元）", yuan_text(total)],
            ["保费大写", in_capitals(total)],
        ],
        "lines": [
            [name, str(count), yuan_text(fen)] for name, count, fen in _sums(listed, lambda one: one.cover.line.zh)
        ],
        "towns": [
            [name, str(count), yuan_text(fen)] for name, count, fen in _sums(listed, lambda one: one.town or "乡镇不详")
        ],
        "payers": payers,
        "total": [str(len(mine)), yuan_text(total)],
        "hash": list_hash(mine),
        "demonstration": contract.demonstration,
    }


def village_sheet(contract: Contract, town: str, listed: Sequence[Listed]) -> dict[str, Any]:
    """A township's sheets, one for each village: who got what, with room for a signature or a thumb print."""
    villages: dict[str, dict[int, list[Listed]]] = {}
    for one in listed:
        villages.setdefault(one.village, {}).setdefault(one.cover.person_id, []).append(one)
    return {
        "kind": "village",
        "title": "参保凭证发放签收表",
        "number": contract.number,
        "town": town or "乡镇不详",
        "area": _area(contract),
        "insurer": contract.insurer,
        "period": f"{contract.period.first_on} 至 {contract.period.last_on}",
        "villages": [
            {
                "name": village or "村（社区）不详",
                "rows": [
                    [
                        str(at),
                        some[0].person.person.name,
                        mask(some[0].person.person.identity),
                        "、".join(dict.fromkeys(one.cover.line.zh for one in some)),
                    ]
                    for at, some in enumerate(people.values(), 1)
                ],
            }
            for village, people in sorted(villages.items())
        ],
        "demonstration": contract.demonstration,
    }


def transfer_workbook(contract: Contract, key: str, listed: Sequence[Listed]) -> bytes:
    """The list itself for the insurer's software: everybody in full, totals and hash on a page of their own."""
    made = BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True, "strings_to_formulas": False}) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        yuan = book.add_format({"num_format": "0.00"})
        bold = book.add_format({"bold": True})
        page = book.add_worksheet("移交清单")
        page.freeze_panes(1, 0)
        for at, (text, width) in enumerate(zip(HEADER, (6, 12, 22, 16, 16, 12, 12, 12, 14, 18), strict=True)):
            page.set_column(at, at, width)
            page.write_string(0, at, text, bold)
        for row, one in enumerate(listed, 1):
            cover, person = one.cover, one.person.person
            page.write_number(row, 0, row)
            for at, text in enumerate((person.name, person.identity, cover.line.zh, cover.product), 1):
                page.write_string(row, at, text)
            page.write_datetime(row, 5, cover.period.first_on, day)
            page.write_datetime(row, 6, cover.period.last_on, day)
            page.write_number(row, 7, Decimal(cover.premium_fen).scaleb(-2), yuan)
            page.write_string(row, 8, one.town)
            page.write_string(row, 9, one.village)
        totals = book.add_worksheet("合计")
        totals.set_column(0, 0, 18)
        totals.set_column(1, 1, 70)
        sheet = transfer_sheet(contract, key, listed)
        for row, (name, text) in enumerate([*sheet["head"], ["名单散列（SHA-256）", sheet["hash"]]]):
            totals.write_string(row, 0, name, bold)
            totals.write_string(row, 1, text)
    return made.getvalue()


def _listed(batch: Sequence[Coverage], on: date) -> Iterator[Listed]:
    table = division_table()
    people = roster.person_records(cover.person_id for cover in batch)

    def name(code: str, digits: int) -> str:
        found = table.at(code[:digits], on) if len(code) >= digits else None
        return found.name if found is not None else code[:digits] if len(code) >= digits else ""

    for cover in batch:
        person = people[cover.person_id]
        yield Listed(cover, person, name(person.domicile, TOWN_DIGITS), name(person.domicile, VILLAGE_DIGITS))


def _place(one: Listed) -> tuple[str, str, str, int, str]:
    return one.town, one.village, one.person.person.name, one.cover.person_id, one.cover.line.value


def _sums(listed: Sequence[Listed], of: Any) -> list[tuple[str, int, int]]:  # noqa: ANN401 - a plain function of a line
    found: dict[str, tuple[int, int]] = {}
    for one in listed:
        count, fen = found.get(of(one), (0, 0))
        found[of(one)] = (count + 1, fen + one.cover.premium_fen)
    return [(name, *found[name]) for name in sorted(found)]


def _area(contract: Contract) -> str:
    return division_table().full_name_on(contract.area, contract.period.first_on) or contract.area
