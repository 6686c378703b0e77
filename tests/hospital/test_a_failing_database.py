"""The database fails under a hospital's message: it is told what is wrong and what to do, and nothing is half done. G6"""

import pytest
from django.db import DatabaseError, connection

from huibao.app.audit import check_all
from huibao.hospital import door as doors
from huibao.store import settlement as settlements
from huibao.store.models.hospital import ChargeLine
from tests.hospital.test_a_stay_is_settled_over_the_interface import admitted
from tests.hospital.test_fee_lines import line
from tests.hospital.world import Hospital, bill

WITHOUT_LIMIT = 1_073_741_823
LINES = 100
CENT = "100.00"


def test_a_hospital_is_told_that_the_disk_is_full_and_the_same_message_succeeds_later(hospital: Hospital) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("the limit of pages is SQLite's own")
    psn_no, stay = admitted(hospital)
    msgid = hospital.msgid()
    said = {"feedetail": [line(str(sn), stay, psn_no, CENT, med_list_codg="X" * 40) for sn in range(LINES)]}
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        cursor.execute(f"PRAGMA max_page_count = {int(cursor.fetchone()[0])}")
        refused = [hospital.send("2301", said, msgid) for _ in range(2)]
        cursor.execute(f"PRAGMA max_page_count = {WITHOUT_LIMIT}")
    assert all("STORE-004" in one["err_msg"] for one in refused), refused
    assert ChargeLine.objects.count() == 0
    hospital.ask("2301", said, msgid)
    hospital.ask("2304", bill(stay, psn_no), msgid=None)
    assert ChargeLine.objects.count() == LINES
    assert [one for one in check_all() if one.broken] == []


def test_a_line_cut_after_the_commit_is_no_promise_that_nothing_was_done(
    hospital: Hospital, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The settlement stands, its answer is lost: the hospital is told to ask again, and gets the first answer."""
    psn_no, stay = admitted(hospital)
    msgid, real = hospital.msgid(), doors._answer

    def cut(*said: object) -> object:
        real(*said)  # type: ignore[arg-type] # handed on as they came
        raise DatabaseError("consuming input failed: server closed the connection unexpectedly")

    with monkeypatch.context() as broken_line:
        broken_line.setattr(doors, "_answer", cut)
        answer = hospital.send("2304", bill(stay, psn_no), msgid)
    assert answer["infcode"] == -1
    assert "STORE-006" in answer["err_msg"]
    assert "可能已经完成" in answer["err_msg"]
    again = hospital.ask("2304", bill(stay, psn_no), msgid)
    (recorded,) = settlements.settlements()
    assert again["setlinfo"]["oth_pay"] * 100 == sum(
        one.fen for one in recorded.layers if one.payer == "medical_supplementary"
    )
