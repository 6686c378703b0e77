"""One message on its way to an answer: answered before or not, signed in or not, and its answer written."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from huibao.app.hospital.desk import Desk
from huibao.app.hospital.discharge import Answer
from huibao.hospital.done import Done, Transaction
from huibao.hospital.envelope import Envelope, Reply, answer_bytes
from huibao.hospital.refusals import NOT_SIGNED_IN, OTHER_CONTENT, UNDONE
from huibao.hospital.transactions.offered import SIGN_IN
from huibao.kernel.problem import Refused
from huibao.store.message import NEVER_CAME, Message, Met


@dataclass(frozen=True, slots=True)
class Asking:
    """A message, at which desk it came, and for which transaction."""

    desk: Desk
    transaction: Transaction
    envelope: Envelope
    came_at: datetime

    def earlier(self, met: Met) -> bytes | None:
        """The answer given before to this very message. Refused when the msgid stands for something else."""
        if not self.transaction.writes:
            return None
        key = self.desk.institution.id, self.envelope.msgid
        if key in met.undoing:
            raise Refused(UNDONE(field="msgid"))
        itself = met.itself.get(key)
        if itself is None:
            return None
        if itself.content_hash == NEVER_CAME:
            raise Refused(UNDONE(field="msgid"))
        if (itself.infno, itself.content_hash) != (self.transaction.infno, self.envelope.content_hash):
            raise Refused(OTHER_CONTENT(field="msgid"))
        return itself.answer.encode()

    def must_be_signed_in(self, met: Met) -> None:
        """Where the region asks for it, or a sign_no is sent: it is of today and not signed out."""
        if self.transaction.infno in SIGN_IN:
            return
        desk, sign_no = self.desk, self.envelope.sign_no
        today = desk.clock.today()
        if not sign_no:
            if desk.region(today.year).sign_in_required:
                raise Refused(NOT_SIGNED_IN(field="sign_no"))
            return
        came = met.signs.get((desk.institution.id, "9001", sign_no))
        went = met.signs.get((desk.institution.id, "9002", sign_no))
        at = came.entered_at if came is not None and went is None else None
        if at is None or at.astimezone(desk.clock.now().tzinfo).date() != today:
            raise Refused(NOT_SIGNED_IN(field="sign_no"))

    def answered(self, done: Done, remarks: Sequence[str]) -> Message:
        """What was done as a message with its answer, as it leaves and as it is kept."""
        warning = done.warning
        if remarks:
            warning = f"{warning}以下必填字段为空，本系统未使用：{'、'.join(remarks)}。"
        now = self.desk.clock.now()
        made = answer_bytes(
            Reply(0, done.output, "", warning),
            area=self.desk.area,
            serial=serial_of(self.envelope.msgid.encode(), self.came_at),
            came_at=self.came_at,
            now=now,
        )
        return Message(
            self.desk.institution.id,
            self.envelope.msgid,
            self.transaction.infno,
            self.envelope.content_hash,
            made.decode(),
            done.reference,
            done.undoes,
            now,
        )

    def settled(self, answer: Answer, remarks: Sequence[str]) -> Message:
        """A settlement as a message with its answer."""
        if self.transaction.settles is None:
            raise TypeError(self.transaction.infno)
        return self.answered(self.transaction.settles(self.desk, answer), remarks)


def serial_of(said: bytes, at: datetime) -> int:
    """The serial number of an answer: of what it answers and the moment."""
    digest = hashlib.sha256(said + at.isoformat().encode()).digest()
    return int.from_bytes(digest[:8], "big")
