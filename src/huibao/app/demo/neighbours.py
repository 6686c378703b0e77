"""Counties around 衡山县, small and made up like everything here, so that a supervisor has something to compare.

Division codes and names are real; people, rosters, contracts and accidents are not, and the shares say nothing about anybody.
"""

from dataclasses import replace
from datetime import date, timedelta
from importlib.resources import files
from random import Random
from typing import Final

from huibao.app import enrolment
from huibao.app.contract import add_contract
from huibao.app.demo import accidents
from huibao.app.demo.money import top_up
from huibao.app.demo.scene import Scene, take_in
from huibao.app.figures import count_county, counties_to_count
from huibao.app.synthetic import HUNAN, County, MadeUp, make_people, make_rosters
from huibao.domain.plan import Contract
from huibao.kernel.fen import FEN_A_YUAN
from huibao.kernel.period import age_on
from huibao.rules.vocabulary import Line
from huibao.store import coverage as covers
from huibao.store import roster

COUNTIES: Final = (
    (County("430421", "衡阳县", ()), 50, 35),
    (County("430422", "衡南县", ()), 60, 60),
    (County("430481", "耒阳市", ()), 50, 45),
    (County("430482", "常宁市", ()), 24, 75),
    (County("430181", "浏阳市", ()), 40, 90),
)
"""Each with its people in per cent of the act's, and the per cent of them that the first roster knew."""
LEAST: Final = 30
SOURCES: Final = ("disability_certificate", "low_income")
FIRST_ROSTER, ENROLLED, LAST_ROSTER = date(2026, 2, 10), date(2026, 2, 15), date(2026, 3, 10)
SEED: Final = 20_260_210
FIRST_FALL: Final = date(2026, 3, 12)
DAYS_TO_DECIDE: Final = (4, 9, 2, 14, 33, 6)
DAYS_TO_PAY: Final = (3, 1, 0, 12, 5, 2)
"""One claim each, one after the other; one is late."""
AMOUNTS: Final = (
    ("accident_medical_cost", 3_000 * FEN_A_YUAN),
    ("accident_medical_in_policy", 2_500 * FEN_A_YUAN),
    ("reported_basic_medical", 1_500 * FEN_A_YUAN),
    ("days", 5),
)
ADULT: Final = 18
DATA: Final = "hengshan-2026.yaml"


def play(scene: Scene) -> None:
    """Rosters, contracts and cover of each; a few falls; and the figures of every county counted."""
    scene.progress("周边各县（虚构）", "the counties around, made up")
    people = {}
    scene.on(FIRST_ROSTER)
    for number, (county, size, known) in enumerate(COUNTIES):
        rng = Random(SEED + number)  # noqa: S311 - a seed, no secret
        people[county.code] = _people(rng, county, max(scene.people * size // 100, LEAST))
        first = people[county.code][: len(people[county.code]) * known // 100]
        take_in(scene, make_rosters(rng, county, first, FIRST_ROSTER, SOURCES, clean=True), county.code, back=False)
    scene.on(ENROLLED)
    contracts = {county.code: _enrolled(scene, county) for county, *_ in COUNTIES}
    scene.on(LAST_ROSTER)
    for number, (county, *_) in enumerate(COUNTIES):
        rng = Random(SEED + 100 + number)  # noqa: S311 - the same
        take_in(
            scene,
            make_rosters(rng, county, people[county.code], LAST_ROSTER, SOURCES, clean=True),
            county.code,
            back=False,
        )
    _falls(scene, list(contracts.values()))
    for code in counties_to_count("430000"):
        count_county(code, scene.clock)


def _people(rng: Random, county: County, count: int) -> tuple[MadeUp, ...]:
    return tuple(replace(one, left_on=None) for one in make_people(rng, county, count, HUNAN, FIRST_ROSTER.year))


def _enrolled(scene: Scene, county: County) -> Contract:
    """A contract like the one of 衡山县, and everybody known enrolled."""
    text = files("huibao").joinpath("app", "demo", "data", DATA).read_text(encoding="utf-8")
    text = text.replace("衡山", county.name.removesuffix("县").removesuffix("市")).replace("430423", county.code)
    contract = add_contract(text, f"{county.code}.yaml", scene.clock).contract
    enrolment.enrol(contract.number, scene.clock.today(), f"demo/around/{county.code}", scene.clock)
    return contract


def _falls(scene: Scene, contracts: list[Contract]) -> None:
    """A claim in one county after the other, each from report to payment."""
    on = FIRST_FALL
    for number, (decide, pay) in enumerate(zip(DAYS_TO_DECIDE, DAYS_TO_PAY, strict=True)):
        contract = contracts[number % len(contracts)]
        held = sorted(one.person_id for one in covers.covers_of_contract(contract.number) if one.death_cover)
        adults = [one.person for one in roster.people_by_ids(held).values() if age_on(one.person.birth_on, on) >= ADULT]
        if len(adults) <= number // len(contracts):
            continue
        scene.on(on)
        top_up(scene, contract, Line.ACCIDENT, accidents.LARGEST_CLAIMS_FEN // 2, f"demo/around/{number}")
        assessed_on = on + timedelta(days=decide)
        days = accidents.Days(
            on - timedelta(days=1),
            on,
            on + timedelta(days=min(decide, 2)),
            assessed_on,
            assessed_on + timedelta(days=pay),
        )
        accidents.fall(scene, adults[number // len(contracts)], days, AMOUNTS, f"demo/around/fall/{number}")
        on = days.paid_on + timedelta(days=3)
