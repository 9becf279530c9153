"""The standard as JSON Schemas (draft 2020-12): what an agency's programmer can check a record against before sending
it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from suar.core.standard.codes import CodeList
from suar.core.standard.fields import RecordKind, Standard, StandardField
from suar.core.standard.readers import LINE_LENGTH, LONGEST_NAME, STORY_LENGTH

DRAFT = "https://json-schema.org/draft/2020-12/schema"

_PARTIAL_DATE = r"^(\d{4}(-\d{2}(-\d{2})?)?|~\d{1,3}@\d{4}-\d{2}-\d{2})$"
_OF_TYPE: Mapping[str, Mapping[str, Any]] = {
    "text": {"type": "string", "minLength": 1, "maxLength": LINE_LENGTH},
    "long_text": {"type": "string", "minLength": 1, "maxLength": STORY_LENGTH},
    "name": {"type": "string", "minLength": 1, "maxLength": LONGEST_NAME},
    "email": {"type": "string", "format": "email", "maxLength": 254},
    "letter_no": {"type": "string", "minLength": 1, "maxLength": 120},
    "lp_no": {"type": "string", "minLength": 1, "maxLength": 120},
    "nik": {"type": "string", "pattern": "^[0-9]{16}$"},
    "kk": {"type": "string", "pattern": "^[0-9]{16}$"},
    "passport_no": {"type": "string", "pattern": "^[A-Z0-9]{5,15}$"},
    "phone": {"type": "string", "pattern": r"^\+[1-9][0-9]{1,14}$"},
    "sex": {"type": "integer", "enum": [0, 1, 2, 9]},
    "date": {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"},
    "partial_date": {"type": "string", "pattern": _PARTIAL_DATE},
    "instant": {"type": "string", "format": "date-time", "pattern": r"^\d{4}-\d{2}-\d{2}T.*\+00:00$"},
    "integer": {"type": "integer"},
    "money": {"type": "integer", "minimum": 0},
    "flag": {"type": "boolean"},
    "region": {"type": "string", "pattern": "^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{10})$"},
}


def json_schemas(standard: Standard) -> dict[str, dict[str, Any]]:
    """One schema for the `values` of each record kind. Names and meanings in both languages stand under `x-suar`."""
    return {name: _schema(kind, standard) for name, kind in sorted(standard.kinds.items())}


def _schema(kind: RecordKind, standard: Standard) -> dict[str, Any]:
    return {
        "$schema": DRAFT,
        "$id": f"urn:suar:standard:{kind.name}:{kind.dated}",
        "title": kind.said.id,
        "description": kind.meaning.id,
        "type": "object",
        "properties": {name: _property(field, standard) for name, field in kind.fields.items()},
        "required": sorted(name for name, field in kind.fields.items() if field.row.required),
        "additionalProperties": False,
        "x-suar": {
            "en": {"title": kind.said.en, "description": kind.meaning.en},
            "owner": kind.owner,
            "law": list(kind.law),
            "human": kind.human,
            "protection": kind.protection,
        },
    }


def _property(field: StandardField, standard: Standard) -> dict[str, Any]:
    row = field.row
    about = {
        "description": row.meaning.id,
        "x-suar": {
            "en": row.meaning.en,
            "type": row.type,
            "codes": row.codes or ("countries" if row.type in {"country", "countries"} else ""),
            "sensitivity": row.sensitivity,
            "owner": field.owner,
            "law": list(field.law),
            "htcds": list(row.htcds),
            "ctdc": list(row.ctdc),
            "extends": row.extends,
            "unit": row.unit,
        },
    }
    return _shape(field, standard) | about


def _shape(field: StandardField, standard: Standard) -> dict[str, Any]:
    one = _one(field, standard)
    if field.type in {"codes", "countries", "texts"}:
        return {"type": "array", "items": one, "minItems": 1, "maxItems": 100, "uniqueItems": True}
    return one


def _one(field: StandardField, standard: Standard) -> dict[str, Any]:
    if field.row.codes:
        return _codes(standard.codes[field.row.codes])
    if field.type in {"country", "countries"}:
        return _codes(standard.codes["countries"])
    of_type = dict(_OF_TYPE["text" if field.type == "texts" else field.type])
    if field.row.max:
        of_type["maxLength"] = field.row.max
    return of_type


def _codes(codes: CodeList) -> dict[str, Any]:
    """An open list takes other words too, so its codes are only examples."""
    if codes.open:
        return {"type": "string", "minLength": 1, "maxLength": LINE_LENGTH, "examples": list(codes.rows)}
    return {"type": "string", "enum": list(codes.rows)}
