"""Reconciliation of a span of days between a hospital's books and ours: in total, and line by line with causes. 3201, 3202.

The day that counts is the day of settling. A settlement and its reversal are two lines, each in its own span.
"""

import io
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Final

from huibao.app.hospital.admission import CHINA
from huibao.app.hospital.desk import Desk
from huibao.app.hospital.files import MAX_LINES, Kept, fetch, keep
from huibao.app.hospital.problems import BAD_FILE, DAYS_WRONG
from huibao.kernel.fen import MAX_FEN, yuan_text
from huibao.kernel.problem import Refused
from huibao.store import stay_settlement
from huibao.store.stay_settlement import Kinds, Settled, Totals

MAX_DAYS: Final = 366
COLUMNS: Final = 7
MAX_TEXT_BYTES: Final = 10_000_000
"""Unpacked; a ZIP that swells beyond it is refused unread."""
REFUND, FORWARD = "1", "0"
EVEN, UNEVEN = "0", "1"
NOTHING: Final = "null"
"""What stands for nothing in the text files."""


@dataclass(frozen=True, slots=True)
class Line:
    """One settlement as the hospital's file has it."""

    setl_id: str
    mdtrt_id: str
    psn_no: str
    medfee_fen: int
    fund_fen: int
    account_fen: int
    refund: bool


def reconcile_totals(desk: Desk, first: date, last: date, theirs: Totals, kinds: Mapping[str, str]) -> str:
    """What differs in total, in words; empty where nothing does."""
    ours = stay_settlement.totals_between(desk.institution, *_span(first, last), _kinds(kinds))
    parts = [
        f"{zh}：医院 {show(mine)}，本系统 {show(found)}"
        for zh, mine, found, show in (
            ("笔数", theirs.count, ours.count, str),
            ("医疗费总额", theirs.medfee_fen, ours.medfee_fen, yuan_text),
            ("基金支付总额", theirs.fund_fen, ours.fund_fen, yuan_text),
            ("个人账户", theirs.account_fen, ours.account_fen, yuan_text),
        )
        if mine != found
    ]
    return "；".join(parts) + ("。请用 3202 对明细账查找原因。" if parts else "")


def reconcile_file(
    desk: Desk, number: str, first: date, last: date, kinds: Mapping[str, str], stated: Mapping[str, int]
) -> tuple[Kept, str]:
    """Compare a file that was sent up line by line; keep the result for fetching. Each row says its cause.

    `stated` are the file's totals as the message has them (fen, and the number of lines). Where they are not the sums of its
    own lines, that is a row too, of no settlement, and handed back in words: the file itself is then not what was meant.
    """
    theirs = tuple(read_lines(fetch(desk, number).content))
    rows = compared(desk, theirs, first, last, kinds)
    unlike = _unlike_its_lines(theirs, stated)
    if unlike:
        amounts = (stated.get("medfee_sumamt", 0), stated.get("fund_pay_sumamt", 0), 0)
        nobody = (NOTHING,) * 4
        rows.append((*nobody, UNEVEN, FORWARD, unlike, *(_plain(fen) for fen in amounts)))
    text = "".join("\t".join(row) + "\n" for row in rows)
    kept = keep(desk, f"stmt_{first:%Y%m%d}_{last:%Y%m%d}.zip", packed("result.txt", text), "statement")
    return kept, unlike


def _unlike_its_lines(theirs: Sequence[Line], stated: Mapping[str, int]) -> str:
    """How the totals a hospital states differ from the sums of its own lines, in words; empty where they do not."""
    sums: dict[str, tuple[str, int, Callable[[int], str]]] = {
        "fixmedins_setl_cnt": ("笔数", len(theirs), str),
        "medfee_sumamt": ("医疗费总额", sum(line.medfee_fen for line in theirs), yuan_text),
        "fund_pay_sumamt": ("基金支付总额", sum(line.fund_fen for line in theirs), yuan_text),
    }
    parts = [
        f"{zh}报文写 {show(stated[name])}、文件各行合计 {show(found)}"
        for name, (zh, found, show) in sums.items()
        if name in stated and stated[name] != found
    ]
    return f"报文的合计与所附文件不符：{'；'.join(parts)}。请核对文件是否完整、是否为本期间" if parts else ""


def compared(
    desk: Desk, theirs: Sequence[Line], first: date, last: date, kinds: Mapping[str, str]
) -> list[tuple[str, ...]]:
    """Each line of the hospital's beside ours, and ours that the hospital lacks, as rows of the national result file."""
    ours = {(one.reverses or one.setl_id, bool(one.reverses)): one for one in _ours(desk, first, last, kinds)}
    ours |= {(one.setl_id, True): one for one in ours.values() if one.reverses}
    seen: set[str] = set()
    rows: list[tuple[str, ...]] = []
    for line in theirs:
        found = ours.get((line.setl_id, line.refund))
        rows.append(_compared(line, found, repeated=found is not None and found.setl_id in seen))
        if found is not None:
            seen.add(found.setl_id)
    missing = {one.setl_id: one for one in ours.values() if one.setl_id not in seen}
    return rows + [_missing(one) for one in missing.values()]


def ours_between(desk: Desk, first: date, last: date) -> tuple[Settled, ...]:
    """What was settled at the institution from the first to the last day, reversals included."""
    return _ours(desk, first, last, {})


def _ours(desk: Desk, first: date, last: date, kinds: Mapping[str, str]) -> tuple[Settled, ...]:
    return stay_settlement.settled_between(desk.institution, *_span(first, last), _kinds(kinds))


def _span(first: date, last: date) -> tuple[datetime, datetime]:
    """The beginning of the first day and the end of the last one."""
    if last < first or (last - first).days > MAX_DAYS:
        raise Refused(DAYS_WRONG(what="对账起止日期", first=first, last=last, limit=MAX_DAYS, field="stmt_enddate"))
    return datetime.combine(first, time.min, CHINA), datetime.combine(last, time.min, CHINA) + timedelta(days=1)


def _kinds(said: Mapping[str, str]) -> Kinds:
    flag = said.get("refd_setl_flag")
    refunds = flag == REFUND if flag in {REFUND, FORWARD} else None
    return Kinds(said.get("clr_type", ""), said.get("insutype", ""), refunds)


def _fee(one: Settled) -> int:
    return int(one.money["medfee_sumamt"])


def _compared(line: Line, found: Settled | None, *, repeated: bool) -> tuple[str, ...]:
    """One row of the result: the hospital's line, whether it agrees, and why not."""
    if found is None:
        why = "本系统在对账期间没有这笔结算：核对结算 ID 和结算日期；医院已收费的请重新结算"
        return _row(line, UNEVEN, why, None)
    if repeated:
        return _row(line, UNEVEN, "同一笔结算在文件中出现多次：请去除重复行", found)
    differences = [
        f"{zh}医院 {yuan_text(mine)}、本系统 {yuan_text(ours)}"
        for zh, mine, ours in (
            ("医疗费总额", line.medfee_fen, _fee(found)),
            ("基金支付", line.fund_fen, found.fund_pay_fen),
            ("个人账户", line.account_fen, found.acct_pay_fen),
        )
        if mine != ours
    ]
    if (line.mdtrt_id, line.psn_no) != (found.stay, found.psn_no):
        differences.append("就诊 ID 或人员编号不一致")
    return _row(line, UNEVEN if differences else EVEN, "；".join(differences), found)


def _row(line: Line, result: str, why: str, found: Settled | None) -> tuple[str, ...]:
    amounts = (line.medfee_fen, line.fund_fen, line.account_fen)
    return (
        line.psn_no,
        line.mdtrt_id,
        line.setl_id,
        found.msgid if found else NOTHING,
        result,
        REFUND if line.refund else FORWARD,
        why[:500] or NOTHING,
        *(_plain(fen) for fen in amounts),
    )


def _missing(one: Settled) -> tuple[str, ...]:
    """A settlement of ours that the hospital's file does not have: found by its msgid, to be booked or reversed."""
    refund = one.reverses is not None
    if one.completes:
        amounts = (_fee(one), one.fund_pay_fen, one.acct_pay_fen)
        why = f"结算 {_first_number(one)} 的支付方后到补记：请按此调整该结算的基金支付"
        return (one.psn_no, one.stay, one.setl_id, one.msgid, UNEVEN, FORWARD, why, *(_plain(fen) for fen in amounts))
    why = (
        "医院文件没有这笔：可能未收到回复。请补记，或按 msgid 用 2601 冲正"
        if not refund
        else "医院文件没有这笔撤销：请补记"
    )
    amounts = (_fee(one), one.fund_pay_fen, one.acct_pay_fen)
    flag = REFUND if refund else FORWARD
    return (one.psn_no, one.stay, one.setl_id, one.msgid, UNEVEN, flag, why, *(_plain(fen) for fen in amounts))


def _first_number(one: Settled) -> str:
    """National number that the hospital was answered, for what was added to it since."""
    before = one
    while before.completes is not None and (earlier := stay_settlement.settled(before.completes)) is not None:
        before = earlier
    return before.setl_id


def _plain(fen: int) -> str:
    return yuan_text(fen).replace(",", "")


def read_lines(content: bytes) -> Iterator[Line]:
    """The lines of a packed text file. Refused with the line that cannot be read."""
    for number, line in enumerate(_text(content).splitlines(), 1):
        if number > MAX_LINES:
            raise _bad(f"超过 {MAX_LINES} 行")
        if not line.strip():
            continue
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) != COLUMNS:
            raise _bad(f"第 {number} 行有 {len(cells)} 项")
        setl_id, mdtrt_id, psn_no, *amounts, flag = cells
        try:
            medfee, fund, account = (_fen(cell) for cell in amounts)
        except (InvalidOperation, ValueError) as error:
            raise _bad(f"第 {number} 行的金额不是数字") from error
        yield Line(setl_id, mdtrt_id, psn_no, medfee, fund, account, flag == REFUND)


def _fen(cell: str) -> int:
    if not cell or cell == NOTHING:
        return 0
    fen = Decimal(cell) * 100
    if not fen.is_finite() or fen != fen.to_integral_value() or abs(fen) > MAX_FEN:
        raise ValueError(cell)
    return int(fen)


def _text(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            (name,) = (each for each in archive.infolist() if not each.is_dir())
            if name.file_size > MAX_TEXT_BYTES:
                raise _bad(f"解压后超过 {MAX_TEXT_BYTES} 字节")
            with archive.open(name) as file:
                return file.read(MAX_TEXT_BYTES + 1)[:MAX_TEXT_BYTES].decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _bad("文本不是 UTF-8 编码") from error
    except (zipfile.BadZipFile, zlib.error, ValueError, RuntimeError, NotImplementedError, EOFError) as error:
        raise _bad("不是只含一个文件的 ZIP 压缩包") from error


def packed(name: str, text: str) -> bytes:
    """A ZIP with one text; the same text makes the same bytes."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), text.encode(), zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _bad(why: str) -> Refused:
    return Refused(BAD_FILE(why=why, limit=MAX_LINES, field="file_qury_no"))
