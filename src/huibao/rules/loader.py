"""From the text of a scheme file to a Scheme: strict, and with all faults of the file at once."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import TypeVar

from huibao.kernel.period import Period
from huibao.kernel.problem import Refused, define
from huibao.rules.benefits import BenefitReader
from huibao.rules.money import MoneyReader
from huibao.rules.params import ParamReader
from huibao.rules.products import ProductReader
from huibao.rules.reader import Reader
from huibao.rules.scheme import (
    OPEN_ENDED,
    Benefit,
    Document,
    FundRules,
    Group,
    Param,
    Product,
    Scheme,
    Status,
)
from huibao.rules.tree import Node, read_tree

PARENT_FAULTY = define(
    "SCHEME-020",
    "上级方案 {parent} 打不开：{why}",
    "请先核对 extends 的写法和上级方案。",
    "The scheme above, {parent}, cannot be opened: {why}",
    "Check the name under extends and the scheme above.",
)
NOT_OPEN = define(
    "SCHEME-021",
    "{name} 是上级方案的条目，未开放改写",
    "上级写明 open: true 的条目才可改写；否则请另取名称。",
    "{name} belongs to the scheme above and is not open to change",
    "Only entries with open: true above may be replaced; otherwise choose another name.",
)
OUTSIDE_PARENT = define(
    "SCHEME-022",
    "期间 {found} 不在上级方案的期间 {parent} 之内",
    "请改正期间。",
    "The period {found} is not within the period {parent} of the scheme above",
    "Correct the period.",
)
BAD_ID = define(
    "SCHEME-023",
    "方案编号 {found} 不可用",
    "编号由小写字母、数字、连字符组成，以斜线分段，例如 shandong/2020/demo-city。",
    "The scheme id {found} cannot be used",
    "An id is made of lower-case letters, digits and hyphens in parts split by slashes, e.g. shandong/2020/demo-city.",
)

MAX_LINEAGE = 5
"""Province, city, county, and two to spare."""

REQUIRED = ("scheme", "status", "title", "authority", "area", "period")
OPTIONAL = (
    "extends",
    "documents",
    "groups",
    "params",
    "products",
    "benefits",
    "funds",
    "fund_rules",
    "targets",
    "duties",
    "interpretation",
)

Entry = TypeVar("Entry", Group, Product, Benefit)


def load(text: str, where: str, parent: Callable[[str], Scheme]) -> Scheme:
    """Read a scheme file. Refused with every fault of the file; `parent` opens the scheme named under extends.

    Reads form, names and units. What the numbers and expressions mean together is proven by `checks.check`.
    """
    root, faults = read_tree(text, where)
    if root is None:
        raise Refused(faults)
    reader = Reader(where)
    reader.problems.extend(faults)
    held = reader.mapping(root, REQUIRED, OPTIONAL)
    above = _parent(reader, held.get("extends"), parent)
    scheme = _scheme(reader, root, held, above)
    if reader.problems:
        raise Refused(sorted(reader.problems, key=lambda problem: (problem.row or 0, problem.code)))
    return scheme


def _parent(reader: Reader, node: Node | None, parent: Callable[[str], Scheme]) -> Scheme | None:
    name = reader.text(node)
    if node is None or not name:
        return None
    try:
        above = parent(name)
    except Refused as refused:
        reader.fault(PARENT_FAULTY, node, parent=name, why=refused.problems[0].text())
        # Nothing of this file can be understood without what it builds on; more messages would only mislead.
        raise Refused(reader.problems) from refused
    if len(above.lineage) >= MAX_LINEAGE:
        reader.fault(PARENT_FAULTY, node, parent=name, why=f"层级超过 {MAX_LINEAGE} / too many levels")
    return above


def _scheme(reader: Reader, root: Node, held: Mapping[str, Node], above: Scheme | None) -> Scheme:
    scheme_id = reader.text(held.get("scheme"))
    if not _fits_id(scheme_id):
        reader.fault(BAD_ID, held.get("scheme", root), found=scheme_id)
    status = Status(reader.word(held.get("status"), [s.value for s in Status], Status.OFFICIAL))
    period = _period(reader, held.get("period"), above)
    documents = {**(above.documents if above else {}), **_documents(reader, held.get("documents"))}
    params = ParamReader(
        reader,
        scheme_id,
        status,
        documents,
        above.params if above else {},
        len(above.lineage) if above else 0,
        period.first_on,
    )
    benefits = BenefitReader(reader, scheme_id, documents)
    products = ProductReader(reader, documents)
    money = MoneyReader(reader, documents)
    rules_node = held.get("fund_rules")
    merged_params: dict[str, Param] = dict(above.params) if above else {}
    for name, node in reader.named(held.get("params")).items():
        merged_params[name] = params.read(name, node)
    return Scheme(
        scheme_id=scheme_id,
        status=status,
        title=reader.title(held.get("title")),
        authority=reader.title(held.get("authority")),
        area=reader.text(held.get("area")),
        period=period,
        parent=above,
        where=reader.where,
        hash=_hash(root, above),
        documents=documents,
        groups=_merged(reader, held.get("groups"), above.groups if above else {}, products.group),
        params=merged_params,
        products=_merged(reader, held.get("products"), above.products if above else {}, products.product),
        benefits=_merged(reader, held.get("benefits"), above.benefits if above else {}, benefits.read),
        funds={
            **(above.funds if above else {}),
            **{name: money.fund(name, node) for name, node in reader.named(held.get("funds")).items()},
        },
        fund_rules=money.rules(rules_node, above.fund_rules if above else FundRules()),
        targets=(*(above.targets if above else ()), *money.targets(held.get("targets"))),
        duties=(*(above.duties if above else ()), *money.duties(held.get("duties"))),
        notes=(*(above.notes if above else ()), *money.notes(held.get("interpretation"))),
    )


def _merged(
    reader: Reader, node: Node | None, above: Mapping[str, Entry], read: Callable[[str, Node], Entry]
) -> dict[str, Entry]:
    """Entries of the scheme above with those of this file; one given again must be open to change."""
    found: dict[str, Entry] = dict(above)
    for name, value in reader.named(node).items():
        if name in above and not above[name].open:
            reader.fault(NOT_OPEN, value, name=name)
            continue
        entry = read(name, value)
        # What is open to change stays so for the next scheme below.
        found[name] = replace(entry, open=True) if name in above else entry
    return found


def _period(reader: Reader, node: Node | None, above: Scheme | None) -> Period:
    period = reader.period(node)
    if period is None or node is None:
        return above.period if above else Period(date(1, 1, 1), OPEN_ENDED)
    if above and not (period.first_on in above.period and period.last_on in above.period):
        reader.fault(OUTSIDE_PARENT, node, found=period, parent=above.period)
    return period


def _documents(reader: Reader, node: Node | None) -> dict[str, Document]:
    found: dict[str, Document] = {}
    if node is None or not reader.is_kind(node, "mapping"):
        return found
    for key, value in node.pairs.items():
        held = reader.mapping(
            value,
            required=("title",),
            optional=("number", "issued_by", "issued_on", "in_force_on", "ends_on", "sha256", "source"),
        )
        issued_by = held.get("issued_by")
        bodies = reader.texts(issued_by) if issued_by is not None and issued_by.kind == "list" else ()
        found[key] = Document(
            key=key,
            title=reader.text(held.get("title")),
            number=reader.text(held.get("number")),
            issued_by=bodies or ((reader.text(issued_by),) if issued_by is not None else ()),
            issued_on=reader.day(held.get("issued_on")),
            in_force_on=reader.day(held.get("in_force_on")),
            ends_on=reader.day(held.get("ends_on")),
            sha256=reader.text(held.get("sha256")),
            source=reader.text(held.get("source")),
        )
    return found


def _hash(root: Node, above: Scheme | None) -> str:
    content = json.dumps(root.plain(), ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{above.hash if above else ''}\n{content}".encode()).hexdigest()


def _fits_id(text: str) -> bool:
    parts = text.split("/")
    return bool(text) and all(
        part and part.isascii() and part == part.lower() and part.replace("-", "").replace("_", "").isalnum()
        for part in parts
    )
