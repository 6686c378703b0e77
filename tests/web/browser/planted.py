"""A fault for each check of section 2a: what is done to a sound page, and which check must find it."""

import json
from typing import Final

from playwright.sync_api import Page

from tests.web.browser.checks import Check
from tests.web.browser.checks.charts import charts, forced
from tests.web.browser.checks.engines import engines
from tests.web.browser.checks.focus import pictured, shown
from tests.web.browser.checks.forms import doors, forms
from tests.web.browser.checks.keyboard import order
from tests.web.browser.checks.looks import fits, targets, text
from tests.web.browser.checks.manners import elder, session, status, still
from tests.web.browser.checks.outline import outline
from tests.web.browser.checks.words import figures, languages, plain


def styled(rules: str) -> str:
    """Put a style sheet on the page."""
    said = json.dumps(rules)
    return f"const sheet = new CSSStyleSheet(); sheet.replaceSync({said}); document.adoptedStyleSheets = [sheet];"


def added(html: str) -> str:
    """Put something at the end of the main part."""
    return f"main.insertAdjacentHTML('beforeend', {json.dumps(html)});"


def by_picture(page: Page, mode: str) -> list[str]:
    """A4 by picture, of every kind of control there is."""
    assert mode
    return pictured(page, set())


def as_before(page: Page, mode: str) -> list[str]:
    """A9: the outline of the search page is what it was when the page was opened."""
    assert mode
    now = outline(page)
    before = page.evaluate("(text) => window.huibaoOutline ??= text", now)
    return [] if now == before else ["A9 built otherwise than it was found good"]


SEARCH: Final = "/people"
PLANTED: Final[dict[str, tuple[str, str, Check, str]]] = {
    "A1 a picture without words": ("jingban", SEARCH, engines, added("<img src=/static/huibao/mark.svg>")),
    "A1 two things of one name": ("jingban", SEARCH, engines, added("<label for=number>又</label><p id=number>重</p>")),
    "A1 a role nobody knows": ("jingban", SEARCH, engines, added("<p role=botton tabindex=0>按</p>")),
    "A1 a page without a language": ("jingban", SEARCH, engines, "document.documentElement.removeAttribute('lang')"),
    "A3 a control Tab leaves out": ("jingban", SEARCH, order, "main.querySelector('button').tabIndex = -1"),
    "A3 a place in the order of its own": ("jingban", SEARCH, order, "main.querySelector('button').tabIndex = 3"),
    "A3 against the order of reading": (
        "jingban",
        SEARCH,
        order,
        styled(
            "main { display: flex; flex-direction: column-reverse; } main form { display: flex; flex-direction: column-reverse; }"
        ),
    ),
    "A3 a trap": (
        "jingban",
        SEARCH,
        order,
        "main.querySelector('#number').addEventListener('keydown', (e) => { if (e.key === 'Tab') e.preventDefault(); })",
    ),
    "A3 pressed by the mouse alone": (
        "jingban",
        SEARCH,
        order,
        added("<p><span style='cursor: pointer'>打开</span></p>")
        + "main.lastElementChild.firstElementChild.style.cursor = 'pointer'",
    ),
    "A3 opened, and Esc does not close it": (
        "jingban",
        SEARCH,
        order,
        added("<button aria-expanded=false>更多</button>")
        + "main.lastElementChild.addEventListener('click', (e) => e.target.setAttribute('aria-expanded', 'true'))",
    ),
    "A4 a focus that does not show": (
        "jingban",
        SEARCH,
        shown,
        styled("*:focus { outline: none !important; box-shadow: none !important; }"),
    ),
    "A4 a focus too pale": (
        "jingban",
        SEARCH,
        by_picture,
        styled(
            "*:focus { outline: 2px solid #f4f4f4 !important; box-shadow: none !important; "
            "background: inherit !important; color: inherit !important; border-color: inherit !important; }"
        ),
    ),
    "A4 a focus that is covered": (
        "jingban",
        SEARCH,
        shown,
        added("<p>上</p>")
        + styled("main > p:last-child { position: fixed; inset: 0; background: white; z-index: 9; }"),
    ),
    "A5 a button too small": ("jingban", SEARCH, targets, added("<button>小</button>")),
    "A6 letters too small": ("jingban", SEARCH, text, styled("main label { font-size: 12px !important; }")),
    "A6 lines too close": ("jingban", SEARCH, text, styled("main label { line-height: 1.1 !important; }")),
    "A6 grey on white": ("jingban", SEARCH, text, styled("main label { color: #999 !important; }")),
    "A6 a field without an edge": ("jingban", SEARCH, text, styled("main input { border-color: #eee !important; }")),
    "A7 a page that scrolls sideways": ("jingban", SEARCH, fits, styled("main { width: 3000px; }")),
    "A7 cut off when text is spaced": (
        "jingban",
        SEARCH,
        fits,
        added("<p class=cut>这一行字在盒子里刚好放得下</p>")
        + styled("main p.cut { width: 14em; height: 2.6em; overflow: hidden; white-space: nowrap; }"),
    ),
    "A8 a placeholder in place of a label": (
        "jingban",
        SEARCH,
        forms,
        added("<input type=text id=x placeholder=姓名>"),
    ),
    "A8 no paste": (
        "jingban",
        SEARCH,
        forms,
        "main.querySelector('input[type=text]').addEventListener('paste', (e) => e.preventDefault())",
    ),
    "A8 asked twice": (
        "jingban",
        SEARCH,
        forms,
        "const twin = main.querySelector('#number').closest('.govuk-form-group'); twin.after(twin.cloneNode(true))",
    ),
    "A8 an error that is not tied to its field": (
        "jingban",
        SEARCH,
        forms,
        "main.querySelector('#number').insertAdjacentHTML('beforebegin', '<p class=govuk-error-message id=z>请输入身份证号。</p>')",
    ),
    "A8 others' numbers kept by the browser": (
        "jingban",
        SEARCH,
        forms,
        "main.querySelector('#number').autocomplete = 'on'",
    ),
    "A9 a field that lost its name": ("jingban", SEARCH, as_before, "main.querySelector('label').remove()"),
    "A10 progress that nobody hears": ("jingban", SEARCH, status, added("<progress max=100 value=3></progress>")),
    "A11 English that is not marked": (
        "jingban",
        SEARCH,
        languages,
        added("<p>Please enter the number of the person</p>"),
    ),
    "A12 a bar of another number": (
        "shiji",
        "/supervision",
        charts,
        "main.querySelector('svg .value').textContent = '99.99%'",
    ),
    "A12 a picture without a name": (
        "shiji",
        "/supervision",
        charts,
        "main.querySelector('figure svg > title').remove(); main.querySelector('[data-chart]').hidden = false",
    ),
    "A12 lost where colours are forced": (
        "shiji",
        "/supervision/funnel",
        forced,
        styled("main svg [data-value] { fill: Canvas !important; stroke: Canvas !important; }"),
    ),
    "A14 it flashes": (
        "jingban",
        SEARCH,
        still,
        "main.animate([{opacity: 0}, {opacity: 1}], {duration: 100, iterations: Infinity})",
    ),
    "A14 a window of its own": ("jingban", SEARCH, still, "document.querySelector('a').target = '_blank'"),
    "A14 from elsewhere": ("jingban", SEARCH, still, added("<img alt='' src=http://127.0.0.1:9/elsewhere.png>")),
    "A15 no press for larger print": (
        "jingban",
        SEARCH,
        elder,
        "document.querySelector('button[value=elder]').remove()",
    ),
    "A15 less in larger print": (
        "jingban",
        SEARCH,
        elder,
        styled(".huibao-elder main button { display: none !important; }"),
    ),
    "A16 words of offices": ("jingban", SEARCH, plain, added("<p>兹特此通知，烦请予以办理。</p>")),
    "A18 nobody says when it ends": (
        "jingban",
        SEARCH,
        session,
        "document.querySelector('[data-session-seconds]').remove()",
    ),
    "A20 an amount read figure by figure": ("jingban", SEARCH, figures, added("<p>共 1,234.50 元</p>")),
    "A20 a day read figure by figure": ("jingban", SEARCH, figures, added("<p>2026-01-31 起</p>")),
    "A21 a password nobody may fill in": (
        "",
        "/enter",
        doors,
        "document.querySelector('#password').autocomplete = 'off'",
    ),
}
"""By name: account, page, check, and what is done to the page. A2, A13, A17 and A19 are planted in their own tests."""


def plant(page: Page, fault: str) -> None:
    """Do it to the page."""
    page.evaluate(
        "(text) => { (0, eval)(text)(document.querySelector('main')); }", f"(main) => {{{PLANTED[fault][3]}}}"
    )
