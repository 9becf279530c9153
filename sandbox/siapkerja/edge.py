"""SIAPkerja's events as bytes, where its breakages show; and the side from which one can pull (offset and limit)."""

from __future__ import annotations

import hmac
import json
from datetime import datetime, timedelta
from typing import Any

from sandbox.breakage import excel_number, reordered
from sandbox.running import Place
from sandbox.serving import Asked, Door, Reply
from sandbox.store import Row, Store

MOST_ROWS = 1000
USUAL_ROWS = 50
SENT_TWICE = 50  # in a thousand
SENT_OLD = 100
STRANGE_CODE = 30
STRANGE_STATUS = "ON_HOLD"
RENAMED = {"dateOfBirth": "birthDate"}
COLUMNS = "SELECT sequence, cpmi_id, revision, content FROM events"

Event = dict[str, Any]


class Edge:
    """Pages and deliveries from the store."""

    def __init__(self, place: Place, store: Store) -> None:
        self.store, self.breaks = store, place.breaks
        self._token = place.secret("pull-token")

    def open(self, host: str, port: int) -> Door:
        def gateway(_: Asked) -> Reply:
            return Reply(
                status=504, content="application/problem+json", body=b'{"title":"Gateway Time-out","status":504}'
            )

        return Door(host, port, self.answer, breaks=self.breaks, when_down=gateway, server_name="siapkerja-api")

    def answer(self, asked: Asked) -> Reply:
        given = asked.headers.get("authorization", "")
        if not hmac.compare_digest(given.encode(), f"Bearer {self._token}".encode()):
            return problem(401, "Unauthorized")
        if asked.method != "GET":
            return problem(405, "Method Not Allowed")
        if asked.path not in ("/v1/events", "/v1/workers"):
            return problem(404, "Not Found")
        offset, limit = asked.query.get("offset", "0"), asked.query.get("limit", str(USUAL_ROWS))
        if not (offset.isdigit() and limit.isdigit() and 1 <= int(limit) <= MOST_ROWS):
            return problem(422, f"offset from 0, limit 1 to {MOST_ROWS}")
        return self._page(int(offset), int(limit), latest=asked.path == "/v1/workers")

    def events_after(self, sequence: int, count: int) -> list[Row]:
        """What is due for pushing. A stale SIAPkerja has nothing new."""
        return self.store.all(
            f"{COLUMNS} WHERE sequence > ? AND recorded <= ? ORDER BY sequence LIMIT ?",
            (sequence, self._until(), count),
        )

    def written(self, found: list[Row]) -> list[Event]:
        """Events as they are sent, pushed or pulled."""
        events = [self._event(row) for row in found]
        if not self.breaks.names():
            return events
        keys = [f"{row[1]}/{row[2]}" for row in found]
        twice = {k for k in keys if self.breaks.strikes("duplicate", k, in_a_thousand=SENT_TWICE)}
        sent = [(key, e) for key, event in zip(keys, events, strict=True) for e in [event] * (2 if key in twice else 1)]
        sent += [(key, old) for key, row in zip(keys, found, strict=True) if (old := self._old(key, row))]
        if self.breaks.on("reordered"):
            sent = reordered(sent, "siapkerja")
        return [self._bent(key, json.loads(json.dumps(event))) for key, event in sent]

    def encoded(self, body: object) -> bytes:
        """UTF-8. Broken: windows-1252 under the label of UTF-8, with typographic quotes and hard blanks inside
        values.
        """
        text = json.dumps(body, ensure_ascii=False, indent=None)
        if not self.breaks.on("wrong_encoding"):
            return text.encode()
        return text.replace(" ", "\u00a0").replace("'", "\u2019").encode("cp1252", "replace")

    def _page(self, offset: int, limit: int, *, latest: bool) -> Reply:
        """Events, or each worker's last one, from a place on. The list of workers moves while it is read; events only
        grow.
        """
        where = "recorded <= ?" + (" AND latest = 1" if latest else "")
        total = self.store.one(f"SELECT count(*) FROM events WHERE {where}", (self._until(),))
        found = self.store.all(
            f"{COLUMNS} WHERE {where} ORDER BY sequence LIMIT ? OFFSET ?", (self._until(), limit, offset)
        )
        items = self.written(found)
        if latest:
            items = [event["worker"] for event in items]
        body = {"offset": offset, "limit": limit, "total": total[0] if total else 0, "items": items}
        return Reply(content="application/json", body=self.encoded(body), cut=self.breaks.on("half_page"))

    def _until(self) -> str:
        return self.breaks.since("stale") or "9999"

    def _event(self, row: Row) -> Event:
        event: Event = json.loads(str(row[3]))
        return {"sequence": row[0], **event}

    def _old(self, key: str, row: Row) -> Event | None:
        if int(row[2] or 0) < 2 or not self.breaks.strikes("old_versions", key, in_a_thousand=SENT_OLD):
            return None
        old = self.store.one(f"{COLUMNS} WHERE cpmi_id = ? AND revision = ?", (row[1], int(row[2] or 0) - 1))
        return self._event(old) if old else None

    def _bent(self, key: str, event: Event) -> Event:
        worker = event["worker"]
        if self.breaks.on("clock_skew"):
            ahead = timedelta(seconds=self.breaks.amount("clock_skew"))
            event["occurredAt"] = (datetime.fromisoformat(event["occurredAt"]) + ahead).isoformat(
                timespec="milliseconds"
            )
            worker["updatedAt"] = (datetime.fromisoformat(worker["updatedAt"]) + ahead).isoformat(
                timespec="milliseconds"
            )
        if self.breaks.strikes("new_code", key, in_a_thousand=STRANGE_CODE):
            worker["status"] = STRANGE_STATUS
        if self.breaks.on("excel_nik"):
            worker["nationalId"] = excel_number(worker["nationalId"])
        if self.breaks.on("renamed_column"):
            event["worker"] = {RENAMED.get(name, name): value for name, value in worker.items()}
        return event


def problem(status: int, title: str) -> Reply:
    body = json.dumps({"title": title, "status": status}).encode()
    return Reply(status=status, content="application/problem+json", body=body)
