"""What issue 3 wants at which size, and what this run got. A recall that falls short is held against the oracle's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bench.targets import Target

#: Peer, size, ratio wanted.
FASTER = (
    ("nomenklatura", 100_000, 1000.0),
    ("splink", 1_000_000, 400.0),
    ("pg_trgm", 1_000_000, 200.0),
    ("rapidfuzz", 1_000_000, 100.0),
    ("tantivy", 1_000_000, 1.5),
)
PAIR, FIRST_20_MORE = 30.0, 0.15
RECALL: Mapping[int, tuple[float, float | None]] = {
    100_000: (0.96, 0.75),
    1_000_000: (0.94, None),
    10_000_000: (0.90, 0.50),
}
CANDIDATES, OF_ORACLE = 0.985, 0.95
OVER_FLOOR, TAIL, GROWTH, BYTES = 2.5, 2.0, 2.5, 700.0
LOAD, DELTA = 0.05, 0.02


@dataclass(slots=True)
class Got:
    """What a run measured; a peer or a size that was not measured is not there."""

    ratios: dict[str, float] = field(default_factory=dict)
    first_20: dict[str, float] = field(default_factory=dict)
    pair_ratio: float | None = None
    recall: dict[str, float] = field(default_factory=dict)
    oracle: dict[str, float] = field(default_factory=dict)
    candidates: float = 0.0
    over_floor: float = 0.0
    tail: float = 0.0
    growth: float | None = None
    bytes_a_person: float = 0.0
    load_share: float = 0.0
    delta_share: float = 0.0


def stated_size(people: int) -> int:
    """The size whose targets are held against a run: the largest stated one that it reaches, or else the smallest."""
    return max((size for size in RECALL if size <= people), default=min(RECALL))


def targets(people: int, asked_peers: list[str], got: Got) -> list[Target]:
    size = stated_size(people)
    said = [
        Target(
            claim=f"times faster than {name}, p50, median of the rounds' ratios",
            want=want,
            got=got.ratios.get(name, 0.0),
        )
        for name, at, want in FASTER
        if at == size and name in asked_peers
    ]
    if size == 100_000 and "nomenklatura" in asked_peers:
        said.append(Target(claim="times faster than logic-v2, one pair", want=PAIR, got=got.pair_ratio or 0.0))
    if size == 1_000_000 and "tantivy" in asked_peers:
        more = got.first_20.get("ours", 0.0) - got.first_20.get("tantivy", 1.0)
        said.append(Target(claim="more recall in the first 20 than tantivy", want=FIRST_20_MORE, got=more))
    said += recalls(size, got)
    said.append(Target(claim="bulk load, share of raw COPY of the same people", want=LOAD, got=got.load_share))
    return said + (at_ten_million(got) if size == 10_000_000 else [])


def recalls(size: int, got: Got) -> list[Target]:
    whole, changed = RECALL[size]
    said = [one_recall("recall at 1 % false positives", whole, got, "all")]
    if changed is not None:
        said.append(one_recall("recall of changed identities at 1 % false positives", changed, got, "hard"))
    return said


def one_recall(claim: str, want: float, got: Got, kind: str) -> Target:
    reached, best = got.recall.get(kind, 0.0), got.oracle.get(kind, 0.0)
    if reached >= want or not best:
        return Target(claim=claim, want=want, got=reached)
    short = f"{claim}: {reached:.3f} of {want}, the oracle's {best:.3f}; share of the oracle's"
    return Target(claim=short, want=OF_ORACLE, got=reached / best)


def at_ten_million(got: Got) -> list[Target]:
    return [
        Target(claim="recall at candidates", want=CANDIDATES, got=got.candidates),
        Target(claim="p50 over the floor of 20 key probes", want=OVER_FLOOR, got=got.over_floor, bound="at most"),
        Target(claim="p99 over p50", want=TAIL, got=got.tail, bound="at most"),
        Target(claim="p50 over that at 100,000", want=GROWTH, got=got.growth or float("inf"), bound="at most"),
        Target(claim="bytes a person", want=BYTES, got=got.bytes_a_person, bound="at most"),
        Target(claim="delta into the loaded register, share of raw COPY", want=DELTA, got=got.delta_share),
    ]
