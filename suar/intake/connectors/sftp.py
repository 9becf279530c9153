"""Files dropped on an agency's SFTP server: host key pinned, each file with a detached signature and a manifest."""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
import re
from collections.abc import Awaitable, Iterator, Mapping
from typing import Any, TypeVar

import asyncssh
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from suar.intake.connectors.http import LARGEST, PATIENCE_S, Unreachable
from suar.intake.connectors.sending import Sending, Unreadable, cut

T = TypeVar("T")
MOST_FILES = 2_000  # of one run; the next one goes on


def pull(address: Mapping[str, Any], stream: str, words: Mapping[str, Any], cursor: str) -> Iterator[Sending]:
    """The files of a stream from the one last taken on, in name order, each verified. Raises Unreachable, Unreadable."""
    files = asyncio.run(fetch(address, words, cursor))
    names = sorted(name for name in files if re.fullmatch(words["pattern"], name))
    for name in names:
        body = files[name]
        check(address, words, name, body, files)
        stamp = re.search(r"(\d{4})-?(\d{2})-?(\d{2})", name)
        meta = {"$file": name, "$file_date": "-".join(stamp.groups()) if stamp else ""}
        sending = Sending(
            stream=stream, media=words["media"], body=body, cursor_after=name, options=words.get("options", {}), meta=meta,
            last=name == names[-1],
        )  # fmt: skip
        check_count(words, name, sending, files)
        yield sending


async def fetch(address: Mapping[str, Any], words: Mapping[str, Any], cursor: str) -> dict[str, bytes]:
    """All due files and what lies beside them. Opens one connection, reads, closes; each step may take as long as the policy's patience."""
    known = asyncssh.import_known_hosts(
        f"[{address['host']}]:{address['port']} {address['host_key']}\n".encode().decode()
    )
    patience = float(words.get("timeout_s", PATIENCE_S))

    async def soon(step: Awaitable[T]) -> T:
        return await asyncio.wait_for(step, patience)

    try:
        line = await soon(
            asyncssh.connect(
                str(address["host"]), int(address["port"]), username=str(address["user"]), known_hosts=known, config=None,
                **credentials(address),
            )
        )  # fmt: skip
        async with line, await soon(line.start_sftp_client()) as sftp:
            folder = str(words["path"])
            listed = sorted(str(name) for name in await soon(sftp.listdir(folder)) if not str(name).startswith("."))
            due = [name for name in listed if re.fullmatch(words["pattern"], name) and stem(name) >= stem(cursor)]
            stems = {stem(name) for name in due[:MOST_FILES]}
            found = {name: await soon(read(sftp, f"{folder}/{name}")) for name in listed if stem(name) in stems}
    except TimeoutError as error:
        raise Unreachable("source.timeout") from error
    except asyncssh.PermissionDenied as error:
        raise Unreachable("source.refused") from error
    except asyncssh.HostKeyNotVerifiable as error:
        raise Unreachable("source.host_key") from error
    except (OSError, asyncssh.Error) as error:
        raise Unreachable("source.unreachable", what=type(error).__name__) from error
    return found


def credentials(address: Mapping[str, Any]) -> dict[str, Any]:
    if address.get("private_key"):
        return {"client_keys": [asyncssh.import_private_key(str(address["private_key"]))]}
    return {"password": str(address["password"]), "client_keys": None}


async def read(sftp: asyncssh.SFTPClient, path: str) -> bytes:
    async with sftp.open(path, "rb") as file:
        body = await file.read(LARGEST + 1)
    if len(body) > LARGEST:
        raise Unreachable("source.too_large", size=len(body))
    return bytes(body) if isinstance(body, bytes) else str(body).encode()


def stem(name: str) -> str:
    """The name without what marks a signature or manifest, so that these come along with their file."""
    return re.sub(r"\.(csv|sig|json|manifest|txt)$", "", re.sub(r"\.(sig|manifest|json)$", "", name))


def check(
    address: Mapping[str, Any], words: Mapping[str, Any], name: str, body: bytes, files: Mapping[str, bytes]
) -> None:
    """Detached Ed25519 beside the file, base64. A file without its signature waits: it may still be being written."""
    beside = str(words.get("signature", "{name}.sig")).format(name=name, stem=stem(name))
    if beside not in files:
        raise Unreadable("list.signature_missing", file=name)
    key = load_pem_public_key(str(address[words.get("key", "public_key")]).encode())
    try:
        if not isinstance(key, Ed25519PublicKey):
            raise Unreadable("list.key")
        key.verify(base64.b64decode(files[beside].strip(), validate=True), body)
    except (InvalidSignature, binascii.Error) as error:
        raise Unreadable("list.signature", file=name) from error


def check_count(words: Mapping[str, Any], name: str, sending: Sending, files: Mapping[str, bytes]) -> None:
    """The manifest says how many rows there must be: a file cut on the way is found here, not read as a short one."""
    beside = str(words.get("manifest", "")).format(name=name, stem=stem(name))
    if not beside:
        return
    if beside not in files:
        raise Unreadable("list.manifest_missing", file=name)
    try:
        said = int(json.loads(files[beside])[words["count"]])
    except (ValueError, KeyError, TypeError) as error:
        raise Unreadable("list.manifest", file=name) from error
    found = len(cut(sending).pieces)
    if said != found:
        raise Unreadable("list.count", said=said, found=found)
