"""Table models, one module per noun; Django finds those that are imported here."""

from huibao.store.models import approval as approval
from huibao.store.models import claim as claim
from huibao.store.models import claim_desk as claim_desk
from huibao.store.models import contract as contract
from huibao.store.models import coverage as coverage
from huibao.store.models import draft as draft
from huibao.store.models import hospital as hospital
from huibao.store.models import ledger as ledger
from huibao.store.models import payout as payout
from huibao.store.models import roster as roster
from huibao.store.models import settlement as settlement
from huibao.store.models import staff as staff
from huibao.store.models import supervision as supervision
from huibao.store.models import vault as vault
from huibao.store.models import work as work
