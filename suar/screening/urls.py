from django.urls import path

from suar.screening import pages

urlpatterns = [
    path("meja/", pages.desk, name="desk"),
    path("meja/terbuka/", pages.waiting, name="screenings"),
    path("meja/<uuid:id>/ulang/", pages.repeat, name="screening_again"),
    path("meja/<uuid:id>/", pages.screening, name="screening"),
    path("meja/<uuid:id>/putusan/", pages.decided, name="screening_decide"),
    path("meja/<uuid:id>/pemberitahuan/", pages.slip, name="screening_slip"),
    path("meja/<uuid:id>/buka/", pages.reveal, name="screening_reveal"),
    path("meja/<uuid:id>/tegaskan/", pages.cleared, name="screening_clear"),
    path("meja/<uuid:id>/bukan/", pages.apart, name="screening_apart"),
]
