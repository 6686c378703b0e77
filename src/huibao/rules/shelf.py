"""Where schemes are found: on the shelves by id (the shipped one, and those a place adds), any other by its path."""

import difflib
from functools import lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from huibao.kernel.problem import Refused, define
from huibao.rules.checks import check
from huibao.rules.loader import load
from huibao.rules.scheme import Scheme

SCHEME_FILE = "scheme.yaml"
CASES_FILE = "cases.yaml"
REFERENCE = "reference"
"""Folder of tables that are no schemes."""

NOT_FOUND = define(
    "SCHEME-032",
    "找不到方案 {name}",
    "请给出随附方案的编号（相近的有 {ids}；`huibao scheme check` 列出全部）或 scheme.yaml 的路径。",
    "There is no scheme {name}",
    "Give the id of a shipped scheme (close: {ids}; `huibao scheme check` lists all) or the path of a scheme.yaml.",
)
NOT_TEXT = define(
    "SCHEME-033",
    "文件 {name} 不是 UTF-8 文本",
    "请以 UTF-8 编码保存后重试。",
    "The file {name} is not UTF-8 text",
    "Save it as UTF-8 and try again.",
)
OTHER_ID = define(
    "SCHEME-034",
    "文件写明的编号是 {found}，所在位置是 {expected}",
    "编号须与目录一致。",
    "The file says its id is {found}, it stands at {expected}",
    "The id must be the path of its folder.",
)


NO_SHELF = define(
    "SCHEME-057",
    "方案目录 {name} 不存在",
    "请检查 HUIBAO_SCHEMES 或 --schemes 给出的目录。",
    "There is no folder of schemes {name}",
    "Check the folder given by HUIBAO_SCHEMES or --schemes.",
)

_added: list[Path] = []
"""Shelves beside the shipped one, in the order they were added."""


def add_shelf(folder: Path) -> None:
    """Add a folder of schemes, laid out as the shipped one: a scheme in `x/2026/scheme.yaml` has the id `x/2026`.

    A shipped scheme is never replaced by one of the same id. Refused when there is no such folder.
    """
    if not folder.is_dir():
        raise Refused(NO_SHELF(name=str(folder)))
    if folder not in _added:
        _added.append(folder)
        _standing.cache_clear()


def shelf_root() -> Traversable:
    """Folder of the shipped schemes."""
    return resources.files("huibao").joinpath("schemes")


def shelf_ids() -> tuple[str, ...]:
    """Ids of the schemes on all shelves, sorted."""
    return tuple(sorted({found for shelf in _shelves() for found in _ids(shelf, "")}))


def _shelves() -> tuple[Traversable, ...]:
    return (shelf_root(), *_added)


def _entry(scheme_id: str, file: str) -> Traversable | None:
    """A scheme's file on the first shelf that has it; None where none does, or the id is no plain one."""
    parts = scheme_id.split("/")
    if any(part in {"", ".", ".."} for part in parts):
        return None
    found = (shelf.joinpath(*parts, file) for shelf in _shelves())
    return next((entry for entry in found if entry.is_file()), None)


def _ids(folder: Traversable, prefix: str) -> list[str]:
    found: list[str] = []
    for entry in folder.iterdir():
        if entry.is_dir() and not (prefix == "" and entry.name == REFERENCE):
            found.extend(_ids(entry, f"{prefix}{entry.name}/"))
        elif entry.name == SCHEME_FILE and prefix:
            found.append(prefix.rstrip("/"))
    return found


def open_scheme(id_or_path: str) -> Scheme:
    """Open a scheme by id or by the path of its file or folder, all checks done. Refused with every problem found."""
    path = Path(id_or_path)
    if path.suffix in {".yaml", ".yml"} or path.is_dir():
        return _from_path(path.joinpath(SCHEME_FILE) if path.is_dir() else path)
    return _standing(id_or_path)


def on_shelf(scheme_id: str) -> Scheme:
    """The scheme of that id, never a file of that name; read once. Refused as by `open_scheme`."""
    return _standing(scheme_id)


@lru_cache(maxsize=256)
def _standing(scheme_id: str) -> Scheme:
    entry = _entry(scheme_id, SCHEME_FILE)
    if entry is None:
        raise Refused(NOT_FOUND(name=scheme_id, ids=_close(scheme_id)))
    scheme = checked(read_text(entry), f"{scheme_id}/{SCHEME_FILE}")
    if scheme.scheme_id != scheme_id:
        raise Refused(OTHER_ID(where=scheme.where, field="scheme", found=scheme.scheme_id, expected=scheme_id))
    return scheme


def _close(name: str) -> str:
    """Ids on the shelves that look like the one asked for."""
    return ", ".join(difflib.get_close_matches(name, shelf_ids(), n=3)) or "—"


def _from_path(path: Path) -> Scheme:
    if not path.is_file():
        raise Refused(NOT_FOUND(name=str(path), ids=_close(str(path))))
    return checked(read_text(path), str(path))


def checked(text: str, where: str) -> Scheme:
    """Load a scheme's text and do all checks."""
    scheme = load(text, where, _standing)
    problems = check(scheme)
    if problems:
        raise Refused(problems)
    return scheme


def read_text(entry: Traversable | Path) -> str:
    """Text of a file; Refused when it is not UTF-8."""
    try:
        return entry.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(NOT_TEXT(name=str(entry))) from error


def cases_text(id_or_path: str) -> tuple[str, str]:
    """Text and name of the cases file beside a scheme (or of a cases file given by path); empty where there is none."""
    path = Path(id_or_path)
    if path.suffix in {".yaml", ".yml"} or path.is_dir():
        beside = (
            path.joinpath(CASES_FILE)
            if path.is_dir()
            else (path.parent.joinpath(CASES_FILE) if path.name == SCHEME_FILE else path)
        )
        return (read_text(beside), str(beside)) if beside.is_file() else ("", str(beside))
    entry = _entry(id_or_path, CASES_FILE)
    name = f"{id_or_path}/{CASES_FILE}"
    return (read_text(entry), name) if entry is not None else ("", name)
