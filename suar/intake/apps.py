from django.apps import AppConfig


class Room(AppConfig):
    name = "suar.intake"
    label = "intake"
    default_auto_field = "django.db.models.BigAutoField"
