from django.apps import AppConfig


class Room(AppConfig):
    name = "suar.policies"
    label = "policies"
    default_auto_field = "django.db.models.BigAutoField"
