"""What was typed is not lost when the session ends first: kept sealed for its sender until the next sign-in.

Only for the account whose session it was, for an hour, one form at a time. Passwords and files are never kept.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from huibao.app.access import Actor
from huibao.kernel.clock import Clock
from huibao.store import staff as store
from huibao.store.unit import unit_of_work

KEPT_FOR: Final = timedelta(hours=1)
MOST_CHARS: Final = 65_536
"""A longer form is not kept."""


@dataclass(frozen=True, slots=True)
class Unsent:
    """The page a form was meant for, its fields in order, and whether a file has to be chosen again."""

    path: str
    fields: tuple[tuple[str, str], ...]
    had_file: bool


def keep(token: str, path: str, fields: Sequence[tuple[str, str]], clock: Clock, *, had_file: bool = False) -> bool:
    """Keep a form that came with the cookie of a session that has just ended; False when it cannot be."""
    text = json.dumps([path, list(fields), had_file], ensure_ascii=False)
    if not token or len(text) > MOST_CHARS:
        return False
    with unit_of_work():
        return store.keep_form(token, text, clock.now() - KEPT_FOR)


def kept(token: str, actor: Actor, clock: Clock) -> Unsent | None:
    """The form kept for this account; None when there is none."""
    text = store.kept_form(token, actor.staff_id, clock.now() - KEPT_FOR) if token else ""
    if not text:
        return None
    path, fields, had_file = json.loads(text)
    return Unsent(path, tuple((name, value) for name, value in fields), had_file)


def put_away(actor: Actor) -> None:
    """Forget what was kept for this account."""
    with unit_of_work():
        store.put_forms_away(actor.staff_id)
