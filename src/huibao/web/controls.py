"""How a field of a form is drawn: label, hint, message and what was typed, as govuk-frontend lays them out."""

from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from huibao.web.forms import Field, Form

NOTHING: Final = SafeString("")


def drawn(form: Form, one: Field, *, en: bool) -> SafeString:
    """The field with everything around it."""
    if one.kind == "hidden":
        return format_html('<input type="hidden" name="{}" value="{}">', one.name, form.values.get(one.name, ""))
    fault = form.faults.get(one.name)
    hint = one.hint_en if en else one.hint_zh
    label = one.en if en else one.zh
    about = format_html('<div class="govuk-hint" id="{}-hint">{}</div>', one.name, hint) if hint else NOTHING
    message = _message(one.name, fault, en=en) if fault else NOTHING
    ids = (f"{one.name}-hint" if hint else "", f"{one.name}-error" if fault else "")
    described = " ".join(part for part in ids if part)
    group = " govuk-form-group--error" if fault else ""
    if one.kind in {"radios", "checkboxes"}:
        return format_html(
            '<div class="govuk-form-group{}"><fieldset class="govuk-fieldset"{}>'
            '<legend class="govuk-fieldset__legend govuk-fieldset__legend--s">{}</legend>{}{}'
            '<div class="govuk-{}" data-module="govuk-{}">{}</div></fieldset></div>',
            group,
            format_html(' aria-describedby="{}"', described) if described else NOTHING,
            label,
            about,
            message,
            one.kind,
            one.kind,
            _choices(form, one, en=en),
        )
    return format_html(
        '<div class="govuk-form-group{}"><label class="govuk-label govuk-label--s" for="{}">{}</label>{}{}{}</div>',
        group,
        one.name,
        label,
        about,
        message,
        _control(form, one, _more(one, described, bad=bool(fault)), bad=bool(fault), en=en),
    )


def _message(name: str, fault: str, *, en: bool) -> SafeString:
    return format_html(
        '<p class="govuk-error-message" id="{}-error"><span class="govuk-visually-hidden">{}</span>{}</p>',
        name,
        "Error: " if en else "错误：",
        fault,
    )


def _more(one: Field, described: str, *, bad: bool) -> SafeString:
    more = format_html(' aria-describedby="{}"', described) if described else NOTHING
    if bad:
        more += SafeString(' aria-invalid="true"')
    if one.autocomplete:
        more += format_html(' autocomplete="{}"', one.autocomplete)
    if one.inputmode:
        more += format_html(' inputmode="{}"', one.inputmode)
    return more


def _control(form: Form, one: Field, more: SafeString, *, bad: bool, en: bool) -> SafeString:
    value = form.values.get(one.name, "")
    if one.kind == "select":
        mark = " govuk-select--error" if bad else ""
        options = _options(one, value, en=en)
        return format_html(
            '<select class="govuk-select{}" id="{}" name="{}"{}>{}</select>', mark, one.name, one.name, more, options
        )
    if one.kind == "textarea":
        mark = " govuk-textarea--error" if bad else ""
        return format_html(
            '<textarea class="govuk-textarea{}" id="{}" name="{}" rows="{}" maxlength="{}"{}>{}</textarea>',
            mark,
            one.name,
            one.name,
            one.rows,
            one.most,
            more,
            value,
        )
    if one.kind == "file":
        mark = " govuk-file-upload--error" if bad else ""
        accept = format_html(' accept="{}"', one.accept) if one.accept else NOTHING
        return format_html(
            '<input class="govuk-file-upload{}" id="{}" name="{}" type="file"{}{}>',
            mark,
            one.name,
            one.name,
            accept,
            more,
        )
    return format_html(
        '<input class="govuk-input{}{}" id="{}" name="{}" type="{}" value="{}" maxlength="{}" spellcheck="false"{}>',
        f" govuk-input--width-{one.width}" if one.width else "",
        " govuk-input--error" if bad else "",
        one.name,
        one.name,
        one.kind,
        "" if one.kind == "password" else value,
        one.most,
        more,
    )


def _options(one: Field, chosen: str, *, en: bool) -> SafeString:
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        (
            (value, SafeString(" selected") if value == chosen else "", its_en if en else its_zh)
            for value, its_zh, its_en in one.options
        ),
    )


def _choices(form: Form, one: Field, *, en: bool) -> SafeString:
    """Radios or checkboxes. The first has the field's own name as id: the error summary leads to it."""
    said = form.values.get(one.name, "")
    chosen = set(said.split(",")) if one.kind == "checkboxes" else {said}
    kind = "checkbox" if one.kind == "checkboxes" else "radio"
    drawn_ones = []
    for at, (value, its_zh, its_en) in enumerate(one.options):
        its_id = one.name if at == 0 else f"{one.name}-{at + 1}"
        drawn_ones.append(
            (
                one.kind,
                one.kind,
                its_id,
                one.name,
                kind,
                value,
                SafeString(" checked") if value in chosen else "",
                one.kind,
                its_id,
                its_en if en else its_zh,
            )
        )
    return format_html_join(
        "",
        '<div class="govuk-{}__item"><input class="govuk-{}__input" id="{}" name="{}" type="{}" value="{}"{}>'
        '<label class="govuk-label govuk-{}__label" for="{}">{}</label></div>',
        drawn_ones,
    )
