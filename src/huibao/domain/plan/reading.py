"""Reads a contract file strictly: every number with its unit, nothing unknown, nothing assumed.

All problems of a file are collected and told at once. A contract in JSON is read by the same door, since JSON
is YAML.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import Final, TypeVar

from huibao.domain.plan import problems as kinds
from huibao.domain.plan.contract import (
    Band,
    Contract,
    ContractLine,
    EndReason,
    PayerKind,
    PlannedShare,
    ProRata,
    Refunds,
    Wording,
)
from huibao.kernel.fen import BP_ONE, Fen, yuan_text
from huibao.kernel.period import Period
from huibao.kernel.problem import Problem, ProblemKind, Refused
from huibao.rules.quantity import NotAQuantity, Unit, parse_day, parse_quantity, percent_text
from huibao.rules.tree import Node, read_tree
from huibao.rules.vocabulary import MAX_AGE, Line

MAX_PAYERS: Final = 8
"""Payers of one line: the levels of government and a few others; more is a list of people."""
MAX_BANDS: Final = 20
MAX_MONTHS: Final = 120
"""Rows of a short-rate table: ten years."""
MAX_SETTINGS: Final = 200
COUNTY_DIGITS: Final = 6
VILLAGE_DIGITS: Final = 12

CLAIM_TERMS: Final = ("decide", "pay", "refuse", "advance", "grading", "report")
MAX_CLAIM_DAYS: Final = 3_660
"""Ten years; a longer term of a claim is a slip."""

LEAVING: Final = (EndReason.DIED, EndReason.MOVED, EndReason.LEFT_GROUP, EndReason.WITHDREW)
"""Reasons a contract may name; a mistake is always put right, whatever it says."""

KEYS: Final = {
    "contract": "合同编号 / the contract's number",
    "scheme": "方案 id / id of the scheme",
    "area": "区划代码 / division code",
    "insurer": "承保机构 / the insurer",
    "period": "保险期间 / period, FIRST..LAST",
    "chain_first_on": "首次签约起始日（含续签链）/ first day of the first contract of the chain of extensions",
    "term_limit": "含续签的最长年限 / longest term with extensions, years",
    "prorata": "不足整期的保费折算 / what cover for part of the period costs",
    "leaving": "哪些情形提前终止、是否退费 / which reasons end cover, and whether unused premium goes back",
    "operating_cost_ceiling": "运营成本上限 / ceiling of operating cost, % of premium",
    "profit_and_loss": "盈亏分担 / bands of profit and of loss",
    "preexisting_disability": "原有伤残的处理 / wording for a disability that pre-existed",
    "lines": "各险种 / the lines insured",
}
OPTIONAL: Final = (
    "scheme_hash",
    "status",
    "settings",
    "short_rate",
    "title",
    "note",
    "line_move_limit",
    "claims",
    "claim_deviation_limit",
)

E = TypeVar("E", bound=StrEnum)


def contract_hash(text: str) -> str:
    """Fingerprint of a contract's text, sha256 in hex: line ends and the last empty lines do not count."""
    return sha256("\n".join(text.splitlines()).rstrip().encode()).hexdigest()


def read_contract(text: str, where: str) -> Contract:
    """Read a contract file (YAML or JSON). Refused with every problem found, each with line, key and remedy.

    Only the file itself is judged here; `check_contract` holds it against its scheme. SD-6.2.
    """
    root, found = read_tree(text, where)
    if root is None or found:
        raise Refused(found)
    reader = Reader(where)
    contract = reader.contract(root)
    if contract is None or reader.problems:
        raise Refused(reader.problems)
    return contract


@dataclass(slots=True)
class Reader:
    """Reads nodes and keeps the problems; a value that could not be read is None, and reading goes on."""

    where: str
    problems: list[Problem] = field(default_factory=list)

    def contract(self, root: Node) -> Contract | None:
        """Read the whole file; None where something a contract cannot be without is missing."""
        pairs = self.pairs(root, "合同", KEYS, OPTIONAL)
        if any(key not in pairs for key in KEYS):
            return None
        period = self.period(pairs["period"])
        ceiling = self.amount(pairs["operating_cost_ceiling"], Unit.BP, "5 %", most=BP_ONE)
        chain_on, years = self.day(pairs["chain_first_on"]), self.amount(pairs["term_limit"], Unit.YEARS, "3 years")
        prorata = self.choice(pairs["prorata"], ProRata)
        wording = self.choice(pairs["preexisting_disability"], Wording)
        bands = self.pairs(pairs["profit_and_loss"], "profit_and_loss", {"profit": "盈 / profit", "loss": "亏 / loss"})
        profit, loss = (self.bands(bands[key]) if key in bands else () for key in ("profit", "loss"))
        lines = self.lines(pairs["lines"])
        leaving = self.leaving(pairs["leaving"])
        area = self.area(pairs["area"])
        status = self.text(pairs["status"]) if "status" in pairs else "signed"
        if status not in {"signed", "demonstration"}:
            self.wrong(pairs["status"], "signed 或 demonstration", "signed or demonstration", "signed")
        if period is None or prorata is None or wording is None or chain_on is None:
            return None
        table = self.short_rate(pairs.get("short_rate"), prorata, pairs["prorata"])
        return Contract(
            number=self.text(pairs["contract"], 64),
            scheme_id=self.text(pairs["scheme"], 128),
            scheme_hash=self.text(pairs["scheme_hash"], 64) if "scheme_hash" in pairs else "",
            area=area,
            insurer=self.text(pairs["insurer"], 128),
            period=period,
            lines=lines,
            prorata=prorata,
            short_rate_bp=table,
            leaving=leaving,
            operating_cost_ceiling_bp=ceiling or 0,
            profit_bands=profit,
            loss_bands=loss,
            settings=self.settings(pairs.get("settings")),
            preexisting_wording=wording,
            chain_first_on=chain_on,
            term_limit_years=years or 0,
            claim_days=self.claim_days(pairs.get("claims")),
            demonstration=status == "demonstration",
            claim_deviation_limit_fen=self.deviation_limit(pairs.get("claim_deviation_limit")),
            line_move_limit_bp=self.move_limit(pairs.get("line_move_limit")),
        )

    def claim_days(self, node: Node | None) -> Mapping[str, int]:
        """Read terms of claims: `{decide: 7 days, grading: 180 days}`; the claims' own check holds them against the law."""
        pairs = self.pairs(node, "claims", {}, CLAIM_TERMS) if node is not None else {}
        read = {name: self.amount(value, Unit.DAYS, "7 days", 1, MAX_CLAIM_DAYS) for name, value in pairs.items()}
        return {name: days for name, days in read.items() if days is not None}

    def move_limit(self, node: Node | None) -> int | None:
        """Read how much of a line's premium approved moves may take to other lines; a contract may stay silent."""
        return None if node is None else self.amount(node, Unit.BP, "10 %", most=BP_ONE)

    def deviation_limit(self, node: Node | None) -> Fen | None:
        """Read how far a claim's sum may differ from the scheme's without an opinion of the approver."""
        fen = None if node is None else self.amount(node, Unit.FEN, "500 yuan")
        return None if fen is None else Fen(fen)

    def lines(self, node: Node) -> tuple[ContractLine, ...]:
        """Read the lines: one mapping each, by the line's name."""
        found: list[ContractLine] = []
        for name, entry in self.open(node, "各险种").items():
            line = self.choice(Node("scalar", entry.line, entry.path, text=name), Line)
            needed = {
                "product": "产品 / product",
                "premium": "每人保费 / premium a person",
                "payers": "出资方 / payers",
            }
            pairs = self.pairs(entry, name, needed, ("min_age", "max_age"))
            if line is None or any(key not in pairs for key in needed):
                continue
            premium = self.amount(pairs["premium"], Unit.FEN, "110 yuan", least=1)
            payers = self.payers(pairs["payers"])
            ages = [
                self.amount(pairs[key], Unit.YEARS, "18 years", most=MAX_AGE) if key in pairs else None
                for key in ("min_age", "max_age")
            ]
            if premium is not None:
                self.sums(entry, line, premium, payers)
                product = self.text(pairs["product"], 64)
                found.append(ContractLine(line, product, Fen(premium), payers, ages[0], ages[1]))
        if not found and not self.problems:
            self.wrong(node, "至少一个险种", "at least one line", "accident: {product: …}")
        return tuple(found)

    def payers(self, node: Node) -> tuple[PlannedShare, ...]:
        """Read who pays: `{payer: government_fund, id: …, share: 70 %}` or `{payer: self, amount: 10 yuan}`."""
        found: list[PlannedShare] = []
        for item in self.items(node, MAX_PAYERS):
            pairs = self.pairs(item, "payers", {"payer": "出资方 / payer"}, ("id", "share", "amount"))
            kind = self.choice(pairs["payer"], PayerKind) if "payer" in pairs else None
            if kind is None:
                continue
            named = kind in {PayerKind.GOVERNMENT_FUND, PayerKind.DONOR}
            if named != ("id" in pairs) or ("share" in pairs) == ("amount" in pairs):
                expected = "写明 share 或 amount 之一；资金和捐赠人另写 id"
                self.wrong(item, expected, "either share or amount, and an id for funds and donors", EXAMPLE_PAYER)
                continue
            share = self.amount(pairs["share"], Unit.BP, "70 %", 1, BP_ONE) if "share" in pairs else None
            fen = self.amount(pairs["amount"], Unit.FEN, "10 yuan", 1) if "amount" in pairs else None
            payer = self.text(pairs["id"], 64) if named else ""
            found.append(PlannedShare(kind, payer, share, None if fen is None else Fen(fen)))
        return tuple(found)

    def sums(self, node: Node, line: Line, premium_fen: int, payers: tuple[PlannedShare, ...]) -> None:
        """Hold the payers against the premium: fixed amounts within it, rates of the rest together the whole. P1."""
        fixed = sum(one.share_fen or 0 for one in payers)
        rates = sum(one.share_bp or 0 for one in payers)
        once = len({(one.payer_kind, one.payer) for one in payers}) == len(payers)
        whole = rates == BP_ONE if fixed < premium_fen else rates == 0
        if not payers or not once or fixed > premium_fen or not whole:
            texts = {"fixed": yuan_text(fixed), "rates": percent_text(rates), "premium": yuan_text(premium_fen)}
            self.refuse(kinds.WRONG_SHARES, node, line=line.value, **texts)

    def short_rate(self, node: Node | None, prorata: ProRata, asked_at: Node) -> tuple[int, ...]:
        """Read the short-rate table: `{1: 10 %, 2: 20 %, …}` by months begun; only with that rule."""
        wanted = prorata is ProRata.MONTHLY_SHORT_RATE
        if node is None or not wanted:
            if wanted or node is not None:
                why = "缺少 short_rate / missing" if wanted else "折算方式不用费率表 / this rule takes no table"
                self.refuse(kinds.WRONG_SHORT_RATE, node or asked_at, why=why, months="12")
            return ()
        rows = self.open(node, "short_rate")
        rates = tuple(self.amount(rate, Unit.BP, "10 %", most=BP_ONE) or 0 for rate in rows.values())
        why = ""
        if list(rows) != [str(month) for month in range(1, len(rows) + 1)] or len(rows) > MAX_MONTHS:
            why = f"月份应从 1 连续到末月 / months should run from 1 without a gap: {', '.join(rows)[:60]}"
        elif list(rates) != sorted(rates) or not rates or rates[-1] != BP_ONE:
            why = "费率须逐月不减并以 100 % 结束 / rates must not fall and must end at 100 %"
        if why:
            self.refuse(kinds.WRONG_SHORT_RATE, node, why=why, months=len(rows) or 12)
        return rates

    def bands(self, node: Node) -> tuple[Band, ...]:
        """Read bands of a result, in bp of premium: `[{from: 0 %, insurer: 100 %}, …]`. SD-5."""
        found: list[Band] = []
        for item in self.items(node, MAX_BANDS):
            pairs = self.pairs(item, "bands", {"from": "起点 / lower edge", "insurer": "承保机构份额 / its share"})
            edges = [
                self.amount(pairs[key], Unit.BP, "5 %", most=BP_ONE) for key in ("from", "insurer") if key in pairs
            ]
            if len(edges) == len(pairs) and None not in edges and len(pairs) == 2:  # noqa: PLR2004 - the two keys
                found.append(Band(edges[0] or 0, edges[1] or 0))
        edges_bp = [band.from_bp for band in found]
        if not found or edges_bp[0] != 0 or edges_bp != sorted(set(edges_bp)):
            why = f"各档起点 / lower edges: {', '.join(percent_text(edge) for edge in edges_bp) or '—'}"
            self.refuse(kinds.WRONG_BANDS, node, key=node.path, why=why)
        return tuple(found)

    def leaving(self, node: Node) -> Mapping[EndReason, Refunds]:
        """Read which reasons end cover and what goes back: `{died: none, moved: unused}`; `{}` ends nothing."""
        pairs = self.pairs(node, "leaving", {}, tuple(reason.value for reason in LEAVING))
        read = {EndReason(name): self.choice(value, Refunds) for name, value in pairs.items()}
        return {reason: refunds for reason, refunds in read.items() if refunds is not None}

    def settings(self, node: Node | None) -> Mapping[str, str]:
        """Read the values of the scheme's required parameters, as written; `check_contract` knows their units."""
        pairs = self.open(node, "settings") if node is not None else {}
        if node is not None and len(pairs) > MAX_SETTINGS:
            self.refuse(kinds.TOO_LARGE, node, key="settings", found=len(pairs), limit=MAX_SETTINGS)
        return {name: self.text(value, 64) for name, value in pairs.items()}

    # --- values -------------------------------------------------------------------------------------------------

    def pairs(self, node: Node, what: str, needed: Mapping[str, str], may: tuple[str, ...] = ()) -> dict[str, Node]:
        """Return the known keys of a mapping; missing and unknown ones are problems."""
        pairs = self.open(node, what)
        for key in sorted(needed.keys() - pairs.keys()):
            self.refuse(kinds.MISSING, node, key=key, meaning=needed[key])
        known = (*needed, *may)
        for key in pairs:
            if key not in known:
                self.refuse(kinds.UNKNOWN_KEY, pairs[key], key=key, known=", ".join(known))
        return {key: value for key, value in pairs.items() if key in known}

    def open(self, node: Node, what: str) -> dict[str, Node]:
        """Return the pairs of a mapping; anything else is a problem."""
        if node.kind != "mapping":
            self.wrong(node, f"“键: 值”的一组（{what}）", "a mapping of keys to values", "accident: {product: …}")
        return node.pairs

    def items(self, node: Node, limit: int) -> tuple[Node, ...]:
        """Return the items of a list within its limit."""
        if node.kind != "list":
            self.wrong(node, "列表", "a list", "- {…}")
        if len(node.items) > limit:
            self.refuse(kinds.TOO_LARGE, node, key=node.path, found=len(node.items), limit=limit)
        return node.items[:limit]

    def text(self, node: Node, most: int = 200) -> str:
        """Return a text that is not empty and not too long."""
        found = node.text.strip()
        if node.kind != "scalar" or not found or len(found) > most:
            self.wrong(node, f"1 至 {most} 个字的文本", f"a text of 1 to {most} characters", "…")
        return found

    def amount(self, node: Node, unit: Unit, example: str, least: int = 0, most: int | None = None) -> int | None:
        """Return a quantity in its unit, least <= x <= most."""
        try:
            found = parse_quantity(node.text)
        except NotAQuantity:
            found = None
        if found is None or found.unit is not unit or found.value < least or (most is not None and found.value > most):
            self.wrong(node, f"带单位 {unit.value} 的数", f"a number in {unit.value} within its bounds", example)
            return None
        return found.value

    def day(self, node: Node) -> date | None:
        """Return a day."""
        try:
            return parse_day(node.text)
        except NotAQuantity:
            self.wrong(node, "日期", "a day", "2020-01-01")
            return None

    def period(self, node: Node) -> Period | None:
        """Return a period."""
        try:
            return Period.parse(node.text)
        except ValueError:
            self.wrong(node, "期间", "a period", "2020-01-01..2020-12-31")
            return None

    def area(self, node: Node) -> str:
        """Return a division code of a county, city or province (6 digits) or below."""
        digits = node.text.strip()
        if not (digits.isascii() and digits.isdigit() and COUNTY_DIGITS <= len(digits) <= VILLAGE_DIGITS):
            self.wrong(node, "6 至 12 位区划代码", "a division code of 6 to 12 digits", '"371302"')
        return digits

    def choice(self, node: Node, words: type[E]) -> E | None:
        """Return one of the words of an enumeration."""
        if node.text in set(words):
            return words(node.text)
        known = ", ".join(words)
        self.wrong(node, f"其中之一：{known}", f"one of {known}", next(iter(words)).value)
        return None

    def wrong(self, node: Node, expected: str, expected_en: str, example: str) -> None:
        """Keep a problem about a value's form."""
        found = node.text or {"list": "列表 / a list", "mapping": "一组键值 / a mapping"}.get(node.kind, "空 / nothing")
        texts = {"expected": expected, "expected_en": expected_en, "found": found, "example": example}
        self.refuse(kinds.WRONG_VALUE, node, key=node.path or "合同 / contract", **texts)

    def refuse(self, kind: ProblemKind, node: Node, **values: object) -> None:
        """Keep a problem about a node, with the line and key path where it stands."""
        self.problems.append(kinds.in_contract(kind, self.where, node.path, node.line, **values))


EXAMPLE_PAYER: Final = "{payer: government_fund, id: city_fund, share: 30 %}"
