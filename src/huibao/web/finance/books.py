"""The books on the page: trial balance → journal → voucher → paper, every figure a link. R5."""

from dataclasses import replace
from typing import Final

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from huibao.app import books
from huibao.app.access import Noun, Verb, may
from huibao.app.books import Ground
from huibao.app.papers import paper_of
from huibao.domain.ledger import AccountRef
from huibao.domain.ledger.subjects import BANKED, SUBJECTS, Turnover, kind_with, subject_of
from huibao.kernel.problem import Refused
from huibao.web.desk import Desk, DeskRequest
from huibao.web.faults import not_found
from huibao.web.faults import refused as refused_page
from huibao.web.finance.words import NamedTurnover, cause_words, named
from huibao.web.forms import whole_number
from huibao.web.paging import Page, number_asked, page_of

MONTHS: Final = range(1, 13)


def ground(request: DeskRequest) -> Ground:
    """The area and the year asked for in the address."""
    year = whole_number(request.GET.get("year", ""))
    return books.ground_of(request.desk.who, request.GET.get("area", "")[:6], year, request.desk.clock)


def where(ground: Ground, **more: str | int) -> str:
    """The same area and year as a query, with whatever else."""
    asked: dict[str, str | int] = {"area": ground.area, "year": ground.year, **more}
    return urlencode(asked)


@require_GET
def balance(request: DeskRequest) -> HttpResponse:
    """The trial balance by subject."""
    try:
        found = books.trial_balance(ground(request))
    except Refused as refused:
        return refused_page(request, refused)
    lang = request.desk.lang
    rows = [
        (row, row.subject.en if lang == "en" else row.subject.zh, _to(found.ground, row.only, row.subject.code))
        for row in found.rows
    ]
    known = _years(found.ground)
    shown = {"found": found, "ground": found.ground, "rows": rows, "here_is": where(found.ground), "years": known}
    shown["areas"] = _areas(request.desk, found.ground)
    return render(request, "finance/balance.html", shown)


def _areas(desk: Desk, here: Ground) -> list[tuple[str, str]]:
    """The reader's areas by name, each with its query; none where there is only one, or where a part of one is looked at."""
    areas = books.areas_of(desk.who)
    if len(areas) < 2 or here.area not in areas:  # noqa: PLR2004 - two are the fewest to choose from
        return []
    others = [replace(here, area=area) for area in areas]
    return [(one.area_name, where(one)) for one in others]


@require_GET
def subject(request: DeskRequest, code: str) -> HttpResponse:
    """The accounts of one subject."""
    kind = kind_with(code)
    if kind is None:
        return not_found(request)
    try:
        here = ground(request)
        turnovers = books.turnovers_of(here, kind)
    except Refused as refused:
        return refused_page(request, refused)
    page: Page[Turnover] = page_of(request, lambda start, count: turnovers[start : start + count], len(turnovers))
    shown = {
        "ground": here,
        "subject": SUBJECTS[kind],
        "page": page,
        "rows": _named(here, request.desk, page.rows),
        "here_is": where(here),
    }
    return render(request, "finance/subject.html", shown)


@require_GET
def account(request: DeskRequest) -> HttpResponse:
    """One account's journal."""
    try:
        here = ground(request)
        found = books.journal(here, request.GET.get("code", "")[:200], _month(request), number_asked(request))
    except Refused as refused:
        return refused_page(request, refused)
    lang = request.desk.lang
    lines = [
        (
            line,
            cause_words(line.row.cause, lang),
            here.name(line.row.other, lang),
            where(here, code=line.row.other.code),
        )
        for line in found.lines
    ]
    months = [(one, where(here, code=found.ref.code, month=one.first_on.month)) for one in found.months]
    number = min(number_asked(request), max(1, -(-found.total // books.PAGE)))
    shown = {
        "ground": here,
        "journal": found,
        "name": here.name(found.ref, lang),
        "subject": subject_of(found.ref),
        "lines": lines,
        "months": months,
        "month": _month(request),
        "whole_year": where(here, code=found.ref.code),
        "page": Page(number, found.lines, number * books.PAGE < found.total, found.total),
        "here_is": where(here),
        "back": _back(here, found.ref),
        "banked": found.ref.kind in BANKED,
        "own": where(here, code=found.ref.code),
    }
    return render(request, "finance/journal.html", shown)


@require_GET
def voucher(request: DeskRequest, number: int) -> HttpResponse:
    """One entry with everything that hangs together with it."""
    try:
        found = books.voucher(request.desk.who, number, request.desk.clock)
    except Refused as refused:
        return refused_page(request, refused)
    lang, here = request.desk.lang, found.ground
    moves = [
        (
            move,
            (subject_of(move.source), here.name(move.source, lang), where(here, code=move.source.code)),
            (subject_of(move.target), here.name(move.target, lang), where(here, code=move.target.code)),
        )
        for move in found.record.entry.transfers
    ]
    others = [(no, cause_words(cause, lang), on) for no, cause, on in found.about if no != number]
    shown = {
        "voucher": found,
        "entry": found.record.entry,
        "ground": here,
        "moves": moves,
        "others": others,
        "cause": cause_words(found.cause.value, lang),
        "here_is": where(here),
    }
    return render(request, "finance/voucher.html", shown)


@require_GET
def paper(request: DeskRequest, number: int) -> HttpResponse:
    """What the entry was made from."""
    desk = request.desk
    try:
        found = books.voucher(desk.who, number, desk.clock)
        one = paper_of(found)
    except Refused as refused:
        return refused_page(request, refused)
    sees_people = one.person_id is not None and may(desk.who, Verb.READ, Noun.PERSON) is None
    shown = {
        "voucher": found,
        "paper": one,
        "title": desk.pick(one.zh, one.en),
        "cause": cause_words(found.cause.value, desk.lang),
        "sees_people": sees_people,
    }
    return render(request, "finance/paper.html", shown)


@require_GET
def banks(request: DeskRequest) -> HttpResponse:
    """What must lie in bank accounts of their own at the end of the year (SD-7.4)."""
    try:
        here = ground(request)
        turnovers = books.bank_balances(here)
    except Refused as refused:
        return refused_page(request, refused)
    page: Page[Turnover] = page_of(request, lambda start, count: turnovers[start : start + count], len(turnovers))
    shown = {
        "ground": here,
        "page": page,
        "rows": _named(here, request.desk, page.rows),
        "total": sum(one.closing_fen for one in turnovers),
        "here_is": where(here),
    }
    return render(request, "finance/banks.html", shown)


def _named(here: Ground, desk: Desk, turnovers: tuple[Turnover, ...]) -> list[tuple[NamedTurnover, str]]:
    return [(named(here, one, desk.lang), where(here, code=one.ref.code)) for one in turnovers]


def _to(here: Ground, only: AccountRef | None, code: str) -> tuple[str, str]:
    """Where a subject's figures lead: to its one account's journal, else to the list of its accounts."""
    if only is not None:
        return "journal", where(here, code=only.code)
    return code, where(here)


def _back(here: Ground, ref: AccountRef) -> tuple[str, str]:
    return SUBJECTS[ref.kind].code, where(here)


def _month(request: DeskRequest) -> int | None:
    month = whole_number(request.GET.get("month", ""))
    return month if month in MONTHS else None


def _years(here: Ground) -> list[tuple[int, str]]:
    span = books.years()
    first, last = span or (here.year, here.year)
    return [
        (year, urlencode([("area", here.area), ("year", str(year))]))
        for year in range(min(first, here.year), max(last, here.year) + 1)
    ]
