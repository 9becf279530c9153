from django.urls import path

from suar.screening import pages
from suar.screening.pages import service, unscreened

urlpatterns = [
    path("meja/", pages.desk, name="desk"),
    path("meja/terbuka/", pages.waiting, name="screenings"),
    path("meja/tanpa-pemeriksaan/", unscreened.owed, name="unscreened"),
    path("meja/tanpa-pemeriksaan/alasan/", unscreened.explained, name="unscreened_explain"),
    path("pengawasan/tanpa-pemeriksaan/", unscreened.lanes, name="unscreened_lanes"),
    path("pengawasan/tanpa-pemeriksaan/<int:days>/", unscreened.lanes, name="unscreened_lanes_over"),
    path(
        "pengawasan/tanpa-pemeriksaan/<int:days>/<str:which>/<str:place>/<str:lane>/",
        unscreened.rows,
        name="unscreened_rows",
    ),
    path("meja/standar/", service.office, name="service"),
    path("meja/standar/<int:days>/", service.office, name="service_over"),
    path("meja/standar/<int:days>/<str:item>/<str:lane>/<str:which>/", service.office_rows, name="service_rows"),
    path("pengawasan/standar/", service.everywhere, name="service_everywhere"),
    path("pengawasan/standar/<int:days>/", service.everywhere, name="service_everywhere_over"),
    path(
        "pengawasan/standar/<int:days>/<str:item>/<str:office>/<str:lane>/<str:which>/",
        service.everywhere_rows,
        name="service_everywhere_rows",
    ),
    path("meja/<uuid:id>/layanan/", service.noted, name="service_note"),
    path("meja/<uuid:id>/ulang/", pages.repeat, name="screening_again"),
    path("meja/<uuid:id>/", pages.screening, name="screening"),
    path("meja/<uuid:id>/putusan/", pages.decided, name="screening_decide"),
    path("meja/<uuid:id>/pemberitahuan/", pages.slip, name="screening_slip"),
    path("meja/<uuid:id>/buka/", pages.reveal, name="screening_reveal"),
    path("meja/<uuid:id>/tegaskan/", pages.cleared, name="screening_clear"),
    path("meja/<uuid:id>/bukan/", pages.apart, name="screening_apart"),
]
