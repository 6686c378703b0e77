"""A made-up province of any size: people, claims and rosters as columns, a block at a time, by the documented figures.

The figures and formulas are those of `huibao.app.synthetic`; here they run over columns. Nobody in it lives.
"""

from huibao.app.synthetic.claims import Knobs
from huibao.bulk.synthetic.claims import claim_blocks, claims_of, claims_table, faults_of
from huibao.bulk.synthetic.files import WrittenClaims, write_claims, write_people, write_population
from huibao.bulk.synthetic.people import people_blocks, people_table
from huibao.bulk.synthetic.province import BLOCK, Province, people_of, province_of
from huibao.bulk.synthetic.rosters import WrittenRoster, write_roster

__all__ = [
    "BLOCK",
    "Knobs",
    "Province",
    "WrittenClaims",
    "WrittenRoster",
    "claim_blocks",
    "claims_of",
    "claims_table",
    "faults_of",
    "people_blocks",
    "people_of",
    "people_table",
    "province_of",
    "write_claims",
    "write_people",
    "write_population",
    "write_roster",
]
