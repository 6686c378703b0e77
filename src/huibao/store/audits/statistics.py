"""A1 and A2 on live data: parts sum to the whole, each counted by a way of its own; kept figures are those of a recount."""

from collections.abc import Iterator
from typing import Final

from huibao.domain.ledger import special
from huibao.domain.statistics import count_money
from huibao.kernel.fen import yuan_text
from huibao.store import contract as contracts
from huibao.store import ledger as books
from huibao.store import recount, tally
from huibao.store import statistics as store
from huibao.store.audits.audit import Audit, Broken

MOST_NAMED: Final = 20
"""Differences named for one county."""


def parts_sum_to_the_whole() -> Iterator[Broken]:
    """A1: townships make the county, and causes and sources make each line's special account."""
    balances = books.balances()
    causes = {record.entry.key: record.entry.cause for record in books.reversed_entries()}
    areas: set[str] = set()
    for contract in contracts.contracts():
        number = contract.number
        parts, whole = sum(store.covers_by_town(number).values()), store.covers_of(number)
        if parts != whole:
            yield Broken(number, f"各乡镇参保 {parts}，全县 {whole}", f"covers of towns {parts}, of all {whole}")
        if contract.area not in areas:
            areas.add(contract.area)
            parts, whole = sum(store.people_by_town(contract.area).values()), store.people_of(contract.area)
            if parts != whole:
                yield Broken(contract.area, f"各乡镇 {parts} 人，全县 {whole} 人", f"people {parts}, of all {whole}")
        money = count_money(number, (record.entry for record in books.entries(contract=number)), causes)
        left = dict(money.left)
        for line in contract.lines:
            counted, held = left.get(line.line.value, 0), balances.get(special(number, line.line), 0)
            if counted != held:
                yield Broken(
                    f"{number} {line.line.value}",
                    f"按事由合计 {yuan_text(counted)} 元，专户余额 {yuan_text(held)} 元",
                    f"causes sum to {yuan_text(counted)}, the account holds {yuan_text(held)}",
                )


def kept_figures_are_a_recount() -> Iterator[Broken]:
    """A2: figures kept of a county are those of counting it again; a county that changed since tells so, and is left out."""
    for area, run in tally.runs("").items():
        if not tally.nothing_since(area):
            continue
        again = set(recount.tallies_of(area, run.days))
        kept = {one for day in run.days for one in tally.of_county(area, day)}
        for one in sorted(again ^ kept, key=lambda each: (each.on, each.asked.key, each.part))[:MOST_NAMED]:
            which = ("重数", "counted again") if one in again else ("保存", "kept")
            numbers = f"{one.people}/{one.insured}/{one.reported}/{one.paid}"
            where = f"{one.part or area} {one.on} {one.asked.line.value}"
            yield Broken(where, f"{which[0]} {numbers}", f"{which[1]} {numbers}")


AUDITS: Final = (
    Audit("A1", "部分之和等于整体", "Parts sum to the whole", parts_sum_to_the_whole),
    Audit("A2", "保存的统计数等于重新统计", "Figures kept are those of counting again", kept_figures_are_a_recount),
)
