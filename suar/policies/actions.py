"""Adopt policy tables."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from suar.audit.actions import append
from suar.core.act import Act
from suar.core.errors import Refusal
from suar.policies.models import Version
from suar.policies.queries import in_force
from suar.vault.queries import new_id


@transaction.atomic
def adopt_folder(folder: Path, reason: str, *, act: Act) -> list[str]:
    """Adopt every table under `folder` that differs from the one in force. Returns their names.

    Refuses: policy.unreadable with the file and the place, before anything is adopted.
    """
    bundle = in_force(act.at)
    fresh = [(name, *read_table(path)) for name, path in tables_under(folder)]
    adopted = [(name, digest, table) for name, digest, table in fresh if bundle.hashes.get(name) != digest]
    for name, digest, table in adopted:
        Version.objects.create(
            id=new_id(act.at),
            name=name,
            sha256=digest,
            content=table,
            in_force_from=act.at,
            adopted_by=act.actor,
            reason=reason,
        )
    if adopted:
        append("policy.adopted", act, tables=len(adopted), names=" ".join(name for name, *_ in adopted))
    return [name for name, *_ in adopted]


def tables_under(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.rglob("*")):
        if path.suffix in {".yaml", ".csv"}:
            yield path.relative_to(folder).with_suffix("").as_posix(), path


def read_table(path: Path) -> tuple[str, Any]:
    """The hash of the file's bytes, and what it says as plain values: dates as ISO text, CSV as a list of rows."""
    written = path.read_bytes()
    try:
        if path.suffix == ".csv":
            table: Any = list(csv.DictReader(io.StringIO(written.decode())))
        else:
            table = plain(yaml.safe_load(written))
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
