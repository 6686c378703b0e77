"""The money side of an act: from province to line, sized by what enrolment really costs."""

from datetime import date
from itertools import pairwise
from typing import Final

from huibao.app import funds
from huibao.app.demo.scene import Scene, in_account, premium_owed
from huibao.app.demo.story import Cell, Column, Text, yuan
from huibao.domain.ledger import SourceKind
from huibao.domain.plan import Contract
from huibao.kernel.fen import FEN_A_YUAN, Fen
from huibao.rules.reference import division_table
from huibao.rules.shelf import open_scheme
from huibao.rules.vocabulary import Line

RESERVE_PERCENT: Final = 10
"""So much more is set aside than the first enrolment costs, for those who join during the year."""

FUND_COLUMNS: Final = (
    Column("fund", "资金", "fund"),
    Column("way", "路径", "way"),
    Column("amount", "金额（元）", "amount, yuan", right=True),
)


def with_reserve(fen: int) -> Fen:
    """Return an amount with the reserve for joiners, up to the next whole hundred yuan."""
    step = 100 * FEN_A_YUAN
    return Fen(-(-fen * (100 + RESERVE_PERCENT) // (100 * step)) * step)


def fund_the_lines(
    scene: Scene, contract: Contract, way_of: dict[str, tuple[SourceKind, str, tuple[str, ...]]], key: str
) -> list[tuple[Cell, ...]]:
    """Bring money for every unpaid premium from its source down to the contract's lines; return a row for each fund.

    `way_of`: fund id → (source, giver, areas from the receiving one down to the contract's).
    """
    wanted = _wanted(contract)
    rows: list[tuple[Cell, ...]] = []
    on = scene.clock.today()
    for fund, (source, giver, areas) in way_of.items():
        lines = wanted.get(fund, {})
        total = Fen(sum(lines.values()))
        if not total:
            continue
        funds.receive(areas[0], fund, total, source, on, f"{key}/receive/{fund}", scene.clock, giver=giver)
        for above, below in pairwise(areas):
            funds.allocate_blocks(fund, above, [(below, total)], on, f"{key}/block/{fund}/{below}", scene.clock)
        _set_aside(scene, contract, fund, areas[-1], lines, on, key)
        rows.append((_title(contract, fund), _way(giver, source, areas, lines, on), yuan(total)))
    return rows


def _wanted(contract: Contract) -> dict[str, dict[Line, Fen]]:
    wanted: dict[str, dict[Line, Fen]] = {}
    for line in contract.lines:
        for fund, fen in premium_owed(contract, line.line).items():
            wanted.setdefault(fund, {})[line.line] = with_reserve(fen)
    return wanted


def _title(contract: Contract, fund: str) -> Text:
    title = open_scheme(contract.scheme_id).funds[fund].title
    return Text(title.zh, title.en)


def _way(giver: str, source: SourceKind, areas: tuple[str, ...], lines: dict[Line, Fen], on: date) -> Text:
    """Name the stations of the money: giver, areas, lines."""
    names = [division_table().name_on(area, on) or area for area in areas]
    begin = giver or SOURCES[source]
    return Text(
        " → ".join((begin, *names, "、".join(line.zh for line in lines))),
        " → ".join((begin, *names, ", ".join(line.en for line in lines))),
    )


SOURCES: Final = {SourceKind.FISCAL: "财政", SourceKind.LEVY: "残保金征收", SourceKind.DONOR: "捐赠人"}


def _set_aside(
    scene: Scene, contract: Contract, fund: str, area: str, lines: dict[Line, Fen], on: date, key: str
) -> None:
    for line, fen in lines.items():
        funds.allocate_line(area, fund, contract.number, line, fen, on, f"{key}/line/{fund}/{line.value}", scene.clock)


def top_up(scene: Scene, contract: Contract, line: Line, needed_fen: int, key: str) -> Fen:
    """Let the insurer pay in what a special account lacks of an amount (SD-7.4); return what it paid in, often 0."""
    lacking = Fen(max(needed_fen - in_account(contract, line), 0))
    if lacking:
        funds.pay_in(contract.number, line, lacking, scene.clock.today(), key, scene.clock)
    return lacking
