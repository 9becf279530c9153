"""What a system of the sandbox is, and what the frame gives it.

An agency's system is a package `sandbox/<name>/` whose `system.py` has a class `System` that fits the protocol below.
Two rules keep eleven of them apart and the frame small:

- `absorb` and `start` may run on two instances in two processes. All that passes between them is the system's own
  SQLite file (`place.store(SCHEMA)`), so nothing is remembered in an attribute that a restart, a kill -9 or the other
  process would not know.
- `absorb` is called once for each happening of what the system `hears`, in the order of time, and writes with
  `store.add`, which opens a transaction, or `store.add_soon`; the frame calls `store.keep(upto)` after a batch. A
  happening that does not concern the system all the same is ignored by it. The frame never gives the same happening
  to one store twice, and to one instance at a time.

Everything of one running sandbox lies under one HOME: `HOME/<name>/store.sqlite` and `HOME/<name>/breaks.json` of
each system, `HOME/keys/` (0600), `HOME/ports.json`, `HOME/nation.json`, and `HOME/addresses.json` once all listen.
"""

from __future__ import annotations

import importlib
import json
import os
import secrets
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from sandbox.breakage import Breaks
from sandbox.store import Store

if TYPE_CHECKING:
    from sandbox.nation.model import Happening

Detail = str | int | bool | list[str] | dict[str, str]
Address = dict[str, Detail]

SYSTEM_NAMES = (
    "simkim",
    "siskop2mi",
    "siapkerja",
    "sipmi",
    "peduliwni",
    "polri",
    "simfoni",
    "disnaker",
    "bp3mi",
    "pimpasa",
    "dukcapil",
)


class System(Protocol):
    """One agency's system. The class is made as `System(place)`."""

    name: ClassVar[str]
    more_ports: ClassVar[tuple[str, ...]]  # names of ports beside the one given to `start`; found in `place.ports`
    hears: ClassVar[tuple[type, ...]]  # what a happening must be of to concern this system; no other is told to it
    store: Store

    def __init__(self, place: Place) -> None: ...

    def absorb(self, happening: Happening) -> None:
        """Write what this system would know of a happening as rows of its own, with its own codes, identifiers and
        defects.
        """

    def start(self, host: str, port: int) -> Address:
        """Listen, in a thread, and say how to reach it: "base" and whatever a client needs beside it (ids, secrets,
        public keys).
        """

    def stop(self) -> None:
        """Stop listening. Called once, after which the instance is thrown away."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where one system lives: its folder, its keys, its ports, its clock and what is broken in it."""

    name: str
    home: Path  # of the whole sandbox
    now: Callable[[], datetime]  # UTC; stands still in a frozen nation
    ports: Mapping[str, int] = field(default_factory=dict)
    living: bool = False  # absorbs what happens now, not history

    def recorded(self, at: datetime) -> datetime:
        """When the system wrote down what happened at `at`: at once in history, and now when a pause is caught up.

        Files of a closed day and lists of "what changed since" go by this moment, or late rows would never be seen.
        """
        return max(at, self.now()) if self.living else at

    @property
    def folder(self) -> Path:
        folder = self.home / self.name
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    @property
    def breaks(self) -> Breaks:
        """What is broken now. Keep the object: it looks at its file again whenever the file has changed."""
        return Breaks(self.folder / "breaks.json")

    def store(self, schema: str) -> Store:
        return Store(self.folder / "store.sqlite", schema)

    def secret(self, of: str) -> str:
        """A random secret of this system, made at its first use and the same ever after."""
        return kept_once(
            self.home / "keys" / f"{self.name}-{of}.txt", lambda: secrets.token_urlsafe(32).encode()
        ).decode()

    def signing_key(self, of: str = "signing") -> Ed25519PrivateKey:
        """An Ed25519 key of this system, made at its first use and the same ever after."""

        def pem() -> bytes:
            return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

        key = load_pem_private_key(kept_once(self.home / "keys" / f"{self.name}-{of}.pem", pem), password=None)
        if not isinstance(key, Ed25519PrivateKey):
            raise TypeError(f"the key {of} of {self.name} is not an Ed25519 key")
        return key


def public_pem(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def kept_once(path: Path, make: Callable[[], bytes]) -> bytes:
    """The bytes of a private file, made once. Two processes that ask at the same moment get the same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        draft = write_draft(path, make())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass  # the other process was first; its bytes hold
        finally:
            draft.unlink()
    return path.read_bytes()


def write_private(path: Path, content: object) -> None:
    """Write JSON so that a reader sees the old file or the new one, never a part; 0600, on the disk before it is
    named. named.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    write_draft(path, (json.dumps(content, indent=1, sort_keys=True) + "\n").encode()).replace(path)


def write_draft(path: Path, content: bytes) -> Path:
    number, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mkstemp makes it 0600
    with os.fdopen(number, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return Path(name)


def make_class(name: str) -> type[System]:
    """The class of a system. A name without a package is an error, not a silent gap."""
    made: type[System] = importlib.import_module(f"sandbox.{name}.system").System
    return made


def make_system(place: Place) -> System:
    return make_class(place.name)(place)


def written_systems() -> tuple[str, ...]:
    """The systems whose package stands in this checkout, in the order of SYSTEM_NAMES."""
    here = Path(__file__).parent
    return tuple(name for name in SYSTEM_NAMES if (here / name / "system.py").exists())


def wall_clock() -> datetime:
    return datetime.now(UTC)
