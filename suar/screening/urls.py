from django.urls import path

from suar.screening import pages
from suar.screening.pages import interview, rating

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
    path("meja/<uuid:id>/wawancara/", interview.interview_begin, name="interview_begin"),
    path("wawancara/", interview.interviews, name="interviews"),
    path("wawancara/mutu/", rating.interview_quality, name="interview_quality"),
    path("wawancara/mutu/hasil.csv", rating.interview_outcomes, name="interview_outcomes"),
    path("wawancara/<uuid:id>/", interview.interview, name="interview"),
    path("wawancara/<uuid:id>/ruang/", interview.interview_sign, name="interview_sign"),
    path("wawancara/<uuid:id>/selesai/", interview.interview_end, name="interview_end"),
    path("wawancara/<uuid:id>/nilai/", rating.interview_rate, name="interview_rate"),
    path("panggilan/", rating.calls, name="calls"),
    path("panggilan/<uuid:id>/", rating.call_attend, name="call_attend"),
]
