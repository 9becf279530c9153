"""Records opened as they were spoken, whether or not they are their source's present word."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import connections

from suar.core.canonical import packed, unpacked
from suar.intake.queries.batches import Stated
from suar.vault.queries import DEFAULT, token, unseal

SPOKEN = """
SELECT r.id, r.batch, r.source, r.agency, r.kind, r.subject, r.version, r.stated_at, r.content, r.sealed, b.media
FROM intake_record r JOIN intake_batch b ON b.id = r.batch WHERE r.id = ANY(%b) ORDER BY r.id
"""


def spoken(records: Sequence[UUID], *, wall: str = DEFAULT) -> list[Stated]:
    """These records, opened. `withdrawn`: by its own words the record takes back what was stated, or its row vanished from a list.
    As the hub.
    """
    with connections[wall].cursor() as cursor:
        cursor.execute(SPOKEN, [list(records)])
        rows = cursor.fetchall()
    found = []
    for id_, batch, source, agency, kind, subject, version, stated_at, content, sealed, media in rows:
        body = unpacked(unseal(sealed, about=id_.bytes, wall=wall))
        at = stated_at.isoformat() if stated_at else ""
        taken_back = token("content", packed([body["values"], at, True, body["subject_id"]]).decode(), wall=wall)
        own = "" if body["stamped"] else version
        withdrawn = media == "vanished" or bytes(content) == taken_back
        found.append(
            Stated(
                id_, batch, source, agency, kind, subject, own, stated_at, body["record_id"], body["values"], withdrawn
            )
        )
    return found
