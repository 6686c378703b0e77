"""What to do about a finding, said for who sits at a page: elsewhere the answer is an option of the command line."""

from dataclasses import replace
from typing import Final

from huibao.kernel.problem import Problem

SPLIT: Final = ("请按乡镇拆成几份，分别上传。", "Split it by township and drop the parts one by one.")
ASK_FOR_CONTRACT: Final = (
    "请核对合同编号；合同尚未登记的，请告诉系统管理员。",
    "Check the contract's number; if it is not on record yet, tell the administrator.",
)
INSTEAD: Final = {
    "ACCOUNT-009": (
        "请换一个；给已有账号重发邀请的，请在账号列表中办理。",
        "Choose another; to invite anew, use the list.",
    ),
    "ACCOUNT-012": ("请从账号列表中重新打开。", "Open it from the list of accounts."),
    "BOOK-001": (
        "请按乡镇拆成几份，或删去图片和无关的工作表后再上传。",
        "Split it by township, or take out pictures and unrelated sheets.",
    ),
    "BOOK-007": (
        "请打开这份表，在人员上方加一行表头（姓名、身份证号等列名），保存后重新上传。",
        "Open the file, put a row of headers such as 姓名 and 身份证号 above the people, save it and drop it again.",
    ),
    "BOOK-008": SPLIT,
    "BOOK-009": ("请核对工作表的名称。", "Check the sheet's name."),
    "BOOK-010": (
        "若它也是名册，请在表格软件里取消隐藏，再重新上传。",
        "If it belongs to the roster, unhide it in the spreadsheet program and drop the file again.",
    ),
    "CLAIM-027": ("请从案件列表中重新打开。", "Open it from the list of cases."),
    "COVERAGE-014": ASK_FOR_CONTRACT,
    "DRAFT-004": SPLIT,
    "FUND-004": (
        "只能安排给本地区或其下级的合同；上级的资金须先下达。",
        "Set it aside for a contract of the area or below; money from above has to come down first.",
    ),
    "FUND-009": ("请先办理参保，或核对是否已缴。", "Enrol first, or see whether it was done already."),
    "HOSP-061": ("请告诉系统管理员，登记后再办理。", "Tell the administrator, who puts it on record."),
    "HOSP-069": ("请告诉系统管理员：服务器缺少字体。", "Tell the administrator: the server lacks fonts."),
    "PLAN-016": ASK_FOR_CONTRACT,
    "REPORT-002": ("请核对地区和日期。", "Check area and day."),
    "REPORT-005": ("请换一个日期，或告诉系统管理员。", "Choose another day, or tell the administrator."),
    "REPORT-006": ("请点“重新统计”。", "Press “Count again”."),
    "ROSTER-001": (
        "请在下面指出是哪一列；确实没有的，请提供部门补上。",
        "Say below which column it is; if there is none, have the sender add it.",
    ),
    "ROSTER-002": ("请在下面核对各列的含义。", "Say below what the columns mean."),
    "ROSTER-004": (
        "请核对名册截至日期；更早的名册不能覆盖后来的情况。",
        "Check the day; an older roster may not overwrite what came later.",
    ),
    "ROSTER-005": ("请告诉系统管理员：账号没有写明所在县。", "Tell the administrator: the account has no county."),
    "ROSTER-009": ("请核对名册截至日期。", "Check the day."),
    "ROSTER-067": (
        "请核对是否只是部分名册；确认是全部名册的，在下面确认。",
        "See whether it is only a part; if it is whole, say so below.",
    ),
}
"""By code: what to do in Chinese and English."""


def on_the_page(problem: Problem) -> Problem:
    """The finding with what can be done here in place of a command."""
    done = INSTEAD.get(problem.code)
    return problem if done is None else replace(problem, do=done[0], do_en=done[1])
