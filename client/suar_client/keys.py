"""Our own keys: the one that signs assertions, and a certificate with its key for the line. The private halves never leave this machine."""

from __future__ import annotations

import base64
import datetime
import hashlib
import json
import ssl
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from .signing import encoded

CERTIFICATE_DAYS = 397


def new_key(path: Path) -> Ed25519PrivateKey:
    """A fresh key in this file, readable by us alone. Raises FileExistsError: a key is never written over."""
    fresh = Ed25519PrivateKey.generate()
    write_new(path, fresh.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return fresh


def public_pem(key: Ed25519PrivateKey) -> str:
    """What is handed to the hub."""
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def thumbprint(key: Ed25519PrivateKey) -> str:
    """By which both engineers compare it on the telephone (RFC 7638)."""
    x = encoded(key.public_key().public_bytes_raw())
    told = json.dumps({"crv": "Ed25519", "kty": "OKP", "x": x}, separators=(",", ":"))
    return encoded(hashlib.sha256(told.encode()).digest())


def new_certificate(certificate: Path, key: Path, name: str, *, days: int = CERTIFICATE_DAYS) -> str:
    """A self-signed certificate for the line, and its key in another file. Returns its thumbprint (RFC 8705). Raises FileExistsError."""
    fresh = ec.generate_private_key(ec.SECP256R1())
    begins = datetime.datetime.now(datetime.UTC) - datetime.timedelta(minutes=5)
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder().subject_name(who).issuer_name(who).public_key(fresh.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(begins).not_valid_after(begins + datetime.timedelta(days=days))
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False).sign(fresh, SHA256())
    )  # fmt: skip
    write_new(key, fresh.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    write_new(certificate, made.public_bytes(Encoding.PEM))
    return certificate_thumbprint(certificate)


def certificate_thumbprint(path: Path) -> str:
    der = ssl.PEM_cert_to_DER_cert(path.read_text().strip())
    return base64.urlsafe_b64encode(hashlib.sha256(der).digest()).rstrip(b"=").decode()


def write_new(path: Path, content: bytes) -> None:
    path.touch(mode=0o600, exist_ok=False)
    path.write_bytes(content)


def line(certificate: Path | None, key: Path | None, authority: Path | None) -> ssl.SSLContext:
    """How the hub is reached: its own certificate is proved, by `authority` where it has one of its own; ours is shown if we have one."""
    context = ssl.create_default_context(cafile=str(authority) if authority else None)
    if certificate:
        context.load_cert_chain(certificate, key)
    return context
