"""The reference pages that are made from the program itself: `python -m suar.site.reference` writes them again.

A test compares them, so a command or a setting without its line cannot be merged.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from suar.core.cloudevents import asyncapi
from suar.site.cli import commands
from suar.site.running.home import ROOT

FOLDER = ROOT / "docs" / "reference"
MADE = "<!-- Made by `python -m suar.site.reference`. Change the program, not this. -->\n"
SETTING = re.compile(r"""environ(?:\.get)?[\[(]\s*["']((?:SUAR|DATABASE|NATS)_?[A-Z_]*)["']""")
#: What each variable means, here in one line; the guide says more (docs/howto/run.md).
MEANINGS = {
    "DATABASE_URL": "an outside PostgreSQL, for the running role",
    "DATABASE_COPY_URL": "a standby of it that only reads, for what is counted over much; none unless told",
    "DATABASE_OWNER_URL": "the same, for the role that migrates",
    "DATABASE_PROTECTION_URL": "the same, for the role behind the protection wall",
    "NATS_URL": "an outside NATS with JetStream; several nodes of one cluster, separated by commas",
    "NATS_REPLICAS": "on how many nodes of the cluster each stream is kept; 1 unless told, 3 in earnest",
    "SUAR_BIND": "the address that the web server listens on; 127.0.0.1 unless told",
    "SUAR_CERTIFICATE_HEADER": "the header in which a TLS terminator passes a client's certificate; Client-Cert (RFC 9440) unless told",
    "SUAR_DEMO": "0: no demo officers, no sandbox, no training ribbon",
    "SUAR_HOME": "another runtime folder than .suar",
    "SUAR_HOSTS": "host names under which Suar may be called, separated by commas",
    "SUAR_KEYS": "another folder for the keys",
    "SUAR_LOG": "how much is logged; WARNING unless told",
    "SUAR_NATION": "the seed of the demo's nation, a number; only before it is made",
    "SUAR_ORIGIN": "the address under which agencies call Suar, as their machines name it when they ask for a token",
    "SUAR_PEOPLE": "how many people the demo's nation has; only before it is made",
    "SUAR_PROXIES": "networks of the TLS terminators before Suar, separated by commas: of them alone a client's address and certificate are believed",
    "SUAR_POOL": "threads of the web server and connections of each process; 8 unless told",
    "SUAR_TAIL_S": "seconds after which a live tail of the integration console ends and its browser comes back; 60 unless told",
    "SUAR_WEB": "processes of the web server; 2 unless told",
    "SUAR_SECRET": "the key that signs sessions; a file in the keys folder unless told",
}


def pages() -> dict[str, str]:
    return {
        "commands.md": "".join(commands_page()),
        "configuration.md": "".join(configuration_page()),
        "procedures.md": "".join(procedures_page()),
        "asyncapi.yaml": asyncapi_page(),
    }


def asyncapi_page() -> str:
    """Every event that an agency may be told of, from the table that agreements choose from."""
    document = asyncapi(table("sharing/events")["told"])
    return f"# {MADE.strip(chr(10)).removeprefix('<!-- ').removesuffix(' -->')}\n" + yaml.safe_dump(
        document, sort_keys=False, width=150
    )


def procedures_page() -> Iterator[str]:
    """The procedures and the service standard as policy states them: one page for every checkpoint and office."""
    yield f"{MADE}# Procedures and the service standard\n\nThe same at every checkpoint and office: nothing here names one. Each screening keeps the hash\n"
    yield "of the policy under which it was made, and these tables are part of it. The pages follow them: [a screening](../life_of/a_screening.md).\n"
    for name in ("tpi", "passport"):
        yield from procedure_part(table(f"procedures/{name}"))
    yield from standard_part(table("service_standard"))


def procedure_part(procedure: Mapping[str, Any]) -> Iterator[str]:
    yield f"\n## {procedure['name']['en']} ({procedure['name']['id']})\n\nVersion of {procedure['dated']}; for {', '.join(procedure['purposes'])}.\n\n"
    yield "| step | whose | for | over when | clock | the desk can note | law |\n|---|---|---|---|---|---|---|\n"
    for step in procedure["steps"]:
        clock = f"`{step['clock']}`" if step["clock"] else ""
        notes = ", ".join(f"`{note}`" for note in step["offers"])
        cells = [
            f"{step['name']['en']}: {step['text']['en']}",
            step["owner"],
            step["for"],
            step["until"],
            clock,
            notes,
            "; ".join(step["law"]),
        ]
        yield f"| {' | '.join(cells)} |\n"


def standard_part(standard: Mapping[str, Any]) -> Iterator[str]:
    yield f"\n## The service standard\n\nVersion of {standard['dated']}. What is timed at desks, between two moments; a breach follows from the times.\n\n"
    yield "| item | limit | from | until | owed to | also where the stop is over sooner | why |\n|---|---|---|---|---|---|---|\n"
    for code in standard["in_order"]:
        row = standard["standard"][code]
        always = "yes" if row.get("always") else ""
        cells = [
            f"`{code}`",
            str(row["limit"]),
            row.get("from", "asked"),
            row.get("until", "answered"),
            row["for"],
            always,
            row["why"],
        ]
        yield f"| {' | '.join(cells)} |\n"


def table(name: str) -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((ROOT / "policy" / f"{name}.yaml").read_text("utf-8"))
    return read


def commands_page() -> Iterator[str]:
    """Every command with its words, as the program itself explains them."""
    yield f"{MADE}# Commands\n\n`./run` makes the environment and hands every word but `test`, `check`, `prove` and `lock` to `suar`.\n"
    for name, parser in sorted(verbs().items()):
        usage = " ".join(parser.format_usage().removeprefix("usage: ").replace(" [-h]", "").split())
        yield f"\n## suar {name}\n{sentence(parser.description or '')}\n```\n{usage}\n```\n"
        told = [action for action in parser._actions if action.help and action.dest != "help"]
        yield from (f"- `{'`, `'.join(one.option_strings) or one.metavar or one.dest}`: {one.help}\n" for one in told)


def verbs() -> dict[str, argparse.ArgumentParser]:
    (found,) = (action for action in commands()._actions if isinstance(action, argparse._SubParsersAction))
    return dict(found.choices)


def configuration_page() -> Iterator[str]:
    yield f"{MADE}# Settings\n\nFrom the environment; whatever is not told has a default. The guide: [run Suar](../howto/run.md).\n\n"
    yield "| variable | means |\n|---|---|\n"
    for name in settings():
        yield f"| `{name}` | {MEANINGS[name]} |\n"


def settings() -> list[str]:
    """Every variable that the program reads, found in its source."""
    texts = (path.read_text("utf-8") for path in sorted((ROOT / "suar").rglob("*.py")) if path != Path(__file__))
    return sorted({name for text in texts for name in SETTING.findall(text)})


def sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}." if words else ""


def write() -> None:
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
