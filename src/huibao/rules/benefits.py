"""Reading benefits: inputs, running sums, and the steps with their exceptions."""

from collections.abc import Mapping

from huibao.kernel.problem import define
from huibao.rules.quantity import INPUT_UNITS, Unit
from huibao.rules.reader import Reader
from huibao.rules.scheme import Accumulator, Benefit, Document, Kind, Step, StepException, Title
from huibao.rules.tree import Node
from huibao.rules.vocabulary import INPUTS, TYPE_MAX, Input, InputType, Payer

MAX_STEPS = 100
MAX_INPUTS = 80
MAX_EXCEPTIONS = 10

REPEATED = define(
    "SCHEME-018",
    "{found} 出现两次",
    "同一清单中每个名称只能出现一次。",
    "{found} stands twice",
    "Each name may stand once in a list.",
)
TOO_MANY = define(
    "SCHEME-019",
    "{what_zh}有 {found} 个，超过上限 {limit}",
    "请拆分。",
    "{found} {what_en}, above the limit of {limit}",
    "Split it.",
)

STEP_KEYS = (
    "title",
    "payer",
    "reported",
    "outside_bill",
    "bounds",
    "adds_to",
    "cliff",
    "why",
    "exceptions",
)


class BenefitReader:
    """Reads the benefits of one file."""

    def __init__(self, reader: Reader, scheme_id: str, documents: Mapping[str, Document]) -> None:
        """Keep what every benefit of the file needs."""
        self.reader, self.scheme_id, self.documents = reader, scheme_id, documents

    def read(self, name: str, node: Node) -> Benefit:
        """One benefit."""
        reader = self.reader
        held = reader.mapping(
            node, required=("kind", "title", "clause", "inputs", "steps"), optional=("accumulators", "open")
        )
        kind = reader.word(held.get("kind"), [k.value for k in Kind], Kind.BILL)
        accumulators = tuple(
            self._accumulator(key, value) for key, value in reader.named(held.get("accumulators")).items()
        )
        nodes = reader.listed(held.get("steps"))
        if len(nodes) > MAX_STEPS:
            reader.fault(TOO_MANY, node, what_zh="步骤", what_en="steps", found=len(nodes), limit=MAX_STEPS)
        steps = tuple(self._step(step, accumulators) for step in nodes[:MAX_STEPS])
        for at, step in enumerate(steps):
            if step.name in {earlier.name for earlier in steps[:at]}:
                reader.fault(REPEATED, nodes[at], found=step.name)
        return Benefit(
            name=name,
            kind=Kind(kind),
            title=reader.title(held.get("title")),
            clause=reader.clause(held.get("clause"), self.documents),
            inputs=self._inputs(held.get("inputs")),
            accumulators=accumulators,
            steps=steps,
            open=reader.flag(held.get("open")),
            scheme_id=self.scheme_id,
            line_no=node.line,
        )

    def _inputs(self, node: Node | None) -> tuple[Input, ...]:
        found: dict[str, Input] = {}
        items = self.reader.listed(node)
        if node is not None and len(items) > MAX_INPUTS:
            self.reader.fault(TOO_MANY, node, what_zh="输入", what_en="inputs", found=len(items), limit=MAX_INPUTS)
        for item in items[:MAX_INPUTS]:
            entry = self._own_input(item) if item.kind == "mapping" else self._word_input(item)
            if entry is None:
                continue
            if entry.name in found:
                self.reader.fault(REPEATED, item, found=entry.name)
            found[entry.name] = entry
        return tuple(found.values())

    def _word_input(self, node: Node) -> Input | None:
        word = self.reader.word(node, tuple(INPUTS))
        return INPUTS.get(word)

    def _own_input(self, node: Node) -> Input | None:
        """An input the vocabulary lacks, or one of it with a lower limit."""
        reader = self.reader
        held = reader.mapping(node, required=("name",), optional=("type", "max", "values", "title"))
        name = reader.text(held.get("name"))
        if not name:
            return None
        reader.name(name, held["name"])
        base = INPUTS.get(name)
        type_ = reader.word(held.get("type"), [t.value for t in InputType], base.type if base else InputType.FEN)
        kind = InputType(type_)
        values = reader.texts(held.get("values")) or (base.values if base else ())
        title = reader.title(held.get("title"), Title(base.zh, base.en) if base else Title(name, name))
        top = len(values) - 1 if kind is InputType.ENUM else (base.max if base else TYPE_MAX[kind])
        if "max" in held:
            top = min(top, self._limit(held["max"], INPUT_UNITS[kind], top))
        return Input(name, kind, top, title.zh, title.en, base.national_field if base else None, values)

    def _limit(self, node: Node, unit: Unit | None, default: int) -> int:
        if unit is None or (node.text.isdigit() and unit is Unit.GRADE):
            return self.reader.whole(node, default)
        found = self.reader.quantity(node, unit)
        return found.value if found else default

    def _accumulator(self, name: str, node: Node) -> Accumulator:
        reader = self.reader
        held = reader.mapping(node, required=("title", "unit", "max"))
        word = reader.word(held.get("unit"), (Unit.FEN, Unit.DAYS, Unit.TIMES), Unit.FEN)
        top = reader.quantity(held["max"], Unit(word)) if "max" in held else None
        return Accumulator(name, reader.title(held.get("title")), Unit(word), top.value if top else 0)

    def _step(self, node: Node, accumulators: tuple[Accumulator, ...]) -> Step:
        reader = self.reader
        held = reader.mapping(node, required=("id", "clause", "expr"), optional=STEP_KEYS)
        name = reader.text(held.get("id"))
        if name:
            reader.name(name, held["id"])
        payer_word = reader.word(held.get("payer"), [p.value for p in Payer if p is not Payer.PERSON])
        payer = Payer(payer_word) if payer_word else None
        default = Title(payer.zh, payer.en) if payer else Title(name, name)
        bounds = self._bounds(held.get("bounds"))
        return Step(
            name=name,
            title=reader.title(held.get("title"), default),
            clause=reader.clause(held.get("clause"), self.documents),
            expr=" ".join(reader.text(held.get("expr"), "0").split()),
            payer=payer,
            reported=reader.flag(held.get("reported")),
            outside_bill=reader.flag(held.get("outside_bill")),
            bounds=tuple(label for label, _ in bounds),
            bound_titles=tuple(title for _, title in bounds),
            adds_to=reader.words(held.get("adds_to"), [entry.name for entry in accumulators]),
            cliff=self._cliff(held.get("cliff"), held.get("why")),
            exceptions=self._exceptions(held.get("exceptions")),
            line_no=node.line,
        )

    def _bounds(self, node: Node | None) -> tuple[tuple[str, Title], ...]:
        """Labels with their titles: a list of bare labels, or a mapping from label to title."""
        if node is not None and node.kind == "mapping":
            return tuple((label, self.reader.title(value)) for label, value in self.reader.named(node).items())
        return tuple((label, Title(label, label)) for label in self.reader.texts(node))

    def _cliff(self, node: Node | None, why: Node | None) -> str:
        """Text that says why; a bare true says only that it is so."""
        if not self.reader.flag(node):
            return ""
        if why is not None and why.kind == "mapping":
            return self.reader.title(why).zh
        return self.reader.text(why, "已声明 / declared")

    def _exceptions(self, node: Node | None) -> tuple[StepException, ...]:
        reader = self.reader
        items = reader.listed(node)
        if node is not None and len(items) > MAX_EXCEPTIONS:
            reader.fault(TOO_MANY, node, what_zh="例外", what_en="exceptions", found=len(items), limit=MAX_EXCEPTIONS)
        found: list[StepException] = []
        for item in items[:MAX_EXCEPTIONS]:
            held = reader.mapping(item, required=("id", "when", "expr", "clause"), optional=("title",))
            name = reader.text(held.get("id"))
            if name in {entry.name for entry in found}:
                reader.fault(REPEATED, item, found=name)
            found.append(
                StepException(
                    name=name,
                    title=reader.title(held.get("title"), Title(name, name)),
                    clause=reader.clause(held.get("clause"), self.documents),
                    when=" ".join(reader.text(held.get("when"), "false").split()),
                    expr=" ".join(reader.text(held.get("expr"), "0").split()),
                )
            )
        return tuple(found)
