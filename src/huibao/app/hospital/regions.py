"""How a region runs the interface in a year: its mode, fund codes, how totals are defined, and which payers are remote.

The file is YAML; for an institution's area and a day the entry with the longest matching area counts, then the one that
names the year. Without a file of one's own the shipped `regions.yaml` serves: supplement mode, codes of the dictionary.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import yaml

from huibao.app.hospital.problems import BAD_REGIONS
from huibao.kernel.problem import Refused
from huibao.rules.vocabulary import Payer

MAX_REGIONS: Final = 1_000
MAX_FILE_BYTES: Final = 1_000_000

OTHER_FUND: Final = "999997"
"""Other fund: the payer behind it stands in setl_proc_info."""


class Mode(StrEnum):
    """Who asks the payers."""

    SUPPLEMENT = "supplement"
    """What basic insurance, critical-illness insurance and assistance paid comes in with the request."""
    PLATFORM = "platform"
    """Each payer is asked from here, in the scheme's order."""


class FundTotal(StrEnum):
    """What `fund_pay_sumamt` holds; provinces differ."""

    WITHOUT_ACCOUNT = "without_account"
    WITH_ACCOUNT = "with_account"


@dataclass(frozen=True, slots=True)
class FundCode:
    """How a payer is named in `setldetail`: the code, and what stands in setl_proc_info when the code is no own one."""

    code: str
    process: str = ""


@dataclass(frozen=True, slots=True)
class RemotePayer:
    """A payer that is asked over the network, in the same messages."""

    payer: Payer
    url: str
    access_key: str
    secret_env: str
    """Environment variable that holds the secret: none stands in a file."""
    seconds: int
    tries: int
    rest_seconds: int
    """How long a payer that failed is left alone."""


@dataclass(frozen=True, slots=True)
class Region:
    """One region in one year (None: every year)."""

    area: str
    year: int | None
    mode: Mode
    insutype: str
    clr_type: str
    clr_optins: str
    fund_total: FundTotal
    fund_codes: Mapping[Payer, FundCode]
    sign_in_required: bool
    remote: tuple[RemotePayer, ...] = ()


@dataclass(frozen=True, slots=True)
class Regions:
    """All regions of an installation."""

    entries: tuple[Region, ...]
    source: str = field(compare=False, default="")
    _found: dict[tuple[str, int], Region] = field(init=False, compare=False, repr=False, default_factory=dict)
    """Regions that were asked for, by area and year; as many as an installation has areas and years."""

    def at(self, area: str, year: int) -> Region:
        """The region of an area in a year. The file has an entry for everywhere, so there is always one."""
        found = self._found.get((area, year))
        if found is None:
            found = self._found[area, year] = self._sought(area, year)
        return found

    def _sought(self, area: str, year: int) -> Region:
        able = [one for one in self.entries if area.startswith(one.area.rstrip("0")) and one.year in {None, year}]
        return max(able, key=lambda one: (len(one.area.rstrip("0")), one.year is not None))

    def asks_payers(self, area: str) -> bool:
        """Whether an area is run as a platform in any year: its settlements then begin outside the database."""
        return any(one.mode is Mode.PLATFORM and area.startswith(one.area.rstrip("0")) for one in self.entries)


def read_regions(text: str, where: str) -> Regions:
    """Read a regions file strictly. Refused with the entry and the key that is wrong."""
    try:
        data = yaml.safe_load(text)
        rows = data["regions"]
        if not isinstance(rows, list) or len(rows) > MAX_REGIONS:
            raise TypeError(f"regions: 1–{MAX_REGIONS}")  # noqa: TRY301 - one way to tell of every fault of the file
        entries = tuple(_region(row) for row in rows)
    except (yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise Refused(BAD_REGIONS(where=where, what=f"{type(error).__name__} {error}")) from error
    if not any(one.area == "" and one.year is None for one in entries):
        raise Refused(BAD_REGIONS(where=where, what="area: '' 且不写 year 的默认条目缺失 / no entry for everywhere"))
    return Regions(entries, where)


@cache
def regions(path: str | None) -> Regions:
    """The regions of the file at a path, or the shipped ones."""
    if not path:
        text = files(__package__).joinpath("regions.yaml").read_text(encoding="utf-8")
        return read_regions(text, "regions.yaml")
    file = Path(path)
    if file.stat().st_size > MAX_FILE_BYTES:
        raise Refused(BAD_REGIONS(where=path, what=f"> {MAX_FILE_BYTES} bytes"))
    return read_regions(file.read_text(encoding="utf-8"), path)


KEYS: Final = frozenset(
    {"area", "year", "mode", "insutype", "clr_type", "clr_optins", "fund_pay_sumamt", "fund_codes", "sign_in", "remote"}
)


def _region(row: Mapping[str, Any]) -> Region:
    unknown = row.keys() - KEYS
    if unknown:
        raise ValueError(f"unknown keys {sorted(unknown)}")
    area = str(row["area"])
    if area and not (area.isascii() and area.isdigit() and len(area) == 6):  # noqa: PLR2004 - a division code
        raise ValueError(f"area {area!r}")
    codes = {Payer(payer): _fund_code(value) for payer, value in row["fund_codes"].items()}
    missing = set(Payer) - codes.keys() - {Payer.PERSON}
    if missing:
        raise ValueError(f"fund_codes lack {sorted(missing)}")
    year = row.get("year")
    return Region(
        area=area,
        year=None if year is None else int(year),
        mode=Mode(row["mode"]),
        insutype=str(row["insutype"]),
        clr_type=str(row["clr_type"]),
        clr_optins=str(row.get("clr_optins", area)),
        fund_total=FundTotal(row["fund_pay_sumamt"]),
        fund_codes=codes,
        sign_in_required={"required": True, "optional": False}[row.get("sign_in", "optional")],
        remote=tuple(_remote(each) for each in row.get("remote", ())),
    )


def _fund_code(value: str | Mapping[str, str]) -> FundCode:
    if isinstance(value, str):
        return FundCode(value)
    return FundCode(str(value["code"]), str(value["process"]))


def _remote(row: Mapping[str, Any]) -> RemotePayer:
    url = str(row["url"])
    if not url.startswith(("http://", "https://")):
        raise ValueError(f"url {url!r}")
    return RemotePayer(
        payer=Payer(row["payer"]),
        url=url,
        access_key=str(row["access_key"]),
        secret_env=str(row["secret_env"]),
        seconds=int(row["seconds"]),
        tries=int(row["tries"]),
        rest_seconds=int(row["rest_seconds"]),
    )
