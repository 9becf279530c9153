from django.urls import path

from suar.policies import pages

urlpatterns = [
    path("kebijakan/", pages.tables, name="policies"),
    path("kebijakan/tabel/<str:folder>/<str:stem>/", pages.table, name="policy_table"),
    path("kebijakan/tabel/<str:folder>/<str:stem>/usul/", pages.new, name="policy_new"),
    path("kebijakan/versi/<uuid:version>/kembali/", pages.back, name="policy_back"),
    path("kebijakan/usul/<uuid:id>/", pages.proposal, name="policy_proposal"),
    path("kebijakan/usul/<uuid:id>/putusan/", pages.ruled, name="policy_rule"),
    path("kebijakan/usul/<uuid:id>/uji/", pages.tried, name="policy_try"),
    path("kebijakan/usul/<uuid:id>/bayangan/", pages.shadowed, name="policy_shadow"),
    path("kebijakan/bayangan/<uuid:run>/", pages.compared, name="policy_compared"),
    path("kebijakan/bayangan/<uuid:run>/akhiri/", pages.ended, name="policy_shadow_end"),
    path("kebijakan/bayangan/<uuid:run>/pemeriksaan/", pages.rows, name="policy_compared_rows"),
]
