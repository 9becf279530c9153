from django.urls import path

from suar.persons import pages

urlpatterns = [
    path("quality/", pages.quality, name="quality"),
    path("persons/<uuid:person>/", pages.person, name="person"),
    path("persons/<uuid:person>/reveal/", pages.reveal, name="person_reveal"),
    path("tinjau/", pages.reviews, name="reviews"),
    path("tinjau/berikut/", pages.review_next, name="review_next"),
    path("tinjau/<uuid:a>/<uuid:b>/", pages.review, name="review"),
    path("tinjau/<uuid:a>/<uuid:b>/ambil/", pages.review_take, name="review_take"),
    path("tinjau/<uuid:a>/<uuid:b>/kembalikan/", pages.review_return, name="review_return"),
    path("tinjau/<uuid:a>/<uuid:b>/putusan/", pages.review_rule, name="review_rule"),
    path("tinjau/<uuid:a>/<uuid:b>/lagi/", pages.review_ask, name="review_ask"),
]
