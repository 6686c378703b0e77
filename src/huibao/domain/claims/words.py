"""The words of a claim, each with its Chinese and English name: states, roles, what is done, causes, channels."""

from collections.abc import Mapping
from enum import StrEnum


class Named(StrEnum):
    """A word with its Chinese and English name."""

    @property
    def zh(self) -> str:
        """Chinese name."""
        return NAMES[self][0]

    @property
    def en(self) -> str:
        """English name."""
        return NAMES[self][1]


class State(Named):
    """Where a claim stands."""

    NEW = "new"
    REPORTED = "reported"
    PAPERS_ASKED = "papers_asked"
    PAPERS_COMPLETE = "papers_complete"
    WAITING_FIRST_PAYER = "waiting_first_payer"
    ASSESSED = "assessed"
    DECIDED = "decided"
    PAID = "paid"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    PAYMENT_APPEALED = "payment_appealed"
    REFUSAL_APPEALED = "refusal_appealed"


class Role(Named):
    """In what quality somebody acts on a claim. Who may do what stands in MOVES."""

    REPORTER = "reporter"
    INSURED = "insured"
    HANDLER = "handler"
    APPROVER = "approver"
    PAYER = "payer"


class Verb(Named):
    """What is done to a claim."""

    REPORT = "report"
    ASSIGN = "assign"
    ASK_PAPERS = "ask_papers"
    RECEIVE_PAPERS = "receive_papers"
    COMPLETE_PAPERS = "complete_papers"
    SUSPEND = "suspend"
    RECORD_FIRST_PAYER = "record_first_payer"
    ASSESS = "assess"
    NAME_BENEFICIARIES = "name_beneficiaries"
    AGREE_ADVANCE = "agree_advance"
    ADVANCE = "advance"
    DECIDE = "decide"
    PAY = "pay"
    CLOSE = "close"
    REFUSE = "refuse"
    SEND_REFUSAL = "send_refusal"
    WITHDRAW = "withdraw"
    APPEAL = "appeal"
    UPHOLD = "uphold"
    REOPEN = "reopen"


class Cause(Named):
    """What happened to the person. The first six are paid by the disaster insurance first. SD-4.2."""

    NATURAL_DISASTER = "natural_disaster"
    DROWNING = "drowning"
    GAS_POISONING = "gas_poisoning"
    EXPLOSION = "explosion"
    FIRE = "fire"
    ELECTROCUTION = "electrocution"
    FALL = "fall"
    TRANSPORT = "transport"
    BURN = "burn"
    ANIMAL = "animal"
    ILLNESS = "illness"
    OTHER = "other"


class Channel(Named):
    """How the report came in. SD-6.3."""

    HOTLINE = "hotline"
    OUTLET = "outlet"
    COUNTER = "counter"
    ONLINE = "online"


class Reporter(Named):
    """Who reported; anybody may, on the insured person's behalf."""

    INSURED = "the_insured"
    RELATIVE = "relative"
    CADRE = "cadre"
    HOSPITAL = "hospital"
    OTHER = "somebody_else"


NAMES: Mapping[Named, tuple[str, str]] = {
    State.NEW: ("未报案", "not reported"),
    State.REPORTED: ("已报案", "reported"),
    State.PAPERS_ASKED: ("待补材料", "papers asked for"),
    State.PAPERS_COMPLETE: ("材料齐全", "papers complete"),
    State.WAITING_FIRST_PAYER: ("待先行赔付", "waiting for the first payer"),
    State.ASSESSED: ("已核定", "assessed"),
    State.DECIDED: ("已审批待付", "decided, to be paid"),
    State.PAID: ("已赔付", "paid"),
    State.REFUSED: ("已拒赔", "refused"),
    State.WITHDRAWN: ("已撤案", "withdrawn"),
    State.PAYMENT_APPEALED: ("对赔付申诉中", "payment appealed"),
    State.REFUSAL_APPEALED: ("对拒赔申诉中", "refusal appealed"),
    Role.REPORTER: ("报案人", "reporter"),
    Role.INSURED: ("被保险人或受益人", "insured person or beneficiary"),
    Role.HANDLER: ("经办人", "handler"),
    Role.APPROVER: ("审批人", "approver"),
    Role.PAYER: ("付款人", "payer"),
    Verb.REPORT: ("报案", "report"),
    Verb.ASSIGN: ("指定专人", "assign a handler"),
    Verb.ASK_PAPERS: ("一次性通知补充材料", "ask for papers, once"),
    Verb.RECEIVE_PAPERS: ("收到材料", "receive papers"),
    Verb.COMPLETE_PAPERS: ("材料齐全", "find papers complete"),
    Verb.SUSPEND: ("挂起待先行赔付", "suspend for the first payer"),
    Verb.RECORD_FIRST_PAYER: ("登记先行赔付", "record the first payer's amount"),
    Verb.ASSESS: ("核定", "assess"),
    Verb.NAME_BENEFICIARIES: ("登记受益人", "name the beneficiaries"),
    Verb.AGREE_ADVANCE: ("同意先付", "agree to an advance"),
    Verb.ADVANCE: ("先付无争议部分", "pay the undisputed sum"),
    Verb.DECIDE: ("审批赔付", "decide to pay"),
    Verb.PAY: ("付款", "pay"),
    Verb.CLOSE: ("结案（已先付足额）", "close, the advance was all"),
    Verb.REFUSE: ("拒赔", "refuse"),
    Verb.SEND_REFUSAL: ("发出拒赔通知", "send the refusal"),
    Verb.WITHDRAW: ("撤案", "withdraw"),
    Verb.APPEAL: ("申诉", "appeal"),
    Verb.UPHOLD: ("维持原决定", "uphold"),
    Verb.REOPEN: ("重开", "reopen"),
    Cause.NATURAL_DISASTER: ("自然灾害", "natural disaster"),
    Cause.DROWNING: ("溺水", "drowning"),
    Cause.GAS_POISONING: ("居家煤气中毒", "gas poisoning at home"),
    Cause.EXPLOSION: ("爆炸", "explosion"),
    Cause.FIRE: ("火灾", "fire"),
    Cause.ELECTROCUTION: ("触电", "electrocution"),
    Cause.FALL: ("跌倒、坠落", "fall"),
    Cause.TRANSPORT: ("交通事故", "transport accident"),
    Cause.BURN: ("烧烫伤", "burn"),
    Cause.ANIMAL: ("动物伤害", "animal"),
    Cause.ILLNESS: ("疾病", "illness"),
    Cause.OTHER: ("其他", "other"),
    Channel.HOTLINE: ("电话", "hotline"),
    Channel.OUTLET: ("服务网点", "outlet"),
    Channel.COUNTER: ("柜面", "counter"),
    Channel.ONLINE: ("网上", "online"),
    Reporter.INSURED: ("本人", "the insured person"),
    Reporter.RELATIVE: ("亲属", "relative"),
    Reporter.CADRE: ("村干部或帮扶人", "village cadre or helper"),
    Reporter.HOSPITAL: ("医疗机构", "hospital"),
    Reporter.OTHER: ("其他人", "somebody else"),
}

FIRST_PAYER_CAUSES = frozenset(
    {
        Cause.NATURAL_DISASTER,
        Cause.DROWNING,
        Cause.GAS_POISONING,
        Cause.EXPLOSION,
        Cause.FIRE,
        Cause.ELECTROCUTION,
    }
)
"""Accidents the disaster insurance pays first, where a scheme counts what it paid. SD-4.2."""
