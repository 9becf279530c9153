from django.urls import path

from suar.registers.pages import differences

urlpatterns = [
    path("daftar/selisih/", differences.differences, name="differences"),
]
