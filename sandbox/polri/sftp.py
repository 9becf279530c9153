"""A real SFTP server over SSH, for one user, one folder, reading only.

The user logs in with a key or with a password. There is no shell, no command, no tunnel, and no way out of the folder.
"""

from __future__ import annotations

import asyncio
import hmac
import posixpath
import threading
import time
from collections.abc import AsyncIterator
from pathlib import Path

import asyncssh
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sandbox.breakage import Breaks
from sandbox.polri.files import Files

USER = "suar"
WRITING = asyncssh.FXF_WRITE | asyncssh.FXF_APPEND | asyncssh.FXF_CREAT | asyncssh.FXF_TRUNC | asyncssh.FXF_EXCL
START_S = 20.0
STEP_S = 0.1  # how soon a slow answer notices that it is mended


class Login(asyncssh.SSHServer):
    """Who may come in. A Polri that is down hangs up before it says its name."""

    def __init__(self, password: str, client: asyncssh.SSHKey, breaks: Breaks) -> None:
        self.password, self.client, self.breaks = password, client, breaks

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        if self.breaks.on("down"):
            conn.abort()

    def begin_auth(self, username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        same = hmac.compare_digest(password.encode(), self.password.encode())
        return username == USER and same

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        return username == USER and key.public_data == self.client.public_data


class ReadingOnly(asyncssh.SFTPServer):
    """The folder, chrooted. What a client sees as `/` is looked up afresh at each listing."""

    def __init__(self, chan: asyncssh.SSHServerChannel[bytes], files: Files) -> None:
        self.files = files
        super().__init__(chan, chroot=str(files.root()).encode())

    async def scandir(self, path: bytes) -> AsyncIterator[asyncssh.SFTPName]:
        await self._take_time()
        root = await asyncio.to_thread(self.files.root)
        self._chroot = str(root.resolve()).encode()
        async for name in super().scandir(path):
            shown = name.filename if isinstance(name.filename, bytes) else name.filename.encode()
            if not shown.startswith(b".") or shown in (b".", b".."):
                yield name

    async def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> object:
        await self._take_time()
        if pflags & WRITING or posixpath.basename(path).startswith(b"."):
            raise asyncssh.SFTPPermissionDenied("hanya baca")
        return super().open(path, pflags, attrs)

    async def _take_time(self) -> None:
        until = time.monotonic() + self.files.breaks.amount("slow")
        while time.monotonic() < until and self.files.breaks.on("slow"):
            await asyncio.sleep(STEP_S)
        if self.files.breaks.on("down"):
            raise asyncssh.SFTPConnectionLost("layanan berhenti")

    def _refuse(self, *_: object) -> None:
        raise asyncssh.SFTPPermissionDenied("hanya baca")

    open56 = write = setstat = lsetstat = fsetstat = remove = mkdir = rmdir = _refuse  # type: ignore[assignment]
    rename = posix_rename = symlink = link = readlink = statvfs = fstatvfs = _refuse  # type: ignore[assignment]


class SftpDoor:
    """The listening server, with an event loop in a thread of its own."""

    def __init__(
        self,
        host: str,
        port: int,
        *,
        files: Files,
        host_key: Ed25519PrivateKey,
        client_key: asyncssh.SSHKey,
        password: str,
    ) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="polri-sftp", daemon=True)
        self._thread.start()

        async def listen() -> asyncssh.SSHAcceptor:
            return await asyncssh.create_server(
                lambda: Login(password, client_key, files.breaks),
                host,
                port,
                server_host_keys=[asyncssh_key(host_key)],
                sftp_factory=lambda chan: ReadingOnly(chan, files),
                allow_scp=False,
                sftp_version=3,
                agent_forwarding=False,
                server_version="Polri-SFTP",
                keepalive_interval=30,
            )

        self._server = asyncio.run_coroutine_threadsafe(listen(), self._loop).result(START_S)
        self.port: int = self._server.get_port()

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self._hang_up(), self._loop).result(START_S)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=5)
        self._loop.close()

    async def _hang_up(self) -> None:
        self._server.close()
        await self._server.wait_closed()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)


def asyncssh_key(key: Ed25519PrivateKey) -> asyncssh.SSHKey:
    """The same key in asyncssh's own form."""
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    return asyncssh.import_private_key(key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()))


def written_key(key: asyncssh.SSHKey, path: Path) -> Path:
    """The private key as a file that `sftp -i` takes."""
    path.touch(mode=0o600, exist_ok=True)
    path.write_bytes(key.export_private_key("openssh"))
    return path
