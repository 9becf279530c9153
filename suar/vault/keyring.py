"""Key rings: files of mode 0600 outside the database. One ring per wall; a stolen database alone opens nothing (SECURITY 5)."""

from __future__ import annotations

import base64
import functools
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

#: What each ring holds. Every use has a key of its own, so that a leak of one says nothing of the others.
USES = ("token", "seal", "blocking", "subject", "pairwise")
WALLS = {"default": "hub", "owner": "hub", "protection": "protection", "protection_owner": "protection"}


@dataclass(frozen=True, slots=True)
class Ring:
    """The keys of one wall. `current` is the id of the key that seals now; older ones still open."""

    keys: dict[str, dict[int, bytes]]
    current: int
    ciphers: dict[int, AESGCM]

    def key(self, use: str) -> bytes:
        return self.keys[use][self.current]


@functools.cache
def ring(wall: str) -> Ring:
    """The ring of a wall, read once a process. Raises FileNotFoundError where this process is not entitled to it."""
    path = path_of(wall)
    if path.stat().st_mode & 0o077:
        raise PermissionError(f"{path} may be read by its owner only: chmod 600 it")
    table = json.loads(path.read_text())
    keys = {use: {int(n): base64.b64decode(k) for n, k in table["keys"][use].items()} for use in USES}
    return Ring(keys, int(table["current"]), {n: AESGCM(k) for n, k in keys["seal"].items()})


def path_of(wall: str) -> Path:
    return Path(settings.KEYS) / f"{WALLS[wall]}.json"


def make_rings(folder: Path) -> None:
    """Make the rings that are not there yet; never touches one that is."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in sorted(set(WALLS.values())):
        path = folder / f"{name}.json"
        if not path.exists():
            fresh = {use: {"1": base64.b64encode(secrets.token_bytes(32)).decode()} for use in USES}
            write_private(path, json.dumps({"current": 1, "keys": fresh}))
    if not (folder / SIGNING).exists():
        write_private(folder / SIGNING, json.dumps(with_new_key({"current": "", "keys": {}})))
    if not (folder / "webhook.json").exists():  # what signs deliveries (`vault/queries/webhook`)
        first = {"1": base64.b64encode(secrets.token_bytes(32)).decode()}
        write_private(folder / "webhook.json", json.dumps({"keys": first}))
    if not (folder / "session").exists():
        write_private(folder / "session", secrets.token_hex(32))


SIGNING = "signing.json"


@dataclass(frozen=True, slots=True)
class SigningRing:
    """The keys under which the hub's word goes out. `current` signs; `public` holds every key that ever did, the oldest first, since what
    was signed stays to be verified.
    """

    current: str
    private: Ed25519PrivateKey
    public: dict[str, bytes]


def signing_ring() -> SigningRing:
    """The ring as it stands in its file now: asked for each time, so that every process signs with a new key as soon as there is one."""
    file = f"{settings.KEYS}/{SIGNING}"  # looked at for each signature: a Path would take longer than the look
    seen = os.stat(file)  # noqa: PTH116
    return read_signing(file, seen.st_mtime_ns, seen.st_ino)


@functools.lru_cache(maxsize=4)
def read_signing(file: str, changed: int, number: int) -> SigningRing:
    """Of one state of the file, which `changed` and `number` tell from others."""
    path = Path(file)
    if path.stat().st_mode & 0o077:
        raise PermissionError(f"{path} may be read by its owner only: chmod 600 it")
    table = json.loads(path.read_text())
    private = Ed25519PrivateKey.from_private_bytes(base64.b64decode(table["keys"][table["current"]]["private"]))
    public = {kid: base64.b64decode(key["public"]) for kid, key in table["keys"].items()}
    return SigningRing(table["current"], private, public)


def with_new_key(table: dict[str, Any]) -> dict[str, Any]:
    """The table of a signing ring with one more key, which signs; of those before it only the public halves."""
    fresh = Ed25519PrivateKey.generate()
    kid = f"suar-{len(table['keys']) + 1}"
    known = {name: {"public": key["public"]} for name, key in table["keys"].items()}
    mine = {
        "public": base64.b64encode(fresh.public_key().public_bytes_raw()).decode(),
        "private": base64.b64encode(fresh.private_bytes_raw()).decode(),
    }
    return {"current": kid, "keys": {**known, kid: mine}}


def write_private(path: Path, text: str) -> None:
    """Write whole or not at all, readable by the owner only."""
    part = path.with_suffix(".part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
    part.replace(path)
