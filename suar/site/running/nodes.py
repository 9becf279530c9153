"""Several NATS servers as one cluster: what each node is told, beyond what a lone server is (`nats.py`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from suar.site.running.home import CannotRun, Home, write_json
from suar.site.running.nats import HUB, Broker, agencies, stream

CLIENTS, BETWEEN = 4222, 6222  # NATS' customary ports: for clients, and for the nodes among themselves
ROUTES = "routes"
FEWEST = 3  # with two, the loss of one leaves no majority


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One server: where its clients find it, and at which port the other nodes do."""

    name: str
    host: str
    port: int = CLIENTS
    between: int = BETWEEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Papers:
    """What a node shows to clients and to the other nodes, and by whose signature the nodes know each other."""

    certificate: Path
    key: Path
    authority: Path


def configuration(
    home: Home, here: Node, nodes: Sequence[Node], *, papers: Papers | None, store: Path
) -> dict[str, object]:
    """The configuration of one node, in JSON, which NATS reads as its own format. Accounts and passwords are those of this hub.

    `handshake_first`: TLS begins with the first byte, never asked for in plain text (`core/broker.py`). Acknowledged means on the disks of a
    majority: `sync_interval: always` holds in a cluster as well, since three machines may lose their power together.
    """
    told = Broker(home=home, port=here.port, agencies=agencies()).configuration()
    routes = route_password(home)
    cluster: dict[str, object] = {
        "name": HUB,
        "host": here.host,
        "port": here.between,
        "authorization": {"user": HUB, "password": routes, "timeout": 5},
        "routes": [
            f"nats-route://{HUB}:{quote(routes, safe='')}@{one.host}:{one.between}" for one in nodes if one != here
        ],
    }
    if papers:
        shown = {"cert_file": str(papers.certificate), "key_file": str(papers.key), "timeout": 5}
        cluster["tls"] = shown | {"ca_file": str(papers.authority), "verify": True}
        told["tls"] = shown | {"handshake_first": True}
    kept = told["jetstream"]
    assert isinstance(kept, dict)
    jetstream = kept | {"store_dir": str(store)}
    return told | {"host": here.host, "server_name": here.name, "jetstream": jetstream, "cluster": cluster}


def route_password(home: Home) -> str:
    """By which the nodes let each other in: kept with the passwords of the hub and the agencies."""
    return Broker(home=home, port=0, agencies=(ROUTES,)).secrets()[ROUTES]


def addresses(home: Home, nodes: Sequence[Node], user: str = HUB, *, closed: bool) -> str:
    """What NATS_URL says for the hub, and an agency's door for an agency: every node, the password in each."""
    password = quote(Broker(home=home, port=0, agencies=agencies()).secrets()[user], safe="")
    scheme = "tls" if closed else "nats"
    return ",".join(f"{scheme}://{user}:{password}@{one.host}:{one.port}" for one in nodes)


def write(home: Home, nodes: Sequence[Node], folder: Path, *, papers: Papers | None, store: Path) -> str:
    """FOLDER/NODE.conf for each node, `agencies.json` with what each agency is handed; returns what NATS_URL must say. Refuses: CannotRun."""
    if len(nodes) < FEWEST or not len(nodes) % 2:
        raise CannotRun(
            f"A cluster has an odd number of nodes, at least {FEWEST}: a majority must be left when one is gone."
        )
    if len({one.name for one in nodes}) < len(nodes):
        raise CannotRun("Two nodes have the same name.")
    home.make()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for one in nodes:
        write_json(folder / f"{one.name}.conf", configuration(home, one, nodes, papers=papers, store=store))
    doors = {
        agency: {
            "url": addresses(home, nodes, agency, closed=papers is not None),
            "stream": stream(agency),
            "consumer": agency,
        }
        for agency in agencies()
    }
    write_json(folder / "agencies.json", doors)
    return addresses(home, nodes, closed=papers is not None)


def read(word: str) -> Node:
    """NAME=HOST, NAME=HOST:PORT or NAME=HOST:PORT:PORT_BETWEEN_NODES. Raises CannotRun for anything else."""
    name, _, where = word.partition("=")
    host, *ports = where.split(":")
    if not name or not host or len(ports) > 2 or not all(one.isdigit() for one in ports):
        raise CannotRun(f"{word!r} is no node: NAME=HOST, NAME=HOST:PORT or NAME=HOST:PORT:PORT_BETWEEN_NODES.")
    client, between = [*map(int, ports), *(CLIENTS, BETWEEN)[len(ports) :]]
    return Node(name=name, host=host, port=client, between=between)
