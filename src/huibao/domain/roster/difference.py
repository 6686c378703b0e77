"""What changed between two rosters of one source: new, left, moved, died, changed grade, changed name.

One person may appear under several heads (moved and of another grade), but is new, left or died only once.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields

from huibao.domain.roster.verdict import Standing


@dataclass(frozen=True, slots=True)
class RosterLine:
    """What one roster said of one person."""

    identity: str
    name: str
    disability: str
    domicile: str
    standing: Standing


@dataclass(frozen=True, slots=True)
class Change:
    """One person's change; `was` and `now` in the words of the facts (code, "physical/2", name)."""

    identity: str
    name: str
    was: str = ""
    now: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """The changes by head, each ordered by identity number."""

    new: tuple[Change, ...]
    left: tuple[Change, ...]
    moved: tuple[Change, ...]
    died: tuple[Change, ...]
    changed_grade: tuple[Change, ...]
    changed_name: tuple[Change, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many changes stand under each head."""
        return {head.name: len(getattr(self, head.name)) for head in fields(self)}


def compare(before: Iterable[RosterLine], after: Iterable[RosterLine], unread: Collection[str] = ()) -> Difference:
    """Compare two rosters by identity number. Of several lines for one person the one that lists him or her counts.

    `unread`: names in rows of the later roster whose number could not be read; nobody of such a name is said to leave.
    """
    old = {line.identity: line for line in _by_weight(before) if line.standing is Standing.LISTED}
    new = {line.identity: line for line in _by_weight(after)}
    heads: dict[str, list[Change]] = {head.name: [] for head in fields(Difference)}
    for identity, line in sorted(new.items()):
        was = old.get(identity)
        if was is None:
            if line.standing is Standing.LISTED:
                heads["new"].append(Change(identity, line.name))
            continue
        if line.standing is Standing.LISTED:
            _changed(was, line, heads)
        elif line.standing is Standing.DECEASED:
            heads["died"].append(Change(identity, was.name))
        elif line.standing is Standing.MOVED:
            heads["moved"].append(Change(identity, was.name, was.domicile))
        else:
            heads["left"].append(Change(identity, was.name))
    heads["left"].extend(
        Change(identity, line.name) for identity, line in old.items() if identity not in new and line.name not in unread
    )
    return Difference(**{head: tuple(sorted(found, key=lambda c: c.identity)) for head, found in heads.items()})


def _changed(was: RosterLine, now: RosterLine, heads: dict[str, list[Change]]) -> None:
    if was.domicile and now.domicile and was.domicile != now.domicile:
        heads["moved"].append(Change(now.identity, now.name, was.domicile, now.domicile))
    if was.disability and now.disability and was.disability != now.disability:
        heads["changed_grade"].append(Change(now.identity, now.name, was.disability, now.disability))
    if was.name and now.name and was.name != now.name:
        heads["changed_name"].append(Change(now.identity, now.name, was.name, now.name))


def _by_weight(lines: Iterable[RosterLine]) -> list[RosterLine]:
    """A line that lists the person comes last, so that it is the one kept."""
    known = [line for line in lines if line.identity]
    return sorted(known, key=lambda line: line.standing is Standing.LISTED)
