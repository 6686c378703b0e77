"""The basic insurance behind the platform: pays two thirds, once for each key, and is down, silent or half-heard as told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from huibao.app.hospital.payers import Down, Heard
from huibao.app.hospital.regions import RemotePayer
from tests.simulator.events import agree


@dataclass(slots=True)
class BasicInsurance:
    """A payer as its line shows it. `paid` is what it believes to owe, by key."""

    paid: dict[str, int] = field(default_factory=dict)
    stays: dict[str, str] = field(default_factory=dict)
    """Of which stay each key is."""
    down: bool = False
    lose: int = 0
    """So many of the next answers are lost after the deed."""

    def ask(self, payer: RemotePayer, infno: str, key: str, said: Mapping[str, Any], code: str) -> Heard:
        """Answer, or not."""
        del payer, code
        if self.down:
            raise Down
        if infno == "2601":
            self.paid.pop(str(said["omsgid"]), None)
            return Heard(0, "")
        fen = basic_part(int(Decimal(said["inscp_scp_amt"]) * 100))
        if infno == "2304":
            self.stays[key] = str(said["mdtrt_id"])
            beside = [one for one in self.paid if one != key and self.stays[one] == self.stays[key]]
            agree("a stay is paid for once at a time", beside, [])
            fen = self.paid.setdefault(key, fen)
            if self.lose:
                self.lose -= 1
                raise Down
        return Heard(fen, f"R{key}")


def basic_part(in_policy_fen: int) -> int:
    """Two thirds of in-policy cost, part fen cut off."""
    return in_policy_fen * 2 // 3
