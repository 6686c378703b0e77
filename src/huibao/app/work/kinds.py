"""What kinds of work there are: their names, and the function that does each, loaded when it is first needed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from huibao.app.work.task import Task

Handler = Callable[["Task"], Mapping[str, Any]]
"""Does the work and returns its result: figures and numbers of ours, nothing about a person."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of work by name; `does` is "module:function"."""

    zh: str
    en: str
    does: str

    def handler(self) -> Handler:
        """The function."""
        module, name = self.does.split(":")
        found: Handler = getattr(import_module(module), name)
        return found


KINDS: Final[dict[str, Kind]] = {
    "roster-look": Kind("核对名册", "look at a roster", "huibao.app.roster_desk.looking:look_at"),
    "roster-take": Kind("导入名册", "take a roster in", "huibao.app.roster_desk.taking:take_in"),
    "enrol-preview": Kind("参保预览", "preview of enrolment", "huibao.app.enrolment_desk.foreseeing:preview"),
    "enrol": Kind("参保", "enrolment", "huibao.app.enrolment_desk.enrolling:enrol_all"),
    "enrol-lists": Kind("生成清单", "make lists", "huibao.app.enrolment_desk.lists:make_lists"),
    "figures-count": Kind("统计各县数字", "count the counties' figures", "huibao.app.figures:count_in_background"),
    "audit-pack": Kind("制作审计包", "make an audit pack", "huibao.app.audit_pack:make_in_background"),
}
"""A desk adds a row for each long job it has."""
