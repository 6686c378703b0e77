"""A settlement in the money fields of the national message, with its identities held (S1).

medfee_sumamt = fund_pay_sumamt + psn_part_amt + hosp_part_amt, under either definition of fund_pay_sumamt; the named funds
sum to it; the rows of `setldetail` sum to what all payers bear.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from huibao.app.hospital.regions import OTHER_FUND, FundTotal, Region
from huibao.app.settlement import cited_lines
from huibao.kernel.invariant import invariant
from huibao.rules.vocabulary import Payer
from huibao.store.settlement import Recorded

ACCOUNT_FUND: Final = "310200"
"""Fund code of the personal account."""

MAX_WHY_CHARS: Final = 1_000
"""setl_proc_info holds 4,000; nobody reads more at a counter."""

FUNDS: Final = (
    "hifp_pay", "cvlserv_pay", "hifes_pay", "hifmi_pay", "hifob_pay", "maf_pay", "hifdm_pay", "oth_pay",
)  # fmt: skip
OWN_FIELD: Final[Mapping[Payer, str]] = {
    Payer.BASIC_MEDICAL: "hifp_pay",
    Payer.CRITICAL_ILLNESS: "hifmi_pay",
    Payer.MEDICAL_ASSISTANCE: "maf_pay",
}
"""Payers with a money field of their own; our line, disaster insurance and the like stand in oth_pay."""
STATED_AS_THEY_CAME: Final = ("cvlserv_pay", "hifes_pay", "hifob_pay", "hifdm_pay")


@dataclass(frozen=True, slots=True)
class FundLine:
    """One row of `setldetail`."""

    code: str
    in_policy_fen: int
    fen: int
    process: str


@dataclass(frozen=True, slots=True)
class Figures:
    """National money fields, fen, and the rows of `setldetail`."""

    money: Mapping[str, int]
    detail: tuple[FundLine, ...]


@dataclass(frozen=True, slots=True)
class Shares:
    """Who bears what of a bill, fen; `number` names it in a fault of ours."""

    number: str
    total_fen: int
    in_policy_fen: int
    deductible_fen: int
    borne: Mapping[Payer, int]
    why: Mapping[Payer, str]

    @property
    def left_fen(self) -> int:
        """What the person bears."""
        return self.total_fen - sum(self.borne.values())


def shares_of(recorded: Recorded) -> Shares:
    """A settlement as it stands, payers that came later included."""
    borne: dict[Payer, int] = {}
    for layer in recorded.layers:
        borne[layer.payer] = borne.get(layer.payer, 0) + layer.fen
    for line in recorded.later:
        borne[line.payer] = borne.get(line.payer, 0) + line.fen
    inputs = recorded.bill["inputs"]
    in_policy, deductible = int(inputs.get("in_policy", 0)), int(inputs.get("deductible_applied", 0))
    return Shares(recorded.number, recorded.bill_total_fen, in_policy, deductible, borne, _why(recorded))


def figures(region: Region, shares: Shares, reported: Mapping[str, int], acct_pay_fen: int) -> Figures:
    """The money fields of a bill whose shares are known."""
    borne = shares.borne
    hospital = borne.get(Payer.HOSPITAL_REDUCTION, 0)
    money = dict.fromkeys(FUNDS, 0) | {name: reported.get(name, 0) for name in STATED_AS_THEY_CAME}
    for payer, name in OWN_FIELD.items():
        money[name] = borne.get(payer, 0)
    funds_fen = sum(borne.values()) - hospital
    money["oth_pay"] = funds_fen - sum(money[name] for name in FUNDS if name != "oth_pay")
    left = shares.left_fen
    account = min(acct_pay_fen, left)
    counted = account if region.fund_total is FundTotal.WITH_ACCOUNT else 0
    money |= {
        "medfee_sumamt": shares.total_fen,
        "inscp_scp_amt": shares.in_policy_fen,
        "act_pay_dedc": shares.deductible_fen,
        "hosp_part_amt": hospital,
        "fund_pay_sumamt": funds_fen + counted,
        "psn_part_amt": left - counted,
        "acct_pay": account,
        "psn_cash_pay": left - account,
    }
    detail = _detail(region, shares, counted)
    _hold(shares.number, money, detail, counted)
    return Figures(money, detail)


def _hold(number: str, money: Mapping[str, int], detail: tuple[FundLine, ...], account: int) -> None:
    total = money["medfee_sumamt"]
    parts = money["fund_pay_sumamt"] + money["psn_part_amt"] + money["hosp_part_amt"]
    invariant(parts == total, "S1", f"{number}: funds, person and hospital make {parts} of {total}")
    funds = sum(money[name] for name in FUNDS) + account
    invariant(funds == money["fund_pay_sumamt"], "S1", f"{number}: funds make {funds}, not {money['fund_pay_sumamt']}")
    rows = sum(line.fen for line in detail)
    due = money["fund_pay_sumamt"] + money["hosp_part_amt"]
    invariant(rows == due, "S1", f"{number}: setldetail makes {rows}, not {due}")
    invariant(min(money.values()) >= 0, "S1", f"{number}: a money field is below zero")


def _detail(region: Region, shares: Shares, account: int) -> tuple[FundLine, ...]:
    """A row for each payer that pays something, in the scheme's order; why our line pays what it pays beside it."""
    rows: list[FundLine] = []
    for payer, fen in shares.borne.items():
        if not fen:
            continue
        code = region.fund_codes[payer]
        own = (
            code.process if code.code == OTHER_FUND else "；".join(filter(None, (code.process, shares.why.get(payer))))
        )
        rows.append(FundLine(code.code, shares.in_policy_fen, fen, own))
    if account:
        rows.append(FundLine(ACCOUNT_FUND, 0, account, "个人账户支付"))
    return tuple(rows)


def _why(recorded: Recorded) -> dict[Payer, str]:
    """For each payer that was reckoned here: amount, rule with its numbers, what bound it, document and clause."""
    ours = {layer.step for layer in recorded.layers if layer.fen and not layer.reported}
    if not ours:
        return {}
    return {
        line.payer: line.text("zh")[:MAX_WHY_CHARS]
        for line in cited_lines(recorded)
        if line.step in ours and line.payer is not None
    }


def mirrored_money(kept: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The money fields of a reversal: what was answered, and what was added to it, together negated."""
    first = kept[0]
    whole = {name: -sum(int(each.get(name, 0)) for each in kept) for name, value in first.items() if _is_fen(value)}
    return {"split": first.get("split", {}), "settles_on": first["settles_on"], **whole}


def added_money(before: Mapping[str, Any], after: Mapping[str, int]) -> dict[str, Any]:
    """The money fields of what completes a settlement: what it came to, less what was answered before."""
    return {name: fen - int(before.get(name, 0)) for name, fen in after.items()}


def _is_fen(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
