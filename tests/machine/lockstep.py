"""One programme on two engines: a machine and its twin make every step, each on its own database, and must agree. G4

The twin is the same machine with a model of its own. What it is to draw from what it knows is drawn once and given to both.
After every step the tables of both are compared, rows by what they say and not by their numbers.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import connection
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.machine import engines
from tests.machine.engines import called_default

Tables = Mapping[str, str]
"""Name of a comparison → a question whose rows are compared, in any order."""


class Drawn:
    """Draws for the first and gives the second what was drawn; both know the same, so it fits."""

    def __init__(self, data: st.DataObject) -> None:
        self.data = data
        self.kept: list[Any] = []
        self.at: int | None = None

    def draw(self, strategy: st.SearchStrategy[Any], label: object = None) -> Any:  # noqa: ANN401 - whatever is drawn
        """A value, new or the one drawn before."""
        if self.at is None:
            self.kept.append(self.data.draw(strategy, label))
            return self.kept[-1]
        self.at += 1
        return self.kept[self.at - 1]

    def again(self) -> None:
        """From the first draw on, once more."""
        self.at = 0


def in_lockstep(machine: type[RuleBasedStateMachine], tables: Tables) -> type[RuleBasedStateMachine]:
    """The machine with a twin on the other engine (`engines.also_on`), every step made on both."""
    steps = machine.setup_state()

    def begin(self: Any) -> None:  # noqa: ANN401 - a machine made below
        self.in_step = False
        machine.__init__(self)
        with called_default(engines.others[0]):
            self.twin = machine()

    def end(self: Any) -> None:  # noqa: ANN401 - the same
        try:
            with called_default(engines.others[0]):
                self.twin.teardown()
        finally:
            machine.teardown(self)

    def agree(self: Any) -> None:  # noqa: ANN401 - the same
        with called_default(engines.others[0]):
            for one in steps.invariants:
                one.function(self.twin)
            there = {name: said(sql) for name, sql in tables.items()}
        for name, sql in tables.items():
            assert said(sql) == there[name], f"{name}: {connection.vendor} and {engines.others[0].vendor} differ"

    body: dict[str, Any] = {"__init__": begin, "teardown": end, "both_engines_agree": invariant()(agree)}
    for made, kind in ((steps.rules, rule), (steps.initializers, initialize)):
        for one in made:
            body[one.function.__name__] = kind(**one.arguments)(_on_both(one.function))  # type: ignore[no-untyped-call] # hypothesis's own decorators
    return type(f"TwoEngines{machine.__name__}", (machine,), body)


def _on_both(step: Callable[..., Any]) -> Callable[..., Any]:
    def both(self: Any, *given: Any, **said: Any) -> None:  # noqa: ANN401 - what the rule is given
        if self.in_step:  # one rule makes use of another: the twin's own does the same
            step(self, *given, **said)
            return
        drawn = {name: Drawn(one) if isinstance(one, st.DataObject) else one for name, one in said.items()}
        self.in_step = True
        try:
            step(self, **drawn)
        finally:
            self.in_step = False
        for one in drawn.values():
            if isinstance(one, Drawn):
                one.again()
        with called_default(engines.others[0]):
            step(self.twin, **drawn)

    both.__name__ = step.__name__
    return both


def said(sql: str) -> Sequence[str]:
    """The rows a question finds, in an order of their own; days, amounts and words written the same by each engine."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return sorted("|".join("" if cell is None else str(cell) for cell in row) for row in cursor.fetchall())
