"""Reference tables that come with the software: read once from the package's data files, checked, and kept."""

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from huibao.kernel.division import Change, Division, DivisionTable
from huibao.kernel.invariant import Broken
from huibao.rules.quantity import Unit, parse_quantity
from huibao.rules.tree import Node, read_tree

DIVISIONS = "schemes/reference/divisions"
CLOCKS = "schemes/reference/clocks.yaml"
GRADES = "schemes/reference/jrt0083.yaml"


@dataclass(frozen=True, slots=True)
class StatutoryClock:
    """A term the law sets for a claim: so many days or years (one of them is 0), with its clause and article."""

    name: str
    days: int
    years: int
    clause: str
    article: str
    may_shorten: bool
    """A contract may shorten it; no contract may lengthen any."""
    zh: str
    en: str


@cache
def clocks() -> tuple[StatutoryClock, ...]:
    """The statutory clocks of a claim, Insurance Law arts. 22 to 26, in the order of the file."""
    text = files("huibao").joinpath(CLOCKS).read_text(encoding="utf-8")
    root, problems = read_tree(text, CLOCKS)
    if root is None or problems:
        raise Broken("C2", f"{CLOCKS}: {[problem.says_en for problem in problems]}")
    laws = {name: law.pairs["title"].text for name, law in root.pairs["law"].pairs.items()}
    return tuple(_clock(name, node, laws) for name, node in root.pairs["clocks"].pairs.items())


def _clock(name: str, node: Node, laws: dict[str, str]) -> StatutoryClock:
    window = parse_quantity(node.pairs["window"].text)
    clause = node.pairs["clause"].text
    law, _, article = clause.partition("-")
    says = node.pairs["says"].pairs
    return StatutoryClock(
        name=name,
        days=window.value if window.unit is Unit.DAYS else 0,
        years=window.value if window.unit is Unit.YEARS else 0,
        clause=clause,
        article=f"{laws[law]}第{article}条",
        may_shorten=node.pairs["contract_may"].text == "shorten",
        zh=says["zh"].text,
        en=says["en"].text,
    )


@cache
def division_table() -> DivisionTable:
    """Provinces, cities and counties since 2010 with their changes, and the towns of the demonstration counties.

    Changes are dated to the year only: an old code ends on 31 December and a new one begins on 1 January of the
    year of change, so both hold within it. The data's README names sources and limits.
    """
    rows = (*_rows("divisions.csv"), *_rows("towns.csv"))
    divisions = (Division(row["code"], row["name"], row["parent"], _day(row["from"]), _day(row["to"])) for row in rows)
    changes = (Change(row["old_code"], row["new_code"]) for row in _rows("changes.csv"))
    return DivisionTable.of(divisions, changes)


def _rows(name: str) -> list[dict[str, str]]:
    text = files("huibao").joinpath(DIVISIONS, name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


@dataclass(frozen=True, slots=True)
class DisabilityTable:
    """Grades of JR/T 0083-2013 with their share of the sum insured, and the rule for several injuries."""

    shares_bp: tuple[int, ...]
    """Share of grade 1 first; grade 1 is the most severe."""
    raise_by: int
    """Grades that two or more equal worst injuries go up."""
    from_count: int
    title: str
    number: str

    def share_bp(self, grade: int) -> int:
        """Share of the sum insured for a grade, basis points; 0 for grade 0 (none). ValueError beyond the last."""
        if not 0 <= grade <= len(self.shares_bp):
            msg = f"伤残等级为 1 到 {len(self.shares_bp)}，读到 {grade} / there is no grade {grade}"
            raise ValueError(msg)
        return self.shares_bp[grade - 1] if grade else 0

    def applied_grade(self, grades: tuple[int, ...]) -> int:
        """Grade of one accident with several injuries: the worst, one better-paid where it stands twice; 0 for none."""
        held = [grade for grade in grades if grade]
        if not held:
            return 0
        worst = min(held)
        self.share_bp(max(held))
        return max(worst - self.raise_by, 1) if held.count(worst) >= self.from_count else worst


@cache
def disability_table() -> DisabilityTable:
    """The table of the standard for personal insurance, JR/T 0083-2013."""
    text = files("huibao").joinpath(GRADES).read_text(encoding="utf-8")
    root, problems = read_tree(text, GRADES)
    if root is None or problems:
        raise Broken("S6", f"{GRADES}: {[problem.says_en for problem in problems]}")
    grades = root.pairs["grades"].pairs
    several = root.pairs["several_injuries"].pairs
    document = root.pairs["document"].pairs
    return DisabilityTable(
        shares_bp=tuple(parse_quantity(grades[str(at)].text).value for at in range(1, len(grades) + 1)),
        raise_by=parse_quantity(several["raise"].text).value,
        from_count=parse_quantity(several["from_count"].text).value,
        title=document["title"].text,
        number=document["number"].text,
    )
