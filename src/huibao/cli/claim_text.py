"""A claim as it is printed: for people in two languages, for programs as JSON."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from huibao.cli.output import speech, table
from huibao.domain.claims.claim import Claim, ClaimEvent, Detail
from huibao.domain.claims.claim import Reason as Reasons
from huibao.domain.claims.clocks import ClockState
from huibao.kernel.fen import yuan_text
from huibao.kernel.identity import mask
from huibao.store.claim_codec import to_json

if TYPE_CHECKING:
    from huibao.app.claims import ClaimView, Explained


def as_dict(view: "ClaimView", explained: "Iterable[Explained]" = ()) -> dict[str, Any]:
    """Everything about a claim as JSON-able values; money as yuan text."""
    claim = view.claim
    return {
        "number": claim.number,
        "state": claim.state.value,
        "insured": claim.facts.insured,
        "contract": claim.facts.contract,
        "line": claim.facts.line.value,
        "happened_on": claim.facts.happened_on,
        "cause": claim.facts.cause.value,
        "reported_on": claim.reported_on,
        "channel": claim.facts.channel.value,
        "reporter": claim.facts.reporter.value,
        "handler": claim.handler,
        "assessed": yuan_text(claim.assessment.fen) if claim.assessment else None,
        "decided": yuan_text(claim.decision.fen) if claim.decision else None,
        "paid": yuan_text(claim.paid_fen),
        "owed": yuan_text(claim.owed_fen),
        "missing_papers": [paper.value for paper in view.missing],
        "next": [verb.value for verb in view.possible],
        "notes": [note.as_dict() for note in view.notes],
        "clocks": [_clock_dict(clock) for clock in view.clocks],
        "events": [_event_dict(event) for event in claim.events],
        "explanation": [
            {"benefit": each.run.benefit, "scheme": each.run.scheme_id, "scheme_hash": each.run.scheme_hash,
             "opening": dict(each.run.opening), "closing": dict(each.run.closing),
             "lines": [line.text(speech().lang) for line in each.lines]}
            for each in explained
        ],
    }  # fmt: skip


def draw(view: "ClaimView", explained: "Iterable[Explained]", out: Console) -> None:
    """Draw a claim: head, timeline, clocks, papers and, where asked for, the cited lines."""
    say = speech().pick
    claim, facts = view.claim, view.claim.facts
    state = say(claim.state.zh, claim.state.en)
    out.print(
        f"{claim.number}  {facts.insured}  {say(facts.line.zh, facts.line.en)}  {state}", style="bold", markup=False
    )
    out.print(
        say(
            f"出险 {facts.happened_on} {facts.cause.zh}；{facts.channel.zh}报案（{facts.reporter.zh} {facts.reporter_name}）",
            f"{facts.cause.en} on {facts.happened_on}; by {facts.channel.en} ({facts.reporter.en} {facts.reporter_name})",
        ),
        markup=False,
    )
    if claim.handler:
        out.print(say(f"专人：{claim.handler}", f"Handler: {claim.handler}"), markup=False)
    out.print(_timeline(claim))
    out.print(_clocks(view.clocks))
    if view.missing:
        papers = say("、", ", ").join(say(paper.zh, paper.en) for paper in view.missing)
        out.print(say(f"还缺材料：{papers}", f"Papers missing: {papers}"), markup=False)
    if claim.assessment:
        out.print(_amounts(claim), markup=False)
    for each in explained:
        out.print(f"\n{each.run.scheme_id} · {each.run.benefit}", style="bold", markup=False)
        for line in each.lines:
            out.print(line.text(speech().lang), markup=False)
    steps = say("、", ", ").join(say(verb.zh, verb.en) for verb in view.possible)
    out.print(say(f"现在可以：{steps}", f"Possible now: {steps}"), markup=False)


def queue_table(title: str, views: "Iterable[ClaimView]") -> Table:
    """One row a claim: number, person, state, the clock that ends first, and what ran out."""
    say = speech().pick
    rows: list[list[object]] = []
    for view in views:
        due = view.next_due
        over = say("、", ", ").join(dict.fromkeys(say(clock.name.zh, clock.name.en) for clock in view.ran_out))
        rows.append(
            [
                view.claim.number,
                view.claim.facts.insured,
                say(view.claim.state.zh, view.claim.state.en),
                f"{due.due_on} {say(due.name.zh, due.name.en)}" if due else "",
                due.paused_days if due else "",
                f"✗ {over}" if over else "",
            ]
        )
    heads = say("案件 姓名 状态 到期 暂停 已届满", "claim person state due paused over").split()
    drawn = table(title, heads, rows, right=[4])
    drawn.columns[0].no_wrap = True
    return drawn


def _timeline(claim: Claim) -> Table:
    say = speech().pick
    rows = [
        (event.on, say(event.verb.zh, event.verb.en), say(event.to.zh, event.to.en), event.by.name, _told(event.detail))
        for event in claim.events
    ]
    return table(say("经过", "Timeline"), say("日期 事项 状态 经手人 内容", "day what state by detail").split(), rows)


def _clocks(clocks: Iterable[ClockState]) -> Table:
    say = speech().pick
    rows = [
        (
            f"{'✗' if clock.ran_out else '✓'} {say(clock.name.zh, clock.name.en)}",
            f"{clock.started_on} → {clock.due_on}",
            clock.paused_days,
            clock.stopped_on or say("进行中", "running"),
            clock.article.removeprefix("中华人民共和国"),
        )
        for clock in clocks
    ]
    drawn = table(
        say("期限（✗ 已届满）", "Clocks (✗ ran out)"),
        say("期限 起→到期 暂停 完成 依据", "term from→due paused done article").split(),
        rows,
        right=[2],
    )
    return _whole_after_first(drawn)


def _whole_after_first(drawn: Table) -> Table:
    """Days and numbers are not broken over two lines; the first column gives way instead."""
    for column in drawn.columns[1:]:
        column.no_wrap = True
    return drawn


def _amounts(claim: Claim) -> str:
    assessed = claim.assessment
    if assessed is None:
        return ""
    text = speech().pick(f"核定 {yuan_text(assessed.fen)} 元", f"Assessed {yuan_text(assessed.fen)} yuan")
    if assessed.override_fen is not None:
        system, why = yuan_text(assessed.system_fen), assessed.override_reason
        text += speech().pick(
            f"（系统核定 {system} 元，调整理由：{why}）", f" (computed {system}; changed because: {why})"
        )
    paid, owed = yuan_text(claim.paid_fen), yuan_text(claim.owed_fen)
    return text + speech().pick(f"；已付 {paid} 元，待付 {owed} 元", f"; paid {paid}, owed {owed}")


def _told(detail: Detail) -> str:
    """What an event says besides its name, in short."""
    if isinstance(detail, Reasons):
        return detail.text
    said = {name: value for name, value in to_json(detail).items() if name not in {"is", "runs", "counted", "findings"}}
    fen = said.pop("fen", None)
    parts = [speech().pick(f"{yuan_text(fen)} 元", f"{yuan_text(fen)} yuan")] if isinstance(fen, int) else []
    if papers := said.pop("papers", None):
        parts.append(
            "、".join(speech().pick(paper.zh, paper.en) for paper in getattr(detail, "papers", ())) or str(papers)
        )
    people = said.pop("beneficiaries", None) or []
    parts += [f"{one['name']} ×{one['weight']}" for one in people]
    payouts = said.pop("payouts", None) or []
    parts += [f"→ {one['payee']} {yuan_text(one['fen'])}" for one in payouts]
    said.pop("entry_key", None)
    parts += [str(value) for value in said.values() if value not in (None, "", [])]
    return " ".join(parts)


def _clock_dict(clock: ClockState) -> dict[str, Any]:
    return {
        "name": clock.name.value,
        "round": clock.round,
        "started_on": clock.started_on,
        "due_on": clock.due_on,
        "paused_days": clock.paused_days,
        "paused": clock.paused,
        "stopped_on": clock.stopped_on,
        "ran_out": clock.ran_out,
        "article": clock.article,
    }


def _event_dict(event: ClaimEvent) -> dict[str, Any]:
    return {
        "no": event.no,
        "on": event.on,
        "verb": event.verb.value,
        "from": event.frm.value,
        "to": event.to.value,
        "by": {"role": event.by.role.value, "name": event.by.name},
        "detail": _masked(to_json(event.detail)),
    }


def _masked(said: dict[str, Any]) -> dict[str, Any]:
    """Identity numbers are shown by their ends only."""
    for one in said.get("beneficiaries", []):
        one["identity"] = mask(one["identity"])
    return said
