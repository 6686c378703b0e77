"""Where a person is registered: from a code, or from names of county, town and address, on the roster's day.

A code that was abolished by that day is carried to what it became, and the row says so; the roster itself and
older records keep the code they were made with.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from huibao.kernel.division import COUNTY_DIGITS, TOWN_DIGITS, VILLAGE_DIGITS, DivisionTable, normal_code
from huibao.kernel.identity import is_digits

PROVINCE_DIGITS: Final = 2
CITY_DIGITS: Final = 4
NO_VILLAGE: Final = "000"

Names = tuple[str, str, str, str]
"""Texts of county, town, village and whole address, each possibly empty."""


@dataclass(frozen=True, slots=True)
class Found:
    """The division found, "" when none; the old code or name when it had changed; the text nobody could read."""

    code: str = ""
    name: str = ""
    renamed_from: str = ""
    unknown: str = ""


@dataclass(frozen=True, slots=True)
class Places:
    """The divisions one roster needs: the table, names of the area's towns, counties of its province by name."""

    table: DivisionTable
    towns: Mapping[str, str]
    counties: Mapping[str, tuple[str, ...]]
    seen: dict[tuple[str, Names], Found] = field(default_factory=dict)
    """Answers already given: a county's rows share a few hundred domiciles."""


def places_for(table: DivisionTable, area: str, day: date) -> Places:
    """Gather what rows of a county's roster may name. `area` is a six-digit code, or "" when unknown."""
    towns = {row.name: short_code(row.code) for row in table.below(area, day)} if area else {}
    counties: dict[str, list[str]] = {}
    province = area[:PROVINCE_DIGITS]
    for code, rows in table.divisions.items():
        if len(code) == COUNTY_DIGITS and province and code.startswith(province) and not code.endswith("00"):
            for row in rows:
                counties.setdefault(row.name, []).append(code)
    return Places(table, towns, {name: tuple(codes) for name, codes in counties.items()})


def short_code(code: str) -> str:
    """One way of writing domiciles: 6 digits for a county, 9 for a town, 12 for a village."""
    code = normal_code(code)
    return code[:TOWN_DIGITS] if len(code) == VILLAGE_DIGITS and code.endswith(NO_VILLAGE) else code


def find_place(places: Places, code: str, names: Names, area: str, day: date) -> Found:
    """Return the division that a row's code column or place names mean on the day; empty when they say nothing.

    `area` "": the roster does not say whose it is.
    """
    key = (code, names)
    found = places.seen.get(key)
    if found is None:
        found = _by_code(places.table, code, day) if code else _by_names(places, names, area, day)
        places.seen[key] = found
    return found


def _by_code(table: DivisionTable, text: str, day: date) -> Found:
    if len(text) not in {COUNTY_DIGITS, TOWN_DIGITS, VILLAGE_DIGITS} or not is_digits(text):
        return Found(unknown=text)
    code = normal_code(text)
    county = code[:COUNTY_DIGITS]
    if code not in table.divisions and table.at(county, day) is not None:
        return Found(short_code(code), table.name_on(county, day) or "")
    became = table.successor(code, day) or (table.successor(county, day) if county != code else None)
    if became is None:
        return Found(unknown=text)
    name = table.full_name_on(became, day) or ""
    return Found(short_code(became), name, "" if became == code else text)


def _by_names(places: Places, names: Names, area: str, day: date) -> Found:
    county_text, town_text, village_text, address = names
    if not any(names):
        return Found()
    county, renamed = area, ""
    if county_text:
        county, renamed = _county(places, county_text, area, day)
        if not county:
            return Found(unknown=county_text)
    if county != area:
        return Found(county, county_text)
    town = _town(places, town_text, address)
    if town:
        return Found(town, town_text, renamed)
    if town_text and places.towns:
        return Found(unknown=town_text)
    return Found(county, "", renamed) if county_text or town_text or village_text or address else Found()


def _county(places: Places, text: str, area: str, day: date) -> tuple[str, str]:
    """County code for a name, and the name where it is an old one of the area. ("", "") when nobody knows it.

    `area` "": no area stands behind the name.
    """
    now = {places.table.successor(code, day): code for code in places.counties.get(text, ())}
    if area in now:
        same = places.table.name_on(area, day) == text
        return area, "" if same else text
    known = sorted(code for code in now if code)
    near = [code for code in known if code.startswith(area[:CITY_DIGITS])]
    if near or known:
        return (near or known)[0], ""
    own = (places.table.name_on(area, day) if area else None) or ""
    return (area, "") if own and (own in text or text in own) else ("", "")


def _town(places: Places, text: str, address: str) -> str:
    if text in places.towns:
        return places.towns[text]
    for name, code in places.towns.items():
        if (text and (text in name or name in text)) or (address and name in address):
            return code
    return ""
