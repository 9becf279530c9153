from django.urls import path

from suar.intake import pages
from suar.intake.pages import alive, console, quarantines, verifications

urlpatterns = [
    path("sources/", pages.health, name="health"),
    path("sources/<slug:source>/<slug:count>/", pages.batches, name="batches"),
    path("protection/", pages.protection, name="protection"),
    path("batches/<uuid:batch>/", pages.batch, name="batch"),
    path("batches/<uuid:batch>/release/", pages.release, name="batch_release"),
    path("batches/<uuid:batch>/report/", pages.download, name="batch_download"),
    path("batches/<uuid:batch>/rows/<slug:count>/", pages.batch_rows, name="batch_rows"),
    path("verifikasi/", verifications.verifications, name="verifications"),
    path("integrasi/sumber/", console.connectors, name="connectors"),
    path("integrasi/sumber/<slug:source>/", console.connector, name="connector"),
    path("integrasi/sumber/<slug:source>/daerah/", console.districts, name="connector_districts"),
    path("integrasi/pesan/", console.messages, name="messages"),
    path("terhubung/", alive.alive, name="alive"),
    path("quarantines/", quarantines.quarantines, name="quarantines"),
    path("quarantines/<uuid:id>/", quarantines.quarantine, name="quarantine"),
    path("quarantines/<uuid:id>/rows/<slug:count>/", quarantines.quarantine_rows, name="quarantine_rows"),
    path("quarantines/<uuid:id>/<slug:step>/", quarantines.quarantine_step, name="quarantine_step"),
]
