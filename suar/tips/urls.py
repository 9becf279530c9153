from django.urls import path

from suar.tips import pages

urlpatterns = [
    path("village/", pages.village, name="village"),
    path("village/tip/", pages.tip, name="village_tip"),
    path("village/session/", pages.session, name="village_session"),
    path("village/questions/<uuid:question>/answer/", pages.answer, name="village_answer"),
    path("tips/<uuid:report>/", pages.report, name="tip"),
    path("tips/<uuid:report>/grade/", pages.grade, name="tip_grade"),
]
