"""What a scheme is once it is read: documents, groups, params, products, benefits, funds, duties, notes."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from huibao.kernel.period import Period
from huibao.rules.quantity import Unit
from huibao.rules.vocabulary import Input, Line, Payer

CLAUSE_SHAPE = re.compile(r"(?P<document>[A-Z][A-Z0-9_]*)-(?P<number>\S.*)")
"""DOC-number: the document's key in the scheme, and the clause's own number in it."""

OPEN_ENDED = date(9999, 12, 31)


class Status(StrEnum):
    """Where a scheme's numbers come from; shown wherever they are shown."""

    OFFICIAL = "official"
    DEMONSTRATION = "demonstration"
    PUBLISHED = "published"


class Bound(StrEnum):
    """What a scheme below may do with a value: only raise it, only lower it, keep it, or choose freely."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    FIXED = "fixed"
    FREE = "free"


@dataclass(frozen=True, slots=True)
class Title:
    """A text in Chinese and English."""

    zh: str
    en: str

    def __str__(self) -> str:
        """The Chinese text."""
        return self.zh

    def text(self, lang: str) -> str:
        """The text in "zh" or "en"."""
        return self.en if lang == "en" else self.zh


@dataclass(frozen=True, slots=True)
class Document:
    """A document the scheme rests on."""

    key: str
    title: str
    number: str
    issued_by: tuple[str, ...]
    issued_on: date | None
    in_force_on: date | None
    ends_on: date | None
    sha256: str
    source: str


@dataclass(frozen=True, slots=True)
class Group:
    """Who belongs, as a condition over the facts of a day."""

    name: str
    title: Title
    clause: str
    when: str
    cover_from: str
    recognised_by: str | None
    open: bool
    line_no: int


@dataclass(frozen=True, slots=True)
class DatedValue:
    """One statement of a param: the day it is in force, the day it was known, the numbers, and who stated it."""

    from_on: date
    known_on: date
    numbers: tuple[int, ...]
    """One number; a table row by row; or for brackets the lower edges and then the rates."""
    depth: int = 0
    """0 for the topmost scheme of the lineage; a scheme below states with a larger depth and wins from its day on."""
    clause: str = ""
    demonstration: bool = False
    """Made up for a demonstration; shown as such wherever it is shown."""


@dataclass(frozen=True, slots=True)
class Param:
    """A named value with unit and clause, as stated by a scheme (and those above it)."""

    name: str
    title: Title
    clause: str
    unit: Unit
    """Unit of the value; for brackets the unit of the edges (the rates are always basis points)."""
    bound: Bound
    index: tuple[str, ...]
    keys: tuple[tuple[str, ...], ...]
    brackets: bool
    required: bool
    minimum: int | None
    maximum: int | None
    values: tuple[DatedValue, ...]
    demonstration: bool
    scheme_id: str
    line_no: int

    def at(self, on: date, known_on: date | None = None) -> tuple[int, ...] | None:
        """Numbers in force on a day as known on another (None: as known by now); None where there is no value yet.

        The scheme lowest in the lineage wins, then the latest day of force, then the latest knowledge of it.
        """
        held = [v for v in self.values if v.from_on <= on and (known_on is None or v.known_on <= known_on)]
        return max(held, key=lambda v: (v.depth, v.from_on, v.known_on)).numbers if held else None

    @property
    def band_count(self) -> int:
        """Bands of a bracket param: the most any of its values has."""
        return max((len(value.numbers) // 2 for value in self.values), default=0)


@dataclass(frozen=True, slots=True)
class Variant:
    """A form of a product with its own benefits, for example without death cover."""

    name: str
    title: Title
    benefits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Product:
    """What is insured: a line, its groups, its least premium, its benefits and who may pay."""

    name: str
    title: Title
    line: Line
    clause: str
    groups: tuple[str, ...]
    premium: str | None
    benefits: tuple[str, ...]
    payers: tuple[str, ...]
    waiting_days: int
    death_cover: bool
    variants: tuple[Variant, ...]
    open: bool
    line_no: int


@dataclass(frozen=True, slots=True)
class StepException:
    """A labelled departure from a step's rule; two that apply at once are an error."""

    name: str
    title: Title
    clause: str
    when: str
    expr: str


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a benefit; with a payer it is a layer of the bill or a part of what an event pays."""

    name: str
    title: Title
    clause: str
    expr: str
    payer: Payer | None
    reported: bool
    outside_bill: bool
    bounds: tuple[str, ...]
    adds_to: tuple[str, ...]
    cliff: str
    """Why a dearer bill may leave less here; empty where it may not (S3)."""
    exceptions: tuple[StepException, ...]
    line_no: int
    bound_titles: tuple[Title, ...] = ()
    """What the labels of `bounds` are called, in their order; without a title a label stands for itself."""


@dataclass(frozen=True, slots=True)
class Accumulator:
    """A running yearly sum of one person: 0 <= value <= max, in its unit."""

    name: str
    title: Title
    unit: Unit
    max: int


class Kind(StrEnum):
    """A bill is split into layers and the person's rest; an event pays amounts of its own."""

    BILL = "bill"
    EVENT = "event"


@dataclass(frozen=True, slots=True)
class Benefit:
    """What a product pays: inputs, running sums and steps."""

    name: str
    kind: Kind
    title: Title
    clause: str
    inputs: tuple[Input, ...]
    accumulators: tuple[Accumulator, ...]
    steps: tuple[Step, ...]
    open: bool
    scheme_id: str
    line_no: int


@dataclass(frozen=True, slots=True)
class Fund:
    """An earmarked source of money and the lines it may pay."""

    name: str
    title: Title
    clause: str
    lines: tuple[Line, ...]
    level: str
    source: str


@dataclass(frozen=True, slots=True)
class FundRule:
    """Whether something may be done with the money, by which clause, and who must approve."""

    allowed: bool
    clause: str
    approval: str


@dataclass(frozen=True, slots=True)
class FundRules:
    """Rules about money that is already in the books. None: the documents are silent."""

    moves_between_lines: FundRule | None = None
    carry_over: FundRule | None = None
    operating_cost_ceiling: str | None = None
    """Name of the param that holds it."""
    profit_and_loss: tuple[str, ...] = ()
    """Names of the params that hold the terms."""
    profit_and_loss_by_contract: bool = False
    line_no: int = 0


@dataclass(frozen=True, slots=True)
class Target:
    """A share of a group that must be insured by a day; the share is a param, the denominator has its own day."""

    name: str
    title: Title
    group: str
    line: Line
    share: str
    due_on: date
    clause: str
    denominator_on: date
    denominator_source: str
    line_no: int = 0


@dataclass(frozen=True, slots=True)
class Duty:
    """A rule of the document that another system of the product keeps (S1 to S20)."""

    name: str
    system: str
    clause: str
    says: Title
    param: str | None
    line_no: int = 0


@dataclass(frozen=True, slots=True)
class Note:
    """A choice made where the document is silent or can be read in two ways."""

    name: str
    clause: str
    says: Title
    line_no: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Scheme:
    """One authority, area and period; everything of the schemes above it is already in."""

    scheme_id: str
    status: Status
    title: Title
    authority: Title
    area: str
    period: Period
    parent: "Scheme | None"
    where: str
    hash: str
    """sha256 over the content of this scheme and those above it; comments and layout do not count."""
    documents: Mapping[str, Document]
    groups: Mapping[str, Group]
    params: Mapping[str, Param]
    products: Mapping[str, Product]
    benefits: Mapping[str, Benefit]
    funds: Mapping[str, Fund]
    fund_rules: FundRules
    targets: tuple[Target, ...]
    duties: tuple[Duty, ...]
    notes: tuple[Note, ...]

    @property
    def lineage(self) -> tuple[str, ...]:
        """Ids from the topmost scheme down to this one."""
        return (*(self.parent.lineage if self.parent else ()), self.scheme_id)

    def where_of(self, scheme_id: str) -> str:
        """File of this scheme or of the one above that states something: lines are counted in that file."""
        return self.parent.where_of(scheme_id) if self.parent and scheme_id != self.scheme_id else self.where

    def document_of(self, clause: str) -> Document | None:
        """The document a clause stands in."""
        found = CLAUSE_SHAPE.fullmatch(clause)
        return self.documents.get(found["document"]) if found else None

    def param_at(self, name: str, on: date, known_on: date | None = None) -> tuple[int, ...] | None:
        """Numbers of a param in force on a day; None where it has none."""
        return self.params[name].at(on, known_on)

    def products_of(self, line: Line) -> tuple[Product, ...]:
        """Products of a line, in the order of the file."""
        return tuple(product for product in self.products.values() if product.line is line)

    def product_of_benefit(self, benefit: str) -> Product | None:
        """The product that holds a benefit."""
        return next((product for product in self.products.values() if benefit in product.benefits), None)

    def clauses(self) -> Iterator[str]:
        """Every clause that a value, step, group, product or fund rests on."""
        for held in (self.groups, self.params, self.products, self.benefits, self.funds):
            yield from (entry.clause for entry in held.values())
        yield from (step.clause for benefit in self.benefits.values() for step in benefit.steps)
        yield from (target.clause for target in self.targets)
        yield from (duty.clause for duty in self.duties)
