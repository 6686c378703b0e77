"""What scenarios come to, as rows: by payer, by group, by area, what people bear, and the premium that breaks even.

Every row stands beside the scheme as it stands. Intervals are percentiles of the sums drawn again; because all scenarios
were drawn with the same people, the interval of a difference is the difference's own. Shares are whole basis points.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from huibao.bulk.kernel import Int64s
from huibao.bulk.whatif.engine import Answer
from huibao.bulk.whatif.people import Cell
from huibao.bulk.whatif.population import Population
from huibao.bulk.whatif.tally import histogram, quantile_fen
from huibao.kernel.fen import BP_ONE
from huibao.kernel.invariant import invariant
from huibao.rules.scheme import Kind

LEVEL_BP: Final = 9_500
"""Intervals hold this share of the sums drawn again, as much left out below as above."""
QUANTILES_BP: Final = (1_000, 2_500, 5_000, 7_500, 9_000, 9_500, 9_900)
WHOLE, AREA, GROUP, GROUPS = "whole", "area", "group", "groups"
"""Dimensions: all; each area; each group, where somebody in two counts in both; each set of groups, which sum to all."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A sum under a scenario beside the scheme as it stands. `unit` is fen or person_years."""

    scenario: str
    dimension: str
    key: str
    what: str
    """`paid` (all layers the scheme computes), a layer's step, self_pay or total, or over_line."""
    payer: str
    value: int
    base: int
    difference: int
    low: int | None = None
    high: int | None = None
    difference_low: int | None = None
    difference_high: int | None = None


@dataclass(frozen=True, slots=True)
class Premium:
    """The least premium a year and insured person at which what is left of it pays the cost, fen."""

    scenario: str
    dimension: str
    key: str
    insured: int
    cost_fen: int
    premium_fen: int
    base_premium_fen: int
    difference_fen: int
    low_fen: int | None
    high_fen: int | None


@dataclass(frozen=True, slots=True)
class Distribution:
    """How what remains for the person (or, of an event, what is paid) is spread."""

    scenario: str
    of: str
    """`claim` or `person_year`."""
    count: int
    total_fen: int
    quantiles: Mapping[str, int | None]
    """Basis points as text → fen, at most 1/128 above the exact quantile."""
    histogram: tuple[Mapping[str, int | None], ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything there is to show."""

    answer: Answer
    figures: tuple[Figure, ...]
    distributions: tuple[Distribution, ...]
    premiums: tuple[Premium, ...]
    operating_bp: int | None
    population: Population | None
    _places: dict[tuple[str, str], list[Figure]] = field(default_factory=dict)

    def of(self, what: str, dimension: str = WHOLE) -> Sequence[Figure]:
        """Rows of one sum and dimension, by key and in the order of the scenarios."""
        if not self._places:
            for one in self.figures:
                self._places.setdefault((one.what, one.dimension), []).append(one)
        return self._places.get((what, dimension), [])


def plain(row: Any) -> dict[str, Any]:  # noqa: ANN401 - any of the rows above
    """A row as plain values; `dataclasses.asdict` copies every word of it, which for a province takes seconds."""
    return {name: getattr(row, name) for name in row.__slots__}


def premium_fen(cost_fen: int, insured: int, operating_bp: int) -> int:
    """Least whole premium with premium x insured x (1 - operating share) >= cost. insured > 0, share below 10,000 bp."""
    return -(-cost_fen * BP_ONE // (insured * (BP_ONE - operating_bp)))


def figures_of(answer: Answer, population: Population | None = None, operating_bp: int | None = None) -> Figures:
    """All rows of an answer; premiums where the insured people and the operating share are known."""
    groups = _groups_met(answer)
    rows = [one for key in _keys(answer, groups) for one in _figures(answer, *key)]
    _believe(answer, rows)
    premiums: list[Premium] = []
    if population is not None and operating_bp is not None:
        for dimension, key, cells in _keys(answer, groups):
            insured = _insured(population, dimension, key)
            if insured:
                premiums += _premiums(answer, dimension, key, cells, insured, operating_bp)
    return Figures(answer, tuple(rows), tuple(_distributions(answer)), tuple(premiums), operating_bp, population)


def paid_at(answer: Answer) -> list[int]:
    """Places of the layers the scheme computes, whoever pays them, among the outputs."""
    program = answer.question.base.program
    ours = {step for _, step, reported, _ in (*program.layer_at, *program.extra_at) if not reported}
    return [at for at, name in enumerate(answer.outputs) if name in ours]


def payers_of(answer: Answer) -> dict[str, str]:
    """Who pays each output; the remainder of a bill is the person's."""
    program = answer.question.base.program
    found = {step: payer.value for payer, step, _, _ in (*program.layer_at, *program.extra_at)}
    return {**found, "self_pay": "person", "total": ""}


def _groups_met(answer: Answer) -> tuple[str, ...]:
    met = {name for _, groups in answer.claims for name in groups}
    return tuple(name for name in answer.question.base.scheme.groups if name in met)


def set_name(groups: Sequence[str]) -> str:
    """A set of groups as one word; "-" for none."""
    return "+".join(groups) or "-"


def _keys(answer: Answer, groups: tuple[str, ...]) -> Iterator[tuple[str, str, tuple[Cell, ...]]]:
    """Dimension, key and cells of every line of the tables."""
    cells = tuple(answer.claims)
    yield WHOLE, "", cells
    areas = sorted({area for area, _ in cells})
    if areas != [""]:
        for area in areas:
            yield AREA, area or "-", tuple(cell for cell in cells if cell[0] == area)
    if groups:
        for name in groups:
            yield GROUP, name, tuple(cell for cell in cells if name in cell[1])
        for names in sorted({names for _, names in cells}):
            yield GROUPS, set_name(names), tuple(cell for cell in cells if cell[1] == names)


def _drawn(answer: Answer, dimension: str, key: str) -> Int64s | None:
    """Sums drawn again for a line: resamples x scenarios x (moving outputs, over the line)."""
    if not answer.drawn:
        return None
    if dimension == WHOLE:
        return answer.drawn["whole", ""]
    if dimension == AREA:
        return answer.drawn["area", "" if key == "-" else key]
    sets = [names for kind, names in answer.drawn if kind == "groups"]
    if dimension == GROUPS:
        return next(answer.drawn["groups", names] for names in sets if set_name(names) == key)  # type: ignore[arg-type] # of its kind
    held = [answer.drawn["groups", names] for names in sets if key in names]  # type: ignore[operator] # of its kind
    found: Int64s = np.sum(held, axis=0)
    return found


def _figures(answer: Answer, dimension: str, key: str, cells: tuple[Cell, ...]) -> Iterator[Figure]:
    """Every sum of one line of the tables, for each scenario."""
    sums = np.array([sum(total.costs[cell] for cell in cells) for total in answer.totals], dtype=np.int64)
    drawn = _drawn(answer, dimension, key)
    ours, payers = paid_at(answer), payers_of(answer)
    columns: list[tuple[str, str, list[int], list[int] | None]] = [("paid", "", ours, ours)]
    for at, name in enumerate(answer.outputs):
        columns.append((name, payers.get(name, ""), [at], [at] if at < answer.moving else None))
    if answer.question.line_fen is not None:
        columns.append(("over_line", "", [len(answer.outputs)], [answer.moving]))
    for what, payer, places, drawn_places in columns:
        values = sums[:, places].sum(axis=1)
        again = drawn[:, :, drawn_places].sum(axis=2) if drawn is not None and drawn_places is not None else None
        spread = _intervals(again) if again is not None else None
        apart = _intervals(again - again[:, :1]) if again is not None else None
        # What no scenario can change is told once for a part.
        names = answer.names if drawn_places is not None or dimension == WHOLE else answer.names[:1]
        for nth, name in enumerate(names):
            value, base = int(values[nth]), int(values[0])
            ends = (*spread[nth], *apart[nth]) if spread is not None and apart is not None else (None,) * 4
            yield Figure(name, dimension, key, what, payer, value, base, value - base, *ends)


def _intervals(sums: Int64s) -> list[tuple[int, int]]:
    """The percentile interval of each column: whole fen, for each sum drawn is whole."""
    ordered = np.sort(sums, axis=0)
    out = (BP_ONE - LEVEL_BP) * (len(ordered) - 1) // (2 * BP_ONE)
    return [(int(low), int(high)) for low, high in zip(ordered[out], ordered[len(ordered) - 1 - out], strict=True)]


def _believe(answer: Answer, rows: Sequence[Figure]) -> None:
    """Areas, and sets of groups, sum to the whole (A1)."""
    whole = {(one.scenario, one.what): one.value for one in rows if one.dimension == WHOLE}
    for dimension in (AREA, GROUPS):
        parts: dict[tuple[str, str], int] = {}
        for one in rows:
            if one.dimension == dimension:
                parts[one.scenario, one.what] = parts.get((one.scenario, one.what), 0) + one.value
        invariant(
            all(whole[key] == value for key, value in parts.items()), "A1", f"what-if: {dimension} is not the whole"
        )
    if answer.question.base.program.kind is Kind.EVENT:
        paid = {name: value for (name, what), value in whole.items() if what == "paid"}
        total = {name: value for (name, what), value in whole.items() if what == "total"}
        inside = not answer.question.base.program.extra_at
        invariant(not inside or paid == total, "A1", "what an event pays is its layers")


def _insured(population: Population, dimension: str, key: str) -> int:
    if dimension == WHOLE:
        return population.insured
    if dimension == AREA:
        return population.area("" if key == "-" else key).insured if population.by_area else 0
    if not population.by_groups:
        return 0
    if dimension == GROUP:
        return population.in_group(key).insured
    return population.in_groups(tuple(key.split("+")) if key != "-" else ()).insured


def _premiums(
    answer: Answer, dimension: str, key: str, cells: tuple[Cell, ...], insured: int, operating_bp: int
) -> Iterator[Premium]:
    ours = paid_at(answer)
    drawn = _drawn(answer, dimension, key)
    spreads = _intervals(drawn[:, :, ours].sum(axis=2)) if drawn is not None else None
    costs = [sum(int(total.costs[cell][ours].sum()) for cell in cells) for total in answer.totals]
    base = premium_fen(costs[0], insured, operating_bp)
    for nth, name in enumerate(answer.names):
        low, high = spreads[nth] if spreads is not None else (None, None)
        needed = premium_fen(costs[nth], insured, operating_bp)
        least, most = (None if cost is None else premium_fen(cost, insured, operating_bp) for cost in (low, high))
        yield Premium(name, dimension, key, insured, costs[nth], needed, base, needed - base, least, most)


def _distributions(answer: Answer) -> Iterator[Distribution]:
    rest = answer.moving - 1
    for name, total in zip(answer.names, answer.totals, strict=True):
        fen = sum(int(cost[rest]) for cost in total.costs.values())
        for of, counts in (("claim", total.by_claim), ("person_year", total.by_year)):
            if counts is not None:
                spread = {str(share): quantile_fen(counts, share) for share in QUANTILES_BP}
                yield Distribution(name, of, int(counts.sum()), fen, spread, tuple(histogram(counts)))


def method_of(answer: Answer) -> dict[str, Any]:
    """How the intervals came about, in plain values."""
    question = answer.question
    return {
        "method": "bootstrap_of_random_bundles_of_people" if answer.bundled else "poisson_bootstrap_of_people",
        "resamples": question.resamples,
        "seed": question.seed,
        "interval_bp": LEVEL_BP,
        "units_drawn": answer.units,
        "bundled": answer.bundled,
    }


def as_data(found: Figures) -> dict[str, Any]:
    """Everything as plain values for JSON; money is whole fen."""
    answer = found.answer
    question = answer.question
    return {
        "scheme": question.base.scheme.scheme_id,
        "scheme_hash": question.base.scheme.hash,
        "benefit": question.base.benefit_id,
        "known_on": question.base.known_on,
        "claims": sum(answer.claims.values()),
        "people": answer.all_people,
        "person_years": answer.person_years,
        "put_aside": answer.put_aside,
        "burden_line_fen": question.line_fen,
        "operating_share_bp": found.operating_bp,
        "insured": found.population.insured if found.population else None,
        "stated_premium": stated_premium(answer),
        "intervals": method_of(answer),
        "scenarios": [_scenario(answer, nth) for nth in range(len(answer.totals))],
        "figures": [plain(one) for one in found.figures],
        "distributions": [plain(one) for one in found.distributions],
        "premiums": [plain(one) for one in found.premiums],
    }


def stated_premium(answer: Answer) -> dict[str, Any] | None:
    """The least premium that the scheme states for the product of this benefit, on the last day of its numbers."""
    base = answer.question.base
    product = base.scheme.product_of_benefit(base.benefit_id)
    if product is None or product.premium is None:
        return None
    param = base.scheme.params[product.premium]
    held = param.at(base.days[-1], base.known_on)
    return {"param": param.name, "clause": param.clause, "fen": held[0]} if held and len(held) == 1 else None


def _scenario(answer: Answer, nth: int) -> dict[str, Any]:
    refused = answer.totals[nth].refused
    if nth == 0:
        return {"name": answer.names[0], "title": "", "from": None, "changes": [], "breaches": [], "refused": refused}
    one = answer.question.scenarios[nth - 1]
    base = answer.question.base
    last = next(at for at in reversed(range(len(base.days))) if base.programs[at] is not None)
    changes = []
    for change in one.changes:
        numbers = [int(number) for number in base.matrix[last, base.places(change.param.name)]]
        for cell, before, after in change.said(numbers):
            held = {"param": change.param.name, "cell": cell, "title": change.param.title.zh}
            changes.append({**held, "clause": change.param.clause, "before": before, "after": after})
    breaches = [
        {
            "param": b.param,
            "cell": b.cell,
            "found": b.found,
            "scheme": b.scheme_id,
            "clause": b.clause,
            "zh": b.zh,
            "en": b.en,
        }
        for b in one.breaches
    ]
    return {
        "name": one.name,
        "title": one.title,
        "from": one.from_on,
        "changes": changes,
        "breaches": breaches,
        "refused": refused,
    }
