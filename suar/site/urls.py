"""All addresses. A room's own stand in its `urls.py`; machines come in under /api/v1."""

from __future__ import annotations

from django.urls import include, path
from django.views.i18n import set_language

from suar.site import pages, panels
from suar.site.api import mount

panels.fill()

urlpatterns = [
    path("api/v1/", mount().urls),  # first: it is asked a hundred times a second
    path("", pages.home, name="home"),
    path("login/", pages.login, name="login"),
    path("logout/", pages.logout, name="logout"),
    path("lock/", pages.lock, name="lock"),
    path("desks/", pages.choose_desk, name="choose_desk"),
    path("language/", set_language, name="set_language"),
    path("penempatan/", pages.placements, name="placements"),
    path("cari/", pages.search, name="search"),
    path("healthz", pages.healthz, name="healthz"),
    path("", include("suar.screening.urls")),
    path("", include("suar.persons.urls")),
    path("", include("suar.registers.urls")),
    path("", include("suar.intake.urls")),
    path("", include("suar.exchange.urls")),
    path("", include("suar.agencies.urls")),
    path("", include("suar.tips.urls")),
    path("", include("suar.journeys.urls")),
    path("", include("suar.policies.urls")),
]
