"""Where the exchange engine is, as the settings say it."""

from __future__ import annotations


def nodes(told: str) -> tuple[list[str], bool]:
    """The nodes of one cluster, told as addresses separated by commas, and whether each of them is TLS from the first byte.

    NATS asks for TLS in plain text, unless the client begins with it (`handshake_first` at the server): whoever sits on the line takes that
    word away, and reads the password that follows. So an address that says `tls://` never begins in plain text. Where one of several does not
    say so, none is held to it: the client knows one manner for all.
    """
    addresses = [one.strip() for one in told.split(",") if one.strip()]
    return addresses, bool(addresses) and all(one.startswith("tls://") for one in addresses)
