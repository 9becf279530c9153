from django.apps import AppConfig


class Room(AppConfig):
    name = "suar.tips"
    label = "tips"
    default_auto_field = "django.db.models.BigAutoField"
