"""The one door of access: may this account do that, here? Table-driven; docs/ACCESS.md is generated from the table.

An account has one role; the role says what it may do, its remits say where. What is not in the table is refused.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from huibao.kernel.problem import Problem, Refused, define
from huibao.rules.facts import within


class Duty(StrEnum):
    """What a role does with money. Who prepares, who approves and who pays are different people."""

    PREPARE = "prepare"
    APPROVE = "approve"
    PAY = "pay"
    LOOK = "look"
    KEEP = "keep"

    @property
    def zh(self) -> str:
        """The word in Chinese."""
        return {"prepare": "经办", "approve": "复核", "pay": "付款", "look": "查看", "keep": "管理账号"}[self.value]


class Role(StrEnum):
    """Who works with the software: R1–R5 of the offices, and who keeps the accounts."""

    COUNTY_CLERK = "county_clerk"
    COUNTY_APPROVER = "county_approver"
    INSURER_HANDLER = "insurer_handler"
    INSURER_APPROVER = "insurer_approver"
    INSURER_PAYER = "insurer_payer"
    HOSPITAL_CASHIER = "hospital_cashier"
    FINANCE_CLERK = "finance_clerk"
    FINANCE_APPROVER = "finance_approver"
    CITY_SUPERVISOR = "city_supervisor"
    PROVINCE_SUPERVISOR = "province_supervisor"
    AUDITOR = "auditor"
    KEEPER = "keeper"


@dataclass(frozen=True, slots=True)
class RoleWords:
    """A role's names and what it does with money."""

    zh: str
    en: str
    duty: Duty


ROLES: Final = {
    Role.COUNTY_CLERK: RoleWords("县级经办", "county clerk", Duty.PREPARE),
    Role.COUNTY_APPROVER: RoleWords("县级复核", "county approver", Duty.APPROVE),
    Role.INSURER_HANDLER: RoleWords("理赔经办", "claims handler", Duty.PREPARE),
    Role.INSURER_APPROVER: RoleWords("理赔复核", "claims approver", Duty.APPROVE),
    Role.INSURER_PAYER: RoleWords("赔款支付", "claims payer", Duty.PAY),
    Role.HOSPITAL_CASHIER: RoleWords("医院结算", "hospital cashier", Duty.PREPARE),
    Role.FINANCE_CLERK: RoleWords("资金经办", "finance clerk", Duty.PREPARE),
    Role.FINANCE_APPROVER: RoleWords("资金复核", "finance approver", Duty.APPROVE),
    Role.CITY_SUPERVISOR: RoleWords("市级监管", "city supervisor", Duty.LOOK),
    Role.PROVINCE_SUPERVISOR: RoleWords("省级监管", "province supervisor", Duty.LOOK),
    Role.AUDITOR: RoleWords("审计", "auditor", Duty.LOOK),
    Role.KEEPER: RoleWords("账号管理", "keeper of accounts", Duty.KEEP),
}


class Noun(StrEnum):
    """What is asked for."""

    PERSON = "person"
    COVERAGE_FIGURES = "coverage_figures"
    ROSTER = "roster"
    ENROLMENT = "enrolment"
    ACCOUNTS = "accounts"
    APPROVAL = "approval"
    BOOKS = "books"
    BILL = "bill"
    CLAIM = "claim"
    PAYMENT_FILE = "payment_file"
    SUPERVISION = "supervision"
    REMINDER = "reminder"
    DEBT = "debt"


class Verb(StrEnum):
    """What is to be done with it."""

    FIND = "find"
    READ = "read"
    UNMASK = "unmask"
    INVITE = "invite"
    ASK = "ask"
    DECIDE = "decide"
    PAY = "pay"
    EXPORT = "export"
    SETTLE = "settle"
    HANDLE = "handle"
    REMIND = "remind"
    ANSWER = "answer"


NOUNS: Final = {
    Noun.PERSON: ("人员信息", "person"),
    Noun.COVERAGE_FIGURES: ("参保统计", "coverage figures"),
    Noun.ROSTER: ("名册", "roster"),
    Noun.ENROLMENT: ("参保", "enrolment"),
    Noun.ACCOUNTS: ("账号", "accounts"),
    Noun.APPROVAL: ("审批", "approval"),
    Noun.BOOKS: ("账簿", "books"),
    Noun.BILL: ("住院账单", "hospital bill"),
    Noun.CLAIM: ("赔案", "claim"),
    Noun.PAYMENT_FILE: ("支付文件", "payment file"),
    Noun.SUPERVISION: ("监管统计", "figures for supervision"),
    Noun.REMINDER: ("督办", "reminder"),
    Noun.DEBT: ("医院欠费", "debt to a hospital"),
}
VERBS: Final = {
    Verb.FIND: ("查询", "find"),
    Verb.READ: ("查看", "read"),
    Verb.UNMASK: ("完整显示", "unmask"),
    Verb.INVITE: ("邀请", "invite"),
    Verb.ASK: ("申请", "ask for"),
    Verb.DECIDE: ("复核", "decide"),
    Verb.PAY: ("支付", "pay"),
    Verb.EXPORT: ("导出", "export"),
    Verb.SETTLE: ("结算", "settle"),
    Verb.HANDLE: ("经办", "handle"),
    Verb.REMIND: ("发出", "send"),
    Verb.ANSWER: ("答复", "answer"),
}

_R: Final = Role
_CASES: Final = frozenset({_R.COUNTY_CLERK, _R.COUNTY_APPROVER, _R.INSURER_HANDLER, _R.INSURER_APPROVER})
"""Those who deal with single people."""
_FIGURES: Final = frozenset(
    {
        _R.COUNTY_CLERK,
        _R.COUNTY_APPROVER,
        _R.FINANCE_CLERK,
        _R.FINANCE_APPROVER,
        _R.CITY_SUPERVISOR,
        _R.PROVINCE_SUPERVISOR,
        _R.AUDITOR,
    }
)
_INSURER: Final = frozenset({_R.INSURER_HANDLER, _R.INSURER_APPROVER, _R.INSURER_PAYER})
_SUPERVISORS: Final = frozenset({_R.CITY_SUPERVISOR, _R.PROVINCE_SUPERVISOR})
_COUNTY: Final = frozenset({_R.COUNTY_CLERK, _R.COUNTY_APPROVER})
_BOOKS: Final = frozenset({_R.FINANCE_CLERK, _R.FINANCE_APPROVER, _R.PROVINCE_SUPERVISOR, _R.AUDITOR})
"""Those who read the ledger: R5 of the offices."""

MAY: Final[dict[tuple[Noun, Verb], frozenset[Role]]] = {
    (Noun.PERSON, Verb.FIND): _CASES | {_R.HOSPITAL_CASHIER},
    (Noun.PERSON, Verb.READ): _CASES | {_R.HOSPITAL_CASHIER, _R.AUDITOR},
    (Noun.PERSON, Verb.UNMASK): _CASES,
    (Noun.COVERAGE_FIGURES, Verb.READ): _FIGURES,
    (Noun.ROSTER, Verb.READ): frozenset({_R.COUNTY_CLERK, _R.COUNTY_APPROVER, _R.AUDITOR}),
    (Noun.ROSTER, Verb.ASK): frozenset({_R.COUNTY_CLERK}),
    (Noun.ROSTER, Verb.UNMASK): frozenset({_R.COUNTY_CLERK}),
    (Noun.ENROLMENT, Verb.READ): frozenset({_R.COUNTY_CLERK, _R.COUNTY_APPROVER}),
    (Noun.ENROLMENT, Verb.ASK): frozenset({_R.COUNTY_CLERK}),
    (Noun.ACCOUNTS, Verb.INVITE): frozenset({_R.KEEPER}),
    (Noun.APPROVAL, Verb.READ): frozenset(_R) - {_R.KEEPER, _R.CITY_SUPERVISOR},
    (Noun.APPROVAL, Verb.ASK): frozenset({_R.COUNTY_CLERK, _R.INSURER_HANDLER, _R.FINANCE_CLERK, _R.HOSPITAL_CASHIER}),
    (Noun.APPROVAL, Verb.DECIDE): frozenset({_R.COUNTY_APPROVER, _R.INSURER_APPROVER, _R.FINANCE_APPROVER}),
    (Noun.APPROVAL, Verb.PAY): frozenset({_R.INSURER_PAYER}),
    (Noun.CLAIM, Verb.READ): _INSURER,
    (Noun.CLAIM, Verb.HANDLE): frozenset({_R.INSURER_HANDLER}),
    (Noun.CLAIM, Verb.DECIDE): frozenset({_R.INSURER_APPROVER}),
    (Noun.CLAIM, Verb.PAY): frozenset({_R.INSURER_PAYER}),
    (Noun.PAYMENT_FILE, Verb.READ): _INSURER,
    (Noun.PAYMENT_FILE, Verb.PAY): frozenset({_R.INSURER_PAYER}),
    (Noun.BILL, Verb.READ): frozenset({_R.HOSPITAL_CASHIER}),
    (Noun.BILL, Verb.SETTLE): frozenset({_R.HOSPITAL_CASHIER}),
    (Noun.SUPERVISION, Verb.READ): _SUPERVISORS | {_R.AUDITOR},
    (Noun.REMINDER, Verb.READ): _SUPERVISORS | _COUNTY | {_R.AUDITOR},
    (Noun.REMINDER, Verb.REMIND): _SUPERVISORS,
    (Noun.REMINDER, Verb.ANSWER): _COUNTY,
    (Noun.DEBT, Verb.READ): _BOOKS | {_R.HOSPITAL_CASHIER},
    (Noun.DEBT, Verb.ASK): frozenset({_R.HOSPITAL_CASHIER, _R.FINANCE_CLERK}),
    (Noun.BOOKS, Verb.READ): _BOOKS,
    (Noun.BOOKS, Verb.EXPORT): _BOOKS,
    (Noun.BOOKS, Verb.HANDLE): frozenset({_R.FINANCE_CLERK, _R.FINANCE_APPROVER, _R.AUDITOR}),
}
"""Who may do what. No row, no access."""

BY_CONTRACT: Final = frozenset({_R.INSURER_HANDLER, _R.INSURER_APPROVER, _R.INSURER_PAYER})
"""Roles whose remit is a contract: an area alone does not let them see anybody."""
BY_INSTITUTION: Final = frozenset({_R.HOSPITAL_CASHIER})
"""Roles whose remit names an institution in the contract's place: bills are settled for that one alone."""

NOT_YOURS: Final = define(
    "ACCESS-001",
    "“{role}”不能{verb}{noun}。",
    "这项工作由其他岗位办理；如职责有变，请联系账号管理员。",
    "The role {role_en} may not {verb_en}: {noun_en}.",
    "Another post does this; if your duties changed, ask the keeper of accounts.",
)
ELSEWHERE: Final = define(
    "ACCESS-002",
    "不在您负责的地区或合同范围内。",
    "请核对；确需办理的，请联系当地经办人。",
    "This is outside your area or contract.",
    "Check it; where it must be done, ask the office in charge there.",
)
SAME_PERSON: Final = define(
    "ACCESS-003",
    "经办、复核和付款不能由同一人办理。",
    "请交由另一位有权限的同事办理。",
    "Nobody may both prepare and approve or pay the same money.",
    "Hand it to a colleague who may.",
)


@dataclass(frozen=True, slots=True)
class Reach:
    """An area (division code of 6 digits), and within it one contract or ("") all."""

    area: str
    contract: str = ""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks: an account with its one role and its reaches."""

    staff_id: int
    name: str
    shown: str
    role: Role
    reaches: tuple[Reach, ...]

    @property
    def area(self) -> str:
        """The area of the first reach: what a list shows first."""
        return self.reaches[0].area if self.reaches else ""


def may(actor: Actor, verb: Verb, noun: Noun, area: str = "", contract: str = "") -> Problem | None:
    """None when the actor may; otherwise why not. `area` "" asks whether anywhere at all."""
    if actor.role not in MAY.get((noun, verb), frozenset()):
        role, its_noun, its_verb = ROLES[actor.role], NOUNS[noun], VERBS[verb]
        return NOT_YOURS(
            role=role.zh,
            role_en=role.en,
            noun=its_noun[0],
            noun_en=its_noun[1],
            verb=its_verb[0],
            verb_en=its_verb[1],
        )
    if area and not any(_reaches(actor.role, reach, area, contract) for reach in actor.reaches):
        return ELSEWHERE()
    return None


def must(actor: Actor, verb: Verb, noun: Noun, area: str = "", contract: str = "") -> None:
    """Refused unless the actor may."""
    problem = may(actor, verb, noun, area, contract)
    if problem is not None:
        raise Refused(problem)


def must_differ(actor: Actor, earlier_staff_ids: frozenset[int]) -> None:
    """Refused when the actor had a part in the same money before."""
    if actor.staff_id in earlier_staff_ids:
        raise Refused(SAME_PERSON())


def _reaches(role: Role, reach: Reach, area: str, contract: str) -> bool:
    if not within(area, reach.area):
        return False
    if role in BY_CONTRACT:
        return bool(reach.contract) and reach.contract == contract
    if role in BY_INSTITUTION:
        return not contract or reach.contract == contract
    return not reach.contract or reach.contract == contract
