"""One programme on several engines at once: every call is made on each of them, and the answers have to be the same. G4

The store speaks to the connection called "default". Here that name is given to one engine after the other.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from django.core.management import call_command
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import load_backend

from huibao.config.database import database_settings
from huibao.kernel.problem import Refused

others: list[BaseDatabaseWrapper] = []
"""Engines besides the one the tests run on, while a test asks for them."""


@contextmanager
def also_on(database: str) -> Iterator[None]:
    """Let every call go to this database (as HUIBAO_DB names it) as well."""
    connections.settings["other"] = connections.configure_settings({"default": database_settings(database)})["default"]
    other = load_backend(connections.settings["other"]["ENGINE"]).DatabaseWrapper(
        connections.settings["other"], "default"
    )
    other.inc_thread_sharing()
    with called_default(other):
        call_command("migrate", verbosity=0, interactive=False)
    others.append(other)
    try:
        yield
    finally:
        others.remove(other)
        other.close()
        del connections.settings["other"]


@contextmanager
def called_default(engine: BaseDatabaseWrapper) -> Iterator[None]:
    """Give an engine the name by which the store finds its database."""
    own = connections["default"]
    connections["default"] = engine
    try:
        yield
    finally:
        connections["default"] = own


def on_each(call: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever the call answers
    """Make a call on each engine; its answer, or its refusal, which must be the same everywhere."""
    answers = [_answer(call)]
    for engine in others:
        with called_default(engine):
            answers.append(_answer(call))
    first = answers[0]
    for other, engine in zip(answers[1:], others, strict=True):
        assert other == first, f"{engine.vendor} answers {other}, {connections['default'].vendor} {first}"
    if isinstance(first, Refused):
        raise first
    return first


class Everywhere:
    """A module whose functions are called on each engine."""

    def __init__(self, module: ModuleType) -> None:
        self._module = module

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - stands in for the module's own
        found = getattr(self._module, name)
        if not callable(found) or isinstance(found, type):
            return found
        return lambda *words, **named: on_each(lambda: found(*words, **named))


class UndoneEverywhere:
    """A transaction on each engine that leaves nothing behind."""

    def __init__(self) -> None:
        self._open: list[tuple[BaseDatabaseWrapper, Any]] = []
        for engine in (connections["default"], *others):
            with called_default(engine):
                atomic = transaction.atomic()
                atomic.__enter__()
                self._open.append((engine, atomic))

    def undo(self) -> None:
        """Take everything back."""
        for engine, atomic in self._open:
            with called_default(engine):
                transaction.set_rollback(True)
                atomic.__exit__(None, None, None)


def _answer(call: Callable[[], Any]) -> Any:  # noqa: ANN401 - the same
    try:
        with transaction.atomic():
            found = call()
    except Refused as refused:
        return _Same(refused.problems)
    return list(found) if isinstance(found, Iterator) else found


class _Same(Refused):
    """A refusal that equals another with the same problems."""

    def __init__(self, problems: Sequence[Any]) -> None:
        super().__init__(problems)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Refused) and self.problems == other.problems

    def __hash__(self) -> int:
        return hash(self.problems)
