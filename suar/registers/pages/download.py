"""A paper that somebody gave, handed out again: as a download, so that nothing in it runs in our page."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse


def as_download(name: str, body: bytes, id_: UUID) -> HttpResponse:
    """Under the id of what it came with; of its own name only the ending is kept."""
    answer = HttpResponse(body, content_type="application/octet-stream")
    ending = name[name.rfind(".") :] if "." in name else ""
    answer["Content-Disposition"] = f'attachment; filename="{id_}{ending}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
