"""Sheets and letters as tagged PDF (PDF/UA-1): a template, what it says, and a Chinese typeface; a screen reader finds its way.

Every paper of the program is set here, so that all of them have the same typefaces and are refused alike where there is none.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from huibao.kernel.problem import Refused, define

FONT_NAMES: Final = ("Noto Sans SC", "Noto Sans CJK SC", "Source Han Sans SC", "Noto Serif CJK SC")
"""Any of them will do; a character none of them has is refused, never printed as an empty box."""
FONT_ENV: Final = "HUIBAO_FONTS"
STANDARD: Final = "ua-1"

NO_FONT: Final = define(
    "HOSP-069",
    "结算单无法排版：没有可用的中文字体，或姓名等含有字体没有的字（需要 {fonts} 之一；{why}）。",
    "请运行 make setup，或把字体文件夹写入环境变量 HUIBAO_FONTS。",
    "The sheet cannot be set: no Chinese typeface, or a character it lacks (one of {fonts}; {why}).",
    "Run make setup, or name a folder of typefaces in HUIBAO_FONTS.",
)


def pdf(template: Path, said: Mapping[str, Any]) -> bytes:
    """A template with what it says (its `sys.inputs.sheet`, as JSON), as PDF. Refused where no Chinese typeface is found."""
    import typst

    said = {**said, "fonts": list(FONT_NAMES)}
    try:
        made = typst.compile(
            template,
            format="pdf",
            font_paths=list(_font_folders()),
            sys_inputs={"sheet": json.dumps(said, ensure_ascii=False)},
            pdf_standards=[STANDARD],
        )
    except typst.TypstError as error:
        raise Refused(NO_FONT(fonts="、".join(FONT_NAMES), why=str(error)[:100])) from error
    if not isinstance(made, bytes):
        raise TypeError(type(made).__name__)
    return made


def _font_folders() -> tuple[Path, ...]:
    """Where typefaces are looked for beside the machine's own: a folder of one's own, and that of the node packages."""
    own = os.environ.get(FONT_ENV)
    packages = Path(__file__).resolve().parents[3] / "node_modules" / "@expo-google-fonts" / "noto-sans-sc"
    found = [Path(own)] if own else []
    found += [packages / "400Regular", packages / "700Bold"]
    return tuple(path for path in found if path.is_dir())
