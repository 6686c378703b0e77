"""What is left of a debt is given up by an approval of another person, and of exactly what is owed (T3, SD-6.4)."""

import pytest

from huibao.app import approvals
from huibao.app.access import Actor, Reach, Role
from huibao.app.hospital.debts import debts, repay
from huibao.domain.approval import Kind, Request, State
from huibao.kernel.fen import Fen
from huibao.kernel.problem import Refused
from huibao.store import staff
from huibao.store.audits.approval import entries_move_what_was_approved
from huibao.store.unit import unit_of_work
from tests.hospital.test_a_stay_is_settled_over_the_interface import admitted
from tests.hospital.world import Hospital, bill

AREA = "370782"


def person(name: str, role: Role, hospital: Hospital) -> Actor:
    with unit_of_work():
        made = staff.record_staff(name, name, role.value, [(AREA, "")], hospital.clock.now(), None, made_up=True)
    return Actor(made, name, name, role, (Reach(AREA),))


@pytest.mark.clause("SD-6.4")
def test_a_debt_is_given_up_by_two_people_and_only_for_what_is_owed(hospital: Hospital) -> None:
    psn_no, stay = admitted(hospital)
    hospital.ask("2304", bill(stay, psn_no))
    clock = hospital.clock
    clerk = person("zijin", Role.FINANCE_CLERK, hospital)
    approver = person("zijin.fuhe", Role.FINANCE_APPROVER, hospital)

    def asked(fen: int, key: str) -> int:
        request = Request(Kind.WRITE_OFF, stay, key, AREA, fen=Fen(fen), note="无力偿还，已核实")
        return approvals.ask(clerk, request, clock).number

    early = asked(1900_00, "w1")
    repay(stay, Fen(900_00), "pay-1", clock)
    with pytest.raises(Refused) as raised:
        approvals.decide(approver, early, clock, yes=True)
    assert raised.value.problems[0].code == "APPROVAL-008"
    assert approvals.seen(approver, early).state is State.ASKED
    approvals.withdraw(clerk, early, clock)
    assert approvals.decide(approver, asked(1000_00, "w2"), clock, yes=True).state is State.DONE
    assert debts(clock.today()) == ()
    assert list(entries_move_what_was_approved()) == []
