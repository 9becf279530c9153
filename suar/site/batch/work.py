"""The work folder of one run: what is done stays done when the run is killed, and is thrown away when it was for another question.

Every file is written beside its place and moved there, so a file that is there is whole. The folder holds personal data
in the clear, as the files that were given do: only its owner may look, and after publishing it is removed.
"""

from __future__ import annotations

import fcntl
import json
import os
import pickle
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any

from suar.site.running.home import CannotRun

#: A folder without it was not made by us and is never emptied.
ASKED = "run.json"


class Work:
    """One run's folder, held by one process at a time."""

    def __init__(self, folder: Path, asked: Mapping[str, str]) -> None:
        """Open or begin. Raises CannotRun for a folder of something else, one that another run holds, or no right to write."""
        self.folder = folder
        try:
            if folder.exists() and not folder.is_dir():
                raise CannotRun(f"{folder} is no folder.")
            if folder.is_dir() and not (folder / ASKED).exists() and any(folder.iterdir()):
                raise CannotRun(f"{folder} holds something else; name an empty folder with --work.")
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o700)
            self._held = self._hold()
            self.goes_on = self._same_question(asked)
        except OSError as why:
            raise CannotRun(f"{folder} cannot be written: {why.strerror}.") from why

    def _hold(self) -> IO[str]:
        held = (self.folder / ASKED).open("a+")
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as why:
            raise CannotRun(f"Another run works in {self.folder}.") from why
        return held

    def _same_question(self, asked: Mapping[str, str]) -> bool:
        self._held.seek(0)
        told = self._held.read()
        try:
            same = json.loads(told) == dict(asked)
        except ValueError:
            same = False
        if not same:
            for path in self.folder.iterdir():
                if path.name != ASKED:
                    shutil.rmtree(path) if path.is_dir() else path.unlink()
            self._held.truncate(0)
            self._held.write(json.dumps(dict(asked), indent=1))
            self._held.flush()
        return same and bool(told)

    def path(self, name: str) -> Path:
        return self.folder / name

    def has(self, name: str) -> bool:
        return (self.folder / name).exists()

    def keep(self, name: str, what: Any) -> None:
        keep(self.folder / name, what)

    def kept(self, name: str) -> Any:
        return kept(self.folder / name)

    def remove(self) -> None:
        """After publishing: nothing personal stays behind."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self._held.close()

    def let_go(self) -> None:
        self._held.close()


def keep(path: Path, what: Any) -> None:
    """Write a value so that it is there whole or not at all."""
    whole_or_not(path, lambda file: pickle.dump(what, file, protocol=pickle.HIGHEST_PROTOCOL))


def whole_or_not(path: Path, write: Callable[[IO[bytes]], None]) -> None:
    """A file that is there is whole, also after a power cut."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    with part.open("wb") as file:
        write(file)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def kept(path: Path) -> Any:
    """A value that `keep` wrote, in a folder that only its owner may write."""
    with path.open("rb") as file:
        return pickle.load(file)  # noqa: S301  # written by this program, read from a folder of mode 0700
