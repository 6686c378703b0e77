"""Use cases, one per thing somebody does: who may, when, and in which transaction."""
