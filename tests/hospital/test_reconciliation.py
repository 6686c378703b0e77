"""A hospital's books against ours: in total, then line by line with the cause of each difference. 3201, 3202, 9101, 9102."""

import base64
import gc
import io
import zipfile
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from huibao.app.hospital.statement import packed
from huibao.store import stay_settlement
from huibao.store.institution import institution
from huibao.store.models.hospital import StaySettlement
from huibao.store.models.settlement import Settlement
from huibao.store.stay_settlement import Kinds, Totals
from tests.hospital.test_a_stay_is_settled_over_the_interface import admitted
from tests.hospital.world import Hospital, bill


def settled(hospital: Hospital, number: int) -> dict[str, Any]:
    """A stay settled; the hospital's note of it."""
    psn_no, mdtrt_id = admitted(hospital, number)
    found = hospital.ask("2304", bill(mdtrt_id, psn_no))["setlinfo"]
    names = ("setl_id", "mdtrt_id", "psn_no", "medfee_sumamt", "fund_pay_sumamt", "acct_pay")
    return {name: found[name] for name in names}


def totals(count: str, fee: str, fund: str) -> dict[str, Any]:
    """3201 for June."""
    return {
        "data": {
            "insutype": "390",
            "clr_type": "390211",
            "setl_optins": "370323",
            "stmt_begndate": "2020-06-01",
            "stmt_enddate": "2020-06-30",
            "medfee_sumamt": fee,
            "fund_pay_sumamt": fund,
            "acct_pay": "0",
            "fixmedins_setl_cnt": count,
            "fixmedins_refd_setl_flag": "0",
        }
    }


def compared(hospital: Hospital, rows: list[list[str]], **stated: str) -> dict[str, list[str]]:
    """Send a file up with its totals (or others), have it compared, fetch the result; by settlement."""
    text = "".join("\t".join(row) + "\n" for row in rows)
    sent = base64.b64encode(packed("detail.txt", text)).decode()
    number = hospital.ask(
        "9101", {"fsUploadIn": {"in": sent, "filename": "detail.zip", "fixmedins_code": hospital.code}}
    )
    asked = {
        "file_qury_no": number["file_qury_no"],
        "stmt_begndate": "2020-06-01",
        "stmt_enddate": "2020-06-30",
        "medfee_sumamt": str(sum(Decimal(row[3]) for row in rows)),
        "fund_pay_sumamt": str(sum(Decimal(row[4]) for row in rows)),
        "cash_payamt": "0",
        "fixmedins_setl_cnt": str(len(rows)),
        **stated,
    }
    made = hospital.ask("3202", {"data": asked})["fileinfo"]
    got = hospital.ask("9102", {"fsDownloadIn": {**made, "fixmedins_code": "plc"}})
    with zipfile.ZipFile(io.BytesIO(bytes(got["in"]))) as archive:
        lines = archive.read(archive.namelist()[0]).decode().splitlines()
    return {cells[2]: cells for cells in (line.split("\t") for line in lines)}


def as_row(one: dict[str, Any], flag: str = "0") -> list[str]:
    """A line of the hospital's file."""
    return [*(str(one[name]) for name in one), flag]


def test_books_that_agree_are_even(hospital: Hospital) -> None:
    settled(hospital, 1)
    settled(hospital, 2)
    even = hospital.ask("3201", totals("2", "20000.00", "16200.00"))["stmtinfo"]
    assert (even["stmt_rslt"], even["stmt_rslt_dscr"]) == ("0", "")


def test_what_differs_in_total_is_said_in_words(hospital: Hospital) -> None:
    settled(hospital, 1)
    uneven = hospital.ask("3201", totals("2", "20000.00", "8100.00"))["stmtinfo"]
    assert uneven["stmt_rslt"] == "1"
    assert uneven["stmt_rslt_dscr"].startswith("笔数：医院 2，本系统 1；医疗费总额：医院 20,000.00，本系统 10,000.00。")


def test_each_difference_in_detail_has_its_cause(hospital: Hospital) -> None:
    first, second, lost = (settled(hospital, number) for number in (1, 2, 3))
    strange = {**first, "setl_id": "370323202006300000000000000000"}
    result = compared(hospital, [as_row(first), as_row({**second, "fund_pay_sumamt": "8000.00"}), as_row(strange)])
    assert (result[first["setl_id"]][4], result[first["setl_id"]][6]) == ("0", "null")
    assert result[second["setl_id"]][6] == "基金支付医院 8,000.00、本系统 8,100.00"
    assert "没有这笔结算" in result[strange["setl_id"]][6]
    assert "医院文件没有这笔" in result[lost["setl_id"]][6]
    # The lost one can be reversed by the msgid that the result names.
    msgid = result[lost["setl_id"]][3]
    hospital.ask("2601", {"data": {"psn_no": lost["psn_no"], "omsgid": msgid, "oinfno": "2304"}})


def test_totals_that_are_not_the_sums_of_the_file_are_listed_with_the_difference(hospital: Hospital) -> None:
    first, second = settled(hospital, 1), settled(hospital, 2)
    # The file was cut off on its way: the message speaks of two settlements, the file has one.
    result = compared(hospital, [as_row(first)], fixmedins_setl_cnt="2", medfee_sumamt="20000.00")
    assert result[first["setl_id"]][4] == "0"
    assert "医院文件没有这笔" in result[second["setl_id"]][6]
    whole = result["null"]
    assert (whole[:4], whole[4]) == (["null"] * 4, "1")
    assert whole[6].startswith(
        "报文的合计与所附文件不符：笔数报文写 2、文件各行合计 1；医疗费总额报文写 20,000.00、文件各行合计 10,000.00。"
    )


def test_a_settlement_undone_is_two_lines(hospital: Hospital) -> None:
    one = settled(hospital, 1)
    names = ("mdtrt_id", "setl_id", "psn_no")
    back = hospital.ask("2305", {"data": {name: one[name] for name in names}})["setlinfo"]
    assert hospital.ask("3201", totals("2", "0", "0"))["stmtinfo"]["stmt_rslt"] == "0"
    minus = {**one, "medfee_sumamt": "-10000.00", "fund_pay_sumamt": "-8100.00"}
    result = compared(hospital, [as_row(one), as_row({**minus, "setl_id": back["setl_id"]}, "1")])
    assert [row[4] for row in result.values()] == ["0", "0"]


def test_a_file_that_is_none_is_refused(hospital: Hospital) -> None:
    made = hospital.ask(
        "9101", {"fsUploadIn": {"in": [1, 2, -3], "filename": "x.zip", "fixmedins_code": hospital.code}}
    )
    asked = totals("0", "0", "0")["data"] | {"file_qury_no": made["file_qury_no"]}
    assert "HOSP-058" in hospital.send("3202", {"data": asked})["err_msg"]
    assert "HOSP-057" in hospital.send("9102", {"fsDownloadIn": {"file_qury_no": "none"}})["err_msg"]


@pytest.mark.parametrize(
    "kinds", [Kinds(), Kinds(refunds=True), Kinds(refunds=False), Kinds(clr_type="390211"), Kinds(insutype="310")]
)
def test_the_database_adds_up_what_the_rows_say(hospital: Hospital, kinds: Kinds) -> None:
    settled(hospital, 1)
    other = settled(hospital, 2)
    hospital.ask("2305", {"data": {name: other[name] for name in ("mdtrt_id", "setl_id", "psn_no")}})
    at = institution(hospital.code)
    assert at is not None
    span = (datetime(2020, 1, 1, tzinfo=UTC), datetime(2021, 1, 1, tzinfo=UTC))
    rows = stay_settlement.settled_between(at, *span, kinds)
    assert len(rows) == {None: 3, True: 1, False: 2}[kinds.refunds] * (kinds.insutype != "310")
    assert stay_settlement.totals_between(at, *span, kinds) == Totals(
        sum(row.money["medfee_sumamt"] for row in rows),
        sum(row.fund_pay_fen for row in rows),
        sum(row.acct_pay_fen for row in rows),
        len(rows),
    )


def test_a_span_of_settlements_leaves_nothing_behind_in_memory(hospital: Hospital) -> None:
    """Rows that know each other both ways are freed only when Python looks for rings; an hour of them filled a gigabyte."""
    settled(hospital, 1)
    gc.collect()
    gc.disable()
    try:
        hospital.ask("3201", totals("1", "10000.00", "8100.00"))
        compared(hospital, [])
        left = [one for one in map(type, gc.get_objects()) if one in {StaySettlement, Settlement}]
    finally:
        gc.enable()
    assert left == []
