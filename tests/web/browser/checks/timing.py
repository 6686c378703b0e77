"""A19: no step of a job keeps anybody waiting."""

from typing import Final

MOST_MS: Final = 1_000


def slow(steps: dict[str, float]) -> list[str]:
    """Steps whose page took the server a second or more (name: milliseconds)."""
    return [f"A19 {name}: {taken:.0f} ms" for name, taken in steps.items() if taken >= MOST_MS]
