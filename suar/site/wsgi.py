"""What granian serves."""

import logging
import os
from threading import Thread

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "suar.site.settings")
application = get_wsgi_application()


def warm_up() -> None:
    """The compiled scorer is made ready while the first officer logs in, not while he waits for an answer."""
    from django.db import connections

    from suar.core.matching.score import warm
    from suar.persons.queries import matching_policy
    from suar.policies.queries import in_force
    from suar.site.auth import now

    try:
        warm(matching_policy(in_force(now())))
    except Exception as error:  # the first search makes it ready then
        logging.getLogger("suar").warning("warming up: %s", type(error).__name__)
    finally:
        connections.close_all()


Thread(target=warm_up, name="warming", daemon=True).start()
