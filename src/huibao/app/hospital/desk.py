"""At which desk a transaction is done: the institution that asks, the moment, the message, and the region's ways."""

import hashlib
from dataclasses import dataclass

from huibao.app.hospital.regions import Region, Regions
from huibao.kernel.clock import Clock
from huibao.store.institution import Institution

SERIAL_DIGITS = 10
AREA_CHARS = 6


@dataclass(frozen=True, slots=True)
class Desk:
    """Whatever is done in answer to one message."""

    institution: Institution
    msgid: str
    clock: Clock
    regions: Regions

    @property
    def area(self) -> str:
        """The area the institution stands for: the first of those it serves."""
        return self.institution.areas[0]

    def region(self, year: int) -> Region:
        """The region's ways in a year."""
        return self.regions.at(self.area, year)

    def number(self, kind: str) -> str:
        """A national number, 30 characters: area 6, moment 14, serial 10.

        The serial is taken from institution and msgid, so the same message never makes two numbers in one moment.
        """
        said = f"{self.institution.code}/{self.msgid}/{kind}".encode()
        serial = int.from_bytes(hashlib.sha256(said).digest()[:8], "big") % 10**SERIAL_DIGITS
        return f"{self.area[:AREA_CHARS]}{self.clock.now():%Y%m%d%H%M%S}{serial:010d}"
