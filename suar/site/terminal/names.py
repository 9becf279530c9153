"""`suar names compare`: what two names say of each other, with every step. A name alone never says who somebody is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from suar.core.identity.names import compare_names as compare
from suar.site.sentences import say
from suar.site.terminal import files
from suar.site.terminal.weights import matching


def compare_names(left: str, right: str) -> int:
    """Print weight, verdict and the reasons, those that speak against too."""
    found = compare(left, right, matching().names)
    print(f"weight   {found.weight:+d} millibits ({found.weight / 1000:+.1f} bits)\nverdict  {found.verdict.value}")
    for reason in found.reasons:
        params = {"left": reason.left, "right": reason.right, **reason.params}
        pair = " · ".join(text for text in (reason.left, reason.right) if text)
        print(f"  {reason.weight:>+7d}  {reason.code:<26}{pair:<34}{say(reason.code, params, 'en')}")
    return 0


def compare_files(pairs: Path, out: Path) -> int:
    """From `id,left,right` to `id,weight,verdict`, in the same order."""
    count = files.write(out, ("id", "weight", "verdict"), compared(pairs))
    print(f"{count:,} pairs compared: {out}")
    return 0


def compared(pairs: Path) -> Iterator[tuple[str, int, str]]:
    names = matching().names
    for row in files.rows(pairs, ("id", "left", "right")):
        found = compare(row["left"], row["right"], names)
        yield row["id"], found.weight, found.verdict.value
