"""The engineers of the tests, and a machine whose key and certificate two of them made."""

from __future__ import annotations

import hashlib
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.test import Client as Browser

from client.suar_client.signing import ASSERTION_TYPE, assertion
from suar.agencies.actions.machines import Terms, propose_certificate, propose_key, propose_terms, rule_on_machine
from suar.core.act import Act
from suar.site.api import audience
from suar.site.auth import now
from tests import cast
from tests.certificates import pem_of, vouching_for_itself
from tests.exchange.delivering import LIA

NIKEN = cast.Seat("niken", "Niken Saraswati", "agency_engineer", "kp2mi", "P2MI-PUSAT", "TEKNIS-P2MI", "engineering")
#: Her colleague at the next desk: the same agency's.
NANDA = cast.Seat("nanda", "Nanda Prakoso", "agency_engineer", "kp2mi", "P2MI-PUSAT", "TEKNIS-P2MI-2", "engineering")
RAMA = cast.Seat("rama", "Rama Aditya", "agency_engineer", "imigrasi", "DITJENIM", "TEKNIS-IM", "engineering")
TIARA = cast.Seat("tiara", "Tiara Anggun", "agency_engineer", "kemenpppa", "PPT", "TEKNIS-PPT", "engineering")
ENGINEERS = (cast.EKO, LIA, NIKEN, NANDA, RAMA)
OF_AGENCY = {"kp2mi": NIKEN, "imigrasi": RAMA, "kemenpppa": TIARA, "suar": LIA}


def engineer(seat: cast.Seat, *, at: datetime | None = None) -> Act:
    return cast.act(seat, at=at or now())


def confirmed(made: UUID, *, by: cast.Seat = cast.EKO) -> UUID:
    rule_on_machine(made, "confirmed", act=engineer(by))
    return made


def public_pem(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


@dataclass(frozen=True)
class Certificate:
    """One that an agency signed itself."""

    key: ec.EllipticCurvePrivateKey
    made: x509.Certificate

    @property
    def pem(self) -> str:
        return self.made.public_bytes(Encoding.PEM).decode()

    @property
    def key_pem(self) -> str:
        return pem_of(self.key)

    @property
    def header(self) -> str:
        """As a TLS terminator writes it (RFC 9440)."""
        return f":{b64encode(self.made.public_bytes(Encoding.DER)).decode()}:"

    @property
    def x5t(self) -> str:
        return urlsafe_b64encode(hashlib.sha256(self.made.public_bytes(Encoding.DER)).digest()).rstrip(b"=").decode()


def certificate(name: str = "sistem.kp2mi.example", *, days: int = 90, since: datetime | None = None) -> Certificate:
    return Certificate(*vouching_for_itself(name, since=since or now() - timedelta(hours=1), days=days))


@dataclass
class Machine:
    """An agency's machine with its own key, made as in earnest."""

    agency: str = "kp2mi"
    scopes: Sequence[str] = ("events", "health")
    networks: Sequence[str] = ()
    id: str = ""
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    key_id: UUID = field(init=False)
    certificate: Certificate | None = None
    certificate_id: UUID | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.id = self.id or f"{self.agency}-{uuid4().hex[:6]}"
        self.agree(self.scopes, self.networks)
        self.key_id = confirmed(propose_key(self.id, public_pem(self.key), act=self.hers()))
        if self.certificate:
            self.certificate_id = confirmed(propose_certificate(self.id, self.certificate.pem, act=self.hers()))

    def hers(self) -> Act:
        return engineer(OF_AGENCY[self.agency])

    def agree(self, scopes: Sequence[str], networks: Sequence[str] = (), *, bound: bool = False) -> None:
        terms = Terms(client=self.id, agency=self.agency, scopes=scopes, networks=networks, bound=bound)
        confirmed(propose_terms(terms, act=self.hers()))

    def assertion(self, *, to: str = "") -> str:
        return assertion(self.id, to or audience(), self.key)

    def form(self, said: str = "", **more: str) -> dict[str, str]:
        told = {"grant_type": "client_credentials", "client_assertion_type": ASSERTION_TYPE}
        return told | {"client_assertion": said or self.assertion()} | more

    def ask(self, said: str = "", *, line: dict[str, Any] | None = None, **more: str) -> Any:
        return Browser().post("/api/v1/token", self.form(said, **more), **(line or {}))

    def token(self, *, line: dict[str, Any] | None = None, **more: str) -> str:
        answer = self.ask(line=line, **more)
        assert answer.status_code == 200, answer.content
        return str(answer.json()["access_token"])


def get(token: str, path: str = "sources", *, line: dict[str, Any] | None = None, **named: Any) -> Any:
    return Browser(headers={"authorization": f"Bearer {token}"}).get(f"/api/v1/{path}", named, **(line or {}))
