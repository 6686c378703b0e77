"""Ask live data every numbered invariant and tell what broke where."""

from dataclasses import dataclass
from itertools import islice
from typing import Final

from huibao.kernel.invariant import Broken as NotHeld
from huibao.kernel.problem import Refused
from huibao.store.audits import AUDITS, Audit, Broken
from huibao.store.failing import look_through
from huibao.store.read_once import read_once
from huibao.store.unit import snapshot

MOST_NAMED: Final = 100
"""Places named for one audit: where there are more, the first hundred tell what happened."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer to one audit: its number and words, and the places where it does not hold."""

    number: str
    says_zh: str
    says_en: str
    broken: tuple[Broken, ...]
    more: bool = False
    """There are more places than are named here."""

    @property
    def holds(self) -> bool:
        """Whether nothing broke."""
        return not self.broken


def check_all(numbers: frozenset[str] | None = None) -> tuple[Finding, ...]:
    """Run every audit (or those numbered), all on one and the same state of the data. `SpoiltError` where the file is."""
    look_through()
    with snapshot(), read_once():
        return tuple(run(audit) for audit in AUDITS if numbers is None or audit.number in numbers)


def run(audit: Audit) -> Finding:
    """Run one audit. Rows that cannot even be read as what they should be count as broken, not as a crash.

    What was found before such a row is kept, and of the row itself no value is told: it may be somebody's.
    """
    places: list[Broken] = []
    try:
        for place in islice(audit.run(), MOST_NAMED + 1):
            places.append(place)  # noqa: PERF402 - extend would lose what was found before the row that fails
    except (ValueError, TypeError, AttributeError, LookupError, ArithmeticError) as error:
        kind = type(error).__name__
        places.append(Broken("data", f"数据无法读取：{kind}", f"data cannot be read: {kind}"))
    except Refused as refused:
        places += [Broken("data", one.says, one.says_en or one.says) for one in refused.problems]
    except NotHeld as error:
        places.append(Broken("data", f"数据自相矛盾：{error.number}", f"data contradict themselves: {error.number}"))
    found = tuple(places)
    return Finding(audit.number, audit.says_zh, audit.says_en, found[:MOST_NAMED], more=len(found) > MOST_NAMED)
