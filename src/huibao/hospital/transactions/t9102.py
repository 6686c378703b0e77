"""9102 a file fetched: the bytes of the ZIP stand in `output.in`, as byte values."""

from huibao.app.hospital.desk import Desk
from huibao.app.hospital.files import fetch
from huibao.hospital.done import Done, Transaction
from huibao.hospital.messages.reading import Request


def act(desk: Desk, asked: Request) -> Done:
    """Hand out a file of this institution."""
    kept = fetch(desk, str(asked.row("fsDownloadIn")["file_qury_no"]))
    return Done({"filename": kept.name, "in": list(kept.content)})


TRANSACTION = Transaction("9102", "文件下载", writes=False, act=act)
