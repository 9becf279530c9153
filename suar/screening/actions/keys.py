"""Idempotency keys: the same key with the same body gives what it gave before; with another body it is refused (DESIGN 8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from suar.core.errors import Conflict
from suar.vault.queries import token


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys under which clients made things of one kind; `table` has one column named as the thing is."""

    table: str
    thing: str

    def earlier(self, client: str | UUID, key: str, body: bytes) -> UUID | None:
        """What this client made under this key before; None without a key. Refuses: Conflict where the body was another."""
        if not key:
            return None
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT body, {self.thing} FROM {self.table} WHERE client = %s AND key = %s",
                [client, token("key", key)],
            )
            row = cursor.fetchone()
        if row and bytes(row[0]) != body:
            raise Conflict(f"{self.thing}.other_body")
        return row[1] if row else None

    def remember(self, client: str | UUID, key: str, body: bytes, made: UUID, at: datetime) -> None:
        """In the transaction of what is made. Refuses: Conflict where the same key came twice at once; the other one has answered."""
        if not key:
            return
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {self.table} (client, key, body, {self.thing}, at) VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
                [client, token("key", key), body, made, at],
            )
            if not cursor.rowcount:
                raise Conflict(f"{self.thing}.same_key_running")
