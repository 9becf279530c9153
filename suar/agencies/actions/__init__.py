"""Agencies and their people are written down: offices, desks, officers, postings, keys, agreements. Each is written once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as made_by
from datetime import datetime
from typing import Any

from suar.agencies.models import (
    Agency,
    AgencyKey,
    Agreement,
    Desk,
    Office,
    Officer,
    Posting,
)
from suar.core.act import Act
from suar.core.canonical import canonical
from suar.vault.queries import new_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One desk and the office it stands in. `zone` is the office's clock, `region` its kabupaten's digits."""

    office: str
    agency: str
    office_name: str
    zone: str
    region: str
    desk: str
    desk_name: str
    kind: str
    lane: str = ""


def name_agency(code: str, name: Mapping[str, str]) -> None:
    Agency.objects.get_or_create(code=code, defaults={"name_id": name["id"], "name_en": name["en"]})


def open_desk(place: Place) -> None:
    """A desk, and its office where that is new."""
    office, _ = Office.objects.get_or_create(
        code=place.office,
        defaults={"agency_id": place.agency, "name": place.office_name, "zone": place.zone, "region": place.region},
    )
    Desk.objects.get_or_create(
        code=place.desk,
        defaults={"office": office, "name": place.desk_name, "kind": place.kind, "lane": place.lane},
    )


def engage(username: str, full_name: str, password: str, *, act: Act) -> Officer | None:
    """A new officer; None where somebody has that name already."""
    if Officer.objects.filter(username=username).exists():
        return None
    officer = Officer(id=new_id(act.at), username=username, full_name=full_name)
    officer.set_password(password)
    officer.save()
    return officer


def post(officer: Officer, desk: str, role: str, *, until: datetime | None, act: Act) -> Posting:
    """Seat an officer at a desk in a role, from now on."""
    return Posting.objects.create(
        id=new_id(act.at), officer=officer, desk_id=desk, role=role, from_at=act.at, until_at=until
    )


def register_key(id_: str, agency: str, public_key: Mapping[str, Any], *, act: Act) -> None:
    AgencyKey.objects.get_or_create(
        id=id_, defaults={"agency_id": agency, "public_key": dict(public_key), "from_at": act.at}
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What two agencies agree: who gives which classes to whom, and which fields of them, for which purposes, on which ground, until when."""

    giver: str
    receiver: str
    purposes: Sequence[str]
    classes: Sequence[str]
    events: Sequence[str]
    basis: str
    from_at: datetime
    until_at: datetime
    fields: Mapping[str, Sequence[str]] = made_by(default_factory=dict)

    def text(self) -> bytes:
        """The canonical text that both sign."""
        return canonical(
            {
                "giver": self.giver,
                "receiver": self.receiver,
                "purposes": list(self.purposes),
                "classes": list(self.classes),
                "fields": {name: list(fields) for name, fields in self.fields.items()},
                "events": list(self.events),
                "basis": self.basis,
                "from": self.from_at.isoformat(),
                "until": self.until_at.isoformat(),
            }
        )


def agree(terms: Terms, *, giver_signature: bytes, receiver_signature: bytes, act: Act) -> None:
    """Put an agreement that both have signed into force. Each signs with the first key that it registered."""
    Agreement.objects.create(
        id=new_id(act.at),
        giver_id=terms.giver,
        receiver_id=terms.receiver,
        purposes=list(terms.purposes),
        classes=list(terms.classes),
        fields={name: list(fields) for name, fields in terms.fields.items()},
        events=list(terms.events),
        basis=terms.basis,
        from_at=terms.from_at,
        until_at=terms.until_at,
        body=terms.text(),
        giver_signature=giver_signature,
        receiver_signature=receiver_signature,
        giver_key_id=f"{terms.giver}-1",
        receiver_key_id=f"{terms.receiver}-1",
    )
