"""Reading groups and products: who belongs, and what they hold."""

from collections.abc import Mapping

from huibao.rules.quantity import Unit
from huibao.rules.reader import Reader
from huibao.rules.scheme import Document, Group, Product, Title, Variant
from huibao.rules.tree import Node
from huibao.rules.vocabulary import Line

PAYER_KINDS = ("government_fund", "self", "close_relative", "donor", "insurer", "employer")
"""Who may pay a premium; which fund or person it is stands in the contract."""

COVER_FROM = ("period_start", "recognition")


class ProductReader:
    """Reads groups and products of one file."""

    def __init__(self, reader: Reader, documents: Mapping[str, Document]) -> None:
        """Keep the documents that clauses may point to."""
        self.reader, self.documents = reader, documents

    def group(self, name: str, node: Node) -> Group:
        """One group."""
        reader = self.reader
        held = reader.mapping(
            node, required=("title", "clause", "when"), optional=("cover_from", "recognised_by", "open")
        )
        return Group(
            name=name,
            title=reader.title(held.get("title")),
            clause=reader.clause(held.get("clause"), self.documents),
            when=" ".join(reader.text(held.get("when"), "false").split()),
            cover_from=reader.word(held.get("cover_from"), COVER_FROM, COVER_FROM[0]),
            recognised_by=reader.text(held.get("recognised_by")) or None,
            open=reader.flag(held.get("open")),
            line_no=node.line,
        )

    def product(self, name: str, node: Node) -> Product:
        """One product."""
        reader = self.reader
        held = reader.mapping(
            node,
            required=("title", "line", "clause", "groups", "benefits"),
            optional=("premium", "payers", "waiting", "death_cover", "variants", "open"),
        )
        title = reader.title(held.get("title"))
        waiting = reader.quantity(held["waiting"], Unit.DAYS) if "waiting" in held else None
        return Product(
            name=name,
            title=title,
            line=Line(reader.word(held.get("line"), [line.value for line in Line], Line.ACCIDENT)),
            clause=reader.clause(held.get("clause"), self.documents),
            groups=reader.texts(held.get("groups")),
            premium=reader.text(held.get("premium")) or None,
            benefits=reader.texts(held.get("benefits")),
            payers=reader.words(held.get("payers"), PAYER_KINDS),
            waiting_days=waiting.value if waiting else 0,
            death_cover=reader.flag(held.get("death_cover")),
            variants=tuple(
                self._variant(key, value, title) for key, value in reader.named(held.get("variants")).items()
            ),
            open=reader.flag(held.get("open")),
            line_no=node.line,
        )

    def _variant(self, name: str, node: Node, title: Title) -> Variant:
        held = self.reader.mapping(node, required=("benefits",), optional=("title",))
        return Variant(name, self.reader.title(held.get("title"), title), self.reader.texts(held.get("benefits")))
