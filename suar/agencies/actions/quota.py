"""What a machine uses is counted in the database, so that a restart or a second program counts on (SECURITY T09)."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from suar.agencies.queries.machines import quota, seconds_of
from suar.core.errors import Refusal
from suar.core.machine import slot_of

#: A program takes so much of a quota at once and gives it out by itself: a count in the database for each request would cost more than the answer.
#: What a program took and did not give out counts as used, so all programs together never give more than the quota.
SHARES = 100
KEPT = timedelta(days=92)


class QuotaSpent(Refusal):
    """The machine has used what it may in this minute or on this day."""

    code = "quota.spent"
    status = 429


TAKE = """
INSERT INTO agencies_use (machine, kind, slot, taken) VALUES (%s, %s, %s, %s)
ON CONFLICT (machine, kind, slot) DO UPDATE SET taken = agencies_use.taken + excluded.taken
WHERE agencies_use.taken + excluded.taken <= %s RETURNING taken
"""


def take(machine: UUID, kind: str, slot: datetime, much: int, most: int) -> bool:
    """Take so much of what is left, or nothing."""
    if much > most:
        return False
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [machine, kind, slot, much, most])
        return cursor.fetchone() is not None


def spend(machine: UUID, kind: str, at: datetime, much: int = 1) -> None:
    """Count so much, in the caller's transaction: what is rolled back was not used. Refuses: QuotaSpent."""
    slot = slot_of(at, seconds_of(kind))
    if much and not take(machine, kind, slot, much, quota(machine, kind, at)):
        raise spent(kind, slot, at)


def spent(kind: str, slot: datetime, at: datetime) -> QuotaSpent:
    again = slot + timedelta(seconds=seconds_of(kind)) - at
    return QuotaSpent(kind=kind, retry_after_s=max(1, int(again.total_seconds()) + 1))


class Purse:
    """What this program has taken and not given out yet, for each machine and kind. Asked by many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: dict[tuple[str, UUID, str], tuple[datetime, int]] = {}

    def pay(self, machine: UUID, kind: str, at: datetime) -> None:
        """One request. Refuses: QuotaSpent."""
        slot = slot_of(at, seconds_of(kind))
        key = (str(connection.settings_dict["NAME"]), machine, kind)
        if self.give(key, slot):
            return
        most = quota(machine, kind, at)
        share = max(1, most // SHARES)
        if take(machine, kind, slot, share, most):
            self.fill(key, slot, share - 1)
        elif not take(machine, kind, slot, 1, most):
            raise spent(kind, slot, at)

    def give(self, key: tuple[str, UUID, str], slot: datetime) -> bool:
        with self._lock:
            of, left = self._held.get(key, (slot, 0))
            if of != slot or left < 1:
                return False
            self._held[key] = (slot, left - 1)
            return True

    def fill(self, key: tuple[str, UUID, str], slot: datetime, much: int) -> None:
        with self._lock:
            of, left = self._held.get(key, (slot, 0))
            self._held[key] = (slot, much + (left if of == slot else 0))


purse = Purse()


def forget_use(at: datetime) -> None:
    """Minutes are of no use once they are over, days for a quarter."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM agencies_use WHERE slot < %s OR (kind LIKE '%%minute' AND slot < %s)",
            [at - KEPT, at - timedelta(days=1)],
        )
