"""What granian serves."""

import gc
import logging
import os
from threading import Thread

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "suar.site.settings")
application = get_wsgi_application()


def warm_up() -> None:
    """The compiled scorer, the tables in force and the sentences are made ready while the first officer logs in, not while he waits for an
    answer. They stay as long as the program runs, so whatever is looked over for garbage afterwards is what a question leaves.
    """
    from django.db import connections
    from django.urls import get_resolver

    from suar.core.matching.score import warm
    from suar.intake.queries.mappings import region_codes, sources
    from suar.persons.queries import matching_policy
    from suar.policies.queries import in_force
    from suar.screening.queries import tables
    from suar.site.auth import now
    from suar.site.words import texts

    try:
        assert get_resolver().url_patterns and texts() and region_codes() and sources(now()).codes
        warm(matching_policy(in_force(now())))
        tables(in_force(now()))
        gc.collect()
        gc.freeze()
    except Exception as error:  # the first question makes it ready then
        logging.getLogger("suar").warning("warming up: %s", type(error).__name__)
    finally:
        connections.close_all()


Thread(target=warm_up, name="warming", daemon=True).start()
