"""Two people on one case: who dealt with it while somebody else had its page open, as the record of acts has it (T1)."""

from collections.abc import Iterable
from typing import Final

from huibao.app.access import Actor, Noun, Verb
from huibao.store import trail
from huibao.store.trail import Act

About = tuple[Noun | str, str]
"""A thing as the record of acts names it: its kind and a number of ours."""
LOOKS: Final = frozenset({Verb.FIND.value, Verb.READ.value, Verb.UNMASK.value, Verb.EXPORT.value})
"""Acts that change nothing: whoever only looked is nobody's competitor."""
MOST_READ: Final = 200
"""Acts about one thing that are looked through, the latest first."""


def acts_of_others(actor: Actor, about: Iterable[About], after: int = 0) -> tuple[Act, ...]:
    """What others did to one of these things since the act of number `after` (0: ever), in their order."""
    found = {
        act.number: act
        for noun, ref in about
        for act in trail.acts_about(str(noun), ref, MOST_READ)
        if act.number > after and act.deed.staff_id != actor.staff_id and act.deed.verb not in LOOKS
    }
    return tuple(act for _, act in sorted(found.items()))


def last_of_others(actor: Actor, about: Iterable[About]) -> Act | None:
    """The last act of somebody else that changed one of these things."""
    return next(iter(acts_of_others(actor, about)[::-1]), None)


def newest(about: Iterable[About]) -> int:
    """Number of the last act about one of these things, 0 for none: what a form remembers of when it was drawn."""
    return max((act.number for noun, ref in about for act in trail.acts_about(str(noun), ref, 1)), default=0)
