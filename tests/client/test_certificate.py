"""The kit shows its certificate through a real TLS terminator, and what the kit makes is what the hub takes."""

from __future__ import annotations

import socket
import ssl
import subprocess
import sys
import threading
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from client.suar_client import Hub, Refused
from client.suar_client.keys import certificate_thumbprint, new_certificate, new_key, public_pem, thumbprint
from suar.agencies.actions.machines import propose_certificate
from suar.agencies.queries.machines import proposal
from tests import cast, database
from tests.agencies.ceremony import Machine, confirmed
from tests.browser.conftest import served
from tests.certificates import written
from tests.client.test_against_hub import ORIGIN
from tests.house import rules


class Terminator:
    """TLS outside, plain inside: one request a connection; it writes `Client-Cert` itself and lets nobody else's through."""

    def __init__(self, inside: str, folder: Path, known: list[Path]) -> None:
        self.inside = urlsplit(inside)
        self.authority, key = written(folder, "localhost")
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(self.authority, key)
        self.context.verify_mode = ssl.CERT_OPTIONAL
        for one in known:
            self.context.load_verify_locations(one)
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.address = f"https://localhost:{self.listening.getsockname()[1]}"
        threading.Thread(target=self.run, daemon=True).start()

    def run(self) -> None:
        while True:
            try:
                line, _ = self.listening.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(line,), daemon=True).start()

    def serve(self, line: socket.socket) -> None:
        try:
            with self.context.wrap_socket(line, server_side=True) as shown:
                self.pass_on(shown)
        except (ssl.SSLError, OSError):
            line.close()

    def pass_on(self, shown: ssl.SSLSocket) -> None:
        head, _, body = read_head(shown)
        words = head.decode().split("\r\n")
        kept = [
            word
            for word in words[1:]
            if not word.lower().startswith(("client-cert:", "connection:", "x-forwarded-for:"))
        ]
        length = next((int(word.partition(":")[2]) for word in kept if word.lower().startswith("content-length:")), 0)
        while len(body) < length:
            body += shown.recv(65536)
        der = shown.getpeercert(binary_form=True)
        mine = [f"Client-Cert: :{b64encode(der).decode()}:"] if der else []
        told = "\r\n".join([words[0], *kept, *mine, "Connection: close", "", ""]).encode() + body
        with socket.create_connection((self.inside.hostname or "", self.inside.port or 0)) as behind:
            behind.sendall(told)
            while part := behind.recv(65536):
                shown.sendall(part)


def read_head(line: ssl.SSLSocket) -> tuple[bytes, bytes, bytes]:
    read = b""
    while b"\r\n\r\n" not in read:
        part = line.recv(65536)
        if not part:
            raise OSError("cut")
        read += part
    return read.partition(b"\r\n\r\n")


@pytest.fixture
def suar(cloned_database: database.Copy, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    cast.adopt()
    monkeypatch.setenv("SUAR_PROXIES", "127.0.0.1/32")
    with served(cloned_database) as address:
        yield address


def test_the_kit_shows_its_certificate_on_the_line_and_without_it_gets_nothing(suar: str, tmp_path: Path) -> None:
    key, ours, others = tmp_path / "our.pem", tmp_path / "line.pem", tmp_path / "other.pem"
    made, printed = new_key(key), new_certificate(ours, tmp_path / "line.key", "sistem.kp2mi.example")
    new_certificate(others, tmp_path / "other.key", "siapa.example")
    machine = Machine(id="kp2mi-sistem", key=made)
    held = proposal(confirmed(propose_certificate(machine.id, ours.read_text(), act=machine.hers())))
    shown = proposal(machine.key_id)
    assert held and held.thumbprint == printed == certificate_thumbprint(ours)
    assert shown and shown.thumbprint == thumbprint(made) and public_pem(made).startswith("-----BEGIN PUBLIC")
    gate = Terminator(suar, tmp_path, [ours, others])

    def hub(certificate: Path | None, certificate_key: Path | None, base: str = gate.address) -> Hub:
        return Hub(
            base, machine.id, key, origin=ORIGIN, tries=1, certificate=certificate, certificate_key=certificate_key,
            authority=gate.authority,
        )  # fmt: skip

    with hub(ours, tmp_path / "line.key") as it:
        assert it.get("/api/v1/sources")["sources"] is not None
        stolen = it.token()
    for refused in (hub(None, None), hub(others, tmp_path / "other.key"), hub(None, None, suar)):
        with refused as it:
            with pytest.raises(Refused) as why:
                it.token()
            assert why.value.code == "auth.assertion"
            answer = it.http.get("/api/v1/sources", headers={"Authorization": f"Bearer {stolen}"})
            assert answer.status_code == 401


def test_at_the_terminal_keys_are_made_once_and_never_written_over(tmp_path: Path) -> None:
    def said(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "client.suar_client", *words], cwd=rules.ROOT, capture_output=True, text=True
        )

    key, certificate, line_key = (str(tmp_path / name) for name in ("our.pem", "line.pem", "line.key"))
    first = said("new-key", key)
    assert first.returncode == 0 and "BEGIN PUBLIC KEY" in first.stdout and "PRIVATE" not in first.stdout
    again = said("new-key", key)
    assert again.returncode == 2 and "FileExistsError" in again.stderr
    made = said("new-certificate", certificate, line_key, "--name", "sistem.kp2mi.example")
    assert made.returncode == 0 and "BEGIN CERTIFICATE" in made.stdout and "PRIVATE" not in made.stdout
    assert {Path(one).stat().st_mode & 0o777 for one in (key, certificate, line_key)} == {0o600}
