"""What we believe about our own work: checked in production too, because a wrong belief costs money.

A fault of the outside world is a `Problem` (a value). A fault of ours is `Broken` (an exception that
nobody catches except the edge, which rolls back).
"""


class Broken(AssertionError):  # noqa: N818 - said of a belief: it is broken
    """One of our own beliefs does not hold. `number` names the line of docs/INVARIANTS.md."""

    def __init__(self, number: str, detail: str = "") -> None:
        """Keep the number apart from the detail, so that the edge can report both."""
        super().__init__(f"{number}: {detail}" if detail else number)
        self.number = number
        self.detail = detail


def invariant(condition: bool, number: str, detail: str = "") -> None:
    """Raise `Broken` unless the condition holds. A call, not `assert`, so that `python -O` keeps it.

    `number` is the invariant's number in docs/INVARIANTS.md (S1, L3, P1 …).
    """
    if not condition:
        raise Broken(number, detail)
