"""The one-stop settlement sheet a person takes home: this stay and the year so far, each payer, figures and capitals, and why.

It is printed from what is on record, so a copy made later says the same, with payers that came since. A tagged PDF
(PDF/UA-1): a screen reader finds headings, tables and their headers.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from huibao.app.hospital.admission import CHINA
from huibao.app.hospital.problems import NO_SETTLEMENT
from huibao.app.hospital.settling import proper_of, recorded_of
from huibao.app.printing import pdf
from huibao.app.settlement import cited_lines
from huibao.kernel.fen import in_capitals, yuan_text
from huibao.kernel.identity import mask
from huibao.kernel.problem import Refused
from huibao.rules.vocabulary import Payer
from huibao.store import settlement, stay_settlement
from huibao.store import stay as store
from huibao.store.settlement import Recorded
from huibao.store.stay import Stay
from huibao.store.stay_settlement import Settled

TEMPLATE: Final = Path(__file__).with_name("sheet.typ")

FEES: Final = (
    ("医疗费总额", "medfee_sumamt"),
    ("政策范围内费用", "in_policy"),
    ("目录外全自费", "out_of_catalogue"),
    ("超限价自费", "over_limit"),
    ("先行自付", "first_self_pay"),
    ("本次起付线", "act_pay_dedc"),
)
HEAD: Final = (
    ("住院号", "ipt_no"),
    ("科室", "adm_dept_name"),
    ("床号", "adm_bed"),
    ("医生", "chfpdr_name"),
    ("诊断", "dscg_maindiag_name"),
)


def settlement_sheet(setl_id: str) -> bytes:
    """The sheet of a settlement as PDF. Refused for a number nobody has, and where no Chinese typeface is found."""
    found = stay_settlement.settled(setl_id)
    stay = store.by_number(found.stay) if found else None
    if found is None or stay is None:
        raise Refused(NO_SETTLEMENT(field="setl_id"))
    return pdf(TEMPLATE, content(found, stay))


def content(found: Settled, stay: Stay) -> dict[str, Any]:
    """Everything that stands on the sheet, in words."""
    proper = proper_of(stay_settlement.with_additions(found.setl_id))
    recorded = recorded_of(proper) if proper.number else None
    borne = _borne(recorded) if recorded else {}
    total = int(found.money["medfee_sumamt"])
    paid = sum(borne.values()) if recorded else total - int(found.money["psn_part_amt"])
    person = (recorded.left_fen if recorded else total - paid) if not found.reverses else total - paid
    year = _year_so_far(stay, recorded)
    payers = [[payer.zh, yuan_text(fen), yuan_text(year.get(payer, fen))] for payer, fen in borne.items() if fen]
    payers += [[payer.zh, "0.00", yuan_text(fen)] for payer, fen in year.items() if fen and not borne.get(payer)]
    account = int(found.money["acct_pay"])
    payers += [["个人账户", yuan_text(account), ""], ["个人现金", yuan_text(person - account), ""]]
    payers += [["合计", yuan_text(total), ""]]
    ended = found.money["settles_on"]
    days = max((recorded.settles_on - stay.begun_at.date()).days, 1) if recorded else ""
    head = [
        ["姓名", stay.person.name, "性别", stay.person.sex.zh],
        ["证件号码", mask(stay.person.identity), "出生日期", stay.person.birth_on.isoformat()],
        ["入院", f"{stay.begun_at:%Y-%m-%d}", "出院", f"{ended}（{days} 天）"],
        ["就诊号", stay.number, "人员编号", stay.psn_no],
    ]
    shown = [(zh, stay.ipt_no if name == "ipt_no" else str(stay.said.get(name, "—"))) for zh, name in HEAD]
    shown += [("免交押金", "是" if stay.deposit_waived else "否")]
    head += [[*shown[at], *shown[at + 1]] for at in range(0, len(shown), 2)]
    return {
        "title": "医疗费用一站式结算单",
        "number": found.setl_id,
        "hospital": stay.hospital,
        "settled": f"{found.settled_at.astimezone(CHINA):%Y-%m-%d %H:%M}",
        "mark": "本单已撤销" if found.reversed_by else "撤销单，金额为负" if found.reverses else "",
        "head": head,
        "fees": [[zh, yuan_text(_fee(found, name))] for zh, name in FEES],
        "payers": payers,
        "total_capitals": in_capitals(total),
        "paid_capitals": in_capitals(paid),
        "person_capitals": in_capitals(person),
        "why": _why(recorded),
        "notes": _notes(found, stay),
    }


def _fee(found: Settled, name: str) -> int:
    sign = -1 if found.reverses else 1
    return int(found.money[name]) if name in found.money else sign * int(found.money.get("split", {}).get(name, 0))


def _borne(recorded: Recorded) -> dict[Payer, int]:
    borne: dict[Payer, int] = {}
    parts = [(layer.payer, layer.fen) for layer in recorded.layers] + [
        (line.payer, line.fen) for line in recorded.later
    ]
    for payer, fen in parts:
        borne[payer] = borne.get(payer, 0) + fen
    return borne


def _year_so_far(stay: Stay, recorded: Recorded | None) -> dict[Payer, int]:
    """What each payer bore of this person's bills in the policy year, up to and with this one."""
    sums: dict[Payer, int] = {}
    if recorded is None:
        return sums
    for one in settlement.settlements(person_id=stay.person_id):
        same = (one.scope, one.policy_year_on) == (recorded.scope, recorded.policy_year_on)
        if same and one.reverses is None and one.reversed_by is None and one.entered_at <= recorded.entered_at:
            for payer, fen in _borne(one).items():
                sums[payer] = sums.get(payer, 0) + fen
    return sums


def _why(recorded: Recorded | None) -> Sequence[str]:
    """Each payer's line: what it was told, or how it was reckoned, with rule, numbers, document and clause."""
    if recorded is None or recorded.reverses is not None:
        return ["本次结算尚有支付方未应答，到账后另行补记。"] if recorded is None else []
    steps = {layer.step: layer for layer in recorded.layers}
    lines = []
    for line in cited_lines(recorded):
        layer = steps.get(line.step)
        if layer is None or not layer.fen:
            continue
        how = f"由{layer.payer.zh}自行核定。" if layer.reported else line.text("zh")
        lines.append(f"{layer.payer.zh} {yuan_text(layer.fen)} 元：{how}" if layer.reported else how)
    lines += [f"{line.payer.zh} {yuan_text(line.fen)} 元：结算后于 {line.on} 到账。" for line in recorded.later]
    return lines


def _notes(found: Settled, stay: Stay) -> Sequence[str]:
    owed = int(found.money.get("debt", 0))
    notes = []
    if owed > 0 and stay.deposit_waived:
        notes.append(f"先诊疗后付费：个人应付 {yuan_text(owed)} 元记为欠费，可向医院申请分期。")
    pending = [Payer(each).zh for each in found.money.get("pending", ())]
    if pending and not found.completed_by:
        notes.append(f"{'、'.join(pending)}尚未应答，本单金额到账后会减少个人负担。")
    return notes
