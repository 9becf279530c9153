from django.urls import path

from suar.tips import pages

urlpatterns = [
    path("village/", pages.village, name="village"),
    path("village/tip/", pages.tip, name="village_tip"),
    path("village/session/", pages.session, name="village_session"),
    path("village/questions/<uuid:question>/answer/", pages.answer, name="village_answer"),
]
