"""Typed reading of the tree: each method returns a usable value and notes every fault with its line and key path."""

import difflib
import keyword
from collections.abc import Collection, Iterable
from datetime import date

from huibao.kernel.period import Period
from huibao.kernel.problem import Problem, ProblemKind, define
from huibao.rules.quantity import NotAQuantity, Quantity, Unit, parse_day, parse_quantity
from huibao.rules.scheme import CLAUSE_SHAPE, Title
from huibao.rules.tree import Node

UNKNOWN_KEY = define(
    "SCHEME-003",
    "不认识的键 {key}{hint}",
    "此处可用的键：{allowed}。",
    "Unknown key {key}{hint}",
    "Keys allowed here: {allowed}.",
)
MISSING_KEY = define(
    "SCHEME-004",
    "缺少键 {key}",
    "请补上；它在此处是必填的。",
    "Key {key} is missing",
    "Add it; it is required here.",
)
WRONG_SHAPE = define(
    "SCHEME-005",
    "应为{expected_zh}，读到 {found}",
    "请改成应有的形式。",
    "Expected {expected_en}, found {found}",
    "Write it in the expected form.",
)
BAD_QUANTITY = define(
    "SCHEME-006",
    "{found} 读不成数量：{why_zh}",
    "数值必须带单位，例如 110 yuan、90 %、30 days、4 times、grade 3。",
    "{found} cannot be read as a quantity: {why_en}",
    "A value carries its unit, for example 110 yuan, 90 %, 30 days, 4 times, grade 3.",
)
BAD_DATE = define(
    "SCHEME-007",
    "{found} 不是日期：{why_zh}",
    "日期写作 2020-01-31，期间写作 2020-01-01..2020-12-31。",
    "{found} is not a date: {why_en}",
    "Write days as 2020-01-31 and periods as 2020-01-01..2020-12-31.",
)
UNKNOWN_WORD = define(
    "SCHEME-010",
    "不认识的词 {found}{hint}",
    "可用：{allowed}。",
    "Unknown word {found}{hint}",
    "Allowed: {allowed}.",
)
WRONG_UNIT = define(
    "SCHEME-011",
    "单位不符：应为 {expected}，读到 {found}",
    "同一参数（变量）的所有数值必须用同一单位。",
    "Wrong unit: expected {expected}, found {found}",
    "All values of one param (or input) have one unit.",
)
BAD_CLAUSE = define(
    "SCHEME-012",
    "条款 {found} 不指向本方案的文件{hint}",
    "条款写作“文件键-编号”，例如 SD-4.1；文件键须在 documents 中：{documents}。",
    "Clause {found} does not point to a document of this scheme{hint}",
    "Write DOCUMENT-number, e.g. SD-4.1; the document must stand under documents: {documents}.",
)
BAD_NAME = define(
    "SCHEME-013",
    "名称 {found} 不可用",
    "名称用小写字母、数字和下划线，以字母开头，不超过 60 个字符，且不能是表达式的保留词。",
    "The name {found} cannot be used",
    "Names are lower-case letters, digits and underscores, begin with a letter, at most 60 characters, no reserved word.",
)

MAX_NAME_CHARS = 60
SHOWN_CHOICES = 24
"""Choices listed in a message; a longer list is cut."""

KIND_WORDS = {"scalar": ("一个值", "one value"), "list": ("列表", "a list"), "mapping": ("映射", "a mapping")}

FUNCTION_WORDS = {
    "min",
    "max",
    "half_up",
    "ratio",
    "capped",
    "on_total",
    "banded",
    "rate_of",
    "best_of_groups",
    "within",
}
CODE_WORDS = {
    "self_pay",
    "total",
    "group",
    "none",
    "claim",
    "replay",
    "inputs",
    "opening",
    "values",
    "closing",
    "conflict",
}
RESERVED = frozenset(FUNCTION_WORDS | CODE_WORDS | {word.lower() for word in keyword.kwlist})
"""Words of the expression language, of Python, and of the generated function."""


class Reader:
    """Reads one file; `problems` grows as faults are found, so that a person sees all of them at once."""

    def __init__(self, where: str) -> None:
        """Start with the file's name and no problem."""
        self.where = where
        self.problems: list[Problem] = []

    def fault(self, kind: ProblemKind, node: Node, **values: object) -> None:
        """Note a fault at a node."""
        self.problems.append(kind(where=self.where, row=node.line, field=node.path or None, **values))

    def mapping(self, node: Node, required: Iterable[str] = (), optional: Iterable[str] = ()) -> dict[str, Node]:
        """Keys of a mapping; unknown and missing ones are faults."""
        required, optional = tuple(required), tuple(optional)
        if not self.is_kind(node, "mapping"):
            return {}
        allowed = (*required, *optional)
        for key, value in node.pairs.items():
            if key not in allowed:
                self.fault(UNKNOWN_KEY, value, key=key, hint=_hint(key, allowed), allowed=_list(allowed))
        for key in required:
            if key not in node.pairs:
                self.fault(MISSING_KEY, node, key=key)
        return {key: value for key, value in node.pairs.items() if key in allowed}

    def named(self, node: Node | None) -> dict[str, Node]:
        """A mapping from names of the scheme's own choosing."""
        if node is None or not self.is_kind(node, "mapping"):
            return {}
        for name, value in node.pairs.items():
            self.name(name, value)
        return {name: value for name, value in node.pairs.items() if is_name(name)}

    def name(self, text: str, node: Node) -> str:
        """Check a name of the scheme's own choosing."""
        if not is_name(text):
            self.fault(BAD_NAME, node, found=text)
        return text

    def listed(self, node: Node | None) -> tuple[Node, ...]:
        """Items of a list; nothing for an absent one."""
        if node is None or not self.is_kind(node, "list"):
            return ()
        return node.items

    def is_kind(self, node: Node, kind: str) -> bool:
        """Note a fault unless the node is of the kind."""
        if node.kind == kind:
            return True
        zh, en = KIND_WORDS[kind]
        found_zh, found_en = KIND_WORDS[node.kind]
        found = node.text if node.kind == "scalar" else f"{found_zh} / {found_en}"
        self.fault(WRONG_SHAPE, node, expected_zh=zh, expected_en=en, found=found or "空 / nothing")
        return False

    def text(self, node: Node | None, default: str = "") -> str:
        """Text; an absent node gives the default, an empty one is a fault."""
        if node is None or not self.is_kind(node, "scalar"):
            return default
        if not node.text.strip():
            self.fault(WRONG_SHAPE, node, expected_zh="文字", expected_en="text", found="空 / nothing")
        return node.text.strip()

    def texts(self, node: Node | None) -> tuple[str, ...]:
        """A list of texts."""
        return tuple(self.text(item) for item in self.listed(node))

    def title(self, node: Node | None, default: Title | None = None) -> Title:
        """A text in both languages."""
        if node is None:
            return default or Title("", "")
        held = self.mapping(node, required=("zh", "en"))
        return Title(self.text(held.get("zh")), self.text(held.get("en")))

    def word(self, node: Node | None, allowed: Collection[str], default: str = "") -> str:
        """One of the allowed words."""
        text = self.text(node, default)
        if node is not None and text and text not in allowed:
            self.fault(UNKNOWN_WORD, node, found=text, hint=_hint(text, allowed), allowed=_list(allowed))
            return default
        return text

    def words(self, node: Node | None, allowed: Collection[str]) -> tuple[str, ...]:
        """A list of allowed words; the unknown ones are faults and left out."""
        return tuple(word for item in self.listed(node) if (word := self.word(item, allowed)))

    def flag(self, node: Node | None, default: bool = False) -> bool:
        """True or false."""
        if node is None:
            return default
        if node.kind != "scalar" or node.quoted or node.text not in {"true", "false"}:
            self.fault(WRONG_SHAPE, node, expected_zh="true 或 false", expected_en="true or false", found=node.text)
            return default
        return node.text == "true"

    def whole(self, node: Node | None, default: int = 0) -> int:
        """A bare whole number, where a count needs no unit."""
        if node is None or not self.is_kind(node, "scalar"):
            return default
        if not node.text.isascii() or not node.text.isdigit():
            self.fault(WRONG_SHAPE, node, expected_zh="整数", expected_en="a whole number", found=node.text)
            return default
        return int(node.text)

    def quantity(self, node: Node, unit: Unit | None = None) -> Quantity | None:
        """A quantity, of the unit if one is expected; None after a fault."""
        if not self.is_kind(node, "scalar"):
            return None
        try:
            found = parse_quantity(node.text)
        except NotAQuantity as why:
            self.fault(BAD_QUANTITY, node, found=node.text, why_zh=why.zh, why_en=why.en)
            return None
        if unit is not None and found.unit is not unit:
            self.fault(WRONG_UNIT, node, expected=unit.value, found=found.unit.value)
            return None
        return found

    def day(self, node: Node | None) -> date | None:
        """A day; None when absent or after a fault."""
        if node is None or not self.is_kind(node, "scalar"):
            return None
        return self.day_text(node.text, node)

    def day_text(self, text: str, node: Node) -> date | None:
        """A day given as text found at a node."""
        try:
            return parse_day(text)
        except NotAQuantity as why:
            self.fault(BAD_DATE, node, found=text, why_zh=why.zh, why_en=why.en)
            return None

    def period(self, node: Node | None) -> Period | None:
        """A period; None when absent or after a fault."""
        if node is None or not self.is_kind(node, "scalar"):
            return None
        try:
            return Period.parse(node.text)
        except ValueError as why:
            self.fault(BAD_DATE, node, found=node.text, why_zh=str(why), why_en=str(why))
            return None

    def clause(self, node: Node | None, documents: Collection[str]) -> str:
        """A clause of a known document, or several separated by commas; the missing key is noted by `mapping`."""
        text = self.text(node)
        if node is None or not text:
            return ""
        for one in text.split(","):
            found = CLAUSE_SHAPE.fullmatch(one.strip())
            key = found["document"] if found else one.strip()
            if found is None or key not in documents:
                self.fault(BAD_CLAUSE, node, found=text, hint=_hint(key, documents), documents=_list(documents))
        return text


def is_name(text: str) -> bool:
    """Tell whether a name may be used in expressions."""
    fits = text.isascii() and text.isidentifier() and text == text.lower() and len(text) <= MAX_NAME_CHARS
    return fits and text not in RESERVED and not text.startswith("_")


def _hint(word: str, allowed: Iterable[str]) -> str:
    close = difflib.get_close_matches(word, tuple(allowed), n=1)
    return f"（是否想写 {close[0]}？did you mean {close[0]}?）" if close else ""


def _list(words: Iterable[str]) -> str:
    words = tuple(words)
    shown = ", ".join(words[:SHOWN_CHOICES])
    return f"{shown}, … ({len(words)})" if len(words) > SHOWN_CHOICES else shown or "—"
