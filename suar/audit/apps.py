from django.apps import AppConfig


class Room(AppConfig):
    name = "suar.audit"
    label = "audit"
    default_auto_field = "django.db.models.BigAutoField"
