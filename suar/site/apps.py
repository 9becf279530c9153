from django.apps import AppConfig


class Room(AppConfig):
    name = "suar.site"
    label = "site"
