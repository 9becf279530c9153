from django.urls import path

from suar.registers.pages import notice

urlpatterns = [
    path("pemberitahuan/", notice.clocks, name="notice_clocks"),
    path("pemberitahuan/<uuid:notice>/surat.pdf", notice.paper, name="notice_paper"),
    path("daftar/<uuid:entry>/pemberitahuan/", notice.notices, name="notices"),
    path("daftar/<uuid:entry>/pemberitahuan/buat/", notice.make, name="notice_make"),
    path("daftar/<uuid:entry>/pemberitahuan/<uuid:notice>/kirim/", notice.sent, name="notice_sent"),
    path("sah/<slug:code>/", notice.proof, name="notice_proof"),
]
