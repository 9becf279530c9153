"""A signed list with a second channel: file, detached signature, and count and root said elsewhere. All three must agree."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from suar.intake.connectors.http import Client
from suar.intake.connectors.rest import by_files
from suar.intake.connectors.sending import Sending, Unreadable, cut


def pull(client: Client, stream: str, words: Mapping[str, Any], cursor: str) -> Iterator[Sending]:
    """The newest list, once its signature verifies and the second channel says the same count and root. Raises Unreadable otherwise."""
    for sending in by_files(client, stream, words, cursor):
        name = str(sending.meta["$file"])
        check_signature(client, words, name, sending.body)
        check_sums(client, words, name, sending)
        yield sending


def check_signature(client: Client, words: Mapping[str, Any], name: str, body: bytes) -> None:
    """Detached Ed25519 over the bytes of the file, base64, beside it under `.sig`."""
    key = load_pem_public_key(str(client.address[words["key"]]).encode())
    signature = client.get(f"{words['paging']['under']}{name}.sig").content
    try:
        if not isinstance(key, Ed25519PublicKey):
            raise Unreadable("list.key")
        key.verify(base64.b64decode(signature.strip(), validate=True), body)
    except (InvalidSignature, binascii.Error) as error:
        raise Unreadable("list.signature", file=name) from error


def check_sums(client: Client, words: Mapping[str, Any], name: str, sending: Sending) -> None:
    """The owner's second channel: `jumlah=<rows>` and `akar=<root>`. A list that was cut or added to on the way is found here."""
    day = name.removesuffix(".csv")
    said = client.get(f"/ringkasan/{day}", base=str(client.address[words["second_channel"]])).content.decode(
        "ascii", "replace"
    )
    told = dict(line.split("=", 1) for line in said.splitlines() if "=" in line)
    lines = [piece.rstrip(b"\r\n") for piece in cut(sending).pieces]
    if told.get("jumlah") != str(len(lines)):
        raise Unreadable("list.count", said=told.get("jumlah", ""), found=len(lines))
    if told.get("akar") != root(lines):
        raise Unreadable("list.root", file=name)


def root(lines: list[bytes]) -> str:
    """SHA-256 over the rows sorted by their bytes, each ended by one line feed, hexadecimal: SIMKIM's way."""
    whole = hashlib.sha256()
    for line in sorted(lines):
        whole.update(line + b"\n")
    return whole.hexdigest()
