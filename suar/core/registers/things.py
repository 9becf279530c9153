"""What a signal may be about that is no person: a phone, an account, a P3MI, an address, a route. Read to one form each."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping

from suar.core.errors import Read
from suar.core.identity.phone import read_phone


def read_thing(kind: str, text: str) -> Read[str]:
    """The one form under which a thing is known, however it was typed: signals on it and journeys through it meet there.

    Faults: thing.kind for a kind that no signal is about; thing.empty, thing.account (a bank account has 6 to 20 digits), thing.route (two
    places, `MLG > DXB`); those of `read_phone`. Raises nothing.
    """
    reader = READERS.get(kind)
    return reader(text) if reader else Read.fault("thing.kind")


def _account(text: str) -> Read[str]:
    digits = re.sub(r"[ .-]", "", text)
    return Read(digits) if re.fullmatch(r"[0-9]{6,20}", digits) else Read.fault("thing.account")


def _words(text: str) -> Read[str]:
    plain = unicodedata.normalize("NFKC", text).casefold()
    squeezed = " ".join(re.findall(r"[^\W_]+", plain))
    return Read(squeezed) if squeezed else Read.fault("thing.empty")


def _route(text: str) -> Read[str]:
    places = [part.strip().upper() for part in re.split(r">|→|-", text) if part.strip()]
    return Read(" > ".join(places)) if len(places) > 1 else Read.fault("thing.route")


# law: UU 21/2007 Ps 58
READERS: Mapping[str, Callable[[str], Read[str]]] = {
    "phone": read_phone,
    "account": _account,
    "p3mi": _words,
    "employer": _words,
    "address": _words,
    "route": _route,
}
