"""The rules of the house as functions from a source to its faults, each fault a line a person can act on."""

import ast
import re
from typing import Final

from tests.house.sources import Source

MAX_FUNCTION_LINES: Final = 60
MAX_FILE_LINES: Final = 400
A_REASON: Final = r"\S.{7,}"
"""At least eight characters: "why" is not a reason."""

FORBIDDEN_ROOMS: Final = frozenset({"utils", "helpers", "common", "misc", "util", "helper"})
CLOCKS: Final = frozenset({"now", "today", "utcnow", "fromtimestamp"})
WHOLE_NUMBER_MATH: Final = frozenset(
    {"ceil", "comb", "factorial", "floor", "gcd", "isqrt", "lcm", "perm", "prod", "trunc"}
)
BROAD: Final = frozenset({"Exception", "BaseException"})

LONG: Final = re.compile(r"#.*\blong: " + A_REASON)
NOT_MONEY: Final = re.compile(r"#.*\bnot money: " + A_REASON)
WAIVER: Final = re.compile(r"#\s*(?:noqa|type:\s*ignore|nosec)\b")
WAIVER_WITH_REASON: Final = re.compile(
    r"#\s*(?:noqa:\s*[A-Z]+[0-9]+(?:,\s*[A-Z]+[0-9]+)*|type:\s*ignore\[[a-z-]+(?:,\s*[a-z-]+)*\]|nosec\s+B[0-9]+)"
    r"\s*(?:[-—:#]+\s*|\s+)" + A_REASON
)


def _fault(source: Source, line: int, says: str) -> str:
    return f"{source.path}:{line}: {says}"


def floats(source: Source) -> list[str]:
    """Where money could stop being whole fen: float, true division, round, inexact math."""
    refused = _only_refuses_floats(source.tree)
    faults: list[str] = []
    for node in ast.walk(source.tree):
        says = _inexact(node) if node not in refused else None
        if says is not None and isinstance(node, ast.expr | ast.stmt) and not NOT_MONEY.search(source.line(node)):
            faults.append(_fault(source, node.lineno, f"{says}; amounts are whole fen, rates are basis points"))
    return faults


def _inexact(node: ast.AST) -> str | None:
    match node:
        case ast.Constant(value=float()):
            return "float literal"
        case ast.Name(id="float"):
            return "float"
        case ast.Call(func=ast.Name(id="round")):
            return "round()"
        case ast.BinOp(op=ast.Div(), left=left, right=right) if not (_is_text(left) or _is_text(right)):
            return "true division"
        case ast.AugAssign(op=ast.Div()):
            return "true division"
        case ast.Attribute(value=ast.Name(id="math"), attr=name) if name not in WHOLE_NUMBER_MATH:
            return f"math.{name}"
        case ast.ImportFrom(module="math", names=names) if {name.name for name in names} - WHOLE_NUMBER_MATH:
            return "inexact functions from math"
        case _:
            return None


def _is_text(node: ast.expr) -> bool:
    """Whether the node is a text, so that the slash joins paths."""
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _only_refuses_floats(tree: ast.Module) -> set[ast.AST]:
    """The nodes inside isinstance(x, float) and `type(x) is float`: asking is how a float is refused."""
    allowed: set[ast.AST] = set()
    for node in ast.walk(tree):
        is_question = isinstance(node, ast.Compare) and any(isinstance(op, ast.Is | ast.IsNot) for op in node.ops)
        is_instance = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "isinstance"
        is_pattern = isinstance(node, ast.MatchClass)
        if is_question or is_instance or is_pattern:
            allowed |= {inner for inner in ast.walk(node) if isinstance(inner, ast.Name)}
    return allowed


def clocks(source: Source) -> list[str]:
    """Where the core looks at a clock by itself instead of being told the day."""
    return [
        _fault(source, node.lineno, f"{node.func.attr}(): the day is an argument here")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in CLOCKS
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in {"date", "datetime", "dt"}
    ]


def missing_module_docstring(source: Source) -> list[str]:
    """A module that does not say what it is for."""
    return [] if ast.get_docstring(source.tree) else [_fault(source, 1, "the module has no docstring")]


def missing_function_docstrings(source: Source) -> list[str]:
    """Public functions, classes and their public methods that do not say meaning, unit and bounds."""
    faults: list[str] = []
    places: list[ast.Module | ast.ClassDef] = [source.tree]
    places += [node for node in source.tree.body if isinstance(node, ast.ClassDef) and not node.name.startswith("_")]
    for place in places:
        for node in place.body:
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                continue
            if not node.name.startswith("_") and not ast.get_docstring(node) and not _is_overload(node):
                faults.append(_fault(source, node.lineno, f"{node.name} has no docstring"))
    return faults


def _is_overload(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> bool:
    return any(isinstance(each, ast.Name) and each.id == "overload" for each in node.decorator_list)


def long_functions(source: Source) -> list[str]:
    """Functions of more lines than a reader holds in mind, unless `# long: reason` stands on the def line."""
    faults: list[str] = []
    for node in source.functions():
        length = (node.end_lineno or node.lineno) - node.lineno + 1
        signature = source.lines[node.lineno - 1 : node.body[0].lineno]
        if length > MAX_FUNCTION_LINES + 1 and not any(LONG.search(line) for line in signature):
            faults.append(_fault(source, node.lineno, f"{node.name} has {length} lines; split it or say `# long: why`"))
    return faults


def long_file(source: Source) -> list[str]:
    """A file of more lines than one noun needs, unless one of its first ten lines says `# long: reason`."""
    length = len(source.lines)
    if length <= MAX_FILE_LINES or any(LONG.search(line) for line in source.lines[:10]):
        return []
    return [_fault(source, 1, f"{length} lines; split the noun or say `# long: why` near the top")]


def broad_excepts(source: Source) -> list[str]:
    """Handlers that catch everything without saying why on their line."""
    faults: list[str] = []
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ExceptHandler):
            kinds = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
            broad = any(kind is None or (isinstance(kind, ast.Name) and kind.id in BROAD) for kind in kinds)
            if broad and not WAIVER_WITH_REASON.search(source.line(node)):
                faults.append(_fault(source, node.lineno, "catches everything without `# noqa: BLE001 - reason`"))
    return faults


def waivers_without_reason(source: Source) -> list[str]:
    """Switched-off checks (noqa, type: ignore, nosec) that do not name the rule and the reason."""
    return [
        _fault(source, number, "a waiver names its rule and its reason: `# noqa: E501 - why`")
        for number, line in enumerate(source.lines, 1)
        if WAIVER.search(line) and not WAIVER_WITH_REASON.search(line)
    ]


def idle_tests(source: Source) -> list[str]:
    """Tests without an assert, a `pytest.raises`, or a call of something named like a check."""
    return [
        _fault(source, node.lineno, f"{node.name} cannot fail")
        for node in source.functions()
        if node.name.startswith("test_") and not any(_claims_something(inner) for inner in ast.walk(node))
    ]


def _claims_something(node: ast.AST) -> bool:
    if isinstance(node, ast.Assert):
        return True
    if isinstance(node, ast.Call):
        name = ast.unparse(node.func).rsplit(".", 1)[-1]
        return bool(re.search(r"raises|assert|check|expect|run_state_machine|refused", name))
    return False
