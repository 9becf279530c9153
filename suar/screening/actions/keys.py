"""Idempotency keys: the same key with the same body gives what it gave before; with another body it is refused (DESIGN 8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from suar.core.errors import Conflict
from suar.vault.queries import token
from suar.vault.queries.prepared import Question, prepared, written


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys under which clients made things of one kind; `table` has one column named as the thing is."""

    table: str
    thing: str

    def question(self, client: str | UUID, key: str) -> list[Question]:
        """What `earlier` asks, for whoever asks several things in one journey."""
        words = f"SELECT body, {self.thing} FROM {self.table} WHERE client = %b AND key = %b"
        return [(words, [client, token("key", key)])] if key else []

    def earlier(self, client: str | UUID, key: str, body: bytes) -> UUID | None:
        """What this client made under this key before; None without a key. Refuses: Conflict where the body was another."""
        for question in self.question(client, key):
            for kept, made in prepared(*question):
                if bytes(kept) != body:
                    raise Conflict(f"{self.thing}.other_body")
                earlier: UUID = made
                return earlier
        return None

    def remember(self, client: str | UUID, key: str, body: bytes, made: UUID, at: datetime) -> None:
        """In the transaction of what is made. Refuses: Conflict where the same key came twice at once; the other one has answered."""
        if not key:
            return
        new = written(
            f"INSERT INTO {self.table} (client, key, body, {self.thing}, at) VALUES (%b, %b, %b, %b, %b) ON CONFLICT DO NOTHING",
            [client, token("key", key), body, made, at],
        )
        if not new:
            raise Conflict(f"{self.thing}.same_key_running")
