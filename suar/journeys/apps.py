from django.apps import AppConfig


class Room(AppConfig):
    name = "suar.journeys"
    label = "journeys"
    default_auto_field = "django.db.models.BigAutoField"
