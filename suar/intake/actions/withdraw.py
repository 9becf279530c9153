"""A row missing from a whole snapshot is withdrawn: a new statement of the source, never a deletion."""

from __future__ import annotations

from uuid import UUID

from django.db import connections, transaction

from suar.audit.actions import append
from suar.core.act import Act
from suar.core.canonical import canonical
from suar.core.standard.mapping import SourceMapping
from suar.exchange.actions import publish_many
from suar.exchange.events import Happened
from suar.intake.actions.quarantine import beside_others
from suar.intake.queries.quarantine import quarantined
from suar.vault.queries import DEFAULT, new_id, seal, token


class TooManyGone(Exception):
    """So many rows are gone that the snapshot itself looks wrong: nothing is withdrawn, an engineer looks."""

    code = "guard.withdrawn"

    def __init__(self, gone: int, known: int) -> None:
        self.params = {"gone": gone, "known": known}
        super().__init__(self.code)


class OlderSnapshot(TooManyGone):
    """The newest that we know is gone and nothing newer came: an old snapshot under a new name. Nothing is withdrawn."""

    code = "guard.older"


# What the rows that are still listed, and those that are not, say at the latest. A row struck out makes room for no newer one only when
# it was itself the newest; then its withdrawal waits until the next row comes.
NEWEST = """
SELECT max(r.stated_at) FILTER (WHERE c.run = %s), max(r.stated_at) FILTER (WHERE c.run <> %s)
FROM intake_current c JOIN intake_record r ON r.id = c.record
WHERE c.source = %s AND c.kind = ANY(%s) AND NOT c.withdrawn
"""


def withdraw_vanished(
    mapping: SourceMapping, stream: str, kinds: list[str], run: UUID, *, act: Act, wall: str = DEFAULT
) -> int:
    """Withdraw what this whole snapshot left out. Returns how many. Raises TooManyGone past the source's guard, OlderSnapshot."""
    with transaction.atomic(using=wall), connections[wall].cursor() as cursor:
        cursor.execute("SELECT set_config('suar.may_read', '*', true)")
        beside_others(mapping.source)
        if quarantined(mapping.source, "", act.at) is not None:  # it was stopped while its list was being read
            return 0
        cursor.execute(
            "SELECT kind, ident, subject FROM intake_current WHERE source = %s AND kind = ANY(%s) AND run <> %s AND NOT withdrawn"
            " ORDER BY kind, ident FOR UPDATE",
            [mapping.source, kinds, run],
        )
        gone = [(kind, bytes(ident), subject) for kind, ident, subject in cursor.fetchall()]
        cursor.execute(
            "SELECT count(*) FROM intake_current WHERE source = %s AND kind = ANY(%s) AND NOT withdrawn",
            [mapping.source, kinds],
        )
        known = int(cursor.fetchone()[0])
        if known >= mapping.guard.from_records and len(gone) * 1000 > known * mapping.guard.withdrawn_permille:
            raise TooManyGone(len(gone), known)
        if gone:
            cursor.execute(NEWEST, [run, run, mapping.source, kinds])
            listed, vanished = cursor.fetchone()
            if vanished is not None and (listed is None or vanished > listed):
                raise OlderSnapshot(len(gone), known)
            write(mapping, stream, run, gone, act=act, wall=wall)
        cursor.execute("UPDATE intake_run SET withdrawn = %s WHERE id = %s", [len(gone), run])
    return len(gone)


def write(
    mapping: SourceMapping, stream: str, run: UUID, gone: list[tuple[str, bytes, UUID | None]], *, act: Act, wall: str
) -> None:
    batch = new_id(act.at)
    ids = [new_id(act.at) for _ in gone]
    content = token("content", "withdrawn", wall=wall)
    bodies = [
        seal(
            canonical({"record_id": "", "subject_id": "", "values": {}, "remarks": [], "stamped": True}),
            about=id_.bytes,
            wall=wall,
        )
        for id_ in ids
    ]
    with connections[wall].cursor() as cursor:
        cursor.execute(
            "INSERT INTO intake_batch (id, run, source, agency, stream, media, received_at, sha256, size, head, cursor_after, state)"
            " VALUES (%s, %s, %s, %s, %s, 'vanished', %s, '', 0, '', '', 'read')",
            [batch, run, mapping.source, mapping.agency, stream, act.at],
        )
        cursor.execute(
            "INSERT INTO intake_record (id, batch, position, source, agency, kind, ident, subject, message, version, stated_at, content,"
            " state, remarks, sealed) SELECT id, %s, 0, %s, %s, kind, ident, subject, uuid_send(id), %s, %s, %s, 'accepted', '[]', sealed"
            " FROM unnest(%b::uuid[], %b::text[], %b::bytea[], %b::uuid[], %b::bytea[]) AS row (id, kind, ident, subject, sealed)",
            [
                batch, mapping.source, mapping.agency, act.at.isoformat(), act.at, content,
                ids, [kind for kind, *_ in gone], [ident for _, ident, _ in gone], [subject for *_, subject in gone], bodies,
            ],
        )  # fmt: skip
        cursor.execute(
            "UPDATE intake_current c SET record = row.id, version = %s, content = %s, withdrawn = true"
            " FROM unnest(%b::uuid[], %b::text[], %b::bytea[]) AS row (id, kind, ident)"
            " WHERE c.source = %s AND c.kind = row.kind AND c.ident = row.ident",
            [
                act.at.isoformat(),
                content,
                ids,
                [kind for kind, *_ in gone],
                [ident for _, ident, _ in gone],
                mapping.source,
            ],
        )
    append("record.withdrawn", act, about=[batch, *ids], wall=wall, source=mapping.source, rows=len(gone))
    if wall == DEFAULT:
        withdrawn = [
            Happened(
                type="record.accepted",
                giver=mapping.agency,
                thing=id_,
                subject=subject,
                classes=(kind,),
                effect="withdrawn",
            )
            for id_, (kind, _, subject) in zip(ids, gone, strict=True)
        ]
        publish_many([*withdrawn, Happened(type="batch.read", giver=mapping.agency, thing=batch)], act)
