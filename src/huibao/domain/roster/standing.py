"""Whether the person of a row is still there: dead, moved away, certificate cancelled, gone from the institution."""

import re
from typing import Final

from huibao.domain.roster import findings as f
from huibao.domain.roster.cells import EMPTY, day_of, text_of, yes_or_no
from huibao.domain.roster.column import Column, title
from huibao.domain.roster.desk import Desk
from huibao.domain.roster.person import YES, FactKind
from huibao.domain.roster.source import SourceId
from huibao.domain.roster.verdict import FactDraft, Standing

DEAD: Final = re.compile(r"死亡|去世|亡故|已故|身故|病故")
MOVED: Final = re.compile(r"迁出|移出|外迁|转出")
REMARK_STANDING: Final = re.compile(
    r"(?:本人)?(?:已)?(?:于)?[\d年月日.\-/]*(?:已)?(死亡|去世|亡故|已故|身故|病故|迁出|户口迁出|外迁)[。.]?"
)
"""A remark counts only when it says nothing else: "父亲死亡" is about somebody else."""


def standing_of(desk: Desk) -> Standing:
    """Dead, moved away, cancelled or gone: such a row insures nobody, and says why."""
    state, standing = desk.text(Column.CERTIFICATE_STATE), desk.text(Column.STANDING)
    remark = desk.text(Column.REMARK)
    remark = remark if remark and REMARK_STANDING.fullmatch(remark) else ""
    died = desk.text(Column.DIED_ON)
    for said in (standing, state, remark):
        if said and DEAD.search(said) and yes_or_no(said) is not False:
            desk.find(f.DECEASED, found=said)
            return Standing.DECEASED
    if died and yes_or_no(died) is not False:
        desk.find(f.DECEASED, Column.DIED_ON, found=died)
        return Standing.DECEASED
    for said in (standing, state, remark):
        if said and MOVED.search(said):
            desk.find(f.MOVED_OUT, found=said)
            return Standing.MOVED
    if desk.context.source.id is SourceId.DISABILITY_CERTIFICATE and _cancelled(desk, state or standing):
        return Standing.GONE
    left = desk.day(Column.LEFT_ON)
    if left is not None and left <= desk.context.taken_on:
        desk.find(f.LEFT_ALREADY, Column.LEFT_ON, found=left)
        return Standing.GONE
    return Standing.LISTED


def _cancelled(desk: Desk, state: str) -> bool:
    if "注销" in state:
        desk.find(f.CERTIFICATE_CANCELLED, Column.CERTIFICATE_STATE, found=state)
        return True
    ends = desk.cell(Column.CERTIFICATE_TO)
    ends_on = None
    if ends is not None and ends != "" and text_of(ends) not in {"长期", "永久", *EMPTY}:
        try:
            ends_on = day_of(ends)
        except ValueError:
            names = {"column": title(Column.CERTIFICATE_TO), "column_en": title(Column.CERTIFICATE_TO, "en")}
            desk.find(f.BAD_DAY, Column.CERTIFICATE_TO, **names, found=text_of(ends))
    if "冻结" in state:
        desk.find(f.CERTIFICATE_FROZEN, Column.CERTIFICATE_STATE, found=state)
    elif any(word in state for word in ("过期", "失效", "到期")):
        desk.find(f.CERTIFICATE_EXPIRED, Column.CERTIFICATE_STATE, found=state)
    elif ends_on is not None and ends_on < desk.context.taken_on:
        desk.find(f.CERTIFICATE_EXPIRED, Column.CERTIFICATE_TO, found=ends_on)
    return False


def death(desk: Desk) -> tuple[FactDraft, ...]:
    """The fact of the person's death, from its day where the row gives one, else from the roster's."""
    text = desk.text(Column.DIED_ON)
    day = desk.day(Column.DIED_ON) if text and yes_or_no(text) is None else None
    return (FactDraft(FactKind.DEATH, YES, day or desk.context.taken_on),)
