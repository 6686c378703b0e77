"""A PostgreSQL of our own for tests, measurements and trying out: started as nobody in particular, stopped whatever happens.

`python -m scripts.postgres run -- COMMAND …` runs a command with HUIBAO_DB naming a database of a fresh cluster that is
gone afterwards; `start FOLDER` and `stop FOLDER` keep one in a folder; `install` sees to it that PostgreSQL is there.

A cluster listens on a socket in its own folder and on no port, so that two never meet and nobody else's is ever touched.
The server is told by the kernel when whoever started it dies, kill -9 included.
"""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Final

USERS: Final = ("postgres", "nobody")
"""Whom the server runs as when we are root, which initdb refuses to be."""
OWNER: Final = "huibao"
DATABASE: Final = "huibao"
ASK: Final = f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'"  # noqa: S608 - made of constants
PREFIX: Final = "huibao-pg-"
PACKAGE: Final = "postgresql"
SECONDS: Final = 60
"""How long a start or a stop may take on a busy machine."""
LONGEST_FOLDER: Final = 80
"""A socket's path has at most 107 bytes; its name needs some of them."""
SETTINGS: Final = (
    "fsync=on",
    "full_page_writes=on",
    "synchronous_commit=on",
    "listen_addresses=",
    "max_connections=60",
    "max_wal_size=4GB",
    "shared_buffers=256MB",
    "timezone=UTC",
)


class UnavailableError(Exception):
    """PostgreSQL cannot be used here; the text says what to do."""


@dataclass
class Cluster:
    """One PostgreSQL in one folder, with its server while it runs."""

    folder: Path
    server: subprocess.Popen[bytes] | None = None
    databases: int = 0

    @property
    def data(self) -> Path:
        """Folder of the data files."""
        return self.folder / "data"

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.folder / "log"

    def url(self, database: str = DATABASE) -> str:
        """Address of a database, as HUIBAO_DB takes it."""
        return f"postgresql://{OWNER}@/{database}?host={self.folder}"

    def address(self) -> list[str]:
        """Where it is, in the words of PostgreSQL's own programs."""
        return ["-h", str(self.folder), "-U", OWNER]

    def own(self, folder: Path) -> None:
        """Give a folder to the server's user, for a tablespace or the log."""
        user = _server_user()
        if user:
            os.chown(folder, user.pw_uid, user.pw_gid)
        folder.chmod(0o700)

    def create(self, *, durable: bool = False, log_on: Path | None = None) -> None:
        """Make the data files, with page checksums; `durable` waits until they are on the disk, `log_on` keeps the log, in small pieces."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        user = _server_user()
        if user:
            os.chown(self.folder, user.pw_uid, user.pw_gid)
        words = ["initdb", "-D", str(self.data), "-k", "-U", OWNER, "-E", "UTF8", "--locale=C", "--auth=trust"]
        if log_on is not None:
            log_on.mkdir()
            self.own(log_on)
            words += ["--waldir", str(log_on), "--wal-segsize=1"]
        done = _run([*words, *([] if durable else ["--no-sync"])])
        if done.returncode:
            raise UnavailableError(f"initdb: {done.stderr.strip()}")

    def start(self, *settings: str) -> None:
        """Start the server and wait until it answers; further settings win over ours."""
        words = [word for setting in (*SETTINGS, *settings) for word in ("-c", setting)]
        with self.log.open("ab") as log:
            self.server = subprocess.Popen(
                [
                    *_as_server("--pdeathsig", "INT"),
                    _binary("postgres"),
                    "-D",
                    str(self.data),
                    "-k",
                    str(self.folder),
                    *words,
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C stops the tests first, and the tests stop the server
                cwd="/",
            )
        self._wait_until_it_answers()
        if (
            _run(
                [
                    "psql",
                    "-qtA",
                    *self.address(),
                    "-d",
                    "postgres",
                    "-c",
                    ASK,
                ]
            ).stdout.strip()
            != "1"
        ):
            _run(["createdb", *self.address(), DATABASE])

    def new_database(self) -> str:
        """Make an empty database; its address."""
        self.databases += 1
        name = f"{DATABASE}_{self.databases}"
        done = _run(["createdb", *self.address(), name])
        if done.returncode:
            raise UnavailableError(f"createdb: {done.stderr.strip()}")
        return self.url(name)

    def ask(self, sql: str, database: str = DATABASE) -> list[str]:
        """The rows of a question to a database, as text."""
        return _run(["psql", "-qtA", *self.address(), "-d", database, "-c", sql]).stdout.split("\n")[:-1]

    def run_file(self, path: Path, database: str) -> None:
        """Run a file of SQL whole or not at all; the first error ends it."""
        sql = path.read_text(encoding="utf-8")
        done = _run(["psql", "-q", "-v", "ON_ERROR_STOP=1", *self.address(), "-d", database, "-c", sql])
        if done.returncode:
            raise UnavailableError(done.stderr.strip())

    def run(self, *words: str) -> str:
        """Run one of PostgreSQL's own programs as the server's user; what it says."""
        done = _run(words)
        if done.returncode:
            raise UnavailableError(f"{words[0]}: {done.stderr.strip()}")
        return done.stdout

    def wait(self) -> None:
        """Wait until it answers; one that recovers from a crash does not for a while."""
        self._wait_until_it_answers()

    def stop(self) -> None:
        """Stop the server: politely, then at once."""
        if self.server is None:
            return
        for how, seconds in ((signal.SIGINT, SECONDS), (signal.SIGQUIT, SECONDS), (signal.SIGKILL, SECONDS)):
            if self.server.poll() is not None:
                break
            self.server.send_signal(how)
            with suppress(subprocess.TimeoutExpired):
                self.server.wait(seconds)
        self.server = None

    def kill(self) -> None:
        """Kill -9 the postmaster and every process of its: what a crash of the machine leaves of a server."""
        if self.server is None:
            return
        pids = [self.server.pid, *children(self.server.pid)]
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.server.wait(SECONDS)
        self.server = None
        _wait_until_gone(pids)

    def _wait_until_it_answers(self) -> None:
        until = time.monotonic() + SECONDS
        while _run(["pg_isready", "-q", *self.address(), "-d", "postgres"]).returncode:
            gone = self.server is None or self.server.poll() is not None
            if gone or time.monotonic() > until:
                self.stop()
                said = self.log.read_text(errors="replace").splitlines()[-5:]
                raise UnavailableError("PostgreSQL did not start: " + " | ".join(said))
            time.sleep(0.05)


def children(pid: int) -> list[int]:
    """Processes a process has started, by the kernel's own list."""
    found = []
    for each in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parent = int(each.read_text().rpartition(")")[2].split()[1])
            if parent == pid:
                found.append(int(each.parent.name))
    return found


@contextmanager
def temporary(*settings: str, log_on: Path | None = None) -> Iterator[Cluster]:
    """A cluster that is gone afterwards; `log_on` names a folder to be made for its write-ahead log."""
    install()
    sweep()
    place = Path(tempfile.gettempdir())
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=place if len(str(place)) < LONGEST_FOLDER else "/tmp"))  # noqa: S108 - private folder
    cluster = Cluster(folder)
    try:
        (folder / "owner").write_text(_life(os.getpid()))
        cluster.create(log_on=log_on)
        cluster.start(*settings)
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


def sweep() -> None:
    """Remove what launchers that were killed left behind: folders of ours whose owner is no more."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError):
            owner = (folder / "owner").read_text()
            pid = owner.split()[0]
            if owner != _life(int(pid)) and not (folder / "data" / "postmaster.pid").exists():
                shutil.rmtree(folder, ignore_errors=True)


def install() -> None:
    """See to it that PostgreSQL is there: as root Debian's package is installed, otherwise the command is said."""
    if _found("initdb"):
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"Installing {PACKAGE} …", file=sys.stderr)
        # Debian would make and start a cluster of its own, which nobody asked for.
        Path("/etc/postgresql-common").mkdir(exist_ok=True)
        wishes = Path("/etc/postgresql-common/createcluster.conf")
        if not wishes.exists():
            wishes.write_text("create_main_cluster = false\n")
        quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], check=False)
        words = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", PACKAGE]
        subprocess.run(words, check=False, env=quiet, stdout=subprocess.DEVNULL)
    if not _found("initdb"):
        raise UnavailableError(
            f"需要 PostgreSQL，请运行：sudo apt-get install -y {PACKAGE}\n"
            f"PostgreSQL is needed. Run this, then try again: sudo apt-get install -y {PACKAGE}"
        )


def _found(name: str) -> str | None:
    """The newest of Debian's, or whichever is on the path."""
    packed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    return str(packed[-1]) if packed else shutil.which(name)


def _binary(name: str) -> str:
    return _found(name) or name


def _server_user() -> pwd.struct_passwd | None:
    if os.geteuid() != 0:
        return None
    for name in USERS:
        with suppress(KeyError):
            return pwd.getpwnam(name)
    raise UnavailableError(f"PostgreSQL does not run as root, and there is no user {' or '.join(USERS)}.")


def _as_server(*more: str) -> list[str]:
    """The words that make a command run as the server's user."""
    user = _server_user()
    if user is None:
        return ["setpriv", *more] if more else []
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", *more]


def _run(words: Sequence[str]) -> subprocess.CompletedProcess[str]:
    command = [*_as_server(), _binary(words[0]), *words[1:]]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd="/", timeout=SECONDS)


def _life(pid: int) -> str:
    """A process and when it began: numbers of processes are used again."""
    try:
        began = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except OSError:
        return f"{pid} gone"
    return f"{pid} {began}"


def _wait_until_gone(pids: Sequence[int]) -> None:
    """Until none of these runs: a new postmaster refuses the data while a process of the dead one is attached."""
    until = time.monotonic() + SECONDS
    while any(_alive(pid) for pid in pids) and time.monotonic() < until:
        time.sleep(0.01)


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _run_with_one(command: Sequence[str]) -> int:
    with temporary() as cluster:
        child = subprocess.Popen(command, env=os.environ | {"HUIBAO_DB": cluster.url()})

        def pass_on(signum: int, _: FrameType | None) -> None:
            child.send_signal(signum)

        for each in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(each, pass_on)
        while True:
            try:
                return child.wait()
            except KeyboardInterrupt:
                continue  # the command was told as well and ends by itself; then the server is stopped


def _start(folder: Path) -> None:
    """Start a cluster that stays, and tell its address; one that runs already is left as it is."""
    install()
    cluster = Cluster(folder.resolve())
    if not (cluster.data / "PG_VERSION").exists():
        cluster.create(durable=True)
    if _run(["pg_isready", "-q", *cluster.address(), "-d", "postgres"]).returncode:
        options = " ".join(f"-c {each}" for each in SETTINGS)
        words = [
            "pg_ctl",
            "-D",
            str(cluster.data),
            "-w",
            "-l",
            str(cluster.log),
            "-o",
            f"-k {cluster.folder} {options}",
            "start",
        ]
        done = _run(words)
        if done.returncode:
            raise UnavailableError(f"{done.stdout.strip()} {done.stderr.strip()} ({cluster.log})")
        _run(["createdb", *cluster.address(), DATABASE])
    print(cluster.url())


def _stop(folder: Path) -> None:
    done = _run(["pg_ctl", "-D", str(folder.resolve() / "data"), "-m", "fast", "-w", "stop"])
    if done.returncode:
        raise UnavailableError(done.stderr.strip())


def main(words: Sequence[str]) -> int:
    """Do what the words say; the exit code."""
    try:
        match list(words):
            case ["install"]:
                install()
            case ["run", "--", *command] if command:
                return _run_with_one(command)
            case ["start", folder]:
                _start(Path(folder))
            case ["stop", folder]:
                _stop(Path(folder))
            case _:
                print(__doc__, file=sys.stderr)
                return 2
    except UnavailableError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
