"""An invented nation, seeded: its people, what happened to them, and how it lives on.

    nation = Nation(seed=7, people=50_000, now=datetime(2026, 11, 21, tzinfo=UTC))
    nation.people                         every Person
    nation.happenings_until(nation.now)   history, in the order of time
    nation.live(since, until, 2)          what goes on after `now`; the same for the same seed, in any slices
    nation.registry(nik)                  rows of the civil register under a NIK: none, one, or two that share it
    nation.planted["M05-1"]               named people for demos and tests
    nation.write_truth(path)              who was trafficked and how; a file that no server may serve
    nation.write_onward(path)             what it takes to live on without the nation: `Living.from_file(path, …)`

Every happening's `of` carries the whole thing, its Person included, so that a system needs nothing else.
"""

from sandbox.nation.living import Living
from sandbox.nation.nation import Nation
from sandbox.nation.planted import Planted

__all__ = ["Living", "Nation", "Planted"]
