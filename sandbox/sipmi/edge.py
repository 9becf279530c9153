"""SIPMI's export: JSON Lines, one file a day and kind, behind a page of links and a password.

Temper: the page of links says how many lines a file must have; a file itself may lie. Old days never change. Down, it
sends 502.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
from html import escape
from typing import Any

from sandbox.breakage import excel_number, reordered
from sandbox.running import Place
from sandbox.serving import Asked, Door, Reply
from sandbox.store import Row, Store

USER = "suar"
FILE = re.compile(r"(panik|aduan)-([0-9]{4}-[0-9]{2}-[0-9]{2})\.jsonl")
SENT_TWICE = 100  # in a thousand
SENT_OLD = 500
STRANGE_CODE = 100
STRANGE_STATE = 7


def bad_gateway(_: Asked) -> Reply:
    return Reply(status=502, content="text/html", body=b"<html><body><h1>502 Bad Gateway</h1></body></html>")


class Edge:
    """Files made from the store whenever asked."""

    def __init__(self, place: Place, store: Store) -> None:
        self.store, self.breaks = store, place.breaks
        self._password = place.secret("password")

    def open(self, host: str, port: int) -> Door:
        return Door(host, port, self.answer, breaks=self.breaks, when_down=bad_gateway, server_name="nginx")

    def answer(self, asked: Asked) -> Reply:
        if not self._let_in(asked):
            headers = {"WWW-Authenticate": 'Basic realm="ekspor"'}
            return Reply(status=401, content="text/html", body=b"<h1>401</h1>", headers=headers)
        if asked.method not in ("GET", "HEAD"):
            return Reply(status=405, content="text/html", body=b"<h1>405</h1>")
        if asked.path in ("/ekspor/", "/ekspor/daftar.json"):
            return self._index(as_json=asked.path.endswith("json"))
        named = FILE.fullmatch(asked.path.removeprefix("/ekspor/"))
        rows = self._rows(named[1], named[2]) if named else []
        if not rows:
            return Reply(status=404, content="text/html", body=b"<h1>404</h1>")
        return self._file(rows)

    def _let_in(self, asked: Asked) -> bool:
        kind, _, coded = asked.headers.get("authorization", "").partition(" ")
        try:
            given = base64.b64decode(coded, validate=True)
        except binascii.Error:
            return False
        return kind.lower() == "basic" and hmac.compare_digest(given, f"{USER}:{self._password}".encode())

    def _index(self, *, as_json: bool) -> Reply:
        """One row a file, oldest first: a link and how many lines it has. The same as JSON, for machines."""
        found = self.store.all(
            "SELECT jenis, hari, count(*) FROM baris WHERE dicatat <= ? GROUP BY jenis, hari ORDER BY hari, jenis",
            (self._until(),),
        )
        if as_json:
            files = [{"nama": f"{kind}-{day}.jsonl", "baris": count} for kind, day, count in found]
            return Reply(body=json.dumps({"berkas": files}).encode())
        lines = [
            f'<tr><td><a href="{escape(f"{kind}-{day}.jsonl")}">{kind}-{day}.jsonl</a></td><td>{count}</td></tr>'
            for kind, day, count in found
        ]
        rows = "\n".join(["<tr><th>berkas</th><th>baris</th></tr>", *lines])
        page = f"<html><body><table>\n{rows}\n</table></body></html>\n"
        return Reply(content="text/html; charset=utf-8", body=page.encode())

    def _rows(self, kind: str, day: str) -> list[Row]:
        where = "jenis = ? AND hari = ? AND dicatat <= ? ORDER BY nomor"
        return self.store.all(f"SELECT uid, rev, isi FROM baris WHERE {where}", (kind, day, self._until()))

    def _file(self, rows: list[Row]) -> Reply:
        lines = [str(row[2]) for row in rows] if not self.breaks.names() else self._broken_lines(rows)
        body = "".join(f"{line}\n" for line in lines).encode("utf-16" if self.breaks.on("wrong_encoding") else "utf-8")
        if self.breaks.on(
            "half_page"
        ):  # the file itself ends in the middle: its length is honest, its last line is not
            body = body[: len(body) // 2].removesuffix(b"}\n")
        tag = f'"{hashlib.sha256(body).hexdigest()}"'
        return Reply(content="application/x-ndjson; charset=utf-8", body=body, headers={"ETag": tag})

    def _broken_lines(self, rows: list[Row]) -> list[str]:
        sent: list[tuple[str, dict[str, Any]]] = []
        for uid, rev, content in rows:
            key = f"{uid}/{rev}"
            sent += [(key, json.loads(str(content)))] * (
                2 if self.breaks.strikes("duplicate", key, in_a_thousand=SENT_TWICE) else 1
            )
            sent += self._old(key, str(uid), int(rev or 0))
        if self.breaks.on("reordered"):
            sent = reordered(sent, "sipmi")
        return [
            json.dumps(self._bent(key, dict(line)), ensure_ascii=False, separators=(",", ":")) for key, line in sent
        ]

    def _old(self, key: str, uid: str, rev: int) -> list[tuple[str, dict[str, Any]]]:
        """The line before this one, again, after it."""
        if rev < 2 or not self.breaks.strikes("old_versions", key, in_a_thousand=SENT_OLD):
            return []
        old = self.store.one("SELECT isi FROM baris WHERE uid = ? AND rev = ?", (uid, rev - 1))
        return [(f"{uid}/{rev - 1}", json.loads(str(old[0])))] if old else []

    def _bent(self, key: str, line: dict[str, Any]) -> dict[str, Any]:
        who = "user" if "user" in line else "korban"
        if self.breaks.on("clock_skew"):
            line["ts_ubah"] += self.breaks.amount("clock_skew") * 1000
        if self.breaks.strikes("new_code", key, in_a_thousand=STRANGE_CODE):
            line["st"] = STRANGE_STATE
        if self.breaks.on("excel_nik") and line[who]["nik"]:
            line[who] = {**line[who], "nik": excel_number(line[who]["nik"])}
        if self.breaks.on("renamed_column"):
            line[who] = {("no_hp" if name == "hp" else name): value for name, value in line[who].items()}
        return line

    def _until(self) -> str:
        return self.breaks.since("stale") or "9999"
