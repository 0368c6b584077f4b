from django.apps import AppConfig


class Config(AppConfig):
    name = "api_users"
    label = "users"
