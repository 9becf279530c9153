"""What granian serves."""

import gc
import logging
import os
import sys
from threading import Thread

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "suar.site.settings")
application = get_wsgi_application()

# Everything that a question needs is imported here, before a second thread runs: of two threads that import packages which import each
# other, one is given a half-made module, and the first officer a page of error.
from django.db import connections  # noqa: E402
from django.urls import get_resolver  # noqa: E402

from suar.core.matching.score import warm  # noqa: E402
from suar.intake.queries.mappings import region_codes, sources  # noqa: E402
from suar.persons.queries.found import matching_policy  # noqa: E402
from suar.policies.queries import in_force  # noqa: E402
from suar.screening.queries import tables  # noqa: E402
from suar.site import urls  # noqa: E402
from suar.site.auth import now  # noqa: E402
from suar.site.words import texts  # noqa: E402


def warm_up() -> None:
    """The compiled scorer, the tables in force and the sentences are made ready while the first officer logs in, not while he waits for an
    answer. They stay as long as the program runs, so whatever is looked over for garbage afterwards is what a question leaves.
    """
    try:
        assert urls.urlpatterns and get_resolver().url_patterns and texts() and region_codes() and sources(now()).codes
        warm(matching_policy(in_force(now())))
        tables(in_force(now()))
        gc.collect()
        gc.freeze()
    except Exception as error:  # the first question makes it ready then
        logging.getLogger("suar").warning("warming up: %s", type(error).__name__)
    finally:
        connections.close_all()


#: Seconds. Of the threads of this program most wait for the database or the civil register; one that has its answer is not to wait five
#: milliseconds, Python's usual, until another one's thinking is interrupted.
sys.setswitchinterval(0.0005)
Thread(target=warm_up, name="warming", daemon=True).start()
