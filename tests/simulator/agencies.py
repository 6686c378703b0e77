"""The agencies: they send lists each month, late, with new people, leavers, deaths learnt long after, moves, doubles and slips."""

import csv
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Final

from huibao.app.roster_import import ImportResult, Sending, import_roster
from huibao.domain.roster.source import SourceId
from tests.simulator.county import NEIGHBOUR, TOWNS, World
from tests.simulator.events import Story, agree, days, minutes, moment
from tests.simulator.people_model import AREA, HELP, RELIEF

FIRST_PEOPLE: Final = 30
FIRST_DEATHS = 0
"""Deaths that are learnt with the second list already."""
MOST_PEOPLE: Final = 400
RELIEF_HEADER: Final = ("序号", "姓名", "身份证号", "区划代码", "脱贫属性", "人员状态", "死亡日期")
HELP_HEADER: Final = ("序号", "姓名", "身份证号", "区划代码", "即时帮扶认定日期")
AWAY_TOWN: Final = NEIGHBOUR


def name_of(number: int) -> str:
    """A made-up name, one for each number."""
    return f"王{chr(0x4E00 + number)}"


@dataclass(slots=True)
class Lists:
    """What the agencies themselves know: who is on which list, who died when, who moved, and what they forgot."""

    relief: set[int] = field(default_factory=set)
    help: dict[int, date] = field(default_factory=dict)
    home: dict[int, str] = field(default_factory=dict)
    deaths: dict[int, date] = field(default_factory=dict)
    """Learnt, and not yet told."""
    gone: set[int] = field(default_factory=set)
    moving: set[int] = field(default_factory=set)
    """The next county will list them."""
    away: set[int] = field(default_factory=set)
    """It does."""
    count: int = 0

    def new(self, dice: Random) -> int:
        """Somebody new."""
        self.count += 1
        self.home[self.count] = dice.choice(TOWNS)
        return self.count


class Agencies:
    """Both agencies of the county, and the one next door."""

    def __init__(self, world: World) -> None:
        self.world, self.dice, self.lists = world, world.time.dice("agencies"), Lists()
        for _ in range(FIRST_PEOPLE):
            self.lists.relief.add(self.lists.new(self.dice))

    def months(self) -> Story:
        """Each month's life, then the month's lists, some days late."""
        while True:
            taken_on = self.world.today
            self._a_month_of_life(taken_on)
            yield days(self.dice.randrange(3)) + minutes(9 * 60 + self.dice.randrange(60))
            yield from self._send(SourceId.POVERTY_RELIEF, taken_on)
            yield minutes(self.dice.randrange(1, 300))
            yield from self._send(SourceId.INSTANT_HELP, taken_on)
            yield minutes(self.dice.randrange(1, 600))
            self._next_door(self.world.today)
            following = (taken_on.replace(day=1) + timedelta(days=32)).replace(day=1)
            yield moment(following) - self.world.clock.at

    def _a_month_of_life(self, on: date) -> None:
        dice, lists = self.dice, self.lists
        for number in range(1, FIRST_DEATHS + 1):
            if on.day == 1 and number not in lists.gone:
                lists.deaths[number] = on - timedelta(days=40)
                lists.gone.add(number)
        for _ in range(dice.randrange(3)):
            if lists.count < MOST_PEOPLE:
                lists.relief.add(lists.new(dice))
        for _ in range(dice.randrange(3)):
            if lists.count < MOST_PEOPLE:
                lists.help[lists.new(dice)] = on - timedelta(days=dice.randrange(1, 40))
        alive = sorted((lists.relief | lists.help.keys()) - lists.gone)
        for number in dice.sample(alive, min(len(alive), dice.randrange(3))):
            self._fate(number, on)

    def _fate(self, number: int, on: date) -> None:
        """What happens to one person."""
        dice, lists = self.dice, self.lists
        fate = dice.choice(["struck", "dead", "moved", "town", "back"])
        if fate == "struck":
            lists.relief.discard(number)
            lists.help.pop(number, None)
        elif fate == "dead":
            lists.deaths[number] = on - timedelta(days=dice.randrange(1, 100))
            lists.gone.add(number)
        elif fate == "moved":
            lists.moving.add(number)
            lists.gone.add(number)
        elif fate == "town":
            lists.home[number] = dice.choice(TOWNS)
        else:
            back = sorted(set(range(1, lists.count + 1)) - lists.relief - lists.help.keys() - lists.gone)
            if back:
                lists.relief.add(dice.choice(back))

    # --- a list -----------------------------------------------------------------------------------------------------------

    def _send(self, source: SourceId, taken_on: date) -> Story:
        """Write the list, with slips, send it, sometimes twice; tell the model what a careful reader takes from it."""
        kind = RELIEF if source is SourceId.POVERTY_RELIEF else HELP
        rows, sound, counts = self._rows(kind, taken_on)
        header = RELIEF_HEADER if kind == RELIEF else HELP_HEADER
        result = self._import(source, header, rows, taken_on, AREA)
        found = result.check.counts
        agree(f"rows of {source}", (found.ready, found.refused, found.duplicate, found.doubtful), (*counts, 0))
        self._tell_model(kind, taken_on, sound)
        self.world.time.tell("agency", f"{source} of {taken_on}: {found.ready} ready of {found.rows_in}")
        if self.dice.random() < 0.3:
            yield minutes(5)
            again = import_roster(
                Sending(path=result.check.workbook.path, source=source, taken_on=taken_on, area=AREA, confirm=True),
                clock=self.world.clock,
            )
            agree("a list sent twice", again.status, "exists")

    def _rows(self, kind: str, taken_on: date) -> tuple[list[list[str]], dict[int, str], tuple[int, int, int]]:
        """The rows as sent; what each person's row says ("listed", "damaged", "dead"); rows ready, refused, duplicate."""
        lists, dice = self.lists, self.dice
        said: dict[int, str] = {}
        rows: list[list[str]] = []
        twice = 0
        members = lists.relief if kind == RELIEF else set(lists.help)
        members = {one for one in members if one not in lists.gone}
        for number in sorted(members):
            row = self._row(kind, number)
            said[number] = "listed"
            if dice.random() < 0.03:
                row[2] = "4.30E+17"
                said[number] = "damaged"
            rows.append(row)
            if said[number] == "listed" and dice.random() < 0.03:
                rows.append(list(row))
                twice += 1
        if kind == RELIEF:
            for number, day in sorted(lists.deaths.items()):
                row = self._row(kind, number)
                row[5], row[6] = "死亡", str(day)
                rows.append(row)
                said[number] = "dead"
        ready = sum(one == "listed" for one in said.values())
        del taken_on
        return rows, said, (ready, len(said) - ready, twice)

    def _row(self, kind: str, number: int) -> list[str]:
        person = self.world.someone(number)
        common = [str(number), name_of(number), person.identity, self.lists.home[number]]
        if kind == RELIEF:
            return [*common, "脱贫享受政策", "正常", ""]
        return [*common, str(self.lists.help[number])]

    def _tell_model(self, kind: str, taken_on: date, sound: dict[int, str]) -> None:
        people = self.world.county.people
        for number, what in sound.items():
            person = self.world.someone(number)
            if what == "listed":
                people[person.identity] = person
                person.live_at(self.lists.home[number], taken_on)
                person.list_as(kind, self.lists.help[number] if kind == HELP else taken_on, AREA)
            elif what == "dead" and person.identity in people:
                person.died = person.died or self.lists.deaths[number]
        damaged = {number for number, what in sound.items() if what == "damaged"}
        listed = {number for number, what in sound.items() if what == "listed"}
        for person in people.values():
            if person.number not in listed | damaged:
                person.strike(kind, taken_on, AREA)
        if kind == RELIEF:
            self.lists.deaths.clear()

    def _next_door(self, taken_on: date) -> None:
        """The county next door lists who moved there; somebody has looked at the doubt and accepts it."""
        if not self.lists.moving:
            return
        self.lists.away |= self.lists.moving
        rows = []
        for number in sorted(self.lists.away):
            row = self._row(RELIEF, number)
            row[3] = AWAY_TOWN
            rows.append(row)
        result = self._import(SourceId.POVERTY_RELIEF, RELIEF_HEADER, rows, taken_on, NEIGHBOUR, ("ROSTER-063",))
        agree("taken in next door", result.summary["taken_in"], len(rows))
        for number in sorted(self.lists.away):
            person = self.world.someone(number)
            self.world.county.people[person.identity] = person
            person.live_at(AWAY_TOWN, taken_on)
            person.list_as(RELIEF, taken_on, NEIGHBOUR)
        self.world.time.tell("agency", f"next door lists {len(rows)}")
        self.lists.moving.clear()

    def _import(
        self,
        source: SourceId,
        header: tuple[str, ...],
        rows: list[list[str]],
        taken_on: date,
        area: str,
        accept: tuple[str, ...] = (),
    ) -> ImportResult:
        self.world.files += 1
        path = self.world.folder / f"list-{self.world.files}.csv"
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows([header, *rows])
        sending = Sending(path=path, source=source, taken_on=taken_on, area=area, confirm=True, accept=accept)
        return import_roster(sending, clock=self.world.clock)
