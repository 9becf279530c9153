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


#: Every statement of bulk work looks rows up by key. PostgreSQL plans it once, when tables that double every minute are still empty, and would
#: go on reading them whole; so these programs leave it the index alone.
BY_INDEX = " -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off"


def for_bulk() -> None:
    """Make this a program that reads records by the thousand; to be called before it asks the database anything.

    What stands stays out of the collector's rounds, and rounds are rarer: a tenth of the time of reading went into looking for cycles
    that records never make.
    """
    from django.db import connections

    for alias in connections:
        options = connections[alias].settings_dict["OPTIONS"]
        options["options"] = options["options"].removesuffix(BY_INDEX) + BY_INDEX
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
