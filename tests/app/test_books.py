"""The books of an area: sums by account agree with the transfers one by one, page after page, in every scope."""

from datetime import date

import pytest

from huibao.app import books, fund_flow
from huibao.app.fund_flow import Stage
from huibao.domain import ledger
from huibao.domain.ledger import AccountRef
from huibao.kernel.fen import Fen
from huibao.store import books as store
from huibao.store import ledger as ledger_store
from tests.app.funds_world import CLOCK, CONTRACT, COUNTY, MEDICAL, insured

pytestmark = pytest.mark.django_db


def expected(ground: books.Ground, first_on: date, last_on: date) -> dict[AccountRef, list[int]]:
    """Turnovers added up transfer by transfer, as a person with a pencil would."""
    found: dict[AccountRef, list[int]] = {}
    for record in ledger_store.entries():
        on = record.entry.takes_effect_on
        for move in record.entry.transfers:
            if on > last_on or not (ground.scope.holds(move.source) or ground.scope.holds(move.target)):
                continue
            for ref, sign, at in ((move.source, -1, 2), (move.target, 1, 1)):
                sums = found.setdefault(ref, [0, 0, 0])
                sums[at if on >= first_on else 0] += move.fen if on >= first_on else sign * move.fen
    return found


@pytest.mark.parametrize("area", [COUNTY, "371300", "370000", "430423"])
@pytest.mark.parametrize("year", [2020, 2021])
def test_every_scope_is_level_and_adds_up_what_moved(area: str, year: int) -> None:
    insured()
    ground = books.ground_at(area, CLOCK, year)
    found = {one.ref: [one.opening_fen, one.in_fen, one.out_fen] for one in books.turnovers_of(ground)}
    assert found == expected(ground, ground.first_on, ground.last_on)
    assert books.trial_balance(ground).agrees
    paired = store.pairs(ground.scope, ground.first_on, ground.last_on)
    assert sum(pair.within_fen for pair in paired) == sum(one[1] for one in found.values())


@pytest.mark.parametrize("size", [1, 2, 3, 50])
def test_a_journal_reads_the_same_however_its_pages_are_cut(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    insured()
    for key, day, fen in (("a", 5, 300), ("b", 5, 200), ("c", 6, 100), ("d", 6, 50), ("e", 9, 25)):
        move = ledger.Transfer(ledger.special(CONTRACT, MEDICAL), ledger.claims_paid(CONTRACT, MEDICAL), Fen(fen))
        entry = ledger.Entry(key, ledger.Cause.SETTLEMENT_PAID, key, date(2020, 3, day), (move,), "SD-6.4")
        ledger_store.post([entry], CLOCK.now())
    monkeypatch.setattr(books, "PAGE", size)
    ground = books.ground_at(COUNTY, CLOCK, 2020)
    code = ledger.special(CONTRACT, MEDICAL).code
    lines = []
    number = 1
    while True:
        page = books.journal(ground, code, 3, number)
        lines += [(line.row.fen, line.balance_fen) for line in page.lines]
        if number * size >= page.total:
            break
        number += 1
    # 1,200.00 yuan of premium less 3.00, 2.00, 1.00, 0.50 and 0.25.
    assert lines == [(-300, 119_700), (-200, 119_500), (-100, 119_400), (-50, 119_350), (-25, 119_325)]
    assert (page.whole.opening_fen, page.whole.closing_fen) == (120_000, 119_325)


def test_at_each_insurer_what_came_and_was_held_is_what_went_and_is_left() -> None:
    insured()
    flow = fund_flow.flow_of(books.ground_at(COUNTY, CLOCK, 2020))
    for node in flow.nodes[Stage.INSURER]:
        came = sum(link.fen for link in flow.links if link.target == node)
        went = sum(link.fen for link in flow.links if link.source == node)
        assert came == went > 0
    # Premium: 1,200.00 medical and 100.00 accident.
    assert sum(link.fen for link in flow.links if link.target[0] is Stage.CITY) == 130_000
