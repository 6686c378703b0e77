"""`huibao claim …`: an accident from the call to the payment, each step by whoever may take it."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from huibao.cli.claim_text import as_dict, draw, queue_table
from huibao.cli.database import open_database
from huibao.cli.fund import YUAN, Day
from huibao.cli.output import ANSWER_IS_NO, emit, json_option, show_problems, speech
from huibao.domain.claims.beneficiaries import Beneficiary
from huibao.domain.claims.claim import Actor, Cause, Channel, Claim, Reporter, Role
from huibao.domain.claims.papers import Paper
from huibao.rules.vocabulary import Line

if TYPE_CHECKING:
    from huibao.app.claims import ClaimView
    from huibao.kernel.clock import Clock

F = TypeVar("F", bound=Callable[..., Any])

PAPERS: Final = click.Choice([paper.value for paper in Paper])
PERSON_ROLES: Final = click.Choice([Role.INSURED.value, Role.REPORTER.value])


def step(command: F) -> F:
    """What every order about a claim is given: its number, who acts, the day, the key."""
    number = click.argument("number")
    by = click.option("--by", "name", required=True, help="经手人姓名或工号。Who acts, by name or staff number.")
    return json_option(number(by(dated(command))))


def dated(command: F) -> F:
    """The day an order takes effect and the key under which it is taken once."""
    on = click.option("--on", type=Day(), help="发生日期，默认今天。Day it took effect; default today.")
    key = click.option("--key", help="流水号：同号同内容只办一次。Key: the same order is taken once.")
    return on(key(command))


def reasoned(command: F) -> F:
    """The option for why."""
    return click.option("--reason", required=True, help="理由和依据条款。Reasons, with the clause.")(command)


@click.group()
def claim() -> None:
    """理赔：报案、材料、核定、先行赔付、审批、付款、拒赔、申诉、重开、查看、待办。 Claims, from the call to the payment."""


@claim.command()
@click.option("--identity", required=True, help="出险人身份证号。Identity number of the insured person.")
@click.option("--happened-on", type=Day(), required=True, help="出险日期。Day of the accident.")
@click.option("--cause", type=click.Choice([each.value for each in Cause]), required=True, help="原因。Cause.")
@click.option("--what", required=True, help="经过。What happened.")
@click.option("--place", default="", help="地点。Where.")
@click.option("--channel", type=click.Choice([each.value for each in Channel]), required=True, help="渠道。Channel.")
@click.option(
    "--reporter", type=click.Choice([each.value for each in Reporter]), required=True, help="谁报案。Who reports."
)
@click.option("--reporter-name", required=True, help="报案人姓名。Name of who reports.")
@click.option(
    "--line", type=click.Choice([each.value for each in Line]), default=Line.ACCIDENT.value, help="险种。Line."
)
@click.option("--known-on", type=Day(), help="知道出险的日期（如较晚）。Day it became known, if later.")
@click.option("--handler", default="", help="指定专人。Named handler.")
@click.option("--another-accident", is_flag=True, help="同日的另一次事故。Another accident of the same day.")
@dated
@json_option
def report(on: date | None, key: str | None, **given: Any) -> None:  # noqa: ANN401 - click hands over what its options say
    """报案：任何人可代为报案。 Report an accident; anybody may, on the person's behalf."""
    clock = open_database()
    from huibao.app import claims
    from huibao.app.claims.order import content_hash

    kinds = {"cause": Cause, "channel": Channel, "reporter": Reporter, "line": Line}
    said: dict[str, Any] = {name: kinds[name](value) if name in kinds else value for name, value in given.items()}
    order = claims.Report(on=on, **said)
    result = claims.report_claim(order, key or f"cli/{content_hash('report', on, given)}", clock)
    show_problems(result.notes)
    if result.claim is not None:
        _answer(result.claim, clock)


@claim.command()
@click.option("--ask", type=PAPERS, multiple=True, help="一次性要求补充。Ask for these, once.")
@click.option("--received", type=PAPERS, multiple=True, help="收到。Received.")
@click.option("--complete", is_flag=True, help="材料已齐全。The papers are complete.")
@step
def papers(
    number: str,
    name: str,
    on: date | None,
    key: str | None,
    ask: Sequence[str],
    received: Sequence[str],
    complete: bool,
) -> None:
    """材料：一次性通知补充，或登记收到。 Ask for papers (once), or record those received."""
    if bool(ask) == bool(received or complete):
        raise click.UsageError("--ask 与 --received/--complete 二选一 / give either --ask or --received")
    clock = open_database()
    from huibao.app import claims

    by = Actor(Role.HANDLER, name)
    if ask:
        done = claims.ask_papers(number, _papers(ask), by, _key(key, number, "ask"), clock, on)
    else:
        there = _papers(received)
        done = claims.receive_papers(number, there, by, _key(key, number, "papers"), clock, on, complete=complete)
    _answer(done, clock)


@claim.command()
@click.option(
    "--person",
    "people",
    multiple=True,
    required=True,
    help="受益人，姓名:身份证号:关系:份额。Beneficiary, NAME:IDENTITY:RELATION:SHARE.",
)
@step
def beneficiaries(number: str, name: str, on: date | None, key: str | None, people: Sequence[str]) -> None:
    """受益人及份额。 Who receives the money, and in what shares."""
    clock = open_database()
    from huibao.app import claims

    by = Actor(Role.HANDLER, name)
    listed = [_beneficiary(text) for text in people]
    _answer(claims.name_beneficiaries(number, listed, by, _key(key, number, "people"), clock, on), clock)


@claim.command()
@click.option(
    "--findings", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="核定文件（JSON）。Findings."
)
@click.option("--set", "values", multiple=True, help="项目=值，如 accident_medical_cost=1234.56。NAME=VALUE.")
@click.option("--injury", "injuries", multiple=True, help="伤残 编码:类别:部位性质:等级。CODE:CLASS:PART:GRADE.")
@click.option("--died-on", type=Day(), help="身故日期。Day of death.")
@click.option("--treatment-ended-on", type=Day(), help="治疗结束日期。Day treatment ended.")
@click.option("--pre-existing-grade", type=click.IntRange(0, 10), default=0, help="既往伤残等级。Grade from before.")
@click.option("--joined", is_flag=True, help="与前次伤残合并评定。Graded together with earlier injuries.")
@click.option("--override", type=YUAN, help="调整金额（元），须写理由。Another sum, with a reason.")
@click.option("--override-reason", default="", help="调整理由。Why another sum.")
@click.option("--explain", is_flag=True, help="列出依据条款。Print the cited lines.")
@step
def assess(
    number: str,
    name: str,
    on: date | None,
    key: str | None,
    findings: Path | None,
    explain: bool,
    **given: Any,  # noqa: ANN401 - click hands over what its options say
) -> None:
    """核定：登记查明的事实，按方案计算。 Record what was found; the scheme gives the sum."""
    clock = open_database()
    from huibao.app import claims
    from huibao.app.claims.findings import read_amounts, read_findings, read_injuries
    from huibao.domain.claims.assessment import Findings

    if findings is not None:
        found = read_findings(number, findings.read_text(encoding="utf-8"), clock)
    else:
        found = Findings(
            died_on=given["died_on"],
            treatment_ended_on=given["treatment_ended_on"],
            injuries=read_injuries(given["injuries"]),
            pre_existing_grade=given["pre_existing_grade"],
            joined=given["joined"],
            amounts=read_amounts(number, dict(_pair(text) for text in given["values"]), clock),
        )
    by = Actor(Role.HANDLER, name)
    other = {"override_fen": given["override"], "override_reason": given["override_reason"]}
    done = claims.assess(number, found, by, _key(key, number, "assess"), clock, on, **other)
    _answer(done, clock, explain=explain)


@claim.command("first-payer")
@click.option("--amount", type=YUAN, help="已先付金额（元），没有赔付填 0。Yuan it paid; 0 if nothing.")
@click.option("--reference", default="", help="结案文书号。Number of its paper.")
@click.option("--wait", is_flag=True, help="金额未知，挂起等待。Not known yet: suspend the claim.")
@step
def first_payer(
    number: str, name: str, on: date | None, key: str | None, amount: int | None, reference: str, wait: bool
) -> None:
    """灾害民生综合保险先行赔付：挂起，或登记金额。 The disaster insurance pays first: wait, or record its amount."""
    if (amount is None) != wait:
        raise click.UsageError("--amount 与 --wait 二选一 / give either --amount or --wait")
    clock = open_database()
    from huibao.app import claims

    by = Actor(Role.HANDLER, name)
    if amount is None:
        done = claims.suspend(number, by, _key(key, number, "wait"), clock, on)
    else:
        done = claims.record_first_payer(number, amount, reference, by, _key(key, number, "first"), clock, on)
    _answer(done, clock)


@claim.command()
@step
def decide(number: str, name: str, on: date | None, key: str | None) -> None:
    """审批赔付（非经办人）。 Agree to the sum assessed, by somebody other than the handler."""
    clock = open_database()
    from huibao.app import claims

    by = Actor(Role.APPROVER, name)
    _answer(claims.decide(number, by, _key(key, number, "decide"), clock, on), clock)


@claim.command()
@click.option("--agree", type=YUAN, help="审批人同意先付的金额（元）。Sum the approver agrees to.")
@click.option("--reason", default="", help="无争议的依据。Why it is undisputed.")
@step
def advance(number: str, name: str, on: date | None, key: str | None, agree: int | None, reason: str) -> None:
    """先付无争议部分：先由审批人 --agree，再由付款人付款。 Advance: an approver agrees, then a payer pays."""
    clock = open_database()
    from huibao.app import claims

    if agree is not None:
        by = Actor(Role.APPROVER, name)
        done = claims.agree_advance(number, agree, reason, by, _key(key, number, "agree"), clock, on)
    else:
        done = claims.advance(number, Actor(Role.PAYER, name), _key(key, number, "advance"), clock, on)
    _answer(done, clock)


@claim.command()
@click.option("--nothing-left", is_flag=True, help="已先付足额，结案。The advance was all: close.")
@step
def pay(number: str, name: str, on: date | None, key: str | None, nothing_left: bool) -> None:
    """付款（第三个人），恰记一笔账。 Pay, by a third person; exactly one entry."""
    clock = open_database()
    from huibao.app import claims

    by = Actor(Role.PAYER, name)
    act = claims.close if nothing_left else claims.pay
    _answer(act(number, by, _key(key, number, "pay"), clock, on), clock)


@claim.command()
@click.option("--reason", default="", help="理由和依据条款。Reasons, with the clause.")
@click.option("--sent", is_flag=True, help="书面通知已发出。The written refusal went out.")
@step
def refuse(number: str, name: str, on: date | None, key: str | None, reason: str, sent: bool) -> None:
    """拒赔：写明理由；发出通知后用 --sent 登记。 Refuse with reasons; --sent records that the letter went out."""
    clock = open_database()
    from huibao.app import claims

    if sent:
        done = claims.send_refusal(number, Actor(Role.HANDLER, name), _key(key, number, "sent"), clock, on)
    else:
        done = claims.refuse(number, reason, Actor(Role.APPROVER, name), _key(key, number, "refuse"), clock, on)
    _answer(done, clock)


@claim.command()
@click.option("--withdraw", is_flag=True, help="撤案而非申诉。Withdraw the claim instead.")
@click.option("--as", "role", type=PERSON_ROLES, default=Role.INSURED.value, help="以何身份。In what role.")
@reasoned
@step
def appeal(number: str, name: str, on: date | None, key: str | None, reason: str, role: str, withdraw: bool) -> None:
    """申诉（或撤案）。 Contest what was decided, or withdraw the claim."""
    clock = open_database()
    from huibao.app import claims

    act = claims.withdraw if withdraw else claims.appeal
    _answer(act(number, reason, Actor(Role(role), name), _key(key, number, "appeal"), clock, on), clock)


@claim.command()
@click.option("--uphold", is_flag=True, help="维持原决定，不重开。Leave the decision as it is.")
@reasoned
@step
def reopen(number: str, name: str, on: date | None, key: str | None, reason: str, uphold: bool) -> None:
    """重开案件；申诉由未经手的人处理。 Deal with a claim anew; an appeal is heard by somebody new."""
    clock = open_database()
    from huibao.app import claims

    act = claims.uphold if uphold else claims.reopen
    _answer(act(number, reason, Actor(Role.APPROVER, name), _key(key, number, "reopen"), clock, on), clock)


@claim.command()
@click.argument("number")
@click.option("--explain", is_flag=True, help="列出依据条款。Print the cited lines.")
@json_option
def show(number: str, explain: bool) -> None:
    """查看：经过、期限、材料、金额及依据。 A claim with timeline, clocks, papers and cited amounts."""
    clock = open_database()
    from huibao.app import claims

    _print(claims.show_claim(number, clock), explain=explain)


@claim.command()
@click.option("--contract", help="只看一份合同。One contract only.")
@click.option(
    "--ran-out",
    is_flag=True,
    help="只看有期限届满的案件（含已结），有则退出码 1。Only claims on which a clock ran out.",
)
@json_option
@click.pass_context
def queue(ctx: click.Context, contract: str | None, ran_out: bool) -> None:
    """待办：按到期日排列。 What is to be done, the most urgent first."""
    clock = open_database()
    from huibao.app import claims

    views = (claims.ran_out if ran_out else claims.queue)(clock, contract)
    data = [as_dict(view) for view in views]
    title = speech().pick("待办案件", "Claims to be dealt with")
    emit(data, lambda out: out.print(queue_table(title, views)))
    if ran_out and views:
        ctx.exit(ANSWER_IS_NO)


def _answer(done: Claim, clock: "Clock", *, explain: bool = False) -> None:
    from huibao.app import claims

    view = claims.show_claim(done.number, clock)
    show_problems(view.notes if explain else ())
    _print(view, explain=explain)


def _print(view: "ClaimView", *, explain: bool) -> None:
    from huibao.app import claims

    explained = claims.explain_claim(view.claim.number) if explain else ()
    emit(as_dict(view, explained), lambda out: draw(view, explained, out))


def _key(given: str | None, number: str, what: str) -> str:
    """The key that was given, or one for this order on the claim as it stands: repeating it later is a new order."""
    if given:
        return given
    from huibao.app.claims.order import existing

    return f"cli/{number}/{len(existing(number).events)}/{what}"


def _papers(names: Sequence[str]) -> tuple[Paper, ...]:
    return tuple(Paper(name) for name in names)


def _pair(text: str) -> tuple[str, str]:
    name, mark, value = text.partition("=")
    if not mark:
        raise click.UsageError(f"--set 应写作 名称=值，读到 {text!r} / expected NAME=VALUE")
    return name.strip(), value


def _beneficiary(text: str) -> Beneficiary:
    parts = [part.strip() for part in text.replace("：", ":").split(":")]
    parts += [""] * (4 - len(parts))
    share = parts[3] or "1"
    if len(parts) > 4 or not (share.isascii() and share.isdigit() and len(share) <= 7):  # noqa: PLR2004 - the four parts; seven digits
        raise click.UsageError(f"--person 应写作 姓名:身份证号:关系:份额，读到 {text!r} / NAME:IDENTITY:RELATION:SHARE")
    return Beneficiary(parts[0], parts[1], parts[2], int(share))
