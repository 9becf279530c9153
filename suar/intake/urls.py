from django.urls import path

from suar.intake import pages

urlpatterns = [
    path("sources/", pages.health, name="health"),
    path("protection/", pages.protection, name="protection"),
    path("batches/<uuid:batch>/", pages.batch, name="batch"),
    path("batches/<uuid:batch>/report/", pages.download, name="batch_download"),
]
