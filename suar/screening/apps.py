from django.apps import AppConfig


class Room(AppConfig):
    name = "suar.screening"
    label = "screening"
    default_auto_field = "django.db.models.BigAutoField"
