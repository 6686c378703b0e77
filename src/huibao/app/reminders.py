"""A supervisor reminds a county of something by a day; the county sees it and answers. SD-7.2, HN-3.4."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Final

from huibao.app.access import Actor, Noun, Verb, may, must
from huibao.app.chart import is_wide
from huibao.kernel.clock import Clock
from huibao.kernel.period import add_days
from huibao.kernel.problem import Problem, Refused, define
from huibao.rules.reference import division_table
from huibao.store import reminder as store
from huibao.store.locks import lock_keys
from huibao.store.reminder import ReminderRecord
from huibao.store.trail import Deed, append
from huibao.store.unit import unit_of_work

SUBJECTS: Final[Mapping[str, tuple[str, str]]] = {
    "coverage": ("参保进度", "coverage"),
    "roster": ("名册更新", "rosters"),
    "claims": ("理赔时效", "claims in time"),
    "money": ("资金到位", "money in place"),
    "other": ("其他", "other"),
}
COUNTY_CODE: Final = re.compile(r"[0-9]{6}")
MOST_TEXT: Final = 500
MOST_ANSWER: Final = 1_000
LONGEST_DAYS: Final = 366

NO_COUNTY: Final = define(
    "REMIND-001",
    "没有代码为 {area} 的县，或者它不是县。",
    "请从各县列表进入。",
    "There is no county {area}.",
    "Go there from the list of counties.",
)
BAD_DAY: Final = define(
    "REMIND-002",
    "答复期限应在明天到一年以内，读到 {found}。",
    "请改为明天以后的日期。",
    "The answer is to be due between tomorrow and a year from now; found {found}.",
    "Choose a later day.",
)
BAD_TEXT: Final = define(
    "REMIND-003",
    "内容应有 1 至 {most} 个字，读到 {found} 个。",
    "请补写或缩短。",
    "The text should have 1 to {most} characters; it has {found}.",
    "Write it, or make it shorter.",
)
OTHER: Final = define(
    "REMIND-004",
    "这张表已提交过，内容不同。",
    "请返回重新打开页面再提交。",
    "This form was sent before with other content.",
    "Go back, open the page again and send it once more.",
)
NONE: Final = define(
    "REMIND-005",
    "没有这件督办，或不属于您的地区。",
    "请从督办列表进入。",
    "There is no such reminder, or it is not of your area.",
    "Go there from the list of reminders.",
)
ANSWERED: Final = define(
    "REMIND-006",
    "这件督办已由{who}答复。",
    "请查看已有的答复；需要补充的请联系督办人。",
    "{who} has answered this reminder.",
    "See the answer; to add something, speak with whoever sent it.",
)


def county_name(area: str, clock: Clock) -> str:
    """The county's name. Refused where there is no such county."""
    name = None if is_wide(area) or not COUNTY_CODE.fullmatch(area) else division_table().name_on(area, clock.today())
    if name is None:
        raise Refused(NO_COUNTY(area=area[:12]))
    return name


def day_faults(due_on: date, clock: Clock) -> tuple[Problem, ...]:
    """What is wrong with the day an answer is asked for by."""
    today = clock.today()
    fits = add_days(today, 1) <= due_on <= add_days(today, LONGEST_DAYS)
    return () if fits else (BAD_DAY(found=due_on),)


def remind(actor: Actor, area: str, subject: str, text: str, due_on: date, key: str, clock: Clock) -> ReminderRecord:
    """Ask a county for something by a day; the same form sent again gives the reminder it made first."""
    must(actor, Verb.REMIND, Noun.REMINDER, area)
    county_name(area, clock)
    faults = day_faults(due_on, clock)
    if faults:
        raise Refused(faults)
    said = text.strip()
    if not 1 <= len(said) <= MOST_TEXT:
        raise Refused(BAD_TEXT(most=MOST_TEXT, found=len(said)))
    subject = subject if subject in SUBJECTS else "other"
    with unit_of_work():
        lock_keys("reminder", [key])
        known = store.by_key(key)
        if known is None:
            store.record(key, area, subject, said, due_on, actor.staff_id, clock.now())
            known = store.by_key(key)
            if known is not None:
                append(_deed(actor, known, Verb.REMIND, clock))
        if known is None or (known.area, known.subject, known.text, known.due_on) != (area, subject, said, due_on):
            raise Refused(OTHER())
        return known


def opened(actor: Actor, reminder_id: int, clock: Clock) -> ReminderRecord:
    """A reminder for who may read it; the first look of the county's people is on record."""
    found = _readable(actor, reminder_id)
    if found.seen_at is None and may(actor, Verb.ANSWER, Noun.REMINDER, found.area) is None:
        with unit_of_work():
            lock_keys("reminder-step", [str(reminder_id)])
            store.step(reminder_id, store.SEEN, "", actor.staff_id, clock.now())
        return _readable(actor, reminder_id)
    return found


def answer(actor: Actor, reminder_id: int, text: str, clock: Clock) -> ReminderRecord:
    """Answer a reminder, once. Refused when a colleague was quicker with other words."""
    found = _readable(actor, reminder_id)
    must(actor, Verb.ANSWER, Noun.REMINDER, found.area)
    said = text.strip()
    if not 1 <= len(said) <= MOST_ANSWER:
        raise Refused(BAD_TEXT(most=MOST_ANSWER, found=len(said)))
    with unit_of_work():
        lock_keys("reminder-step", [str(reminder_id)])
        store.step(reminder_id, store.SEEN, "", actor.staff_id, clock.now())
        new = store.step(reminder_id, store.ANSWERED, said, actor.staff_id, clock.now())
        found = _readable(actor, reminder_id)
        if not new and (found.answer, found.answered_by) != (said, actor.shown):
            raise Refused(ANSWERED(who=found.answered_by))
        if new:
            append(_deed(actor, found, Verb.ANSWER, clock))
        return found


def listed(actor: Actor, start: int, count: int, area: str = "") -> tuple[ReminderRecord, ...]:
    """Reminders to the counties of one's area (or of one county in it), those that wait first."""
    area = area or actor.area
    must(actor, Verb.READ, Noun.REMINDER, area)
    return store.reminders(area, start, count)


def waiting(actor: Actor, clock: Clock) -> tuple[int, int, date | None]:
    """How many of one's area wait for an answer, how many of them are overdue, and the earliest day one is due."""
    open_, late = store.open_counts(actor.area, clock.today())
    return open_, late, store.next_due(actor.area) if open_ else None


def _deed(actor: Actor, one: ReminderRecord, verb: Verb, clock: Clock) -> Deed:
    role, noun = actor.role.value, Noun.REMINDER.value
    return Deed(clock.now(), actor.staff_id, role, verb.value, noun, str(one.id), one.area)


def _readable(actor: Actor, reminder_id: int) -> ReminderRecord:
    must(actor, Verb.READ, Noun.REMINDER)
    found = store.by_id(reminder_id)
    if found is None or may(actor, Verb.READ, Noun.REMINDER, found.area) is not None:
        raise Refused(NONE())
    return found
