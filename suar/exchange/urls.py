from django.urls import path

from suar.exchange.pages import console, sharing, tail, webhooks

urlpatterns = [
    path("berbagi/", sharing.sharing, name="sharing"),
    path("integrasi/", webhooks.integration, name="integration"),
    path("integrasi/titik/baru/", webhooks.new, name="endpoint_new"),
    path("integrasi/titik/<uuid:id>/", webhooks.endpoint, name="endpoint"),
    path("integrasi/titik/<uuid:id>/putusan/<uuid:wording>/", webhooks.ruled, name="endpoint_rule"),
    path("integrasi/titik/<uuid:id>/akhiri/", webhooks.closed, name="endpoint_close"),
    path("integrasi/titik/<uuid:id>/ulang/", webhooks.replayed, name="endpoint_replay"),
    path("integrasi/surat-mati/", webhooks.letters, name="dead_letters"),
    path("integrasi/surat-mati/kirim/", webhooks.sent_again, name="dead_letters_resend"),
    path("integrasi/ulang/", console.replays, name="replays"),
    path("integrasi/ulang/mulai/", console.replay, name="replay_start"),
    path("integrasi/uji/", console.contracts, name="contracts"),
    path("integrasi/langsung/", tail.page, name="tail"),
    path("integrasi/langsung/aliran/", tail.stream, name="tail_stream"),
]
