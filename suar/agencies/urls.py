from django.urls import path

from suar.agencies import pages

urlpatterns = [
    path("integrasi/kunci/", pages.machines, name="machines"),
    path("integrasi/kunci/baru/", pages.new, name="machine_new"),
    path("integrasi/kunci/<slug:id>/", pages.machine, name="machine"),
    path("integrasi/kunci/<slug:id>/kunci/", pages.key_proposed, name="machine_key"),
    path("integrasi/kunci/<slug:id>/sertifikat/", pages.certificate_proposed, name="machine_certificate"),
    path("integrasi/kunci/<slug:id>/putusan/<uuid:proposal>/", pages.ruled, name="machine_rule"),
    path("integrasi/kunci/<slug:id>/akhiri/<uuid:proposal>/", pages.key_ended, name="machine_key_end"),
    path("integrasi/kunci/<slug:id>/akhiri/", pages.ended, name="machine_end"),
]
