"""Rosters: from the agencies' workbooks to people with dated facts. Pure; rows in, verdicts and facts out."""

from huibao.domain.roster.person import (
    YES,
    Fact,
    FactKind,
    FactSource,
    Person,
    PersonFacts,
    certificates,
    facts_on,
    in_force,
    recognised_on,
)

__all__ = [
    "YES",
    "Fact",
    "FactKind",
    "FactSource",
    "Person",
    "PersonFacts",
    "certificates",
    "facts_on",
    "in_force",
    "recognised_on",
]
