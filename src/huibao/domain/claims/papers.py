"""The papers a claim rests on: which kinds there are, and which of them one claim needs. SD-6.4, Insurance Law art. 22."""

from enum import StrEnum


class Paper(StrEnum):
    """A kind of paper, as claimants are asked for it."""

    APPLICATION = "application"
    IDENTITY = "identity"
    DISABILITY_CERTIFICATE = "disability_certificate"
    BANK_ACCOUNT = "bank_account"
    ACCIDENT_PROOF = "accident_proof"
    MEDICAL_RECORDS = "medical_records"
    INVOICES = "invoices"
    COST_LIST = "cost_list"
    OTHER_PAYERS_STATEMENT = "other_payers_statement"
    GRADING_REPORT = "grading_report"
    DEATH_CERTIFICATE = "death_certificate"
    REGISTER_CANCELLED = "register_cancelled"
    CREMATION = "cremation"
    BENEFICIARY_IDENTITY = "beneficiary_identity"
    GUARDIANSHIP = "guardianship"

    @property
    def zh(self) -> str:
        """Chinese name."""
        return NAMES[self][0]

    @property
    def en(self) -> str:
        """English name."""
        return NAMES[self][1]


NAMES: dict[Paper, tuple[str, str]] = {
    Paper.APPLICATION: ("索赔申请书", "claim form"),
    Paper.IDENTITY: ("身份证件", "identity card"),
    Paper.DISABILITY_CERTIFICATE: ("残疾人证", "disability certificate"),
    Paper.BANK_ACCOUNT: ("银行账户", "bank account"),
    Paper.ACCIDENT_PROOF: ("事故证明", "proof of the accident"),
    Paper.MEDICAL_RECORDS: ("病历、出院小结", "medical records"),
    Paper.INVOICES: ("医疗费发票", "invoices"),
    Paper.COST_LIST: ("费用清单", "list of costs"),
    Paper.OTHER_PAYERS_STATEMENT: ("其他支付方结算单（分割单）", "statement of what other payers paid"),
    Paper.GRADING_REPORT: ("伤残鉴定书", "grading report"),
    Paper.DEATH_CERTIFICATE: ("死亡证明", "death certificate"),
    Paper.REGISTER_CANCELLED: ("户籍注销证明", "household register cancelled"),
    Paper.CREMATION: ("火化证明", "cremation certificate"),
    Paper.BENEFICIARY_IDENTITY: ("受益人身份证件", "beneficiaries' identity cards"),
    Paper.GUARDIANSHIP: ("监护关系证明", "proof of guardianship"),
}

ALWAYS = (Paper.APPLICATION, Paper.IDENTITY, Paper.BANK_ACCOUNT)
FOR_MEDICAL = (Paper.MEDICAL_RECORDS, Paper.INVOICES)
FOR_DISABILITY = (Paper.GRADING_REPORT,)
FOR_DEATH = (Paper.DEATH_CERTIFICATE, Paper.BENEFICIARY_IDENTITY)


def needed(*, medical: bool = False, disability: bool = False, death: bool = False) -> tuple[Paper, ...]:
    """Return what is usually needed for such a claim, in the order of the list; what to ask for in the one request.

    A person who died cannot sign for an account: the beneficiaries' papers take the place of the insured person's.
    """
    wanted = set(ALWAYS)
    wanted |= set(FOR_MEDICAL) if medical else set()
    wanted |= set(FOR_DISABILITY) if disability else set()
    wanted |= set(FOR_DEATH) if death else set()
    return tuple(paper for paper in Paper if paper in wanted)


def missing(asked: tuple[Paper, ...], received: frozenset[Paper]) -> tuple[Paper, ...]:
    """Return the papers not there yet: of those asked for, or of the three every claim needs if none were asked for."""
    return tuple(paper for paper in asked or ALWAYS if paper not in received)
