"""How the fund commands show entries, traces and results: tables for people, plain values for JSON."""

from typing import TYPE_CHECKING, Any

from huibao.cli.output import speech, table
from huibao.kernel.fen import yuan_text

if TYPE_CHECKING:
    from huibao.app.funds import Booked, Traced
    from huibao.app.result import Year


def booked_table(done: tuple["Booked", ...]) -> Any:  # noqa: ANN401 - rich's table, loaded where it is drawn
    """Draw what was entered in the books, a row for each transfer."""
    from huibao.domain.ledger import CAUSE_NAMES

    pick = speech().pick
    marks = {"created": pick("已记账", "entered"), "exists": pick("早已记账", "entered before")}
    columns = (
        pick("号", "no."),
        pick("事由", "cause"),
        pick("从", "from"),
        pick("到", "to"),
        pick("金额（元）", "yuan"),
        pick("条款", "clause"),
        pick("结果", "result"),
    )
    rows = [
        (
            one.posted.number,
            pick(*CAUSE_NAMES[one.entry.cause]),
            move.source.code,
            move.target.code,
            yuan_text(move.fen),
            one.entry.clause,
            marks[one.posted.status.value],
        )
        for one in done
        for move in one.entry.transfers
    ]
    return table(pick("已入账", "In the books"), columns, rows, right=(4,))


def traced(one: "Traced") -> dict[str, object]:
    """One payer's money of a line for JSON, yuan."""
    return {
        "line": one.line.value,
        "payer_kind": one.payer_kind.value,
        "payer": one.payer,
        "paid": yuan_text(one.paid_fen),
        "people": one.people,
        "person_days": one.person_days,
    }


def trace_table(contract: str, found: tuple["Traced", ...]) -> Any:  # noqa: ANN401 - the same
    """Draw whose money bought which cover."""
    pick = speech().pick
    columns = (
        pick("险种", "line"),
        pick("出资方", "payer"),
        pick("已缴（元）", "paid, yuan"),
        pick("人数", "people"),
        pick("保障人天", "person-days"),
        pick("折合人年", "person-years"),
    )
    rows = [
        (
            pick(one.line.zh, one.line.en),
            one.payer or one.payer_kind.value,
            yuan_text(one.paid_fen),
            f"{one.people:,}",
            f"{one.person_days:,}",
            person_years(one.person_days),
        )
        for one in found
    ]
    return table(pick(f"资金追溯 {contract}", f"Money traced, {contract}"), columns, rows, right=(2, 3, 4, 5))


def person_years(days: int) -> str:
    """Person-days as person-years of 365 days with one decimal, cut off."""
    tenths = days * 10 // 365
    return f"{tenths // 10:,}.{tenths % 10}"


def year_dict(one: "Year") -> dict[str, object]:
    """One line's result for JSON, yuan."""
    result, account = one.result, one.result.account
    return {
        "contract": one.contract,
        "line": one.line.value,
        "premium": yuan_text(account.premium_fen),
        "moved_in": yuan_text(account.moved_in_fen),
        "moved_out": yuan_text(account.moved_out_fen),
        "benefits": yuan_text(account.benefits_fen),
        "operating": yuan_text(account.operating_fen),
        "result": yuan_text(account.result_fen),
        "insurer": yuan_text(result.insurer_fen),
        "public": yuan_text(result.public_fen),
        "returned": yuan_text(one.returned_fen),
        "to_return": yuan_text(one.to_return_fen),
        "owed": yuan_text(one.owed_fen),
    }


def result_table(contract: str, found: tuple["Year", ...]) -> Any:  # noqa: ANN401 - the same
    """Draw the results of a contract's lines side by side."""
    pick = speech().pick
    names = {
        "premium": pick("保费净额", "premium"),
        "moved_in": pick("险种间调入", "moved in"),
        "moved_out": pick("险种间调出", "moved out"),
        "benefits": pick("赔付", "benefits"),
        "operating": pick("运营成本", "operating cost"),
        "result": pick("盈亏", "result"),
        "insurer": pick("其中承保机构", "of it the insurer's"),
        "public": pick("其中资金方", "of it the fund's"),
        "returned": pick("已返还", "returned"),
        "to_return": pick("尚应返还", "to be returned"),
        "owed": pick("已审批未付", "agreed, unpaid"),
    }
    years = [year_dict(one) for one in found]
    rows = [(names[name], *(str(year[name]) for year in years)) for name in names]
    columns = (pick("项目（元）", "yuan"), *(pick(one.line.zh, one.line.en) for one in found))
    title = pick(f"合同 {contract} 的盈亏", f"Result of {contract}")
    return table(title, columns, rows, right=tuple(range(1, len(columns))))
