"""What a row states about its person: hardship, disability, membership, guardian, each from a day."""

from datetime import date
from typing import Final

from huibao.domain.roster import findings as f
from huibao.domain.roster.cells import category_of, grade_of, phone_of, text_of, yes_or_no
from huibao.domain.roster.column import Column, title
from huibao.domain.roster.desk import Desk
from huibao.domain.roster.hardship import KIND_FACTS, kinds_of, relief_of
from huibao.domain.roster.person import YES, FactKind
from huibao.domain.roster.verdict import FactDraft, PersonDraft, Standing
from huibao.kernel.certificate import CATEGORY_ZH, Certificate
from huibao.kernel.period import age_on

MAX_NAME_CHARS: Final = 64
MAX_DETAIL_CHARS: Final = 128

CAPACITY_WORDS: Final = (("无", "none"), ("限制", "limited"), ("完全", "full"))


def facts_of(
    desk: Desk, person: PersonDraft, certificate: Certificate | None
) -> tuple[tuple[FactDraft, ...], Standing]:
    """What the row states, and whether the person belongs on the roster at all."""
    source, taken_on = desk.context.source, desk.context.taken_on
    begins = _begins(desk)
    facts = [FactDraft(FactKind.DOMICILE, person.domicile, taken_on)]
    kinds = hardship_of(desk)
    facts += [FactDraft(kind, value, begins if source.states is None else taken_on) for kind, value in kinds]
    standing = Standing.LISTED
    if source.states is FactKind.DISABILITY:
        disability = _disability(desk, certificate, begins)
        facts += [disability] if disability else []
    elif source.states is not None:
        if not any(fact.kind is source.states for fact in facts):
            detail = desk.text(Column.INSTITUTION) or desk.text(Column.SPORT)
            facts.append(FactDraft(source.states, YES, begins, detail[:MAX_DETAIL_CHARS]))
        _needed(desk)
    elif not kinds:
        standing = _no_kind(desk)
    if source.last_age is not None and (age := age_on(person.birth_on, taken_on)) > source.last_age:
        desk.find(f.GROWN_UP, Column.BIRTH_ON, age=age)
    facts += _guardian(desk)
    return tuple(facts), standing


def _begins(desk: Desk) -> date:
    for column in desk.context.source.begins:
        day = desk.day(column)
        if day is not None:
            return day
    return desk.context.taken_on


def _needed(desk: Desk) -> None:
    for need in desk.context.source.needs[2:]:
        if not any(desk.text(column) for column in need):
            column = need[0]
            desk.find(f.NEEDED_EMPTY, column, column=title(column), column_en=title(column, "en"))


def hardship_of(desk: Desk) -> tuple[tuple[FactKind, str], ...]:
    """Hardship kinds that the row's columns name, each once."""
    found: dict[FactKind, str] = {}
    for column, kind in KIND_FACTS.items():
        text = desk.text(column) if column in desk.mapping else ""
        if not text:
            continue
        says = yes_or_no(text)
        if says is True:
            found[kind] = YES
        elif says is None:
            found.update(kinds_of(text))
    if relief := relief_of(desk.text(Column.RELIEF)) if Column.RELIEF in desk.mapping else None:
        found[FactKind.POVERTY_RELIEF] = relief
    if Column.RELIEF in desk.mapping or Column.PERSON_KIND in desk.mapping:
        found.update(kinds_of(desk.text(Column.RELIEF)))
        found.update(kinds_of(desk.text(Column.PERSON_KIND)))
    return tuple(found.items())


def _no_kind(desk: Desk) -> Standing:
    said = [
        text
        for column in (*KIND_FACTS, Column.RELIEF, Column.PERSON_KIND)
        if column in desk.mapping and (text := text_of(desk.cell(column)))
    ]
    if said and all(yes_or_no(text) is False for text in said):
        desk.find(f.NOT_OF_THIS_LIST)
        return Standing.GONE
    desk.find(f.KIND_UNKNOWN, Column.PERSON_KIND, found="、".join(said) or "（空）")
    return Standing.LISTED


def _disability(desk: Desk, certificate: Certificate | None, begins: date) -> FactDraft | None:
    said_category, said_grade = desk.text(Column.CATEGORY), desk.text(Column.GRADE)
    category = category_of(said_category) if said_category else None
    grade = grade_of(said_grade) if said_grade else None
    if certificate is not None:
        if category is not None and category.value != certificate.category.value:
            now = CATEGORY_ZH[certificate.category]
            desk.find(f.CATEGORY_DIFFERS, Column.CATEGORY, found=said_category, category=now)
        if grade is not None and grade != certificate.grade:
            desk.find(f.GRADE_DIFFERS, Column.GRADE, found=said_grade, grade=int(certificate.grade))
        value = f"{certificate.category}/{int(certificate.grade)}"
        return FactDraft(FactKind.DISABILITY, value, begins, certificate.number)
    if category is None or grade is None:
        desk.find(f.NO_DISABILITY, Column.CERTIFICATE)
        return None
    return FactDraft(FactKind.DISABILITY, f"{category}/{grade}", begins)


def _guardian(desk: Desk) -> list[FactDraft]:
    taken_on = desk.context.taken_on
    facts: list[FactDraft] = []
    guardian = desk.text(Column.GUARDIAN)
    if guardian:
        phone = phone_of(desk.text(Column.GUARDIAN_PHONE)) or ""
        facts.append(FactDraft(FactKind.GUARDIAN, guardian[:MAX_NAME_CHARS], taken_on, phone))
    capacity = desk.text(Column.CAPACITY)
    value = next((value for word, value in CAPACITY_WORDS if word in capacity), None) if capacity else None
    if value:
        facts.append(FactDraft(FactKind.LEGAL_CAPACITY, value, taken_on))
    return facts
