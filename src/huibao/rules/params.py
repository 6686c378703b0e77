"""Reading params: dated values with unit, tables by index, and brackets."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from huibao.kernel.problem import define
from huibao.rules.quantity import WORDS, Unit
from huibao.rules.reader import Reader
from huibao.rules.scheme import Bound, DatedValue, Document, Param, Status
from huibao.rules.tree import Node
from huibao.rules.vocabulary import INPUTS, InputType

MAX_TABLE_KEYS = 200
MAX_BANDS = 50

WRONG_TABLE = define(
    "SCHEME-014",
    "表格的键不对：应为 {expected}，读到 {found}",
    "表格须对每个索引值各给一个数，不多不少；各日期的键一致。",
    "The keys of the table do not fit: expected {expected}, found {found}",
    "A table gives one value for each key of its index, the same keys on every date.",
)
WRONG_BANDS = define(
    "SCHEME-015",
    "分段写法不对：{why_zh}",
    "分段写作 [[0 yuan, 50 %], [50000 yuan, 60 %]]，下限逐段递增。",
    "The brackets do not fit: {why_en}",
    "Write brackets as [[0 yuan, 50 %], [50000 yuan, 60 %]] with ascending lower edges.",
)
NO_VALUE = define(
    "SCHEME-016",
    "参数 {name} 既没有 values 也没有 required",
    "文件给出数字的写 values；没有文件给出的写 required: 单位，由下级方案或合同给出。",
    "Param {name} has neither values nor required",
    "Write values where a document gives the number, else required: UNIT, for a scheme below or the contract to give.",
)
OUT_OF_BOUNDS = define(
    "SCHEME-017",
    "数值 {found} 超出 {least} 到 {most}",
    "请核对数值，或修改 min、max。",
    "The value {found} lies outside {least} to {most}",
    "Check the value, or change min and max.",
)

KEYS = (
    "title",
    "clause",
    "bound",
    "unit",
    "index",
    "brackets",
    "required",
    "min",
    "max",
    "values",
    "demonstration",
)


class ParamReader:
    """Reads the params of one file, with those of the scheme above at hand."""

    def __init__(
        self,
        reader: Reader,
        scheme_id: str,
        status: Status,
        documents: Mapping[str, Document],
        parent: Mapping[str, Param],
        depth: int,
        default_from: date,
    ) -> None:
        """Keep what every param of the file needs."""
        self.reader, self.scheme_id, self.status = reader, scheme_id, status
        self.documents, self.parent, self.depth, self.default_from = documents, parent, depth, default_from

    def read(self, name: str, node: Node) -> Param:
        """One param; a param of the scheme above keeps what is not said again."""
        reader = self.reader
        above = self.parent.get(name)
        required = ("clause",) if above else ("title", "clause", "bound")
        held = reader.mapping(node, required=required, optional=tuple(key for key in KEYS if key not in required))
        clause = reader.clause(held.get("clause"), self.documents)
        bound = reader.word(held.get("bound"), [b.value for b in Bound], above.bound.value if above else Bound.FREE)
        unit = self._unit(held, above)
        index = reader.texts(held["index"]) if "index" in held else (above.index if above else ())
        brackets = reader.flag(held.get("brackets"), above.brackets if above else False)
        param = Param(
            name=name,
            title=reader.title(held.get("title"), above.title if above else None),
            clause=clause,
            unit=unit or Unit.FEN,
            bound=Bound(bound),
            index=index,
            keys=(),
            brackets=brackets,
            required="required" in held or (above.required if above else False),
            minimum=self._limit(held.get("min"), unit, above.minimum if above else None),
            maximum=self._limit(held.get("max"), unit, above.maximum if above else None),
            values=(),
            demonstration=reader.flag(
                held.get("demonstration"), self.status is Status.DEMONSTRATION and "values" in held
            ),
            scheme_id=self.scheme_id,
            line_no=node.line,
        )
        values, keys, found_unit = self._values(held.get("values"), param, unit)
        if "values" not in held and not param.required and above is None:
            reader.fault(NO_VALUE, node, name=name)
        inherited = above.values if above else ()
        return replace(
            param,
            unit=found_unit or param.unit,
            keys=keys or (above.keys if above else _known_keys(index)),
            values=(*inherited, *values),
        )

    def _unit(self, held: Mapping[str, Node], above: Param | None) -> Unit | None:
        for key in ("required", "unit"):
            if key in held:
                word = self.reader.word(held[key], tuple(WORDS))
                return WORDS.get(word)
        return above.unit if above else None

    def _limit(self, node: Node | None, unit: Unit | None, above: int | None) -> int | None:
        if node is None:
            return above
        found = self.reader.quantity(node, unit)
        return found.value if found else above

    def _values(
        self, node: Node | None, param: Param, unit: Unit | None
    ) -> tuple[tuple[DatedValue, ...], tuple[tuple[str, ...], ...], Unit | None]:
        """Dated values with the keys and the unit they agree on."""
        values: list[DatedValue] = []
        keys: tuple[tuple[str, ...], ...] = self.parent[param.name].keys if param.name in self.parent else ()
        for from_on, known_on, held in self._statements(node, param):
            cells: list[tuple[int, ...]] = []
            found_keys: list[tuple[str, ...]] = []
            if param.brackets:
                numbers, unit = self._bands(held, unit)
            else:
                unit = self._cells(held, param, 0, cells, found_keys, unit)
                numbers = tuple(number for cell in cells for number in cell)
                if keys and tuple(found_keys) != keys:
                    self.reader.fault(WRONG_TABLE, held, expected=_shown(keys), found=_shown(tuple(found_keys)))
                    continue
                keys = keys or tuple(found_keys)
            if numbers:
                self._within(numbers, param, held)
                stated = DatedValue(from_on, known_on, numbers, self.depth, param.clause, param.demonstration)
                values.append(stated)
        return tuple(values), keys, unit

    def _statements(self, node: Node | None, param: Param) -> list[tuple[date, date, Node]]:
        """(in force, known, value) of the short form {day: value} or the long form [{from, known, value}]."""
        reader = self.reader
        found: list[tuple[date, date, Node]] = []
        if node is None:
            return found
        if node.kind == "list":
            for item in node.items:
                held = reader.mapping(item, required=("from", "value"), optional=("known",))
                day = reader.day(held.get("from"))
                if day and "value" in held:
                    found.append((day, reader.day(held.get("known")) or self._known(param, day), held["value"]))
        elif reader.is_kind(node, "mapping"):
            for text, value in node.pairs.items():
                if day := reader.day_text(text, value):
                    found.append((day, self._known(param, day), value))
        return found

    def _known(self, param: Param, from_on: date) -> date:
        """Day a value was known where it is not stated: the day its document was issued, else the day of force."""
        key = param.clause.split("-", 1)[0]
        document = self.documents.get(key)
        return (document.issued_on if document else None) or from_on

    def _cells(
        self,
        node: Node,
        param: Param,
        level: int,
        cells: list[tuple[int, ...]],
        keys: list[tuple[str, ...]],
        unit: Unit | None,
    ) -> Unit | None:
        reader = self.reader
        if level == len(param.index):
            found = reader.quantity(node, unit)
            if found:
                cells.append((found.value,))
                return found.unit
            return unit
        if not reader.is_kind(node, "mapping"):
            return unit
        here = tuple(node.pairs)
        wanted = _wanted(param.index[level], here)
        if set(here) != set(wanted) or len(here) > MAX_TABLE_KEYS:
            reader.fault(WRONG_TABLE, node, expected=", ".join(wanted), found=", ".join(here))
            return unit
        if len(keys) == level:
            keys.append(wanted)
        elif keys[level] != wanted:
            reader.fault(WRONG_TABLE, node, expected=", ".join(keys[level]), found=", ".join(here))
            return unit
        for key in wanted:
            unit = self._cells(node.pairs[key], param, level + 1, cells, keys, unit)
        return unit

    def _bands(self, node: Node, unit: Unit | None) -> tuple[tuple[int, ...], Unit | None]:
        reader = self.reader
        edges: list[int] = []
        rates: list[int] = []
        rows = reader.listed(node)
        if not 1 <= len(rows) <= MAX_BANDS:
            reader.fault(WRONG_BANDS, node, why_zh=f"须有 1 到 {MAX_BANDS} 段", why_en=f"1 to {MAX_BANDS} bands")
            return (), unit
        for row in rows:
            pair = reader.listed(row)
            if len(pair) != 2:  # noqa: PLR2004 - a lower edge and a rate
                reader.fault(WRONG_BANDS, row, why_zh="每段是下限和比例", why_en="each band is a lower edge and a rate")
                continue
            edge, rate = reader.quantity(pair[0], unit), reader.quantity(pair[1], Unit.BP)
            if edge and rate:
                unit = edge.unit
                edges.append(edge.value)
                rates.append(rate.value)
        if edges != sorted(set(edges)) or any(edge < 0 for edge in edges):
            reader.fault(
                WRONG_BANDS, node, why_zh="下限须从零或正数起逐段递增", why_en="edges must ascend from zero or more"
            )
            return (), unit
        return (*edges, *rates), unit

    def _within(self, numbers: tuple[int, ...], param: Param, node: Node) -> None:
        least, most = param.minimum, param.maximum
        low = 0 if least is None else least
        for number in numbers:
            if number < low or (most is not None and number > most):
                self.reader.fault(OUT_OF_BOUNDS, node, found=number, least=low, most="—" if most is None else most)


def _wanted(dimension: str, found: tuple[str, ...]) -> tuple[str, ...]:
    """Keys a dimension must have, in the order of the table: an enum's values, 0/1 for a flag, whole numbers in a row."""
    entry = INPUTS.get(dimension)
    if entry is not None and entry.type is InputType.ENUM:
        return entry.values
    if entry is not None and entry.type is InputType.FLAG:
        return ("0", "1")
    if found and all(key.isascii() and key.isdigit() for key in found):
        first = min(int(key) for key in found)
        return tuple(str(first + at) for at in range(len(found)))
    return found


def _known_keys(index: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    return tuple(_wanted(dimension, ()) for dimension in index)


def _shown(keys: tuple[tuple[str, ...], ...]) -> str:
    return " × ".join(", ".join(dimension) for dimension in keys) or "—"
