"""Suar's settings, turned to the tests' own database and keys before they are read. Nothing starts here."""

import os

from suar.site.catalogues import compile_catalogues
from tests import database as tests_database

compile_catalogues()  # Django reads them once, when it is set up; a fresh clone has none yet
os.environ.update(tests_database.environment())
tests_database.keys_for_tests()

from suar.site.settings import *  # noqa: E402, F403
from suar.site.settings import DATABASES  # noqa: E402

PASSWORD_HASHERS = ["tests.hashing.Quick"]
WHITENOISE_AUTOREFRESH = (
    True  # a static file is looked for when it is asked for, and not all of them for each browser of a test
)

for settings_of_one in DATABASES.values():
    settings_of_one["OPTIONS"].pop("pool", None)  # a test gives its connections back at once
