from django.apps import AppConfig


class Room(AppConfig):
    name = "suar.exchange"
    label = "exchange"
    default_auto_field = "django.db.models.BigAutoField"
