"""Dukcapil's server: one POST, one NIK, one answer; and every reason why there is none.

Temper: HTTP 200 whatever happens; what is wrong stands in RESPONSE_CODE. Down, it takes the request and hangs up.
"""

from __future__ import annotations

import hmac
import json
import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from sandbox.dukcapil.register import SCHEMA, keep, residents
from sandbox.dukcapil.verdicts import EXACT, SIMILAR, outcome, verdicts
from sandbox.nation.model import Happening, RegistryEntry
from sandbox.running import Address, Place
from sandbox.serving import Asked, Door, Reply, compact

PATH = "/dukcapil/verifikasi"
MOST_A_DAY = 100_000  # guess; quotas stand in unpublished agreements
USUAL_THRESHOLD = 80  # guess
WIB = ZoneInfo("Asia/Jakarta")

#: Faults: no statement about a person is in any of them. Words as DOMAIN A4 has them; the codes are guesses.
INCOMPLETE = ("01", "Parameter tidak lengkap")
LOGIN = ("02", "Login gagal, periksa user id dan password")
ADDRESS = ("03", "IP tidak sesuai")
QUOTA = ("05", "Kuota akses hari ini habis")
USER_INACTIVE = ("06", "User id tidak aktif")
AGENCY_INACTIVE = ("07", "Instansi tidak aktif")
NEW_OUTCOME = ("88", "Data Dalam Perbaikan")  # the breakage new_code: on no list

STRANGE = 200  # in a thousand
RENAMED = {"NAMA_LGKP": "NAMA_LENGKAP"}


@dataclass(frozen=True, slots=True)
class Account:
    """One institution's access: who, from which addresses, and whether either is switched off."""

    user: str
    addresses: tuple[str, ...]
    user_active: bool = True
    agency_active: bool = True


ACCOUNTS = (
    Account("SUAR01", ("10.88.0.7", "127.0.0.1")),
    Account("SUAR02", ("10.88.0.7", "127.0.0.1"), user_active=False),
    Account("BADANLAMA01", ("10.88.0.9", "127.0.0.1"), agency_active=False),
)


class Quota:
    """How many answers an institution has had on a day: one byte each in a file, so that no restart forgets any."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def take(self, user: str, day: date) -> bool:
        """Take one of the day's answers; False when none is left."""
        number = os.open(self.folder / f"kuota-{user}-{day:%Y%m%d}", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            if os.fstat(number).st_size >= MOST_A_DAY:
                return False
            os.write(number, b".")
        finally:
            os.close(number)
        return True


class System:
    """Dukcapil, as the frame knows it."""

    name: ClassVar[str] = "dukcapil"
    more_ports: ClassVar[tuple[str, ...]] = ()
    hears: ClassVar[tuple[type, ...]] = (RegistryEntry,)

    def __init__(self, place: Place) -> None:
        self.place = place
        self.store = place.store(SCHEMA)
        self.breaks = place.breaks
        self.quota = Quota(place.folder)
        self._door: Door | None = None

    def absorb(self, happening: Happening) -> None:
        if isinstance(happening.of, RegistryEntry):
            keep(self.store, happening.of)

    def start(self, host: str, port: int) -> Address:
        self._passwords = {account.user: self.place.secret(f"password-{account.user}") for account in ACCOUNTS}
        self._door = Door(
            host,
            port,
            self.answer,
            breaks=self.breaks,
            when_down=lambda _: Reply(drop=True),
            server_name="-",
            now=self.place.now,
        )
        user = ACCOUNTS[0].user
        return {
            "base": self._door.base,
            "path": PATH,
            "user": user,
            "password": self._passwords[user],
            "address": ACCOUNTS[0].addresses[0],
            "quota": MOST_A_DAY,
        }

    def stop(self) -> None:
        if self._door:
            self._door.close()

    def answer(self, asked: Asked) -> Reply:
        if asked.path != PATH or asked.method != "POST":
            return Reply(status=404, content="text/plain", body=b"not found\n")
        sent = fields_of(asked.body)
        fault = INCOMPLETE if sent is None else self._fault(sent)
        if fault or sent is None:
            return page(response(*(fault or INCOMPLETE)))
        if self.breaks.strikes("new_code", sent["NIK"], in_a_thousand=STRANGE):
            return page(response(*NEW_OUTCOME))
        found = residents(self.store, sent["NIK"])
        why = outcome(found)
        said = response(*why) if why else verdicts(sent, found[0], int(sent.get("TRESHOLD") or USUAL_THRESHOLD))
        if self.breaks.on("renamed_column"):
            said = {RENAMED.get(name, name): value for name, value in said.items()}
        return page(said, cut=self.breaks.on("half_page"))

    def _fault(self, sent: dict[str, str]) -> tuple[str, str] | None:
        """The first thing wrong with this call, in the order in which the service looks."""
        account = next((one for one in ACCOUNTS if one.user == sent.get("USER_ID")), None)
        said = sent.get("PASSWORD", "").encode()
        known = account and hmac.compare_digest(said, self._passwords[account.user].encode())
        if not account or not known or self.breaks.on("login"):
            return LOGIN
        if not account.agency_active or self.breaks.on("agency_inactive"):
            return AGENCY_INACTIVE
        if not account.user_active or self.breaks.on("user_inactive"):
            return USER_INACTIVE
        if sent.get("IP_USER") not in account.addresses or self.breaks.on("ip"):
            return ADDRESS
        if not complete(sent):
            return INCOMPLETE
        if self.breaks.on("quota") or not self.quota.take(account.user, self.place.now().astimezone(WIB).date()):
            return QUOTA
        return None


def complete(sent: dict[str, str]) -> bool:
    """A NIK, at least one value to compare with it, and a threshold, if any, from 0 to 100."""
    threshold = sent.get("TRESHOLD") or str(USUAL_THRESHOLD)
    return (
        bool(sent.get("NIK"))
        and any(sent.get(field) for field in (*SIMILAR, *EXACT))
        and threshold.isascii()
        and threshold.isdecimal()
        and int(threshold) <= 100
    )


def fields_of(body: bytes) -> dict[str, str] | None:
    """The request: one flat JSON object of texts and whole numbers; None for anything else."""
    try:
        read: Any = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(read, dict) or not all(isinstance(value, str | int) for value in read.values()):
        return None
    return {str(name): str(value).strip() for name, value in read.items()}


def response(code: str, words: str) -> dict[str, str]:
    return {"RESPONSE_CODE": code, "RESPONSE_DESC": words}


def page(said: dict[str, str], *, cut: bool = False) -> Reply:
    """The envelope of a page of one row, as the framework behind the service makes it."""
    body = compact(
        {
            "content": [said],
            "lastPage": True,
            "numberOfElements": 1,
            "sort": None,
            "totalElements": 1,
            "firstPage": True,
            "number": 0,
            "size": 1,
        }
    )
    return Reply(body=body, cut=cut)
