"""Certificates of the tests' own, each of which vouches for itself."""

from __future__ import annotations

import contextlib
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from suar.site.auth import now
from suar.site.running.nodes import Papers


def vouching_for_itself(
    name: str, *, since: datetime | None = None, days: int = 2
) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    """A key, and the certificate that this host name or address has it, from yesterday on unless told."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    begins = since or now() - timedelta(days=1)
    named: x509.GeneralName = x509.DNSName(name)
    with contextlib.suppress(ValueError):
        named = x509.IPAddress(ip_address(name))
    made = (
        x509.CertificateBuilder().subject_name(who).issuer_name(who).public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(begins).not_valid_after(begins + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([named]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True).sign(key, SHA256())
    )  # fmt: skip
    return key, made


def pem_of(key: ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def written(folder: Path, name: str) -> tuple[Path, Path]:
    """The files of such a certificate and of its key, as a server reads them."""
    key, made = vouching_for_itself(name)
    public, private = folder / f"{name}.pem", folder / f"{name}.key"
    public.write_bytes(made.public_bytes(Encoding.PEM))
    private.write_text(pem_of(key))
    return public, private


def papers(folder: Path) -> Papers:
    """What a node of NATS on this machine shows."""
    certificate, key = written(folder, "127.0.0.1")
    return Papers(certificate=certificate, key=key, authority=certificate)
