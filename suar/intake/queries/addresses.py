"""Where the sources are, and our credentials there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings


def addresses() -> dict[str, Any]:
    """`.suar/sources.json`, written by `suar up` or by hand, mode 0600; nothing where no source is set up."""
    path = Path(settings.HOME) / "sources.json"
    return dict(json.loads(path.read_text())) if path.exists() else {}
