"""Adopt policy tables."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from suar.audit.actions import append
from suar.core.act import Act
from suar.core.disclosure.rules import Rules
from suar.core.errors import Refusal
from suar.policies.models import Version
from suar.policies.queries import changed_by_officers, in_force
from suar.vault.queries import new_id

#: What analysts change without code: the indicators, the thresholds, and which decision each advice expects.
EDITABLE = re.compile("indicators/[a-z_]+|advice/(advice|expected)")


@transaction.atomic
def adopt_folder(folder: Path, reason: str, *, act: Act) -> list[str]:
    """Adopt every table under `folder` that differs from the one in force, but for those that officers have changed since. Returns their names.

    A table that analysts change comes with the program; its further versions come with a release, written by the schema's owner, for as long
    as no two persons have adopted another. From then on what a release brings is theirs to propose.
    Refuses: policy.unreadable with the file and the place, before anything is adopted.
    """
    adopted = differing(folder, act.at)
    known = in_force(act.at).hashes
    for name, path in adopted:
        digest, table = read_table(path)
        kept = Version(
            id=new_id(act.at),
            name=name,
            sha256=digest,
            content=table,
            in_force_from=act.at,
            adopted_by=act.actor,
            reason=reason,
            written=path.read_text(),
        )
        kept.save(force_insert=True, using="owner" if name in known and EDITABLE.fullmatch(name) else None)
    if adopted:
        append("policy.adopted", act, tables=len(adopted), names=" ".join(name for name, _ in adopted))
    return [name for name, _ in adopted]


def differing(folder: Path, at: dt.datetime) -> list[tuple[str, Path]]:
    """The tables under `folder` that are not in force as they stand there, and are still the program's to bring.

    Refuses: policy.unreadable.
    """
    hashes, officers = in_force(at).hashes, changed_by_officers()
    fresh = [(name, path) for name, path in tables_under(folder) if name not in officers]
    return [(name, path) for name, path in fresh if hashes.get(name) != read_table(path)[0]]


def tables_under(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.rglob("*")):
        if path.suffix in {".yaml", ".csv", ".cedar"}:
            yield path.relative_to(folder).with_suffix("").as_posix(), path


def read_table(path: Path) -> tuple[str, Any]:
    """The hash of the file's bytes, and what it says as plain values: dates as ISO text, CSV as a list of rows, Cedar as its own text."""
    written = path.read_bytes()
    try:
        if path.suffix == ".csv":
            table: Any = list(csv.DictReader(io.StringIO(written.decode())))
        elif path.suffix == ".cedar":
            table = {"cedar": written.decode()}
            Rules.read({path.name: table["cedar"]})
        else:
            table = plain(yaml.load(written, yaml.CSafeLoader))  # as safe_load, by libyaml: a tenth of the time
        json.dumps(table)
    except (ValueError, TypeError, yaml.YAMLError) as error:
        raise Refusal("policy.unreadable", file=path.name, problem=str(error)[:300]) from error
    return hashlib.sha256(written).hexdigest(), table


def plain(value: Any) -> Any:
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return value
