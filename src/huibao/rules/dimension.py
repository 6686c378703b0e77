"""Working out the unit of every part of an expression, so that yuan are never added to per cent."""

import ast

from huibao.rules.expression import (
    BP,
    FEN,
    FREE,
    GROUP_INDEX,
    NUMBER,
    STATEFUL,
    TRUTH,
    Choice,
    Dimension,
    ExpressionFault,
    Kind,
    Scope,
    function_name,
    indices,
    literal,
    table_name,
    unit_dimension,
)

STATE_FROM = {"capped": 2, "on_total": 3}
"""Position from which on the arguments are running sums."""

LARGEST_LITERAL = 10_000
"""Numbers that mean something belong into params; literals are for counting and comparing."""


def step_kind(node: ast.expr, scope: Scope) -> Kind:
    """Kind of a step's value; also sees to it that running sums are added to only where that is meant."""
    _refuse_hidden_sums(node, outermost=True)
    _refuse_shared_sums(node)
    return kind_of(node, scope)


def condition(node: ast.expr, scope: Scope) -> None:
    """Make sure that a node is a condition."""
    _refuse_hidden_sums(node, outermost=False)
    _truth(node, scope)


def kind_of(node: ast.expr, scope: Scope, *, grouped: bool = False) -> Kind:
    """Kind of any expression; `grouped` tells that it stands within best_of_groups."""
    match node:
        case ast.Constant(value=str()):
            raise ExpressionFault("枚举值只能用于比较", "an enum value may only be compared", node)
        case ast.Constant(value=int(number)):
            if number > LARGEST_LITERAL:
                raise ExpressionFault("大的数字请写成参数", "write large numbers as params", node)
            return FREE if number == 0 else NUMBER
        case ast.Name():
            return scope.kind(node)
        case ast.Subscript():
            return _table(node, scope, grouped)
        case ast.UnaryOp(op=ast.Not()) | ast.BoolOp() | ast.Compare():
            _truth(node, scope, grouped=grouped)
            return TRUTH
        case ast.UnaryOp():
            return _sized(node.operand, scope, grouped)
        case ast.BinOp():
            return _arithmetic(node, scope, grouped)
        case ast.IfExp():
            _truth(node.test, scope, grouped=grouped)
            return _same(node, (node.body, node.orelse), scope, grouped)
        case ast.Call():
            return _call(node, scope, grouped)
    raise ExpressionFault("此处不能这样写", "cannot stand here", node)


def _sized(node: ast.expr, scope: Scope, grouped: bool) -> Dimension | str:
    """Kind of something one can count with: a dimension or the free zero. A condition counts as 0 or 1."""
    kind = kind_of(node, scope, grouped=grouped)
    if isinstance(kind, Choice):
        raise ExpressionFault("枚举不能参加计算", "an enum takes no part in sums", node)
    return NUMBER if kind == TRUTH else kind


def _arithmetic(node: ast.BinOp, scope: Scope, grouped: bool) -> Kind:
    if isinstance(node.op, ast.Mult):
        left, right = (_sized(side, scope, grouped) for side in (node.left, node.right))
        if isinstance(left, Dimension) and isinstance(right, Dimension):
            return left * right
        return FREE
    return _same(node, (node.left, node.right), scope, grouped)


def _same(node: ast.expr, parts: tuple[ast.expr, ...], scope: Scope, grouped: bool) -> Dimension | str:
    """The one unit all parts have; the free zero fits any."""
    found: Dimension | str = FREE
    for part in parts:
        kind = _sized(part, scope, grouped)
        if found == FREE:
            found = kind
        elif kind not in (FREE, found):
            raise ExpressionFault(f"单位不一致：{found} 与 {kind}", f"units differ: {found} and {kind}", node)
    return found


def _truth(node: ast.expr, scope: Scope, *, grouped: bool = False) -> None:
    match node:
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            _truth(inner, scope, grouped=grouped)
        case ast.BoolOp(values=values):
            for value in values:
                _truth(value, scope, grouped=grouped)
        case ast.Compare():
            _comparison(node, scope, grouped)
        case ast.Constant():
            raise ExpressionFault("此处应为条件", "a condition is expected here", node)
        case _:
            if kind_of(node, scope, grouped=grouped) != TRUTH:
                raise ExpressionFault("此处应为条件", "a condition is expected here", node)


def _comparison(node: ast.Compare, scope: Scope, grouped: bool) -> None:
    sides = (node.left, *node.comparators)
    if isinstance(node.left, ast.Name) and isinstance(choice := scope.kind(node.left), Choice):
        if len(node.ops) != 1:
            raise ExpressionFault("枚举不能连比", "an enum cannot be compared in a chain", node)
        for value in choice_values(node):
            if value not in choice.values:
                allowed = ", ".join(choice.values)
                raise ExpressionFault(f"没有枚举值 {value}；可用 {allowed}", f"no such value; allowed: {allowed}", node)
        if not isinstance(node.ops[0], ast.Eq | ast.NotEq | ast.In | ast.NotIn):
            raise ExpressionFault("枚举只能比较相等或属于", "an enum is compared by ==, != or in", node)
        return
    if any(isinstance(op, ast.In | ast.NotIn) for op in node.ops):
        raise ExpressionFault("in 只用于枚举", "`in` is for enums", node)
    _same(node, sides, scope, grouped)


def choice_values(node: ast.Compare) -> tuple[str, ...]:
    """The enum values a comparison names."""
    right = node.comparators[0]
    parts = right.elts if isinstance(right, ast.Tuple) else [right]
    values = tuple(part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str))
    if len(values) != len(parts) or not parts:
        raise ExpressionFault("应与枚举值（文本）比较", "compare with enum values (text)", node)
    if isinstance(node.ops[0], ast.In | ast.NotIn) != isinstance(right, ast.Tuple):
        raise ExpressionFault("in 后应为 ('a', 'b')，== 后应为 'a'", "write in ('a', 'b') or == 'a'", node)
    return values


def _table(node: ast.Subscript, scope: Scope, grouped: bool) -> Kind:
    param = scope.params.get(table_name(node))
    if param is None or not param.index:
        raise ExpressionFault("没有这个表格参数", "there is no such table", node)
    given = indices(node)
    if len(given) != len(param.index):
        raise ExpressionFault(
            f"应有 {len(param.index)} 个索引：{', '.join(param.index)}", f"takes {len(param.index)} indices", node
        )
    for dimension, keys, index in zip(param.index, param.keys, given, strict=True):
        if dimension == GROUP_INDEX:
            if not grouped or not (isinstance(index, ast.Name) and index.id == GROUP_INDEX):
                raise ExpressionFault(
                    "按群体取值只能写在 best_of_groups(…[group]) 中", "use best_of_groups(…[group])", node
                )
            continue
        kind = kind_of(index, scope, grouped=grouped)
        if isinstance(kind, Choice):
            if kind.values != keys:
                raise ExpressionFault(
                    f"枚举与表格的键不同：{', '.join(keys)}", "the enum differs from the table's keys", node
                )
        elif kind not in (NUMBER, TRUTH, FREE) or not all(key.isdigit() for key in keys):
            raise ExpressionFault(f"索引 {dimension} 应为枚举或整数", "an index is an enum or a whole number", node)
    return unit_dimension(param.unit)


def _brackets(node: ast.expr, scope: Scope) -> Dimension:
    """Dimension of the edges of a bracket param."""
    param = scope.params.get(node.id) if isinstance(node, ast.Name) else None
    if param is None or not param.brackets:
        raise ExpressionFault("此处应为分段参数（brackets: true）", "a bracket param is expected here", node)
    return unit_dimension(param.unit)


def _fits(node: ast.expr, wanted: Dimension, scope: Scope, grouped: bool) -> None:
    kind = _sized(node, scope, grouped)
    if kind not in (FREE, wanted):
        raise ExpressionFault(f"单位应为 {wanted}，是 {kind}", f"the unit should be {wanted}, it is {kind}", node)


def _accumulator(node: ast.expr, scope: Scope) -> Dimension:
    if not isinstance(node, ast.Name) or node.id not in scope.accumulators:
        raise ExpressionFault("此处应为累计额的名称", "the name of a running sum is expected here", node)
    return scope.accumulators[node.id]


def _call(node: ast.Call, scope: Scope, grouped: bool) -> Kind:
    args = node.args
    match function_name(node):
        case "min" | "max":
            # One stands for "at least one fen" where a divisor must not be zero.
            return _same(node, tuple(arg for arg in args if literal(arg) != 1) or tuple(args), scope, grouped)
        case "half_up":
            return _half_up(node, scope, grouped)
        case "ratio":
            return _ratio(node, scope, grouped)
        case "capped":
            unit = _accumulator(args[2], scope)
            _fits(args[0], unit, scope, grouped)
            _fits(args[1], unit, scope, grouped)
            return unit
        case "on_total":
            unit = _brackets(args[1], scope)
            for part, wanted in ((args[0], unit), (args[2], unit)):
                _fits(part, wanted, scope, grouped)
            for part in args[3:]:
                if _accumulator(part, scope) != unit:
                    raise ExpressionFault("累计额的单位不符", "the running sum has another unit", part)
            return unit
        case "banded" | "rate_of":
            unit = _brackets(args[1], scope)
            _fits(args[0], unit, scope, grouped)
            return unit
        case "best_of_groups":
            return _best_of_groups(node, scope, grouped)
    raise ExpressionFault("没有这个函数", "there is no such function", node)


def _half_up(node: ast.Call, scope: Scope, grouped: bool) -> Kind:
    kind = _sized(node.args[0], scope, grouped)
    denominator = literal(node.args[1]) if len(node.args) > 1 else BP
    powers = {BP: 1, BP * BP: 2}
    if denominator not in powers:
        raise ExpressionFault(
            "除数只能是 10000（一个比例）或 100000000（两个比例）", "divide by 10000 or 100000000", node
        )
    if kind == FREE:
        return FREE
    assert isinstance(kind, Dimension)  # noqa: S101 - _sized gives a dimension or the free zero
    if kind.bp != powers[denominator]:
        raise ExpressionFault(
            f"half_up 内应恰有 {powers[denominator]} 个比例，单位是 {kind}",
            f"half_up needs exactly {powers[denominator]} rate(s) inside, the unit is {kind}",
            node,
        )
    return Dimension(kind.fen, 0)


def _ratio(node: ast.Call, scope: Scope, grouped: bool) -> Kind:
    amount = _sized(node.args[0], scope, grouped)
    if _same(node, (node.args[1], node.args[2]), scope, grouped) == FREE:
        raise ExpressionFault("比例的分子分母不能都是零", "a ratio needs numbers", node)
    return amount


def _best_of_groups(node: ast.Call, scope: Scope, grouped: bool) -> Kind:
    if grouped:
        raise ExpressionFault("best_of_groups 不能嵌套", "best_of_groups cannot be nested", node)
    group_choices(node, scope)
    return _sized(node.args[0], scope, grouped=True)


def group_choices(node: ast.Call, scope: Scope) -> tuple[str, ...]:
    """The groups a best_of_groups chooses among: the keys of the tables it reads, which must agree."""
    found: tuple[str, ...] = ()
    for part in ast.walk(node.args[0]):
        if isinstance(part, ast.Subscript):
            param = scope.params.get(table_name(part))
            if param is not None and GROUP_INDEX in param.index:
                keys = param.keys[param.index.index(GROUP_INDEX)]
                if found and found != keys:
                    raise ExpressionFault("各表格的群体不一致", "the tables name different groups", node)
                found = keys
    for name in found:
        if name not in scope.groups:
            raise ExpressionFault(f"没有群体 {name}", f"there is no group {name}", node)
    if not found:
        raise ExpressionFault("best_of_groups 内须有按 group 取值的表格", "no table by group inside", node)
    return found


def _refuse_hidden_sums(node: ast.expr, *, outermost: bool) -> None:
    """Capped and on_total add what they give to a running sum, so nothing may change it afterwards."""
    match node:
        case ast.Call() if function_name(node) in STATEFUL:
            if not outermost:
                raise ExpressionFault(
                    "capped、on_total 只能作为步骤的结果、加数或 if 的分支",
                    "capped and on_total may only be a step's result, a summand or a branch",
                    node,
                )
            for arg in node.args:
                _refuse_hidden_sums(arg, outermost=False)
        case ast.IfExp():
            _refuse_hidden_sums(node.test, outermost=False)
            _refuse_hidden_sums(node.body, outermost=outermost)
            _refuse_hidden_sums(node.orelse, outermost=outermost)
        case ast.BinOp(op=ast.Add()):
            _refuse_hidden_sums(node.left, outermost=outermost)
            _refuse_hidden_sums(node.right, outermost=outermost)
        case _:
            for child in ast.iter_child_nodes(node):
                if isinstance(child, ast.expr):
                    _refuse_hidden_sums(child, outermost=False)


def added_to(node: ast.expr) -> tuple[str, ...]:
    """Running sums that capped and on_total within an expression add to."""
    found: list[str] = []
    for part in ast.walk(node):
        if isinstance(part, ast.Call) and function_name(part) in STATEFUL:
            found.extend(arg.id for arg in part.args[STATE_FROM[function_name(part)] :] if isinstance(arg, ast.Name))
    return tuple(found)


def _refuse_shared_sums(node: ast.expr) -> None:
    """Two summands that take from one cap would each see all of it."""
    for part in ast.walk(node):
        if isinstance(part, ast.BinOp) and set(added_to(part.left)) & set(added_to(part.right)):
            raise ExpressionFault(
                "两个加数用同一累计额，请分成两步", "two summands share a running sum: use two steps", part
            )


def is_amount(kind: Kind) -> bool:
    """Tell whether a kind may be paid: yuan, or the free zero."""
    return kind in (FEN, FREE)
