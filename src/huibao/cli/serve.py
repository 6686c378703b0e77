"""`huibao serve`: the pages and the hospital interface by one server; with `--demo` on made-up data, ready to try."""

import contextlib
import json
import os
import secrets
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import click
from rich.console import Console

from huibao.cli.database import CHINA
from huibao.cli.output import emit, say, speech, table
from huibao.kernel.clock import Clock
from huibao.kernel.problem import Refused, define

LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
DEMO_PEOPLE: Final = 300
M_ARENA_MAX, ARENAS = -8, 2
"""Of glibc's mallopt."""
FIRST_DAY, LAST_DAY, STANDS_ON = date(2026, 4, 1), date(2026, 12, 10), date(2026, 11, 23)
"""Days on which the demonstration's contract runs and its cases have a past; on which it stands on any other day."""
SECRET_CHARS: Final = 64
THREADS_A_WORKER: Final = 8
"""Each holds a connection of the database."""
REQUESTS_WAITING: Final = 64
"""Requests a worker takes in before it lets the network wait."""
OWNER_ONLY: Final = 0o600
KEPT: Final = "console.json"
"""In the demonstration's folder: its keys and the password of its accounts."""

NO_TLS: Final = define(
    "WEB-001",
    "地址 {host} 可从别的电脑访问，而传输没有加密。",
    "请用 --certificate 和 --private-key 给出证书，或由反向代理提供 HTTPS 并设置 HUIBAO_BEHIND_PROXY=1，或只用 127.0.0.1。",
    "The address {host} can be reached from other machines, and nothing encrypts what is sent.",
    "Give a certificate by --certificate and --private-key, let a proxy provide HTTPS and set HUIBAO_BEHIND_PROXY=1, "
    "or use 127.0.0.1 alone.",
)
BAD_CERTIFICATE: Final = define(
    "WEB-004",
    "证书或私钥不能使用：{why}。",
    "请核对两个 PEM 文件是否成对、私钥是否加了口令；证书须由浏览器信任的机构签发，并含中间证书。",
    "The certificate or its key cannot be used: {why}.",
    "See that both PEM files belong together and the key has no passphrase; the certificate comes from an authority that "
    "browsers trust, with those between.",
)
NO_SECRETS: Final = define(
    "WEB-002",
    "没有设置 {name}，登录和加密无法保证安全。",
    "请用 huibao account key 生成，并保存在数据库以外的地方；只想试用的，请用 huibao serve --demo。",
    "{name} is not set, so signing in and sealing are not safe.",
    "Make it with huibao account key and keep it outside the database; to try it out, use huibao serve --demo.",
)
NOT_BUILT: Final = define(
    "WEB-003",
    "页面所需的样式文件还没有生成。",
    "请在源代码目录运行 make setup。",
    "The style sheets of the pages are not built yet.",
    "Run make setup in the source folder.",
)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="监听地址。Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="端口。Port.")
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="进程数。Processes.")
@click.option("--demo", is_flag=True, help="用虚构数据试用。On made-up data, with one account for each role.")
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("huibao-demo"),
    show_default=True,
    help="演示文件夹。Folder of the demonstration.",
)
@click.option(
    "--on", "address", metavar="URL", help="演示改用空的 PostgreSQL。With --demo: on an empty PostgreSQL instead."
)
@click.option(
    "--certificate", type=click.Path(dir_okay=False, path_type=Path), help="证书链（PEM）。Certificates, as PEM."
)
@click.option(
    "--private-key", type=click.Path(dir_okay=False, path_type=Path), help="证书的私钥（PEM）。Their key, as PEM."
)
def serve(
    host: str,
    port: int,
    workers: int,
    demo: bool,
    folder: Path,
    address: str | None,
    certificate: Path | None,
    private_key: Path | None,
) -> None:
    """启动网页和医院接口。Start the pages and the hospital interface."""
    words: str | None = None
    tls = _tls(certificate, private_key)
    if not tls and host in LOOPBACK and os.environ.get("HUIBAO_BEHIND_PROXY") != "1":
        os.environ.setdefault("HUIBAO_ORIGIN", f"http://localhost:{port}")  # a device signs for a name, not an address
    if demo:
        if host not in LOOPBACK:
            raise Refused(NO_TLS(host=host))
        words = _ready_demonstration(folder, address)
    else:
        _ready(host, encrypted=bool(tls))
    from huibao.cli.database import open_database

    clock = open_database()
    from django.conf import settings

    if not (settings.STATIC_ROOT / "staticfiles.json").is_file():
        raise Refused(NOT_BUILT())
    address = f"{'https' if tls else 'http'}://{host}:{port}/"
    if words is not None:
        _open_demonstration(clock, words)
        _tell(address, words)
    else:
        say(f"惠保在 {address} 运行，按 Ctrl+C 停止。", f"Huibao runs at {address}; Ctrl+C stops it.")
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    from huibao.cli.work import worker_beside

    _few_arenas()
    server = Server(
        "huibao.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS_A_WORKER,
        log_access=False,
        log_level=LogLevels.warning,
        backpressure=REQUESTS_WAITING,
        websockets=False,
        **tls,
    )
    with worker_beside():
        server.serve()


def _open_demonstration(clock: Clock, words: str) -> None:
    """Accounts, cases, requests and figures, so that every page has something on it."""
    from huibao.app.demo.accounts import open_accounts
    from huibao.app.demo.cases import open_cases
    from huibao.app.demo.desk import open_county_desk
    from huibao.app.demo.requests import open_requests

    open_accounts(words, clock)
    open_county_desk(clock)
    open_cases(clock)
    open_requests(clock)
    _count(clock)


def _tls(certificate: Path | None, private_key: Path | None) -> dict[str, Any]:
    """What the server is told of TLS: 1.2 and 1.3 alone. Empty without a certificate; Refused for one that cannot serve."""
    if certificate is None and private_key is None:
        return {}
    import ssl

    from granian.constants import SSLProtocols

    if certificate is None or private_key is None:
        raise Refused(BAD_CERTIFICATE(why="两个选项要一起给出 both options are needed"))
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, private_key, password=lambda: "")
    except (OSError, ValueError) as error:
        raise Refused(BAD_CERTIFICATE(why=str(error).splitlines()[0])) from error
    return {"ssl_cert": certificate, "ssl_key": private_key, "ssl_protocol_min": SSLProtocols.tls12}


def _few_arenas() -> None:
    """Let the threads share what memory they hold: with an arena each they keep a third more than they use."""
    import ctypes

    with contextlib.suppress(OSError, AttributeError):
        # Another C library than glibc has no such thing; its processes are forked and inherit it.
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, ARENAS)


def _count(clock: Clock) -> None:
    """Bring the kept figures of the demonstration's counties up to today, as the daily count of an office does."""
    from huibao.app.figures import count_county, counties_to_count

    for area in counties_to_count(""):
        count_county(area, clock)


def _ready(host: str, *, encrypted: bool = False) -> None:
    """See that an installation has its secrets, and TLS where others can reach it."""
    for name, other in (("HUIBAO_SECRET_KEY", ""), ("HUIBAO_KEYS", "HUIBAO_KEYS_FILE")):
        if not os.environ.get(name) and not os.environ.get(other):
            raise Refused(NO_SECRETS(name=name))
    if encrypted or os.environ.get("HUIBAO_BEHIND_PROXY") == "1":
        return
    if host not in LOOPBACK:
        raise Refused(NO_TLS(host=host))
    os.environ["HUIBAO_PLAIN_HTTP"] = "1"


def _ready_demonstration(folder: Path, address: str | None) -> str:
    """Make the demonstration's county where there is none, and its keys; returns the password of its accounts."""
    from huibao.app.demo.folder import DATABASE

    kept = folder / KEPT
    if address is not None or not (folder / DATABASE).is_file() or not _keys_of(folder):
        say("先生成虚构的一年数据，约需十秒 …", "Making a year of made-up data first, about ten seconds …")
        _play(folder, [] if address is None else ["--on", address])
    if kept.is_file():
        secret: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8"))
    else:
        from huibao.app.demo.password import drawn_password

        secret = {
            "HUIBAO_KEYS": _keys_of(folder),
            "HUIBAO_SECRET_KEY": secrets.token_urlsafe(SECRET_CHARS),
            "password": drawn_password(),
            "days_back": _days_back(datetime.now(CHINA).date()),
        }
        kept.touch(OWNER_ONLY)
        kept.write_text(json.dumps(secret, indent=2), encoding="utf-8")
    os.environ["HUIBAO_DB"] = address or str(folder / DATABASE)
    os.environ["HUIBAO_PLAIN_HTTP"] = "1"
    os.environ["HUIBAO_DEMONSTRATION"] = "1"
    os.environ["HUIBAO_DEMONSTRATION_DAYS_BACK"] = str(secret.get("days_back", 0))
    for name in ("HUIBAO_KEYS", "HUIBAO_SECRET_KEY"):
        os.environ[name] = str(secret[name])
    return str(secret["password"])


def _days_back(today: date) -> int:
    """How far back the demonstration's clock stands: none while its contract runs and has cases; else on one of its days."""
    return 0 if FIRST_DAY <= today <= LAST_DAY else (today - STANDS_ON).days


def _keys_of(folder: Path) -> str:
    """The keys a demonstration was sealed with; "" where it has none, so that it has to be played anew."""
    from huibao.app.demo.folder import KEY_FILE

    if (folder / KEPT).is_file():
        said = str(json.loads((folder / KEPT).read_text(encoding="utf-8")).get("HUIBAO_KEYS", ""))
        return said if "index-" in said else ""
    place = folder / KEY_FILE
    return os.environ.get("HUIBAO_KEYS") or (
        ",".join(place.read_text(encoding="utf-8").split()) if place.is_file() else ""
    )


def _play(folder: Path, where: Sequence[str]) -> None:
    """Run `huibao demo` by itself: it opens its own database and leaves no trace in this process."""
    import subprocess
    import sys

    command = [sys.executable, "-m", "huibao.cli.main", "--json", "demo", "--people", str(DEMO_PEOPLE)]
    made = subprocess.run(  # noqa: S603 - our own command, nothing of it from outside # nosec B603 - the same reason
        [*command, "--folder", str(folder), *where], stdout=subprocess.DEVNULL, check=False
    )
    if made.returncode != 0:
        click.get_current_context().exit(made.returncode)


def _tell(address: str, password: str) -> None:
    """Say where it runs and who may sign in."""
    from huibao.app.demo.accounts import accounts

    pick = speech().pick
    people = accounts()
    data = {
        "address": address,
        "password": password,
        "made_up": True,
        "accounts": [{"name": one.name, "role": one.role_zh, "role_en": one.role_en} for one in people],
    }

    def show(console: Console) -> None:
        columns = (pick("账号", "account"), pick("岗位", "role"))
        rows = [(one.name, pick(one.role_zh, one.role_en)) for one in people]
        console.print(table(pick("演示账号", "Accounts to try"), columns, rows))
        console.print(pick(f"网址：{address}", f"Address: {address}"), style="bold", markup=False)
        console.print(pick(f"密码（都一样）：{password}", f"Password of them all: {password}"), markup=False)
        console.print(
            pick(
                "验证码显示在登录页上。所有人员、名册、账单和金额均为虚构。按 Ctrl+C 停止。",
                "The page itself shows the code. All people, rosters, bills and amounts are made up. Ctrl+C stops it.",
            )
        )

    emit(data, show)
