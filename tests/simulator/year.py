"""One run of the simulator: a seed, so many days; what it did to the byte, or what went wrong and how to see it again."""

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from tests.simulator.agencies import Agencies
from tests.simulator.bank import Bank
from tests.simulator.claims_desk import ClaimsDesk
from tests.simulator.comparison import Night
from tests.simulator.county import BEGINS, World, opened
from tests.simulator.events import LAST_EVENTS, SimulationError, moment
from tests.simulator.network import Network
from tests.simulator.offices import Offices
from tests.simulator.payments import Payments
from tests.simulator.wards import Wards


@dataclass(frozen=True, slots=True)
class Run:
    """What came of a run."""

    seed: int
    days: int
    trace: tuple[str, ...]
    bills: int
    claims: int
    people: int

    @property
    def fingerprint(self) -> str:
        """The same for the same seed."""
        return sha256("\n".join(self.trace).encode()).hexdigest()


def run(seed: int, days: int) -> Run:
    """Simulate so many days on the database at hand, which is empty. `SimulationError` says what failed and how to replay it."""
    with opened(seed) as world:
        people(world)
        try:
            world.time.run(moment(BEGINS + timedelta(days=days)))
        except Exception as error:
            raise SimulationError(_told(world, days, error)) from error
        trace, money = tuple(world.time.trace), world.money
        return Run(seed, days, trace, len(money.bills), len(money.cases), len(world.county.people))


def people(world: World) -> None:
    """Everybody takes their places."""
    network = Network(world.time)
    wards = Wards(world, network)
    agencies, offices = Agencies(world), Offices(world)
    payments = Payments(world, Bank(world.time))
    claims, night = ClaimsDesk(world, payments), Night(world, wards)
    stories = (
        ("agencies", agencies.months(), 0),
        ("insurer", offices.insurer(), 7),
        ("county", offices.enrolling(), 8),
        ("finance", offices.finance(), 10),
        ("hospitals", wards.arrivals(), 9),
        ("accidents", claims.accidents(), 11),
        ("payer", payments.paying(), 16),
        ("night", night.nights(), 0),
    )
    for name, story, hour in stories:
        world.time.begin(name, story, moment(BEGINS, hour))


def _told(world: World, days: int, error: Exception) -> str:
    events = "\n  ".join(world.time.trace[-LAST_EVENTS:])
    seed, day = world.time.seed, (world.today - BEGINS).days + 1
    return (
        f"seed {seed}, day {day} ({world.clock.at:%Y-%m-%d %H:%M})\n{type(error).__name__}: {error}\nlast events:\n  {events}\n"
        f"replay: python -m tests.simulator --seed {seed} --days {min(days, day + 1)}"
    )
