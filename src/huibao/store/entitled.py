"""What a person is entitled to on a day, asked in one trip: facts, covers that touch the day, the county. 1101, 2401"""

from dataclasses import dataclass
from datetime import date

from huibao.domain.roster.person import Fact
from huibao.rules.vocabulary import Line
from huibao.store.question import Question
from huibao.store.roster import FACT_FIELDS, raw_fact_of


@dataclass(frozen=True, slots=True)
class Entitlement:
    """One cover in force on the day: under which contract, of which area, for which line, from when to when."""

    contract: str
    area: str
    line: Line
    first_on: date
    last_on: date


@dataclass(frozen=True, slots=True)
class Entitled:
    """What is known of a person on a day; `area` is the county of registration."""

    facts: tuple[Fact, ...]
    covers: tuple[Entitlement, ...]
    area: str


def entitled(person_id: int, day: date) -> Entitled:
    """The facts of a person, ended ones too, and the covers in force on a day, in the order in which they begin."""
    question = Question()
    fields = ", ".join(f"f.{one}" for one in FACT_FIELDS)
    question.ask("area", "p.area", "FROM person p WHERE p.id = %s", person_id)
    question.ask("fact", f"f.id, {fields}", "FROM fact f WHERE f.person_id = %s", person_id)
    question.ask(
        "cover",
        "c.id, k.number, k.area, c.line, c.first_on, c.last_on,"
        " (SELECT MIN(e.last_on) FROM coverage_end e WHERE e.coverage_id = c.id)",
        "FROM coverage c JOIN contract k ON k.id = c.contract_id"
        " WHERE c.person_id = %s AND c.first_on <= %s AND c.last_on >= %s",
        person_id,
        day,
        day,
    )
    answers = question.answers()
    facts = []
    for _, *row in sorted(answers.get("fact", ()), key=lambda one: (one[4], one[0])):
        row[3], row[4] = date.fromisoformat(row[3]), row[4] and date.fromisoformat(row[4])
        row[9] = date.fromisoformat(row[9])
        facts.append(raw_fact_of(row))
    covers = []
    for _, number, area, line, first, last, end in sorted(answers.get("cover", ()), key=lambda one: (one[4], one[0])):
        last_on = date.fromisoformat(end or last)
        if last_on >= day:
            covers.append(Entitlement(number, area, Line(line), date.fromisoformat(first), last_on))
    return Entitled(tuple(facts), tuple(covers), next((area for (area,) in answers.get("area", ())), ""))
