from django.urls import path

from suar.registers.pages import one_list

urlpatterns = [path("daftar/", one_list.one_list, name="one_list")]
