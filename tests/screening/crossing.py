"""Crossings and screenings for tests, many at once: crossings by the projection that makes them, screenings by the desk's own statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, transaction

from suar.agencies.access import as_hub
from suar.intake.queries.batches import Stated
from suar.journeys.jobs.project import project
from suar.journeys.jobs.step import step_id
from suar.policies.models import Version
from suar.screening.actions.ask import INSERT
from suar.vault.queries import new_id, token
from tests import cast

FEED = (
    "INSERT INTO intake_source (source, stream, tried_at, ok_at, failing_since, fault, newest_at) VALUES ('simkim', 'perlintasan', %s, %s, %s, %s, %s)"
    " ON CONFLICT (source, stream) DO UPDATE SET ok_at = excluded.ok_at, failing_since = excluded.failing_since, newest_at = excluded.newest_at"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossed:
    """One crossing as its source states it."""

    passport_no: str
    at: datetime
    place: str = "cgk"
    lane: str = "counter"
    direction: str = "exit"
    subject: UUID = field(default_factory=uuid4)
    record: str = field(default_factory=lambda: uuid4().hex)

    @property
    def stated(self) -> Stated:
        values: dict[str, Any] = {
            "passport_no": self.passport_no, "crossed_at": self.at.isoformat(), "tpi": self.place, "lane": self.lane, "direction": self.direction,
            "result": "allowed",
        }  # fmt: skip
        return Stated(
            id=uuid4(), batch=uuid4(), source="simkim", agency="imigrasi", kind="crossing", record_id=self.record, subject=self.subject, withdrawn=False,
            version="1", stated_at=self.at, values=values,
        )  # fmt: skip

    @property
    def id(self) -> UUID:
        return step_id(self.stated)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One screening: who, where and when."""

    passport_no: str
    at: datetime
    office: str = "TPI-CGK"
    purpose: str = "departure"
    subjects: tuple[UUID, ...] = ()


@transaction.atomic
def cross(crossings: Sequence[Crossed]) -> None:
    as_hub()
    project([one.stated for one in crossings])


@transaction.atomic
def see(screenings: Sequence[Seen], *, took_ms: int = 40) -> list[UUID]:
    """What the desks asked, in rows as `screen` writes them; nobody opens these."""
    as_hub()
    ids = [new_id(one.at) for one in screenings]
    with connection.cursor() as cursor:
        cursor.executemany(
            INSERT,
            [
                [
                    id_, one.at, "imigrasi", one.office, f"{one.office}-1", "counter", uuid4(), one.purpose, token("reference", str(id_)), None,
                    list(one.subjects), "clear", "0" * 64, b"", took_ms, token("passport_no", one.passport_no) if one.passport_no else None, False,
                ]
                for id_, one in zip(ids, screenings, strict=True)
            ],
        )  # fmt: skip
    return ids


def heard(at: datetime, *, failing_since: datetime | None = None) -> None:
    """The feed of crossings was last heard well at `at`; silent since `failing_since`."""
    with connection.cursor() as cursor:
        cursor.execute(FEED, [at, at, failing_since, "refused" if failing_since else "", at])


def compared(checkpoints: dict[str, str], *, since: datetime) -> None:
    """The policy names these checkpoints, each with the office that answers for it."""
    (table,) = (content for name, _, content in cast.tables() if name == "unscreened")
    told = {"opened": (since - timedelta(days=1)).isoformat(), "declared": "tests"}
    lanes = dict.fromkeys(("counter", "autogate"), told)
    adopt(
        "unscreened",
        table | {"checkpoints": {place: {"office": office, "lanes": lanes} for place, office in checkpoints.items()}},
    )


def adopt(name: str, content: Any, *, days: int = 1) -> None:
    """So many days after all other tables."""
    Version.objects.create(
        id=uuid4(), name=name, sha256=uuid4().hex * 2, content=content, in_force_from=cast.BEFORE + timedelta(days=days),
        adopted_by=uuid4(), reason="tests",
    )  # fmt: skip
