"""`suar source-key`: with what the system of a source logs in to the demo's hub."""

from __future__ import annotations

import sys
from pathlib import Path

from django.conf import settings

from suar.intake.queries.mappings import sources
from suar.site.api import audience
from suar.site.auth import now
from suar.site.demo import SCOPES
from suar.site.running.home import CannotRun


def source_key(source: str) -> int:
    """Print the client's id, where its private key lies, and where its token comes from. The key itself is never printed.

    Raises CannotRun outside the demo: in earnest an agency makes its own key pair and hands over the public half.
    """
    if not settings.DEMO:
        raise CannotRun(
            "In earnest an agency makes its own key and registers the public half; only the demo's lie here."
        )
    known = sources(now())
    if source not in known.names:
        raise CannotRun(f"No source is called {source}. There are: {', '.join(known.names)}.")
    agency = known[source].agency
    key = Path(settings.KEYS) / "agencies" / f"{agency}.pem"
    if not key.exists():
        print(f"{agency} has no system of its own in the demo.", file=sys.stderr)
        return 1
    print(f"client   {agency}-sistem\nkey      {key}\ntoken    {audience()}\nscopes   {' '.join(SCOPES)}")
    return 0
