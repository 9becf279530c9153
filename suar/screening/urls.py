from django.urls import path

from suar.screening import pages
from suar.screening.pages import deciding, handovers, manifests, outcomes, refusals, tasks

urlpatterns = [
    path("meja/", pages.desk, name="desk"),
    path("meja/terbuka/", pages.waiting, name="screenings"),
    path("meja/<uuid:id>/ulang/", pages.repeat, name="screening_again"),
    path("meja/<uuid:id>/", pages.screening, name="screening"),
    path("meja/<uuid:id>/putusan/", deciding.decided, name="screening_decide"),
    path("meja/<uuid:id>/putusan/pilih/", deciding.choose, name="screening_choose"),
    path("meja/<uuid:id>/entri/", deciding.enter, name="screening_enter"),
    path("meja/<uuid:id>/pemberitahuan/", pages.slip, name="screening_slip"),
    path("meja/<uuid:id>/buka/", pages.reveal, name="screening_reveal"),
    path("meja/<uuid:id>/tegaskan/", pages.cleared, name="screening_clear"),
    path("meja/<uuid:id>/bukan/", pages.apart, name="screening_apart"),
    path("penolakan/", refusals.refusals, name="refusals"),
    path("penolakan/<uuid:id>/", refusals.refusal, name="refusal"),
    path("penolakan/<uuid:id>/periksa/", refusals.looked, name="refusal_look"),
    path("penolakan/<uuid:id>/tanda-tangan/", refusals.signed, name="refusal_sign"),
    path("antrean/", tasks.tasks, name="tasks"),
    path("antrean/<uuid:id>/", tasks.task, name="task"),
    path("antrean/<uuid:id>/ambil/", tasks.taken, name="task_take"),
    path("antrean/<uuid:id>/kembali/", tasks.returned, name="task_return"),
    path("antrean/<uuid:id>/selesai/", tasks.finished, name="task_finish"),
    path("serah-terima/", handovers.handovers, name="handovers"),
    path("serah-terima/<uuid:id>/terima/", handovers.accepted, name="handover_accept"),
    path("serah-terima/<uuid:id>/tarik/", handovers.withdrawn, name="handover_withdraw"),
    path("hasil/", outcomes.outcomes, name="outcomes"),
    path("hasil/catat/<uuid:id>/", outcomes.outcome, name="outcome"),
    path("hasil/<str:advice>/<str:decision>/<str:outcome>/", outcomes.outcome_rows, name="outcome_rows"),
    path("daftar-awal/", manifests.manifests, name="manifests"),
    path("daftar-awal/<uuid:id>/", manifests.manifest, name="manifest"),
    path("daftar-awal/<uuid:id>/<int:n>/", manifests.reviewed, name="manifest_review"),
]
