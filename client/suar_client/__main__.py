"""`suar-client check-feed`, `check-receiver`, `follow`: an agency's engineer at the terminal."""

from __future__ import annotations

import argparse
import base64
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from .check_feed import check_feed
from .check_receiver import check_receiver
from .following import Place, follow
from .hub import Hub, Refused, Unavailable
from .keys import new_certificate, new_key, public_pem, thumbprint
from .report import Report
from .signing import BadSignature, private_key


def main(words: Sequence[str] | None = None) -> int:
    asked = commands().parse_args(words)
    try:
        return int(asked.does(asked))
    except (Refused, Unavailable, BadSignature, httpx.TransportError, OSError, ValueError) as why:
        print(f"{type(why).__name__}: {why}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def commands() -> argparse.ArgumentParser:
    program = argparse.ArgumentParser(
        prog="suar-client", description="What an agency's system needs to work with Suar."
    )
    verbs = program.add_subparsers(required=True, metavar="COMMAND")
    for name, does, said in (
        ("check-feed", feed, "prove our way to the hub: clock, token, format, order, signatures, freshness"),
        ("follow", following, "print every event as it happens, one JSON line each, and remember how far"),
    ):
        verb = verbs.add_parser(name, help=said)
        ways_to_the_hub(verb, required=True, key="--key")
        verb.set_defaults(does=does)
        if does is following:
            verb.add_argument(
                "--place", type=Path, default=Path("suar.place"), metavar="FILE", help="where how far is kept"
            )
            verb.add_argument("--once", action="store_true", help="end when nothing more is there")
        else:
            verb.add_argument(
                "--send", action="store_true", help="give the hub the report: the checks and whether they hold"
            )
    verb = verbs.add_parser("new-key", help="make a key that signs our assertions; prints the half for the hub")
    verb.add_argument("key", type=Path, metavar="FILE", help="where the private half is kept; never written over")
    verb.set_defaults(does=key_made)
    verb = verbs.add_parser("new-certificate", help="make a self-signed certificate for the line; prints it")
    verb.add_argument("certificate", type=Path, metavar="FILE")
    verb.add_argument("key", type=Path, metavar="KEY-FILE", help="where its private key is kept; never written over")
    verb.add_argument("--name", required=True, help="what stands in it: the host name of this machine")
    verb.set_defaults(does=certificate_made)
    verb = verbs.add_parser("check-receiver", help="prove a receiver of webhooks: the kit plays the hub")
    verb.add_argument("url", help="where the receiver listens")
    verb.add_argument("--key", type=Path, metavar="FILE", help="the trial key; made where it is not there")
    verb.add_argument(
        "--send", action="store_true", help="give the hub the report; needs the hub, our client and our key"
    )
    ways_to_the_hub(verb, required=False, key="--machine-key")
    verb.set_defaults(does=receiver, key=Path("suar-trial.pem"))
    return program


def ways_to_the_hub(verb: argparse.ArgumentParser, *, required: bool, key: str) -> None:
    verb.add_argument("--hub", required=required, metavar="ADDRESS", help="the hub's address")
    verb.add_argument("--origin", default="", metavar="ADDRESS", help="by which the hub calls itself, if another")
    verb.add_argument("--client", required=required, metavar="ID", help="the id that the hub gave this machine")
    verb.add_argument(key, required=required, type=Path, metavar="FILE", help="our private key (PEM, Ed25519)")
    verb.add_argument("--certificate", type=Path, metavar="FILE", help="our certificate for the line (PEM)")
    verb.add_argument("--certificate-key", type=Path, metavar="FILE", help="its private key (PEM)")
    verb.add_argument("--authority", type=Path, metavar="FILE", help="by which the hub's certificate is proved")


def hub_of(asked: argparse.Namespace, key: Path) -> Hub:
    return Hub(
        asked.hub, asked.client, key, asked.origin, certificate=asked.certificate,
        certificate_key=asked.certificate_key, authority=asked.authority,
    )  # fmt: skip


def key_made(asked: argparse.Namespace) -> int:
    key = new_key(asked.key)
    print(f"{public_pem(key)}thumbprint {thumbprint(key)}")
    return 0


def certificate_made(asked: argparse.Namespace) -> int:
    said = new_certificate(asked.certificate, asked.key, asked.name)
    print(f"{asked.certificate.read_text()}thumbprint {said}")
    return 0


def feed(asked: argparse.Namespace) -> int:
    with hub_of(asked, asked.key) as hub:
        return told(check_feed(hub), "feed", hub if asked.send else None)


def following(asked: argparse.Namespace) -> int:
    def said(event: Mapping[str, Any]) -> None:
        print(json.dumps(event, ensure_ascii=False), flush=True)

    with hub_of(asked, asked.key) as hub:
        follow(hub, Place(asked.place), said, once=asked.once)
    return 0


def receiver(asked: argparse.Namespace) -> int:
    if asked.send and not (asked.hub and asked.client and asked.machine_key):
        raise ValueError("--send needs --hub, --client and --machine-key")
    key = trial_key(asked.key)
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    print(f"The trial key that the receiver must trust: whpk_{base64.b64encode(public).decode()}", flush=True)
    report = check_receiver(asked.url, key)
    if not asked.send:
        return told(report, "receiver", None)
    with hub_of(asked, asked.machine_key) as hub:
        return told(report, "receiver", hub)


def trial_key(path: Path) -> Ed25519PrivateKey:
    """The key of this file; a fresh one where it is not there, readable by us alone."""
    return private_key(path) if path.exists() else new_key(path)


def told(report: Report, kind: str, hub: Hub | None) -> int:
    """Say what was found; to a hub as well, where one is to know it."""
    print(report.written())
    if hub:
        print(f"kept at the hub as {hub.report(report.sent(kind))['report']}")
    return 0 if report.holds else 1


if __name__ == "__main__":
    sys.exit(main())
