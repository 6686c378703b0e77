"""A made-up province of any size: people, claims and rosters as columns, a block at a time, by the documented figures.

The figures and formulas are those of `huibao.app.synthetic`; here they run over columns. Nobody in it lives.
"""

from huibao.app.synthetic.claims import Knobs
from huibao.bulk.synthetic.claims import claim_blocks, claims_of, claims_table
from huibao.bulk.synthetic.province import BLOCK, Province, people_of, province_of

__all__ = ["BLOCK", "Knobs", "Province", "claim_blocks", "claims_of", "claims_table", "people_of", "province_of"]
