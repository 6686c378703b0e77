"""Every column of text is sealed, or stands here with the reason why nobody can be read in it (docs/PRIVACY.md)."""

from collections.abc import Iterable, Iterator

from django.apps import apps
from django.db import models

from huibao.store import rotation
from huibao.store.sealed import BlindIndex

OPEN = {
    "codes, kinds, states, areas and numbers of the software's own making or of a fixed list": """
        staff.role remit.area remit.contract sitting.stage act.role act.verb act.noun act.ref act.area act.purpose act.outcome
        approval.kind approval.subject approval.area approval.contract approval.key approval.state
        claim.number claim.key claim.line claim.product claim.cause claim.channel claim.reporter claim_event.verb
        claim_event.frm claim_event.to claim_event.by_role claim_event.entry_key claim_event.key claim_standing.state
        claim_standing.clock payee_account.key claim_visit.purpose claim_visit.key claim_visit.outcome
        contract.number contract.scheme_id contract.area contract_line.line contract_line.product
        enrolment.key enrolment.kind coverage.line coverage.product coverage.variant coverage.group coverage.groups
        coverage.town premium_share.payer_kind premium_refund.payer_kind coverage_end.reason
        roster_draft.area roster_draft.source roster_draft.state draft_row.verdict draft_row.codes draft_row.decision
        institution.code institution.level message.msgid message.infno message.reference message.undoes payer_call.stay
        stay.number stay.psn_no stay.med_type stay.insutype stay.psn_type stay.waived_under stay_event.verb
        charge_line.sn stay_settlement.setl_id stay_settlement.msgid stay_settlement.clr_type stay_settlement.insutype
        stay_settlement.psn_type payer_call.key payer_call.msgid payer_call.payer payer_call.verb payer_call.outcome
        payer_call.remote_id interface_file.number debt_step.kind account.kind account.line entry.key entry.cause
        payment_file.number payment_file.key payment_line.answer person.area person.town person.village
        roster.key roster.source roster.area roster_row.verdict roster_row.codes fact.kind fact.source fact.area
        roster_mapping.source roster_mapping.area settlement.number settlement.key settlement.line settlement.scheme_id
        settlement.benefit settlement.accumulator_scope settlement.hospital settlement_layer.payer settlement_layer.step
        settlement_layer.added_key accumulator.scope accumulator.name tally_run.area tally.area tally.part tally.scheme_id
        tally.groups tally.line tally_wait.area tally_wait.clock reminder.key reminder.area reminder.subject
        reminder_step.kind vault_key.name work.key work.kind work.area work.state work_block.head kept_file.slot
        kept_file.media passkey.transports""",
    "hashes, marks, public keys and what a device is to sign": """
        staff.password invitation.token recovery_code.code sitting.token known_device.token failure.heading act.prev_hash act.hash
        approval.content claim.content_hash claim_event.content_hash contract.scheme_hash contract.hash
        enrolment.content_hash enrolment.list_hash roster_draft.file_sha256 draft_row.mark nonce.value
        message.content_hash entry.content_hash entry.prev_hash entry.hash closed_period.head_hash payment_file.hash
        payment_return.hash roster.file_sha256 roster_mapping.header settlement.content_hash settlement.scheme_hash
        vault_key.mark work.lease kept_file.sha256 credential.public_key passkey.credential passkey.public_key
        sitting.challenge""",
    "a hospital's way in, whose secrets are derived or wrapped under keys of their own": """
        credential.access_key credential.algorithm credential.master""",
    "names, by which people are told apart, looked for and put in order": """
        staff.name staff.shown claim.reporter_name claim_event.by_name claim_standing.handler payee_account.payee
        payee_account.by claim_visit.visitor claim_visit.by claim_visit.ended_by consent.given_by payment_file.by
        payment_line.payee payment_return.by person.name roster_row.name""",
    "what rules, counts and money are made of: asked of the database for everybody at once": """
        person.sex consent.relation fact.value roster_row.disability roster_row.domicile roster_row.standing
        settlement.groups""",
    "figures alone": """
        roster_draft.summary roster.summary work.parameters work.result stay_settlement.money settlement.settings
        settlement.opening settlement.closing tally_run.marks""",
    "a bank, an office, an insurer, an institution, a donor: no person": """
        payee_account.bank payment_line.bank contract.insurer institution.name institution.areas premium_share.payer
        premium_refund.payer account.owner roster.agency fact.agency""",
    "the last four digits of an account": "payee_account.tail payment_line.tail",
    "text of our own about how far a work is": "work.says work.says_en",
    "the contract and its scheme, which are published": "contract.document",
    "the headers by which a workbook's columns are known, and the names of its sheets": """
        roster.mapping roster_mapping.columns roster_row.sheet draft_row.sheet fact.sheet""",
    "items of a fee list and numbers a hospital gives its papers": "charge_line.code stay.ipt_no stay_settlement.invono",
    "the books: chained and kept for ever, with numbers of ours; the forms say that nothing personal belongs there": """
        entry.subject entry.clause entry.approval entry.reason transfer.payee""",
    "from where an account of our own staff signs in, for them and for whoever looks into an attack": """
        sitting.device sitting.source act.source""",
}
TEXT = (models.CharField, models.TextField, models.BinaryField, models.JSONField)


def columns(kept: Iterable[type[models.Model]]) -> Iterator[str]:
    """Every column that can hold text and is no blind index."""
    for model in kept:
        for field in model._meta.concrete_fields:
            if isinstance(field, TEXT) and not isinstance(field, BlindIndex):
                yield f"{model._meta.db_table}.{field.column}"


def unaccounted(kept: Iterable[type[models.Model]]) -> set[str]:
    """Columns that are neither sealed nor listed."""
    listed = {name for some in OPEN.values() for name in some.split()}
    return set(columns(kept)) - listed - {one.name for one in rotation.places()}


def test_every_text_column_is_sealed_or_has_its_reason_to_stand_open() -> None:
    assert unaccounted(apps.get_app_config("store").get_models()) == set()


def test_no_column_is_listed_that_is_gone_or_sealed_and_none_twice() -> None:
    listed = [name for some in OPEN.values() for name in some.split()]
    there = set(columns(list(apps.get_app_config("store").get_models())))
    assert sorted(name for name in listed if name not in there or listed.count(name) > 1) == []
    assert set(listed) & {one.name for one in rotation.places()} == set()


def test_a_new_column_of_free_text_is_noticed() -> None:
    class Planted(models.Model):
        remark = models.TextField()

        class Meta:
            app_label = "planted"
            db_table = "planted"

        def __str__(self) -> str:
            return ""

    assert unaccounted([Planted]) == {"planted.remark"}
