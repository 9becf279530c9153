"""A paper that comes with a request or an objection is sealed among its words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def paper_said(document: tuple[str, bytes] | None) -> dict[str, str]:
    """The words that hold a paper (name, bytes); of none an empty name."""
    name, body = document or ("", b"")
    return {"document": name, "document_hex": body.hex()}


def paper_in(said: Mapping[str, Any]) -> tuple[str, bytes]:
    """The paper among these words."""
    return str(said["document"]), bytes.fromhex(said["document_hex"])
