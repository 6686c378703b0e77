"""The bottom layer: money, calendar, identity, divisions, problems, invariants. Standard library only, no effects."""
