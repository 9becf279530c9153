from django.apps import AppConfig


class Room(AppConfig):
    name = "suar.agencies"
    label = "agencies"
    default_auto_field = "django.db.models.BigAutoField"
