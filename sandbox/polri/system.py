"""Polri, as the frame knows it: an SFTP server that shows signed files of days that are over.

Temper: taciturn. Nothing is told before its day is over, and of a file no more than its manifest says.
"""

from __future__ import annotations

from typing import ClassVar

from sandbox.nation.model import Happening, PoliceReport, Suspect
from sandbox.polri.files import SCHEMA, Files, keep
from sandbox.polri.records import lines
from sandbox.polri.sftp import USER, SftpDoor, asyncssh_key, written_key
from sandbox.running import Address, Place, public_pem


class System:
    name: ClassVar[str] = "polri"
    more_ports: ClassVar[tuple[str, ...]] = ()
    hears: ClassVar[tuple[type, ...]] = (PoliceReport, Suspect)

    def __init__(self, place: Place) -> None:
        self.place = place
        self.store = place.store(SCHEMA)
        self.files = Files(self.store, place)
        self._door: SftpDoor | None = None

    def absorb(self, happening: Happening) -> None:
        for line in lines(happening):
            keep(self.store, line, happening.at)

    def start(self, host: str, port: int) -> Address:
        host_key, client_key = self.place.signing_key("host"), asyncssh_key(self.place.signing_key("client"))
        password = self.place.secret("password")
        self._door = SftpDoor(host, port, files=self.files, host_key=host_key, client_key=client_key, password=password)
        key_file = written_key(client_key, self.place.home / "keys" / "polri-client-openssh")
        return {
            "base": f"sftp://{host}:{self._door.port}/kirim",
            "host": host,
            "port": self._door.port,
            "user": USER,
            "password": password,
            "key_file": str(key_file),
            "private_key": client_key.export_private_key("openssh").decode(),
            "host_key": asyncssh_key(host_key).export_public_key("openssh").decode().strip(),
            "signing_key": public_pem(self.files.key),
        }

    def stop(self) -> None:
        if self._door:
            self._door.close()
