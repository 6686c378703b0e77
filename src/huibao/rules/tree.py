"""A YAML file as a tree of nodes that know their line and key path; what YAML offers and we do not want is refused."""

from dataclasses import dataclass, field

import yaml

from huibao.kernel.problem import Problem, define

MAX_FILE_CHARS = 2_000_000
"""Far above any scheme; a larger file is not one."""
MAX_NODES = 200_000
MAX_DEPTH = 40

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The same reader in C where the library was built with it; a large scheme then opens ten times sooner."""

NOT_YAML = define(
    "SCHEME-001",
    "文件不是有效的 YAML：{why}",
    "请检查该行的缩进（只能用空格）、冒号和引号。",
    "The file is not valid YAML: {why}",
    "Check indentation (spaces only), colons and quotes on this line.",
)
DUPLICATE_KEY = define(
    "SCHEME-002",
    "键 {key} 重复，前一次在第 {first} 行",
    "同一层每个键只能写一次，请删去其中一个。",
    "Key {key} is given twice, first on line {first}",
    "Each key may stand once; remove one of them.",
)
ALIAS = define(
    "SCHEME-008",
    "不允许使用锚点、别名或合并键（{found}）",
    "请把内容完整写出：每个数字都要能在原处看到。",
    "Anchors, aliases and merge keys are not allowed ({found})",
    "Write the content out: each number must be seen where it applies.",
)
TOO_LARGE = define(
    "SCHEME-009",
    "文件过大：{found} 超过上限 {limit}",
    "方案文件应为一个地区、一个期间；请拆分。",
    "The file is too large: {found} is above the limit of {limit}",
    "A scheme file holds one area and one period; split it.",
)


@dataclass(frozen=True, slots=True)
class Node:
    """One value of the file. Exactly one of text, items and pairs is meant, as `kind` says."""

    kind: str
    """scalar, list or mapping"""
    line: int
    path: str
    text: str = ""
    quoted: bool = False
    items: tuple["Node", ...] = ()
    pairs: dict[str, "Node"] = field(default_factory=dict)

    def plain(self) -> object:
        """The content as text, lists and mappings: what a hash is taken of."""
        if self.kind == "scalar":
            return self.text
        if self.kind == "list":
            return [item.plain() for item in self.items]
        return {key: value.plain() for key, value in self.pairs.items()}


def read_tree(text: str, where: str) -> tuple[Node | None, tuple[Problem, ...]]:
    """Read YAML text into a tree. All problems of the file's form are returned; None when it cannot be read at all."""
    if len(text) > MAX_FILE_CHARS:
        return None, (TOO_LARGE(where=where, found=len(text), limit=MAX_FILE_CHARS),)
    problems: list[Problem] = []
    try:
        marked = _marked(text, where)
        root = None if marked else yaml.compose(text, Loader=LOADER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        why = getattr(error, "problem", None) or str(error)
        return None, (NOT_YAML(where=where, row=mark.line + 1 if mark else None, why=why),)
    except RecursionError:
        return None, (TOO_LARGE(where=where, found="嵌套 nesting", limit=MAX_DEPTH),)
    if marked:
        return None, marked
    if root is None:
        return None, (NOT_YAML(where=where, row=1, why="文件为空 / the file is empty"),)
    return _node(root, "", where, problems, 0), tuple(problems)


def _marked(text: str, where: str) -> tuple[Problem, ...]:
    """Anchors and aliases, found before anything is built from them (a small file could unfold to gigabytes)."""
    problems: list[Problem] = []
    for count, event in enumerate(yaml.parse(text, Loader=LOADER)):
        if count > MAX_NODES:
            return (TOO_LARGE(where=where, found=count, limit=MAX_NODES),)
        row = event.start_mark.line + 1 if event.start_mark else None
        if isinstance(event, yaml.AliasEvent):
            problems.append(ALIAS(where=where, row=row, found=f"*{event.anchor}"))
        elif isinstance(event, yaml.NodeEvent) and event.anchor:
            problems.append(ALIAS(where=where, row=row, found=f"&{event.anchor}"))
    return tuple(problems)


def _node(raw: yaml.Node, path: str, where: str, problems: list[Problem], depth: int) -> Node:
    line = raw.start_mark.line + 1
    if depth > MAX_DEPTH:
        problems.append(TOO_LARGE(where=where, row=line, found=depth, limit=MAX_DEPTH))
        return Node("scalar", line, path)
    if isinstance(raw, yaml.SequenceNode):
        items = tuple(_node(item, f"{path}[{at}]", where, problems, depth + 1) for at, item in enumerate(raw.value))
        return Node("list", line, path, items=items)
    if isinstance(raw, yaml.MappingNode):
        pairs: dict[str, Node] = {}
        for key_node, value in raw.value:
            key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else "?"
            key_path = f"{path}.{key}" if path else key
            key_line = key_node.start_mark.line + 1
            if key == "<<":
                problems.append(ALIAS(where=where, row=key_line, field=key_path, found="<<"))
            elif key in pairs:
                first = pairs[key].line
                problems.append(DUPLICATE_KEY(where=where, row=key_line, field=key_path, key=key, first=first))
            else:
                child = _node(value, key_path, where, problems, depth + 1)
                # A block value starts below its key; people look for the key.
                pairs[key] = Node(child.kind, key_line, key_path, child.text, child.quoted, child.items, child.pairs)
        return Node("mapping", line, path, pairs=pairs)
    return Node("scalar", line, path, text=str(raw.value), quoted=getattr(raw, "style", None) in {"'", '"', "|", ">"})
