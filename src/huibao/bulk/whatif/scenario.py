"""Scenarios: named changes of a scheme's numbers, from options or a YAML file, ready to run without compiling anything.

A scenario is the base program with another matrix of numbers. What it would breach is kept beside it and shown with
every figure; what cannot be computed is refused.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import product
from pathlib import Path
from typing import Final

import numpy as np

from huibao.bulk.kernel import BulkProgram, ready
from huibao.kernel.problem import Problem, Refused, Severity, define
from huibao.rules.change import Breach, Change, breaches, prove, read_change, value_of
from huibao.rules.compiler import NEEDS_VALUE
from huibao.rules.quantity import NotAQuantity, parse_day
from huibao.rules.tree import Node, read_tree

BASE: Final = "base"
"""Name of the scheme as it stands, with which every scenario is compared."""
MAX_SCENARIOS: Final = 256
"""Scenarios of one run: each costs a pass over all claims."""
MAX_CHANGES: Final = 50
MAX_NAME_CHARS: Final = 40
MAX_TITLE_CHARS: Final = 120
FILE_KEYS: Final = ("name", "title", "from", "set")

BAD_FILE = define(
    "WHATIF-006",
    "方案文件写法不对：{why_zh}",
    "写作 scenarios: 下的列表，每项有 name、set，可有 title、from。",
    "The file of scenarios does not fit: {why_en}",
    "Write a list under `scenarios:`, each with name and set, perhaps title and from.",
)
BAD_NAME = define(
    "WHATIF-007",
    "方案名 {name} 不能用：{why_zh}",
    "每个方案用不同的短名，至多 {most} 个字，base 留给现行方案。",
    "The name {name} cannot be used: {why_en}",
    "Give each scenario a short name of its own of at most {most} characters; base is the scheme as it stands.",
)
TOO_MANY = define(
    "WHATIF-008",
    "有 {found} 个{what_zh}，超过上限 {limit}",
    "请分几次运行。",
    "{found} {what_en}, more than {limit}",
    "Divide them over several runs.",
)
TWICE = define(
    "WHATIF-009",
    "方案 {scenario} 对 {name} 改了两次",
    "同一个数只写一个新值。",
    "The scenario {scenario} changes {name} twice",
    "Give one new value for a number.",
)
BAD_FROM = define(
    "WHATIF-010",
    "方案 {scenario} 的起算日 {found} 不能用：{why_zh}",
    "写作 2020-07-01，须在方案期间 {period} 之内。",
    "The first day {found} of the scenario {scenario} cannot be used: {why_en}",
    "Write it like 2020-07-01, within the scheme's period {period}.",
)
NOT_GIVEN = define(
    "WHATIF-011",
    "现行方案的参数 {name}（{title}，{clause}）没有数值，无从比较",
    "请用 --given {name}=… 给出，单位 {unit}；现行方案和各假设方案都按它计算。",
    "The param {name} ({title}, {clause}) has no value in the scheme as it stands, so there is nothing to compare with",
    "Give it as --given {name}=…, in {unit}; the scheme as it stands and all scenarios are computed with it.",
)
BREACH = define(
    "WHATIF-012",
    "方案 {scenario} 把 {name}{cell} 定为 {found}，违反 {scheme} 的 {clause}：{why_zh}",
    "可以试算，但未经修改该文件不得实施；报告中标有 ▲。",
    "The scenario {scenario} sets {name}{cell} to {found}, which breaks {clause} of {scheme}: {why_en}",
    "It may be reckoned, never put in force unless that document is changed; the report marks it with ▲.",
    Severity.DOUBTFUL,
)
NO_DIFFERENCE = define(
    "WHATIF-013",
    "方案 {scenario} 与现行方案的数值完全相同",
    "请核对要改的参数和起算日。",
    "The scenario {scenario} has the very numbers of the scheme as it stands",
    "Check which param was to change, and from which day.",
    Severity.DOUBTFUL,
)
BAD_OPTION = define(
    "WHATIF-014",
    "选项写法不对：{found}",
    "写作 名称=数值，例如 target_rate=95%；--vary 的几个数值用 / 隔开。",
    "The option does not fit: {found}",
    "Write NAME=VALUE, for example target_rate=95%; the values of --vary are parted by /.",
)


@dataclass(frozen=True, slots=True)
class Wish:
    """A scenario as it was asked for: its name, the words, the first day, and texts of new values."""

    name: str
    title: str
    from_text: str
    values: tuple[tuple[str, Node], ...]
    where: str = ""
    row: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Scenario:
    """A scenario ready to run."""

    name: str
    title: str
    from_on: date | None
    changes: tuple[Change, ...]
    breaches: tuple[Breach, ...]
    bulk: BulkProgram


def base_program(
    scheme: str, benefit: str, known_on: date | None, given: Mapping[str, str | int], outputs: tuple[str, ...] | None
) -> BulkProgram:
    """The scheme as it stands; a value no document gives must be given, or the comparison has nothing to stand on."""
    try:
        return ready(scheme, benefit, known_on, given, outputs)
    except Refused as refused:
        raise Refused([_not_given(problem, scheme, benefit) for problem in refused.problems]) from refused


def _not_given(problem: Problem, scheme: str, benefit: str) -> Problem:
    from huibao.rules.shelf import open_scheme

    if problem.code != NEEDS_VALUE.code or problem.field is None:
        return problem
    param = open_scheme(scheme).params[problem.field]
    return NOT_GIVEN(
        where=f"{scheme} {benefit}",
        field=param.name,
        name=param.name,
        title=param.title.zh,
        clause=param.clause,
        unit=param.unit.value,
    )


def wishes_of(
    changes: Sequence[str], varied: Sequence[str], file: Path | None, from_text: str = ""
) -> tuple[Wish, ...]:
    """Scenarios from `--set` (together one), `--vary` (every combination one) and a file."""
    found: list[Wish] = []
    if changes:
        pairs = [pair_of(text) for text in changes]
        values = tuple((name, _value(text)) for name, text in pairs)
        name = ", ".join(f"{name}={text}" for name, text in pairs)
        found.append(Wish("set" if len(name) > MAX_NAME_CHARS else name, name, from_text, values))
    if varied:
        found += _combinations([pair_of(text) for text in varied], from_text)
    if file is not None:
        found += _from_file(file, from_text)
    if len(found) > MAX_SCENARIOS:
        raise Refused(TOO_MANY(found=len(found), what_zh="假设方案", what_en="scenarios", limit=MAX_SCENARIOS))
    return tuple(found)


def pair_of(text: str) -> tuple[str, str]:
    """Name and value of an option NAME=VALUE; refused where it is none."""
    name, sign, value = text.partition("=")
    if not sign or not name.strip() or not value.strip():
        raise Refused(BAD_OPTION(found=text))
    return name.strip(), value.strip()


def _value(text: str) -> Node:
    node, problems = value_of(text)
    if node is None or problems:
        raise Refused(problems)
    return node


def _combinations(pairs: Sequence[tuple[str, str]], from_text: str) -> Iterator[Wish]:
    """One scenario for every combination of the values listed."""
    lists = [[(name, value.strip()) for value in text.split("/") if value.strip()] for name, text in pairs]
    count = int(np.prod([len(values) for values in lists], dtype=np.float64))
    if count > MAX_SCENARIOS:
        raise Refused(TOO_MANY(found=count, what_zh="假设方案", what_en="scenarios", limit=MAX_SCENARIOS))
    for number, chosen in enumerate(product(*lists), 1):
        title = ", ".join(f"{name}={value}" for name, value in chosen)
        name = title if len(title) <= MAX_NAME_CHARS else f"vary-{number}"
        yield Wish(name, title, from_text, tuple((name, _value(value)) for name, value in chosen))


def _from_file(path: Path, from_text: str) -> Iterator[Wish]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(BAD_FILE(where=str(path), why_zh="读不出文本", why_en=str(error))) from error
    root, problems = read_tree(text, path.name)
    if root is None or problems:
        raise Refused(problems)
    listed = root.pairs.get("scenarios") if root.kind == "mapping" else None
    if listed is None or listed.kind != "list" or set(root.pairs) != {"scenarios"}:
        raise Refused(BAD_FILE(where=path.name, row=root.line, why_zh="没有 scenarios 列表", why_en="no scenarios"))
    faults: list[Problem] = []
    found: list[Wish] = []
    for node in listed.items:
        wish = _read_wish(node, path.name, from_text)
        (faults if isinstance(wish, Problem) else found).append(wish)  # type: ignore[arg-type] # one of the two lists
    if faults:
        raise Refused(faults)
    yield from found


def _read_wish(node: Node, where: str, from_text: str) -> Wish | Problem:
    def fault(zh: str, en: str, row: int) -> Problem:
        return BAD_FILE(where=where, row=row, why_zh=zh, why_en=en)

    if node.kind != "mapping":
        return fault("每个方案应为一组键值", "each scenario is a mapping", node.line)
    strange = [key for key in node.pairs if key not in FILE_KEYS]
    if strange:
        return fault(f"不认识的键 {strange[0]}", f"unknown key {strange[0]}", node.pairs[strange[0]].line)
    name, changes = node.pairs.get("name"), node.pairs.get("set")
    if name is None or changes is None or name.kind != "scalar" or changes.kind != "mapping" or not changes.pairs:
        return fault("缺少 name 或 set", "name or set is missing", node.line)
    title, first = (node.pairs[key].text if key in node.pairs else "" for key in ("title", "from"))
    return Wish(name.text, title or name.text, first or from_text, tuple(changes.pairs.items()), where, node.line)


def scenarios_of(base: BulkProgram, wishes: Sequence[Wish]) -> tuple[tuple[Scenario, ...], tuple[Problem, ...]]:
    """The scenarios ready to run, with what a reader must be told of them; refused where any of them cannot be."""
    wrong: list[Problem] = []
    told: list[Problem] = []
    found: list[Scenario] = []
    names: set[str] = {BASE}
    for wish in wishes:
        wrong += _name_problems(wish, names)
        names.add(wish.name)
        scenario, problems = _scenario(base, wish)
        wrong += problems
        if scenario is not None:
            found.append(scenario)
            told += _marks(base, scenario, wish)
    if wrong:
        raise Refused(wrong)
    return tuple(found), tuple(told)


def _name_problems(wish: Wish, names: set[str]) -> Iterator[Problem]:
    why = None
    if not wish.name.strip() or len(wish.name) > MAX_NAME_CHARS or len(wish.title) > MAX_TITLE_CHARS:
        why = "为空或太长", "it is empty or too long"
    elif wish.name in names:
        why = "已有同名的方案", "there is one of this name"
    if why:
        yield BAD_NAME(
            where=wish.where, row=wish.row, name=wish.name, why_zh=why[0], why_en=why[1], most=MAX_NAME_CHARS
        )


def _scenario(base: BulkProgram, wish: Wish) -> tuple[Scenario | None, list[Problem]]:
    problems: list[Problem] = []
    changes: list[Change] = []
    if len(wish.values) > MAX_CHANGES:
        return None, [TOO_MANY(found=len(wish.values), what_zh="改动", what_en="changes", limit=MAX_CHANGES)]
    benefit = base.scheme.benefits[base.benefit_id]
    for key, value in wish.values:
        change, faults = read_change(base.scheme, benefit, key, value)
        problems += [replace(fault, where=wish.where or None) for fault in faults]
        if change is not None:
            changes.append(change)
    problems += _changed_twice(wish, changes)
    from_on = _from(base, wish, problems)
    if problems:
        return None, problems
    bulk = changed(base, changes, from_on)
    fault = prove(base.scheme, benefit, _numbers(bulk), wish.name)
    if fault is not None:
        return None, [replace(fault, where=wish.where or None, row=wish.row)]
    on = [day for day in bulk.days if from_on is None or day >= from_on]
    found = dict.fromkeys(one for day in on for change in changes for one in breaches(base.scheme, change, day))
    return Scenario(wish.name, wish.title, from_on, tuple(changes), tuple(found), bulk), []


def _changed_twice(wish: Wish, changes: Sequence[Change]) -> Iterator[Problem]:
    seen: set[tuple[str, int]] = set()
    for change in changes:
        for place in [-1] if change.bands else [place for place, _, _ in change.cells]:
            if (change.param.name, place) in seen:
                yield TWICE(where=wish.where, row=wish.row, scenario=wish.name, name=change.param.name)
            seen.add((change.param.name, place))


def _from(base: BulkProgram, wish: Wish, problems: list[Problem]) -> date | None:
    if not wish.from_text:
        return None
    period = base.scheme.period
    try:
        day = parse_day(wish.from_text)
        if day not in period:
            raise NotAQuantity("不在方案期间内", "it lies outside the scheme's period")  # noqa: TRY301 - one way to say what is wrong
    except NotAQuantity as why:
        problems.append(
            BAD_FROM(
                where=wish.where,
                row=wish.row,
                scenario=wish.name,
                found=wish.from_text,
                why_zh=why.zh,
                why_en=why.en,
                period=period,
            )
        )
        return None
    return day


def changed(base: BulkProgram, changes: Sequence[Change], from_on: date | None = None) -> BulkProgram:
    """The base with changed numbers on every day, or from a day on; the loop stays, so nothing is compiled."""
    bulk = base if from_on is None else _parted(base, from_on)
    matrix = bulk.matrix.copy()
    for row, (day, program) in enumerate(zip(bulk.days, bulk.programs, strict=True)):
        if program is None or (from_on is not None and day < from_on):
            continue
        for change in changes:
            place = bulk.places(change.param.name)
            matrix[row, place] = change.applied([int(number) for number in matrix[row, place]])
    return replace(bulk, matrix=matrix)


def _parted(base: BulkProgram, on: date) -> BulkProgram:
    """The same numbers, with a stretch of days that begins on this day."""
    if on in base.days:
        return base
    after = sum(day < on for day in base.days)
    days = (*base.days[:after], on, *base.days[after:])
    programs = (*base.programs[:after], base.programs[after - 1] if after else None, *base.programs[after:])
    matrix = np.insert(base.matrix, after, base.matrix[max(after - 1, 0)], axis=0)
    return replace(base, days=days, programs=programs, matrix=matrix)


def _numbers(bulk: BulkProgram) -> dict[str, list[list[int]]]:
    """Numbers of every param on every day that has any."""
    rows = [row for row, program in zip(bulk.matrix, bulk.programs, strict=True) if program is not None]
    return {name: [[int(n) for n in row[bulk.places(name)]] for row in rows] for name in bulk.program.offsets}


def _marks(base: BulkProgram, scenario: Scenario, wish: Wish) -> Iterator[Problem]:
    for one in scenario.breaches:
        yield BREACH(
            where=wish.where,
            row=wish.row,
            field=one.param,
            scenario=scenario.name,
            name=one.param,
            cell=f"[{one.cell}]" if one.cell else "",
            found=one.found,
            scheme=one.scheme_id,
            clause=one.clause,
            why_zh=one.zh,
            why_en=one.en,
        )
    same = changed(base, (), scenario.from_on).matrix
    if np.array_equal(same, scenario.bulk.matrix):
        yield NO_DIFFERENCE(where=wish.where, row=wish.row, scenario=scenario.name)
