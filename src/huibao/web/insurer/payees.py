"""Who is paid, and to which account."""

from typing import Final

from huibao.app.access import Verb
from huibao.app.claims import acts
from huibao.app.claims.case import Case
from huibao.app.claims.desk import Turn
from huibao.domain.claims.beneficiaries import Beneficiary
from huibao.kernel.identity import read_identity
from huibao.web.desk import Desk
from huibao.web.forms import Field, Form, whole_number
from huibao.web.insurer.handling import LONG
from huibao.web.insurer.tasks import Task


def _account_fields(_desk: Desk, found: Case) -> tuple[Field, ...]:
    options = tuple((one.name, one.shown, one.shown) for one in found.payees)
    return (
        Field(
            "payee", "收款人", "Payee", "请选择收款人。", "Choose the payee.", kind="select", options=options, most=64
        ),
        Field("bank", "开户行", "Bank and branch", "请输入开户行。", "Enter the bank.", most=60),
        Field(
            "account",
            "银行账号",
            "Bank account",
            "请输入银行账号。",
            "Enter the account.",
            inputmode="numeric",
            autocomplete="off",
            width=20,
            most=60,
            hint_zh="只写入支付文件；页面上以后只显示后四位。",
            hint_en="It stands in the payment file alone; pages show its last four digits.",
        ),
    )


def _account(turn: Turn, form: Form) -> None:
    acts.record_account(turn, form.values["payee"], form.values["bank"], form.values["account"])


PAYEES: Final = Task(
    "record_account",
    Verb.HANDLE,
    ("收款人和账号", "Payees and accounts"),
    ("登记账号", "Record the account"),
    _account_fields,
    _account,
    template="insurer/payees.html",
)


def _heir_fields(_desk: Desk, _found: Case) -> tuple[Field, ...]:
    return (
        Field(
            "people",
            "受益人",
            "Beneficiaries",
            "请至少写一位受益人。",
            "Write one beneficiary at least.",
            kind="textarea",
            rows=4,
            most=LONG,
            hint_zh="每行一位，写作 姓名:身份证号:关系:份额，例如 张某:…:子:1。身故赔款必须有身份证号。",
            hint_en="One a line as name:identity number:relation:share. A death benefit needs the identity numbers.",
        ),
    )


def _heirs(turn: Turn, form: Form) -> None:
    acts.name_payees(turn, [_heir(line) for line in form.values["people"].splitlines() if line.strip()])


def _heir(line: str) -> Beneficiary:
    said = [part.strip() for part in line.replace("：", ":").split(":")]
    name, number, relation, share = (*said, "", "", "", "")[:4]
    weight = (whole_number(share) or 0) if share else 1
    return Beneficiary(name, read_identity(number).value or number, relation, weight)


HEIRS: Final = Task(
    "name_beneficiaries",
    Verb.HANDLE,
    ("登记受益人", "Name the beneficiaries"),
    ("登记", "Record"),
    _heir_fields,
    _heirs,
    places={"beneficiaries": "people", "identity": "people"},
    lead=(
        "身故赔款付给受益人；其他情形付给本人，不必登记。",
        "A death benefit goes to the beneficiaries; otherwise the insured person is paid and nobody need be named.",
    ),
)
