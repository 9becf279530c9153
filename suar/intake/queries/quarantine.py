"""Which sources and keys are in quarantine: whose new sendings are kept unread, whose records since when are not believed, and whose human
beings no desk weighs until the derived state shows it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connections

from suar.agencies.access import as_hub
from suar.core.values import value
from suar.policies.queries import once_a_request
from suar.vault.queries import DEFAULT
from suar.vault.queries.prepared import Question, prepared

#: Of the states of a quarantine: new sendings are not read in the first two, records since then are not believed in the second alone.
STOPPED, CONFIRMED, LIFTED = "stopped", "confirmed", "lifted"


@value()
class Left:
    """What is left out: what came from a source since an instant, by one of its keys or ("") by any way."""

    source: str
    key: str
    since: datetime


@value(kw_only=True)
class Standing:
    """A quarantine as it stands. `waits`: the derived state does not show yet what was decided."""

    id: UUID
    source: str
    key: str
    since: datetime
    state: str
    waits: bool

    @property
    def left(self) -> Left:
        return Left(self.source, self.key, self.since)


# Those that hold, and those that are lifted and not yet given back: never more than a few rows.
STAND: Question = (
    "SELECT id, source, key, since, state, waits FROM intake_quarantine WHERE state <> 'lifted' OR waits ORDER BY id",
    (),
)


def standing() -> list[Standing]:
    """Every quarantine that still means something. One small question, asked once a request."""
    return once_a_request(
        "quarantines",
        lambda: [
            Standing(id=id_, source=source, key=key, since=since, state=state, waits=waits)
            for id_, source, key, since, state, waits in prepared(*STAND)
        ],
    )


def quarantined(
    source: str, key: str, received_at: datetime, *, among: Iterable[Standing] | None = None
) -> Left | None:
    """The quarantine for which a sending of this source, by this key, is kept and not read; None where it is read."""
    for one in standing() if among is None else among:
        if one.state != LIFTED and covers(one.left, source, key, received_at):
            return one.left
    return None


def covers(left: Left, source: str, key: str, received_at: datetime) -> bool:
    return left.source == source and left.key in {"", key} and left.since <= received_at


def whole(source: str) -> Standing | None:
    """The quarantine of a source by whatever way, where there is one."""
    return next((one for one in standing() if one.source == source and not one.key and one.state != LIFTED), None)


def since_when() -> Mapping[str, datetime]:
    """Source to the instant since which not all of its word is believed: it cannot be read as a no."""
    found: dict[str, datetime] = {}
    for one in standing():
        if one.state != LIFTED:
            found[one.source] = min(found.get(one.source, one.since), one.since)
    return found


def left_out() -> tuple[Left, ...]:
    """What two persons have decided not to believe."""
    return tuple(one.left for one in standing() if one.state == CONFIRMED)


def waiting() -> list[Standing]:
    """Those of which the derived state does not show yet what was decided."""
    return [one for one in standing() if one.waits]


DOUBTED = "SELECT id FROM intake_doubted WHERE id = ANY(%b::uuid[])"


def doubted_among(ids: Collection[UUID], *, wall: str = DEFAULT) -> set[UUID]:
    """Which of these subjects (or records about nobody) no desk may weigh now: something about them came from a quarantined source since
    then, and the derived state still shows it. Until it is rebuilt nothing is said of them at all.
    """
    if not ids or not any(one.waits and one.state == CONFIRMED for one in standing()):
        return set()
    return {id_ for (id_,) in prepared(DOUBTED, [list(ids)], wall=wall)}


def doubted(quarantine: UUID) -> set[UUID]:
    """Of whom nothing may be weighed since this quarantine."""
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute("SELECT id FROM intake_doubted WHERE quarantine = %s", [quarantine])
        return {id_ for (id_,) in cursor.fetchall()}


def not_doubted(ids: Sequence[UUID], *, wall: str = DEFAULT) -> list[UUID]:
    """These, in their order, without those of whom nothing may be weighed now."""
    doubted = doubted_among(ids, wall=wall)
    return [id_ for id_ in ids if id_ not in doubted]


#: Ids of whom nothing may be weighed now, as a table for the query of a room above.
NOT_WEIGHED = "SELECT id FROM intake_doubted"

ACTS = """
SELECT id, quarantine, verb, at, by, agency, office, reason FROM intake_quarantine_act WHERE quarantine = ANY(%b::uuid[]) ORDER BY id
"""


@value(kw_only=True)
class Done:
    """What somebody did with a quarantine: stopped, confirmed, lift_asked or lifted; rebuilt by the hub itself."""

    id: UUID
    verb: str
    at: datetime
    by: UUID
    agency: str
    office: str
    reason: str


def acts_of(quarantines: Collection[UUID]) -> dict[UUID, list[Done]]:
    """Quarantine to what was done with it, oldest first."""
    found: dict[UUID, list[Done]] = {}
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(ACTS, [list(quarantines)])
        for id_, quarantine, *rest in cursor.fetchall():
            verb, at, by, agency, office, reason = rest
            found.setdefault(quarantine, []).append(
                Done(id=id_, verb=verb, at=at, by=by, agency=agency, office=office, reason=reason)
            )
    return found


ONE = "SELECT id, source, key, since, state, waits FROM intake_quarantine WHERE id = %s"


def quarantine(id_: UUID, *, lock: bool = False) -> Standing | None:
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(ONE + (" FOR UPDATE" if lock else ""), [id_])
        row = cursor.fetchone()
    return of_row(row) if row else None


def of_row(row: Sequence[Any]) -> Standing:
    return Standing(**dict(zip(("id", "source", "key", "since", "state", "waits"), row, strict=True)))


def all_of_them(most: int) -> list[Standing]:
    """Every quarantine there is or was, the newest first."""
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(
            "SELECT id, source, key, since, state, waits FROM intake_quarantine ORDER BY id DESC LIMIT %s", [most]
        )
        return [of_row(row) for row in cursor.fetchall()]


SPOKEN = """
SELECT DISTINCT r.subject FROM intake_batch b JOIN intake_record r ON r.batch = b.id
WHERE b.source = %s AND b.received_at >= %s AND %s IN ('', b.key) AND r.subject IS NOT NULL
"""


def spoken_of(left: Left) -> set[UUID]:
    """Whom what is left out speaks of. As the hub, for the rest of the caller's transaction: ids alone, which are not shown."""
    as_hub()
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(SPOKEN, [left.source, left.since, left.key])
        return {subject for (subject,) in cursor.fetchall()}


def keys_seen() -> list[dict[str, str]]:
    """By which keys sources have signed what they sent."""
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute("SELECT DISTINCT source, key FROM intake_batch WHERE key <> '' ORDER BY 1, 2")
        return [{"source": source, "key": key} for source, key in cursor.fetchall()]


def unread(source: str) -> int:
    """How many of its batches are kept and not read."""
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM intake_batch WHERE source = %s AND state = 'quarantined'", [source])
        return int(cursor.fetchone()[0])


def kept_already(source: str, stream: str, sha256: bytes, *, wall: str = DEFAULT) -> bool:
    """Whether just this sending is the newest of its stream and lies unread: a whole list pulled every few minutes is kept once."""
    with connections[wall].cursor() as cursor:
        cursor.execute(
            "SELECT sha256, state FROM intake_batch WHERE source = %s AND stream = %s ORDER BY received_at DESC, id DESC LIMIT 1",
            [source, stream],
        )
        row = cursor.fetchone()
    return row is not None and (bytes(row[0]), row[1]) == (sha256, "quarantined")
