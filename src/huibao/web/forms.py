"""Forms: what was typed stays, what is wrong is said next to the field and at the top. Faults are Problems."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Final
from unicodedata import normalize

from django.http import HttpRequest

from huibao.kernel.problem import SENTENCE_ENDS, Lang, Problem
from huibao.web.at_hand import on_the_page

MOST_CHARS: Final = 200
MOST_DIGITS: Final = 18
"""Of a whole number a page sends back; what has no more fits the database."""
DAY: Final = re.compile(r"(?<![\d-])((?:19|20)\d\d)-(\d\d)-(\d\d)(?![\d-])")
TYPED_DAY: Final = re.compile(
    r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})|(\d{4})年(\d{1,2})月(\d{1,2})日|(\d{4})(\d\d)(\d\d)", re.ASCII
)
"""Ways people type a day: 2026-01-31, 2026/1/31, 2026.1.31, 2026年1月31日, 20260131; year first always."""
NOT_A_DAY: Final = (
    "请按 年-月-日 输入日期，例如 2026-01-31。",
    "Enter a day as year-month-day, for example 2026-01-31.",
)


@dataclass(frozen=True, slots=True)
class Field:
    """One field: label and hint in both languages; `asks_*` is said when it is left empty."""

    name: str
    zh: str
    en: str
    asks_zh: str
    asks_en: str
    kind: str = "text"
    """text, password, select, radios, checkboxes, textarea, file or hidden. Of checkboxes the value is a list with commas."""
    hint_zh: str = ""
    hint_en: str = ""
    autocomplete: str = ""
    inputmode: str = ""
    width: int = 0
    most: int = MOST_CHARS
    options: tuple[tuple[str, str, str], ...] = ()
    """Of a select or of radios: value, Chinese, English."""
    before: frozenset[str] = frozenset()
    """Of checkboxes: values that count though they are not offered now; a second press brings what the first one settled."""
    rows: int = 5
    """Lines of a textarea."""
    accept: str = ""
    """Of a file: what the picker offers, as HTML's accept says it."""
    needed: bool = True


@dataclass(slots=True)
class Form:
    """Fields with what was typed and what is wrong with it."""

    fields: tuple[Field, ...]
    lang: Lang = "zh"
    values: dict[str, str] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    general: list[str] = field(default_factory=list)

    def field(self, name: str) -> Field:
        """The field of that name."""
        return next(one for one in self.fields if one.name == name)

    @property
    def wrong(self) -> bool:
        """Whether anything is to be corrected."""
        return bool(self.faults or self.general)

    def faults_in_order(self) -> list[tuple[str, str]]:
        """Field and what is wrong with it, in the order of the page."""
        places = {one.name: at for at, one in enumerate(self.fields)}
        return sorted(self.faults.items(), key=lambda item: places.get(item[0], len(places)))

    def day(self, name: str) -> date | None:
        """The day typed in a field; None where it is empty, and with a fault where what was typed is no day."""
        if not self.values[name]:
            return None
        found = day_typed(self.values[name])
        if found is None:
            self.faults[name] = NOT_A_DAY[self.lang == "en"]
        return found

    def refuse(self, problems: Iterable[Problem], name: str = "") -> None:
        """Say what a use case found: at a field, or at the top where it is about none."""
        for problem in problems:
            text = sentences(problem, self.lang)
            if name and name not in self.faults:
                self.faults[name] = text
            else:
                self.general.append(text)


def read_form(request: HttpRequest, fields: tuple[Field, ...], lang: Lang) -> Form:
    """What was sent, cut to each field's length; empty fields that are needed are faults already.

    A box that was never offered was not ticked. Of a file only its name is kept here; the view takes the file from `request.FILES`.
    """
    form = Form(fields, lang)
    for one in fields:
        sent = request.FILES.get(one.name) if one.kind == "file" else None
        value = (sent.name or "") if sent else request.POST.get(one.name, "")
        if one.kind == "checkboxes":
            known = one.before | {option for option, _, _ in one.options}
            value = ",".join(ticked for ticked in request.POST.getlist(one.name) if ticked in known)
        value = value if one.kind == "password" else value.strip()
        form.values[one.name] = value[: one.most]
        if one.needed and not value:
            form.faults[one.name] = one.asks_en if lang == "en" else one.asks_zh
    return form


def whole_number(text: str) -> int | None:
    """The number, 0 or above, of a text that is `MOST_DIGITS` ASCII digits at most and nothing else; None of any other."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else None


def day_field(name: str, zh: str, en: str, hint_zh: str = "", hint_en: str = "", *, needed: bool = True) -> Field:
    """A day that is typed; the hint says how, and then what is asked of it."""
    how = ("年-月-日，例如 2026-01-31。", "Year-month-day, for example 2026-01-31.")
    return Field(
        name,
        zh,
        en,
        f"请输入{zh}。",
        f"Enter a day: {en}.",
        hint_zh=f"{how[0]}{hint_zh}",
        hint_en=f"{how[1]} {hint_en}".rstrip(),
        inputmode="numeric",
        width=10,
        most=20,
        needed=needed,
    )


def day_typed(text: str) -> date | None:
    """The day of a text in one of the ways people type it, full-width signs too; None where it is none."""
    found = TYPED_DAY.fullmatch(normalize("NFKC", text).replace(" ", ""))
    if found is None:
        return None
    year, month, day = (int(part) for part in found.groups() if part and part.isdigit())
    try:
        return date(year, month, day)
    except ValueError:
        return None


def days_said(text: str) -> str:
    """Days as people say them: 2026年1月31日; not where the way of writing is itself the matter (例如 2026-01-31)."""
    return text if "例如" in text else DAY.sub(lambda day: f"{day[1]}年{int(day[2])}月{int(day[3])}日", text)


def sentences(problem: Problem, lang: Lang) -> str:
    """What is wrong and what to do, without code and place: those are for files, here the field is at hand."""
    here = on_the_page(problem)
    says, do = (here.says_en, here.do_en) if lang == "en" else (here.says, here.do)
    stop, gap = (".", " ") if lang == "en" else ("。", "")
    if lang == "zh":
        says, do = days_said(says), days_said(do)
    ended = not do or says.endswith(SENTENCE_ENDS)
    return f"{says}{'' if ended else stop}{gap if do else ''}{do}"
