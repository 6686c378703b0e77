"""Figures of a county on a day: coverage of target groups, the funnel, money by source and line, days to pay. S16."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from huibao.app.chart import WORDS, is_wide, percent
from huibao.domain.plan import Contract
from huibao.domain.roster import PersonFacts, facts_on
from huibao.domain.statistics import (
    Funnel,
    Goal,
    Insured,
    LineMoney,
    Member,
    TargetCoverage,
    Waits,
    asked_of,
    count_coverage,
    count_funnel,
    count_money,
    count_waits,
    goals_of,
    groups_of_line,
    missing,
)
from huibao.kernel.problem import Lang, Refused, define
from huibao.rules.facts import within
from huibao.rules.groups import groups_of
from huibao.rules.reference import division_table
from huibao.rules.scheme import Scheme
from huibao.rules.shelf import open_scheme
from huibao.rules.vocabulary import Line
from huibao.store import contract as contracts
from huibao.store import coverage as covers
from huibao.store import ledger as books
from huibao.store import roster
from huibao.store import statistics as store
from huibao.store.unit import snapshot

COUNTY_DIGITS: Final = 6
TOWN_DIGITS: Final = 9
BYTE_ORDER_MARK: Final = "\ufeff"
"""Excel takes a CSV file without it for the machine's own encoding and garbles the Chinese."""

NO_CONTRACT = define(
    "REPORT-002",
    "地区 {area} 在 {on} 没有有效的合同，不知按哪个方案计算应保人群。",
    "请核对地区和日期，或用 --scheme 指明方案。",
    "Area {area} has no contract in force on {on}, so the group to be insured is not known.",
    "Check area and day, or name the scheme with --scheme.",
)
NO_GROUP = define(
    "REPORT-003",
    "方案 {scheme} 没有人群“{group}”；有：{known}。",
    "请从中选择一个。",
    "Scheme {scheme} has no group {group}; it has {known}.",
    "Choose one of them.",
)
NO_LINE = define(
    "REPORT-004",
    "方案 {scheme} 没有险种“{line}”的产品；有：{known}。",
    "请从中选择一个。",
    "Scheme {scheme} has no product of the line {line}; it has {known}.",
    "Choose one of them.",
)
SEVERAL = define(
    "REPORT-005",
    "地区 {area} 在 {on} 有几个方案的合同：{schemes}。",
    "请用 --scheme 指明按哪一个统计。",
    "Area {area} has contracts of several schemes on {on}: {schemes}.",
    "Say with --scheme which one to count by.",
)


@dataclass(frozen=True, slots=True)
class CoverageReport:
    """Coverage of one target group, with the names a reader needs."""

    scheme_id: str
    title_zh: str
    title_en: str
    coverage: TargetCoverage
    names: Mapping[str, str]
    """Division code → name, for the county and its townships."""

    def title(self, lang: Lang) -> str:
        """What is insured, and for whom."""
        return self.title_en if lang == "en" else self.title_zh


def coverage_report(
    area: str, on: date, *, scheme_id: str | None = None, group: str | None = None, line: Line | None = None
) -> tuple[CoverageReport, ...]:
    """Insured share of each target group of an area on a day, against its goals. S16, HN-1.

    A county is counted by township, a city or province by county.

    Without `group` and `line`: every group and line the scheme sets a target for, or, where it sets none, everybody
    each product is for. Refused where no scheme is in force, or it has no such group or line.
    """
    with snapshot():
        scheme = open_scheme(scheme_id) if scheme_id else _scheme_in_force(area, on)
        people = list(roster.people(area, on))
        return tuple(_count(scheme, area, on, people, *asked) for asked in _asked(scheme, group, line))


def funnel_report(contract_number: str, on: date) -> Funnel:
    """Persons who should be insured under a contract on a day, who are, whose case came in, and who was paid. S16."""
    with snapshot():
        contract = contracts.contract(contract_number)
        scheme = open_scheme(contract.scheme_id)
        wanted = {group for line in contract.lines for group in scheme.products[line.product].groups}
        insured = _insured_under(contract, on)
        cases = [case for case in store.cases(contract_number) if case.reported_on <= on]
        reported = {case.person_id for case in cases}
        paid = {case.person_id for case in cases if case.paid_on is not None and case.paid_on <= on}
        people = {one.person.id for one in _in_groups(scheme, roster.people(contract.area, on), on, wanted)}
    return count_funnel(Insured(one, one in insured, one in reported, one in paid) for one in sorted(people))


def money_report(contract_number: str) -> LineMoney:
    """Premium by source and line, and every movement of each line's special account. SD-7.4."""
    with snapshot():
        contracts.contract(contract_number)
        causes = {record.entry.key: record.entry.cause for record in books.reversed_entries()}
        return count_money(
            contract_number, (record.entry for record in books.entries(contract=contract_number)), causes
        )


def waits_report(contract_number: str) -> Mapping[str, Waits]:
    """Days from the report of a claim, or the discharge of a bill, to its payment. SD-6.4."""
    with snapshot():
        cases = list(store.cases(contract_number))
    return {
        kind: count_waits((one.reported_on, one.paid_on) for one in cases if one.kind == kind and one.paid_on)
        for kind in ("bill", "claim")
    }


# --- the same numbers as data and as a table ----------------------------------------------------------------------------


def as_data(report: CoverageReport) -> dict[str, Any]:
    """Return a report as plain values for JSON: counts, shares in basis points, goals with what is missing."""
    coverage = report.coverage
    return {
        "scheme": report.scheme_id,
        "title": report.title_zh,
        "title_en": report.title_en,
        "group": coverage.group,
        "line": coverage.line,
        "on": coverage.on,
        "denominator_source": coverage.source,
        "goals": [
            {
                "name": goal.name,
                "share_bp": goal.share_bp,
                "due_on": goal.due_on,
                "clause": goal.clause,
                "missing": missing(coverage.whole, goal),
            }
            for goal in coverage.goals
        ],
        "rows": [
            {
                "code": count.code,
                "name": report.names.get(count.code, ""),
                "people": count.people,
                "insured": count.insured,
                "share_bp": count.share_bp,
            }
            for count in (coverage.whole, *coverage.towns)
        ],
    }


def table_rows(report: CoverageReport, lang: Lang = "zh") -> Iterator[tuple[str, ...]]:
    """Return the rows of the table beside the chart: name, people, insured, share, and what each goal still needs."""
    unknown = str(WORDS[lang]["unknown_wide" if is_wide(report.coverage.whole.code) else "unknown"])
    for count in (report.coverage.whole, *report.coverage.towns):
        name = report.names.get(count.code, count.code) or unknown
        gaps = (str(missing(count, goal)) for goal in report.coverage.goals)
        yield (name, str(count.people), str(count.insured), percent(count.share_bp, lang), *gaps)


def table_columns(report: CoverageReport, lang: Lang = "zh") -> tuple[str, ...]:
    """Return the headers of `table_rows`."""
    if lang == "en":
        gaps = (f"short of {percent(goal.share_bp)}" for goal in report.coverage.goals)
        return ("area", "to insure", "insured", "coverage", *gaps)
    gaps = (f"距{percent(goal.share_bp)}差" for goal in report.coverage.goals)
    return ("地区", "应保", "已保", "覆盖率", *gaps)


def coverage_csv(report: CoverageReport, lang: Lang = "zh") -> str:
    """Return the chart's numbers as a CSV that Excel opens."""
    out = io.StringIO(newline="")
    sheet = csv.writer(out)
    sheet.writerow(table_columns(report, lang))
    sheet.writerows(table_rows(report, lang))
    return BYTE_ORDER_MARK + out.getvalue()


def area_names(area: str, on: date) -> dict[str, str]:
    """Return names of an area and of its parts as of a day, by code: townships of a county, counties of a wider area."""
    table = division_table()
    if is_wide(area):
        names = {county.code: county.name for county in table.counties(area, on)}
    else:
        names = {town.code[:TOWN_DIGITS]: town.name for town in table.below(area, on)}
    return names | {area: table.name_on(area, on) or area}


# --- counting -----------------------------------------------------------------------------------------------------------


def _asked(
    scheme: Scheme, group: str | None, line: Line | None
) -> tuple[tuple[tuple[str, ...], Line, tuple[Goal, ...], str], ...]:
    """What to count: (groups, line, goals, source of the denominator) each."""
    if group is not None and group not in scheme.groups:
        raise Refused(NO_GROUP(scheme=scheme.scheme_id, group=group, known=", ".join(scheme.groups)))
    lines = tuple(dict.fromkeys(product.line for product in scheme.products.values()))
    if line is not None and line not in lines:
        raise Refused(NO_LINE(scheme=scheme.scheme_id, line=line.value, known=", ".join(lines)))
    if group is None and line is None:
        return tuple((one.groups, one.line, *goals_of(scheme, one.groups, one.line)) for one in asked_of(scheme))
    if group is not None:
        chosen = [line] if line else [one for one in lines if _serves(scheme, one, group)]
        return tuple(((group,), one, *goals_of(scheme, (group,), one)) for one in chosen)
    wanted = [line] if line else list(lines)
    return tuple(
        (groups, one, *goals_of(scheme, groups, one)) for one in wanted for groups in [groups_of_line(scheme, one)]
    )


def _serves(scheme: Scheme, line: Line, group: str) -> bool:
    return group in groups_of_line(scheme, line)


def _count(
    scheme: Scheme,
    area: str,
    on: date,
    people: Iterable[PersonFacts],
    groups: tuple[str, ...],
    line: Line,
    goals: tuple[Goal, ...],
    source: str,
) -> CoverageReport:
    names = area_names(area, on)
    members = _in_groups(scheme, people, on, set(groups))
    insured = covers.covers_on([one.person.id for one in members], line, on)
    counted = count_coverage(
        area,
        "+".join(groups),
        line.value,
        on,
        source,
        (Member(one.person.id, _part(one, area, on), one.person.id in insured) for one in members),
        goals,
        [] if is_wide(area) else [code for code in names if code != area],
    )
    titles = [scheme.groups[group].title for group in groups]
    zh, en = "、".join(title.zh for title in titles), ", ".join(title.en for title in titles)
    return CoverageReport(scheme.scheme_id, f"{zh} · {line.zh}", f"{en} · {line.en}", counted, names)


def _in_groups(scheme: Scheme, people: Iterable[PersonFacts], on: date, wanted: set[str]) -> list[PersonFacts]:
    found = []
    for one in people:
        facts = facts_on(one.person, one.facts, on)
        if facts.alive and wanted.intersection(groups_of(scheme, facts)):
            found.append(one)
    return found


def _part(one: PersonFacts, area: str, on: date) -> str:
    """Code of the part of the area a person is registered in; "" where it is not known that finely."""
    code = facts_on(one.person, one.facts, on).domicile
    digits = COUNTY_DIGITS if is_wide(area) else TOWN_DIGITS
    return code[:digits] if len(code) >= digits else ""


def _insured_under(contract: Contract, on: date) -> frozenset[int]:
    ids = covers.insured_ids(contract.number)
    found: set[int] = set()
    for line in contract.lines:
        found |= {pk for pk, one in covers.covers_on(ids, line.line, on).items() if one.contract == contract.number}
    return frozenset(found)


def _scheme_in_force(area: str, on: date) -> Scheme:
    """The one scheme by which the area, or the counties in it, are insured on the day. Refused with none or several."""
    found = {
        contract.scheme_id
        for contract in contracts.contracts()
        if on in contract.period and (within(area, contract.area) or within(contract.area, area))
    }
    if not found:
        raise Refused(NO_CONTRACT(area=area, on=on))
    if len(found) > 1:
        raise Refused(SEVERAL(area=area, on=on, schemes="、".join(sorted(found))))
    return open_scheme(min(found))
