"""SIMKIM's HTTP side: OAuth 2 client credentials, cursor paging, a change feed, and the daily list of exit bans.

Temper: strict about tokens (15 minutes), answers errors in JSON of its own, and puts up an HTML page while it is
under maintenance.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable
from secrets import token_urlsafe

from sandbox.running import Place
from sandbox.serving import Asked, Door, Reply, compact
from sandbox.simkim.cegah import BanLists
from sandbox.simkim.edge import Edge
from sandbox.store import Store

TOKEN_S = 900
MOST_ROWS = 1000
USUAL_ROWS = 100
CLIENT_ID = "suar-hub"

MAINTENANCE = (
    b"<!DOCTYPE html><html><head><title>SIMKIM</title></head><body><h1>Sedang dalam pemeliharaan</h1>"
    b"<p>Sistem Informasi Manajemen Keimigrasian sementara tidak dapat diakses.</p></body></html>"
)

#: Path of each entity and the name of its rows in the store.
ENTITIES = {
    "permohonan": "permohonan",
    "paspor": "paspor",
    "perlintasan": "perlintasan",
    "penundaan": "penundaan",
}


def maintenance(_: Asked) -> Reply:
    return Reply(status=503, content="text/html; charset=utf-8", body=MAINTENANCE, headers={"Retry-After": "60"})


def refused(status: int, code: str, words: str) -> Reply:
    headers = {"WWW-Authenticate": 'Bearer realm="simkim"'} if status == 401 else {}
    return Reply(status=status, body=compact({"galat": code, "keterangan": words}), headers=headers)


class Tokens:
    """Bearer tokens that end. Kept in memory only: after a restart every client asks again."""

    def __init__(self, client_secret: str) -> None:
        self._secret = client_secret
        self._until: dict[str, float] = {}
        self._lock = threading.Lock()

    def give(self, asked: Asked) -> Reply:
        """RFC 6749 section 4.4, with the client's name and secret in the form or in a Basic header."""
        form = asked.form()
        if form.get("grant_type") != "client_credentials":
            return Reply(status=400, body=compact({"error": "unsupported_grant_type"}))
        name, secret = self._credentials(asked, form)
        if name != CLIENT_ID or not hmac.compare_digest(secret.encode(), self._secret.encode()):
            return Reply(status=401, body=compact({"error": "invalid_client"}), headers={"WWW-Authenticate": "Basic"})
        token, now = token_urlsafe(24), time.monotonic()
        with self._lock:
            self._until = {old: until for old, until in self._until.items() if until > now}
            self._until[token] = now + TOKEN_S
        body = compact({"access_token": token, "token_type": "Bearer", "expires_in": TOKEN_S})
        return Reply(body=body, headers={"Cache-Control": "no-store"})

    def hold(self, asked: Asked) -> bool:
        kind, _, token = asked.headers.get("authorization", "").partition(" ")
        with self._lock:
            return kind.lower() == "bearer" and self._until.get(token, 0.0) > time.monotonic()

    def _credentials(self, asked: Asked, form: dict[str, str]) -> tuple[str, str]:
        kind, _, coded = asked.headers.get("authorization", "").partition(" ")
        if kind.lower() != "basic":
            return form.get("client_id", ""), form.get("client_secret", "")
        try:
            name, _, secret = base64.b64decode(coded, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return "", ""
        return name, secret


class Cursors:
    """Opaque cursors: a place in one entity's rows (or in the change feed), signed so that nobody invents one."""

    def __init__(self, key: str) -> None:
        self._key = key.encode()

    def write(self, of: str, after: int) -> str:
        said = f"{of}:{after}".encode()
        return base64.urlsafe_b64encode(self._sign(said) + said).decode().rstrip("=")

    def read(self, cursor: str, of: str) -> int | None:
        """The place that a cursor means, or None for one that this entity never gave."""
        try:
            raw = base64.urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4))
        except (binascii.Error, UnicodeEncodeError):
            return None
        sign, said = raw[:12], raw[12:]
        if not hmac.compare_digest(sign, self._sign(said)):
            return None
        whose, _, after = said.decode().partition(":")
        return int(after) if whose == of else None

    def _sign(self, said: bytes) -> bytes:
        return hmac.new(self._key, said, hashlib.sha256).digest()[:12]


class MainDoor:
    """Everything of SIMKIM but the sums of the ban list, which come from another port."""

    def __init__(self, place: Place, store: Store) -> None:
        self.place, self.store = place, store
        self.breaks = place.breaks
        self.tokens = Tokens(place.secret("client"))
        self.cursors = Cursors(place.secret("cursor"))
        self.edge = Edge(store, self.breaks)
        self.bans = BanLists(store, place)

    def open(self, host: str, port: int) -> Door:
        return Door(host, port, self.answer, breaks=self.breaks, when_down=maintenance, server_name="SIMKIM/2.0")

    def answer(self, asked: Asked) -> Reply:
        if asked.path == "/oauth/token":
            return self.tokens.give(asked) if asked.method == "POST" else refused(405, "METODE", "gunakan POST")
        if asked.method != "GET":
            return refused(405, "METODE", "hanya GET")
        if not self.tokens.hold(asked):
            return refused(401, "TOKEN", "token tidak ada, salah, atau kedaluwarsa")
        parts = asked.path.strip("/").split("/")
        if parts[:1] == ["cegah"]:
            return self.bans.answer(parts[1:])
        if parts[:2] != ["api", "v2"] or len(parts) < 3:
            return refused(404, "TIDAK_ADA", "alamat tidak dikenal")
        if parts[2] == "perubahan" and len(parts) == 3:
            return self._changes(asked)
        if parts[2] not in ENTITIES:
            return refused(404, "TIDAK_ADA", "entitas tidak dikenal")
        return self._one(parts[2], "/".join(parts[3:])) if len(parts) > 3 else self._page(asked, parts[2])

    def _page(self, asked: Asked, entity: str) -> Reply:
        """Rows as they stand now, each once. A row that changes while somebody pages moves to the end, so none is
        missed.
        """
        return self._rows(
            asked, entity, asked.query.get("kursor", ""), lambda after, n: self.edge.latest(entity, after, n)
        )

    def _changes(self, asked: Asked) -> Reply:
        """Every version of every row, in the order in which they were recorded; `sejak` empty means from the beginning.
        beginning.
        """
        entity = asked.query.get("entitas", "")
        if entity and entity not in ENTITIES:
            return refused(400, "PARAMETER", "entitas tidak dikenal")
        feed = f"perubahan-{entity}"
        return self._rows(
            asked, feed, asked.query.get("sejak", ""), lambda after, n: self.edge.changes(entity, after, n)
        )

    def _rows(
        self, asked: Asked, of: str, cursor: str, rows: Callable[[int, int], tuple[list[bytes], int, bool]]
    ) -> Reply:
        after = self.cursors.read(cursor, of) if cursor else 0
        if after is None:
            return refused(400, "KURSOR", "kursor tidak sah")
        wanted = asked.query.get("ukuran", str(USUAL_ROWS))
        if not wanted.isdigit() or not 1 <= int(wanted) <= MOST_ROWS:
            return refused(400, "PARAMETER", f"ukuran 1 sampai {MOST_ROWS}")
        found, last, more = rows(after, int(wanted))
        ending = json.dumps({"kursor": self.cursors.write(of, last), "masih_ada": more, "jumlah": len(found)})
        body = b'{"data":[' + b",\n".join(found) + b'],"halaman":' + ending.encode() + b"}"
        return self.edge.written(body)

    def _one(self, entity: str, number: str) -> Reply:
        found = self.edge.one(entity, number)
        return self.edge.written(found) if found else refused(404, "TIDAK_ADA", "nomor tidak ditemukan")
