"""The made-up county of the simulator: its scheme, two contracts one after the other, hospitals, and everything an actor needs."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from django.test import override_settings

from huibao.app.contract import add_contract
from huibao.app.hospital import institutions
from huibao.app.hospital.institutions import HMAC_SHA1
from huibao.app.hospital.regions import regions
from huibao.hospital import door as doors
from huibao.rules import shelf
from huibao.store.institution import Institution
from tests.app.insured_county import identity
from tests.hospital import world
from tests.simulator.events import SimClock, Timeline, moment
from tests.simulator.money_model import INSURER, Money
from tests.simulator.payers import BasicInsurance
from tests.simulator.people_model import ACCIDENT, AREA, MEDICAL, County, Someone, Terms

SHELF: Final = Path(__file__).parent / "shelf"
BEGINS: Final = date(2020, 6, 20)
PROVINCE, CITY, NEIGHBOUR, ELSEWHERE = "370000", "370300", "370322", "110101"
TOWNS: Final = ("370323103000", "370323104000", "370323105000")
FUNDS: Final = ("provincial_fund", "local_fund")
FIRST: Final = Terms(
    "SIM-2020",
    date(2020, 1, 1),
    date(2020, 12, 31),
    {MEDICAL: [("provincial_fund", 70), ("local_fund", 30)], ACCIDENT: [("provincial_fund", 100)]},
)
SECOND: Final = Terms(
    "SIM-2021",
    date(2021, 1, 1),
    date(2021, 12, 31),
    {MEDICAL: [("provincial_fund", 60), ("local_fund", 40)], ACCIDENT: [("surplus", 100)]},
)
"""The second year's accident premium is paid out of what the first one leaves. SD-5."""

HOSPITALS: Final = {
    "county": ("H37032300001", "示范县人民医院（虚构）", AREA),
    "clinic": ("H37032300002", "示范镇卫生院（虚构）", AREA),
    "city": ("H11010000003", "外地示范医院（虚构）", ELSEWHERE),
}
"""The city's hospital lies elsewhere, in a region run as a platform: the payers are asked from here."""

CONTRACT: Final = """
contract: {number}
scheme: sim/2020
area: "{area}"
insurer: {insurer}
status: demonstration
period: {first}..{last}
chain_first_on: 2020-01-01
term_limit: 3 years
prorata: daily
leaving: {{died: unused, moved: unused, left_group: unused, withdrew: unused}}
operating_cost_ceiling: 5 %
line_move_limit: 10 %
profit_and_loss:
  profit: [{{from: 0 %, insurer: 100 %}}]
  loss: [{{from: 0 %, insurer: 100 %}}]
preexisting_disability: this_accident_only
settings: {{}}
lines:
{lines}"""

REGIONS: Final = """
regions:
{entries}"""
ENTRY: Final = """  - area: "{area}"
    mode: {mode}
    insutype: "390"
    clr_type: "390211"
    fund_pay_sumamt: without_account
    fund_codes: {{basic_medical: "390100", critical_illness: "390200", medical_assistance: "610100",
      hospital_reduction: "630100", medical_supplementary: "620100", government_backstop: "640100", accident: "390400",
      disaster: {{code: "999997", process: 灾害}}, poverty_prevention: "999109", donation: {{code: "999997", process: 捐助}},
      other: {{code: "999997", process: 其他}}}}
"""
REMOTE: Final = """    remote:
      - {payer: basic_medical, url: "http://127.0.0.1:9", access_key: SIM, secret_env: SIM, seconds: 1, tries: 1, rest_seconds: 0}
"""


@dataclass(slots=True)
class World:
    """What actors share: time, the model, the door's hospitals, the payer behind the platform, a folder for files."""

    time: Timeline
    county: County
    money: Money
    hospitals: dict[str, world.Hospital]
    payer: BasicInsurance
    folder: Path
    regions_file: Path
    files: int = 0
    keys: int = 0
    inpatients: set[tuple[str, str]] = field(default_factory=set)
    """(hospital, identity) of who is in."""

    @property
    def clock(self) -> SimClock:
        """The one clock."""
        return self.time.clock

    @property
    def today(self) -> date:
        """The day it is."""
        return self.clock.today()

    def key(self) -> str:
        """A new key."""
        self.keys += 1
        return f"sim-{self.keys}"

    def terms_on(self, day: date) -> Terms:
        """The contract of a day."""
        return FIRST if day <= FIRST.last else SECOND

    def someone(self, number: int) -> Someone:
        """The person of that number, known or not yet."""
        number_ = identity(number)
        return self.county.people.get(number_) or Someone(number, number_)


def contract_text(terms: Terms) -> str:
    """A contract as it is signed."""
    lines = ""
    for line, payers in terms.payers.items():
        lines += f"  {line}:\n    product: {line}\n    premium: {130 if line == MEDICAL else 15} yuan\n    payers:\n"
        for who, share in payers:
            lines += f"      - {{payer: government_fund, id: {who}, share: {share} %}}\n"
    return CONTRACT.format(
        number=terms.number, area=AREA, insurer=INSURER, first=terms.first, last=terms.last, lines=lines
    )


def regions_text() -> str:
    """Everywhere the amounts of others come in with the bill; in the city they are asked for."""
    entries = ENTRY.format(area="", mode="supplement") + ENTRY.format(area=ELSEWHERE, mode="platform") + REMOTE
    return REGIONS.format(entries=entries)


@contextmanager
def opened(seed: int) -> Iterator[World]:
    """An empty county on an empty database, ready to begin."""
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="huibao-sim-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        shelf.add_shelf(SHELF)
        stack.callback(_off_the_shelf)
        clock = SimClock(moment(BEGINS))
        payer = BasicInsurance()
        file = folder / "regions.yaml"
        file.write_text(regions_text(), encoding="utf-8")
        regions.cache_clear()
        stack.callback(regions.cache_clear)
        stack.enter_context(override_settings(HUIBAO_CLOCK=clock, HUIBAO_HOSPITAL_REGIONS=str(file)))
        doors.keys.kept.clear()
        doors.keys.seconds = 0
        doors.lines["line"] = payer
        stack.callback(doors.lines.clear)
        for terms in (FIRST, SECOND):
            add_contract(contract_text(terms), terms.number, clock)
        hospitals = {name: _hospital(*said, clock) for name, said in HOSPITALS.items()}
        time = Timeline(seed, clock)
        yield World(time, County([FIRST, SECOND]), Money(), hospitals, payer, folder, file)


def _hospital(code: str, name: str, area: str, clock: SimClock) -> world.Hospital:
    areas = (area,) if area == AREA else (area, AREA)
    one = Institution(0, code, name, "5", areas, 600_000)
    made = institutions.add_institution(one, HMAC_SHA1, "", f"AK-{code}", clock)
    return world.Hospital(made.access_key, made.secret, clock, code=code)


def _off_the_shelf() -> None:
    """Leave the shelves as other tests expect them."""
    shelf._added.remove(SHELF)
    shelf._standing.cache_clear()
