from django.urls import path

from suar.exchange.pages import sharing

urlpatterns = [
    path("berbagi/", sharing.sharing, name="sharing"),
]
