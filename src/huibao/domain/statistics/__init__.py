"""Statistics: whole numbers counted from rows, shares with their counts beside them, and parts that sum to the whole."""

from huibao.domain.statistics.asked import Asked, asked_of, goals_of, groups_of_line
from huibao.domain.statistics.coverage import (
    AreaCount,
    Goal,
    Member,
    TargetCoverage,
    count_coverage,
    missing,
    reached,
    share_bp,
    sorted_counts,
)
from huibao.domain.statistics.funnel import Funnel, Insured, count_funnel
from huibao.domain.statistics.hide import LEAST, hidden
from huibao.domain.statistics.interval import wilson_bp
from huibao.domain.statistics.money import FlowOfLine, LineMoney, SourceMoney, count_money
from huibao.domain.statistics.reach import AreaNeed, Way, needs, way
from huibao.domain.statistics.tally import Cover, Happening, Life, Tally, by_day, tallies
from huibao.domain.statistics.times import ClockWait, Waits, count_clocks, count_waits

__all__ = [
    "LEAST",
    "AreaCount",
    "AreaNeed",
    "Asked",
    "ClockWait",
    "Cover",
    "FlowOfLine",
    "Funnel",
    "Goal",
    "Happening",
    "Insured",
    "Life",
    "LineMoney",
    "Member",
    "SourceMoney",
    "Tally",
    "TargetCoverage",
    "Waits",
    "Way",
    "asked_of",
    "by_day",
    "count_clocks",
    "count_coverage",
    "count_funnel",
    "count_money",
    "count_waits",
    "goals_of",
    "groups_of_line",
    "hidden",
    "missing",
    "needs",
    "reached",
    "share_bp",
    "sorted_counts",
    "tallies",
    "way",
    "wilson_bp",
]
