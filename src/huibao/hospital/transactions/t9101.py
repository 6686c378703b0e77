"""9101 a file sent up, for 3202."""

from huibao.app.hospital.desk import Desk
from huibao.app.hospital.files import keep
from huibao.hospital.done import Done, Transaction
from huibao.hospital.messages.reading import Request
from huibao.hospital.messages.tables import Way, node
from huibao.hospital.messages.writing import moment_text, write_row


def act(desk: Desk, asked: Request) -> Done:
    """Keep the file for some days; its number is asked for later."""
    row = asked.row("fsUploadIn")
    content = row["in"]
    kept = keep(desk, str(row["filename"]), content if isinstance(content, bytes) else b"", "upload")
    said = {
        "file_qury_no": kept.number,
        "filename": kept.name,
        "fixmedins_code": desk.institution.code,
        "dld_endtime": moment_text(kept.kept_until),
    }
    return Done(write_row(node("9101", Way.OUT, ""), said), reference=kept.number)


TRANSACTION = Transaction("9101", "文件上传", writes=True, act=act)
