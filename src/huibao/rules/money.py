"""Reading what a scheme says beyond its sums: funds and their rules, targets, duties, notes of interpretation."""

import re
from collections.abc import Mapping
from datetime import date

from huibao.kernel.problem import define
from huibao.rules.benefits import REPEATED
from huibao.rules.reader import Reader
from huibao.rules.scheme import OPEN_ENDED, Document, Duty, Fund, FundRule, FundRules, Note, Target
from huibao.rules.tree import Node
from huibao.rules.vocabulary import Line

SYSTEM_SHAPE = re.compile(r"S([1-9]|1\d|20)")
LEVELS = ("state", "province", "city", "county", "town", "village", "none")
SOURCES = ("fiscal", "donation", "self", "relative", "insurer", "employer", "fund", "other")

BAD_SYSTEM = define(
    "SCHEME-024",
    "没有系统 {found}",
    "系统编号为 S1 到 S20。",
    "There is no system {found}",
    "Systems are numbered S1 to S20.",
)


class MoneyReader:
    """Reads the funds, targets, duties and notes of one file."""

    def __init__(self, reader: Reader, documents: Mapping[str, Document]) -> None:
        """Keep the documents that clauses may point to."""
        self.reader, self.documents = reader, documents

    def fund(self, name: str, node: Node) -> Fund:
        """One fund."""
        reader = self.reader
        held = reader.mapping(node, required=("title", "clause", "lines", "level", "source"))
        return Fund(
            name=name,
            title=reader.title(held.get("title")),
            clause=reader.clause(held.get("clause"), self.documents),
            lines=tuple(Line(word) for word in reader.words(held.get("lines"), [line.value for line in Line])),
            level=reader.word(held.get("level"), LEVELS),
            source=reader.word(held.get("source"), SOURCES),
        )

    def rules(self, node: Node | None, above: FundRules) -> FundRules:
        """Rules about the money; what is not said again stays as the scheme above says."""
        reader = self.reader
        if node is None:
            return above
        held = reader.mapping(
            node, optional=("moves_between_lines", "operating_cost_ceiling", "profit_and_loss", "carry_over")
        )
        names, by_contract = self._profit_and_loss(held.get("profit_and_loss"))
        return FundRules(
            moves_between_lines=self._rule(held.get("moves_between_lines")) or above.moves_between_lines,
            carry_over=self._rule(held.get("carry_over")) or above.carry_over,
            operating_cost_ceiling=reader.text(held.get("operating_cost_ceiling")) or above.operating_cost_ceiling,
            profit_and_loss=names or above.profit_and_loss,
            profit_and_loss_by_contract=by_contract or above.profit_and_loss_by_contract,
            line_no=node.line,
        )

    def _rule(self, node: Node | None) -> FundRule | None:
        if node is None:
            return None
        held = self.reader.mapping(node, required=("allowed", "clause"), optional=("approval",))
        return FundRule(
            allowed=self.reader.flag(held.get("allowed")),
            clause=self.reader.clause(held.get("clause"), self.documents),
            approval=self.reader.text(held.get("approval")),
        )

    def _profit_and_loss(self, node: Node | None) -> tuple[tuple[str, ...], bool]:
        if node is None:
            return (), False
        if node.kind == "list":
            return self.reader.texts(node), False
        text = self.reader.text(node)
        return ((), True) if text == "by_contract" else ((text,) if text else (), False)

    def targets(self, node: Node | None) -> tuple[Target, ...]:
        """Coverage targets."""
        reader = self.reader
        found: list[Target] = []
        for name, value in reader.named(node).items() if node is not None else ():
            held = reader.mapping(
                value, required=("group", "line", "share", "due_on", "clause", "denominator"), optional=("title",)
            )
            due_on = reader.day(held.get("due_on")) or OPEN_ENDED
            day, source = self._denominator(held.get("denominator"), due_on)
            found.append(
                Target(
                    name=name,
                    title=reader.title(held.get("title")),
                    group=reader.text(held.get("group")),
                    line=Line(reader.word(held.get("line"), [line.value for line in Line], Line.ACCIDENT)),
                    share=reader.text(held.get("share")),
                    due_on=due_on,
                    clause=reader.clause(held.get("clause"), self.documents),
                    denominator_on=day,
                    denominator_source=source,
                    line_no=value.line,
                )
            )
        return tuple(found)

    def _denominator(self, node: Node | None, due_on: date) -> tuple[date, str]:
        if node is None:
            return due_on, ""
        held = self.reader.mapping(node, required=("day", "source"))
        told = held.get("source")
        both = told is not None and told.kind == "mapping"
        source = self.reader.title(told).zh if both else self.reader.text(told)
        if self.reader.text(held.get("day")) == "due_on":
            return due_on, source
        return self.reader.day(held.get("day")) or due_on, source

    def duties(self, node: Node | None) -> tuple[Duty, ...]:
        """Rules of the document that other systems keep."""
        reader = self.reader
        found: list[Duty] = []
        for item in reader.listed(node):
            held = reader.mapping(item, required=("id", "system", "clause", "says"), optional=("param",))
            name = reader.text(held.get("id"))
            if name in {duty.name for duty in found}:
                reader.fault(REPEATED, item, found=name)
            system = reader.text(held.get("system"))
            if "system" in held and not SYSTEM_SHAPE.fullmatch(system):
                reader.fault(BAD_SYSTEM, held["system"], found=system)
            clause = reader.clause(held.get("clause"), self.documents)
            param = reader.text(held.get("param")) or None
            found.append(Duty(name, system, clause, reader.title(held.get("says")), param, item.line))
        return tuple(found)

    def notes(self, node: Node | None) -> tuple[Note, ...]:
        """Choices made where the document is silent."""
        reader = self.reader
        found: list[Note] = []
        for item in reader.listed(node):
            held = reader.mapping(item, required=("id", "clause", "says"))
            name = reader.text(held.get("id"))
            if name in {note.name for note in found}:
                reader.fault(REPEATED, item, found=name)
            clause = reader.clause(held.get("clause"), self.documents)
            found.append(Note(name, clause, reader.title(held.get("says")), item.line))
        return tuple(found)
