"""The same lines once more, as a loop over a province: text of a function over columns, and the numbers of each day.

Rows come by person and date; the yearly sums run on in locals and start anew with the next person or policy year. The
text holds no number of any param: they are read from the row of a matrix that belongs to the day. So a new value, or a
what-if, compiles nothing. Text alone is made here; who compiles it, and where it is kept, is `bulk.kernel`.
"""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from huibao.kernel.problem import Refused
from huibao.rules.compiler import NOT_YET_KNOWN, UNKNOWN_BENEFIT, build, in_force, params_used
from huibao.rules.program import Program
from huibao.rules.scheme import Benefit, Kind, Scheme
from huibao.rules.vocabulary import InputType

UNREACHED_FEN = 2**61
"""Lower edge of a band that only fills a table: above every sum the int64 proof allows."""

FINE, OUTSIDE, NOT_IN_FORCE, CONFLICTS, OVER, FOUND_BEFORE, FULL_FROM = 0, 1, 2, 3, 4, 5, 64
"""Faults the loop itself finds: day outside the period, no number in force, two exceptions, payers above the bill, and
from 64 on the running sum of that position above its limit. Whoever calls may mark rows with 5 to 63 beforehand."""

WIDTHS: Mapping[InputType, str] = {
    InputType.FEN: "int64",
    InputType.BP: "int32",
    InputType.DAYS: "int32",
    InputType.COUNT: "int32",
    InputType.GRADE: "int8",
    InputType.FLAG: "int8",
    InputType.ENUM: "int8",
}
"""Width of an input's column; each holds the largest value its type allows."""


@dataclass(frozen=True, slots=True)
class BulkSource:
    """Text of the loop and the order of its columns."""

    text: str
    hash: str
    inputs: tuple[str, ...]
    accumulators: tuple[str, ...]
    outputs: tuple[str, ...]
    """Names of the columns it fills: steps, then `self_pay` or `total`, then `closing.NAME` where asked for."""


def change_days(scheme: Scheme, benefit_id: str, known_on: date | None = None) -> tuple[date, ...]:
    """Days on which any number of the benefit changes within the scheme's period, ascending; the first day leads."""
    if benefit_id not in scheme.benefits:
        allowed = ", ".join(scheme.benefits)
        raise Refused(UNKNOWN_BENEFIT(scheme=scheme.scheme_id, name=benefit_id, allowed=allowed))
    stated = {
        value.from_on
        for name in params_used(scheme, scheme.benefits[benefit_id])
        for value in scheme.params[name].values
        if value.from_on in scheme.period and (known_on is None or value.known_on <= known_on)
    }
    return tuple(sorted(stated | {scheme.period.first_on}))


def compile_days(
    scheme: Scheme,
    benefit_id: str,
    days: tuple[date, ...],
    known_on: date | None = None,
    settings: Mapping[str, str | int] | None = None,
) -> tuple[Program | None, ...]:
    """One program a day, all with the same lines and the same places in P: only the numbers differ.

    Brackets are filled up to the most bands any of the days has, with bands that nothing reaches. None stands for a day
    on which a number is not yet in force; refused when that is so on every day.
    """
    given_settings = tuple(sorted((settings or {}).items()))
    found: list[tuple[Benefit, dict[str, int], dict[str, tuple[int, ...]]] | None] = []
    for on in days:
        try:
            found.append(in_force(scheme, benefit_id, on, known_on, given_settings))
        except Refused as refused:
            not_yet = all(problem.code == NOT_YET_KNOWN.code for problem in refused.problems)
            if not not_yet or (on == days[-1] and not any(found)):
                raise
            found.append(None)
    sizes: dict[str, int] = {}
    for held in found:
        for name, numbers in held[2].items() if held else ():
            sizes[name] = max(sizes.get(name, 0), len(numbers))
    return tuple(
        build(scheme, held[0], on, known_on, held[1], _filled(scheme, held[2], sizes)) if held else None
        for on, held in zip(days, found, strict=True)
    )


def _filled(
    scheme: Scheme, numbers: Mapping[str, tuple[int, ...]], sizes: Mapping[str, int]
) -> dict[str, tuple[int, ...]]:
    """Brackets of one length on every day: the bands added begin where no amount comes."""
    filled = dict(numbers)
    for name, held in numbers.items():
        if scheme.params[name].brackets:
            edges, rates = held[: len(held) // 2], held[len(held) // 2 :]
            more = (sizes[name] - len(held)) // 2
            filled[name] = (*edges, *(UNREACHED_FEN,) * more, *rates, *(0,) * more)
    return filled


def result_names(program: Program) -> tuple[str, ...]:
    """Columns a run gives by default: the layers we compute, then what the person pays (a bill) or the total due."""
    computed = [step for _, step, reported, _ in (*program.layer_at, *program.extra_at) if not reported]
    return (*computed, remainder_name(program))


def remainder_name(program: Program) -> str:
    """`self_pay` for a bill, `total` for an event."""
    return "self_pay" if program.kind is Kind.BILL else "total"


def bulk_source(program: Program, outputs: tuple[str, ...] | None = None) -> BulkSource:
    """Text of the loop for a program. `outputs` may name any step, the remainder and `closing.NAME` of a running sum."""
    wanted = result_names(program) if outputs is None else outputs
    inputs = tuple(entry.name for entry in program.inputs)
    sums = program.accumulators
    body, places = _with_locals(program.body)
    lines = [*_loop_head(program, places), *_row(program, body, wanted)]
    columns = [f"_in_{name}" for name in inputs] + [f"_open_{name}" for name in sums]
    columns += [f"_out_{name.replace('.', '_of_')}" for name in wanted]
    fixed = "_count, _person, _day, _year, _has_year, _breaks, _slot_at, _slot_year, _matrix, _open_at, _has_open, _faults, _found"
    head = f"def bulk({', '.join([fixed, *columns])}):"
    text = "\n".join([HEADER.format(scheme=program.scheme_id, benefit=program.benefit_id), "", head, *lines, ""])
    return BulkSource(text, hashlib.sha256(text.encode()).hexdigest(), inputs, sums, wanted)


@lru_cache(maxsize=256)
def plain_loop(source: BulkSource) -> Callable[..., int]:
    """The loop as an ordinary function over lists of whole numbers: slow, but the very lines a province is settled by.

    The text is made by this module alone; no text of a scheme is run.
    """
    space: dict[str, object] = {"__builtins__": {}, "min": min, "max": max, "range": range, "len": len, "_int": int}
    code = compile(source.text.replace(IMPORT, ""), "<huibao bulk>", "exec")
    exec(code, space)  # noqa: S102 - see above: built from whitelisted forms # nosec B102
    function: Callable[..., int] = space["bulk"]  # type: ignore[assignment] # the text defines it
    return function


FIXED_PLACE = re.compile(r"\bP\[(\d+)\]")
IMPORT = "from numpy import int64 as _int"
HEADER = (
    '''"""Made by huibao from scheme {scheme}, benefit {benefit}: one loop over rows sorted by person and day.

The rule lines are those of the one-case program. Change the scheme, not this file: it is written anew when it differs.
"""

'''
    + IMPORT
)


def _with_locals(body: Sequence[str]) -> tuple[list[str], tuple[int, ...]]:
    """The lines with each fixed place of P as a local, and those places; places worked out by the row stay in P.

    Read once a stretch of days, this is twice as fast: a compiler cannot know that writing a result leaves P as it is.
    """
    text = "\n".join(body)
    places = sorted({int(found) for found in FIXED_PLACE.findall(text)})
    return FIXED_PLACE.sub(r"_P\1", text).split("\n"), tuple(places)


def _loop_head(program: Program, places: Sequence[int]) -> list[str]:
    """Everything up to the row's own lines: where the day lies, and whether a new person or year begins.

    A new person comes too often to be guessed by the processor: the sums are chosen, not branched to, and only sums
    brought along are a branch, which goes the same way all run long.
    """
    sums = program.accumulators
    return [
        '    """Settle the rows in their order; fills the `_out_` columns and `_faults`, gives the number of faults."""',
        "    _bad = 0",
        "    _who = _int(-1)",
        "    _which = _int(-1)",
        "    _begins = _int(1)",
        "    _ends = _int(0)",
        "    _in_year = _int(-1)",
        "    _slot = 0",
        "    P = _matrix[0]",
        *(f"    _P{at} = _int(0)" for at in places),
        *(f"    {name} = _int(0)" for name in sums),
        "    for _row in range(_count):",
        "        if _faults[_row] != 0:",
        "            _bad += 1",
        "            continue",
        "        _today = _int(_day[_row])",
        "        if _today < _begins or _today >= _ends:",
        "            _slot = -1",
        "            for _at in range(len(_breaks) - 1):",
        "                if _breaks[_at] <= _today and _today < _breaks[_at + 1]:",
        "                    _slot = _at",
        "            if _slot < 0 or _slot_at[_slot] < 0:",
        f"                _faults[_row] = {OUTSIDE} if _slot < 0 else {NOT_IN_FORCE}",
        "                _begins = _int(1)",
        "                _ends = _int(0)",
        "                _bad += 1",
        "                continue",
        "            _begins = _int(_breaks[_slot])",
        "            _ends = _int(_breaks[_slot + 1])",
        "            _in_year = _int(_slot_year[_slot])",
        "            P = _matrix[_slot_at[_slot]]",
        *(f"            _P{at} = _int(P[{at}])" for at in places),
        "        if _has_year:",
        "            _in_year = _int(_year[_row])",
        "        _one = _int(_person[_row])",
        "        _new = _one != _who or _in_year != _which",
        "        _who = _one",
        "        _which = _in_year",
        *(f"        {name} = 0 if _new else {name}" for name in sums),
        *(["        if _has_open and _new:"] if sums else []),
        *(f"            {name} = _int(_open_{name}[_open_at[_row]])" for name in sums),
    ]


def _row(program: Program, body: Sequence[str], wanted: tuple[str, ...]) -> list[str]:
    """Read the row, run the rule's lines, and keep or refuse what they come to."""
    sums = program.accumulators
    rest = remainder_name(program)
    lines = [f"{name} = _int(_in_{name}[_row])" for name in (entry.name for entry in program.inputs)]
    lines += [f"_before_{name} = {name}" for name in sums]
    lines += ["conflict = 0"] if program.has_conflict else []
    lines += body
    lines += ["_fault = 0", "_seen = _int(0)"]
    for at, entry in reversed(list(enumerate(program.opening))):
        lines += [f"if {entry.name} < 0 or {entry.name} > {entry.max}:", f"    _fault = {FULL_FROM + at}"]
        lines += [f"    _seen = {entry.name}"]
    lines += [f"if {rest} < 0:", f"    _fault = {OVER}", f"    _seen = -{rest}"]
    lines += ["if conflict != 0:", f"    _fault = {CONFLICTS}", "    _seen = _int(0)"] if program.has_conflict else []
    lines += ["if _fault != 0:", "    _faults[_row] = _fault", "    _found[_row] = _seen", "    _bad += 1"]
    lines += [f"    {name} = _before_{name}" for name in sums]
    lines += [f"    _out_{name}[_row] = 0" for name in wanted if not name.startswith("closing.")]
    stored = [(f"_out_{name}", name) for name in wanted if not name.startswith("closing.")]
    lines += ["else:", *(f"    {column}[_row] = {name}" for column, name in stored)] if stored else []
    for name in wanted:
        if name.startswith("closing."):
            held = name.removeprefix("closing.")
            lines.append(f"_out_closing_of_{held}[_row] = {held}")
    return [*(f"        {line}" for line in lines), "    return _bad"]
