from django.apps import AppConfig


class Room(AppConfig):
    name = "suar.registers"
    label = "registers"
    default_auto_field = "django.db.models.BigAutoField"
