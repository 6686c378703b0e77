"""Chinese names on English pages say their language: of people, places, contracts, papers (WCAG 3.1.2).

A voice that reads English would leave them out or spell them. Names come from data and stand in every table and list, so
they are marked once, in the finished page. Whole sentences are not: a template that shows one says so itself, and the check
of English pages finds one that nobody translated.
"""

import re
from typing import Final

PIECES: Final = re.compile(
    r"<!--.*?-->|<(?P<whole>script|style|title|textarea|svg|option)\b.*?</(?P=whole)>|<[^>]*>|[^<]+",
    re.DOTALL | re.IGNORECASE,
)
"""A page in pieces: what must stay as it is, tags, and text."""
NAME: Final = re.compile(
    r"(?=[（〔《]?[\u3400-\u9fff])[\u3400-\u9fff（〔《][\u3400-\u9fff（）〔〕《》·、*○]*(?:[0-9]+[\u3400-\u9fff（）〔〕]+)*(?![\u3400-\u9fff，。；：？！])"
)
"""A run of Chinese that no mark of a sentence follows."""
OPTION: Final = re.compile(r"<option\b(?P<said>[^>]*)>(?P<text>[^<A-Za-z]*[\u3400-\u9fff][^<A-Za-z]*)</option>")
HAS: Final = re.compile(r"[\u3400-\u9fff]")
MARK: Final = r'<span lang="zh-CN">\g<0></span>'


def with_names_marked(page: str) -> str:
    """The page with each Chinese name in its text marked as Chinese; what is marked already stays."""
    if HAS.search(page) is None:
        return page
    said: list[str] = []
    marked_already = False
    for found in PIECES.finditer(page):
        piece = found[0]
        if piece.startswith("<"):
            marked_already = 'lang="zh-' in piece
            said.append(OPTION.sub(r'<option lang="zh-CN"\g<said>>\g<text></option>', piece))
        else:
            said.append(piece if marked_already else NAME.sub(MARK, piece))
            marked_already = False
    return "".join(said)
