"""Statements that every search asks."""

from __future__ import annotations

from suar.vault.queries.prepared import prepared as prepared
