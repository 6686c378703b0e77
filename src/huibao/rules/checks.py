"""What must hold of a scheme as a whole before anybody is paid by it: each check is one function, all are listed."""

import ast
from collections.abc import Callable, Iterator
from typing import Final

from huibao.kernel.problem import Problem, define
from huibao.rules.cliffs import check_cliffs
from huibao.rules.compiler import step_texts
from huibao.rules.dimension import added_to, condition, is_amount, step_kind
from huibao.rules.emission import bound_arguments
from huibao.rules.expression import GROUP_FLAG, ExpressionFault, Scope, function_name, names_in, parse
from huibao.rules.floors import check_floors
from huibao.rules.groups import condition_fault
from huibao.rules.interval import param_range, start
from huibao.rules.overlaps import check_overlaps
from huibao.rules.quantity import Unit
from huibao.rules.scheme import Benefit, Kind, Scheme, Step

BAD_EXPRESSION = define(
    "SCHEME-040",
    "{name} 的表达式有误：{why_zh}（{piece}）",
    "请按方案语言的写法改正。",
    "The expression of {name} is wrong: {why_en} ({piece})",
    "Write it as the scheme language allows.",
)
NOT_INT64 = define(
    "SCHEME-041",
    "{name}：{why_zh}（{piece}）",
    "可降低输入的 max、参数的 max，或改写表达式。",
    "{name}: {why_en} ({piece})",
    "Lower an input's or a param's max, or write the expression in another way.",
)
NEGATIVE_LAYER = define(
    "SCHEME-042",
    "支付步骤 {name} 可能为负（最低 {least} 分）",
    "请以 max(…, 0) 包住。",
    "The paying step {name} may be negative (down to {least} fen)",
    "Wrap it in max(…, 0).",
)
NOT_MONEY = define(
    "SCHEME-043",
    "支付步骤 {name} 的单位不是元，是 {found}",
    "支付步骤的结果必须是金额。",
    "The paying step {name} is not in yuan but in {found}",
    "What a payer pays is an amount.",
)
UNUSED = define(
    "SCHEME-044",
    "参数 {name} 没有任何地方使用",
    "请删去，或在步骤、产品、指标、资金规则、职责中引用。",
    "Param {name} is used nowhere",
    "Remove it, or use it in a step, product, target, fund rule or duty.",
)
UNKNOWN_REFERENCE = define(
    "SCHEME-045",
    "{owner} 引用的{what_zh} {name} 不存在",
    "请核对名称。",
    "{owner} refers to the {what_en} {name}, which does not exist",
    "Check the name.",
)
NAME_CLASH = define(
    "SCHEME-046",
    "名称 {name} 在待遇 {benefit} 中有两个含义：{kinds}",
    "请改其中一个名称。",
    "The name {name} means two things in benefit {benefit}: {kinds}",
    "Rename one of them.",
)
BAD_BOUNDS = define(
    "SCHEME-047",
    "步骤 {name} 的 bounds 有 {found} 个标签，min 有 {expected} 个参数",
    "标签依次对应 min 的各个参数。",
    "Step {name} has {found} labels under bounds, its min has {expected} arguments",
    "Labels stand for the arguments of min, in their order.",
)
SUM_TWICE = define(
    "SCHEME-048",
    "步骤 {name} 对累计额 {found} 加了两次",
    "capped、on_total 已自行累计，请从 adds_to 中删去。",
    "Step {name} adds twice to the running sum {found}",
    "capped and on_total add by themselves; remove it from adds_to.",
)
NO_BILL_TOTAL = define(
    "SCHEME-049",
    "账单类待遇 {name} 没有输入 bill_total",
    "请加入 inputs：个人自付由总额减各方支付得出。",
    "The bill benefit {name} has no input bill_total",
    "Add it to inputs: the person's share is the total less what others pay.",
)
CLIFF = define(
    "SCHEME-050",
    "步骤 {name} 用了 rate_of，费用跨档时报销可能减少",
    "如文件确系如此，请写 cliff: true 和理由 why；否则用 banded。",
    "Step {name} uses rate_of: at a band's edge a dearer bill may be paid less",
    "If the document says so, write cliff: true with why; otherwise use banded.",
)
IDLE_NOTE = define(
    "SCHEME-051",
    "说明 {name} 解释的条款 {clause} 没有任何数值、步骤或群体依据它",
    "解释说明须落在方案用到的条款上。",
    "Note {name} interprets {clause}, on which no value, step or group rests",
    "A note belongs to a clause that the scheme uses.",
)
GAP = define(
    "SCHEME-052",
    "参数 {name} 自 {first} 起才有数值，方案自 {begins} 起",
    "请补上期初起的数值。",
    "Param {name} has a value only from {first}, the scheme begins on {begins}",
    "Give the value from the scheme's first day.",
)
BAD_GROUP = define(
    "SCHEME-053",
    "群体 {name} 的条件有误：{why_zh}（{piece}）",
    "条件只能用事实词汇：例如 certificate and disability_grade <= 2。",
    "The condition of group {name} is wrong: {why_en} ({piece})",
    "Conditions use the facts only, for example certificate and disability_grade <= 2.",
)


def check(scheme: Scheme) -> tuple[Problem, ...]:
    """Every problem of a loaded scheme; none means that it can be compiled and paid by."""
    problems: list[Problem] = []
    for one in CHECKS:
        problems.extend(one(scheme))
    if not any(problem.code == BAD_EXPRESSION.code for problem in problems):
        problems.extend(check_overlaps(scheme))
    if not problems:
        # Only a scheme that is sound so far can be tried out.
        problems.extend(check_cliffs(scheme))
    return tuple(sorted(problems, key=lambda problem: (problem.row or 0, problem.code)))


def check_references(scheme: Scheme) -> Iterator[Problem]:
    """Names that products, targets, funds and duties point to."""

    def missing(owner: str, what: tuple[str, str], name: str, row: int | None = None) -> Problem:
        return UNKNOWN_REFERENCE(
            where=scheme.where, row=row, field=owner, owner=owner, what_zh=what[0], what_en=what[1], name=name
        )

    for product in scheme.products.values():
        owner, row = f"products.{product.name}", product.line_no
        yield from (missing(owner, GROUP, name, row) for name in product.groups if name not in scheme.groups)
        held = (*product.benefits, *(name for variant in product.variants for name in variant.benefits))
        yield from (missing(owner, BENEFIT, name, row) for name in held if name not in scheme.benefits)
        if product.premium and product.premium not in scheme.params:
            yield missing(owner, PARAM, product.premium, row)
    for target in scheme.targets:
        if target.group not in scheme.groups:
            yield missing(f"targets.{target.name}", GROUP, target.group, target.line_no)
        if target.share not in scheme.params:
            yield missing(f"targets.{target.name}", PARAM, target.share, target.line_no)
    rules = scheme.fund_rules
    for name in (rules.operating_cost_ceiling, *rules.profit_and_loss):
        if name and name not in scheme.params:
            yield missing("fund_rules", PARAM, name, rules.line_no)
    for duty in scheme.duties:
        if duty.param and duty.param not in scheme.params:
            yield missing(f"duties.{duty.name}", PARAM, duty.param, duty.line_no)


GROUP, BENEFIT, PARAM = ("群体", "group"), ("待遇", "benefit"), ("参数", "param")


def check_groups(scheme: Scheme) -> Iterator[Problem]:
    """Conditions of groups use known facts in the right way."""
    for group in scheme.groups.values():
        fault = condition_fault(group.when)
        if fault:
            yield BAD_GROUP(
                where=scheme.where,
                row=group.line_no,
                field=f"groups.{group.name}",
                name=group.name,
                why_zh=fault.zh,
                why_en=fault.en,
                piece=fault.piece or group.when,
            )


def check_benefits(scheme: Scheme) -> Iterator[Problem]:
    """Units, names and the int64 proof of every benefit."""
    for benefit in scheme.benefits.values():
        clashes = list(_clashes(scheme, benefit))
        yield from clashes
        if benefit.kind is Kind.BILL and "bill_total" not in {entry.name for entry in benefit.inputs}:
            yield NO_BILL_TOTAL(
                where=scheme.where_of(benefit.scheme_id),
                row=benefit.line_no,
                field=f"benefits.{benefit.name}",
                name=benefit.name,
            )
        elif not clashes:
            yield from _steps(scheme, benefit)


def _clashes(scheme: Scheme, benefit: Benefit) -> Iterator[Problem]:
    kinds: dict[str, list[str]] = {}
    for label, names in (
        ("输入 input", [entry.name for entry in benefit.inputs]),
        ("累计 running sum", [entry.name for entry in benefit.accumulators]),
        ("步骤 step", [step.name for step in benefit.steps]),
        ("参数 param", list(scheme.params)),
        ("群体 group", [f"{GROUP_FLAG}{name}" for name in scheme.groups]),
    ):
        for name in names:
            kinds.setdefault(name, []).append(label)
    for name, found in kinds.items():
        if len(found) > 1:
            yield NAME_CLASH(
                where=scheme.where_of(benefit.scheme_id),
                row=benefit.line_no,
                field=f"benefits.{benefit.name}",
                name=name,
                benefit=benefit.name,
                kinds=", ".join(found),
            )


def _steps(scheme: Scheme, benefit: Benefit) -> Iterator[Problem]:
    scope = Scope.of(scheme, benefit)
    ranges = {name: param_range(param) for name, param in scheme.params.items()}
    intervals = start(scope, benefit.inputs, benefit.accumulators, ranges)
    for step in benefit.steps:
        field = f"benefits.{benefit.name}.steps.{step.name}"
        try:
            kind = step_kind(parse(step.expr), scope)
            for entry in step.exceptions:
                condition(parse(entry.when), scope)
                step_kind(parse(entry.expr), scope)
        except ExpressionFault as fault:
            yield BAD_EXPRESSION(
                where=scheme.where_of(benefit.scheme_id),
                row=step.line_no,
                field=field,
                name=step.name,
                why_zh=fault.zh,
                why_en=fault.en,
                piece=fault.piece or step.expr,
            )
            return  # later steps build on this one
        yield from _step_form(scheme.where_of(benefit.scheme_id), step, field)
        if step.payer and not is_amount(kind):
            yield NOT_MONEY(
                where=scheme.where_of(benefit.scheme_id), row=step.line_no, field=field, name=step.name, found=str(kind)
            )
        try:
            low, _ = intervals.step(step)
        except ExpressionFault as fault:
            yield NOT_INT64(
                where=scheme.where_of(benefit.scheme_id),
                row=step.line_no,
                field=field,
                name=step.name,
                why_zh=fault.zh,
                why_en=fault.en,
                piece=fault.piece,
            )
            return
        if step.payer and low < 0:
            yield NEGATIVE_LAYER(
                where=scheme.where_of(benefit.scheme_id), row=step.line_no, field=field, name=step.name, least=low
            )
        scope.steps[step.name] = kind


def _step_form(where: str, step: Step, field: str) -> Iterator[Problem]:
    """What a step's keys must fit in its expression."""
    body = parse(step.expr)
    if step.bounds and len(step.bounds) != len(bound_arguments(step)):
        yield BAD_BOUNDS(
            where=where,
            row=step.line_no,
            field=field,
            name=step.name,
            found=len(step.bounds),
            expected=len(bound_arguments(step)),
        )
    for name in step.adds_to:
        if name in added_to(body) or step.adds_to.count(name) > 1:
            yield SUM_TWICE(where=where, row=step.line_no, field=field, name=step.name, found=name)
    if not step.cliff and any(function_name(call) == "rate_of" for call in _calls(step)):
        yield CLIFF(where=where, row=step.line_no, field=field, name=step.name)


def _calls(step: Step) -> Iterator[ast.Call]:
    for node in ast.walk(parse(step.expr)):
        if isinstance(node, ast.Call):
            yield node


def check_params(scheme: Scheme) -> Iterator[Problem]:
    """Params are used somewhere, and have a value from the first day on."""
    used: set[str] = {product.premium for product in scheme.products.values() if product.premium}
    used |= {target.share for target in scheme.targets}
    used |= {duty.param for duty in scheme.duties if duty.param}
    used |= {name for name in (scheme.fund_rules.operating_cost_ceiling, *scheme.fund_rules.profit_and_loss) if name}
    for benefit in scheme.benefits.values():
        for step in benefit.steps:
            used = used.union(*(_names(text) for text in step_texts(step)))
    for name, param in scheme.params.items():
        if name not in used and param.scheme_id == scheme.scheme_id:
            yield UNUSED(where=scheme.where, row=param.line_no, field=f"params.{name}", name=name)
        days = [value.from_on for value in param.values]
        if days and min(days) > scheme.period.first_on and not param.required and param.unit is not Unit.DATE:
            yield GAP(
                where=scheme.where,
                row=param.line_no,
                field=f"params.{name}",
                name=name,
                first=min(days),
                begins=scheme.period.first_on,
            )


def _names(text: str) -> frozenset[str]:
    """Names of an expression; none where it cannot be read, which is told by the check of the benefits."""
    try:
        return names_in(parse(text))
    except ExpressionFault:
        return frozenset()


def check_notes(scheme: Scheme) -> Iterator[Problem]:
    """Each note of interpretation belongs to a clause that something in the scheme rests on."""
    cited = {part.strip() for clause in scheme.clauses() for part in clause.split(",")}
    rules = scheme.fund_rules
    cited |= {rule.clause for rule in (rules.moves_between_lines, rules.carry_over) if rule}
    for note in scheme.notes:
        if not any(part.strip() in cited for part in note.clause.split(",")):
            yield IDLE_NOTE(
                where=scheme.where,
                row=note.line_no,
                field=f"interpretation.{note.name}",
                name=note.name,
                clause=note.clause,
            )


CHECKS: Final[tuple[Callable[[Scheme], "Iterator[Problem] | tuple[Problem, ...]"], ...]] = (
    check_references,
    check_groups,
    check_benefits,
    check_params,
    check_notes,
    check_floors,
)
"""Checks that can be made of any scheme, in the order in which a reader would make them."""
