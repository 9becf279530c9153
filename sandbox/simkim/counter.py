"""SIMKIM's counters and gates ask the hub about whoever is about to leave, before the crossing is written down.

HOME/simkim/hub.json says where, written by whoever runs the hub: {"base": "http://…", "client": "…", "key": "…/our.pem",
"desks": {"U01": "TPI-CGK-A2", …}}. `desks`: at which control points the hub is in use, and as which desk. Until the file is there, nobody asks.

A hub that does not answer holds nobody up: after three seconds the officer looks with his own eyes, as the procedure for an outage says, and the
counters of the country do not try again for half a minute. Such a crossing has no screening, and the hub will say so.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from client.suar_client import Hub, Refused, Unavailable
from sandbox.simkim import codes

LOOK_S = 5.0
ANSWER_S = 3.0
LEFT_ALONE_S = 30.0

#: The hub's words for SIMKIM's codes of `maksud` and `jk`.
PURPOSES: Mapping[str, str] = {code: word for word, code in codes.PURPOSES.items() if word != "return"}
SEXES: Mapping[str, str] = {code: str(sex) for sex, code in codes.SEXES.items()}


class Counter:
    """What all counters and gates of SIMKIM have in common: one way to the hub."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "hub.json"
        self._hub: Hub | None = None
        self._desks: dict[str, str] = {}
        self._look_at, self._rest_until = 0.0, 0.0

    def ask(self, row: Mapping[str, Any]) -> dict[str, Any] | None:
        """The hub's answer about whoever stands there, or None where it is not in use, or does not answer."""
        hub, now = self._reached(), time.monotonic()
        desk = self._desks.get(str(row["tpi"]))
        if hub is None or desk is None or row["arah"] != codes.DIRECTIONS["exit"] or now < self._rest_until:
            return None
        try:
            return hub.screen(question(row, desk), key=f"simkim-{row['id_perlintasan']}")
        except (Refused, Unavailable) as why:
            self._rest_until = time.monotonic() + LEFT_ALONE_S
            print(f"SIMKIM's counters work without the hub for a while: {why}", file=sys.stderr, flush=True)
            return None

    def _reached(self) -> Hub | None:
        """The hub that the file names. The file is looked at every few seconds, until it is there."""
        if self._hub is None and time.monotonic() >= self._look_at:
            self._look_at = time.monotonic() + LOOK_S
            try:
                told = json.loads(self._file.read_text())
                self._hub = Hub(
                    told["base"], told["client"], Path(told["key"]), timeout_s=ANSWER_S, tries=1, sleep=lambda _: None
                )
                self._desks = dict(told["desks"])
            except (FileNotFoundError, ValueError, KeyError, TypeError):
                return None  # not written yet, or half written
        return self._hub


def question(row: Mapping[str, Any], desk: str) -> dict[str, Any]:
    """SIMKIM's row of a crossing in the hub's words. A gate asks ahead of the traveller, a counter while he stands there."""
    gate = row["lajur"] == codes.LANES["autogate"]
    return {
        "purpose": "prelist" if gate else "departure",
        "desk": desk,
        "lane": "" if gate else desk.rpartition("-")[2],
        "reference": row["id_perlintasan"],
        "traveller": {
            "full_name": row["nama"],
            "passport_no": row["nomor_dokumen"],
            "birth_date": day(row["tgl_lahir"]).isoformat(),
            "sex": SEXES.get(str(row["jk"]), ""),
        },
        "journey": {
            "destination": row["negara"],
            "declared_purpose": PURPOSES.get(str(row["maksud"]), ""),
            "carrier": row["sarana"],
        },
    }


def day(text: str) -> date:
    """SIMKIM writes days as DD-MM-YYYY."""
    day_, month, year = text.split("-")
    return date(int(year), int(month), int(day_))
