"""A made-up county: people who do not exist, and the rosters agencies would send about them, faults included.

Everything comes from one seed, so a demonstration can be shown twice. Real are the division codes, the shape of
names and numbers, and the faults; nobody in it lives. Every file says so in its first row.
"""

from huibao.app.synthetic.faults import EXPECTED, RATES, Expected, Fault, Planted
from huibao.app.synthetic.people import County, MadeUp, Place, county_of, make_people
from huibao.app.synthetic.persons import HUNAN, SHANDONG, Shares, is_made_up
from huibao.app.synthetic.rosters import RosterFile, make_rosters
from huibao.app.synthetic.workbooks import write_roster

__all__ = [
    "EXPECTED",
    "HUNAN",
    "RATES",
    "SHANDONG",
    "County",
    "Expected",
    "Fault",
    "MadeUp",
    "Place",
    "Planted",
    "RosterFile",
    "Shares",
    "county_of",
    "is_made_up",
    "make_people",
    "make_rosters",
    "write_roster",
]
