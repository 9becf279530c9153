"""Coverage-guided inputs for one reader, with atheris (libFuzzer): `python -m tests.fuzzing NAME RUNS SEED FOLDER`, in `build/fuzz-env`.

Exit status 0 when every input ended in a value or in faults within a second; libFuzzer's own status, with the input kept
in FOLDER, when one crashed or hung.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import atheris  # type: ignore[import-untyped,unused-ignore]  # only in build/fuzz-env

with atheris.instrument_imports(include=["suar"]):
    from tests.readers import READERS, SENDINGS, STATED, ended

HANG_SECONDS = 1
LONGEST = 400


def main(words: list[str]) -> None:
    name, runs, seed, folder = words[1], words[2], words[3], Path(words[4])
    (folder / "seeds").mkdir(parents=True, exist_ok=True)
    for number, text in enumerate([SENDINGS[name]] if name in SENDINGS else [text.encode() for text in STATED]):
        (folder / "seeds" / str(number)).write_bytes(text)
    told = [f"-runs={runs}", f"-seed={seed}", f"-timeout={HANG_SECONDS}", "-use_value_profile=1"]
    told += [] if name in SENDINGS else [f"-max_len={LONGEST}"]
    atheris.Setup([words[0], *told, f"-artifact_prefix={folder}/", str(folder / "seeds")], target(name))
    atheris.Fuzz()


def target(name: str) -> Callable[[bytes], object]:
    """What each input is given to. What it raises is a crash."""
    if name in SENDINGS:
        return lambda data: ended(name, data)

    def one(data: bytes) -> None:
        made = READERS[name](data.decode("utf-8", "replace"))
        assert made.ok is (made.value is not None)

    return one


if __name__ == "__main__":
    main(sys.argv)
