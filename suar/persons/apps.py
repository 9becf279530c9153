from django.apps import AppConfig


class Room(AppConfig):
    name = "suar.persons"
    label = "persons"
    default_auto_field = "django.db.models.BigAutoField"
