"""How each event looks, as a JSON Schema, and all of them as one AsyncAPI document: what an agency builds its receiver from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

TYPE = "id.suar."  # a CloudEvents type is a name turned around; ours has no domain yet
SCHEMA = "urn:suar:event:{type}:1"
DRAFT = "https://json-schema.org/draft/2020-12/schema"
ID = {"type": "string", "pattern": "^[0-9a-f]{32}$"}
Events = Mapping[str, Mapping[str, str]]


def schema(type_: str, means: str) -> dict[str, Any]:
    """CloudEvents 1.0 in JSON with the hub's signature: every attribute it may have, and no other."""
    attributes: dict[str, Any] = {
        "specversion": {"const": "1.0"},
        "id": ID
        | {
            "description": "Yours alone: the same event has another id at another agency. Keep it to see what came twice."
        },
        "source": {"const": "/suar"},
        "type": {"const": TYPE + type_},
        "time": {"type": "string", "format": "date-time"},
        "datacontenttype": {"const": "application/json"},
        "dataschema": {"const": SCHEMA.format(type=type_)},
        "subject": ID
        | {
            "description": "The human, under the number by which your agency alone knows him; absent where it is about none."
        },
        "data": data(),
        "keyid": {"type": "string", "description": "The key that signed, at /api/v1/keys."},
        "signature": {
            "type": "string",
            "pattern": "^[A-Za-z0-9_-]{86}$",
            "description": "Ed25519 over the canonical form (RFC 8785) of all the rest, base64url.",
        },
    }
    needed = [name for name in attributes if name != "subject"]
    head = {"$schema": DRAFT, "$id": SCHEMA.format(type=type_), "title": type_, "description": means}
    return head | {"type": "object", "properties": attributes, "required": needed, "additionalProperties": False}


def data() -> dict[str, Any]:
    fields: dict[str, Any] = {
        "thing": ID | {"description": "The record, screening, act or referral it tells of."},
        "giver": {"type": "string", "description": "The agency whose datum it is."},
        "classes": {
            "type": "array",
            "items": {"type": "string"},
            "description": "What changed, as far as your agreement names it.",
        },
        "effect": {"type": "string", "pattern": "^[a-z0-9_.]*$"},
    }
    return {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}


def described(row: Mapping[str, str]) -> str:
    """What an event means, and why nothing is read behind it, where that is so."""
    return f"{row['means']} Nothing is read behind it. {row['nothing']}" if "nothing" in row else row["means"]


def asyncapi(told: Events) -> dict[str, Any]:
    """AsyncAPI 3.0: the channel of each type in a receiver's stream. The same body comes over the HTTP feed."""
    channels = {
        named(type_): {
            "address": f"suar.event.{{agency}}.{type_}",
            "title": words["en"],
            "parameters": {"agency": {"description": "The receiver's code."}},
            "messages": {named(type_): {"$ref": f"#/components/messages/{named(type_)}"}},
        }
        for type_, words in told.items()
    }
    messages = {
        named(type_): {
            "name": type_,
            "title": words["en"],
            "contentType": "application/cloudevents+json",
            "payload": schema(type_, described(words)),
        }
        for type_, words in told.items()
    }
    operations = {
        f"receive_{named(type_)}": {"action": "receive", "channel": {"$ref": f"#/channels/{named(type_)}"}}
        for type_ in told
    }
    info = {
        "title": "Suar events",
        "version": "1",
        "description": "What an agency is told, by the agreements in force. Ids are pairwise, values are read behind an event.",
    }
    return {
        "asyncapi": "3.0.0", "info": info, "defaultContentType": "application/cloudevents+json", "channels": channels,
        "operations": operations, "components": {"messages": messages},
    }  # fmt: skip


def named(type_: str) -> str:
    return type_.replace(".", "_")
