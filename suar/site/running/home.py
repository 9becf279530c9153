"""The folder where a running Suar keeps what it needs: `.suar` in the checkout, private to whoever runs it."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]


class CannotRun(Exception):
    """Something on this machine stands in the way. The message says what it is and how to mend it; no traceback
    helps.
    """


@dataclass(frozen=True, slots=True)
class Home:
    """Paths below one runtime folder. Two checkouts have two homes and share nothing."""

    folder: Path

    @property
    def keys(self) -> Path:
        return Path(os.environ.get("SUAR_KEYS", self.folder / "keys"))

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    @property
    def lock(self) -> Path:
        """Held by `suar up` for as long as it runs; its text is the process id of the holder."""
        return self.folder / "up.lock"

    @property
    def parts(self) -> Path:
        """What runs now: name, process id and restarts of each part, written by the supervisor for doctor."""
        return self.folder / "parts.json"

    @property
    def sandbox(self) -> Path:
        return self.folder / "sandbox"

    def make(self) -> None:
        """As root the folder may be passed through (not listed), so that the database's own account reaches its
        data.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.folder.stat().st_uid != os.geteuid():
            raise CannotRun(f"{self.folder} belongs to another user. Run as that user, or use a checkout of your own.")
        self.folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
        for folder in (self.keys, self.logs):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def run(self) -> dict[str, Any]:
        """What `run.json` says: where the servers of this home are. Empty before the first start."""
        return read_json(self.folder / "run.json")

    def tell(self, **news: object) -> None:
        """Add to `run.json`, which the settings and every command read. It holds passwords: mode 0600."""
        write_json(self.folder / "run.json", self.run() | news)


def here() -> Home:
    """The home of this checkout, unless SUAR_HOME names another."""
    return Home(Path(os.environ.get("SUAR_HOME", ROOT / ".suar")).absolute())


def read_json(path: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_text()))
    except (OSError, ValueError):
        return {}


def write_json(path: Path, table: dict[str, Any]) -> None:
    """Whole or not at all, also when the power goes; readable by the owner only."""
    part = path.with_suffix(f".{os.getpid()}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(table, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
