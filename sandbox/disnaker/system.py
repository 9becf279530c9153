"""The joint server of the manpower offices: weekly bundles of letters, a typed list of paper ones, and who is joined.

Temper: plain. A key in a header, files that are asked for one by one; down, it hangs up without a word.
"""

from __future__ import annotations

import hmac
import re
from typing import ClassVar

from sandbox.disnaker.edge import SCHEMA, Edge, keep_digital, keep_typed, tag_of, week_of
from sandbox.disnaker.letters import Districts, digital, typed
from sandbox.nation.model import Happening, RecommendationLetter
from sandbox.running import Address, Place
from sandbox.serving import Asked, Door, Reply, compact

KEY_HEADER = "Kunci-Dinas"
PAPER_LIST = "Rekap_surat_kertas.csv"
JSON = "application/json; charset=utf-8"


class System:
    """The manpower offices' letters, as the frame knows them."""

    name: ClassVar[str] = "disnaker"
    more_ports: ClassVar[tuple[str, ...]] = ()
    hears: ClassVar[tuple[type, ...]] = (RecommendationLetter,)

    def __init__(self, place: Place) -> None:
        self.place = place
        self.store = place.store(SCHEMA)
        self.breaks = place.breaks
        self.edge = Edge(self.store, self.breaks)
        self.districts = Districts()
        self._door: Door | None = None

    def absorb(self, happening: Happening) -> None:
        of = happening.of
        if not isinstance(of, RecommendationLetter):
            return
        coverage = self.districts.coverage(of.disnaker)
        if coverage == "TERHUBUNG" and not of.on_paper:
            keep_digital(self.store, digital(of), happening.at)
        elif coverage != "BELUM":
            keep_typed(self.store, typed(of))

    def start(self, host: str, port: int) -> Address:
        self._key = self.place.secret("key")
        self._door = Door(
            host,
            port,
            self.answer,
            breaks=self.breaks,
            when_down=lambda _: Reply(drop=True),
            server_name="srp/1.4",
            now=self.place.now,
        )
        return {"base": self._door.base, "key_header": KEY_HEADER, "api_key": self._key}

    def stop(self) -> None:
        if self._door:
            self._door.close()

    def answer(self, asked: Asked) -> Reply:
        if not hmac.compare_digest(asked.headers.get(KEY_HEADER.lower(), "").encode(), self._key.encode()):
            return said(403, "kunci tidak dikenal")
        if asked.method not in ("GET", "HEAD"):
            return said(405, "hanya GET")
        match asked.path.strip("/").split("/"):
            case ["cakupan"]:
                return Reply(content=JSON, body=self._coverage())
            case ["bundel"]:
                weeks = [{"nama": f"{week}.json"} for week in self.edge.weeks()]
                return Reply(content=JSON, body=compact({"bundel": weeks}))
            case ["bundel", name] if re.fullmatch(r"[0-9]{4}-W[0-9]{2}\.json", name):
                return self._bundle(asked, name.removesuffix(".json"))
            case ["wilayah", code, "surat.json"]:
                return self._district(asked, code)
            case ["kertas", name] if name == PAPER_LIST:
                return self._file(asked, self.edge.typed(self.place.now()), "text/tab-separated-values; charset=utf-8")
        return said(404, "tidak ada")

    def _coverage(self) -> bytes:
        """Who is joined: TERHUBUNG here, KERTAS only by the typed list, BELUM not at all."""
        rows = [{"kode": code, "nama": name, "status": state} for code, name, state in self.districts.all()]
        return compact({"per": week_of(self.place.now()), "kabupaten_kota": rows})

    def _bundle(self, asked: Asked, week: str) -> Reply:
        if week not in self.edge.weeks():
            return said(404, "tidak ada surat pada minggu itu")
        return self._file(asked, self.edge.bundle(week), JSON)

    def _district(self, asked: Asked, code: str) -> Reply:
        if not (code.isascii() and code.isdecimal() and len(code) == 4):
            return said(404, "kode tidak dikenal")
        if self.districts.coverage(code) != "TERHUBUNG":
            return said(404, "kabupaten/kota belum terhubung")
        return self._file(asked, self.edge.of_district(code), JSON)

    def _file(self, asked: Asked, body: bytes, content: str) -> Reply:
        tag = tag_of(body)
        if asked.headers.get("if-none-match") == tag:
            return Reply(status=304, content=content, headers={"ETag": tag})
        return Reply(content=content, body=body, headers={"ETag": tag}, cut=self.breaks.on("half_page"))


def said(status: int, words: str) -> Reply:
    return Reply(status=status, content=JSON, body=compact({"pesan": words}))
