from django.urls import path

from suar.registers.pages import differences, effect, objections, one_list, work

urlpatterns = [
    path("daftar/satu/", one_list.one_list, name="one_list"),
    path("daftar/selisih/", differences.differences, name="differences"),
    path("daftar/", work.work, name="registers"),
    path("daftar/baru/", work.whom, name="register_whom"),
    path("daftar/baru/sinyal/", work.signal, name="register_signal"),
    path("daftar/baru/<uuid:subject>/", work.nominate, name="register_new"),
    path("daftar/entri/<uuid:entry>/", work.entry, name="register_entry"),
    path("daftar/entri/<uuid:entry>/tindakan/", work.entry_act, name="register_act"),
    path("daftar/waktu-berlaku/", effect.effect, name="register_effect"),
    path(
        "daftar/waktu-berlaku/<int:days>/<str:which>/<str:of_class>/<str:target>/",
        effect.rows,
        name="register_effect_rows",
    ),
    path("daftar/permohonan/<uuid:id>/", work.asked, name="register_request"),
    path("daftar/permohonan/<uuid:id>/bukti/", work.looked, name="register_look"),
    path("daftar/permohonan/<uuid:id>/putusan/", work.ruled, name="register_rule"),
    path("daftar/permohonan/<uuid:id>/tarik/", work.withdrawn, name="register_withdraw"),
    path("daftar/permohonan/<uuid:id>/dokumen/", work.document, name="register_document"),
    path("daftar/keberatan/", objections.queue, name="objections"),
    path("daftar/keberatan/baru/", objections.desk, name="objection_desk"),
    path("daftar/entri/<uuid:entry>/keberatan/", objections.of_entry, name="objection_entry"),
    path("daftar/keberatan/<uuid:id>/", objections.objection, name="objection"),
    path("daftar/keberatan/<uuid:id>/putusan/", objections.decided, name="objection_decide"),
    path("daftar/keberatan/<uuid:id>/dokumen/", objections.document, name="objection_document"),
    path("pengawasan/keberatan/", objections.clocks, name="objection_clocks"),
    path("keberatan/", objections.public, name="objection_public"),
    path("daftar/penanda/<uuid:subject>/", work.marked, name="register_mark"),
]
