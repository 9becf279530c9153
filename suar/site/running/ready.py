"""Django, set up for a command: only after `suar up` has told where the database is."""

from __future__ import annotations

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
