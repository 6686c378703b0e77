"""Where a year's money went: source → fund → line → city → insurer → claims, cost, surplus; as links and as a picture. R5.

Every link is a sum of transfers; what a special account held when the year began comes in beside the city's premium and what
it holds when it ends goes out, so that at each insurer what came in is what went out, to the fen.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from html import escape
from typing import Final

from huibao.app.books import SOURCES, Ground, line_name, turnovers_of
from huibao.domain.ledger import AccountKind, AccountRef, SourceKind
from huibao.kernel.fen import yuan_text
from huibao.kernel.problem import Lang
from huibao.rules.reference import division_table
from huibao.store.books import Pair, pairs

CITY_DIGITS: Final = 4
WIDTH: Final = 960
HEIGHT: Final = 460
TOP: Final = 46
NODE_WIDTH: Final = 12
GAP: Final = 16
LEAST: Final = 2
LEFT: Final = 8
COLUMN: Final = 186
"""The last column's words stand to the left of it."""
LABEL_LINE: Final = 19
MOST_NODES: Final = 12
"""Nodes of one column; a province has fourteen cities, the smallest of more are drawn together."""


class Stage(IntEnum):
    """Columns of the picture, left to right."""

    SOURCE = 0
    FUND = 1
    LINE = 2
    CITY = 3
    INSURER = 4
    USE = 5


TITLES: Final = {
    Stage.SOURCE: ("来源", "Source"),
    Stage.FUND: ("资金", "Fund"),
    Stage.LINE: ("险种", "Line"),
    Stage.CITY: ("市", "City"),
    Stage.INSURER: ("承保机构", "Insurer"),
    Stage.USE: ("用途", "Use"),
}
USES: Final = {
    AccountKind.CLAIMS: ("赔付", "claims"),
    AccountKind.OPERATING: ("运营成本", "operating cost"),
    AccountKind.REFUND: ("退还个人", "refunds"),
    AccountKind.ALLOCATION: ("退回资金", "back to the fund"),
    AccountKind.SURPLUS: ("结余结转", "surplus carried"),
    AccountKind.FUND: ("盈余返还", "profit returned"),
}
OPENING: Final = ("年初专户余额", "held when the year began")
CLOSING: Final = ("年末专户余额", "held when the year ended")
LAST_SURPLUS: Final = ("上年结余", "last year's surplus")
OTHERS: Final = ("其他", "others")

Node = tuple[Stage, str]


@dataclass(frozen=True, slots=True)
class Link:
    """So many fen from one node to another."""

    source: Node
    target: Node
    fen: int


@dataclass(frozen=True, slots=True)
class Flow:
    """A year's links, the largest first within each pair of columns."""

    ground: Ground
    links: tuple[Link, ...]

    def through(self, node: Node) -> int:
        """What goes through a node: the larger of what came and what went, fen."""
        came = sum(link.fen for link in self.links if link.target == node)
        went = sum(link.fen for link in self.links if link.source == node)
        return max(came, went)

    @property
    def nodes(self) -> dict[Stage, list[Node]]:
        """Nodes by column, the largest first."""
        every = {node for link in self.links for node in (link.source, link.target)}
        found: dict[Stage, list[Node]] = {stage: [] for stage in Stage}
        for node in sorted(every, key=lambda node: (-self.through(node), node)):
            found[node[0]].append(node)
        return found


def flow_of(ground: Ground, lang: Lang = "zh") -> Flow:
    """The year's flow in an area."""
    sums: dict[tuple[Node, Node], int] = {}
    for pair in pairs(ground.scope, ground.first_on, ground.last_on):
        for source, target, fen in _links_of(pair, ground, lang):
            sums[source, target] = sums.get((source, target), 0) + fen
    at = 1 if lang == "en" else 0
    for turnover in turnovers_of(ground, AccountKind.SPECIAL):
        insurer = (Stage.INSURER, _insurer(ground, turnover.ref))
        for name, node, fen in (
            (OPENING, (Stage.CITY, OPENING[at]), turnover.opening_fen),
            (CLOSING, (Stage.USE, CLOSING[at]), turnover.closing_fen),
        ):
            link = (node, insurer) if name is OPENING else (insurer, node)
            sums[link] = sums.get(link, 0) + fen
    links = [Link(source, target, fen) for (source, target), fen in sums.items() if fen > 0]
    return Flow(ground, tuple(sorted(links, key=lambda link: (link.source[0], -link.fen, link.source, link.target))))


def _links_of(pair: Pair, ground: Ground, lang: Lang) -> list[tuple[Node, Node, int]]:
    source, target, fen = pair.source, pair.target, pair.within_fen
    at = 1 if lang == "en" else 0
    if target.kind is AccountKind.FUND and source.kind is AccountKind.SOURCE:
        return [((Stage.SOURCE, _source(source, at)), _fund(ground, target, lang), fen)]
    if target.kind is AccountKind.ALLOCATION and source.kind is AccountKind.FUND:
        return [(_fund(ground, source, lang), (Stage.LINE, line_name(target.line, lang)), fen)]
    if target.kind is AccountKind.FUND and source.kind is AccountKind.ALLOCATION:
        return [(_fund(ground, target, lang), (Stage.LINE, line_name(source.line, lang)), -fen)]
    if target.kind is AccountKind.SPECIAL and source.kind is not AccountKind.SPECIAL:
        return _into_a_special_account(pair, ground, lang)
    if source.kind is AccountKind.SPECIAL and target.kind in USES:
        return [((Stage.INSURER, _insurer(ground, source)), (Stage.USE, USES[target.kind][at]), fen)]
    return []


def _into_a_special_account(pair: Pair, ground: Ground, lang: Lang) -> list[tuple[Node, Node, int]]:
    """Premium goes line → city → insurer; what comes straight from people or last year's surplus is seen coming."""
    at = 1 if lang == "en" else 0
    line: Node = (Stage.LINE, line_name(pair.target.line, lang))
    city: Node = (Stage.CITY, _city(ground, pair.target))
    insurer: Node = (Stage.INSURER, _insurer(ground, pair.target))
    found = [(line, city, pair.within_fen), (city, insurer, pair.within_fen)]
    if pair.source.kind is AccountKind.SOURCE:
        found.append(((Stage.SOURCE, _source(pair.source, at)), line, pair.within_fen))
    elif pair.source.kind is AccountKind.SURPLUS:
        found.append(((Stage.FUND, LAST_SURPLUS[at]), line, pair.within_fen))
    return found


def _source(ref: AccountRef, at: int) -> str:
    return SOURCES[SourceKind(ref.owner.partition("/")[0])][at]


def _fund(ground: Ground, ref: AccountRef, lang: Lang) -> Node:
    return Stage.FUND, ground.fund_title(ref.fund, lang)


def _city(ground: Ground, ref: AccountRef) -> str:
    area = ground.contracts[ref.contract].area if ref.contract in ground.contracts else ""
    code = f"{area[:CITY_DIGITS]}00"
    return division_table().name_on(code, ground.today) or ref.contract


def _insurer(ground: Ground, ref: AccountRef) -> str:
    return ground.contracts[ref.contract].insurer if ref.contract in ground.contracts else ref.contract


# --- the picture --------------------------------------------------------------------------------------------------------


def drawn_together(flow: Flow, lang: Lang) -> Flow:
    """The same flow with the smallest nodes of a long column as one."""
    others = OTHERS[1 if lang == "en" else 0]
    small = {
        node
        for stage, nodes in flow.nodes.items()
        if len(nodes) > MOST_NODES
        for node in nodes[MOST_NODES - 1 :]
        if stage
    }
    sums: dict[tuple[Node, Node], int] = {}
    for link in flow.links:
        source, target = ((node[0], others) if node in small else node for node in (link.source, link.target))
        sums[source, target] = sums.get((source, target), 0) + link.fen
    return Flow(flow.ground, tuple(Link(source, target, fen) for (source, target), fen in sums.items()))


Slot = Node | tuple[Stage, Link]
"""A place in a column: a node's, or that of a link that only passes through the column."""


def flow_svg(flow: Flow, title: str, describe: str, lang: Lang = "zh") -> str:
    """The picture: columns of nodes, ribbons between them as wide as their amounts. Whole numbers only."""
    flow = drawn_together(flow, lang)
    columns = _columns(flow)
    largest = max((sum(fen for _, fen in column) for column in columns.values()), default=0)
    most = max((len(column) for column in columns.values()), default=0)
    room = max(HEIGHT - TOP - GAP * most - LABEL_LINE, LEAST)
    at: dict[Slot, int] = {}
    tall: dict[Slot, int] = {}
    for column in columns.values():
        y = TOP
        for slot, fen in column:
            at[slot], tall[slot] = y, max(fen * room // max(largest, 1), LEAST)
            y += max(tall[slot], LEAST if _passes(slot) else 2 * LABEL_LINE) + GAP
    bottom = max((at[slot] + max(tall[slot], 2 * LABEL_LINE) for slot in at), default=TOP) + GAP
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="huibao-flow" viewBox="0 0 {WIDTH} {bottom}" role="img" '
        f'aria-labelledby="flow-title flow-desc" aria-details="flow-table" width="{WIDTH}" height="{bottom}">'
    )
    parts = [head, f'<title id="flow-title">{escape(title)}</title><desc id="flow-desc">{escape(describe)}</desc>']
    parts += [
        f'<text class="column" {_head(stage)} y="24">{escape(TITLES[stage][1 if lang == "en" else 0])}</text>'
        for stage, nodes in flow.nodes.items()
        if nodes
    ]
    parts += _ribbons(flow, at, tall)
    for node in (node for column in flow.nodes.values() for node in column):
        parts += _node(flow, node, at[node], tall[node])
    return "".join([*parts, "</svg>"])


def _columns(flow: Flow) -> dict[Stage, list[tuple[Slot, int]]]:
    """What stands in each column with its fen, the largest first: its nodes, and the links that pass through it."""
    columns: dict[Stage, list[tuple[Slot, int]]] = {
        stage: [(node, flow.through(node)) for node in nodes] for stage, nodes in flow.nodes.items()
    }
    for link in flow.links:
        for stage in _between(link):
            columns[stage].append(((stage, link), link.fen))
    for column in columns.values():
        column.sort(key=lambda held: (-held[1], str(held[0])))
    return columns


def _between(link: Link) -> list[Stage]:
    return [stage for stage in Stage if link.source[0] < stage < link.target[0]]


def _passes(slot: Slot) -> bool:
    return isinstance(slot[1], Link)


def _ribbons(flow: Flow, at: Mapping[Slot, int], tall: Mapping[Slot, int]) -> list[str]:
    gone: dict[Node, int] = {}
    come: dict[Node, int] = {}
    parts = []
    for link in sorted(flow.links, key=lambda link: (at[link.source], at[link.target])):
        whole_out, whole_in = max(flow.through(link.source), 1), max(flow.through(link.target), 1)
        wide = max(link.fen * tall[link.source] // whole_out, 1)
        y = at[link.source] + gone.get(link.source, 0) * tall[link.source] // whole_out + wide // 2
        last_y = at[link.target] + come.get(link.target, 0) * tall[link.target] // whole_in + wide // 2
        gone[link.source] = gone.get(link.source, 0) + link.fen
        come[link.target] = come.get(link.target, 0) + link.fen
        x = _x(link.source[0]) + NODE_WIDTH
        way = f"M{x} {y}"
        for stage, next_y in [
            *((stage, at[stage, link] + wide // 2) for stage in _between(link)),
            (link.target[0], last_y),
        ]:
            next_x = _x(stage)
            bend = (next_x - x) // 2
            way += f"C{x + bend} {y} {next_x - bend} {next_y} {next_x} {next_y}"
            x, y = next_x, next_y
        parts.append(
            f'<path class="link" d="{way}" stroke-width="{wide}">'
            f"<title>{escape(link.source[1])} → {escape(link.target[1])} {yuan_text(link.fen)}</title></path>"
        )
    return parts


def _node(flow: Flow, node: Node, y: int, tall: int) -> list[str]:
    x = _x(node[0])
    # The last column's words in the middle of their nodes: at the top stand the insurer's own.
    label_y = y + max(tall // 2 - LABEL_LINE, 0) if node[0] is Stage.USE else y
    beside = f'x="{x - 5}" text-anchor="end"' if node[0] is Stage.USE else f'x="{x + NODE_WIDTH + 5}"'
    name = node[1] if len(node[1]) <= 10 else f"{node[1][:9]}…"  # noqa: PLR2004 - as many characters as a column holds
    return [
        f'<rect class="node" x="{x}" y="{y}" width="{NODE_WIDTH}" height="{tall}"/>',
        f'<text {beside} y="{label_y + LABEL_LINE - 4}">{escape(name)}</text>',
        f'<text class="amount" {beside} y="{label_y + 2 * LABEL_LINE - 4}">{yuan_text(flow.through(node))}</text>',
    ]


def _head(stage: Stage) -> str:
    return f'x="{_x(stage) + NODE_WIDTH}" text-anchor="end"' if stage is Stage.USE else f'x="{_x(stage)}"'


def _x(stage: Stage) -> int:
    return LEFT + stage * COLUMN
