"""Where the generated loops are kept: one readable file a shape of rules, compiled once and found again.

numba keeps machine code beside a source file, so the text must stand in a file. The file is named by the hash of its
text and compared with it before use: what was changed by hand is written anew, never run.
"""

import importlib.util
import os
import stat
import sys
import tempfile
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from huibao.kernel.problem import Refused, define
from huibao.rules.bulk_source import BulkSource

CACHE_ENV: Final = "HUIBAO_CACHE"
MAX_LOOPS: Final = 256
"""Loops kept ready in one process."""

UNSAFE_FOLDER = define(
    "BULK-020",
    "缓存文件夹 {folder} 属于他人或他人可写，其中的程序不能使用",
    "请用环境变量 HUIBAO_CACHE 指定只有本人可写的文件夹。",
    "The cache folder {folder} belongs to, or can be written by, somebody else: programs in it cannot be trusted",
    "Name a folder that only you can write to in HUIBAO_CACHE.",
)


def cache_folder() -> Path:
    """Folder of the generated loops; made when missing, refused where others could change it."""
    named = os.environ.get(CACHE_ENV)
    base = Path(named) if named else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "huibao"
    folder = base / "bulk"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError:
        folder = Path(tempfile.gettempdir()) / f"huibao-{os.getuid()}" / "bulk"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    held = folder.stat()
    if held.st_uid != os.getuid() or held.st_mode & stat.S_IWOTH:
        raise Refused(UNSAFE_FOLDER(folder=folder))
    return folder


def source_file(text: str, digest: str, stem: str) -> Path:
    """The file that holds the text, written whole or not at all."""
    name = "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in stem)[:80]
    path = cache_folder() / f"huibao_loop_{name}_{digest[:16]}.py"
    try:
        if path.read_text(encoding="utf-8") == text:
            return path
    except (OSError, UnicodeDecodeError):
        pass
    handle, written = tempfile.mkstemp(dir=path.parent, suffix=".part")
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(text)
    Path(written).replace(path)
    return path


@lru_cache(maxsize=MAX_LOOPS)
def compiled_loop(source: BulkSource, stem: str) -> Callable[..., int]:
    """The loop compiled by numba; from the cache where this text was compiled before."""
    import numba

    module = load_text(source.text, source.hash, stem)
    wrapped: Any = numba.njit(cache=True, nogil=True, error_model="numpy")(module.bulk)
    loop: Callable[..., int] = wrapped
    return loop


def load_text(text: str, digest: str, stem: str) -> Any:  # noqa: ANN401 - a module whose names its text gives
    """The text as a module out of its file, so that what is compiled of it can be kept beside it."""
    path = source_file(text, digest, stem)
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None  # noqa: S101 - a path ending in .py always has a loader
    assert spec.loader is not None  # noqa: S101 - the same loader
    module = importlib.util.module_from_spec(spec)
    # numba's stored machine code asks for its module by name when it is loaded again.
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module
