"""An agency's machine as the tests need one: a token in force, and what it gets of the feed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.test import Client as Browser

from suar.agencies.models import Agreement, Client, Pass
from suar.exchange.actions import publish
from suar.exchange.events import Happened
from suar.site.auth import now, system_act
from tests import cast


class Machine:
    """It asks with its token, and remembers nothing."""

    def __init__(self, agency: str, scopes: Sequence[str] = ("events",)) -> None:
        cast.agencies()
        self.agency, self.token = agency, uuid4().hex
        client = Client.objects.create(
            id=f"{agency}-{uuid4().hex[:6]}", agency_id=agency, scopes=list(scopes), from_at=cast.BEFORE
        )
        self.held = Pass.objects.create(
            sha256=hashlib.sha256(self.token.encode()).hexdigest(), client=client, scopes=list(scopes),
            until_at=now() + timedelta(hours=1),
        )  # fmt: skip
        self.browser = Browser(headers={"Authorization": f"Bearer {self.token}", "accept-language": "en"})

    def get(self, path: str, **named: str | int) -> Any:
        return self.browser.get(f"/api/v1/{path}", named)

    def post(self, path: str, body: object) -> Any:
        return self.browser.post(f"/api/v1/{path}", body, content_type="application/json")

    def feed(self, **named: str | int) -> dict[str, Any]:
        answer = self.get("events", **named)
        assert answer.status_code == 200, answer.content
        told: dict[str, Any] = answer.json()
        return told

    def everything(self, after: str = "", *, limit: int = 100) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while True:
            told = self.feed(after=after, limit=limit)
            found += told["events"]
            after = told["next"]
            if not told["more"]:
                return found


def agree(
    giver: str,
    receiver: str,
    *,
    events: Sequence[str] = ("record.accepted",),
    classes: Sequence[str] | None = None,
    fields: dict[str, list[str]] | None = None,
    purposes: Sequence[str] = ("departure_screening",),
) -> Agreement:
    """In force since half a year, and for long."""
    made = cast.agree(giver, receiver, list(purposes), at=now())
    made.events, made.fields = list(events), fields or {}
    made.classes = made.classes if classes is None else list(classes)
    made.save()
    return made


def happened(giver: str, kind: str = "record.accepted", *classes: str, thing: UUID | None = None) -> UUID:
    with transaction.atomic():
        return publish(
            Happened(
                type=kind, giver=giver, thing=thing or uuid4(), subject=uuid4(), classes=classes or ("passport",), effect="accepted",
            ),
            system_act("tests"),
        )  # fmt: skip
