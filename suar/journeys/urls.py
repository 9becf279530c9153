from django.urls import path

from suar.journeys import pages

urlpatterns = [
    path("temuan/", pages.findings, name="findings"),
    path("temuan/<uuid:finding>/", pages.finding, name="finding"),
    path("temuan/<uuid:finding>/ambil/", pages.take, name="finding_take"),
    path("temuan/<uuid:finding>/putuskan/", pages.rule, name="finding_rule"),
]
