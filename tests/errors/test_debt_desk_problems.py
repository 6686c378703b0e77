"""One example for each thing that may go wrong when a debt is to be given up."""

import pytest
from django.test import Client

from huibao.app.access import Reach, Role
from huibao.app.accounts.sign_in import actor_of
from huibao.app.hospital import debt_desk
from huibao.kernel.problem import Refused
from huibao.store import staff
from tests.app import insured_county as county
from tests.app.staff_world import Hands
from tests.web.cashier.conftest import cashier, clock
from tests.web.cashier.test_debts import owing
from tests.web.desk_world import signed_in

pytestmark = pytest.mark.django_db
__all__ = ["cashier", "clock"]


def test_debt_001_another_sum_is_owed_by_now_and_002_it_was_asked_already(cashier: Client, clock: Hands) -> None:
    stay = owing(cashier, clock)
    signed_in(Role.FINANCE_CLERK, clock, Reach(county.COUNTY), name="zi.jin")
    found = staff.by_name("zi.jin")
    assert found is not None
    clerk = actor_of(found)
    with pytest.raises(Refused, match="DEBT-001"):
        debt_desk.ask_write_off(clerk, stay, "other", "依据", 1, "k", clock)
    debt_desk.ask_write_off(clerk, stay, "other", "依据", 190_000, "k", clock)
    with pytest.raises(Refused, match="DEBT-002"):
        debt_desk.ask_write_off(clerk, stay, "other", "依据", 190_000, "other", clock)
