"""A signed list with a second channel: file, detached signature, and count and root said elsewhere.

A file whose signature does not verify is nobody's word and is not taken. One that is signed but does not agree with what its owner says
over the second channel is taken with the `doubt` said: what it alone states can raise a question and restrict nobody (issue 4, T06).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from suar.intake.connectors.http import Client, Unreachable
from suar.intake.connectors.rest import by_files
from suar.intake.connectors.sending import Sending, Unreadable, cut


def pull(client: Client, stream: str, words: Mapping[str, Any], cursor: str) -> Iterator[Sending]:
    """The newest list, its signature verified, compared with the second channel. Raises Unreadable where the signature is not good."""
    for sending in by_files(client, stream, words, cursor):
        check_signature(client, words, str(sending.meta["$file"]), sending.body)
        yield compared(client, words, sending)


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


def compared(client: Client, words: Mapping[str, Any], sending: Sending) -> Sending:
    """The sending with its own count and root, those that the owner says, and in `doubt` why they do not agree."""
    lines = [piece.rstrip(b"\r\n") for piece in cut(sending).pieces]
    rows, found = str(len(lines)), root(lines)
    told = told_of(client, words, str(sending.meta["$file"]).removesuffix(".csv"))
    doubt = "list.untold"
    if told:
        doubt = "list.count" if told.get("jumlah") != rows else "list.root" if told.get("akar") != found else ""
    said = {"rows": rows, "root": found, "said_rows": told.get("jumlah", ""), "said_root": told.get("akar", "")}
    return replace(sending, doubt=doubt, meta={**sending.meta, **said})


def told_of(client: Client, words: Mapping[str, Any], day: str) -> Mapping[str, str]:
    """The owner's second channel: `jumlah=<rows>` and `akar=<root>`. Empty where it does not answer: its silence agrees to nothing."""
    try:
        said = client.get(f"/ringkasan/{day}", base=str(client.address[words["second_channel"]])).content
    except (Unreachable, Unreadable):
        return {}
    return dict(line.split("=", 1) for line in said.decode("ascii", "replace").splitlines() if "=" in line)


def root(lines: list[bytes]) -> str:
    """SHA-256 over the rows sorted by their bytes, each ended by one line feed, hexadecimal: SIMKIM's way."""
    whole = hashlib.sha256()
    for line in sorted(lines):
        whole.update(line + b"\n")
    return whole.hexdigest()
