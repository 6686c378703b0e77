"""What a case comes to: whole numbers kept as they came, and given names only when somebody asks."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from huibao.kernel.invariant import invariant
from huibao.rules.scheme import Kind
from huibao.rules.vocabulary import Payer

if TYPE_CHECKING:
    from huibao.rules.program import Program

Values = tuple[int, ...]


class Layer(NamedTuple):
    """What one payer pays by one step, fen >= 0. `reported`: he computed it himself."""

    payer: Payer
    step: str
    fen: int
    reported: bool


@dataclass(frozen=True, slots=True)
class StepPlan:
    """What is known of a step before any case: where its value stands and what may bind it."""

    name: str
    payer: Payer | None
    reported: bool
    outside: bool
    labels: tuple[str, ...]
    exceptions: tuple[str, ...]
    choices: tuple[str, ...]
    bound_at: int
    """Position of the first bound argument among the captures; -1 without labels."""
    exception_at: int
    choice_at: int


class Outcome:
    """What a case comes to. Only what is asked for is worked out; all of it follows from the inputs by replay."""

    __slots__ = ("_extras", "_layers", "_replayed", "before", "closing_values", "given", "program", "raw")

    def __init__(self, program: "Program", given: Values, before: Values, raw: Values, closing: Values) -> None:
        """Keep the whole numbers; names are given to them when asked."""
        self.program, self.given, self.before, self.raw, self.closing_values = program, given, before, raw, closing
        self._replayed: Values | None = None
        self._layers: tuple[Layer, ...] | None = None
        self._extras: tuple[Layer, ...] | None = None

    def __eq__(self, other: object) -> bool:
        """Two outcomes are the same when their program and every number are."""
        if not isinstance(other, Outcome):
            return NotImplemented
        mine = (self.program.scheme_hash, self.program.source, self.given, self.before, self.raw, self.closing_values)
        theirs = (other.program.scheme_hash, other.program.source, other.given, other.before, other.raw)
        return mine == (*theirs, other.closing_values)

    def __hash__(self) -> int:
        """Hash by the numbers."""
        return hash((self.program.scheme_hash, self.given, self.before, self.raw))

    @property
    def layers(self) -> tuple[Layer, ...]:
        """What each payer pays of the bill (or by reason of the event), in the order of the scheme. Fen >= 0."""
        if self._layers is None:
            raw, places = self.raw, self.program.layer_at
            self._layers = tuple(Layer(payer, step, raw[at], reported) for payer, step, reported, at in places)
        return self._layers

    @property
    def extras(self) -> tuple[Layer, ...]:
        """What is paid in addition, not limited by the bill. Fen >= 0."""
        if self._extras is None:
            raw, places = self.raw, self.program.extra_at
            self._extras = tuple(Layer(payer, step, raw[at], reported) for payer, step, reported, at in places)
        return self._extras

    @property
    def total_fen(self) -> int:
        """The bill's total; for an event the sum of what is due."""
        program = self.program
        return self.given[program.total_at] if program.kind is Kind.BILL else self.raw[program.remainder_at]

    @property
    def self_pay_fen(self) -> int:
        """What the person pays of the bill, fen >= 0; 0 for an event."""
        program = self.program
        return self.raw[program.remainder_at] if program.kind is Kind.BILL else 0

    @property
    def paid_fen(self) -> int:
        """What the payers we compute for pay, extras included; amounts others reported are left out."""
        return sum(layer.fen for layer in (*self.layers, *self.extras) if not layer.reported)

    @property
    def opening(self) -> dict[str, int]:
        """Running sums before the case."""
        return dict(zip(self.program.accumulators, self.before, strict=True))

    @property
    def closing(self) -> dict[str, int]:
        """Running sums after the case."""
        return dict(zip(self.program.accumulators, self.closing_values, strict=True))

    @property
    def values(self) -> dict[str, int]:
        """Value of every step by name."""
        return {plan.name: value for plan, value in zip(self.program.plan, self.raw, strict=False)}

    @property
    def inputs(self) -> dict[str, int]:
        """Inputs as the compiled function took them: enums as positions, flags as 0 or 1."""
        return {entry.name: value for entry, value in zip(self.program.inputs, self.given, strict=True)}

    @property
    def captures(self) -> Values:
        """What the replay saw on the way; computed once, and only when asked."""
        if self._replayed is None:
            program = self.program
            values, _, self._replayed = program.replay(self.given, self.before, program.P)
            invariant(values == self.raw, "S6", f"replay of {program.scheme_id} {program.benefit_id} differs")
        return self._replayed

    @property
    def bound(self) -> dict[str, str | None]:
        """For each step with labels: which argument bound it; the exception's name where one applied."""
        return {plan.name: bound for plan in self.program.plan if (bound := self.bound_of(plan)) is not None}

    def bound_of(self, plan: StepPlan) -> str | None:
        """Label of what bound one step, or None where nothing is labelled."""
        captures = self.captures
        for at, name in enumerate(plan.exceptions):
            if captures[plan.exception_at + at]:
                return name
        if not plan.labels:
            return None
        arguments = captures[plan.bound_at : plan.bound_at + len(plan.labels)]
        return plan.labels[arguments.index(min(arguments))]

    @property
    def chosen_groups(self) -> dict[str, str]:
        """For each step that takes the best of the person's groups: which group gave it."""
        return {
            plan.name: plan.choices[chosen - 1]
            for plan in self.program.plan
            if plan.choices and (chosen := self.captures[plan.choice_at])
        }

    @property
    def chosen_group(self) -> str | None:
        """The group that gave the first such step; None where no step chooses or the person is in none."""
        return next(iter(self.chosen_groups.values()), None)
