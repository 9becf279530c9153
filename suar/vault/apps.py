from django.apps import AppConfig


class Room(AppConfig):
    name = "suar.vault"
    label = "vault"
    default_auto_field = "django.db.models.BigAutoField"
