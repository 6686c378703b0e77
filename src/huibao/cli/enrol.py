"""`huibao enrol …` and `huibao contract …`: a county at once, joiners, leavers, one named person; contracts on record."""

from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click
from rich.console import Console

from huibao.cli.database import open_database
from huibao.cli.fund import LINES, Day, Yuan
from huibao.cli.output import ANSWER_IS_NO, emit, json_option, say, show_problems, speech, table
from huibao.domain.coverage.words import WHYS
from huibao.domain.plan import EndReason
from huibao.kernel.fen import Fen, yuan_text
from huibao.rules.quantity import percent_text
from huibao.rules.vocabulary import Line

if TYPE_CHECKING:
    from huibao.domain.coverage import EnrolmentResult, Share
    from huibao.domain.plan import Contract, PlannedShare

F = TypeVar("F", bound=Callable[..., Any])

MOST_SHOWN: Final = 20
"""Refusals listed on the terminal; `--json` has them all."""
MAX_FILE_BYTES: Final = 1_000_000
"""A contract file is a page or two."""
DAY: Final = Day()
REASONS: Final = click.Choice([reason.value for reason in EndReason])

PAYERS: Final = {
    "government_fund": ("财政资金", "government fund"),
    "self": ("本人", "the person"),
    "close_relative": ("近亲属", "close relative"),
    "donor": ("捐赠人", "donor"),
}

TERMS: Final = {
    "whole_premium": ("收整期保费", "the whole premium"),
    "daily": ("按日", "by days"),
    "monthly_short_rate": ("短期费率表", "short-rate table"),
    "unused": ("退未满期", "unused days go back"),
    "none": ("不退", "nothing goes back"),
}


class Gift(click.ParamType[tuple[str, Fen]]):
    """DONOR=YUAN: what a donor pays."""

    name = "donor=yuan"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, Fen]:
        """Read both halves."""
        donor, mark, amount = str(value).rpartition("=")
        if not mark or not donor:
            self.fail(f"应写作 d-17=10.00，读到 {value!r} / expected DONOR=YUAN, found {value!r}", param, ctx)
        return donor, Yuan().convert(amount, param, ctx)


def batch_options(command: F) -> F:
    """Options of every batch under a contract on record: its contract, day, key, and whether it is only tried."""
    contract_number = click.option("--contract", "number", required=True, help="合同编号。Contract number.")
    on = click.option("--on", type=DAY, required=True, help="日期。Day, YYYY-MM-DD.")
    key = click.option("--key", required=True, help="业务键：同键同内容只办一次。Key: the same batch is done once.")
    dry = click.option("--dry-run", is_flag=True, help="只试算，不记录。Answer only, record nothing.")
    return contract_number(on(key(dry(json_option(command)))))


@click.group(invoke_without_command=True)
@click.option("--scheme", "scheme_id", help="方案 id。Scheme id, e.g. shandong/2020/demo-city.")
@click.option("--area", help="县区划代码。Division code of the county.")
@click.option("--on", type=DAY, help="参保日。Day, YYYY-MM-DD.")
@click.option("--contract", "named", help="合同编号或文件。Contract number, or a file to add.")
@click.option("--key", default="", help="业务键，默认按合同和日期。Key; by contract and day unless given.")
@click.option("--dry-run", is_flag=True, help="只试算，不记录。Answer only, record nothing.")
@json_option
@click.pass_context
def enrol(
    ctx: click.Context,
    scheme_id: str | None,
    area: str | None,
    on: date | None,
    named: str | None,
    key: str,
    *,
    dry_run: bool,
) -> None:
    """全县（市、区）一次性参保；子命令办理新增、退出和个人投保。 Enrol a county at once; subcommands for single people."""
    if ctx.invoked_subcommand is not None:
        return
    if on is None or (named is None and (scheme_id is None or area is None)):
        raise click.UsageError(
            "请给出 --on，以及 --contract 或 --scheme 和 --area / give --on, and --contract or --scheme and --area"
        )
    clock = open_database()
    from huibao.app import enrolment

    if named is not None and Path(named).is_file():
        result = enrolment.enrol_under(_text(named), named, on, key, clock, dry_run=dry_run)
    else:
        number = named or enrolment.contract_in(str(scheme_id), str(area), on).number
        result = enrolment.enrol(number, on, key or enrolment.default_key(number, on), clock, dry_run=dry_run)
    _answer(ctx, result)


@enrol.command()
@batch_options
@click.argument("identities", nargs=-1, required=True)
@click.pass_context
def join(ctx: click.Context, identities: tuple[str, ...], number: str, on: date, key: str, *, dry_run: bool) -> None:
    """名册新增人员（如即时帮扶）按同一规则参保。 Insure these people, by identity number, by the same rules."""
    clock = open_database()
    from huibao.app import enrolment

    _answer(ctx, enrolment.join(number, identities, on, key, clock, dry_run=dry_run))


@enrol.command()
@batch_options
@click.argument("identity")
@click.option("--reason", type=REASONS, required=True, help="原因。Why cover ends.")
@click.option("--line", "lines", type=LINES, multiple=True, help="险种，默认全部。Lines; all unless given.")
@click.pass_context
def leave(
    ctx: click.Context,
    identity: str,
    reason: str,
    lines: tuple[str, ...],
    number: str,
    on: date,
    key: str,
    *,
    dry_run: bool,
) -> None:
    """退保：保障到 --on 当日止，按合同退费。 End a person's cover after --on; unused premium goes back by the contract."""
    clock = open_database()
    from huibao.app import enrolment

    chosen = [Line(line) for line in lines]
    result = enrolment.leave(number, identity, on, EndReason(reason), key, clock, chosen, dry_run=dry_run)
    _answer(ctx, result)


@enrol.command()
@batch_options
@click.argument("identity")
@click.option("--line", type=LINES, required=True, help="险种。Product line.")
@click.option("--self", "by_self", type=Yuan(), help="本人出资（元）。The person pays, yuan.")
@click.option("--relative", type=Yuan(), help="近亲属出资（元）。A close relative pays, yuan.")
@click.option("--relation", default="", help="近亲属关系，如 parent。The relative's relation, e.g. parent.")
@click.option("--donor", "gifts", type=Gift(), multiple=True, help="捐赠人=金额。DONOR=YUAN.")
@click.option("--consent-by", default="", help="同意人姓名。Who agreed.")
@click.option("--consent-as", default="self", help="同意人身份：self、guardian。As what: self, guardian.")
@click.option("--consent-on", type=DAY, help="同意日期。Day of consent.")
@click.pass_context
def person(ctx: click.Context, /, identity: str, line: str, **given: Any) -> None:  # noqa: ANN401 - click's options
    """为一人投保：本人、近亲属或爱心人士出资。 Insure one person, paid by the person, a relative or donors."""
    clock = open_database()
    from huibao.app.enrolment import NamedCover, enrol_person
    from huibao.domain.coverage import Consent

    consent = None
    if given["consent_by"] and given["consent_on"]:
        consent = Consent(given["consent_by"], given["consent_as"], given["consent_on"])
    paid = _paid(given["by_self"], given["relative"], given["gifts"])
    wish = NamedCover(Line(line), identity, paid, given["relation"], consent)
    _answer(ctx, enrol_person(given["number"], wish, given["on"], given["key"], clock, dry_run=given["dry_run"]))


@click.group()
def contract() -> None:
    """合同：检查、登记、查看。 Contracts: check, add, show."""


@contract.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@json_option
def contract_check(file: str) -> None:
    """对照方案检查合同文件，不登记。 Hold a contract file against its scheme; nothing is recorded."""
    from huibao.app.contract_text import check_text

    found, _ = check_text(_text(file), file)
    _show_contract(found)


@contract.command("add")
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@json_option
def contract_add(file: str) -> None:
    """登记合同；同一份只登记一次。 Record a contract; the same one once."""
    clock = open_database()
    from huibao.app.contract import add_contract

    added = add_contract(_text(file), file, clock)
    if not added.created:
        say("此前已登记，未作改动。", "On record already; nothing was changed.")
    _show_contract(added.contract)


@contract.command("show")
@click.argument("number")
@json_option
def contract_show(number: str) -> None:
    """查看已登记的合同。 Show a contract on record."""
    open_database()
    from huibao.app.contract import show_contract

    _show_contract(show_contract(number))


# --- what is read and shown -------------------------------------------------------------------------------------------


def _text(file: str) -> str:
    path = Path(file)
    if path.stat().st_size > MAX_FILE_BYTES:
        raise click.BadParameter(f"{file}: 超过 / above {MAX_FILE_BYTES} bytes")
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise click.BadParameter(f"{file}: 请存为 UTF-8 / save it as UTF-8") from error


def _paid(by_self: Fen | None, relative: Fen | None, gifts: tuple[tuple[str, Fen], ...]) -> "tuple[Share, ...]":
    from huibao.domain.coverage import Share
    from huibao.domain.plan import PayerKind

    parts = [(PayerKind.SELF, "", by_self), (PayerKind.CLOSE_RELATIVE, "", relative)]
    parts += [(PayerKind.DONOR, donor, fen) for donor, fen in gifts]
    return tuple(Share(kind, payer, fen) for kind, payer, fen in parts if fen is not None)


def _answer(ctx: click.Context, result: "EnrolmentResult") -> None:
    """Show a batch's answer; people refused make it a no (exit code 1), though everybody else is insured."""
    from huibao.domain.coverage import as_dict

    emit(as_dict(result) | {"repeated": result.repeated}, lambda console: _draw(console, result))
    if not speech().as_json:
        show_problems(one.problem for one in result.refused[:MOST_SHOWN])
        show_problems(result.doubts[:MOST_SHOWN])
    if result.refused:
        ctx.exit(ANSWER_IS_NO)


def _draw(console: Console, result: "EnrolmentResult") -> None:
    pick = speech().pick
    if result.repeated:
        console.print(pick("此前已办理，以下为首次结果。", "Done before; this is the first answer."))
    if result.dry_run:
        console.print(pick("试算，未作记录。", "A dry run: nothing was recorded."))
    facts = [
        (pick("合同", "Contract"), result.contract),
        (pick("新参保人数", "People newly insured"), result.people),
        (pick("新保障（人×险种）", "New covers (people × lines)"), result.entered),
        (pick("其中不含身故责任", "of them without death cover"), result.without_death),
        (pick("已在保", "Covered already"), result.already),
        (pick("被拒绝", "Refused"), len(result.refused)),
    ]
    facts += [(pick("退出", "Left") + f"：{pick(*WHYS[why])}", count) for why, count in result.left.items()]
    facts += [
        (pick("不参保", "Not for") + f"：{pick(*WHYS[why])}", count) for why, count in result.not_eligible.items()
    ]
    facts.append((pick("名单指纹", "Fingerprint of the list"), result.list_hash[:16]))
    title = pick(f"参保 {result.on}", f"Enrolment on {result.on}")
    console.print(table(title, (pick("项目", "What"), pick("结果", "Result")), facts, right=(1,)))
    head = (pick("险种", "Line"), pick("对象", "Group"), pick("份数", "Covers"), pick("保费（元）", "Premium, yuan"))
    rows = [(_line(one.line), one.name, one.covers, yuan_text(one.premium_fen)) for one in result.by_group]
    if rows:
        console.print(table(pick("按对象", "By group"), head, rows, right=(2, 3)))
    rows = [(_line(one.line), one.name or "—", one.covers, yuan_text(one.premium_fen)) for one in result.by_town]
    if rows:
        head = (head[0], pick("乡镇", "Township"), head[2], head[3])
        console.print(table(pick("按乡镇", "By township"), head, rows, right=(2, 3)))
    for name, parts in ((pick("应缴", "Owed"), result.money), (pick("应退", "To give back"), result.refunds)):
        if parts:
            paid = [
                (_line(one.line), pick_payer(one.payer_kind), one.payer or "—", yuan_text(one.fen)) for one in parts
            ]
            head = (pick("险种", "Line"), pick("出资方", "Payer"), pick("资金", "Fund"), pick("金额（元）", "Yuan"))
            console.print(table(name, head, paid, right=(3,)))


def _line(line: str) -> str:
    return speech().pick(Line(line).zh, Line(line).en)


def _show_contract(found: "Contract") -> None:
    pick = speech().pick
    data = {
        "contract": found.number,
        "scheme": found.scheme_id,
        "scheme_hash": found.scheme_hash,
        "area": found.area,
        "insurer": found.insurer,
        "period": str(found.period),
        "demonstration": found.demonstration,
        "prorata": found.prorata.value,
        "leaving": {reason.value: refunds.value for reason, refunds in found.leaving.items()},
        "operating_cost_ceiling_bp": found.operating_cost_ceiling_bp,
        "settings": dict(found.settings),
        "lines": [
            {
                "line": one.line.value,
                "product": one.product,
                "premium_fen": one.premium_fen,
                "payers": [asdict(payer) for payer in one.payers],
            }
            for one in found.lines
        ],
    }

    def draw(console: Console) -> None:
        mark = pick("（演示，数值为虚构）", " (demonstration: values are made up)") if found.demonstration else ""
        ends = ", ".join(
            f"{pick(*WHYS[reason.value])}: {pick(*TERMS[refunds.value])}" for reason, refunds in found.leaving.items()
        )
        rows = [
            (pick("方案", "Scheme"), found.scheme_id),
            (pick("方案指纹", "Its fingerprint"), found.scheme_hash[:16]),
            (pick("地区", "Area"), found.area),
            (pick("承保机构", "Insurer"), found.insurer),
            (pick("期间", "Period"), found.period),
            (pick("不足整期的保费", "Premium for part of it"), pick(*TERMS[found.prorata.value])),
            (pick("提前终止（退费）", "Ends early (refund)"), ends or "—"),
            (pick("运营成本上限", "Operating cost at most"), percent_text(found.operating_cost_ceiling_bp)),
            *((name, value) for name, value in found.settings.items()),
        ]
        title = f"{pick('合同', 'Contract')} {found.number}{mark}"
        console.print(table(title, (pick("项目", "What"), pick("内容", "Value")), rows))
        head = (pick("险种", "Line"), pick("保费（元）", "Premium, yuan"), pick("出资", "Payers"))
        lines = [(_line(one.line), yuan_text(one.premium_fen), "\n".join(_payers(one.payers))) for one in found.lines]
        console.print(table(pick("险种", "Lines"), head, lines, right=(1,)))

    emit(data, draw)


def _payers(payers: "Iterable[PlannedShare]") -> list[str]:
    return [
        f"{pick_payer(one.payer_kind.value)} {one.payer}".strip()
        + f" {yuan_text(one.share_fen) if one.share_fen is not None else percent_text(one.share_bp or 0)}"
        for one in payers
    ]


def pick_payer(kind: str) -> str:
    """Name of a kind of payer in the language chosen."""
    return speech().pick(*PAYERS[kind])
