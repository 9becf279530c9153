"""The people whom a training or a measurement is about: subjects of the running register, or a file of them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from suar.core.identity.person import Description
from suar.site.running.home import CannotRun


@dataclass(frozen=True, slots=True)
class Described:
    """One subject: what his source says of him, and the numbers of the records that say it. Nothing of who he really is."""

    id: str
    source: str
    records: tuple[str, ...]
    description: Description


def of_the_register() -> list[Described]:
    """Every subject this side of the wall, by id. What is behind the wall (victims, sealed records) trains nothing.

    Leaves one entry in the log: personal values were read in bulk, to make statistics.
    """
    from django.db import transaction

    from suar.agencies.access import as_hub
    from suar.audit.actions import append
    from suar.persons.queries import every
    from suar.site.auth import system_act

    with transaction.atomic():
        as_hub()
        found = [
            Described(str(s.id), s.source, tuple(sorted({claim.record for claim in s.claims})), s.description)
            for s in every()
        ]
        append("matching.people_read", system_act("training"), subjects=len(found))
    return found


def read(path: Path) -> list[Described]:
    """Raises CannotRun where a line is none of ours."""
    try:
        lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        return [
            Described(line["id"], line["source"], tuple(line["records"]), Description.of(line["description"]))
            for line in lines
        ]
    except (OSError, ValueError, KeyError, TypeError) as why:
        raise CannotRun(f"{path} is not a file that `suar train --export` wrote: {why!r}") from why


def write(path: Path, people: Iterable[Described]) -> None:
    """One line a subject, for the owner's eyes only: these are personal values in clear."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(path.suffix + ".part")
    part.touch(mode=0o600)
    with part.open("w", encoding="utf-8") as file:
        for one in people:
            described = json.loads(one.description.to_json())
            told = {"id": one.id, "source": one.source, "records": one.records, "description": described}
            file.write(json.dumps(told, ensure_ascii=False) + "\n")
    part.replace(path)
