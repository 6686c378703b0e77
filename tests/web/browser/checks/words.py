"""A11, A16, A20: languages and titles, plain words, and amounts and days as the ear takes them."""

import re
from typing import Final

from playwright.sync_api import Page

from tests.web.browser.checks.scripts import script

LANGUAGES: Final = script("languages")
FIGURES: Final = script("figures")
PROSE: Final = script("prose")
MEAN_CHARS: Final = 25
MOST_RARE_PERCENT: Final = 1
HAN: Final = re.compile(r"[\u4e00-\u9fff]")
JARGON: Final = (
    "兹",
    "予以",
    "业已",
    "特此",
    "该等",
    "如若",
    "贵方",
    "我司",
    "届时",
    "之规定",
    "上述之",
    "敬请知悉",
    "烦请",
    "逾期不候",
    "后果自负",
    "残废",
    "弱智",
    "正常人",
)
"""Words of offices that say less than a plain one, and words about people that are no longer used."""


def languages(page: Page, mode: str) -> list[str]:
    """A11: the page says its language, and each part in another."""
    assert mode
    return list(page.evaluate(LANGUAGES))


def figures(page: Page, mode: str) -> list[str]:
    """A20: no amount and no day is read out figure by figure (in Chinese; English readers hear figures)."""
    assert mode
    return list(page.evaluate(FIGURES)) if page.locator("html").get_attribute("lang") == "zh-CN" else []


def plain(page: Page, mode: str) -> list[str]:
    """A16 of a page: none of the words that offices like and readers do not."""
    assert mode
    return jargon("\n".join(prose(page)))


def prose(page: Page) -> list[str]:
    """The sentences of a page's main part."""
    return list(page.evaluate(PROSE))


def jargon(text: str) -> list[str]:
    """A16: words that are banned."""
    return [f"A16 {word}: {text[max(text.index(word) - 10, 0) :][:30]}" for word in JARGON if word in text]


def hard(texts: list[str]) -> list[str]:
    """A16 of a letter or a public page: short sentences, common characters, no jargon.

    Common are the 3,755 characters of the first level of GB 2312, which every Chinese machine carries.
    """
    whole = "\n".join(texts)
    sentences = [part for part in re.split(r"[。！？；\n]", whole) if len(HAN.findall(part)) > 1]
    found = jargon(whole)
    lengths = [len(HAN.findall(part)) for part in sentences]
    if lengths and sum(lengths) > MEAN_CHARS * len(lengths):
        found.append(f"A16 {sum(lengths) / len(lengths):.1f} characters a sentence, {MEAN_CHARS} at most")
    every = HAN.findall(whole)
    rare = [one for one in every if not _common(one)]
    if len(rare) * 100 > MOST_RARE_PERCENT * len(every):
        found.append(f"A16 rare characters: {''.join(dict.fromkeys(rare))}")
    return found


def _common(one: str) -> bool:
    """Whether it stands in the first level: rows 16 to 55 of the table."""
    try:
        return 0xB0 <= one.encode("gb2312")[0] <= 0xD7
    except UnicodeEncodeError:
        return False


def titles_alike(found: dict[str, tuple[str, str]]) -> list[str]:
    """A11 over all states of an account: pages at different addresses have different titles (state: address, title)."""
    by_title: dict[str, set[str]] = {}
    for address, title in found.values():
        by_title.setdefault(title, set()).add(re.sub(r"\d+", "0", address))
    return [
        f"A11 one title, several pages: {title} {sorted(pages)}" for title, pages in by_title.items() if len(pages) > 1
    ]
