"""Statistics: whole numbers counted from rows, shares with their counts beside them, and parts that sum to the whole."""

from huibao.domain.statistics.coverage import (
    AreaCount,
    Goal,
    Member,
    TargetCoverage,
    count_coverage,
    missing,
    reached,
    share_bp,
)
from huibao.domain.statistics.funnel import Funnel, Insured, count_funnel
from huibao.domain.statistics.money import FlowOfLine, LineMoney, SourceMoney, count_money
from huibao.domain.statistics.reach import AreaNeed, Way, needs, way
from huibao.domain.statistics.times import Waits, count_waits

__all__ = [
    "AreaCount",
    "AreaNeed",
    "FlowOfLine",
    "Funnel",
    "Goal",
    "Insured",
    "LineMoney",
    "Member",
    "SourceMoney",
    "TargetCoverage",
    "Waits",
    "Way",
    "count_coverage",
    "count_funnel",
    "count_money",
    "count_waits",
    "missing",
    "needs",
    "reached",
    "share_bp",
    "way",
]
