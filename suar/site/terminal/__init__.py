"""What the words of `suar` do that ask, load, compare or check. `suar/site/cli` calls each by its name.

A command is imported when it is asked for: `suar names` and `suar link` need no server and wait for none.
"""

from __future__ import annotations

import importlib
from typing import Any

#: Command → the module of this folder that does it.
WHERE = {
    "screen": "asking",
    "load": "loading",
    "compare_names": "names",
    "compare_files": "names",
    "link": "linking",
    "resolve": "linking",
    "resolve_register": "resolving",
    "replay": "replaying",
    "replay_screening": "screening_again",
    "verify": "log",
    "quarantine": "quarantining",
    "dead_letters": "letters",
    "source_key": "machines",
    "sources": "sources",
    "standard": "kinds",
    "law": "law",
    "train": "training",
    "export": "training",
    "calibrate": "calibrating",
    "quality": "quality",
    "event_key": "event_keys",
}


def __getattr__(name: str) -> Any:
    if name not in WHERE:
        raise AttributeError(name)
    return getattr(importlib.import_module(f"{__name__}.{WHERE[name]}"), name)
