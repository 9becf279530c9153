"""The derived tables in canonical form: every row of every table, each record under the name that its own source gives it instead of the id
of the day, and what is sealed opened. Two runs over the same facts give the same bytes.
"""

from __future__ import annotations

import json
from typing import Any

from django.db import connections, transaction

from suar.agencies.access import as_hub
from suar.core.canonical import canonical
from suar.persons.queries import export
from suar.site.terminal import beside
from suar.vault.queries import DEFAULT, PROTECTION

WALLS = (DEFAULT, PROTECTION)
#: Sealed with a fresh nonce, or a number or an instant that says only when the run was.
OF_THE_DAY = {"claims", "explanation", "num", "waits"}
RECORDS = "SELECT id::text, source || '/' || kind || '/' || encode(ident, 'hex') || '/' || version || '/' || encode(content, 'hex') FROM intake_record"


def derived() -> bytes:
    said: list[Any] = []
    for wall in WALLS:
        with transaction.atomic(using=wall):
            as_hub(wall=wall)
            with connections[wall].cursor() as cursor:
                cursor.execute(RECORDS)
                names = dict(cursor.fetchall())
                for table in beside.derived(wall):
                    cursor.execute(f"SELECT to_jsonb(t)::text FROM {table} t")
                    rows = sorted(row_of(json.loads(text), names) for (text,) in cursor.fetchall())
                    said.append([table, rows])
            said.append(export(wall=wall))
    return canonical(said)


def row_of(row: dict[str, Any], names: dict[str, str]) -> str:
    told = {name: names.get(value, value) if isinstance(value, str) else value for name, value in row.items()}
    return json.dumps({name: told[name] for name in sorted(told) if name not in OF_THE_DAY}, sort_keys=True)
