from django.apps import AppConfig


class Config(AppConfig):
    name = "spaced"
    label = "api"
