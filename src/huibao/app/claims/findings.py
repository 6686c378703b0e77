"""Findings as people write them: yuan as text, days, words; from a JSON file or name by name. Nothing unknown is let in."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from huibao.app.claims.basis import basis_of
from huibao.app.claims.order import existing
from huibao.domain.claims import problems
from huibao.domain.claims.assessment import Finding, Findings
from huibao.domain.claims.injuries import Injury
from huibao.kernel.clock import Clock
from huibao.kernel.fen import parse_yuan
from huibao.kernel.problem import Problem, Refused
from huibao.rules.vocabulary import Input, InputType

MAX_CHARS: Final = 100_000
"""Characters of a findings file: some hundred injuries; a larger file is something else."""
KEYS: Final = ("died_on", "treatment_ended_on", "injuries", "pre_existing_grade", "joined", "amounts")
INJURY_KEYS: Final = ("code", "class", "part", "grade")
TRUE: Final = frozenset({"true", "yes", "1", "是"})
FALSE: Final = frozenset({"false", "no", "0", "否"})


def read_findings(number: str, text: str, clock: Clock) -> Findings:
    """Read a JSON findings file about a claim. Refused with every problem found."""
    if len(text) > MAX_CHARS:
        raise Refused(problems.TOO_MANY(what="文件字符 characters", limit=MAX_CHARS, found=len(text)))
    try:
        said = json.loads(text, parse_float=str, parse_constant=str)
    except (json.JSONDecodeError, RecursionError) as error:
        raise Refused(_bad("文件 file", "JSON", error)) from error
    if not isinstance(said, dict):
        raise Refused(_bad("文件 file", "JSON 对象 object", type(said).__name__))
    faults = [_bad(key, "、".join(KEYS), key) for key in said if key not in KEYS]
    amounts = said.get("amounts", {})
    if not isinstance(amounts, dict):
        raise Refused(_bad("amounts", "名称: 值", amounts))
    injuries = said.get("injuries", [])
    if not isinstance(injuries, list):
        raise Refused(_bad("injuries", "列表 a list", injuries))
    grade, joined = said.get("pre_existing_grade", 0), said.get("joined", False)
    if type(grade) is not int:
        faults.append(_bad("pre_existing_grade", "0–10", grade))
    if type(joined) is not bool:
        faults.append(_bad("joined", "true/false", joined))
    found = [_injury(each) for each in injuries]
    faults += [each for each in found if isinstance(each, Problem)]
    days = {name: _day(name, said.get(name)) for name in ("died_on", "treatment_ended_on")}
    faults += [each for each in days.values() if isinstance(each, Problem)]
    if faults:
        raise Refused(faults)
    return Findings(
        died_on=_as_day(days["died_on"]),
        treatment_ended_on=_as_day(days["treatment_ended_on"]),
        injuries=tuple(each for each in found if isinstance(each, Injury)),
        pre_existing_grade=grade,
        joined=joined,
        amounts=read_amounts(number, {name: str(value) for name, value in amounts.items()}, clock),
    )


def read_amounts(number: str, said: Mapping[str, str], clock: Clock) -> tuple[tuple[str, Finding], ...]:
    """Read inputs of the claim's benefits, each as its type is written. Refused with every problem found."""
    claim = existing(number)
    inputs = {entry.name: entry for program in basis_of(claim, clock.today()).programs for entry in program.inputs}
    read: list[tuple[str, Finding]] = []
    faults: list[Problem] = []
    for name, text in said.items():
        entry = inputs.get(name)
        if entry is None:
            faults.append(problems.NOT_A_FINDING(name=name, known=", ".join(sorted(inputs)), field=name))
            continue
        value = _value(entry, text.strip())
        if isinstance(value, Problem):
            faults.append(value)
        else:
            read.append((name, value))
    if faults:
        raise Refused(faults)
    return tuple(read)


def read_injuries(said: Sequence[str]) -> tuple[Injury, ...]:
    """Read injuries written CODE:CLASS:PART:GRADE. Refused with every problem found."""
    found = [_injury(dict(zip(INJURY_KEYS, _whole(each.split(":")), strict=False))) for each in said]
    faults = [each for each in found if isinstance(each, Problem)]
    if faults:
        raise Refused(faults)
    return tuple(each for each in found if isinstance(each, Injury))


def _whole(parts: Iterable[str]) -> list[object]:
    return [int(part) if part.isascii() and part.isdigit() and len(part) <= 2 else part for part in parts]  # noqa: PLR2004 - classes and grades have one or two digits


def _injury(said: object) -> Injury | Problem:
    expected = "code, class 1–8, part, grade 1–10"
    if not isinstance(said, dict) or set(said) != set(INJURY_KEYS):
        return _bad("injury", expected, said)
    body_class, grade = said["class"], said["grade"]
    if type(body_class) is not int or type(grade) is not int:
        return _bad("injury", expected, said)
    return Injury(str(said["code"]), body_class, str(said["part"]), grade)


def _value(entry: Input, text: str) -> Finding | Problem:
    if entry.type is InputType.FEN:
        try:
            return parse_yuan(text)
        except ValueError:
            return _bad(entry.name, "元 yuan", text)
    if entry.type is InputType.FLAG:
        if text.lower() in TRUE | FALSE:
            return text.lower() in TRUE
        return _bad(entry.name, "true/false", text)
    if entry.type is InputType.ENUM:
        return text if text in entry.values else _bad(entry.name, "、".join(entry.values), text)
    if text.isascii() and text.isdigit() and int(text) <= entry.max:
        return int(text)
    return _bad(entry.name, f"0–{entry.max}", text)


def _day(name: str, said: object) -> date | Problem | None:
    if said is None or said == "":
        return None
    try:
        return date.fromisoformat(str(said))
    except ValueError:
        return _bad(name, "YYYY-MM-DD", said)


def _as_day(found: date | Problem | None) -> date | None:
    return found if isinstance(found, date) else None


def _bad(name: str, expected: str, found: Any) -> Problem:  # noqa: ANN401 - whatever stood in the file
    return problems.BAD_FINDING(name=name, expected=expected, found=found, field=name)
