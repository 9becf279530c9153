from django.urls import path

from suar.persons import pages

urlpatterns = [
    path("quality/", pages.quality, name="quality"),
    path("persons/<uuid:person>/", pages.person, name="person"),
    path("persons/<uuid:person>/reveal/", pages.reveal, name="person_reveal"),
]
