"""One thing to do, as the first page shows it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Job:
    """Its page, its words, and a figure with its unit where there is one ("3 件今天到期")."""

    to: str
    name: str
    says: str
    figure: str = ""
