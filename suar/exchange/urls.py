from django.urls import path

from suar.exchange import pages

urlpatterns = [
    path("berbagi/", pages.sharing, name="sharing"),
]
