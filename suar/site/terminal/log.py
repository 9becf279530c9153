"""`suar verify`: every leaf of the log computed again from its body, on both sides of the wall."""

from __future__ import annotations

from suar.audit.queries import recompute
from suar.vault.queries import DEFAULT, PROTECTION

WALLS = {DEFAULT: "the hub's log", PROTECTION: "the protection wall's log"}
SHOWN = 20


def verify() -> int:
    """Exit status 0 when every body gives the leaf beside it. What a rewritten log would hide, only witnesses find."""
    changed = 0
    for wall, name in WALLS.items():
        found = recompute(wall=wall)
        changed += len(found.changed)
        verdict = "every leaf agrees" if not found.changed else f"{len(found.changed):,} bodies were changed"
        print(f"{name}: {found.entries:,} entries, {verdict}")
        for entry in found.changed[:SHOWN]:
            print(f"  {entry}")
    print("not yet witnessed: a log rewritten as a whole, with its leaves, could not be told from this one")
    return 1 if changed else 0
