"""Who plays: ours and each peer as a function from a block of queries to times and hits, and how many queries each is given.

A peer that needs a second a query is given few: PERFORMANCE 2 says how many sufficed for its median.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench.hub import FOLDER, Hub, fingerprint
from bench.match import register
from bench.match.peer import NotHere, Peer, started
from bench.match.questions import Question
from bench.match.rounds import Player
from suar.core.identity.person import Description
from suar.core.matching.policy import MatchingPolicy
from suar.site.running import databases
from suar.site.running.postgres import OWNER

BLOCK = 60
#: The largest register at which a peer is measured, and how many of a block's queries it gets at 100 k and at 1 M.
PEERS: Mapping[str, tuple[int, int, int]] = {
    "splink": (1_000_000, 10, 8),
    "nomenklatura": (100_000, 2, 0),
    "tantivy": (10_000_000, BLOCK, BLOCK),
    "rapidfuzz": (1_000_000, 20, 8),
    "pg_trgm": (1_000_000, 30, 15),
}
LARGE = 300_000


def block_of_ours(peers: int) -> int:
    """Where few peers stand beside, ours is asked more at a time: its 99th percentile wants some hundred queries a round."""
    return BLOCK * max(1, 5 // max(1, peers))


def suits(name: str, people: int) -> bool:
    return people <= PEERS[name][0]


def ours(policy: MatchingPolicy, a_block: int = BLOCK) -> Player:
    """The desk's own search, explanations included."""
    from bench.match import layout

    def ask(block: Sequence[Question]) -> tuple[list[float], list[list[int]]]:
        answers = [layout.search(Description.of(one.fields), policy) for one in block]
        return [ms for ms, _ in answers], [[number for number, _ in hits] for _, hits in answers]

    return Player("ours", ask, a_block)


def player(peer: Peer, people: int) -> Player:
    def ask(block: Sequence[Question]) -> tuple[list[float], list[list[int]]]:
        ms, found, _ = peer.search([one.fields for one in block])
        return ms, found

    return Player(peer.name, ask, PEERS[peer.name][2 if people > LARGE else 1])


@contextmanager
def standing(
    hub: Hub, names: Sequence[str], file: Path, people: int, seed: int
) -> Iterator[tuple[list[Peer], dict[str, str]]]:
    """The peers that could be started and hold the register, and why the others could not."""
    register.training(seed, file.parent)
    ready, missing = [], {}
    with ExitStack() as stack:
        for name in names:
            try:
                peer = stack.enter_context(started(name, told(hub, name, people, seed, file)))
                loaded = peer.load(file, FOLDER / "peers" / "stores" / f"{name}-{file.stem}")
                print(f"{name} holds {loaded['people']:,} people after {loaded['seconds']:.0f} s", flush=True)
                ready.append(peer)
            except NotHere as why:
                missing[name] = str(why)
        yield ready, missing


def told(hub: Hub, name: str, people: int, seed: int, file: Path) -> dict[str, str]:
    """pg_trgm works in the bench's own PostgreSQL, in a database of its own that is kept."""
    if name != "pg_trgm":
        return {}
    database = f"trgm_{people}_{seed}_{fingerprint(register.GENERATOR)}"
    for old in databases.newest_first(hub.cluster, f"trgm_{people}_{seed}_"):
        if old != database:
            databases.drop_database(hub.cluster, old)
    databases.create_database(hub.cluster, database)
    return {"TRIGRAM_DATABASE_URL": hub.cluster.url(OWNER, database)}
