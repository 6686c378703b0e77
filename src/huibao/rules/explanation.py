"""Why each amount is what it is: a replay of the same inputs, told line by line with document and clause."""

from collections.abc import Mapping
from dataclasses import dataclass

from huibao.kernel.fen import yuan_text
from huibao.rules.expression import FEN
from huibao.rules.outcome import Outcome, StepPlan
from huibao.rules.program import Program
from huibao.rules.quantity import Lang, amount_text
from huibao.rules.scheme import Document, Kind, StepException, Title
from huibao.rules.template import Formula, ParamUse, StepTemplate, shown
from huibao.rules.vocabulary import Payer

REST_TITLES = {Kind.BILL: ("个人自付", "The person pays"), Kind.EVENT: ("合计", "Total")}


@dataclass(frozen=True, slots=True)
class Line:
    """One step of a case: what it came to, by which rule, from which numbers, under which clause.

    The texts are put together when they are asked for; a case keeps whole numbers only.
    """

    template: StepTemplate
    plan: StepPlan
    document: Document | None
    fen: int
    """Value of the step: fen for amounts, else the plain number."""
    bound: str | None
    """Label of what bound it, or the name of the exception that applied."""
    group: str | None
    sources: tuple[tuple[int, ...], ...]
    group_title: Title | None = None
    """What the group that gave the amount is called."""

    @property
    def step(self) -> str:
        """Name of the step."""
        return self.template.name

    @property
    def title_zh(self) -> str:
        """Chinese title."""
        return self.template.title.zh

    @property
    def title_en(self) -> str:
        """English title."""
        return self.template.title.en

    @property
    def payer(self) -> Payer | None:
        """Who pays this step; None for a step on the way."""
        return self.template.payer

    @property
    def exception(self) -> StepException | None:
        """The exception that applied, if one did."""
        if not self.template.exceptions:
            return None
        return next((entry for entry, _ in self.template.exceptions if entry.name == self.bound), None)

    @property
    def rule(self) -> Formula:
        """The rule that gave the value: the step's own, or that of the exception that applied."""
        if not self.template.exceptions:
            return self.template.rule
        return next((rule for entry, rule in self.template.exceptions if entry.name == self.bound), self.template.rule)

    @property
    def formula(self) -> str:
        """The rule in Chinese words."""
        return self.rule.zh

    @property
    def substituted(self) -> str:
        """The rule with its numbers, in Chinese."""
        return self.rule.filled(self.sources, "zh")

    @property
    def clause(self) -> str:
        """Clause of the step, or of the exception that applied."""
        exception = self.exception
        return exception.clause if exception else self.template.clause

    @property
    def document_title(self) -> str:
        """Title of the document the clause stands in."""
        return self.document.title if self.document else ""

    @property
    def number(self) -> str:
        """Number (文号) of that document."""
        return self.document.number if self.document else ""

    @property
    def params(self) -> tuple[tuple[str, str], ...]:
        """Params used, as (title, value) in Chinese."""
        return tuple((use.param.title.zh, self._param_text(use, "zh")) for use in self.template.params)

    @property
    def amount(self) -> str:
        """The value as people read it: yuan with two decimals, per cent, or a plain number."""
        return shown(self.fen, self.template.kind)

    def _param_text(self, use: ParamUse, lang: Lang) -> str:
        if use.slot is None:
            return use.text_en if lang == "en" else use.text_zh
        return amount_text(self.sources[use.slot.source][use.slot.at], use.param.unit, lang)

    def text(self, lang: Lang = "zh") -> str:
        """One line for a person: title, amount, rule with numbers, what bound it, document and clause."""
        title = self.template.title.text(lang)
        value = shown(self.fen, self.template.kind, lang)
        if self.template.kind == FEN:
            value = f"{value} yuan" if lang == "en" else f"{value} 元"
        filled = self.rule.filled(self.sources, lang)
        why = self._why(lang)
        if lang == "en":
            who = f"; group {self.group_title.en if self.group_title else self.group}" if self.group else ""
            return f"{title}: {value} = {filled}{why}{who} [{self.number or self.document_title} {self.clause}]"
        who = f"；按群体“{self.group_title.zh if self.group_title else self.group}”" if self.group else ""
        return f"{title}：{value} ＝ {filled}{why}{who}〔{self.number or self.document_title} {self.clause}〕"

    def _why(self, lang: Lang) -> str:
        """What bound the amount, in words; empty where nothing is labelled."""
        exception = self.exception
        if exception:
            return f"; exception: {exception.title.en}" if lang == "en" else f"；例外：{exception.title.zh}"
        if self.bound:
            titles = dict(self.template.bound_titles)
            name = titles[self.bound].text(lang) if self.bound in titles else self.bound
            return f"; bound by {name}" if lang == "en" else f"；由“{name}”决定"
        return ""

    def as_dict(self) -> dict[str, object]:
        """The line for JSON, amounts as decimal text in yuan."""
        return {
            "step": self.step,
            "title_zh": self.title_zh,
            "title_en": self.title_en,
            "payer": self.payer.value if self.payer else None,
            "amount": self.amount,
            "formula": self.formula,
            "substituted": self.substituted,
            "formula_en": self.rule.en,
            "substituted_en": self.rule.filled(self.sources, "en"),
            "bound": self.bound,
            "group": self.group,
            "document": self.document_title,
            "number": self.number,
            "clause": self.clause,
            "params": [{"title": title, "value": value} for title, value in self.params],
        }


def explain(
    program: Program, inputs: Mapping[str, int | str | bool], opening: Mapping[str, int] | None = None
) -> tuple[Line, ...]:
    """Every step of a case in order, by replay. Refused as `Program.run` would be."""
    return explain_outcome(program.run(inputs, opening))


def explain_outcome(outcome: Outcome) -> tuple[Line, ...]:
    """Every step of an outcome already at hand."""
    program = outcome.program
    captures = outcome.captures
    sources = (outcome.given, outcome.raw, program.P, captures)
    raw = outcome.raw
    lines = []
    for at, (plan, template) in enumerate(zip(program.plan, program.templates, strict=True)):
        bound = outcome.bound_of(plan) if plan.labels or plan.exceptions else None
        chosen = captures[plan.choice_at] if plan.choices else 0
        group = plan.choices[chosen - 1] if chosen else None
        called = program.scheme.groups[group].title if group else None
        lines.append(Line(template, plan, program.documents[at], raw[at], bound, group, sources, called))
    return tuple(lines)


def rest_text(outcome: Outcome, lang: Lang = "zh") -> str:
    """The last line: what is left to the person, or what the event pays in all."""
    zh, en = REST_TITLES[outcome.program.kind]
    fen = outcome.self_pay_fen if outcome.program.kind is Kind.BILL else outcome.total_fen
    return f"{en}: {yuan_text(fen)} yuan" if lang == "en" else f"{zh}：{yuan_text(fen)} 元"
