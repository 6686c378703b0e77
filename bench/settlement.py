"""F1: one settlement computed in process, against the same rule written by hand in the same run.

Medians over many repetitions, in microseconds, and the ratio to the hand-written function. `python -m bench.settlement
--quick` for a look.
"""

import statistics
import time
from collections.abc import Callable
from datetime import date

from bench.page import Goal, quick_asked, table, write
from huibao.kernel.fen import half_up
from huibao.rules.compiler import compile_benefit
from huibao.rules.explanation import explain
from huibao.rules.program import Program
from huibao.rules.shelf import open_scheme

ROUNDS, QUICK_ROUNDS = 40, 2
CALLS, QUICK_CALLS = 2_000, 100
GOAL_US, EXPLAINED_US = 8.0, 60.0

SCHEME = "shandong/2020/demo-city"
BENEFIT = "one_stop"
ON = date(2020, 5, 12)
INPUTS: dict[str, int | str | bool] = {
    "bill_total": 1_000_000,
    "in_policy": 900_000,
    "reported_basic_medical": 600_000,
    "reported_critical_illness": 50_000,
    "reported_medical_assistance": 30_000,
    "reported_hospital_reduction": 10_000,
}
OPENING = {"supplementary_paid": 123_400}


def by_hand(inputs: dict[str, int | str | bool], opening: dict[str, int], floor: int) -> tuple[int, int]:
    """SD-4.1 as a person would write it for this one scheme: supplementary layer and self-payment, fen."""
    total, in_policy = int(inputs["bill_total"]), int(inputs["in_policy"])
    others = sum(int(value) for name, value in inputs.items() if name.startswith("reported_"))
    room = (half_up(in_policy * 9_000) - others, total - others - floor, 30_000_000 - opening["supplementary_paid"])
    paid = max(min(room), 0)
    return paid, total - others - paid


def microseconds(call: Callable[[], object], rounds: int, calls: int) -> tuple[float, float]:
    """Median and slowest of one call, over rounds of many."""
    samples = []
    for _ in range(rounds):
        begun = time.perf_counter_ns()
        for _ in range(calls):
            call()
        samples.append((time.perf_counter_ns() - begun) / calls / 1_000)
    samples.sort()
    return statistics.median(samples), samples[-1]


def written(program: Program) -> list[str]:
    """Every cited line as a person reads it."""
    return [line.text("zh") for line in explain(program, INPUTS, OPENING)]


def main() -> None:
    """Print the figures of F1 and keep them on the page."""
    quick = quick_asked(__doc__)
    size = (QUICK_ROUNDS, QUICK_CALLS) if quick else (ROUNDS, CALLS)
    program = compile_benefit(open_scheme(SCHEME), BENEFIT, ON)
    outcome = program.run(INPUTS, OPENING)
    floor = program.settings.get("self_pay_floor", 0)
    paid, self_pay = by_hand(INPUTS, OPENING, floor)
    if outcome.self_pay_fen != self_pay:
        msg = f"the program leaves {outcome.self_pay_fen} fen, the hand-written rule {self_pay}"
        raise SystemExit(msg)
    base, slowest = microseconds(lambda: by_hand(INPUTS, OPENING, floor), *size)
    ways = (
        ("one settlement, checked", microseconds(lambda: program.run(INPUTS, OPENING), *size), GOAL_US),
        (
            "with its cited lines as values",
            microseconds(lambda: explain(program, INPUTS, OPENING), *size),
            EXPLAINED_US,
        ),
        ("with its cited lines as Chinese text", microseconds(lambda: written(program), *size), EXPLAINED_US),
    )
    rows = [("the rule written by hand", f"{base:.2f}", f"{slowest:.2f}", "1.0", "")]
    goals = []
    for what, (median, worst), goal in ways:
        verdict = "within" if median <= goal else "over"
        rows.append((what, f"{median:.2f}", f"{worst:.2f}", f"{median / base:.1f}", f"{verdict} {goal:.0f} µs"))
        by = f"the rule by hand in Python {base:.2f} µs"
        goals.append(Goal(what, f"≤ {goal:.0f} µs", by, f"{median:.2f} µs", f"{median / base:.1f} ×", median <= goal))
    heads = ("what", "median µs", "worst round µs", "times the hand-written rule", "goal")
    about = (
        f"{SCHEME} {BENEFIT}, {size[0]} rounds of {size[1]:,} calls; the supplementary layer pays {paid} fen in each."
    )
    write("F1", "one settlement in process", [about, "", *table(heads, rows)], [goals[0], goals[2]], keep=not quick)


if __name__ == "__main__":
    main()
