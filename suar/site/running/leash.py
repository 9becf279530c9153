"""Tie a server to the program that starts it, then become that server. Run as a script, so that it starts in
milliseconds:

    python -I -S leash.py PARENT SIGNAL UID GID PROGRAM [ARGUMENT…]

When PARENT dies, even by kill -9, the kernel sends SIGNAL to the server (prctl(2), PR_SET_PDEATHSIG): nothing is left
behind. UID and GID below zero mean: stay who you are. Doing this in a script instead of Popen's preexec_fn is safe with
threads.
"""

from __future__ import annotations

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1


def main(arguments: list[str]) -> None:
    parent, signal, uid, gid = (int(number) for number in arguments[:4])
    if uid >= 0:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0)  # after setuid, which would clear it
    if os.getppid() != parent:
        sys.exit("the program that started this server is gone")
    os.execv(arguments[4], arguments[4:])  # noqa: S606  # no shell is meant


if __name__ == "__main__":
    main(sys.argv[1:])
