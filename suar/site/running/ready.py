"""Django, set up for a command: only after `suar up` has told where the database is."""

from __future__ import annotations

import gc
import os

from suar.site.running.home import CannotRun


def set_up() -> None:
    """Raises CannotRun with the way out when no database is known yet."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "suar.site.settings")
    import django
    from django.conf import settings

    if settings.DATABASES["default"]["ENGINE"].endswith("dummy"):
        raise CannotRun("Suar has not been started here yet: ./run up")
    django.setup()


def for_bulk() -> None:
    """Set the collector for programs that read records by the thousand: what stands stays out of its rounds, and rounds are rarer.

    A tenth of the time of reading went into looking for cycles that records never make.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
