"""Names in Chinese say their language on English pages; whole sentences are left for their template to mark."""

import pytest

from huibao.web.tongues import with_names_marked


@pytest.mark.parametrize(
    ("page", "marked"),
    [
        ("<p>示范甲 · county clerk</p>", '<p><span lang="zh-CN">示范甲</span> · county clerk</p>'),
        ("<h1>Cover of 买*******</h1>", '<h1>Cover of <span lang="zh-CN">买*******</span></h1>'),
        ("示范公司（虚构）, to 31 December", '<span lang="zh-CN">示范公司（虚构）</span>, to 31 December'),
        ("<td>保险法第23条</td>", '<td><span lang="zh-CN">保险法第23条</span></td>'),
        ("<option value=1>示范-2026</option>", '<option lang="zh-CN" value=1>示范-2026</option>'),
    ],
)
def test_a_name_is_marked(page: str, marked: str) -> None:
    assert with_names_marked(page) == marked


@pytest.mark.parametrize(
    "page",
    [
        '<button lang="zh-CN">中文</button>',
        "<p>下田时滑倒，</p>",
        "<title>衡山县</title><script>'县'</script><textarea>县</textarea><svg><text>县</text></svg>",
        "<option>衡山县 · Levy</option>",
        '<input value="王">',
        "<p>Nothing but （ English</p>",
    ],
)
def test_what_says_its_language_or_cannot_stays_as_it_is(page: str) -> None:
    assert with_names_marked(page) == page
