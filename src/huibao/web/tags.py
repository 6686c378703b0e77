"""What templates say: both languages side by side, so that a text without its English cannot be written."""

import re
from datetime import date, datetime
from typing import Any, Final

from django import template
from django.templatetags.static import static as static_url
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from huibao.kernel.fen import in_words, parse_yuan, yuan_text
from huibao.web.charts import Chart
from huibao.web.charts import drawn as drawn_chart
from huibao.web.controls import NOTHING, drawn
from huibao.web.forms import Form, days_said
from huibao.web.paging import Page

register = template.Library()

AMOUNT: Final = re.compile(r"(?<![\d.,])([\d,]+\.\d\d) 元")
BARE: Final = re.compile(r"(?<![\d.,])([\d,]+\.\d\d)(?: 元)?(?![\d.%])")
SENTENCE: Final = re.compile(r"[\u3400-\u9fff][，。；！？]")
RECKONED: Final = "＝"
"""Where a sum is reckoned, its parts stay figures and only what comes out is said in words."""
MONTHS: Final = "January February March April May June July August September October November December".split()  # noqa: SIM905 - reads as the list it is


@register.simple_tag(takes_context=True)
def t(context: template.Context, zh: str, en: str, **values: Any) -> SafeString:  # noqa: ANN401 - whatever a template holds
    """The text in the reader's language; `{name}` is filled, each value escaped."""
    in_english = context.get("lang") == "en"
    said = en if in_english else zh
    if not in_english:
        values = {name: days_said(one) if isinstance(one, str) else one for name, one in values.items()}
    if not values:
        return mark_safe(said)  # noqa: S308 - written in the template itself # nosec B308 B703
    return format_html(said, **values)


@register.simple_tag
def static(path: str) -> str:
    """Address of a built file, with its hash."""
    return static_url(path)


@register.simple_tag(takes_context=True)
def day(context: template.Context, value: date | datetime | None) -> SafeString:
    """A day as offices write it, never cut in two; nothing for none."""
    if value is None:
        return NOTHING
    return format_html('<span class="huibao-day">{}</span>', _day(value, en=context.get("lang") == "en"))


@register.simple_tag(takes_context=True)
def moment(context: template.Context, value: datetime) -> SafeString:
    """A day with its time."""
    local = timezone.localtime(value)
    return format_html(
        '<span class="huibao-day">{} {}</span>', _day(local, en=context.get("lang") == "en"), f"{local:%H:%M}"
    )


def _day(value: date | datetime, *, en: bool) -> str:
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    if en:
        return f"{value.day} {MONTHS[value.month - 1]} {value.year}"
    return f"{value.year}年{value.month}月{value.day}日"


@register.simple_tag(takes_context=True)
def heard(context: template.Context, text: object) -> SafeString:
    """A text in which amounts and days are said as people say them: figures for the eye, words for the ear (A20).

    On an English page a sentence that somebody wrote in Chinese says so.
    """
    if context.get("lang") == "en":
        said = str(text)
        return format_html('<span lang="zh-CN">{}</span>' if SENTENCE.search(said) else "{}", said)
    parts, at, whole = [], 0, days_said(str(text))
    for found in (AMOUNT if RECKONED in whole else BARE).finditer(whole):
        parts += [format_html("{}", whole[at : found.start()]), money(context, parse_yuan(found[1]))]
        at = found.end()
    return format_html_join("", "{}", ((part,) for part in (*parts, format_html("{}", whole[at:]))))


@register.simple_tag(takes_context=True)
def balance(context: template.Context, fen: int) -> SafeString:
    """A balance with the side it stands on: debit above zero, credit below, level at nothing."""
    en = context.get("lang") == "en"
    side = ("借", "Dr") if fen > 0 else ("贷", "Cr") if fen < 0 else ("平", "level")
    return format_html('<span class="huibao-side">{}</span> {}', side[1 if en else 0], money(context, abs(fen)))


@register.simple_tag(takes_context=True)
def money(context: template.Context, fen: int) -> SafeString:
    """An amount: figures for the eye, words for the ear."""
    shown = yuan_text(fen)
    if context.get("lang") == "en":
        return format_html('<span class="huibao-money">{} yuan</span>', shown)
    return format_html(
        '<span class="huibao-money" aria-hidden="true">{} 元</span><span class="govuk-visually-hidden">{}</span>',
        shown,
        in_words(fen),
    )


@register.simple_tag(takes_context=True)
def field(context: template.Context, form: Form, name: str) -> SafeString:
    """A field with label, hint, message and what was typed."""
    return drawn(form, form.field(name), en=context.get("lang") == "en")


@register.simple_tag(takes_context=True)
def error_summary(context: template.Context, form: Form) -> SafeString:
    """What is wrong, all of it, at the top of the page; each line leads to its field."""
    if not form.faults and not form.general:
        return NOTHING
    title = "There is a problem" if context.get("lang") == "en" else "有需要更正的地方"
    own = format_html_join("", "<li>{}</li>", ((text,) for text in form.general))
    links = format_html_join("", '<li><a href="#{}">{}</a></li>', form.faults_in_order())
    return format_html(
        '<div class="govuk-error-summary" data-module="govuk-error-summary"><div role="alert">'
        '<h2 class="govuk-error-summary__title">{}</h2><div class="govuk-error-summary__body">'
        '<ul class="govuk-list govuk-error-summary__list">{}{}</ul></div></div></div>',
        title,
        own,
        links,
    )


@register.simple_tag(takes_context=True)
def pages(context: template.Context, page: Page[Any]) -> SafeString:
    """Links to the neighbouring pages of a list, and where one is; nothing where all stands on one page.

    What was asked for (every other part of the address) stays as it is.
    """
    if page.number == 1 and not page.more:
        return NOTHING
    en = context.get("lang") == "en"
    asked = context["request"].GET.copy()
    links = []
    for number, zh, its_en, there in (
        (page.number - 1, "上一页", "Previous page", page.number > 1),
        (page.number + 1, "下一页", "Next page", page.more),
    ):
        if there:
            asked["page"] = str(number)
            links.append((asked.urlencode(), its_en if en else zh))
    where = f"Page {page.number}" if en else f"第 {page.number} 页"
    if page.total is not None:
        where += f" of {page.last}, {page.total} in all" if en else f"，共 {page.last} 页、{page.total} 条"
    return format_html(
        '<nav class="huibao-pages huibao-noprint" aria-label="{}"><p class="huibao-pages__where">{}</p>{}</nav>',
        "Pages" if en else "分页",
        where,
        format_html_join(" ", '<a class="govuk-link huibao-act" href="?{}">{}</a>', links),
    )


@register.simple_tag
def chart(one: Chart) -> SafeString:
    """A chart with its table."""
    return drawn_chart(one)
